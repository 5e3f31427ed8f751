"""From corpus/ to the index: what is new, changed or gone there is read, cut and put.

Everything is derived from the corpus alone. Roles are judged over a whole show: a new episode may
show who its host is, and then the old ones are put again with that role.
"""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from talksearch import episodes
from talksearch.corpus import Corpus
from talksearch.documents import Documents
from talksearch.engines.base import Engine, EngineWriter, Mark, Record
from talksearch.errors import SourceError
from talksearch.model import Appearance, Episode, Kind, Passage, Transcript
from talksearch.passages import cut
from talksearch.report import Change, Outcome, Progress
from talksearch.shows import VERSION, Shows
from talksearch.speakers import (
    Decision,
    appearances,
    as_undecided,
    in_force,
    infer_hosts,
    is_said,
    touching,
    with_roles,
)
from talksearch.units import Scan, Unit, scan, shown_elsewhere

__all__ = ["Synced", "is_stale", "sync", "unsaid"]

_log = logging.getLogger("talksearch")


@dataclass(frozen=True, slots=True)
class Synced:
    """What became of the units that were looked at, and for each folder of the corpus what it
    holds. ``committed``: the index was changed."""

    outcomes: list[Outcome]
    marks: Mapping[str, Mark]
    committed: bool = False


def sync(
    corpus: Corpus,
    engine: Engine,
    shows: Shows,
    documents: Documents,
    *,
    fresh: bool = False,
    progress: Progress | None = None,
) -> Synced:
    """Bring the index up to the corpus, in one commit; none when nothing changed. Folders that hold
    what they held when the index was last brought up to them are not looked into: those that a run
    changed, and others that one changed before it was cut off.

    ``fresh`` writes a new index that takes the old one's place, and looks into all. One outcome a
    unit that was looked at, the unchanged included. Raises ``HomeError`` when the index cannot be
    written; then it is as it was.
    """
    decisions = in_force(corpus.decisions())
    marks = {} if fresh else engine.marks()
    there = set(corpus.folders())
    files = {folder: corpus.fingerprint(folder) for folder in there}
    prints = _fingerprints(files, decisions, {} if fresh else _homes(engine, decisions))
    dirty = {f for f in there if f not in marks or marks[f].fingerprint != (prints[f] or None)}
    dirty |= marks.keys() - there
    if not marks and not fresh:  # they were lost, and with them which folders there were
        dirty |= {record.folder for record in engine.records()}
    if not dirty and not fresh:
        return Synced([], marks)
    if fresh:
        documents.forget()
    elsewhere = shown_elsewhere(corpus, shows, documents)
    hidden = {folder: _hidden(elsewhere.get(folder)) for folder in there}
    dirty |= {f for f, mark in marks.items() if mark.hidden != hidden.get(f, "")}
    found = scan(corpus, shows, documents, sorted(dirty & there), elsewhere, partial=fresh)
    outcomes, committed = _bring_up(corpus, engine, found, dirty, decisions, fresh, progress)
    prints = _fingerprints(files, decisions, _homes(engine, decisions))  # where they are by now
    now = {folder: mark for folder, mark in marks.items() if folder not in dirty}
    now |= _marks(dirty & there, found, outcomes, prints, hidden)
    if now != marks:
        engine.mark(now)
    return Synced(outcomes, now, committed)


