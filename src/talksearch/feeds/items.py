"""What feedparser gives -> the show and its items."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

from talksearch.feeds.base import Feed, Item, TranscriptLink
from talksearch.feeds.parser import PEOPLE, TRANSCRIPTS, Parsed
from talksearch.feeds.text import paragraphs, shortened
from talksearch.model import Person, Role, Show, Source, clean_text

__all__ = ["feed_of"]

_FIRST_YEAR = 1990  # no web, no feeds: what claims to be older has a broken clock

Entry = dict[str, Any]


def feed_of(parsed: Parsed, base_url: str | None) -> Feed:
    """The show and its items, in the order of the feed."""
    feed = parsed.feed
    link = _address(_text(feed, "link"), base_url)
    base = base_url or link
    people = _persons(feed, base) or _authors(feed)
    description = _notes(feed)
    show = Show(
        title=_line(feed, "title") or "",
        language=_language(feed),
        url=link,
        description=shortened(" ".join(description)) or None,
        guid=_line(feed, "podcast_guid"),
        people=people,
    )
    cast = people if feed.get(PEOPLE) else ()
    items: dict[str, Item] = {}
    for entry in parsed.entries:
        item = _item(entry, base, cast)
        if item is not None:
            items.setdefault(item.guid, item)
    return Feed(show, tuple(items.values()))


def _item(entry: Entry, base: str | None, cast: tuple[Person, ...]) -> Item | None:
    """An item; None for one that says nothing. Its persons take the place of the channel's."""
    notes = _notes(entry)
    title, url = _line(entry, "title"), _link(entry, base)
    audio_url = _audio(entry, base)
    date = _date(entry)
    transcripts = tuple(_transcripts(entry, base))
    if not (title or notes or audio_url or transcripts):
        return None
    unnamed = hashlib.sha256(f"{title}\0{date}\0{notes}".encode()).hexdigest()[:16]
    return Item(
        guid=_line(entry, "id") or url or audio_url or unnamed,
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
        people=_persons(entry, base) or cast or _authors(entry),
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
    texts = [_text(entry, name) for name in ("summary", "description", "subtitle")]
    texts += [_text(content, "value") for content in _parts(entry, "content")]
    read = [paragraphs(text) for text in dict.fromkeys(texts) if text]
    return max(read, key=lambda lines: sum(map(len, lines)), default=())


def _language(entry: Entry) -> str | None:
    found = clean_text(_text(entry, "language") or _text(entry, "dc_language"))
    return found.replace("_", "-").lower() if re.fullmatch(r"[\w-]{2,35}", found) else None


def _tags(entry: Entry) -> Iterable[str]:
    terms = (clean_text(_text(tag, "term")) for tag in _parts(entry, "tags"))
    return dict.fromkeys(term for term in terms if term)


# Numbers and dates


def _number(entry: Entry, *names: str) -> int | None:
    for name in names:
        # podcast:episode may have a fraction, of an extra between two episodes.
        match = re.fullmatch(r"(\d{1,6})(?:\.\d+)?", _text(entry, name))
        if match:
            return int(match[1])
    return None


def _date(entry: Entry) -> dt.date | None:
    """The day of publication, as it was where it was published."""
    for name in ("published", "updated"):
        raw = _text(entry, name)
        if raw:
            date = _day(raw) or _agreeing(raw, dict.get(entry, f"{name}_parsed"))
            return date if date and date.year >= _FIRST_YEAR else None
    return None


def _day(raw: str) -> dt.date | None:
    try:
        return parsedate_to_datetime(raw).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        pass
    match = re.match(r"(\d{4})-(\d{1,2})-(\d{1,2})(?!\d)", raw)
    try:
        return dt.date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def _agreeing(raw: str, parsed: Any) -> dt.date | None:
    """feedparser's reading, if its day and year stand in the text: it makes 2025-01-01 of
    2024-13-45."""
    if not parsed:
        return None
    numbers = {int(number) for number in re.findall(r"\d{1,4}", raw)}
    year, month, day = parsed[:3]
    if day not in numbers or not numbers & {year, year % 100}:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


# Addresses


def _address(raw: str, base: str | None) -> str | None:
    """An http(s) address, absolute; None for any other."""
    raw = "".join(raw.split())
    try:
        found = urljoin(base, raw) if base and raw else raw
        parts = urlsplit(found)
    except ValueError:
        return None
    return found if parts.scheme in ("http", "https") and parts.netloc else None


def _link(entry: Entry, base: str | None) -> str | None:
    """The item's page. feedparser takes a guid for it, which need not be an address."""
    raw = _text(entry, "link")
    return _address(raw, None if raw == _text(entry, "id") else base)


def _audio(entry: Entry, base: str | None) -> str | None:
    """The recording: the first enclosure that says it is one, else the first of all."""
    links = [link for link in _parts(entry, "links") if link.get("rel") == "enclosure"]
    offered = [(_text(link, "href"), _text(link, "type")) for link in links]
    offered += [
        (_text(each, "url"), _text(each, "type")) for each in _parts(entry, "media_content")
    ]
    found = [(url, kind) for raw, kind in offered if (url := _address(raw, base))]
    recordings = [url for url, kind in found if kind.startswith(("audio/", "video/"))]
    untold = [url for url, kind in found if not kind.startswith(("image/", "text/"))]
    return next(iter(recordings or untold), None)


def _transcripts(entry: Entry, base: str | None) -> Iterable[TranscriptLink]:
    for attributes in entry.get(TRANSCRIPTS) or ():
        url = _address(attributes.get("url", ""), base)
        if url:
            yield TranscriptLink(
                url,
                clean_text(attributes.get("type", "")).lower() or None,
                clean_text(attributes.get("language", "")) or None,
                clean_text(attributes.get("rel", "")).lower() or None,
            )


# People


def _persons(entry: Entry, base: str | None) -> tuple[Person, ...]:
    """Those of ``podcast:person`` who are heard. No role means host, no group means cast."""
    found: dict[tuple[str, str | None], Person] = {}
    for name, attributes in entry.get(PEOPLE) or ():
        name = " ".join(paragraphs(name))
        label = clean_text(attributes.get("role", "")) or None
        group = clean_text(attributes.get("group", "")).casefold() or "cast"
        if not name or group != "cast":
            continue
        person = Person(
            name,
            Role.parse(label) if label else Role.HOST,
            role_label=label,
            url=_address(attributes.get("href", ""), base),
            source=Source.PERSON_TAG,
        )
        found.setdefault((name, label), person)
    return tuple(found.values())


# A company or a team is no person; nor is a show named after itself.
_NAME = re.compile(r"[^\W\d_][\w'’.-]*(?: (?:[^\W\d_][\w'’.-]*)){1,3}")
_NO_NAME = re.compile(
    r"\b(?:inc|llc|ltd|gmbh|media|network|podcasts?|studios?|show|radio|team|the|fm|news|"
    r"productions?|company|university|institute|foundation|group|club|magazine|audio|tv)\b",
    re.IGNORECASE,
)
_BETWEEN_NAMES = re.compile(r"\s*(?:,|&|\band\b|\bund\b|\by\b|\bet\b|/|\+|\bwith\b)\s*")


def _authors(entry: Entry) -> tuple[Person, ...]:
    """Authors who look like persons. That they are heard is likely, in what role is not told."""
    names: list[str] = []
    for author in _parts(entry, "authors"):
        names += _BETWEEN_NAMES.split(clean_text(_text(author, "name")))
    people = (Person(name, source=Source.PERSON_TAG) for name in names if _is_personal(name))
    return tuple(dict.fromkeys(people))


def _is_personal(name: str) -> bool:
    capitals = [word for word in name.split() if word[:1] == word[:1].upper()]
    return bool(_NAME.fullmatch(name)) and not _NO_NAME.search(name) and len(capitals) >= 2
