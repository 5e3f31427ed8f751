"""How fast talksearch searches and builds, beside stock Whoosh, SQLite FTS5 and Tantivy.

    python bench/speed.py DATA [--cache FILE] [--keep FOLDER] [--sample N] [--only SECTION]...
        [--output FILE] [--plot FILE.png]

All engines hold the same passages and are asked the same questions in one run, each question of
one engine after the other; of a question's repetitions the median counts, and of a class of
questions the median and the 95th percentile. README.md says what each engine is asked for.

The passages of DATA are read once into --cache; --keep keeps the indexes between runs; --sample
takes N episodes only, to try the bench itself.
"""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import reports
import speed_costs
import speed_growth
from speed_engines import Asked, size_mb
from speed_growth import REPLACED
from speed_indexes import ENGINES, FTS5, OURS, STOCK, TANTIVY, Bench
from speed_passages import Drawing, read, stream, text_mb, with_word, write

REPETITIONS = 5
REPETITIONS_OF_STOCK = 1  # it is slow; what it takes varies little
BUILDS = 3

# p50 at most so many times Tantivy's: the bar and the aim.
TIMES_TANTIVY = {
    "rare word": (3, 1.5), "common word": (3, 1.5), "phrase": (3, 1.5), "prefix": (3, 1.5),
    "OR3": (5, 2), "AND3": (5, 2),
    "AND + speaker": (5, 2), "AND + show": (5, 2), "word + dates": (5, 2),
    "highlighted": (4, 1), "grouped by episode": (4, 1), "counts by speaker": (4, 1),
    "three facets": (2, 1), "fuzzy": (6, 2),
}  # fmt: skip


