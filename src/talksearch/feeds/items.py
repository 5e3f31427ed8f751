"""What feedparser gives -> the show and its items."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable
from email.utils import parsedate
from typing import Any

from talksearch.feeds.addresses import web_address
from talksearch.feeds.base import Feed, Item, TranscriptLink
from talksearch.feeds.parser import PEOPLE, TEXTS, TRANSCRIPTS, Parsed
from talksearch.feeds.people import authors, cast
from talksearch.feeds.text import paragraphs, shortened
from talksearch.model import Person, Show, clean_text

__all__ = ["feed_of"]

# No web before, and so no feeds: what claims to be older, or from another age, has a broken clock.
_YEARS = range(1990, 2100)

Entry = dict[str, Any]


def feed_of(parsed: Parsed, base_url: str | None) -> Feed:
    """The show and its items, in the order of the feed."""
    feed = parsed.feed
    link = web_address(_text(feed, "link"), base_url)
    base = base_url or link
    told = _cast(feed, base)
    show = Show(
        title=_line(feed, "title") or "",
        language=_language(feed),
        url=link,
        description=shortened(" ".join(_notes(feed))) or None,
        guid=clean_text(_text(feed, "podcast_guid")) or None,
        people=_authors(feed) if told is None else told,
    )
    items: dict[str, Item] = {}
    for entry in parsed.entries:
        item = _item(entry, base, told)
        if item is not None:
            items.setdefault(item.guid, item)
    return Feed(show, tuple(items.values()))


def _item(entry: Entry, base: str | None, of_the_show: tuple[Person, ...] | None) -> Item | None:
    """An item; None for one that says nothing. Its persons take the place of the channel's, also
    where none of them is heard."""
    notes = _notes(entry)
    title, url = _line(entry, "title") or _line(entry, "itunes_title"), _link(entry, base)
    audio_url = _audio(entry, base)
    date = _date(entry)
    transcripts = tuple(dict.fromkeys(_transcripts(entry, base)))
    if not (title or notes or audio_url or transcripts):
        return None
    told = _cast(entry, base)
    people = of_the_show if told is None else told
    unnamed = hashlib.sha256(f"{title or notes}\0{date}".encode()).hexdigest()[:16]
    return Item(
        guid=clean_text(_text(entry, "id")) or url or audio_url or unnamed,
        title=title,
        date=date,
        url=url,
        audio_url=audio_url,
        season=_number(entry, "podcast_season", "itunes_season"),
        number=_number(entry, "podcast_episode", "itunes_episode"),
        language=_language(entry),
        description=shortened(" ".join(notes)) or None,
        notes=notes,
        tags=tuple(_tags(entry)),
        people=_authors(entry) if people is None else people,
        transcripts=transcripts,
    )


# Texts


def _text(entry: Entry, name: str) -> str:
    # dict.get: feedparser's own looks other names up, and warns of it.
    value = dict.get(entry, name)
    return value.strip() if isinstance(value, str) else ""


def _parts(entry: Entry, name: str) -> list[Entry]:
    """The dictionaries of a list; in odd feeds there are other things among them."""
    found = dict.get(entry, name)
    return [part for part in found if isinstance(part, dict)] if isinstance(found, list) else []


def _line(entry: Entry, name: str) -> str | None:
    """A text without markup, in one line."""
    return " ".join(paragraphs(_text(entry, name))) or None


def _notes(entry: Entry) -> tuple[str, ...]:
    """The longest of what the feed has as description, summary, content."""
    texts = dict.fromkeys(dict.get(entry, TEXTS) or ())
    return max(map(paragraphs, texts), key=lambda lines: sum(map(len, lines)), default=())


def _language(entry: Entry) -> str | None:
    found = clean_text(_text(entry, "language"))
    return found.replace("_", "-").lower() if re.fullmatch(r"[\w-]{2,35}", found) else None


def _tags(entry: Entry) -> Iterable[str]:
    terms = (clean_text(_text(tag, "term")) for tag in _parts(entry, "tags"))
    return dict.fromkeys(term for term in terms if term)


# Numbers and dates


def _number(entry: Entry, *names: str) -> int | None:
    for name in names:
        # podcast:episode may have a fraction, of an extra between two episodes.
        match = re.fullmatch(r"(\d{1,6})(?:\.\d{1,6})?", _text(entry, name))
        if match:
            return int(match[1])
    return None


_ISO_DATE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?!\d)")


def _date(entry: Entry) -> dt.date | None:
    """The day of publication, as it was where it was published.

    From the text itself: feedparser reckons in UTC, and makes 2025-01-01 of 2024-13-45.
    """
    raw = (_text(entry, "published") or _text(entry, "updated"))[:100]
    iso = _ISO_DATE.match(raw)
    parts = tuple(map(int, iso.groups())) if iso else parsedate(raw)
    try:
        date = dt.date(*parts[:3]) if parts else None
    except ValueError:
        return None
    return date if date and date.year in _YEARS else None


# Addresses


def _link(entry: Entry, base: str | None) -> str | None:
    """The item's page. feedparser takes a guid for it, which need not be an address."""
    raw = _text(entry, "link")
    return web_address(raw, None if raw == _text(entry, "id") else base)


_NO_RECORDING = (
    "image/",
    "text/",
    "application/pdf",
    "application/epub",
    "application/zip",
    "application/x-bittorrent",
)


def _audio(entry: Entry, base: str | None) -> str | None:
    """The recording: the first enclosure that says it is one, else the first that may be."""
    links = [link for link in _parts(entry, "links") if link.get("rel") == "enclosure"]
    offered = [(_text(link, "href"), _text(link, "type").lower()) for link in links]
    offered += [
        (_text(each, "url"), _text(each, "type").lower())
        for each in _parts(entry, "media_content")
        if _text(each, "medium") in ("", "audio", "video")
    ]
    found = [(url, kind) for raw, kind in offered if (url := web_address(raw, base))]
    recordings = [url for url, kind in found if kind.startswith(("audio/", "video/"))]
    untold = [url for url, kind in found if not kind.startswith(_NO_RECORDING)]
    return next(iter(recordings or untold), None)


def _transcripts(entry: Entry, base: str | None) -> Iterable[TranscriptLink]:
    for attributes in dict.get(entry, TRANSCRIPTS) or ():
        url = web_address(attributes.get("url", ""), base)
        if url:
            yield TranscriptLink(
                url,
                clean_text(attributes.get("type", "")).lower() or None,
                clean_text(attributes.get("language", "")) or None,
                clean_text(attributes.get("rel", "")).lower() or None,
            )


# People


def _cast(entry: Entry, base: str | None) -> tuple[Person, ...] | None:
    """None where nobody is told of, which is another thing than nobody who is heard."""
    told = dict.get(entry, PEOPLE)
    return cast(told, base) if told else None


def _authors(entry: Entry) -> tuple[Person, ...]:
    return authors(_text(author, "name") for author in _parts(entry, "authors"))
