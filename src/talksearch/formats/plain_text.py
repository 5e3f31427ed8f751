"""Plain text: a transcript in one of the layouts of ``dialogue``, or else prose in paragraphs."""

from __future__ import annotations

import re
from itertools import pairwise

from talksearch.formats.base import Format, Head, Metadata, Reading
from talksearch.formats.decode import decode
from talksearch.formats.dialogue import Line, read_dialogue, scan
from talksearch.formats.furniture import drop_furniture
from talksearch.model import Cue, Document


def _sniff(head: Head) -> bool:
    return False  # anything may be plain text: that is no signature


def _parse(document: Document) -> Reading:
    rows = decode(document).replace("<|endoftext|>", "\n").split("\n")
    metadata = Metadata(title=_title(rows))
    cues = read_dialogue(_lines(rows), wrapped=_is_wrapped(rows))
    if cues is not None:
        return Reading(cues, metadata)
    return Reading(tuple(Cue(text) for text in _paragraphs(rows)), metadata, spoken=False)


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


def _title(rows: list[str]) -> str | None:
    """The first line, if it stands alone like one and says nothing more."""
    at = next((n for n, row in enumerate(rows) if row.strip()), None)
    if at is None or at + 1 >= len(rows) or rows[at + 1].strip():
        return None
    title = " ".join(rows[at].split())
    line = scan(rows[at])
    if len(title) > _TITLE_LENGTH or title.endswith((".", ":", ",", ";")):
        return None
    return None if line.name is not None or line.start_ms is not None else title


def _paragraphs(rows: list[str]) -> list[str]:
    rows = drop_furniture(rows)
    wrapped = _is_wrapped(rows)
    paragraphs: list[str] = []
    goes_on = False
    for row in rows:
        text = row.strip()
        if text and goes_on and wrapped and not _BULLET.match(text):
            paragraphs[-1] += f" {text}"
        elif text:
            paragraphs.append(text)
        goes_on = bool(text)
    return paragraphs


_BULLET = re.compile(r"(?:[-*•‣–]|\d{1,3}[.)])\s")


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
