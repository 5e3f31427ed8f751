"""Whether corpus and index are whole, and hold the same.

A run that was killed can leave a file that was not finished, a sidecar before its document, a
transcript beside the one that takes its place. None of that hides anything, and ``repair`` takes
it away. What somebody wrote by hand is never touched: there the finding says what to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from talksearch import feeds, ingest
from talksearch.corpus import Corpus, Stored
from talksearch.documents import Documents
from talksearch.engines.base import Engine
from talksearch.errors import HomeError, IndexUnusableError, SourceError, TalkSearchError
from talksearch.files import read_file, remove_path
from talksearch.report import Finding, Progress
from talksearch.shows import Shows
from talksearch.speakers import Decision, in_force
from talksearch.units import Unit, scan, shown_elsewhere
from talksearch.watches import Watches

__all__ = ["check"]


_Repair = Callable[[], None] | None
_Wrong = tuple[str, str, _Repair]  # where, what, and how to mend it


def check(
    corpus: Corpus,
    engine: Engine,
    shows: Shows,
    documents: Documents,
    watches: Watches,
    sync: Callable[[bool], ingest.Synced],
    *,
    repair: bool = False,
    progress: Progress | None = None,
) -> list[Finding]:
    """What is wrong with the corpus, then with the index. ``sync`` brings the index up to the
    corpus, or makes it anew if it is given True. Call it with the corpus locked."""
    found: list[Finding] = []
    for place, reason, mend in _in_corpus(corpus, shows, watches):
        repaired = bool(repair and mend)
        if repair and mend:
            try:
                mend()
            except HomeError as error:
                reason, repaired = f"{reason}; {error.reason}", False
        found.append(Finding(place, reason, repaired))
    try:
        wrong, fresh, sources = _in_index(corpus, engine, shows, documents, progress)
    except HomeError:  # what was decided cannot be read, which is among the findings
        return found
    if wrong and repair:
        engine.mark({})
        why = {o.source: _reason(o.error) for o in sync(fresh).outcomes if o.status == "failed"}
        left, _, _ = _in_index(corpus, engine, shows, documents, progress)
        wrong = [
            replace(each, reason=why.get(sources.get(each.place, each.place), each.reason))
            if each in left
            else replace(each, repaired=True)
            for each in wrong
        ]
    return list(dict.fromkeys(found + wrong))  # what both are made from is found twice


# The corpus


def _in_corpus(corpus: Corpus, shows: Shows, watches: Watches) -> Iterator[_Wrong]:
    for path in corpus.unfinished():
        yield str(path), "was not finished when a run was cut off", partial(remove_path, path)
    try:
        corpus.decisions()
    except HomeError as error:
        yield error.path, f"{error.reason}; mend the line, or remove it", None
    for wrong in watches.check():
        place = wrong.path if isinstance(wrong, HomeError) else wrong.source
        yield place, f"{wrong.reason}; mend it, or remove it", None
    sources: dict[str, Stored] = {}
    for folder in corpus.folders():
        for read in (corpus.show_file, shows.read):
            try:
                read(folder)
            except SourceError as error:
                yield error.source, error.reason, None
        try:
            yield from _fetched(corpus, folder)
            for path in corpus.lonely_sidecars(folder):
                reason = "tells of a document that is not there"
                yield str(path), reason, partial(remove_path, path)
            yield from _documents(corpus, folder, sources)
        except SourceError as error:
            yield error.source, error.reason, None


def _fetched(corpus: Corpus, folder: str) -> Iterator[_Wrong]:
    """What is only to be taken away for a refresh to obtain it again."""
    try:
        corpus.strict_visits(folder)
    except SourceError as error:
        yield error.source, error.reason, partial(remove_path, Path(error.source))
    for path in corpus.chapter_files(folder):
        try:
            feeds.parse_chapters(read_file(path), source=str(path))
        except SourceError as error:
            yield str(path), error.reason, partial(remove_path, path)


def _documents(corpus: Corpus, folder: str, sources: dict[str, Stored]) -> Iterator[_Wrong]:
    guids: dict[str, Stored] = {}
    followed = corpus.has_feed_bytes(folder)
    for stored in corpus.documents(folder):
        try:
            meta = corpus.meta(stored)
        except SourceError as error:
            yield error.source, error.reason, None
            continue
        # What two feeds offer, each has: without its own, the one would fetch it again.
        offered = followed and meta.guid is not None and not meta.matched_by
        for known, key, reason in (
            (guids, meta.guid, "is of the same episode as"),
            (sources, None if offered else meta.source, "was stored twice, also as"),
        ):
            other = known.get(key) if key else None
            older = corpus.older(stored, other) if other and corpus.path(other).exists() else None
            if other and older:
                newer = other if older == stored else stored
                reason = f"{reason} {corpus.path(newer)}"
                yield str(corpus.path(older)), reason, partial(corpus.remove_document, older)
            if older == stored:
                break
            if key:
                known[key] = stored


# The index


def _in_index(
    corpus: Corpus,
    engine: Engine,
    shows: Shows,
    documents: Documents,
    progress: Progress | None,
) -> tuple[list[Finding], bool, dict[str, str]]:
    """What is wrong; whether only a new index will do; and of the documents that are named, where
    they are from."""
    state = engine.state()
    if state != "ready":
        reason = "was made by a newer talksearch" if state == "newer" else f"is {state}"
        return [Finding("index", reason)], True, {}
    try:
        engine.verify()
        records = {record.episode.id: record for record in engine.records()}
        damaged = []
        for done, record in enumerate(records.values(), 1):
            # What they say has just been read: here it is enough that they are there.
            if len(engine.turns(record.episode.id)) != record.passages:
                damaged.append(record.episode.id)
            if progress:
                progress("checking", done, len(records))
    except IndexUnusableError as error:
        return [Finding("index", error.reason)], True, {}
    if damaged:
        return [Finding(f"index: {each}", "lacks passages") for each in damaged], True, {}
    documents.forget()
    elsewhere = shown_elsewhere(corpus, shows, documents)
    found = scan(corpus, shows, documents, corpus.folders(), elsewhere)
    decisions = in_force(corpus.decisions())
    findings = [Finding(o.source, _reason(o.error)) for o in found.failed]
    sources: dict[str, str] = {}
    for unit in found.units:
        # What was edited or put there by hand is in the corpus, whatever its source is.
        place = str(corpus.path(unit.stored)) if unit.stored else unit.source
        sources[place] = unit.source
        if unit.id not in records:
            findings.append(Finding(place, "is in the corpus and not in the index"))
        elif ingest.is_stale(unit, records.pop(unit.id), decisions):
            findings.append(Finding(place, "has changed since it was indexed"))
    for record in records.values():
        if record.folder not in found.unsure:
            reason = "is in the index and not in the corpus"
            document = record.document and str(corpus.root / record.document)
            findings.append(Finding(document or record.episode.source, reason))
    findings += _unsaid(corpus, engine, found.units, decisions)
    return findings, False, sources


def _unsaid(
    corpus: Corpus, engine: Engine, units: Iterable[Unit], decisions: Sequence[Decision]
) -> Iterator[Finding]:
    """The decisions about passages that are no longer there."""
    about = {decision.episode for decision in decisions if decision.kind == "said"}
    for unit in units:
        if about.isdisjoint((unit.id, *unit.former_ids)):
            continue
        for decision in ingest.unsaid(unit, engine.passages(unit.id), decisions):
            yield Finding(
                str(corpus.root / "speakers.jsonl"),
                f"decision {decision.number} is about what is no longer said so in {unit.id}, or "
                f"is there more than once; `talksearch speakers undo {decision.number}` takes "
                "it back",
            )


def _reason(error: TalkSearchError | None) -> str:
    return error.reason if error else "cannot be read"
