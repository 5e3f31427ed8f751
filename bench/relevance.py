"""How well the order of results agrees with what people meant: a run over a judged set.

    python bench/relevance.py DATA JUDGED [--feeds FOLDER] [--home DIR] [--model NAME]
        [--output FILE] [--set NAME=VALUE]...

DATA is the folder of transcripts that the set was judged on, JUDGED the folder with the queries
(``known_item.jsonl``, ``topics.jsonl``, ``filtered.jsonl``) and their ``score.py``. With --feeds
the feeds of the shows, *.xml, are added as well: then there are titles, dates and show notes. With
--home an archive in which all this was indexed already is used; else one is built in a temporary
folder. --set gives a constant of the ranking (in ``engines/whoosh/``: ``ranking.py``,
``shares.py``, ``sharpening.py``, ``contenders.py``, ``evaluate.py``, ``scoring.py``) or of the
passages (in ``passages.py``: then a new index is needed) another value. With --model passages are
found by meaning as well; those that are not embedded yet are so first.

The run goes through the library as any program would: each query as it stands, its filter as the
options of ``Archive.search``. Nothing is known here that a user would not type.

Where the transcripts carry no dates, a need with a year cannot be met. It counts as missed in the
first report; the second leaves such needs out, and scores the set's own BM25 run in the same way.
The filtered needs are few, so the known items are asked once more, of their speaker alone and of
their show alone.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import reports
import talksearch
from talksearch import passages
from talksearch.engines.whoosh import (
    contenders,
    evaluate,
    meaning,
    ranking,
    scoring,
    shares,
    sharpening,
)

DEPTH = 10
MODULES = (passages, shares, ranking, sharpening, contenders, evaluate, scoring, meaning)


def main() -> None:
    parser = reports.parser(__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("judged", type=Path)
    parser.add_argument("--feeds", type=Path)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--model", help="as TALKSEARCH_MODEL")
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    arguments = parser.parse_args()
    for name, _, value in (each.partition("=") for each in arguments.set):
        modules = [m for m in MODULES if hasattr(m, name)]
        if not modules or not isinstance(getattr(modules[0], name), int | float):
            parser.error(f"{name} is no constant of the ranking or of the passages")
        for module in modules:
            setattr(module, name, int(value) if value.isdigit() else float(value))
    if arguments.model:
        os.environ["TALKSEARCH_MODEL"] = arguments.model
    with tempfile.TemporaryDirectory() as temporary:
        home = arguments.home or Path(temporary, "home")
        run = Path(temporary, "run.jsonl")
        with talksearch.open(home) as archive:
            if arguments.home is None:
                feeds = sorted(arguments.feeds.glob("*.xml")) if arguments.feeds else []
                outcomes = archive.add(*feeds, arguments.data)
                failed = [o.error for o in outcomes if o.status == "failed"]
                if failed:
                    sys.exit("\n".join(map(str, failed)))
            if arguments.model:
                archive.refresh()
            lines = list(run_of(archive, arguments.data.resolve(), arguments.judged))
            lacking = [hint for hint in archive.search("talk").hints if "embedding" in hint]
            narrowed = {
                field: list(
                    known_within(archive, arguments.data.resolve(), arguments.judged, field)
                )
                for field in ("speaker", "show")
            }
        written(lines, run)
        undated = without_years(arguments.judged, Path(temporary, "undated"))
        report = [
            reports.command(),
            *lacking,
            score(arguments.judged, run, arguments.judged),
            "== Without the needs that have a year: talksearch",
            score(arguments.judged, run, undated),
            "== Without the needs that have a year: BM25, as it comes with the set",
            score(arguments.judged, arguments.judged / "runs" / "bm25.jsonl", undated),
        ]
        for field, found in narrowed.items():
            report.append(f"== The known items, each of its {field} alone")
            report.append(score(arguments.judged, written(found, run), undated))
        report[-1] = report[-1].rstrip()
    reports.publish(report, arguments.output)


def written(lines: list[dict[str, str | int]], run: Path) -> Path:
    run.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    return run


def score(judged: Path, run: Path, queries: Path) -> str:
    """What ``score.py`` says of a run over the queries of a folder."""
    command = [sys.executable, str(judged / "score.py"), str(run), "--dir", str(queries)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def without_years(judged: Path, folder: Path) -> Path:
    """A copy of the queries but for those that are filtered by year."""
    folder.mkdir()
    for name in ("known_item.jsonl", "topics.jsonl", "qrels.jsonl"):
        (folder / name).write_bytes((judged / name).read_bytes())
    lines = (judged / "filtered.jsonl").read_text("utf-8").splitlines(keepends=True)
    kept = (line for line in lines if "year" not in json.loads(line)["filter"])
    (folder / "filtered.jsonl").write_text("".join(kept), "utf-8")
    return folder


def run_of(archive: talksearch.Archive, data: Path, judged: Path) -> Iterator[dict[str, str | int]]:
    """The first hits of every query, as ``score.py`` reads them."""
    for name in ("known_item", "topics", "filtered"):
        for query in queries(judged, name):
            yield from hits(archive, data, query, options(query))


def known_within(
    archive: talksearch.Archive, data: Path, judged: Path, field: str
) -> Iterator[dict[str, str | int]]:
    """Likewise of the known items alone, each with its speaker or show as a filter."""
    for query in queries(judged, "known_item"):
        yield from hits(archive, data, query, {field: query[field]})


def queries(judged: Path, name: str) -> Iterator[dict[str, Any]]:
    for line in (judged / f"{name}.jsonl").read_text("utf-8").splitlines():
        yield json.loads(line)


def hits(
    archive: talksearch.Archive, data: Path, query: dict[str, Any], filters: dict[str, Any]
) -> Iterator[dict[str, str | int]]:
    if "show" in filters:
        filters = filters | {"show": shows(archive, data)[filters["show"]]}
    page = archive.search(query["query"], limit=DEPTH, **filters)
    for rank, hit in enumerate(page.hits, 1):
        yield {
            "query_id": query["id"],
            "rank": rank,
            "path": path_of(hit.episode, data),
            "text": hit.passage.text,
        }


def path_of(episode: talksearch.Episode, data: Path) -> str:
    """Where the transcript is in the data. Of what is in a feed alone there is none that was
    judged."""
    source = Path(episode.source)
    return source.relative_to(data).as_posix() if source.is_relative_to(data) else ""


@cache
def shows(archive: talksearch.Archive, data: Path) -> dict[str, str]:
    """What the shows are called, by their folders: feeds have names of their own."""
    sources = ((Path(episode.source), episode.show) for episode in archive.episodes())
    return {
        source.relative_to(data).parts[0]: show or ""
        for source, show in sources
        if source.is_relative_to(data)
    }


def options(query: dict[str, Any]) -> dict[str, str]:
    """The filter of a query as options of ``search``; a year is its span of dates."""
    found = dict(query.get("filter", {}))
    year = found.pop("year", None)
    if year:
        found |= {"after": str(year), "before": str(int(year) + 1)}
    return found


if __name__ == "__main__":
    main()
