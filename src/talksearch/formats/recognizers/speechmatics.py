"""Speechmatics, ``json-v2`` and the older ``1.0``.

https://docs.speechmatics.com/speech-to-text/batch/output
"""

from __future__ import annotations

from collections.abc import Iterator

from talksearch.formats.base import Format, Head, Metadata, Reading
from talksearch.formats.json_text import at, label_of, load, objects, text_of, time_of
from talksearch.formats.timed_words import TimedWord, cues_of_words, speaker_at
from talksearch.model import Document

_PUNCTUATION = frozenset(".,?!;:…。、？！")


def _sniff(head: Head) -> bool:
    value = head.json
    if not isinstance(at(value, "job"), dict):
        return False
    old, new = at(value, "words", 0), at(value, "results", 0)
    if isinstance(old, dict):
        return "name" in old and "time" in old
    return at(new, "type") in ("word", "punctuation", "entity")


def _parse(document: Document) -> Reading:
    value = load(document)
    language = text_of(at(value, "job", "lang")) or text_of(
        at(value, "metadata", "transcription_config", "language")
    )
    words = _words(value) if objects(value, "results") else _old_words(value)
    return Reading(cues_of_words(words), Metadata(language=language))


def _words(value: object) -> Iterator[TimedWord]:
    for item in objects(value, "results"):
        best = at(item, "alternatives", 0)
        label = label_of(at(best, "speaker"))
        yield TimedWord(
            text_of(at(best, "content")) or "",
            time_of(item.get("start_time")),
            time_of(item.get("end_time")),
            None if label == "UU" else label,  # its sign for "not told apart"
            glued=item.get("type") == "punctuation" and item.get("attaches_to") != "next",
        )


def _old_words(value: object) -> Iterator[TimedWord]:
    turns = [
        (time_of(row.get("time")), label_of(row.get("name"))) for row in objects(value, "speakers")
    ]
    several = len({label for _, label in turns}) > 1
    speaker = speaker_at(turns if several else ())
    for row in objects(value, "words"):
        text = text_of(row.get("name")) or ""
        start, duration = time_of(row.get("time")), time_of(row.get("duration"))
        end = None if start is None else start + (duration or 0)
        yield TimedWord(text, start, end, speaker(start), glued=text in _PUNCTUATION)


FORMAT = Format(
    name="speechmatics",
    title="Speechmatics JSON",
    sniff=_sniff,
    parse=_parse,
)
