"""Terms and where they stand, as arrays: what a segment holds of them, and how that is written.

A *dictionary* is its terms in the order of their bytes, so that a term is a number and the terms of
a prefix are a range of numbers. The *postings* of all terms lie one after the other in that order.
Of a document's number the lower 16 bits are kept with each posting, the rest once for every *run*
of postings that share it: two bytes a posting, for up to 2^31 documents.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from talksearch.engines.whoosh.arrays import Array, ArrayFile, ArrayWriter, view
from talksearch.engines.whoosh.sets import begins
from talksearch.once import cached_property

__all__ = ["Dictionary", "Postings", "PostingsWriter", "gathered", "stretches", "write_terms"]

_LOW = 16
_REMEMBERED = 1024
_EVERY = 32
# For each place between two marks, which are before it.
_BEFORE = np.tri(_EVERY, k=-1, dtype=np.uint8)
_ONES = np.ones(_EVERY, np.float32)
# Where so many postings are for each that is wanted, all of them are counted.
_ALL = 16
# So few documents are sooner found by Python itself than by several calls of NumPy.
_BY_HAND = 16
_BEGINNING = 7


class Dictionary:
    """The terms of a segment, numbered in the order of their bytes."""

    def __init__(self, file: ArrayFile, name: str) -> None:
        self._file, self._name = file, name
        self._found: dict[bytes, int] = {}
        self._spelled: dict[str, tuple[int, list[str]]] = {}

    @cached_property
    def _bounds(self) -> memoryview:
        return view(self._file.whole(f"{self._name}.bounds"))

    @cached_property
    def _beginnings(self) -> Array:
        return self._file.whole(f"{self._name}.beginnings")

    @cached_property
    def _text(self) -> bytes:
        return self._file.whole(f"{self._name}.terms").tobytes()

    def __len__(self) -> int:
        return len(self._bounds) - 1

    def __getitem__(self, number: int) -> bytes:
        return self._text[self._bounds[number] : self._bounds[number + 1]]

    def find(self, term: bytes) -> int:
        """The term's number, or -1."""
        number = self._found.get(term)
        if number is None:
            number = self._first_from(term)
            if number == len(self) or self[number] != term:
                number = -1
            if len(self._found) >= _REMEMBERED:
                self._found.clear()
            self._found[term] = number
        return number

    def beginning(self, letter: str) -> tuple[int, list[str]]:
        """The terms that begin with a letter, and the number of the first."""
        found = self._spelled.get(letter)
        if found is None:
            first, last = self.with_prefix(letter.encode())
            terms = [term.decode() for term in self.terms(first, last)]
            found = self._spelled[letter] = first, terms
        return found

    def with_prefix(self, prefix: bytes) -> tuple[int, int]:
        """The first number of the terms that begin so, and the one after the last."""
        # No byte of UTF-8 is as large as that.
        return self._first_from(prefix), self._first_from(prefix + b"\xff")

    def _first_from(self, term: bytes) -> int:
        """The number of the first term that is not before one."""
        # First by what it begins with, which NumPy searches; few terms have that in common.
        begin = _beginning(term)
        first, last = map(int, np.searchsorted(self._beginnings, (begin, begin + 1)))
        return bisect_left(range(first, last), term, key=self.__getitem__) + first

    def terms(self, first: int = 0, last: int | None = None) -> list[bytes]:
        bounds = self._bounds[first : None if last is None else last + 1].tolist()
        return [self._text[a:b] for a, b in pairwise(bounds)]

    def text(self, prefix: bytes) -> bytes:
        """The terms that begin so, one behind the other."""
        first, last = self.with_prefix(prefix)
        return self._text[self._bounds[first] : self._bounds[last]]

    def with_words(self, prefix: bytes, words: bytes) -> list[int]:
        """The numbers of the terms that begin so, and have some words behind it, one after the
        other: blanks part words."""
        first, last = self.with_prefix(prefix)
        begin, end = self._bounds[first], self._bounds[last]
        found: list[int] = []
        at = self._text.find(words, begin, end)
        while at >= 0:
            number = bisect_right(self._bounds, at, first, last) - 1
            if b" %b " % words in b" %b " % self[number][len(prefix) :]:
                found.append(number)
            at = self._text.find(words, self._bounds[number + 1], end)
        return found


