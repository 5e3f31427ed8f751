"""Turns -> passages: the unit that is indexed and returned.

A passage is one speaker's, about 120 words at most, and reads well by itself: a turn is cut
between paragraphs, a paragraph that is too long at the ends of sentences, such a sentence at its
clauses, and only then between words. The pieces of a turn are of about the same length, so that no
turn leaves a scrap behind. Where a chapter begins between two sentences, so does a passage.

The title of each chapter is a passage of its own, with the chapter's time: an episode whose
transcript is yet to come can be entered there.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import replace

from talksearch.model import (
    NOBODY,
    Chapter,
    Cue,
    Episode,
    Kind,
    Passage,
    TimeAccuracy,
    Transcript,
    Turn,
)
from talksearch.patterns import pattern
from talksearch.sentences import SENTENCE_END
from talksearch.words import is_unspaced, words

__all__ = ["Clock", "WORDS", "cut"]

WORDS = 120
"""A passage has at most so many words, unless there is no place to cut that leaves the words what
they are: "1#1#1#1"."""


def cut(transcript: Transcript) -> tuple[Passage, ...]:
    """The passages of a transcript, in order."""
    clock = Clock(transcript)
    episode = transcript.episode
    chapters = [chapter.start_ms for chapter in episode.chapters]
    passages: list[Passage] = []
    position = 0  # in the text of all turns, each followed by one space
    for number, turn in enumerate(transcript.turns):
        start = position
        for piece in _pieces_by_chapter(turn, chapters):
            end = start + len(piece)
            shown = piece.strip()
            if shown:
                first = start + piece.index(shown[0])
                start_ms, end_ms, accuracy = None, None, TimeAccuracy.NONE
                if turn.kind is not Kind.NOTES:  # nobody says them, at no time
                    start_ms, accuracy = clock.start(first)
                    end_ms = clock.end(first + len(shown))
                if start_ms is not None and end_ms is not None:
                    end_ms = max(start_ms, end_ms)
                passages.append(
                    Passage(
                        id=f"{episode.id}.{len(passages)}",
                        episode_id=episode.id,
                        number=len(passages),
                        turn=number,
                        kind=turn.kind,
                        speaker=turn.speaker,
                        text=shown,
                        start_ms=start_ms,
                        end_ms=end_ms,
                        time_accuracy=accuracy,
                        chapter=None if start_ms is None else episode.chapter_at(start_ms),
                    )
                )
            start = end
        position += len(turn.text) + 1
    for number, chapter in enumerate(episode.chapters, len(transcript.turns)):
        for piece in _pieces(Turn(NOBODY, (Cue(chapter.title),), Kind.NOTES)):
            passages.append(_entry(episode, chapter, piece.strip(), len(passages), number))
    return tuple(passages)


def _entry(episode: Episode, chapter: Chapter, text: str, number: int, turn: int) -> Passage:
    """A chapter's title, as a way into the recording."""
    return Passage(
        id=f"{episode.id}.{number}",
        episode_id=episode.id,
        number=number,
        turn=turn,
        kind=Kind.NOTES,
        speaker=NOBODY,
        text=text,
        start_ms=chapter.start_ms,
        end_ms=chapter.end_ms,
        time_accuracy=TimeAccuracy.EXACT,
        chapter=chapter.title,
    )


# --- where to cut ---------------------------------------------------------------------------------

_LAST_END = pattern(rf"(?:{SENTENCE_END.pattern})\Z", re.VERBOSE)
_CLAUSE = pattern(r"[,;:—–،؛][\"'”’)]{0,2}\s|[、，；：]+")
_SPACE = pattern(r"\s")
_LEVELS = (SENTENCE_END, _CLAUSE, _SPACE)
# Before the next word; at the end of a text it would make another word of the last: C#, U.S.
_TIED = pattern(r"\w#\Z|(?<!\w)[^\W\d_]\.[^\W\d_]\.\Z")


def _parts_of(turn: Turn, chapters: list[int]) -> Iterator[Turn]:
    """The turn, cut where a chapter begins between two cues, and a sentence has ended."""
    cues, start = turn.cues, 0
    for at in range(1, len(cues) if chapters else 0):
        before, after = cues[at - 1].start_ms, cues[at].start_ms
        if before is None or after is None:
            continue
        within = bisect_right(chapters, before) == bisect_right(chapters, after)
        if not within and _LAST_END.search(f"{cues[at - 1].text} "):
            yield replace(turn, cues=cues[start:at])
            start = at
    yield replace(turn, cues=cues[start:]) if start else turn


_Piece = tuple[str, float]  # a text and how many words it has


def _pieces_by_chapter(turn: Turn, chapters: list[int]) -> Iterator[str]:
    """The turn's text in pieces; joined they are the text, and a space at its end."""
    for part in _parts_of(turn, chapters):
        *pieces, last = _pieces(part)
        yield from pieces
        yield f"{last} "


def _pieces(turn: Turn) -> list[str]:
    """The turn's text in balanced pieces of at most ``WORDS`` words; joined they are the text."""
    text = turn.text
    if len(text) <= WORDS or _count(text) <= WORDS:
        return [text]
    pieces: list[_Piece] = []
    for paragraph in _paragraphs(turn):
        size = _count(paragraph)
        pieces += _cut_down(paragraph, size, 0) if size > WORDS else [(paragraph, size)]
    return [piece for piece, _ in _packed(pieces)]


def _paragraphs(turn: Turn) -> Iterator[str]:
    """The turn's text, cut where a cue ends with a sentence: a line of captions seldom does."""
    start = position = 0
    text = turn.text
    for cue in turn.cues[:-1]:
        position += len(cue.text) + 1
        if _LAST_END.search(text, max(start, position - 8), position):
            yield text[start:position]
            start = position
    yield text[start:]


