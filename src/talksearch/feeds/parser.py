"""feedparser, with what it loses of Podcasting 2.0 kept: the only user of it.

It keeps the last ``podcast:transcript`` and ``podcast:person`` of an item only, without the
person's name; it lets a channel's ``podcast:liveItem`` overwrite the feed's own id and link; it
knows the namespace by one prefix; of several texts it drops one; and some small inputs take it
minutes. The subclasses here mend that: the elements of Podcasting 2.0 and of Podlove's chapters
are kept as they are written, and feedparser does not see them. They have a parse driver of their
own, so that nothing is set in the ``feedparser`` that the host program may be using.

https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md
https://podlove.org/simple-chapters, https://help.apple.com/itc/podcasts_connect/
https://www.rssboard.org/rss-specification, https://www.rfc-editor.org/rfc/rfc4287 (Atom),
https://web.resource.org/rss/1.0/spec (RDF)
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any, ClassVar
from xml.parsers import expat
from xml.sax import saxutils

from feedparser.api import LooseFeedParser, StrictFeedParser
from feedparser.mixin import _FeedParserMixin

from talksearch.errors import FeedParseError
from talksearch.feeds.xml_text import XmlText
from talksearch.patterns import pattern
from talksearch.references import unescape

__all__ = ["TEXTS", "TOLD", "Parsed", "Told", "parse"]

# The blank keeps them apart from those that feedparser makes of the names of elements.
TOLD, TEXTS = "all told", "all texts"
"""Keys of an entry, or of the feed: the elements that are kept here, by name, and all HTML."""

Told = dict[str, list[tuple[str, dict[str, str]]]]
"""The text and the attributes of each element of a name, in order."""

_PODCASTING = (
    "https://podcastindex.org/namespace/1.0",
    "http://podcastindex.org/namespace/1.0",
    "https://www.podcastindex.org/namespace/1.0",
    "https://github.com/podcastindex-org/podcast-namespace/blob/main/docs/1.0.md",
)
_CHAPTERS = ("http://podlove.org/simple-chapters", "https://podlove.org/simple-chapters")
_NAMESPACES = {
    **{address + end: "podcast" for address in _PODCASTING for end in ("", "/")},
    **{address + end: "psc" for address in _CHAPTERS for end in ("", "/")},
    "https://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
}
_OURS = ("podcast:", "psc:")
_KEPT = frozenset(
    {
        *("podcast:chapters", "podcast:episode", "podcast:guid", "podcast:license"),
        *("podcast:location", "podcast:person", "podcast:season", "podcast:soundbite"),
        *("podcast:transcript", "psc:chapter"),
    }
)
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
    is empty for what is no feed. ``live`` has the elements of each ``podcast:liveItem``."""

    def __init__(self, parser: Any) -> None:
        self.feed: dict[str, Any] = parser.feeddata
        self.entries: list[dict[str, Any]] = parser.entries
        self.version: str = parser.version
        self.live: list[Told] = parser.live


_Parser: Any = object
"""For the type checker: one of feedparser's, of which it knows nothing."""


