"""The Whoosh engine: the protocol of ``engines/base.py`` over ``store.py`` and ``evaluate.py``."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from talksearch.engines.base import EngineWriter, Found, Mark, Record, Totals
from talksearch.engines.whoosh.documents import term
from talksearch.engines.whoosh.evaluate import Evaluation
from talksearch.engines.whoosh.highlight import Highlighter
from talksearch.engines.whoosh.order import facet, page
from talksearch.engines.whoosh.ranking import Ranking
from talksearch.engines.whoosh.reader import Reader
from talksearch.engines.whoosh.reasons import (
    absent,
    explained,
    going_on,
    is_eclipsed,
    led_up_to,
    missed,
    unusual,
)
from talksearch.engines.whoosh.store import Store
from talksearch.engines.whoosh.unspaced import parted
from talksearch.model import Episode, Passage
from talksearch.query.nodes import Node
from talksearch.results import Highlighted, Hit, SearchRequest

if TYPE_CHECKING:
    from talksearch.embedding import Embedder
    from talksearch.engines.whoosh.meaning import Meaning
    from talksearch.report import Progress

__all__ = ["WhooshEngine"]


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
        self._store = Store(folder, processes)
        self._reader_in_use: Reader | None = None
        self._threads = threading.local()

    def state(self) -> str:
        """``"ready"``, ``"missing"``, ``"outdated"`` or ``"newer"``."""
        return self._store.state()

    @contextmanager
    def steady(self) -> Iterator[None]:
        before = self._threads.__dict__.get("steady")
        self._threads.steady = before or self._reader()
        try:
            yield
        finally:
            self._threads.steady = before
            if before is None:
                self._threads.evaluation = None

    def search(self, request: SearchRequest) -> Found:
        reader = self._reader()
        request = replace(request, query=reader.spelled_out(request.query))
        evaluation = self._evaluation(reader)
        meant = self._meaning.page(evaluation, request) if self._meaning else None
        found = meant.page if meant else page(evaluation, request)
        highlighter = Highlighter(request.query, evaluation)
        parts = meant.parts if meant else {}

        def in_order(numbers: Iterable[int]) -> tuple[Passage, ...]:
            return tuple(reader.passage(number)[0] for number in sorted(set(numbers)))

        hits = []
        for place, number in enumerate(found.documents):
            passage, episode = reader.passage(number)
            question = found.ranking.question(number)
            explanation = None
            if request.explain:
                explanation = parts.get(number) or explained(found, number)
            hits.append(
                Hit(
                    passage=passage,
                    episode=episode,
                    score=found.scores[place],
                    highlighted=highlighter.mark(passage.text, episode.language),
                    before=in_order(led_up_to(evaluation, request.query, number)),
                    after=in_order(going_on(evaluation, request.query, number)),
                    in_episode=found.counts[place] if found.counts else None,
                    explanation=explanation,
                    question=None if question is None else reader.passage(question)[0],
                )
            )
        facets = tuple(facet(evaluation, request.query, name) for name in request.facets)
        near, lacking = (meant.near, meant.lacking) if meant else (0, 0)
        ranking = found.ranking
        return Found(
            found.total,
            tuple(hits),
            facets,
            absent=absent(ranking),
            unusual=unusual(ranking),
            missed=() if request.offset else missed(found),
            eclipsed=is_eclipsed(ranking),
            near=near,
            lacking=lacking,
        )

    def count(self, query: Node) -> int:
        reader = self._reader()
        return Ranking(self._evaluation(reader), reader.spelled_out(query)).count

    def totals(self) -> Totals:
        snapshot = self._reader().snapshot
        folders = len(snapshot.terms("folder"))
        return Totals(folders, snapshot.episodes.count, snapshot.total, snapshot.words)

    def parted(self, query: Node) -> Node:
        return parted(self._reader().evaluation(), query)

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

    def ids(self) -> list[str]:
        return self._reader().snapshot.terms("record")

    def records(self, folders: Collection[str] | None = None) -> Iterator[Record]:
        reader = self._reader()
        snapshot = reader.snapshot
        named = snapshot.terms("folder") if folders is None else folders
        found = [snapshot.documents(term("folder", folder)) for folder in named]
        places, values = snapshot.column("episode")
        # In the order of their ids, which is the same however often the index was written.
        ids = {number: values[places[number]] for each in found for number in each.tolist()}
        for number in sorted(ids, key=ids.__getitem__):
            yield reader.record_at(number)[0]

    def select(self, query: Node) -> Iterator[tuple[Passage, Episode]]:
        reader = self._reader()
        snapshot = reader.snapshot
        documents = Ranking(reader.evaluation(), reader.spelled_out(query)).documents
        # An episode's passages are numbered in the order in which they were put.
        order = np.lexsort((documents, snapshot.episodes.names[snapshot.episodes.of[documents]]))
        for number in documents[order].tolist():
            yield reader.passage(number)

    def highlight(
        self, query: Node, passages: Iterable[tuple[Passage, Episode]]
    ) -> Iterator[Highlighted]:
        reader = self._reader()
        highlighter = Highlighter(reader.spelled_out(query), reader.evaluation())
        return (highlighter.mark(passage.text, episode.language) for passage, episode in passages)

    def suggest(self, word: str) -> list[str]:
        from talksearch.engines.whoosh.spelling import similar_words

        return similar_words(self._evaluation(self._reader()), word)

    def suggest_otherwise(self, typed: str) -> list[str]:
        from talksearch.engines.whoosh.spelling import other_writings

        return other_writings(self._evaluation(self._reader()), typed)

    def overshadowing(self, word: str) -> str:
        from talksearch.engines.whoosh.spelling import overshadowing

        return overshadowing(self._evaluation(self._reader()), word)

    def suggest_value(self, field: str, value: str) -> list[str]:
        from talksearch.engines.whoosh.spelling import similar_values

        return similar_values(self._reader().snapshot, field, value)

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

    def lacking(self) -> int:
        return self._meaning.lacking(self._reader().snapshot) if self._meaning else 0

    def verify(self) -> None:
        for leaf in self._reader().snapshot.leaves:
            leaf.segment.file.check()
        if self._meaning:
            self._meaning.verify(self._reader().snapshot)

    @contextmanager
    def writer(self, *, fresh: bool = False) -> Iterator[EngineWriter]:
        with self._store.write(fresh) as writer:
            if self._meaning:
                writer.keep_embeddings(self._store.current())
            yield writer

    def close(self) -> None:
        if self._meaning:
            self._meaning.close()
        self._reader_in_use = None
        self._store.forget()

    def _reader(self) -> Reader:
        """That of the last commit; in a ``steady`` block, of that at its start."""
        steady: Reader | None = self._threads.__dict__.get("steady")
        if steady:
            return steady
        snapshot = self._store.snapshot()
        reader = self._reader_in_use
        if reader is None or reader.snapshot is not snapshot:
            if self._meaning:
                snapshot = self._meaning.snapshot(self._store)
            reader = self._reader_in_use = Reader(snapshot)
        return reader

    def _evaluation(self, reader: Reader) -> Evaluation:
        """In a ``steady`` block it is one, which remembers: what an empty result is for, is told by
        counting its parts again and again."""
        if not self._threads.__dict__.get("steady"):
            return reader.evaluation()
        found: Evaluation | None = self._threads.__dict__.get("evaluation")
        if found is None:
            found = self._threads.evaluation = reader.evaluation()
        return found
