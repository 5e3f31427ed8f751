"""YouTube's timedtext: ``<text start= dur=>`` in seconds, or ``<p t= d=>`` in ms (srv3)."""

from __future__ import annotations

import re

from talksearch.errors import TranscriptParseError
from talksearch.formats.base import Format, Head, Reading
from talksearch.formats.captions.lines import Caption, labelled_cues
from talksearch.formats.xml_tree import Element, begins_with, local_name, parse_xml, text_lines
from talksearch.model import Document
from talksearch.patterns import pattern
from talksearch.references import unescape
from talksearch.timecode import parse_ms, seconds_to_ms

_SIGNATURE = pattern(
    r"<(?:transcript|timedtext)\b[^>]*>\s*(?:<head>.*?</head>\s*)?(?:<body>\s*)?<(?:text|p|w)\s",
    re.DOTALL,
)
_TAG = pattern(r"</?[A-Za-z][^<>]*>")
_CAPTIONS = frozenset({"text", "p"})


def _sniff(head: Head) -> bool:
    return begins_with(head, _SIGNATURE)


def _parse(document: Document) -> Reading:
    root = parse_xml(document)
    captions: list[tuple[Caption, list[str]]] = []
    for element in root.iter():
        if local_name(element) in _CAPTIONS:
            # The text of the elements is escaped twice. One in another is a caption by itself.
            lines = text_lines(element, silent=_CAPTIONS)
            plain = (_TAG.sub("", unescape(line)) for line in lines)
            captions.append((_caption(element), [line for line in plain if line.strip()]))
    if not captions:
        raise TranscriptParseError("no <text start=> and no <p t=>", document.source)
    return Reading(labelled_cues(captions))


def _caption(element: Element) -> Caption:
    if local_name(element) == "p":
        start, length = parse_ms(element.get("t")), parse_ms(element.get("d"))
    else:
        start = seconds_to_ms(element.get("start"))
        length = seconds_to_ms(element.get("dur"))
    return Caption(start, None if start is None or length is None else start + length)


FORMAT = Format(
    name="youtube-xml",
    title="YouTube timedtext XML",
    suffixes=(".srv1", ".srv2", ".srv3"),
    sniff=_sniff,
    parse=_parse,
)
