"""Transcripts that were added by themselves come to the items of the feeds that they are of,
whichever was there first.

Every item that is new may be of a transcript that is there. So that not all of these are read again
for each, it is kept what they say of themselves.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

from talksearch import guard
from talksearch.cache import Cache
from talksearch.corpus import Corpus, Meta, Signature, Stored
from talksearch.documents import Documents
from talksearch.errors import HomeError, SourceError
from talksearch.feeds import Feed
from talksearch.files import is_full
from talksearch.formats import Metadata
from talksearch.matching import match
from talksearch.once import cached_property
from talksearch.report import Outcome
from talksearch.shows import VERSION, Shows
from talksearch.units import remembering

__all__ = ["Joining"]

_log = logging.getLogger("talksearch")

_Told = tuple[str | None, Metadata | None]


class Joining:
    """One run of ``add`` or ``refresh``. ``new`` are the documents that were added in it, with what
    they say of themselves; ``folders`` those out of which, or into which, something was moved;
    ``outcomes`` what could not be."""

    def __init__(self, corpus: Corpus, shows: Shows, documents: Documents, cache: Cache) -> None:
        self.new: dict[Stored, Metadata] = {}
        self.folders: set[str] = set()
        self.outcomes: list[Outcome] = []
        self._corpus = corpus
        self._shows = shows
        self._documents = documents
        self._cache = cache
        self._kept_more = False
        self._unknown: dict[Stored, str] | None = None  # of all documents, once they were looked at

    def match(self, *, tell: bool) -> None:
        """Bring transcripts that were added by themselves to the items of the feeds that they are
        of, where one of the two is new. ``tell`` of those that belong to a feed's show and have no
        item there."""
        for folder in self._corpus.folders():
            try:
                self._match_folder(folder, tell=tell)
            except SourceError:
                continue  # ingest reports it
            except HomeError as error:  # a folder of somebody else's
                if is_full(error):
                    raise
                self.outcomes.append(Outcome(error.path, "failed", error=error, folder=folder))
        if self._kept_more:
            self._cache.put("told", VERSION, self._kept)

    def _match_folder(self, folder: str, *, tell: bool) -> None:
        state = self._corpus.feed(folder)
        digest = self._shows.digest(folder)
        if state is None or digest is None:
            return
        fed = state.matched != digest  # also when a run was cut off before it matched
        feed = self._shows.outline(folder) if fed or self.new else None
        if feed is None:
            return
        taken = self._documents.guids(folder)
        for group, documents in self._without_item(everything=fed).items():
            taken |= self._match_group(folder, feed, group, documents, taken, tell=tell)
        if fed:
            self._corpus.put_feed(folder, replace(state, matched=digest))

    def _without_item(self, *, everything: bool) -> dict[str, dict[str, Stored]]:
        """The documents that no feed knows, by their groups and then by name."""
        if everything and self._unknown is None:
            self._unknown = self._grouped(self._all())
        unknown = self._unknown if everything else self._grouped(self.new)
        groups: dict[str, dict[str, Stored]] = {}
        for stored, group in (unknown or {}).items():
            groups.setdefault(group, {})[stored.name] = stored
        return groups

    def _grouped(self, documents: Iterable[Stored]) -> dict[Stored, str]:
        """Those of the documents that no feed knows, each with its group."""
        found: dict[Stored, str] = {}
        for stored in documents:
            with suppress(SourceError):
                group, _ = self._told(stored)
                if group is not None:
                    found[stored] = group
        return found

    def _all(self) -> Iterator[Stored]:
        for folder in self._corpus.folders():
            with suppress(SourceError):  # ingest reports it
                yield from self._corpus.documents(folder)

    def _match_group(
        self,
        folder: str,
        feed: Feed,
        group: str,
        documents: Mapping[str, Stored],
        taken: set[str],
        *,
        tell: bool,
    ) -> set[str]:
        """The guids of the items that now have a transcript, beside those that are ``taken``."""
        told = {name: self._metadata(stored) for name, stored in documents.items()}
        matches = match(group, told, feed, taken)
        found = set()
        for name, (guid, how) in matches.items.items():
            with suppress(SourceError):  # somebody has removed it meanwhile
                self._move(documents[name], folder, guid, how)
                found.add(guid)
        left = [name for name in documents if name not in matches.items]
        if tell and matches.same_show and left:
            names = ", ".join(left[:3]) + (" …" if len(left) > 3 else "")
            _log.warning(
                "%s: %d of %d transcripts are of no episode in the feed %r: %s",
                *(group, len(left), len(documents), feed.show.title, names),
            )
        return found

    def _metadata(self, stored: Stored) -> Metadata:
        """What a document says of itself; nothing if it cannot be read any more."""
        try:
            return self.new.get(stored) or self._told(stored)[1] or Metadata()
        except SourceError:
            return Metadata()  # ingest reports it

    def _told(self, stored: Stored) -> _Told:
        """The group of a document that no feed knows, and what it says of itself. It is read once,
        though each item that is new may be its own."""
        signature = self._corpus.signature(stored)
        known, told = self._kept.get(stored.path, (None, (None, None)))
        if known != signature:
            meta = self._documents.meta(stored)
            told = (None, None)
            if meta.guid is None:
                group = meta.given.show or meta.group or stored.folder
                told = (group, _identity(self.new.get(stored) or self._read(stored, meta)))
            self._kept[stored.path] = (signature, told)
            self._kept_more = True
        return told

    def _read(self, stored: Stored, meta: Meta) -> Metadata | None:
        try:
            return guard.read(self._corpus.read(stored, meta), meta.given.format).metadata
        except SourceError:
            return None

    @cached_property
    def _kept(self) -> dict[str, tuple[Signature | None, _Told]]:
        return self._cache.get("told", VERSION) or {}

    def _move(self, stored: Stored, folder: str, guid: str, how: str) -> None:
        meta = remembering(stored, self._corpus.meta(stored))
        self._corpus.move(stored, folder, replace(meta, guid=guid, matched_by=how))
        self.folders |= {stored.folder, folder}
        self.new.pop(stored, None)
        if self._unknown:
            self._unknown.pop(stored, None)


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
