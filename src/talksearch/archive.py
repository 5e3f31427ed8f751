"""The library's front door: an archive on disk, what goes into it and what comes out."""

from __future__ import annotations

import datetime as dt
import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from talksearch import feedlist, ingest, options, roster
from talksearch.cache import Cache
from talksearch.checking import check
from talksearch.config import Config, find_home, load_config
from talksearch.corpus import WAIT_S, Corpus, Given
from talksearch.engines.base import Engine, Record
from talksearch.errors import (
    ConfigError,
    FeedParseError,
    HomeError,
    NotFoundError,
    SourceError,
)
from talksearch.fetch import Fetcher
from talksearch.follow import Following
from talksearch.formats import by_name
from talksearch.gather import Gathering
from talksearch.hints import explain_absent, explain_nothing
from talksearch.joining import Joining
from talksearch.model import Document, Episode, Transcript, clean_text
from talksearch.options import Values
from talksearch.people import People
from talksearch.query.parser import parse
from talksearch.report import (
    Finding,
    FollowedFeed,
    Holdings,
    Outcome,
    Progress,
    RefreshReport,
)
from talksearch.results import (
    FACET_FIELDS,
    Facet,
    Group,
    Highlighted,
    Hit,
    SearchPage,
    SearchRequest,
    Sort,
    SpeakerSummary,
    WatchMatches,
)
from talksearch.shows import Shows
from talksearch.surroundings import with_context
from talksearch.watches import Watches
from talksearch.words import fold_words

__all__ = ["Archive", "open_archive", "read_transcript"]

_log = logging.getLogger("talksearch")


def open_archive(
    home: str | os.PathLike[str] | None = None, *, progress: Progress | None = None
) -> Archive:
    """The archive in the folder ``home``; without one, where the command line would look.

    Nothing is created before something is added. ``progress`` is called during whatever takes
    long. Raises ``ConfigError`` for settings that cannot be used.
    """
    folder = find_home(home)
    return Archive(folder, load_config(folder), progress)


def read_transcript(path: str | os.PathLike[str], *, format: str | None = None) -> Transcript:
    """The transcript in a file, of any format that is read; no archive is needed or made.

    ``format`` forces one by name. Raises ``SourceError`` for a file that cannot be read.
    """
    source = os.fspath(path)
    try:
        data = Path(source).read_bytes()
    except OSError as error:
        raise SourceError(error.strerror or str(error), source) from error
    return ingest.read_alone(Document(data, source), format)


