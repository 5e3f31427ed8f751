"""For programs: JSON, JSON lines, CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from talksearch.results import Hit

if TYPE_CHECKING:
    from talksearch.formats.base import Format
    from talksearch.speakers import Decision

__all__ = [
    "COLUMNS",
    "answer",
    "as_json",
    "csv_lines",
    "decision",
    "format_dict",
    "json_lines",
    "row",
]

COLUMNS = (
    "id", "score", "kind", "speaker", "role", "occupation", "organization", "speaker_source",
    "show", "episode", "date", "start_ms", "end_ms", "time_accuracy", "link", "text", "source",
    "chapter", "link_note", "role_source", "occupation_source", "label", "language",
)  # fmt: skip


def as_json(value: Any) -> str:
    """Readable JSON, letters of every script as themselves."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def answer(name: str, /, **told: Any) -> str:
    """An answer as JSON, with the schema of that name. Keys are added to a schema, never renamed or
    removed; what has ``to_dict`` with a schema of its own needs none here."""
    return as_json({"schema": f"talksearch.{name}/1", **told})


def json_lines(hits: Iterable[Hit]) -> Iterator[str]:
    """A hit a line."""
    for hit in hits:
        yield json.dumps(hit.to_dict(), ensure_ascii=False)


def decision(found: Decision) -> dict[str, Any]:
    """A decision about names, without what it does not have."""
    return {name: value for name, value in asdict(found).items() if value not in (None, (), "")}


def format_dict(found: Format) -> dict[str, Any]:
    """A format that is read."""
    return {
        "name": found.name,
        "title": found.title,
        "media_types": found.media_types,
        "suffixes": found.suffixes,
    }


def row(hit: Hit) -> dict[str, Any]:
    """A hit as one row of a table: the values of ``COLUMNS``."""
    entry = hit.to_dict()
    episode = entry["episode"]
    entry |= {name: episode[name] for name in ("show", "date", "language")}
    entry["episode"] = episode["title"]
    return {column: entry.get(column) for column in COLUMNS}


def csv_lines(hits: Iterable[Hit]) -> Iterator[str]:
    """A header, then a row a hit (RFC 4180, but for the line ends)."""
    yield _csv_line(COLUMNS)
    for hit in hits:
        yield _csv_line(row(hit).values())


def _csv_line(values: Iterable[object]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(values)
    return line.getvalue()
