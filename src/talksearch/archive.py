"""The library's front door: an archive on disk, what goes into it and what comes out."""

from __future__ import annotations

import datetime as dt
import logging
import os
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from talksearch import ingest, options, roster
from talksearch.config import Config, find_home, load_config
from talksearch.corpus import Corpus, FeedState, Given
from talksearch.engines.base import Engine, Record
from talksearch.errors import ConfigError, HomeError, NotFoundError, SourceError
from talksearch.fetch import Fetcher
from talksearch.formats import by_name
from talksearch.gather import Gathering
from talksearch.hints import explain_absent, explain_nothing
from talksearch.model import Document, Episode, Passage, Transcript, clean_text
from talksearch.options import Values
from talksearch.people import People
from talksearch.query.parser import parse
from talksearch.report import FollowedFeed, Holdings, Outcome, Progress
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
)
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
        self._building = threading.Lock()
        self.people = People(self._corpus, self._engine, self._ready, self._sync)
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
        with self._gathering() as gathering:
            for source in sources:
                gathering.add(os.fspath(source), given)
            gathering.match(tell=True)
            outcomes = self._sync(gathering.folders)
        return gathering.outcomes + [
            o for o in outcomes if o.status != "unchanged" or o.source in gathering.sources
        ]

    def refresh(self) -> list[Outcome]:
        """Fetch the feeds, and bring the index up to the corpus: what is new, changed or gone.

        Returns what became of every document, the unchanged included. Raises ``HomeError`` when
        the home cannot be written.
        """
        self._require_corpus()
        with self._gathering() as gathering:
            folders = self._corpus.folders()
            for done, folder in enumerate(folders, 1):
                gathering.refresh(folder)
                if self._progress:
                    self._progress("fetching feeds", done, len(folders))
            gathering.match(tell=False)  # it was told when they were added
            outcomes = self._sync()
        return gathering.outcomes + outcomes

    def rebuild(self) -> list[Outcome]:
        """Make the index anew from the corpus, without the network. Searches go on in the old one
        until the new one takes its place."""
        self._require_corpus()
        with self._corpus.lock():
            return ingest.sync(self._corpus, self._engine, fresh=True, progress=self._progress)

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
        return ingest.transcript(self._corpus, self._record(episode_id, episode_id))

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
        return [
            FollowedFeed(folder, state.address, state.source, state.fetched, state.paused)
            for folder, state in self._feed_states()
        ]

    def pause_feed(self, name: str, paused: bool = True) -> FollowedFeed:
        """Leave a feed out of ``refresh``, or take it in again. It is named by its folder or
        address. Raises ``NotFoundError``."""
        folder, state = self._feed_state(name)
        with self._corpus.lock():
            self._corpus.put_feed(folder, replace(state, paused=paused))
        return FollowedFeed(folder, state.address, state.source, state.fetched, paused)

    def remove_feed(self, name: str) -> list[Outcome]:
        """Forget a feed and remove its episodes and their transcripts, from the corpus as well.
        Raises ``NotFoundError``."""
        folder, _ = self._feed_state(name)
        with self._corpus.lock():
            self._corpus.remove(folder)
            return self._sync([folder])

    def status(self) -> Holdings:
        """What there is, without building anything."""
        state = self._engine.state()
        records = list(self._engine.records()) if state == "ready" else []
        return Holdings(
            home=str(self.home),
            index=state,
            shows=len({record.folder for record in records}),
            episodes=len(records),
            passages=sum(record.passages for record in records),
            words=sum(record.words for record in records),
            feeds=len(self.feeds()),
            corpus_bytes=_size(self._corpus.root),
            index_bytes=_size(self.home / "index"),
        )

    # Wiring

    @contextmanager
    def _gathering(self) -> Iterator[Gathering]:
        private = self._config.allow_private_addresses
        with self._corpus.lock(), Fetcher(allow_private_addresses=private) as fetcher:
            yield Gathering(self._corpus, fetcher, self._progress)

    def _require_corpus(self) -> None:
        if not self._corpus.root.is_dir():
            reason = "there is no archive here yet: `talksearch add` puts something in"
            raise HomeError(reason, str(self.home))

    def _sync(self, folders: Iterable[str] | None = None) -> list[Outcome]:
        """Bring the index up to date, all of it if there is none that can be used."""
        fresh = self._engine.state() != "ready"
        if fresh:
            self._say_why_fresh()
        scope = None if fresh else folders
        return ingest.sync(self._corpus, self._engine, scope, fresh=fresh, progress=self._progress)

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
            for outcome in self._sync():
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
        return tuple(
            replace(
                hit,
                before=tuple(reversed(_nearest(hit.passage, episodes[hit.episode.id], -1, turns))),
                after=tuple(_nearest(hit.passage, episodes[hit.episode.id], 1, turns)),
            )
            for hit in hits
        )

    def _feed_states(self) -> Iterator[tuple[str, FeedState]]:
        for folder in self._corpus.folders():
            known = self._corpus.feed(folder)
            if known:
                yield folder, known[0]

    def _feed_state(self, name: str) -> tuple[str, FeedState]:
        for folder, state in self._feed_states():
            if name in (folder, state.address, state.source):
                return folder, state
        folders = ", ".join(folder for folder, _ in self._feed_states()) or "none"
        raise NotFoundError(f"no feed is called {name!r}; there are: {folders}", name)


def _nearest(
    passage: Passage, all_of_them: Sequence[Passage], step: int, turns: int
) -> list[Passage]:
    """Going from the passage in one direction: of its own turn and of the next ``turns`` turns,
    the nearest ``turns`` passages each."""
    found: list[Passage] = []
    taken: Counter[int] = Counter()
    at = passage.number + step
    while 0 <= at < len(all_of_them):
        near = all_of_them[at]
        if len({passage.turn, near.turn, *taken}) > turns + 1:
            break
        if taken[near.turn] < turns:
            found.append(near)
            taken[near.turn] += 1
        at += step
    return found


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
