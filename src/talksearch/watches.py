"""Saved searches: what is watched for, what of it has been told, and what is new.

A match is a passage. It is new when the query finds it and has not found that text in that episode
before: not when passages are renumbered, or commas change. What is looked at are the episodes that
were put into the index again since the last time; they are known by the digest of their record
and by the decisions that it was read by, since a name that is decided makes other queries match.
The records of a show that is marked as it was (``engines.base.Mark``) are not read for that.

Two files in corpus/, for the index can be lost: ``watches.json``, what the user said, and
``watched.json``, what has been told. The second is written last of all, so that whoever is killed
tells a match again rather than never.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path
from typing import Any

from talksearch.corpus import Corpus
from talksearch.engines.base import Engine, Mark, Record
from talksearch.errors import (
    ConfigError,
    HomeError,
    NotFoundError,
    QueryError,
    QuerySyntaxError,
    SourceError,
    TalkSearchError,
)
from talksearch.files import read_file, write_file, writing
from talksearch.model import Episode, Passage, clean_text
from talksearch.patterns import pattern
from talksearch.query.nodes import EVERYTHING, Filter, Node
from talksearch.query.parser import parse
from talksearch.query.tree import all_of, any_of, every_word
from talksearch.report import Watch, WatchHit, WatchMatches
from talksearch.results import Hit
from talksearch.rss import GENERATOR, rss_feed
from talksearch.words import fold

__all__ = ["Watches"]

_log = logging.getLogger("talksearch")

_WATCHES, _WATCHED = "watches.json", "watched.json"
_RECENT = 100
_NAME_LENGTH = 60
# All but what names are made of, in any script; a bare \W would cut vowels off letters.
_NO_NAME = pattern(r"[\s!-/:-@\[-`{-~‘’“”„«»…–—]+")
_NO_LETTER = pattern(r"[\W_]+")
_LONE = pattern("[\ud800-\udfff]")


class Watches:
    """The saved searches of an archive (``archive.watches``). Of words side by side a watch wants
    all, where a search is content with any; else a watch for three words would tell of most that
    is said."""

    def __init__(self, corpus: Corpus, engine: Engine, ready: Callable[[], None]) -> None:
        self._corpus = corpus
        self._engine = engine
        self._ready = ready

    def add(
        self, query: str, *, name: str | None = None, rss: str | os.PathLike[str] | None = None
    ) -> Watch:
        """Watch for a query from now on; what it finds now counts as told.

        Without ``name`` it is called after the query. ``rss`` is a file to keep, with what it
        found last. Raises ``QuerySyntaxError``, ``ConfigError`` for a name that is taken, a query
        that is watched already, or a file that is not the watch's to write, and ``HomeError`` for
        one that cannot be written.
        """
        query = _LONE.sub("�", query).strip()
        tree = _tree(query)
        self._ready()
        with self._corpus.lock():
            watches = self.list()
            watch = Watch(
                name=_named(name, query, watches),
                query=query,
                added=_now(),
                rss=self._rss_file(rss, watches) if rss is not None else None,
            )
            memory = self._memory()
            if not watches:  # nobody is waiting for what is new
                memory.folders = _shows(self._engine.marks())
                memory.episodes = _states(self._engine.records())
            memory.told[watch.name] = self._begun(watch, tree)
            if watch.rss:
                _write(Path(watch.rss), rss_feed(watch, ()))
            self._corpus.keep(_WATCHED, memory.to_dict())
            self._keep((*watches, watch))
        return watch

    def remove(self, name: str) -> Watch:
        """Watch for it no longer. Its RSS file stays, for those who still read it. Raises
        ``NotFoundError``."""
        self.get(name)  # before a lock makes a folder where there is no archive
        with self._corpus.lock():
            watch = self.get(name)
            self._keep(each for each in self.list() if each != watch)
            memory = self._memory()
            if memory.told.pop(watch.name, None):
                self._corpus.keep(_WATCHED, memory.to_dict())
        return watch

    def list(self) -> tuple[Watch, ...]:
        """What is watched, in the order in which it was added. Raises ``HomeError`` if the file
        cannot be read: to go on without it would stop watching."""
        path = str(self._corpus.root / _WATCHES)
        try:
            found = self._corpus.kept(_WATCHES)
            return tuple(_watch(entry) for entry in found["watches"]) if found is not None else ()
        except SourceError as error:
            raise HomeError(error.reason, path) from error
        except (KeyError, TypeError, ValueError) as error:
            raise HomeError(f"holds what is no watch: {error}", path) from error

    def check(self) -> Iterator[HomeError | SourceError]:
        """What is wrong with the two files; raises nothing."""
        try:
            self.list()
        except HomeError as error:
            yield error
        try:
            self._strict_memory()
        except SourceError as error:
            yield error

    def get(self, name: str) -> Watch:
        """The watch of that name. Raises ``NotFoundError``."""
        watches = self.list()
        for watch in watches:
            if watch.name.casefold() == clean_text(name).casefold():
                return watch
        names = ", ".join(watch.name for watch in watches) or "none"
        raise NotFoundError(f"there is no watch {name!r}; there are: {names}", name)

    def count(self, name: str) -> int:
        """How many passages it finds now. Raises ``NotFoundError``, and ``QueryError`` for a query
        that another version understood."""
        watch = self.get(name)
        self._ready()
        return self._engine.count(_tree(watch.query))

    def matches(self, name: str, limit: int = _RECENT) -> tuple[WatchHit, ...]:
        """What it found last, at most 100, the latest first. Raises ``NotFoundError``."""
        watch = self.get(name)
        told = self._memory().told.get(watch.name)
        return tuple(told.recent[:limit]) if told and told.query == watch.query else ()

    def report(self) -> tuple[WatchMatches, ...]:
        """What each watch newly finds since the last report; everything is told once.

        For ``refresh``, at its end and under its lock. A watch that cannot look, or write its RSS
        file, says so and keeps nobody else from it. Raises ``HomeError`` when what is watched
        cannot be read, or what was told not be written: then it is told again.
        """
        watches = self.list()
        if not watches:
            return ()
        memory = self._memory()
        folders, there = _shows(self._engine.marks()), set(self._engine.ids())
        dirty = [f for f, state in folders.items() if not state or memory.folders.get(f) != state]
        read = _states(self._engine.records(dirty))
        gone = memory.episodes.keys() - there
        changed = {each for each in read if memory.episodes.get(each) != read[each]}
        episodes = {e: state for e, state in memory.episodes.items() if e in there} | read
        reports = []
        begun = False
        for watch in watches:
            try:
                tree = _tree(watch.query)
                told = memory.told.get(watch.name)
                if told is None or told.query != watch.query:
                    _log.warning(
                        "watch %s: what it told is not known; what it finds now counts as told",
                        watch.name,
                    )
                    memory.told[watch.name] = told = self._begun(watch, tree)
                    begun = True
                among = changed if len(changed) < len(there) else None
                hits = self._new(tree, told, gone, among)
                told.recent = [*(WatchHit(hit, _now()) for hit in hits), *told.recent][:_RECENT]
                reports.append(WatchMatches(watch, hits, self._publish(watch, told)))
            except QueryError as error:
                reports.append(WatchMatches(watch, error=error))
            if reports[-1].error:
                _log.warning("watch %s: %s", watch.name, reports[-1].error)
        if begun or memory.episodes != episodes or memory.folders != folders:
            names = {watch.name for watch in watches}
            told_of = {name: told for name, told in memory.told.items() if name in names}
            self._corpus.keep(_WATCHED, _Memory(episodes, told_of, folders).to_dict())
        return tuple(reports)

    def _new(
        self, tree: Node, told: _Told, gone: Iterable[str], changed: Collection[str] | None
    ) -> tuple[Hit, ...]:
        """What a watch finds in the ``changed`` episodes (None: in all) and has not told, which it
        takes note of."""
        # An episode that goes may come under another id, when its guid or its file is renamed.
        moved = {mark for episode_id in gone for mark in told.seen.pop(episode_id, ())}
        seen: dict[str, set[str]] = {}
        new: list[tuple[Passage, Episode]] = []
        for passage, episode in self._found(tree, changed):
            if episode.id not in seen:
                seen[episode.id] = set(told.seen.get(episode.id, ()))
            mark = _mark(passage)
            if mark not in seen[episode.id] and mark not in moved:
                new.append((passage, episode))
            seen[episode.id].add(mark)
        told.seen.update((each, sorted(marks)) for each, marks in seen.items())
        new.sort(key=lambda pair: (str(pair[1].date or ""), pair[1].id), reverse=True)
        marked = self._engine.highlight(tree, new) if new else ()
        return tuple(
            Hit(passage, episode, None, highlighted)
            for (passage, episode), highlighted in zip(new, marked, strict=True)
        )

    def _found(
        self, tree: Node, among: Collection[str] | None
    ) -> Iterator[tuple[Passage, Episode]]:
        if among is None:
            return self._engine.select(tree)
        if not among:
            return iter(())
        return self._engine.select(all_of([tree, any_of(Filter("episode", e) for e in among)]))

    def _begun(self, watch: Watch, tree: Node) -> _Told:
        """What counts as told of a watch that begins now: all that it finds."""
        seen: dict[str, set[str]] = {}
        for passage, episode in self._found(tree, None):
            seen.setdefault(episode.id, set()).add(_mark(passage))
        return _Told(watch.query, {each: sorted(marks) for each, marks in seen.items()})

    def _publish(self, watch: Watch, told: _Told) -> TalkSearchError | None:
        """Write the RSS file if it is not as it should be: what was lost or kept from being
        written comes back by itself."""
        if watch.rss is None:
            return None
        path, data = Path(watch.rss), rss_feed(watch, told.recent)
        try:
            with suppress(SourceError):
                if read_file(path) == data:
                    return None
            _write(path, data)
        except HomeError as error:
            return error
        return None

    def _rss_file(self, rss: str | os.PathLike[str], watches: Iterable[Watch]) -> str:
        """The absolute path, of a file that may be written without harm to another."""
        try:
            path = Path(rss).resolve()
            ours = not path.exists() or (path.is_file() and GENERATOR.encode() in read_file(path))
        except (OSError, ValueError, SourceError) as error:
            raise ConfigError(f"the RSS file {os.fspath(rss)} cannot be had: {error}") from error
        if not ours:
            raise ConfigError(f"{path} is there already, and no RSS file of talksearch's")
        home = self._corpus.root.resolve().parent
        if any(path.is_relative_to(home / own) for own in ("corpus", "index")):
            raise ConfigError(f"{path} is among the archive's own files: choose another folder")
        for watch in watches:
            if watch.rss == str(path):
                raise ConfigError(f"{path} is the RSS file of the watch {watch.name}")
        return str(path)

    def _keep(self, watches: Iterable[Watch]) -> None:
        entries = [watch.to_dict() for watch in watches]
        self._corpus.keep(_WATCHES, {"schema": 1, "watches": entries}, indent=1)

    def _memory(self) -> _Memory:
        """What has been told. If that cannot be read the watches begin anew."""
        try:
            return self._strict_memory()
        except SourceError as error:
            _log.warning("%s is damaged, and begun anew: %s", error.source, error.reason)
            return _Memory({}, {})

    def _strict_memory(self) -> _Memory:
        """As ``_memory``, but raises ``SourceError``."""
        found = self._corpus.kept(_WATCHED)
        try:
            return _Memory.from_dict(found) if found is not None else _Memory({}, {})
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            path = str(self._corpus.root / _WATCHED)
            raise SourceError(f"holds what was never told: {error!r}", path) from error


@dataclass(slots=True)
class _Told:
    """What a watch has told: by episode the marks of the passages, and the last hits."""

    query: str
    seen: dict[str, list[str]] = field(default_factory=dict)
    recent: list[WatchHit] = field(default_factory=list)


@dataclass(slots=True)
class _Memory:
    """``watched.json``: the states in which each episode, and each show's folder, was looked at,
    and what was told."""

    episodes: dict[str, str]
    told: dict[str, _Told]
    folders: dict[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        return {
            "schema": 1,
            "folders": self.folders,
            "episodes": self.episodes,
            "watches": {
                name: {
                    "query": told.query,
                    "seen": told.seen,
                    "recent": [hit.to_dict() for hit in told.recent],
                }
                for name, told in self.told.items()
            },
        }

    @classmethod
    def from_dict(cls, entry: dict[str, Any]) -> _Memory:
        told = {
            name: _Told(
                each["query"],
                {episode: list(marks) for episode, marks in each["seen"].items()},
                [WatchHit(Hit.from_dict(hit), _time(hit["found"])) for hit in each["recent"]],
            )
            for name, each in entry["watches"].items()
        }
        # Of an older version there are no folders: then all are read.
        return cls(dict(entry["episodes"].items()), told, dict(entry.get("folders", {}).items()))


def _write(path: Path, data: bytes) -> None:
    """Write an RSS file, whose folder has to be there. Raises ``HomeError``."""
    with writing(path):
        if not path.parent.is_dir():
            raise HomeError("there is no such folder", str(path.parent))
    write_file(path, data)


def _tree(query: str) -> Node:
    tree = every_word(parse(query))
    if tree == EVERYTHING:
        raise QuerySyntaxError("a watch needs something to look for", query, 0, len(query))
    return tree


def _states(records: Iterable[Record]) -> dict[str, str]:
    """By episode, what changes whenever it may match otherwise."""
    return {
        record.episode.id: _short_hash(repr((record.digest, record.decisions, record.hosts)))
        for record in records
    }


def _shows(marks: Mapping[str, Mark]) -> dict[str, str]:
    """By folder, what changes whenever one of its episodes may have another state; empty where that
    is not known."""
    return {
        folder: _short_hash(f"{mark.fingerprint} {mark.hidden}") if mark.fingerprint else ""
        for folder, mark in marks.items()
    }


def _mark(passage: Passage) -> str:
    """What a passage is known by: its letters and digits."""
    return _short_hash(_NO_LETTER.sub("", passage.text).casefold())


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:12]


def _named(name: str | None, query: str, watches: Iterable[Watch]) -> str:
    """A name that no other has; made of the query where none is given."""
    taken = {watch.name.casefold() for watch in watches}
    if name is not None:
        name = clean_text(name)
        if not 0 < len(name) <= _NAME_LENGTH:
            raise ConfigError(f"the name of a watch has 1 to {_NAME_LENGTH} characters")
        if name.casefold() in taken:
            raise ConfigError(f"there is a watch {name} already")
        return name
    for watch in watches:
        if watch.query == query:
            raise ConfigError(f"this is watched already, by the watch {watch.name}")
    plain = _NO_NAME.sub("-", fold(clean_text(query)))[:_NAME_LENGTH].strip("-") or "watch"
    numbered = (f"{plain}-{number}" for number in count(2))
    return next(each for each in chain([plain], numbered) if each not in taken)


def _watch(entry: dict[str, Any]) -> Watch:
    watch = Watch(entry["name"], entry["query"], entry.get("added", ""), entry.get("rss"))
    if not all(isinstance(text, str) for text in (watch.name, watch.query, watch.added)):
        raise TypeError("name, query and added are texts")
    if not isinstance(watch.rss, str | None):
        raise TypeError("rss is the path of a file")
    return watch


def _time(text: str) -> str:
    """A time as ``_now`` gives it, checked."""
    return dt.datetime.fromisoformat(text).isoformat(timespec="seconds")


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
