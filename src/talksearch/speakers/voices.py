"""Labelled cues -> who speaks them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from talksearch.model import NOBODY, Cue, Kind, Person, Role, Source, Speaker, Turn
from talksearch.patterns import pattern
from talksearch.speakers.labels import Label, read_label
from talksearch.speakers.names import Cast, Key, key
from talksearch.speakers.occupations import own_description
from talksearch.speakers.sponsors import with_ads
from talksearch.speakers.turns import Piece, grouped, with_speakers
from talksearch.words import MARKS

__all__ = ["spoken", "voices", "with_own_words"]


def voices(labels: Iterable[str], cast: Cast) -> dict[str, Speaker]:
    """Who is meant by each label. People who are named for the first time join the cast."""
    reads = _reads(labels, cast)
    # Who is called otherwise by the user is one of a couple all the same.
    named = chain(reads.values(), map(read_label, reads))
    cast.tell_apart(read.name for read in named if read.name)
    meant: dict[str, tuple[str | None, Person | None, Role | None]] = {}
    told: dict[Key, Role] = {}  # "Ada (host)" tells it under her other labels as well
    # Full names first: "Ada" may be short for a name that is written out further on.
    for label, read in sorted(reads.items(), key=lambda item: len(key(item[1].name or "")) < 2):
        if read.nobody:
            # "Song" is music, unless somebody of that name takes part.
            meant[label] = label, cast.find(label), None
            continue
        person = None
        if read.name is not None:
            decided = cast.naming(label) is not None
            person = _person(read.name, read.role, cast, decided)
            if person is not None and read.role is not None:
                told.setdefault(cast.key_of(person.name), read.role)
        elif read.role is not None:
            person = cast.only(read.role)
        meant[label] = read.name, person, read.role
    speakers: dict[str, Speaker] = {}
    for label, (name, person, role) in meant.items():
        if person is not None:
            role = role or told.get(cast.key_of(person.name))
        nobody = reads[label].nobody and person is None
        speakers[label] = NOBODY if nobody else _speaker(label, name, person, role)
    return speakers


def _reads(labels: Iterable[str], cast: Cast) -> dict[str, Label]:
    """What each label says: by itself, beside another as Q and A do, or as the user decided."""
    reads = {label: read_label(label) for label in dict.fromkeys(labels)}
    for label in reads:
        if decided := cast.naming(label):
            reads[label] = replace(reads[label], name=decided, nobody=False)
    letters = {label: label.strip(" .:").casefold() for label in reads}
    if {"q", "a"} <= set(letters.values()):
        for label, letter in letters.items():
            if letter in ("q", "a"):
                role = Role.HOST if letter == "q" else Role.GUEST
                reads[label] = replace(reads[label], role=role)
    # In Czech and Slovak a "host" is a guest, whom the "moderátor" asks.
    if any("moderátor" in letter for letter in letters.values()):
        for label, letter in letters.items():
            if _CZECH_GUEST.search(letter):
                reads[label] = replace(reads[label], role=Role.GUEST)
    return reads


_CZECH_GUEST = pattern(r"\bhost\b")


def _person(name: str, role: Role | None, cast: Cast, decided: bool) -> Person | None:
    person = cast.find(name)
    if person and decided and len(key(person.name)) < len(key(name)):
        person = Person(name, role)  # who is said to be Mary Ann Lee is not Ann Lee
    if person is None:
        if cast.is_ambiguous(name):
            return None
        person = Person(name, role)
    return cast.add(person)


def _speaker(label: str, name: str | None, person: Person | None, role: Role | None) -> Speaker:
    source = None
    if person is not None:
        source = person.source
        if name is None:
            source = Source.INFERRED
        elif source is Source.INFERRED and key(name) == key(person.name):
            source = Source.PUBLISHER
    role_source = Source.PUBLISHER if role else None
    if role is None and person is not None and person.role is not None:
        role, role_source = person.role, person.source
    return Speaker(label, person, role, source, role_source)


# --- recordings -----------------------------------------------------------------------------------

# "[laughs]", "(Applause)", "【音楽】", "♪♪": what happens in the room, where it is all that
# a cue says.
_STAGE_DIRECTION = pattern(
    rf"(?:\[[^\[\]]{{0,80}}\]|\(\s?(?:(?:[^\W\d_]|[{MARKS}])++\s?+){{1,4}}\)|\*\w{{1,30}}\*"
    r"|【[^【】]{0,40}】|〔[^〔〕]{0,40}〕|［[^［］]{0,40}］|（[^\W\d_]{1,8}）|[♪♫\s.…–—-])+"
)
# What was said all the same: without it, what others say before and after would be one quotation.
_NOT_UNDERSTOOD = pattern(
    "unintelligible|inaudible|indiscernible|unverständlich|onverstaanbaar|inintelligible|inaudib"
    "|ininteligible|inaudível|incomprensib|niezrozumia|nesrozumiteln|неразборчиво|нерозбірливо"
    "|聞き取れ|聴き取れ|听不清|聽不清",
    re.IGNORECASE,
)


def spoken(cues: Sequence[Cue], cast: Cast) -> tuple[Turn, ...]:
    """The turns of a recording. A voice lasts until another is named."""
    named = voices((cue.label for cue in cues if cue.label is not None), cast)

    def pieces() -> Iterator[Piece]:
        speaker = NOBODY
        for cue in cues:
            if cue.label is not None:
                speaker = named[cue.label]
            if cue.kind in (Kind.NOTES, Kind.PROSE) or (cue.kind and cue.label is None):
                # Marked off by the document itself: whoever spoke before does not say it.
                yield NOBODY, cue.kind, cue
            elif not _STAGE_DIRECTION.fullmatch(cue.text) or _NOT_UNDERSTOOD.search(cue.text):
                yield speaker, cue.kind or Kind.SPEECH, cue

    return with_ads(grouped(pieces()))


_INTRODUCTION = 1500  # characters in which somebody may say who they are


def with_own_words(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """The turns of a recording, with what the speakers say of themselves to begin with: "I'm a
    founder and data scientist at …". What others said before them goes first."""
    said: dict[Speaker, str] = {}
    for turn in turns:
        person = turn.speaker.person
        if person and not (person.occupation or person.organization) and turn.kind is Kind.SPEECH:
            before = said.get(turn.speaker, "")
            if len(before) < _INTRODUCTION:
                said[turn.speaker] = f"{before} {turn.text[:_INTRODUCTION]}"
    changed: dict[Speaker, Speaker] = {}
    for speaker, text in said.items():
        assert speaker.person
        if found := own_description(text, speaker.person.name):
            person = replace(
                speaker.person,
                occupation=found[0],
                organization=found[1],
                occupation_source=Source.INFERRED,
            )
            changed[speaker] = replace(speaker, person=person)
    return with_speakers(turns, lambda speaker: changed.get(speaker, speaker))
