"""One segment of the index: what its file of arrays holds.

========================  ========================================================================
``exact``                 folded words, with positions: phrases, prefixes, fuzzy words, spelling
``text``                  stems in the passage's own language, without positions: those of a stem
                          are those of its forms
``forms``                 which word (of ``exact``) has which stem (of ``text``) in which language
``episodes``              the stems again, by episode instead of by document
``values``                the values of the filter fields, as ``field NUL folded value``
``length`` …              a number for each document (``NUMBERS``)
``meets``                 with which words documents meet the next ones (``borders.py``)
``episode`` …             for each document the place of its value in a list (``LISTS``)
``stored``                the texts of passages and the records as JSON, in compressed blocks
========================  ========================================================================
"""

from __future__ import annotations

import json
import zlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache, partial
from pathlib import Path

import numpy as np

from talksearch.engines.base import Record
from talksearch.engines.whoosh.arrays import Array, ArrayFile, ArrayWriter, narrow, view
from talksearch.engines.whoosh.postings import Dictionary, Postings, write_terms
from talksearch.engines.whoosh.sets import NONE, distinct, pieces, united
from talksearch.engines.whoosh.stored import unpack_record
from talksearch.model import Speaker
from talksearch.once import cached_property
from talksearch.results import FACET_FIELDS

__all__ = [
    "FACETS", "LISTS", "NUMBERS", "SCHEMA_VERSION", "Segment", "StoredWriter", "joined",
    "numbers_of", "write_list",
]  # fmt: skip

NUMBERS = (
    "length", "number", "turn", "voice", "start_ms", "end_ms", "accuracy", "back", "fingerprint",
)  # fmt: skip
"""A passage's words; its number and turn; its speaker and its accuracy as places in lists; times, 1
more than they are, since 0 stands for none; its question and what is said elsewhere as well
(``conversation.py``)."""

# The facet over years is counted from the dates, which sorting needs anyway.
FACETS = ("episode", "date", *(name for name in FACET_FIELDS if name != "year"))
LISTS = (*FACETS, "stemmer")
"""What a document is counted and sorted by; ``stemmer`` is the language its stems are of."""

SCHEMA_VERSION = 16

_BLOCK = 4 << 10
_CACHED = 64
_RECORDS = 2000
"""So many unpacked records are kept at most: some forty megabytes."""
_AT_ONCE = 1 << 20


