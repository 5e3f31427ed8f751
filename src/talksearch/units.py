"""What there is in corpus/ to be indexed. A *unit* is what becomes one episode: a document, an item
of the show's feed, or an item together with its transcript. Its digest is over all that it is made
from, so that only what changed is read again.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Hashable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, TypeVar

from talksearch.corpus import Corpus, FeedState, Meta, ShowFile, Stored
from talksearch.documents import Documents
from talksearch.errors import SourceError
from talksearch.feeds import Item
from talksearch.feeds.identity import twins
from talksearch.model import Person, Role, Show
from talksearch.patterns import pattern
from talksearch.redaction import redacted, without_secrets
from talksearch.report import Outcome
from talksearch.shows import VERSION, Shows

__all__ = [
    "Scan",
    "Unit",
    "discreet",
    "episode_id",
    "identity",
    "present_id",
    "remembering",
    "scan",
    "shown_elsewhere",
]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Unit:
    """What becomes one episode. ``source`` is for people: an address is without its secrets.
    ``private`` are the addresses of its feed that have some, which nothing may tell; ``twins`` the
    ids that it would have with the other feeds that carry it."""

    id: str
    folder: str
    source: str
    digest: str
    stored: Stored | None
    meta: Meta
    item: Item | None
    show: Show | None
    show_file: ShowFile
    private: tuple[str, ...] = ()
    twins: frozenset[str] = frozenset()

    @property
    def is_fetched(self) -> bool:
        """Whether its transcript, if it has one, is one that its feed offered."""
        return self.meta.guid is not None and not self.meta.matched_by

    @property
    def former_ids(self) -> set[str]:
        """The ids that it had before its transcript and its feed met, or in another show; and may
        have had while it was shown with another feed."""
        return {*map(episode_id, self.meta.was), *self.twins}


@dataclass(slots=True)
class Scan:
    """The units, folder by folder; what could not be read; and ``unsure``, the folders in which an
    episode that is not seen may yet be there, behind something unreadable."""

    units: list[Unit] = field(default_factory=list)
    failed: list[Outcome] = field(default_factory=list)
    unsure: set[str] = field(default_factory=set)

    def fail(self, folder: str, error: SourceError) -> None:
        self.failed.append(Outcome(error.source, "failed", error=error, folder=folder))
        self.unsure.add(folder)


def scan(
    corpus: Corpus,
    shows: Shows,
    documents: Documents,
    folders: Iterable[str],
    elsewhere: Mapping[str, Mapping[str, str]],
    *,
    partial: bool = False,
) -> Scan:
    """The units of these folders. ``elsewhere`` is ``shown_elsewhere``'s. Where what is said of a
    whole show cannot be read there are none, for they would lose it; with ``partial``, all the
    same."""
    found = Scan()
    twin_ids = _twin_ids(elsewhere)
    for folder in folders:
        common = _read_common(corpus, shows, folder, twin_ids, found)
        if folder in found.unsure and not partial:
            continue
        guids = set(elsewhere.get(folder, ()))
        complete = _add_documents(corpus, documents, common, guids, found)
        # An item that seems to have no transcript may have the one that cannot be read.
        if complete or partial:
            _add_items(common, guids, found)
    return found


@dataclass(frozen=True, slots=True)
class _Common:
    """What the units of a folder have in common, and the items of its feed by guid, as they go into
    the index. ``hash`` is over all but the items."""

    folder: str
    state: FeedState
    private: tuple[str, ...]
    show_file: ShowFile
    show: Show | None
    items: Mapping[str, Item]
    twins: Mapping[str, frozenset[str]]
    hash: hashlib._Hash

    def unit(
        self, known_by: str, meta: Meta, item: Item | None, stored: Stored | None, told: object
    ) -> Unit:
        """A unit of the folder, of an item or without one; ``told`` is what else it is made from.
        ``known_by`` is what its id is made from."""
        return Unit(
            id=episode_id(known_by),
            folder=self.folder,
            source=self.state.shown(meta.source),
            digest=_digest(self.hash, item, told),
            stored=stored,
            meta=meta,
            item=item,
            show=self.show if item else None,
            show_file=self.show_file,
            private=self.private,
            twins=self.twins.get(known_by, frozenset()),
        )


def _read_common(
    corpus: Corpus, shows: Shows, folder: str, twin_ids: Mapping[str, frozenset[str]], found: Scan
) -> _Common:
    """What is said of a whole folder; without what of it cannot be read, which ``found`` tells."""
    show_file, state, known = ShowFile(), FeedState(), None
    try:
        show_file = corpus.show_file(folder)
    except SourceError as error:
        found.fail(folder, error)
    try:
        state = corpus.feed(folder) or state
        known = shows.read(folder)
    except SourceError as error:
        found.fail(folder, error)
    private = state.private
    show_file = discreet(show_file, private)
    show = discreet(_told_of_show(known.feed.show), private) if known else None
    items = {item.guid: _told(item, private) for item in known.items} if known else {}
    common = _hash(VERSION, show_file, show, private)
    return _Common(folder, state, private, show_file, show, items, twin_ids, common)


def _add_documents(
    corpus: Corpus, documents: Documents, common: _Common, guids: set[str], found: Scan
) -> bool:
    """Add a folder's documents to what was found, but those of items that ``guids`` has, and their
    items to these. Whether it is known of all documents which items they are of."""
    try:
        there = corpus.documents(common.folder)
    except SourceError as error:
        found.fail(common.folder, error)
        return False
    complete = True
    for stored in there:
        try:
            meta = documents.meta(stored)
        except SourceError as error:
            found.fail(common.folder, error)
            complete = False
            continue
        try:
            digest = documents.digest(stored)
        except SourceError as error:
            found.fail(common.folder, error)
            guids |= {meta.guid} if meta.guid else set()
            continue
        if meta.guid in guids:
            continue  # also of two transcripts of one episode, after a run that was cut off
        item = None
        if meta.guid:
            guids.add(meta.guid)
            item = common.items.get(meta.guid)
        found.units.append(common.unit(identity(stored, meta), meta, item, stored, digest))
    return complete


def _add_items(common: _Common, guids: Collection[str], found: Scan) -> None:
    """Add the items of a folder's feed that are none of ``guids``: they have no transcript yet."""
    for guid, item in common.items.items():
        if guid not in guids:
            meta = Meta(item.url or common.state.source, guid=guid, given=common.state.given)
            known_by = _of_item(common.folder, guid)
            found.units.append(common.unit(known_by, meta, item, None, meta.given))


