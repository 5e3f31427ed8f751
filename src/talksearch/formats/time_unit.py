"""Times of which nothing says in which unit they are.

It is taken from how fast people speak: the unit is the one that comes closest to fifteen characters
a second. Seconds, milliseconds and nanoseconds are a thousand times apart.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from talksearch.timecode import MAX_MS, parse_timecode

__all__ = ["likely_unit", "time_in"]

_PER_MS = {"s": 1e-3, "ms": 1.0, "µs": 1e3, "100 ns": 1e4, "ns": 1e6}
_CHARACTERS_PER_MS = 0.015


def likely_unit(times: Iterable[object], characters: int) -> float:
    """What a millisecond is in these times, between which so many characters are said."""
    numbers = [number for time in times if (number := _number(time)) is not None]
    span = max(numbers, default=0) - min(numbers, default=0)
    if span <= 0:
        return _PER_MS["s"]
    wanted = characters / _CHARACTERS_PER_MS
    return min(_PER_MS.values(), key=lambda per_ms: abs(math.log(span / per_ms / max(wanted, 1))))


def time_in(unit: float, value: object) -> int | None:
    """In ms: a number in that unit, or a time code."""
    number = _number(value)
    if number is None:
        return parse_timecode(value) if isinstance(value, str) else None
    # What lies further from the start than any recording lasts is a time of day, and a date.
    return round(number / unit) if 0 <= number / unit <= MAX_MS else None


def _number(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        try:
            value = float(value.strip().removesuffix("s"))
        except ValueError:
            return None
    if isinstance(value, int | float) and abs(value) < 1e18:  # no float holds any int
        return float(value)
    return None
