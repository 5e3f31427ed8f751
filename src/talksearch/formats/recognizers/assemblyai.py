"""AssemblyAI. Times are in milliseconds.

https://www.assemblyai.com/docs/api-reference/transcripts/get
"""

from __future__ import annotations

from typing import Any

from talksearch.formats.base import Format, Head, Metadata, Reading
from talksearch.formats.json_text import at, load, objects, text_of, voice_of
from talksearch.formats.timed_words import TimedWord, cues_of_words
from talksearch.model import Cue, Document


def _answer(value: object) -> Any:
    inner = at(value, "transcript")  # older answers have it one level down
    return inner if isinstance(inner, dict) else value


def _sniff(head: Head) -> bool:
    answer = _answer(head.json)
    word = at(answer, "words", 0)
    return (
        isinstance(word, dict)
        and "confidence" in word
        and "text" in word
        and any(
            key in answer for key in ("audio_url", "audio_src_url", "acoustic_model", "utterances")
        )
    )


def _parse(document: Document) -> Reading:
    answer = _answer(load(document))
    words = [
        TimedWord(
            text_of(word.get("text")) or "",
            _ms(word.get("start")),
            _ms(word.get("end")),
            voice_of(word.get("speaker")),
        )
        for word in objects(answer, "words")
    ]
    text = text_of(at(answer, "text")) or ""
    # Without the words there is the text; so there is where a tool has kept a few words only.
    complete = len(words) * 2 > len(text.split())
    return Reading(
        cues_of_words(words) if complete else (Cue(text),),
        Metadata(language=text_of(at(answer, "language_code"))),
    )


def _ms(value: object) -> int | None:
    return round(value) if isinstance(value, int | float) and 0 <= value < 1e12 else None


FORMAT = Format(
    name="assemblyai",
    title="AssemblyAI JSON",
    sniff=_sniff,
    parse=_parse,
)
