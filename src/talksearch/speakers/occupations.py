"""What a text says people do: "Ada Byron, a mathematician at Analytical Engines, …".

Precision comes first: a full name, one of a few constructions, a noun that names an occupation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from talksearch.patterns import pattern
from talksearch.speakers.names import name_before
from talksearch.speakers.vocabulary import (
    AFTER_OCCUPATION,
    FIELDS,
    NO_OCCUPATIONS,
    OCCUPATIONS,
    TITLES,
    TRADES,
)
from talksearch.words import word_set

__all__ = ["Description", "descriptions", "own_description"]


@dataclass(frozen=True, slots=True)
class Description:
    """Somebody's occupation, and the organization if it is named."""

    name: str
    occupation: str
    organization: str | None


# What joins a name to an occupation: ", a ", " is the ", ", who is an ", " – "; a bare comma will
# do for a title ("Ada Byron, CEO of …").
_JOINT = pattern(
    r"""
    (?: ,\s (?: (?:and\s)? (?:who(?:\sis|['’]s) | I(?:['’]m|\sam)) \s )?
      | \s[–—-]\s | \s(?:is|was)\s | \sand\sI(?:['’]m|\sam)\s | ['’]s\s )
    (?:now\s|currently\s|actually\s|apparently\s)?
    (?P<article>(?:an?|the|our)\s)?
    (?=[^\W\d_])
    """,
    re.VERBOSE,
)
_BEFORE, _AFTER = 60, 160  # characters looked at on either side of it
_LONGEST = 8  # words in an occupation

# Of an occupation's noun, where no list knows it (``vocabulary.py``).
_ENDINGS = ("er", "or", "ist", "ian", "eer", "ant", "tect", "eur", "woman")
_CONNECTORS = frozenset(["at", "of", "for", "with", "in", "from", "on"])
_CLOSED = pattern(r"[,;:!?)\]”\"]$|(?<!\bSr)(?<!\bJr)(?<!\bDr)(?<!\bProf)(?<!\b[A-Z])\.$")
_POSSESSIVE = pattern(r"['’]s?$")
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
    if tokens[:1] and tokens[0].casefold() in _NO_BEGINNINGS:
        return None
    for at, token in enumerate(tokens):
        word = token.rstrip(_CLOSERS) if _CLOSED.search(token) else token
        small = word.casefold()
        if small in _CONNECTORS:
            if small == "of" and phrase and phrase[-1].casefold() in _OF_WORKS:
                return " ".join(phrase), None
            organization, goes_on = _workplace(tokens[at + 1 :], phrase)
            if small == "at" or (titled and small in ("of", "for") and not goes_on):
                if organization and (titled or any(map(_is_occupation, phrase))):
                    return " ".join(phrase), organization
                if small == "at":
                    return None
        elif small in AFTER_OCCUPATION or not word[:1].isalpha():
            break
        if small in ("here", "over"):  # "a designer over at Hooli"
            continue
        phrase.append(word)
        titled = titled or small in TITLES
        if word != token:
            break
        if len(phrase) > _LONGEST:
            return None
    # Without an organization it must be as plain as "Ada Byron, a mathematician, …".
    plain = article and 0 < len(phrase) <= 5 and not _CONNECTORS.intersection(phrase)
    return (" ".join(phrase), None) if plain and _is_occupation(phrase[-1]) else None


def _workplace(tokens: list[str], phrase: list[str]) -> tuple[str | None, bool]:
    """The organization that the words behind a phrase and its connector begin with; and whether
    they are of the occupation all the same: in "VP of Engineering at Hooli", and in "engineer on
    the AI for Earth team at Hooli", the first connector is."""
    organization, taken = _organization(tokens)
    if (
        organization is None
        or organization.casefold() in FIELDS
        or _is_part_of_thing(tokens[taken : taken + 1])
        # "Host of Mozilla's show": something of the organization's, not the organization.
        or (_presents(phrase) and _POSSESSIVE.search(tokens[taken - 1]))
    ):
        return None, False
    return organization, _goes_on(tokens, taken)


# "I'm no longer at Hooli" says the opposite.
_NO_BEGINNINGS = frozenset(["one", "and", "no", "not", "never"])
_OF_WORKS = frozenset(["author", "editor", "translator", "co-author", "coauthor"])


def _goes_on(tokens: list[str], taken: int) -> bool:
    """Does an "at" follow what looked like the organization, in the same clause?"""
    if any(map(_CLOSED.search, tokens[:taken])):
        return False
    further = tokens[taken : taken + 5]
    listed = further[:1] == ["and"]
    for token in further:
        if token == "at":
            return True
        if _CLOSED.search(token) or (_is_proper(token) and not listed):
            return False
    return False


# "Lead of the Python extension": what the capitals belong to is no organization.
_THINGS = word_set(
    """
    extension project library framework podcast team program community language ecosystem
    newsletter blog series book plugin compiler runtime package conference meetup
    """
)


def _presents(phrase: list[str]) -> bool:
    return bool(phrase) and phrase[-1].casefold() in ("host", "co-host", "cohost", "creator")


def _is_part_of_thing(follows: list[str]) -> bool:
    return bool(follows) and follows[0].strip(_CLOSERS) in _THINGS


# What somebody says of their own: "I'm a founder and data scientist at …".
_I_AM = pattern(
    r"\bI(?:['’]m|\sam)\s(?:currently\s|now\s|also\s|actually\s|apparently\s)?"
    r"(?P<article>(?:an?|the|one\sof\sthe)\s)?(?=[^\W\d_])"
)
_I_WORK = pattern(r"\bI\s(?:currently\s|now\s)?work\s(?:at|for)\s(?=[A-Z])")


def own_description(text: str, name: str) -> tuple[str | None, str | None] | None:
    """The occupation and organization that somebody of that name claims in their own words.
    Without an organization it has to be a trade: anybody may be "a big believer"."""
    for claim in _I_AM.finditer(text):
        if text[claim.start() - 1 : claim.start()] in _QUOTING:
            continue  # somebody else says it
        after = text[claim.end() : claim.end() + _AFTER].split()
        if after[:1] and after[0].strip(",.") in name.split():
            continue  # "I'm Ada Byron, a mathematician" is of the form above
        article = claim["article"] or ""
        found = _occupation(after, article=bool(article))
        if found and (found[1] or _is_trade(found[0], article)):
            return found
    for claim in _I_WORK.finditer(text):
        organization, _ = _organization(text[claim.end() : claim.end() + _AFTER].split())
        if organization and organization.casefold() not in FIELDS:
            return None, organization
    return None


_QUOTING = tuple("\"“‘'")


def _is_trade(occupation: str, article: str) -> bool:
    words = occupation.casefold().split()
    # "I'm the engineer, and you are …": a part that somebody plays.
    return words[-1] in TRADES and article.startswith("a") and words[0] not in _NOT_ANY_MORE


_NOT_ANY_MORE = frozenset(["recovering", "former", "failed", "aspiring", "retired", "terrible"])


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
        small = token in ("of", "the", "for", "&", "de", "on")
        if token == "the" and taken[-1:] == ["for"]:
            break
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
