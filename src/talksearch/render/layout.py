"""Lines of text for a terminal: colours, widths, breaks, and scripts that run from right to left.

Widths are counted in cells: an ideograph takes two, a mark above a letter none.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from talksearch.patterns import pattern

__all__ = ["BEGIN", "END", "Style", "inert", "isolated", "joined", "minute"]

BEGIN, END = "\ue000", "\ue001"
"""Private use characters, which stand for the marks of what matched while lines are broken."""

_RESET = "\x1b[0m"
_INDENT = "   "

# A character is a cell in all of these: Latin, Greek, Cyrillic, Armenian, usual punctuation.
_PLAIN = pattern("[ -~¡-¬®-ʯͰ-҂Ҋ-֏‐-‧‰-⁞₠-⃀℀-←]*")
# May be broken before and after. Hangul is not: Korean has spaces.
_IDEOGRAPH = pattern(
    "[\u2e80-\u30ff\u3105-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\uff01-\uff60\uffe0-\uffe6\U00020000-\U0003ffff]"
)
_FIRST_IDEOGRAPH = "\u2e80"
# https://www.w3.org/TR/jlreq/#characters_not_starting_a_line
_NO_START = frozenset(
    ",.;:!?)]}%”’…、。，．・：；！？）］｝」』】〕〉》％ー々〜～ゝゞヽヾ"
    "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
)
_NO_END = frozenset("([{“‘（［｛「『【〔〈《")
_ADDRESS = pattern(r"://|^www\.")
# What matched, with a space in it.
_RUNS_ON = pattern(rf"{BEGIN}[^{END}]*\s")

_RIGHT_TO_LEFT = pattern(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
# https://www.unicode.org/reports/tr9/#Explicit_Directional_Isolates
_LEFT, _RIGHT, _FIRST, _POP = "\u2066", "\u2067", "\u2068", "\u2069"
_ISOLATE = pattern(f"[{_LEFT}{_RIGHT}{_FIRST}][^{_POP}]*{_POP}")
_JOINERS = "\u200c\u200d"


def minute(moment: str) -> str:
    """A moment in UTC as a local one, to the minute."""
    return dt.datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M")


@dataclass(frozen=True, slots=True)
class Style:
    """How wide lines are, and whether they have colours."""

    colour: bool = False
    width: int = 88

    def bold(self, text: str) -> str:
        return f"\x1b[1m{text}{_RESET}" if self.colour and text else text

    def dim(self, text: str) -> str:
        return f"\x1b[2m{text}{_RESET}" if self.colour and text else text

    @property
    def marks(self) -> tuple[str, str]:
        """What stands around what matched."""
        return ("\x1b[1;33m", _RESET) if self.colour else ("**", "**")

    def wrap(self, text: str, indent: str = _INDENT, first: str | None = None) -> Iterator[str]:
        """The text in lines of the style's width, each behind the indent (the first one behind
        ``first``), with ``marks`` for BEGIN and END, set anew in every line.

        An address is never cut, whatever its length: it could not be followed any more.
        """
        left, right = _around(_bare(text))
        begin, end = self.marks
        lead = indent if first is None else first
        within = False
        room = self.width - len(indent)
        for line in self._plain_lines(text, room) or self._lines(text, self._cells(text), room):
            if within or BEGIN in line:
                line = BEGIN + line if within else line
                within = _opened(line, within)
                line = (line + END if within else line).replace(BEGIN, begin).replace(END, end)
            yield f"{lead}{left}{line}{right}"
            lead = indent

    def parts(self, parts: Sequence[str], first: str) -> Iterator[str]:
        """Parts in a row, a dot between two; the first is bold. A line ends between two parts, if
        it can. ``first`` begins the first line, an indent the others."""
        cells = self._cells("".join(parts))
        lead, line, used = first, "", 0
        for number, part in enumerate(filter(None, parts)):
            alone = isolated(part)
            size, shown = cells(alone), alone if number else self.bold(alone)
            if line and len(lead) + used + 3 + size <= self.width:
                line, used = f"{line} · {shown}", used + 3 + size
                continue
            if line:
                yield lead + line
                lead = _INDENT
            if len(lead) + size <= self.width:
                line, used = shown, size
                continue
            # A line does not know what the one before it is isolated from.
            lines = self._lines(inert(part), cells, self.width - len(_INDENT))
            *whole, line = map(isolated, lines)
            used = cells(line)
            if not number:
                whole, line = [self.bold(each) for each in whole], self.bold(line)
            for each in whole:
                yield lead + each
                lead = _INDENT
        yield lead + line

    def _cells(self, text: str) -> Callable[[str], int]:
        """What measures a part of this text."""
        mark = self._mark

        def plain(part: str) -> int:
            return len(part) + (mark - 1) * (part.count(BEGIN) + part.count(END))

        bare = _bare(text)
        if _is_plain(bare):
            return len if bare is text else plain
        from wcwidth import width  # takes 50 ms, and few texts need it

        def any_script(part: str) -> int:
            bare = _bare(part)
            return width(bare) + mark * (len(part) - len(bare))

        return any_script

    @property
    def _mark(self) -> int:
        """How many cells a mark takes."""
        return 0 if self.colour else len(self.marks[0])

    def _plain_lines(self, text: str, room: int) -> list[str]:
        """The lines of a text of which every character takes a cell, every word fits and nothing
        that matched runs on from one word to the next: most passages. Five times as fast; none
        where it is another text."""
        shown = text
        if BEGIN in text:
            stars = "*" * self._mark
            shown = text.replace(BEGIN, stars).replace(END, stars)
            longest = max(map(len, shown.split()), default=0)
            if longest > room - 2 * self._mark or _RUNS_ON.search(text):
                return []
        if not _is_plain(shown):
            return []
        lines, at, line = [], 0, " ".join(shown.split())
        while len(line) - at > room:
            end = line.rfind(" ", at, at + room + 1)
            if end < 0:
                return []
            lines.append(line[at:end])
            at = end + 1
        lines.append(line[at:])
        if shown is text:
            return lines
        words = iter(text.split())
        return [" ".join(islice(words, line.count(" ") + 1)) for line in lines]

    def _lines(self, text: str, cells: Callable[[str], int], room: int) -> Iterator[str]:
        mark, marked = cells(BEGIN), BEGIN in text
        # Where what matched goes on in the next line, this one ends with a mark, and that begins
        # with one.
        longest = room - 2 * mark if marked else room
        line, used, within = "", 0, False
        for gap, piece, size in _pieces(text, cells, longest):
            opened = marked and _opened(piece, within)
            if line and used + len(gap) + size + mark * opened > room:
                yield line
                line, used, gap = "", mark * within, ""
            line += gap + piece
            used += len(gap) + size
            within = opened
        yield line


def _opened(piece: str, before: bool) -> bool:
    """Whether a mark is open behind a piece."""
    if BEGIN in piece or END in piece:
        return piece.rfind(BEGIN) > piece.rfind(END)
    return before


def _bare(text: str) -> str:
    return text.replace(BEGIN, "").replace(END, "") if BEGIN in text or END in text else text


def _is_plain(text: str) -> bool:
    """Whether every character takes a cell."""
    if text.isascii() and text.isprintable():
        return True
    return _PLAIN.fullmatch(text) is not None


_Piece = tuple[str, str, int]
"""What is not to be broken: what stands before it where it begins no line, itself, its cells."""


def _pieces(text: str, cells: Callable[[str], int], room: int) -> Iterator[_Piece]:
    ideographs = _has_ideographs(text)
    gap = ""
    for word in text.split():
        for piece in _unspaced(word) if ideographs else (word,):
            size = cells(piece)
            if size <= room or _ADDRESS.search(piece):
                yield gap, piece, size
                gap = ""
                continue
            for part in _cut(piece, cells, room):
                yield gap, part, cells(part)
                gap = ""
        gap = " "


def _has_ideographs(text: str) -> bool:
    bare = _bare(text)
    # Most texts need not wait until the expression is compiled.
    return max(bare, default="") >= _FIRST_IDEOGRAPH and _IDEOGRAPH.search(bare) is not None


def _unspaced(word: str) -> Iterator[str]:
    """A word of a script without spaces, in what must stay together: no line begins with a full
    stop, or ends with an opening bracket."""
    piece = waiting = before = ""
    for letter in _graphemes(word):
        if letter == BEGIN:
            waiting += letter
        elif letter == END:
            piece += letter
        else:
            if piece and _breaks(before, letter):
                yield piece
                piece = ""
            piece += waiting + letter
            waiting, before = "", letter
    yield piece + waiting


def _breaks(before: str, after: str) -> bool:
    if after[0] in _NO_START or before[0] in _NO_END:
        return False
    return bool(_IDEOGRAPH.match(before) or _IDEOGRAPH.match(after))


def _cut(word: str, cells: Callable[[str], int], room: int) -> Iterator[str]:
    """A word that is longer than a line."""
    part, used = "", 0
    for whole in _graphemes(word):
        # Somebody put together what is wider than a line: its characters are not.
        for letter in (whole,) if cells(whole) <= room else whole:
            size = cells(letter)
            if part and used + size > room:
                yield part
                part, used = "", 0
            part, used = part + letter, used + size
    yield part


def _graphemes(word: str) -> Iterable[str]:
    if word.isascii():
        return word
    from wcwidth import iter_graphemes

    return iter_graphemes(word)


# --- what a terminal could misunderstand ----------------------------------------------------------


def inert(text: str) -> str:
    """One line that a terminal shows and does not obey: no controls, no overrides of direction."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in _JOINERS else " " for c in text)


def isolated(text: str) -> str:
    """The text, inert, so that its direction does not reorder what stands beside it in the line."""
    text = inert(text)
    return f"{_FIRST}{text}{_POP}" if _RIGHT_TO_LEFT.search(text) else text


def joined(parts: Iterable[str | None], between: str = " · ") -> str:
    """The parts that there are, each isolated."""
    return between.join(isolated(part) for part in parts if part)


def _around(text: str) -> tuple[str, str]:
    """What keeps each line of a text in the text's direction, whatever it happens to begin with."""
    if text.isascii():
        return "", ""
    text = _ISOLATE.sub("", text)
    if not _RIGHT_TO_LEFT.search(text):
        return "", ""
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind in ("R", "AL"):
            return _RIGHT, _POP
        if kind == "L":
            break
    return _LEFT, _POP
