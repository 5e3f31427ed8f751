"""One episode: what its document, its feed and the user say of it, as a transcript."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from talksearch import formats, guard, languages
from talksearch.corpus import LOOSE, Corpus
from talksearch.documents import Documents
from talksearch.engines.base import Record
from talksearch.errors import SourceError
from talksearch.files import read_file
from talksearch.formats import Metadata, Reading
from talksearch.model import (
    NOBODY,
    Cue,
    Document,
    Episode,
    Kind,
    Person,
    Role,
    Show,
    Source,
    Transcript,
    Turn,
)
from talksearch.shows import Shows
from talksearch.speakers import Decision, Naming, attribute, in_force, with_roles
from talksearch.units import Unit, discreet, episode_id, scan

__all__ = ["of_record", "of_unit", "read_alone", "read_transcript"]


def of_unit(corpus: Corpus, unit: Unit, decisions: tuple[Decision, ...]) -> Transcript:
    """The unit's transcript, with no roles but those that it states itself."""
    reading = Reading((), spoken=False)
    if unit.stored:
        document = replace(corpus.read(unit.stored, unit.meta), source=unit.source)
        reading = discreet(guard.read(document, unit.meta.given.format), unit.private)
    naming = Naming(decisions, unit.folder, unit.id, unit.former_ids)
    turns, people = attribute(reading, _people(unit, reading.metadata), naming)
    if unit.item:
        notes = unit.item.notes
        if not notes and not turns and unit.item.title:
            notes = (unit.item.title,)  # until more is said of it, it can be found by that
        if notes:
            turns = (*turns, Turn(NOBODY, tuple(map(Cue, notes)), Kind.NOTES))
    return Transcript(_episode(unit, reading.metadata, people, turns), turns)


def _people(unit: Unit, metadata: Metadata) -> list[Person]:
    """Everybody who is known to take part: what the user said first, then the feed, then the
    document, then the show's file. Who is told of twice is made one by ``attribute``."""
    given = unit.meta.given
    return [
        *(Person(name, Role.HOST, source=Source.MAPPED) for name in given.hosts),
        *(Person(name, Role.GUEST, source=Source.MAPPED) for name in given.guests),
        *(unit.item.people if unit.item else ()),
        *metadata.people,
        *(Person(name, Role.HOST, source=Source.MAPPED) for name in unit.show_file.hosts),
    ]


def _episode(
    unit: Unit, metadata: Metadata, people: tuple[Person, ...], turns: tuple[Turn, ...]
) -> Episode:
    given, show_file = unit.meta.given, unit.show_file
    # An item of the feed and a document's own metadata have these names in common.
    told = [part for part in (unit.item, metadata) if part is not None]

    def first(name: str) -> Any:
        return next((value for part in told if (value := getattr(part, name))), None)

    show = unit.show or Show("")
    folder = unit.folder if unit.folder != LOOSE else None
    title = first("title") or _title_of(unit.stored.name if unit.stored else unit.source)
    return Episode(
        id=unit.id,
        title=title,
        show=given.show or show.title or show_file.title or metadata.show or folder,
        date=given.date or first("date"),
        season=first("season"),
        number=first("number"),
        url=first("url"),
        audio_url=first("audio_url"),
        language=_language(
            (given.language, first("language"), None if show.language else show_file.language),
            turns,
            feed=show.language,
        ),
        description=first("description"),
        tags=first("tags") or (),
        people=people,
        guid=first("guid"),
        source=unit.source,
        chapters=unit.item.chapters if unit.item else (),
        soundbites=unit.item.soundbites if unit.item else (),
        location=unit.item.location if unit.item else None,
        license=(unit.item.license if unit.item else None) or show.license,
        link_template=show_file.link,
    )


def of_record(corpus: Corpus, shows: Shows, documents: Documents, record: Record) -> Transcript:
    """An episode's transcript, read from the corpus again, with the roles that the index has.

    Raises ``SourceError`` when it can no longer be read.
    """
    there = scan(corpus, shows, documents, [record.folder], {})
    for unit in there.units:
        if unit.id == record.episode.id:
            found = of_unit(corpus, unit, in_force(corpus.decisions()))
            return replace(found, turns=with_roles(found.turns, frozenset(record.hosts)))
    for outcome in there.failed:
        if outcome.error:
            raise outcome.error
    raise SourceError("is no longer in the corpus", record.document or record.episode.source)


def read_transcript(path: str | os.PathLike[str], *, format: str | None = None) -> Transcript:
    """The transcript in a file, of any format that is read; no archive is needed or made.

    ``format`` forces one by name. Raises ``SourceError`` for a file that is not there or too large,
    ``DocumentError`` for one that is no transcript, ``ConfigError`` for a format that is none.
    """
    source = os.fspath(path)
    try:
        data = read_file(Path(source), formats.MAX_BYTES)
    except (SourceError, ValueError) as error:  # ValueError: what is no name of a file
        reason = error.reason if isinstance(error, SourceError) else str(error)
        raise SourceError(reason, source or "''") from error
    return read_alone(Document(data, source), format)


def read_alone(document: Document, format: str | None = None) -> Transcript:
    """The transcript in a document by itself, without a corpus: with what it says of itself.

    Raises ``DocumentError`` when it cannot be read, ``ConfigError`` for a format that is none.
    """
    reading = guard.read(document, format)
    turns, people = attribute(reading, reading.metadata.people)
    told = reading.metadata
    episode = Episode(
        id=episode_id(document.source),
        title=told.title or _title_of(document.source),
        show=told.show,
        date=told.date,
        season=told.season,
        number=told.number,
        url=told.url,
        audio_url=told.audio_url,
        language=_language([told.language], turns),
        description=told.description,
        tags=told.tags,
        people=people,
        guid=told.guid,
        source=document.source,
    )
    return Transcript(episode, turns)


def _title_of(name: str) -> str:
    """A file's name as a title: ``01-slow_cooling.en.vtt`` -> ``01 slow cooling en``."""
    stem = name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return re.sub(r"[-_.\s]+", " ", stem).strip() or name


def _language(
    declared: Iterable[str | None], turns: Iterable[Turn], feed: str | None = None
) -> str | None:
    """The language as it is declared, else the one that the text is in. Feeds are in English unless
    somebody changes that: theirs is not believed where the text is in another."""
    told = next(filter(None, map(languages.tag, declared)), None)
    of_feed = languages.tag(feed)
    if told or (of_feed and languages.primary(of_feed) != "en"):
        return told or of_feed
    found = languages.detect(turn.text for turn in turns)
    return of_feed or found if found in (None, "en") else found
