"""What is known of a show: its feed as last obtained, and the episodes that have left it since."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TypeVar
from urllib.parse import urlsplit

from talksearch import feeds, guard
from talksearch.cache import Cache
from talksearch.corpus import Corpus, FeedState, is_settled
from talksearch.errors import FeedParseError, SourceError
from talksearch.feeds import Feed, Item
from talksearch.feeds.identity import continued, identities
from talksearch.model import Show
from talksearch.redaction import without_secrets

__all__ = ["VERSION", "KnownShow", "Shows"]

T = TypeVar("T")

VERSION = 18
"""Raise it when the same feeds and documents would now be read differently."""


@dataclass(frozen=True, slots=True)
class KnownShow:
    """A show with a feed. Items have the guids under which they were first known; ``left`` are
    those that are no longer in the feed, as they last were; ``renamed`` has, where the feed has
    just changed, the addresses of chapters that have another query now."""

    state: FeedState
    feed: Feed
    left: tuple[Item, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)

    @property
    def items(self) -> tuple[Item, ...]:
        return (*self.feed.items, *self.left)


class Shows:
    """The shows of a corpus that have feeds. A feed is parsed once."""

    def __init__(self, corpus: Corpus, cache: Cache) -> None:
        self._corpus = corpus
        self._cache = cache
        self._parsed: dict[bytes, Feed] = {}

    def read(self, folder: str) -> KnownShow | None:
        """The show in a folder; None where there is no feed, or it was not obtained yet. Raises
        ``SourceError`` for what cannot be read."""
        state = self._corpus.feed(folder)
        data = self._corpus.feed_bytes(folder) if state else None
        if state is None or data is None:
            return None
        place = f"{self._corpus.root / folder / 'feed.xml'}"
        feed = self.parse(state, data, folder, place)
        here = {item.guid for item in feed.items}
        gone = tuple(item for item in self._left(folder) if item.guid not in here)
        if self._corpus.has_chapters(folder):
            items = tuple(self._with_chapters(folder, item) for item in feed.items)
            feed = replace(feed, items=items)
        return KnownShow(state, feed, gone)

    def _left(self, folder: str) -> list[Item]:
        try:
            return [feeds.item_from_dict(entry) for entry in self._corpus.left(folder)]
        except ValueError as error:
            place = str(self._corpus.root / folder / "left.json")
            raise SourceError(f"holds what is no item: {error}", place) from error

    def identities(self, folder: str) -> dict[str, tuple[Hashable, ...]]:
        """What tells that another show has one of this one's episodes, by guid; empty without a
        feed. Raises as ``read``."""

        def found() -> dict[str, tuple[Hashable, ...]] | None:
            show = self.read(folder)
            return identities(show.items) if show else None

        return self._kept(folder, "identities", found) or {}

    def outline(self, folder: str) -> Feed | None:
        """The title and the page of a show, and what identifies each of its items, those that have
        left the feed included. None, and raises, as ``read``."""

        def found() -> Feed | None:
            show = self.read(folder)
            return _outline(show) if show else None

        return self._kept(folder, "outline", found)

    def digest(self, folder: str) -> str | None:
        """A digest of a feed's bytes; None before they are obtained. Raises ``SourceError``."""

        def found() -> str | None:
            data = self._corpus.feed_bytes(folder)
            return None if data is None else hashlib.sha256(data).hexdigest()[:16]

        return self._kept(folder, "digest", found)

    def _kept(self, folder: str, what: str, work_out: Callable[[], T | None]) -> T | None:
        """What is worked out from a feed, once for as long as its files are as they are."""
        state = self._corpus.feed(folder)
        if state is None or not self._corpus.has_feed_bytes(folder):
            return None
        signature = self._corpus.feed_signature(folder)
        keeps = is_settled(signature) and not state.private
        name, key = f"{what} {folder}", (VERSION, signature)
        found: T | None = self._cache.get(name, key) if keeps else None
        if found is None:
            found = work_out()
            if keeps and found is not None:
                self._cache.put(name, key, found)
        return found

    def parse(
        self, state: FeedState, data: bytes, folder: str | None = None, place: str | None = None
    ) -> Feed:
        """The feed in these bytes, its items with the guids under which they were first known. It
        is kept in the cache for its ``folder``, unless it is private: then its addresses have
        secrets, which stay in the corpus. Raises ``FeedParseError``, naming ``place`` or where the
        feed is now."""
        folder = None if state.private else folder
        key = hashlib.sha256(f"{VERSION} {state.address}\0".encode() + data).digest()
        name = f"feed {folder}"
        feed = self._parsed.get(key) or (self._cache.get(name, key) if folder else None)
        if feed is None:
            source = place or _place(state)
            feed = _lean(guard.parse_feed(data, source=source, base_url=_base(state.address)))
            if folder:
                self._cache.put(name, key, feed)
        self._parsed[key] = feed
        return replace(feed, items=_under_first_guids(feed.items, state)) if state.same else feed

    def store(
        self, folder: str, state: FeedState, data: bytes, *, wanted: bool = False
    ) -> KnownShow:
        """Keep a feed's new bytes, and of the old ones what is no longer in them.

        Raises ``FeedParseError``, before anything is changed, for bytes that are no feed, or the
        beginning of one, or, unless the user wants it there, another show's.
        """
        known = self._readable(folder)
        feed = self.parse(state, data, folder)
        if known and (reason := _why_incomplete(known.feed, feed, data)):
            raise FeedParseError(f"{reason}; what there was is kept", _place(state))
        if known and not wanted and _is_another(known, feed):
            title = without_secrets(feed.show.title, *state.private)
            # By the address at which it was: at one to which that leads now it would be a new show.
            reason = (
                f"is another show's by now, “{title}”, with none of the episodes that there were, "
                f"which are kept; if it is meant: `talksearch add {_place(known.state)}`"
            )
            raise FeedParseError(reason, _place(state))
        if not state.size:
            state = replace(state, size=len(feed.items))
        renamed: dict[str, str] = {}
        if known:
            change = continued(known.items, feed.items)
            if change.same:
                state = replace(state, same=self._names(folder, state, change.same))
            # The old items first: they are nowhere else once the feed is replaced. Nor are those
            # that come back, before it is: of what is both here and there, only the feed counts.
            if not set(change.left) <= set(known.left):
                guids = {item.guid for item in change.left}
                back = (item for item in known.left if item.guid not in guids)
                self._corpus.put_left(folder, map(feeds.item_to_dict, (*change.left, *back)))
            renamed = dict(_renamed_chapters(known.feed, self.parse(state, data, folder)))
            for before, now in renamed.items():
                self._corpus.move_chapters(folder, before, now)
        self._corpus.put_feed(folder, state, data)
        found = self.read(folder)
        if found is None:  # it has just been stored
            raise SourceError("was removed meanwhile", folder)
        return replace(found, renamed=renamed)

    def _names(self, folder: str, state: FeedState, new: Mapping[str, str]) -> dict[str, str]:
        """``FeedState.same`` with new guids. Of the older ones of an episode that has a new one,
        those stay that the feed has in which it still is when this is cut off: some feeds have
        other guids each time that they are sent."""
        data = self._corpus.feed_bytes(folder)
        now = self.parse(replace(state, same={}), data).items if data else ()
        here, renewed = {item.guid for item in now}, set(new.values())
        kept = {g: first for g, first in state.same.items() if g in here or first not in renewed}
        return kept | dict(new)

    def _readable(self, folder: str) -> KnownShow | None:
        """As ``read``; None also for what is damaged, and is now replaced."""
        try:
            return self.read(folder)
        except FeedParseError:
            return None

    def _with_chapters(self, folder: str, item: Item) -> Item:
        link = item.chapters_link
        data = self._corpus.chapters(folder, link.url) if link and not item.chapters else None
        if data is None:
            return item
        try:
            return replace(item, chapters=feeds.parse_chapters(data, source=""))
        except FeedParseError:  # they were read when they came: `check` says that they are damaged
            return item


