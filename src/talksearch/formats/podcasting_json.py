"""The JSON transcript of the podcast namespace.

https://github.com/Podcastindex-org/podcast-namespace/blob/main/transcripts/transcripts.md#json
"""

from __future__ import annotations

import re

from talksearch.formats.base import Format, Head, Reading
from talksearch.formats.json_text import load_object, segments_of, text_of, time_of
from talksearch.model import Cue, Document

_SIGNATURE = re.compile(r'"segments"\s*:\s*\[')


def _sniff(head: Head) -> bool:
    text = head.text.lstrip("\ufeff \t\n")
    return (
        text.startswith("{")
        and _SIGNATURE.search(text) is not None
        and '"startTime"' in text
        and '"body"' in text
    )


def _parse(document: Document) -> Reading:
    rows = segments_of(load_object(document), document, "body")
    # A segment without a speaker goes on with the one before: the label is left open.
    return Reading(
        tuple(
            Cue(
                text_of(row.get("body")) or "",
                time_of(row.get("startTime")),
                time_of(row.get("endTime")),
                text_of(row.get("speaker")),
            )
            for row in rows
        )
    )


FORMAT = Format(
    name="podcasting-json",
    title="Podcasting 2.0 JSON",
    media_types=("application/json", "text/json"),
    suffixes=(".json",),
    sniff=_sniff,
    parse=_parse,
)
