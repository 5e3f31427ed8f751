"""SAMI (.smi): ``<SYNC Start=ms>``, shown until the next one. HTML, and as ill-formed.

https://learn.microsoft.com/previous-versions/windows/desktop/dnacc/understanding-sami-1.0
"""

from __future__ import annotations

import re

from talksearch.errors import TranscriptParseError
from talksearch.formats.base import Format, Head, Metadata, Reading
from talksearch.formats.captions.lines import Caption, labelled_cues
from talksearch.formats.decode import decode
from talksearch.model import Document
from talksearch.patterns import pattern
from talksearch.references import unescape

_ROOT = pattern(r"\s*<SAMI\b", re.IGNORECASE)
_SYNC = pattern(r"<SYNC\s[^>]{0,200}?Start\s*=\s*[\"']?(\d{1,10})[^>]{0,200}>", re.IGNORECASE)
_TITLE = pattern(r"<TITLE>([^<]{1,300})</TITLE>", re.IGNORECASE)
_COMMENT = pattern(r"<!?--")
_BREAK = pattern(r"<(?:br|p)\b[^<>]{0,200}>", re.IGNORECASE)
_TAG = pattern(r"</?[A-Za-z][^<>]{0,500}>")


def _sniff(head: Head) -> bool:
    return _ROOT.match(head.text) is not None


def _parse(document: Document) -> Reading:
    text = _without_comments(decode(document))
    syncs = list(_SYNC.finditer(text))
    if not syncs:
        raise TranscriptParseError("no <SYNC Start=…>", document.source)
    captions: list[tuple[Caption, list[str]]] = []
    for number, sync in enumerate(syncs):
        after = syncs[number + 1] if number + 1 < len(syncs) else None
        inside = text[sync.end() : after.start() if after else len(text)]
        parts = _BREAK.sub("\0", " ".join(inside.split())).split("\0")
        plain = (unescape(_TAG.sub("", part)).strip() for part in parts)
        caption = Caption(int(sync[1]), int(after[1]) if after else None)
        captions.append((caption, [line for line in plain if line]))
    title = _TITLE.search(text)
    return Reading(labelled_cues(captions), Metadata(title=title[1] if title else None))


def _without_comments(text: str) -> str:
    parts: list[str] = []
    at = 0
    while match := _COMMENT.search(text, at):
        end = text.find("-->", match.end())
        if end < 0:
            break
        parts.append(text[at : match.start()])
        at = end + 3
    return "".join(parts) + text[at:]


FORMAT = Format(
    name="sami",
    title="SAMI captions",
    media_types=("application/x-sami", "application/smil"),
    suffixes=(".smi", ".sami"),
    sniff=_sniff,
    parse=_parse,
)
