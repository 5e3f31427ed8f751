"""Who says a single passage, or all of a document that names nobody, as the user decided,
whatever the document has.

Passages are numbered anew when a transcript is read or cut in another way, and times move with what
is put in before them. So a passage is known by what is said in it and, where that is said more than
once, by as much of what is said around it as it takes to tell it from the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

from talksearch.model import Cue, Kind, Person, Source, Speaker, Turn
from talksearch.patterns import pattern
from talksearch.speakers.decisions import Decision
from talksearch.speakers.names import Cast, key
from talksearch.words import MARKS, is_unspaced

__all__ = ["around", "by_one", "corrected", "is_said"]


def around(before: str, said: str, after: str) -> tuple[str, str] | None:
    """As much of what is said before and after it as it takes to tell where in an episode this is
    said; None where there is no word in it. Some goes with a "Yes.", even if it is the only one: a
    new transcript may have another, and not this."""
    if not _letters(said):
        return None
    texts = (before, said, after)
    left, right = before.split(), after.split()
    size = 0
    while True:
        near = " ".join(left[len(left) - size :] if size < len(left) else left)
        next_ = " ".join(right[:size])
        whole = size >= max(len(left), len(right))
        enough = len(_letters(near + said + next_)) >= _ENOUGH
        if whole or (enough and _found(texts, near, said, next_)):
            return near, next_
        size = 2 * size or 4


def is_said(texts: Iterable[str], decision: Decision) -> bool:
    """Whether what a decision is about is said there, in one place."""
    return _found(texts, *_told(decision)) is not None


def corrected(turns: Sequence[Turn], decisions: Iterable[Decision], cast: Cast) -> tuple[Turn, ...]:
    """The turns, with what the decisions are about as turns of its own. What is no longer said, or
    is in more than one place, stays as it is."""
    for decision in decisions:
        texts = (turn.text for turn in turns if turn.kind is not Kind.NOTES)
        found = _found(texts, *_told(decision))
        if found is not None:
            turns = tuple(_with(turns, *found, decision.name, cast))
    return tuple(turns)


def by_one(turns: Sequence[Turn], name: str | None, cast: Cast) -> tuple[Turn, ...]:
    """The turns, with all that is said in them said by ``name``, where the user named somebody. Not
    where anybody has a label: then a transcript came that knows better."""
    if name is None or any(turn.speaker.name for turn in turns):
        return tuple(turns)
    speaker = _speaker(None, name, turns, cast)
    said = (Kind.SPEECH, Kind.AD)
    return tuple(replace(turn, speaker=speaker) if turn.kind in said else turn for turn in turns)


def _told(decision: Decision) -> tuple[str, str, str]:
    return decision.before or "", decision.said or "", decision.after or ""


def _with(turns: Sequence[Turn], first: int, last: int, name: str, cast: Cast) -> Iterator[Turn]:
    """The turns, with the letters from ``first`` to ``last`` said by somebody."""
    position = 0
    for turn in turns:
        size = len(_of_turn(turn))
        begins, ends = max(first - position, 0), min(last - position, size)
        position += size
        if begins >= ends:
            yield turn
            continue
        rest, after = _cut(turn.cues, _place(turn.text, ends))
        before, said = _cut(rest, _place(turn.text, begins))
        for speaker, cues in (
            (turn.speaker, before),
            (_speaker(turn.speaker.label, name, turns, cast), said),
            (turn.speaker, after),
        ):
            if cues:
                yield Turn(speaker, cues, turn.kind)


def _speaker(label: str | None, name: str, turns: Sequence[Turn], cast: Cast) -> Speaker:
    """The person of exactly this name, in the role that is known from other turns. "Ann" need not
    be "Ann Lee": else the user would not have had to name her."""
    person = cast.add(Person(name, source=Source.MAPPED))
    for turn in turns:
        there = turn.speaker
        if there.person and key(there.person.name) == key(person.name):
            return replace(there, label=label, source=Source.MAPPED)
    role_source = person.source if person.role else None
    return Speaker(label, person, person.role, Source.MAPPED, role_source)


# --- where ----------------------------------------------------------------------------------------

_ENOUGH = 40  # letters, some eight words, that are said nowhere else by chance
# The vowels of Indic scripts are marks; joiners come and go.
_NO_LETTER = pattern(rf"(?:[^\w{MARKS}]|[_\u200c\u200d])+")
_RUN = pattern(rf"(?:[^\W_]|[{MARKS}])+")
_IN_WORD = pattern(rf"(?:[^\W_]|[{MARKS}]){{2}}")
_OPENERS = "([{¿¡“‘«„「『（《"


def _letters(text: str) -> str:
    """What a text is compared by: commas and capitals come and go."""
    return _NO_LETTER.sub("", text.casefold())


def _of_turn(turn: Turn) -> str:
    return "" if turn.kind is Kind.NOTES else _letters(turn.text)


def _found(texts: Iterable[str], before: str, said: str, after: str) -> tuple[int, int] | None:
    """Between which letters of the texts something is said; None where it is not said, more than
    once, or only as a part of a word: the "yes" of "yesterday"."""
    parts = [(text, _letters(text)) for text in texts]
    stream = "".join(letters for _, letters in parts)
    near, words = _letters(before), _letters(said)
    whole = near + words + _letters(after)
    at = stream.find(whole) if words else -1
    if at < 0 or stream.find(whole, at + 1) >= 0:
        return None
    begins, ends = at + len(near), at + len(near) + len(words)
    return None if _is_in_word(parts, begins) or _is_in_word(parts, ends) else (begins, ends)


def _is_in_word(parts: Iterable[tuple[str, str]], place: int) -> bool:
    """Whether the texts, each with its letters, go on with the same word after so many letters."""
    for text, letters in parts:
        if place < len(letters):
            at = _place(text, place)
            both = text[max(at - 1, 0) : at + 1]
            return bool(_IN_WORD.match(both)) and not any(map(is_unspaced, both))
        place -= len(letters)
    return False


def _place(text: str, letters: int) -> int:
    """Where a text is cut after so many letters: at the blank before the next one."""
    if letters == 0:
        return 0
    seen, after = 0, 0
    for run in _RUN.finditer(text):
        if seen >= letters:
            gap = text[after : run.start()]
            blank = max((n for n, c in enumerate(gap) if c.isspace()), default=None)
            return after + (len(gap.rstrip(_OPENERS)) if blank is None else blank)
        size = len(_letters(run[0]))
        if seen + size > letters:
            sizes = accumulate(len(_letters(character)) for character in run[0])
            return (
                run.start() + 1 + next(n for n, size in enumerate(sizes) if seen + size >= letters)
            )
        seen, after = seen + size, run.end()
    return len(text)


def _cut(cues: Sequence[Cue], at: int) -> tuple[tuple[Cue, ...], tuple[Cue, ...]]:
    """The cues before and after a place in their text. Within a cue no time is known."""
    before: list[Cue] = []
    after: list[Cue] = []
    for cue in cues:
        left, right = cue.text[: max(at, 0)].strip(), cue.text[max(at, 0) :].strip()
        if left:
            before.append(replace(cue, text=left, end_ms=None) if right else cue)
        if right:
            after.append(replace(cue, text=right, start_ms=None, label=None) if left else cue)
        at -= len(cue.text) + 1
    return tuple(before), tuple(after)
