"""OPML: a list of feeds, as podcast programs export it. http://opml.org/spec2.opml"""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree import ElementTree

from talksearch.errors import FeedParseError
from talksearch.model import clean_text

__all__ = ["ListedFeed", "parse_opml"]


@dataclass(frozen=True, slots=True)
class ListedFeed:
    """A feed that an OPML file names."""

    title: str | None
    address: str


def parse_opml(data: bytes, *, source: str) -> tuple[ListedFeed, ...]:
    """The feeds of an OPML file, each once, in order.

    Raises ``FeedParseError``, with the line, when it is not XML or names no feed.
    """
    try:
        root = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        line = error.position[0]
        raise FeedParseError(f"is broken OPML: {error.msg}", source, line) from error
    except (ValueError, LookupError) as error:  # an encoding that Python does not know
        raise FeedParseError(f"is broken OPML: {error}", source) from error
    found: dict[str, ListedFeed] = {}
    for outline in root.iter():
        attributes = {name.lower(): value for name, value in outline.attrib.items()}
        address = attributes.get("xmlurl", "").strip()
        if address.lower().startswith(("http://", "https://")):
            title = clean_text(attributes.get("title") or attributes.get("text") or "")
            found.setdefault(address, ListedFeed(title or None, address))
    if not found:
        raise FeedParseError("is an OPML file that names no feed", source)
    return tuple(found.values())
