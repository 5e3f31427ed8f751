"""What a page of results costs beside the search itself.

    python bench/results_page.py HOME JUDGED [--output FILE]

HOME is an archive that is indexed, JUDGED the folder of judged queries, of which only the queries
are used (``known_item.jsonl``, ``topics.jsonl``), each with its ten best hits. The search itself is
what it takes to know their ids and scores; a page is all that is done for the hits from there to
the lines that are written, with two turns before and after each, or without. Times are the
processor's, of one hit, in milliseconds: of each query the median of its runs, then the median and
the 95th percentile over the queries.

"First" is the same for the first query of a process, with all that is imported and read for the
first time, over 15 processes.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import reports
import talksearch
from talksearch import options
from talksearch.engines.whoosh import order
from talksearch.engines.whoosh.engine import WhooshEngine
from talksearch.model import Episode, Passage
from talksearch.render import data, quotes, text
from talksearch.render.citations import CITATIONS, cited_passage
from talksearch.render.layout import Style
from talksearch.results import SearchPage, SearchRequest
from talksearch.surroundings import with_context

T = TypeVar("T")

LIMIT, CONTEXT, ROUNDS, PROCESSES = 10, 2, 5, 15
BAR_MS = 1.0

FORMS: dict[str, Callable[[SearchPage], object]] = {
    "text": lambda page: list(text.page(page, Style())),
    "text in colour": lambda page: list(text.page(page, Style(colour=True, width=100))),
    "json, with links": lambda page: data.as_json(page.to_dict()),
    "csv": lambda page: list(data.csv_lines(page.hits)),
    "line": lambda page: [text.line(hit, Style()) for hit in page.hits],
    "quote": lambda page: list(quotes.quotations(page.hits)),
    "cite": lambda page: [list(CITATIONS["bibtex"](cited_passage(hit))) for hit in page.hits],
}


def main() -> None:
    parser = reports.parser(__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("judged", type=Path)
    parser.add_argument("--first", help=argparse.SUPPRESS)  # in a process of its own
    arguments = parser.parse_args()
    if arguments.first:
        with talksearch.open(arguments.home) as archive:
            print(json.dumps(costs(archive, engine(arguments.home), arguments.first, 1)))
        return
    queries = list(queries_of(arguments.judged))
    with talksearch.open(arguments.home) as archive:
        searcher = engine(arguments.home)
        archive.search(queries[0])
        warm = [found for query in queries if (found := costs(archive, searcher, query, ROUNDS))]
    step = len(queries) // PROCESSES
    first = [first_of(query) for query in queries[: step * PROCESSES : step]]
    report = [
        reports.command(),
        f"{len(warm)} queries, {LIMIT} hits each; ms a hit",
        f"{'':<34}{'p50':>8}{'p95':>8}{'first':>8}",
        *(row(name, warm, first) for name in warm[0]),
        *bars(warm),
    ]
    reports.publish(report, arguments.output)


def queries_of(judged: Path) -> Iterator[str]:
    for name in ("known_item", "topics"):
        for line in (judged / f"{name}.jsonl").read_text("utf-8").splitlines():
            yield json.loads(line)["query"]


def engine(home: Path) -> WhooshEngine:
    return WhooshEngine(home / "index")


Costs = dict[str, float]


def costs(archive: talksearch.Archive, searcher: WhooshEngine, query: str, rounds: int) -> Costs:
    """What each part takes for one hit of a query; nothing where there are no hits."""
    tree = options.tree(query, (), (), (), (), None, None)
    request = SearchRequest(tree, limit=LIMIT)
    times: dict[str, list[float]] = {}

    def timed(name: str, run: Callable[..., T], *given: object) -> T:
        began = time.process_time()
        made = run(*given)
        times.setdefault(name, []).append((time.process_time() - began) * 1000)
        return made

    hits = 0
    for _ in range(rounds):
        documents = timed("the search itself", ranked, searcher, request)
        hits = len(documents)
        if not hits:
            return {}
        passages = timed("texts, speakers, episodes", read, searcher, documents)
        timed("marks", searcher.highlight, tree, passages)
        page = archive.search(query, limit=LIMIT)
        around = timed("turns around", surrounded, searcher, page)
        for name, form in FORMS.items():
            timed(name, form, page)
        timed("text with turns around", FORMS["text"], around)
    each = {name: statistics.median(took) / hits for name, took in times.items()}
    found = each["texts, speakers, episodes"] + each["marks"]
    each["a page"] = found + each["text"]
    each["a page with turns around"] = found + each["turns around"] + each["text with turns around"]
    return each


def ranked(searcher: WhooshEngine, request: SearchRequest) -> list[int]:
    """The numbers of the passages on a page."""
    return order.page(searcher._reader().evaluation(), request).documents


def read(searcher: WhooshEngine, documents: Iterable[int]) -> list[tuple[Passage, Episode]]:
    """The hits' passages and episodes, with all that is known of them."""
    reader = searcher._reader()
    return [reader.passage(number) for number in documents]


def surrounded(searcher: WhooshEngine, page: SearchPage) -> SearchPage:
    with searcher.steady():
        return replace(page, hits=tuple(with_context(h, searcher, CONTEXT) for h in page.hits))


def first_of(query: str) -> Costs:
    command = [sys.executable, __file__, *sys.argv[1:3], "--first", query]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    found: Costs = json.loads(ran.stdout)
    return found


def row(name: str, warm: list[Costs], first: list[Costs]) -> str:
    took = sorted(each[name] for each in warm)
    once = statistics.median(each[name] for each in first if each)
    p95 = took[int(len(took) * 0.95)]
    return f"{name:<34}{statistics.median(took):8.3f}{p95:8.3f}{once:8.3f}"


def bars(warm: list[Costs]) -> Iterator[str]:
    for name in ("a page", "a page with turns around"):
        took = sorted(each[name] for each in warm)[int(len(warm) * 0.95)]
        met = "met" if took <= BAR_MS else "NOT met"
        yield f"{name}: {took:.3f} ms a hit at p95, bar {BAR_MS:.1f}: {met}"


if __name__ == "__main__":
    main()
