"""A query tree over a snapshot: which passages match, and how well.

Whole result sets at a time rather than one document after the other with Whoosh's matchers: counts
over the whole result are needed for every page anyway (totals, facets), and Whoosh's ways to them
mislead (a result's length under a filter that matches nothing, collapsing, grouping). Whoosh
serves postings; And, Or and Not are operations on sets.

Scores are BM25 (Robertson et al., TREC-3) with k1 = 0.9 and b = 0.4, which suits passages of even
length, and an idf that is never negative and weighs what is nearly everywhere still less. A word's
inflections count as one term, so its frequency is the sum of theirs; prefixes and fuzzy words are
sums over the words they stand for.

The order of a result is by these scores with three adjustments (``ranking``). The constants were
chosen on a judged set; bench/README.md has the figures.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Set

from talksearch.engines.whoosh.filters import filter_documents, range_documents
from talksearch.engines.whoosh.snapshot import Snapshot
from talksearch.errors import UnsupportedQueryError
from talksearch.query.nodes import (
    And,
    DateRange,
    Everything,
    Filter,
    Fuzzy,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Term,
    Words,
    is_scored,
)
from talksearch.query.tree import conjuncts
from talksearch.words import fold_words, stem

K1 = 0.9
B = 0.4

# A word that is in one passage of eight is common, in an archive that is not small.
COMMON_SHARE = 1 / 8
SMALL = 200
# A word as frequent as to have this idf counts half of what BM25 gives it.
COMMON = 0.5
# A passage of few words says little: one of so many counts half.
SHORT = 3
# An answer seldom repeats its question: a passage has a share in the score of the one before it.
SHARE_OF_PREVIOUS = 0.15
# What an episode is about is not said in every passage: a share in the episode's score.
SHARE_OF_EPISODE = 0.3

Scores = dict[int, float]
Analysed = list[tuple[str, ...]]
"""The words of a term or phrase in order, each as the index terms that may stand for it."""


class Evaluation:
    """Evaluates nodes over one snapshot, remembering each (facets ask again for parts)."""

    def __init__(
        self, snapshot: Snapshot, languages: tuple[str, ...], whole: Evaluation | None = None
    ) -> None:
        self.snapshot = snapshot
        self.languages = languages
        self._whole = whole or self
        self._scores: dict[Node, Scores] = {}
        self._documents: dict[Node, Set[int]] = {}
        self._rankings: dict[Node, Scores] = {}
        self._about: dict[Node, Scores] = {}
        self._weights: dict[tuple[str, tuple[str, ...]], dict[int, float]] = {}

    def narrowed(self, numbers: Set[int]) -> Evaluation:
        """One that matches as this does, but looks at these passages only. Its scores mean
        nothing."""
        return Evaluation(self.snapshot.narrowed(numbers), self.languages, self._whole)

    def documents(self, node: Node) -> Set[int]:
        """The passages that match."""
        if node in self._scores:
            return self._scores[node].keys()
        if node not in self._documents:
            self._documents[node] = self._match(node)
        return self._documents[node]

    def scores(self, node: Node) -> Scores:
        """The passages that match with their scores; 0 where nothing ranks."""
        if node not in self._scores:
            self._scores[node] = self._score(node)
        return self._scores[node]

    def ranking(self, query: Node) -> Scores:
        """The passages that match, with the score that they are ordered by."""
        if query not in self._rankings:
            self._rankings[query] = self._rank(query)
        return self._rankings[query]

    def adjustments(self, query: Node, number: int) -> list[tuple[str, float]]:
        """What ``ranking`` adds to the scores of the words, by reason."""
        said, length = self._said(query), self.snapshot.lengths[number]
        own = said.get(number, 0.0)
        adjusted = own * length / (length + SHORT)
        episodes, _ = self.snapshot.column("episode")
        episode = SHARE_OF_EPISODE * self._episodes(query).get(episodes[number], 0.0)
        previous = self.ranking(query)[number] - adjusted - episode
        return [
            ("its length", adjusted - own),
            ("the passage before", previous),
            ("the episode", episode),
        ]

    def _rank(self, query: Node) -> Scores:
        matching = self.documents(query)
        said = self._said(query)
        if not said:
            return dict.fromkeys(matching, 0.0)
        about = self._episodes(query)
        episodes, _ = self.snapshot.column("episode")
        lengths = self.snapshot.lengths
        ranked = {}
        for number in matching:
            score = said.get(number, 0.0) * lengths[number] / (lengths[number] + SHORT)
            # Passages of an episode have consecutive numbers.
            before = said.get(number - 1)
            if before and episodes[number] == episodes[number - 1]:
                length = lengths[number - 1]
                score += SHARE_OF_PREVIOUS * before * length / (length + SHORT)
            ranked[number] = score + SHARE_OF_EPISODE * about.get(episodes[number], 0.0)
        return ranked

    def _episodes(self, query: Node) -> Scores:
        """BM25 of whole episodes for the words of a query, without regard to their length."""
        if query not in self._about:
            episodes, values = self.snapshot.column("episode")
            total: Scores = {}
            for leaf in dict.fromkeys(_ranked_terms(query)):
                occurrences: dict[int, float] = {}
                analysed = self._stems(leaf.text)
                if len(analysed) != 1:
                    continue
                for number, weight in self._frequencies("text", analysed[0]).items():
                    episode = episodes[number]
                    occurrences[episode] = occurrences.get(episode, 0.0) + weight
                gain = _idf(sum(map(bool, values)), len(occurrences)) * (K1 + 1)
                for episode, weight in occurrences.items():
                    total[episode] = total.get(episode, 0.0) + gain * weight / (weight + K1)
            self._about[query] = total
        return self._about[query]

    def _said(self, query: Node) -> Scores:
        """What the words of the query score anywhere, its conditions aside."""
        scored = [part for part in conjuncts(query) if is_scored(part)]
        if not scored:
            return {}
        return self.scores(scored[0] if len(scored) == 1 else And(tuple(scored)))

    def _match(self, node: Node) -> Set[int]:
        match node:
            case Everything():
                return self.snapshot.passages
            case Filter():
                return filter_documents(self.snapshot, node)
            case DateRange():
                return range_documents(self.snapshot, node)
            case Not(child):
                return self.snapshot.passages - self.documents(child)
            case And(children):
                return _intersection([self.documents(child) for child in children])
            case Or(children):
                return set().union(*map(self.documents, children))
            case Words(children):
                return set().union(*map(self.documents, self._finding(children)))
        return self.scores(node).keys()

    def _score(self, node: Node) -> Scores:
        match node:
            case Term(text):
                return self._sequence("text", self._stems(text))
            case Phrase(text):
                return self._sequence("exact", [(form,) for form in fold_words(text)])
            case Prefix() | Fuzzy():
                terms = self.expansions(node)
                return _sum(self._bm25(self.snapshot.weights("exact", term)) for term in terms)
            case Near():
                return self._near(node)
            case Or(children):
                return _sum(map(self.scores, children))
            case Words(children):
                scores = _sum(map(self.scores, children))
                if len(self._finding(children)) == len(children):
                    return scores
                return {number: scores[number] for number in self._match(node)}
            case And(children):
                matching = self.documents(node)
                scored = [self.scores(child) for child in children if is_scored(child)]
                return {n: sum(s[n] for s in scored if n in s) for n in matching}
            case Everything() | Filter() | DateRange() | Not():
                return dict.fromkeys(self.documents(node), 0.0)
        raise UnsupportedQueryError(f"this engine cannot evaluate {type(node).__name__}")

    # Words and phrases

    def is_common(self, node: Node) -> bool:
        """Whether a word is in so many passages that it says nothing about the one it is in. In a
        small archive none is: there every word is in many."""
        among = self._whole.snapshot.total
        if not isinstance(node, Term) or among < SMALL:
            return False
        most_of_rare = among * COMMON_SHARE
        least, most = self._bounds(node)
        if least > most_of_rare or most <= most_of_rare:
            return least > most_of_rare
        return len(self._whole.documents(node)) > most_of_rare

    def _bounds(self, node: Term) -> tuple[int, int]:
        """How many passages hold a word, at least and at most, without reading any."""
        forms = [
            [self.snapshot.frequencies("text", term) for term in terms]
            for terms in self._stems(node.text)
        ]
        most = min((sum(high for _, high in form) for form in forms), default=0)
        least = max(low for low, _ in forms[0]) if len(forms) == 1 else 0
        return least, most

    def _finding(self, children: tuple[Node, ...]) -> tuple[Node, ...]:
        """Of words side by side, those by which a passage is found: the common ones only rank,
        unless there are no others."""
        return tuple(child for child in children if not self.is_common(child)) or children

    def _stems(self, text: str) -> Analysed:
        return [
            tuple(dict.fromkeys(stem(form, language) for language in self.languages)) or (form,)
            for form in fold_words(text)
        ]

    def _sequence(self, field: str, analysed: Analysed) -> Scores:
        """A word, or several directly after one another (``node.js``, a phrase, a word of a
        script without spaces)."""
        if len(analysed) == 1:
            return self._bm25(self._frequencies(field, analysed[0]))
        starts = self._starts(field, analysed)
        among = set(starts)
        scores: Scores = dict.fromkeys(among, 0.0)
        for terms in {*analysed}:
            for number, score in self._bm25(self._frequencies(field, terms)).items():
                if number in among:
                    scores[number] += score
        return scores

    def _starts(self, field: str, analysed: Analysed) -> dict[int, list[int]]:
        """Where the sequence begins, by passage. One word is a sequence too."""
        if not analysed:
            return {}
        among = _intersection(
            [self._frequencies(field, terms).keys() for terms in {*analysed}] or [set()]
        )
        places = {terms: self._positions(field, terms, among) for terms in {*analysed}}
        found = {}
        for number in among:
            starts = set.intersection(
                *({p - i for p in places[terms][number]} for i, terms in enumerate(analysed))
            )
            if starts:
                found[number] = sorted(starts)
        return found

    def _near(self, node: Near) -> Scores:
        left, right = (positional(self, side) for side in (node.left, node.right))
        ends = [self._starts(field, analysed) for field, analysed in (left, right)]
        spans = len(left[1]) - 1, len(right[1]) - 1
        matching = {
            number
            for number in ends[0].keys() & ends[1].keys()
            if _within(ends[0][number], ends[1][number], spans, node.distance)
        }
        return {
            n: score
            for n, score in _sum([self.scores(node.left), self.scores(node.right)]).items()
            if n in matching
        }

    def _frequencies(self, field: str, terms: tuple[str, ...]) -> dict[int, float]:
        if (field, terms) not in self._weights:
            self._weights[field, terms] = _sum(self.snapshot.weights(field, t) for t in terms)
        return self._weights[field, terms]

    def _positions(self, field: str, terms: Iterable[str], among: set[int]) -> dict[int, list[int]]:
        merged: dict[int, list[int]] = {}
        for term in terms:
            for number, positions in self.snapshot.positions(field, term, among).items():
                merged.setdefault(number, []).extend(positions)
        return merged

    # Prefixes and fuzzy words

    def expansions(self, node: Prefix | Fuzzy) -> list[str]:
        """The words of the index that a prefix or a fuzzy word stands for."""
        forms = fold_words(node.text)
        if len(forms) != 1:
            raise UnsupportedQueryError(f"{node} is more than one word; a phrase may be meant")
        if isinstance(node, Prefix):
            return self.snapshot.terms("exact", forms[0])
        return sorted(self.snapshot.terms_within("exact", forms[0], node.distance, prefix=1))

    # Scoring

    def _bm25(self, frequencies: dict[int, float]) -> Scores:
        if not frequencies:
            return {}
        snapshot = self.snapshot
        among, lengths = len(snapshot.passages), snapshot.lengths
        gain = _idf(among, len(frequencies)) * (K1 + 1)
        flat, slope = K1 * (1 - B), K1 * B / snapshot.average_length
        return {n: gain * tf / (tf + flat + slope * lengths[n]) for n, tf in frequencies.items()}


def _idf(among: int, having: int) -> float:
    idf = math.log(1 + (among - having + 0.5) / (having + 0.5))
    return idf * idf / (idf + COMMON)


def _ranked_terms(query: Node) -> Iterator[Term]:
    match query:
        case Term():
            yield query
        case And(children) | Or(children) | Words(children):
            for child in children:
                yield from _ranked_terms(child)


def positional(evaluation: Evaluation, node: Term | Phrase) -> tuple[str, Analysed]:
    """The field that a word or phrase is looked for in, and its terms."""
    # Word numbers are the same in both fields, so a stemmed word may stand near an exact phrase.
    if isinstance(node, Phrase):
        return "exact", [(form,) for form in fold_words(node.text)]
    return "text", evaluation._stems(node.text)


def _within(left: list[int], right: list[int], spans: tuple[int, int], distance: int) -> bool:
    """Whether any of the left stands at most ``distance`` words from any of the right."""
    return any(
        0 < (b - (a + spans[0]) if a < b else a - (b + spans[1])) <= distance
        for a in left
        for b in right
    )


def _sum(parts: Iterable[Scores]) -> Scores:
    total: Scores = {}
    for part in parts:
        if not total:
            total = dict(part)
            continue
        for number, score in part.items():
            total[number] = total.get(number, 0.0) + score
    return total


def _intersection(sets: Iterable[Set[int]]) -> set[int]:
    smallest, *rest = sorted(sets, key=len)
    result = set(smallest)
    for other in rest:
        result &= other
    return result