def write_terms(out: ArrayWriter, name: str, terms: Sequence[bytes]) -> None:
    bounds = np.zeros(len(terms) + 1, np.uint32)
    np.cumsum(np.fromiter(map(len, terms), np.uint32, len(terms)), out=bounds[1:])
    out.add(f"{name}.bounds", bounds)
    out.add(f"{name}.terms", np.frombuffer(b"".join(terms), np.uint8))
    # Of all terms what ``_beginning`` tells of one.
    beginnings = np.zeros((len(terms), 1 + _BEGINNING), np.uint8)
    beginnings[:, 1:] = np.array(terms, f"S{_BEGINNING}").view(np.uint8).reshape(-1, _BEGINNING)
    out.add(f"{name}.beginnings", beginnings.view(">i8").reshape(-1))


def _beginning(term: bytes) -> int:
    """The first bytes of a term, as a number that is in the order of the terms."""
    return int.from_bytes(term[:_BEGINNING].ljust(_BEGINNING, b"\0"), "big")


class Postings:
    """The postings of a dictionary's terms. Terms are asked for as a range of their numbers."""

    def __init__(self, file: ArrayFile, name: str) -> None:
        self._file, self._name = file, name

    @cached_property
    def _runs(self) -> Array:
        """For each term its first run; and the end."""
        return self._file.whole(f"{self._name}.runs")

    @cached_property
    def _bounds(self) -> Array:
        """For each run its first posting; and the end."""
        return self._file.whole(f"{self._name}.bounds")

    @cached_property
    def _high(self) -> Array:
        return self._file.whole(f"{self._name}.high")

    @cached_property
    def _start(self) -> memoryview:
        """For each term its first position; and the end."""
        return view(self._file.whole(f"{self._name}.starts"))

    @cached_property
    def _run(self) -> memoryview:
        return view(self._runs)

    @cached_property
    def _bound(self) -> memoryview:
        return view(self._bounds)

    def extent(self, first: int, last: int) -> tuple[int, int]:
        """The postings of the terms ``first`` to ``last - 1``, as a range of all."""
        bound, run = self._bound, self._run
        return bound[run[first]], bound[run[last]]

    def counts(self, first: int, last: int) -> Array:
        """How many postings each of the terms has."""
        return np.diff(self._bounds[self._runs[first : last + 1]].astype(np.int64))

    def documents(self, first: int, last: int) -> Array:
        """The documents of each term, in order, one term's after the other's."""
        runs = slice(self._run[first], self._run[last])
        if last - first == 1:
            bounds = self._bound[runs.start : runs.stop + 1].tolist()
            start = bounds[0]
            documents = self._file.slice(f"{self._name}.low", start, bounds[-1]).astype(np.intp)
            for at, high in enumerate(self._high[runs].tolist()):
                if high:
                    theirs = documents[bounds[at] - start : bounds[at + 1] - start]
                    theirs += high << _LOW
            return documents
        low = self._file.slice(f"{self._name}.low", *self.extent(first, last))
        sizes: Array = np.diff(self._bounds[runs.start : runs.stop + 1].astype(np.int64))
        documents = np.repeat(self._high[runs].astype(np.intp) << _LOW, sizes)
        documents += low
        return documents

    def mark(self, terms: Sequence[int], mask: Array) -> None:
        """Set what a mask has for the documents of some terms (ascending)."""
        # Those that begin alike lie side by side.
        for first, last in stretches(terms):
            runs = slice(self._run[first], self._run[last])
            bounds = self._bound[runs.start : runs.stop + 1].tolist()
            low = self._file.slice(f"{self._name}.low", bounds[0], bounds[-1])
            for at, high in enumerate(self._high[runs].tolist()):
                theirs = low[bounds[at] - bounds[0] : bounds[at + 1] - bounds[0]]
                mask[high << _LOW : (high + 1) << _LOW][theirs] = True

    def documents_at(self, term: int, places: Array) -> Array:
        """The documents of some of a term's postings, by their places, ascending."""
        start, end = self.extent(term, term + 1)
        runs = slice(self._run[term], self._run[term + 1])
        documents = self._file.slice(f"{self._name}.low", start, end)[places].astype(np.intp)
        ends = self._bounds[runs.start + 1 : runs.stop].astype(np.intp) - start
        documents += self._high[runs].astype(np.intp)[ends.searchsorted(places, "right")] << _LOW
        return documents

    def find(self, term: int, documents: Array) -> tuple[Array, Array]:
        """Which of some documents (ascending) hold a term: their postings, by their place among
        the term's, and a mask over the documents. Of the postings little is read."""
        first, last = self._run[term], self._run[term + 1]
        bounds = self._bound[first : last + 1].tolist()
        start = bounds[0]
        low = self._file.slice(f"{self._name}.low", start, bounds[-1])
        highs = self._high[first:last].tolist()
        if len(documents) <= _BY_HAND:
            return _find_by_hand(documents.tolist(), low.data, highs, bounds)
        edges = [edge for high in highs for edge in (high << _LOW, (high + 1) << _LOW)]
        cuts = documents.searchsorted(edges).tolist()
        found = np.zeros(len(documents), bool)
        places = []
        wanted = documents.astype(np.uint16)  # the lower 16 bits
        for begin, end, first, last in zip(cuts[::2], cuts[1::2], bounds, bounds[1:], strict=False):
            if begin < end:
                theirs = low[first - start : last - start]
                at = theirs.searchsorted(wanted[begin:end])
                hit = theirs.take(at, mode="clip") == wanted[begin:end]
                found[begin:end] = hit
                places.append(at[hit] + (first - start))
        if len(places) == 1:
            return places[0], found
        return np.concatenate(places) if places else np.empty(0, np.intp), found

    def frequencies(self, first: int, last: int) -> Array:
        """How often each stands in its document, parallel to ``documents``."""
        return self._file.slice(f"{self._name}.frequencies", *self.extent(first, last))

    def positions(self, first: int, last: int) -> Array:
        """Where each stands: as many as its frequency for each posting, ascending."""
        return self._file.slice(f"{self._name}.positions", self._start[first], self._start[last])

    def positions_at(self, term: int, places: Array) -> tuple[Array, Array]:
        """Of some of a term's postings their frequencies and, one posting's after the other's,
        their positions."""
        frequencies = self.frequencies(term, term + 1)
        sizes = frequencies[places]
        if len(places) * _ALL > len(frequencies):
            few = self._start[term + 1] - self._start[term] < 1 << 32
            starts = np.cumsum(frequencies, dtype=np.uint32 if few else np.uint64)[places] - sizes
        else:
            starts = self._offsets(places + self.extent(term, term + 1)[0]) - self._start[term]
        return sizes, self.positions(term, term + 1)[gathered(starts, sizes)]

    def _offsets(self, postings: Array) -> Array:
        """How many positions are before those of some postings, ascending, both of all: from the
        last mark before each on, the frequencies are counted."""
        if not len(postings):
            return postings
        marks, further = postings // _EVERY, postings % _EVERY
        first, last = int(marks[0]), int(marks[-1]) + 1
        marks -= first
        end = min(last * _EVERY, self._bound[-1])
        marked: Array = self._file.slice(f"{self._name}.marks", first, last)[marks].astype(np.intp)
        frequencies = self._file.slice(f"{self._name}.frequencies", first * _EVERY, end)
        if len(frequencies) % _EVERY:  # the last of all
            frequencies = np.append(frequencies, np.zeros(-len(frequencies) % _EVERY, np.uint8))
        counted = frequencies.reshape(-1, _EVERY).take(marks, axis=0)
        counted *= _BEFORE.take(further, axis=0)
        # The product with a vector is the fastest of sums; these are far below 2^24.
        marked += (counted @ _ONES).astype(np.intp)
        return marked

    def kinds(self) -> tuple[Any, Any]:
        """The types of frequencies and of positions."""
        names = (f"{self._name}.frequencies", f"{self._name}.positions")
        return tuple(self._file.slice(name, 0, 0).dtype for name in names)  # type: ignore[return-value]


