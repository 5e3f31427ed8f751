"""What the index holds, in Whoosh's terms. Change anything here and raise ``SCHEMA_VERSION``.

Two kinds of Whoosh document share the index: one a passage, and one a *record* of each episode
(which has only ``episode``, ``record``, ``folder`` and ``data``, so no search for words or
attributes can reach it). Keeping them together is what makes replacing an episode one commit.

==============  ====================================================================
``episode``     the episode's id: what replacing and grouping go by
``record``      the episode's id again, on its record alone
``folder``      the folder of corpus/ that a record belongs to
``data``        stored: the packed passage or record (``stored.py``)
``text``        stems in the passage's own language, with positions
``exact``       folded words, with positions: phrases, prefixes, fuzzy words, spelling
``length``      column: the words of the passage, for BM25
filter fields   ``speaker`` … ``title``: folded values, one term a value
``facet_…``     columns: the values as they are shown
==============  ====================================================================
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterator, Mapping
from typing import Any

from whoosh import columns, fields, formats

from talksearch.query.nodes import FILTER_FIELDS
from talksearch.results import FACET_FIELDS

SCHEMA_VERSION = 4

# The facet over years is counted from the date column, which sorting needs anyway.
COLUMNS = ("episode", "date", *(name for name in FACET_FIELDS if name != "year"))


class PositionsFormat(formats.Format):  # type: ignore[misc]
    """Positions as plain 32-bit numbers: Whoosh's own pickles a list for every posting."""

    def encode(self, positions: list[int]) -> bytes:
        return array("I", positions).tobytes()

    def decode_positions(self, value: bytes) -> list[int]:
        return array("I", value).tolist()


class Positions(fields.FieldType):  # type: ignore[misc]
    """A field whose terms arrive already analysed, as ``{term: [position, …]}``.

    Handing Whoosh finished postings saves its token objects (an eighth of a build), and its
    StemmingAnalyzer, which is broken.
    """

    def __init__(self) -> None:
        super().__init__(format=PositionsFormat(), analyzer=None)

    def index(
        self, value: Mapping[str, list[int]], **_: object
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
        encode = self.format.encode
        for term, positions in value.items():
            yield term.encode(), len(positions), float(len(positions)), encode(positions)


class Values(fields.FieldType):  # type: ignore[misc]
    """A field of whole values, each one term, without positions."""

    def __init__(self) -> None:
        super().__init__(format=formats.Existence(), analyzer=None)

    def index(
        self, value: tuple[str, ...], **_: object
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
        for term in dict.fromkeys(value):
            yield term.encode(), 1, 1.0, b""


class Numbers(columns.Column):  # type: ignore[misc]
    """A column of 32-bit numbers, read in one piece: Whoosh's own takes a microsecond a value,
    which is a fifth of a second for the first query over 200,000 passages."""

    def default_value(self, reverse: bool = False) -> int:
        return 0

    def writer(self, dbfile: Any) -> NumbersWriter:
        return NumbersWriter(dbfile)

    def reader(self, dbfile: Any, basepos: int, length: int, doccount: int) -> array[int]:
        return _read_array(dbfile, basepos, doccount)


class NumbersWriter(columns.ColumnWriter):  # type: ignore[misc]
    def __init__(self, dbfile: Any) -> None:
        self._dbfile = dbfile
        self._numbers = array("I")

    def add(self, docnum: int, value: int) -> None:
        self._numbers.extend([0] * (docnum - len(self._numbers)))
        self._numbers.append(value)

    def finish(self, doccount: int) -> None:
        self._numbers.extend([0] * (doccount - len(self._numbers)))
        _write_array(self._dbfile, self._numbers)


class Ordinals(columns.Column):  # type: ignore[misc]
    """A column of strings that repeat: a number a document and the list of what they stand for.
    Unlike Whoosh's RefBytesColumn it does not drop values after the 65,535th."""

    def default_value(self, reverse: bool = False) -> str:
        return ""

    def writer(self, dbfile: Any) -> OrdinalsWriter:
        return OrdinalsWriter(dbfile)

    def reader(self, dbfile: Any, basepos: int, length: int, doccount: int) -> OrdinalsReader:
        return OrdinalsReader(dbfile, basepos, length, doccount)


class OrdinalsWriter(columns.ColumnWriter):  # type: ignore[misc]
    def __init__(self, dbfile: Any) -> None:
        self._dbfile = dbfile
        self._ordinals = array("I")
        self._values: dict[str, int] = {"": 0}

    def add(self, docnum: int, value: str) -> None:
        self._ordinals.extend([0] * (docnum - len(self._ordinals)))
        self._ordinals.append(self._values.setdefault(value, len(self._values)))

    def finish(self, doccount: int) -> None:
        self._ordinals.extend([0] * (doccount - len(self._ordinals)))
        _write_array(self._dbfile, self._ordinals)
        self._dbfile.write("\0".join(self._values).encode())


class OrdinalsReader(columns.ColumnReader):  # type: ignore[misc]
    """``ordinals[doc]`` indexes ``values``; ``values[0]`` is "", for none."""

    def __init__(self, dbfile: Any, basepos: int, length: int, doccount: int) -> None:
        self.ordinals = _read_array(dbfile, basepos, doccount)
        used = 4 * doccount
        self.values = bytes(dbfile.get(basepos + used, length - used)).decode().split("\0")

    def __getitem__(self, docnum: int) -> str:
        return self.values[self.ordinals[docnum]]


def _write_array(dbfile: Any, numbers: array[int]) -> None:
    if sys.byteorder == "big":
        numbers.byteswap()
    dbfile.write(numbers.tobytes())


def _read_array(dbfile: Any, basepos: int, count: int) -> array[int]:
    numbers = array("I")
    numbers.frombytes(bytes(dbfile.get(basepos, 4 * count)))
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


class Column(fields.COLUMN):  # type: ignore[misc]
    """A field that is only a column. Whoosh's own insists on bytes when it merges."""

    def to_column_value(self, value: Any) -> Any:
        return value


def schema() -> fields.Schema:
    """A new schema object: Whoosh writes into the one it is given."""
    return fields.Schema(
        episode=Values(),
        record=Values(),
        folder=Values(),
        data=fields.STORED(),
        text=Positions(),
        exact=Positions(),
        length=Column(Numbers()),
        date=Values(),
        **{name: Values() for name in FILTER_FIELDS if name not in ("episode", "year")},
        **{f"facet_{name}": Column(Ordinals()) for name in COLUMNS},
    )
