"""A query tree over a snapshot: which passages match, and how well.

Whole result sets at a time, over the arrays of the index: counts over the whole result are needed
for every page anyway (totals, facets), and Whoosh's ways to them mislead (a result's length under a
filter that matches nothing, collapsing, grouping).

A word's inflections count as one term, so its frequency is the sum of theirs; prefixes and fuzzy
words are sums over the words they stand for. What ranks is kept as scored documents, what only lets
through as masks.

What else orders a result is in ``ranking.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from itertools import product
from typing import Any

import numpy as np

from talksearch.compounds import COMPOUND, written_solid
from talksearch.engines.whoosh import unspaced
from talksearch.engines.whoosh.arrays import Array
from talksearch.engines.whoosh.filters import filter_mask, in_range, range_mask
from talksearch.engines.whoosh.fuzzy import terms_within, words_within
from talksearch.engines.whoosh.leaves import Word
from talksearch.engines.whoosh.omitting import omitting
from talksearch.engines.whoosh.scoring import (
    Bm25,
    Fixed,
    Scored,
    Some,
    Sum,
    intersection,
    nothing,
    saturated,
    worths,
)
from talksearch.engines.whoosh.sets import NONE, distinct, member, shared, united
from talksearch.engines.whoosh.snapshot import Snapshot
from talksearch.engines.whoosh.stems import stems_of
from talksearch.engines.whoosh.straddling import near_beyond, straddling
from talksearch.engines.whoosh.then import both_sides, followed
from talksearch.engines.whoosh.unions import added, any_of
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
    Then,
    Words,
    is_scored,
    required,
)
from talksearch.query.tree import any_word
from talksearch.words import fold_words

__all__ = ["Evaluation", "positional"]

# A word that is in one passage of eight is common, in an archive that is not small.
COMMON_SHARE = 1 / 8
SMALL = 200
# So many words that are left out of a phrase halve what it gives.
_HALF = 10

Analysed = list[tuple[str, ...]]
"""The words of a term or phrase in order, each as the index terms that may stand for it."""


class Evaluation:
    """Evaluates nodes over one snapshot, remembering each (facets ask again for parts)."""

    def __init__(self, snapshot: Snapshot, languages: tuple[str, ...]) -> None:
        self.snapshot = snapshot
        self.languages = languages
        self._scored: dict[Node, Scored] = {}
        self._masks: dict[Node, Array] = {}
        self._followed: dict[Then, tuple[Array, Array]] = {}
        self._begun: dict[Phrase, tuple[Array, Array]] = {}
        self._analysed: dict[str, Analysed] = {}
        self._words: dict[tuple[str, tuple[str, ...]], Word] = {}
        self._bm25s: dict[tuple[str, tuple[str, ...]], Bm25] = {}
        self.known: dict[Any, Any] = {}
        """What others worked out over it."""

    def documents(self, node: Node) -> Array:
        """The passages that match, ascending."""
        return self.scored(node).documents

    def mask(self, node: Node) -> Array:
        """The passages that match, as a mask."""
        found = self._masks.get(node)
        if found is None:
            found = self._masks[node] = self._mask(node)
        return found

    def scored(self, node: Node) -> Scored:
        """The passages that match with their scores; 0 where nothing ranks."""
        found = self._scored.get(node)
        if found is None:
            found = self._scored[node] = self._score(node)
        return found

    def matches(self, node: Node, documents: Array) -> Array:
        """Which of some documents match, as a mask over these."""
        if is_scored(node):
            return self.scored(node).matches(documents)
        if isinstance(node, DateRange) and node not in self._masks:
            return in_range(self.snapshot, node, documents)
        found: Array = self.mask(node)[documents]
        return found

    # What only lets through

    def _mask(self, node: Node) -> Array:
        match node:
            case Everything():
                return self.snapshot.passages
            case Filter():
                return filter_mask(self.snapshot, node)
            case DateRange():
                return range_mask(self.snapshot, node)
            case Not(child):
                return self.snapshot.passages & ~self.mask(any_word(child))
            case And(children) if not is_scored(node):
                return reduce(np.logical_and, map(self.mask, children))
            case Or(children) if not is_scored(node):
                return reduce(np.logical_or, map(self.mask, children))
        if not is_scored(node) and not isinstance(node, Then):
            raise _unsupported(node)
        found = self.followed(node)[0] if isinstance(node, Then) else self.scored(node).documents
        mask = np.zeros(self.snapshot.size, bool)
        mask[found] = True
        return mask

    # What ranks

    def _score(self, node: Node) -> Scored:
        if not is_scored(node):
            documents = np.flatnonzero(self.mask(node))
            return Fixed(documents, np.zeros(len(documents)))
        match node:
            case Term(text) | Prefix(text) if unspaced.has_unspaced(text):
                return unspaced.scored(self, node)
            case Term(text):
                return self._term(text)
            case Phrase():
                return self._phrase(node)
            case Prefix() | Fuzzy():
                return self._expanded(node)
            case Near():
                return self._near(node)
            case Then(left, right):
                return both_sides(*self.followed(node), self.scored(left), self.scored(right))
            case Or(children):
                return self._any_of(children)
            case Words():
                return self._side_by_side(node)
            case And(children):
                return self._all_of(children)
        raise _unsupported(node)

    def _all_of(self, children: Sequence[Node]) -> Scored:
        ranking = [child for child in children if is_scored(child)]
        if len(ranking) == len(children):
            scored = [self.scored(child) for child in children]
            documents, places = intersection(scored)
            return Sum(documents, scored, places)
        found = self.scored(ranking[0] if len(ranking) == 1 else And(tuple(ranking)))
        documents = found.documents
        masks = [self.matches(child, documents) for child in children if not is_scored(child)]
        return Some(found, np.flatnonzero(reduce(np.logical_and, masks)))

    def _term(self, text: str) -> Scored:
        found, solid = self._sequence("text", self.stems(text)), self._solid(text)
        if solid is None:
            return found
        # That it is seldom written so does not make it say more.
        written = self._bm25("text", self._in_one_word(solid)).at_most(found.ceiling)
        return any_of([found, written], self.snapshot.size)

    def written(self, leaf: Term | Phrase) -> list[Term | Phrase]:
        """A word or phrase, and a compound in one word as well, where that occurs: who types
        "e-mail" means "email", too."""
        solid = self._solid(leaf.text) if isinstance(leaf, Term) else None
        return [leaf] if solid is None else [leaf, solid]

    def _solid(self, text: str) -> Term | None:
        solid = written_solid(text)
        found = Term(solid) if solid else None
        return found if found and self._bm25("text", self._in_one_word(found)).count else None

    def _in_one_word(self, solid: Term) -> tuple[str, ...]:
        """The terms of a word, those aside that stand for it where it is a compound."""
        (terms,) = self.stems(solid.text)
        return tuple(term for term in terms if not term.startswith(COMPOUND))

    def _any_of(self, children: Sequence[Node]) -> Scored:
        return any_of([self.scored(child) for child in children], self.snapshot.size)

    def _side_by_side(self, typed: Words) -> Scored:
        """The sum of what all of it gives to what some of it finds."""
        must = required(typed)
        finding = must or self.finding(typed.children)
        found = self._all_of(must) if must else self._any_of(finding)
        if len(finding) == len(typed.children):
            return found
        rest = [self.scored(child) for child in typed.children if child not in finding]
        return Sum(found.documents, [found, *rest])

    # Words and phrases

    def is_common(self, node: Node) -> bool:
        """Whether a word is in so many passages that it says nothing about the one it is in. In a
        small archive none is: there every word is in many."""
        among = self.snapshot.total
        if not isinstance(node, Term) or among < SMALL:
            return False
        most_of_rare = among * COMMON_SHARE
        if node in self._scored or self._solid(node.text) is not None:
            return self.scored(node).count > most_of_rare
        forms = [self.snapshot.bounds("text", terms) for terms in self.stems(node.text)]
        most = min((high for _, high in forms), default=0)
        least = forms[0][0] if len(forms) == 1 else 0
        if least > most_of_rare or most <= most_of_rare:
            return least > most_of_rare
        return self.scored(node).count > most_of_rare

    def finding(self, children: tuple[Node, ...]) -> tuple[Node, ...]:
        """Of words side by side, those by which a passage is found: the common ones only rank,
        unless there are no others."""
        return tuple(child for child in children if not self.is_common(child)) or children

    def stems(self, text: str) -> Analysed:
        """The words of what was typed, each as its stems."""
        found = self._analysed.get(text)
        if found is None:
            found = self._analysed[text] = stems_of(text, self.languages, self.snapshot)
        return found

    def word(self, field: str, terms: tuple[str, ...]) -> Word:
        """One word, as all the terms that stand for it."""
        found = self._words.get((field, terms))
        if found is None:
            found = self._words[field, terms] = self.snapshot.word(field, terms)
        return found

    def _bm25(self, field: str, terms: tuple[str, ...]) -> Bm25:
        found = self._bm25s.get((field, terms))
        if found is None:
            word = self.word(field, terms)
            found = Bm25(word, self.snapshot.total, self.snapshot.by_length.norms)
            self._bm25s[field, terms] = found
        return found

    def _sequence(self, field: str, analysed: Analysed) -> Scored:
        """A word, or several directly after one another (``node.js``, a phrase)."""
        if len(analysed) == 1:
            return self._bm25(field, analysed[0])
        within, places, starts, bits = self.sequences(field, analysed)
        found = distinct(starts >> bits)
        words = [self._bm25(field, terms) for terms in places]
        return Sum(within[found], words, [each[found] for each in places.values()])

    def _phrase(self, node: Phrase) -> Scored:
        if len(node.parts) > 1:
            return self._in_parts(node)
        field, analysed = positional(self, node)
        within = self._sequence(field, analysed)
        begun, _ = self.begun(node)
        if not len(begun):
            return within
        words = [self._bm25(field, terms) for terms in dict.fromkeys(analysed)]
        return Sum(united([within.documents, begun]), words)

    def _in_parts(self, node: Phrase) -> Scored:
        """What is left out takes from what the words give, so that what stands together, and may
        have been meant so, comes first."""
        found, ends, left_out = omitting(self, node)
        self._begun[node] = found[ends > found], ends[ends > found]
        _, analysed = positional(self, node)
        words = [self._bm25("exact", terms) for terms in dict.fromkeys(analysed)]
        return Fixed(found, Sum(found, words).scores * _HALF / (_HALF + left_out))

    def begun(self, node: Phrase) -> tuple[Array, Array]:
        """The passages in which a phrase begins, but does not end, and for each where it does."""
        found = self._begun.get(node)
        if found is None and len(node.parts) > 1:
            self.scored(node)  # which tells it
            return self._begun[node]
        if found is None:
            found = self._begun[node] = straddling(self.snapshot, node)
        return found

    def sequences(
        self, field: str, analysed: Analysed
    ) -> tuple[Array, dict[tuple[str, ...], Array], Array, int]:
        """The documents that have all the words; the places of these among those of each word; and
        where in them the words stand one after the other, as ``Snapshot.positions`` tells it with
        so many bits."""
        words = {terms: self._bm25(field, terms) for terms in analysed}
        within, found = intersection(list(words.values())) if words else (NONE, [])
        places = dict(zip(words, found, strict=True))
        bits = (self.snapshot.longest + len(analysed)).bit_length()
        return within, places, self._starts(field, analysed, within, places, bits), bits

    def _starts(
        self,
        field: str,
        analysed: Analysed,
        within: Array,
        places: Mapping[tuple[str, ...], Array],
        bits: int,
    ) -> Array:
        """Where the sequence begins in documents that have all its words, at these places among
        those of each: ``n << bits | position`` in the n-th. One word is a sequence too."""
        # From the rarest word on, each where those before it stand.
        order = sorted(range(len(analysed)), key=lambda at: self._bm25(field, analysed[at]).count)
        among, starts = np.arange(len(within)), None
        for at in order:
            word, terms = self.word(field, analysed[at]), analysed[at]
            base = (among << bits) - at
            found = word.standing(places[terms][among]) if field == "exact" else None
            if found is None:
                key = self.snapshot.positions(field, terms, within[among], bits)
                begins = base[key >> bits] + (key & ((1 << bits) - 1))
            else:
                begins = np.repeat(base, found[0]) + found[1]
            starts = begins if starts is None else shared(starts, begins)
            starts = starts[starts.searchsorted(0) :]
            among = distinct(starts >> bits)
        return NONE if starts is None else starts

    def _near(self, node: Near) -> Scored:
        sides = node.left, node.right
        if any(isinstance(side, Phrase) and len(side.parts) > 1 for side in sides):
            raise UnsupportedQueryError(f"{node}: of what is near, nothing can be left out")
        written = product(*map(self.written, sides))
        pairs = (Near(one, other, node.distance) for one, other in written)
        found = list(map(self._standing_near, pairs))
        return Sum(united(found), [self.scored(side) for side in sides])

    def _standing_near(self, node: Near) -> Array:
        """The documents in which two sides stand near each other as they are written."""
        sides = node.left, node.right
        analysed = [positional(self, side) for side in sides]
        if not all(terms for _, terms in analysed):
            return NONE
        words = dict.fromkeys((field, each) for field, terms in analysed for each in terms)
        within, _ = intersection([self._bm25(*word) for word in words])
        left, right = (len(terms) for _, terms in analysed)
        distance = min(node.distance, self.snapshot.longest)
        bits = (self.snapshot.longest + distance + left + right).bit_length()
        starts, others = (self.standing(side, within, bits) for side in sides)
        after = _any_between(starts + left, distance, others)
        before = _any_between(starts - right + 1 - distance, distance, others)
        documents = within[distinct(starts[after | before] >> bits)]
        beyond = near_beyond(self, zip(sides, (left, right), strict=True), node.distance)
        return united([documents, beyond]) if len(beyond) else documents

    def holding(self, leaf: Term | Phrase) -> Array:
        """The documents in which a word or phrase stands, whole."""
        field, analysed = positional(self, leaf)
        if len(analysed) == 1 and not unspaced.has_unspaced(leaf.text):
            return self._bm25(field, analysed[0]).documents
        within, _, starts, bits = self.sequences(field, analysed)
        return within[distinct(unspaced.kept(self.snapshot, leaf, within, starts, bits) >> bits)]

    def standing(self, leaf: Term | Phrase, within: Array, bits: int) -> Array:
        """Where a word or phrase begins in some documents that have all its words: ``n << bits |
        position`` in the n-th."""
        field, analysed = positional(self, leaf)
        places = {t: member(within, self._bm25(field, t).documents)[0] for t in analysed}
        starts = self._starts(field, analysed, within, places, bits)
        return unspaced.kept(self.snapshot, leaf, within, starts, bits)

    def followed(self, node: Then) -> tuple[Array, Array]:
        """The passages that a sequence finds, and for each the earlier one that it goes by."""
        found = self._followed.get(node)
        if found is None:
            left, right = self.documents(node.left), self.documents(node.right)
            found = self._followed[node] = followed(self.snapshot, left, right, node.distance)
        return found

    # Prefixes and fuzzy words

    def fuzzy(self, node: Fuzzy) -> set[str]:
        """The words of the index that a fuzzy word stands for."""
        return words_within(self.snapshot, _form(node), node.distance)

    def _ranges(self, node: Prefix | Fuzzy) -> list[Sequence[int]]:
        """Their numbers, in each segment."""
        form = _form(node)
        dictionaries = [leaf.segment.dictionaries["exact"] for leaf in self.snapshot.leaves]
        if isinstance(node, Prefix):
            return [range(*each.with_prefix(form.encode())) for each in dictionaries]
        return [terms_within(each, form, node.distance) for each in dictionaries]

    def _expanded(self, node: Prefix | Fuzzy) -> Scored:
        snapshot = self.snapshot
        count, of, documents, frequencies = snapshot.expanded(self._ranges(node))
        if not count:
            return nothing()
        most = worths(snapshot.total, np.bincount(of, minlength=count))
        scores = most[of] * saturated(frequencies, snapshot.by_length.norms(documents))
        return added(documents, scores, snapshot.size)


def _unsupported(node: Node) -> UnsupportedQueryError:
    return UnsupportedQueryError(f"this engine cannot evaluate {type(node).__name__}")


def _form(node: Prefix | Fuzzy) -> str:
    forms = fold_words(node.text)
    if len(forms) != 1:
        raise UnsupportedQueryError(f"{node} is more than one word; a phrase may be meant")
    return forms[0]


def positional(evaluation: Evaluation, node: Term | Phrase) -> tuple[str, Analysed]:
    """The field that a word or phrase is looked for in, and its terms."""
    # Word numbers are the same in both fields, so a stemmed word may stand near an exact phrase.
    if isinstance(node, Phrase):
        return "exact", [(form,) for form in fold_words(node.text)]
    return "text", evaluation.stems(node.text)


def _any_between(firsts: Array, size: int, among: Array) -> Array:
    """For each place whether one of ``among`` is it, or one of the ``size - 1`` after it."""
    found: Array = np.searchsorted(among, firsts + size) > np.searchsorted(among, firsts)
    return found
