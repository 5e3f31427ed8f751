"""Times: always integer milliseconds from the start of the recording; text only at the edges."""

from __future__ import annotations

from talksearch.patterns import pattern

__all__ = [
    "MAX_MS",
    "TIMECODE",
    "format_clock",
    "format_srt",
    "format_vtt",
    "parse_ms",
    "parse_timecode",
    "seconds_to_ms",
]

# [HH:]MM:SS with an optional fraction after a dot or a comma; programs write more than its three
# digits, too. Minutes may run past 59 in the short form ("75:12" is common in hand-made
# transcripts), seconds never do.
TIMECODE = r"(?:\d{1,3}:)?\d{1,3}:[0-5]\d(?:[.,]\d{1,20})?"
_PARTS = pattern(r"(?:(\d{1,3}):)?(\d{1,3}):([0-5]\d)(?:[.,](\d{1,20}))?")

_WHOLE = pattern(r"\d{1,10}")
MAX_MS = 1000 * 3600 * 1000  # no recording lasts a thousand hours: larger values are not times


def parse_timecode(text: str) -> int | None:
    """``"1:02:03.5"``, ``"00:12,250125"`` or ``"75:12"`` in ms; None when it is not a time."""
    match = _PARTS.fullmatch(text.strip())
    if match is None:
        return None
    hours, minutes, seconds, fraction = match.groups()
    if hours is not None and int(minutes) > 59:
        return None
    ms = int((fraction or "0").ljust(3, "0")[:3])
    return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + ms


def parse_ms(text: str | None) -> int | None:
    """``"83250"``, as attributes of markup have it; None when it is no number of ms."""
    return int(text) if text and _WHOLE.fullmatch(text) else None


def seconds_to_ms(value: object) -> int | None:
    """A number of seconds (or its text) in ms; None when it is no usable time."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        ms = round(float(value) * 1000)
    except (ValueError, OverflowError):  # text that is no number, inf, nan
        return None
    return ms if 0 <= ms <= MAX_MS else None


def format_clock(ms: int) -> str:
    """For people: ``4:05`` or ``1:02:03``."""
    minutes, seconds = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def format_vtt(ms: int) -> str:
    """``00:04:05.250``, as WebVTT writes it."""
    seconds, rest = divmod(ms, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}.{rest:03d}"


def format_srt(ms: int) -> str:
    """``00:04:05,250``, as SubRip writes it."""
    return format_vtt(ms).replace(".", ",")
