"""Markup of feeds as plain text."""

from __future__ import annotations

import re

from talksearch.html_tags import end_of_content, next_tag
from talksearch.model import clean_text
from talksearch.patterns import pattern
from talksearch.references import unescape
from talksearch.words import word_set

__all__ = ["line", "paragraphs", "shortened"]


_MARKUP = pattern(r"<[a-zA-Z!/]")
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
    r"""The text between the tags, ``\n`` where a block begins or ends."""
    text = " ".join(text.split())  # a line of HTML may end anywhere
    said: list[str] = []
    at = 0
    while tag := next_tag(text, at):
        said.append(text[at : tag.start])
        at = tag.end
        if tag.name in _BLOCKS:
            said.append("\n")
        elif tag.name in _SILENT and not tag.closes:
            at = end_of_content(text, tag.name, at)
    return "".join(said) + _CUT_OFF.sub("", text[at:])


_MOST = 500


def shortened(text: str) -> str:
    """At most 500 characters, cut between words."""
    return text if len(text) <= _MOST else f"{text[:_MOST].rsplit(' ', 1)[0]} …"
