"""How the passages of a snapshot relate to each other, and to who says them and where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache, partial

import numpy as np

from talksearch.engines.whoosh.arrays import Array
from talksearch.engines.whoosh.postings import gathered
from talksearch.engines.whoosh.segment import Segment, numbers_of
from talksearch.engines.whoosh.sets import NONE, begins, united
from talksearch.once import cached_property

__all__ = ["Relations"]

# What a word of a query is looked for in beside what is said.
_NAMES = ("title", "speaker", "org", "job")
_REMEMBERED = 8 << 20  # bytes
_TITLED = 1024


class Relations:
    """Of segments, each with the number that its first document has. What is deleted is not left
    out here: nobody asks about it."""

    def __init__(self, segments: Sequence[tuple[Segment, int]]) -> None:
        self._segments = segments
        self._size = sum(len(segment.numbers("length")) for segment, _ in segments)
        # Of the segments, not of this: a circle would keep them open after their last use.
        with_words = partial(_with_words, segments, self._size)
        self.with_words = lru_cache(1 + _REMEMBERED // (1 + self._size))(with_words)
        self.titled = lru_cache(_TITLED)(partial(_titled, segments, self.with_words))

    @cached_property
    def back(self) -> Array:
        """For each document how many before it its question ends; 0 where it answers none."""
        return self._numbers("back")

    @cached_property
    def questions(self) -> Array:
        """The passages in which a question ends that is answered, ascending."""
        return self._answers[0]

    @cached_property
    def question_at(self) -> Array:
        """For each document its place among the questions; -1 where it is none."""
        found = np.full(self._size, -1, np.int32)
        found[self.questions] = np.arange(len(self.questions), dtype=np.int32)
        return found

    def answers(self, places: Array) -> tuple[Array, Array]:
        """The passages that begin an answer to some of the questions, ascending, and which of these
        each of them answers. The same may be answered by one after the other."""
        _, starts, documents = self._answers
        counts = starts[places + 1] - starts[places]
        found = documents[gathered(starts[places], counts)]
        order = np.argsort(found)
        return found[order], np.repeat(np.arange(len(places)), counts)[order]

    @cached_property
    def _answers(self) -> tuple[Array, Array, Array]:
        """The questions; where the answers to each start in the third, and the end; these."""
        documents = np.flatnonzero((self.back > 0) & begins(self._numbers("turn")))
        answered = documents - self.back[documents]
        order = np.argsort(answered, kind="stable")
        questions = answered[order]
        starts = np.flatnonzero(begins(questions))
        return questions[starts], np.append(starts, len(order)), documents[order]

    @cached_property
    def fingerprints(self) -> Array:
        """For each document a number that it shares with those that say the same, or 0."""
        return self._numbers("fingerprint")

    def knows(self, field: str, words: Sequence[str]) -> bool:
        """Whether each of the words is in some value of the field."""
        return all(
            any(key in segment.words_of(field) for segment, _ in self._segments)
            for key in map(_key, words)
        )

    def may_have(self, words: Sequence[str]) -> bool:
        """Whether each of the words is in some title, or in a name of somebody, of what they do or
        for whom: what can soon be denied of most words."""
        return self._words.issuperset(map(_key, words))

    @cached_property
    def _words(self) -> frozenset[bytes]:
        return frozenset().union(
            *(segment.words_of(name) for segment, _ in self._segments for name in _NAMES)
        )

    def _numbers(self, name: str) -> Array:
        return numbers_of((segment for segment, _ in self._segments), name)


def _key(word: str) -> bytes:
    """A word as values have it."""
    return word.encode("utf-8", "replace")


def _with_words(
    segments: Sequence[tuple[Segment, int]], size: int, field: str, words: tuple[str, ...]
) -> Array:
    """The mask of the documents that have a value of the field with all these words in it; it is
    not to be written in."""
    found = np.zeros(size, bool)
    for segment, base in segments:
        of_words = [set(segment.values_with(field, key)) for key in map(_key, words)]
        numbers = sorted(set.intersection(*of_words)) if of_words else []
        segment.postings["values"].mark(numbers, found[base:])
    return found


def _titled(
    segments: Sequence[tuple[Segment, int]],
    with_words: Callable[[str, tuple[str, ...]], Array],
    words: tuple[str, ...],
) -> Array:
    """The numbers of the episodes that have all these words in their title, ascending."""
    mask, first, found = with_words("title", words), 0, [NONE]
    for segment, base in segments:
        episodes, names = segment.column("episode")
        theirs = united([episodes[mask[base : base + len(episodes)]]])
        found.append(theirs.astype(np.intp) + first)
        first += len(names)
    return np.concatenate(found)