class Archive:
    """An archive of transcripts: ``corpus/``, the documents, and ``index/``, made from them.

    Close it, or use it in a ``with`` block. Any number of threads may search at a time; of those
    who add or refresh, in whatever process, one works and the others wait.
    """

    def __init__(self, home: Path, config: Config, progress: Progress | None = None) -> None:
        from talksearch.engines.whoosh.engine import WhooshEngine

        self.home = home
        self._config = config
        self._progress = progress
        self._corpus = Corpus(home / "corpus")
        self._engine: Engine = WhooshEngine(home / "index")
        self._cache = Cache(home / "index" / "cache")
        self._shows = Shows(self._corpus, self._cache)
        self._building = threading.Lock()
        self.people = People(self._corpus, self._engine, self._ready, self._change)
        self.watches = Watches(self._corpus, self._engine, self._ready)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the index's files. A later call opens them again."""
        self._engine.close()

    # Putting in

    def add(
        self,
        *sources: str | os.PathLike[str],
        show: str | None = None,
        hosts: Values = (),
        guests: Values = (),
        language: str | None = None,
        date: str | dt.date | None = None,
        format: str | None = None,
    ) -> list[Outcome]:
        """Take copies into the corpus, and index them.

        A source is a feed, an OPML list, a transcript or a web page, each by address or as a
        file, or a folder of them; which it is, is worked out. What is said of them here overrides
        what they say themselves. ``date`` is ``YYYY-MM-DD``, ``language`` a code such as ``en``,
        ``format`` the name of the transcripts' format.

        Returns what became of each, in no special order; what cannot be read is an Outcome too,
        and raises nothing. Raises ``ConfigError`` for a date or format that is none, and
        ``HomeError`` when the home cannot be written.
        """
        given = Given(
            show=clean_text(show or "") or None,
            hosts=options.names(hosts),
            guests=options.names(guests),
            language=options.language(language),
            date=options.day(date),
            format=by_name(format).name if format else None,
        )
        with self._corpus.lock(), self._gathering(_now()) as gathering:
            for source in sources:
                gathering.add(os.fspath(source), given)
            gathering.joining.match(tell=True)
            synced = self._sync()
        here = gathering.folders | gathering.joining.folders
        told = [o for o in synced.outcomes if o.folder in here or o.status != "failed"]
        failed = gathering.outcomes + gathering.joining.outcomes
        found = failed + feedlist.with_choices(told, gathering.visited.values())
        return [o for o in found if o.status != "unchanged" or o.source in gathering.sources]

    def refresh(
        self,
        *feeds: str,
        scheduled: bool = False,
        everything: bool = False,
        prune: bool = False,
        wait_s: float = WAIT_S,
    ) -> RefreshReport:
        """Fetch the feeds (these ones, by folder or address), and bring the index up to the corpus:
        what is new, changed or gone. Twice is as good as once.

        ``scheduled`` leaves out the feeds that are not due; ``everything`` asks also for what was
        given up, and looks at every transcript again. ``prune`` removes the episodes that had left
        their feeds before this run; without it they stay. What fails is in the report, and the rest
        is done all the same.

        Raises ``BusyError`` when another process has been changing the archive for longer than
        ``wait_s``, ``NotFoundError`` for a feed that there is not, ``HomeError`` when the home
        cannot be written.
        """
        began = time.perf_counter()
        self._require_corpus()
        now = _now()
        with (
            self._corpus.lock(wait_s),
            self._gathering(now, everything=everything) as gathering,
        ):
            # Else all that there is would count as new.
            rebuilt = self._sync().outcomes if self._engine.state() != "ready" else []
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
            synced = self._sync()
            for outcome in synced.outcomes:
                if isinstance(outcome.error, FeedParseError) and outcome.folder:
                    gathering.following.forget(outcome.folder)
            watches = self._watched(gathering)
        took_ms = (time.perf_counter() - began) * 1000
        return feedlist.report(
            self._corpus,
            {folder: (state, statuses[folder]) for folder, state in states.items()},
            gathering.visited,
            gathering.outcomes + gathering.joining.outcomes + synced.outcomes,
            synced,
            watches=watches,
            rebuilt=sum(outcome.status == "new" for outcome in rebuilt),
            took_ms=took_ms,
        )

    def rebuild(self) -> list[Outcome]:
        """Make the index anew from the corpus, without the network. Searches go on in the old one
        until the new one takes its place."""
        self._require_corpus()
        with self._corpus.lock():
            return self._sync(fresh=True).outcomes

    # Finding

    def search(
        self,
        query: str = "",
        *,
        speaker: Values = (),
        role: Values = (),
        show: Values = (),
        kind: Values = (),
        after: str | dt.date | None = None,
        before: str | dt.date | None = None,
        ads: bool = True,
        limit: int = 10,
        offset: int = 0,
        sort: Sort = "relevance",
        group: Group | None = None,
        context: int = 0,
        facets: Values = (),
        explain: bool = False,
    ) -> SearchPage:
        """The passages that a query finds, best first, with counts and links.

        The options mean what the same words mean in a query: ``speaker="nico"`` is
        ``speaker:nico``. ``context`` is how many turns before and after come with each hit,
        ``facets`` names fields of ``FACET_FIELDS`` to count by, ``group="episode"`` gives each
        episode's best hit. Builds the index first when there is none.

        Raises ``QuerySyntaxError`` with the position, ``ConfigError`` for an option that cannot
        be used, ``HomeError`` when nothing was ever added, ``IndexUnusableError`` when the index
        is damaged.
        """
        began = time.perf_counter()
        if limit < 0 or offset < 0 or context < 0:
            raise ConfigError("limit, offset and context count from 0")
        tree = options.tree(query, speaker, role, show, kind, after, before, ads=ads)
        names = options.facet_fields(facets)
        self._ready()
        request = SearchRequest(tree, limit, offset, sort, group, names, explain)
        with self._engine.steady():
            found = self._engine.search(request)
            hits = self._with_context(found.hits, context) if context else found.hits
            if found.total:
                hints = explain_absent(self._engine, tree, found.absent)
            else:
                hints = explain_nothing(self._engine, tree)
        took_ms = (time.perf_counter() - began) * 1000
        return SearchPage(query, str(tree), found.total, took_ms, hits, found.facets, hints)

    def facets(
        self,
        query: str = "",
        *,
        fields: Values = FACET_FIELDS,
        speaker: Values = (),
        role: Values = (),
        show: Values = (),
        kind: Values = (),
        after: str | dt.date | None = None,
        before: str | dt.date | None = None,
        ads: bool = True,
    ) -> tuple[Facet, ...]:
        """How many passages of the result have each value of these fields. Raises as ``search``."""
        tree = options.tree(query, speaker, role, show, kind, after, before, ads=ads)
        names = options.facet_fields(fields)
        self._ready()
        return self._engine.search(SearchRequest(tree, limit=0, facets=names)).facets

    def export(self, query: str = "") -> Iterator[Hit]:
        """Every passage that the query matches, episode by episode, in order, without a score.
        Raises as ``search``, before the first."""
        tree = parse(query)
        self._ready()
        return (
            Hit(passage, episode, None, Highlighted(passage.text))
            for passage, episode in self._engine.select(tree)
        )

    def passage(self, passage_id: str, *, context: int = 1) -> Hit:
        """A passage by its id, with the turns around it. Raises ``NotFoundError``."""
        self._ready()
        with self._engine.steady():
            record = self._record(passage_id.rpartition(".")[0], passage_id)
            for passage in self._engine.passages(record.episode.id):
                if passage.id == passage_id:
                    hit = Hit(passage, record.episode, None, Highlighted(passage.text))
                    return self._with_context((hit,), context)[0]
        raise NotFoundError(f"there is no passage {passage_id}", passage_id)

    def transcript(self, episode_id: str) -> Transcript:
        """An episode's transcript by the episode's id, read from the corpus again.

        Raises ``NotFoundError``, and ``SourceError`` when it is not as it was when indexed.
        """
        record = self._record(episode_id, episode_id)
        return ingest.transcript(self._corpus, self._shows, record)

    def episode(self, episode_id: str) -> Episode:
        """An episode by its id. Raises ``NotFoundError``."""
        return self._record(episode_id, episode_id).episode

    def episodes(self) -> list[Episode]:
        """Every episode, by show, the oldest first."""
        self._ready()
        found = [record.episode for record in self._engine.records()]
        return sorted(found, key=lambda e: (e.show or "", str(e.date or ""), e.title, e.id))

    def speakers(self, name: str = "") -> list[SpeakerSummary]:
        """Everybody who speaks, the most talkative first; those whose name has this part."""
        self._ready()
        return roster.summaries(self._engine.records(), fold_words(name))

    # Keeping

    def feeds(self) -> list[FollowedFeed]:
        """The feeds that are followed."""
        known = feedlist.states(self._corpus)
        return [feedlist.followed(self._corpus, folder, state) for folder, state in known]

    def pause_feed(self, name: str, paused: bool = True) -> FollowedFeed:
        """Leave a feed out of ``refresh``, or take it in again, also one that was retired. It is
        named by its folder or address. Raises ``NotFoundError``."""
        with self._corpus.lock():
            folder, state = feedlist.find(self._corpus, name)
            state = replace(state, paused=paused, retired=state.retired if paused else None)
            self._corpus.put_feed(folder, state)
        return feedlist.followed(self._corpus, folder, state)

    def remove_feed(self, name: str) -> list[Outcome]:
        """Forget a feed and remove its episodes and their transcripts, from the corpus as well.
        Raises ``NotFoundError``."""
        with self._corpus.lock():
            folder, _ = feedlist.find(self._corpus, name)
            self._corpus.remove(folder)
            return self._sync().outcomes

    def status(self) -> Holdings:
        """What there is, without building anything."""
        state = self._engine.state()
        records = list(self._engine.records()) if state == "ready" else []
        return Holdings(
            home=str(self.home),
            index=state,
            shows=len({record.folder for record in records}),
            episodes=len(records),
            waiting=sum(record.document is None for record in records),
            passages=sum(record.passages for record in records),
            words=sum(record.words for record in records),
            feeds=len(self.feeds()),
            corpus_bytes=_size(self._corpus.root),
            index_bytes=_size(self.home / "index"),
        )

    def check(self, *, repair: bool = False) -> list[Finding]:
        """Whether corpus and index are whole and hold the same; ``repair`` mends what a run that
        was cut off left, and brings the index up to the corpus. Everything is read, so that it
        takes a while. Raises ``HomeError``."""
        self._require_corpus()
        with self._corpus.lock():
            return check(
                self._corpus,
                self._engine,
                self._shows,
                self.watches,
                lambda fresh: self._sync(fresh=fresh),
                repair=repair,
                progress=self._progress,
            )

    # Wiring

    @contextmanager
    def _gathering(self, now: dt.datetime, *, everything: bool = False) -> Iterator[Gathering]:
        with Fetcher(allow_private_addresses=self._config.allow_private_addresses) as fetcher:
            following = Following(self._corpus, self._shows, fetcher, now, everything=everything)
            joining = Joining(self._corpus, self._shows, self._cache)
            yield Gathering(self._corpus, self._shows, fetcher, following, joining, self._progress)

    def _watched(self, gathering: Gathering) -> tuple[WatchMatches, ...]:
        """What the watches newly find. What could not be written down is told again."""
        try:
            return self.watches.report()
        except HomeError as error:
            gathering.outcomes.append(Outcome(error.path, "failed", error=error))
            return ()

    def _require_corpus(self) -> None:
        if not self._corpus.root.is_dir():
            reason = "there is no archive here yet: `talksearch add` puts something in"
            raise HomeError(reason, str(self.home))

    def _sync(self, *, fresh: bool = False) -> ingest.Synced:
        """Bring the index up to date, all of it if there is none that can be used."""
        if not fresh and self._engine.state() != "ready":
            fresh = True
            self._say_why_fresh()
        return ingest.sync(
            self._corpus, self._engine, self._shows, fresh=fresh, progress=self._progress
        )

    def _change(self) -> list[Outcome]:
        """Index again what a decision of the user's changes."""
        return self._sync().outcomes

    def _say_why_fresh(self) -> None:
        if self._engine.state() == "outdated":
            _log.warning("the index is of another version of talksearch: building it anew")

    def _ready(self) -> None:
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

    def _record(self, episode_id: str, name: str) -> Record:
        self._ready()
        record = self._engine.record(episode_id)
        if record is None:
            raise NotFoundError(f"nothing here has the id {name}", name)
        return record

    def _with_context(self, hits: tuple[Hit, ...], turns: int) -> tuple[Hit, ...]:
        episodes = {hit.episode.id: self._engine.passages(hit.episode.id) for hit in hits}
        return tuple(with_context(hit, episodes[hit.episode.id], turns) for hit in hits)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
