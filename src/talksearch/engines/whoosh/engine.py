"""The Whoosh engine: the protocol of ``engines/base.py`` over ``store.py`` and ``evaluate.py``."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from functools import cached_property, lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from talksearch.engines.base import Found, Mark, Record
from talksearch.engines.whoosh.arrays import Array
from talksearch.engines.whoosh.documents import term
from talksearch.engines.whoosh.evaluate import Evaluation
from talksearch.engines.whoosh.highlight import Highlighter
from talksearch.engines.whoosh.mentions import spelled_out, voices
from talksearch.engines.whoosh.order import facet, page
from talksearch.engines.whoosh.ranking import Ranking
from talksearch.engines.whoosh.sets import member
from talksearch.engines.whoosh.snapshot import Snapshot
from talksearch.engines.whoosh.store import Store
from talksearch.engines.whoosh.stored import unpack_record
from talksearch.model import Episode, Kind, Passage, Speaker, TimeAccuracy
from talksearch.query.nodes import (
    And,
    Filter,
    Fuzzy,
    Near,
    Node,
    Or,
    Phrase,
    Prefix,
    Term,
    Then,
    Words,
)
from talksearch.query.tree import conjuncts
from talksearch.results import Facet, Highlighted, Hit, SearchRequest
from talksearch.words import DEFAULT_LANGUAGE

if TYPE_CHECKING:
    from talksearch.embedding import Embedder
    from talksearch.engines.whoosh.meaning import Meaning, Meant
    from talksearch.engines.whoosh.writer import ArraySegmentWriter
    from talksearch.report import Progress

__all__ = ["Ranked", "WhooshEngine", "WhooshWriter"]

_ACCURACIES = tuple(TimeAccuracy)
_KINDS = {kind.value: kind for kind in Kind}

# Of so many it is remembered which passages they have: a hit is asked about several times.
_EPISODES = 64


@dataclass(frozen=True, slots=True)
class Ranked:
    """How many there are in all, the ids of a page's passages and their scores, best first."""

    total: int
    ids: tuple[str, ...]
    scores: tuple[float, ...]
    facets: tuple[Facet, ...]