class _Podcasting(_Parser):  # type: ignore[misc]
    """What both parsers, for well-formed and for ill-formed feeds, do otherwise than theirs."""

    namespaces: ClassVar = {**_FeedParserMixin.namespaces, **_NAMESPACES}
    _matchnamespaces: ClassVar = {address.lower(): prefix for address, prefix in namespaces.items()}
    resolve_relative_uris = False
    sanitize_html = False

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        self.live: list[Told] = []
        self._in_live = False
        self._open: tuple[str, dict[str, str]] | None = None  # an element of ours, and its text
        self._text: list[str] = []

    # A liveItem announces a broadcast; nothing in it is about the feed or one of its items.

    def unknown_starttag(self, tag: str, attrs: list[tuple[str, str]]) -> None:
        name = self._canonical(tag)
        if self._open:
            self._close()  # an ill-formed feed may never do it, nor end its liveItem
        if name in ("item", "entry"):
            self._in_live = False
        elif name == "podcast:liveitem":
            self._in_live = True
            self.live.append({})
        if self._in_live or name.startswith(_OURS):
            attributes = dict(map(self._normalize_attributes, attrs))
            self._open, self._text = (name, attributes), []
        else:
            super().unknown_starttag(tag, attrs)

    def unknown_endtag(self, tag: str) -> None:
        name = self._canonical(tag)
        if self._open:
            self._close()
        if name == "podcast:liveitem":
            self._in_live = False
        elif not self._in_live and not name.startswith(_OURS):
            super().unknown_endtag(tag)

    def finish(self) -> None:
        """Keep what was open when the feed ended."""
        if self._open:
            self._close()

    def _close(self) -> None:
        """Keep the element that is open."""
        assert self._open
        name, attributes = self._open
        self._open = None
        if not self._in_live and name not in _KEPT:
            return
        text = self._decoded("".join(self._text)).strip()
        if not text.isascii():
            # As feedparser does with the others: UTF-8 that was taken for Latin-1, and encoded.
            with suppress(UnicodeError):
                text = text.encode("latin-1").decode("utf-8")
        told: Told = self.live[-1] if self._in_live else self._place().setdefault(TOLD, {})
        told.setdefault(name, []).append((text, attributes))

    def handle_data(self, text: str, escape: int = 1) -> None:
        if self._open:
            self._text.append(text)
        elif not self._in_live:
            super().handle_data(text, escape)

    def handle_charref(self, ref: str) -> None:
        if self._open or self._in_live:
            self.handle_data(f"&#{ref};")
            return
        try:
            super().handle_charref(ref)
        except (ValueError, OverflowError):  # half of a surrogate pair, or no character at all
            self.handle_data("\ufffd")

    def handle_entityref(self, ref: str) -> None:
        if self._open or self._in_live:
            self.handle_data(self.entities.get(ref, f"&{ref};"))
        else:
            super().handle_entityref(ref)

    # A strict parser gives names with feedparser's prefixes, and texts without references.

    def _canonical(self, tag: str) -> str:
        return tag

    def _decoded(self, text: str) -> str:
        return text

    def _place(self) -> Any:
        """The dictionary of the item that is being read, or else of the feed."""
        return self.entries[-1] if self.inentry and self.entries else self.feeddata

    def pop_content(self, tag: str) -> Any:
        """Here every text passes; what is kept under its name, another may overwrite."""
        value = super().pop_content(tag)
        elsewhere = self.insource or self.inimage or self.intextinput
        if value and tag in _TEXT_ELEMENTS and not elsewhere:
            self._place().setdefault(TEXTS, []).append(value)
        return value

    # Two steps that take time in the square of what they are given.

    def _add_tag(self, term: object, scheme: object, label: object) -> None:
        tags = self._get_context().setdefault("tags", [])
        if term or scheme or label:
            tags.append({"term": term, "scheme": scheme, "label": label})

    def _sync_author_detail(self, key: str = "author") -> None:
        author = dict.get(self._get_context(), key)
        if len(author or "") <= _MAX_AUTHOR:
            super()._sync_author_detail(key)


