"""BM25 over arrays, and what can be asked of documents that have scores.

BM25 (Robertson et al., TREC-3) with k1 = 0.9 and b = 0.4, which suits passages of even length, and
an idf that is never negative and weighs what is nearly everywhere still less. Another way to score
is another ``Scored``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from copy import copy
from typing import Protocol

import numpy as np

from talksearch.engines.whoosh.arrays import Array
from talksearch.engines.whoosh.sets import NONE, member, worked_out
from talksearch.once import cached_property

__all__ = [
    "B", "K1", "OF_NOTES", "ROUNDING", "SHORT", "Bm25", "Fixed", "Scored", "Some", "Sum", "Word",
    "intersection", "nothing", "saturated", "worth", "worths",
]  # fmt: skip

K1 = 0.9
B = 0.4

# A passage of few words says little: one of so many counts half.
SHORT = 3
# Nobody said what is in show notes. So they come after speech that says as much, and are what is
# found where no speech does.
OF_NOTES = 0.7
# A word as frequent as to have this idf counts half of what BM25 gives it.
COMMON = 0.5
# Sums of the same numbers differ by less, in whatever order they are added.
ROUNDING = 1e-9


def worth(among: int, count: int) -> float:
    """The most that a word gives which is in so many documents among all: its idf, and the factor
    of BM25."""
    idf = math.log(1 + (among - count + 0.5) / (count + 0.5))
    return (K1 + 1) * idf * idf / (idf + COMMON)


def worths(among: int, counts: Array) -> Array:
    """Likewise for several words."""
    idf = np.log(1 + (among - counts + 0.5) / (counts + 0.5))
    found: Array = (K1 + 1) * idf * idf / (idf + COMMON)
    return found


def saturated(frequencies: Array, norms: Array | float) -> Array:
    """BM25 without the idf, and without the factor that all words have in common."""
    found: Array = frequencies / (frequencies + norms)
    return found


class Scored(Protocol):
    """Documents that match, ascending, and their scores. A document's *place* is its place among
    these."""

    @property
    def count(self) -> int:
        """How many match."""

    @property
    def ceiling(self) -> float:
        """What no score is above."""

    @property
    def documents(self) -> Array: ...

    @property
    def scores(self) -> Array:
        """Parallel to ``documents``."""

    def documents_at(self, places: Array) -> Array:
        """Some of the documents, by their places (ascending)."""

    def scores_at(self, places: Array | slice, documents: Array) -> Array:
        """The scores of the documents that have these places."""

    def find(self, documents: Array) -> tuple[Array, Array]:
        """Which of some documents (ascending) match: their places, and a mask over those given."""

    def matches(self, documents: Array) -> Array:
        """The mask alone."""

    def at(self, documents: Array) -> Array:
        """The scores of any documents (ascending); 0 of what does not match."""


class _Found:
    """What follows from ``find`` and ``scores_at``."""

    def matches(self: Scored, documents: Array) -> Array:
        return self.find(documents)[1]

    def at(self: Scored, documents: Array) -> Array:
        scores = np.zeros(len(documents))
        places, found = self.find(documents)
        scores[found] = self.scores_at(places, documents[found])
        return scores


class _Listed(_Found):
    """What follows from ``documents``, where these are at hand."""

    def find(self: Scored, documents: Array) -> tuple[Array, Array]:
        return member(documents, self.documents)

    def documents_at(self: Scored, places: Array) -> Array:
        found: Array = self.documents[places]
        return found


class Fixed(_Listed):
    """Documents with scores that are known."""

    def __init__(self, documents: Array, scores: Array) -> None:
        self.documents, self.scores = documents, scores
        self.count = len(documents)

    @property
    def ceiling(self) -> float:
        return float(self.scores.max(initial=0.0))

    def scores_at(self, places: Array | slice, documents: Array) -> Array:
        found: Array = self.scores[places]
        return found


class Word(Protocol):
    """The postings of a word."""

    @property
    def count(self) -> int: ...

    @property
    def documents(self) -> Array: ...

    @property
    def frequencies(self) -> Array: ...

    def documents_at(self, places: Array) -> Array:
        """Some of the documents, by their places among them."""

    def find(self, documents: Array) -> tuple[Array, Array]:
        """As ``Scored.find``."""

    def frequencies_in(self, documents: Array) -> Array:
        """How often it stands in any documents (ascending)."""


class Bm25(_Found):
    """A word among so many documents. Its scores are worked out for those that somebody asks
    about; ``norms`` tells for documents what their length adds to a frequency."""

    def __init__(self, word: Word, among: int, norms: Callable[[Array], Array]) -> None:
        self.count = word.count
        self.ceiling = worth(among, word.count)
        self.find = word.find
        self.documents_at = word.documents_at
        self._word, self.norms = word, norms

    def at_most(self, ceiling: float) -> Bm25:
        """The same word, where it gives no more than another."""
        found = copy(self)
        found.ceiling = min(self.ceiling, ceiling)
        return found

    @property
    def documents(self) -> Array:
        return self._word.documents

    @property
    def frequencies(self) -> Array:
        """How often it stands in each of the documents."""
        return self._word.frequencies

    @property
    def scores(self) -> Array:
        return self.scores_at(slice(None), self.documents)

    def scores_at(self, places: Array | slice, documents: Array) -> Array:
        return worked_out(
            lambda frequencies, documents: self._weighed(frequencies, self.norms(documents)),
            self.frequencies[places],
            documents,
        )

    def at(self, documents: Array) -> Array:
        return self.at_length(documents, self.norms(documents))

    def at_length(self, documents: Array, norms: Array) -> Array:
        """Likewise where the ``norms`` of the documents are known."""
        return self._weighed(self._word.frequencies_in(documents), norms)

    def _weighed(self, frequencies: Array, norms: Array) -> Array:
        scores = saturated(frequencies, norms)
        scores *= self.ceiling
        return scores


class Sum(_Listed):
    """Documents with the sum of what the parts give to each; ``places`` are those of the documents
    in each part, where they all have them."""

    def __init__(
        self, documents: Array, parts: Sequence[Scored], places: Sequence[Array] | None = None
    ) -> None:
        self.documents, self._parts, self._places = documents, parts, places
        self.count = len(documents)

    @property
    def ceiling(self) -> float:
        return sum(part.ceiling for part in self._parts)

    @cached_property
    def scores(self) -> Array:
        if self._places is None:
            return self._sum(self.documents)
        parts = zip(self._parts, self._places, strict=True)
        found = (each.scores_at(at, self.documents) for each, at in parts)
        return sum(found, np.zeros(self.count))

    def scores_at(self, places: Array | slice, documents: Array) -> Array:
        known = self._places is not None or "scores" in self.__dict__
        return self.scores[places] if known else self._sum(documents)

    def _sum(self, documents: Array) -> Array:
        return sum((part.at(documents) for part in self._parts), np.zeros(len(documents)))


class Some(_Listed):
    """Those of some scored documents that have these places among them."""

    def __init__(self, among: Scored, places: Array) -> None:
        self.among, self.places = among, places
        self.count, self.ceiling = len(places), among.ceiling

    @cached_property
    def documents(self) -> Array:
        return self.among.documents_at(self.places)

    @cached_property
    def scores(self) -> Array:
        return self.among.scores_at(self.places, self.documents)

    def documents_at(self, places: Array) -> Array:
        return self.among.documents_at(self.places[places])

    def scores_at(self, places: Array | slice, documents: Array) -> Array:
        return self.among.scores_at(self.places[places], documents)


def intersection(sets: Sequence[Scored]) -> tuple[Array, list[Array]]:
    """The documents that match all, and their places in each."""
    smallest, *others = sorted(range(len(sets)), key=lambda at: sets[at].count)
    documents = sets[smallest].documents
    places = {smallest: np.arange(len(documents))}
    for other in others:
        theirs, found = sets[other].find(documents)
        kept = found.nonzero()[0]
        documents = documents[kept]
        places = {at: those[kept] for at, those in places.items()} | {other: theirs}
    return documents, [places[at] for at in range(len(sets))]


def nothing() -> Fixed:
    return Fixed(NONE, np.empty(0))
