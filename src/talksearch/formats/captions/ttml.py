"""TTML, and DFXP and iTT as it was and is called: ``<p begin= end=>``, whose speaker is a
``ttm:agent``.

Apple Podcasts writes a ``<span>`` for every word, with nothing between them, times in mere seconds,
and agents that it declares nowhere.

https://www.w3.org/TR/ttml2/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from talksearch.errors import TranscriptParseError
from talksearch.formats.base import Format, Head, Metadata, Reading
from talksearch.formats.captions.lines import Caption, labelled_cues
from talksearch.formats.timed_words import TimedWord, cues_of_words
from talksearch.formats.xml_tree import (
    Element,
    attribute,
    begins_with,
    local_name,
    parse_xml,
    text_lines,
)
from talksearch.model import Cue, Document
from talksearch.patterns import pattern
from talksearch.timecode import parse_timecode, seconds_to_ms

_ROOT = pattern(r"<(?:[\w.-]+:)?tt[\s>]")
_OFFSET = pattern(r"(\d{1,12}(?:\.\d{1,9})?)(h|ms|m|s|f|t)")
_MS = {"h": 3_600_000, "m": 60_000, "s": 1000, "ms": 1}
_FRAMES = pattern(r"(\d{1,3}:\d\d:\d\d):(\d{1,3})(?:\.\d+)?")
_SILENT = frozenset({"metadata", "title", "desc", "copyright", "agent"})


def _sniff(head: Head) -> bool:
    return begins_with(head, _ROOT)


def _parse(document: Document) -> Reading:
    root = parse_xml(document)
    if local_name(root) != "tt":
        raise TranscriptParseError("not TTML: the first element is no <tt>", document.source)
    clock = _Clock(root)
    agents = _agents(root)
    captions: list[tuple[Caption, list[str]]] = []
    labels: list[str | None] = []
    for element, start, end, agent in _paragraphs(root, clock):
        label = agents.get(agent, agent) if agent else None
        if sentences := cues_of_words(_words(element, clock)):
            captions += [(Caption(cue.start_ms, cue.end_ms), [cue.text]) for cue in sentences]
            labels += [label] * len(sentences)
        else:
            captions.append((Caption(start, end), text_lines(element, silent=_SILENT)))
            labels.append(label)
    metadata = Metadata(title=_title(root), language=attribute(root, "lang") or None)
    if any(labels):
        cues = tuple(
            Cue(" ".join(lines), caption.start_ms, caption.end_ms, label)
            for (caption, lines), label in zip(captions, labels, strict=True)
        )
        return Reading(cues, metadata)
    return Reading(labelled_cues(captions), metadata)


_Timed = tuple[Element, int | None, int | None, str | None]


def _paragraphs(root: Element, clock: _Clock) -> Iterator[_Timed]:
    """Every ``<p>`` with its times; those of a ``<div>`` or the body begin when these do."""
    stack: list[tuple[Element, int, str | None]] = [(root, 0, None)]
    while stack:
        element, since, agent = stack.pop()
        name = local_name(element)
        begin = clock.ms(element.get("begin"))
        agent = attribute(element, "agent") or agent
        if name == "p":
            start = None if begin is None else since + begin
            yield element, start, _end(element, clock, start, since), agent
            continue
        since += begin or 0
        stack.extend((child, since, agent) for child in reversed(element))


def _words(paragraph: Element, clock: _Clock) -> Iterator[TimedWord]:
    for element in paragraph.iter():
        if attribute(element, "unit") == "word":
            text = " ".join("".join(element.itertext()).split())
            yield TimedWord(text, clock.ms(element.get("begin")), clock.ms(element.get("end")))


def _end(element: Element, clock: _Clock, start: int | None, since: int) -> int | None:
    end, length = clock.ms(element.get("end")), clock.ms(element.get("dur"))
    if end is not None:
        return since + end
    return None if start is None or length is None else start + length


def _agents(root: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in root.iter():
        if local_name(element) == "agent":
            names = [child for child in element if local_name(child) == "name"]
            key = attribute(element, "id")
            name = " ".join((names[0].text or "").split()) if names else ""
            if key:
                found[key] = name or key
    return found


def _title(root: Element) -> str | None:
    for element in root.iter():
        if local_name(element) == "title":
            return " ".join((element.text or "").split()) or None
    return None


class _Clock:
    """Time expressions: clock times with a fraction or frames, and offsets with a metric."""

    def __init__(self, root: Element) -> None:
        numerator, _, denominator = (attribute(root, "frameRateMultiplier") or "1 1").partition(" ")
        rate = _positive(attribute(root, "frameRate")) or Fraction(30)
        factor = (_positive(numerator) or 1) / (_positive(denominator) or Fraction(1))
        self.frame = 1000 / (rate * factor)
        ticks = _positive(attribute(root, "tickRate"))
        self.tick = 1000 / ticks if ticks else self.frame

    def ms(self, value: str | None) -> int | None:
        text = (value or "").strip()
        if match := _OFFSET.fullmatch(text):
            unit = {"f": self.frame, "t": self.tick}.get(match[2]) or _MS[match[2]]
            return round(Fraction(match[1]) * unit)
        if match := _FRAMES.fullmatch(text):
            whole = parse_timecode(match[1])
            return None if whole is None else whole + round(int(match[2]) * self.frame)
        return parse_timecode(text) if ":" in text else seconds_to_ms(text)


def _positive(text: str | None) -> Fraction | None:
    text = (text or "").strip()
    return Fraction(int(text)) if re.fullmatch(r"[1-9]\d{0,9}", text) else None


FORMAT = Format(
    name="ttml",
    title="TTML and DFXP captions",
    media_types=("application/ttml+xml", "application/ttaf+xml"),
    suffixes=(".ttml", ".dfxp", ".itt"),
    sniff=_sniff,
    parse=_parse,
)
