"""From corpus/ to the index: what is new, changed or gone there is read, cut and put.

Everything is derived from the corpus alone. A *unit* is what becomes one episode: a document, an
item of the show's feed, or an item together with its transcript. Its digest is over all that it is
made from, so that only what changed is read again. Roles are judged over a whole show: a new
episode may show who its host is, and then the old ones are put again with that role.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from talksearch import feeds, guard
from talksearch.corpus import LOOSE, Corpus, Meta, ShowFile, Stored
from talksearch.engines.base import Engine, EngineWriter, Record
from talksearch.errors import SourceError, TalkSearchError
from talksearch.formats.base import Metadata, Reading
from talksearch.model import (
    NOBODY,
    Appearance,
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
from talksearch.passages import cut
from talksearch.report import Change, Outcome, Progress
from talksearch.speakers import (
    Decision,
    Naming,
    appearances,
    attribute,
    in_force,
    infer_hosts,
    touching,
    with_roles,
)
from talksearch.speakers.names import completed
from talksearch.words import fold_words

__all__ = ["read_alone", "sync", "transcript"]

VERSION = 2
"""Raise it when the same documents would now be read differently."""


@dataclass(frozen=True, slots=True)
class _Unit:
    id: str
    folder: str
    source: str
    digest: str
    stored: Stored | None
    meta: Meta
    item: feeds.Item | None
    show: Show | None
    show_file: ShowFile

    @property
    def left_its_feed(self) -> bool:
        """Whether the item that told of the document is gone: what is known is then kept."""
        return self.meta.guid is not None and self.item is None


def sync(
    corpus: Corpus,
    engine: Engine,
    folders: Iterable[str] | None = None,
    *,
    fresh: bool = False,
    progress: Progress | None = None,
) -> list[Outcome]:
    """Bring the index up to the corpus (to these folders of it), in one commit; none when nothing
    changed.

    ``fresh`` writes a new index that takes the old one's place. One outcome a unit, the unchanged
    included. Raises ``HomeError`` when the index cannot be written; then it is as it was.
    """
    scope = None if folders is None else set(folders)
    units, outcomes, unsure = _scan(corpus, scope)
    decisions = in_force(corpus.decisions())
    known = [] if fresh else engine.records()
    records = {r.episode.id: r for r in known if scope is None or r.folder in scope}
    present = {unit.id for unit in units}
    gone = [r for i, r in records.items() if i not in present and r.folder not in unsure]
    stale = {
        unit.id
        for unit in units
        if unit.id not in records
        or (_is_stale(unit, records[unit.id], decisions) and not unit.left_its_feed)
    }
    if not fresh and not stale and not gone:
        return outcomes + [_unchanged(records[unit.id]) for unit in units]
    failed = len(outcomes)
    with engine.writer(fresh=fresh) as writer:
        for _, group in groupby(units, key=lambda unit: unit.folder):
            folder = _Folder(corpus, list(group), records, stale, decisions)
            for outcome in folder.put(writer):
                outcomes.append(outcome)
                if progress:
                    progress("indexing", len(outcomes) - failed, len(units))
        for record in gone:
            writer.remove(record.episode.id)
            episode = record.episode
            outcomes.append(Outcome(episode.source, "gone", episode.id, episode.title))
        if fresh or any(o.status in ("new", "changed", "gone") for o in outcomes):
            writer.commit()
    return outcomes


def transcript(corpus: Corpus, record: Record) -> Transcript:
    """An episode's transcript, read from the corpus again, with the roles that the index has.

    Raises ``SourceError`` when it can no longer be read.
    """
    units, outcomes, _ = _scan(corpus, [record.folder])
    for unit in units:
        if unit.id == record.episode.id:
            read = _read(corpus, unit, in_force(corpus.decisions()))
            return replace(read, turns=with_roles(read.turns, frozenset(record.hosts)))
    reason = "is no longer in the corpus"
    raise next((o.error for o in outcomes if o.error), None) or SourceError(
        reason, record.document or record.episode.source
    )


def read_alone(document: Document, format: str | None = None) -> Transcript:
    """The transcript in a document by itself, without a corpus: with what it says of itself.

    Raises ``DocumentError`` when it cannot be read, ``ConfigError`` for a format that is none.
    """
    reading = guard.read(document, format)
    turns, people = attribute(reading, reading.metadata.people)
    told = reading.metadata
    episode = Episode(
        id=_id(document.source),
        title=told.title or _title_of(document.source),
        show=told.show,
        date=told.date,
        season=told.season,
        number=told.number,
        url=told.url,
        audio_url=told.audio_url,
        language=told.language,
        description=told.description,
        tags=told.tags,
        people=people,
        guid=told.guid,
        source=document.source,
    )
    return Transcript(episode, turns)


def _is_stale(unit: _Unit, record: Record, decisions: tuple[Decision, ...]) -> bool:
    if record.digest != unit.digest:
        return True
    now = touching(decisions, record.folder, record.episode, record.appearances)
    return now != record.decisions


def _unchanged(record: Record) -> Outcome:
    episode = record.episode
    return Outcome(episode.source, "unchanged", episode.id, episode.title, record.passages)


# What there is


def _scan(
    corpus: Corpus, folders: Iterable[str] | None = None
) -> tuple[list[_Unit], list[Outcome], set[str]]:
    """The units of the corpus, folder by folder; what failed; and the folders in which an episode
    that is not seen may yet be there, behind something unreadable."""
    units: list[_Unit] = []
    failed: list[Outcome] = []
    unsure: set[str] = set()

    def fail(source: str, error: TalkSearchError, folder: str) -> None:
        failed.append(Outcome(source, "failed", error=error))
        unsure.add(folder)

    for folder in corpus.folders() if folders is None else sorted(folders):
        show_file, feed = ShowFile(), None
        try:
            show_file = corpus.show_file(folder)
        except SourceError as error:
            fail(error.source, error, folder)
        try:
            state = corpus.feed(folder)
            if state and state[1] is not None:
                address = state[0].address
                feed = feeds.parse_feed(state[1], source=state[0].source, base_url=address)
        except SourceError as error:
            fail(error.source, error, folder)
        by_guid = {item.guid: item for item in feed.items} if feed else {}
        common = (VERSION, show_file, feed.show if feed else None)
        for stored in corpus.documents(folder):
            try:
                meta = corpus.meta(stored)
                item = by_guid.pop(meta.guid, None) if meta.guid else None
                digest = _digest(*common, item, corpus.digest(folder, stored.name))
            except SourceError as error:
                fail(error.source, error, folder)
                continue
            identity = f"{folder}#{meta.guid}" if meta.guid else stored.path
            show = feed.show if feed and item else None
            units.append(
                _Unit(
                    _id(identity), folder, meta.source, digest, stored, meta, item, show, show_file
                )
            )
        for item in by_guid.values():
            assert feed and state
            meta = Meta(item.url or state[0].source, guid=item.guid, given=state[0].given)
            digest = _digest(*common, item, meta.given)
            unit_id = _id(f"{folder}#{item.guid}")
            units.append(
                _Unit(unit_id, folder, meta.source, digest, None, meta, item, feed.show, show_file)
            )
    return units, failed, unsure


def _id(identity: str) -> str:
    return base64.b32encode(hashlib.sha256(identity.encode()).digest())[:10].decode().lower()


def _digest(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(repr, parts)).encode()).hexdigest()


# One show


class _Folder:
    """The units of a show: reads the stale ones and judges over all who is host."""

    def __init__(
        self,
        corpus: Corpus,
        units: Sequence[_Unit],
        records: Mapping[str, Record],
        stale: set[str],
        decisions: tuple[Decision, ...],
    ) -> None:
        self._decisions = decisions
        self._corpus = corpus
        self._units = units
        self._records = records
        self._stale = stale

    def put(self, writer: EngineWriter) -> Iterator[Outcome]:
        read: dict[str, Transcript] = {}
        failed: dict[str, SourceError] = {}
        for unit in self._units:
            if unit.id in self._stale:
                self._try_read(unit, read, failed)
        hosts = infer_hosts(self._casts(read))
        for unit in self._units:
            record = self._records.get(unit.id)
            if record and unit.id not in self._stale:
                same = _among(hosts, record.appearances) == record.hosts
                if same or unit.left_its_feed:
                    yield _unchanged(record)
                    continue
                self._try_read(unit, read, failed)
            if unit.id in failed:
                yield Outcome(unit.source, "failed", error=failed[unit.id])
                continue
            yield self._put_one(writer, unit, read.pop(unit.id), hosts)

    def _try_read(
        self, unit: _Unit, read: dict[str, Transcript], failed: dict[str, SourceError]
    ) -> None:
        try:
            read[unit.id] = _read(self._corpus, unit, self._decisions)
        except SourceError as error:
            failed[unit.id] = error

    def _casts(self, read: Mapping[str, Transcript]) -> dict[str, tuple[Appearance, ...]]:
        """Who speaks in each episode, in order of publication."""
        episodes: list[tuple[Episode, tuple[Appearance, ...]]] = []
        for unit in self._units:
            if unit.id in read:
                found = read[unit.id]
                episodes.append((found.episode, appearances(found.turns)))
            elif unit.id in self._records:
                record = self._records[unit.id]
                episodes.append((record.episode, record.appearances))
        episodes.sort(key=lambda pair: pair[0].order)
        return {episode.id: cast for episode, cast in episodes}

    def _put_one(
        self, writer: EngineWriter, unit: _Unit, found: Transcript, hosts: frozenset[str]
    ) -> Outcome:
        found = replace(found, turns=with_roles(found.turns, hosts))
        cast = appearances(found.turns)
        passages = cut(found)
        record = Record(
            episode=found.episode,
            digest=unit.digest,
            folder=unit.folder,
            document=unit.stored.path if unit.stored else None,
            appearances=cast,
            hosts=_among(hosts, cast),
            decisions=touching(self._decisions, unit.folder, found.episode, cast),
            passages=len(passages),
            words=sum(len(passage.text.split()) for passage in passages),
        )
        writer.put(record, passages)
        status: Change = "changed" if unit.id in self._records else "new"
        return Outcome(unit.source, status, found.episode.id, found.episode.title, record.passages)


def _among(hosts: frozenset[str], cast: Iterable[Appearance]) -> tuple[str, ...]:
    return tuple(sorted(hosts & {a.speaker.name for a in cast if a.speaker.name}))


# One episode


def _read(corpus: Corpus, unit: _Unit, decisions: tuple[Decision, ...]) -> Transcript:
    """The unit's transcript, with no roles but those that it states itself."""
    reading = Reading((), spoken=False)
    if unit.stored:
        document = corpus.read(unit.stored, unit.meta)
        reading = guard.read(document, unit.meta.given.format)
    naming = Naming(decisions, unit.folder, unit.id)
    turns, people = attribute(reading, _people(unit, reading.metadata), naming)
    if unit.item and unit.item.notes:
        notes = tuple(Cue(text) for text in unit.item.notes)
        turns = (*turns, Turn(NOBODY, notes, Kind.NOTES))
    return Transcript(_episode(unit, reading.metadata, people), turns)


