"""What a feed gives: its show, and its items, as the publisher wrote them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from talksearch.model import Person, Show

__all__ = ["Feed", "Item", "TranscriptLink"]


@dataclass(frozen=True, slots=True)
class TranscriptLink:
    """Where a transcript of an item is, and what it is said to be."""

    url: str
    media_type: str | None = None
    language: str | None = None
    rel: str | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a feed. ``guid`` is unique within the feed; ``notes`` are the show notes, a
    paragraph each, as plain text; ``date`` is the publisher's own calendar day."""

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


@dataclass(frozen=True, slots=True)
class Feed:
    """A show and its items, in the order of the feed."""

    show: Show
    items: tuple[Item, ...]
