"""OPML: a list of feeds, as podcast programs export it. http://opml.org/spec2.opml"""

from __future__ import annotations

from dataclasses import dataclass

from talksearch.errors import FeedParseError
from talksearch.feeds.addresses import web_address
from talksearch.feeds.xml_text import elements, read_xml
from talksearch.model import clean_text

__all__ = ["ListedFeed", "parse_opml"]


@dataclass(frozen=True, slots=True)
class ListedFeed:
    """A feed that an OPML file names. An address that is none of the web stays as it is written:
    whoever asks for it learns what is wrong with it."""

    title: str | None
    address: str


def parse_opml(data: bytes, *, source: str) -> tuple[ListedFeed, ...]:
    """The feeds of an OPML file, each once, in order, from outlines of any depth.

    Raises ``FeedParseError``, with the line where it can, when it is no OPML, is broken, or names
    no feed.
    """
    found = read_xml(data, source)
    if found.root != "opml":
        raise FeedParseError(f"is not OPML: its first element is <{found.root}>", source)
    feeds: dict[str, ListedFeed] = {}
    for outline in elements(found, source, "OPML"):
        attributes = {name.lower(): value for name, value in outline.attrib.items()}
        written = attributes.get("xmlurl", "").strip()
        address = web_address(written) or written
        if address:
            title = clean_text(attributes.get("title") or attributes.get("text") or "")
            feeds.setdefault(address, ListedFeed(title or None, address))
    if not feeds:
        raise FeedParseError("is an OPML file that names no feed", source)
    return tuple(feeds.values())
