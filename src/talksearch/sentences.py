"""Where sentences end."""

from __future__ import annotations

import re
from collections.abc import Iterator

from talksearch.patterns import pattern

__all__ = ["SENTENCE_END", "sentences"]

SENTENCE_END = pattern(
    r"""
    (?: (?<![ .(][A-Z]) (?<!M[rsx]) (?<!Mrs) (?<!Dr) (?<!Fr) (?<!Prof) (?<!Rev) (?<!S[rt])
      (?<![ (][a-z]\.[a-z]) \.  # not in "J. Doe", "Dr. Doe", "e.g."
      | [!?…؟।॥۔։።]
    ) ["'”’»)\]]{0,3} \s
  | [。！？．។៕။]+ [」』）”’]{0,3} \s?
    """,
    re.VERBOSE,
)
"""With the marks that close behind it, and the space before the next one."""


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, with the space after each; joined they are the text."""
    start = 0
    for match in SENTENCE_END.finditer(text):
        yield text[start : match.end()]
        start = match.end()
    if start < len(text):
        yield text[start:]
