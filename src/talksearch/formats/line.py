"""A line of a transcript, and what it may be, seen by itself: a name and what is said, a time.

The document it is in decides what it is (``naming``, ``dialogue``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from talksearch.formats.labels import LABEL_LENGTH, UNKNOWN, candidate, split_label
from talksearch.model import SETTING, Kind
from talksearch.patterns import pattern
from talksearch.timecode import TIMECODE, parse_timecode

__all__ = ["LETTERED", "Line", "scan"]


@dataclass(slots=True)
class Line:
    """A line and what it may be."""

    whole: str
    """All of it."""
    raw: str
    """All but the time that it begins with: what was said, if the name is none."""
    text: str
    """What was said, if there is a name."""
    name: str | None = None
    name_ms: int | None = None
    """A time that stands beside the name, and is one only if the name is."""
    start_ms: int | None = None
    end_ms: int | None = None
    opens: bool = False
    """It begins a paragraph."""
    marked: bool = False
    """The name is set apart: bold, or with a time beside it."""
    timed: bool = False
    """A time in brackets stands between the name and its colon."""
    bold: bool = False
    """What may be a name is set in bold, with a colon: somebody else begins, whoever it is."""
    change: bool = False
    """The one before does not say it, named or not: it begins with ">>", or is below "Credits"."""
    header: bool = False
    """The name is all there is; what follows is the text."""
    alone: bool = False
    """A time and what may be a name, or else a few words."""
    bare: bool = False
    """The time has no brackets: it may be a word of the text."""
    kind: Kind | None = None


# Programs that cut films count frames behind the seconds.
_STAMP = rf"(?:\d\d:[0-5]\d:[0-5]\d[:;]\d\d(?!\d)|{TIMECODE})"
_FRAMES = pattern(r"(?<=\d\d:\d\d:\d\d)[:;]\d\d$")
_RANGE = rf"\s*(?:-+>|[-–—])\s*{_STAMP}"
_LEADING = pattern(
    rf"""\s*(?: [\[(（] \s*(?P<start>{_STAMP}) (?P<to>{_RANGE})? \s*[\])）] :?
         | (?P<bare>{_STAMP}) (?: (?P<bare_to>{_RANGE})(?=\s*$) | (?=\s|$) ) )
     [ \t]* (?:[-–—]\s+)? (?P<rest>.*)""",
    re.VERBOSE | re.DOTALL,
)
# Teams wrote the times above a name so: 0:1:2.345 --> 0:1:9.87
_TEAMS = pattern(r"\s*(\d{1,2}:\d{1,2}:\d{1,2}\.\d{1,9}) --> (\d{1,2}:\d{1,2}:\d{1,2}\.\d{1,9})\s*")
# "Name [00:12]: text", "[Name] (00:12 - 00:20)", and the header line of Otter: "Name  00:12".
_BESIDE = pattern(
    rf"""\[?(?P<name>[^:\[\]()（）\n]{{1,{LABEL_LENGTH}}}?)\]?\s*
     [\[(（]\s*(?P<time>{TIMECODE})(?:\s*[-–—]+>?\s*{TIMECODE})?\s*[\])）]\s*(?P<colon>[:：])?
     (?P<text>.*)""",
    re.VERBOSE | re.DOTALL,
)
_HEADER = pattern(
    rf"(?P<name>[^:\n]{{1,{LABEL_LENGTH}}}?)\s+(?:[-–—|]\s+)?(?P<time>{TIMECODE})\s*:?\s*"
)
# What Temi has behind the name and a tab; "Ana: 12:30 was late" is an answer.
_TABBED = pattern(rf"(?P<time>{TIMECODE})\t\s*(?P<text>.*)", re.DOTALL)
# Zoom's "[Name] 14:05:30" is a time of day.
_OF_DAY = pattern(rf"\[(?P<name>[^:\[\]\n]{{1,{LABEL_LENGTH}}})\] \d\d:[0-5]\d:[0-5]\d")
# "Q. How did it begin?", "A) In a shed."
LETTERED = pattern(r"([^\W\d_])[.)]\s+(\S.*)", re.DOTALL)


def scan(line: str, *, opens: bool = False, kind: Kind | None = None) -> Line:
    """What a line may be, seen by itself."""
    if not line.isprintable():
        line = line.translate(SETTING)  # marks of direction stand around labels and times
    line = _WIDE_TIME.sub(r"[\1]", line)
    stripped = line.strip().removeprefix(">>").lstrip()
    change = line.lstrip().startswith(">>")
    found = Line(stripped, stripped, stripped, opens=opens, kind=kind, change=change)
    if " --> " in line:
        line = _TEAMS.sub(_padded, line)
    if stripped[:1] in _TIME_BEGINS and (match := _LEADING.match(line)):
        start = _time(match["start"] or match["bare"])
        if start is not None:
            found.start_ms, found.bare = start, match["bare"] is not None
            if to := match["to"] or match["bare_to"]:
                found.end_ms = _time(to.lstrip(" \t->–—"))
                found.bare = False
            found.text = match["rest"].strip()
            found.raw = found.text
    if found.text.startswith(UNKNOWN):
        found.raw = found.text = found.text.removeprefix(UNKNOWN).lstrip()
        found.change = True
    text = found.text
    if not text:
        return found
    head = text[: LABEL_LENGTH + 20]
    if text[-1] in _TIME_ENDS and len(head) == len(text) and (match := _HEADER.fullmatch(text)):
        time, name = parse_timecode(match["time"]), candidate(match["name"])
        if name and time is not None:
            # Some exports put 0:00 before such a header: the header's own time is meant.
            found.name, found.name_ms, found.text = name, time, ""
            found.marked = found.header = True
            return found
    if text[0] == "[" and (match := _OF_DAY.fullmatch(text)) and (name := candidate(match["name"])):
        found.name, found.text = name, ""
        found.marked = found.header = True
        return found
    if ("[" in head or "(" in head or "（" in head) and (match := _BESIDE.match(text)):
        time, name = parse_timecode(match["time"]), candidate(match["name"])
        if name and time is not None:
            found.name, found.name_ms, found.text = name, time, match["text"].strip()
            found.marked, found.header = True, not found.text
            found.timed = match["colon"] is not None
            return found
    if labelled := split_label(text):
        found.name, found.text = labelled
        if found.start_ms is None and (match := _TABBED.match(found.text)):
            found.start_ms, found.text = parse_timecode(match["time"]), match["text"].strip()
        found.marked, found.header = found.start_ms is not None, not found.text
    elif found.start_ms is not None and len(text) <= LABEL_LENGTH and (name := candidate(text)):
        found.name, found.text = name, ""
        found.marked = found.header = found.alone = True
    return found


def _time(stamp: str) -> int | None:
    return parse_timecode(_FRAMES.sub("", stamp))


def _padded(match: re.Match[str]) -> str:
    def time(text: str) -> str:
        hours, minutes, seconds = text.split(":")
        whole, _, fraction = seconds.partition(".")
        return f"{hours:0>2}:{minutes:0>2}:{whole:0>2}.{fraction}"

    return f"{time(match[1])} --> {time(match[2])}"


_TIME_BEGINS = frozenset("0123456789[(（")
_WIDE_TIME = pattern(rf"[［【]\s*({TIMECODE})\s*[］】]")
_TIME_ENDS = frozenset("0123456789:")
