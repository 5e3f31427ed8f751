"""What the timers of operating systems need to run a command regularly: values in, text out.

Each system has rules of its own for a word with blanks, quotes, ``%``, ``$`` or backslashes in it,
and its own places where they do not hold. What is written here comes out there as it was.

Formats: systemd.syntax(7), systemd.service(5), systemd.timer(5); crontab(5), which tells only half
of what cron does with backslashes; launchd.plist(5); the Task Scheduler's schema in [MS-TSCH] 2.5.
"""

from __future__ import annotations

import hashlib
import re
import shlex
import unicodedata
from dataclasses import dataclass

from talksearch.errors import ConfigError

__all__ = [
    "INTERVALS",
    "MARK",
    "Timer",
    "cron_line",
    "launchd_label",
    "launchd_plist",
    "systemd_service",
    "systemd_timer",
    "timer_name",
    "windows_task",
    "with_cron_line",
]

MARK = "talksearch schedule"
"""In everything that is written here, to know it by."""

INTERVALS = {
    "30min": 30,
    "1h": 60,
    "2h": 120,
    "3h": 180,
    "4h": 240,
    "6h": 360,
    "8h": 480,
    "12h": 720,
    "1day": 1440,
}
"""How often, in minutes. A day is a multiple of each, for cron knows no other intervals."""


