"""The HTML transcript of the podcast namespace: ``<cite>Name:</cite><time>0:00</time><p>text</p>``.

https://github.com/Podcastindex-org/podcast-namespace/blob/main/transcripts/transcripts.md#html
"""

from __future__ import annotations

import re

from talksearch.errors import TranscriptParseError
from talksearch.formats.base import Format, Head, Reading
from talksearch.formats.decode import decode
from talksearch.formats.html_blocks import HEADINGS, blocks, parse_html
from talksearch.formats.web_page import page_metadata
from talksearch.model import Cue, Document
from talksearch.patterns import pattern
from talksearch.timecode import TIMECODE, parse_timecode

_SIGNATURE = pattern(
    rf"<cite\b[^<>]{{0,200}}>[^<>]{{0,100}}</cite>\s*(?:<br\s*/?>\s*)?(?:<time\b|<p\b)"
    rf"|<time\b[^<>]{{0,200}}>\s*{TIMECODE}\s*</time>\s*(?:<br\s*/?>\s*)?<p\b",
    re.I,
)


def _sniff(head: Head) -> bool:
    return _SIGNATURE.search(head.text) is not None


def _parse(document: Document) -> Reading:
    page = parse_html(decode(document))
    cues: list[Cue] = []
    label: str | None = None
    start: int | None = None
    for block in blocks(page.body or page.root, apart=("cite", "time")) if page.root else ():
        if block.tag == "cite":
            label = block.text.strip().removesuffix(":").strip() or None
        elif block.tag == "time":
            start = parse_timecode(block.text.strip("[]() "))
        elif block.tag not in HEADINGS:
            cues.append(Cue(block.text, start, None, label))
            label = start = None  # a further paragraph goes on with the same speaker
    if not cues:
        raise TranscriptParseError("no paragraphs", document.source, line=1)
    return Reading(tuple(cues), page_metadata(page))


# No media type and no suffix of its own: text/html is said of every page, so only the signature
# tells.
FORMAT = Format(
    name="html-transcript",
    title="Podcasting 2.0 HTML",
    sniff=_sniff,
    parse=_parse,
)