def _cut_down(text: str, size: float, level: int) -> list[_Piece]:
    """The pieces of a text that is too long, cut at the ends that this level knows."""
    parts = list(_parts(text, level))
    pieces: list[_Piece] = []
    for part in parts:
        part_size = size if len(parts) == 1 else _count(part)
        if part_size > WORDS and level < len(_LEVELS):
            pieces += _cut_down(part, part_size, level + 1)
        else:
            pieces.append((part, part_size))
    return _packed(pieces)


def _parts(text: str, level: int) -> Iterator[str]:
    """The text cut at every sentence (clause, space, word) end."""
    start = 0
    if level < len(_LEVELS):
        ends = (match.end() for match in _LEVELS[level].finditer(text))
    else:
        # Nothing but words is left: a long run of a script that is written without spaces.
        ends = (word.start for word in words(text) if not _tied(text, word.start))
    for end in ends:
        if end > start:
            yield text[start:end]
            start = end
    if start < len(text):
        yield text[start:]


def _tied(text: str, end: int) -> bool:
    return _TIED.search(text, max(0, end - 4), end) is not None


def _packed(pieces: list[_Piece]) -> list[_Piece]:
    """Neighbours joined: as few as will do, and each near to the mean of what is left."""
    packed: list[_Piece] = []
    rest = sum(size for _, size in pieces)
    target = _share(rest)
    taken: list[str] = []
    taken_size: float = 0
    for text, size in pieces:
        full = taken_size + size > WORDS or taken_size + size / 2 > target
        if taken_size and size and full:
            packed.append(("".join(taken), taken_size))
            rest -= taken_size
            target = _share(rest)
            taken, taken_size = [], 0
        taken.append(text)
        taken_size += size
    packed.append(("".join(taken), taken_size))
    return packed


def _share(rest: float) -> float:
    return rest / max(1, -(-rest // WORDS))


# Scripts without spaces have no words to count: a word is two characters of Han or kana, or four of
# an alphabet such as Thai, as it is on average.
_HAN = "\u3040-\u3098\u309b-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HAN_SHARE, _THAI_SHARE = 1 / 2, 1 / 4
_THAI = ("\u0e00", "\u17ff")  # … to Khmer
# Here plain patterns count as words.words does (but for abbreviations with dots), and ten times
# as fast: Latin, Greek, Cyrillic, and Han and kana. Marks and the other unspaced scripts need the
# real thing.
_PLAIN = pattern(
    "[\x00-\u02ff\u0370-\u0482\u048a-\u052f\u1e00-\u1fff\u2000-\u206f\u20ac"
    f"\u3000-\u3029\u3030\uff01-\uff60{_HAN}]*"
)
_HAN_CHARACTER = pattern(f"[{_HAN}]")
_PLAIN_WORD = pattern(rf"[^\W_{_HAN}]+(?:(?:['’‘&]|(?<=[Ll])·(?=[Ll]))[^\W_{_HAN}]+)*")
_ASCII_WORD = pattern(r"[^\W_]+(?:['&][^\W_]+)*", re.ASCII)


def _count(text: str) -> float:
    """How many words a text has."""
    if text.isascii():
        return len(_ASCII_WORD.findall(text))
    if _PLAIN.fullmatch(text):
        han = len(_HAN_CHARACTER.findall(text))
        return len(_PLAIN_WORD.findall(text)) + han * _HAN_SHARE
    return sum(_share_of(text[word.start]) for word in words(text))


def _share_of(first: str) -> float:
    if not is_unspaced(first):
        return 1
    return _THAI_SHARE if _THAI[0] <= first <= _THAI[1] else _HAN_SHARE


# --- times ----------------------------------------------------------------------------------------


class Clock:
    """The moment of any character, from the moments that the cues give.

    Positions count characters over all turns. Between two known moments time runs evenly, which
    is right to about a second in speech. A recording begins at 0; after the last known moment
    time goes on at the pace so far, for as long a stretch as is known at most.
    """

    def __init__(self, transcript: Transcript) -> None:
        self.starts: dict[int, int] = {}
        self.ends: dict[int, int] = {}
        self.positions: list[int] = []
        self.times: list[int] = []
        position = 0
        for turn in transcript.turns:
            for cue in turn.cues:
                if cue.start_ms is not None:
                    self.starts.setdefault(position, cue.start_ms)
                    self._mark(position, cue.start_ms)
                position += len(cue.text)
                if cue.end_ms is not None:
                    self.ends[position] = cue.end_ms
                    self._mark(position, cue.end_ms)
                position += 1

    def _mark(self, position: int, ms: int) -> None:
        self.positions.append(position)
        self.times.append(ms)

    def start(self, position: int) -> tuple[int | None, TimeAccuracy]:
        exact = self.starts.get(position)
        if exact is not None:
            return exact, TimeAccuracy.EXACT
        ms = self._between(position)
        return ms, TimeAccuracy.NONE if ms is None else TimeAccuracy.INFERRED

    def end(self, position: int) -> int | None:
        exact = self.ends.get(position)
        return self._between(position) if exact is None else exact

    def _between(self, position: int) -> int | None:
        positions, times = self.positions, self.times
        if not positions:
            return None
        after = bisect_left(positions, position)
        left, left_ms = (positions[after - 1], times[after - 1]) if after else (0, 0)
        if after < len(positions):
            right, right_ms = positions[after], times[after]
        else:
            right = 2 * left - positions[0]
            right_ms = 2 * left_ms - times[0]
            if position > right:
                return None
        if right_ms <= left_ms or right <= left:
            return left_ms
        return left_ms + (right_ms - left_ms) * (position - left) // (right - left)
