"""Hyperaudio's pages: every word a ``<span data-m= data-d=>``, when it begins and how long it is in
ms, and ``<span class="speaker">`` before a speaker's words.

https://github.com/hyperaudio/hyperaudio-lite
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from talksearch.errors import TranscriptParseError
from talksearch.formats.base import Format, Head, Metadata, Reading
from talksearch.formats.decode import decode
from talksearch.formats.html_blocks import HEADINGS, parse_html
from talksearch.formats.timed_words import TimedWord, cues_of_words
from talksearch.model import Document
from talksearch.patterns import pattern
from talksearch.timecode import parse_ms

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_WORD = pattern(r"<(?:span|a)\s[^<>]{0,200}?\bdata-m\s*=\s*[\"']?\d")
_LINK = pattern(r"<(/?)a(?=\s|>)", re.IGNORECASE)  # older ones have their words in links
_SPEAKER = pattern(r"\bspeaker\b")


def _sniff(head: Head) -> bool:
    return len(_WORD.findall(head.text)) > 1


def _parse(document: Document) -> Reading:
    tree = parse_html(_LINK.sub(r"<\1span", decode(document)), ("data-m", "data-d"))
    words = list(_words(tree.css("[data-m]")))
    if not words:
        raise TranscriptParseError("no word with its time (data-m)", document.source)
    title = tree.css_first("title")
    return Reading(cues_of_words(words), Metadata(title=title.text().strip() if title else None))


def _words(nodes: list[LexborNode]) -> Iterator[TimedWord]:
    label: str | None = None
    for node in nodes:
        text = node.text()
        if _SPEAKER.search(node.attributes.get("class") or ""):
            label = text.strip(" []:\xa0\n\t") or None
            continue
        start, length = (parse_ms(node.attributes.get(name)) for name in ("data-m", "data-d"))
        # A heading between two turns has a time as well; whoever spoke before does not say it.
        whose = None if node.tag in HEADINGS else label
        yield TimedWord(text, start, None if start is None else start + (length or 0), whose)


FORMAT = Format(
    name="hyperaudio",
    title="Hyperaudio pages",
    sniff=_sniff,
    parse=_parse,
)
