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
from dataclasses import dataclass, replace
from itertools import pairwise

from talksearch.formats.labels import (
    LABEL_LENGTH,
    UNKNOWN,
    believe,
    candidate,
    is_full,
    split_label,
)
from talksearch.model import SETTING, Cue, Kind
from talksearch.patterns import pattern
from talksearch.timecode import TIMECODE, parse_timecode

__all__ = ["LETTERED", "Line", "is_signature", "read_dialogue", "scan"]


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
_INSIDE = pattern(rf"\s*\[({TIMECODE})\]\s*")
_BRACKETED = pattern(
    rf"\[(?P<name>[^:\[\]\n]{{1,{LABEL_LENGTH}}})\]\s+(?P<text>[^\s:].*)", re.DOTALL
)
# "[Name]" with no time beside it, or with one that is none: "[Name] (0:010 - 0:11)".
_UNTIMED = pattern(
    rf"\[(?P<name>[^:\[\]\n]{{1,{LABEL_LENGTH}}})\]\s*+(?:\([\d:.,\s–—-]*+\)\s*+)?:?"
)
# "Break: [12:34]", "Song extract: [12:34] to [12:50]": marks of the editor. "Ana: 12:34." is an
# answer. What stands in the brackets may be no time, as "[00:12:34:01]" or "[12:34" are: nobody
# says it.
_AT = r"[^\w\[]*\[\d+:[\d:.,]+"
_MARKER = pattern(
    rf"""[\W_]*(?: break: | \w+:{_AT} | \w+\s\w+:{_AT}(?=\W+to\b) ) [\W_]*
     (?P<to>to\b[\W_]*)? (?:{TIMECODE})? [\W_]*""",
    re.IGNORECASE | re.VERBOSE,
)


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
_WORD = pattern(r"\w+")

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
    _settle_headers(lines)
    _settle_names(lines)
    _settle_letters(lines)
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
        _settle_untimed(lines, believed)
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


# What programs write above the first turn and below the last; it would be the end of what its
# speaker says.
_SIGNATURE = pattern(
    r"""\W*(?: transcribed\ by\W+(?:https?://)?(?:www\.)?otter\.ai
    | transcribed\ by\ turboscribe\.ai (?:\.\ go\ unlimited\ to\ remove\ this\ message)?
    | transcript(?:ion)?\ by\ rev\.com (?:\s+page\ \d+\ of\ \d+)?
    | this\ transcript\ was\ exported\ on\ .{1,40}\ view\ latest\ version\ here
    | sonix\ is\ the\ world.s\ most\ advanced\ automated\ transcription\b.{0,200}
    | sonix\ has\ many\ features\ that\ you.d\ love\b.{0,300}
    | automatically\ convert\ your\ .{1,40}\ files\ to\ text\ \(txt\ file\).{0,200}
    | transcription\ ended\ after\ [\d:]+
    | this\ editable\ transcript\ was\ computer\ generated\ and\ might\ contain\ errors
      (?:\.\ people\ can\ also\ change\ the\ text\ after\ it\ was\ created)?
    | (?-i:[A-Z])[^.:?!]{1,60}\ (?:started|stopped)\ transcription (?![.!?]) )\W*""",
    re.IGNORECASE | re.VERBOSE,
)


_LONGEST = 400
_IN_EACH = ("ranscri", "onix ", "utomatically ")  # this is asked of every line


def is_signature(text: str) -> bool:
    """Whether a line is what a program writes of itself."""
    if len(text) >= _LONGEST or not any(part in text for part in _IN_EACH):
        return False
    return _SIGNATURE.fullmatch(text) is not None


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


def _settle_headers(lines: Sequence[Line]) -> None:
    """``[00:12] Text`` is a header only if the text then comes, without a time of its own."""
    for line, after in zip(lines, [*lines[1:], None], strict=True):
        if line.alone and (after is None or after.opens or after.start_ms is not None):
            line.name, line.text = None, line.raw
            line.header = line.marked = line.alone = False


# Of what stands beside times that have a line to themselves: that these are names, and not the
# captions of a player, is seen by what else there is between two times.
_BESIDE_TIMES = 0.8


