"""Documents that any of several words find, with the sums of what these give."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from talksearch.engines.whoosh.arrays import Array
from talksearch.engines.whoosh.scoring import Bm25, Fixed, Scored
from talksearch.engines.whoosh.sets import begins, packed, united
from talksearch.once import cached_property

__all__ = ["AnyWord", "added", "any_of", "in_parts"]

# Of more documents than one of so many the scores are added up in an array of all.
_SPARSE = 8


def any_of(parts: Sequence[Scored], size: int) -> Scored:
    """The documents of any of the parts, of so many in all, with the sums of their scores."""
    if len(parts) == 1:
        return parts[0]
    words = [part for part in parts if isinstance(part, Bm25)]
    return AnyWord(words, size) if len(words) == len(parts) else _total(parts, size)


class AnyWord:
    """The documents of any of several words. How many they are, and which hold more than one, is
    soon known: all of them and their scores are worked out when somebody asks for all."""

    def __init__(self, words: Sequence[Bm25], size: int) -> None:
        self.words, self._size = words, size

    @cached_property
    def _counted(self) -> tuple[int, Array]:
        seen = np.zeros(self._size, bool)
        first, *others = sorted(self.words, key=lambda word: word.count, reverse=True)
        seen[first.documents] = True
        total, again = first.count, []
        for word in others:
            documents = word.documents
            again.append(documents[seen[documents]])
            seen[documents] = True
            total += len(documents) - len(again[-1])
        return total, united(again)

    @cached_property
    def _all(self) -> Scored:
        return _total(self.words, self._size)

    @property
    def is_known(self) -> bool:
        """Whether all of them are worked out already."""
        return "_all" in self.__dict__

    @property
    def count(self) -> int:
        return self._all.count if self.is_known else self._counted[0]

    @property
    def several(self) -> Array:
        """Those that hold more than one of the words."""
        return self._counted[1]

    @property
    def ceiling(self) -> float:
        return self._all.ceiling

    @property
    def documents(self) -> Array:
        return self._all.documents

    @property
    def scores(self) -> Array:
        return self._all.scores

    def documents_at(self, places: Array) -> Array:
        return self._all.documents_at(places)

    def scores_at(self, places: Array | slice, documents: Array) -> Array:
        return self._all.scores_at(places, documents)

    def find(self, documents: Array) -> tuple[Array, Array]:
        return self._all.find(documents)

    def matches(self, documents: Array) -> Array:
        return self._all.matches(documents)

    def at(self, documents: Array) -> Array:
        if self.is_known:
            return self._all.at(documents)
        norms = self.words[0].norms(documents)
        found = (word.at_length(documents, norms) for word in self.words)
        return sum(found, np.zeros(len(documents)))


def in_parts(found: Scored) -> list[Array]:
    """All documents that are found; of any word, in several parts."""
    if isinstance(found, AnyWord) and not found.is_known:
        return [word.documents for word in found.words]
    return [found.documents]


def _total(parts: Sequence[Scored], size: int) -> Fixed:
    documents = np.concatenate([part.documents for part in parts])
    return added(documents, np.concatenate([part.scores for part in parts]), size)


def added(documents: Array, scores: Array, size: int) -> Fixed:
    """The sum of the scores of each document."""
    if len(documents) * _SPARSE < size:
        # Sorting numbers is many times as fast as finding their order.
        keys = packed(documents, np.arange(len(documents), dtype=np.uint32))
        keys.sort()
        documents = (keys >> np.uint64(32)).view(np.int64)
        order = (keys & np.uint64(0xFFFFFFFF)).view(np.int64)
        first = begins(documents).nonzero()[0]
        return Fixed(documents[first], np.add.reduceat(scores[order], first))
    mask = np.zeros(size, bool)
    mask[documents] = True
    found = np.flatnonzero(mask)
    return Fixed(found, np.bincount(documents, weights=scores, minlength=size)[found])
