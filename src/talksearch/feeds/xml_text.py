"""A feed's bytes as text, and what stands before its first element.

Encoding: the byte order mark, the zero bytes of UTF-16, the XML declaration; else UTF-8, in which
bytes that are none are read as Windows-1252. feedparser's own conversion is not used: a crafted
declaration of 10 KB takes it seconds, one broken byte makes another alphabet of a whole UTF-8
feed, and it guesses with chardet where the host program happens to have it.

https://www.w3.org/TR/xml/#sec-prolog-dtd, https://www.w3.org/TR/xml/#sec-guessing
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.parsers.expat import ErrorString

from talksearch.errors import FeedParseError
from talksearch.mixed_utf8 import decode_mixed
from talksearch.patterns import pattern

__all__ = ["MAX_BYTES", "XmlText", "decoded", "elements", "read_xml", "xml_text"]

MAX_BYTES = 64 * 1024 * 1024
# Before the first element there are a declaration, comments, a few entities. Some patterns here
# take time in the square of it.
_MAX_PROLOG = 16_384

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_UNMARKED = (
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_DECLARED = re.compile(
    rb"""\s{0,9}<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([\w:.-]{1,40})""", re.IGNORECASE
)
# Not UTF-8 and Latin-1, which feeds declare without a thought; not UTF-16, for the declaration
# could not have been read; not the codecs of Python that are no charsets.
_CHARSETS = pattern(
    r"(?!iso8859-1$|cp1252$|cp037$|cp500$)(?:iso|cp|koi|mac|gb|big5|euc|shift|hz|johab|tis|ptcp|kz)"
)
_CONTROL = pattern("[\0-\x08\x0b\x0c\x0e-\x1f]")

_PROLOG = pattern(
    r"""(?: [^<]++
          | <!--.*?-->
          | <\?.*?\?>
          | <!DOCTYPE [^\[>]*+
            (?: \[ (?: <!--.*?--> | "[^"]*+" | '[^']*+' | [^]"'] )*+ \] \s*+ )?+ >
        )*+""",
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
_ROOT = pattern(r"<(?:[\w.-]{1,100}:)?([^\W\d][\w.-]{0,100})")
# Those that stand for a few characters. Others make a gigabyte of a kilobyte, or name files.
_ENTITY = pattern(
    r"""<!ENTITY\s{1,9}([A-Za-z][\w.-]{0,40})\s{1,9}(["'])(&\#\w{1,9};|[^&"'<%]{0,60})\2\s{0,9}>"""
)


@dataclass(frozen=True, slots=True)
class XmlText:
    """``body`` is the text from its first element on, and ``root`` that element's name, without a
    prefix, in lower case. ``entities`` are those declared before; ``line`` is where it begins."""

    root: str
    body: str
    entities: dict[str, str]
    line: int


def read_xml(data: bytes, source: str) -> XmlText:
    """The document in these bytes. Raises ``FeedParseError`` for empty, huge, and no XML at all."""
    if len(data) > MAX_BYTES:
        raise FeedParseError(f"is larger than {MAX_BYTES // 2**20} MiB", source)
    if not data.strip(b" \t\r\n\0"):
        raise FeedParseError("is empty", source)
    found = xml_text(decoded(data))
    if found is None:
        raise FeedParseError("is not a feed: it holds no XML", source)
    return found


def xml_text(text: str) -> XmlText | None:
    """A text parted before its first element; None where it has none."""
    prolog = _PROLOG.match(text, 0, _MAX_PROLOG)
    assert prolog  # it can match nothing
    root = _ROOT.match(text, prolog.end())
    if root is None:
        return None
    entities = {name: value for name, _, value in _ENTITY.findall(prolog[0])}
    return XmlText(root[1].lower(), text[prolog.end() :], entities, prolog[0].count("\n") + 1)


def elements(text: XmlText, source: str, what: str) -> Iterator[ElementTree.Element]:
    """Every element of what is no feed, where nothing ill-formed need be guessed. Raises
    ``FeedParseError`` with the line; ``what`` it should have been."""
    try:
        return ElementTree.fromstring(text.body).iter()
    except ElementTree.ParseError as error:
        line = error.position[0] + text.line - 1
        reason = f"is broken {what}: {ErrorString(error.code)}"
        raise FeedParseError(reason, source, line) from error


def decoded(data: bytes) -> str:
    """The text of XML; control characters, which XML forbids, are blanks."""
    return _CONTROL.sub(" ", _decoded(data))


def _decoded(data: bytes) -> str:
    marked = data.startswith(codecs.BOM_UTF8)
    data = data.removeprefix(codecs.BOM_UTF8)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    for beginning, encoding in _UNMARKED:
        if data.startswith(beginning):
            return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        charset = None if marked else _declared(data)
    if charset:
        return data.decode(charset, "replace")
    # A broken character or two do not make another encoding of it.
    return decode_mixed(data)


def _declared(data: bytes) -> str | None:
    match = _DECLARED.match(data)
    try:
        name = codecs.lookup(match[1].decode("ascii")).name if match else ""
    except (LookupError, ValueError):
        return None
    # GB 18030 has all of GB 2312, and what those who declare that one use besides.
    return {"gb2312": "gb18030"}.get(name, name) if _CHARSETS.match(name) else None
