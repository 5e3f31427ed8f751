"""Markdown, with or without front matter: show notes, articles, transcripts.

The whole of markdown-it reads 4 MB/s, so it does only what needs it. Most transcripts have no block
but paragraphs, which blank lines part; nine paragraphs in ten have no inline markup but a bold
label and escaped brackets. The others go through its block parser, and one by one through its
inline parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from talksearch.formats.base import Format, Head, Reading
from talksearch.formats.decode import decode
from talksearch.formats.dialogue import read_dialogue
from talksearch.formats.front_matter import metadata_of, split_front_matter
from talksearch.formats.furniture import is_boilerplate
from talksearch.formats.labels import candidate, is_opener
from talksearch.formats.line import Line, scan
from talksearch.model import Cue, Document, Kind
from talksearch.patterns import pattern
from talksearch.references import unescape
from talksearch.timecode import TIMECODE
from talksearch.words import word_set

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_FRONT = pattern(
    r"\s*(?:---[ \t]*\n(?:[^\n]*\n){0,3}?[\"']?[A-Za-z_][\w -]*[\"']?[ \t]*:|\+\+\+[ \t]*\n)"
)
_TURN = pattern(r"^(\*\*|__)[^*_\n]{1,60}(?::\1|\1:|\1[ \t]*\\?[\[(]\d)", re.M)


def _sniff(head: Head) -> bool:
    # Front matter, or bold labels: one alone could be emphasis.
    return bool(_FRONT.match(head.text)) or len(_TURN.findall(head.text)) > 1


def _parse(document: Document) -> Reading:
    front, body = split_front_matter(decode(document))
    metadata = metadata_of(front)
    blocks = _Blocks(body)
    lines = list(blocks.lines())
    if metadata.title is None and blocks.title:
        metadata = replace(metadata, title=blocks.title)
    cues = read_dialogue(lines)
    if cues is not None:
        return Reading(cues, metadata)
    return Reading(tuple(_paragraphs(lines)), metadata, spoken=False)


def _paragraphs(lines: list[Line]) -> Iterator[Cue]:
    said: list[str] = []
    kind: Kind | None = None
    for line in lines:
        if line.opens and said:
            yield Cue(" ".join(said), kind=kind)
            said = []
        said.append(line.whole)
        kind = None if line.kind is Kind.PROSE else line.kind  # all of this is written
    if said:
        yield Cue(" ".join(said), kind=kind)


# Private use characters stand for the ends of bold text between rendering and scanning.
_ON, _OFF = "\ue000", "\ue001"
# Whatever makes a block other than a paragraph, at the beginning of a line.
_MARKED = pattern(
    r"^(?: {4}|\t| {1,3}\t| {0,3}(?:\#{1,6}(?:\s|$)|>|[-+*](?:\s|$)|\d{1,9}[.)](?:\s|$)|```|~~~|<"
    r"|\[[^\]\n]{1,999}\]:|[-*_][ \t]*[-*_][ \t]*[-*_][-*_ \t]*$))",
    re.MULTILINE,
)
# "[Ana]: Why?" is a turn; what names the target of a link has an address there.
_NO_TARGET = pattern(r"^( {0,3})(?=\[[^\]\n]{1,60}\]:\s+[^\s/\#@.<]+[.?!…]*[ \t]*$)", re.MULTILINE)
_BLANK = pattern(r"\n[ \t]*\n")
_BOLD = pattern(rf"{_ON}\s*([^{_ON}{_OFF}\n]{{1,160}}?)\s*(:?)\s*{_OFF}\s*(:?)\s*(?=([\[(]\d)?)")
_TIMED_TURN = pattern(
    rf"[\[(]?{TIMECODE}[\])]?[ ]*{_ON}[^{_ON}{_OFF}\n]{{1,60}}(?::[ ]*{_OFF}|{_OFF}[ ]*:)"
)
_RAW_BOLD = pattern(r"(\*\*|__)([^*_\\\[<&`\n]{1,80})\1")
_INLINE = pattern(r"[*`]|(?<!\\)\[|(?<!\w)_|_(?!\w)|<(?=[/!?A-Za-z])|&(?=#?\w{1,32};)|\\\n")
_MAYBE = pattern(r"[*`\[_<&\\]")  # a plain class is found fast; most have none of it
# The inline parser takes up to 25 µs a mark; a document of a million brackets would take it half a
# minute. The longest show notes have 5,000 marks; from here on links are stripped by rule of thumb.
_MAX_MARKS = 20_000
_LINK = pattern(r"!?\[([^\[\]\n]*)\]\([^()\s]*\)")
_ESCAPED = pattern(r"\\([!-/:-@\[-`{-~])")
# A time of which a bracket was escaped twice: \[\\00:12:34.56\\\], \[00:12:34.56\\\].
_TWICE = pattern(r"\[\\?(\d\d:\d\d[\d:.]*)\\?\]")
# Left-overs of the site generators: {% include … %}, {{ page.title }}, {:toc}.
_LIQUID = pattern(r"\{:[^{}\n]{0,200}\}|\{%[^%\n]{0,200}%\}|\{\{[^}\n]{0,200}\}\}")


class _Blocks:
    """A body's paragraphs as lines to scan. ``title`` is its first heading, once it was walked."""

    def __init__(self, body: str) -> None:
        self.title: str | None = None
        self._body = body
        self._boxes: list[bool] = []  # the open <div>s: is this one a sponsor's?
        self._sponsors = 0  # how many of them are
        self._left = _MAX_MARKS
        self._listing = False  # the heading before was one of _LISTINGS

    def lines(self) -> Iterator[Line]:
        if not _MARKED.search(self._body):
            for paragraph in _BLANK.split(self._body):
                if paragraph.strip():
                    yield from self._paragraph(paragraph.strip(), item=False)
            return
        items = heading = 0
        for token in _markdown().parse(_NO_TARGET.sub(r"\1\\", self._body)):
            match token.type:
                case "list_item_open":
                    items += 1
                case "list_item_close":
                    items -= 1
                case "heading_open":
                    heading = 1 if token.tag == "h1" else 2
                case "heading_close":
                    heading = 0
                case "inline" if heading:
                    yield from self._heading(token.content, top=heading == 1)
                case "inline":
                    yield from self._paragraph(token.content, item=items > 0)
                case "code_block":  # also a paragraph that is indented for its looks
                    yield from self._plain(token.content)
                case "fence":
                    yield from self._paragraph(token.content, item=True)
                case "html_block":
                    yield from self._html(token.content)

    def _heading(self, content: str, *, top: bool) -> Iterator[Line]:
        """A heading is said by nobody, whoever speaks before and after it."""
        text = _unbold(self._render(content)).strip()
        self._listing = is_boilerplate(text) or text.casefold().strip(" :") in _LISTINGS
        if match := _TIME_HEADING.fullmatch(text):
            yield scan(match[1], opens=True)
        elif top and self.title is None:
            self.title = text or None
        elif text and not is_boilerplate(text):
            yield Line(text, text, text, opens=True, kind=Kind.PROSE)

    def _paragraph(self, content: str, *, item: bool) -> Iterator[Line]:
        text = self._render(content, item=item)
        if "\\" in text:
            text = _TWICE.sub(r"[\1]", text)
        opens = True
        kind = Kind.AD if self._sponsors else None
        rows = text.split("\n")
        if len(rows) == 1 and is_boilerplate(_unbold(text)):
            return
        for row in rows:
            row = _LIQUID.sub("", row).strip() if "{" in row else row.strip()
            if not row or not row.strip("=-"):
                continue  # nothing, or the underline of a heading
            line = _item(row, opens, kind) if item else _line(row, opens, kind)
            yield replace(line, change=True) if self._listing else line
            opens = self._listing = False

    def _plain(self, content: str) -> Iterator[Line]:
        kind = Kind.AD if self._sponsors else None
        opens = True
        for row in content.split("\n"):
            if row.strip():
                yield scan(row, opens=opens, kind=kind)
            opens = not row.strip()

    def _html(self, content: str) -> Iterator[Line]:
        """Raw HTML: its text, an advertisement where a box around it says so."""
        content = _HIDDEN.sub(" ", content)
        at = 0
        for tag in _BOX.finditer(content):
            yield from self._plain(_unmark(content[at : tag.start()]))
            at = tag.end()
            if not tag["end"]:
                self._boxes.append(_SPONSOR.search(tag["rest"]) is not None)
                self._sponsors += self._boxes[-1]
            elif self._boxes:
                self._sponsors -= self._boxes.pop()
        yield from self._plain(_unmark(content[at:]))

    def _render(self, content: str, *, item: bool = False) -> str:
        """A paragraph's text, lines as they were, bold text between the two marks."""
        match = _RAW_BOLD.match(content)
        rest = content[match.end() :] if match else content
        if not (_MAYBE.search(rest) and _INLINE.search(rest)):
            text = _ESCAPED.sub(r"\1", rest) if "\\" in rest else rest
            return f"{_ON}{match[2]}{_OFF}{text}" if match else text
        self._left -= len(_MAYBE.findall(rest))
        if self._left < 0:
            return _LINK.sub(r"\1", content).replace("*", "").replace("`", "")
        tokens: list[Token] = []
        markdown = _markdown()
        markdown.inline.parse(content, markdown, {}, tokens)
        text = "".join(map(_token_text, tokens))
        # "**bold.**Next": meant as bold, and by the rules it is not.
        if text.count("**") % 2 == 0 and r"\*\*" not in content:
            text = text.replace("**", "")
        # A paragraph that is nothing but links says nothing: "[iTunes](…), [Spotify](…)". An item
        # of a list that is one link names what the notes are about.
        return "" if not item and _only_links(tokens) else text


