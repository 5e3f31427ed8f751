"""JSON Feed, 1.0 and 1.1. https://www.jsonfeed.org/version/1.1/"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from talksearch.errors import FeedParseError
from talksearch.feeds.addresses import recording, resolved
from talksearch.feeds.base import Feed, Item
from talksearch.feeds.identity import made_guid
from talksearch.feeds.json_value import looks_like_json, read_json
from talksearch.feeds.people import authors
from talksearch.feeds.text import line, paragraphs, shortened
from talksearch.feeds.values import Entry, day, language, parts_in, text_in
from talksearch.model import Person, Show, clean_text
from talksearch.patterns import pattern

__all__ = ["looks_like_json_feed", "parse_json_feed"]

_VERSION = pattern(r"https?://(?:www\.)?jsonfeed\.org/version/")
# As it stands in the bytes: some programs write "\/" for "/".
_MENTION = re.compile(rb'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version\\?/')


def looks_like_json_feed(data: bytes) -> bool:
    """Whether it is an object that says it is a JSON Feed; a transcript may mention one."""
    if not looks_like_json(data) or not _MENTION.search(data):
        return False
    try:
        return _is_feed(read_json(data, ""))
    except FeedParseError:
        return False


def parse_json_feed(data: bytes, source: str, base_url: str | None) -> Feed:
    """The show and the items. Raises ``FeedParseError`` for what is no JSON Feed."""
    value = read_json(data, source)
    if not _is_feed(value):
        reason = 'is JSON, but no JSON Feed: no "version": "https://jsonfeed.org/version/1.1"'
        raise FeedParseError(reason, source)
    link = resolved(text_in(value, "home_page_url"), base_url)
    base = base_url or resolved(text_in(value, "feed_url")) or link
    show = Show(
        title=line(text_in(value, "title")) or "",
        language=language(text_in(value, "language")),
        url=link,
        description=shortened(line(text_in(value, "description")) or "") or None,
        people=_authors(value),
    )
    items: dict[str, Item] = {}
    for entry in parts_in(value, "items"):
        item = _item(entry, base)
        if item is not None:
            items.setdefault(item.guid, item)
    next_page = resolved(text_in(value, "next_url"), base)
    return Feed(show, tuple(items.values()), next_page=next_page)


def _is_feed(value: Any) -> bool:
    return isinstance(value, dict) and bool(_VERSION.match(text_in(value, "version")))


def _item(entry: Entry, base: str | None) -> Item | None:
    """An item; None for one that says nothing."""
    title, notes = line(text_in(entry, "title")), _notes(entry)
    url = resolved(text_in(entry, "url"), base)
    url = url or resolved(text_in(entry, "external_url"), base)
    audio_url = recording(_attachments(entry), base)
    if not (title or notes or audio_url):
        return None
    date = day(text_in(entry, "date_published") or text_in(entry, "date_modified"))
    return Item(
        guid=_id(entry) or url or audio_url or made_guid(title, notes, date),
        title=title,
        date=date,
        url=url,
        audio_url=audio_url,
        language=language(text_in(entry, "language")),
        description=shortened(" ".join(paragraphs(text_in(entry, "summary")) or notes)) or None,
        notes=notes,
        tags=tuple(_tags(entry)),
        people=_authors(entry),
    )


def _id(entry: Entry) -> str:
    """A text; the specification lets a reader take a number for one."""
    found = entry.get("id")
    return clean_text(str(found)) if isinstance(found, str | int | float) else ""


def _notes(entry: Entry) -> tuple[str, ...]:
    """The text, of which HTML is the fuller form; else the summary."""
    names = ("content_html", "content_text", "summary")
    return next((found for name in names if (found := paragraphs(text_in(entry, name)))), ())


def _attachments(entry: Entry) -> Iterator[tuple[str, str]]:
    for each in parts_in(entry, "attachments"):
        yield text_in(each, "url"), text_in(each, "mime_type")


def _tags(entry: Entry) -> Iterable[str]:
    tags = entry.get("tags")
    told = tags if isinstance(tags, list) else []
    return dict.fromkeys(tag for raw in told if isinstance(raw, str) and (tag := clean_text(raw)))


def _authors(entry: Entry) -> tuple[Person, ...]:
    """Version 1.1 has a list of them, 1.0 one."""
    told = [*parts_in(entry, "authors"), entry.get("author")]
    return authors(text_in(author, "name") for author in told if isinstance(author, dict))
