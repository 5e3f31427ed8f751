"""MicroDVD (.sub): ``{first frame}{last frame}text|second line``.

The frame rate is told in the first line or nowhere. Where it is not, there are no times: between
23.976 and 29.97 frames a second an hour is shifted by twelve minutes.

https://en.wikipedia.org/wiki/MicroDVD
"""

from __future__ import annotations

from talksearch.errors import TranscriptParseError
from talksearch.formats.base import Format, Head, Reading
from talksearch.formats.captions.lines import Caption, labelled_cues
from talksearch.formats.decode import decode
from talksearch.model import Document
from talksearch.patterns import pattern

_LINE = pattern(r"[ \t]*\{(\d{1,8})\}\{(\d{0,8})\}(.*)")
_STYLE = pattern(r"\{[A-Za-z]:[^{}]*\}")
_RATE = pattern(r"\d{2,3}(?:[.,]\d{1,6})?")


def _sniff(head: Head) -> bool:
    return _LINE.fullmatch(head.first_line) is not None


def _parse(document: Document) -> Reading:
    rate: float | None = None
    captions: list[tuple[Caption, list[str]]] = []
    for row in decode(document).split("\n"):
        match = _LINE.fullmatch(row)
        if match is None:
            if captions and row.strip():
                captions[-1][1].append(row.strip())
            continue
        said = _STYLE.sub("", match[3]).strip()
        if not captions and rate is None and _RATE.fullmatch(said):
            rate = float(said.replace(",", "."))
            continue
        lines = [line for part in said.split("|") if (line := part.strip().removeprefix("/"))]
        captions.append((Caption(_ms(match[1], rate), _ms(match[2], rate)), lines))
    if not captions:
        raise TranscriptParseError("no line like {0}{25}text", document.source)
    return Reading(labelled_cues(captions))


def _ms(frame: str, rate: float | None) -> int | None:
    return round(int(frame) * 1000 / rate) if rate and frame else None


FORMAT = Format(
    name="microdvd",
    title="MicroDVD",
    suffixes=(".sub",),
    sniff=_sniff,
    parse=_parse,
)
