"""The fields a query can be narrowed by, and what their values may be.

``after:2020`` and the option ``--after 2020`` both go through :func:`condition`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from talksearch.errors import QuerySyntaxError
from talksearch.model import Kind, Role, clean_text
from talksearch.patterns import pattern
from talksearch.query.nodes import FILTER_FIELDS, DateRange, Field, Filter
from talksearch.words import words

__all__ = ["FIELDS", "SAID", "condition", "shown"]

SAID = ("across", "host", "guest")
"""Before words that are said: in some turns, or by whom."""

FIELDS = (*FILTER_FIELDS, "after", "before", "date", *SAID)
"""What may stand before a colon."""

_FIRST_YEAR, _LAST_YEAR = 1900, 2999
_DATE = pattern(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def condition(field: Field, value: str) -> Filter | DateRange:
    """A field and its value as a node.

    Roles, kinds and languages come out as the model spells them (``role:interviewer`` is
    ``role:host``, ``lang:German`` is ``lang:de``).
    ``after`` includes the date it is given, ``before`` does not: ``after:2020 before:2021`` is the
    year 2020. Raises ``QuerySyntaxError`` with the position in the value.
    """
    if field not in FIELDS or field in SAID:
        raise ValueError(f"no such field: {field}")
    value = " ".join(value.split())
    if not any(words(value)):
        dated = field in ("year", "after", "before", "date")
        example = f"{field}:2020" if dated else f'{field}:word or {field}:"several words"'
        raise _error(f"{field}: needs a value, as in {example}", value)
    match field:
        case "date":
            return _span(re.sub(r" ?\.\. ?", "..", value))
        case "after":
            _extent(value)
            return DateRange(first=value)
        case "before":
            return DateRange(last=_day_before(value))
        case "year":
            if len(value) != 4:
                reason = "year: takes one year, such as 2020; for a month, date:2020-07, for more, "
                raise _error(f"{reason}date:2019..2021", value)
            _extent(value)
        case "role":
            role = Role.parse(value)
            if role is None:
                raise _unknown("role", value, Role)
            value = role.value
        case "kind":
            if value.lower() not in list(Kind):
                raise _unknown("kind", value, Kind)
            value = value.lower()
        case "lang":
            from talksearch import languages  # few ask for it

            value = languages.tag(value) or value
    return Filter(field, value)


def _span(value: str) -> DateRange:
    first, dots, last = value.partition("..")
    if not dots:
        _extent(value)
        return DateRange(value, value)
    begin = _extent(value, 0, len(first))[0] if first else dt.date.min
    end = _extent(value, len(first + dots), len(value))[1] if last else dt.date.max
    if begin > end:
        raise _error(f"{first} is after {last}: the earlier date comes first", value)
    return DateRange(first, last)


def _day_before(value: str) -> str:
    first, _ = _extent(value)
    if first == dt.date(_FIRST_YEAR, 1, 1):
        raise _error(f"no date is before {value}", value)
    return (first - dt.timedelta(days=1)).isoformat()


def _extent(value: str, start: int = 0, end: int | None = None) -> tuple[dt.date, dt.date]:
    """The first and the last day of the year, month or day in ``value[start:end]``."""
    text = value[start:end]
    match = _DATE.fullmatch(text)
    try:
        if match is None or not _FIRST_YEAR <= int(match[1]) <= _LAST_YEAR:
            raise ValueError(text)
        year, month, day = (int(part) if part else 0 for part in match.groups())
        first = dt.date(year, month if match[2] else 1, day if match[3] else 1)
    except ValueError:
        reason = (
            f"“{shown(text)}” is not a date: write a year, month or day "
            f"from {_FIRST_YEAR} to {_LAST_YEAR} as 2020, 2020-07 or 2020-07-15, "
            "and from one to another as date:2019..2020-07"
        )
        raise _error(reason, value, start, end) from None
    if day:
        return first, first
    if month:
        import calendar

        return first, first.replace(day=calendar.monthrange(year, month)[1])
    return first, first.replace(month=12, day=31)


def _unknown(field: Field, value: str, valid: Iterable[str]) -> QuerySyntaxError:
    listed = ", ".join(valid)
    return _error(f"there is no {field} “{shown(value)}”; there are {listed}", value)


def _error(reason: str, value: str, start: int = 0, end: int | None = None) -> QuerySyntaxError:
    return QuerySyntaxError(reason, value, start, len(value) if end is None else end)


def shown(text: str, most: int = 40) -> str:
    """A piece of a query, fit to stand in a message."""
    return clean_text(text if len(text) <= most else f"{text[:most]}…")
