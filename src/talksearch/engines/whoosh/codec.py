"""The doors by which Whoosh itself reads the arrays of a segment: any search of Whoosh's works on
the index, at Whoosh's own speed. ``evaluate.py`` goes to the arrays directly.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from talksearch.engines.whoosh.contents import SUFFIX
from talksearch.engines.whoosh.documents import VALUES
from talksearch.engines.whoosh.library import (
    Codec,
    FieldCursor,
    ListMatcher,
    PerDocumentReader,
    TermInfo,
    TermNotFound,
    TermsReader,
    W3Segment,
)
from talksearch.engines.whoosh.segment import LISTS, NUMBERS, Segment

__all__ = ["ArrayCodec", "new_segment", "path_of"]

_WORDS = ("exact", "text")


class ArrayCodec(Codec):  # type: ignore[misc]
    """Pickled with every segment into the table of contents: this module's name has to stay."""

    length_stats = False

    def new_segment(self, storage: Any, indexname: str) -> W3Segment:
        return new_segment()

    def per_document_writer(self, storage: Any, segment: W3Segment) -> _Unused:
        return _Unused()

    def field_writer(self, storage: Any, segment: W3Segment) -> _Unused:
        return _Unused()

    def per_document_reader(self, storage: Any, segment: W3Segment) -> _Documents:
        return _Documents(Segment(path_of(storage, segment)), segment)

    def terms_reader(self, storage: Any, segment: W3Segment) -> _Terms:
        return _Terms(Segment(path_of(storage, segment)))

    def supports_columns(self) -> bool:
        return True


def new_segment(documents: int = 0) -> W3Segment:
    """A segment with a name that no other has. Whoosh draws names with ``random``, which draws the
    same ones again for whoever seeds it."""
    segment = W3Segment(ArrayCodec(), "MAIN", documents)
    segment.segid = os.urandom(8).hex()
    return segment


def path_of(storage: Any, segment: W3Segment) -> Path:
    """The segment's file."""
    return Path(storage.folder, segment.make_filename(SUFFIX))


class _Unused:
    """Whoosh's writer asks for writers by field; ours writes a segment as a whole."""

    is_closed = True


class _Documents(PerDocumentReader):  # type: ignore[misc]
    def __init__(self, arrays: Segment, segment: W3Segment) -> None:
        self._arrays, self._segment = arrays, segment

    def doc_count(self) -> int:
        return int(self._segment.doc_count())

    def doc_count_all(self) -> int:
        return int(self._segment.doc_count_all())

    def has_deletions(self) -> bool:
        return bool(self._segment.has_deletions())

    def is_deleted(self, docnum: int) -> bool:
        return bool(self._segment.is_deleted(docnum))

    def deleted_docs(self) -> Any:
        return self._segment.deleted_docs()

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        return fieldname in LISTS or fieldname in NUMBERS

    def column_reader(self, fieldname: str, column: Any) -> _Column:
        return _Column(self._arrays, fieldname)

    def stored_fields(self, docnum: int) -> dict[str, str]:
        return {"data": self._arrays.stored(docnum).decode()}

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        if fieldname not in _WORDS:
            return default
        return int(self._arrays.numbers("length")[docnum])

    def field_length(self, fieldname: str) -> int:
        return int(self._arrays.numbers("length").sum()) if fieldname in _WORDS else 0

    def min_field_length(self, fieldname: str) -> int:
        return int(self._arrays.numbers("length").min()) if fieldname in _WORDS else 0

    def max_field_length(self, fieldname: str) -> int:
        return int(self._arrays.numbers("length").max()) if fieldname in _WORDS else 0

    def has_vector(self, docnum: int, fieldname: str) -> bool:
        return False


class _Column:
    """A column as Whoosh sorts and counts by it."""

    def __init__(self, arrays: Segment, name: str) -> None:
        if name in LISTS:
            places, self._values = arrays.column(name)
            self._places = places.tolist()
        else:
            self._places, self._values = arrays.numbers(name).tolist(), []

    def __getitem__(self, docnum: int) -> Any:
        found = self._places[docnum]
        return self._values[found] if self._values else found

    sort_key = __getitem__

    def load(self) -> _Column:
        return self


