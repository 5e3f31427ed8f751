"""Files that survive: written whole or not at all, read with errors that name them."""

from __future__ import annotations

import errno
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from talksearch.errors import HomeError, SourceError

__all__ = [
    "absolute",
    "as_text",
    "is_file",
    "is_folder",
    "is_full",
    "is_past",
    "read_file",
    "read_json",
    "read_lines",
    "remove_path",
    "sync",
    "unreadable",
    "write_file",
    "writing",
]


def absolute(path: str | os.PathLike[str]) -> Path:
    """The absolute path, without ``..``, and with the home for ``~``: so a file has one name, from
    whichever folder it is named. Symbolic links are not followed."""
    # Not Path's own: its expanduser() raises for a user that there is not, its resolve() follows.
    return Path(os.path.abspath(os.path.expanduser(path)))  # noqa: PTH100, PTH111


def as_text(path: Path | str) -> str:
    """A path as text; bytes of it that are no text are escaped."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def unreadable(path: Path, error: OSError) -> SourceError:
    """What the system says of a read, as an error that names the file or folder."""
    return SourceError(f"cannot be read: {error.strerror or error}", str(path))


def is_file(path: Path) -> bool:
    """Whether there is such a file. Raises ``SourceError`` where that cannot be known."""
    try:
        return path.is_file()
    except OSError as error:
        raise unreadable(path, error) from error


def is_folder(path: Path) -> bool:
    """Whether there is such a folder. Raises ``SourceError`` where that cannot be known."""
    try:
        return path.is_dir()
    except OSError as error:
        raise unreadable(path, error) from error


def is_past(time_ns: int) -> bool:
    """Whether a file that is changed from now on gets another time than this. Most file systems
    tell times apart by milliseconds, FAT by two seconds."""
    return time_ns < time.time_ns() - 2_000_000_000


def read_file(path: Path, limit: int | None = None) -> bytes:
    """A file's bytes; ``SourceError`` naming it and the reason when that cannot be, or when it
    has more than ``limit`` bytes."""
    try:
        size = path.stat().st_size
        if limit is not None and size > limit:
            raise SourceError(
                f"is too large: {size / 2**20:,.0f} MiB, and {limit / 2**20:,.0f} MiB is the limit",
                str(path),
            )
        return path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error


def read_json(path: Path) -> dict[str, Any] | None:
    """The object in a JSON file; None where there is no file. Raises ``SourceError``."""
    if not is_file(path):
        return None
    try:
        found = json.loads(read_file(path))
    except (ValueError, RecursionError) as error:
        raise SourceError(f"is not valid JSON: {error}", str(path)) from error
    if not isinstance(found, dict):
        raise SourceError("should hold a JSON object", str(path))
    return found


def read_lines(path: Path) -> list[str]:
    """The lines of a text that are not blank. Raises ``HomeError``."""
    try:
        return [line for line in read_file(path).decode().splitlines() if line.strip()]
    except SourceError as error:
        raise HomeError(error.reason, str(path)) from error
    except ValueError as error:
        raise HomeError(f"cannot be read: {error}", str(path)) from error


def write_file(path: Path, data: bytes | str, *, private: bool = False) -> None:
    """Write a file, in one step and safely on disk: after a crash there is the old one or the new,
    and of two that were written one after the other never the later one alone.

    A ``private`` one only its owner may read. Raises ``HomeError``.
    """
    import tempfile  # 3 ms, which who only reads need not wait for

    # A lone surrogate comes from a file's name, or from JSON, which spells it as this escape does.
    data = data.encode("utf-8", "backslashreplace") if isinstance(data, str) else data
    with writing(path):
        _make_folder(path.parent)
        handle, temporary = tempfile.mkstemp(prefix=".", suffix=".new", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(0o600 if private else 0o644)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        sync(path.parent)


def remove_path(path: Path) -> None:
    """Remove a file, or a folder with all that is in it; it need not be there. Raises
    ``HomeError``."""
    import shutil

    with writing(path):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        sync(folder.parent)


def sync(path: Path) -> None:
    """See that a file's bytes, or a folder's names, are on disk and not only on their way."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    except PermissionError:  # Windows opens no folders
        return
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.EBADF):  # some file systems sync no folders
            raise
    finally:
        os.close(handle)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turns what the system says of a write into a ``HomeError`` that names the file."""
    try:
        yield
    except OSError as error:
        # Not the file that the system names: that is the one beside, which takes this one's place.
        raise HomeError(f"cannot be written: {error.strerror or error}", str(path)) from error


def is_full(error: HomeError) -> bool:
    """Whether the disk is full: then nothing can go on."""
    cause = error.__cause__
    return isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT)
