"""What the JSON formats share: bytes to a value, with errors that say where."""

from __future__ import annotations

import json
from typing import Any

from talksearch.errors import TranscriptParseError
from talksearch.formats.decode import decode
from talksearch.model import Document
from talksearch.timecode import parse_timecode, seconds_to_ms

__all__ = ["load_object", "segments_of", "text_of", "time_of"]


def load_object(document: Document) -> dict[str, Any]:
    """The document's JSON object."""
    try:
        value = json.loads(decode(document).lstrip("\ufeff"))
    except json.JSONDecodeError as error:
        raise TranscriptParseError(
            f"not valid JSON: {error.msg}", document.source, line=error.lineno
        ) from None
    except ValueError:  # a number of more digits than int() reads
        raise TranscriptParseError(
            "not usable JSON: a number is too long", document.source
        ) from None
    except RecursionError:
        raise TranscriptParseError("not usable JSON: nested too deeply", document.source) from None
    if not isinstance(value, dict):
        raise TranscriptParseError("the JSON is no object", document.source, line=1)
    return value


def segments_of(value: dict[str, Any], document: Document, *keys: str) -> list[dict[str, Any]]:
    """The objects of ``segments``; one of them at least must have all of ``keys``."""
    segments = value.get("segments")
    if not isinstance(segments, list):
        raise TranscriptParseError('no list of "segments"', document.source, line=1)
    rows = [row for row in segments if isinstance(row, dict)]
    if rows and not any(all(key in row for key in keys) for row in rows):
        raise TranscriptParseError(f"no segment has {' and '.join(keys)}", document.source, line=1)
    return rows


def text_of(value: object) -> str | None:
    """A string that says something."""
    return value.strip() or None if isinstance(value, str) else None


def time_of(value: object) -> int | None:
    """Seconds as a number or as text, or a time code."""
    found = seconds_to_ms(value)
    return parse_timecode(value) if found is None and isinstance(value, str) else found
