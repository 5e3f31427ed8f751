"""What the JSON formats share: bytes to a value, and steps into a value that may be anything."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from typing import Any

from talksearch.errors import TranscriptParseError
from talksearch.formats.decode import decode
from talksearch.formats.json_value import json_value
from talksearch.model import Cue, Document
from talksearch.timecode import parse_timecode, seconds_to_ms

__all__ = [
    "at",
    "label_of",
    "load",
    "objects",
    "text_of",
    "time_of",
    "voice_of",
    "with_unknown_voices",
]


def load(document: Document) -> Any:
    """The document's JSON."""
    try:
        return json_value(decode(document))
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


def at(value: object, *path: str | int) -> Any:
    """What lies at a path of keys and positions; None where it leads nowhere."""
    for step in path:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value


def objects(value: object, *path: str | int) -> list[dict[str, Any]]:
    """The objects of the list at a path; what else is in it is passed over."""
    found = at(value, *path)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def text_of(value: object) -> str | None:
    """A string that says something."""
    return value.strip() or None if isinstance(value, str) else None


def time_of(value: object) -> int | None:
    """In ms: seconds as a number or as text ("12.5", "12.5s"), or a time code."""
    if isinstance(value, str):
        value = value.strip().removesuffix("s")
    found = seconds_to_ms(value)
    return parse_timecode(value) if found is None and isinstance(value, str) else found


_NAMES = ("name", "display_name", "label", "id")


def label_of(value: object) -> str | None:
    """A speaker as recognizers and players name one: a text, a number, or an object with a name."""
    if isinstance(value, dict):
        value = next((told for key in _NAMES if (told := value.get(key))), None)
    if isinstance(value, int) and not isinstance(value, bool):
        return f"Speaker {value}"
    text = text_of(value)
    return f"Speaker {text}" if text and text.isdigit() else text


def voice_of(value: object) -> str | None:
    """As ``label_of``, where a single letter is a voice's number too."""
    label = label_of(value)
    return f"Speaker {label}" if label and len(label) == 1 else label


# Another rule than that of captions and tables (``labels.with_strangers``), which people type:
# by theirs the 1,086 utterances of a guest whom Podlove could not name were his host's, and
# "Ricky laughs" was said by whoever spoke before; by this one 205 rows of three tables, in which
# turns go on, were nobody's.
def with_unknown_voices(cues: Iterable[Cue]) -> tuple[Cue, ...]:
    """The cues; what a cue without a speaker means depends on the others.

    Where each names its speaker, even if that was the last one too, a cue without is a stranger's.
    Where only changes are named, the last speaker goes on.
    """
    cues = tuple(cues)
    said = [cue for cue in cues if cue.text]
    if not any(a.label and a.label == b.label for a, b in pairwise(said)):
        return cues
    return tuple(cue if cue.label else replace(cue, label="") for cue in cues)
