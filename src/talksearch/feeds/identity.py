"""What tells that two items, or an item and a transcript, are of one episode."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from talksearch.feeds.base import Item
from talksearch.patterns import pattern
from talksearch.words import fold_words

__all__ = [
    "Continued",
    "address_key",
    "continued",
    "identities",
    "made_guid",
    "recording_name",
    "title_key",
    "twins",
    "unique",
]

_T = TypeVar("_T")

# Each group of transcripts is compared with all items of a feed.
_REMEMBERED = 1 << 14


@lru_cache(_REMEMBERED)
def address_key(url: str | None) -> str | None:
    """An address without what differs between two writings of it; None for a site's own."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    host = (parts.hostname or "").removeprefix("www.")
    path = unquote(parts.path).rstrip("/").lower()
    return f"{host}{path}?{parts.query}" if path else None


_MIN_STEM = 6


@lru_cache(_REMEMBERED)
def recording_name(name: str | None) -> str | None:
    """``js-party-150`` of a file or an address; nothing for ``audio.mp3`` or ``12.md``."""
    path = name or ""
    if name and "://" in name:
        path = unquote((address_key(name) or "").partition("?")[0])
    words = fold_words(PurePosixPath(path).name.partition(".")[0].replace("_", " "))
    stem = " ".join(words)
    telling = any(c.isdigit() for c in stem) and any(c.isalpha() for c in stem)
    return stem if len(stem) >= _MIN_STEM and (telling or len(words) > 2) else None


_MIN_TITLE = 3  # words


@lru_cache(_REMEMBERED)
def title_key(title: str | None) -> tuple[str, ...] | None:
    """The words of a title; None for a short one, which many episodes may have."""
    words = fold_words(title or "")
    return words if len(words) >= _MIN_TITLE else None


def made_guid(title: str | None, notes: tuple[str, ...], date: dt.date | None) -> str:
    """What an item is known by that has neither a guid nor an address."""
    return hashlib.sha256(f"{title or notes}\0{date}".encode()).hexdigest()[:16]


def unique(items: Iterable[_T], keys: Callable[[_T], Iterable[Hashable]]) -> dict[Hashable, _T]:
    """The items by their keys; a key of two items says nothing."""
    found: dict[Hashable, _T] = {}
    counts: Counter[Hashable] = Counter()
    for item in items:
        for key in set(keys(item)):
            counts[key] += 1
            found[key] = item
    return {key: item for key, item in found.items() if counts[key] == 1}


# Two of these have to agree. One alone does not tell: a daily programme has the same title every
# day, a page for all its items, and a recording called latest.mp3.


def _evidence(item: Item) -> Iterator[Hashable]:
    title, page = _title(item), address_key(item.url)
    recording = _recording(item.audio_url)
    if recording and title:
        yield "recording and title", recording, title
    if recording and item.date:
        yield "recording and date", recording, item.date
    if item.date and title:
        yield "title and date", title, item.date
    if item.date and page:
        yield "page and date", page, item.date


def _title(item: Item) -> str:
    return " ".join((item.title or "").casefold().split())


_DIGITS = pattern(r"\d")
_MIN_DIGITS = 3


def _recording(url: str | None) -> str | None:
    """The address of a recording that is one episode's own: without the query, which changes from
    day to day; and with a number, a date or a hash in its name. What is called latest.mp3 is
    another one tomorrow."""
    key = (address_key(url) or "").partition("?")[0]
    telling = len(_DIGITS.findall(key.rpartition("/")[2])) >= _MIN_DIGITS
    return key if telling else None


def _two_recordings(one: Item, other: Item) -> bool:
    """Two recordings at one host are two episodes: hourly news have all else in common. A show
    that moves has its recordings elsewhere."""
    here, there = _recording(one.audio_url), _recording(other.audio_url)
    if not here or not there or here == there:
        return False
    return here.partition("/")[0] == there.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Continued:
    """What became of a feed's items: ``same`` has the former guid of each that has a new one,
    ``left`` are those that are no longer there."""

    same: dict[str, str]
    left: tuple[Item, ...]


def continued(before: Iterable[Item], now: Iterable[Item]) -> Continued:
    """Which items of a feed as it was are which of the feed as it is.

    The same guid is the same episode. A guid that went and one that came are of one episode if
    two of recording, page, title and date agree, nobody else's do, and the recordings are not two.
    """
    now = list(now)
    guids = {item.guid for item in now}
    gone = {item.guid: item for item in before if item.guid not in guids}
    known = {item.guid for item in before}
    came = [item for item in now if item.guid not in known]
    same: dict[str, str] = {}
    old_by_key, new_by_key = unique(gone.values(), _evidence), unique(came, _evidence)
    for key, item in new_by_key.items():
        former = old_by_key.get(key)
        if former is None or _two_recordings(former, item):
            continue
        if item.guid not in same and former.guid in gone:
            same[item.guid] = former.guid
            del gone[former.guid]
    return Continued(same, tuple(gone.values()))


_MIN_GUID = 8  # "17" is somebody else's as well


def identities(items: Iterable[Item]) -> dict[str, tuple[Hashable, ...]]:
    """For each item, by its guid, what tells that another feed's item is the same episode."""
    found: dict[str, list[Hashable]] = {item.guid: [] for item in items}
    for key, item in unique(items, _across).items():
        found[item.guid].append(key)
    return {guid: tuple(keys) for guid, keys in found.items()}


def twins(feeds: Mapping[str, Mapping[str, Iterable[Hashable]]]) -> list[dict[str, str]]:
    """The episodes that several feeds carry: for each its guids, by the names of the feeds, of
    which the ``identities`` are given."""
    first: dict[Hashable, tuple[str, str]] = {}
    groups: dict[tuple[str, str], dict[str, str]] = {}
    for name, items in feeds.items():
        for guid, keys in items.items():
            for key in keys:
                place = first.setdefault(key, (name, guid))
                groups.setdefault(place, {}).setdefault(name, guid)
    return [group for group in groups.values() if len(group) > 1]


def _across(item: Item) -> Iterator[Hashable]:
    recording, title = _recording(item.audio_url), _title(item)
    address = address_key(item.audio_url)
    if address and title and item.date:  # then also what is called salt-and-ash.mp3
        yield "address, title and date", address, title, item.date
    if len(item.guid) >= _MIN_GUID:
        if title:
            yield "guid and title", item.guid, title
        if recording:
            yield "guid and recording", item.guid, recording
    if recording and title:
        yield "recording and title", recording, title
