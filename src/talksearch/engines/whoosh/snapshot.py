"""One generation of the index, open for reading by one thread.

Postings are read as they lie in the files, in blocks, not with Whoosh's matchers; a snapshot opens
every file at once, since a later commit may delete them (``store.py`` lists the traps).
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence, Set
from copy import copy
from functools import cached_property
from itertools import compress
from typing import Any

from whoosh.codec.whoosh3 import W3LeafMatcher
from whoosh.filedb.filestore import FileStorage
from whoosh.reading import SegmentReader, TermNotFound

from talksearch.engines.whoosh.schema import COLUMNS


class Snapshot:
    """One generation of the index, for one thread. Document numbers run over all segments."""

    def __init__(
        self, key: tuple[str, int], storage: FileStorage, index_schema: Any, segments: Iterable[Any]
    ) -> None:
        self.key = key
        self._leaves: list[_Leaf] = []
        base = 0
        for segment in segments:
            leaf = _Leaf(SegmentReader(storage, index_schema, segment), base)
            self._leaves.append(leaf)
            base += leaf.size
        self.size = base
        self._wanted: Sequence[int] | None = None

    def narrowed(self, numbers: Set[int]) -> Snapshot:
        """The same, as if it held no other passages, over the same open files. Their postings lie
        together, an episode's passages being put together, and little else is read."""
        narrow = copy(self)
        narrow.passages = numbers
        narrow._wanted = sorted(numbers)
        return narrow

    def close(self) -> None:
        for leaf in self._leaves:
            leaf.reader.close()

    def weights(self, field: str, term: str) -> dict[int, float]:
        """How often the term occurs, by document; deleted documents are left out."""
        found: dict[int, float] = {}
        for leaf in self._leaves:
            for ids, weights, _ in leaf.blocks(field, term, self._wanted):
                found.update(leaf.numbered(ids, weights))
        if self._wanted is None:
            return found
        return {number: found[number] for number in self.passages & found.keys()}

    def documents(self, field: str, term: str) -> set[int]:
        """The documents that hold the term."""
        return set(self.weights(field, term))

    def positions(self, field: str, term: str, among: set[int]) -> dict[int, list[int]]:
        """Where the term stands (ascending word numbers), for those of the documents it is in."""
        found: dict[int, list[int]] = {}
        for leaf in self._leaves:
            decode = leaf.reader.schema[field].format.decode_positions
            for ids, _, values in leaf.blocks(field, term, self._wanted, with_values=True):
                for number, value in leaf.numbered(ids, values):
                    if number in among:
                        found[number] = decode(value)
        return found

    def terms(self, field: str, prefix: str = "") -> list[str]:
        """The terms of a field that begin so, in order."""
        found: set[str] = set()
        for leaf in self._leaves:
            found.update(leaf.terms(field, prefix.encode()))
        return sorted(found)

    def terms_within(self, field: str, word: str, distance: int, prefix: int) -> set[str]:
        """The terms at most ``distance`` edits from the word that share its first letters."""
        found: set[str] = set()
        for leaf in self._leaves:
            if leaf.has_field(field):
                found.update(leaf.reader.terms_within(field, word, distance, prefix=prefix))
        return found

    def frequency(self, field: str, term: str) -> int:
        """In how many documents the term occurs, deleted ones included."""
        return sum(leaf.reader.doc_frequency(field, term) for leaf in self._leaves)

    def stored(self, number: int) -> Any:
        """A document's packed data."""
        leaf = self._leaf(number)
        return leaf.reader.stored_fields(number - leaf.base)["data"]

    def _leaf(self, number: int) -> _Leaf:
        return next(leaf for leaf in reversed(self._leaves) if number >= leaf.base)

    @cached_property
    def passages(self) -> Set[int]:
        """Every live passage."""
        return {number for leaf in self._leaves for number in leaf.passages()}

    @cached_property
    def total(self) -> int:
        """How many live passages there are."""
        return sum(leaf.count() for leaf in self._leaves)

    def frequencies(self, field: str, term: str) -> tuple[int, int]:
        """In how many live documents the term occurs at least and at most, without a look."""
        total = self.frequency(field, term)
        return total - sum(leaf.deleted for leaf in self._leaves), total

    def value(self, name: str, number: int) -> str:
        """A document's value in a column; for few of them, where ``column`` is for all."""
        leaf = self._leaf(number)
        column = leaf.columns[name]
        found: str = column.values[column.ordinals[number - leaf.base]]
        return found

    def place(self, number: int) -> tuple[str, int]:
        """Where a document lies for as long as its segment is kept."""
        leaf = self._leaf(number)
        return leaf.name, number - leaf.base

    def holds(self, place: tuple[str, int]) -> bool:
        """Whether the document of another generation is a live one of this."""
        name, number = place
        return any(leaf.name == name and leaf.is_live(number) for leaf in self._leaves)

    @cached_property
    def lengths(self) -> array[int]:
        lengths = array("I")
        for leaf in self._leaves:
            lengths.extend(leaf.lengths)
        return lengths

    @cached_property
    def average_length(self) -> float:
        passages = self.passages
        if len(passages) == self.size:
            return sum(self.lengths) / max(1, self.size)
        lengths = self.lengths
        return sum(lengths[n] for n in passages) / max(1, len(passages)) or 1.0

    def column(self, name: str) -> tuple[array[int], list[str]]:
        """``(ordinals, values)``: a document's value is ``values[ordinals[number]]``."""
        cached = self._columns.get(name)
        if cached is None:
            cached = self._columns[name] = self._merged(name)
        return cached

    @cached_property
    def _columns(self) -> dict[str, tuple[array[int], list[str]]]:
        return {}

    def _merged(self, name: str) -> tuple[array[int], list[str]]:
        if len(self._leaves) == 1:
            only = self._leaves[0].columns[name]
            return only.ordinals, only.values
        table: dict[str, int] = {"": 0}
        ordinals = array("I")
        for leaf in self._leaves:
            column = leaf.columns[name]
            renumbered = [table.setdefault(value, len(table)) for value in column.values]
            ordinals.extend(map(renumbered.__getitem__, column.ordinals))
        return ordinals, list(table)