class Segment:
    """A segment's file, open for reading from any thread."""

    def __init__(self, path: Path) -> None:
        self.file = ArrayFile(path)
        names = ("exact", "text", "values")
        self.dictionaries = {name: Dictionary(self.file, name) for name in names}
        self.postings = {name: Postings(self.file, f"{name}.in") for name in names}
        self.by_episode = Postings(self.file, "episodes")
        self._lists: dict[str, list[str]] = {}
        self._words: dict[str, frozenset[bytes]] = {}
        self._records: dict[int, tuple[Record, tuple[Speaker, ...]]] = {}
        # Of the file, not of this: a circle would keep the file mapped after its last use.
        self._block = lru_cache(_CACHED)(partial(_read_block, self.file))

    def numbers(self, name: str) -> Array:
        return self.file.whole(name)

    def column(self, name: str) -> tuple[Array, list[str]]:
        """``(places, values)``: a document's value is ``values[places[number]]``, "" for none."""
        return self.file.whole(f"{name}.of"), self.values(name)

    def values(self, name: str) -> list[str]:
        """What there is in a column."""
        found = self._lists.get(name)
        if found is None:
            values = Dictionary(self.file, name).terms()
            found = self._lists[name] = [value.decode() for value in values]
        return found

    def number(self, name: str, document: int) -> int:
        """``numbers(name)[document]``, of which no more is read."""
        return self.file.item(name, document)

    def value(self, name: str, document: int) -> str:
        """The document's value in a column, of which no more is read."""
        return self.values(name)[self.file.item(f"{name}.of", document)]

    def words_of(self, field: str) -> frozenset[bytes]:
        """The words that the values of a field are made of."""
        found = self._words.get(field)
        if found is None:
            begin = f"{field}\0".encode()
            text = self.dictionaries["values"].text(begin).replace(begin, b" ")
            found = self._words[field] = frozenset(text.split(b" "))
        return found

    def values_with(self, field: str, words: bytes) -> list[int]:
        """The values of a field (numbers of ``values``) in which some words stand one after the
        other, ascending."""
        begin = f"{field}\0".encode()
        return self.dictionaries["values"].with_words(begin, words)

    def forms(self, stem: int) -> tuple[Array, Array]:
        """The words that have a stem, and in which language (a place in the list)."""
        bounds = self.file.slice("forms.bounds", stem, stem + 2).tolist()
        return self.file.slice("forms.word", *bounds), self.file.slice("forms.stemmer", *bounds)

    def stems(self, word: int) -> list[int]:
        """The stems that a word has, in any language."""
        rows = np.flatnonzero(self.file.whole("forms.word") == word)
        bounds = self.file.whole("forms.bounds")
        found: list[int] = distinct(np.searchsorted(bounds, rows, "right") - 1).tolist()
        return found

    def all_forms(self) -> tuple[Array, Array, Array]:
        """``(stems, words, languages)`` of every form."""
        stems = np.repeat(
            np.arange(len(self.dictionaries["text"])), np.diff(self.file.whole("forms.bounds"))
        )
        return stems, self.file.whole("forms.word"), self.file.whole("forms.stemmer")

    def positions(self, field: str, number: int, documents: Array) -> tuple[Array, Array]:
        """Where a term of ``exact`` or ``text`` stands in some documents (ascending): ``(documents,
        positions)``, one pair each time, in order; of documents their places in those given."""
        if field == "text":
            return self._positions_of_stem(number, documents)
        return self._positions_of_word(number, documents)

    def _positions_of_stem(self, stem: int, documents: Array) -> tuple[Array, Array]:
        keys = [NONE]
        languages, names = self.column("stemmer")
        for word, language in zip(*(each.tolist() for each in self.forms(stem)), strict=True):
            found, positions = self._positions_of_word(word, documents)
            if len(names) > 2:  # without which all are of the one language
                theirs = languages[documents[found]] == language
                found, positions = found[theirs], positions[theirs]
            keys.append((found << 32) | positions)
        # Two forms may stand in one place.
        key = united(keys) if len(keys) > 2 else keys[-1]
        return key >> 32, key & 0xFFFFFFFF

    def _positions_of_word(self, word: int, documents: Array) -> tuple[Array, Array]:
        postings = self.postings["exact"]
        places, found = postings.find(word, documents)
        sizes, positions = postings.positions_at(word, places)
        return np.repeat(np.flatnonzero(found), sizes), positions.astype(np.intp)

    def borders(self, low: int, high: int) -> tuple[Array, Array]:
        """The borders between documents from one on and below another, ascending, and the documents
        before them."""
        first = bisect_left(self._borders, low)
        last = bisect_left(self._borders, high, first)
        return self.file.slice("meets", first, last), self.file.slice("meets.in", first, last)

    def meeting(self, border: int) -> Array:
        """The documents that have such a border with the next one, ascending."""
        return self.borders(border, border + 1)[1].astype(np.intp)

    @property
    def border_count(self) -> int:
        return len(self._borders)

    @cached_property
    def _borders(self) -> memoryview:
        return view(self.file.whole("meets"))

    # What is stored

    @cached_property
    def _blocks(self) -> Array:
        """The first document of each block; and the end."""
        return self.file.whole("stored.documents")

    def stored(self, number: int) -> bytes:
        """A passage's text, or a record's JSON."""
        block = bisect_right(self._firsts, number) - 1
        return self._block(block).document(number - self._firsts[block])

    def record(self, number: int) -> tuple[Record, tuple[Speaker, ...]]:
        """A record, unpacked, and the speakers of its episode."""
        found = self._records.get(number)
        if found is None:
            found = unpack_record(json.loads(self.stored(number)))
            if len(self._records) >= _RECORDS:  # who asks for all of them wants each once
                self._records.clear()
            self._records[number] = found
        return found

    def block(self, number: int) -> tuple[Array, bytes]:
        """A block as it is stored, and where its documents start in it."""
        return _packed_block(self.file, number)

    @property
    def blocks(self) -> int:
        return len(self._blocks) - 1

    @cached_property
    def _firsts(self) -> memoryview:
        return view(self._blocks)


