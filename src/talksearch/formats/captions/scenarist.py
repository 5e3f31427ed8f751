"""Scenarist SCC: the bytes of closed captions (CEA-608), two to a frame, as hexadecimal.

The first service of the first field is read (the second is another language), pop-on, paint-on and
roll-up. https://www.govinfo.gov/content/pkg/CFR-2010-title47-vol1/pdf/CFR-2010-title47-vol1-sec15-119.pdf
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from talksearch.errors import TranscriptParseError
from talksearch.formats.base import Format, Head, Reading
from talksearch.formats.captions.lines import Caption, labelled_cues
from talksearch.formats.decode import decode
from talksearch.model import Document
from talksearch.patterns import pattern

_HEADER = pattern(r"\s*Scenarist_SCC V1\.0")
_ROW = pattern(r"[ \t]*(\d\d):(\d\d):(\d\d)([:;.])(\d\d)\s+([0-9A-Fa-f \t]+)")
_FRAME_MS = 1001 / 30

_BASIC = {0x2A: "á", 0x5C: "é", 0x5E: "í", 0x5F: "ó", 0x60: "ú"}
_BASIC |= {0x7B: "ç", 0x7C: "÷", 0x7D: "Ñ", 0x7E: "ñ", 0x7F: "█"}
_SPECIAL = "®°½¿™¢£♪à èâêîôû"  # 11 30 to 11 3f
_SPANISH = "ÁÉÓÚÜü‘¡*'—©℠•“”ÀÂÇÈÊËëÎÏïÔÙùÛ«»"  # 12 20 to 12 3f
_GERMAN = "ÃãÍÌìÒòÕõ{}\\^_|~ÄäÖöß¥¤│ÅåØø┌┐└┘"  # 13 20 to 13 3f

_LOAD, _BACKSPACE, _ROLL_UP, _PAINT = 0x20, 0x21, (0x25, 0x26, 0x27), 0x29
_ERASE_SHOWN, _RETURN, _ERASE_LOADED, _SHOW = 0x2C, 0x2D, 0x2E, 0x2F


def _sniff(head: Head) -> bool:
    return _HEADER.match(head.text) is not None


def _parse(document: Document) -> Reading:
    screen = _Screen()
    for row in decode(document).split("\n"):
        if match := _ROW.fullmatch(row.rstrip()):
            for frame, pair in _frames(match):
                screen.take(frame, *pair)
    screen.erase(None)
    if not screen.captions:
        raise TranscriptParseError("no captions behind a time code", document.source)
    pairs = ((caption, caption.lines) for caption in screen.captions)
    return Reading(labelled_cues(pairs))


def _frames(row: re.Match[str]) -> Iterator[tuple[int, tuple[int, int]]]:
    """The pairs of bytes of a row, without their parity bits, and when each is sent in ms."""
    hours, minutes, seconds, frame = (int(row[group]) for group in (1, 2, 3, 5))
    counted = ((hours * 60 + minutes) * 60 + seconds) * 30 + frame
    if row[4] == ";":  # drop-frame: two numbers a minute are left out, but every tenth
        counted -= 2 * (hours * 60 + minutes - (hours * 60 + minutes) // 10)
    for number, word in enumerate(row[6].split()):
        if len(word) == 4:
            code = int(word, 16) & 0x7F7F
            yield round((counted + number) * _FRAME_MS), (code >> 8, code & 0xFF)


class _Screen:
    """What a decoder loads and shows."""

    def __init__(self) -> None:
        self.captions: list[Caption] = []
        self._lines: list[list[str]] = [[]]  # of characters
        self._since: int | None = None
        self._direct = False  # paint-on and roll-up: shown as it comes
        self._last: tuple[int, int] | None = None
        self._other_service = False

    def take(self, now: int, first: int, second: int) -> None:
        if 0x10 <= first <= 0x1F:
            # Codes are sent twice, to be safe.
            if (first, second) == self._last:
                self._last = None
                return
            self._last = (first, second)
            self._other_service = first >= 0x18
            if not self._other_service:
                self._code(now, first, second)
            return
        self._last = None
        if not self._other_service:
            self._write(now, "".join(_BASIC.get(c, chr(c)) for c in (first, second) if c >= 0x20))

    def _code(self, now: int, first: int, second: int) -> None:
        if second >= 0x40:  # where the next text stands: another line
            self._lines.append([])
        elif first == 0x11 and second >= 0x30:
            self._write(now, _SPECIAL[second - 0x30])
        elif first in (0x12, 0x13) and second >= 0x20:
            # Comes after a plain character for older decoders, in the place of that.
            self._backspace()
            self._write(now, (_SPANISH if first == 0x12 else _GERMAN)[second - 0x20])
        elif first == 0x11:  # italics, colours: stand for a space
            self._write(now, " ")
        elif first in (0x14, 0x15):
            self._command(now, second)

    def _command(self, now: int, command: int) -> None:
        if command == _LOAD:
            self._flush(now)
            self._direct = False
        elif command in (*_ROLL_UP, _PAINT):
            self._flush(now)
            self._direct = True
        elif command == _BACKSPACE:
            self._backspace()
        elif command == _ERASE_SHOWN:
            self.erase(now)
        elif command == _RETURN:
            self._flush(now)
        elif command == _ERASE_LOADED and not self._direct:
            self._lines = [[]]
        elif command == _SHOW:
            self._end(now)
            self._show(now)

    def _write(self, now: int, text: str) -> None:
        if self._since is None and text.strip():
            self._since = now
        self._lines[-1] += text

    def _backspace(self) -> None:
        del self._lines[-1][-1:]

    def erase(self, now: int | None) -> None:
        self._flush(now)
        self._end(now)

    def _flush(self, now: int | None) -> None:
        """What was shown as it came is a caption from its first character on."""
        if self._direct:
            if any("".join(line).strip() for line in self._lines):
                self._end(now)
            self._show(self._since)

    def _show(self, since: int | None) -> None:
        lines = [" ".join("".join(line).split()) for line in self._lines]
        if any(lines):
            self.captions.append(Caption(since, None, [line for line in lines if line]))
        self._lines = [[]]
        self._since = None

    def _end(self, now: int | None) -> None:
        if self.captions and self.captions[-1].end_ms is None:
            self.captions[-1].end_ms = now


FORMAT = Format(
    name="scc",
    title="Scenarist SCC",
    media_types=("application/x-scc",),
    suffixes=(".scc",),
    sniff=_sniff,
    parse=_parse,
)
