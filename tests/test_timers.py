"""What is written for a timer: every word arrives as it was, wherever it is run."""

from __future__ import annotations

import itertools
import os
import plistlib
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talksearch import timers
from talksearch.errors import ConfigError
from talksearch.timers import INTERVALS, Timer, timer_name

NASTY = [
    "/srv/talks",
    "/srv/my talks",
    "/srv/100%",
    "/srv/%h/%%",
    "/srv/$HOME/${HOME}/$$",
    "/srv/a\\b\\\\c\\%d\\",
    "/srv/it's \"quoted\" `here` 'all'",
    '/srv/"',
    "/srv/播客/Ärger/подкаст/ع",
    "/srv/a # b; c & d > e | f",
    "/srv/*?[a]{b,c}~!",
    "/srv/ ;",
    "/srv/\\n\\x41\\s",
]

letters = st.one_of(
    st.sampled_from("\\\\'\"%%$$ #;{}`!*?~-é"),
    st.characters(exclude_categories=("Cc", "Cs")).filter(timers._writable),
)
paths = st.text(letters, max_size=30).map(lambda text: f"/{text}")


def timer(*words: str, every: int = 60) -> Timer:
    return Timer("talksearch-x-1234abcd", words, every)


# Reading as the systems do


def systemd_words(value: str) -> list[str]:
    """Words as systemd.syntax(7) has them."""
    words: list[str] = []
    for quoted, plain in re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', value, re.DOTALL):
        words.append(re.sub(r"\\(.)", r"\1", quoted) if quoted or not plain else plain)
    return [re.sub("%(.)", lambda found: {"%": "%"}[found[1]], word) for word in words]


def systemd_command(unit: str) -> list[str]:
    """The words of what is run, as systemd.service(5) has them."""
    first, *others = systemd_words(setting(unit, "ExecStart"))
    if first.startswith(":"):
        return [first[1:], *others]
    assert not any("$" in word for word in (first, *others))
    return [first, *others]


def setting(unit: str, name: str) -> str:
    (value,) = re.findall(rf"^{name}=(.*)$", unit, re.MULTILINE)
    return str(value)


def cron_command(line: str, *, backslashes: bool) -> str:
    """What cron hands to the shell. Most crons take two backslashes for one; some do not."""
    command = line.split(" ", 5)[5]
    found = re.sub(r"\\([%\\])" if backslashes else r"\\(%)", r"\1", command)
    rest = re.sub(r"\\[%\\]" if backslashes else r"\\%", "", command)
    assert "%" not in rest  # it would end the command
    return found


