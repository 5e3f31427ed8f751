"""What ``speed.py`` asks of an engine, and the two that are made of Whoosh: talksearch's and stock
Whoosh. ``speed_natives.py`` has the others. Each is used as its own manual would have it.

All hold the same: a passage's text, speaker, role, show, episode and date. ``ask`` prepares a
question, as far as its engine can do so beforehand, and gives what is to be timed; that returns
how many passages match, or None where the engine is not asked for it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import Stemmer
from whoosh import analysis, fields, highlight, index, query

from speed_passages import Entry, Question
from talksearch.engines.whoosh import order
from talksearch.engines.whoosh.engine import WhooshEngine
from talksearch.query.nodes import And, DateRange, Filter, Fuzzy, Node, Or, Phrase, Prefix, Term
from talksearch.results import SearchRequest

TOP = 10

Asked = Callable[[], int | None]


class Compared(Protocol):
    name: str

    def build(self, folder: Path, entries: Iterable[Entry], workers: int) -> None:
        """Make a new index in the folder."""

    def settle(self, folder: Path) -> None:
        """What its manual advises after a build, and is not counted as part of it."""

    def open(self, folder: Path) -> Opened: ...


class Opened(Protocol):
    def ask(self, question: Question) -> Asked | None:
        """None for what the engine cannot do."""

    def replace(self, entry: Entry, marker: str) -> int:
        """Take the episode out, put it in anew, and ask for a word that is new in it."""

    def close(self) -> None: ...


def rows(entries: Iterable[Entry]) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Speaker, role, show, episode, date and text of each passage."""
    for record, passages in entries:
        episode = record.episode
        date = episode.date.isoformat() if episode.date else ""
        for passage in passages:
            speaker = passage.speaker
            # As in talksearch: "Speaker 1" of one episode is not that of another.
            name = speaker.person.name if speaker.person else ""
            role = speaker.role.value if speaker.role else ""
            yield name, role, episode.show or "", episode.id, date, passage.text


# talksearch


def build_talksearch(folder: Path, entries: Iterable[Entry], processes: int) -> None:
    with WhooshEngine(folder, processes).writer(fresh=True) as writer:
        for record, passages in entries:
            writer.put(record, passages)
        writer.commit()


class Talksearch:
    name = "talksearch"

    def build(self, folder: Path, entries: Iterable[Entry], workers: int) -> None:
        build_talksearch(folder, entries, workers)

    def settle(self, folder: Path) -> None:
        pass

    def open(self, folder: Path) -> OpenedTalksearch:
        return OpenedTalksearch(folder)


class OpenedTalksearch:
    def __init__(self, folder: Path) -> None:
        self.engine = WhooshEngine(folder)
        self.close = self.engine.close

    def ask(self, question: Question) -> Asked:
        request = SearchRequest(
            tree(question),
            limit=TOP,
            facets=question.facets,
            group="episode" if question.grouped else None,
        )
        # Passages are asked for where the other engines are asked for texts.
        if question.highlighted:
            return lambda: self.engine.search(request).total
        return lambda: self._rank(request)

    def _rank(self, request: SearchRequest) -> int:
        """As a search, but for the texts: of its passages a page has the numbers and scores."""
        reader = self.engine._reader()
        request = replace(request, query=reader.spelled_out(request.query))
        evaluation = reader.evaluation()
        found = order.page(evaluation, request)
        for name in request.facets:
            order.facet(evaluation, request.query, name)
        return found.total

    def replace(self, entry: Entry, marker: str) -> int:
        with self.engine.writer() as writer:
            writer.put(*entry)
            writer.commit()
        return self.engine.search(SearchRequest(Term(marker), limit=TOP)).total


def tree(question: Question) -> Node:
    words = question.words
    terms = tuple(map(Term, words))
    match question.how:
        case "phrase":
            node: Node = Phrase(" ".join(words))
        case "prefix":
            node = Prefix(words[0])
        case "fuzzy":
            node = Fuzzy(words[0])
        case "or":
            node = Or(terms)
        case "and":
            node = And(terms) if len(terms) > 1 else terms[0]
    narrowed: list[Node] = []
    if question.speaker:
        narrowed.append(Filter("speaker", question.speaker))
    if question.show:
        narrowed.append(Filter("show", question.show))
    if question.dates:
        narrowed.append(DateRange(*question.dates))
    return And((node, *narrowed)) if narrowed else node


