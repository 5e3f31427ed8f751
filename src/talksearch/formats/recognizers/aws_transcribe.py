"""Amazon Transcribe: words and punctuation as items, speakers in a list of their own or, in newer
ones, with the item.

https://docs.aws.amazon.com/transcribe/latest/dg/how-input.html#how-it-works-output
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from talksearch.formats.base import Format, Head, Metadata, Reading
from talksearch.formats.json_text import at, label_of, load, objects, text_of, time_of
from talksearch.formats.timed_words import TimedWord, cues_of_words
from talksearch.model import Document


def _items(value: object) -> list[dict[str, Any]]:
    # The list of items alone is what some tools keep of it.
    return objects(value, "results", "items") or objects(value)


def _sniff(head: Head) -> bool:
    first = at(_items(head.json), 0)
    return isinstance(at(first, "alternatives"), list) and at(first, "type") in (
        "pronunciation",
        "punctuation",
    )


def _parse(document: Document) -> Reading:
    value = load(document)
    language = text_of(at(value, "results", "language_code"))
    return Reading(cues_of_words(_words(value)), Metadata(language=language))


def _words(value: object) -> Iterator[TimedWord]:
    speakers = {
        row.get("start_time"): label_of(row.get("speaker_label"))
        for segment in objects(value, "results", "speaker_labels", "segments")
        for row in objects(segment, "items")
    }
    label: str | None = None
    for item in _items(value):
        text = text_of(at(item, "alternatives", 0, "content")) or ""
        if item.get("type") == "punctuation":
            yield TimedWord(text, label=label, glued=True)
            continue
        start = item.get("start_time")
        label = label_of(item.get("speaker_label")) or speakers.get(start)
        yield TimedWord(text, time_of(start), time_of(item.get("end_time")), label)


FORMAT = Format(
    name="aws-transcribe",
    title="Amazon Transcribe JSON",
    sniff=_sniff,
    parse=_parse,
)
