"""Which lines of a document name who speaks, where a colon does not say so.

Each is decided over the whole document: one line alone may be a heading, a list, or an answer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from talksearch.formats.labels import LABEL_LENGTH, candidate, is_full
from talksearch.formats.line import LETTERED, Line
from talksearch.patterns import pattern

__all__ = ["settle_names", "settle_untimed"]

_BRACKETED = pattern(
    rf"\[(?P<name>[^:\[\]\n]{{1,{LABEL_LENGTH}}})\]\s+(?P<text>[^\s:].*)", re.DOTALL
)
# "[Name]" with no time beside it, or with one that is none: "[Name] (0:010 - 0:11)".
_UNTIMED = pattern(
    rf"\[(?P<name>[^:\[\]\n]{{1,{LABEL_LENGTH}}})\]\s*+(?:\([\d:.,\s–—-]*+\)\s*+)?:?"
)
_WORD = pattern(r"\w+")


def settle_names(lines: Sequence[Line]) -> None:
    """Give the lines their names, or take away what is none."""
    _settle_headers(lines)
    _settle_alone(lines)
    _settle_letters(lines)


def _settle_headers(lines: Sequence[Line]) -> None:
    """``[00:12] Text`` is a header only if the text then comes, without a time of its own."""
    for line, after in zip(lines, [*lines[1:], None], strict=True):
        if line.alone and (after is None or after.opens or after.start_ms is not None):
            line.name, line.text = None, line.raw
            line.header = line.marked = line.alone = False


# Of what stands beside times that have a line to themselves: that these are names, and not the
# captions of a player, is seen by what else there is between two times.
_BESIDE_TIMES = 0.8


def _settle_alone(lines: Sequence[Line]) -> None:
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


def settle_untimed(lines: Iterable[Line], believed: set[str]) -> None:
    """``[Ana]`` alone is a turn of hers, where others have a time: of nobody else, "[laughs]" is
    one."""
    for line in lines:
        if line.name is None and line.raw[:1] == "[" and (match := _UNTIMED.fullmatch(line.raw)):
            name = candidate(match["name"])
            if name in believed:
                line.name, line.text, line.header = name, "", True
