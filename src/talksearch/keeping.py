"""What changes an archive: taking in, refreshing, making the index, looking after both.

Who only searches needs none of it, and none of what it imports.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from talksearch import episodes, feedlist, ingest
from talksearch.cache import Cache
from talksearch.config import Config
from talksearch.corpus import WAIT_S, Corpus, Given
from talksearch.documents import Documents
from talksearch.engines.base import Engine, Record, Totals
from talksearch.errors import (
    BusyError,
    ConfigError,
    FeedParseError,
    HomeError,
    IndexUnusableError,
)
from talksearch.fetch import Fetcher
from talksearch.follow import Following
from talksearch.gather import Gathering
from talksearch.joining import Joining
from talksearch.model import Transcript
from talksearch.once import cached_property
from talksearch.report import (
    Finding,
    FollowedFeed,
    Holdings,
    Outcome,
    Progress,
    RefreshReport,
    WatchMatches,
)
from talksearch.shows import Shows
from talksearch.units import present_id

if TYPE_CHECKING:
    from talksearch.people import People
    from talksearch.watches import Watches

__all__ = ["Keeping"]

_log = logging.getLogger("talksearch")


class Keeping:
    """The part of an archive that changes it. What a method does and raises is said where the
    archive has it."""

    def __init__(
        self, home: Path, engine: Engine, config: Config, progress: Progress | None
    ) -> None:
        self._home = home
        self._engine = engine
        self._config = config
        self._progress = progress
        self._corpus = Corpus(home / "corpus")
        self._cache = Cache(home / "index" / "cache")
        self._shows = Shows(self._corpus, self._cache)
        self._documents = Documents(self._corpus, self._cache)
        self._building = threading.Lock()

    @cached_property
    def people(self) -> People:
        from talksearch.people import People

        return People(
            self._corpus,
            self._engine,
            self.ready,
            self.record,
            lambda: self._sync().outcomes,
        )

    @cached_property
    def watches(self) -> Watches:
        from talksearch.watches import Watches

        return Watches(self._corpus, self._engine, self.ready)

    def record(self, episode_id: str) -> Record | None:
        """The record of an episode, by an id that it has or had."""
        record = self._engine.record(episode_id)
        if record is None:
            now = present_id(self._corpus, self._shows, self._documents, episode_id)
            record = self._engine.record(now) if now else None
        return record

    # Putting in

    def add(self, sources: Iterable[str], given: Given) -> list[Outcome]:
        self._usable()
        with self._corpus.lock(), self._gathering(_now()) as gathering:
            for source in sources:
                gathering.add(source, given)
            gathering.joining.match(tell=True)
            synced = self._sync()
        here = gathering.folders | gathering.joining.folders
        told = [o for o in synced.outcomes if o.folder in here or o.status != "failed"]
        failed = gathering.outcomes + gathering.joining.outcomes
        found = failed + feedlist.with_choices(told, gathering.visited.values())
        told = [o for o in found if o.status != "unchanged" or o.source in gathering.sources]
        return told + self._embed()

    def refresh(
        self,
        feeds: Iterable[str],
        *,
        scheduled: bool,
        everything: bool,
        prune: bool,
        wait_s: float | None,
    ) -> RefreshReport:
        began = time.perf_counter()
        self._require_corpus()
        now = _now()
        with (
            self._corpus.lock(WAIT_S if wait_s is None else wait_s),
            self._gathering(now, everything=everything) as gathering,
        ):
            rebuilt = self._mended()  # first, for else all that there is would count as new
            states = dict(feedlist.find(self._corpus, name) for name in feeds) or dict(
                feedlist.states(self._corpus)
            )
            statuses = {
                folder: gathering.following.why_not(folder, state, scheduled=scheduled)
                for folder, state in states.items()
            }
            left = gathering.left(states) if prune else {}
            gathering.refresh({f: state for f, state in states.items() if not statuses[f]})
            gathering.joining.match(tell=False)  # it was told when they were added
            gathering.prune(left)
            try:
                synced = self._sync()
            except IndexUnusableError as error:  # damage that is seen where it is read
                rebuilt, synced = self._made_anew(error), self._sync()
            for outcome in synced.outcomes:
                if isinstance(outcome.error, FeedParseError) and outcome.folder:
                    gathering.following.forget(outcome.folder)
            watches = self._watched(gathering)
        embedded = self._embed()
        took_ms = (time.perf_counter() - began) * 1000
        return feedlist.report(
            self._corpus,
            {folder: (state, statuses[folder]) for folder, state in states.items()},
            gathering.visited,
            gathering.outcomes + gathering.joining.outcomes + synced.outcomes + embedded,
            synced,
            watches=watches,
            rebuilt=sum(outcome.status == "new" for outcome in rebuilt),
            took_ms=took_ms,
        )

    @contextmanager
    def _gathering(self, now: dt.datetime, *, everything: bool = False) -> Iterator[Gathering]:
        with Fetcher(allow_private_addresses=self._config.allow_private_addresses) as fetcher:
            following = Following(
                self._corpus, self._shows, self._documents, fetcher, now, everything=everything
            )
            joining = Joining(self._corpus, self._shows, self._documents, self._cache)
            yield Gathering(self._corpus, self._shows, fetcher, following, joining, self._progress)

    def _watched(self, gathering: Gathering) -> tuple[WatchMatches, ...]:
        """What the watches newly find. What could not be written down is told again."""
        try:
            return self.watches.report()
        except HomeError as error:
            gathering.outcomes.append(Outcome(error.path, "failed", error=error))
            return ()

    # The index

    def ready(self) -> None:
        """See that there is an index to search in."""
        if self._engine.state() == "ready":
            return
        self._require_corpus()
        with self._building, self._corpus.lock():
            if self._engine.state() == "ready":  # somebody else has built it meanwhile
                return
            for outcome in self._sync().outcomes:
                if outcome.error:
                    _log.warning("%s", outcome.error)

    def rebuild(self) -> list[Outcome]:
        self._require_corpus()
        with self._corpus.lock():
            outcomes = self._sync(fresh=True).outcomes
        return outcomes + self._embed()

    def _mended(self) -> list[Outcome]:
        """What became of each document, where there was no index, or none that can be opened."""
        if self._engine.state() != "ready":
            return self._sync().outcomes
        try:
            list(self._engine.records(()))
        except IndexUnusableError as error:
            return self._made_anew(error)
        return []

    def _made_anew(self, error: IndexUnusableError) -> list[Outcome]:
        """Make a new index from the corpus. The error tells people to do that; a timer has nobody
        who would."""
        _log.warning("%s: this refresh does", error)
        return self._sync(fresh=True).outcomes

    def _sync(self, *, fresh: bool = False) -> ingest.Synced:
        """Bring the index up to date, all of it if there is none that can be used."""
        if not fresh and (state := self._usable()) != "ready":
            fresh = True
            if state == "outdated":
                _log.warning("the index is of another version of talksearch: building it anew")
        synced = ingest.sync(
            self._corpus,
            self._engine,
            self._shows,
            self._documents,
            fresh=fresh,
            progress=self._progress,
        )
        self._documents.keep()
        return synced

    def _usable(self) -> str:
        """The state of the index, which is left alone if a newer version made it: two that make it
        anew for each other would do so at every search."""
        state = self._engine.state()
        if state == "newer":
            reason = (
                "the index was made by a newer talksearch: use that one (what was running before "
                "an update has to be started again), or run `talksearch rebuild` with this one"
            )
            raise IndexUnusableError(reason, str(self._home / "index"))
        return state

    def _embed(self) -> list[Outcome]:
        """Let the index be searched by meaning, where a model is set: an outcome if it is no good.
        This can take an hour, and locks nothing that others need."""
        try:
            self._engine.embed(self._progress)
        except ConfigError as error:
            return [Outcome(self._config.model, "failed", error=error)]
        return []

    def _require_corpus(self) -> None:
        if not self._corpus.root.is_dir():
            reason = "there is no archive here yet: `talksearch add` puts something in"
            raise HomeError(reason, str(self._home))

    # What there is

    def transcript(self, record: Record) -> Transcript:
        return episodes.of_record(self._corpus, self._shows, self._documents, record)

    def feeds(self) -> list[FollowedFeed]:
        known = feedlist.states(self._corpus)
        return [feedlist.followed(self._corpus, folder, state) for folder, state in known]

    def pause_feed(self, name: str, paused: bool) -> FollowedFeed:
        self._require_corpus()
        with self._corpus.lock():
            folder, state = feedlist.find(self._corpus, name)
            state = replace(state, paused=paused, retired=state.retired if paused else None)
            self._corpus.put_feed(folder, state)
        return feedlist.followed(self._corpus, folder, state)

    def remove_feed(self, name: str) -> list[Outcome]:
        self._require_corpus()
        self._usable()
        with self._corpus.lock():
            folder, _ = feedlist.find(self._corpus, name)
            self._corpus.remove(folder)
            return self._sync().outcomes

    def status(self) -> Holdings:
        state = self._engine.state()
        held = self._engine.totals() if state == "ready" else Totals(0, 0, 0, 0)
        return Holdings(
            home=str(self._home),
            index=state,
            shows=held.folders,
            episodes=held.episodes,
            waiting=sum(mark.waiting for mark in self._engine.marks().values()),
            passages=held.passages,
            words=held.words,
            feeds=len(self.feeds()),
            model=self._config.model or None,
            not_embedded=self._engine.lacking() if state == "ready" else 0,
            corpus_bytes=_size(self._corpus.root),
            index_bytes=_size(self._home / "index"),
        )

    def check(self, *, repair: bool) -> list[Finding]:
        from talksearch.checking import check

        self._require_corpus()
        if repair:
            self._usable()
        with ExitStack() as held:
            try:
                held.enter_context(self._corpus.lock())
            except HomeError as error:
                # Who may only read can keep nobody from changing it, and mends nothing.
                if repair or isinstance(error, BusyError):
                    raise
            found = check(
                self._corpus,
                self._engine,
                self._shows,
                self._documents,
                self.watches,
                lambda fresh: self._sync(fresh=fresh),
                repair=repair,
                progress=self._progress,
            )
        if repair:
            self._embed()
        return found


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _size(folder: Path) -> int:
    """How many bytes there are. Others may be changing it: what is gone meanwhile has none."""
    size = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                size += Path(place, name).stat().st_size
    return size
