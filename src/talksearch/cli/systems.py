"""The timers of operating systems, put in place and taken out through the systems' own tools.

Each system is a class with the same three methods. ``install`` and ``remove`` may be called as
often as one likes, leave alone what is not ours, and return what they did, a line each; they raise
``TalkSearchError`` with what to do by hand where the system's tool is missing or refuses.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from talksearch import timers
from talksearch.errors import TalkSearchError
from talksearch.timers import MARK, Timer

__all__ = ["Cron", "Launchd", "System", "Systemd", "Windows"]

_LIMIT_S = 60.0


class System(Protocol):
    """One timer on one kind of system."""

    def text(self) -> str:
        """What would be put in place."""

    def install(self) -> list[str]:
        """Put it in place, and start it."""

    def remove(self) -> list[str]:
        """Take it out."""


@dataclass(frozen=True, slots=True)
class Systemd:
    """Units of the user's own manager in its folder; ``writable`` as in ``systemd_service``."""

    timer: Timer
    folder: Path
    writable: tuple[str, ...] = ()

    def _files(self) -> dict[Path, str]:
        return {
            self.folder / f"{self.timer.name}.service": timers.systemd_service(
                self.timer, self.writable
            ),
            self.folder / f"{self.timer.name}.timer": timers.systemd_timer(self.timer),
        }

    def text(self) -> str:
        return "\n".join(f"# {path}\n{text}" for path, text in self._files().items())

    def install(self) -> list[str]:
        files = self._files()
        for path in files:
            _is_ours(path)
        unit = f"{self.timer.name}.timer"
        by_hand = f"systemctl --user daemon-reload; systemctl --user enable --now {unit}"
        _call(["systemctl", "--version"], by_hand="use another kind of timer")
        done = [_put(path, text) for path, text in files.items()]
        for words in (["daemon-reload"], ["enable", "--now", unit]):
            _call(["systemctl", "--user", *words], by_hand=f"the files are in place: {by_hand}")
        return [*done, f"{unit} is enabled; see systemctl --user list-timers"]

    def remove(self) -> list[str]:
        ours = [path for path in self._files() if _is_ours(path)]
        if not ours:
            return [f"there is no {self.timer.name}.timer"]
        unit = f"{self.timer.name}.timer"
        files = " and ".join(map(str, ours))
        by_hand = f"systemctl --user disable --now {unit}; then delete {files}"
        if self.folder / unit in ours:
            _call(["systemctl", "--user", "disable", "--now", unit], by_hand=by_hand)
        for path in ours:
            path.unlink()
        _call(["systemctl", "--user", "daemon-reload"], by_hand="systemctl --user daemon-reload")
        return [f"removed {path}" for path in ours]


@dataclass(frozen=True, slots=True)
class Cron:
    """A line of the user's crontab."""

    timer: Timer

    def text(self) -> str:
        return timers.cron_line(self.timer) + "\n"

    def install(self) -> list[str]:
        changed = self._replace(timers.cron_line(self.timer))
        return ["the crontab has the line" + ("" if changed else " already")]

    def remove(self) -> list[str]:
        changed = self._replace(None)
        return ["took the line out of the crontab" if changed else "the crontab has no line of it"]

    def _replace(self, line: str | None) -> bool:
        hand = "edit the crontab with the line that talksearch schedule cron prints"
        found = _run(["crontab", "-l"], by_hand=hand)
        said = found.stderr.decode(errors="replace")
        # Where there is none, cron says so, and the status is that of an error.
        none = "no crontab for" in said or "No such file" in said
        if found.returncode and not none:
            raise TalkSearchError(f"crontab -l says: {_one_line(said)}; by hand: {hand}")
        before = "" if found.returncode else found.stdout.decode("utf-8", "surrogateescape")
        after = timers.with_cron_line(before, self.timer.name, line)
        if after == before:
            return False
        _call(["crontab", "-"], by_hand=hand, stdin=after.encode("utf-8", "surrogateescape"))
        return True


