"""Feeds: RSS, Atom and RDF with Podcasting 2.0 and iTunes, JSON Feed, and OPML lists of them.

:func:`parse_feed` gives a show and its items, with all the transcripts, persons, chapters and
numbers that the publisher wrote; :func:`parse_chapters` reads the chapters that are in a file of
their own. Pure: bytes in, values out.
"""

from __future__ import annotations

from talksearch.errors import FeedParseError
from talksearch.feeds.addresses import offered_feed
from talksearch.feeds.base import ChaptersLink, Credit, Feed, Item, LiveItem, TranscriptLink
from talksearch.feeds.chapters import parse_chapters
from talksearch.feeds.json_feed import looks_like_json_feed, parse_json_feed
from talksearch.feeds.json_value import looks_like_json
from talksearch.feeds.opml import parse_opml
from talksearch.feeds.plain import item_from_dict, item_to_dict
from talksearch.feeds.xml_text import decoded, read_xml, xml_text

__all__ = [
    "ChaptersLink",
    "Credit",
    "Feed",
    "Item",
    "LiveItem",
    "TranscriptLink",
    "item_from_dict",
    "item_to_dict",
    "looks_like_feed",
    "looks_like_opml",
    "offered_feed",
    "parse_chapters",
    "parse_feed",
    "parse_opml",
]

_HEAD_BYTES = 32 * 1024
_FEED_ROOTS = frozenset({"rss", "feed", "rdf"})
_NO_FEEDS = {
    "html": "is a web page, not a feed",
    "head": "is a web page, not a feed",
    "body": "is a web page, not a feed",
    "opml": "is a list of feeds (OPML), not a feed",
}


def parse_feed(data: bytes, *, source: str, base_url: str | None = None) -> Feed:
    """The show and the items of a feed.

    ``source`` is named in errors, ``base_url`` is what relative addresses are relative to (the
    feed's own address). An item without an address keeps None; addresses that are not http(s) are
    dropped; of two items with one guid the first is kept. Raises ``FeedParseError``, and nothing
    else, for bytes that are no feed.
    """
    feed = _parse(data, source, base_url)
    if not feed.items and not feed.show.title:
        raise FeedParseError("is a feed without a title and without items", source)
    return feed


def _parse(data: bytes, source: str, base_url: str | None) -> Feed:
    if looks_like_json(data):
        return parse_json_feed(data, source, base_url)
    text = read_xml(data, source)
    if text.root in _NO_FEEDS:
        raise FeedParseError(_NO_FEEDS[text.root], source)
    from talksearch.feeds.items import feed_of
    from talksearch.feeds.parser import parse

    parsed = parse(text, source)
    if not parsed.version:
        raise FeedParseError(f"is not a feed: its first element is <{text.root}>", source)
    return feed_of(parsed, base_url)


def looks_like_feed(data: bytes) -> bool:
    """Whether the first element is that of a feed, or it is JSON that says it is one."""
    return _root(data) in _FEED_ROOTS or looks_like_json_feed(data)


def looks_like_opml(data: bytes) -> bool:
    """Whether the first element is that of an OPML list."""
    return _root(data) == "opml"


def _root(data: bytes) -> str:
    """The name of the first element; "" where there is none, or other text before it."""
    text = decoded(data.lstrip(b" \t\r\n")[:_HEAD_BYTES]).lstrip("\ufeff \t\r\n")
    found = xml_text(text) if text.startswith("<") else None
    return found.root if found else ""
