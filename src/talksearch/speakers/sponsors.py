"""Sponsors' messages among what is said."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from talksearch.model import Cue, Kind, Speaker, Turn
from talksearch.patterns import pattern
from talksearch.sentences import SENTENCE_END
from talksearch.speakers.turns import Piece, grouped

__all__ = ["with_ads"]

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
