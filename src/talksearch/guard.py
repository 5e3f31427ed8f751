"""Reading documents and feeds within limits of time and memory.

A small one cannot take long, for every parser takes time in proportion to its size. A large one
is read by a process of its own, which can be ended. Run as a program, this module is that
process: what is to be read comes in, what became of it goes out.
"""

from __future__ import annotations

import gc
import pickle
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from talksearch.errors import DocumentError, FeedParseError, SourceError
from talksearch.parallel import BEGUN, not_begun, program

if TYPE_CHECKING:
    from talksearch.feeds import Feed
    from talksearch.formats import Reading
    from talksearch.model import Document

__all__ = ["LARGE", "parse_feed", "read"]

LARGE = 512 * 1024  # bytes
SECONDS = 60.0
MEMORY = 3 * 2**30  # bytes

T = TypeVar("T")


def read(document: Document, format: str | None = None, *, seconds: float = SECONDS) -> Reading:
    """As ``formats.read``; ``format`` is a format's name.

    Raises ``DocumentError`` also for a document that takes too long or too much.
    """
    if len(document.data) <= LARGE:
        return _read(document, format)
    wrong = partial(DocumentError, source=document.source)
    return _apart(_read, document, format, seconds=seconds, what="transcript", wrong=wrong)


def parse_feed(
    data: bytes, *, source: str, base_url: str | None = None, seconds: float = SECONDS
) -> Feed:
    """As ``feeds.parse_feed``. Raises ``FeedParseError`` also for a feed that takes too long or too
    much."""
    if len(data) <= LARGE:
        return _parse_feed(data, source, base_url)
    wrong = partial(FeedParseError, source=source)
    return _apart(_parse_feed, data, source, base_url, seconds=seconds, what="feed", wrong=wrong)


# What a reader needs is imported when it reads: the process beside takes half as long to start.


def _read(document: Document, format: str | None) -> Reading:
    from talksearch import formats

    return formats.read(document, formats.by_name(format) if format else None)


def _parse_feed(data: bytes, source: str, base_url: str | None) -> Feed:
    from talksearch import feeds

    return feeds.parse_feed(data, source=source, base_url=base_url)


_READERS: dict[str, Callable[..., object]] = {"_read": _read, "_parse_feed": _parse_feed}


def _apart(
    reads: Callable[..., T],
    *arguments: object,
    seconds: float,
    what: str,
    wrong: Callable[[str], SourceError],
) -> T:
    """What the function gives, or raises, in a process of its own; what is ``wrong``, if that ends
    without an answer."""
    import subprocess

    command, environment = program("talksearch.guard")
    try:
        ran = subprocess.run(
            command,
            env=environment,
            input=pickle.dumps((reads.__name__, arguments)),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        reason = f"was not read in {seconds:.0f} s: it is no {what}, or a broken one"
        raise wrong(reason) from None
    except OSError as error:
        raise wrong(not_begun()) from error
    if not ran.stdout.startswith(BEGUN):
        raise wrong(not_begun())
    if ran.returncode or ran.stdout == BEGUN:
        raise wrong("takes too much memory to read")
    # Our own words: the child is this program.
    found: T | SourceError = pickle.loads(ran.stdout[len(BEGUN) :])
    if isinstance(found, SourceError):
        raise found
    return found


def main() -> None:
    """Read what stdin says; write the reading, or the error, to stdout."""
    sys.stdout.buffer.write(BEGUN)
    sys.stdout.flush()
    with suppress(ImportError, ValueError, OSError):  # not on Windows, or less is allowed anyway
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        # Who waits for this process ends it in time, but may itself be killed.
        longest = int(SECONDS) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (longest, longest))
    gc.set_threshold(1_000_000)  # it has few cycles, and a short life
    name, arguments = pickle.load(sys.stdin.buffer)
    try:
        found = _READERS[name](*arguments)
    except SourceError as error:
        found = error
    sys.stdout.buffer.write(pickle.dumps(found))


if __name__ == "__main__":
    main()
