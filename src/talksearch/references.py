"""Character references (``&amp;``, ``&#8217;``), resolved in any text."""

from __future__ import annotations

import html

from talksearch.patterns import pattern

__all__ = ["unescape"]

_ENDLESS = pattern(r"&#[0-9]{4000,};?")


def unescape(text: str) -> str:
    """``html.unescape``, which raises ``ValueError`` at a number of more digits than Python reads
    (4,300)."""
    try:
        return html.unescape(text)
    except ValueError:
        return html.unescape(_ENDLESS.sub("\ufffd", text))
