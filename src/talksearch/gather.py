"""From the world into corpus/: files, folders, feeds and addresses, each looked at, checked by
reading it once, and stored. What cannot be read is an Outcome; the rest goes on.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import fields, replace
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from talksearch import feeds, formats, guard
from talksearch.cache import Cache
from talksearch.corpus import Corpus, FeedState, Given, Meta, Stored
from talksearch.errors import HomeError, SourceError, UnknownFormatError
from talksearch.feeds.identity import address_key
from talksearch.fetch import Fetched, Fetcher, NotModified
from talksearch.files import is_full, read_file
from talksearch.follow import Following, Visited
from talksearch.formats import Metadata
from talksearch.matching import match
from talksearch.model import Document
from talksearch.parallel import in_parallel
from talksearch.redaction import redacted, without_secrets
from talksearch.report import Change, Outcome, Progress
from talksearch.shows import VERSION, KnownShow, Shows

__all__ = ["Gathering"]

_log = logging.getLogger("talksearch")


_Told = tuple[str | None, Metadata | None]


class Gathering:
    """One run of ``add`` or ``refresh``.

    ``folders`` are the folders of the corpus in which something may have changed, ``sources`` what
    was stored, ``visited`` the feeds that were asked, ``outcomes`` what could not be had.
    """

    def __init__(
        self,
        corpus: Corpus,
        shows: Shows,
        cache: Cache,
        fetcher: Fetcher,
        following: Following,
        progress: Progress | None = None,
    ) -> None:
        self.folders: set[str] = set()
        self.sources: set[str] = set()
        self.outcomes: list[Outcome] = []
        self.visited: dict[str, Visited] = {}
        self._new: dict[Stored, Metadata] = {}
        self._corpus = corpus
        self._shows = shows
        self._cache = cache
        self._fetcher = fetcher
        self.following = following
        self._progress = progress
        self._naming = threading.Lock()
        self._kept_more = False

    def add(self, source: str, given: Given) -> None:
        """Take in a feed, an OPML list, a transcript or a page, from an address or a file; or all
        of a folder."""
        try:
            if not source.strip():
                raise SourceError("names nothing: a source is a file, a folder or an address", "''")
            if _is_address(source):
                self._add_address(source, given)
            elif (path := _absolute(source)).is_dir():
                self._add_folder(path, given)
            else:
                self._add_file(path, given)
        except SourceError as error:
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
        except HomeError as error:  # a folder of somebody else's
            if is_full(error):
                raise
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
        with the transcripts that the feed offered. Those that the user added stay, by themselves.
        """
        for folder, guids in left.items():
            visited = self.visited.get(folder)
            gone = guids & self.left([folder])[folder]
            if not gone or (visited and visited.status == "failed"):
                continue
            for stored in self._corpus.documents(folder):
                if self._guid(stored) in gone:
                    meta = self._corpus.meta(stored)
                    if meta.matched_by:
                        alone = replace(meta, guid=None, matched_by=None)
                        self._corpus.put(folder, stored.name, self._bytes(stored, meta), alone)
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

    def _bytes(self, stored: Stored, meta: Meta) -> bytes:
        return self._corpus.read(stored, meta).data

    def _failed(self, source: str, error: SourceError, status: Change = "failed") -> None:
        if _is_address(error.source):
            error.source = without_secrets(redacted(error.source), source)
        self.outcomes.append(Outcome(error.source or redacted(source), status, error=error))

    # Files and folders

    def _add_file(self, path: Path, given: Given) -> None:
        if not path.exists():
            hint = "; an address begins with https://" if "." in str(path) else ""
            raise SourceError(f"there is no such file{hint}", str(path))
        if not path.is_file():
            raise SourceError("is neither a file nor a folder", str(path))
        self._add_bytes(Document(read_file(path, formats.MAX_BYTES), _name(path)), given)

    def _add_folder(self, top: Path, given: Given) -> None:
        """Every file below. One that is no transcript is skipped, unless its name says it is."""
        known = {suffix for format in formats.FORMATS for suffix in format.suffixes}
        if top.is_relative_to(self._corpus.root.absolute()):
            reason = "is the archive's own: `talksearch refresh` reads what is new there"
            raise SourceError(reason, str(top))
        files = self._files(top)
        for done, path in enumerate(files, 1):
            try:
                document = Document(read_file(path, formats.MAX_BYTES), _name(path))
                self._add_bytes(document, given, parent=path.parent.name)
            except SourceError as error:
                unknown = isinstance(error, UnknownFormatError)
                skipped = unknown or path.suffix.lower() not in known
                self._failed(str(path), error, "skipped" if skipped else "failed")
            if self._progress:
                self._progress("reading", done, len(files))
        if not files:
            raise SourceError("holds no files", str(top))

    def _files(self, top: Path) -> list[Path]:
        """The files below, in order; nothing hidden, no folder reached by a link, not our own."""

        def unreadable(error: OSError) -> None:
            reason = f"cannot be read: {error.strerror or error}"
            self._failed(str(top), SourceError(reason, str(error.filename)))

        home = self._corpus.root.absolute().parent
        own = {home / "corpus", home / "index"}
        found: list[Path] = []
        for folder, inner, names in os.walk(top, onerror=unreadable):
            inner[:] = [n for n in inner if not n.startswith(".") and Path(folder, n) not in own]
            found += [Path(folder, name) for name in names if not name.startswith(".")]
        return sorted(path for path in found if path.is_file())

    def _add_bytes(self, document: Document, given: Given, parent: str | None = None) -> None:
        """``parent`` is the folder the file lay in: the show, unless something says otherwise."""
        if feeds.looks_like_opml(document.data):
            self._add_opml(document, given)
        elif feeds.looks_like_feed(document.data):
            self._add_feed(FeedState(None, document.source, given=given), document.data)
        else:
            self._add_document(document, given, parent)

    def _add_document(self, document: Document, given: Given, parent: str | None = None) -> None:
        known = self._corpus.of_source(document.source)
        if known:
            given = _with_former(given, self._corpus.meta(known).given)
        reading = guard.read(document, given.format)
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
        name = document.source
        if _is_address(name):
            name = urlsplit(redacted(name)).path
        meta = Meta(document.source, document.media_type, group=parent, given=given)
        if known and folder == known.folder:
            former = self._corpus.meta(known)
            meta = replace(meta, guid=former.guid, matched_by=former.matched_by, group=former.group)
        if known:
            name = known.name
        if known and folder != known.folder:
            self.folders.add(known.folder)
            name = self._corpus.move(known, folder, meta).name
        stored = self._corpus.put(folder, name, document.data, meta)
        self._new[stored] = told
        self._stored(folder, document.source)

    def _stored(self, folder: str, source: str) -> None:
        self.folders.add(folder)
        self.sources.add(redacted(source))

    # Addresses

    def _add_address(self, address: str, given: Given) -> None:
        fetched = self._fetcher.get(address)
        assert not isinstance(fetched, NotModified), "that is only for those who ask for changes"
        if feeds.looks_like_feed(fetched.data) and not feeds.looks_like_opml(fetched.data):
            now_at = fetched.moved or address
            self._add_feed(FeedState(now_at, address, given=given), fetched)
        else:
            self._add_bytes(Document(fetched.data, address, fetched.media_type), given)

    def _add_opml(self, document: Document, given: Given) -> None:
        listed = feeds.parse_opml(document.data, source=document.source)

        def add(feed: feeds.ListedFeed) -> None:
            self.add(feed.address, given)

        for done, _ in enumerate(in_parallel(add, listed), 1):
            if self._progress:
                self._progress("fetching feeds", done, len(listed))

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
        addresses = {state.source, state.address} - {None}
        for folder in self._corpus.folders():
            try:
                known = self._corpus.feed(folder)
            except SourceError:
                continue  # ingest reports it
            if known and addresses & {known.source, known.address}:
                return folder
        name = urlsplit(state.source).hostname or Path(state.source).stem
        place = state.shown(state.source)
        for candidate in (title or name, f"{title} ({name})", f"{title} ({place})"):
            folder = self._corpus.folder_for(candidate)
            known = self._corpus.feed(folder)
            if known is None or _has_new_secret(known, state):
                break
        return folder

    # Transcripts and feeds that tell of the same episodes

    def match(self, *, tell: bool) -> None:
        """Bring transcripts that were added by themselves to the items of the feeds that they are
        of, where one of the two is new. ``tell`` of those that belong to a feed's show and have no
        item there."""
        for folder in self._corpus.folders():
            try:
                state, data = self._corpus.feed(folder), self._corpus.feed_bytes(folder)
                if state is None or data is None:
                    continue
                digest = hashlib.sha256(data).hexdigest()[:16]
                fed = state.matched != digest  # also when a run was cut off before it matched
                show = self._shows.read(folder) if fed or self._new else None
            except SourceError:
                continue  # ingest reports it
            if show is None:
                continue
            for group, documents in self._without_item(everything=fed).items():
                self._match_group(folder, show, group, documents, tell=tell)
            if fed:
                self._corpus.put_feed(folder, replace(state, matched=digest))
        if self._kept_more:
            self._cache.put("told", VERSION, self._kept)

    def _without_item(self, *, everything: bool) -> dict[str, dict[str, Stored]]:
        """The documents that no feed knows, by their groups and then by name."""
        groups: dict[str, dict[str, Stored]] = {}
        for each in self._documents() if everything else self._new:
            with suppress(SourceError):
                group, _ = self._told(each)
                if group is not None:
                    groups.setdefault(group, {})[each.name] = each
        return groups

    def _documents(self) -> Iterator[Stored]:
        for folder in self._corpus.folders():
            yield from self._corpus.documents(folder)

    def _match_group(
        self,
        folder: str,
        show: KnownShow,
        group: str,
        documents: Mapping[str, Stored],
        *,
        tell: bool,
    ) -> None:
        told = {name: self._metadata(stored) for name, stored in documents.items()}
        feed = replace(show.feed, items=show.items)  # also of what has left it
        matches = match(group, told, feed, self._guids(folder))
        for name, (guid, how) in matches.items.items():
            with suppress(SourceError):  # somebody has removed it meanwhile
                self._move(documents[name], folder, guid, how)
        left = [name for name in documents if name not in matches.items]
        if tell and matches.same_show and left:
            names = ", ".join(left[:3]) + (" …" if len(left) > 3 else "")
            _log.warning(
                "%s: %d of %d transcripts are of no episode in the feed %r: %s",
                *(group, len(left), len(documents), show.feed.show.title, names),
            )

    def _metadata(self, stored: Stored) -> Metadata:
        """What a document says of itself; nothing if it cannot be read any more."""
        try:
            return self._new.get(stored) or self._told(stored)[1] or Metadata()
        except SourceError:
            return Metadata()  # ingest reports it

    def _told(self, stored: Stored) -> _Told:
        """The group of a document that no feed knows, and what it says of itself. It is read once,
        though each item that is new may be its own."""
        signature = self._corpus.signature(stored)
        known, told = self._kept.get(stored.path, (None, (None, None)))
        if known != signature:
            meta = self._corpus.meta(stored)
            told = (None, None)
            if meta.guid is None:
                group = meta.given.show or meta.group or stored.folder
                told = (group, _identity(self._new.get(stored) or self._read(stored, meta)))
            self._kept[stored.path] = (signature, told)
            self._kept_more = True
        return told

    def _read(self, stored: Stored, meta: Meta) -> Metadata | None:
        try:
            return guard.read(self._corpus.read(stored, meta), meta.given.format).metadata
        except SourceError:
            return None

    @cached_property
    def _kept(self) -> dict[str, tuple[tuple[int, ...] | None, _Told]]:
        return self._cache.get("told", VERSION) or {}

    def _move(self, stored: Stored, folder: str, guid: str, how: str) -> None:
        meta = replace(self._corpus.meta(stored), guid=guid, matched_by=how)
        self._corpus.move(stored, folder, meta)
        self.folders |= {stored.folder, folder}
        self._new.pop(stored, None)

    def _guids(self, folder: str) -> set[str]:
        guids = map(self._guid, self._corpus.documents(folder))
        return {guid for guid in guids if guid}

    def _guid(self, stored: Stored) -> str | None:
        try:
            return self._corpus.meta(stored).guid
        except SourceError:
            return None  # ingest reports it


def _identity(told: Metadata | None) -> Metadata | None:
    """What of it tells which episode it is."""
    if told is None:
        return None
    return Metadata(
        title=told.title,
        guid=told.guid,
        url=told.url,
        audio_url=told.audio_url,
        number=told.number,
    )


def _has_new_secret(known: FeedState, now: FeedState) -> bool:
    """Whether two addresses of a show differ in nothing but the password or token."""
    before, after = ({redacted(each) for each in state.private} for state in (known, now))
    return not before.isdisjoint(after)


def _absolute(source: str) -> Path:
    """With ``..`` gone: a source has one name, from wherever it is added."""
    return Path(os.path.abspath(Path(source).expanduser()))  # noqa: PTH100 - not resolve(): a link stays


def _with_former(given: Given, former: Given) -> Given:
    """What the user says now, and what was said before where nothing is said now."""
    return Given(*(getattr(given, f.name) or getattr(former, f.name) for f in fields(Given)))


def _name(path: Path) -> str:
    """The path as text, also where its bytes are none."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


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


def _is_address(source: str) -> bool:
    return source.lower().startswith(("http://", "https://"))
