"""What the words of a query give to a passage: by themselves, by the passage before it, and by what
its episode is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from talksearch.engines.whoosh.arrays import Array
from talksearch.engines.whoosh.evaluate import Evaluation
from talksearch.engines.whoosh.scoring import K1, Fixed, Scored, saturated, worth
from talksearch.engines.whoosh.sets import pieces, worked_out
from talksearch.once import cached_property
from talksearch.query.nodes import And, Node, Or, Term, Then, Words, is_scored
from talksearch.query.tree import conjuncts
from talksearch.words import fold_words

__all__ = ["SHARE_OF_PREVIOUS", "Shares"]

# An answer seldom repeats its question: a passage has a share in the score of the one before it.
SHARE_OF_PREVIOUS = 0.15
# What an episode is about is not said in every passage: a share in the episode's score.
SHARE_OF_EPISODE = 0.5
# It is in its title: a share of what a word is worth that stands there.
SHARE_OF_TITLE = 0.1


class Shares:
    """``scored`` are the parts of a query that rank; ``said`` is what these score anywhere, its
    conditions aside; None where there are none."""

    def __init__(self, evaluation: Evaluation, query: Node) -> None:
        self.evaluation, self.query = evaluation, query
        self.scored = [part for part in conjuncts(query) if is_scored(part)]
        self.said = _said(evaluation, self.scored)

    def ranked(self, places: Array | None, known: tuple[Array, Array] | None = None) -> Fixed:
        """Some of the passages that ``said`` finds, by their places, or all, with what words give
        to them: their own (what ``own`` tells, where that is ``known``), those of the passage
        before, and of the episode."""
        if places is None:
            return self._all_ranked()
        documents, own = known or self.own(places)
        former, before = self.own(np.maximum(places - 1, 0))
        # The record of an episode stands before its passages, and says nothing.
        before *= former == documents - 1
        before *= SHARE_OF_PREVIOUS
        return Fixed(documents, self._sum(own, before, documents))

    def _all_ranked(self) -> Fixed:
        assert self.said is not None
        documents = self.said.documents
        scores = np.empty(len(documents))
        for piece in pieces(len(documents)):
            first = max(piece.start - 1, 0)  # which gives to the next one
            theirs = documents[first : piece.stop]
            own = self.weighed(self.said.scores_at(slice(first, piece.stop), theirs), theirs)
            before = np.zeros(len(own))
            np.multiply(own[:-1], theirs[1:] == theirs[:-1] + 1, out=before[1:])
            before *= SHARE_OF_PREVIOUS
            scores[piece] = (own + before + self.of_episodes(theirs))[piece.start - first :]
        return Fixed(documents, scores)

    def ranked_of(self, documents: Array, own: Array) -> Fixed:
        """Likewise any of the passages, by their numbers (ascending), of which what they have of
        themselves is known."""
        return Fixed(documents, self._sum(own, self.before(documents), documents))

    def _sum(self, own: Array, before: Array, documents: Array) -> Array:
        return worked_out(
            lambda a, b, theirs: a + b + self.of_episodes(theirs), own, before, documents
        )

    def own_of(self, documents: Array) -> Array:
        """What any passages (ascending) have of themselves."""
        assert self.said is not None
        return self.weighed(self.said.at(documents), documents)

    def weighed(self, scores: Array, documents: Array) -> Array:
        """What is left of scores by the lengths of the passages."""
        weights = self.evaluation.snapshot.weights
        return worked_out(lambda some, theirs: some * weights(theirs), scores, documents)

    def own(self, places: Array | None) -> tuple[Array, Array]:
        """Some of the passages that ``said`` finds, or all, and what each has of itself."""
        assert self.said is not None
        if places is None:
            documents, scores = self.said.documents, self.said.scores
        else:
            documents = self.said.documents_at(places)
            scores = self.said.scores_at(places, documents)
        return documents, self.weighed(scores, documents)

    def before(self, documents: Array) -> Array:
        """What the passage before each of any passages (ascending) gives."""
        return SHARE_OF_PREVIOUS * self.own_of(documents - 1)

    def of_episodes(self, documents: Array) -> Array:
        """What the episode of each gives."""
        found: Array = self.about[self.evaluation.snapshot.episodes.of[documents]]
        return found

    @cached_property
    def about(self) -> Array:
        """What each episode, by its number, gives to its passages."""
        snapshot = self.evaluation.snapshot
        found = SHARE_OF_EPISODE * self._episodes()
        for word, forms in self.naming.items():
            if snapshot.relations.knows("title", forms):
                found[snapshot.relations.titled(forms)] += SHARE_OF_TITLE * self.worth(word)
        return found

    def worth(self, word: Node) -> float:
        """The most that a word gives to a passage."""
        return worth(self.evaluation.snapshot.total, self.evaluation.scored(word).count)

    @cached_property
    def naming(self) -> dict[Term, tuple[str, ...]]:
        """The words of the query that may stand in titles and names, as these have them; not the
        common ones."""
        words = {word: fold_words(word.text) for word in _ranked_terms(self.query)}
        return {
            word: forms
            for word, forms in words.items()
            if self.evaluation.snapshot.relations.may_have(forms)
            and not self.evaluation.is_common(word)
        }

    def _episodes(self) -> Array:
        """BM25 of whole episodes for the words of the query, without regard to their length."""
        snapshot = self.evaluation.snapshot
        total = np.zeros(len(snapshot.episodes.live))
        for leaf in dict.fromkeys(_ranked_terms(self.query)):
            analysed = self.evaluation.stems(leaf.text)
            if len(analysed) == 1:
                word = self.evaluation.word("text", analysed[0])
                episodes, frequencies = snapshot.episodes.about(word)
                most = worth(snapshot.episodes.count, len(episodes))
                total[episodes] += most * saturated(frequencies, K1)
        return total


def _said(evaluation: Evaluation, scored: Sequence[Node]) -> Scored | None:
    if not scored:
        return None
    return evaluation.scored(scored[0] if len(scored) == 1 else And(tuple(scored)))


def _ranked_terms(query: Node) -> Iterator[Term]:
    match query:
        case Term():
            yield query
        case And(children) | Or(children) | Words(children):
            for child in children:
                yield from _ranked_terms(child)
        case Then(left, right):
            yield from _ranked_terms(left)
            yield from _ranked_terms(right)