# Stock Whoosh


class StockWhoosh:
    name = "Whoosh 2.7.4"

    def build(self, folder: Path, entries: Iterable[Entry], workers: int) -> None:
        folder.mkdir()
        writer = index.create_in(folder, _whoosh_schema()).writer(limitmb=256, compound=False)
        _whoosh_add(writer, entries)
        writer.commit()

    def settle(self, folder: Path) -> None:
        pass

    def open(self, folder: Path) -> OpenedStockWhoosh:
        return OpenedStockWhoosh(folder)


class Stems(analysis.Filter):  # type: ignore[misc]
    """Whoosh's own StemFilter is broken (``running`` -> ``runn``)."""

    def __init__(self) -> None:
        self._stem = Stemmer.Stemmer("english").stemWord

    def __call__(self, tokens: Iterable[Any]) -> Iterator[Any]:
        for token in tokens:
            token.text = self._stem(token.text)
            yield token

    def __reduce__(self) -> tuple[type, tuple[()]]:  # the index pickles its schema
        return Stems, ()


def _whoosh_schema() -> Any:
    analyzer = analysis.RegexTokenizer() | analysis.LowercaseFilter() | Stems()
    names = ("speaker", "role", "show", "episode", "date")
    return fields.Schema(
        text=fields.TEXT(analyzer=analyzer, stored=True),
        **{name: fields.ID(stored=True, sortable=True) for name in names},
    )


def _whoosh_add(writer: Any, entries: Iterable[Entry]) -> None:
    for speaker, role, show, episode, date, text in rows(entries):
        writer.add_document(
            text=text, speaker=speaker, role=role, show=show, episode=episode, date=date
        )


class OpenedStockWhoosh:
    def __init__(self, folder: Path) -> None:
        self.index = index.open_dir(folder, schema=_whoosh_schema())
        self.searcher = self.index.searcher()

    def ask(self, question: Question) -> Asked:
        wanted = self._query(question)
        more: dict[str, Any] = {}
        if question.facets:
            more["groupedby"] = list(question.facets)
        if question.grouped:
            more["collapse"] = "episode"

        def asked() -> None:
            results = self.searcher.search(wanted, limit=TOP, **more)
            if question.highlighted:
                results.fragmenter = highlight.WholeFragmenter()
            for hit in results:
                _ = (hit.docnum, hit.score)
                if question.highlighted:
                    hit.highlights("text")
            for facet in question.facets:
                groups = results.groups(facet)
                sorted(((len(numbers), value) for value, numbers in groups.items()), reverse=True)

        return asked

    def _query(self, question: Question) -> Any:
        def stem(word: str) -> str:
            (found,) = (t.text for t in self.index.schema["text"].analyzer(word, mode="query"))
            return str(found)

        match question.how:
            case "phrase":
                found = query.Phrase("text", list(map(stem, question.words)))
            case "prefix":
                found = query.Prefix("text", question.words[0])
            case "fuzzy":
                found = query.FuzzyTerm("text", stem(question.words[0]))
            case "or":
                found = query.Or([query.Term("text", stem(word)) for word in question.words])
            case "and":
                found = query.And([query.Term("text", stem(word)) for word in question.words])
        narrowed = [
            query.Term(name, value)
            for name, value in (("speaker", question.speaker), ("show", question.show))
            if value
        ]
        if question.dates:
            narrowed.append(query.TermRange("date", *question.dates))
        return query.And([found, *narrowed]).normalize()

    def replace(self, entry: Entry, marker: str) -> int:
        writer = self.index.writer(limitmb=256, compound=False)
        writer.delete_by_term("episode", entry[0].episode.id)
        _whoosh_add(writer, [entry])
        writer.commit()
        self.searcher.close()
        self.searcher = self.index.searcher()
        return len(self.searcher.search(query.Term("text", marker), limit=TOP))

    def close(self) -> None:
        self.searcher.close()


def emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    return folder


def size_mb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
