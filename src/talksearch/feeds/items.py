"""What feedparser gives -> the show and its items."""

from __future__ import annotations

from collections.abc import Iterable

from talksearch.feeds.addresses import recording, resolved
from talksearch.feeds.base import ChaptersLink, Credit, Feed, Item, LiveItem, TranscriptLink
from talksearch.feeds.chapters import simple_chapters
from talksearch.feeds.identity import made_guid
from talksearch.feeds.parser import TEXTS, TOLD, Parsed, Told
from talksearch.feeds.people import authors, cast, credit
from talksearch.feeds.text import line, paragraphs, shortened
from talksearch.feeds.values import Entry, day, language, moment, number, parts_in, point, text_in
from talksearch.model import Person, Show, Soundbite, clean_text

__all__ = ["feed_of"]


def feed_of(parsed: Parsed, base_url: str | None) -> Feed:
    """The show and its items, in the order of the feed."""
    feed = parsed.feed
    link = resolved(text_in(feed, "link"), base_url)
    base = base_url or link
    told: Told = dict.get(feed, TOLD) or {}
    named = _credits(told, base)
    heard = cast(named) if named else None
    show = Show(
        title=line(text_in(feed, "title")) or "",
        language=language(text_in(feed, "language")),
        url=link,
        description=shortened(" ".join(_notes(feed))) or None,
        guid=clean_text(_first(told, "podcast:guid")) or None,
        people=_authors(feed) if heard is None else heard,
        location=_location(told),
        license=_license(told, feed, base),
    )
    items: dict[str, Item] = {}
    for entry in parsed.entries:
        item = _item(entry, base, heard)
        if item is not None:
            items.setdefault(item.guid, item)
    live = (_live_item(told, base) for told in parsed.live)
    told_of = tuple(each for each in live if each != LiveItem())
    moved_to = resolved(text_in(feed, "itunes_new-feed-url"))
    pages = (text_in(link, "href") for link in parts_in(feed, "links") if link.get("rel") == "next")
    next_page = resolved(next(pages, ""), base)
    return Feed(show, tuple(items.values()), told_of, named, moved_to, next_page)


def _item(entry: Entry, base: str | None, of_the_show: tuple[Person, ...] | None) -> Item | None:
    """An item; None for one that says nothing. Its persons take the place of the channel's, also
    where none of them is heard."""
    told: Told = dict.get(entry, TOLD) or {}
    notes = _notes(entry)
    title = line(text_in(entry, "title")) or line(text_in(entry, "itunes_title"))
    url, audio_url = _link(entry, base), _audio(entry, base)
    date = day(text_in(entry, "published") or text_in(entry, "updated"))
    transcripts = tuple(dict.fromkeys(_transcripts(told, base)))
    if not (title or notes or audio_url or transcripts):
        return None
    named = _credits(told, base)
    people = cast(named) if named else of_the_show
    return Item(
        guid=clean_text(text_in(entry, "id")) or url or audio_url or made_guid(title, notes, date),
        title=title,
        date=date,
        url=url,
        audio_url=audio_url,
        season=_number(_first(told, "podcast:season"), text_in(entry, "itunes_season")),
        number=_number(_first(told, "podcast:episode"), text_in(entry, "itunes_episode")),
        language=language(text_in(entry, "language")),
        description=shortened(" ".join(notes)) or None,
        notes=notes,
        tags=tuple(_tags(entry)),
        people=_authors(entry) if people is None else people,
        transcripts=transcripts,
        credits=named,
        chapters=simple_chapters((one for _, one in told.get("psc:chapter", ())), base),
        chapters_link=_chapters_link(told, base),
        soundbites=tuple(dict.fromkeys(_soundbites(told))),
        location=_location(told),
        license=_license(told, entry, base),
    )


# What feedparser read


def _notes(entry: Entry) -> tuple[str, ...]:
    """The longest of what the feed has as description, summary, content."""
    texts = dict.fromkeys(dict.get(entry, TEXTS) or ())
    return max(map(paragraphs, texts), key=lambda lines: sum(map(len, lines)), default=())


