"""Podlove Simple Transcripts: speeches of a speaker, made of timed items.

https://podlove.org/simple-transcripts
"""

from __future__ import annotations

from collections.abc import Iterator

from talksearch.errors import TranscriptParseError
from talksearch.formats.base import Format, Head, Reading
from talksearch.formats.timed_words import TimedWord, cues_of_words
from talksearch.formats.xml_tree import (
    Element,
    attribute,
    begins_with,
    local_name,
    parse_xml,
    text_lines,
)
from talksearch.model import Document
from talksearch.patterns import pattern
from talksearch.timecode import parse_timecode

_SPEECH = frozenset({"speech"})
_SIGNATURE = pattern(r"<(?:[\w.-]+:)?transcripts\b[^>]*podlove\.org/simple-transcripts")


def _sniff(head: Head) -> bool:
    return begins_with(head, _SIGNATURE)


def _parse(document: Document) -> Reading:
    root = parse_xml(document)
    # The items are words in many files: they make sentences again.
    cues = cues_of_words(_items(root))
    if not cues:
        raise TranscriptParseError("no <item> with text", document.source)
    return Reading(cues)


def _items(root: Element) -> Iterator[TimedWord]:
    for speech in root.iter():
        if local_name(speech) != "speech":
            continue
        label: str | None = None
        for child in speech:
            name = local_name(child)
            if name not in ("speaker", "item"):
                continue
            # A speech in an item has its own turn here.
            said = " ".join(text_lines(child, silent=_SPEECH))
            if name == "speaker":
                label = said or attribute(child, "name")
            else:
                start, end = child.get("start", ""), child.get("end", "")
                yield TimedWord(said, parse_timecode(start), parse_timecode(end), label)


FORMAT = Format(
    name="podlove-xml",
    title="Podlove Simple Transcripts",
    sniff=_sniff,
    parse=_parse,
)
