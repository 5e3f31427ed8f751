"""whisper.cpp (``--output-json``): offsets in milliseconds.

https://github.com/ggml-org/whisper.cpp/blob/master/examples/cli/cli.cpp
"""

from __future__ import annotations

from typing import Any

from talksearch.formats.base import Format, Head, Metadata, Reading
from talksearch.formats.json_text import at, label_of, load, objects, text_of, time_of
from talksearch.model import Cue, Document


def _sniff(head: Head) -> bool:
    first = at(head.json, "transcription", 0)
    return isinstance(first, dict) and ("offsets" in first or "timestamps" in first)


def _parse(document: Document) -> Reading:
    value = load(document)
    cues = tuple(
        Cue(
            text_of(row.get("text")) or "",
            _time(row, "from"),
            _time(row, "to"),
            label_of(row.get("speaker")),
        )
        for row in objects(value, "transcription")
    )
    return Reading(cues, Metadata(language=text_of(at(value, "result", "language"))))


def _time(row: dict[str, Any], which: str) -> int | None:
    offset = at(row, "offsets", which)
    return offset if isinstance(offset, int) else time_of(at(row, "timestamps", which))


FORMAT = Format(
    name="whisper-cpp",
    title="whisper.cpp JSON",
    sniff=_sniff,
    parse=_parse,
)
