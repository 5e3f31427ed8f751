"""What openai-whisper writes, and the tools that imitate it: whisper-timestamped, WhisperX,
faster-whisper (its segments alone, as a list).

``{"text": …, "segments": [{"start": …, "end": …, "text": …}], "language": …}``, in seconds; tools
that tell speakers apart add ``speaker`` to a segment, or to its words.

https://github.com/openai/whisper, https://github.com/m-bain/whisperX
"""

from __future__ import annotations

from typing import Any

from talksearch.formats.base import Format, Head, Metadata, Reading
from talksearch.formats.json_text import (
    at,
    label_of,
    load,
    objects,
    text_of,
    time_of,
    with_unknown_voices,
)
from talksearch.formats.timed_words import TimedWord, cues_of_words
from talksearch.model import Cue, Document

# One of them at least, for others have segments with these names too, in other units of time.
_ITS_OWN = frozenset(
    {"seek", "tokens", "avg_logprob", "no_speech_prob", "compression_ratio", "words", "temperature"}
)


def _segments(value: object) -> list[dict[str, Any]]:
    return objects(value, "segments") or objects(value)


def _sniff(head: Head) -> bool:
    first = at(_segments(head.json), 0)
    if not isinstance(first, dict) or not {"start", "end", "text"} <= first.keys():
        return False
    if isinstance(head.json, list):  # the utterances of AssemblyAI have words, and are in ms
        return (
            not (_ITS_OWN - {"words"}).isdisjoint(first)
            or at(first, "words", 0, "word") is not None
        )
    return not _ITS_OWN.isdisjoint(first) or isinstance(at(head.json, "text"), str)


def _parse(document: Document) -> Reading:
    value = load(document)
    cues: list[Cue] = []
    for row in _segments(value):
        words = objects(row, "words")
        if len({word.get("speaker") for word in words}) > 1:
            # Two people in one segment.
            cues += cues_of_words(
                TimedWord(
                    text_of(word.get("word")) or text_of(word.get("text")) or "",
                    time_of(word.get("start")),
                    time_of(word.get("end")),
                    # A word that could not be aligned has no speaker of its own.
                    label_of(word.get("speaker")) or label_of(row.get("speaker")),
                )
                for word in words
            )
            continue
        start, end = time_of(row.get("start")), time_of(row.get("end"))
        label = label_of(row.get("speaker"))
        cues.append(Cue(text_of(row.get("text")) or "", start, end, label))
    return Reading(with_unknown_voices(cues), Metadata(language=text_of(at(value, "language"))))


FORMAT = Format(
    name="whisper",
    title="Whisper JSON",
    sniff=_sniff,
    parse=_parse,
)