def _bring_up(
    corpus: Corpus,
    engine: Engine,
    found: Scan,
    folders: set[str],
    decisions: tuple[Decision, ...],
    fresh: bool,
    progress: Progress | None,
) -> tuple[list[Outcome], bool]:
    """Put what is stale in these folders, and remove what is gone. What became of each unit, and
    whether the index was changed."""
    units, outcomes = found.units, list(found.failed)
    known = [] if fresh else engine.records(folders)
    records = {record.episode.id: record for record in known}
    present = {unit.id for unit in units}
    gone = [r for i, r in records.items() if i not in present and r.folder not in found.unsure]
    stale = {
        unit.id
        for unit in units
        if unit.id not in records or is_stale(unit, records[unit.id], decisions)
    }
    if not fresh and not stale and not gone:
        return outcomes + [_outcome(records[unit.id], "unchanged") for unit in units], False
    # An episode that has met its feed, or moved to another show, has another id, and is not gone.
    former = {each for unit in units for each in unit.former_ids}
    done = 0

    def step() -> None:
        """What is stale is read, and then put, which takes as long; the rest is but looked at."""
        nonlocal done
        done += 1
        if progress:
            progress("indexing", done * len(units) // (len(units) + len(stale)), len(units))

    with engine.writer(fresh=fresh) as writer:
        for _, group in groupby(units, key=lambda unit: unit.folder):
            folder = _Folder(corpus, list(group), records, stale, decisions, step)
            for outcome in folder.put(writer):
                outcomes.append(outcome)
                step()
        for record in gone:
            writer.remove(record.episode.id)
            if record.episode.id not in former:
                outcomes.append(_outcome(record, "gone"))
        changed = fresh or bool(gone) or any(o.status in ("new", "changed") for o in outcomes)
        if changed:
            writer.commit()
    return outcomes, changed


def _homes(engine: Engine, decisions: Iterable[Decision]) -> dict[str | None, str]:
    """By episode that something was decided about, the folder in which the index has it."""
    about = dict.fromkeys(decision.episode for decision in decisions if decision.episode)
    records = map(engine.record, about)
    return {record.episode.id: record.folder for record in records if record}


def _fingerprints(
    files: Mapping[str, str | None], decisions: Sequence[Decision], homes: Mapping[str | None, str]
) -> dict[str, str]:
    """By folder, one of all that its units are made from; empty while that may yet be changing.
    What was decided about an episode goes for its folder alone, unless nobody knows which that is.
    """
    found = {}
    for folder, there in files.items():
        about = tuple(
            decision
            for decision in decisions
            if decision.folder in (None, folder) and homes.get(decision.episode, folder) == folder
        )
        told = f"{VERSION} {about} {there}"
        found[folder] = hashlib.sha256(told.encode()).hexdigest()[:32] if there else ""
    return found


def _hidden(guids: Collection[str] | None) -> str:
    return hashlib.sha256("\0".join(sorted(guids)).encode()).hexdigest()[:32] if guids else ""


def _marks(
    folders: Iterable[str],
    found: Scan,
    outcomes: Sequence[Outcome],
    prints: Mapping[str, str],
    hidden: Mapping[str, str],
) -> dict[str, Mark]:
    failed = {outcome.folder for outcome in outcomes if outcome.status == "failed"}
    indexed = (outcome for outcome in outcomes if outcome.status in ("new", "changed", "unchanged"))
    counts = Counter(outcome.folder for outcome in indexed)
    waiting = Counter(unit.folder for unit in found.units if unit.stored is None)
    return {
        # What failed is tried again.
        folder: Mark(
            "" if folder in failed else prints[folder],
            hidden[folder],
            counts[folder],
            waiting[folder],
        )
        for folder in folders
    }


def is_stale(unit: Unit, record: Record, decisions: tuple[Decision, ...]) -> bool:
    """Whether a unit has changed since it was indexed."""
    if record.digest != unit.digest:
        return True
    now = touching(decisions, record.folder, record.episode, record.appearances, unit.former_ids)
    return now != record.decisions


def unsaid(
    unit: Unit, passages: Iterable[Passage], decisions: Iterable[Decision]
) -> list[Decision]:
    """The decisions about single passages of a unit that have lost their place in it. Until there
    is a transcript none has."""
    ids = (unit.id, *unit.former_ids)
    here = [d for d in decisions if d.kind == "said" and d.episode in ids]
    texts = [each.text for each in passages if each.kind is not Kind.NOTES] if here else []
    return [decision for decision in here if texts and not is_said(texts, decision)]


def _lost(decision: Decision) -> str:
    said = decision.said or ""
    short = said if len(said) <= 60 else f"{said[:60].rstrip()}…"
    return (
        f"“{short}” is not said by {decision.name} any more, as decision {decision.number} has it: "
        "it is said no longer, or otherwise, or more than once. `talksearch speakers name` gives "
        f"it back, `talksearch speakers undo {decision.number}` forgets it"
    )


def _outcome(record: Record, status: Change) -> Outcome:
    """What became of an episode that the index has, or had."""
    episode, passages = record.episode, 0 if status == "gone" else record.passages
    return Outcome(
        episode.source, status, episode.id, episode.title, passages, folder=record.folder
    )


# One show


class _Folder:
    """The units of a show: reads the stale ones and judges over all who is host."""

    def __init__(
        self,
        corpus: Corpus,
        units: Sequence[Unit],
        records: Mapping[str, Record],
        stale: set[str],
        decisions: tuple[Decision, ...],
        step: Callable[[], None],
    ) -> None:
        self._step = step
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
                self._step()
        feed = next((unit.show for unit in self._units if unit.show), None)
        regulars = [person.name for person in feed.people] if feed else []
        hosts = infer_hosts(self._casts(read), regulars)
        for unit in self._units:
            record = self._records.get(unit.id)
            if record and unit.id not in self._stale:
                if _among(hosts, record.appearances) == record.hosts:
                    yield _outcome(record, "unchanged")
                    continue
                self._try_read(unit, read, failed)
            if unit.id in failed:
                yield Outcome(unit.source, "failed", error=failed[unit.id], folder=unit.folder)
                continue
            yield self._put_one(writer, unit, read.pop(unit.id), hosts)

    def _try_read(
        self, unit: Unit, read: dict[str, Transcript], failed: dict[str, SourceError]
    ) -> None:
        try:
            read[unit.id] = episodes.of_unit(self._corpus, unit, self._decisions)
        except SourceError as error:
            if unit.stored and unit.is_fetched:
                path = self._corpus.path(unit.stored)
                again = "`talksearch refresh --all` fetches it again"
                error.reason += f" ({path}: mend it, or remove it, and {again})"
            failed[unit.id] = error

    def _casts(self, read: Mapping[str, Transcript]) -> dict[str, tuple[Appearance, ...]]:
        """Who speaks in each episode, in order of publication."""
        known: list[tuple[Episode, tuple[Appearance, ...]]] = []
        for unit in self._units:
            if unit.id in read:
                episode, cast = read[unit.id].episode, appearances(read[unit.id].turns)
            elif unit.id in self._records:
                episode, cast = self._records[unit.id].episode, self._records[unit.id].appearances
            else:
                continue
            cast = as_undecided(cast, self._decisions, unit.id, unit.former_ids)
            known.append((episode, cast))
        known.sort(key=lambda pair: pair[0].order)
        return {episode.id: cast for episode, cast in known}

    def _put_one(
        self, writer: EngineWriter, unit: Unit, found: Transcript, hosts: frozenset[str]
    ) -> Outcome:
        found = replace(found, turns=with_roles(found.turns, hosts))
        cast = appearances(found.turns)
        passages = cut(found)
        for decision in unsaid(unit, passages, self._decisions):
            _log.warning("%s: %s", found.episode.title, _lost(decision))
        record = Record(
            episode=found.episode,
            digest=unit.digest,
            folder=unit.folder,
            document=unit.stored.path if unit.stored else None,
            appearances=cast,
            hosts=_among(hosts, cast),
            decisions=touching(self._decisions, unit.folder, found.episode, cast, unit.former_ids),
            passages=len(passages),
            words=sum(len(passage.text.split()) for passage in passages),
        )
        writer.put(record, passages)
        known = self._records.keys() & {unit.id, *unit.former_ids}
        return _outcome(record, "changed" if known else "new")


def _among(hosts: frozenset[str], cast: Iterable[Appearance]) -> tuple[str, ...]:
    return tuple(sorted(hosts & {a.speaker.name for a in cast if a.speaker.name}))
