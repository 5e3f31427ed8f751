"""Transcriber (.trs): turns with synchronization points, and who the speakers are.

http://trans.sourceforge.net/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from talksearch.errors import TranscriptParseError
from talksearch.formats.base import Format, Head, Metadata, Reading
from talksearch.formats.xml_tree import Element, begins_with, local_name, parse_xml
from talksearch.model import Cue, Document
from talksearch.patterns import pattern
from talksearch.timecode import seconds_to_ms

_ROOT = pattern(r"<Trans\s")


def _sniff(head: Head) -> bool:
    return begins_with(head, _ROOT)


def _parse(document: Document) -> Reading:
    root = parse_xml(document)
    names: dict[str, str] = {}
    cues: list[Cue] = []
    for element in root.iter():
        name = local_name(element)
        if name == "speaker" and element.get("id"):
            names[element.get("id", "")] = element.get("name", "")
        elif name == "turn":
            cues += _turn(element, names)
    if not cues:
        raise TranscriptParseError("no <Turn> with text", document.source)
    return Reading(
        tuple(cues), Metadata(language=root.get("{http://www.w3.org/XML/1998/namespace}lang"))
    )


def _turn(turn: Element, names: dict[str, str]) -> Iterator[Cue]:
    """A cue for each synchronization point; of several speakers, ``<Who nb=>`` says which."""
    ids = turn.get("speaker", "").split()
    labels = [names.get(key) or key for key in ids]
    label = " & ".join(labels) or None
    start = seconds_to_ms(turn.get("startTime"))
    said = [turn.text or ""]
    pieces: list[tuple[int | None, str | None, str]] = []
    for child in turn:
        name = local_name(child)
        if name in ("sync", "who"):
            pieces.append((start, label, " ".join(said)))
            said = []
            number = child.get("nb", "")
            if name == "sync":
                start = seconds_to_ms(child.get("time"))
            elif re.fullmatch(r"[0-9]{1,4}", number) and 0 < int(number) <= len(labels):
                label = labels[int(number) - 1]
        # <Event>, <Background> and <Comment> are remarks; the text goes on behind them.
        said.append(child.tail or "")
    pieces.append((start, label, " ".join(said)))
    ends = [piece[0] for piece in pieces[1:]] + [seconds_to_ms(turn.get("endTime"))]
    for (begins, who, text), end in zip(pieces, ends, strict=True):
        if text.strip():
            yield Cue(text, begins, end, who)


FORMAT = Format(
    name="transcriber",
    title="Transcriber",
    suffixes=(".trs",),
    sniff=_sniff,
    parse=_parse,
)
