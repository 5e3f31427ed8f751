"""What ``speed.py`` measures of whole processes: their memory, and their time from start to end."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator

from speed_indexes import FTS5, OURS, TANTIVY, Bench

ROUNDS = 21

SEARCH_BAR_MB, BUILD_BAR_MB, FLAT = 150, 500, 1.1


def memory(bench: Bench) -> Iterator[str]:
    """Peaks of processes that build, one episode after the other, or that ask every question."""
    peaks = {}
    for engine, times in ((OURS, 1), (OURS, 4), (FTS5, 1), (TANTIVY, 1)):
        name = f"{engine.name} x{times}"
        built, searched = bench.took(engine, times), bench.search(engine, times)
        peaks[engine.name, times] = (searched.peak_mb, built.peak_mb)
        yield (
            f"{name:<28}search {searched.peak_mb:6,.0f} MB (at the end {searched.anonymous_mb:,.0f}"
            f" not counting files), build {built.peak_mb:6,.0f} MB"
        )
    once, four = peaks[OURS.name, 1], peaks[OURS.name, 4]
    bench.bar("peak memory of a search process, MB", once[0], SEARCH_BAR_MB)
    bench.bar("peak memory of a build, MB", once[1], BUILD_BAR_MB)
    bench.bar("search process, x4 to x1", four[0] / once[0], FLAT)
    bench.bar("build, x4 to x1", four[1] / once[1], FLAT)


# Whole processes

_WITH_SQLITE = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
word = sys.argv[2:]
print(*db.execute("SELECT count(*) FROM found WHERE found MATCH ?", word).fetchone(), "passages")
for row in db.execute(
    "SELECT passages.speaker, passages.role, passages.show, episode, date,"
    " highlight(found, 3, '[', ']') FROM found JOIN passages ON passages.id = found.rowid"
    " WHERE found MATCH ? ORDER BY rank LIMIT 10", word
):
    print(*row, sep="\\n")
"""

_PARTS = """
import json, sys, time
told, began = {}, time.perf_counter()
def stamp(name):
    global began
    told[name] = (time.perf_counter() - began) * 1000
    began = time.perf_counter()
import numpy
stamp("import numpy")
import talksearch.cli
stamp("import talksearch.cli")
import talksearch.engines.whoosh.engine as engines
from talksearch.query.parser import parse
from talksearch.results import SearchRequest
stamp("import the engine")
from pathlib import Path
engine = engines.WhooshEngine(Path(sys.argv[1]))
engine.record("")
stamp("open the index")
engine.search(SearchRequest(parse(sys.argv[2]), limit=10))
stamp("the first query")
engine.search(SearchRequest(parse(sys.argv[2]), limit=10))
stamp("the same again, which is not part of it")
print(json.dumps(told))
"""


def process(bench: Bench) -> Iterator[str]:
    """``talksearch search WORD`` as somebody types it, and the same with sqlite3: the count, and
    the ten best with their speakers, shows and marks, printed."""
    home = bench.index(OURS).parent
    database = str(bench.index(FTS5) / "passages.db")
    commands = {
        "talksearch search": ["-m", "talksearch", "--home", str(home), "search"],
        "python -c with sqlite3": ["-c", _WITH_SQLITE, database],
    }
    times: dict[str, list[float]] = defaultdict(list)
    parts: dict[str, list[float]] = defaultdict(list)
    for number in range(-2, ROUNDS):  # two to warm up
        word = bench.words[number]
        for name, command in commands.items():
            took, said = _run([*command, word])
            assert "passages" in said or "of" in said, said
            if number >= 0:
                times[name].append(took)
        took, _ = _run(["-c", "pass"])
        _, said = _run(["-c", _PARTS, str(bench.index(OURS)), word])
        if number >= 0:
            parts["start and end of Python"].append(took)
            for name, took in json.loads(said).items():
                parts[name].append(took)
    yield f"median of {ROUNDS} words, one after the other"
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, median in medians.items():
        yield f"{name:<28}{median:8.1f} ms, longest {max(times[name]):.1f}"
    yield "of this, each part by itself:"
    for name, values in parts.items():
        yield f"  {name:<42}{statistics.median(values):8.1f} ms"
    ours, theirs = medians.values()
    bench.bar("talksearch search, whole process, to sqlite3", ours / theirs, 4, 2)


def _run(words: list[str]) -> tuple[float, str]:
    # As it is installed: with its modules compiled.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    ran = subprocess.run(
        [sys.executable, *words], env=environment, capture_output=True, text=True, check=True
    )
    return (time.perf_counter() - began) * 1000, ran.stdout
