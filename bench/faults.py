"""What becomes of an archive when things go wrong: kills, full disks, clocks, crowds.

    python bench/faults.py [--quick] [--only SECTION]... [--seed N] [--output FILE]

Everything is done by ``python -m talksearch`` in processes of its own, to invented shows, with a
server on this machine that gives other feeds, transcripts and chapters from one run to the next.
Disks that are full or read-only are small ones in memory, which take root to be mounted; without,
these sections say that they are left out. A count under "wrong" that is not 0 is a defect.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import reports
import talksearch
from faults_kills import kills
from faults_site import (
    QUERY,
    Site,
    Wrong,
    archive_before,
    command,
    commands,
    copied,
    everything_in,
    expect,
    exported,
    run,
    shows,
    told,
    unordered,
)
from talksearch.errors import TalkSearchError


def main() -> int:
    parser = reports.parser(__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the kills and rounds")
    parser.add_argument("--only", action="append", choices=SECTIONS, metavar="SECTION")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    rounds = 10 if arguments.quick else 100
    lines = [reports.command()]
    os.environ["TALKSEARCH_ALLOW_PRIVATE_ADDRESSES"] = "1"
    everything: Wrong = []
    for name in arguments.only or SECTIONS:
        began = time.monotonic()
        wrong: Wrong = []
        with tempfile.TemporaryDirectory() as temporary, Site() as site:
            told = list(SECTIONS[name](Path(temporary), site, rounds, arguments.seed, wrong))
        took = time.monotonic() - began
        section = ["", f"{name} ({took:.0f} s)", *told, f"  {len(wrong):6,}  wrong"]
        section += [f"          {each.replace(temporary, '')[:300]}" for each in wrong[:10]]
        print("\n".join(section), flush=True)
        lines += section
        everything += wrong
    if arguments.output:
        arguments.output.write_text("\n".join(lines) + "\n", "utf-8")
    return 1 if everything else 0


# Disks


@contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[bool]:
    """A disk in memory; False where it cannot be had."""
    place.mkdir(exist_ok=True)
    size = f"size={megabytes}m"
    asked = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(place)]
    had = bool(shutil.which("mount")) and not subprocess.run(asked, capture_output=True).returncode
    try:
        yield had
    finally:
        if had:
            subprocess.run(["umount", "-l", str(place)], check=False)


def full_disk(temporary: Path, site: Site, rounds: int, seed: int, wrong: Wrong) -> Iterator[str]:
    """Every command on a disk with a little room left: the more, the later it fails."""
    before = archive_before(temporary, site)
    counts: Counter[str] = Counter()
    site.pages = shows(1)
    with small_disk(temporary / "disk", 16) as had:
        if not had:
            yield "  left out: no disk could be mounted"
            return
        for name, words in commands(temporary).items():
            copied(before, temporary / "after")
            expect(wrong, 0, temporary / "after", *words)
            for room in (0, 4, 12, 32, 64, 128, 256, 512, 1024)[:: 1 if rounds > 10 else 3]:
                home = copied(before, temporary / "disk" / "home")
                filler = temporary / "disk" / "filler"
                free = shutil.disk_usage(filler.parent).free
                filler.write_bytes(bytes(max(0, free - room * 1024)))
                ran = run(home, *words)
                failed = ran.returncode == 2 and len(ran.stderr.splitlines()) == 1
                if "Traceback" in ran.stderr or not (failed or ran.returncode == 0):
                    wrong.append(f"{name}, {room} K: {ran.returncode} {ran.stderr}")
                counts[f"{name}: {'had room enough' if not ran.returncode else 'failed'}"] += 1
                now = exported(home)
                if now not in (exported(before), exported(temporary / "after")):
                    wrong.append(f"{name}, {room} K: something was lost")
                filler.unlink()
                again = name == "watch" and ran.returncode == 0
                expect(wrong, 2 if again else 0, home, *words)
                if exported(home) != exported(temporary / "after"):
                    wrong.append(f"{name}, {room} K: another end when it is done again")
    yield from told(counts)


def read_only_disk(
    temporary: Path, site: Site, rounds: int, seed: int, wrong: Wrong
) -> Iterator[str]:
    """Searches go on; whatever would write says in a line that it cannot."""
    before = archive_before(temporary, site)
    counts: Counter[str] = Counter()
    disk = temporary / "disk"
    with small_disk(disk, 16) as had:
        if not had:
            yield "  left out: no disk could be mounted"
            return
        home = copied(before, disk / "home")
        bare = copied(before, disk / "bare")
        shutil.rmtree(bare / "index")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        if unordered(run(home, *QUERY).stdout) != unordered(run(before, *QUERY).stdout):
            wrong.append("a search found something else")
        counts["searches"] += 1
        for name, words in commands(temporary).items():
            reason = expect(wrong, 2, home, *words, lines=1)
            if "Read-only" not in reason:
                wrong.append(f"{name}: {reason}")
            counts["commands that said so"] += 1
        expect(wrong, 2, bare, "search", "glaze", lines=1)
    yield from told(counts)


# Time

CLOCK = """\
import datetime, os, time
shift = float(os.environ.get("FAULTS_SHIFT_S", 0))
real, real_ns, then = time.time, time.time_ns, datetime.datetime
time.time = lambda: real() + shift
time.time_ns = lambda: real_ns() + int(shift) * 10**9
class Shifted(then):
    @classmethod
    def now(cls, tz=None):
        return then.now(tz) + datetime.timedelta(seconds=shift)
