"""What there is in corpus/ to be indexed. A *unit* is what becomes one episode: a document, an item
of the show's feed, or an item together with its transcript. Its digest is over all that it is made
from, so that only what changed is read again.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Hashable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, TypeVar

from talksearch.corpus import Corpus, FeedState, Meta, ShowFile, Stored
from talksearch.documents import Documents
from talksearch.errors import SourceError, TalkSearchError
from talksearch.feeds import Item
from talksearch.feeds.identity import twins
from talksearch.model import Show
from talksearch.patterns import pattern
from talksearch.redaction import redacted, without_secrets
from talksearch.report import Outcome
from talksearch.shows import VERSION, KnownShow, Shows

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
    ``private`` are the addresses of its feed that have some, which nothing may tell."""

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


@dataclass(slots=True)
class Scan:
    """The units, folder by folder; what could not be read; and ``unsure``, the folders in which an
    episode that is not seen may yet be there, behind something unreadable."""

    units: list[Unit] = field(default_factory=list)
    failed: list[Outcome] = field(default_factory=list)
    unsure: set[str] = field(default_factory=set)

    def fail(self, folder: str, error: TalkSearchError, source: str) -> None:
        self.failed.append(Outcome(source, "failed", error=error, folder=folder))
        self.unsure.add(folder)


def scan(
    corpus: Corpus,
    shows: Shows,
    documents: Documents,
    folders: Iterable[str],
    elsewhere: Mapping[str, frozenset[str]],
    *,
    partial: bool = False,
) -> Scan:
    """The units of these folders. ``elsewhere`` are the guids of the items that are shown with
    another feed. Where what is said of a whole show cannot be read there are none, for they would
    lose it; with ``partial``, all the same."""
    found = Scan()
    for folder in folders:
        show_file, state, known = ShowFile(), FeedState(), None
        try:
            show_file = corpus.show_file(folder)
        except SourceError as error:
            found.fail(folder, error, error.source)
        try:
            state = corpus.feed(folder) or state
            known = shows.read(folder)
        except SourceError as error:
            found.fail(folder, error, error.source)
        if folder in found.unsure and not partial:
            continue
        hide = elsewhere.get(folder, frozenset())
        _scan_folder(
            corpus, documents, folder, show_file, state, known, hide, found, partial=partial
        )
    return found


def _scan_folder(
    corpus: Corpus,
    documents: Documents,
    folder: str,
    show_file: ShowFile,
    state: FeedState,
    known: KnownShow | None,
    elsewhere: frozenset[str],
    found: Scan,
    *,
    partial: bool,
) -> None:
    private = state.private
    show_file = discreet(show_file, private)
    items = {item.guid: _told(item, private) for item in known.items} if known else {}
    show = discreet(known.feed.show, private) if known else None
    common = _hash(VERSION, show_file, show, private)
    guids = set(elsewhere)
    complete = True
    try:
        there = corpus.documents(folder)
    except SourceError as error:
        found.fail(folder, error, error.source)
        there, complete = [], False
    for stored in there:
        try:
            meta = documents.meta(stored)
        except SourceError as error:
            found.fail(folder, error, error.source)
            complete = False
            continue
        try:
            item = items.get(meta.guid) if meta.guid else None
            digest = _digest(common, item, documents.digest(stored))
        except SourceError as error:
            found.fail(folder, error, error.source)
            guids |= {meta.guid} if meta.guid else set()
            continue
        if meta.guid in guids:
            continue  # also of two transcripts of one episode, after a run that was cut off
        if meta.guid:
            guids.add(meta.guid)
        found.units.append(
            Unit(
                episode_id(identity(stored, meta)),
                folder,
                state.shown(meta.source),
                digest,
                stored,
                meta,
                item,
                show if item else None,
                show_file,
                private,
            )
        )
    if not complete and not partial:
        return  # an item that seems to have no transcript may have the one that cannot be read
    for guid, item in items.items():
        if guid in guids:
            continue
        meta = Meta(item.url or state.source, guid=guid, given=state.given)
        found.units.append(
            Unit(
                episode_id(f"{folder}#{guid}"),
                folder,
                state.shown(meta.source),
                _digest(common, item, meta.given),
                None,
                meta,
                item,
                show,
                show_file,
                private,
            )
        )


def _told(item: Item, private: tuple[str, ...]) -> Item:
    """What of an item goes into the index: not where its transcripts are; that can change daily."""
    return discreet(replace(item, transcripts=(), chapters_link=None), private)


_ADDRESS = pattern(r"\S+://\S*")


def discreet(value: T, private: tuple[str, ...]) -> T:
    """The value, where no text in it tells a secret of these addresses any more. Of what belongs
    to a private feed, addresses with any secret go as well: no link is better than a broken one.
    """
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
) -> dict[str, frozenset[str]]:
    """For each folder the guids of the items that another show's feed carries as well, and is
    shown with: with the feed that has a transcript of it; else with the one that was smaller when
    it was added, for that of a network repeats those of its shows. Sizes of today would have whole
    shows change places when one of two feeds is ahead."""
    sizes: dict[str, int] = {}
    known: dict[str, Mapping[str, tuple[Hashable, ...]]] = {}
    for folder in corpus.folders():
        try:
            state = corpus.feed(folder)
            if state:
                known[folder], sizes[folder] = shows.identities(folder), state.size
        except SourceError:
            continue  # the scan reports it
    hidden: dict[str, set[str]] = {}
    transcribed: dict[str, set[str]] = {}
    for group in twins(known) if len(known) > 1 else ():
        for folder in group.keys() - transcribed.keys():
            transcribed[folder] = documents.guids(folder)

        def place(folder: str, group: Mapping[str, str] = group) -> tuple[bool, int, str]:
            return group[folder] not in transcribed[folder], sizes[folder], folder

        for folder in sorted(group, key=place)[1:]:
            hidden.setdefault(folder, set()).add(group[folder])
    return {folder: frozenset(guids) for folder, guids in hidden.items()}


def identity(stored: Stored, meta: Meta) -> str:
    """What the id of a document's episode is made from: the item that it is of, else its place."""
    return f"{stored.folder}#{meta.guid}" if meta.guid else stored.path


def remembering(stored: Stored, meta: Meta) -> Meta:
    """The meta of a document whose episode gets another id, with what makes the one that it has."""
    return replace(meta, was=tuple(dict.fromkeys((*meta.was, identity(stored, meta)))))


def present_id(corpus: Corpus, documents: Documents, former: str) -> str | None:
    """The id of the episode that had this one before its transcript and its feed met, or before it
    was moved to another show."""
    for folder in corpus.folders():
        with suppress(SourceError):
            for stored in corpus.documents(folder):
                with suppress(SourceError):
                    meta = documents.meta(stored)
                    if former in map(episode_id, meta.was):
                        return episode_id(identity(stored, meta))
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
