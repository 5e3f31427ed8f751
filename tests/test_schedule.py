"""``talksearch schedule``, with stand-ins for the systems' own tools."""

from __future__ import annotations

import json
import plistlib
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from conftest import Run
from talksearch.cli.schedule import fitting
from talksearch.timers import MARK

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are scripts")

Tool = Callable[[str, str], Path]

CRONTAB = """
table = folder / "table"
if sys.argv[1:] == ["-l"]:
    if not table.exists():
        sys.exit("no crontab for jo")
    sys.stdout.buffer.write(table.read_bytes())
elif sys.argv[1:] == ["-"]:
    table.write_bytes(sys.stdin.buffer.read())
else:
    sys.exit("usage")
"""

LAUNCHCTL = """
loaded = folder / "loaded"
match sys.argv[1:]:
    case ["print", target]:
        sys.exit(not loaded.exists())
    case ["bootstrap", domain, path]:
        if loaded.exists():
            sys.exit("Bootstrap failed: 5: Input/output error")
        loaded.write_text(path)
    case ["bootout", target]:
        loaded.unlink()
    case _:
        sys.exit("usage")
"""

SCHTASKS = """
task = folder / "task"
words = sys.argv[1:]
if words[0] == "/Query":
    if not task.exists():
        sys.exit("ERROR: The system cannot find the file specified.")
    sys.stdout.buffer.write(task.read_bytes())
elif words[0] == "/Create":
    task.write_bytes(pathlib.Path(words[words.index("/XML") + 1]).read_bytes())
elif words[0] == "/Delete":
    task.unlink()
"""


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tool:
    """Puts a stand-in for a program where it is found; there are no others, and the user's folder
    is empty. Returns the file with the words that it was called with, a line each time."""
    tools = tmp_path / "bin"
    tools.mkdir()
    monkeypatch.setenv("PATH", str(tools))
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)

    def tool(name: str, body: str) -> Path:
        called = tools / f"{name}.called"
        program = tools / name
        program.write_text(
            f"#!{sys.executable}\nimport pathlib, sys\nfolder = pathlib.Path({str(tools)!r})\n"
            f"open({str(called)!r}, 'a').write(' '.join(sys.argv[1:]) + '\\n')\n{body}"
        )
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        return called

    return tool


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "My 100% Talks"
    (home / "corpus").mkdir(parents=True)
    return home


