"""Feeds: RSS, Atom and RDF with Podcasting 2.0 and iTunes, and OPML lists of them.

:func:`parse_feed` gives a show and its items; how many transcripts, persons and numbers an item
has is kept as the publisher wrote it. Pure: bytes in, values out.
"""

from __future__ import annotations

import codecs
import re

from talksearch.errors import FeedParseError
from talksearch.feeds.base import Feed, Item, TranscriptLink
from talksearch.feeds.opml import ListedFeed, parse_opml

__all__ = [
    "Feed",
    "Item",
    "ListedFeed",
    "TranscriptLink",
    "looks_like_feed",
    "looks_like_opml",
    "parse_feed",
    "parse_opml",
]

_HEAD_BYTES = 8192
_ROOT = re.compile(r"<(?![?!])\s*(?:[\w.-]+:)?([\w.-]+)")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_FEED_ROOTS = frozenset({"rss", "feed", "rdf"})


def parse_feed(data: bytes, *, source: str, base_url: str | None = None) -> Feed:
    """The show and the items of a feed.

    ``source`` is named in errors, ``base_url`` is what relative addresses are relative to (the
    feed's own address). An item without an address keeps None; addresses that are not http(s) are
    dropped; of two items with one guid the first is kept. Raises ``FeedParseError``, and nothing
    else, for bytes that are no feed.
    """
    if not data.strip():
        raise FeedParseError("is empty", source)
    root = _root(data)
    if root == "html":
        raise FeedParseError("is a web page, not a feed", source)
    from talksearch.feeds.items import feed_of
    from talksearch.feeds.parser import parse

    parsed = parse(data, source)
    if not parsed.version:
        found = f"begins with <{root}>" if root else "holds no XML"
        raise FeedParseError(f"is not a feed: it {found}", source)
    feed = feed_of(parsed, base_url)
    if not feed.items and not feed.show.title:
        raise FeedParseError("is a feed without a title and without items", source)
    return feed


def looks_like_feed(data: bytes) -> bool:
    """Whether the first element is that of a feed."""
    return _root(data) in _FEED_ROOTS


def looks_like_opml(data: bytes) -> bool:
    """Whether the first element is that of an OPML list."""
    return _root(data) == "opml"


def _root(data: bytes) -> str:
    """The name of the first element, without a prefix, in lower case; "" where there is none."""
    head = data[:_HEAD_BYTES].lstrip()
    encoding = "utf-8"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif head[1:2] == b"\0":
        encoding = "utf-16-le"
    elif head[:1] == b"\0":
        encoding = "utf-16-be"
    text = _COMMENT.sub("", head.decode(encoding, "replace").lstrip("\ufeff \t\r\n"))
    if not text.lstrip().startswith("<"):
        return ""
    match = _ROOT.search(text)
    return match[1].lower() if match else ""
