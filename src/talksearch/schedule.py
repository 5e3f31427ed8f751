"""When to ask again: for a feed, and for what its items offer. Pure: the time is an argument.

A feed that publishes weekly need not be asked every hour, and one that is silent for a year not
every day. What a server says (``Cache-Control``, ``Retry-After``) is obeyed within bounds, so that
no answer can put a feed to sleep for ever.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

__all__ = [
    "LONGEST",
    "Visit",
    "failed",
    "feed_interval",
    "is_due",
    "is_left_alone",
    "next_look",
    "recent",
    "succeeded",
    "with_failures",
]

SHORTEST, LONGEST = dt.timedelta(hours=1), dt.timedelta(days=7)
_USUAL = dt.timedelta(hours=6)  # for a feed whose items have no dates
_RECENT = 12  # publications from which a habit is learnt
_CHECKS = 8  # between one publication and the next
_FRESH_MOST = dt.timedelta(days=1)
_FIRST_LOOK, _LAST_LOOK = dt.timedelta(days=1), dt.timedelta(days=90)
_JITTER = 0.1


@dataclass(frozen=True, slots=True)
class Visit:
    """What came of the last request for an address: when it was, and when the next is due (UTC);
    what the server gave to ask for changes by; how often in a row it failed, and how; until when
    the server wants to be left alone. ``published`` are the days on which a feed last published."""

    at: dt.datetime
    due: dt.datetime
    etag: str | None = None
    last_modified: str | None = None
    failures: int = 0
    error: str | None = None
    left_alone: dt.datetime | None = None
    published: tuple[dt.date, ...] = ()


def is_due(visit: Visit | None, now: dt.datetime) -> bool:
    """Whether to ask now. A visit that is yet to come was dated by a clock that went wrong."""
    return visit is None or now >= visit.due or visit.at > now


def is_left_alone(visit: Visit | None, now: dt.datetime) -> bool:
    """Whether the server has asked not to be asked now, not even by hand."""
    until = visit and not is_due(visit, now) and visit.left_alone
    return bool(until and now < until)


def succeeded(
    address: str,
    now: dt.datetime,
    interval: dt.timedelta,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    fresh_s: float | None = None,
    published: tuple[dt.date, ...] = (),
) -> Visit:
    """The visit of an address that answered. ``fresh_s`` is how long the server says its answer
    stays good."""
    fresh = min(dt.timedelta(seconds=fresh_s or 0), _FRESH_MOST)
    wait = max(interval, fresh)
    due = now + _spread(wait, address, now)
    return Visit(now, due, etag, last_modified, published=published)


def failed(
    address: str,
    now: dt.datetime,
    last: Visit | None,
    reason: str,
    *,
    retry_after_s: float | None = None,
    asked: bool = True,
) -> Visit:
    """The visit of an address that gave nothing: after the first failure in a row it is due in an
    hour, then in twice as long each time, up to a week; not before the server asks for it. One
    that was not ``asked``, since its server wanted to be left alone or there was no network, waits
    no longer for that."""
    before = last.failures if last else 0
    failures = before + 1 if asked else max(before, 1)
    wait = _spread(min(SHORTEST * 2 ** min(failures - 1, 10), LONGEST), address, now)
    peace = min(dt.timedelta(seconds=retry_after_s or 0), LONGEST)
    # What is stored stays, and can still be asked for changes by what ``last`` has.
    return replace(
        last or Visit(now, now),
        at=now,
        due=now + max(wait, peace),
        failures=failures,
        error=reason,
        left_alone=now + peace if peace else None,
    )


def recent(dates: Iterable[dt.date], today: dt.date) -> tuple[dt.date, ...]:
    """The days of a feed's last dozen publications, the latest first."""
    return tuple(sorted((date for date in dates if date <= today), reverse=True)[:_RECENT])


def feed_interval(days: Sequence[dt.date], today: dt.date) -> dt.timedelta:
    """How long to wait until a feed is asked again, from its ``recent`` days.

    An eighth of the usual time between two of them, or of the time since the last one if that is
    longer by now: a show that has ended is asked less and less. An hour, for what comes several
    times a day, to a week.
    """
    if not days:
        return _USUAL
    from statistics import median

    usual = median((later - earlier).days for later, earlier in pairwise(days)) if days[1:] else 1
    gap = dt.timedelta(days=max(usual, (today - days[0]).days))
    return min(max(gap / _CHECKS, SHORTEST), LONGEST)


def with_failures(interval: dt.timedelta, offered: Iterable[Visit]) -> dt.timedelta:
    """A feed's interval; less, an hour at least, where something that it offers failed and is to be
    asked for sooner. It is only then that its offers are looked at: those of a show that has ended
    would else wait for a week, each time that a server wants to be left alone for a minute.

    How long each waits altogether counts, and not until when: of a hundred that are asked for
    weekly, one is due every other hour."""
    waits = (visit.due - visit.at for visit in offered if visit.failures)
    return max(min((interval, *waits)), SHORTEST)


def next_look(last: Visit | None) -> dt.timedelta:
    """How long to wait until a transcript that is there is looked at again for corrections: a day,
    then half as long again each time, up to three months."""
    if last is None or last.failures:
        return _FIRST_LOOK
    return min(max((last.due - last.at) * 1.5, _FIRST_LOOK), _LAST_LOOK)


def _spread(wait: dt.timedelta, address: str, now: dt.datetime) -> dt.timedelta:
    """Up to a tenth more, another for each address and visit, so that not all come at once."""
    share = int.from_bytes(hashlib.sha256(f"{address} {now}".encode()).digest()[:4], "big") / 2**32
    return wait * (1 + _JITTER * share)