@dataclass(frozen=True, slots=True)
class Launchd:
    """An agent of the user's, which writes what it has to say into ``log``."""

    timer: Timer
    folder: Path
    log: Path

    @property
    def _domain(self) -> str:
        """launchd's name for where it runs."""
        return f"gui/{getattr(os, 'getuid', int)()}"  # of no use on Windows, but no crash either

    @property
    def _label(self) -> str:
        return timers.launchd_label(self.timer.name)

    @property
    def _path(self) -> Path:
        return self.folder / f"{self._label}.plist"

    def text(self) -> str:
        return timers.launchd_plist(self.timer, str(self.log))

    def install(self) -> list[str]:
        by_hand = f"launchctl bootstrap {self._domain} {self._path}"
        before = self._path.read_bytes() if _is_ours(self._path) else b""
        loaded = self._is_loaded("use another kind of timer")
        done = _put(self._path, self.text())
        if loaded and before == self._path.read_bytes():
            return [done]
        if loaded:
            self._unload()
        _call(
            ["launchctl", "bootstrap", self._domain, str(self._path)],
            by_hand=f"the file is in place: {by_hand}",
        )
        return [done, f"{self._label} is loaded; it logs to {self.log}"]

    def remove(self) -> list[str]:
        if not _is_ours(self._path):
            return [f"there is no {self._path}"]
        if self._is_loaded(f"delete {self._path}"):
            self._unload()
        self._path.unlink()
        return [f"removed {self._path}"]

    def _is_loaded(self, by_hand: str) -> bool:
        words = ["launchctl", "print", f"{self._domain}/{self._label}"]
        return _run(words, by_hand=by_hand).returncode == 0

    def _unload(self) -> None:
        words = ["launchctl", "bootout", f"{self._domain}/{self._label}"]
        _call(words, by_hand=" ".join(words))


@dataclass(frozen=True, slots=True)
class Windows:
    """A task of the Task Scheduler."""

    timer: Timer

    def text(self) -> str:
        return timers.windows_task(self.timer)

    def install(self) -> list[str]:
        by_hand = "import what talksearch schedule windows prints in the Task Scheduler's window"
        self._is_there(by_hand)
        with tempfile.TemporaryDirectory(prefix="talksearch-") as folder:
            path = Path(folder, "task.xml")
            path.write_text(self.text(), "utf-16")
            words = ["schtasks", "/Create", "/TN", self.timer.name, "/XML", str(path), "/F"]
            _call(words, by_hand=by_hand)
        return [f"the task {self.timer.name} is in place"]

    def remove(self) -> list[str]:
        by_hand = f"delete {self.timer.name} in the Task Scheduler's window"
        if not self._is_there(by_hand):
            return [f"there is no task {self.timer.name}"]
        _call(["schtasks", "/Delete", "/TN", self.timer.name, "/F"], by_hand=by_hand)
        return [f"removed the task {self.timer.name}"]

    def _is_there(self, by_hand: str) -> bool:
        found = _run(["schtasks", "/Query", "/TN", self.timer.name, "/XML"], by_hand=by_hand)
        if found.returncode:
            return False
        # In which encoding it comes is up to the system; the mark has plain letters only.
        if MARK.encode() not in found.stdout.replace(b"\0", b""):
            raise _foreign(f"the task {self.timer.name}")
        return True


# Files


def _is_ours(path: Path) -> bool:
    """Is the file there? Raises ``TalkSearchError`` if it is somebody else's."""
    try:
        if MARK in path.read_text("utf-8", "replace"):
            return True
    except FileNotFoundError:
        if not path.is_symlink():
            return False
    raise _foreign(str(path))


def _foreign(what: str) -> TalkSearchError:
    return TalkSearchError(f"{what} was not made by {MARK}; rename or remove it first")


def _put(path: Path, text: str) -> str:
    """Write it, in one step, unless it is so already; what was done."""
    data = text.encode()
    if path.is_file() and path.read_bytes() == data:
        return f"{path} is in place already"
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    new.write_bytes(data)
    new.replace(path)
    return f"wrote {path}"


# Tools


def _call(words: Sequence[str], *, by_hand: str, stdin: bytes | None = None) -> None:
    """Run a tool. Raises ``TalkSearchError`` if it is not there, or does not do it."""
    ran = _run(words, by_hand=by_hand, stdin=stdin)
    if ran.returncode:
        said = _one_line((ran.stderr or ran.stdout).decode(errors="replace"))
        command = " ".join(words[:3])
        raise TalkSearchError(f"{command} says: {said or ran.returncode}; by hand: {by_hand}")


def _run(
    words: Sequence[str], *, by_hand: str, stdin: bytes | None = None
) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            words,
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            timeout=_LIMIT_S,
            env={**os.environ, "LC_ALL": "C"},
            check=False,
        )
    except FileNotFoundError:
        reason = f"there is no {words[0]} on this machine"
    except subprocess.TimeoutExpired:
        reason = f"{words[0]} did not answer in {_LIMIT_S:g} s"
    except OSError as error:
        reason = f"{words[0]} cannot be run: {error.strerror}"
    raise TalkSearchError(f"{reason}; by hand: {by_hand}")


def _one_line(text: str) -> str:
    return " ".join(text.split())[:300]
