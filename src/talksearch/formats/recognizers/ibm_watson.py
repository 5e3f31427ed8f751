"""IBM Watson Speech to Text: words as ``[word, from, to]``, speakers in a list of their own.

https://cloud.ibm.com/docs/speech-to-text?topic=speech-to-text-metadata
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from talksearch.formats.base import Format, Head, Reading
from talksearch.formats.json_text import at, label_of, load, objects, text_of, time_of
from talksearch.formats.timed_words import TimedWord, cues_of_words
from talksearch.model import Cue, Document


def _parts(value: object) -> list[dict[str, Any]]:
    """The answer, or the several answers that a recognition job collects."""
    jobs = objects(value, "results")
    if any("results" in job for job in jobs):
        return jobs
    return objects([value]) if jobs else []


def _sniff(head: Head) -> bool:
    return any(
        isinstance(at(part, "results", 0, "alternatives", 0, "timestamps"), list)
        or (at(part, "results", 0, "final") is not None and at(part, "result_index") is not None)
        for part in _parts(head.json)
    )


def _parse(document: Document) -> Reading:
    cues: list[Cue] = []
    for part in _parts(load(document)):
        speakers = {row.get("from"): row.get("speaker") for row in objects(part, "speaker_labels")}
        for result in objects(part, "results"):
            best = at(result, "alternatives", 0)
            words = list(_words(at(best, "timestamps"), speakers))
            # Each result is an utterance: without punctuation its end is the only one there is.
            cues += cues_of_words(words) or [Cue(text_of(at(best, "transcript")) or "")]
    return Reading(tuple(cues))


def _words(timestamps: object, speakers: dict[Any, Any]) -> Iterator[TimedWord]:
    for entry in timestamps if isinstance(timestamps, list) else []:
        start = at(entry, 1)
        if text := text_of(at(entry, 0)):
            speaker = speakers.get(start) if isinstance(start, int | float) else None
            yield TimedWord(text, time_of(start), time_of(at(entry, 2)), label_of(speaker))


FORMAT = Format(
    name="ibm-watson",
    title="IBM Watson Speech to Text JSON",
    sniff=_sniff,
    parse=_parse,
)