class _Leaf:
    """A segment, with everything it will be asked for already open."""

    def __init__(self, reader: SegmentReader, base: int) -> None:
        self.reader = reader
        self.base = base
        self.size = reader.doc_count_all()
        reader.stored_fields(0)
        per_document, index_schema = reader._perdoc, reader.schema
        self._deleted = frozenset(per_document.deleted_docs())
        self.deleted = len(self._deleted)
        self.name: str = reader.segment().segment_id()

        def column(name: str, default: Any) -> Any:
            if not per_document.has_column(name):
                return default
            return per_document.column_reader(name, index_schema[name].column_type)

        self.lengths = column("length", array("I", bytes(4 * self.size)))
        self.columns = {name: column(f"facet_{name}", _Empty(self.size)) for name in COLUMNS}

    def has_field(self, field: str) -> bool:
        return field in self.reader.indexed_field_names()

    def is_live(self, number: int) -> bool:
        return number not in self._deleted

    def passages(self) -> Iterable[int]:
        # Records have no kind, which is number 0.
        found = compress(range(self.base, self.base + self.size), self.columns["kind"].ordinals)
        if not self._deleted:
            return found
        return (number for number in found if number - self.base not in self._deleted)

    def count(self) -> int:
        kinds: array[int] = self.columns["kind"].ordinals
        live = self.size - kinds.count(0) - sum(1 for number in self._deleted if kinds[number])
        return int(live)

    def blocks(
        self,
        field: str,
        term: str,
        wanted: Sequence[int] | None = None,
        with_values: bool = False,
    ) -> Iterator[tuple[Any, Any, Any]]:
        """A term's postings as they lie in the file, 128 documents at a time: stepping through
        them one by one with ``next()``, ``id()``, ``weight()`` costs five times as much. Only the
        blocks that may hold one of the ``wanted`` numbers, where there are such."""
        if wanted is not None and not self._holds_any(wanted, 0, self.size):
            return
        if not self.has_field(field):
            return
        try:
            matcher = self.reader._terms.matcher(
                field, term.encode(), self.reader.schema[field].format
            )
        except TermNotFound:
            return
        if not isinstance(matcher, W3LeafMatcher):  # a single posting lies in the term itself
            while matcher.is_active():
                yield [matcher.id()], [matcher.weight()], [matcher.value()]
                matcher.next()
            return
        first = 0
        while matcher.is_active():
            end = matcher.block_max_id() + 1
            if wanted is None or self._holds_any(wanted, first, end):
                matcher.id()
                matcher.weight()
                if with_values:
                    matcher.value()
                yield matcher._ids, matcher._weights, matcher._values
            first = end
            matcher._next_block()

    def _holds_any(self, wanted: Sequence[int], first: int, end: int) -> bool:
        at = bisect_left(wanted, self.base + first)
        return at < len(wanted) and wanted[at] < self.base + end

    def numbered(self, ids: Iterable[int], payload: Iterable[Any]) -> Iterator[tuple[int, Any]]:
        """Index-wide numbers of the live documents, each with what belongs to it."""
        base, deleted = self.base, self._deleted
        if not deleted:
            return ((base + n, value) for n, value in zip(ids, payload, strict=True))
        return (
            (base + n, value) for n, value in zip(ids, payload, strict=True) if n not in deleted
        )

    def terms(self, field: str, prefix: bytes) -> Iterator[str]:
        if self.has_field(field):
            for name, term in self.reader._terms.terms_from(field, prefix):
                if name != field or not term.startswith(prefix):
                    return
                yield term.decode()


class _Empty:
    """A column in which no document of the segment has a value."""

    def __init__(self, size: int) -> None:
        self.ordinals = array("I", bytes(4 * size))
        self.values = [""]
