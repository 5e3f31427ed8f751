"""Sentences of written text."""

from __future__ import annotations

from collections.abc import Iterator

from talksearch.patterns import pattern

__all__ = ["SENTENCE_END", "sentences"]

# Not after an initial or a title: "J. Doe", "Dr. Doe".
SENTENCE_END = pattern(
    r"(?:(?<![ .(][A-Z])(?<!M[rsx])(?<!Mrs)(?<!Dr)(?<!Fr)(?<!Prof)(?<!Rev)(?<!S[rt])\.|[!?…])"
    r"[”\"»’)]{0,3}\s"
)


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, with the space after each; joined they are the text."""
    start = 0
    for match in SENTENCE_END.finditer(text):
        yield text[start : match.end()]
        start = match.end()
    if start < len(text):
        yield text[start:]
