"""OPML: a list of feeds, as podcast programs export it. http://opml.org/spec2.opml"""

from __future__ import annotations

from talksearch.errors import FeedParseError
from talksearch.feeds.addresses import resolved
from talksearch.feeds.xml_text import elements, read_xml

__all__ = ["parse_opml"]


def parse_opml(data: bytes, *, source: str) -> tuple[str, ...]:
    """The addresses of the feeds in an OPML file, each once, in order, from outlines of any depth.
    One that is none of the web stays as it is written: whoever asks for it learns what is wrong.

    Raises ``FeedParseError``, with the line where it can, when it is no OPML, is broken, or names
    no feed.
    """
    found = read_xml(data, source)
    if found.root != "opml":
        raise FeedParseError(f"is not OPML: its first element is <{found.root}>", source)
    feeds: dict[str, None] = {}
    for outline in elements(found, source, "OPML"):
        attributes = {name.lower(): value for name, value in outline.attrib.items()}
        written = attributes.get("xmlurl", "").strip()
        if address := resolved(written) or written:
            feeds[address] = None
    if not feeds:
        raise FeedParseError("is an OPML file that names no feed", source)
    return tuple(feeds)
