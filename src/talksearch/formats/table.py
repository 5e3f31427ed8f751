"""Tables (CSV, TSV): a column of text, with one of speakers or of times.

What the columns are is told by the first row; without one, two columns of times and a text are
captions. Times may be time codes, or numbers of which nothing says in which unit they are: Whisper
writes its TSV in milliseconds.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from talksearch.errors import TranscriptParseError, UnknownFormatError
from talksearch.formats.base import Format, Head, Reading
from talksearch.formats.captions.lines import caption_time
from talksearch.formats.decode import decode
from talksearch.formats.json_text import label_of
from talksearch.formats.labels import with_strangers
from talksearch.formats.time_unit import likely_unit, time_in
from talksearch.model import Cue, Document
from talksearch.patterns import pattern
from talksearch.references import unescape

# The likelier names first.
_TEXT = (
    "text", "words", "utterance", "transcript", "content", "body", "sentence", "speech", "caption",
    "dialogue", "said", "line",
)  # fmt: skip
_SPEAKER = ("speaker", "speakers", "speaker_name", "speakername", "who", "voice", "person", "name")
_START = (
    "start", "start_time", "starttime", "begin", "from", "in", "timestamp", "timecode", "time",
    "tc_in", "timespan",
)  # fmt: skip
_END = ("end", "end_time", "endtime", "stop", "to", "out", "tc_out")
_DELIMITERS = ",\t;|"
_MAX_CELL = 1_000_000

csv.field_size_limit(max(csv.field_size_limit(), _MAX_CELL))


def _sniff(head: Head) -> bool:
    rows = list(islice(_rows(head.text), 3))
    return len(rows) > 1 and _columns(rows[0]) is not None


def _parse(document: Document) -> Reading:
    try:
        rows = list(_rows(decode(document)))
    except csv.Error as error:
        raise TranscriptParseError(f"not a readable table: {error}", document.source) from None
    columns = _columns(rows[0]) if rows else None
    if columns is None:
        raise UnknownFormatError(
            "the table has no column of text beside one of speakers or times: it is no transcript",
            document.source,
        )
    body = rows if columns.headless else rows[1:]
    unit = _unit(body, columns)
    cues = [_cue(row, columns, unit) for row in body]
    if cues and not any(cue.end_ms for cue in cues):
        following = [cue.start_ms for cue in cues[1:]]
        cues = [
            Cue(cue.text, cue.start_ms, after, cue.label)
            for cue, after in zip(cues, [*following, None], strict=True)
        ]
    return Reading(with_strangers(cues))


@dataclass(frozen=True, slots=True)
class _Columns:
    """Their places; ``headless``: the first row is one of the transcript already."""

    text: int
    speaker: int | None
    start: int | None
    end: int | None
    headless: bool = False


def _columns(first: list[str]) -> _Columns | None:
    """Which column is what; None where there is no transcript in these columns."""
    names = [cell.strip().casefold().replace(" ", "_") for cell in first]

    def place(known: tuple[str, ...]) -> int | None:
        return next((names.index(name) for name in known if name in names), None)

    text, speaker, start = place(_TEXT), place(_SPEAKER), place(_START)
    if text is not None and (speaker is not None or start is not None):
        return _Columns(text, speaker, start, place(_END))
    if len(first) == 3 and all(caption_time(cell) is not None for cell in first[:2]):
        return _Columns(2, None, 0, 1, headless=True)
    return None


def _rows(text: str) -> Iterator[list[str]]:
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    lines = text.splitlines(keepends=True)
    quoted = delimiter != "\t" or not _says_quotes(lines)
    rows = (
        csv.reader(lines, delimiter=delimiter)
        if quoted
        else (line.rstrip("\r\n").split("\t") for line in lines)
    )
    for row in rows:
        if any(cell.strip() for cell in row):
            yield row


def _says_quotes(lines: list[str]) -> bool:
    """Are quotation marks part of the text? Whisper writes them so into its TSV, and who is quoted
    there may go on in the next row."""
    rows = [line for line in lines if line.strip()]
    odd = any(row.count('"') % 2 for row in rows)
    return odd and len({row.count("\t") for row in rows}) == 1


_BRACKETS = pattern(r"[\[\](){}]")
_TO = pattern(r"\s*(?:-+>?|–)\s*")


def _cell(row: list[str], column: int | None) -> str:
    if column is None or column >= len(row):
        return ""
    return unescape(row[column]).strip()


def _times(row: list[str], columns: _Columns) -> tuple[str, str]:
    """Start and end as written, which may be in one cell: ``0:01.5 - 0:04.2``."""
    start = _BRACKETS.sub("", _cell(row, columns.start))
    end = _BRACKETS.sub("", _cell(row, columns.end))
    parts = _TO.split(start) if columns.end is None else []
    return (parts[0], parts[1]) if len(parts) == 2 else (start, end)


def _unit(rows: list[list[str]], columns: _Columns) -> float:
    times = [time for row in rows for time in _times(row, columns)]
    return likely_unit(times, sum(len(_cell(row, columns.text)) for row in rows))


def _cue(row: list[str], columns: _Columns, unit: float) -> Cue:
    label = label_of(_cell(row, columns.speaker).rstrip(":： "))
    start, end = (
        caption_time(time) if ":" in time else time_in(unit, time) for time in _times(row, columns)
    )
    return Cue(_cell(row, columns.text), start, end, label)


FORMAT = Format(
    name="table",
    title="CSV and TSV with text and speakers or times",
    media_types=("text/csv", "text/tab-separated-values"),
    suffixes=(".csv", ".tsv"),
    sniff=_sniff,
    parse=_parse,
)
