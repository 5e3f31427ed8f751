"""What a text says people do: "Ada Byron, a mathematician at Analytical Engines, …".

Precision comes first: a full name, one of a few constructions, a noun that names an occupation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from talksearch.speakers.names import name_before
from talksearch.speakers.vocabulary import (
    AFTER_OCCUPATION,
    FIELDS,
    NO_OCCUPATIONS,
    OCCUPATIONS,
    TITLES,
)

__all__ = ["Description", "descriptions"]


@dataclass(frozen=True, slots=True)
class Description:
    """Somebody's occupation, and the organization if it is named."""

    name: str
    occupation: str
    organization: str | None


# What joins a name to an occupation: ", a ", " is the ", ", who is an ", " – "; a bare comma will
# do for a title ("Ada Byron, CEO of …").
_JOINT = re.compile(
    r"""
    (?: ,\s (?:who(?:\sis|['’]s)\s | I(?:['’]m|\sam)\s)? | \s[–—-]\s | \s(?:is|was)\s | ['’]s\s )
    (?:now\s|currently\s)?
    (?P<article>(?:an?|the|our)\s)?
    (?=[^\W\d_])
    """,
    re.VERBOSE,
)
_BEFORE, _AFTER = 60, 160  # characters looked at on either side of it
_LONGEST = 8  # words in an occupation

# An occupation's noun is known by its ending, or is one of these; but not one of those.
_ENDINGS = ("er", "or", "ist", "ian", "eer", "ant", "tect", "eur", "woman")
_CONNECTORS = frozenset(["at", "of", "for", "with", "in", "from", "on"])
_CLOSED = re.compile(r"[,;:!?)\]”\"]$|(?<!\bSr)(?<!\bJr)(?<!\bDr)(?<!\bProf)(?<!\b[A-Z])\.$")
_POSSESSIVE = re.compile(r"['’]s?$")
_CLOSERS = ',;:!?)]”".'


def descriptions(text: str) -> Iterator[Description]:
    """All that a text says about what people do, in order."""
    for joint in _JOINT.finditer(text):
        name = name_before(text[max(0, joint.start() - _BEFORE) : joint.start()])
        if name is not None:
            after = text[joint.end() : joint.end() + _AFTER].split()
            found = _occupation(after, article=joint["article"] is not None)
            if found is not None:
                yield Description(name, *found)


def _occupation(tokens: list[str], *, article: bool) -> tuple[str, str | None] | None:
    """The occupation that the words begin with, and the organization."""
    phrase: list[str] = []
    titled = False
    if tokens[:1] == ["one"]:
        return None
    for at, token in enumerate(tokens):
        word = token.rstrip(_CLOSERS) if _CLOSED.search(token) else token
        small = word.casefold()
        if small in _CONNECTORS:
            organization, rest = _organization(tokens[at + 1 :])
            if organization is not None and organization.casefold() in FIELDS:
                organization = None
            # "VP of Engineering at Hooli": the first connector belongs to the title.
            further = organization and tokens[at + 1 + rest : at + 2 + rest] == ["at"]
            if small == "at" or (titled and small in ("of", "for") and not further):
                known = organization is not None and (titled or any(map(_is_occupation, phrase)))
                if known:
                    return " ".join(phrase), organization
                if small == "at" or not titled:
                    return None
        elif small in AFTER_OCCUPATION or not word[:1].isalpha():
            break
        phrase.append(word)
        titled = titled or small in TITLES
        if word != token:
            break
        if len(phrase) > _LONGEST:
            return None
    # Without an organization it must be as plain as "Ada Byron, a mathematician, …".
    plain = article and 0 < len(phrase) <= 5 and not _CONNECTORS.intersection(phrase)
    return (" ".join(phrase), None) if plain and _is_occupation(phrase[-1]) else None


def _is_occupation(word: str) -> bool:
    word = word.casefold().rstrip(".,")
    if word in TITLES or word in OCCUPATIONS:
        return True
    last = word.rsplit("-", 1)[-1]
    return len(last) > 4 and last.endswith(_ENDINGS) and last not in NO_OCCUPATIONS


def _organization(tokens: list[str]) -> tuple[str | None, int]:
    """The organization that the words begin with, and how many words it takes."""
    taken: list[str] = []
    for token in tokens[:7]:
        small = token in ("of", "the", "for", "&", "de")
        if not (_is_proper(token) or small) or (taken and token.startswith("(")):
            break
        taken.append(token)
        if _CLOSED.search(token) or _POSSESSIVE.search(token):
            break
    while taken and not _is_proper(taken[-1]):
        taken.pop()
    name = _POSSESSIVE.sub("", " ".join(taken).rstrip(_CLOSERS).lstrip('("“'))
    name = name.removeprefix("the ")
    return (name or None), len(taken)


def _is_proper(word: str) -> bool:
    """Has a capital: Airbnb, eBay; but "I" and "I'm" name nobody."""
    return any(c.isupper() for c in word) and re.match(r"I(\W|$)", word) is None
