"""What Whisper prints: ``[00:00:00.000 --> 00:00:03.170]   Hello``, a line for each segment.

whisper.cpp can print single tokens, some of them parts of a word: two spaces part a token from its
times, and one that begins a word has a space of its own.
"""

from __future__ import annotations

from talksearch.errors import TranscriptParseError
from talksearch.formats.base import Format, Head, Reading
from talksearch.formats.captions.lines import Caption, labelled_cues
from talksearch.formats.decode import decode
from talksearch.formats.timed_words import TimedWord, cues_of_words
from talksearch.model import Document
from talksearch.patterns import pattern
from talksearch.timecode import parse_timecode

_TIME = r"(?:\d{1,3}:)?\d\d:\d\d\.\d{3}"
_LINE = pattern(rf"\[({_TIME}) --> ({_TIME})\](?: {{2}})?(.*)")
_WORDS_A_LINE = 1.5  # fewer are tokens


def _sniff(head: Head) -> bool:
    return _LINE.fullmatch(head.first_line) is not None


def _parse(document: Document) -> Reading:
    pieces: list[TimedWord] = []
    for row in decode(document).split("\n"):
        if match := _LINE.fullmatch(row):
            start, end = parse_timecode(match[1]), parse_timecode(match[2])
            text = match[3]
            pieces.append(TimedWord(text, start, end, glued=not text.startswith(" ")))
    if not pieces:
        raise TranscriptParseError("no line like [00:00.000 --> 00:02.000]  text", document.source)
    if sum(len(piece.text.split()) for piece in pieces) < len(pieces) * _WORDS_A_LINE:
        return Reading(cues_of_words(pieces))
    lines = ((Caption(piece.start_ms, piece.end_ms), [piece.text.strip()]) for piece in pieces)
    return Reading(labelled_cues(lines))


FORMAT = Format(
    name="whisper-text",
    title="Whisper's printed lines",
    sniff=_sniff,
    parse=_parse,
)
