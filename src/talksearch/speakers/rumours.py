"""The people whom a document mentions with what they do, before anybody is heard."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from talksearch.formats.base import Reading
from talksearch.model import Cue, Person, Role, Source
from talksearch.patterns import pattern
from talksearch.sentences import sentences
from talksearch.speakers.names import Key, key, name_after
from talksearch.speakers.occupations import descriptions

__all__ = ["interviewed", "is_byline", "presented", "rumours"]

_OPENING = 8000  # characters of a recording, or a description, in which people are introduced
_ARTICLE = 80_000  # an article may come to them late

# The one who wrote it, and is not in it.
_BYLINE = pattern(
    r"\s*(?:(?:written |posted |edited |photos? )?by|author|bio|about (?:the )?authors?)\b[:\s]*",
    re.IGNORECASE,
)
_INTERVIEWED = pattern(
    r"\b(?:conversations? with|interview(?:s|ed)? (?:with)?|sat down with|sits down with"
    r"|sp[eo]aks? (?:with|to)|spoke (?:with|to)|chat(?:s|ted)? with|talk(?:s|ed)? (?:to|with)"
    r"|joined by|joins (?:us|me)|(?:tells|told) (?:us|me)|our guests?|my guests?)\b",
    re.IGNORECASE,
)


# Somebody called by the full name once, and by a part of it from then on.
_CALLED = pattern(
    r"\b(?i:with|guests?|(?:co-)?hosts?|I['’]m|I am|my name is|joined by|interview(?:ing)?"
    r"|welcom(?:e|ing)|speaking to)(?:,|:| is)? (?:today |our guest |our friend )?(?=[^\W\d_a-z])"
)


def rumours(reading: Reading) -> tuple[Person, ...]:
    """The people described or named in the document, each with the first description given."""
    authors = {key(name) for cue in reading.cues for name in _by(cue)}
    role = Role.GUEST if not reading.spoken and interviewed(reading) else None
    described: dict[Key, Person] = {}
    called: dict[Key, Person] = {}
    for text in _texts(reading):
        for person in _described(text, role):
            described.setdefault(key(person.name), person)
        for match in _CALLED.finditer(text):
            if name := name_after(text[match.end() : match.end() + 80]):
                called.setdefault(key(name), Person(name, role, source=Source.INFERRED))
    found = called | described
    return tuple(person for name, person in found.items() if name not in authors)


def presented(reading: Reading) -> tuple[Person, ...]:
    """The people whom show notes present as guests: described by what they do in the sentence
    that tells of talking with them."""
    authors = {key(name) for cue in reading.cues for name in _by(cue)}
    found: dict[Key, Person] = {}
    for text in _texts(reading):
        for sentence in sentences(text):
            if _INTERVIEWED.search(sentence):
                for person in _described(sentence, Role.GUEST):
                    found.setdefault(key(person.name), person)
    return tuple(person for name, person in found.items() if name not in authors)


def interviewed(reading: Reading) -> bool:
    """Does the document say that somebody was talked with?"""
    return any(_INTERVIEWED.search(text) for text in _texts(reading))


def _described(text: str, role: Role | None) -> Iterator[Person]:
    for each in descriptions(text):
        yield Person(
            each.name,
            role,
            occupation=each.occupation,
            organization=each.organization,
            source=Source.INFERRED,
            occupation_source=Source.INFERRED,
        )


def is_byline(text: str) -> bool:
    """Is the paragraph about who wrote the document?"""
    return _BYLINE.match(text) is not None


def _texts(reading: Reading) -> Iterator[str]:
    """Where people are introduced: title, description and the opening, bylines left out."""
    metadata = reading.metadata
    for text in (metadata.title, metadata.description):
        if text is not None:
            yield text[:_OPENING]
    if reading.spoken:
        # A caption breaks sentences; the words run on.
        yield " ".join(cue.text for cue in _first(reading.cues, _OPENING))[:_OPENING]
    else:
        for cue in _first(reading.cues, _ARTICLE):
            if not is_byline(cue.text):
                yield cue.text[:_ARTICLE]


def _first(cues: Sequence[Cue], characters: int) -> Iterator[Cue]:
    for cue in cues:
        if characters <= 0:
            return
        yield cue
        characters -= len(cue.text) + 1


def _by(cue: Cue) -> Iterator[str]:
    if byline := _BYLINE.match(cue.text):
        name = name_after(cue.text[byline.end() : byline.end() + 80])
        if name is not None:
            yield name
