"""SubRip (.srt), as it is found: without numbers, with dots for commas, without blank lines."""

from __future__ import annotations

from talksearch.errors import TranscriptParseError
from talksearch.formats.base import Format, Head, Reading
from talksearch.formats.captions.lines import (
    labelled_cues,
    read_captions,
    rolls,
    shown_once,
    unroll,
)
from talksearch.formats.decode import decode
from talksearch.model import Document
from talksearch.patterns import pattern
from talksearch.references import unescape

# <i>, <font color=…>, {\an8}; "<3" and "{sic}" are text.
_MARKUP = pattern(r"</?[A-Za-z][^<>]*>|\{\\[^{}]*\}")
_BEGINS = pattern(r"\s*(?:\d+[ \t]*\n)?[ \t]*\d{1,3}:\d\d:\d\d[.,:]\d{1,3}[ \t]*-{1,3}>")


def _sniff(head: Head) -> bool:
    return _BEGINS.match(head.text) is not None


def _plain(line: str) -> str:
    return unescape(_MARKUP.sub("", line)).strip()


def _parse(document: Document) -> Reading:
    captions = read_captions(decode(document), blank_ends=False)
    if not captions:
        raise TranscriptParseError("no caption times (00:00:00,000 -->)", document.source, line=1)
    captions = shown_once(captions, _plain)
    if rolls(captions):  # YouTube's, made from WebVTT
        unroll(captions, _plain)
    plain = ((caption, [_plain(line) for line in caption.lines]) for caption in captions)
    return Reading(labelled_cues(plain))


FORMAT = Format(
    name="srt",
    title="SubRip",
    media_types=("application/x-subrip", "application/srt", "text/srt", "text/x-srt"),
    suffixes=(".srt",),
    sniff=_sniff,
    parse=_parse,
)
