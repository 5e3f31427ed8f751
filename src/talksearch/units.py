"""What there is in corpus/ to be indexed. A *unit* is what becomes one episode: a document, an item
of the show's feed, or an item together with its transcript. Its digest is over all that it is made
from, so that only what changed is read again.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from talksearch.corpus import Corpus, Meta, ShowFile, Stored
from talksearch.errors import SourceError, TalkSearchError
from talksearch.feeds import Item
from talksearch.feeds.identity import twins
from talksearch.model import Show
from talksearch.redaction import is_private, redacted, without_secrets
from talksearch.report import Outcome
from talksearch.shows import VERSION, KnownShow, Shows

__all__ = ["Scan", "Unit", "episode_id", "scan", "shown_elsewhere"]


@dataclass(frozen=True, slots=True)
class Unit:
    """What becomes one episode. ``source`` is for people: an address is without its secrets."""

    id: str
    folder: str
    source: str
    digest: str
    stored: Stored | None
    meta: Meta
    item: Item | None
    show: Show | None
    show_file: ShowFile


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
        show_file, known = ShowFile(), None
        try:
            show_file = corpus.show_file(folder)
        except SourceError as error:
            found.fail(folder, error, error.source)
        try:
            known = shows.read(folder)
        except SourceError as error:
            found.fail(folder, error, error.source)
        if folder in found.unsure and not partial:
            continue
        _scan_folder(corpus, folder, show_file, known, elsewhere.get(folder, frozenset()), found)
    return found


def _scan_folder(
    corpus: Corpus,
    folder: str,
    show_file: ShowFile,
    known: KnownShow | None,
    elsewhere: frozenset[str],
    found: Scan,
) -> None:
    private = known.state.address if known and is_private(known.state.address or "") else None
    items = {item.guid: _told(item, private) for item in known.items} if known else {}
    show = known.feed.show if known else None
    common = (VERSION, show_file, show)
    guids = set(elsewhere)
    for stored in corpus.documents(folder):
        try:
            meta = corpus.meta(stored)
            item = items.get(meta.guid) if meta.guid else None
            digest = _digest(*common, item, corpus.digest(folder, stored.name))
        except SourceError as error:
            found.fail(folder, error, error.source)
            continue
        if meta.guid in guids:
            continue  # also of two transcripts of one episode, after a run that was cut off
        identity = stored.path
        if meta.guid:
            identity = f"{folder}#{meta.guid}"
            guids.add(meta.guid)
        found.units.append(
            Unit(
                episode_id(identity),
                folder,
                redacted(meta.source),
                digest,
                stored,
                meta,
                item,
                show if item else None,
                show_file,
            )
        )
    for guid, item in items.items():
        assert known, "without a feed there are no items"
        if guid in guids:
            continue
        meta = Meta(item.url or known.state.source, guid=guid, given=known.state.given)
        found.units.append(
            Unit(
                episode_id(f"{folder}#{guid}"),
                folder,
                redacted(meta.source),
                _digest(*common, item, meta.given),
                None,
                meta,
                item,
                show,
                show_file,
            )
        )


def _told(item: Item, private: str | None) -> Item:
    """What of an item goes into the index: not where its transcripts are, which can change daily.
    Of a feed that is ``private``, nothing with a secret: no link is better than a broken one."""
    item = replace(item, transcripts=(), chapters_link=None)
    if private is None:
        return item

    def shown(address: str | None) -> str | None:
        clean = without_secrets(redacted(address), private) if address else None
        return address if clean == address else None

    return replace(
        item,
        guid=without_secrets(redacted(item.guid), private),
        url=shown(item.url),
        audio_url=shown(item.audio_url),
        description=without_secrets(item.description or "", private) or None,
        notes=tuple(without_secrets(line, private) for line in item.notes),
    )


def shown_elsewhere(corpus: Corpus, shows: Shows) -> dict[str, frozenset[str]]:
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
    transcribed: dict[str, set[str | None]] = {}
    for group in twins(known) if len(known) > 1 else ():
        for folder in group.keys() - transcribed.keys():
            transcribed[folder] = _with_transcript(corpus, folder)

        def place(folder: str, group: Mapping[str, str] = group) -> tuple[bool, int, str]:
            return group[folder] not in transcribed[folder], sizes[folder], folder

        for folder in sorted(group, key=place)[1:]:
            hidden.setdefault(folder, set()).add(group[folder])
    return {folder: frozenset(guids) for folder, guids in hidden.items()}


def _with_transcript(corpus: Corpus, folder: str) -> set[str | None]:
    found: set[str | None] = set()
    for stored in corpus.documents(folder):
        try:
            found.add(corpus.meta(stored).guid)
        except SourceError:
            continue  # the scan reports it
    return found


def episode_id(identity: str) -> str:
    """Short, and the same in every index made from a corpus."""
    return base64.b32encode(hashlib.sha256(identity.encode()).digest())[:10].decode().lower()


def _digest(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(repr, parts)).encode()).hexdigest()
