"""LRC: ``[mm:ss.xx]`` before each line, several where it is repeated.

https://en.wikipedia.org/wiki/LRC_(file_format)
"""

from __future__ import annotations

import re

from talksearch.errors import TranscriptParseError
from talksearch.formats.base import Format, Head, Metadata, Reading
from talksearch.formats.captions.lines import Caption, labelled_cues
from talksearch.formats.decode import decode
from talksearch.model import Document
from talksearch.patterns import pattern

_LINE = pattern(r"[ \t]*((?:\[\d{1,3}:[0-5]?\d(?:[.:]\d{1,3})?\])+)(.*)")
_TIME = pattern(r"\[(\d{1,3}):(\d{1,2})(?:[.:](\d{1,3}))?\]")
_WORD_TIME = pattern(r"<\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?>")
_TAG = pattern(r"^\[([a-z#]{2,8}):[ \t]*([^\]\n]*)\][ \t]*$", re.MULTILINE)


def _sniff(head: Head) -> bool:
    rows = [row for row in head.text.splitlines()[:50] if row.strip()]
    rows = [row for row in rows if not _TAG.match(row)][:-1]
    # Hundredths of a second: transcripts for people have whole ones.
    timed = sum(bool(_LINE.fullmatch(row)) and "." in row.partition("]")[0] for row in rows)
    return timed > 1 and timed == len(rows)


def _parse(document: Document) -> Reading:
    text = decode(document)
    tags = {match[1]: match[2].strip() for match in _TAG.finditer(text)}
    shift = int(tags["offset"]) if re.fullmatch(r"[+-]?\d{1,7}", tags.get("offset", "")) else 0
    lines: list[tuple[int, str]] = []
    for row in text.split("\n"):
        if match := _LINE.fullmatch(row):
            said = _WORD_TIME.sub("", match[2]).strip()
            # A positive offset shows the lines sooner.
            lines += [(max(0, _ms(time) - shift), said) for time in _TIME.finditer(match[1])]
    if not any(said for _, said in lines):
        raise TranscriptParseError("no line after a time ([00:12.30])", document.source)
    lines.sort(key=lambda line: line[0])
    ends: list[int | None] = [start for start, _ in lines[1:]]
    captions = (
        (Caption(start, end), [said])
        for (start, said), end in zip(lines, [*ends, None], strict=True)
        if said
    )
    metadata = Metadata(title=tags.get("ti") or None, show=tags.get("al") or None)
    return Reading(labelled_cues(captions), metadata)


def _ms(time: re.Match[str]) -> int:
    return (int(time[1]) * 60 + int(time[2])) * 1000 + int((time[3] or "0").ljust(3, "0"))


FORMAT = Format(
    name="lrc",
    title="LRC",
    suffixes=(".lrc",),
    sniff=_sniff,
    parse=_parse,
)
