"""What a passage has to do with the others of its episode, worked out when it is indexed: which
question it answers, and whether the same is said elsewhere.
"""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from talksearch.engines.whoosh.thoughts import SHORT
from talksearch.model import Kind, Passage
from talksearch.patterns import pattern

__all__ = ["Conversation", "fingerprint"]

# So many turns that are short may stand between a question and its answer.
BETWEEN = 3
# What a turn asks, it asks at its end; a question mark in so many of the last letters is one.
END = 250
_ASKS = pattern(r"[?？؟⁇]")

# What fewer words say is said often.
SAID_ONCE = 20


@dataclass(slots=True)
class _Turn:
    number: int
    speaker: str | None
    words: int
    last: int
    asks: bool
    question: int | None


class Conversation:
    """Follows the passages of an episode, in their order."""

    def __init__(self) -> None:
        self._turns: deque[_Turn] = deque(maxlen=BETWEEN + 2)
        self._count = 0

    def back(self, passage: Passage, words: int) -> int:
        """How many passages before this one, which has so many words, the end of the question
        stands that its turn answers: that of the last turn of any length by somebody else. 0 where
        there is none."""
        turn = self._turns[-1] if self._turns else None
        if turn is None or turn.number != passage.turn:
            speaker = passage.speaker.name if passage.kind is Kind.SPEECH else None
            turn = _Turn(passage.turn, speaker, 0, 0, False, self._question(speaker))
            self._turns.append(turn)
        turn.words += words
        turn.last = self._count
        turn.asks = turn.speaker is not None and bool(_ASKS.search(passage.text[-END:]))
        self._count += 1
        return 0 if turn.question is None or words < SHORT else turn.last - turn.question

    def _question(self, speaker: str | None) -> int | None:
        if speaker is None:
            return None
        for turn in list(self._turns)[: -BETWEEN - 2 : -1]:
            if turn.words >= SHORT and turn.speaker != speaker:
                return turn.last if turn.asks else None
        return None


def fingerprint(words: Sequence[str]) -> int:
    """A number that passages have in common which say the same, given as their folded words; 0 for
    what is so short that it says nothing."""
    if len(words) < SAID_ONCE:
        return 0
    return zlib.crc32(" ".join(words).encode("utf-8", "replace"))