class WhooshEngine:
    """An index in a folder. Searching is safe from any thread. ``processes`` is how many a large
    build may take, all cores by default; with an ``embedder``, passages are found by their meaning
    as well."""

    def __init__(
        self, folder: Path, processes: int | None = None, embedder: Embedder | None = None
    ) -> None:
        self._meaning: Meaning | None = None
        if embedder:
            from talksearch.engines.whoosh.meaning import Meaning

            self._meaning = Meaning(embedder)
        self._store = Store(folder, processes or _cores())
        self._reader_in_use: _Reader | None = None
        self._threads = threading.local()

    def state(self) -> str:
        """``"ready"``, ``"missing"`` or ``"outdated"``; the last two mean rebuild."""
        return self._store.state()

    @contextmanager
    def steady(self) -> Iterator[None]:
        before = self._threads.__dict__.get("steady")
        self._threads.steady = before or self._reader()
        try:
            yield
        finally:
            self._threads.steady = before

    def search(self, request: SearchRequest) -> Found:
        reader = self._reader()
        request = reader.spelled_out_in(request)
        evaluation = reader.evaluation()
        meant = self._meaning.page(evaluation, request) if self._meaning else None
        found = meant.page if meant else page(evaluation, request)
        highlighter = Highlighter(request.query, evaluation)
        in_sequence = _has_sequence(request.query)
        hits = []
        for place, number in enumerate(found.documents):
            passage, episode = reader.passage(number)
            earlier = sorted({*_before(evaluation, request.query, number)}) if in_sequence else ()
            question = found.ranking.question(number)
            hits.append(
                Hit(
                    passage=passage,
                    episode=episode,
                    score=found.scores[place],
                    highlighted=highlighter.mark(passage.text),
                    before=tuple(reader.passage(each)[0] for each in earlier),
                    in_episode=found.counts[place] if found.counts else None,
                    explanation=_explain(found.ranking, number, meant) if request.explain else None,
                    question=None if question is None else reader.passage(question)[0],
                )
            )
        facets = tuple(facet(evaluation, request.query, name) for name in request.facets)
        absent = _absent(evaluation, request.query)
        near, lacking = (meant.near, meant.lacking) if meant else (0, 0)
        return Found(found.total, tuple(hits), facets, absent, near, lacking)

    def rank(self, request: SearchRequest) -> Ranked:
        """What ``search`` finds, without the passages themselves."""
        reader = self._reader()
        request = reader.spelled_out_in(request)
        evaluation = reader.evaluation()
        found = page(evaluation, request)
        facets = tuple(facet(evaluation, request.query, name) for name in request.facets)
        ids = tuple(reader.ids(found.documents))
        return Ranked(found.total, ids, tuple(found.scores), facets)

    def count(self, query: Node) -> int:
        reader = self._reader()
        return Ranking(reader.evaluation(), reader.spelled_out(query)).count

    def passages(
        self, episode_id: str, numbers: Collection[int] | None = None
    ) -> tuple[Passage, ...]:
        reader = self._reader()
        documents = reader.passages_of(episode_id)
        if numbers is not None:
            there = range(len(documents))
            documents = documents[[number for number in sorted(numbers) if number in there]]
        return tuple(reader.passage(each)[0] for each in documents.tolist())

    def turns(self, episode_id: str) -> list[int]:
        reader = self._reader()
        documents = reader.passages_of(episode_id)
        if not len(documents):
            return []
        leaf = reader.snapshot.leaf(int(documents[0]))
        found: list[int] = leaf.segment.numbers("turn")[documents - leaf.base].tolist()
        return found

    def record(self, episode_id: str) -> Record | None:
        found = self._reader().record(episode_id)
        return found[0] if found else None

    def records(self, folders: Collection[str] | None = None) -> Iterator[Record]:
        reader = self._reader()
        snapshot = reader.snapshot
        if folders is None:
            names = snapshot.terms("record")
        else:
            places, values = snapshot.column("episode")
            found = [snapshot.documents(term("folder", folder)) for folder in folders]
            names = [values[places[number]] for each in found for number in each.tolist()]
        for episode_id in names:
            record = reader.record(episode_id)
            if record:
                yield record[0]

    def select(self, query: Node) -> Iterator[tuple[Passage, Episode]]:
        reader = self._reader()
        snapshot = reader.snapshot
        documents = Ranking(reader.evaluation(), reader.spelled_out(query)).documents
        # An episode's passages are numbered in the order in which they were put.
        order = np.lexsort((documents, snapshot.names[snapshot.episodes[documents]]))
        for number in documents[order].tolist():
            yield reader.passage(number)

    def highlight(self, query: Node, texts: Iterable[str]) -> list[Highlighted]:
        reader = self._reader()
        highlighter = Highlighter(reader.spelled_out(query), reader.evaluation())
        return list(map(highlighter.mark, texts))

    def suggest(self, word: str, limit: int = 3) -> list[str]:
        from talksearch.engines.whoosh.spelling import similar_words

        return similar_words(self._reader().snapshot, word, limit)

    def suggest_value(self, field: str, value: str, limit: int = 3) -> list[str]:
        from talksearch.engines.whoosh.spelling import similar_values

        return similar_values(self._reader().snapshot, field, value, limit)

    def complete(self, beginning: str, limit: int = 10) -> list[str]:
        from talksearch.engines.whoosh.completing import completed_words

        return completed_words(self._reader().snapshot, beginning, limit)

    def complete_value(self, field: str, beginning: str, limit: int = 10) -> list[str]:
        from talksearch.engines.whoosh.completing import completed_values

        return completed_values(self._reader().snapshot, field, beginning, limit)

    def marks(self) -> dict[str, Mark]:
        with suppress(TypeError, AttributeError):
            return {folder: Mark(**entry) for folder, entry in self._store.marks().items()}
        return {}

    def mark(self, marks: Mapping[str, Mark]) -> None:
        self._store.mark({folder: asdict(mark) for folder, mark in marks.items()})

    def embed(self, progress: Progress | None) -> None:
        if self._meaning and self.state() == "ready":
            self._meaning.embed(self._store, progress)

    def verify(self) -> None:
        for leaf in self._reader().snapshot.leaves:
            leaf.segment.file.check()
        if self._meaning:
            self._meaning.verify(self._reader().snapshot)

    @contextmanager
    def writer(self, *, fresh: bool = False) -> Iterator[WhooshWriter]:
        with self._store.write(fresh) as writer:
            if self._meaning:
                writer.keep_embeddings(self._store.current())
            yield WhooshWriter(writer)

    def close(self) -> None:
        if self._meaning:
            self._meaning.close()
        self._reader_in_use = None
        self._store.forget()

    def _reader(self) -> _Reader:
        """That of the last commit; in a ``steady`` block, of that at its start."""
        steady: _Reader | None = self._threads.__dict__.get("steady")
        if steady:
            return steady
        snapshot = self._store.snapshot()
        reader = self._reader_in_use
        if reader is None or reader.snapshot is not snapshot:
            if self._meaning:
                snapshot = self._meaning.snapshot(self._store)
            reader = self._reader_in_use = _Reader(snapshot, reader)
        return reader