def main() -> None:
    parser = reports.parser(__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--cache", type=Path, help="the passages, read from DATA if there is none")
    parser.add_argument("--keep", type=Path, help="where the indexes are kept")
    parser.add_argument("--sample", type=int, help="so many episodes instead of all")
    parser.add_argument(
        "--only",
        action="append",
        choices=[*SECTIONS, *ON_DEMAND],
        help=f"instead of all but {', '.join(ON_DEMAND)}",
    )
    parser.add_argument("--plot", type=Path, help="draw the query classes, as PNG")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        bench = prepared(arguments, Path(temporary))
        lines = [reports.command(), "", *told(bench)]
        for name in arguments.only or SECTIONS:
            print(name, file=sys.stderr)
            section = (SECTIONS | ON_DEMAND)[name]
            lines += ["", name, *(f"  {line}".rstrip() for line in section(bench))]
    if bench.bars:
        met = sum(bar.startswith("PASS") for bar in bench.bars)
        lines += ["", f"bars: {met} of {len(bench.bars)} met", *(f"  {bar}" for bar in bench.bars)]
    reports.publish(lines, arguments.output)
    if arguments.plot and bench.medians:
        plot(bench, arguments.plot)


def prepared(arguments: argparse.Namespace, temporary: Path) -> Bench:
    cache = arguments.cache or temporary / "passages"
    if not cache.exists():
        write(cache, read(arguments.data))
    folder = arguments.keep or temporary
    folder.mkdir(parents=True, exist_ok=True)
    entries = list(stream(cache))
    if arguments.sample:
        entries = entries[:: max(1, len(entries) // arguments.sample)][: arguments.sample]
        cache = folder / f"passages-{len(entries)}"
        write(cache, entries)
    drawing = Drawing(entries)
    return Bench(
        entries=cache,
        folder=folder,
        episodes=len(entries),
        passages=sum(len(passages) for _, passages in entries),
        text_mb=text_mb(entries),
        questions=drawing.questions(),
        words=drawing.middling(speed_costs.ROUNDS),
    )


def told(bench: Bench) -> Iterator[str]:
    import tantivy

    yield (
        f"{bench.episodes:,} episodes, {bench.passages:,} passages, {bench.text_mb:.1f} MB of text"
    )
    yield (
        f"{os.cpu_count()} cores; Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, {tantivy.__version__}"
    )


# Queries


def queries(bench: Bench) -> Iterator[str]:
    """Each class's times, what talksearch's are to the others', and how many passages match."""
    opened = {engine.name: bench.open(engine) for engine in ENGINES}
    asked: list[tuple[str, int, str, Asked]] = []
    for kind, questions in bench.questions.items():
        for number, question in enumerate(questions):
            for name, engine in opened.items():
                if (ask := engine.ask(question)) is not None:
                    asked.append((kind, number, name, ask))
    matching: dict[tuple[str, str], list[int]] = defaultdict(list)
    first: dict[str, list[float]] = defaultdict(list)
    times: dict[tuple[str, str, int], list[float]] = defaultdict(list)
    for repetition in range(REPETITIONS + 1):
        for kind, number, name, ask in asked:
            if name == STOCK.name and repetition > REPETITIONS_OF_STOCK:
                continue
            began = time.perf_counter()
            total = ask()
            took = (time.perf_counter() - began) * 1000
            if repetition:
                times[kind, name, number].append(took)
                continue
            first[name].append(took)
            if total is not None:
                matching[kind, name].append(total)
    for engine in opened.values():
        engine.close()
    by_class: dict[tuple[str, str], list[float]] = defaultdict(list)
    for (kind, name, _), several in times.items():
        by_class[kind, name].append(statistics.median(several))
    bench.medians = {each: statistics.median(values) for each, values in by_class.items()}
    yield from _table(bench, by_class, matching)
    yield ""
    yield "asked for the first time, all classes, p50 in ms: " + ", ".join(
        f"{name} {statistics.median(values):.2f}" for name, values in first.items()
    )


def _table(
    bench: Bench,
    times: dict[tuple[str, str], list[float]],
    matching: dict[tuple[str, str], list[int]],
) -> Iterator[str]:
    count = max(map(len, bench.questions.values()))
    yield (
        f"{count} questions a class, median of {REPETITIONS} repetitions each "
        f"(stock Whoosh: {REPETITIONS_OF_STOCK}), warm; p50 / p95 in ms"
    )
    yield ""
    names = [engine.name for engine in ENGINES]
    yield (
        " " * 19
        + "".join(f"{name:>17}" for name in names)
        + f"{'to FTS5':>15}{'to Tantivy':>15}{'matching':>10}{'Tantivy':>10}"
    )
    for kind in bench.questions:
        cells, both = "", {}
        for name in names:
            values = times.get((kind, name))
            both[name] = (statistics.median(values), p95(values)) if values else None
            cells += f"{_pair(both[name]):>17}"
        ours = both[OURS.name]
        for rival in (FTS5, TANTIVY):
            theirs = both[rival.name]
            ratios = (ours[0] / theirs[0], ours[1] / theirs[1]) if ours and theirs else None
            cells += f"{_pair(ratios):>15}"
            if ratios and rival is FTS5:
                bench.bar(f"{kind}, p50, to FTS5", ratios[0], 2 if kind == "rare word" else 1)
                bench.bar(f"{kind}, p95, to FTS5", ratios[1], 1)
            elif ratios:
                bench.bar(f"{kind}, p50, to Tantivy", ratios[0], *TIMES_TANTIVY[kind])
        for name in (OURS.name, TANTIVY.name):
            cells += f"{statistics.median(matching[kind, name]):>10,.0f}"
        yield f"{kind:<19}{cells}"


def p95(values: Sequence[float]) -> float:
    return sorted(values)[round(0.95 * (len(values) - 1))]


def _pair(both: tuple[float, float] | None) -> str:
    return "-" if both is None else " / ".join(_short(value) for value in both)


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}" if value >= 1 else f"{value:.2f}"


# Building


def build(bench: Bench) -> Iterator[str]:
    """MB of text a second, with the passages in memory."""
    cores = os.cpu_count() or 1
    one, several = (OURS, FTS5, TANTIVY), (OURS, TANTIVY)
    runs = [(engine, 1) for engine in one] + [(engine, cores) for engine in several]
    speeds: dict[tuple[str, int], list[float]] = defaultdict(list)
    for _ in range(BUILDS):
        for engine, workers in runs:
            seconds = bench.build(engine, workers).seconds
            speeds[engine.name, workers].append(bench.text_mb / seconds)
    yield f"median of {BUILDS}; of stock Whoosh once, reading the passages included"
    found = {each: statistics.median(values) for each, values in speeds.items()}
    for (name, workers), speed in found.items():
        who = f"{name}, {workers} at a time" if workers > 1 else name
        yield f"{who:<28}{speed:8.2f} MB/s"
    yield f"{STOCK.name:<28}{bench.text_mb / bench.took(STOCK).seconds:8.2f} MB/s"
    theirs = found[FTS5.name, 1]
    bench.bar_at_least("build, all cores, to FTS5", found[OURS.name, cores] / theirs, 0.8, 1.5)
    bench.bar_at_least("build, one process, to FTS5", found[OURS.name, 1] / theirs, 0.25, 0.4)


def size(bench: Bench) -> Iterator[str]:
    sizes = {engine.name: size_mb(bench.index(engine)) for engine in ENGINES}
    for name, megabytes in sizes.items():
        yield f"{name:<28}{megabytes:8.1f} MB, {megabytes / bench.text_mb:.2f} of the text"
    ratio = sizes[OURS.name] / sizes[FTS5.name]
    bench.bar("index size, to FTS5's database", ratio, 1)
    bench.bars[-1] += f"; to the text {sizes[OURS.name] / bench.text_mb:.2f} (aim 1)"


def replacing(bench: Bench) -> Iterator[str]:
    """One episode, with a word in it that was nowhere: until a search finds it."""
    few = max(1, bench.episodes // REPLACED)
    chosen = [entry for n, entry in enumerate(stream(bench.entries)) if n % few == few // 2]
    times: dict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory(dir=bench.folder) as folder:
        opened = {e.name: e.open(bench.copy(e, Path(folder, e.name))) for e in ENGINES}
        for number, entry in enumerate(chosen[:REPLACED]):
            marker = f"zyzzyva{number}"
            marked = with_word(entry, marker)
            for name, engine in opened.items():
                began = time.perf_counter()
                found = engine.replace(marked, marker)
                times[name].append((time.perf_counter() - began) * 1000)
                assert found == 1, (name, found)
        for engine in opened.values():
            engine.close()
    passages = statistics.median(len(passages) for _, passages in chosen)
    yield f"median of {len(times[OURS.name])} episodes (of {passages:.0f} passages, their median)"
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, median in medians.items():
        yield f"{name:<28}{median:8.1f} ms, longest {max(times[name]):.1f}"
    ours = medians[OURS.name]
    bench.bar("replace one episode, to Tantivy", ours / medians[TANTIVY.name], 1.5)
    bench.bars[-1] += f"; to FTS5 {ours / medians[FTS5.name]:.2f} (aim 1)"


def plot(bench: Bench, path: Path) -> None:
    """The median of each class and engine, on a scale of powers of ten."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    kinds = list(bench.questions)[::-1]
    figure, axes = pyplot.subplots(figsize=(9, 9), layout="constrained")
    colours = ("#d1495b", "#2e6f95", "#66a182", "#b8b8b8")
    for place, (engine, colour) in enumerate(zip(ENGINES, colours, strict=True)):
        heights = [y + 0.3 - 0.2 * place for y in range(len(kinds))]
        values = [bench.medians.get((kind, engine.name)) for kind in kinds]
        shown = [(y, value) for y, value in zip(heights, values, strict=True) if value]
        bars = axes.barh(*zip(*shown, strict=True), height=0.19, color=colour, label=engine.name)
        labels = [_short(value) for _, value in shown]
        axes.bar_label(bars, labels=labels, fontsize=7, padding=2)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set_yticks(range(len(kinds)), kinds)
    held = f"{bench.passages:,} passages, {bench.text_mb:.0f} MB of text"
    axes.set_xlabel(f"milliseconds, median of the class (logarithmic); {held}")
    figure.legend(loc="outside upper center", ncols=len(ENGINES), frameon=False)
    axes.margins(x=0.12, y=0.01)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    figure.savefig(path, dpi=110)


SECTIONS: dict[str, Callable[[Bench], Iterator[str]]] = {
    "queries": queries,
    "build": build,
    "size": size,
    "replace": replacing,
    "memory": speed_costs.memory,
    "process": speed_costs.process,
    "threads": speed_growth.threads,
    "growth": speed_growth.growth,
}
# It takes a quarter of an hour, and 5 GB on the disk.
ON_DEMAND = {"far": speed_growth.far}


if __name__ == "__main__":
    main()
