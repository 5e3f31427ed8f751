"""Compounds, which some write in one word: ``front-end`` and ``frontend``, ``GPT-4``, ``node.js``.

To the index a compound is two words, one directly after the other. So that who looks for the one
word finds it too, the index keeps one more term where it stands in a text; and who types the
compound has it looked for in one word as well (``written_solid``). So it is with ``1,000``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from talksearch.patterns import pattern
from talksearch.words import Word, as_written, is_unspaced, word_set, words

__all__ = ["COMPOUND", "Compound", "compounds", "compounds_in_plain", "written_solid"]

COMPOUND = "\x1e"
"""What the term of a compound begins with. Nobody can type it: it is no letter."""

# Hyphens of three kinds, and the dot of node.js.
_JOINS = frozenset("-\u2010\u2011.")
# Romanian joins pronouns to verbs so: s-a is not sa, într-o not intro, mi-a not Mia.
_TWO_WORDS = frozenset({"ro"})
# A number whose thousands are parted: by commas, or by dots where these part no decimals. That
# "1,000" is one with three decimals is seldom, and who looks for 1000 is then shown one too many.
_DIGITS = r"(?<![\w.,#@'’&])[1-9][0-9]{{0,2}}(?:{0}[0-9]{{3}})+(?!{0}?[0-9]|\w|['’&]\w)"
_COMMAS, _DOTS = pattern(_DIGITS.format(",")), pattern(_DIGITS.format(r"\."))
_DOTTED = word_set("ca da de el es eu gl hr id is it nl pt ro sl sr tr vi")
# In plain text. A literal is found at once, and most texts have neither of these.
_THOUSANDS = pattern(r",(?=[0-9]{3})")
_HYPHEN, _DOT = pattern(r"-(?=[A-Za-z0-9])"), pattern(r"\.(?=[A-Za-z0-9])")


class Compound(NamedTuple):
    """``position`` is that of the first of its ``size`` words in the text. ``term`` stands for it
    as it is written, ``solid`` is what a stemmer is given for it in one word; both begin with
    ``COMPOUND``."""

    position: int
    term: str
    solid: str
    size: int = 2


def compounds(text: str, found: Sequence[Word], language: str) -> Iterator[Compound]:
    """The compounds of a text with these words. Of more than two words nobody makes one; but a
    letter by itself is none, and goes with the next: ``E-Mail-Adresse``."""
    if numbers := list(_numbers(text, language)):
        places = {word.start: place for place, word in enumerate(found)}
        for number in numbers:
            if number.start() in places:
                yield _number(places[number.start()], number[0])
    if language in _TWO_WORDS or _JOINS.isdisjoint(text):
        return
    joined = [False, *(text[a.end : b.start] in _JOINS for a, b in pairwise(found)), False]
    for position, (first, second) in enumerate(pairwise(found)):
        before, here, after = joined[position : position + 3]
        if not here or before or (after and not _is_letter(first.forms[0], second.forms[0])):
            continue
        solid = _solid(first.forms[0], second.forms[0])
        if solid is not None:
            written = text[first.start : first.end] + text[second.start : second.end]
            solid = as_written(written, solid, language)
            yield _compound(position, first.forms[0], second.forms[0], solid)


def compounds_in_plain(text: str, plain: str, language: str) -> Iterator[Compound]:
    """Likewise, found sooner, where ``plain`` is what ``plain_text`` gives for the text."""
    for number in _numbers(text, language):
        yield _number(len(plain[: number.start()].split()), number[0])
    if language in _TWO_WORDS:
        return
    for match in chain(_HYPHEN.finditer(text), _DOT.finditer(text)):
        at = match.start()
        before = plain[:at]
        if not before or before[-1] == " ":
            continue
        former = before.split()
        first, second = former[-1], plain[at + 1 :].split(maxsplit=1)[0]
        start, end = at - len(first), at + 1 + len(second)
        begun = start > 1 and text[start - 1] in _JOINS and plain[start - 2] != " "
        goes_on = end + 1 < len(text) and text[end] in _JOINS and plain[end + 1] != " "
        goes_on &= not _is_letter(first, second)
        solid = None if begun or goes_on else _solid(first, second)
        if solid is not None:
            yield _compound(len(former) - 1, first, second, solid)


def written_solid(text: str) -> str | None:
    """A compound as others write it, in one word: ``email`` for ``e-mail``; None for what is none.
    3.14 and 9-11 are numbers, and so is 1,000."""
    if _COMMAS.fullmatch(text):
        return text.replace(",", "")
    if _JOINS.isdisjoint(text):
        return None
    found = list(words(text))
    if len(found) != 2 or text[found[0].end : found[1].start] not in _JOINS:
        return None
    first, second = (word.forms[0] for word in found)
    return _solid(first, second)


def _numbers(text: str, language: str) -> Iterator[re.Match[str]]:
    if _THOUSANDS.search(text):
        yield from _COMMAS.finditer(text)
    if language in _DOTTED and _DOT.search(text):
        yield from _DOTS.finditer(text)


def _number(position: int, number: str) -> Compound:
    parts = number.replace(".", ",").split(",")
    return Compound(position, COMPOUND + "-".join(parts), COMPOUND + "".join(parts), len(parts))


def _is_letter(first: str, second: str) -> bool:
    """Whether the first is a letter, and not of a word that is spelled: ``k-i-l-n``."""
    return len(first) == 1 < len(second) and first.isalpha()


def _solid(first: str, second: str) -> str | None:
    """Two folded words as one, if that is one: ``email`` for ``l'e`` and ``mail``."""
    if first[-1:].isdigit() and second[:1].isdigit():
        return None
    if is_unspaced(first) or is_unspaced(second):
        return None
    solid = first + second
    if solid.isalnum():
        return solid
    # With vowels that are marks (ई-मेल), or an apostrophe; not #e-mail, nor U.S.-based.
    found = list(words(solid))
    is_one = len(found) == 1 and (len(found[0].forms) == 1 or "'" in solid)
    return found[0].bare if is_one else None


def _compound(position: int, first: str, second: str, solid: str) -> Compound:
    return Compound(position, f"{COMPOUND}{first}-{second}", COMPOUND + solid)