def windows_words(line: str) -> list[str]:
    """Arguments as CommandLineToArgvW splits them."""
    words, word, quoted, begun, at = [], "", False, False, 0
    while at < len(line):
        slashes = len(line[at:]) - len(line[at:].lstrip("\\"))
        at += slashes
        if line[at : at + 1] == '"':
            word += "\\" * (slashes // 2)
            begun = True
            if slashes % 2:
                word += '"'
            else:
                quoted = not quoted
            at += 1
            continue
        word += "\\" * slashes
        begun = begun or bool(slashes)
        if at == len(line):
            break
        if line[at] in " \t" and not quoted:
            if begun:
                words.append(word)
            word, begun = "", False
        else:
            word += line[at]
            begun = True
        at += 1
    return [*words, word] if begun else words


# All of them


@given(paths, paths)
def test_words_come_back_as_they_were(program: str, home: str) -> None:
    words = [program, "-m", "talksearch", "--home", home, "refresh"]
    made = timer(*words)
    service = timers.systemd_service(made, (home,))
    assert systemd_command(service) == words
    assert systemd_words(setting(service, "ReadWritePaths")) == [f"-{home}"]
    line = timers.cron_line(made)
    assert "\n" not in line
    for backslashes in (True, False):
        assert shlex.split(cron_command(line, backslashes=backslashes), comments=True) == words
    plist = plistlib.loads(timers.launchd_plist(made, "/log").encode())
    assert plist["ProgramArguments"] == words
    if "%" not in program + home:
        task = ElementTree.fromstring(timers.windows_task(made))
        command, arguments = (each.text or "" for each in task.iterfind(".//{*}Exec/*"))
        assert [command, *windows_words(arguments)] == words


@pytest.mark.parametrize("letter", ["\n", "\0", "\t", "\x7f", "\x85", "\udc80", "\ufffe", "\ufdd0"])
def test_what_no_timer_can_be_told_is_refused(letter: str) -> None:
    with pytest.raises(ConfigError, match="characters"):
        timer("/usr/bin/python", f"/srv/a{letter}b")


@pytest.mark.parametrize("every", INTERVALS.values())
def test_times_are_so_far_apart_and_spread(every: int) -> None:
    firsts = set()
    for n in range(40):
        minutes, hours = Timer(f"talksearch-{n}", ("/x",), every).times()
        times = [hour * 60 + minute for hour in hours for minute in minutes]
        day = [*times, times[0] + 24 * 60]
        assert {b - a for a, b in itertools.pairwise(day)} == {every}
        firsts.add(times[0])
    assert len(firsts) > 15


def test_names_tell_homes_apart_and_are_plain() -> None:
    default = "/home/jo/.local/share/talksearch"
    assert timer_name(default, default) == "talksearch"
    names = [timer_name(home, default) for home in [*NASTY, "/a/talks", "/b/talks", "/", "\udc80"]]
    assert len(set(names)) == len(names)
    for name in names:
        assert re.fullmatch(r"talksearch(-[a-z0-9]+)*-[0-9a-f]{8}", name), name
    assert timer_name("/srv/Ärger & Söhne", default).startswith("talksearch-arger-sohne-")
    assert timer_name("C:\\Users\\Jo\\Talks", default).startswith("talksearch-talks-")


# systemd


def analyze(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    if not (program := shutil.which("systemd-analyze")):
        pytest.skip("systemd-analyze is not here")
    runtime = folder / "runtime"
    runtime.mkdir(mode=0o700, exist_ok=True)
    environment = {**os.environ, "XDG_RUNTIME_DIR": str(runtime), "HOME": str(folder)}
    environment |= {"SYSTEMD_LOG_LEVEL": "debug", "LC_ALL": "C.UTF-8"}
    return subprocess.run([program, *words], capture_output=True, text=True, env=environment)


def dumped_words(dump: str) -> list[str]:
    """The command in what systemd says that it has read."""
    (line,) = re.findall(r"^\s*Command Line: (.*)$", dump, re.MULTILINE)
    words = re.findall(r'"((?:[^"\\]|\\.)*)"|(\S+)', line)
    return [re.sub(r"\\(.)", r"\1", quoted) or plain for quoted, plain in words]


@pytest.mark.parametrize("home", NASTY)
def test_systemd_reads_it_as_it_was_meant(home: str, tmp_path: Path) -> None:
    words = (sys.executable, "-m", "talksearch", "--home", home, "refresh")
    made = Timer("talksearch", words, 60)
    units = {"service": timers.systemd_service(made, (home,)), "timer": timers.systemd_timer(made)}
    for kind, text in units.items():
        (tmp_path / f"talksearch.{kind}").write_text(text)
    for kind in units:
        ran = analyze(tmp_path, "--user", "--man=no", "verify", f"{tmp_path}/talksearch.{kind}")
        assert ran.returncode == 0
        complaints = [
            line for line in ran.stderr.splitlines() if re.search(rf"talksearch\.{kind}:\d+:", line)
        ]
        assert complaints == []
    service = analyze(
        tmp_path, "--user", "--man=no", "verify", f"{tmp_path}/talksearch.service"
    ).stdout
    assert dumped_words(service) == list(words)
    (places,) = re.findall(r"^\s*ReadWritePaths: (.*)$", service, re.MULTILINE)
    assert places == f"-{home}"


def test_a_mistake_in_a_unit_would_be_seen(tmp_path: Path) -> None:
    made = timers.systemd_service(timer("/bin/true", "/srv/100%z")).replace("%%", "%")
    (tmp_path / "talksearch.service").write_text(made)
    ran = analyze(tmp_path, "--user", "--man=no", "verify", f"{tmp_path}/talksearch.service")
    assert re.search(r"talksearch\.service:\d+:", ran.stderr)


@pytest.mark.parametrize("every", INTERVALS.values())
def test_systemd_knows_the_times(every: int, tmp_path: Path) -> None:
    calendar = setting(timers.systemd_timer(timer("/x", every=every)), "OnCalendar")
    ran = analyze(tmp_path, "calendar", "--iterations=50", "--base-time=2024-01-01", calendar)
    times = re.findall(
        r"(?:Next elapse|Iter\. #\d+|Iteration #\d+): \w+ \S+ (\d+):(\d+):00", ran.stdout
    )
    minutes = [int(hour) * 60 + int(minute) for hour, minute in times]
    assert len(minutes) == 50
    assert {(b - a) % (24 * 60) for a, b in itertools.pairwise(minutes)} == {every % (24 * 60)}


def test_a_command_of_the_users_own_is_not_confined() -> None:
    assert "ProtectSystem=strict" in timers.systemd_service(timer("/x"), ("/home",))
    free = timers.systemd_service(timer("/x"))
    assert "Protect" not in free and "NoNewPrivileges" not in free


# Run


@pytest.mark.skipif(sys.platform == "win32", reason="sh is not on Windows")
@pytest.mark.parametrize("home", NASTY)
def test_what_was_written_runs(home: str, tmp_path: Path) -> None:
    # A program at a place as nasty, that tells what it was given.
    program = Path(f"{tmp_path}{home}", "tell")
    program.parent.mkdir(parents=True)
    program.write_text('#!/bin/sh\nprintf "%s\\0" "$@"\n')
    program.chmod(0o755)
    made = timer(str(program), "--home", home)
    expected = f"--home\0{home}\0".encode()
    command = cron_command(timers.cron_line(made), backslashes=True)
    assert subprocess.run(["sh", "-c", command], capture_output=True).stdout == expected
    words = systemd_command(timers.systemd_service(made))
    assert subprocess.run(words, capture_output=True).stdout == expected


# crontabs

OURS = timers.cron_line(timer("/x"))
OTHERS = [
    "MAILTO=jo",
    "17 * * * * /x # talksearch schedule: talksearch-x-1234abcde",
    "#" + OURS,
    "0 0 * * * echo 100\\% # talksearch schedule",
    "\udcff",
    "# a\u2028b\x0c",
    "",
]


def lines_of(table: str) -> list[str]:
    return table.removesuffix("\n").split("\n") if table else []


@given(st.lists(st.sampled_from([*OTHERS, OURS])), st.booleans())
def test_a_crontab_keeps_what_is_not_ours(lines: list[str], end: bool) -> None:
    table = "\n".join(lines) + ("\n" if lines and (end or not lines[-1]) else "")
    assert lines_of(table) == lines
    name, new = "talksearch-x-1234abcd", timers.cron_line(timer("/y"))
    others = [line for line in lines if line != OURS]
    placed = timers.with_cron_line(table, name, new)
    assert placed.endswith("\n") and lines_of(placed).count(new) == 1
    assert [line for line in lines_of(placed) if line != new] == others
    if OURS in lines:
        assert lines_of(placed).index(new) == lines.index(OURS)
    assert timers.with_cron_line(placed, name, new) == placed
    assert lines_of(timers.with_cron_line(placed, name, None)) == others
    if OURS not in lines:
        assert timers.with_cron_line(table, name, None) == table


# XML


def test_the_task_is_in_the_order_of_the_schema() -> None:
    # [MS-TSCH] 2.5: what is a sequence there. The other elements may come in any order.
    sequences = {"TimeTrigger": ["Enabled", "StartBoundary", "Repetition"]}
    known = {
        "Task": ["RegistrationInfo", "Triggers", "Principals", "Settings", "Actions"],
        "RegistrationInfo": ["Source", "Description"],
        "Repetition": ["Interval"],
        "Principal": ["LogonType", "RunLevel"],
        "Settings": [
            "MultipleInstancesPolicy",
            "DisallowStartIfOnBatteries",
            "StopIfGoingOnBatteries",
            "StartWhenAvailable",
            "RunOnlyIfNetworkAvailable",
        ],
        "Exec": ["Command", "Arguments"],
    }
    text = timers.windows_task(timer("C:\\Program Files\\a & b\\python.exe", "<x>", every=360))
    task = ElementTree.fromstring(text)
    seen = {}
    for element in task.iter():
        space, _, name = element.tag.rpartition("}")
        assert space == "{http://schemas.microsoft.com/windows/2004/02/mit/task"
        seen[name] = [child.tag.rpartition("}")[2] for child in element]
    for name, children in {**sequences, **known}.items():
        assert seen[name] == children
    assert task.findtext(".//{*}Interval") == "PT360M"
    assert task.findtext(".//{*}Command") == "C:\\Program Files\\a & b\\python.exe"
    context = task.find("{*}Actions")
    assert context is not None and context.get("Context") == "Author"


def test_the_task_scheduler_would_take_a_per_cent_sign_for_a_variable() -> None:
    with pytest.raises(ConfigError, match="%"):
        timers.windows_task(timer("C:\\python.exe", "C:\\100%"))


def test_launchd_is_told_all() -> None:
    text = timers.launchd_plist(timer("/x", "<&>", every=1440), "/Users/jo/Library/Logs/t.log")
    found = plistlib.loads(text.encode())
    assert found == {
        "Label": "local.talksearch-x-1234abcd",
        "ProgramArguments": ["/x", "<&>"],
        "StartCalendarInterval": found["StartCalendarInterval"],
        "RunAtLoad": True,
        "ProcessType": "Background",
        "LowPriorityIO": True,
        "StandardOutPath": "/Users/jo/Library/Logs/t.log",
        "StandardErrorPath": "/Users/jo/Library/Logs/t.log",
    }


@pytest.mark.parametrize("every", INTERVALS.values())
def test_launchd_knows_the_times(every: int) -> None:
    made = timer("/x", every=every)
    listed = plistlib.loads(timers.launchd_plist(made, "/log").encode())["StartCalendarInterval"]
    # As launchd.plist(5) has it: what is left out is any.
    times = [
        t
        for t in range(24 * 60)
        if any(at["Minute"] == t % 60 and at.get("Hour", t // 60) == t // 60 for at in listed)
    ]
    minutes, hours = made.times()
    assert times == [hour * 60 + minute for hour in hours for minute in minutes]