# Google Meet: "### 00:05:00", "### **00:05:00** {#00:05:00}".
_TIME_HEADING = pattern(rf"({TIMECODE})(?:\s*\{{\#[^}}]*\}})?")

# What stands below these is said by nobody. Below other headings whoever spoke goes on: they are
# chapters.
_LISTINGS = word_set(
    """
    show notes| shownotes| links and resources| resources| references| sources| credits| about|
    contact| license| licence| copyright| further reading| footnotes| bibliography
    """,
    "|",
)


def _unbold(text: str) -> str:
    # str.translate is ten times slower, and this is called for every paragraph.
    return text.replace(_ON, "").replace(_OFF, "") if _ON in text else text


@cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # "---" under a paragraph parts two turns far more often than it makes a heading of the first.
    markdown = MarkdownIt("commonmark").disable("lheading")
    markdown.core.ruler.enableOnly(["normalize", "block"])
    return markdown


def _token_text(token: Token) -> str:
    match token.type:
        case "text" | "text_special" | "code_inline":
            return token.content
        case "softbreak" | "hardbreak":
            return "\n"
        case "strong_open":
            return _ON
        case "strong_close":
            return _OFF
        case "html_inline" if token.content.lower().startswith("<br"):
            return "\n"
    return ""  # an image, a tag, the ends of a link


