"""JSON of no particular make: the list in it whose objects have a text and a time or a speaker.

Players (Podlove), archives, datasets and home-made tools all have their own names for the same
three things. Units of time are not written anywhere either (``time_unit.py``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from talksearch.errors import UnknownFormatError
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
from talksearch.model import Cue, Document, Person, Role

Row = dict[str, Any]

_TEXT = ("text", "body", "content", "transcript", "utterance", "sentence", "line", "caption")
_START = (
    "start", "startTime", "start_time", "startMs", "start_ms", "begin", "from", "offset",
    "timestamp", "time", "ts",
)  # fmt: skip
_END = ("end", "endTime", "end_time", "endMs", "end_ms", "stop", "to")
_DURATION = ("duration", "dur", "durationMs")
_SPEAKER = ("speaker", "speakerName", "speaker_name", "speakerId", "voice", "actor", "name", "who")
_TITLE = ("title", "episode_title", "name")
_SHOW = ("show", "podcast", "program", "publication")

_MAX_DEPTH = 6


def _sniff(head: Head) -> bool:
    return head.json is not None  # the last of those whose documents are JSON


def _parse(document: Document) -> Reading:
    value = load(document)
    rows = max(_lists(value, 0), key=_said, default=[])
    if not rows:
        raise UnknownFormatError(
            "the JSON holds no list of texts with times or speakers: it is no transcript",
            document.source,
        )
    starts = [_first(row, _START) for row in rows]
    ends = [_first(row, _END) for row in rows]
    unit = likely_unit([*starts, *ends], _said(rows))
    cues = []
    for row, raw_start, raw_end in zip(rows, starts, ends, strict=True):
        start, end = time_in(unit, raw_start), time_in(unit, raw_end)
        if end is None and start is not None:
            length = time_in(unit, _first(row, _DURATION))
            end = None if length is None else start + length
        label = label_of(_first(row, _SPEAKER))
        cues.append(Cue(text_of(_first(row, _TEXT)) or "", start, end, label))
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
        key, name = row.get("id"), text_of(row.get("name"))
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
        language=told("language", "lang"),
        guid=told("guid"),
    )


def _lists(value: object, depth: int) -> Iterator[list[Row]]:
    """The lists in a value that could be a transcript."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        rows = [row for row in value if isinstance(row, dict)]
        cues = [row for row in rows if _is_cue(row)]
        if len(cues) * 2 > len(rows):
            yield [row for row in rows if isinstance(_first(row, _TEXT), str)]
        for row in rows[:100]:
            yield from _lists(row, depth + 1)
    elif isinstance(value, dict):
        for each in value.values():
            if isinstance(each, list | dict):
                yield from _lists(each, depth + 1)


def _is_cue(row: Row) -> bool:
    timed_or_told = _first(row, _START) is not None or label_of(_first(row, _SPEAKER))
    return isinstance(_first(row, _TEXT), str) and bool(timed_or_told)


def _first(row: Row, names: tuple[str, ...]) -> Any:
    return next((row[name] for name in names if row.get(name) is not None), None)


def _said(rows: list[Row]) -> int:
    return sum(len(_first(row, _TEXT)) for row in rows)


FORMAT = Format(
    name="json",
    title="JSON with texts and times or speakers",
    media_types=("application/json", "text/json", "application/x-ndjson"),
    suffixes=(".json", ".jsonl", ".ndjson"),
    sniff=_sniff,
    parse=_parse,
)
