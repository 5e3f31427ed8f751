"""JSON of no particular make: the list in it whose objects have a text and a time or a speaker.

Players (Podlove), archives, datasets and home-made tools all have their own names for the same
three things. Units of time are not written anywhere either (``time_unit.py``). Where the objects
are words, or parts of words (ElevenLabs, Soniox, Premiere Pro), they are made into sentences.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from talksearch.errors import UnknownFormatError
from talksearch.formats import plain_text
from talksearch.formats.base import Format, Head, Metadata, Reading
from talksearch.formats.json_text import (
    at,
    label_of,
    load,
    objects,
    text_of,
    with_unknown_voices,
)
from talksearch.formats.time_unit import likely_unit, time_in
from talksearch.formats.timed_words import TimedWord, cues_of_words
from talksearch.model import Cue, Document, Person, Role
from talksearch.patterns import pattern

Row = dict[str, Any]

_TEXT = (
    "text", "body", "content", "transcript", "utterance", "sentence", "line", "caption",
    "transcription", "Content", "words", "punctuated_word", "word",
)  # fmt: skip
_START = (
    "start", "startTime", "start_time", "startMs", "start_ms", "begin", "from", "offset",
    "timestamp", "time", "ts", "time_begin", "data_start", "start_timestamp", "timeOffset",
    "BeginOffsetMillis",
)  # fmt: skip
_END = (
    "end", "endTime", "end_time", "endMs", "end_ms", "stop", "to", "time_end", "data_end",
    "end_timestamp", "EndOffsetMillis",
)  # fmt: skip
_DURATION = ("duration", "dur", "durationMs")
_SPEAKER = (
    "speaker", "speakerName", "speaker_name", "speakerId", "speaker_id", "speakerDesignation",
    "voice", "actor", "name", "who", "participant", "ParticipantRole",
)  # fmt: skip
_TITLE = ("title", "episode_title", "name")
_SHOW = ("show", "podcast", "program", "publication")

_MAX_DEPTH = 6


def _sniff(head: Head) -> bool:
    return head.json is not None  # the last of those whose documents are JSON


def _parse(document: Document) -> Reading:
    value = load(document)
    rows = max(_lists(value).values(), key=_said, default=[])
    if not rows and (text := text_of(at(value, "text")) or text_of(at(value, "transcript"))):
        # All in one, as OpenAI answers where nothing else is asked for.
        return replace(plain_text.read(text), metadata=_metadata(value), spoken=True)
    if not rows:
        raise UnknownFormatError(
            "the JSON holds no list of texts with times or speakers: it is no transcript",
            document.source,
        )
    times = [_times(row) for row in rows]
    unit = likely_unit([time for pair in times for time in pair], _said(rows))
    cues: list[Cue] = []
    for row, (raw_start, raw_end) in zip(rows, times, strict=True):
        start, end = time_in(unit, raw_start), time_in(unit, raw_end)
        if end is None and start is not None:
            length = time_in(unit, _first(row, _DURATION))
            end = None if length is None else start + length
        cues.append(Cue(_first(row, _TEXT), start, end, _speaker(row)))
    cues = _sentences(cues)
    people = _people(value)
    cues = [
        replace(cue, label=people[cue.label].name) if cue.label in people else cue for cue in cues
    ]
    metadata = replace(_metadata(value), people=tuple(people.values()))
    return Reading(with_unknown_voices(cues), metadata)


_PEOPLE = ("contributors", "speakers", "participants", "people")


def _people(value: object) -> dict[str, Person]:
    """Who takes part, by the id that stands for them in the rows, as Podlove's player has it."""
    found: dict[str, Person] = {}
    for row in (row for name in _PEOPLE for row in objects(value, name)):
        key, name = row.get("id", row.get("spkid")), text_of(row.get("name"))
        if isinstance(key, str | int) and name:
            told = row.get("role")
            label = text_of(at(told, "title")) or text_of(at(told, "slug")) or text_of(told)
            found[label_of(key) or ""] = Person(name, Role.parse(label or ""), label)
    return found


