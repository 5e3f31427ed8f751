"""What is added to the scores of the best, too dear to be worked out for all that match:

- how much of the query the passage holds, itself or in the speaker's name (``_held``);
- the words that only its question holds;
- three words in a row as the query has them, or as its question has them;
- as much as most of what the passage has that it goes on from, or that goes on from it;
- nothing more than the last of these best, for a passage that says what a better one says.

So the best stay the best, however much is found, and pages are cuts of one order.
"""

from __future__ import annotations

import numpy as np

from talksearch.engines.whoosh.arrays import Array
from talksearch.engines.whoosh.ranking import Ranking
from talksearch.engines.whoosh.rows import threes
from talksearch.engines.whoosh.sets import NONE, united
from talksearch.engines.whoosh.thoughts import next_to

__all__ = ["Sharpening"]

# A word that the question of an answer holds, and the passage does not.
ONLY_ASKED = 0.3
# What one speaker says is one thought: a passage of the result has so much of the score of the one
# beside it at least, and of the next but one so much of that.
OF_THOUGHT = 0.8
REACH = 2
# All words of the query in one passage; of the share that it holds, the cube counts.
OF_HELD = 0.1
# Three words one after the other, as typed.
IN_A_ROW = 0.2
# Of so many passages all this is worked out.
BEST = 50
# Where nothing is to be added, so many are looked at for what is said twice.
ONCE = 30


class Sharpening:
    """Of one result, in whose order it has a part. What it did is kept, to be explained."""

    def __init__(self, ranking: Ranking) -> None:
        self.ranking, self._evaluation = ranking, ranking.evaluation
        # Whether there is nothing to be added, and how many of the best are worth a closer look.
        self.is_idle = len(ranking.line) < 2
        self.depth = ONCE if self.is_idle else BEST
        self._best: tuple[Array, dict[str, Array]] = NONE, {}
        self._thought: tuple[Array, Array] = NONE, np.empty(0)

    def sharpen(self, documents: Array) -> Array:
        """What is added to the scores of the best passages (ascending)."""
        if self.is_idle:
            self._best = documents, {}
            return np.zeros(len(documents))
        back = self._evaluation.snapshot.relations.back[documents]
        questions = np.where(back > 0, documents - back, -1)
        among, at, asked_at = _together(documents, questions)
        holding, in_a_row = self._holding(among), self._in_a_row(among)
        here, asked = holding[:, at], holding[:, asked_at]
        borne = np.zeros_like(here)
        for row, word in zip(borne, self.ranking.words, strict=True):
            row[:] = self.ranking.bears(word, documents)
        # Who is but called by their name is not asked by that, as in ``Ranking``.
        asked = asked & ((asked & ~borne).any(axis=0) | borne.all(axis=0))
        parts = {
            "how much of the query": self._held(here | borne),
            "the question": ONLY_ASKED * self._sum_of(asked & ~here) + in_a_row[asked_at],
            "words in a row": in_a_row[at],
        }
        self._best = documents, parts
        return sum(parts.values(), np.zeros(len(documents)))

    def lower(self, losses: Array) -> None:
        """Note what the best passages lose, of which each was told what is added to it."""
        self._best[1]["said in a better hit"] = -losses

    def of_thoughts(self, documents: Array, scores: Array) -> tuple[Array, Array]:
        """The passages that match beside the best, of which all scores are known, ascending, and
        what they have at least: those that are among the best by it."""
        steps = np.repeat([-1, 1], len(documents))
        found, least = np.concatenate([documents] * 2), np.concatenate([scores] * 2)
        enough = scores.min(initial=np.inf)
        beside, reached = [], []
        for _ in range(REACH):
            found, least = next_to(self._evaluation.snapshot, found, steps), OF_THOUGHT * least
            kept = (found >= 0) & (least > enough)
            found, least, steps = found[kept], least[kept], steps[kept]
            beside.append(found)
            reached.append(least)
        every, values = np.concatenate(beside), np.concatenate(reached)
        among = united([every])
        highest = np.zeros(len(among))
        np.maximum.at(highest, among.searchsorted(every), values)
        matching = self._evaluation.scored(self.ranking.query).matches(among)
        return among[matching], highest[matching]

    def raise_to(self, documents: Array, gains: Array) -> None:
        """Note what passages have more by the thought that they are of."""
        self._thought = documents, gains

    def _held(self, holding: Array) -> Array:
        if not self.ranking.words:
            return np.zeros(holding.shape[1])
        return OF_HELD * self._sum_of(holding) ** 3 / self.ranking.whole**2

    def _in_a_row(self, among: Array) -> Array:
        """For each three words of the query that stand so in a document their mean worth, and 0 for
        none behind the last."""
        found = np.zeros(len(among) + 1)
        line, finding = self.ranking.line, self.ranking.finding
        for three, places in threes(self._evaluation.snapshot, line, finding, among):
            found[places] += IN_A_ROW * sum(map(self.ranking.shares.worth, three)) / 3
        return found

    def _holding(self, among: Array) -> Array:
        """Which of some documents, and of none behind the last, hold each of the typed words: a row
        of masks for each."""
        holding = np.zeros((len(self.ranking.words), len(among) + 1), bool)
        for row, word in zip(holding, self.ranking.words, strict=True):
            row[:-1] = self._evaluation.scored(word).matches(among)
        return holding

    def _sum_of(self, masks: Array) -> Array:
        """What the typed words are worth that the masks tell of, for each document."""
        worths = np.array([self.ranking.shares.worth(word) for word in self.ranking.words])
        found: Array = worths @ masks
        return found

    def explained(self, number: int) -> list[tuple[str, float]]:
        """What is added to the scores of a passage's words in all, by reason."""
        parts = self.ranking.explained(number)
        documents, added = self._best
        place = np.flatnonzero(documents == number)
        for name, gains in added.items() if len(place) else ():
            parts[name] = parts.get(name, 0.0) + float(gains[place[0]])
        documents, gains = self._thought
        for gain in gains[documents == number].tolist():
            parts["the same thought"] = gain
        return list(parts.items())


def _together(documents: Array, questions: Array) -> tuple[Array, Array, Array]:
    """All of these documents, ascending, and the place of each of both among them; -1, which is no
    document, stands behind the last."""
    among = united([documents, questions[questions >= 0]])
    asked_at = np.where(questions < 0, len(among), among.searchsorted(questions))
    return among, among.searchsorted(documents), asked_at
