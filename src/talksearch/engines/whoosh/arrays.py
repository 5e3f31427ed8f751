"""A file of named arrays, mapped into memory; whatever is read of it has been checked.

The arrays lie one after the other, each at a multiple of 64 bytes. After them come a CRC-32 of
every 64 KiB of the file so far, a directory (JSON: each array's type, place and length) and a
footer with the CRC-32 of both. A file that was cut short has no footer. A block is checked when it
is first asked for, so that opening costs nothing and nothing damaged becomes an answer.
"""

from __future__ import annotations

import json
import mmap
import struct
import zlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any, Self

import numpy as np

from talksearch.errors import IndexUnusableError

__all__ = ["Array", "ArrayFile", "ArrayWriter", "narrow", "view"]

Array = np.ndarray[Any, np.dtype[Any]]

_FORMAT = 1
_BLOCK = 1 << 16
_ALIGNMENT = 64
# Where the sums begin, the directory's length, the CRC-32 of both, the format.
_FOOTER = struct.Struct("<QIII8s")
_MAGIC = b"talkarry"
_IN_MEMORY = 256 << 10
# Each time that so much was read, what was read again counted once, the system is asked how much of
# files is in memory, for it maps more than is read. If that has grown by so much, memory is given
# back: the system has it still, and a process that searches a large archive, or for days, has no
# more of it than one that searched once.
_READ = 1 << 20
_GROWN = 24 << 20
_FEW = 16


