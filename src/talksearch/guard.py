"""Reading a document with an end: in so much time, and in so much memory.

A small document cannot take long, for every parser takes time in proportion to its size. A large
one is read by a process of its own, which can be ended. Run as a program, this module is that
process: a document comes in, what became of it goes out.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from contextlib import suppress

from talksearch import formats
from talksearch.errors import DocumentError, SourceError
from talksearch.formats.base import Reading
from talksearch.model import Document

__all__ = ["LARGE", "read"]

LARGE = 512 * 1024
SECONDS = 60.0
MEMORY = 3 * 2**30


def read(document: Document, format: str | None = None, *, seconds: float = SECONDS) -> Reading:
    """As ``formats.read``; ``format`` is a format's name.

    Raises ``DocumentError`` also for a document that takes too long or too much.
    """
    chosen = formats.by_name(format) if format else None
    if len(document.data) <= LARGE:
        return formats.read(document, chosen)
    try:
        ran = subprocess.run(
            [sys.executable, "-m", "talksearch.guard"],
            input=pickle.dumps((document, format)),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        reason = f"was not read in {seconds:.0f} s: it is no transcript, or a broken one"
        raise DocumentError(reason, document.source) from None
    if ran.returncode or not ran.stdout:
        raise DocumentError("takes too much memory to read", document.source)
    found = pickle.loads(ran.stdout)  # our own words: the child is this program
    if isinstance(found, SourceError):
        raise found
    assert isinstance(found, Reading)
    return found


def main() -> None:
    """Read the document on stdin; write the reading, or the error, to stdout."""
    with suppress(ImportError, ValueError, OSError):  # not on Windows, or less is allowed anyway
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    document, name = pickle.load(sys.stdin.buffer)
    try:
        found: Reading | SourceError = formats.read(
            document, formats.by_name(name) if name else None
        )
    except SourceError as error:
        found = error
    sys.stdout.buffer.write(pickle.dumps(found))


if __name__ == "__main__":
    main()
