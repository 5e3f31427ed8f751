"""What orders a result beside BM25: transcripts are conversations.

A speaker does not say their own name, an answer does not repeat its question, and what an episode
is about is in its title. So the score of a passage is a sum of

- what its words score, lessened where it is short, and in show notes;
- shares in the scores of the passage before it and of its episode (``shares.py``);
- the query's words that are in the speaker's name, or in what they do and for whom (``_who``);
- of an answer, a share in its question's score, where that holds most of the words (``asked``),
  and more of them than the name of who answers.

What is added to those of the best is in ``sharpening.py``.

Each word counts for what it is worth: what BM25 gives it at most. The constants were chosen by
cross-validation on a judged set (``bench/tune.py``); ``bench/README.md`` has what each part gave.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from talksearch.engines.whoosh.arrays import Array
from talksearch.engines.whoosh.evaluate import Evaluation
from talksearch.engines.whoosh.rows import threes
from talksearch.engines.whoosh.scoring import OF_NOTES, ROUNDING
from talksearch.engines.whoosh.sets import NONE, member, united
from talksearch.engines.whoosh.shares import Shares
from talksearch.engines.whoosh.unions import in_parts
from talksearch.once import cached_property
from talksearch.query.nodes import Node, Term, Words, is_scored, is_word
from talksearch.query.tree import all_of, conjuncts

__all__ = ["Ranking"]

# A word of the query in the name of who speaks; in their occupation or organization.
OF_NAME = 0.9
OF_WORK = 0.15
# Who says their own name says nothing more of what is asked of them: of what such a word gives as
# it is said, the name gives so much less.
OF_OWN_NAME = 0.5
# What the first passage of an answer has of its question's score, by how much of the query the
# question holds; less than half of it does not count.
OF_QUESTION = 0.33
ENOUGH_ASKED = 0.5


@dataclass(frozen=True, slots=True)
class Answers:
    """Passages that answer a question which holds most of the words: their numbers, ascending, and
    those of the passages in which the questions end; what a question gives to its answer."""

    documents: Array
    questions: Array
    gains: Array


_NO_ANSWERS = Answers(NONE, NONE, np.empty(0))


class Ranking:
    """What a query finds in a snapshot, and in which order it should stand."""

    def __init__(self, evaluation: Evaluation, query: Node) -> None:
        self.evaluation, self.query = evaluation, query
        self.shares = Shares(evaluation, query)
        self.said = self.shares.said
        scored = self.shares.scored
        typed = (part.children for part in scored if isinstance(part, Words))
        self.typed: tuple[Node, ...] = tuple(chain.from_iterable(typed))
        """What is typed side by side, of which passages that hold all come first."""
        is_plain = len(scored) == 1 and all(map(is_word, self.typed))
        self.line = self.typed if is_plain else ()
        """Likewise, if it is words, and all that is asked for."""
        self.finding = evaluation.finding(self.line)
        """Those of them by which passages are found."""
        self.words = self.finding if len(self.finding) > 1 else ()
        """Likewise, if they are several: of one word, no passage holds more or less."""

    # What is found

    @property
    def count(self) -> int:
        """How many passages are found."""
        return self.evaluation.scored(self.query).count + len(self.unsaid)

    @cached_property
    def documents(self) -> Array:
        """The passages that are found, ascending: those that match, and, where plain words are
        asked for, those that answer a question which holds most of them."""
        matching = self.evaluation.documents(self.query)
        if not len(self.unsaid):
            return matching
        return np.insert(matching, matching.searchsorted(self.unsaid), self.unsaid)

    @cached_property
    def unsaid(self) -> Array:
        """Those of them that hold none of the words."""
        found = self.asked.documents
        if not len(found) or self.said is None:
            return NONE
        found = found[~self.said.matches(found)]
        for part in conjuncts(self.query):
            if not is_scored(part):
                found = found[self.evaluation.mask(part)[found]]
        return found

    @property
    def asked(self) -> Answers:
        """All answers of the archive to a question that holds most of the words."""
        # Facets ask for the same words under other conditions.
        known: dict[Any, Answers] = self.evaluation.known
        if self.line not in known:
            known[self.line] = self._find_answers()
        return known[self.line]

    def _find_answers(self) -> Answers:
        if len(self.line) < 2 or self.said is None:
            return _NO_ANSWERS
        relations = self.evaluation.snapshot.relations
        held = np.zeros(len(relations.questions))
        for word in self.finding:
            places = relations.question_at[self.evaluation.scored(word).documents]
            held[places[places >= 0]] += self.shares.worth(word)
        enough = np.flatnonzero(held >= ENOUGH_ASKED * self.whole - ROUNDING)
        if not self.words:
            enough = enough[self._are_asked_alike(relations.questions[enough])]
        questions = relations.questions[enough]
        gains = OF_QUESTION * self.said.at(questions) * held[enough] / self.whole
        documents, of = relations.answers(enough)
        return Answers(documents, questions[of], gains[of])

    def _are_asked_alike(self, questions: Array) -> Array:
        """Which of some questions hold all that is typed, and three words of it in a row."""
        found = np.zeros(len(questions), bool)
        for _, places in threes(self.evaluation.snapshot, self.line, self.finding, questions):
            found[places] = True
        for word in self.line:
            found &= self.evaluation.scored(word).matches(questions)
        return found

    @property
    def is_asked_alike(self) -> bool:
        """Whether answers are found of which one word alone tells what they are about: then their
        questions hold all that is typed."""
        return not self.words and len(self.asked.documents) > 0

    def question(self, number: int) -> int | None:
        """The passage in which the question ends that a passage is found by, too."""
        asked = self.asked
        place = int(asked.documents.searchsorted(number))
        if place == len(asked.documents) or asked.documents[place] != number:
            return None
        return int(asked.questions[place])

    def complete(self, documents: Array) -> Array:
        """Which of some documents hold all that is typed side by side, as a mask: they come first.
        A word in the name of who speaks is held, for nobody says their own; but one is said."""
        named = [part for part in self.typed if part in self.speakers]
        others = all_of(part for part in self.typed if part not in named)
        found = self.evaluation.matches(others, documents)
        for word in named:
            said = self.evaluation.matches(word, documents)
            found = found & (said | self.speakers[word][documents])
        if len(named) == len(self.typed) and self.said is not None:
            found = found & self.said.matches(documents)
        if self.is_asked_alike:
            found = found | member(documents, self.asked.documents)[1]
        return found

    def is_name_in(self, word: Node, documents: Array) -> bool:
        """Whether a word is in the name of who speaks in any of some documents."""
        return word in self.speakers and bool(self.speakers[word][documents].any())

    # The first step

    @property
    def all_scores(self) -> Array:
        """What orders all that is found, before the best are sharpened."""
        matching = self.evaluation.documents(self.query)
        if self.said is None:
            return np.zeros(len(matching))
        places = None if len(matching) == self.said.count else self.said.find(matching)[0]
        scores: Array = self.shares.ranked(places).scores
        if not self.raises:
            return scores
        at = matching.searchsorted(self.unsaid)
        return np.insert(scores, at, self._unsaid_scores) + self._raise(self.documents)

    def scores(self, documents: Array) -> Array:
        """Likewise of some of the passages that match (ascending)."""
        if self.said is None:
            return np.zeros(len(documents))
        found = self.shares.ranked_of(documents, self.shares.own_of(documents))
        return found.scores + self._raise(documents)

    def unsaid_scores(self) -> Array:
        """Likewise of those that hold none of the words."""
        return self._unsaid_scores + self._raise(self.unsaid)

    @property
    def _unsaid_scores(self) -> Array:
        if not len(self.unsaid):
            return np.empty(0)
        return self.shares.before(self.unsaid) + self.shares.of_episodes(self.unsaid)

    def _raise(self, documents: Array) -> Array:
        return self._who(documents) + self._asked(documents)

    @property
    def raises(self) -> bool:
        """Whether anything gives more than words, the passage before and the episode do."""
        return bool(self._named) or len(self.asked.documents) > 0

    def raised(self, among: Array | None) -> Array:
        """Those of some passages (ascending) that have more; of those that match, if none are
        given."""
        found = []
        for documents in in_parts(self.evaluation.scored(self.query)) if among is None else [among]:
            found += [documents[naming[documents]] for naming, _ in self._named]
            found.append(documents[member(self.asked.documents, documents)[0]])
        return united(found)

    def _who(self, documents: Array) -> Array:
        found = np.zeros(len(documents))
        for naming, gain in self._named:
            found += gain * naming[documents]
        for word, naming in self.speakers.items():
            theirs = naming[documents].nonzero()[0]
            said = self.evaluation.scored(word).at(documents[theirs])
            found[theirs] -= OF_NAME * OF_OWN_NAME * said
        return found

    @cached_property
    def _named(self) -> list[tuple[Array, float]]:
        """The masks of the passages whose speakers are named by words of the query, and what each
        gives."""
        if not self.shares.naming:
            return []
        found = [
            (naming, OF_NAME * self.shares.worth(word)) for word, naming in self.speakers.items()
        ]
        for name in ("org", "job"):
            work = self._names(name)
            found += [(naming, OF_WORK * self.shares.worth(word)) for word, naming in work.items()]
        return found

    @cached_property
    def whole(self) -> float:
        """What the words are worth together by which passages are found."""
        return sum(map(self.shares.worth, self.finding))

    @cached_property
    def speakers(self) -> dict[Term, Array]:
        """The words of the query that are in names of who speaks, with the masks of the passages
        that they say."""
        return self._names("speaker")

    @property
    def named(self) -> Array | None:
        """For each document the share of the query that is in the name of who speaks; None where no
        word of it is in anybody's."""
        if not self.words or not self.speakers:
            return None
        found = np.zeros(self.evaluation.snapshot.size, np.float32)
        for word, naming in self.speakers.items():
            found[naming] += self.shares.worth(word) / self.whole
        return found

    def _names(self, name: str) -> dict[Term, Array]:
        """The words of the query that stand in values of a field, with the masks of the passages
        that have such a value."""
        relations, found = self.evaluation.snapshot.relations, {}
        for word, forms in self.shares.naming.items():
            if relations.knows(name, forms):
                found[word] = relations.with_words(name, forms)
        return found

    def _asked(self, documents: Array) -> Array:
        found = np.zeros(len(documents))
        places, there = member(self.asked.documents, documents)
        found[places] = self._gains[there]
        return found

    @cached_property
    def _gains(self) -> Array:
        """What each answer has of its question. Who is but called by their name in it is not asked
        by that: of the rest that is looked for, it has to hold something."""
        answers, questions, gains = self.asked.documents, self.asked.questions, self.asked.gains
        if not self.speakers:
            return gains
        is_all, is_asked = np.ones(len(answers), bool), np.zeros(len(answers), bool)
        for word in self.finding:
            borne = self.bears(word, answers)
            is_all &= borne
            is_asked |= ~borne & self.evaluation.scored(word).matches(questions)
        return np.where(is_all | is_asked, gains, 0.0)

    def bears(self, word: Node, documents: Array) -> Array:
        """In which of some documents a word is in the name of who speaks, as a mask."""
        if isinstance(word, Term) and word in self.speakers:
            return self.speakers[word][documents]
        return np.zeros(len(documents), bool)

    # Reasons

    def explained(self, number: int) -> dict[str, float]:
        """What is added to the scores of a passage's words, by reason."""
        if self.said is None:
            return {}
        document = np.array([number])
        places, found = self.said.find(document)
        parts = {"its length": 0.0, "show notes": 0.0}
        if found[0]:
            own = float(self.shares.own(places)[1][0])
            if self.evaluation.snapshot.are_notes(document)[0]:
                parts["show notes"] = own - own / OF_NOTES
            parts["its length"] = own - parts["show notes"] - float(self.said.at(document)[0])
        parts |= {
            "the passage before": float(self.shares.before(document)[0]),
            "the episode": float(self.shares.of_episodes(document)[0]),
            "who says it": float(self._who(document)[0]),
            "the question": float(self._asked(document)[0]),
        }
        return parts
