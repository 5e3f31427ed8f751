"""MediaSum's JSON: an interview as two lists of one length, ``utt`` and ``speaker``.

https://github.com/zcgzcgzcg1/MediaSum
"""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import Any

from talksearch.errors import TranscriptParseError
from talksearch.formats.base import Format, Head, Metadata, Reading
from talksearch.formats.json_text import at, label_of, load, objects, text_of
from talksearch.model import Cue, Document


def _interviews(value: object) -> list[dict[str, Any]]:
    rows = objects(value) or objects([value])
    return [row for row in rows if isinstance(row.get("utt"), list) and "speaker" in row]


def _sniff(head: Head) -> bool:
    return bool(_interviews(head.json))


def _parse(document: Document) -> Reading:
    interviews = _interviews(load(document))
    if not interviews:
        raise TranscriptParseError('no interview with "utt" and "speaker"', document.source)
    cues = tuple(
        Cue(text_of(said) or "", label=label_of(at(interview, "speaker", number)))
        for interview in interviews
        for number, said in enumerate(interview["utt"])
    )
    if len(interviews) > 1:
        # A document is one episode; what is said of one interview is not true of the others.
        return Reading(cues)
    return Reading(cues, _metadata(interviews[0]))


def _metadata(interview: dict[str, Any]) -> Metadata:
    date = None
    with suppress(ValueError):
        date = dt.date.fromisoformat(text_of(interview.get("date")) or "")
    return Metadata(
        title=text_of(interview.get("title")),
        show=text_of(interview.get("program")),
        date=date,
        url=text_of(interview.get("url")),
        description=text_of(interview.get("summary")),
        guid=text_of(interview.get("id")),
    )


FORMAT = Format(
    name="interview-json",
    title="MediaSum JSON",
    sniff=_sniff,
    parse=_parse,
)
