"""The words of all documents as one stream, in which each word has a place."""

from __future__ import annotations

import numpy as np

from talksearch.engines.whoosh.arrays import Array

__all__ = ["Stream"]

# Of one document in so many its place is kept; those of the others are counted from there.
_EVERY = 16
_FURTHER = np.arange(_EVERY)


class Stream:
    """Of documents of these lengths, in words."""

    def __init__(self, lengths: Array) -> None:
        self._lengths = lengths
        full = len(lengths) // _EVERY * _EVERY
        words = lengths[:full].reshape(-1, _EVERY).sum(axis=1, dtype=np.int64)
        if full < len(lengths):
            words = np.append(words, lengths[full:].sum(dtype=np.int64))
        self._marks = np.append(0, np.cumsum(words))

    @property
    def end(self) -> int:
        return int(self._marks[-1])

    def starts(self, documents: Array) -> Array:
        """The places of the first words of some documents."""
        marks, further = documents // _EVERY, documents % _EVERY
        before = self._of(marks)
        before *= further[:, None] > _FURTHER
        found: Array = self._marks[marks] + before.sum(axis=1, dtype=np.int64)
        return found

    def documents(self, places: Array) -> Array:
        """The documents that hold some places; those of no words hold none."""
        marks = self._marks.searchsorted(places, "right") - 1
        ends = self._of(marks).cumsum(axis=1, dtype=np.int64)
        found: Array = marks * _EVERY + (ends <= (places - self._marks[marks])[:, None]).sum(axis=1)
        return found

    def _of(self, marks: Array) -> Array:
        """The lengths of the documents from some marks on, a mark a row."""
        rows = self._lengths[: len(self._lengths) // _EVERY * _EVERY].reshape(-1, _EVERY)
        if marks.max(initial=0) < len(rows):
            return rows.take(marks, axis=0)
        numbers = marks[:, None] * _EVERY + _FURTHER  # the last row is not full
        return self._lengths.take(numbers, mode="clip")
