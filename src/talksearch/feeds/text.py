"""Markup of feeds as plain text."""

from __future__ import annotations

import html
import re

from talksearch.model import clean_text

__all__ = ["paragraphs", "shortened"]

# Where a line ends. The bound keeps a flood of "<p" without an end from taking for ever.
_BLOCK = re.compile(
    r"</?(?:p|br|div|li|ul|ol|dl|dt|dd|h[1-6]|hr|tr|table|blockquote|section|article|pre)\b"
    r"[^<>]{0,2000}>",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<[a-zA-Z!/]")


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of HTML or of plain text, each in one line.

    >>> paragraphs("<p>Salt &amp; <b>fire</b></p><ul><li>one</li></ul>")
    ('Salt & fire', 'one')
    """
    if _MARKUP.search(text):
        from selectolax.lexbor import LexborHTMLParser

        # A line of HTML may end anywhere: only a block's end parts paragraphs.
        tree = LexborHTMLParser(_BLOCK.sub("\0", " ".join(text.split())).replace("\0", "&#10;"))
        tree.strip_tags(["script", "style", "template", "noscript"], recursive=True)
        text = tree.text()
    # Many publishers escape twice.
    return tuple(line for raw in html.unescape(text).splitlines() if (line := clean_text(raw)))


def shortened(text: str, most: int = 500) -> str:
    """At most so many characters, cut between words."""
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]} …"
