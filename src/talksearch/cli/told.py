"""What a timer's run has told of what is wrong: what stays wrong is told once a week.

Cron sends a mail for each run that says something, and much of what is wrong is tried every hour: a
server's name, where there is no network, or a document that cannot be read.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import sys
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from talksearch.errors import HomeError, SourceError
from talksearch.files import read_json, write_file

__all__ = ["Told"]

_AGAIN = dt.timedelta(days=7)


class Told:
    """One run's, and what earlier ones have written into the file. Without a path there is no
    timer, and all is told."""

    def __init__(self, path: Path | None) -> None:
        self._path, self._now = path, _now()
        self._before: dict[str, object] = {}
        if path:
            with suppress(SourceError):
                self._before = dict(read_json(path) or {})
            for handler in logging.getLogger("talksearch").handlers:
                handler.addFilter(lambda record: self.is_news(record.getMessage()))
        self._times: dict[str, object] = {}

    def tell(self, line: str | None, what: str | None = None) -> None:
        """Write a line to stderr, if there is one; unless it was told, or ``what`` it tells. That
        begins with what may be unknown to ``keep``, and a tab."""
        if line and self.is_news(what or line):
            print(f"talksearch: {line}", file=sys.stderr)

    def is_news(self, what: str) -> bool:
        """Whether to tell of it; from now on it is told."""
        if what in self._times:
            return False
        self._times[what] = self._before.get(what)
        with suppress(ValueError, TypeError):
            when = dt.datetime.fromisoformat(self._times[what])  # type: ignore[arg-type]
            if self._path and when <= self._now < when + _AGAIN:
                return False
        self._times[what] = self._now.isoformat(timespec="seconds")
        return True

    def keep(self, unknown: Collection[str] | None = None) -> None:
        """Write it down; where that cannot be, it is told again. What this run did not complain of
        is well, and news when it is not; but for the ``unknown``, which is all if the run came to
        nothing."""
        kept = {
            what: when
            for what, when in self._before.items()
            if unknown is None or what.partition("\t")[0] in unknown
        }
        times = kept | self._times
        if self._path and self._path.parent.is_dir() and times != self._before:
            with suppress(HomeError):
                write_file(self._path, json.dumps(times, indent=1) + "\n")


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