datetime.datetime = Shifted
"""


def clock(temporary: Path, site: Site, rounds: int, seed: int, wrong: Wrong) -> Iterator[str]:
    """A clock that was years ahead and is set right, and one that is set back."""
    (temporary / "sitecustomize.py").write_text(CLOCK)
    path = os.pathsep.join(filter(None, (str(temporary), os.environ.get("PYTHONPATH"))))
    day = 86_400
    home = temporary / "home"

    def scheduled(days: int, version: int, name: str) -> None:
        site.pages = shows(version)
        site.asked.clear()
        ahead = {"FAULTS_SHIFT_S": str(days * day), "PYTHONPATH": path}
        expect(wrong, 0, home, "refresh", "--scheduled", lines=None, **ahead)
        asked = sum(target.endswith("feed.xml") for target in site.asked)
        if asked != len(site.feeds):
            wrong.append(f"{name}: {asked} of {len(site.feeds)} feeds were asked")
        if exported(home) != expected[version]:
            wrong.append(f"{name}: not what the feeds hold")

    expected = []
    for version in (0, 1):
        site.pages = shows(version)
        words = ("refresh", "--all") if version else ("add", *site.feeds)
        expect(wrong, 0, temporary / "made", *words)
        expected.append(exported(temporary / "made"))
    site.pages = shows(0)
    expect(wrong, 0, home, "add", *site.feeds, FAULTS_SHIFT_S=str(1500 * day), PYTHONPATH=path)
    scheduled(0, 0, "set right")
    expect(wrong, 0, home, "refresh", "--all", FAULTS_SHIFT_S=str(40 * day), PYTHONPATH=path)
    state = [path.read_bytes() for path in sorted((home / "index").rglob("MAIN*"))]
    scheduled(-30, 0, "set back by 30 days")
    if state != [path.read_bytes() for path in sorted((home / "index").rglob("MAIN*"))]:
        wrong.append("set back: something was indexed twice")
    # Files of a time that is yet to come.
    document = next((home / "corpus").glob("*/*.txt"))
    whole = document.read_bytes()
    for text in (whole.replace(b"glaze", b"blaze"), whole):
        stat = document.stat()
        document.write_bytes(text)
        os.utime(document, ns=(stat.st_atime_ns, time.time_ns() + 10**9 * day * 900))
        expect(wrong, 0, home, "refresh", "--feed", site.feeds[0])
        expect(wrong, 0, home, "check")
    yield "       2  clocks set back, files of a time to come"


# Hands


def edits(temporary: Path, site: Site, rounds: int, seed: int, wrong: Wrong) -> Iterator[str]:
    """A corpus edited by hand while it is refreshed."""
    before = archive_before(temporary, site)
    chance = random.Random(seed)
    counts: Counter[str] = Counter()
    site.pages, site.delay_s = shows(1), 0.05
    for _ in range(max(2, rounds // 10)):
        home = copied(before, temporary / "home")
        corpus = home / "corpus"
        refreshing = subprocess.Popen(
            command(home, "refresh", "--all"), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        while refreshing.poll() is None:
            time.sleep(chance.uniform(0, 0.15))
            with suppress(OSError):
                counts[edit(corpus, chance)] += 1
        assert refreshing.stderr
        complaint = refreshing.stderr.read().decode()
        if refreshing.returncode not in (0, 2) or "Traceback" in complaint or "defect" in complaint:
            wrong.append(f"refresh: {refreshing.returncode} {complaint}")
        counts[f"refreshes that ended with {refreshing.returncode}"] += 1
        for path in corpus.glob("*/half*"):
            path.unlink()
        run(home, "refresh")
        expect(wrong, 0, home, "check", "--repair")
        expect(wrong, 0, home, "check")
        brought_up = exported(home)
        expect(wrong, 0, home, "rebuild")
        if exported(home) != brought_up:
            wrong.append("the index is not what a rebuild gives")
    yield from told(Counter(dict(sorted(counts.items()))))


def edit(corpus: Path, chance: random.Random) -> str:
    folders = [path for path in corpus.iterdir() if path.is_dir()]
    folder = chance.choice(folders)
    number = chance.randint(0, 9)
    documents = [p for p in folder.iterdir() if p.suffix in (".vtt", ".txt", ".md")]
    match chance.randint(0, 4):
        case 0:
            (folder / f"new-{number}.txt").write_text(f"Ann Lee: New {number}.\n\nBo: Indeed.\n")
            return "documents put"
        case 1 if documents:
            path = chance.choice(documents)
            path.write_bytes(path.read_bytes().replace(b"glaze", b"blaze"))
            return "documents changed"
        case 2 if documents:
            chance.choice(documents).unlink()
            return "documents removed"
        case 3:
            (folder / f"half-{number}.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:")
            return "documents half written"
        case 4:
            folder.rename(corpus / f"{folder.name}-{number}")
            return "folders renamed"
    return "nothing"


def index_deleted(
    temporary: Path, site: Site, rounds: int, seed: int, wrong: Wrong
) -> Iterator[str]:
    """index/ removed again and again under searches."""
    home = archive_before(temporary, site)
    good = unordered(run(home, *QUERY).stdout)
    with talksearch.open(home) as archive:
        whole = everything_in(archive)
    counts: Counter[str] = Counter()
    over = threading.Event()

    def search() -> None:
        with talksearch.open(home) as archive:
            while not over.is_set():
                try:
                    right = everything_in(archive) == whole
                    counts["searches by the library" if right else "wrong answers"] += 1
                except TalkSearchError as error:
                    counts[f"errors of the library: {type(error).__name__}"] += 1
                except Exception as error:  # noqa: BLE001 - this is what is looked for
                    wrong.append(f"the library raised {error!r}")

    def ask() -> None:
        while not over.is_set():
            ran = run(home, *QUERY)
            line = len(ran.stderr.splitlines()) == 1 and "Traceback" not in ran.stderr
            if ran.returncode == 2 and line and "defect" not in ran.stderr:
                counts["errors of the command line, of one line"] += 1
            elif ran.returncode or unordered(ran.stdout) != good:
                wrong.append(f"search: {ran.returncode} {ran.stderr}")
            else:
                counts["searches by the command line"] += 1

    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(each) for each in (search, search, ask, ask)]
        chance = random.Random(seed)
        for _ in range(rounds // 2):
            time.sleep(chance.uniform(0, 1.2))
            shutil.rmtree(home / "index", ignore_errors=True)
            counts["removals"] += 1
        over.set()
        for job in jobs:
            job.result()
    if counts["wrong answers"]:
        wrong.append("wrong answers")
    expect(wrong, 0, home, *QUERY)
    expect(wrong, 0, home, "check")
    yield from told(Counter(dict(sorted(counts.items()))))


# Many at once


def crowd(temporary: Path, site: Site, rounds: int, seed: int, wrong: Wrong) -> Iterator[str]:
    """Two refreshes, an add and twenty searches at once; a timer's refresh beside a running one."""
    before = archive_before(temporary, site)
    site.pages = shows(1)
    add = ("add", str(temporary / "own"), "--show", "Kitchen Talks")
    one_by_one = copied(before, temporary / "one-by-one")
    for words in (("refresh", "--all"), add):
        expect(wrong, 0, one_by_one, *words)
    after = exported(one_by_one)
    counts: Counter[str] = Counter()
    for _ in range(max(1, rounds // 33)):
        home = copied(before, temporary / "home")
        at_once = [("refresh", "--all"), ("refresh", "--all"), add, *[QUERY] * 20]
        with ThreadPoolExecutor(len(at_once)) as pool:
            running = [pool.submit(run, home, *words) for words in at_once]
            for ran in (each.result() for each in running):
                if ran.returncode or "Traceback" in ran.stderr:
                    wrong.append(f"{ran.args[5:7]}: {ran.returncode} {ran.stderr}")
                counts["commands that ended well"] += not ran.returncode
        if exported(home) != after:
            wrong.append("another end than one by one")
        expect(wrong, 0, home, "check")
    site.delay_s = 1.0
    refreshing = subprocess.Popen(command(home, "refresh", "--all"), stdout=subprocess.DEVNULL)
    site.wait_for_request()
    began = time.monotonic()
    line = expect(wrong, 0, home, "refresh", "--scheduled", lines=1)
    took = time.monotonic() - began
    if "another run is under way" not in line or refreshing.poll() is not None:
        wrong.append(f"beside a running one: {line}")
    if refreshing.wait() or took > 3:
        wrong.append(f"the running one: {refreshing.returncode}; {took:.1f} s")
    counts["times that a timer left at once"] += 1
    yield from told(counts)


def signals(temporary: Path, site: Site, rounds: int, seed: int, wrong: Wrong) -> Iterator[str]:
    """Ctrl-C and SIGTERM while a refresh waits for servers that do not answer."""
    home = archive_before(temporary, site)
    before = exported(home)
    for number, status in ((signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM)):
        site.delay_s = 30.0
        process = subprocess.Popen(
            command(home, "refresh", "--all"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            # Whoever runs this in the background has interruptions ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        site.wait_for_request()
        began = time.monotonic()
        process.send_signal(number)
        complaint = process.communicate(timeout=60)[1].decode().split("\n")
        complaint = [line for line in complaint if line]  # click ends the line of a terminal's ^C
        took = time.monotonic() - began
        if process.returncode != status or took > 2 or len(complaint) != (status == 130):
            wrong.append(f"{number.name}: {process.returncode} after {took:.1f} s: {complaint}")
        yield f"  {number.name}: {process.returncode} after {took:.1f} s {complaint}"
        site.delay_s = 0.0
        expect(wrong, 0, home, "refresh", "--all")
        expect(wrong, 0, home, "check")
        if exported(home) != before:
            wrong.append(f"{number.name}: something was lost")


Section = Callable[[Path, Site, int, int, Wrong], Iterator[str]]
SECTIONS: dict[str, Section] = {
    "kills": kills,
    "full disk": full_disk,
    "read-only disk": read_only_disk,
    "clock": clock,
    "edits": edits,
    "index deleted": index_deleted,
    "crowd": crowd,
    "signals": signals,
}

if __name__ == "__main__":
    sys.exit(main())
