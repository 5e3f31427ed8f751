"""Lines of text to cues: the layouts that people use for transcripts, whatever the file around.

    Name: text                  [00:12:34] Name: text            Name  12:34        (a header line,
    Name (00:12:34): text       00:12:34 text                    text                then the text)

    Name                        00:12:34:05 - 00:12:40:21        Name
    00:12                       Name                             text      (or a blank line above
    text                        text                                        it: a paragraph each)

    Q. text                     [Name] text
    A. text

The paragraphs after a labelled one have no label: whose they are is not decided here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from talksearch.formats.furniture import is_signature
from talksearch.formats.labels import LABEL_LENGTH, believe
from talksearch.formats.line import Line
from talksearch.formats.naming import settle_names, settle_untimed
from talksearch.model import Cue, Kind
from talksearch.patterns import pattern
from talksearch.timecode import TIMECODE, parse_timecode

__all__ = ["read_dialogue"]

_INSIDE = pattern(rf"\s*\[({TIMECODE})\]\s*")
# "Break: [12:34]", "Song extract: [12:34] to [12:50]": marks of the editor. "Ana: 12:34." is an
# answer. What stands in the brackets may be no time, as "[00:12:34:01]" or "[12:34" are: nobody
# says it.
_AT = r"[^\w\[]*\[\d+:[\d:.,]+"
_MARKER = pattern(
    rf"""[\W_]*(?: break: | \w+:{_AT} | \w+\s\w+:{_AT}(?=\W+to\b) ) [\W_]*
     (?P<to>to\b[\W_]*)? (?:{TIMECODE})? [\W_]*""",
    re.IGNORECASE | re.VERBOSE,
)


# "00:12 text" is a layout if a good part of the lines have it; else it's "10:30 was too late".
_TIMED_SHARE = 0.25
# Without a name nearly all have to: show notes list their chapters with times, too.
_OPENING = 5  # lines: a title, a table of contents
_ONLY_TIMED_SHARE = 0.6
# Labels in fewer than one of twenty-five paragraphs: an article in which some lines have a colon.
_LABELLED_SHARE = 0.04


def read_dialogue(lines: Sequence[Line], *, wrapped: bool = True) -> tuple[Cue, ...] | None:
    """The cues, if the lines are a transcript: somebody is named, or the lines have times.

    ``wrapped``: a line goes on in the next; else each line is a paragraph.
    """
    lines = [line for line in lines if not is_signature(line.whole)]
    lines = [line for n, line in enumerate(lines) if not (n and _says_time(lines[n - 1], line))]
    if not lines:
        return None
    settle_names(lines)
    paragraphs = sum(line.opens for line in lines) or 1
    found = Counter(line.name for line in lines if line.name is not None)
    believed: set[str] = set()
    if found:
        marked = {line.name for line in lines if line.marked and line.name is not None}
        spoken = "\n".join(line.raw for line in lines)
        first = next((line.name for line in lines[:_OPENING] if line.marked), None)
        timed_names = {line.name for line in lines if line.timed and line.name is not None}
        believed = believe(found, spoken, paragraphs, marked, timed_names, opening=first)
        turns = sum(found[name] for name in believed)
        if turns < _LABELLED_SHARE * paragraphs and first not in believed:
            believed = set()
        settle_untimed(lines, believed)
        _settle_times(lines, believed)
    worded = sum(line.opens and bool(line.raw) for line in lines) or 1
    timed = sum(line.start_ms is not None for line in lines)
    trust_times = timed >= _TIMED_SHARE * worded
    if not believed and timed < _ONLY_TIMED_SHARE * worded:
        return None
    return _without_head(tuple(_cues(lines, believed, trust_times, wrapped)))


def _without_head(cues: tuple[Cue, ...]) -> tuple[Cue, ...]:
    """Where every turn has a time, what stands above the first is not said: the title and date of
    a meeting, keywords, who is there."""
    first = next((n for n, cue in enumerate(cues) if cue.label or cue.start_ms is not None), 0)
    if not first or any(cue.label and cue.start_ms is None for cue in cues):
        return cues
    head = (cue if cue.kind else replace(cue, kind=Kind.PROSE) for cue in cues[:first])
    return (*head, *cues[first:])


# What YouTube's transcript has for those who cannot see, below "1:06": it is copied with the rest.
_SECONDS = pattern(r"(?:(\d+) hours?,? )?(?:(\d+) minutes?,? )?(\d+) seconds?")


def _says_time(before: Line, line: Line) -> bool:
    if before.start_ms is None or before.raw:
        return False
    match = _SECONDS.fullmatch(line.whole) if len(line.whole) < LABEL_LENGTH else None
    if match is None:
        return False
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return (hours * 60 + minutes) * 60 + seconds == before.start_ms // 1000


def _settle_times(lines: Sequence[Line], believed: set[str]) -> None:
    """A line that is nothing but a time, above somebody's turn, says when that is, be there ever so
    few: Meet has one each five minutes."""
    for line, after in pairwise(lines):
        if line.bare and not line.raw and line.whole.count(":") == 2 and after.name in believed:
            line.bare = False


def _cues(
    lines: Iterable[Line], believed: set[str], trust_times: bool, wrapped: bool
) -> Iterable[Cue]:
    label: str | None = None
    start: int | None = None
    end: int | None = None
    kind: Kind | None = None
    said: list[str] = []

    def flush() -> Iterable[Cue]:
        nonlocal label, start, end
        text = " ".join(said)
        if not text:
            return  # a label or a time by itself belongs to what follows
        yield from _split_at_times(Cue(text, start, end, label, kind))
        said.clear()
        label = start = end = None

    for line in lines:
        if marker := _marker(line):
            yield from flush()
            # What is played, unless it has ended, is not said by whoever spoke before.
            label = "" if line.bold and not marker["to"] else None
            start = end = None
            continue
        named = line.name is not None and line.name in believed
        # "**Movie extract:** …" is nobody's name, and nothing that the one before says.
        stranger = (line.bold or line.change) and not named and bool(believed)
        time = line.start_ms
        if named and line.name_ms is not None:
            time = line.name_ms
        elif line.bare and not trust_times:
            time = None
        timed = time is not None
        text = line.text if named else line.whole if line.bare and not timed else line.raw
        if named or stranger or timed or line.opens or not wrapped or line.kind is not kind:
            yield from flush()
            kind = line.kind
        if named:
            label = line.name
        elif stranger:
            label = ""
        if timed:
            start, end = time, line.end_ms
        if text:
            said.append(text)
    yield from flush()


def _marker(line: Line) -> re.Match[str] | None:
    # Whoever has nothing to say but a time says nothing.
    if line.header or len(line.raw) >= LABEL_LENGTH:
        return None
    may = line.name is not None or line.raw[:5].lower() == "break"
    return _MARKER.fullmatch(line.raw) if may else None


def _split_at_times(cue: Cue) -> Iterable[Cue]:
    """A time stamp within a paragraph begins a new cue."""
    if "[" not in cue.text:
        yield cue
        return
    pieces = _INSIDE.split(cue.text)
    label, start = cue.label, cue.start_ms
    for at in range(0, len(pieces), 2):
        time = parse_timecode(pieces[at - 1]) if at else None
        start = start if time is None else time
        if pieces[at]:
            last = at == len(pieces) - 1
            yield Cue(pieces[at], start, cue.end_ms if last else None, label, cue.kind)
            label = start = None
