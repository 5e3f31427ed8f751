"""Phrases that run on from one passage into the next.

A passage ends where there was a good place to cut, not where somebody stopped speaking. By the
lengths of the passages the words of an archive are one stream, in which each has a place. Where a
passage ends, and the next begins, with two words of a phrase, the rest of it is looked for around
that place in the stream. It is found in the passage in which it begins.
"""

from __future__ import annotations

from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np

from talksearch.engines.whoosh.arrays import Array
from talksearch.engines.whoosh.edges import EDGES, hashes
from talksearch.engines.whoosh.snapshot import NONE, Snapshot
from talksearch.model import Kind
from talksearch.words import words

__all__ = ["straddling"]


def straddling(snapshot: Snapshot, phrase: str, across_turns: bool = False) -> Array:
    """The passages in which a phrase begins, but does not end: it goes on in the same turn, or,
    ``across_turns``, in those after it."""
    found = list(words(phrase))
    if len(found) < 2:
        return NONE
    stream = _streams.get(snapshot)
    if stream is None:
        stream = _streams[snapshot] = _Stream(snapshot)
    stretches = stream.talks if across_turns else stream.turns
    edges = hashes(word.forms[-1].encode("utf-8", "replace") for word in found)
    first = np.unique(
        np.concatenate(
            [stretches.between(*edges[cut - 1 : cut + 1]) - cut for cut in range(1, len(found))]
        )
    )
    last = first + len(found) - 1
    first = first[(first >= 0) & (last < stream.starts[-1])]
    here, there = stream.holding(first), stream.holding(first + len(found) - 1)
    first = first[stretches.numbers[here] == stretches.numbers[there]]
    for at, word in enumerate(found):
        among = np.unique(stream.holding(first + at))
        first = first[np.isin(first + at, stream.places(word.forms[0], among))]
    return np.unique(stream.holding(first))


class _Stream:
    """The words of a snapshot as numbered one after the other, over all documents."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._bits = int(snapshot.lengths.max(initial=0)).bit_length()
        self.starts = np.append(0, np.cumsum(snapshot.lengths, dtype=np.int64))
        """For each document the place of its first word; and the end."""

    def holding(self, places: Array) -> Array:
        """The documents that hold some places; those of no words hold none."""
        found: Array = np.searchsorted(self.starts, places, "right") - 1
        return found

    def places(self, form: str, documents: Array) -> Array:
        """Where a word stands in some documents, ascending."""
        if not len(documents):
            return NONE
        found = self._snapshot.places("exact", [form], documents, self._bits)
        places: Array = found & ((1 << self._bits) - 1)
        places += self.starts[documents[found >> self._bits]]
        return places

    @cached_property
    def turns(self) -> _Stretches:
        return _Stretches(self, self._another_turn)

    @cached_property
    def talks(self) -> _Stretches:
        """Turns one after the other, until the episode ends, or talk turns into advertising and
        back. Notes are no talk, and end with their turns."""
        kinds, names = self._snapshot.column("kind")
        notes = kinds == (names.index(Kind.NOTES) if Kind.NOTES in names else -1)
        ends = (kinds[1:] != kinds[:-1]) | notes[1:]
        return _Stretches(self, self._another_turn & (self._another_episode | ends))

    @cached_property
    def edges(self) -> tuple[Array, Array]:
        """For each document its first and its last word (``edges.py``)."""
        begins, ends = (self._joined(name) for name in EDGES)
        return begins, ends

    @cached_property
    def spoken(self) -> Array:
        """The passages that have words."""
        found: Array = np.flatnonzero(self._snapshot.passages & (self._snapshot.lengths > 0))
        return found

    @cached_property
    def _another_episode(self) -> Array:
        """For each document but the first whether it is of another episode than the one before."""
        episodes = self._snapshot.episodes
        found: Array = episodes[1:] != episodes[:-1]
        return found

    @cached_property
    def _another_turn(self) -> Array:
        turns = self._joined("turn")
        found: Array = self._another_episode | (turns[1:] != turns[:-1])
        return found

    def _joined(self, name: str) -> Array:
        parts = [leaf.segment.numbers(name) for leaf in self._snapshot.leaves]
        return np.concatenate(parts) if parts else NONE


class _Stretches:
    """The documents in stretches over whose inner edges a phrase may run."""

    def __init__(self, stream: _Stream, begins: Array) -> None:
        """``begins`` tells for each document but the first whether it begins a stretch."""
        self.numbers = np.append(0, np.cumsum(begins))
        former, following = stream.spoken[:-1], stream.spoken[1:]
        inner = self.numbers[former] == self.numbers[following]
        first_words, last_words = stream.edges
        self._before, self._after = last_words[former[inner]], first_words[following[inner]]
        self._places = stream.starts[following[inner]]

    def between(self, before: int, after: int) -> Array:
        """The places that passages begin at with a word, after another word."""
        found: Array = self._places[(self._before == before) & (self._after == after)]
        return found


_streams: WeakKeyDictionary[Snapshot, _Stream] = WeakKeyDictionary()