class _Reader:
    """A snapshot with the records that are already unpacked, by itself or by the ``former`` one:
    after a commit, most lie where they lay."""

    def __init__(self, snapshot: Snapshot, former: _Reader | None = None) -> None:
        self.snapshot = snapshot
        self._places: dict[str, tuple[str, int]] = {}
        self._records: dict[str, tuple[Record, tuple[Speaker, ...]]] = {}
        self.passages_of = lru_cache(_EPISODES)(self._passages_of)
        if former:
            known = list(former._records.items())
            for name, record in known:
                place = former._places[name]
                if snapshot.holds(place):
                    self._places[name], self._records[name] = place, record

    @cached_property
    def _languages(self) -> tuple[str, ...]:
        leaves = self.snapshot.leaves
        languages = {each for leaf in leaves for each in leaf.segment.values("stemmer")}
        return tuple(sorted({*languages, DEFAULT_LANGUAGE} - {""}))

    def evaluation(self) -> Evaluation:
        return Evaluation(self.snapshot, self._languages)

    def spelled_out(self, query: Node) -> Node:
        """The query in terms of words and speakers (``mentions.py``)."""
        return spelled_out(query, self._names)

    def spelled_out_in(self, request: SearchRequest) -> SearchRequest:
        query = self.spelled_out(request.query)
        return request if query is request.query else replace(request, query=query)

    def _names(self, speaker: Filter) -> dict[str, None]:
        people = (self.passage(n)[0].speaker.person for n in voices(self.snapshot, speaker))
        names = ((person.name, *person.aliases) for person in people if person)
        return dict.fromkeys(name for each in names for name in each)

    def record(self, episode_id: str) -> tuple[Record, tuple[Speaker, ...]] | None:
        found = self._records.get(episode_id)
        if found is None:
            numbers = self.snapshot.documents(term("record", episode_id))
            if not len(numbers):
                return None
            number = int(numbers[0])
            leaf = self.snapshot.leaf(number)
            found = unpack_record(json.loads(leaf.segment.stored(number - leaf.base)))
            self._places[episode_id] = self.snapshot.place(number)
            self._records[episode_id] = found
        return found

    def _passages_of(self, episode_id: str) -> Array:
        """An episode's passages, in order. They lie in one segment: both are put in one commit."""
        documents = self.snapshot.documents(term("episode", episode_id))
        documents = documents[self.snapshot.passages[documents]]  # not the record
        if not len(documents):
            return documents
        leaf = self.snapshot.leaf(int(documents[0]))
        return documents[np.argsort(leaf.segment.numbers("number")[documents - leaf.base])]

    def ids(self, documents: Iterable[int]) -> Iterator[str]:
        """The ids of passages."""
        for leaf, group in groupby(documents, self.snapshot.leaf):
            there = np.array([number - leaf.base for number in group])
            places, values = leaf.segment.column("episode")
            numbers = leaf.segment.numbers("number")[there].tolist()
            for place, number in zip(places[there].tolist(), numbers, strict=True):
                yield f"{values[place]}.{number}"

    def passage(self, number: int) -> tuple[Passage, Episode]:
        leaf = self.snapshot.leaf(number)
        segment, place = leaf.segment, number - leaf.base
        episode_id, kind, chapter = (
            segment.value(name, place) for name in ("episode", "kind", "chapter")
        )
        found = self.record(episode_id)
        assert found is not None, "a passage without its record: both are put in one commit"
        record, speakers = found
        at, turn, voice, start_ms, end_ms, accuracy = (
            segment.number(name, place)
            for name in ("number", "turn", "voice", "start_ms", "end_ms", "accuracy")
        )
        passage = Passage(
            id=f"{episode_id}.{at}",
            episode_id=episode_id,
            number=at,
            turn=turn,
            kind=_KINDS[kind],
            speaker=speakers[voice],
            text=segment.stored(place).decode(),
            start_ms=start_ms - 1 if start_ms else None,
            end_ms=end_ms - 1 if end_ms else None,
            time_accuracy=_ACCURACIES[accuracy],
            chapter=chapter or None,
        )
        return passage, record.episode


