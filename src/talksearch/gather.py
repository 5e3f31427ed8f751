"""From the world into corpus/: files, folders, feeds and addresses, each looked at, checked by
reading it once, and stored. What cannot be read is an Outcome; the rest goes on.
"""

from __future__ import annotations

import logging
import os
import shlex
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import fields, replace
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from talksearch import feeds, formats, guard
from talksearch.corpus import Corpus, FeedState, Given, Meta, Stored
from talksearch.errors import EditedError, HomeError, SourceError, UnknownFormatError
from talksearch.feeds.identity import address_key
from talksearch.fetch import Fetched, Fetcher, NotModified
from talksearch.files import (
    absolute,
    as_text,
    is_file,
    is_folder,
    is_full,
    read_file,
    unreadable,
)
from talksearch.follow import Following, Visited
from talksearch.formats import Metadata
from talksearch.joining import Joining
from talksearch.model import Document
from talksearch.once import cached_property
from talksearch.parallel import in_parallel
from talksearch.patterns import pattern
from talksearch.redaction import redacted, without_secrets
from talksearch.report import Change, Outcome, Progress
from talksearch.shows import Shows
from talksearch.units import remembering

__all__ = ["Gathering"]

_log = logging.getLogger("talksearch")


class Gathering:
    """One run of ``add`` or ``refresh``.

    ``folders`` are the folders of the corpus in which something may have changed, ``sources`` what
    was stored, ``visited`` the feeds that were asked, ``outcomes`` what could not be had.
    """

    def __init__(
        self,
        corpus: Corpus,
        shows: Shows,
        fetcher: Fetcher,
        following: Following,
        joining: Joining,
        progress: Progress | None,
    ) -> None:
        self.folders: set[str] = set()
        self.sources: set[str] = set()
        self.outcomes: list[Outcome] = []
        self.visited: dict[str, Visited] = {}
        self._corpus = corpus
        self._shows = shows
        self._fetcher = fetcher
        self.following = following
        self.joining = joining
        self._progress = progress
        self._naming = threading.Lock()

    def add(self, source: str, given: Given) -> None:
        """Take in a feed, an OPML list, a transcript or a page, from an address or a file; or all
        of a folder."""
        try:
            if not source.strip():
                raise SourceError("names nothing: a source is a file, a folder or an address", "''")
            if _is_address(source):
                self._add_address(source, given)
            elif _SCHEME.match(source):
                reason = "only http:// and https:// addresses can be fetched; a file has a path"
                raise SourceError(reason, redacted(source))
            elif is_folder(path := absolute(source)):
                self._add_folder(path, given)
            else:
                self._add_file(path, given)
        except (HomeError, SourceError) as error:
            self._failed(source, error)

    def refresh(self, folders: Mapping[str, FeedState]) -> None:
        """Fetch the feeds in these folders again, and what their items offer; several hosts at
        once."""
        order = _by_turns(folders)
        for done, visited in enumerate(in_parallel(self._visit, order), 1):
            self._note(visited)
            if self._progress:
                self._progress("fetching feeds", done, len(folders))

    def _visit(self, one: tuple[str, FeedState]) -> Visited:
        folder, state = one
        try:
            return self.following.visit(folder, state)
        except (HomeError, SourceError) as error:  # a folder of somebody else's, or damaged
            _refuse_full(error)
            return Visited(folder, "failed", error)

    def _note(self, visited: Visited) -> None:
        self.visited[visited.folder] = visited
        self.folders.add(visited.folder)
        self.sources |= visited.taken.transcripts.keys()
        for error in visited.taken.failed:
            self.outcomes.append(
                Outcome(error.source, "skipped", error=error, folder=visited.folder)
            )

    def prune(self, left: Mapping[str, set[str]]) -> None:
        """Remove the episodes of these guids, by their folders, if they are not back in the feed;
        with the transcripts that the feed offered. Those that the user added, or has edited, stay,
        by themselves.
        """
        for folder, guids in left.items():
            visited = self.visited.get(folder)
            gone = guids & self.left([folder])[folder]
            if gone and not (visited and visited.status == "failed"):
                try:
                    self._prune_folder(folder, gone)
                except (HomeError, SourceError) as error:
                    self._failed(folder, error)

    def _prune_folder(self, folder: str, gone: set[str]) -> None:
        for stored in self._corpus.documents(folder):
            if self._guid(stored) in gone:
                meta = self._corpus.meta(stored)
                if meta.matched_by or self._corpus.is_edited(stored):
                    meta = remembering(stored, meta)
                    self._corpus.move(stored, folder, replace(meta, guid=None, matched_by=None))
                else:
                    self._corpus.remove_document(stored)
        entries = self._corpus.left(folder)
        self._corpus.put_left(folder, (e for e in entries if e.get("guid") not in gone))

    def left(self, folders: Iterable[str]) -> dict[str, set[str]]:
        """By folder, the guids of the episodes that have left their feeds."""
        found: dict[str, set[str]] = {}
        for folder in folders:
            try:
                show = self._shows.read(folder)
            except SourceError:
                show = None  # ingest reports it
            found[folder] = {item.guid for item in show.left} if show else set()
        return found

    def _failed(
        self, source: str, error: SourceError | HomeError, status: Change = "failed"
    ) -> None:
        _refuse_full(error)
        place = error.path if isinstance(error, HomeError) else error.source
        if isinstance(error, SourceError) and _is_address(place):
            place = error.source = without_secrets(redacted(place), source)
        self.outcomes.append(Outcome(place or redacted(source), status, error=error))

    # Files and folders

    def _add_file(self, path: Path, given: Given) -> None:
        if not path.exists():
            hint = "; an address begins with https://" if "." in str(path) else ""
            raise SourceError(f"there is no such file{hint}", str(path))
        if not path.is_file():
            raise SourceError("is neither a file nor a folder", str(path))
        self._add_bytes(Document(read_file(path, formats.MAX_BYTES), as_text(path)), given)

    def _add_folder(self, top: Path, given: Given) -> None:
        """Every file below. One that is no transcript is skipped, unless its name says it is."""
        known = {suffix for format in formats.FORMATS for suffix in format.suffixes}
        if top.is_relative_to(self._corpus.root.absolute()):
            reason = "is the archive's own: `talksearch refresh` reads what is new there"
            raise SourceError(reason, str(top))
        files = self._files(top)
        for done, path in enumerate(files, 1):
            try:
                document = Document(read_file(path, formats.MAX_BYTES), as_text(path))
                self._add_bytes(document, given, parent=path.parent.name)
            except (HomeError, SourceError) as error:
                unknown = isinstance(error, UnknownFormatError)
                skipped = unknown or path.suffix.lower() not in known
                skipped = skipped and isinstance(error, SourceError)
                self._failed(str(path), error, "skipped" if skipped else "failed")
            if self._progress:
                self._progress("reading", done, len(files))
        if not files:
            raise SourceError("holds no files", str(top))

    def _files(self, top: Path) -> list[Path]:
        """The files below, in order; nothing hidden, no folder reached by a link, not our own."""

        def failed(error: OSError) -> None:
            self._failed(str(top), unreadable(Path(error.filename), error))

        home = self._corpus.root.absolute().parent
        own = {home / "corpus", home / "index"}
        found: list[Path] = []
        for folder, inner, names in os.walk(top, onerror=failed):
            inner[:] = [n for n in inner if not n.startswith(".") and Path(folder, n) not in own]
            found += [Path(folder, name) for name in names if not name.startswith(".")]
        return sorted(path for path in found if self._is_file(path))

    def _is_file(self, path: Path) -> bool:
        try:
            return is_file(path)
        except SourceError as error:  # a link to where one may not look
            self._failed(str(path), error)
            return False

    def _add_bytes(self, document: Document, given: Given, parent: str | None = None) -> None:
        """``parent`` is the folder the file lay in: the show, unless something says otherwise."""
        if feeds.looks_like_opml(document.data):
            self._add_opml(document, given)
        elif feeds.looks_like_feed(document.data):
            self._add_feed(FeedState(None, document.source, given=given), document.data)
        else:
            self._add_document(document, given, parent)

    def _add_document(self, document: Document, given: Given, parent: str | None) -> None:
        known = self._corpus.of_source(document.source)
        if known:
            given = _with_former(given, self._corpus.meta(known).given)
        reading = guard.read(document, given.format)
        if _is_address(document.source) and not reading.spoken:
            self._offer_feed(document)
        with self._naming:
            self._put_document(document, reading.metadata, given, known, parent)

    def _put_document(
        self,
        document: Document,
        told: Metadata,
        given: Given,
        known: Stored | None,
        parent: str | None,
    ) -> None:
        if known and not given.show:
            folder = known.folder
        else:
            folder = self._corpus.folder_for(given.show or told.show or parent)
        name = self._corpus.name_of(document.source)
        meta = Meta(document.source, document.media_type, group=parent, given=given)
        if known:
            name, former = known.name, self._corpus.meta(known)
            meta = replace(meta, obtained=former.obtained)
            if folder == known.folder:
                same = {at: getattr(former, at) for at in ("guid", "matched_by", "group", "was")}
                meta = replace(meta, **same)
            else:
                self.folders.add(known.folder)
                meta = replace(meta, was=remembering(known, former).was)
                known = self._corpus.move(known, folder, meta)
                name = known.name
            there = replace(self._corpus.read(known, meta), source=str(self._corpus.path(known)))
            if there.data != document.data and not meta.is_obtained(there.data):
                self._keep_edited(known, there, meta, document)
                return
        stored = self._corpus.put(folder, name, document.data, meta)
        self.joining.new[stored] = told
        self._stored(folder, document.source)

    def _keep_edited(self, stored: Stored, edited: Document, meta: Meta, given: Document) -> None:
        """Leave what was edited by hand as it is, with what is said of it now. Raises
        ``EditedError`` when its source gives something else than the last time."""
        now = meta.obtaining(given.data)
        self._corpus.move(stored, stored.folder, now)
        self._stored(stored.folder, given.source)
        self.joining.new[stored] = guard.read(edited, meta.given.format).metadata
        if now != meta:
            source = redacted(given.source)
            raise EditedError(edited.source, source, f"talksearch add {shlex.quote(source)}")

    def _stored(self, folder: str, source: str) -> None:
        self.folders.add(folder)
        self.sources.add(redacted(source))

    # Addresses

    def _add_address(self, address: str, given: Given) -> None:
        fetched = self._fetched(address)
        if feeds.looks_like_feed(fetched.data):
            self._add_feed(FeedState(fetched.moved or address, address, given=given), fetched)
        else:
            self._add_bytes(Document(fetched.data, address, fetched.media_type), given)

    def _offer_feed(self, document: Document) -> None:
        """Who adds the page of a show may have meant its feed."""
        head = document.data[:_HEAD].decode("utf-8", "replace")
        feed = feeds.offered_feed(head, document.source)
        if feed:
            _log.warning(
                "%s: was taken in as a page; it names a feed: `talksearch add %s` follows that",
                redacted(document.source),
                shlex.quote(redacted(feed)),
            )

    def _add_opml(self, document: Document, given: Given) -> None:
        listed = feeds.parse_opml(document.data, source=document.source)
        add = partial(self._add_listed, given)
        for done, _ in enumerate(in_parallel(add, listed), 1):
            if self._progress:
                self._progress("fetching feeds", done, len(listed))

    def _add_listed(self, given: Given, address: str) -> None:
        """As a feed and nothing else: a list may name itself, and what was a feed once may be the
        page of a registrar by now."""
        try:
            fetched = self._fetched(address)
            self._add_feed(FeedState(fetched.moved or address, address, given=given), fetched)
        except (HomeError, SourceError) as error:
            self._failed(address, error)

    def _fetched(self, address: str) -> Fetched:
        fetched = self._fetcher.get(address)
        assert not isinstance(fetched, NotModified), "that is only for those who ask for changes"
        return fetched

    def _add_feed(self, state: FeedState, answer: Fetched | bytes) -> None:
        data = answer if isinstance(answer, bytes) else answer.data
        feed = self._shows.parse(state, data)
        with self._naming:
            title = without_secrets(feed.show.title, *state.private)
            folder = self._folder_of(state, state.given.show or title)
            former = self._corpus.feed(folder)
            if former:
                given = _with_former(state.given, former.given)
                state = replace(former, address=state.address, given=given, retired=None)
            else:
                self._corpus.put_feed(folder, state)  # the folder is taken
        self._note(self.following.take(folder, state, answer))
        self._stored(folder, state.shown(state.source))

    def _folder_of(self, state: FeedState, title: str) -> str:
        """The feed's folder: the one it has, or a new one; another feed's is never taken."""
        addresses = _addresses(state)
        known = (self._followed[each] for each in addresses if each in self._followed)
        folder = next(known, None) or self._new_folder(state, title)
        for each in addresses:  # it may have moved
            self._followed.setdefault(each, folder)
        return folder

    def _new_folder(self, state: FeedState, title: str) -> str:
        name = urlsplit(state.source).hostname or Path(state.source).stem
        place = state.shown(state.source)
        for candidate in (title or name, f"{title} ({name})", f"{title} ({place})"):
            folder = self._corpus.folder_for(candidate)
            known = self._corpus.feed(folder)
            if known is None or _has_new_secret(known, state):
                break
        return folder

    @cached_property
    def _followed(self) -> dict[str, str]:
        """The folders of the feeds, by their addresses."""
        found: dict[str, str] = {}
        for folder in self._corpus.folders():
            with suppress(SourceError):  # ingest reports it
                if state := self._corpus.feed(folder):
                    for address in _addresses(state):
                        found.setdefault(address, folder)
        return found

    def _guid(self, stored: Stored) -> str | None:
        try:
            return self._corpus.meta(stored).guid
        except SourceError:
            return None  # ingest reports it