_REGULAR = (Role.HOST, Role.CO_HOST)


def _told_of_show(show: Show) -> Show:
    """What of a show goes into the index with each of its episodes: of those whom the feed names
    the hosts, and not its description; with this, all would be read again."""
    hosts = tuple(Person(p.name, p.role) for p in show.people if p.role in _REGULAR)
    return Show(show.title, show.language, people=hosts, license=show.license)


def _told(item: Item, private: tuple[str, ...]) -> Item:
    """What of an item goes into the index: not where its transcripts are; that can change daily."""
    return discreet(replace(item, transcripts=(), chapters_link=None), private)


_ADDRESS = pattern(r"\S+://\S*")


def discreet(value: T, private: tuple[str, ...]) -> T:
    """The value, without the secrets of these addresses in any text of it. Of what belongs to a
    private feed, addresses with any secret go as well: no link is better than a broken one."""
    return _discreet(value, private) if private else value


def _discreet(value: Any, private: tuple[str, ...], *, may_go: bool = False) -> Any:
    if type(value) is str:  # not those that are names of ours, such as roles
        is_address = _ADDRESS.fullmatch(value)
        clean = without_secrets(redacted(value) if is_address else value, *private)
        return None if is_address and may_go and clean != value else clean
    if type(value) is tuple:
        return tuple(_discreet(each, private) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        parts = ((f, getattr(value, f.name)) for f in fields(value))
        return replace(
            value,
            **{f.name: _discreet(part, private, may_go=f.default is None) for f, part in parts},
        )
    return value


def shown_elsewhere(
    corpus: Corpus, shows: Shows, documents: Documents
) -> dict[str, dict[str, str]]:
    """By folder, the guids of the items that are shown with another show, whose feed carries them
    as well; with each, what the id of the episode is made from that is shown.

    An episode is shown with the feed that has a transcript of it; else with the one that was
    smaller when it was added, for the feed of a network repeats those of its shows. By the sizes of
    today whole shows would change places whenever one of two feeds is ahead.
    """
    sizes: dict[str, int] = {}
    known: dict[str, Mapping[str, tuple[Hashable, ...]]] = {}
    for folder in corpus.folders():
        try:
            state = corpus.feed(folder)
            if state:
                known[folder], sizes[folder] = shows.identities(folder), state.size
        except SourceError:
            continue  # the scan reports it
    hidden: dict[str, dict[str, str]] = {}
    transcribed: dict[str, set[str]] = {}
    for group in twins(known) if len(known) > 1 else ():
        for folder in group.keys() - transcribed.keys():
            transcribed[folder] = documents.guids(folder)

        def place(folder: str, group: Mapping[str, str] = group) -> tuple[bool, int, str]:
            return group[folder] not in transcribed[folder], sizes[folder], folder

        first, *others = sorted(group, key=place)
        for folder in others:
            hidden.setdefault(folder, {})[group[folder]] = _of_item(first, group[first])
    return hidden


def _twin_ids(elsewhere: Mapping[str, Mapping[str, str]]) -> dict[str, frozenset[str]]:
    """The ids that an episode would have with the other feeds that carry it, by what the id is
    made from that it has."""
    found: dict[str, set[str]] = {}
    for folder, guids in elsewhere.items():
        for guid, shown in guids.items():
            found.setdefault(shown, set()).add(episode_id(_of_item(folder, guid)))
    return {shown: frozenset(ids) for shown, ids in found.items()}


def identity(stored: Stored, meta: Meta) -> str:
    """What the id of a document's episode is made from: the item that it is of, else its place."""
    return _of_item(stored.folder, meta.guid) if meta.guid else stored.path


def _of_item(folder: str, guid: str) -> str:
    return f"{folder}#{guid}"


def remembering(stored: Stored, meta: Meta) -> Meta:
    """The meta of a document whose episode gets another id, with what makes the one that it has."""
    return replace(meta, was=tuple(dict.fromkeys((*meta.was, identity(stored, meta)))))


def present_id(corpus: Corpus, shows: Shows, documents: Documents, former: str) -> str | None:
    """The id of the episode that had this one before its transcript and its feed met, before it
    was moved to another show, or while it was shown with another feed."""
    elsewhere = shown_elsewhere(corpus, shows, documents)
    for shown, ids in _twin_ids(elsewhere).items():
        if former in ids:
            return episode_id(shown)
    for folder in corpus.folders():
        with suppress(SourceError):
            for stored in corpus.documents(folder):
                with suppress(SourceError):
                    meta = documents.meta(stored)
                    if former in map(episode_id, meta.was):
                        twin = elsewhere.get(folder, {}).get(meta.guid or "")
                        return episode_id(twin or identity(stored, meta))
    return None


def episode_id(known_by: str) -> str:
    """Short, and the same in every index made from a corpus."""
    return base64.b32encode(hashlib.sha256(known_by.encode()).digest())[:10].decode().lower()


def _hash(*parts: object) -> hashlib._Hash:
    return hashlib.sha256("\0".join(map(repr, parts)).encode())


def _digest(common: hashlib._Hash, *parts: object) -> str:
    """Over what all units of a folder have in common, and over these parts of one."""
    total = common.copy()
    for part in parts:
        total.update(f"\0{part!r}".encode())
    return total.hexdigest()
