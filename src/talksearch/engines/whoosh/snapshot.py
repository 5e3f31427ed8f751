"""One commit of the index, open for reading from any thread: its segments as if they were one.

A document is what it is to Whoosh: a passage, or the record of an episode. Documents are numbered
over all segments. Sets of them are arrays of ascending numbers, or *masks*, a bool for every
document. Of what is found in a segment, what is deleted is left out here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from talksearch.engines.whoosh import scoring
from talksearch.engines.whoosh.arrays import Array, narrow
from talksearch.engines.whoosh.by_length import ByLength
from talksearch.engines.whoosh.episodes import Episodes
from talksearch.engines.whoosh.leaves import Leaf, Word
from talksearch.engines.whoosh.postings import stretches
from talksearch.engines.whoosh.relations import Relations
from talksearch.engines.whoosh.segment import joined, numbers_of
from talksearch.engines.whoosh.sets import NONE, united
from talksearch.engines.whoosh.stream import Stream
from talksearch.model import Kind
from talksearch.once import cached_property
from talksearch.query.nodes import Filter

__all__ = ["Snapshot"]


class Snapshot:
    def __init__(self, key: tuple[str, int, int], leaves: Sequence[Leaf]) -> None:
        self.key = key
        self.leaves = leaves
        self.size = sum(leaf.size for leaf in leaves)
        self.deleted = sum(leaf.deleted for leaf in leaves)
        self.masks: dict[Filter, Array] = {}
        """What filters let through, remembered (``filters.py``)."""
        self._arrays: dict[str, Array] = {}
        self._columns: dict[str, tuple[Array, list[str]]] = {}

    # What is known of every document

    def numbers(self, name: str) -> Array:
        """One of ``segment.NUMBERS``, for each document."""
        found = self._arrays.get(name)
        if found is None:
            found = numbers_of((leaf.segment for leaf in self.leaves), name)
            self._arrays[name] = found
        return found

    @cached_property
    def lengths(self) -> Array:
        return self.numbers("length")

    @cached_property
    def longest(self) -> int:
        """The length of the longest passage."""
        return int(self.lengths.max(initial=0))

    @cached_property
    def stream(self) -> Stream:
        """Their words as one stream."""
        return Stream(self.lengths)

    def column(self, name: str) -> tuple[Array, list[str]]:
        """``(places, values)``: a document's value is ``values[places[number]]``, "" for none."""
        found = self._columns.get(name)
        if found is None:
            lists = [leaf.segment.column(name) for leaf in self.leaves]
            if len(lists) == 1:
                found = lists[0]
            else:
                numbering = {"": 0}
                parts = []
                for places, values in lists:
                    table = [numbering.setdefault(each, len(numbering)) for each in values]
                    # Of the first, which is the largest as a rule, they stay as they are.
                    same = table == list(range(len(table)))
                    parts.append(places if same else narrow(np.array(table))[places])
                found = joined(parts), list(numbering)
            self._columns[name] = found
        return found

    @cached_property
    def passages(self) -> Array:
        """The mask of live passages."""
        masks = [leaf.segment.column("kind")[0] > 0 for leaf in self.leaves]
        for leaf, mask in zip(self.leaves, masks, strict=True):
            if leaf.live is not None:
                mask &= leaf.live
        return joined(masks).astype(bool, copy=False)

    @cached_property
    def total(self) -> int:
        """How many live passages there are."""
        return int(np.count_nonzero(self.passages))

    @cached_property
    def words(self) -> int:
        """How many words they have."""
        return int(self.lengths.sum(where=self.passages, dtype=np.int64))

    @cached_property
    def episodes(self) -> Episodes:
        return Episodes(self.leaves)

    @cached_property
    def by_length(self) -> ByLength:
        """What the length of a passage does to its score."""
        return ByLength(self.lengths, self.words / max(1, self.total) or 1.0)

    def weights(self, documents: Array) -> Array:
        """What the score of a passage is worth by its length, and by whether anybody said it."""
        found = self.by_length.weights(documents)
        if self._notes >= 0:
            found[self.are_notes(documents)] *= scoring.OF_NOTES
        return found

    def are_notes(self, documents: Array) -> Array:
        """Which of some passages are show notes, as a mask."""
        found: Array = self.column("kind")[0][documents] == self._notes
        return found

    @cached_property
    def _notes(self) -> int:
        """The place of show notes among the kinds; -1 if there are none."""
        _, kinds = self.column("kind")
        return kinds.index(Kind.NOTES) if Kind.NOTES in kinds else -1

    @cached_property
    def relations(self) -> Relations:
        return Relations([(leaf.segment, leaf.base) for leaf in self.leaves])

    # Words

    def word(self, field: str, terms: Sequence[str]) -> Word:
        """A word, given as the terms that stand for it."""
        return Word(
            [
                (leaf, leaf.segment.postings[field], number)
                for leaf in self.leaves
                for number in _numbers(leaf, field, terms)
            ]
        )

    def expanded(self, numbers: Sequence[Sequence[int]]) -> tuple[int, Array, Array, Array]:
        """The postings of several words of ``exact``, given by their numbers in each segment: how
        many words they are, and ``(words, documents, frequencies)``, parallel, where words are
        numbers of no other meaning."""
        numbering: dict[bytes, int] = {}
        parts = []
        for leaf, theirs in zip(self.leaves, numbers, strict=True):
            dictionary, postings = (
                leaf.segment.dictionaries["exact"],
                leaf.segment.postings["exact"],
            )
            for first, last in stretches(theirs):
                counts = postings.counts(first, last)
                if len(self.leaves) == 1:
                    places = np.arange(first, last) - theirs[0]
                else:
                    terms = dictionary.terms(first, last)
                    places = np.array([numbering.setdefault(t, len(numbering)) for t in terms])
                found = (
                    np.repeat(places, counts),
                    postings.documents(first, last),
                    postings.frequencies(first, last),
                )
                if leaf.live is not None:
                    live = leaf.live[found[1]]
                    found = found[0][live], found[1][live], found[2][live]
                parts.append((found[0], found[1] + leaf.base, found[2]))
        if not parts:
            return 0, NONE, NONE, NONE
        of, documents, frequencies = map(joined, zip(*parts, strict=True))
        count = len(numbering) or numbers[0][-1] - numbers[0][0] + 1
        return count, of, documents, frequencies

    def bounds(self, field: str, terms: Iterable[str]) -> tuple[int, int]:
        """In how many live documents a word occurs at least and at most, without reading them."""
        counts = [self.frequency(field, term) for term in terms]
        return max(counts, default=0) - self.deleted, sum(counts)

    def frequency(self, field: str, term: str) -> int:
        """In how many documents the term occurs, deleted ones included."""
        total = 0
        for leaf in self.leaves:
            for number in _numbers(leaf, field, [term]):
                start, end = leaf.segment.postings[field].extent(number, number + 1)
                total += end - start
        return total

    def positions(self, field: str, terms: Sequence[str], documents: Array, bits: int) -> Array:
        """Where a word stands in some documents, ascending: ``n << bits | position`` in the n-th of
        these."""
        found, base = [], 0
        for leaf in self.leaves:
            theirs = leaf.part(documents)
            for number in _numbers(leaf, field, terms if len(theirs) else ()):
                at, positions = leaf.segment.positions(field, number, theirs)
                found.append(((at + base) << bits) | positions)
            base += len(theirs)
        if len(set(terms)) == 1:
            return np.concatenate(found) if found else NONE
        return united(found) if found else NONE

    def meeting(self, border: int) -> Array:
        """The documents that meet the next one so (``borders.py``), ascending."""
        return joined([leaf.segment.meeting(border) + leaf.base for leaf in self.leaves])

    def forms(self, stem: str, language: str) -> set[str]:
        """The words that have a stem in a language."""
        found: set[str] = set()
        for leaf in self.leaves:
            spoken = leaf.segment.values("stemmer")
            place = spoken.index(language) if language in spoken else -1
            for number in _numbers(leaf, "text", [stem]):
                words, languages = leaf.segment.forms(number)
                found.update(
                    leaf.segment.dictionaries["exact"][word].decode()
                    for word in words[languages == place].tolist()
                )
        return found

    # Values

    def terms(self, field: str) -> list[str]:
        """The live terms of a field, in order."""
        return sorted({term for leaf in self.leaves for term in self._terms(leaf, field)})

    def _terms(self, leaf: Leaf, field: str) -> list[str]:
        dictionary, postings = leaf.segment.dictionaries["values"], leaf.segment.postings["values"]
        begin = f"{field}\0".encode()
        first, last = dictionary.with_prefix(begin)
        return [
            term[len(begin) :].decode()
            for number, term in enumerate(dictionary.terms(first, last), first)
            if leaf.live is None or leaf.live[postings.documents(number, number + 1)].any()
        ]

    def documents(self, term: bytes) -> Array:
        """The documents that have a value (``documents.term``)."""
        found = []
        for leaf in self.leaves:
            number = leaf.segment.dictionaries["values"].find(term)
            if number >= 0:
                documents = leaf.segment.postings["values"].documents(number, number + 1)
                if leaf.live is not None:
                    documents = documents[leaf.live[documents]]
                found.append(documents + leaf.base)
        return np.concatenate(found) if found else NONE

    def with_values(self, terms: Sequence[bytes]) -> Array:
        """The mask of the documents that have any of some values (``documents.term``)."""
        dictionaries = (leaf.segment.dictionaries["values"] for leaf in self.leaves)
        return self._with(
            sorted(number for number in map(each.find, terms) if number >= 0)
            for each in dictionaries
        )

    def with_words(self, field: str, words: str) -> Array:
        """The mask of the documents that have a value of a field in which some words stand one
        after the other; of no words, none."""
        found = words.encode("utf-8", "backslashreplace")
        return self._with(
            leaf.segment.values_with(field, found) if found else [] for leaf in self.leaves
        )

    def _with(self, numbers: Iterable[Sequence[int]]) -> Array:
        """The mask of those that have any of some values, by their numbers in each segment,
        ascending."""
        mask = np.zeros(self.size, bool)
        for leaf, theirs in zip(self.leaves, numbers, strict=True):
            found = mask[leaf.base : leaf.base + leaf.size]
            leaf.segment.postings["values"].mark(theirs, found)
            if leaf.live is not None:
                found &= leaf.live
        return mask

    # Documents

    def leaf(self, number: int) -> Leaf:
        return self.leaves[bisect_right(self._bases, number) - 1]

    @cached_property
    def _bases(self) -> list[int]:
        return [leaf.base for leaf in self.leaves]


def _numbers(leaf: Leaf, field: str, terms: Iterable[str]) -> Iterator[int]:
    """The numbers of those of the terms that the segment has."""
    dictionary = leaf.segment.dictionaries[field]
    for term in dict.fromkeys(terms):
        number = dictionary.find(term.encode("utf-8", "replace"))
        if number >= 0:
            yield number
