"""What a feed gives: its show, and its items, as the publisher wrote them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from talksearch.model import Chapter, Person, Show, Soundbite

__all__ = ["ChaptersLink", "Credit", "Feed", "Item", "LiveItem", "TranscriptLink"]


@dataclass(frozen=True, slots=True)
class TranscriptLink:
    """Where a transcript of an item is, and what it is said to be."""

    url: str
    media_type: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class ChaptersLink:
    """Where the chapters of an item are, and in what format they are said to be."""

    url: str
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class Credit:
    """Somebody whom the publisher names, heard or not: as written, with what the specification
    says of what is left out (no role is host, no group is cast)."""

    name: str
    role: str = "host"
    group: str = "cast"
    href: str | None = None
    img: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a feed. ``guid`` is unique within the feed; ``notes`` are the show notes, a
    paragraph each, as plain text; ``date`` is the publisher's own calendar day. ``people`` are who
    is heard, if need be those of the show; ``credits`` are all whom the item itself names."""

    guid: str
    title: str | None = None
    date: dt.date | None = None
    url: str | None = None
    audio_url: str | None = None
    season: int | None = None
    number: int | None = None
    language: str | None = None
    description: str | None = None
    notes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()
    transcripts: tuple[TranscriptLink, ...] = ()
    credits: tuple[Credit, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    chapters_link: ChaptersLink | None = None
    soundbites: tuple[Soundbite, ...] = ()
    location: str | None = None
    license: str | None = None


@dataclass(frozen=True, slots=True)
class LiveItem:
    """A broadcast that a feed announces. It is no episode: that comes as an item, later on.
    ``status`` is pending, live or ended; times without a zone are UTC."""

    guid: str | None = None
    title: str | None = None
    status: str | None = None
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A show and its items, in the order of the feed; ``credits`` are those of the show.
    ``moved_to`` is where the publisher wants it asked for from now on; many a feed names itself.
    ``next_page`` is where the older items are, of a feed in pages (RFC 5005, ``next_url``)."""

    show: Show
    items: tuple[Item, ...]
    live: tuple[LiveItem, ...] = ()
    credits: tuple[Credit, ...] = ()
    moved_to: str | None = None
    next_page: str | None = None
