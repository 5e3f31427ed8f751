"""A limit of time that holds for all that is done for one document, however slowly it comes."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import socket
    from http.client import HTTPResponse

__all__ = [
    "SILENCE_S",
    "TIME_LIMIT_S",
    "is_over",
    "limit_s",
    "not_counted",
    "start",
    "time_left",
    "timed",
]

TIME_LIMIT_S = 120.0
"""For one ``get`` with its redirects and retries; looking up names is up to the system."""

SILENCE_S = 30.0

# When the ``get`` that is under way has to be over, by time.monotonic.
_deadline: ContextVar[float] = ContextVar("deadline")
_limit: ContextVar[float] = ContextVar("limit")


def start(seconds: float | None = None) -> None:
    """Give this thread so much time from now on, or ``TIME_LIMIT_S``."""
    _limit.set(TIME_LIMIT_S if seconds is None else seconds)
    _deadline.set(time.monotonic() + _limit.get())


def limit_s() -> float:
    """How much time this thread was given."""
    return _limit.get()


def time_left() -> float:
    """Seconds, more than none. Raises ``TimeoutError``."""
    left = _deadline.get() - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def is_over() -> bool:
    """Whether the time that this thread was given has passed."""
    return time.monotonic() >= _deadline.get()


@contextmanager
def not_counted() -> Iterator[None]:
    """The time that passes within the block is not the server's, and moves the deadline on."""
    began = time.monotonic()
    try:
        yield
    finally:
        _deadline.set(_deadline.get() + time.monotonic() - began)


class _Incoming(io.RawIOBase):
    """The bytes that a socket receives, until the deadline.

    A socket's own time-out begins anew with every byte, so a server that sends one at a time would
    hold us for as long as it likes: in the body, but also in the headers, in the length of a chunk
    and in compressed bytes that come to nothing, which the libraries read in loops of their own.
    """

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._bytes = connected.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._socket.settimeout(min(SILENCE_S, time_left()))
        return self._bytes.readinto(buffer)

    def close(self) -> None:
        self._bytes.close()
        super().close()


class _Timed:
    """What http.client takes for the socket to read an answer from."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self._socket))


def timed(pool_for: Callable[..., Any]) -> Callable[..., Any]:
    """Make the connections of these pools read their answers through ``_Incoming``."""

    def answer(connected: Any, **options: Any) -> HTTPResponse:
        from http.client import HTTPResponse

        return HTTPResponse(_Timed(connected), **options)  # type: ignore[arg-type]

    def timed(*arguments: Any, **options: Any) -> Any:
        pool = pool_for(*arguments, **options)
        make = type(pool).ConnectionCls

        def connection(**options: Any) -> Any:
            made = make(**options)
            made.response_class = answer
            return made

        pool.ConnectionCls = connection
        return pool

    return timed
