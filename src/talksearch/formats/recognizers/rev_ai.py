"""Rev.ai: monologues of one speaker, made of words and of what stands between them.

https://docs.rev.ai/api/asynchronous/transcript/
"""

from __future__ import annotations

from collections.abc import Iterator

from talksearch.formats.base import Format, Head, Metadata, Reading
from talksearch.formats.json_text import at, label_of, load, objects, text_of, time_of
from talksearch.formats.timed_words import TimedWord, cues_of_words
from talksearch.model import Document


def _sniff(head: Head) -> bool:
    return isinstance(at(head.json, "monologues", 0, "elements"), list)


def _parse(document: Document) -> Reading:
    value = load(document)
    return Reading(cues_of_words(_words(value)), Metadata(language=text_of(at(value, "language"))))


def _words(value: object) -> Iterator[TimedWord]:
    names = {row.get("id"): text_of(row.get("name")) for row in objects(value, "speakers")}
    for monologue in objects(value, "monologues"):
        speaker = monologue.get("speaker")
        known = names.get(speaker) if isinstance(speaker, int | str) else None
        label = (
            known or label_of(at(monologue, "speaker_info", "display_name")) or label_of(speaker)
        )
        glued = False
        for element in objects(monologue, "elements"):
            raw = element.get("value")
            if not isinstance(raw, str):
                continue
            if element.get("type") == "punct":
                if raw.strip():
                    yield TimedWord(raw, label=label, glued=not raw[0].isspace())
                # "-" joins two words; " " and ", " part them.
                glued = not raw[-1:].isspace()
                continue
            # Rev.com, where people transcribe, has time codes under longer names.
            start = time_of(element.get("ts", element.get("timestamp")))
            end = time_of(element.get("end_ts", element.get("end_timestamp")))
            yield TimedWord(raw, start, end, label, glued=glued)
            glued = False


FORMAT = Format(
    name="rev-ai",
    title="Rev.ai JSON",
    sniff=_sniff,
    parse=_parse,
)