def _find_by_hand(
    documents: list[int], low: memoryview, highs: list[int], bounds: list[int]
) -> tuple[Array, Array]:
    """``Postings.find`` in postings given by their lower 16 bits, and for each run the others and
    its bounds."""
    places, found, start = [], [], bounds[0]
    for document in documents:
        high, wanted = document >> _LOW, document & 0xFFFF
        run = bisect_left(highs, high)
        hit = run < len(highs) and highs[run] == high
        if hit:
            end = bounds[run + 1] - start
            place = bisect_left(low, wanted, bounds[run] - start, end)
            hit = place < end and low[place] == wanted
            if hit:
                places.append(place)
        found.append(hit)
    return np.array(places, np.intp), np.array(found, bool)


class PostingsWriter:
    """Writes the postings of terms in the order of the terms, piece by piece. Frequencies and
    positions of the types given; none, where none is."""

    def __init__(
        self, out: ArrayWriter, name: str, frequencies: Any = None, positions: Any = None
    ) -> None:
        self._runs = out.growing(f"{name}.runs", np.uint32)
        self._bounds = out.growing(f"{name}.bounds", np.uint64)
        self._high = out.growing(f"{name}.high", np.uint16)
        self._low = out.growing(f"{name}.low", np.uint16)
        self._frequencies = out.growing(f"{name}.frequencies", frequencies or np.uint8)
        self._positions = out.growing(f"{name}.positions", positions or np.uint8)
        self._starts = out.growing(f"{name}.starts", np.uint64)
        # The first position of every 32nd posting, so that one can be had without all before it.
        self._marks = out.growing(f"{name}.marks", np.uint64 if positions else np.uint8)
        self._run, self._posting, self._position = 0, 0, 0
        for bounds in (self._runs, self._bounds, self._starts):
            bounds.append(np.zeros(1, np.uint64))

    def append(
        self,
        counts: Array,
        documents: Array,
        frequencies: Array | None = None,
        positions: Array | None = None,
    ) -> None:
        """The next terms: how many postings each has, and these, in order."""
        documents = documents.astype(np.uint32, copy=False)
        terms = np.repeat(np.arange(len(counts), dtype=np.uint32), counts)
        high = (documents >> _LOW).astype(np.uint16)
        first = np.flatnonzero(begins(terms) | begins(high))
        runs = np.cumsum(np.bincount(terms[first], minlength=len(counts)))
        self._runs.append(self._run + runs)
        self._bounds.append(self._posting + np.append(first, len(documents))[1:])
        self._high.append(high[first])
        self._low.append(documents.astype(np.uint16))  # the lower 16 bits
        self._run += len(first)
        if frequencies is not None:
            self._frequencies.append(frequencies)
        if positions is not None and frequencies is not None:
            self._positions.append(positions)
            ends = np.zeros(len(frequencies) + 1, np.int64)
            np.cumsum(frequencies, out=ends[1:])
            self._starts.append(self._position + ends[np.cumsum(counts, dtype=np.intp)])
            self._marks.append(self._position + ends[:-1][-self._posting % _EVERY :: _EVERY])
            self._position += len(positions)
        self._posting += len(documents)


def gathered(starts: Array, sizes: Array) -> Array:
    """The numbers of several ranges, one after the other: ``[5, 9], [2, 3] -> 5 6 9 10 11``."""
    ends = np.cumsum(sizes, dtype=np.intp)
    total = int(ends[-1]) if len(ends) else 0
    found = np.repeat(starts.astype(np.intp) - (ends - sizes), sizes)
    found += np.arange(total)
    return found


def stretches(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Ascending numbers as ranges of those that follow one another: ``[2, 3, 7] -> 2-4 7-8``, the
    end not included."""
    if not len(numbers):
        return []
    if numbers[-1] - numbers[0] == len(numbers) - 1:
        return [(numbers[0], numbers[-1] + 1)]
    starts = [0, *(at for at in range(1, len(numbers)) if numbers[at] != numbers[at - 1] + 1)]
    return [(numbers[a], numbers[b - 1] + 1) for a, b in pairwise([*starts, len(numbers)])]
