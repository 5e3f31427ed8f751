"""BM25 over arrays, and what can be asked of documents that have scores.

BM25 (Robertson et al., TREC-3) with k1 = 0.9 and b = 0.4, which suits passages of even length, and
an idf that is never negative and weighs what is nearly everywhere still less. Another way to score
is another ``Scored``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Protocol

import numpy as np

from talksearch.engines.whoosh.arrays import Array

__all__ = [
    "B", "FEW", "K1", "SHORT", "Bm25", "Fixed", "Scored", "Sum", "Word", "is_member", "member",
    "nothing", "saturated", "worth", "worths",
]  # fmt: skip

K1 = 0.9
B = 0.4

# A passage of few words says little: one of so many counts half.
SHORT = 3
# A word as frequent as to have this idf counts half of what BM25 gives it.
COMMON = 0.5


def worth(among: int, having: int) -> float:
    """The most that a word gives which so many have of so many: its idf, and the factor of
    BM25."""
    idf = math.log(1 + (among - having + 0.5) / (having + 0.5))
    return (K1 + 1) * idf * idf / (idf + COMMON)


def worths(among: int, having: Array) -> Array:
    """Likewise for several words."""
    idf = np.log(1 + (among - having + 0.5) / (having + 0.5))
    found: Array = (K1 + 1) * idf * idf / (idf + COMMON)
    return found


def saturated(frequencies: Array, norms: Array | float) -> Array:
    """BM25 without the idf, and without the factor that all words have in common."""
    found: Array = frequencies / (frequencies + norms)
    return found


class Scored(Protocol):
    """Documents that match, ascending, and their scores."""

    @property
    def count(self) -> int:
        """How many match."""

    @property
    def documents(self) -> Array: ...

    @property
    def scores(self) -> Array:
        """Parallel to ``documents``."""

    def having(self, documents: Array) -> Array:
        """Which of some documents (ascending) match, as a mask over these."""

    def at(self, documents: Array) -> Array:
        """The scores of any documents (ascending); 0 of what does not match."""


class Fixed:
    """Documents with scores that are known."""

    def __init__(self, documents: Array, scores: Array) -> None:
        self.documents, self.scores = documents, scores
        self.count = len(documents)

    def having(self, documents: Array) -> Array:
        return member(documents, self.documents)[1]

    def at(self, documents: Array) -> Array:
        if documents is self.documents:
            return self.scores
        places, found = member(documents, self.documents)
        scores = np.zeros(len(documents))
        scores[found] = self.scores[places]
        return scores


class Word(Protocol):
    """The postings of a word."""

    @property
    def count(self) -> int: ...

    @property
    def documents(self) -> Array: ...

    @property
    def frequencies(self) -> Array: ...

    def find(self, documents: Array) -> tuple[Array, Array]:
        """Which of some documents hold it, as a mask over these; and how often those do."""


class Bm25:
    """A word among so many documents. Its scores are worked out for those that somebody asks
    about; ``norms`` tells for documents what their length adds to a frequency."""

    def __init__(self, word: Word, among: int, norms: Callable[[Array], Array]) -> None:
        self.count = word.count
        self._word, self._norms = word, norms
        self._worth = worth(among, word.count)

    @property
    def documents(self) -> Array:
        return self._word.documents

    @cached_property
    def scores(self) -> Array:
        return self._scores(self.documents, self._word.frequencies)

    def having(self, documents: Array) -> Array:
        return self._word.find(documents)[0]

    def at(self, documents: Array) -> Array:
        scores = np.zeros(len(documents))
        found, frequencies = self._word.find(documents)
        scores[found] = self._scores(documents[found], frequencies)
        return scores

    def _scores(self, documents: Array, frequencies: Array) -> Array:
        scores = saturated(frequencies, self._norms(documents))
        scores *= self._worth
        return scores


class Sum:
    """Documents with the sum of what each of the parts gives them."""

    def __init__(self, documents: Array, parts: Sequence[Scored]) -> None:
        self.documents, self._parts = documents, parts
        self.count = len(documents)

    @cached_property
    def scores(self) -> Array:
        return self._sum(self.documents)

    def having(self, documents: Array) -> Array:
        return member(documents, self.documents)[1]

    def at(self, documents: Array) -> Array:
        if documents is self.documents:
            return self.scores
        scores = np.zeros(len(documents))
        found = self.having(documents)
        scores[found] = self._sum(documents[found])
        return scores

    def _sum(self, documents: Array) -> Array:
        return sum((part.at(documents) for part in self._parts), np.zeros(len(documents)))


def nothing() -> Fixed:
    return Fixed(np.empty(0, np.intp), np.empty(0))


def member(wanted: Array, among: Array) -> tuple[Array, Array]:
    """Which of ``wanted`` are in ``among``, both ascending: their places in ``among``, and a mask
    over ``wanted``."""
    if not len(wanted) or not len(among):
        return np.empty(0, np.intp), np.zeros(len(wanted), bool)
    if len(among) > FEW * len(wanted):
        places = np.searchsorted(among, wanted)
        places[places == len(among)] = 0
    else:
        # A table of the place of every number, of which only those are written that are there:
        # what else it says is found out when the place is looked at.
        table = np.empty(max(int(wanted[-1]), int(among[-1])) + 1, np.uint32)
        table[among] = np.arange(len(among), dtype=np.uint32)
        places = np.minimum(table[wanted], len(among) - 1)
    found = among[places] == wanted
    return places[found], found


def is_member(wanted: Array, among: Array) -> Array:
    """Which of ``wanted`` are in ``among``, as a mask, whatever numbers they are."""
    if not len(wanted) or not len(among) or len(among) > FEW * len(wanted):
        return member(wanted, among)[1]
    size = max(int(wanted[-1]), int(among[-1])) + 1
    if size > _DENSE * (len(wanted) + len(among)) or wanted[0] < 0:
        return np.isin(wanted, among, assume_unique=True, kind="sort")
    mask = np.zeros(size, bool)
    mask[among] = True
    found: Array = mask[wanted]
    return found


# Looking up one number takes as long as writing so many.
FEW = 32
_DENSE = 64
