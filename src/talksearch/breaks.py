"""Where words begin in scripts that are written without spaces, by ICU's dictionaries.

ICU is an extra (``talksearch[icu]``, 16 MB). What it knows is kept in the index beside the
characters, as one more term that stands wherever a word begins; so an index that was made without
it, or with it only in part, is searched all the same, as is one that was made with it by a program
that has not got it. Without breaks any sequence of characters counts as a word.

- Where a character is a syllable or a sound (kana, Thai, Lao, Khmer, Burmese) a word of a query has
  to be a whole one, as everywhere: バー is not in メンバー.
- A Han character is a morpheme, and compounds are words to ICU: 日本 may stand within 日本語, but
  not across a break, as 京都 does in 東京|都.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from talksearch.patterns import pattern
from talksearch.words import Word, is_unspaced, words

if TYPE_CHECKING:
    from icu4py.breakers import WordBreaker

__all__ = ["BREAK", "breaks", "has_han", "pieces", "typed"]

BREAK = "\x1f"
"""The term. Nobody can type it: it is no letter."""

_HAN = pattern("[\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")

_HIRAGANA = pattern("[\u3041-\u309f]+")

# Written onto a word, of Thai, Lao and Khmer: that it is said again, or cut short.
_SIGNS = frozenset("\u0e2f\u0e46\u0eaf\u0ec6\u17d7")


def breaks(text: str, found: Sequence[Word]) -> list[int]:
    """Before which of a text's words there is a break, by their numbers: where a word of a script
    without spaces begins, or ends and has a sign behind it (เด็ก in เด็กๆ), and behind each stretch
    of such a script. Empty without ICU."""
    unspaced = [is_unspaced(word.forms[0]) for word in found]
    breaker = _breaker() if True in unspaced else None
    if breaker is None:
        return []
    begins = set(_begins(breaker, text))
    numbers = [
        number
        for number, word in enumerate(found)
        if (
            word.start in begins or word.forms[0] in _SIGNS
            if unspaced[number]
            else number and unspaced[number - 1]
        )
    ]
    return [*numbers, len(found)] if unspaced[-1] else numbers


def has_han(text: str) -> bool:
    return _HAN.search(text) is not None


def pieces(text: str) -> list[str]:
    """The words of something that was typed without spaces; without ICU every two characters that
    are side by side."""
    found = list(words(text))
    at = breaks(text, found)
    if at:
        bounds = sorted({0, *at, len(found)})
        parts = [found[first:last] for first, last in pairwise(bounds)]
    else:
        parts = [[*pair] for pair in pairwise(found)] or [found]
    named = dict.fromkeys(
        text[part[0].start : part[-1].end]
        for part in parts
        if part and part[0].forms[0] not in _SIGNS
    )
    # What Japanese writes in hiragana alone is mostly grammar, and a name in it falls to particles.
    return [part for part in named if not _HIRAGANA.fullmatch(part)] or [text]


def typed(text: str) -> list[str]:
    """The words of a text as somebody would type them, folded: of scripts without spaces those
    that it is made of. Of these, what is hiragana alone is left out, and so is a single character,
    which stands in other words as well (都 in 京都), if there is anything else."""
    found: list[str] = []
    stretch = slice(0, 0)
    for word in (*words(text), None):
        unspaced = word is not None and is_unspaced(word.forms[0])
        if stretch.stop and not (word and unspaced and word.start == stretch.stop):
            found += pieces(text[stretch])
            stretch = slice(0, 0)
        if word and unspaced:
            stretch = slice(stretch.start if stretch.stop else word.start, word.end)
        elif word:
            found.append(word.forms[0])
    telling = [word for word in found if not _HIRAGANA.fullmatch(word)]
    return [word for word in telling if len(word) > 1 or not is_unspaced(word)] or telling or found


def _begins(breaker: type[WordBreaker], text: str) -> Iterator[int]:
    at = 0
    # The places that it gives itself are counted in UTF-16; and it refuses what UTF-8 cannot hold.
    for part in breaker(text.encode("utf-8", "replace").decode(), ""):
        yield at
        at += len(part)


@cache
def _breaker() -> type[WordBreaker] | None:
    try:
        from icu4py.breakers import WordBreaker
    except ImportError:
        return None
    return WordBreaker
