"""BM25 over arrays, and what can be asked of documents that have scores.

BM25 (Robertson et al., TREC-3) with k1 = 0.9 and b = 0.4, which suits passages of even length, and
an idf that is never negative and weighs what is nearly everywhere still less. Another way to score
is another ``Scored``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Protocol

import numpy as np

from talksearch.engines.whoosh.arrays import Array

__all__ = [
    "B", "K1", "SHORT", "Bm25", "Fixed", "Scored", "Sum", "idf", "member", "nothing", "saturated",
]  # fmt: skip

K1 = 0.9
B = 0.4

# A passage of few words says little: one of so many counts half.
SHORT = 3
# A word as frequent as to have this idf counts half of what BM25 gives it.
COMMON = 0.5


def idf(among: int, having: Array | int) -> Array:
    """What a word that so many have of so many is worth."""
    found = np.log(1 + (among - np.asarray(having) + 0.5) / (np.asarray(having) + 0.5))
    weighed: Array = found * found / (found + COMMON)
    return weighed


def saturated(frequencies: Array, norms: Array | float) -> Array:
    """BM25 without the idf."""
    times = np.asarray(frequencies, float)
    found: Array = times * (K1 + 1) / (times + norms)
    return found


class Scored(Protocol):
    """Documents that match, ascending, and their scores."""

    @property
    def documents(self) -> Array: ...

    @property
    def scores(self) -> Array:
        """Parallel to ``documents``."""

    def at(self, documents: Array) -> Array:
        """The scores of any documents, ascending; 0 of what does not match."""


class Fixed:
    """Documents with scores that are known."""

    def __init__(self, documents: Array, scores: Array) -> None:
        self.documents, self.scores = documents, scores

    def at(self, documents: Array) -> Array:
        if documents is self.documents:
            return self.scores
        places, found = member(documents, self.documents)
        scores = np.zeros(len(documents))
        scores[found] = self.scores[places]
        return scores


class Bm25:
    """A word. Its scores are worked out for those documents that somebody asks about; ``norms`` is
    tells for documents what their length adds to a frequency."""

    def __init__(
        self,
        documents: Array,
        frequencies: Array,
        worth: float,
        norms: Callable[[Array], Array],
    ) -> None:
        self.documents = documents
        self._frequencies, self._worth, self._norms = frequencies, worth, norms

    @cached_property
    def scores(self) -> Array:
        return self._worth * saturated(self._frequencies, self._norms(self.documents))

    def at(self, documents: Array) -> Array:
        if documents is self.documents:
            return self.scores
        places, found = member(documents, self.documents)
        scores = np.zeros(len(documents))
        norms = self._norms(self.documents[places])
        scores[found] = self._worth * saturated(self._frequencies[places], norms)
        return scores


class Sum:
    """Documents with the sum of what each of the parts gives them."""

    def __init__(self, documents: Array, parts: Sequence[Scored]) -> None:
        self.documents, self._parts = documents, parts

    @cached_property
    def scores(self) -> Array:
        return self._sum(self.documents)

    def at(self, documents: Array) -> Array:
        if documents is self.documents:
            return self.scores
        scores = np.zeros(len(documents))
        _, found = member(documents, self.documents)
        scores[found] = self._sum(documents[found])
        return scores

    def _sum(self, documents: Array) -> Array:
        return sum((part.at(documents) for part in self._parts), np.zeros(len(documents)))


def nothing() -> Fixed:
    return Fixed(np.empty(0, np.intp), np.empty(0))


def member(wanted: Array, among: Array) -> tuple[Array, Array]:
    """Which of ``wanted`` are in ``among``, both ascending: their places in ``among``, and a mask
    over ``wanted``."""
    if len(among) > 2 * len(wanted):
        places = np.searchsorted(among, wanted)
        places[places == len(among)] = 0
        found = among[places] == wanted if len(among) else np.zeros(len(wanted), bool)
        return places[found], found
    # Looking for the few among the many takes less time than the other way round.
    found = np.zeros(len(wanted), bool)
    if not len(wanted) or not len(among):
        return np.empty(0, np.intp), found
    places = np.searchsorted(wanted, among)
    places[places == len(wanted)] = 0
    hit = wanted[places] == among
    found[places[hit]] = True
    return np.flatnonzero(hit), found