class _Terms(TermsReader):  # type: ignore[misc]
    def __init__(self, arrays: Segment) -> None:
        self._arrays = arrays

    def indexed_field_names(self) -> list[str]:
        return [*_WORDS, *VALUES]

    def _number(self, field: str, text: bytes) -> int:
        if field in _WORDS:
            return self._arrays.dictionaries[field].find(text)
        return self._arrays.dictionaries["values"].find(field.encode() + b"\0" + text)

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._number(*term) >= 0

    def terms(self) -> Iterator[tuple[str, bytes]]:
        for field in sorted(self.indexed_field_names()):
            for text in self.texts(field):
                yield field, text

    def texts(self, field: str, first: bytes = b"") -> list[bytes]:
        """The terms of a field from one on."""
        if field in _WORDS:
            dictionary = self._arrays.dictionaries[field]
            return dictionary.terms(dictionary.with_prefix(first)[0])
        begin = field.encode() + b"\0"
        start, _ = self._arrays.dictionaries["values"].with_prefix(begin + first)
        _, end = self._arrays.dictionaries["values"].with_prefix(begin)
        return [
            text[len(begin) :] for text in self._arrays.dictionaries["values"].terms(start, end)
        ]

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        return ((fieldname, text) for text in self.texts(fieldname, prefix))

    def items(self) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(
        self, fieldname: str, prefix: bytes
    ) -> Iterator[tuple[tuple[str, bytes], TermInfo]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        documents, frequencies, _ = self._postings(fieldname, text)
        lengths = self._arrays.numbers("length")[documents]
        return TermInfo(
            weight=float(frequencies.sum()),
            df=len(documents),
            minlength=int(lengths.min()),
            maxlength=int(lengths.max()),
            maxweight=float(frequencies.max()),
            minid=int(documents[0]),
            maxid=int(documents[-1]),
        )

    def frequency(self, fieldname: str, text: bytes) -> float:
        return float(self._counted(fieldname, text)[1].sum())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        return len(self._counted(fieldname, text)[0])

    def _counted(self, fieldname: str, text: bytes) -> tuple[Any, Any, int]:
        if (fieldname, text) not in self:
            raise KeyError(text)  # what Whoosh takes for none, here alone
        return self._postings(fieldname, text)

    def _postings(self, field: str, text: bytes) -> tuple[Any, Any, int]:
        number = self._number(field, text)
        if number < 0:
            raise TermNotFound(f"No term {field}:{text!r}")
        postings = self._arrays.postings[field if field in _WORDS else "values"]
        documents = postings.documents(number, number + 1)
        if field in _WORDS:
            return documents, postings.frequencies(number, number + 1), number
        return documents, np.ones(len(documents), np.uint8), number

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ListMatcher:
        documents, frequencies, number = self._postings(fieldname, text)
        values: list[bytes] | None = None
        if fieldname in _WORDS:
            at, positions = self._arrays.positions(fieldname, number, documents)
            parts = np.split(positions, at.searchsorted(np.arange(1, len(documents))))
            values = [each.astype("<u4").tobytes() for each in parts]
        return ListMatcher(
            documents.tolist(),
            frequencies.astype(float).tolist(),
            values,
            format_,
            scorer=scorer,
            term=(fieldname, text),
            terminfo=self.term_info(fieldname, text),
        )

    def cursor(self, fieldname: str, fieldobj: Any) -> _Cursor:
        return _Cursor(self.texts(fieldname))


class _Cursor(FieldCursor):  # type: ignore[misc]
    """What Whoosh's automata go over the terms with."""

    def __init__(self, texts: list[bytes]) -> None:
        self._texts = sorted(text.decode() for text in texts)
        self._at = 0

    def first(self) -> str | None:
        self._at = 0
        return self.text()

    def find(self, string: str) -> str | None:
        self._at = bisect_left(self._texts, string)
        return self.text()

    def next(self) -> str | None:
        self._at += 1
        return self.text()

    def text(self) -> str | None:
        return self._texts[self._at] if self._at < len(self._texts) else None

    def is_valid(self) -> bool:
        return self._at < len(self._texts)
