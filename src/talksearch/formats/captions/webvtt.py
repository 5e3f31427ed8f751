"""WebVTT, with its voices: ``<v Name>`` names who speaks until another voice does.

https://www.w3.org/TR/webvtt1/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from talksearch.errors import TranscriptParseError
from talksearch.formats.base import Format, Head, Metadata, Reading
from talksearch.formats.captions.lines import (
    Caption,
    labelled_cues,
    read_captions,
    rolls,
    shown_once,
    unroll,
)
from talksearch.formats.decode import decode
from talksearch.formats.labels import with_strangers
from talksearch.model import Cue, Document
from talksearch.patterns import pattern
from talksearch.references import unescape

_HEADER = pattern(r"\s*WEBVTT(?=\s|$)")
_LANGUAGE = pattern(r"^Language:[ \t]*([A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*)[ \t]*$", re.MULTILINE)
# <v.loud Name>, </v>, <c.red>, <lang en>, and the word times <00:01:02.000>; "<3" is text.
_TAG = pattern(
    r"<(?P<end>/?)(?P<name>[A-Za-z]+)(?:\.[^\s.<>]*)*(?:\s+(?P<note>[^<>]*))?/?>|</>|<[\d:.]+>"
)
_WORD_TIME = pattern(r"<\d\d:\d\d[\d:.]*>")


def _sniff(head: Head) -> bool:
    return _HEADER.match(head.text) is not None


def _parse(document: Document) -> Reading:
    text = decode(document)
    captions = read_captions(text, blank_ends=True)
    if not captions:
        raise TranscriptParseError("no caption times (00:00.000 -->)", document.source, line=1)
    captions = shown_once(captions, _plain)
    if rolls(captions) or _WORD_TIME.search(text):
        unroll(captions, _plain)
    voiced = [list(_voices(caption)) for caption in captions]
    if any(label is not None for parts in voiced for label, _ in parts):
        cues = with_strangers(
            Cue(said, caption.start_ms, caption.end_ms, label)
            for caption, parts in zip(captions, voiced, strict=True)
            for label, said in parts
        )
    else:
        # No voices at all: names are written into the text, as in SubRip.
        plain = ((caption, [_plain(line) for line in caption.lines]) for caption in captions)
        cues = labelled_cues(plain)
    language = _LANGUAGE.search(text, 0, 1000)
    return Reading(cues, Metadata(language=language[1] if language else None))


def _plain(text: str) -> str:
    return unescape(_TAG.sub("", text)).strip()


def _voices(caption: Caption) -> Iterator[tuple[str | None, str]]:
    """The caption's text by voice; text outside of any has none."""
    payload = "\n".join(caption.lines)
    label = caption.voice
    said: list[str] = []
    at = 0
    for tag in _TAG.finditer(payload):
        said.append(payload[at : tag.start()])
        at = tag.end()
        if tag["name"] not in ("v", "V"):
            continue
        if any(said):
            yield label, unescape("".join(said))
        said.clear()
        name = " ".join(unescape(tag["note"] or "").split())
        # A voice without a name is nobody's; the end of one leaves it open who goes on.
        label = None if tag["end"] else name
    said.append(payload[at:])
    yield label, unescape("".join(said))


FORMAT = Format(
    name="vtt",
    title="WebVTT",
    media_types=("text/vtt", "text/webvtt", "application/vtt"),
    suffixes=(".vtt", ".webvtt"),
    sniff=_sniff,
    parse=_parse,
)