def files(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# Printing


@pytest.mark.parametrize("kind", ["systemd", "cron", "launchd"])
def test_printing_changes_nothing(run: Run, tool: Tool, home: Path, kind: str) -> None:
    ran = run("--home", home, "schedule", kind)
    assert ran.status == 0
    assert sys.executable in ran.out and "refresh" in ran.out and "--scheduled" in ran.out
    assert MARK in ran.out and "--install" in ran.err
    assert files(Path.home()) == {}


def test_the_kind_is_the_one_that_fits(run: Run, tool: Tool, home: Path) -> None:
    assert fitting("win32", systemd=False) == "windows"
    assert fitting("darwin", systemd=False) == "launchd"
    assert fitting("linux", systemd=True) == "systemd"
    assert fitting("linux", systemd=False) == fitting("freebsd14", systemd=False) == "cron"
    assert run("--home", home, "schedule").status == 0


def test_what_cannot_be_scheduled_is_told(run: Run, tool: Tool, home: Path) -> None:
    assert run("--home", home, "schedule", "at").status == 2
    assert run("--home", home, "schedule", "cron", "--every", "45min").status == 2
    assert run("--home", home, "schedule", "cron", "--install", "--remove").status == 2
    ran = run("--home", home, "schedule", "windows")
    assert ran.status == 2 and "%" in ran.err
    ran = run("--home", f"{home}\n", "schedule", "cron")
    assert ran.status == 2 and "characters" in ran.err
    ran = run("--home", home.parent / "nowhere", "schedule", "cron", "--install")
    assert ran.status == 2 and "talksearch add" in ran.err
    (home / "talksearch.toml").write_text("ping = 3\n")
    ran = run("--home", home, "schedule", "systemd")
    assert ran.status == 2 and "talksearch.toml: ping" in ran.err


def test_settings_of_the_shell_are_not_there_at_run_time(
    run: Run, tool: Tool, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool("crontab", CRONTAB)
    monkeypatch.setenv("TALKSEARCH_ALLOW_PRIVATE_ADDRESSES", "1")
    ran = run("--home", home, "schedule", "cron", "--install")
    assert "TALKSEARCH_ALLOW_PRIVATE_ADDRESSES is set here" in ran.err
    assert "put allow_private_addresses into" in ran.err and "TALKSEARCH_PING" not in ran.err


# systemd


def test_systemd_there_and_back(run: Run, tool: Tool, home: Path) -> None:
    called = tool("systemctl", "")
    ran = run("--home", home, "schedule", "systemd", "--install")
    assert ran.status == 0 and ran.out == "" and "enable-linger" in ran.err
    units = Path.home() / ".config" / "systemd" / "user"
    service, timer = sorted(files(units))
    assert service.name.startswith("talksearch-my-100-talks-") and service.stem == timer.stem
    printed = run("--home", home, "schedule", "systemd").out
    assert service.read_text() in printed and timer.read_text().rstrip() in printed
    assert called.read_text().splitlines()[-2:] == [
        "--user daemon-reload",
        f"--user enable --now {timer.name}",
    ]

    other = units / "other.service"
    other.write_text("[Service]\n")
    before = files(units)
    again = run("--home", home, "schedule", "systemd", "--install")
    assert again.status == 0 and again.err.count("already") == 2 and files(units) == before
    run("--home", home, "schedule", "systemd", "--install", "--every", "12h")
    assert files(units)[service] == before[service] and files(units)[timer] != before[timer]

    called.unlink()
    assert run("--home", home, "schedule", "systemd", "--remove").status == 0
    assert list(files(units)) == [other]
    assert called.read_text().splitlines() == [
        f"--user disable --now {timer.name}",
        "--user daemon-reload",
    ]
    called.unlink()
    again = run("--home", home, "schedule", "systemd", "--remove")
    assert again.status == 0 and "there is no" in again.err and not called.exists()


def test_homes_have_units_of_their_own(
    run: Run, tool: Tool, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool("systemctl", "")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    units = tmp_path / "config" / "systemd" / "user"
    run("--home", home, "schedule", "systemd", "--install")
    default = Path.home() / ".local" / "share" / "talksearch"
    (default / "corpus").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    assert run("schedule", "systemd", "--install").status == 0
    assert (units / "talksearch.timer").exists() and len(files(units)) == 4
    assert run("schedule", "systemd", "--remove").status == 0
    assert len(files(units)) == 2 and not (units / "talksearch.timer").exists()


def test_systemd_confines_a_refresh_unless_it_runs_a_command(
    run: Run, tool: Tool, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (home / "index").symlink_to(tmp_path / "elsewhere")
    confined = run("--home", home, "schedule", "systemd").out
    assert "ProtectSystem=strict" in confined and f'"-{tmp_path / "elsewhere"}"' in confined
    rss = tmp_path / "www" / "salt.xml"
    watch = {"name": "salt", "query": "salt", "added": "2024-03-05T10:00:00+00:00", "rss": str(rss)}
    (home / "corpus" / "watches.json").write_text(json.dumps({"schema": 1, "watches": [watch]}))
    assert f'"-{rss.parent}"' in run("--home", home, "schedule", "systemd").out
    (home / "talksearch.toml").write_text('on_new = "mail jo"\n')
    assert "ProtectSystem" not in run("--home", home, "schedule", "systemd").out


def test_units_of_others_are_left_alone(run: Run, tool: Tool, home: Path) -> None:
    called = tool("systemctl", "")
    run("--home", home, "schedule", "systemd", "--install")
    units = Path.home() / ".config" / "systemd" / "user"
    (timer,) = units.glob("*.timer")
    for spoil in (lambda: timer.write_text("[Timer]\n"), lambda: timer.symlink_to("/dev/null")):
        timer.unlink()
        spoil()
        before, called_before = files(units), called.read_text()
        for option in ("--install", "--remove"):
            ran = run("--home", home, "schedule", "systemd", option)
            assert ran.status == 2 and f"{timer} was not made by" in ran.err
        assert files(units) == before and called.read_text() == called_before
        assert timer.is_symlink() or timer.read_text() == "[Timer]\n"


def test_without_systemd_nothing_is_written(run: Run, tool: Tool, home: Path) -> None:
    ran = run("--home", home, "schedule", "systemd", "--install")
    assert ran.status == 2 and "there is no systemctl on this machine; by hand:" in ran.err
    assert files(Path.home()) == {}


def test_systemd_can_refuse(run: Run, tool: Tool, home: Path) -> None:
    tool("systemctl", "if '--user' in sys.argv: sys.exit('Failed to connect\\nto bus')")
    ran = run("--home", home, "schedule", "systemd", "--install")
    assert ran.status == 2
    assert "systemctl --user daemon-reload says: Failed to connect to bus; by hand" in ran.err
    assert "systemctl --user enable --now talksearch-my" in ran.err
    before = files(Path.home())
    ran = run("--home", home, "schedule", "systemd", "--remove")
    assert ran.status == 2 and "systemctl --user disable --now" in ran.err
    assert all(str(path) in ran.err for path in before)
    assert len(before) == 2 and files(Path.home()) == before


# cron


@pytest.mark.parametrize("before", [None, b"", b"MAILTO=jo\n# \xff\n0 0 * * * true", b"\n\n"])
def test_cron_there_and_back(run: Run, tool: Tool, home: Path, before: bytes | None) -> None:
    called = tool("crontab", CRONTAB)
    table = called.with_name("table")
    if before is not None:
        table.write_bytes(before)
    ran = run("--home", home, "schedule", "cron", "--install")
    assert ran.status == 0 and "has the line" in ran.err
    line = run("--home", home, "schedule", "cron").out.encode()
    assert b"100\\% Talks" in line and line.count(b"\n") == 1
    kept = (before or b"").removesuffix(b"\n")
    assert table.read_bytes() == (kept + b"\n" if before else b"") + line

    again = run("--home", home, "schedule", "cron", "--install")
    assert "already" in again.err and called.read_text().splitlines().count("-") == 1
    run("--home", home, "schedule", "cron", "--install", "--every", "1day")
    assert table.read_bytes().count(MARK.encode()) == 1 and line not in table.read_bytes()

    assert run("--home", home, "schedule", "cron", "--remove").status == 0
    assert table.read_bytes() == (kept + b"\n" if before else b"")
    again = run("--home", home, "schedule", "cron", "--remove")
    assert again.status == 0 and "no line" in again.err


def test_a_crontab_that_cannot_be_read_is_not_overwritten(run: Run, tool: Tool, home: Path) -> None:
    called = tool("crontab", "sys.exit('You (jo) are not allowed to use this program')")
    ran = run("--home", home, "schedule", "cron", "--install")
    assert ran.status == 2 and "crontab -l says: You (jo) are not allowed" in ran.err
    assert "by hand" in ran.err and called.read_text() == "-l\n"


def test_a_crontab_can_be_refused(run: Run, tool: Tool, home: Path) -> None:
    tool("crontab", "if sys.argv[1:] == ['-']: sys.exit('command too long')")
    ran = run("--home", home, "schedule", "cron", "--install")
    assert ran.status == 2 and "crontab - says: command too long; by hand" in ran.err


def test_without_cron(run: Run, tool: Tool, home: Path) -> None:
    ran = run("--home", home, "schedule", "cron", "--install")
    assert ran.status == 2 and "there is no crontab on this machine" in ran.err


# launchd


def test_launchd_there_and_back(run: Run, tool: Tool, home: Path) -> None:
    called = tool("launchctl", LAUNCHCTL)
    agents = Path.home() / "Library" / "LaunchAgents"
    ran = run("--home", home, "schedule", "launchd", "--install")
    assert ran.status == 0 and "it logs to" in ran.err
    assert ran.err.endswith("it runs while you are logged in\n")
    (path,) = files(agents)
    agent = plistlib.loads(path.read_bytes())
    assert path.stem == agent["Label"] and str(home) in agent["ProgramArguments"]
    assert called.with_name("loaded").read_text() == str(path)

    called.unlink()
    assert run("--home", home, "schedule", "launchd", "--install").status == 0
    assert [line.split()[0] for line in called.read_text().splitlines()] == ["print"]
    called.unlink()
    assert run("--home", home, "schedule", "launchd", "--install", "--every", "2h").status == 0
    words = [line.split()[0] for line in called.read_text().splitlines()]
    assert words == ["print", "bootout", "bootstrap"]
    assert len(plistlib.loads(path.read_bytes())["StartCalendarInterval"]) == 12

    ran = run("--home", home, "schedule", "launchd", "--remove")
    assert ran.status == 0 and "logged in" not in ran.err
    assert files(agents) == {} and not called.with_name("loaded").exists()
    assert "there is no" in run("--home", home, "schedule", "launchd", "--remove").err

    path.write_text("<plist/>")
    for option in ("--install", "--remove"):
        assert "was not made by" in run("--home", home, "schedule", "launchd", option).err
    assert path.read_text() == "<plist/>"


def test_launchd_can_refuse_or_be_absent(run: Run, tool: Tool, home: Path) -> None:
    ran = run("--home", home, "schedule", "launchd", "--install")
    assert ran.status == 2 and "there is no launchctl" in ran.err
    assert files(Path.home()) == {}
    tool("launchctl", "sys.exit('Bootstrap failed: 125')")
    ran = run("--home", home, "schedule", "launchd", "--install")
    assert ran.status == 2 and "Bootstrap failed: 125; by hand: " in ran.err


# Windows


def test_windows_there_and_back(run: Run, tool: Tool, tmp_path: Path) -> None:
    home = tmp_path / "Meine Gespräche"
    (home / "corpus").mkdir(parents=True)
    called = tool("schtasks", SCHTASKS)
    task = called.with_name("task")
    for _ in range(2):
        ran = run("--home", home, "schedule", "windows", "--install")
        assert ran.status == 0 and "is in place" in ran.err
        assert ran.err.endswith("it runs while you are logged in\n")
        assert task.read_bytes()[:2] in (b"\xff\xfe", b"\xfe\xff")
        found = ElementTree.fromstring(task.read_bytes())
        assert f'"{home}"' in (found.findtext(".//{*}Arguments") or "")
    assert called.read_text().splitlines()[-1].endswith("/F")
    assert run("--home", home, "schedule", "windows", "--remove").status == 0
    assert not task.exists()
    assert "there is no task" in run("--home", home, "schedule", "windows", "--remove").err

    task.write_text("<Task/>")
    for option in ("--install", "--remove"):
        assert "was not made by" in run("--home", home, "schedule", "windows", option).err
    assert task.read_text() == "<Task/>"


def test_windows_can_refuse_or_be_absent(run: Run, tool: Tool, tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    ran = run("--home", tmp_path, "schedule", "windows", "--install")
    assert ran.status == 2 and "there is no schtasks" in ran.err
    tool("schtasks", "sys.exit('ERROR: Access is denied.')")
    ran = run("--home", tmp_path, "schedule", "windows", "--install")
    assert ran.status == 2 and "Access is denied.; by hand: import" in ran.err
