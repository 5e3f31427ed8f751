"""EXMARaLDA (.exb): a tier for each speaker, of events between points of a common time line.

https://exmaralda.org/
"""

from __future__ import annotations

from talksearch.errors import TranscriptParseError
from talksearch.formats.base import Format, Head, Metadata, Reading
from talksearch.formats.xml_tree import Element, begins_with, parse_xml
from talksearch.model import Cue, Document
from talksearch.patterns import pattern
from talksearch.timecode import seconds_to_ms

_ROOT = pattern(r"<basic-transcription[\s>]")


def _sniff(head: Head) -> bool:
    return begins_with(head, _ROOT)


def _parse(document: Document) -> Reading:
    root = parse_xml(document)
    names = {each.get("id"): each.findtext("abbreviation") for each in root.iter("speaker")}
    times = [(each.get("id"), seconds_to_ms(each.get("time"))) for each in root.iter("tli")]
    order = {key: n for n, (key, _) in enumerate(times)}
    moments = dict(times)
    events: list[tuple[int, Cue]] = []
    for tier in root.iter("tier"):
        if tier.get("type") != "t":  # the others describe it, or translate
            continue
        key = tier.get("speaker")
        for event in tier.iter("event"):
            start, end = event.get("start"), event.get("end")
            cue = Cue(_text(event), moments.get(start), moments.get(end), names.get(key) or key)
            events.append((order.get(start, 0), cue))
    if not any(cue.text.strip() for _, cue in events):
        raise TranscriptParseError("no tier of what is said (type t) has text", document.source)
    events.sort(key=lambda event: event[0])
    title = root.findtext("head/meta-information/transcription-name")
    return Reading(tuple(cue for _, cue in events), Metadata(title=title))


def _text(event: Element) -> str:
    return "".join(event.itertext())


FORMAT = Format(name="exmaralda", title="EXMARaLDA", suffixes=(".exb",), sniff=_sniff, parse=_parse)
