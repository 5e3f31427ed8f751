"""Plain text: a transcript in one of the layouts of ``dialogue``, or else prose in paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from talksearch.formats.base import Format, Head, Metadata, Reading
from talksearch.formats.decode import decode
from talksearch.formats.dialogue import read_dialogue
from talksearch.formats.furniture import drop_furniture, is_signature
from talksearch.formats.labels import LABEL_LENGTH, is_full
from talksearch.formats.line import LETTERED, Line, scan
from talksearch.model import Cue, Document
from talksearch.patterns import pattern

__all__ = ["FORMAT", "read"]


def _sniff(head: Head) -> bool:
    return False  # anything may be plain text: that is no signature


def _parse(document: Document) -> Reading:
    return read(decode(document))


def read(text: str) -> Reading:
    """The cues of a text, whose line ends are ``\\n``."""
    rows = _stamped_before(_part_turns(text.replace("<|endoftext|>", "\n").split("\n")))
    rows = ["" if is_signature(row.strip()) else row for row in rows]  # also no title, and no prose
    title, at = _title(rows)
    metadata = Metadata(title=title)
    # Nobody says the title; in prose it is a line like the others.
    lines = _lines([*rows[:at], *rows[at + 1 :]] if title else rows)
    cues = read_dialogue(lines, wrapped=_is_wrapped(rows))
    if cues is not None:
        return Reading(cues, metadata)
    return Reading(tuple(Cue(text) for text in _paragraphs(rows)), metadata, spoken=False)


# "how did it begin .Kern: In a shed", "you were— Kern: Nine": a line break that was lost, with what
# ended the line, be it the number of a note or a page.
_INSIDE = pattern(
    r"""(?: (?<=[.?!…)\]”"’]) (?P<number>\d{0,3}) [ ]{0,2} | (?<=[—–-]) [ ]{1,2} | [ ]?\. )
    (?P<name>[A-Z][\w'’-]{1,30}):[ ](?=\S)""",
    re.VERBOSE,
)
_MIN_TURNS = 5


def _part_turns(rows: list[str]) -> list[str]:
    """Two turns on one line become two lines, where that goes on through a whole document."""
    found = (match for row in rows for match in _INSIDE.finditer(row))
    inside = Counter(match["name"] for match in found if _after_label(match))
    usual = {name for name, count in inside.items() if count >= _MIN_TURNS}
    # As many turns begin within a line as at the beginning of one: that is how it was set.
    if not usual or sum(inside[name] for name in usual) * 4 < len(rows):
        return rows

    def parted(match: re.Match[str]) -> str:
        turn = match["name"] in usual and _after_label(match)
        return f"{match['number'] or ''}\n{match['name']}: " if turn else match[0]

    return [part for row in rows for part in _INSIDE.sub(parted, row).split("\n")]


# f4 and MAXQDA have the time at which a paragraph ends behind it: "I: How old? #00:01:02-3#".
_MARKED = pattern(r"#(\d\d:[0-5]\d:[0-5]\d)(?:-(\d))?#")
_LAST = pattern(r"\[(\d{1,2}(?::[0-5]\d){1,2}(?:\.\d{1,3})?)\]\s*")


def _stamped_before(rows: list[str]) -> list[str]:
    """Times behind the paragraphs become times before the next ones."""
    if any("#" in row for row in rows):
        rows = [_MARKED.sub(lambda at: f"[{at[1]}.{at[2] or 0}]", row) for row in rows]
    worded = [row for row in rows if row.strip()]
    if sum(_last(row) is not None for row in worded) <= _STAMPED_SHARE * len(worded):
        return rows
    moved: list[str] = []
    time = ""
    for row in rows:
        match = _last(row)
        moved.append(f"{time} {row[: match.start()] if match else row}" if row.strip() else row)
        if row.strip():
            time = match[0].strip() if match else ""
    return moved


_STAMPED_SHARE = 0.6


def _last(row: str) -> re.Match[str] | None:
    at = row.rfind("[")
    return _LAST.fullmatch(row, at) if at > 0 and row[:at].strip() else None


def _after_label(match: re.Match[str]) -> bool:
    """Does the line begin with somebody else's turn? "DR. BO: yes" has only one."""
    return 0 <= match.string.find(":", 0, LABEL_LENGTH) < match.start()


def _lines(rows: list[str]) -> list[Line]:
    found: list[Line] = []
    blank = True
    for row in rows:
        if row.strip():
            found.append(scan(row, opens=blank))
            blank = False
        else:
            blank = True
    return found


_TITLE_LENGTH = 120


def _title(rows: list[str]) -> tuple[str | None, int]:
    """The first line, if it stands alone like one, only there, and says nothing more; and where it
    is."""
    at = next((n for n, row in enumerate(rows) if row.strip()), None)
    if at is None or at + 1 >= len(rows) or rows[at + 1].strip():
        return None, 0
    title = " ".join(rows[at].split())
    if is_full(title) and any(title == " ".join(row.split()) for row in rows[at + 1 :]):
        return None, 0
    line = scan(rows[at])
    if len(title) > _TITLE_LENGTH or title.endswith((".", ":", ",", ";")):
        return None, 0
    if title.endswith("?") and LETTERED.fullmatch(title):
        return None, 0
    return (None, 0) if line.name is not None or line.start_ms is not None else (title, at)


def _paragraphs(rows: list[str]) -> list[str]:
    rows = drop_furniture(rows)
    wrapped = _is_wrapped(rows)
    paragraphs: list[list[str]] = []
    goes_on = False
    for row in rows:
        text = row.strip()
        if text and goes_on and wrapped and not _BULLET.match(text):
            paragraphs[-1].append(text)
        elif text:
            paragraphs.append([text])
        goes_on = bool(text)
    return list(map(" ".join, paragraphs))


_BULLET = pattern(r"(?:[-*•‣–]|\d{1,3}[.)])\s")


def _is_wrapped(rows: list[str]) -> bool:
    """Were lines broken at a width, so that only a blank line ends a paragraph?

    Then lines that another follows are nearly as long as the longest; where a line is a paragraph,
    or an item of a list, they are of any length.
    """
    followed = [len(row.rstrip()) for row, after in pairwise(rows) if row.strip() and after.strip()]
    if not followed:
        return False
    width = max(followed)
    return 40 <= width <= 120 and sum(n > width * 0.7 for n in followed) * 2 > len(followed)


FORMAT = Format(
    name="text",
    title="plain text",
    media_types=("text/plain",),
    suffixes=(".txt", ".text"),
    sniff=_sniff,
    parse=_parse,
)
