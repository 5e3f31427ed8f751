"""feedparser, with what it loses of Podcasting 2.0 kept: the only user of it.

It keeps the last ``podcast:transcript`` and ``podcast:person`` of an item only, without the
person's name; it lets a channel's ``podcast:liveItem`` overwrite the feed's own id and link; and
it knows the namespace by one prefix. The subclasses here mend that. They have a parse driver of
their own, so that nothing is set in the ``feedparser`` that the host program may be using.

https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md
"""

from __future__ import annotations

import io
import re
import xml.sax
from typing import Any, ClassVar

from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.encodings import convert_to_utf8
from feedparser.mixin import _FeedParserMixin
from feedparser.sanitizer import replace_doctype

from talksearch.errors import FeedParseError

__all__ = ["PEOPLE", "TRANSCRIPTS", "Parsed", "parse"]

PEOPLE, TRANSCRIPTS = "talksearch_people", "talksearch_transcripts"
"""Keys of an entry (or the feed): a list of ``(name, attributes)``, and of attributes."""

_NAMESPACES = {
    "https://podcastindex.org/namespace/1.0": "podcast",
    "http://podcastindex.org/namespace/1.0": "podcast",
    "https://github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md": "podcast",
}

# feedparser takes time in the square of a tag's attributes. A tag of so many bytes is no feed's.
_LONG_TAG = re.compile(rb"<[^<>!?][^<>]{60000}")


class Parsed:
    """What feedparser made of a feed: ``feed`` and ``entries`` are its dictionaries."""

    def __init__(self, parser: Any, version: str) -> None:
        self.feed: dict[str, Any] = parser.feeddata
        self.entries: list[dict[str, Any]] = parser.entries
        self.version: str = version or parser.version


class _Podcasting:
    """What both parsers, for well-formed and for ill-formed feeds, do otherwise than theirs."""

    namespaces: ClassVar = {**_FeedParserMixin.namespaces, **_NAMESPACES}
    _matchnamespaces: ClassVar = {address.lower(): prefix for address, prefix in namespaces.items()}
    resolve_relative_uris = False
    sanitize_html = False

    # Set by the classes that this is mixed into.
    entries: list[dict[str, Any]]
    feeddata: dict[str, Any]
    namespacemap: dict[str, str]
    inentry: int

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        self._live = 0
        self._person: dict[str, str] = {}

    # A liveItem announces a broadcast; nothing in it is about the feed or one of its items.

    def unknown_starttag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        name = self._canonical(tag)
        if name in ("item", "entry"):
            self._live = 0  # an ill-formed feed may never have closed it
        if self._live or name == "podcast:liveitem":
            self._live += name == "podcast:liveitem"
            return
        super().unknown_starttag(tag, attrs)  # type: ignore[misc]

    def unknown_endtag(self, tag: str) -> None:
        if self._live:
            self._live -= self._canonical(tag) == "podcast:liveitem"
            return
        super().unknown_endtag(tag)  # type: ignore[misc]

    def handle_data(self, *arguments: Any, **options: Any) -> None:
        if not self._live:
            super().handle_data(*arguments, **options)  # type: ignore[misc]

    def handle_charref(self, ref: str) -> None:
        if not self._live:
            super().handle_charref(ref)  # type: ignore[misc]

    def handle_entityref(self, ref: str) -> None:
        if not self._live:
            super().handle_entityref(ref)  # type: ignore[misc]

    def _canonical(self, tag: str) -> str:
        prefix, colon, name = tag.lower().rpartition(":")
        return f"{self.namespacemap.get(prefix, prefix)}{colon}{name}"

    # The handlers of feedparser: _start_<prefix>_<name> and _end_<prefix>_<name>.

    def _place(self) -> dict[str, Any]:
        return self.entries[-1] if self.inentry and self.entries else self.feeddata

    def _start_podcast_person(self, attributes: dict[str, str]) -> None:
        self._person = attributes
        self.push("podcast_person", 1)  # type: ignore[attr-defined]

    def _end_podcast_person(self) -> None:
        name = self.pop("podcast_person")  # type: ignore[attr-defined]
        self._place().setdefault(PEOPLE, []).append((name or "", self._person))

    def _start_podcast_transcript(self, attributes: dict[str, str]) -> None:
        self._place().setdefault(TRANSCRIPTS, []).append(attributes)

    # With attributes they would be kept as these, and their text lost.

    def _start_podcast_season(self, attributes: dict[str, str]) -> None:
        self.push("podcast_season", 1)  # type: ignore[attr-defined]

    def _start_podcast_episode(self, attributes: dict[str, str]) -> None:
        self.push("podcast_episode", 1)  # type: ignore[attr-defined]


class _Strict(_Podcasting, StrictFeedParser):  # type: ignore[misc]
    """For well-formed XML."""


class _Loose(_Podcasting, LooseFeedParser):  # type: ignore[misc]
    """For all that is not."""


def parse(data: bytes, source: str) -> Parsed:
    """Parse a feed's bytes. Raises ``FeedParseError`` for what would take for ever, or breaks
    feedparser itself."""
    if _LONG_TAG.search(data):
        raise FeedParseError("has a tag of more than 60,000 bytes", source)
    found: dict[str, Any] = {}
    data = convert_to_utf8({"content-type": "application/xml"}, data, found)
    version, data, entities = replace_doctype(data)
    strict = _Strict("", None, "utf-8")
    if found["encoding"] and _parse_strictly(strict, data):
        return Parsed(strict, version)
    loose = _Loose("", None, "utf-8", entities)
    try:
        loose.feed(data.decode("utf-8", "replace"))
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError) as error:
        # Its parser for ill-formed feeds was written for what people do, not for what they can.
        raise FeedParseError(f"is no XML, and too broken to be guessed: {error}", source) from error
    return Parsed(loose, version)


def _parse_strictly(parser: _Strict, data: bytes) -> bool:
    reader = xml.sax.make_parser()
    reader.setFeature(xml.sax.handler.feature_namespaces, True)
    reader.setFeature(xml.sax.handler.feature_external_ges, False)
    reader.setFeature(xml.sax.handler.feature_external_pes, False)
    reader.setContentHandler(parser)
    reader.setErrorHandler(parser)
    source = xml.sax.xmlreader.InputSource()
    source.setByteStream(io.BytesIO(data))
    try:
        reader.parse(source)
    except (xml.sax.SAXException, ValueError, LookupError, TypeError, AttributeError):
        return False
    return True
