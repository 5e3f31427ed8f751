"""The episodes of a snapshot: which there are, of which documents, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from talksearch.engines.whoosh.arrays import Array
from talksearch.engines.whoosh.dates import by_date
from talksearch.engines.whoosh.leaves import Leaf, Word, summed
from talksearch.engines.whoosh.segment import joined
from talksearch.engines.whoosh.sets import NONE, distinct
from talksearch.once import cached_property

__all__ = ["Episodes"]


class Episodes:
    """Of some segments. An episode is in one of them, where it has the place of its id among all as
    its number; those of the next segment follow. No episode has the first number of each."""

    def __init__(self, leaves: Sequence[Leaf]) -> None:
        self._leaves = leaves

    @cached_property
    def of(self) -> Array:
        """For each document the number of its episode."""
        parts, base = [], 0
        for leaf in self._leaves:
            places, values = leaf.segment.column("episode")
            parts.append(places + np.uint32(base) if base else places)
            base += len(values)
        return joined(parts)

    @cached_property
    def live(self) -> Array:
        """Which of them are there, as a mask over their numbers."""
        parts = []
        for leaf in self._leaves:
            places, values = leaf.segment.column("episode")
            found = np.ones(len(values), bool)
            found[0] = False  # no episode
            if leaf.live is not None:
                # An episode's documents lie side by side: some of them may be left.
                gone = distinct(places[~leaf.live])
                bounds = places.searchsorted(gone), places.searchsorted(gone, "right")
                for episode, first, last in zip(gone, *bounds, strict=True):
                    found[episode] = leaf.live[first:last].any()
            parts.append(found)
        return joined(parts).astype(bool, copy=False)

    @cached_property
    def count(self) -> int:
        return int(np.count_nonzero(self.live))

    @cached_property
    def newest(self) -> Array:
        """For each episode's number its place when the newest come first, the undated last, and
        those of a day by their ids."""
        return by_date(self._leaves, self.names, newest=True)

    @cached_property
    def oldest(self) -> Array:
        """Likewise when the oldest come first; the undated last, also here."""
        return by_date(self._leaves, self.names, newest=False)

    @cached_property
    def names(self) -> Array:
        """For each episode's number its place by its id."""
        names = [name for leaf in self._leaves for name in leaf.segment.column("episode")[1]]
        ranks = np.empty(len(names), np.int64)
        ranks[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
        return ranks

    def about(self, word: Word) -> tuple[Array, Array]:
        """In which episodes a word of ``text`` stands, and how often."""
        found = []
        for leaf, _, number in word.parts:
            postings, base = leaf.segment.by_episode, self._first[leaf.base]
            episodes = postings.documents(number, number + 1)
            frequencies = postings.frequencies(number, number + 1)
            found.append((episodes + base if base else episodes, frequencies))
        if not found:
            return NONE, NONE
        episodes, frequencies = found[0] if len(found) == 1 else summed(found)
        if all(leaf.live is None for leaf in self._leaves):
            return episodes, frequencies
        live = self.live[episodes]
        return episodes[live], frequencies[live]

    @cached_property
    def _first(self) -> dict[int, int]:
        """The number of the first episode of each segment, by its base."""
        sizes = [len(leaf.segment.column("episode")[1]) for leaf in self._leaves]
        return {
            leaf.base: end - size
            for leaf, size, end in zip(self._leaves, sizes, accumulate(sizes), strict=True)
        }
