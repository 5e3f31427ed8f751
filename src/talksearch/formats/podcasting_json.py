"""The JSON transcript of the podcast namespace.

https://github.com/Podcastindex-org/podcast-namespace/blob/main/transcripts/transcripts.md#json
"""

from __future__ import annotations

from talksearch.formats.base import Format, Head, Reading
from talksearch.formats.json_text import (
    at,
    label_of,
    load,
    objects,
    text_of,
    time_of,
    with_unknown_voices,
)
from talksearch.model import Cue, Document


def _sniff(head: Head) -> bool:
    first = at(head.json, "segments", 0)
    return isinstance(first, dict) and "body" in first


def _parse(document: Document) -> Reading:
    return Reading(
        with_unknown_voices(
            Cue(
                text_of(row.get("body")) or "",
                time_of(row.get("startTime")),
                time_of(row.get("endTime")),
                label_of(row.get("speaker")),
            )
            for row in objects(load(document), "segments")
        )
    )


FORMAT = Format(
    name="podcasting-json",
    title="Podcasting 2.0 JSON",
    sniff=_sniff,
    parse=_parse,
)
