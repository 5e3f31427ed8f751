"""How well the order of results agrees with what people meant, on queries over other shows than
those of the judged set that its weights were chosen on, and on more queries over these.

    python bench/queries.py DATA [--home DIR] [--model NAME] [--output FILE]

``verdicts/queries.tsv`` was written for this in the manner of that set (``relevance.py``), one by
one, by people who had not seen what talksearch finds: 120 known items, 15 filtered needs and 14
topics over some 300 episodes of sixteen shows; 60 and 40 over the Changelog's. The paths in
``verdicts/answers.tsv`` begin in the folder DATA. What was said there stays there: an answer is
known by its words, four in a row each, as numbers (``shingles``). A hit is right if it holds 60% of
these, or they hold 60% of its own.

Beside talksearch stands plain BM25 (Tantivy's, English stems) over the same passages, filters
applied. With --home archives that are there are used, and those that are not are built there. With
--model passages are found by meaning as well.
"""

from __future__ import annotations

import csv
import os
import re
import tempfile
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import tantivy

import reports
import talksearch
from judged import measured
from relevance import path_of
from talksearch.query.nodes import Everything

VERDICTS = Path(__file__).parent / "verdicts"
FOLDERS = {
    "other": ("md", "txt", "json_asr", "json_p20", "srt", "vtt", "html", "docx", "csv"),
    "changelog": ("changelog",),
}
DEPTH = 10
SHARE = 0.6
_WORD = re.compile(r"[^\W_]+")

Found = list[tuple[str, frozenset[int]]]
"""Of each hit its transcript's path, and its shingles."""
Search = Callable[[str, dict[str, Any]], Found]


@dataclass(frozen=True)
class Answer:
    grade: int
    path: str
    shingles: frozenset[int]

    def is_in(self, path: str, found: frozenset[int]) -> bool:
        shared = len(self.shingles & found)
        return path == self.path and shared > 0 and (
            shared >= SHARE * len(self.shingles) or shared >= SHARE * len(found)
        )  # fmt: skip


@dataclass(frozen=True)
class Query:
    kind: str
    text: str
    filters: dict[str, Any]
    answers: Sequence[Answer]


def main() -> None:
    parser = reports.parser(__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--model", help="as TALKSEARCH_MODEL")
    arguments = parser.parse_args()
    if arguments.model:
        os.environ["TALKSEARCH_MODEL"] = arguments.model
    lines = [reports.command()]
    with tempfile.TemporaryDirectory() as temporary:
        for name, folders in FOLDERS.items():
            home = (arguments.home or Path(temporary)) / name
            is_new = not home.exists()
            with talksearch.open(home) as archive:
                if is_new:
                    archive.add(*(arguments.data / folder for folder in folders))
                if arguments.model:
                    archive.refresh()
                lines += ["", f"== {name}", *_told(archive, arguments.data.resolve(), name)]
    reports.publish(lines, arguments.output)


def _told(archive: talksearch.Archive, data: Path, name: str) -> Iterator[str]:
    queries = list(_queries(name))

    def ours(text: str, filters: dict[str, Any]) -> Found:
        hits = archive.search(text, limit=DEPTH, **filters).hits
        return [(path_of(h.episode, data), shingles(h.passage.text)) for h in hits]

    engines = {"talksearch": ours, "BM25": _bm25(archive, data)}
    columns = {engine: _measured(queries, search) for engine, search in engines.items()}
    yield " " * 20 + "".join(f"{engine:>18}: MRR@10   R@10" for engine in columns)
    for kind in dict.fromkeys(("all known", *(query.kind for query in queries))):
        rows = {engine: column[kind] for engine, column in columns.items()}
        count = len(rows["talksearch"])
        if kind == "topic":
            for engine, each in rows.items():
                gain, judged = _means(each)
                yield f"{count} topics, {engine}: nDCG@10 {gain:.3f}, judged {judged:.1%}"
            continue
        figures = ("{:>26.3f}{:>7.3f}".format(*_means(each)) for each in rows.values())
        yield f"{kind:<16}{count:>4}" + "".join(figures)


# What is asked, and what is right


def _queries(name: str) -> Iterator[Query]:
    answers = defaultdict(list)
    for row in _rows("answers.tsv"):
        numbers = row["shingles"]
        each = frozenset(int(numbers[at : at + 6], 16) for at in range(0, len(numbers), 6))
        answers[row["id"]].append(Answer(int(row["grade"]), row["path"], each))
    for row in _rows("queries.tsv"):
        if row["set"] == name:
            filters = dict(part.split("=", 1) for part in row["filter"].split(";") if part)
            yield Query(row["kind"], row["query"], filters, answers[row["id"]])


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (VERDICTS / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def shingles(text: str) -> frozenset[int]:
    """Each four words in a row, in lower case, as a number below 2^24."""
    words = _WORD.findall(text.replace("’", "'").lower())
    fours = (" ".join(words[at : at + 4]) for at in range(len(words) - 3))
    return frozenset(zlib.crc32(four.encode()) & 0xFFFFFF for four in fours)


# How good an order is


def _measured(queries: Sequence[Query], search: Search) -> dict[str, list[tuple[float, float]]]:
    """By kind: of topics nDCG and the share that was judged, of others the reciprocal rank of the
    first answer and the share of the answers that are there."""
    found = defaultdict(list)
    for query in queries:
        hits = {
            rank: [place for place, answer in enumerate(query.answers) if answer.is_in(*hit)]
            for rank, hit in enumerate(search(query.text, query.filters))
        }
        told = measured(query.kind, [each.grade for each in query.answers], hits, list(hits))
        if query.kind == "topic":
            found["topic"].append((told["ndcg"], told["judged"]))
            continue
        for kind in (query.kind, *(["all known"] if query.kind != "filtered" else ())):
            found[kind].append((told["rr"], told["recall"]))
    return found


def _means(rows: Sequence[tuple[float, float]]) -> tuple[float, float]:
    first, second = zip(*rows, strict=True)
    return fmean(first), fmean(second)


# Plain BM25


def _bm25(archive: talksearch.Archive, data: Path) -> Search:
    """Over the passages of the archive."""
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("text", tokenizer_name="en_stem")
    schema.add_integer_field("place", stored=True)
    index = tantivy.Index(schema.build())
    passages = list(archive._engine.select(Everything()))
    writer = index.writer()
    for place, (passage, _) in enumerate(passages):
        writer.add_document(tantivy.Document(text=passage.text, place=place))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def search(text: str, filters: dict[str, Any]) -> Found:
        wanted = index.parse_query(" ".join(_WORD.findall(text)), ["text"])
        among = set()
        if filters:
            page = archive.search("", limit=len(passages), **filters)
            among = {hit.passage.id for hit in page.hits}
        found: Found = []
        for _, address in searcher.search(wanted, len(passages) if filters else DEPTH).hits:
            passage, episode = passages[searcher.doc(address)["place"][0]]
            if not filters or passage.id in among:
                found.append((path_of(episode, data), shingles(passage.text)))
            if len(found) == DEPTH:
                break
        return found

    return search


if __name__ == "__main__":
    main()
