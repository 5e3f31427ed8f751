"""What the headers of an answer say about when to ask again (RFC 9110 and 9111). Pure."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from talksearch.patterns import pattern

__all__ = ["fresh_s", "retry_after_s"]

_WEEK_S = 7 * 24 * 3600
_MAX_AGE = pattern(r'max-age\s*=\s*("?)([0-9]+)\1', re.IGNORECASE)


def retry_after_s(headers: Mapping[str, str], now: dt.datetime) -> float | None:
    """The seconds to wait that ``Retry-After`` asks for, a week at most; None if it asks for none,
    or for nonsense. ``headers`` are found by any case; ``now`` has a zone."""
    asked = headers.get("Retry-After", "").strip()
    seconds = _seconds(asked)
    if seconds is None and (moment := _date(asked)):
        left = (moment - (_date(headers.get("Date", "")) or now)).total_seconds()
        seconds = left if left >= 0 else None
    return None if seconds is None else min(seconds, float(_WEEK_S))


def fresh_s(headers: Mapping[str, str], now: dt.datetime) -> int | None:
    """For how many seconds the answer stays good, a week at most; None if the server does not say,
    or wants to be asked each time."""
    told = [part.strip() for part in headers.get("Cache-Control", "").split(",")]
    names = {part.partition("=")[0].strip().lower() for part in told}
    if names & {"no-cache", "no-store"}:
        return None
    if "max-age" in names:
        lifetimes = [match[2] for part in told if (match := _MAX_AGE.fullmatch(part))]
        lifetime = _seconds(lifetimes[0]) if lifetimes else None
    elif expires := _date(headers.get("Expires", "")):
        date = _date(headers.get("Date", "")) or now
        lifetime = (expires - date).total_seconds()
    else:
        lifetime = None
    if lifetime is None:
        return None
    left = lifetime - (_seconds(headers.get("Age", "")) or 0.0)
    return int(min(max(left, 0.0), _WEEK_S))


def _seconds(text: str) -> float | None:
    text = text.strip()
    return float(text) if text.isascii() and text.isdigit() else None


def _date(text: str) -> dt.datetime | None:
    """A date in any of the three forms that HTTP knows; all are in GMT."""
    from email.utils import parsedate_to_datetime

    try:
        found = parsedate_to_datetime(text[:100])
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)
