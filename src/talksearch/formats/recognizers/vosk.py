"""Vosk (Kaldi): one object with ``result`` and ``text`` for every utterance, one after another.

https://alphacephei.com/vosk/
"""

from __future__ import annotations

from typing import Any

from talksearch.formats.base import Format, Head, Reading
from talksearch.formats.json_text import at, load, objects, text_of, time_of
from talksearch.formats.timed_words import TimedWord, cues_of_words
from talksearch.model import Cue, Document


def _utterances(value: object) -> list[dict[str, Any]]:
    rows = objects(value) if isinstance(value, list) else objects([value])
    # "partial" is what it thought before an utterance was over.
    return [row for row in rows if "text" in row and "partial" not in row]


def _sniff(head: Head) -> bool:
    words = (at(row, "result", 0) for row in _utterances(head.json))
    return any(
        isinstance(word, dict) and {"word", "start", "conf"} <= word.keys() for word in words
    )


def _parse(document: Document) -> Reading:
    cues: list[Cue] = []
    for row in _utterances(load(document)):
        words = [
            TimedWord(
                text_of(word.get("word")) or "",
                time_of(word.get("start")),
                time_of(word.get("end")),
            )
            for word in objects(row, "result")
        ]
        cues += cues_of_words(words) or [Cue(text_of(row.get("text")) or "")]
    return Reading(tuple(cues))


FORMAT = Format(
    name="vosk",
    title="Vosk JSON",
    sniff=_sniff,
    parse=_parse,
)
