"""What the libraries below log of our requests stays out of the logs of whoever uses us: it has
addresses in full, also where nothing went wrong. What did go wrong is in the ``FetchError``.
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
    """Nothing is logged of what this thread asks for meanwhile."""
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