class ArrayFile:
    """A file of arrays, open for reading from any thread. Its memory is given back when the last
    array of it is gone. Raises ``IndexUnusableError`` for a file that is damaged, here or at any
    later look, and ``FileNotFoundError``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with path.open("rb") as file:
            try:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            except ValueError as error:  # an empty file cannot be mapped
                raise self._damaged() from error
        self._bytes = memoryview(self._map)
        size = len(self._map) - _FOOTER.size
        if size < 0:
            raise self._damaged()
        self._size, directory_size, check, version, magic = _FOOTER.unpack_from(self._map, size)
        if magic != _MAGIC or version != _FORMAT or self._size > size:
            raise self._damaged()
        sums_and_directory = self._map[self._size : size]
        if zlib.crc32(sums_and_directory) != check:
            raise self._damaged()
        sums = len(sums_and_directory) - directory_size
        self._sums = np.frombuffer(sums_and_directory[:sums], "<u4")
        self._checked = bytearray(len(self._sums))
        # The blocks that were read since memory was last given back; they are checked.
        self._in_memory = bytearray(len(self._sums))
        self._directory: dict[str, tuple[str, int, int]] = json.loads(sums_and_directory[sums:])
        self._arrays: dict[str, tuple[Array, int]] = {}
        self._whole: dict[str, Array] = {}
        self._asked: Counter[str] = Counter()
        self._read = 0
        # How much of files was in memory when it was least.
        self._least: int | None = None

    def slice(self, name: str, start: int, end: int) -> Array:
        """``array[start:end]``."""
        known = self._arrays.get(name)
        if known is None:
            # Made when it is asked for: most commands want few of a hundred.
            kind, offset, length = self._directory[name]
            known = self._arrays[name] = np.frombuffer(self._map, kind, length, offset), offset
        array, offset = known
        if end > start:
            width = array.itemsize
            first = (offset + start * width) // _BLOCK
            last = (offset + end * width - 1) // _BLOCK + 1
            if self._in_memory.find(0, first, last) >= 0:
                self._look(first, last)
        return array[start:end]

    def _look(self, first: int, last: int) -> None:
        """Check some blocks, and note that they are read."""
        self._check(first, last)
        self._read += self._in_memory.count(0, first, last) * _BLOCK
        self._in_memory[first:last] = b"\1" * (last - first)
        if self._read > _READ:
            self._read = 0
            now = _in_memory()
            # Another thread may let go meanwhile.
            least = self._least
            self._least = least = now if least is None else min(least, now)
            if now > least + _GROWN:
                self.let_go()

    def whole(self, name: str) -> Array:
        found = self._whole.get(name)
        if found is None:
            found = self._whole[name] = self.slice(name, 0, self._directory[name][2])
        return found

    def item(self, name: str, place: int) -> int:
        """One number of an array. For the first ones no more is read than they need."""
        whole = self._whole.get(name)
        if whole is None:
            self._asked[name] += 1
            if self._asked[name] <= _FEW:
                return int(self.slice(name, place, place + 1).item())
            whole = self.whole(name)
        return int(whole.item(place))

    def let_go(self) -> None:
        """Give back the memory of what was read, until it is read again."""
        self._read, self._least = 0, None
        self._in_memory = bytearray(len(self._in_memory))
        if hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)

    def check(self) -> None:
        """Look at all of it, also at what was looked at before."""
        self._checked = bytearray(len(self._checked))
        self._in_memory = bytearray(len(self._in_memory))
        for first in range(0, len(self._sums), _READ // _BLOCK):
            self._look(first, min(first + _READ // _BLOCK, len(self._sums)))

    def _check(self, first: int, last: int) -> None:
        block = self._checked.find(0, first, last)
        while block >= 0:
            data = self._bytes[block * _BLOCK : min((block + 1) * _BLOCK, self._size)]
            if zlib.crc32(data) != self._sums[block]:
                raise self._damaged()
            self._checked[block] = 1
            block = self._checked.find(0, block + 1, last)

    def _damaged(self) -> IndexUnusableError:
        reason = f"a file of the index is damaged ({self.path.name}); run `talksearch rebuild`"
        return IndexUnusableError(reason, str(self.path.parent))


def _in_memory() -> int:
    """How many bytes of files this process has in memory; 0 where that cannot be told."""
    try:
        return int(Path("/proc/self/statm").read_bytes().split()[2]) * mmap.PAGESIZE
    except OSError:
        return 0


class ArrayWriter:
    """Writes such a file at the end of a ``with`` block; after an error, none."""

    def __init__(self, path: Path) -> None:
        self._path, self._folder = path, str(path.parent)
        self._growing: dict[str, Growing] = {}

    def add(self, name: str, array: Array) -> None:
        self.growing(name, array.dtype).append(array)

    def growing(self, name: str, kind: Any) -> Growing:
        """An array that is written piece by piece, several at a time."""
        made = self._growing[name] = Growing(self._folder, np.dtype(kind))
        return made

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._write()
        finally:
            for growing in self._growing.values():
                growing.close()

    def _write(self) -> None:
        directory = {}
        with self._path.open("wb") as file:
            out = _Summed(file)
            for name, growing in self._growing.items():
                out.write(bytes(-out.size % _ALIGNMENT))
                directory[name] = (growing.kind.str, out.size, growing.length)
                for piece in growing.pieces():
                    out.write(piece)
            end = np.array(out.sums(), "<u4").tobytes()
            told = json.dumps(directory).encode()
            check = zlib.crc32(end + told)
            file.write(end + told + _FOOTER.pack(out.size, len(told), check, _FORMAT, _MAGIC))


class Growing:
    """An array on its way to a file: in memory while it is small, then in a nameless file."""

    def __init__(self, folder: str, kind: np.dtype[Any]) -> None:
        from tempfile import SpooledTemporaryFile  # who only reads starts without it

        self.kind = kind.newbyteorder("<")
        self.length = 0
        # It is closed with the writer.
        self._file: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY, dir=folder)  # noqa: SIM115

    def append(self, piece: Array) -> None:
        self._file.write(np.ascontiguousarray(piece, self.kind).view(np.uint8).data)
        self.length += len(piece)

    def pieces(self) -> Iterable[bytes]:
        self._file.seek(0)
        # What is written at a time the system keeps together, and who reads a byte has all of it in
        # memory.
        while piece := self._file.read(_BLOCK):
            yield piece

    def close(self) -> None:
        self._file.close()


class _Summed:
    """A file that is written, and the CRC-32 of each of its blocks."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.size = 0
        self._sums: list[int] = []
        self._sum = 0

    def write(self, data: bytes) -> None:
        self._file.write(data)
        view = memoryview(data)
        while view:
            room = _BLOCK - self.size % _BLOCK
            piece, view = view[:room], view[room:]
            self._sum = zlib.crc32(piece, self._sum)
            self.size += len(piece)
            if self.size % _BLOCK == 0:
                self._sums.append(self._sum)
                self._sum = 0

    def sums(self) -> list[int]:
        return self._sums if self.size % _BLOCK == 0 else [*self._sums, self._sum]


def narrow(array: Array) -> Array:
    """The same numbers in the narrowest type that holds them (unsigned, if none is negative)."""
    low, high = (int(array.min()), int(array.max())) if len(array) else (0, 0)
    return array.astype(np.result_type(np.min_scalar_type(low), np.min_scalar_type(high)))


def view(array: Array) -> memoryview:
    """Of a view one number is got in a third of the time that an array takes."""
    return array.astype(array.dtype.newbyteorder("="), copy=False).data
