"""Labelled cues -> who speaks them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from talksearch.model import NOBODY, Cue, Kind, Person, Role, Source, Speaker, Turn
from talksearch.speakers.labels import read_label
from talksearch.speakers.names import Cast, key

__all__ = ["Piece", "grouped", "spoken", "with_ads", "voices"]

Piece = tuple[Speaker, Kind, Cue]


def grouped(pieces: Iterable[Piece]) -> tuple[Turn, ...]:
    """Consecutive cues of one speaker and kind, as turns."""
    return tuple(
        Turn(speaker, tuple(cue for _, _, cue in group), kind)
        for (speaker, kind), group in groupby(pieces, key=lambda piece: piece[:2])
    )


def voices(labels: Iterable[str], cast: Cast) -> dict[str, Speaker]:
    """Who is meant by each label. People who are named for the first time join the cast."""
    reads = {label: read_label(label) for label in dict.fromkeys(labels)}
    for label in reads:
        if decided := cast.naming(label):
            reads[label] = replace(reads[label], name=decided, nobody=False)
    if {"q", "a"} <= {label.strip(" .:").casefold() for label in reads}:
        for label in reads:
            role = {"q": Role.HOST, "a": Role.GUEST}.get(label.strip(" .:").casefold())
            if role is not None:
                reads[label] = replace(reads[label], role=role)
    speakers: dict[str, Speaker] = {}
    # Full names first: "Ada" may be short for a name that is written out further on.
    for label, read in sorted(reads.items(), key=lambda item: len(key(item[1].name or "")) < 2):
        if read.nobody:
            # "Song" is music, unless somebody of that name takes part.
            somebody = cast.find(label)
            speakers[label] = _speaker(label, label, somebody, None) if somebody else NOBODY
            continue
        person = None
        if read.name is not None:
            person = _person(read.name, read.role, cast)
        elif read.role is not None:
            person = cast.only(read.role)
        speakers[label] = _speaker(label, read.name, person, read.role)
    return speakers


def _person(name: str, role: Role | None, cast: Cast) -> Person | None:
    person = cast.find(name)
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

# "[laughs]", "(Applause)", "♪♪": what happens in the room, where it is all that a cue says.
_STAGE_DIRECTION = re.compile(
    r"(?:\[[^\[\]]{0,80}\]|\((?:[^\W\d_]+\s?){1,4}\)|\*\w{1,30}\*|[♪♫\s.…–—-])+"
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
            elif not _STAGE_DIRECTION.fullmatch(cue.text):
                yield speaker, cue.kind or Kind.SPEECH, cue

    return with_ads(grouped(pieces()))


# --- sponsors -------------------------------------------------------------------------------------

_SPONSORED = re.compile(
    r"""
    (?: ^ | [.!?…]["”]?\s ) (?:(?:and|well|okay|ok|so|hey|yeah),?\s)?
    (?: (?: this | today['’]s | our )\s (?:(?!is\b)[\w'’]+\s)?
        (?:episode | show | podcast | program(?:me)?)\b
        [^.?!]{0,60}? \s is\s (?:also\s)?
        (?:brought\sto\syou | sponsored | supported | made\spossible | presented)\s (?:\w+\s)? by\b
      | support\sfor\s(?:this|the|our|today['’]s)\s (?:[\w'’]+\s)?
        (?:episode|show|podcast|program(?:me)?)\s (?:comes|is\sprovided|is\sbrought)\b
      | (?:[\w’']+\s){0,4} brought\sto\syou\sby\sour\s (?:\w+\s)? (?:friends|sponsors?|partners?)\b
      | (?:this|today['’]s)\s (?:(?:episode|show|podcast)['’]s\s)? (?:episode\s)? sponsor\sis\b
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_AT_ONCE = 150  # characters: a sponsor's message opens with its sponsor
_LONGEST_AD = 2000
_WHOLE_CUE = 200  # a caption line is too short to be a message by itself


def with_ads(turns: Iterable[Turn]) -> tuple[Turn, ...]:
    """The turns, with those which are a sponsor's message in their own words marked so."""

    def pieces() -> Iterator[Piece]:
        for turn in turns:
            whole = _is_ad(turn.text)
            for cue in turn.cues:
                ad = whole or (len(cue.text) >= _WHOLE_CUE and _is_ad(cue.text))
                yield turn.speaker, Kind.AD if ad and turn.kind is Kind.SPEECH else turn.kind, cue

    return grouped(pieces())


def _is_ad(text: str) -> bool:
    return len(text) <= _LONGEST_AD and _SPONSORED.search(text[: _AT_ONCE + 100]) is not None