def _tags(entry: Entry) -> Iterable[str]:
    terms = (clean_text(text_in(tag, "term")) for tag in parts_in(entry, "tags"))
    return dict.fromkeys(term for term in terms if term)


def _number(*written: str) -> int | None:
    return next((found for raw in written if (found := number(raw)) is not None), None)


def _link(entry: Entry, base: str | None) -> str | None:
    """The item's page. feedparser takes a guid for it, which need not be an address."""
    raw = text_in(entry, "link")
    return resolved(raw, None if raw == text_in(entry, "id") else base)


def _audio(entry: Entry, base: str | None) -> str | None:
    links = [link for link in parts_in(entry, "links") if link.get("rel") == "enclosure"]
    offered = [(text_in(link, "href"), text_in(link, "type")) for link in links]
    offered += [
        (text_in(each, "url"), text_in(each, "type"))
        for each in parts_in(entry, "media_content")
        if text_in(each, "medium") in ("", "audio", "video")
    ]
    return recording(offered, base)


def _authors(entry: Entry) -> tuple[Person, ...]:
    return authors(text_in(author, "name") for author in parts_in(entry, "authors"))


# What was kept from it


def _first(told: Told, name: str) -> str:
    return next((text for text, _ in told.get(name, ()) if text), "")


def _credits(told: Told, base: str | None) -> tuple[Credit, ...]:
    found = (credit(text, attributes, base) for text, attributes in told.get("podcast:person", ()))
    return tuple(each for each in found if each)


def _transcripts(told: Told, base: str | None) -> Iterable[TranscriptLink]:
    for _, attributes in told.get("podcast:transcript", ()):
        url = resolved(attributes.get("url", ""), base)
        if url:
            yield TranscriptLink(
                url,
                clean_text(attributes.get("type", "")).lower() or None,
                clean_text(attributes.get("language", "")) or None,
            )


def _chapters_link(told: Told, base: str | None) -> ChaptersLink | None:
    for _, attributes in told.get("podcast:chapters", ()):
        url = resolved(attributes.get("url", ""), base)
        if url:
            return ChaptersLink(url, clean_text(attributes.get("type", "")).lower() or None)
    return None


def _soundbites(told: Told) -> Iterable[Soundbite]:
    for text, attributes in told.get("podcast:soundbite", ()):
        start, length = moment(attributes.get("starttime")), moment(attributes.get("duration"))
        if start is not None and length:
            yield Soundbite(start, start + length, line(text))


def _location(told: Told) -> str | None:
    """What it is about; where it was made only if nothing else is told."""
    named = [
        (attributes.get("rel", "").lower() == "creator", found)
        for text, attributes in told.get("podcast:location", ())
        if (found := line(text))
    ]
    return min(named, key=lambda pair: pair[0], default=(False, None))[1]


def _license(told: Told, entry: Entry, base: str | None) -> str | None:
    for text, attributes in told.get("podcast:license", ()):
        found = line(text) or resolved(attributes.get("url", ""), base)
        if found:
            return found
    links = (link for link in parts_in(entry, "links") if link.get("rel") == "license")
    return next((found for link in links if (found := resolved(text_in(link, "href")))), None)


def _live_item(told: Told, base: str | None) -> LiveItem:
    attributes = next((attributes for _, attributes in told.get("podcast:liveitem", ())), {})
    pages = [text for text, _ in told.get("link", ())]
    pages += [each.get("href", "") for _, each in told.get("podcast:contentlink", ())]
    return LiveItem(
        guid=clean_text(_first(told, "guid")) or None,
        title=line(_first(told, "title")),
        status=clean_text(attributes.get("status", "")).lower() or None,
        start=point(attributes.get("start", "")),
        end=point(attributes.get("end", "")),
        url=next((url for raw in pages if (url := resolved(raw, base))), None),
    )
