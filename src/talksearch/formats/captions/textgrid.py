"""Praat's TextGrid, long and short: a tier for each speaker, of intervals with a text.

Aligners (Montreal Forced Aligner) write tiers of words and of phones instead, ``Ana - words``.

https://www.fon.hum.uva.nl/praat/manual/TextGrid_file_formats.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from talksearch.errors import TranscriptParseError
from talksearch.formats.base import Format, Head, Reading
from talksearch.formats.decode import decode
from talksearch.formats.labels import LABEL_LENGTH
from talksearch.formats.timed_words import TimedWord, cues_of_words
from talksearch.model import Cue, Document
from talksearch.patterns import pattern
from talksearch.timecode import seconds_to_ms
from talksearch.words import word_set

_SIGNATURE = pattern(r'\s*(?:File type = )?"ooTextFile"\s+(?:Object class = )?"TextGrid"')
# Strings and numbers by themselves are the short form; the long one has names around them.
_TOKEN = pattern(r'"((?:[^"]|"")*+)(?:"|\Z)|(?<![\w\[.])(-?\d[\d.eE+-]*)(?![\w\]])')
_KIND = pattern(r"(?:(?P<who>.*?)[\s_-]*\b)?(?P<kind>words?|phone(?:me)?s?)", re.IGNORECASE)
_UNSAID = word_set("sp sil spn <sil> <eps> <unk> <p:>")
# Names of tiers that name nobody.
_NOBODY = word_set("text transcript transcription utterance utterances sentence sentences speech")

_Tier = tuple[str, list[tuple[int | None, int | None, str]]]


def _sniff(head: Head) -> bool:
    return _SIGNATURE.match(head.text) is not None


def _parse(document: Document) -> Reading:
    text = decode(document)
    header = _SIGNATURE.match(text)
    try:
        tiers = list(_tiers(text[header.end() :] if header else text))
    except (StopIteration, RuntimeError, ValueError):
        raise TranscriptParseError("breaks off, or is no TextGrid", document.source) from None
    cues: list[Cue] = []
    words: list[Cue] = []
    for name, intervals in tiers:
        match = _KIND.fullmatch(name) if len(name) < LABEL_LENGTH else None
        label = match["who"] if match else name
        label = None if not label or label.lower() in _NOBODY else label
        if match is None:
            cues += [Cue(said, start, end, label) for start, end, said in intervals]
        elif match["kind"].lower().startswith("word"):
            words += cues_of_words(TimedWord(w, start, end, label) for start, end, w in intervals)
    found = sorted(cues or words, key=lambda cue: cue.start_ms or 0)
    if not found:
        raise TranscriptParseError("no tier of intervals has text", document.source)
    return Reading(tuple(found))


def _tiers(text: str) -> Iterator[_Tier]:
    tokens = _TOKEN.finditer(text)

    def string() -> str:
        found = next(tokens)[1]
        if found is None:
            raise ValueError("a number where a text was to be")
        return found.replace('""', '"').strip()

    def number() -> str:
        return next(tokens)[2] or "x"

    number(), number()  # the whole time
    for _ in range(int(number())):
        points = string() == "TextTier"
        name = string()
        number(), number()
        intervals = []
        for _ in range(int(number())):
            start = seconds_to_ms(number())
            end = None if points else seconds_to_ms(number())
            said = string()
            if said and said.lower() not in _UNSAID:
                intervals.append((start, end, said))
        if not points:  # marks, not speech
            yield name, intervals


FORMAT = Format(
    name="textgrid", title="Praat TextGrid", suffixes=(".textgrid",), sniff=_sniff, parse=_parse
)
