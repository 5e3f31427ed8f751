"""The editors of BBC News Labs and their successors: ``words`` in one list, ``paragraphs`` with a
speaker in another, both timed; and autoEdit, whose paragraphs hold their words.

https://github.com/bbc/digital-paper-edit-client, https://github.com/pietrop/slate-transcript-editor
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from talksearch.formats.base import Format, Head, Reading
from talksearch.formats.json_text import at, label_of, load, objects, text_of, time_of
from talksearch.formats.timed_words import TimedWord, cues_of_words, speaker_at
from talksearch.model import Document

_UNNAMED = frozenset({"Unnamed Speaker", "U_UKN", "UKN"})


def _parts(value: object) -> list[dict[str, Any]]:
    """The transcript, or the pieces that one was cut into."""
    rows = objects(value) or objects(value, "text") or objects([value])
    return [row for row in rows if "paragraph" in row or {"words", "paragraphs"} <= row.keys()]


def _sniff(head: Head) -> bool:
    first = at(_parts(head.json), 0)
    word = at(first, "words", 0)
    return (isinstance(word, dict) and "text" in word) or isinstance(
        at(first, "paragraph", 0, "line"), list
    )


def _parse(document: Document) -> Reading:
    cues = [cue for part in _parts(load(document)) for cue in cues_of_words(_words(part))]
    return Reading(tuple(cues))


def _words(part: dict[str, Any]) -> Iterator[TimedWord]:
    speaker = speaker_at(
        (time_of(row.get("start")), _label(row.get("speaker")))
        for row in objects(part, "paragraphs")
    )
    for word in objects(part, "words"):
        start = time_of(word.get("start"))
        yield TimedWord(
            text_of(word.get("text")) or "", start, time_of(word.get("end")), speaker(start)
        )
    for paragraph in objects(part, "paragraph"):
        for word in objects(paragraph, "line"):
            yield TimedWord(
                text_of(word.get("text")) or "",
                time_of(word.get("startTime")),
                time_of(word.get("endTime")),
                _label(part.get("speaker")),
            )


def _label(value: object) -> str | None:
    label = label_of(value)
    return None if label in _UNNAMED else label


FORMAT = Format(
    name="paper-edit",
    title="Digital Paper Edit, slate and autoEdit JSON",
    sniff=_sniff,
    parse=_parse,
)