def _cores() -> int:
    """How many processors this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class WhooshWriter:
    """Collects episodes; see ``EngineWriter``. An id may be put once a writer."""

    def __init__(self, writer: ArraySegmentWriter) -> None:
        self._writer = writer

    def put(self, record: Record, passages: Sequence[Passage]) -> None:
        self.remove(record.episode.id)
        self._writer.put(record, passages)

    def remove(self, episode_id: str) -> None:
        self._writer.remove(term("episode", episode_id))

    def commit(self) -> None:
        self._writer.commit()


def _absent(evaluation: Evaluation, query: Node) -> tuple[Node, ...]:
    """Those of the words side by side that no passage of the result holds."""
    typed = [leaf for node in conjuncts(query) if isinstance(node, Words) for leaf in node.children]
    if not typed:
        return ()
    found = evaluation.documents(query)
    if not len(found):
        return ()

    def is_there(leaf: Node) -> bool:
        # Where there are no conditions, whatever holds it is in the result: a few tell that.
        holding = evaluation.documents(leaf)
        return any(member(some, found)[1].any() for some in (holding[:64], holding))

    return tuple(leaf for leaf in typed if not is_there(leaf))


def _explain(ranking: Ranking, number: int, meant: Meant | None) -> tuple[tuple[str, float], ...]:
    if meant and number in meant.parts:
        return meant.parts[number]
    evaluation, query = ranking.evaluation, ranking.query
    document = np.array([number])
    parts = [
        (str(leaf), float(evaluation.scored(leaf).at(document)[0]))
        for leaf in _contributing(evaluation, query, document)
    ]
    parts += ranking.explained(number)
    return tuple((part, score) for part, score in parts if score)


def _contributing(evaluation: Evaluation, node: Node, document: Array) -> Iterator[Node]:
    """The words and phrases that a passage has its score from: of a part that does not match, none,
    whatever it has of it."""
    if not evaluation.matches(node, document)[0]:
        return
    match node:
        case And(children) | Or(children) | Words(children):
            for child in children:
                yield from _contributing(evaluation, child, document)
        case Term() | Phrase() | Prefix() | Fuzzy() | Near() | Then():
            yield node


def _has_sequence(node: Node) -> bool:
    if isinstance(node, And | Or | Words):
        return any(map(_has_sequence, node.children))
    return isinstance(node, Then)


def _before(evaluation: Evaluation, node: Node, document: int) -> Iterator[int]:
    """The earlier passages that ``a THEN b`` found a passage by."""
    match node:
        case And(children) | Or(children) | Words(children):
            for child in children:
                yield from _before(evaluation, child, document)
        case Then(left, right):
            later, earlier = evaluation.followed(node)
            for found in earlier[later == document].tolist():
                yield found
                yield from _before(evaluation, left, found)
                yield from _before(evaluation, right, document)
