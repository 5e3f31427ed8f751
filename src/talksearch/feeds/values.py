"""Texts, languages, dates, numbers and moments as feeds write them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from talksearch.model import clean_text
from talksearch.patterns import pattern
from talksearch.timecode import parse_timecode, seconds_to_ms

__all__ = ["Entry", "day", "language", "moment", "number", "parts_in", "point", "text_in"]

Entry = dict[str, Any]
"""What a parser makes of a feed, or of one of its items."""

# No web before, and so no feeds: what claims to be older, or from another age, has a broken clock.
_YEARS = range(1990, 2100)
_ISO_DATE = pattern(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)")
_LANGUAGE = pattern(r"[\w-]{2,35}")
# podcast:episode may have a fraction, of an extra between two episodes.
_NUMBER = pattern(r"(\d{1,6})(?:\.\d{1,6})?")


def text_in(entry: Entry, name: str) -> str:
    """The text of that name; "" where there is none, or something else."""
    # dict.get: feedparser's own looks other names up, and warns of it.
    value = dict.get(entry, name)
    return value.strip() if isinstance(value, str) else ""


def parts_in(entry: Entry, name: str) -> list[Entry]:
    """The dictionaries of the list of that name; in odd feeds there are other things among them."""
    found = dict.get(entry, name)
    return [part for part in found if isinstance(part, dict)] if isinstance(found, list) else []


def language(raw: str) -> str | None:
    """A language tag in lower case: ``en_US`` -> ``en-us``."""
    found = clean_text(raw)
    return found.replace("_", "-").lower() if _LANGUAGE.fullmatch(found) else None


def number(raw: str) -> int | None:
    """The number of a season or an episode."""
    match = _NUMBER.fullmatch(raw)
    return int(match[1]) if match else None


def day(raw: str) -> dt.date | None:
    """The day of publication, as it was where it was published.

    From the text itself: feedparser reckons in UTC, and makes 2025-01-01 of 2024-13-45.
    """
    from email.utils import parsedate

    raw = raw[:100]
    iso = _ISO_DATE.match(raw)
    parts = tuple(map(int, iso.groups())) if iso else parsedate(raw)
    try:
        date = dt.date(*parts[:3]) if parts else None
    except ValueError:
        return None
    return date if date and date.year in _YEARS else None


def moment(raw: object) -> int | None:
    """A time within the recording in ms: seconds, as a number or written, or a time code.

    >>> moment("00:01:02.345678"), moment("1:02"), moment(" 62"), moment(62.5), moment("soon")
    (62345, 62000, 62000, 62500, None)
    """
    if not isinstance(raw, str):
        return seconds_to_ms(raw)
    raw = raw[:40]
    ms = parse_timecode(raw)
    return seconds_to_ms(raw) if ms is None else ms


def point(raw: str) -> dt.datetime | None:
    """A point in time as ISO 8601 writes it; UTC where it has no zone."""
    try:
        found = dt.datetime.fromisoformat(raw.strip())
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)
