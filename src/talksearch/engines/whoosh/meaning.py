"""Passages near in meaning to a query, and their part in the order of a result.

What stands side by side in a query finds passages by its words and by its meaning: to those that
have the words come the ``NEAREST`` by their embeddings, whatever words these have. The two orders
are fused by reciprocal rank (Cormack, Clarke, Büttcher: Reciprocal rank fusion outperforms
Condorcet and individual rank learning methods, SIGIR 2009). Two things keep meaning from undoing
what words do better:

- An embedding is of what is said. Who says it and what was asked is known otherwise, so where words
  of the query name speakers, what strangers say is as much less near as these words are worth; and
  an answer that is found by its question is as near as that is.
- The order by meaning counts for what the words leave open (``left_open``): as much as theirs where
  many passages have them alike, little where one stands out, as a quotation does.

A query that says more exactly what it wants (a phrase, AND, OR) finds what it says, and meaning has
only a say in the order. Filters hold for all.

Meaning has a part in the order by relevance alone: facets, counts, sorting by date and whatever
goes through all that match are of the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from talksearch.engines.whoosh.arrays import Array
from talksearch.engines.whoosh.evaluate import Evaluation
from talksearch.engines.whoosh.leaves import Leaf
from talksearch.engines.whoosh.order import Page, page
from talksearch.engines.whoosh.ranking import Ranking
from talksearch.engines.whoosh.sets import is_in
from talksearch.engines.whoosh.snapshot import Snapshot
from talksearch.engines.whoosh.vectors import Opened, Vectors, embed, is_wanted
from talksearch.errors import IndexUnusableError
from talksearch.files import writing
from talksearch.query.nodes import And, Node, Or, Phrase, Term, Words, is_scored
from talksearch.query.tree import all_of, conjuncts
from talksearch.results import SearchRequest

if TYPE_CHECKING:
    from talksearch.embedding import Embedder
    from talksearch.engines.whoosh.store import Store
    from talksearch.report import Progress

__all__ = ["Meaning", "Meant", "fused", "left_open"]

K = 1
"""The first of an order is worth 1 / (K + 1). With the paper's 60 two middling places beat a first
one: too little for a quotation, of which the words know all."""
DEPTH = 1000
"""So many of what the words find have a part in the fusion; the rest comes after."""
RUNNER_UP = 5
LEVEL = 0.88
"""Where the one in this place by words has this share of the first one's score, the words leave
everything open."""
NEAREST = 100
NEAR_ENOUGH = 0.5
"""Nothing is near that is not half as near as the nearest: a small archive has no hundred."""
SHORT_OF_SENSE = 6
"""As with words, a passage of so many counts half, and they say less about a meaning;"""
OF_PREVIOUS = 0.1
"""and an answer seldom repeats the question."""


@dataclass(frozen=True, slots=True)
class Meant:
    """A page in whose order meaning has a part. ``near`` counts those of its total that are only
    near in meaning, ``lacking`` the passages that have no embedding yet; ``parts`` says for each
    document of the page what its score is made of."""

    page: Page
    near: int
    lacking: int
    parts: dict[int, tuple[tuple[str, float], ...]]


class Meaning:
    """The embeddings of an index, by a model."""

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder
        self._opened = Opened(embedder)

    def snapshot(self, store: Store) -> Snapshot:
        """The last commit, with its embeddings open: the next one may remove their files."""
        while True:
            found = store.snapshot()
            with suppress(IndexUnusableError):  # it is told where they are needed
                self._opened.of(leaf.segment for leaf in found.leaves)
            if store.snapshot() is found:
                return found

    def page(self, evaluation: Evaluation, request: SearchRequest) -> Meant | None:
        """The page that is asked for; None where meaning has no part in it."""
        text = _text(request.query)
        if not text or request.sort != "relevance" or not request.limit:
            return None
        snapshot = evaluation.snapshot
        vectors = self._opened.of(leaf.segment for leaf in snapshot.leaves)
        nearest: dict[int, int] = {}
        if any(vectors):
            like = self._likeness(snapshot, vectors, text)
            found = _nearest(Ranking(evaluation, request.query), like).tolist()
            nearest = {document: _text_of(document, snapshot, vectors) for document in found}
        return _paged(evaluation, request, nearest, self.lacking(snapshot))

    def lacking(self, snapshot: Snapshot) -> int:
        """How many passages have no embedding."""
        vectors = self._opened.of(leaf.segment for leaf in snapshot.leaves)
        return sum(map(_lacking, snapshot.leaves, vectors))

    def verify(self, snapshot: Snapshot) -> None:
        """Read all of them once. Raises ``IndexUnusableError`` for whatever is damaged."""
        for vectors in self._opened.of(leaf.segment for leaf in snapshot.leaves):
            if vectors:
                vectors.file.check()

    def close(self) -> None:
        self._opened = Opened(self.embedder)

    def embed(self, store: Store, progress: Progress | None) -> None:
        """See ``Engine``."""
        from filelock import FileLock, Timeout

        def done(count: int, total: int) -> None:
            if progress:
                progress("embedding", count, total)

        lock, seen = store.root / "embed.lock", None
        with writing(lock), suppress(Timeout), FileLock(lock, blocking=False):
            while (snapshot := store.snapshot()) is not seen:  # there was a commit meanwhile
                segments = [(leaf.segment, leaf.live) for leaf in snapshot.leaves]
                embed(segments, self.embedder, done)
                seen = snapshot

    def _likeness(self, snapshot: Snapshot, vectors: Sequence[Vectors | None], text: str) -> Array:
        """How near each document is to a text; not above 0 where that is not known."""
        vector = self.embedder.embed([text])[0]
        parts = [
            np.zeros(leaf.size, np.float32) if theirs is None else theirs.likeness(vector)
            for leaf, theirs in zip(snapshot.leaves, vectors, strict=True)
        ]
        return np.concatenate(parts)


def _lacking(leaf: Leaf, vectors: Vectors | None) -> int:
    """How many of a segment's passages have no embedding."""
    wanted = is_wanted(leaf.segment, leaf.live)
    return int(np.count_nonzero(wanted & (vectors.keys == 0) if vectors else wanted))


