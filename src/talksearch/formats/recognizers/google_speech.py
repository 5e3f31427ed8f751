"""Google Cloud Speech-to-Text, v1 and v2, alone or inside the answer of a long operation.

https://cloud.google.com/speech-to-text/docs/reference/rest/v1/speech/recognize
"""

from __future__ import annotations

from typing import Any

from talksearch.formats.base import Format, Head, Metadata, Reading
from talksearch.formats.json_text import at, label_of, load, objects, text_of, time_of
from talksearch.formats.timed_words import TimedWord, cues_of_words
from talksearch.model import Cue, Document


def _results(value: object) -> list[dict[str, Any]]:
    return objects(value, "results") or objects(value, "response", "results")


def _sniff(head: Head) -> bool:
    first = at(_results(head.json), 0)
    best = at(first, "alternatives", 0)
    word = at(best, "words", 0)
    return isinstance(at(best, "transcript"), str) and (
        any(isinstance(at(word, key), str | dict) for key in ("startTime", "startOffset"))
        or any(key in (first or {}) for key in ("resultEndTime", "resultEndOffset", "languageCode"))
    )


def _parse(document: Document) -> Reading:
    results = _results(load(document))
    language = text_of(at(results, 0, "languageCode"))
    words = [_words(result) for result in results]
    if words and any(word.label for word in words[-1]):
        # Speakers are told apart at the end: the last result has all the words again.
        return Reading(cues_of_words(words[-1]), Metadata(language=language))
    cues: list[Cue] = []
    for result, of_result in zip(results, words, strict=True):
        if of_result:
            cues += cues_of_words(of_result)
        else:
            cues.append(Cue(text_of(at(result, "alternatives", 0, "transcript")) or ""))
    return Reading(tuple(cues), Metadata(language=language))


def _words(result: dict[str, Any]) -> list[TimedWord]:
    return [
        TimedWord(
            text_of(word.get("word")) or "",
            _time(word.get("startTime") or word.get("startOffset")),
            _time(word.get("endTime") or word.get("endOffset")),
            label_of(word.get("speakerLabel") or word.get("speakerTag") or None),
        )
        for word in objects(result, "alternatives", 0, "words")
    ]


def _time(value: object) -> int | None:
    """Written as ``1.300s``, or as seconds and nanoseconds apart."""
    if isinstance(value, dict):
        seconds, nanos = time_of(value.get("seconds", 0)), value.get("nanos", 0)
        return None if seconds is None or not isinstance(nanos, int) else seconds + nanos // 10**6
    return time_of(value)


FORMAT = Format(
    name="google-speech",
    title="Google Cloud Speech-to-Text JSON",
    sniff=_sniff,
    parse=_parse,
)
