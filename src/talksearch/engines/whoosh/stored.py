"""Records as the plain values that are stored in the index, as JSON.

A passage has its speaker as a number into its record's list, and nothing of its episode: an archive
has a hundred passages an episode.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from talksearch.engines.base import Record
from talksearch.model import (
    NOBODY,
    Appearance,
    Chapter,
    Episode,
    Passage,
    Person,
    Role,
    Soundbite,
    Source,
    Speaker,
)

__all__ = ["pack_record", "speakers_of", "unpack_record"]


def speakers_of(record: Record, passages: Sequence[Passage]) -> tuple[Speaker, ...]:
    """The speakers of an episode, in the order in which its passages name them by number."""
    heard = {id(passage.speaker): passage.speaker for passage in passages}.values()
    return tuple(dict.fromkeys([NOBODY, *(a.speaker for a in record.appearances), *heard]))


def pack_record(record: Record, speakers: tuple[Speaker, ...]) -> dict[str, Any]:
    episode = asdict(record.episode)
    episode["date"] = record.episode.date.isoformat() if record.episode.date else None
    episode["people"] = [_plain(asdict(person)) for person in record.episode.people]
    return {
        "episode": episode,
        "digest": record.digest,
        "folder": record.folder,
        "document": record.document,
        "hosts": record.hosts,
        "decisions": record.decisions,
        "passages": record.passages,
        "words": record.words,
        "speakers": [_plain(asdict(speaker)) for speaker in speakers],
        "appearances": [(speakers.index(a.speaker), a.turns, a.words) for a in record.appearances],
    }


def unpack_record(packed: dict[str, Any]) -> tuple[Record, tuple[Speaker, ...]]:
    fields = dict(packed["episode"])
    fields["date"] = dt.date.fromisoformat(fields["date"]) if fields["date"] else None
    fields["tags"] = tuple(fields["tags"])
    fields["people"] = tuple(_person(person) for person in fields["people"])
    fields["chapters"] = tuple(Chapter(**chapter) for chapter in fields["chapters"])
    fields["soundbites"] = tuple(Soundbite(**bite) for bite in fields["soundbites"])
    speakers = tuple(_speaker(speaker) for speaker in packed["speakers"])
    record = Record(
        episode=Episode(**fields),
        digest=packed["digest"],
        folder=packed["folder"],
        document=packed["document"],
        hosts=tuple(packed["hosts"]),
        decisions=tuple(packed["decisions"]),
        passages=packed["passages"],
        words=packed["words"],
        appearances=tuple(Appearance(speakers[s], t, w) for s, t, w in packed["appearances"]),
    )
    return record, speakers


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    """Enums as their values, also one level down (a speaker's person)."""
    return {
        key: _plain(value)
        if isinstance(value, dict)
        else value.value
        if isinstance(value, Role | Source)
        else value
        for key, value in fields.items()
    }


def _person(fields: dict[str, Any]) -> Person:
    role = Role(fields["role"]) if fields["role"] else None
    told = fields["occupation_source"]
    read = {
        "role": role,
        "source": Source(fields["source"]),
        "aliases": tuple(fields["aliases"]),
        "occupation_source": Source(told) if told else None,
    }
    return Person(**(fields | read))


def _speaker(fields: dict[str, Any]) -> Speaker:
    return Speaker(
        label=fields["label"],
        person=_person(fields["person"]) if fields["person"] else None,
        role=Role(fields["role"]) if fields["role"] else None,
        source=Source(fields["source"]) if fields["source"] else None,
        role_source=Source(fields["role_source"]) if fields["role_source"] else None,
    )
