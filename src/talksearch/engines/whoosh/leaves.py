"""A segment as a part of a snapshot, and the postings of a word over all segments."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate

import numpy as np

from talksearch.engines.whoosh.arrays import Array
from talksearch.engines.whoosh.postings import Postings
from talksearch.engines.whoosh.segment import Segment, joined
from talksearch.engines.whoosh.sets import FEW, NONE, is_few, member
from talksearch.once import cached_property

__all__ = ["Leaf", "Word", "summed"]

# Looking up one document takes as long as reading so many postings, and looking up any number of
# them as long as reading so many.
_LOOK_UP = 1 << 10
_ENOUGH = 1 << 15


class Leaf:
    """A segment's part of a snapshot: its documents are numbered from ``base`` on; ``live`` is a
    mask over them, None where nothing is deleted."""

    def __init__(self, name: str, segment: Segment, base: int, deleted: Collection[int]) -> None:
        self.name, self.segment, self.base = name, segment, base
        self.size = len(segment.numbers("length"))
        self.deleted = len(deleted)
        self.gone = np.array(sorted(deleted), np.intp)
        self.live: Array | None = None
        if deleted:
            self.live = np.ones(self.size, bool)
            self.live[self.gone] = False

    def part(self, documents: Array) -> Array:
        """Those of ascending documents that are in this segment, by its own numbers."""
        first, last = np.searchsorted(documents, (self.base, self.base + self.size))
        return documents[first:last] - self.base


class Word:
    """The postings of a word in a snapshot: what scoring asks of one."""

    def __init__(self, parts: Sequence[tuple[Leaf, Postings, int]]) -> None:
        self.parts = parts
        self._one_term = len({leaf.base for leaf, _, _ in parts}) == len(parts)
        # If nothing of it is deleted, what is asked for can be read where it lies.
        self._plain = self._one_term and all(leaf.live is None for leaf, _, _ in parts)

    @cached_property
    def count(self) -> int:
        if self._plain:
            return self._starts[-1]
        deleted = sum(leaf.deleted for leaf, _, _ in self.parts)
        is_soon_read = self._starts[-1] <= max(_ENOUGH, deleted * FEW)
        if is_soon_read or not self._one_term or "_all" in self.__dict__:
            return len(self.documents)
        # Who only counts need not read and keep it: what is deleted is looked up in it.
        gone = (
            np.count_nonzero(postings.find(number, leaf.gone)[1])
            for leaf, postings, number in self.parts
        )
        return self._starts[-1] - int(sum(gone))

    @cached_property
    def _starts(self) -> list[int]:
        """Before each part how many postings there are in those before it; and in all of them."""
        extents = [postings.extent(number, number + 1) for _, postings, number in self.parts]
        return [0, *accumulate(end - start for start, end in extents)]

    def _shared_out(self, places: Array) -> Iterator[tuple[Leaf, Postings, int, Array]]:
        """Each part with its share of some places among all postings, ascending, by its own
        numbers."""
        bounds = places.searchsorted(self._starts)
        for part, before, first, last in zip(
            self.parts, self._starts, bounds, bounds[1:], strict=False
        ):
            yield *part, places[first:last] - before

    @property
    def documents(self) -> Array:
        return self._all[0]

    @cached_property
    def frequencies(self) -> Array:
        if not self._plain or "_all" in self.__dict__:
            return self._all[1]
        return joined([postings.frequencies(n, n + 1) for _, postings, n in self.parts])

    def documents_at(self, places: Array) -> Array:
        """Some of the documents, by their places among them, ascending."""
        if not self._plain or "_all" in self.__dict__:
            return self.documents[places]
        found = [
            postings.documents_at(number, theirs) + leaf.base
            for leaf, postings, number, theirs in self._shared_out(places)
        ]
        return joined(found)

    @cached_property
    def _all(self) -> tuple[Array, Array]:
        found = []
        for leaf, postings, number in self.parts:
            documents = postings.documents(number, number + 1)
            frequencies = postings.frequencies(number, number + 1)
            if leaf.live is not None:
                live = leaf.live[documents]
                documents, frequencies = documents[live], frequencies[live]
            found.append((documents + leaf.base if leaf.base else documents, frequencies))
        if not found:
            return NONE, NONE
        return _concatenated(found) if self._one_term else summed(found)

    def find(self, documents: Array) -> tuple[Array, Array]:
        """Which of some documents (ascending) hold it: their places among its own, and a mask over
        those given."""
        if not self._plain or "_all" in self.__dict__ or self._is_soon_read(len(documents)):
            return member(documents, self.documents)
        if len(self.parts) == 1 and not self.parts[0][0].base:
            ((leaf, postings, number),) = self.parts
            return postings.find(number, documents)
        mask = np.zeros(len(documents), bool)
        found = []
        for (leaf, postings, number), before in zip(self.parts, self._starts, strict=False):
            first, last = documents.searchsorted((leaf.base, leaf.base + leaf.size))
            places, mask[first:last] = postings.find(number, documents[first:last] - leaf.base)
            found.append(places + before)
        return joined(found), mask

    def frequencies_in(self, documents: Array) -> Array:
        """How often it stands in any documents (ascending)."""
        if "_all" in self.__dict__ and self.count and is_few(documents, self.documents):
            # That of whatever stands at its place, if this is the document.
            places = self.documents.searchsorted(documents)
            is_there = self.documents.take(places, mode="clip") == documents
            found: Array = self.frequencies.take(places, mode="clip") * is_there
            return found
        places, found = self.find(documents)
        frequencies = np.zeros(len(documents), self.frequencies.dtype)
        frequencies[found] = self.frequencies[places]
        return frequencies

    def _is_soon_read(self, wanted: int) -> bool:
        """Whether reading all of its postings is faster than looking up so many documents there."""
        return wanted * FEW > self.count or self.count < min(wanted * _LOOK_UP, _ENOUGH)

    def standing(self, places: Array) -> tuple[Array, Array] | None:
        """How often it stands in the documents at some places, ascending, and where, one document's
        positions after the other's. None where the places are not those of its postings."""
        if not self._plain:
            return None
        if len(self.parts) == 1:
            ((_, postings, number),) = self.parts
            return postings.positions_at(number, places)
        found = [
            postings.positions_at(number, theirs)
            for _, postings, number, theirs in self._shared_out(places)
        ]
        return joined([sizes for sizes, _ in found]), joined([at for _, at in found])


def _concatenated(parts: Sequence[tuple[Array, Array]]) -> tuple[Array, Array]:
    documents, frequencies = zip(*parts, strict=True)
    return joined(documents), joined(frequencies)


def summed(parts: Sequence[tuple[Array, Array]]) -> tuple[Array, Array]:
    documents, frequencies = _concatenated(parts)
    found, of = np.unique(documents, return_inverse=True)
    return found, np.bincount(of, weights=frequencies).astype(np.int64)