def _addresses(state: FeedState) -> tuple[str, ...]:
    """Where a feed is, and by what it was added."""
    return (state.source, state.address) if state.address else (state.source,)


def _refuse_full(error: SourceError | HomeError) -> None:
    """A full disk ends the run: nothing else could be stored either."""
    if isinstance(error, HomeError) and is_full(error):
        raise error


def _has_new_secret(known: FeedState, now: FeedState) -> bool:
    """Whether two addresses of a show differ in nothing but the token, or user and password, which
    one of them may be without."""
    before, after = (
        {redacted(each).replace("://***@", "://", 1) for each in _addresses(state)}
        for state in (known, now)
    )
    return not before.isdisjoint(after)


def _with_former(given: Given, former: Given) -> Given:
    """What the user says now, and what was said before where nothing is said now."""
    return Given(*(getattr(given, f.name) or getattr(former, f.name) for f in fields(Given)))


def _by_turns(folders: Mapping[str, FeedState]) -> list[tuple[str, FeedState]]:
    """One feed of each host, then the second of each: so that hosts, who are asked one thing at a
    time, do not keep each other waiting."""
    hosts: Counter[str] = Counter()
    turns: list[tuple[int, str, FeedState]] = []
    for folder, state in folders.items():
        host = (address_key(state.address) or "").partition("/")[0]
        turns.append((hosts[host], folder, state))
        hosts[host] += 1
    return [(folder, state) for _, folder, state in sorted(turns, key=lambda turn: turn[0])]


_HEAD = 65_536  # bytes

_SCHEME = pattern(r"[A-Za-z][A-Za-z0-9+.-]*://")


def _is_address(source: str) -> bool:
    return source.lower().startswith(("http://", "https://"))
