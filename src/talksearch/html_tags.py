"""The tags of HTML in a text, well-formed or not, found in time that grows with the text alone.

A browser's parser would build a tree, which takes time in the square of what is misnested, and of
the attributes of one tag.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from talksearch.patterns import pattern

__all__ = ["Tag", "end_of_content", "next_tag"]

_NAME = pattern(r"<(/?)([A-Za-z][A-Za-z0-9:-]{0,40})(?=[\s/>])")
_REST = pattern(r"""((?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+)>""")


class Tag(NamedTuple):
    """``text[start:end]``. ``name`` is in lower case, and "" for a comment, a doctype or an
    instruction; ``attributes`` are as written."""

    start: int
    end: int
    name: str = ""
    closes: bool = False
    attributes: str = ""


def next_tag(text: str, at: int) -> Tag | None:
    """The first tag from a place on; None where no tag ends any more, whatever else looks like
    one. A ``<`` that begins none ("<3") is text."""
    while (start := text.find("<", at)) >= 0:
        if name := _NAME.match(text, start):
            rest = _REST.match(text, name.end())
            if rest is None:
                return None
            return Tag(start, rest.end(), name[2].lower(), bool(name[1]), rest[1])
        if text.startswith("<!--", start):
            end = text.find("-->", start + 2)
            return Tag(start, end + 3 if end >= 0 else len(text))
        if text.startswith(("<!", "<?", "</"), start):
            end = text.find(">", start)
            return Tag(start, end + 1) if end >= 0 else None
        at = start + 1
    return None


def end_of_content(text: str, name: str, at: int) -> int:
    """Where the next tag that closes such an element begins, of one whose content holds no tags
    (a script): else the end of the text."""
    closing = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(text, at)
    return closing.start() if closing else len(text)
