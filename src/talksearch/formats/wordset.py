"""Sets of words, written as text: two hundred quoted strings are not readable."""

from __future__ import annotations

__all__ = ["word_set"]


def word_set(text: str, separator: str | None = None) -> frozenset[str]:
    """The words of ``text``, parted by blanks or by ``separator``.

    >>> sorted(word_set("b a")), sorted(word_set("sign in| log in", "|"))
    (['a', 'b'], ['log in', 'sign in'])
    """
    return frozenset(word for part in text.split(separator) if (word := " ".join(part.split())))
