"""Markup of feeds as plain text."""

from __future__ import annotations

import re

from talksearch.model import clean_text
from talksearch.patterns import pattern
from talksearch.references import unescape
from talksearch.words import word_set

__all__ = ["line", "paragraphs", "shortened"]


_MARKUP = pattern(r"<[a-zA-Z!/]")
_NAME = pattern(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,40})(?=[\s/>])")
_REST = pattern(r"""(?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+>""")
_BLOCKS = word_set(
    """
    address article aside blockquote br dd div dl dt figure footer h1 h2 h3 h4 h5 h6 header hr li
    main nav ol p pre section table td th tr ul
    """
)
_SILENT = word_set("noscript script style template")  # their content is no text
_CUT_OFF = pattern(r"<[a-zA-Z!/][^<>]{0,300}\Z")  # the end of a text that was cut to a length
_TAIL = pattern(r"</(?:p|div|li|ul|ol|a|b|i|em|strong|span|h[1-6])>|<br\b", re.IGNORECASE)


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of HTML or of plain text, each in one line.

    >>> paragraphs("<p>Salt &amp; <b>fire</b></p><ul><li>one</li></ul>")
    ('Salt & fire', 'one')
    """
    if not _MARKUP.search(text):
        # Markup that was escaped twice. A tag that is only mentioned has no end.
        twice = unescape(text)
        text = twice if _TAIL.search(twice) else text
    if _MARKUP.search(text):
        text = unescape(_without_tags(text))
    # Many publishers escape twice.
    return tuple(line for raw in unescape(text).splitlines() if (line := clean_text(raw)))


def line(text: str) -> str | None:
    """HTML or plain text in one line; None where there is nothing."""
    return " ".join(paragraphs(text)) or None


def _without_tags(text: str) -> str:
    r"""The text between the tags, ``\n`` where a block begins or ends.

    One pass. A browser's parser, which would build a tree of it, takes time in the square of what
    is misnested, and of the attributes of one tag.
    """
    text = " ".join(text.split())  # a line of HTML may end anywhere
    last = text.rfind(">")
    said: list[str] = []
    at = 0
    while 0 <= (start := text.find("<", at)) < last:
        said.append(text[at:start])
        tag = _NAME.match(text, start)
        if tag is None:
            at = _after_declaration(text, start)
            if at == start:  # "<3": a character of the text
                said.append("<")
                at += 1
            continue
        rest = _REST.match(text, tag.end())
        if rest is None:  # no tag ends any more
            at = start
            break
        at = rest.end()
        name = tag[2].lower()
        if name in _BLOCKS:
            said.append("\n")
        elif name in _SILENT and not tag[1]:
            end = re.compile(f"</{name}", re.IGNORECASE).search(text, at)
            at = end.start() if end else len(text)
    return "".join(said) + _CUT_OFF.sub("", text[at:])


def _after_declaration(text: str, start: int) -> int:
    """The end of a comment, a doctype or an instruction; ``start`` if there is none. A ``>`` is
    known to follow."""
    if text.startswith("<!--", start):
        end = text.find("-->", start + 2)
        return end + 3 if end >= 0 else len(text)
    if text.startswith(("<!", "<?", "</"), start):
        return text.find(">", start) + 1
    return start


_MOST = 500


def shortened(text: str) -> str:
    """At most 500 characters, cut between words."""
    return text if len(text) <= _MOST else f"{text[:_MOST].rsplit(' ', 1)[0]} …"