class _Strict(_Podcasting, StrictFeedParser):  # type: ignore[misc]
    """For well-formed XML. expat calls it without the steps between that Python's SAX and
    feedparser take: at each element they go through all prefixes and all attributes anew."""

    def __init__(self) -> None:
        super().__init__("", None, "utf-8")
        self._names: dict[str, str] = {}

    def read(self, document: str) -> None:
        """Raises ``expat.ExpatError`` for what is not well-formed."""
        reader = expat.ParserCreate(namespace_separator="\n")
        reader.namespace_prefixes = True
        reader.ordered_attributes = True
        reader.buffer_text = True
        reader.StartNamespaceDeclHandler = self.startPrefixMapping
        reader.StartElementHandler = self._start
        reader.EndElementHandler = self._end
        reader.CharacterDataHandler = self.handle_data
        reader.Parse(document, True)

    def startPrefixMapping(self, prefix: str | None, uri: str | None) -> None:  # noqa: N802
        super().startPrefixMapping(prefix, uri)
        self.namespacemap.clear()  # names come with feedparser's own prefixes, to be left as such

    def _start(self, name: str, attributes: list[str]) -> None:
        pairs = zip(map(self._named, attributes[::2]), attributes[1::2], strict=True)
        self.unknown_starttag(self._named(name), list(pairs))

    def _end(self, name: str) -> None:
        self.unknown_endtag(self._named(name))

    def _named(self, raw: str) -> str:
        """feedparser's name of an element or attribute, of expat's ``address\\nname\\nprefix``."""
        name = self._names.get(raw)
        if name is None:
            address, _, rest = raw.rpartition("\n") if raw.count("\n") < 2 else raw.partition("\n")
            local, _, prefix = rest.partition("\n")
            address = address.lower()
            if "backend.userland.com/rss" in address:  # as feedparser: any version of it
                prefix = ""
            elif address:
                prefix = self._matchnamespaces.get(address, prefix)
            name = self._names[raw] = (f"{prefix}:{local}" if prefix else local).lower()
        return name


_REFERENCE = pattern(r"&#?\w{1,31};")
# An ampersand that begins none, as in AT&T or ?a=1&b=2: sgmllib takes it for one all the same. In
# CDATA each stands for itself.
_AMPERSAND = pattern(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?!#?[\w.-]{1,41};)", re.DOTALL)


class _Loose(_Podcasting, LooseFeedParser):  # type: ignore[misc]
    """For all that is not. What a strict parser would have decoded is decoded here."""

    @staticmethod
    def _normalize_attributes(pair: tuple[str, str]) -> tuple[str, str]:
        name, value = pair
        value = _REFERENCE.sub(lambda found: unescape(found[0]), value)
        name = name.lower()
        return name, value.lower() if name in ("rel", "type") else value

    def _canonical(self, tag: str) -> str:
        prefix, colon, name = tag.lower().rpartition(":")
        return f"{self.namespacemap.get(prefix, prefix)}{colon}{name}"

    def _decoded(self, text: str) -> str:
        return unescape(text)

    def decode_entities(self, element: str, data: str) -> str:
        if "type" in self.contentparams:
            return str(super().decode_entities(element, data))
        return saxutils.unescape(data, {"&quot;": '"', "&apos;": "'", "&#38;": "&", "&#x26;": "&"})


def parse(text: XmlText, source: str) -> Parsed:
    """Parse a feed. Raises ``FeedParseError`` for what breaks feedparser itself."""
    strict = _Strict()
    if _parse_strictly(strict, text):
        return Parsed(strict)
    entities = {name: unescape(value) for name, value in text.entities.items()}
    loose = _Loose("", None, "utf-8", entities)
    try:
        loose.feed(_AMPERSAND.sub(_escaped, text.body))
    except _BREAKS as error:
        # Its parser for ill-formed feeds was written for what people do, not for what they can.
        raise FeedParseError("is no XML, and too broken to be guessed", source) from error
    loose.finish()
    return Parsed(loose)


def _escaped(found: re.Match[str]) -> str:
    return "&amp;" if found[0] == "&" else found[0]


def _parse_strictly(parser: _Strict, text: XmlText) -> bool:
    # Of the prolog only the harmless entities are left: no bomb, no file, no declared encoding.
    declared = "".join(f'<!ENTITY {name} "{value}">' for name, value in text.entities.items())
    doctype = f"<!DOCTYPE feed [{declared}]>" if declared else ""
    try:
        parser.read(f"{doctype}{text.body}")
    except (expat.ExpatError, *_BREAKS):
        return False
    return True