def _metadata(value: object) -> Metadata:
    def told(*names: str) -> str | None:
        found = (text_of(at(value, name)) for name in names)
        return next((each for each in found if each), None)

    return Metadata(
        title=told(*_TITLE),
        show=told(*_SHOW) or text_of(at(value, "show", "title")),
        language=told("language", "lang", "language_code", "languageCode"),
        guid=told("guid"),
    )


# One of several readings of the same sound is enough; those in another language are not said.
_READINGS = frozenset({"alternatives", "nbest", "nBest"})
_TRANSLATIONS = frozenset({"translation", "translations"})


def _lists(value: object) -> dict[tuple[str, ...], list[Row]]:
    """The lists in a value that could be a transcript, by where they are. Those that are in the
    same place of several objects are one: the words of all turns, whose speaker is theirs too."""
    found: dict[tuple[str, ...], list[Row]] = {}
    stack: list[tuple[object, tuple[str, ...], str | None]] = [(value, (), None)]
    while stack:
        value, place, label = stack.pop()
        if isinstance(value, list):
            rows = [row for row in value if isinstance(row, dict)]
            cues = sum(_is_cue(row, label) for row in rows)
            if cues * 2 > len(rows):
                said = [row for row in rows if isinstance(_first(row, _TEXT), str)]
                found.setdefault(place, []).extend(_inheriting(row, label) for row in said)
            stack += [(row, place, _speaker(row) or label) for row in reversed(rows)]
        elif isinstance(value, dict) and len(place) <= _MAX_DEPTH:
            for key, inner in reversed(value.items()):
                if isinstance(inner, list | dict) and key not in _TRANSLATIONS:
                    one = isinstance(inner, list) and key in _READINGS
                    stack.append((inner[:1] if one else inner, (*place, key), label))
    return found


def _speaker(row: Row) -> str | None:
    label = label_of(_first(row, _SPEAKER))
    # Podlove has the number of a contributor, and beside it the voice's name.
    return text_of(row.get("voice")) or label if label and label.startswith("Speaker ") else label


def _inheriting(row: Row, label: str | None) -> Row:
    return row if label is None or _speaker(row) else {**row, _SPEAKER[0]: label}


def _is_cue(row: Row, label: str | None) -> bool:
    timed_or_told = _first(row, _START) is not None or label or _speaker(row)
    return isinstance(_first(row, _TEXT), str) and bool(timed_or_told)


def _first(row: Row, names: tuple[str, ...]) -> Any:
    return next((row[name] for name in names if row.get(name) is not None), None)


def _times(row: Row) -> tuple[object, object]:
    """Start and end as they are written, which may be a pair: ``"timestamp": [0.5, 2.1]``."""
    start = _first(row, _START)
    if isinstance(start, list) and len(start) == 2:
        return start[0], start[1]
    return start, _first(row, _END)


def _said(rows: list[Row]) -> int:
    return sum(len(_first(row, _TEXT).strip()) for row in rows)


_WORDS_A_ROW = 1.5  # fewer are words, or parts of words
_PUNCTUATION = pattern(r"[.,;:?!…)\]%。、？！]+")


def _sentences(cues: list[Cue]) -> list[Cue]:
    """The cues, or sentences of them where they are single words. Where blanks are written, what
    has none before it goes on with a word."""
    if sum(len(cue.text.split()) for cue in cues) >= len(cues) * _WORDS_A_ROW:
        return cues
    written = sum(cue.text != cue.text.strip() for cue in cues) * 4 > len(cues)
    words: list[TimedWord] = []
    goes_on = False
    for n, cue in enumerate(cues):
        glued = _PUNCTUATION.fullmatch(cue.text) is not None
        if written:
            glued = goes_on and not cue.text[:1].isspace() and cue.label == cues[n - 1].label
            goes_on = not cue.text[-1:].isspace()
        words.append(TimedWord(cue.text, cue.start_ms, cue.end_ms, cue.label, glued))
    found = list(cues_of_words(words))
    # The channels of a recording stand one after another.
    timed = all(cue.start_ms is not None for cue in found)
    return sorted(found, key=lambda cue: cue.start_ms or 0) if timed else found


FORMAT = Format(
    name="json",
    title="JSON with texts and times or speakers",
    media_types=("application/json", "text/json", "application/x-ndjson"),
    suffixes=(".json", ".jsonl", ".ndjson"),
    sniff=_sniff,
    parse=_parse,
)
