"""Labelled cues -> who speaks them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from talksearch.model import NOBODY, Cue, Kind, Person, Role, Source, Speaker, Turn
from talksearch.patterns import pattern
from talksearch.speakers.labels import Label, read_label
from talksearch.speakers.names import Cast, Key, key
from talksearch.speakers.occupations import own_description
from talksearch.speakers.sentences import SENTENCE_END
from talksearch.words import MARKS

__all__ = ["Piece", "grouped", "spoken", "voices", "with_ads", "with_own_words"]

Piece = tuple[Speaker, Kind, Cue]


def grouped(pieces: Iterable[Piece]) -> tuple[Turn, ...]:
    """Consecutive cues of one speaker and kind, as turns."""
    return tuple(
        Turn(speaker, tuple(cue for _, _, cue in group), kind)
        for (speaker, kind), group in groupby(pieces, key=lambda piece: piece[:2])
    )


def voices(labels: Iterable[str], cast: Cast) -> dict[str, Speaker]:
    """Who is meant by each label. People who are named for the first time join the cast."""
    reads = _reads(labels, cast)
    cast.tell_apart(read.name for read in reads.values() if read.name)
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
    """What each label says, by itself or beside another, as Q and A do; or else the user of it."""
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
    return tuple(replace(t, speaker=changed.get(t.speaker, t.speaker)) for t in turns)


# --- sponsors -------------------------------------------------------------------------------------

_SPONSORED = pattern(
    r"""
    (?: ^ | [.!?…]["”]?\s )
    (?P<ad> (?:(?:and|well|okay|ok|so|hey|yeah|now|but),?\s)?
    (?: (?: this | today['’]s | our )\s (?:(?!is\b)[\w'’]+\s)?
        (?:episode | show | podcast | program(?:me)?)\b
        [^.?!]{0,60}? \s is\s (?:also\s)?
        (?:brought\sto\syou | sponsored | supported | made\spossible | presented)\s (?:\w+\s)? by\b
      | support\sfor\s(?:this|the|our|today['’]s)\s (?:[\w'’]+\s)?
        (?:episode|show|podcast|program(?:me)?)\s (?:comes|is\sprovided|is\sbrought)\b
      | (?:[\w’']+\s){0,4} brought\sto\syou\sby\sour\s (?:\w+\s)? (?:friends|sponsors?|partners?)\b
      | (?:this|today['’]s)\s (?:(?:episode|show|podcast)['’]s\s)? (?:episode\s)? sponsor\sis\b
      | our\s (?:first|second|third|next|last|final)\s sponsor\b [^.?!]{0,40}? \sis\b
    )
    | (?P<announced> our\s sponsors?\s
        (?:today | this\sweek | for\s(?:this|today['’]s)\s\w+)\s (?:is|are)\b
      | we(?:['’]ve|\shave|\shad)\s (?:got\s)? (?:one|two|three|four|some|\d)\s (?:\w+\s)? sponsors?
        (?:\s(?:today|for|on)\b | \s?[-–—:,])
    ) )
    """,
    re.VERBOSE | re.IGNORECASE,
)
# Where the talk goes on.
_BACK = pattern(
    r"""(?:\b(?:alright|all\sright|okay|ok|and|now|so),?\s)? \bwe(?:['’]re|\sare)\sback\b
    | \bBreak:\s | \blet['’]s\s(?:get|go|jump|dive)\s(?:right\s)?(?:back\s)?in(?:to)?\b
    | (?<=[.!?]\s)[^.!?]{0,40}\bback\sto\s(?:the|our)\s(?:show|conversation|episode|interview)\b
    | (?<=[.!?]\s)With\sthat,\sI\sbring""",
    re.VERBOSE | re.IGNORECASE,
)
_LONGEST_AD = 2500  # characters: what follows in a longer turn is not all the sponsor's


def with_ads(turns: Iterable[Turn]) -> tuple[Turn, ...]:
    """The turns, with those parts marked which are a sponsor's message in their own words: from
    the sentence that names the sponsor to where the talk goes on, or the end of the turn."""

    def pieces() -> Iterator[Piece]:
        for turn in turns:
            span = _ad(turn.text) if turn.kind is Kind.SPEECH else None
            position = 0
            for cue in turn.cues:
                if span is None:
                    yield turn.speaker, turn.kind, cue
                else:
                    yield from _parted(turn.speaker, cue, span[0] - position, span[1] - position)
                position += len(cue.text) + 1

    return grouped(pieces())


def _ad(text: str) -> tuple[int, int] | None:
    """Where a sponsor's message begins and ends."""
    match = _SPONSORED.search(text)
    if match is None:
        return None
    begins = match.start("ad")
    if match["announced"]:  # whose messages may come, or have been cut out
        end = SENTENCE_END.search(text, match.end())
        ends = end.end() if end else len(text)
        further = _SPONSORED.match(text, ends - 2)
        if further is None or further["announced"]:
            return begins, ends
    return begins, _last_mention(text, begins, match.end())


_ADDRESS = r"\w[.](?:com|org|net|io|dev|co|ai|app|fm|so|tech|me)\b|\bdot com\b|\bsponsor"
_CAPITAL = pattern(r"\b[A-Z][\w’'-]+")
_UNRELATED = 5  # sentences in which neither the sponsor nor an address is named: the ad is over


def _last_mention(text: str, begins: int, named: int) -> int:
    """Where a message ends: with the last sentence that names the sponsor or an address, or where
    somebody says that the talk goes on. (After ``named`` the sponsor's name comes first.)"""
    back = _BACK.search(text, named)
    limit = min(back.start() if back else len(text), begins + _LONGEST_AD)
    stop = SENTENCE_END.search(text, named)
    first = text[named : min(named + 60, stop.start() + 1 if stop else len(text))]
    names = "|".join(re.escape(name) for name in _CAPITAL.findall(first)[:4])
    mention = re.compile(rf"\b(?:{names})\b|{_ADDRESS}" if names else _ADDRESS)
    ends = position = begins
    unrelated = 0
    while position < limit and unrelated <= _UNRELATED:
        stop = SENTENCE_END.search(text, max(position, named))
        end = min(stop.end() if stop else len(text), limit)
        if ends == begins or mention.search(text, position, end):
            ends, unrelated = end, 0
        else:
            unrelated += 1
        position = end
    return ends


def _parted(speaker: Speaker, cue: Cue, begins: int, ends: int) -> Iterator[Piece]:
    """A cue, with the part of it that is a sponsor's."""
    text = cue.text
    begins, ends = max(0, begins), max(0, ends)
    parts = [
        (Kind.SPEECH, text[:begins].strip()),
        (Kind.AD, text[begins:ends].strip()),
        (Kind.SPEECH, text[ends:].strip()),
    ]
    said = [(kind, part) for kind, part in parts if part]
    for number, (kind, part) in enumerate(said):
        start = cue.start_ms if number == 0 else None
        end = cue.end_ms if number == len(said) - 1 else None
        label = cue.label if number == 0 else None
        yield speaker, kind, Cue(part, start, end, label)
