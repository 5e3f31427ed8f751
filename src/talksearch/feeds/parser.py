"""feedparser, with what it loses of Podcasting 2.0 kept: the only user of it.

It keeps the last ``podcast:transcript`` and ``podcast:person`` of an item only, without the
person's name; it lets a channel's ``podcast:liveItem`` overwrite the feed's own id and link; it
knows the namespace by one prefix; of several texts it drops one; and some small inputs take it
minutes. The subclasses here mend that. They have a parse driver of their own, so that nothing is
set in the ``feedparser`` that the host program may be using.

https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md
https://www.rssboard.org/rss-specification, https://www.rfc-editor.org/rfc/rfc4287 (Atom),
https://web.resource.org/rss/1.0/spec (RDF), https://help.apple.com/itc/podcasts_connect/
"""

from __future__ import annotations

import html
import io
import re
import xml.sax
from typing import Any, ClassVar
from xml.sax.saxutils import unescape
from xml.sax.xmlreader import AttributesNSImpl

from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.mixin import _FeedParserMixin

from talksearch.errors import FeedParseError
from talksearch.feeds.xml_text import XmlText

__all__ = ["PEOPLE", "TEXTS", "TRANSCRIPTS", "Parsed", "parse"]

# The blank keeps them apart from those that feedparser makes of the names of elements.
PEOPLE, TRANSCRIPTS, TEXTS = "all people", "all transcripts", "all texts"
"""Keys of an entry, or of the feed: lists of ``(name, attributes)``, of attributes, of HTML."""

_NAMESPACES = {
    "https://podcastindex.org/namespace/1.0": "podcast",
    "http://podcastindex.org/namespace/1.0": "podcast",
    "https://github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md": "podcast",
}
_TEXT_ELEMENTS = frozenset({"content", "description", "subtitle", "summary"})
_MAX_AUTHOR = 200

# What feedparser's handlers raise over input that nobody thought of.
_BREAKS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)


class Parsed:
    """What feedparser made of a feed: ``feed`` and ``entries`` are its dictionaries; ``version``
    is empty for what is no feed."""

    def __init__(self, parser: Any) -> None:
        self.feed: dict[str, Any] = parser.feeddata
        self.entries: list[dict[str, Any]] = parser.entries
        self.version: str = parser.version


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
    inimage: int
    insource: int
    intextinput: int

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
        if self._live:
            return
        try:
            super().handle_charref(ref)  # type: ignore[misc]
        except (ValueError, OverflowError):  # half of a surrogate pair, or no character at all
            self.handle_data("\ufffd")

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

    def pop_content(self, tag: str) -> Any:
        """Here every text passes; what is kept under its name, another may overwrite."""
        value = super().pop_content(tag)  # type: ignore[misc]
        elsewhere = self.insource or self.inimage or self.intextinput
        if value and tag in _TEXT_ELEMENTS and not elsewhere:
            self._place().setdefault(TEXTS, []).append(value)
        return value

    # Two steps that take time in the square of what they are given.

    def _add_tag(self, term: object, scheme: object, label: object) -> None:
        tags = self._get_context().setdefault("tags", [])  # type: ignore[attr-defined]
        if term or scheme or label:
            tags.append({"term": term, "scheme": scheme, "label": label})

    def _sync_author_detail(self, key: str = "author") -> None:
        author = dict.get(self._get_context(), key)  # type: ignore[attr-defined]
        if len(author or "") <= _MAX_AUTHOR:
            super()._sync_author_detail(key)  # type: ignore[misc]


class _Strict(_Podcasting, StrictFeedParser):  # type: ignore[misc]
    """For well-formed XML."""

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        self._prefixes: dict[str, str | None] = {}

    # expat gives no qualified names. feedparser looks for the prefix among all that are in use, at
    # every element, and for an attribute's value among all of the element's.

    def startPrefixMapping(self, prefix: str | None, uri: str | None) -> None:  # noqa: N802
        if uri:
            self._prefixes.setdefault(uri, prefix)
        super().startPrefixMapping(prefix, uri)

    def startElementNS(  # noqa: N802
        self, name: tuple[str | None, str], qname: str | None, attrs: AttributesNSImpl
    ) -> None:
        super().startElementNS(name, self._qualified(name), _Attributes(attrs))

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:  # noqa: N802
        super().endElementNS(name, self._qualified(name))

    def _qualified(self, name: tuple[str | None, str]) -> str | None:
        namespace, local = name
        prefix = self._prefixes.get(namespace) if namespace else None
        return f"{prefix}:{local}" if prefix else None


class _Attributes:
    """An element's attributes, each found in one step."""

    def __init__(self, attributes: AttributesNSImpl) -> None:
        values = {attributes.getQNameByName(name): value for name, value in attributes.items()}
        self.items = attributes.items
        self.getQNames = values.keys
        self.getValueByQName = values.__getitem__


_REFERENCE = re.compile(r"&#?\w{1,31};")


class _Loose(_Podcasting, LooseFeedParser):  # type: ignore[misc]
    """For all that is not. What a strict parser would have decoded is decoded here."""

    @staticmethod
    def _normalize_attributes(pair: tuple[str, str]) -> tuple[str, str]:
        name, value = pair
        value = _REFERENCE.sub(lambda found: html.unescape(found[0]), value)
        name = name.lower()
        return name, value.lower() if name in ("rel", "type") else value

    def decode_entities(self, element: str, data: str) -> str:
        if "type" in self.contentparams:
            return str(super().decode_entities(element, data))
        return unescape(data, {"&quot;": '"', "&apos;": "'", "&#38;": "&", "&#x26;": "&"})


def parse(text: XmlText, source: str) -> Parsed:
    """Parse a feed. Raises ``FeedParseError`` for what breaks feedparser itself."""
    strict = _Strict("", None, "utf-8")
    if _parse_strictly(strict, text):
        return Parsed(strict)
    entities = {name: html.unescape(value) for name, value in text.entities.items()}
    loose = _Loose("", None, "utf-8", entities)
    try:
        loose.feed(text.body)
    except _BREAKS as error:
        # Its parser for ill-formed feeds was written for what people do, not for what they can.
        raise FeedParseError("is no XML, and too broken to be guessed", source) from error
    return Parsed(loose)


def _parse_strictly(parser: _Strict, text: XmlText) -> bool:
    # Of the prolog only the harmless entities are left: no bomb, no file, no declared encoding.
    declared = "".join(f'<!ENTITY {name} "{value}">' for name, value in text.entities.items())
    doctype = f"<!DOCTYPE feed [{declared}]>" if declared else ""
    reader = xml.sax.make_parser()
    reader.setFeature(xml.sax.handler.feature_namespaces, True)
    reader.setFeature(xml.sax.handler.feature_external_ges, False)
    reader.setFeature(xml.sax.handler.feature_external_pes, False)
    reader.setContentHandler(parser)
    reader.setErrorHandler(parser)
    document = xml.sax.xmlreader.InputSource()
    document.setByteStream(io.BytesIO(f"{doctype}{text.body}".encode()))
    try:
        reader.parse(document)
    except (xml.sax.SAXException, *_BREAKS):
        return False
    return True
