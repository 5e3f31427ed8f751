"""Whether files are as they were, told by their sizes and times, without reading them."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from stat import S_ISDIR

from talksearch.errors import SourceError
from talksearch.files import is_past

__all__ = ["Signature", "fingerprint", "is_settled", "signature"]

Signature = tuple[tuple[int, int, int], ...]
"""Of each file the time of modification, the size, and the time of the last change of any kind: a
time of modification can be set to anything."""


def signature(path: str, *beside: str) -> Signature:
    """That of a file, and of others ``beside`` it that need not be there. Raises ``SourceError``
    where the first is not."""
    found = []
    try:
        # Of texts: a Path takes three times as long, which thousands of documents make felt.
        for name in (path, *beside):
            try:
                stat = os.stat(name)  # noqa: PTH116
            except FileNotFoundError:
                if name == path:
                    raise
                found.append((0, 0, 0))
            else:
                found.append(_told(stat))
    except OSError as error:
        raise SourceError(error.strerror or str(error), path) from error
    return tuple(found)


def is_settled(signature: Signature) -> bool:
    """Whether every later change of the files will give another one: they were last changed long
    enough before for the times to differ."""
    return is_past(max((max(modified, changed) for modified, _, changed in signature), default=0))


def fingerprint(*folders: Path, without: str) -> str | None:
    """A digest of the names and signatures of all files in these folders, ``without`` those of one
    name; None while they are not settled, and for a folder that cannot be looked into."""
    total = hashlib.sha256()
    told: list[tuple[int, int, int]] = []
    for folder in folders:
        try:
            with os.scandir(folder) as entries:
                found = sorted((e.name, _stat(e)) for e in entries if e.name[0] != ".")
        except FileNotFoundError:
            continue
        except OSError:
            return None
        for name, stat in found:
            if stat is None:
                total.update(repr(name).encode("utf-8", "surrogateescape"))
            elif name != without and not S_ISDIR(stat.st_mode):
                modified, size, changed = _told(stat)
                told.append((modified, size, changed))
                line = repr((name, size, modified, changed))
                total.update(line.encode("utf-8", "surrogateescape"))
    return total.hexdigest()[:32] if is_settled(tuple(told)) else None


def _told(stat: os.stat_result) -> tuple[int, int, int]:
    return stat.st_mtime_ns, stat.st_size, stat.st_ctime_ns


def _stat(entry: os.DirEntry[str]) -> os.stat_result | None:
    """None for what has no times and cannot be read either: a link to nowhere."""
    try:
        return entry.stat()
    except OSError:
        return None
