"""One request at a time to each host, with a pause before the next, and none for as long as the
host asks to be left alone, or where it is not to be reached. Hosts do not wait for each other."""

from __future__ import annotations

import math
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from talksearch.errors import FetchError
from talksearch.fetch.deadline import not_counted

__all__ = ["LONGEST_PAUSE_S", "PAUSE_S", "Turns"]

PAUSE_S = 0.2
LONGEST_PAUSE_S = 5.0
"""In between, a pause is as long as the last answer took to come: slow servers get longer ones."""

# In a row. To try all that a host offers takes half a minute each, where nothing answers at all.
_MISSES = 3

# Waiting is done in pieces, so that on every system it can be interrupted, and nobody waits for
# long for a thread that is no more.
_LOOK_S = 1.0


class Turns:
    """Threads share one, and take turns by ``turn``."""

    def __init__(self) -> None:
        self._hosts: defaultdict[str, _Host] = defaultdict(_Host)

    @contextmanager
    def turn(self, host: str) -> Iterator[None]:
        """Wait for a turn with the host and have it; a thread has one at a time.

        Raises ``FetchError`` as long as the host is to be left alone, or where it is lost.
        """
        place = self._hosts[host]
        try:
            with not_counted():
                place.take()
            yield
        finally:
            place.leave()

    def leave_alone(self, host: str, seconds: float) -> None:
        """Who waits for a turn, or asks for one until then, gets a ``FetchError``."""
        self._hosts[host].close(seconds)

    def reached(self, host: str) -> None:
        self._hosts[host].missed(0)

    def missed(self, host: str, *, offline: bool) -> None:
        """No connection could be made. After a few in a row the host is lost: no more is tried."""
        self._hosts[host].missed(1, offline)


class _Host:
    """Times are those of time.monotonic."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._owner: threading.Thread | None = None
        self._since = 0.0
        self._free_from = 0.0
        self._closed_until = 0.0
        self._misses = 0
        self._offline = False

    def take(self) -> None:
        with self._changed:
            while (wait_s := self._wait_s()) > 0:
                self._changed.wait(min(wait_s, _LOOK_S))
            self._owner = threading.current_thread()
            self._since = time.monotonic()

    def leave(self) -> None:
        with self._changed:
            if self._owner is threading.current_thread():
                now = time.monotonic()
                self._owner = None
                self._free_from = now + min(max(now - self._since, PAUSE_S), LONGEST_PAUSE_S)
                self._changed.notify_all()

    def close(self, seconds: float) -> None:
        with self._changed:
            self._closed_until = max(self._closed_until, time.monotonic() + seconds)
            self._changed.notify_all()

    def missed(self, count: int, offline: bool = False) -> None:
        with self._changed:
            self._misses = count and self._misses + count
            self._offline = offline
            self._changed.notify_all()

    def _wait_s(self) -> float:
        if self._misses >= _MISSES:
            reason = f"is not asked: the server could not be reached {_MISSES} times in a row"
            raise FetchError(reason, offline=self._offline)
        now = time.monotonic()
        if (closed_s := self._closed_until - now) > 0:
            reason = f"is not asked: the server wants to be left alone for {_told(closed_s)}"
            raise FetchError(reason, retry_after_s=closed_s)
        if self._owner in (None, threading.current_thread()) or not self._owner.is_alive():
            return self._free_from - now
        return math.inf


def _told(seconds: float) -> str:
    for unit, length in (("hours", 3600), ("minutes", 60)):
        if seconds > 2 * length:
            return f"another {math.ceil(seconds / length)} {unit}"
    return f"another {math.ceil(seconds)} s"
