"""Deepgram. Of several channels each has its own words.

https://developers.deepgram.com/reference/speech-to-text/listen-pre-recorded
"""

from __future__ import annotations

from collections.abc import Iterator

from talksearch.formats.base import Format, Head, Metadata, Reading
from talksearch.formats.json_text import at, label_of, load, objects, text_of, time_of
from talksearch.formats.timed_words import TimedWord, cues_of_words
from talksearch.model import Cue, Document


def _sniff(head: Head) -> bool:
    return isinstance(at(head.json, "results", "channels", 0, "alternatives"), list)


def _parse(document: Document) -> Reading:
    channels = objects(load(document), "results", "channels")
    cues: list[Cue] = []
    for number, channel in enumerate(channels):
        best = at(channel, "alternatives", 0)
        words = _words(best, f"Channel {number}" if len(channels) > 1 else None)
        cues += cues_of_words(words) or [Cue(text_of(at(best, "transcript")) or "")]
    if len(channels) > 1:
        cues.sort(key=lambda cue: cue.start_ms or 0)
    language = text_of(at(channels, 0, "detected_language"))
    return Reading(tuple(cues), Metadata(language=language))


def _words(best: object, channel: str | None) -> Iterator[TimedWord]:
    for word in objects(best, "words"):
        yield TimedWord(
            text_of(word.get("punctuated_word")) or text_of(word.get("word")) or "",
            time_of(word.get("start")),
            time_of(word.get("end")),
            channel or label_of(word.get("speaker")),
        )


FORMAT = Format(
    name="deepgram",
    title="Deepgram JSON",
    sniff=_sniff,
    parse=_parse,
)
