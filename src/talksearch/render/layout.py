"""Lines of text for a terminal: colours, widths, breaks, and scripts that run from right to left.

Widths are counted in cells: an ideograph takes two, a mark above a letter none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

__all__ = ["BEGIN", "END", "Style", "inert", "isolated", "joined"]

BEGIN, END = "\ue000", "\ue001"
"""Private use characters, which stand for the marks of what matched while lines are broken."""

_RESET = "\x1b[0m"

# A character is a cell in all of these: Latin, Greek, Cyrillic, Armenian, usual punctuation.
_PLAIN = re.compile("[ -~¡-¬®-ʯͰ-҂Ҋ-֏‐-‧‰-⁞₠-⃀℀-←]*")
# May be broken before and after. Hangul is not: Korean has spaces.
_IDEOGRAPH = re.compile(
    "[\u2e80-\u30ff\u3105-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\uff01-\uff60\uffe0-\uffe6\U00020000-\U0003ffff]"
)
# https://www.w3.org/TR/jlreq/#characters_not_starting_a_line
_NO_START = frozenset(
    ",.;:!?)]}%”’…、。，．・：；！？）］｝」』】〕〉》％ー々〜～ゝゞヽヾ"
    "ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"
)
_NO_END = frozenset("([{“‘（［｛「『【〔〈《")
_ADDRESS = re.compile(r"://|^www\.")

_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
# https://www.unicode.org/reports/tr9/#Explicit_Directional_Isolates
_LEFT, _RIGHT, _FIRST, _POP = "\u2066", "\u2067", "\u2068", "\u2069"
_ISOLATE = re.compile(f"[{_LEFT}{_RIGHT}{_FIRST}][^{_POP}]*{_POP}")
_JOINERS = "\u200c\u200d"


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

    def wrap(self, text: str, indent: str = "   ", first: str | None = None) -> Iterator[str]:
        """The text in lines of the style's width, each behind the indent (the first one behind
        ``first``), with ``marks`` for BEGIN and END, set anew in every line.

        An address is never cut, whatever its length: it could not be followed any more.
        """
        around = _around(text)
        lead = indent if first is None else first
        within = False
        for line in self._lines(text, self._cells(text), self.width - len(indent)):
            opened = BEGIN + line if within else line
            within = _opened(opened, within)
            closed = opened + END if within else opened
            begin, end = self.marks
            body = closed.replace(BEGIN, begin).replace(END, end)
            yield f"{lead}{around[0]}{body}{around[1]}"
            lead = indent

    def parts(self, parts: Sequence[str], first: str, indent: str = "   ") -> Iterator[str]:
        """Parts in a row, a dot between two; the first is bold. A line ends between two parts, if
        it can. ``first`` begins the first line, ``indent`` the others."""
        cells = self._cells("".join(parts))
        lead, line, used = first, "", 0
        for number, part in enumerate(map(isolated, filter(None, parts))):
            size, shown = cells(part), part if number else self.bold(part)
            if line and len(lead) + used + 3 + size <= self.width:
                line, used = f"{line} · {shown}", used + 3 + size
                continue
            if line:
                yield lead + line
                lead = indent
            if len(lead) + size <= self.width:
                line, used = shown, size
                continue
            *whole, line = self._lines(part, cells, self.width - len(indent))
            used = cells(line)
            if not number:
                whole, line = [self.bold(each) for each in whole], self.bold(line)
            for each in whole:
                yield lead + each
                lead = indent
        yield lead + line

    def _cells(self, text: str) -> Callable[[str], int]:
        """What measures a part of this text."""
        mark = 0 if self.colour else len(self.marks[0])

        def plain(part: str) -> int:
            return len(part) + (mark - 1) * (part.count(BEGIN) + part.count(END))

        if _PLAIN.fullmatch(text.replace(BEGIN, "").replace(END, "")):
            return plain
        from wcwidth import width  # takes 50 ms, and few texts need it

        def any_script(part: str) -> int:
            bare = part.replace(BEGIN, "").replace(END, "")
            return width(bare) + mark * (len(part) - len(bare))

        return any_script

    def _lines(self, text: str, cells: Callable[[str], int], room: int) -> Iterator[str]:
        mark = cells(BEGIN)
        # Where what matched goes on in the next line, this one ends with a mark, and that begins
        # with one.
        longest = room - 2 * mark if BEGIN in text else room
        line, used, within = "", 0, False
        for gap, piece in _pieces(text, cells, longest):
            size = cells(piece)
            opened = _opened(piece, within)
            if line and used + len(gap) + size + mark * opened > room:
                yield line
                line, used, gap = "", mark * within, ""
            line += (gap if line else "") + piece
            used += len(gap) + size
            within = opened
        yield line


def _opened(piece: str, before: bool) -> bool:
    """Whether a mark is open behind a piece."""
    if BEGIN in piece or END in piece:
        return piece.rfind(BEGIN) > piece.rfind(END)
    return before


def _pieces(text: str, cells: Callable[[str], int], room: int) -> Iterator[tuple[str, str]]:
    """What is not to be broken, each with what is before it where it begins no line."""
    ideographs = _IDEOGRAPH.search(text) is not None
    gap = ""
    for word in text.split():
        for piece in _unspaced(word) if ideographs else (word,):
            short = cells(piece) <= room or _ADDRESS.search(piece)
            for part in (piece,) if short else _cut(piece, cells, room):
                yield gap, part
                gap = ""
        gap = " "


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
    for letter in _graphemes(word):
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
    text = _ISOLATE.sub("", text)
    if not _RIGHT_TO_LEFT.search(text):
        return "", ""
    for letter in text:
        kind = unicodedata.bidirectional(letter)
        if kind in ("R", "AL"):
            return _RIGHT, _POP
        if kind == "L" and letter not in (BEGIN, END):
            break
    return _LEFT, _POP