def _settle_names(lines: Sequence[Line]) -> None:
    """A name may have a line to itself: above the line of its time, below it, or above its text. Or
    it stands in brackets, "[HOST] text", where nearly every paragraph begins so: "[laughs]" too is
    in brackets."""
    times = [n for n, line in enumerate(lines) if line.start_ms is not None and not line.raw]
    above = [n - 1 for n in times if n and not _is_time(lines, n - 2) and _may_name(lines[n - 1])]
    below = [
        n + 1
        for n in times
        if n + 2 < len(lines) and _may_name(lines[n + 1]) and not _is_time(lines, n + 2)
    ]
    for places in (above, below):
        if len(places) > 1 and len(places) >= _BESIDE_TIMES * len(times):
            _name(lines, places)
            return
    opening = [n for n, line in enumerate(lines) if line.opens]
    alone = [
        n for n in opening if n + 1 < len(lines) and not lines[n + 1].opens and _may_name(lines[n])
    ]
    bracketed = {n: match for n in opening if (match := _BRACKETED.fullmatch(lines[n].raw))}
    if len(bracketed) > 1 and len(bracketed) >= _BESIDE_TIMES * len(opening):
        for n, match in bracketed.items():
            if lines[n].name is None and (name := candidate(match["name"])):
                lines[n].name, lines[n].text, lines[n].marked = name, match["text"], True
        return
    names = {lines[n].raw for n in alone}
    if len(alone) >= _BESIDE_TIMES * len(opening) and len(names) * 2 <= len(alone):
        _name(lines, alone)
    else:
        _settle_apart(lines)


# Somebody may go on below their name once more, or speak only once.
_TAKING_TURNS = 0.8


def _settle_apart(lines: Sequence[Line]) -> None:
    """A name may be a paragraph of its own, perhaps a heading, above what is said. That these are
    names, and no titles of chapters or lists, is seen by their coming again, in turns, each with a
    word that the text never has in small letters; one is a name in full or a role, and somebody
    asks. Below what comes once and may be a name in full nobody known speaks."""
    apart = [n for n, (line, after) in enumerate(pairwise(lines)) if line.opens and after.opens]
    apart = [n for n in apart if _may_name(lines[n])]
    count = Counter(lines[n].raw for n in apart)
    # "Absolutely" below a name is an answer; names in a row are who is there.
    below = Counter(lines[n].raw for n in set(apart).intersection(n + 1 for n in apart))
    names = {
        name
        for name, times in count.items()
        if times > 1 and below[name] * 2 < (times if is_full(name) else 1)
    }
    apart = [n for n in apart if lines[n].raw in names or not n or lines[n - 1].raw not in names]
    again = [n for n in apart if lines[n].raw in names]
    if len(names) < 2 or not any(is_full(name) for name in names):
        return
    turns = 1 + sum(lines[n].raw != lines[after].raw for n, after in pairwise(again))
    if turns < _TAKING_TURNS * len(again) or len(again) < _TAKING_TURNS * len(apart):
        return
    text = " ".join(line.raw for line in lines)
    small = {word for word in _WORD.findall(text) if word.islower()}
    if "?" not in text or any(small.issuperset(name.lower().split()) for name in names):
        return
    _name(lines, again)
    for n in apart:
        if lines[n].name is None and is_full(lines[n].raw):
            lines[n].change, lines[n].kind = True, None


# "Q. How did it begin?", "A) In a shed."
LETTERED = pattern(r"([^\W\d_])[.)]\s+(\S.*)", re.DOTALL)


def _settle_letters(lines: Sequence[Line]) -> None:
    """Depositions and oral histories have a letter for who asks, another for who answers, and no
    colon. A list has further ones."""
    found = {
        n: match
        for n, line in enumerate(lines)
        if line.name is None and (match := LETTERED.fullmatch(line.raw)) and match[1].isupper()
    }
    letters = [match[1] for match in found.values()]
    turns = sum(one != other for one, other in pairwise(letters))
    if len(set(letters)) != 2 or turns < max(3, _TAKING_TURNS * (len(letters) - 1)):
        return
    asked = Counter(match[1] for match in found.values() if "?" in match[2])
    if 4 * max(asked.values(), default=0) < len(letters):
        return
    for n, match in found.items():
        lines[n].name, lines[n].text, lines[n].marked = match[1], match[2], True


def _is_time(lines: Sequence[Line], n: int) -> bool:
    return n >= 0 and lines[n].start_ms is not None and not lines[n].raw


def _may_name(line: Line) -> bool:
    return line.name is None and line.start_ms is None and candidate(line.raw) is not None


def _name(lines: Sequence[Line], places: Iterable[int]) -> None:
    for n in places:
        line = lines[n]
        line.name, line.text = candidate(line.raw), ""
        line.header = line.marked = True


def _settle_times(lines: Sequence[Line], believed: set[str]) -> None:
    """A line that is nothing but a time, above somebody's turn, says when that is, be there ever so
    few: Meet has one each five minutes."""
    for line, after in pairwise(lines):
        if line.bare and not line.raw and line.whole.count(":") == 2 and after.name in believed:
            line.bare = False


def _settle_untimed(lines: Iterable[Line], believed: set[str]) -> None:
    """``[Ana]`` alone is a turn of hers, where others have a time: of nobody else, "[laughs]" is
    one."""
    for line in lines:
        if line.name is None and line.raw[:1] == "[" and (match := _UNTIMED.fullmatch(line.raw)):
            name = candidate(match["name"])
            if name in believed:
                line.name, line.text, line.header = name, "", True


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
