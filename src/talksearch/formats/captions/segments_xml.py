"""Segments with ``<start>``, ``<end>``, ``<speaker>`` and ``<text>``, as SpokenData writes them."""

from __future__ import annotations

from talksearch.errors import TranscriptParseError
from talksearch.formats.base import Format, Head, Reading
from talksearch.formats.json_text import time_of, voice_of
from talksearch.formats.xml_tree import begins_with, local_name, parse_xml
from talksearch.model import Cue, Document
from talksearch.patterns import pattern

_SIGNATURE = pattern(r"<segment>\s*<(?:start|speaker|text)>")


def _sniff(head: Head) -> bool:
    return begins_with(head, _SIGNATURE)


def _parse(document: Document) -> Reading:
    cues = []
    for element in parse_xml(document).iter():
        if local_name(element) == "segment":
            told = {local_name(child): (child.text or "").strip() for child in element}
            label = voice_of(told.get("speaker"))
            start, end = time_of(told.get("start")), time_of(told.get("end"))
            cues.append(Cue(told.get("text", ""), start, end, label))
    if not any(cue.text for cue in cues):
        raise TranscriptParseError("says who speaks when, but not what", document.source)
    return Reading(tuple(cues))


FORMAT = Format(
    name="segments-xml",
    title="SpokenData XML",
    sniff=_sniff,
    parse=_parse,
)
