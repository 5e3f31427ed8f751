"""XML to a tree, as it is found: with a bare ``&``, with the entities of HTML, under any prefix."""

from __future__ import annotations

import html
import re
from xml.etree import ElementTree

from talksearch.errors import TranscriptParseError
from talksearch.formats.base import Head
from talksearch.formats.decode import decode
from talksearch.model import Document
from talksearch.patterns import pattern
from talksearch.references import unescape

__all__ = ["Element", "attribute", "begins_with", "local_name", "parse_xml", "text_lines"]

Element = ElementTree.Element

# The document type goes: what it declares may be a bomb or the name of a file.
_PROLOG = pattern(
    r"\A\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*(?:<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)?",
    re.DOTALL | re.IGNORECASE,
)
_ENTITY = pattern(r"&(?:(#\d{1,7}|#x[0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos);|(\w{1,31});)?")
_UNBOUND_PREFIX = 27  # expat's XML_ERROR_UNBOUND_PREFIX
_TAG = pattern(r"</?[A-Za-z][^<>]*>")
_PREFIX = pattern(r"(</?|\s)(?!xmlns:|xml:)[\w.-]+:(?=[\w.-]+[\s=>/])")
_MAX_PROLOG = 4096  # characters: a declaration, comments, a document type
_CONTROL = pattern("[\0-\x08\x0b\x0c\x0e-\x1f]")


def begins_with(head: Head, element: re.Pattern[str]) -> bool:
    """Whether an element stands where the first one may be, for sniffing."""
    return element.search(head.text, 0, _MAX_PROLOG) is not None


def parse_xml(document: Document) -> Element:
    """The root of the document's tree. Raises TranscriptParseError with the line."""
    text = _CONTROL.sub(" ", decode(document))
    prolog = _PROLOG.match(text)
    body = text[prolog.end() :] if prolog else text
    skipped = text.count("\n", 0, len(text) - len(body))
    body = _ENTITY.sub(_readable, body)
    try:
        try:
            return ElementTree.fromstring(body)
        except ElementTree.ParseError as error:
            if error.code != _UNBOUND_PREFIX:
                raise
            return ElementTree.fromstring(_TAG.sub(_without_prefixes, body))
    except (ElementTree.ParseError, ValueError) as error:
        line = getattr(error, "position", (1, 0))[0] + skipped
        reason = str(error).partition(":")[0]
        raise TranscriptParseError(f"not valid XML: {reason}", document.source, line=line) from None


def _without_prefixes(tag: re.Match[str]) -> str:
    return _PREFIX.sub(r"\1", tag[0])


def _readable(match: re.Match[str]) -> str:
    if match[1]:
        return match[0]
    found = unescape(match[0]) if match[2] else match[0]
    return html.escape(found, quote=False)


def local_name(element: Element) -> str:
    """The element's name without its namespace, in lower case."""
    # Comments and instructions have a function for a name.
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def attribute(element: Element, name: str) -> str | None:
    """An attribute under any prefix."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2].lower() == name.lower():
            return value
    return None


def text_lines(element: Element, *, silent: frozenset[str]) -> list[str]:
    """The text in an element, a line for each that a ``<br/>`` parts; nothing of the ``silent``
    ones in it."""
    parts: list[str] = []
    _collect(element, silent, parts)
    lines = "".join(parts).split("\0")
    return [line for each in lines if (line := " ".join(each.split()))]


def _collect(root: Element, silent: frozenset[str], parts: list[str]) -> None:
    # A stack of our own: documents nest deeper than Python calls.
    stack: list[tuple[Element, bool]] = [(root, False)]
    while stack:
        element, done = stack.pop()
        if done:
            parts.append(element.tail or "")
            continue
        name = local_name(element)
        if name == "br":
            parts.append("\0")
        if element is not root:
            stack.append((element, True))
        if element is root or (name and name not in silent):
            parts.append(element.text or "")
            stack.extend((child, False) for child in reversed(element))