def _among(evaluation: Evaluation, query: Node) -> Array:
    """The documents that may be found by meaning, as a mask."""
    parts = conjuncts(query)
    ranked = [part for part in parts if is_scored(part)]
    plain = ranked[0].children if isinstance(ranked[0], Words) else ranked
    if len(ranked) > 1 or not all(isinstance(each, Term) for each in plain):
        return evaluation.mask(query)
    conditions = evaluation.mask(all_of(part for part in parts if not is_scored(part)))
    return evaluation.snapshot.passages & conditions


def _nearest(ranking: Ranking, like: Array) -> Array:
    """Of the documents that may be found by meaning, each with its likeness to the query, the
    nearest, the nearest first."""
    snapshot, asked = ranking.evaluation.snapshot, ranking.asked
    has, like = like != 0, np.maximum(like, 0)
    score = like.copy()
    score[asked.documents] = np.maximum(score[asked.documents], score[asked.questions])
    lengths = snapshot.lengths.astype(np.float32)
    score *= lengths / (lengths + SHORT_OF_SENSE)
    # The record of an episode stands before its passages, and says nothing.
    score[1:] += OF_PREVIOUS * like[:-1]
    among = _among(ranking.evaluation, ranking.query)
    documents = np.flatnonzero(among & has & (score > 0))
    scores = score[documents]
    if (named := ranking.named) is not None:
        scores *= 1 - (named[among].max(initial=0) - named[documents])
    near = scores >= NEAR_ENOUGH * scores.max(initial=0)
    documents, scores = documents[near], scores[near]
    if len(documents) > NEAREST:
        best = np.argpartition(-scores, NEAREST)[:NEAREST]
        documents, scores = documents[best], scores[best]
    nearest: Array = documents[np.lexsort((documents, -scores))]
    return nearest


def _text_of(document: int, snapshot: Snapshot, vectors: Sequence[Vectors | None]) -> int:
    """What is the same for documents of the same text."""
    place = next(n for n, leaf in enumerate(snapshot.leaves) if document < leaf.base + leaf.size)
    theirs = vectors[place]
    assert theirs, "a document without an embedding is not near"
    return int(theirs.keys[document - snapshot.leaves[place].base])


