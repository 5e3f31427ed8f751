"""Text in Markdown so that it is shown as it is. https://spec.commonmark.org"""

from __future__ import annotations

from urllib.parse import quote

from talksearch.patterns import pattern

__all__ = ["escaped", "target"]

_MARKS = pattern(r"[\\`*_\[\]<>]|&(?=#?\w+;)")
_ENDING = pattern(r"[()<>\\\s]")
_OPENING = pattern(r"([-+#=~|]|\d{1,9}(?=[.)]))")


def escaped(text: str, *, opening: bool = True) -> str:
    """The text, of which none is markup. ``opening``: it may begin a line."""
    text = _MARKS.sub(r"\\\g<0>", text)
    if opening and (match := _OPENING.match(text)):
        end = match.end() if match[1][0].isdigit() else 0
        text = f"{text[:end]}\\{text[end:]}"
    return text


def target(address: str) -> str:
    """An address as that of a link: what would end it there is encoded."""
    return _ENDING.sub(lambda found: quote(found[0]), address)
