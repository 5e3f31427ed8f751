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
        search, build = (
            f"{took.peak_mb:6,.0f} MB (at the end {took.anonymous_mb:,.0f} not counting files)"
            for took in (searched, built)
        )
        yield f"{name:<28}search {search}, build {build}"
    cores = os.cpu_count() or 1
    together = bench.together_mb(OURS, cores)
    yield f"{OURS.name}, {cores} at a time, x1: build {together:,.0f} MB, all processes together"
    once, four = peaks[OURS.name, 1], peaks[OURS.name, 4]
    bench.bar("peak memory of a search process, MB", once[0], SEARCH_BAR_MB)
    bench.bar("peak memory of a build, MB", once[1], BUILD_BAR_MB)
    bench.bar("peak memory of a build on all cores, MB", together, BUILD_BAR_MB)
    # Flat: within a tenth.
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
    " highlight(found, 1, '[', ']') FROM found JOIN passages ON passages.id = found.rowid"
    " WHERE found MATCH ? ORDER BY rank LIMIT 10", word
):
    print(*row, sep="\\n")
"""

_PARTS = """
import gc, json, os, sys, time
told, began = {}, time.perf_counter()
def stamp(name):
    global began
    told[name] = (time.perf_counter() - began) * 1000
    began = time.perf_counter()
gc.set_threshold(100_000)  # as talksearch.cli does
os.environ["OPENBLAS_NUM_THREADS"] = "1"
if sys.argv[3] == "True":
    import numpy
    stamp("import numpy")
import talksearch.cli.process
stamp("import the command line")
import talksearch.archive
from talksearch.query.parser import parse
from talksearch.results import SearchRequest
stamp("import the archive")
import talksearch.engines.whoosh.engine as engines
stamp("import the engine")
from pathlib import Path
engine = engines.WhooshEngine(Path(sys.argv[1]))
engine.record("")
stamp("open the index")
found = engine.search(SearchRequest(parse(sys.argv[2]), limit=10))
stamp("the engine's answer")
from talksearch.render import text
from talksearch.render.layout import Style
lines = [line for hit in found.hits for line in text.hit(hit, Style())]
stamp("lines of text")
gc.freeze()
print(json.dumps([told, "numpy" in sys.modules]))
"""


def process(bench: Bench) -> Iterator[str]:
    """``talksearch search WORD`` as somebody types it, and the same with sqlite3: the count, and
    the ten best with their speakers, shows and marks, printed."""
    index, database = str(bench.index(OURS)), str(bench.index(FTS5) / "passages.db")
    home = str(bench.index(OURS).parent)
    commands = {
        "talksearch search": ["-m", "talksearch", "--home", home, "search"],
        "python -c with sqlite3": ["-c", _WITH_SQLITE, database],
    }
    times: dict[str, list[float]] = defaultdict(list)
    parts: dict[str, list[float]] = defaultdict(list)
    # A part of its own, where it is one.
    _, numpy = json.loads(_run(["-c", _PARTS, index, bench.words[0], "False"])[1])
    for number in range(-2, ROUNDS):  # two to warm up
        word = bench.words[number]
        for name, command in commands.items():
            took, _ = _run([*command, word])
            if number >= 0:
                times[name].append(took)
        bare, _ = _run(["-c", "pass"])
        whole, told = _run(["-c", _PARTS, index, word, str(numpy)])
        stamps, _ = json.loads(told)
        if number >= 0:
            parts["start and end of Python"].append(bare)
            for name, took in stamps.items():
                parts[name].append(took)
            parts["the end of all that"].append(whole - bare - sum(stamps.values()))
    yield f"median of {ROUNDS} words, one after the other"
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, median in medians.items():
        yield f"{name:<28}{median:8.1f} ms, longest {max(times[name]):.1f}"
    ours, theirs = medians.values()
    yield "of talksearch's, each part by itself:"
    shares = {name: statistics.median(values) for name, values in parts.items()}
    shares["what is left: options, settings, printing"] = ours - sum(shares.values())
    yield from (f"  {name:<44}{share:8.1f} ms" for name, share in shares.items())
    bench.bar("talksearch search, whole process, to sqlite3", ours / theirs, 4, 2)


def _run(words: list[str]) -> tuple[float, str]:
    # As it is installed: with its modules compiled.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    ran = subprocess.run(
        [sys.executable, *words], env=environment, capture_output=True, text=True, check=True
    )
    return (time.perf_counter() - began) * 1000, ran.stdout
