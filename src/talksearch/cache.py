"""What was worked out before and would take a while to work out again. It lies in index/ and can be
deleted; nobody may rely on it.

The values are pickles, as Whoosh's own table of contents is: no index from elsewhere is ever
opened.
"""

from __future__ import annotations

import hashlib
import os
import pickle
from contextlib import suppress
from pathlib import Path
from typing import Any

from talksearch.errors import HomeError, SourceError
from talksearch.files import read_file, write_file

__all__ = ["Cache"]

# What a truncated or overwritten pickle, or one of other classes, makes of itself.
_DAMAGE = (
    ArithmeticError,
    AttributeError,
    EOFError,
    ImportError,
    LookupError,
    MemoryError,
    TypeError,
    ValueError,
    pickle.UnpicklingError,
)


class Cache:
    """A folder of values, by name. Each is kept with a ``key``, made of all that it was worked out
    from: it is only found by the same one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, name: str, key: object) -> Any:
        """The value; None where there is none."""
        try:
            kept, value = pickle.loads(read_file(self._place(name)))
        except (SourceError, *_DAMAGE):
            return None
        return value if kept == key else None

    def put(self, name: str, key: object, value: object) -> None:
        """Keep a value. Where the disk refuses, it is worked out again the next time."""
        with suppress(HomeError):
            write_file(self._place(name), pickle.dumps((key, value)))

    def _place(self, name: str) -> Path:
        return self._folder / hashlib.sha256(os.fsencode(name)).hexdigest()[:16]
