"""Keeps what the HTTP libraries log of our requests out of the logs of a host program.

They log addresses in full, with their secrets, also where nothing went wrong. What did go wrong is
in the ``FetchError``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["quietly"]

_sending: ContextVar[bool] = ContextVar("sending", default=False)


@contextmanager
def quietly() -> Iterator[None]:
    """Within the block nothing is logged of what this thread asks for."""
    before = _sending.set(True)
    try:
        yield
    finally:
        _sending.reset(before)


def _is_of_others(record: logging.LogRecord) -> bool:
    return not _sending.get()


# Each by itself: a logger's filters do not see what comes from those below it.
for _name in ("urllib3.connection", "urllib3.connectionpool", "urllib3.util.retry"):
    logging.getLogger(_name).addFilter(_is_of_others)