def _only_links(tokens: list[Token]) -> bool:
    depth, links, outside = 0, 0, ""
    for token in tokens:
        if token.type == "link_open":
            depth, links = depth + 1, links + 1
        elif token.type == "link_close":
            depth -= 1
        elif not depth:
            outside += _unbold(_token_text(token))
        elif token.type == "text" and _says_something(token.content):
            return False  # the title of what is linked to
    return links > 0 and not any(c.isalnum() for c in _CALL.sub("", outside))


def _says_something(text: str) -> bool:
    """Is the text of a link more than the name of a place to listen?"""
    return bool(text.strip()) and (text.count(" ") > 3 or not _PLATFORM.search(text))


_PLATFORM = pattern(
    r"""\b(?:apple|itunes|podcasts?|spotify|google|youtube|overcast|stitcher|pocket\ ?casts|rss
    |feed|twitter|facebook|instagram|linkedin|mastodon|bluesky|discord|slack|patreon|here|link
    |download|mp3|website|deezer|amazon|audible|castbox|podchaser|subscribe|share|comments?)\b""",
    re.IGNORECASE | re.VERBOSE,
)


_CALL = pattern(r"\b(?:subscribe|listen|follow|watch|read|on|via|or|and|in|our|the|us|at)\b", re.I)


def _line(row: str, opens: bool, kind: Kind | None) -> Line:
    match = _BOLD.match(row)
    plain = _unbold(row).strip()
    if match is None or not (match[2] or match[3] or match[4]):
        return scan(plain, opens=opens, kind=kind)
    said = _unbold(row[match.end() :])
    after = scan(said)
    name = candidate(match[1])
    if name is None:
        # "**Dr. Jane Smith, Professor of Marine Biology at the University of Bergen:** …" is too
        # much for a name, and all the less said by whoever spoke before.
        return replace(scan(plain, opens=opens, kind=kind), bold=not is_opener(match[1]))
    # The time beside the name is the turn's.
    timed = after.start_ms is not None and not after.bare
    return Line(
        plain,
        raw=plain,
        text=after.raw if timed else said.strip(),
        name=name,
        start_ms=after.start_ms if timed else None,
        opens=opens,
        marked=True,
        bold=True,
        header=not said.strip(),
        kind=kind,
    )


def _item(row: str, opens: bool, kind: Kind | None) -> Line:
    match = _BOLD.match(row)
    if match and (match[2] or match[3]):
        return _line(row, opens, kind)
    if _TIMED_TURN.match(row):
        return scan(_unbold(row).strip(), opens=opens, kind=kind)
    # "Twitter: @somebody" in a list is a line of notes, and nobody's words.
    text = _unbold(row).strip()
    return Line(text, text, text, opens=opens, kind=kind)


_HIDDEN = pattern(r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)", re.S | re.I)
_BOX = pattern(r"<(?P<end>/?)(?:div|section|aside)\b(?P<rest>[^<>]*)>", re.I)
_SPONSOR = pattern(r"""\b(?:class|id)\s*=\s*["']?[^"'<>]*(?:sponsor|advert)""", re.I)
_BREAKS = pattern(r"<(?:br|/?p|/?li|/?h[1-6]|/?tr)\b[^<>]*>", re.I)
_TAG = pattern(r"</?[A-Za-z][^<>]*>")


def _unmark(content: str) -> str:
    return unescape(_TAG.sub("", _BREAKS.sub("\n\n", content)))


FORMAT = Format(
    name="markdown",
    title="Markdown",
    media_types=("text/markdown", "text/x-markdown"),
    suffixes=(".md", ".markdown", ".mdown", ".mkd"),
    sniff=_sniff,
    parse=_parse,
)
