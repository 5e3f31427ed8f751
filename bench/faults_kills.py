"""kill -9 at any moment of a command, for ``faults.py``."""

from __future__ import annotations

import itertools
import os
import random
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import talksearch
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


def kills(temporary: Path, site: Site, rounds: int, seed: int, wrong: Wrong) -> Iterator[str]:
    """kill -9 at moments drawn from all of a command's time, searches running meanwhile."""
    before = archive_before(temporary, site)
    site.pages = shows(1)
    chance = random.Random(seed)
    with ProcessPoolExecutor(max_workers=4) as pool:
        for name, words in commands(temporary).items():
            after = copied(before, temporary / f"after-{name}")
            took = 0.0  # by itself: beside all the others it takes twice as long
            for _ in range(2):
                copied(before, after)
                began = time.monotonic()
                expect(wrong, 0, after, *words)
                took = max(took, time.monotonic() - began)
            counts: Counter[str] = Counter()
            numbers = itertools.count()
            # What had ended before is done again, at another moment.
            while (lacking := rounds - counts["kills"] + counts["had ended before"]) > 0:
                jobs = [
                    (temporary, name, words, next(numbers), chance.uniform(0, 2 * took))
                    for _ in range(lacking)
                ]
                for counted, bad in pool.map(killed, jobs):
                    counts.update(counted)
                    wrong += bad
            yield f"  {name}, which takes {took:.1f} s undisturbed"
            yield from told(Counter(dict(sorted(counts.items()))))


@cache
def states(temporary: Path, name: str) -> tuple[list[Any], list[Any], list[Any]]:
    """What export, a search of the library and one of the command line give, before and after."""
    homes = (temporary / "before", temporary / f"after-{name}")
    found = []
    for home in homes:
        with talksearch.open(home) as archive:
            found.append(everything_in(archive))
    return (
        [exported(home) for home in homes],
        found,
        [unordered(run(home, *QUERY).stdout) for home in homes],
    )


def killed(job: tuple[Path, str, tuple[str, ...], int, float]) -> tuple[Counter[str], Wrong]:
    """One kill, and all that is to be seen of it."""
    temporary, name, words, number, moment = job
    counts: Counter[str] = Counter({"kills": 1})
    wrong: Wrong = []
    exports, answers, outputs = states(temporary, name)
    home = copied(temporary / "before", temporary / f"home-{os.getpid()}")
    over = threading.Event()

    def search() -> None:
        with talksearch.open(home) as archive:
            while not over.is_set():
                try:
                    if everything_in(archive) not in answers:
                        wrong.append(f"{name} {number}: a wrong answer of the library")
                except Exception as error:  # noqa: BLE001 - this is what is looked for
                    wrong.append(f"{name} {number}: the library raised {error!r}")
                counts["searches by the library"] += 1
                over.wait(0.05)

    def ask() -> None:
        while not over.is_set():
            ran = run(home, *QUERY)
            if ran.returncode or ran.stderr or unordered(ran.stdout) not in outputs:
                wrong.append(f"{name} {number}: a wrong answer: {ran.returncode} {ran.stderr}")
            counts["searches by the command line"] += 1

    threads = [threading.Thread(target=each) for each in (search, ask)]
    for thread in threads:
        thread.start()
    process = subprocess.Popen(
        command(home, *words),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    with suppress(subprocess.TimeoutExpired):
        process.wait(moment)
        counts["had ended before"] += 1
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    confirmed = process.wait() == 0
    over.set()
    for thread in threads:
        thread.join()
    try:
        with talksearch.open(home) as archive:
            now = [hit.to_dict() for hit in archive.export()]
            if now not in exports or (confirmed and now != exports[1]):
                wrong.append(f"{name} {number}: neither as before nor as after")
            decided = len(archive.people.decisions())
            if decided < 1 + (confirmed and name == "merge"):
                wrong.append(f"{name} {number}: a decision was lost")
            if not archive.check():
                counts["check found nothing"] += 1
            else:
                found = archive.check(repair=True)
                if not all(each.repaired for each in found) or archive.check():
                    wrong.append(f"{name} {number}: was not repaired: {found}")
                counts["check --repair mended it"] += 1
            there = {watch.query for watch in archive.watches.list()}
    except TalkSearchError as error:
        wrong.append(f"{name} {number}: {error!r}")
        return counts, wrong
    expect(wrong, 2 if name == "watch" and "glaze" in there else 0, home, *words)
    if exported(home) != exports[1]:
        wrong.append(f"{name} {number}: another end when it is done again")
    with talksearch.open(home) as archive:
        wrong += [f"{name} {number}: afterwards {found}" for found in archive.check()]
    return counts, wrong
