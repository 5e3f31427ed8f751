"""Whoosh's table of contents, read without Whoosh: which segments an index has, and what is deleted
in them.

It is a pickle, so of the names in it only those are looked up that Whoosh and our codec put there,
and they become plain values: an index made by a stranger can do nothing. And a search does not wait
for the import of Whoosh, which takes longer than the search.

The file is ``_MAIN_<generation>.toc``: three numbers about the machine, a mark, versions, the
schema as a pickle after its length, the generation, four bytes that are not used, and the segments
as a pickle (whoosh/index.py of 2.7.4). Behind what Whoosh wrote and reads stands its CRC-32: of a
pickle in which a bit is wrong another document is deleted.
"""

from __future__ import annotations

import io
import pickle
import struct
import zlib
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from talksearch.patterns import pattern

__all__ = ["SUFFIX", "Listed", "latest_commit", "listed_segments", "seal"]

SUFFIX = ".arrays"
"""Of a segment's file."""

_NAME = pattern(r"_MAIN_([0-9]+)\.toc")
_MARK, _VERSION = -12345, -111
_CHECK = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class Listed:
    """A segment as the table has it: its name, its documents, those of them that are deleted."""

    name: str
    documents: int
    deleted: Collection[int]

    @property
    def file(self) -> str:
        return self.name + SUFFIX


def latest_commit(folder: Path) -> tuple[int, int]:
    """The number of the last commit and when it was written, in nanoseconds; -1 and 0 where there
    is none."""
    with suppress(FileNotFoundError):
        found = [_NAME.fullmatch(path.name) for path in folder.iterdir()]
        if numbers := [int(match[1]) for match in found if match]:
            generation = max(numbers)
            return generation, _table(folder, generation).stat().st_mtime_ns
    return -1, 0


def _table(folder: Path, generation: int) -> Path:
    return folder / f"_MAIN_{generation}.toc"


def listed_segments(folder: Path, generation: int) -> list[Listed]:
    """The segments of a commit. Raises ``FileNotFoundError``, and ``ValueError`` or
    ``pickle.UnpicklingError`` for what is no such table, or a damaged one."""
    data = _table(folder, generation).read_bytes()
    table, check = data[: -_CHECK.size], data[-_CHECK.size :]
    if check != _check_of(table):
        raise ValueError("its table of contents is not as it was written")
    stream = io.BytesIO(table)
    for _ in range(3):
        _variable(stream)
    if _integer(stream) != _MARK or _integer(stream) != _VERSION:
        raise ValueError("it is no table of contents of Whoosh 2.7")
    for _ in range(3):
        _variable(stream)
    stream.seek(_variable(stream), io.SEEK_CUR)
    if _integer(stream) != generation:
        raise ValueError("it is of another commit")
    _integer(stream)
    segments = _Values(stream).load()
    return [
        Listed(f"MAIN_{segment.segid}", segment._doccount, segment._deleted or ())
        for segment in segments
    ]


def seal(path: Path) -> None:
    """Complete a table that Whoosh has written."""
    check = _check_of(path.read_bytes())
    with path.open("ab") as file:
        file.write(check)


def _check_of(table: bytes) -> bytes:
    return _CHECK.pack(zlib.crc32(table))


class _Plain:
    """What a class of Whoosh's is read as: its attributes."""

    segid: str
    _doccount: int
    _deleted: set[int] | None


_KNOWN = {
    ("whoosh.codec.whoosh3", "W3Segment"),
    ("talksearch.engines.whoosh.codec", "ArrayCodec"),
}


class _Values(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) in _KNOWN:
            return _Plain
        if module in ("builtins", "__builtin__") and name == "set":
            return set
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a table of contents")


def _integer(stream: io.BytesIO) -> int:
    return int(struct.unpack("!i", stream.read(4))[0])


def _variable(stream: io.BytesIO) -> int:
    """A number in as many bytes as it needs: seven bits each, the lowest first."""
    number, shift = 0, 0
    while True:
        (byte,) = stream.read(1)
        number |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return number