def _packed_block(file: ArrayFile, number: int) -> tuple[Array, bytes]:
    start, end = file.slice("stored.bounds", number, number + 2).tolist()
    first, last = file.whole("stored.documents")[number : number + 2].tolist()
    return file.slice("stored.starts", first, last), file.slice("stored.data", start, end).tobytes()


def _read_block(file: ArrayFile, number: int) -> _Block:
    starts, packed = _packed_block(file, number)
    return _Block(starts.tolist(), packed)


class _Block:
    """A block of documents. For the first that is asked for it is unpacked up to its end, which is
    half of it on average; for any more, all of it."""

    def __init__(self, starts: list[int], packed: bytes) -> None:
        self._starts, self._packed = starts, packed
        self._data = b""

    def document(self, at: int) -> bytes:
        start, *end = self._starts[at : at + 2]
        data = self._data
        if not end or end[0] > len(data):
            if end and not data:
                data = zlib.decompressobj().decompress(self._packed, end[0])
            else:
                data = zlib.decompress(self._packed)
            self._data = data
        return data[start : end[0] if end else None]


def numbers_of(segments: Iterable[Segment], name: str) -> Array:
    """One of ``NUMBERS`` over several segments."""
    return joined([segment.numbers(name) for segment in segments])


def joined(parts: Sequence[Array]) -> Array:
    """Arrays one after the other; itself, where there is one."""
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else NONE


class StoredWriter:
    """Packs what is stored into blocks; a ``block`` of another segment is taken as it is."""

    def __init__(self, out: ArrayWriter) -> None:
        self._data = out.growing("stored.data", np.uint8)
        self._bounds = out.growing("stored.bounds", np.uint64)
        self._documents = out.growing("stored.documents", np.uint32)
        self._starts = out.growing("stored.starts", np.uint32)
        self._waiting: list[bytes] = []
        self._size = 0
        self._bytes = self._count = 0
        self._mark()

    def add(self, data: bytes) -> None:
        self._waiting.append(data)
        self._size += len(data)
        if self._size >= _BLOCK:
            self.finish()

    def block(self, starts: Array, data: bytes) -> None:
        """A block that is packed already, and where its documents start in it."""
        self.finish()
        self._write(starts, data)

    def all_of(self, file: ArrayFile) -> None:
        """All blocks of a segment's file, as they are."""
        self.finish()
        bounds, documents = file.whole("stored.bounds"), file.whole("stored.documents")
        self._bounds.append(self._bytes + bounds[1:])
        self._documents.append(self._count + documents[1:])
        for name, growing, end in (
            ("stored.starts", self._starts, documents[-1]),
            ("stored.data", self._data, bounds[-1]),
        ):
            for some in pieces(int(end), _AT_ONCE):
                growing.append(file.slice(name, some.start, some.stop))
        self._bytes += int(bounds[-1])
        self._count += int(documents[-1])

    def finish(self) -> None:
        if self._waiting:
            sizes = np.fromiter(map(len, self._waiting), np.int64, len(self._waiting))
            self._write(np.cumsum(sizes) - sizes, zlib.compress(b"".join(self._waiting), _LEVEL))
            self._waiting, self._size = [], 0

    def _write(self, starts: Array, data: bytes) -> None:
        self._starts.append(starts)
        self._data.append(np.frombuffer(data, np.uint8))
        self._bytes += len(data)
        self._count += len(starts)
        self._mark()

    def _mark(self) -> None:
        self._bounds.append(np.array([self._bytes]))
        self._documents.append(np.array([self._count]))


# A tenth larger than the best that zlib can do, in a third of the time.
_LEVEL = 4


def write_list(out: ArrayWriter, name: str, places: Array, values: list[str]) -> None:
    write_terms(out, name, [value.encode() for value in values])
    out.add(f"{name}.of", narrow(places))