def _people(unit: _Unit, metadata: Metadata) -> tuple[Person, ...]:
    """Everybody who is known to take part, each once: what the user said first, then the feed,
    then the document, then the show's file."""
    given = unit.meta.given
    told = [
        *(Person(name, Role.HOST, source=Source.MAPPED) for name in given.hosts),
        *(Person(name, Role.GUEST, source=Source.MAPPED) for name in given.guests),
        *(unit.item.people if unit.item else ()),
        *metadata.people,
        *(Person(name, Role.HOST, source=Source.MAPPED) for name in unit.show_file.hosts),
    ]
    people: dict[tuple[str, ...], Person] = {}
    for person in told:
        key = fold_words(person.name)
        known = people.get(key)
        people[key] = completed(known, person) if known else person
    return tuple(people.values())


def _episode(unit: _Unit, metadata: Metadata, people: tuple[Person, ...]) -> Episode:
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
        language=given.language or first("language") or show.language or show_file.language,
        description=first("description"),
        tags=first("tags") or (),
        people=people,
        guid=first("guid"),
        source=unit.source,
    )


def _title_of(name: str) -> str:
    """A file's name as a title: ``01-slow_cooling.en.vtt`` -> ``01 slow cooling en``."""
    stem = name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    return re.sub(r"[-_.\s]+", " ", stem).strip() or name