_ENDS = (b"</rss>", b"</feed>", b"</rdf:rdf>", b"</channel>")


def _why_incomplete(before: Feed, now: Feed, data: bytes) -> str | None:
    """Why a feed is not taken for what its publisher meant. Episodes are not lost by the dozen, and
    a feed that is ill-formed is read as far as it goes."""
    if before.items and not now.items:
        return "has no items any more"
    end = data[-400:].lower()
    whole = b"\0" in end or end.rstrip().endswith(b"}") or any(each in end for each in _ENDS)
    if len(now.items) < len(before.items) and not whole:
        return "is cut off"
    return None


_FEW = 3


def _is_another(known: KnownShow, now: Feed) -> bool:
    """Whether a feed is of another show: who takes over a domain that somebody has let go may have
    a feed at the same address, and all that there is would be called by its name. One that begins
    may yet change its name, and its trailer."""
    titles = {" ".join(feed.show.title.casefold().split()) for feed in (known.feed, now)}
    if len(titles) == 1 or len(known.items) < _FEW:
        return False
    return len(continued(known.items, now.items).left) == len(known.items)


def _renamed_chapters(before: Feed, now: Feed) -> Iterator[tuple[str, str]]:
    """The addresses of chapters that have another query than before: some hosts sign them anew
    every day."""
    links = {item.guid: item.chapters_link.url for item in before.items if item.chapters_link}
    for item in now.items:
        former, link = links.get(item.guid), item.chapters_link
        if not former or not link or former == link.url:
            continue
        if former.partition("?")[0] == link.url.partition("?")[0]:
            yield former, link.url


def _place(state: FeedState) -> str:
    """Where the feed is: of one that has moved, not what it was added by."""
    return state.shown(state.address or state.source)


def _base(address: str | None) -> str | None:
    """What relative addresses in a feed start from: they need not repeat its password."""
    with suppress(ValueError):
        parts = urlsplit(address or "")
        return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl() or None
    return None


def _outline(show: KnownShow) -> Feed:
    items = tuple(
        Item(item.guid, item.title, url=item.url, audio_url=item.audio_url, number=item.number)
        for item in show.items
    )
    told = show.feed.show
    return Feed(Show(told.title, url=told.url), items)


def _lean(feed: Feed) -> Feed:
    """Without the credits, which are more than all else and are not shown."""
    return replace(feed, items=tuple(replace(item, credits=()) for item in feed.items))


def _under_first_guids(items: Iterable[Item], state: FeedState) -> tuple[Item, ...]:
    found: dict[str, Item] = {}
    for item in items:
        guid = state.same.get(item.guid, item.guid)
        found.setdefault(guid, replace(item, guid=guid))
    return tuple(found.values())
