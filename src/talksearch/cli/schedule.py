"""``talksearch schedule``: have refresh run regularly, by the system's own timer."""

from __future__ import annotations

import os
import sys
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import click

from talksearch.cli.terminal import write
from talksearch.config import Config, default_home, find_home, load_config
from talksearch.errors import HomeError
from talksearch.timers import INTERVALS, Timer, timer_name

if TYPE_CHECKING:
    from talksearch.cli.systems import System

__all__ = ["fitting", "schedule"]

_KINDS = ("systemd", "cron", "launchd", "windows")


@click.command()
@click.argument("kind", type=click.Choice(_KINDS), required=False)
@click.option(
    "--every",
    type=click.Choice(list(INTERVALS)),
    default="1h",
    show_default=True,
    help="How often to look which feeds are due.",
)
@click.option("--install", is_flag=True, help="Put it in place and start it.")
@click.option("--remove", is_flag=True, help="Take it out again.")
@click.pass_context
def schedule(
    context: click.Context, kind: str | None, every: str, install: bool, remove: bool
) -> int:
    """Have the system's timer refresh this archive regularly.

    What it needs is printed, or put in place. KIND is systemd, cron, launchd or windows; else it is
    the one that fits this machine. Each feed has a due time of its own, so that a run every hour
    asks few of them.

    What is set in this shell is not set when the timer runs it: settings belong into the home's
    talksearch.toml, proxies into the system's own configuration. systemd lets a refresh write into
    the home and beside the RSS files of watches only, unless there is an on_new command; so install
    again after setting one, or adding a watch with an RSS file.
    """
    if install and remove:
        raise click.UsageError("--install or --remove, not both")
    home = find_home(context.obj)
    kind = kind or fitting(sys.platform, systemd=Path("/run/systemd/system").is_dir())
    system = _system(kind, home, INTERVALS[every], remove)
    if not install and not remove:
        write([system.text().rstrip("\n")])
        _tell(["to put it in place, add --install"])
    elif remove:
        _tell(system.remove())
    elif not (home / "corpus").is_dir():
        raise HomeError("there is no archive here yet; begin with talksearch add", str(home))
    else:
        _tell([*system.install(), *_forgotten(home)])
    if kind != "cron" and not remove:
        always = "; for always: loginctl enable-linger" if kind == "systemd" else ""
        _tell([f"it runs while you are logged in{always}"])
    return 0


def fitting(platform: str, *, systemd: bool) -> str:
    """The kind of timer for ``sys.platform``; ``systemd`` says whether that started the machine."""
    kinds = {"win32": "windows", "darwin": "launchd"}
    return kinds.get(platform, "systemd" if systemd else "cron")


def _system(kind: str, home: Path, every_min: int, remove: bool) -> System:
    from talksearch.cli.systems import Cron, Launchd, Systemd, Windows

    name = timer_name(str(home), str(default_home()))
    # -P, for a timer runs it in the user's folder, whose files could be taken for modules.
    words = (_interpreter(), "-P", "-m", "talksearch", "--home", str(home))
    timer = Timer(name, (*words, "refresh", "--scheduled"), every_min)
    if kind == "cron":
        return Cron(timer)
    if kind == "launchd":
        library = Path.home() / "Library"
        return Launchd(timer, library / "LaunchAgents", library / "Logs" / f"{name}.log")
    if kind == "windows":
        return Windows(timer)
    named = Path(os.environ.get("XDG_CONFIG_HOME", ""))
    folder = (named if named.is_absolute() else Path.home() / ".config") / "systemd" / "user"
    # A command of the user's own may have to write anywhere, and to use programs such as sendmail.
    bound = not remove and not load_config(home, {}).on_new
    return Systemd(timer, folder, _writable(home) if bound else ())


def _interpreter() -> str:
    """This Python; on Windows the one that opens no window."""
    windowless = Path(sys.executable).with_name("pythonw.exe")
    return str(windowless) if windowless.is_file() else sys.executable


def _writable(home: Path) -> tuple[str, ...]:
    """Where a refresh writes: the home, what of it is a link to elsewhere, RSS files of watches,
    temporary files."""
    from talksearch.archive import open_archive

    links = [path.resolve() for path in (home / "corpus", home / "index") if path.is_symlink()]
    with open_archive(home) as archive:
        published = {Path(watch.rss).parent for watch in archive.watches.list() if watch.rss}
    return tuple(map(str, (home, *links, *sorted(published), "/tmp", "/var/tmp")))


def _forgotten(home: Path) -> list[str]:
    """Settings that hold in this shell only."""
    names = [f"TALKSEARCH_{field.name.upper()}" for field in fields(Config)]
    return [
        f"{name} is set here, but not when the timer runs: put {name[11:].lower()} into "
        f"{home / 'talksearch.toml'}"
        for name in names
        if os.environ.get(name)
    ]


def _tell(lines: list[str]) -> None:
    for line in lines:
        print(line, file=sys.stderr)
