"""The JSON that openai-whisper writes, and the many tools that imitate it.

``{"text": …, "segments": [{"start": …, "end": …, "text": …}], "language": …}``; tools that tell
speakers apart add ``speaker`` to a segment.
"""

from __future__ import annotations

import re

from talksearch.formats.base import Format, Head, Metadata, Reading
from talksearch.formats.json_text import load_object, segments_of, text_of, time_of
from talksearch.model import Cue, Document

# The whole text may come first, and be longer than the head.
_TEXT_FIRST = re.compile(r'\{\s*"text"\s*:\s*"')
_SEGMENTS = re.compile(r'"segments"\s*:\s*\[\s*\{')
_FIELDS = re.compile(r'"(start|end|text)"\s*:')


def _sniff(head: Head) -> bool:
    text = head.text.lstrip("\ufeff \t\n")
    if _TEXT_FIRST.match(text):
        return True
    segments = _SEGMENTS.search(text) if text.startswith("{") else None
    return segments is not None and len(set(_FIELDS.findall(text, segments.end()))) == 3


def _parse(document: Document) -> Reading:
    value = load_object(document)
    rows = segments_of(value, document, "start", "text")
    cues = tuple(
        Cue(
            text_of(row.get("text")) or "",
            time_of(row.get("start")),
            time_of(row.get("end")),
            text_of(row.get("speaker")),
        )
        for row in rows
    )
    language = text_of(value.get("language"))
    return Reading(cues, Metadata(language=language))


FORMAT = Format(
    name="whisper-json",
    title="Whisper JSON",
    media_types=(),
    suffixes=(),
    sniff=_sniff,
    parse=_parse,
)
