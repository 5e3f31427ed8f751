"""Azure AI Speech: batch transcription (ticks of 100 ns) and fast transcription (milliseconds).

https://learn.microsoft.com/azure/ai-services/speech-service/batch-transcription-get
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from talksearch.formats.base import Format, Head, Metadata, Reading
from talksearch.formats.json_text import at, label_of, load, objects, text_of
from talksearch.model import Cue, Document

_TICKS_PER_MS = 10_000


def _sniff(head: Head) -> bool:
    batch, fast = at(head.json, "recognizedPhrases"), at(head.json, "phrases", 0)
    return isinstance(batch, list) or (isinstance(fast, dict) and "offsetMilliseconds" in fast)


def _parse(document: Document) -> Reading:
    value = load(document)
    rows = sorted(_cues(value), key=lambda cue: cue.start_ms or 0)  # channel by channel as written
    language = text_of(at(value, "phrases", 0, "locale")) or text_of(
        at(value, "recognizedPhrases", 0, "locale")
    )
    return Reading(tuple(rows), Metadata(language=language))


def _cues(value: object) -> Iterator[Cue]:
    for row in objects(value, "recognizedPhrases"):
        best = at(row, "nBest", 0)
        text = text_of(at(best, "display")) or text_of(at(best, "lexical")) or ""
        yield _cue(row, text, "offsetInTicks", "durationInTicks", _TICKS_PER_MS)
    for row in objects(value, "phrases"):
        text = text_of(row.get("text")) or ""
        yield _cue(row, text, "offsetMilliseconds", "durationMilliseconds", 1)


def _cue(row: dict[str, Any], text: str, offset: str, duration: str, unit: int) -> Cue:
    start, length = row.get(offset), row.get(duration)
    if not isinstance(start, int | float) or not 0 <= start < 1e15:
        return Cue(text, label=label_of(row.get("speaker")))
    end = start + length if isinstance(length, int | float) and 0 <= length < 1e15 else start
    return Cue(text, int(start / unit), int(end / unit), label_of(row.get("speaker")))


FORMAT = Format(
    name="azure-speech",
    title="Azure AI Speech JSON",
    sniff=_sniff,
    parse=_parse,
)