def _once(nearest: dict[int, int], by_words: Sequence[int]) -> list[int]:
    """Of what was said word for word in several places, the one that has its words first: what is
    broadcast again has one place by its meaning."""
    places = {document: place for place, document in enumerate(by_words)}
    chosen: dict[int, int] = {}
    for document, text in nearest.items():
        other = chosen.setdefault(text, document)
        if places.get(document, DEPTH) < places.get(other, DEPTH):
            chosen[text] = document
    return list(chosen.values())


def left_open(scores: Sequence[float]) -> float:
    """How much of the order the best scores by words leave open: from nearly 0, where the first one
    stands out, to 1, where the others are at its level."""
    if not scores or scores[0] <= 0:
        return 1.0
    runner_up = scores[min(RUNNER_UP, len(scores)) - 1]
    return min(1.0, (runner_up / scores[0] / LEVEL) ** 2)


def fused(
    by_words: Sequence[int], by_meaning: Sequence[int], share: float = 1.0
) -> dict[int, tuple[tuple[str, float], ...]]:
    """Two orders of documents, best first, as one: the documents in the order of the sums of the
    parts that are said of each; the words' own among equals. A place by meaning is worth a
    ``share`` of the same by words. ``by_words`` may be given from its beginning as far as one
    likes: the first of the result do not depend on it."""
    parts: dict[int, list[tuple[str, float]]] = {}
    for rank, document in enumerate(by_words[:DEPTH], 1):
        parts[document] = [(f"place {rank} by words", 1 / (K + rank))]
    for rank, document in enumerate(by_meaning, 1):
        own = parts.setdefault(document, [])
        own.append((f"place {rank} by meaning", share / (K + rank)))
    order = sorted(parts, key=lambda document: -_sum(parts[document]))
    for rank, document in enumerate(by_words[DEPTH:], DEPTH + 1):
        if document not in parts:
            parts[document] = [(f"place {rank} by words", 1 / (K + rank))]
            order.append(document)
    return {document: tuple(parts[document]) for document in order}


def _sum(parts: Iterable[tuple[str, float]]) -> float:
    return sum(part for _, part in parts)


def _paged(
    evaluation: Evaluation, request: SearchRequest, nearest: dict[int, int], lacking: int
) -> Meant:
    """The page that is asked for. ``nearest`` has for each document a number for its text."""
    episodes = evaluation.snapshot.episodes.of
    end = request.offset + request.limit
    depth = max(DEPTH, end)
    while True:
        found = page(evaluation, replace(request, offset=0, limit=depth, group=None))
        by_meaning = _once(nearest, found.documents[:DEPTH])
        parts = fused(found.documents, by_meaning, left_open(found.scores))
        order = list(parts)
        if request.group:
            _, first = np.unique(episodes[order], return_index=True)
            order = [order[place] for place in np.sort(first).tolist()]
        if len(order) >= end or depth >= found.total:
            break
        depth = found.total  # many passages, but of few episodes
    shown = order[request.offset : end]
    scores = [_sum(parts[document]) for document in shown]
    documents = found.ranking.documents
    near = np.array(by_meaning, np.intp)
    near = near[~is_in(near, documents)]
    by_words, total, counts = found.total, found.total + len(near), None
    if request.group:
        said = np.bincount(episodes[documents], minlength=1)
        both = np.bincount(episodes[near], minlength=len(said))
        both[: len(said)] += said
        by_words, total = int(np.count_nonzero(said)), int(np.count_nonzero(both))
        counts = both[episodes[shown]].tolist()
    made = replace(found, documents=shown, scores=scores, total=total, counts=counts)
    return Meant(made, total - by_words, lacking, {number: parts[number] for number in shown})


def _text(query: Node) -> str:
    """The words that are looked for, as they were typed; none where a part of the query is no
    language (``inter*``)."""
    said: list[str] = []
    for part in conjuncts(query):
        if is_scored(part) and not _read(part, said):
            return ""
    return " ".join(said)


def _read(node: Node, said: list[str]) -> bool:
    match node:
        case Term(text) | Phrase(text):
            said.append(text)
            return True
        case And(children) | Or(children) | Words(children):
            ranked = [_read(child, said) for child in children if is_scored(child)]
            return all(ranked)
    return False
