"""SubViewer and YouTube's SBV: ``start,end`` on a line, then the text; ``[br]`` parts its lines."""

from __future__ import annotations

import re

from talksearch.errors import TranscriptParseError
from talksearch.formats.base import Format, Head, Metadata, Reading
from talksearch.formats.captions.lines import Caption, caption_time, labelled_cues
from talksearch.formats.decode import decode
from talksearch.model import Document
from talksearch.patterns import pattern

_TIME = r"\d{1,3}:[0-5]\d:[0-5]\d[.:]\d{1,3}"
_TIMES = pattern(rf"[ \t]*({_TIME})[ \t]*,[ \t]*({_TIME})[ \t]*")
_BROKEN = pattern(r"[ \t]*\d{1,3}:[\d:.\w]{4,12},\d{1,3}:[\d:.\w]{4,12}[ \t]*")
_FIRST = pattern(rf"(?:^|\n){_TIMES.pattern}(?:\n|$)")
_TITLE = pattern(r"^\[TITLE\][ \t]*(\S.*)$", re.MULTILINE)
_LINE_BREAK = pattern(r"\[br\]", re.IGNORECASE)


def _sniff(head: Head) -> bool:
    if head.first_line.strip() in ("[INFORMATION]", "[SUBTITLE]"):
        return _FIRST.search(head.text) is not None
    return _TIMES.fullmatch(head.first_line) is not None


def _parse(document: Document) -> Reading:
    text = decode(document)
    captions: list[tuple[Caption, list[str]]] = []
    for row in text.split("\n"):
        if match := _TIMES.fullmatch(row):
            captions.append((Caption(caption_time(match[1]), caption_time(match[2])), []))
        elif _BROKEN.fullmatch(row):
            captions.append((Caption(None, None), []))
        elif captions:
            captions[-1][1].extend(
                line for part in _LINE_BREAK.split(row) if (line := part.strip())
            )
    if not captions:
        raise TranscriptParseError("no caption times (0:00:00.000,0:00:01.000)", document.source)
    title = _TITLE.search(text)
    return Reading(labelled_cues(captions), Metadata(title=title[1] if title else None))


FORMAT = Format(
    name="sbv",
    title="SubViewer and YouTube SBV",
    suffixes=(".sbv",),
    sniff=_sniff,
    parse=_parse,
)
