"""YouTube's ``json3``: events of pieces of text, in ms."""

from __future__ import annotations

from typing import Any

from talksearch.formats.base import Format, Head, Reading
from talksearch.formats.captions.lines import Caption, labelled_cues
from talksearch.formats.json_text import load, objects
from talksearch.model import Document


def _events(value: object) -> list[dict[str, Any]]:
    # Those with aAppend only move what is shown up by a line.
    return [row for row in objects(value, "events") if "segs" in row and "aAppend" not in row]


def _sniff(head: Head) -> bool:
    return any("tStartMs" in row for row in _events(head.json))


def _parse(document: Document) -> Reading:
    captions = []
    for row in _events(load(document)):
        said = "".join(
            part["utf8"] for part in objects(row, "segs") if isinstance(part.get("utf8"), str)
        )
        start, length = row.get("tStartMs"), row.get("dDurationMs")
        begins = start if isinstance(start, int) else None
        ends = begins + length if begins is not None and isinstance(length, int) else None
        captions.append(
            (Caption(begins, ends), [line for line in said.splitlines() if line.strip()])
        )
    return Reading(labelled_cues(captions))


FORMAT = Format(
    name="youtube-json",
    title="YouTube json3",
    suffixes=(".json3",),
    sniff=_sniff,
    parse=_parse,
)