@dataclass(frozen=True, slots=True)
class Timer:
    """The command's words, the first an absolute path, and how often it is run: a value of
    ``INTERVALS``. ``name`` is ``timer_name``'s; it also decides at which minutes.

    Raises ``ConfigError`` for words that not every system can be told of.
    """

    name: str
    command: tuple[str, ...]
    every_min: int

    def __post_init__(self) -> None:
        for word in self.command:
            if not all(map(_writable, word)):
                raise ConfigError(
                    f"{word!r} has characters that no timer can be told of; "
                    "use a folder whose path has none"
                )

    def times(self) -> tuple[list[int], list[int]]:
        """At which minutes of which hours. They differ from name to name, so that servers are not
        asked by everybody at once."""
        first = int(hashlib.sha256(self.name.encode()).hexdigest(), 16) % self.every_min
        times = range(first, 24 * 60, self.every_min)
        return sorted({t % 60 for t in times}), sorted({t // 60 for t in times})


def _writable(letter: str) -> bool:
    """Not a control character, a byte that was no text, or what XML and systemd refuse."""
    point = ord(letter)
    nothing = 0xFDD0 <= point <= 0xFDEF or point & 0xFFFE == 0xFFFE
    return not nothing and unicodedata.category(letter) not in ("Cc", "Cs")


def timer_name(home: str, default_home: str) -> str:
    """What the timer of a home is called: plain ``talksearch`` for the default home.

    >>> timer_name("/srv/My Talks", "/home/jo/.local/share/talksearch")
    'talksearch-my-talks-2ca9b0cd'
    """
    if home == default_home:
        return "talksearch"
    folded = unicodedata.normalize("NFKD", re.split(r"[/\\]", home)[-1]).lower()
    slug = re.sub(r"[^a-z0-9]+", "-", folded.encode("ascii", "ignore").decode()).strip("-")
    digest = hashlib.sha256(home.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return "-".join(filter(None, ("talksearch", slug[:24].strip("-"), digest)))


# systemd


def systemd_service(timer: Timer, writable: tuple[str, ...] = ()) -> str:
    """The unit that runs the command once. If paths are given, it can write nowhere else.

    A user's manager can promise that since systemd 254; an older one, or one without user
    namespaces, leaves it out and runs the command all the same. There is no ordering after the
    network: a user's manager does not know of it.
    """
    # With the colon, $ is nothing special; older systems than 244 do not know it.
    colon = ":" if any("$" in word for word in timer.command) else ""
    first, *others = timer.command
    lines = [
        f"# Written by {MARK}; what is changed here is lost at its next --install.",
        "[Unit]",
        f"Description=Refresh of {timer.name}",
        "",
        "[Service]",
        "Type=oneshot",
        "ExecStart=" + " ".join(_systemd_word(word) for word in (colon + first, *others)),
        "Nice=10",
        "IOSchedulingClass=idle",
    ]
    if writable:
        # With a minus, so that a home on a disk that is not there is the command's to complain of.
        places = " ".join(_systemd_word(f"-{path}") for path in writable)
        lines += ["NoNewPrivileges=yes", "ProtectSystem=strict", f"ReadWritePaths={places}"]
    return "\n".join(lines) + "\n"


def systemd_timer(timer: Timer) -> str:
    """The unit that starts the service; a run that was missed is made up for."""
    minutes, hours = timer.times()
    every_hour = "*" if len(hours) == 24 else ",".join(f"{hour:02}" for hour in hours)
    at = ",".join(f"{minute:02}" for minute in minutes)
    return "\n".join(
        [
            f"# Written by {MARK}; what is changed here is lost at its next --install.",
            "[Unit]",
            f"Description=When to refresh {timer.name}",
            "",
            "[Timer]",
            f"OnCalendar=*-*-* {every_hour}:{at}:00",
            "RandomizedDelaySec=5min",
            "Persistent=true",
            "",
            "[Install]",
            "WantedBy=timers.target",
            "",
        ]
    )


def _systemd_word(word: str) -> str:
    quoted = word.replace("\\", r"\\").replace('"', r"\"").replace("%", "%%")
    return f'"{quoted}"'


# cron


def cron_line(timer: Timer) -> str:
    """The line of a crontab, without its end."""
    minutes, hours = timer.times()
    when = ",".join(map(str, minutes))
    of_hours = "*" if len(hours) == 24 else ",".join(map(str, hours))
    command = " ".join(_cron_word(word) for word in timer.command)
    return f"{when} {of_hours} * * * {command} {_cron_mark(timer.name)}"


def _cron_mark(name: str) -> str:
    """How a line of ours ends: a comment for the shell. A name is no other's beginning or end."""
    return f"# {MARK}: {name}"


def with_cron_line(table: str, name: str, line: str | None) -> str:
    """A crontab with this line in the place of the timer's former ones; None for without them."""
    lines = table.removesuffix("\n").split("\n") if table else []
    ours = [number for number, each in enumerate(lines) if _is_ours(each, name)]
    if line is None and not ours:
        return table
    kept = [each for number, each in enumerate(lines) if number not in ours]
    if line is not None:
        kept.insert(ours[0] if ours else len(kept), line)
    return "".join(f"{each}\n" for each in kept)


def _is_ours(line: str, name: str) -> bool:
    return line.rstrip().endswith(f" {_cron_mark(name)}") and not line.lstrip().startswith("#")


def _cron_word(word: str) -> str:
    # cron takes \% for %, and most crons \\ for \, whatever the shell's quotes; so after a
    # backslash comes the end of the quotes, and their next beginning.
    quoted = shlex.quote(word)
    return quoted.replace("\\", r"\''").replace("%", r"\%")


# launchd


def launchd_label(name: str) -> str:
    """What launchd calls the timer."""
    return f"local.{name}"


def launchd_plist(timer: Timer, log: str) -> str:
    """The agent's property list; what the command has to say goes to the end of a log file. A run
    that was missed in sleep is made up for, and one while nobody was logged in as soon as somebody
    is: intervals would count from there, and a day be never over where that is daily."""
    import plistlib

    minutes, hours = timer.times()
    every_hour = len(hours) == 24
    content = {
        "Label": launchd_label(timer.name),
        "ProgramArguments": list(timer.command),
        "StartCalendarInterval": [
            {"Minute": minute} if every_hour else {"Hour": hour, "Minute": minute}
            for hour in (hours[:1] if every_hour else hours)
            for minute in minutes
        ],
        "RunAtLoad": True,
        "ProcessType": "Background",
        "LowPriorityIO": True,
        "StandardOutPath": log,  # what watches find
        "StandardErrorPath": log,
    }
    written = plistlib.dumps(content, sort_keys=False).decode()
    return written.replace("<plist", f"<!-- Written by {MARK}. -->\n<plist", 1)


# Windows


def windows_task(timer: Timer) -> str:
    """The task in the Task Scheduler's XML, to be stored as UTF-16.

    Raises ``ConfigError`` for words with a per cent sign: it would be taken for a variable.
    """
    from subprocess import list2cmdline
    from xml.sax.saxutils import escape

    for word in timer.command:
        if "%" in word:
            raise ConfigError(f"{word!r} has a %, which the Task Scheduler takes for a variable")
    minutes, hours = timer.times()
    program, *arguments = timer.command
    # No encoding is declared: where this is stored, the first bytes say it.
    return f"""<?xml version="1.0"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Source>{MARK}</Source>
    <Description>Refresh of {escape(timer.name)}</Description>
  </RegistrationInfo>
  <Triggers>
    <TimeTrigger>
      <Enabled>true</Enabled>
      <StartBoundary>2024-01-01T{hours[0]:02}:{minutes[0]:02}:00</StartBoundary>
      <Repetition>
        <Interval>PT{timer.every_min}M</Interval>
      </Repetition>
    </TimeTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <RunOnlyIfNetworkAvailable>true</RunOnlyIfNetworkAvailable>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{escape(program)}</Command>
      <Arguments>{escape(list2cmdline(arguments))}</Arguments>
    </Exec>
  </Actions>
</Task>
"""
