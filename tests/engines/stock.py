"""Stock Whoosh as the oracle: the index that the engine wrote, opened and searched with Whoosh's
own classes. Postings, positions, deletions, segments, every And, Or, Not and phrase are Whoosh's
doing; what a query means in its terms, and the formula of the scores, are written out here.

What does not serve, in Whoosh 2.7.4, and what stands in its place:

- ``Require`` takes away what it should require: ``_Where`` gives its matcher to it;
- ``AndMaybe`` forgets scores below an ``And``, as its matcher skips ahead: ``_Where`` again;
- ``SpanNear2`` looks for a longer neighbour on the left too far to the right: ``SpanNear``; neither
  knows how many it may find, which ``And`` and ``Or`` ask: ``_Where`` tells;
- ``Or`` of more than two drops whatever scores 0, in a small index: ``DefaultOr``;
- no query knows which passages are one turn: ``_Documents`` are those in which something begins
  that ends in another, found in the texts;
- ``Not`` finds deleted documents behind the last that it excludes: asked together with what there
  is;
- a fuzzy word means another distance in one segment (Levenshtein's) than over several (Damerau's):
  a search goes segment by segment, so it is the former.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import pairwise, permutations, product
from pathlib import Path
from typing import Any

from whoosh import matching, query, scoring
from whoosh.collectors import UnlimitedCollector
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.query.compound import BinaryQuery, DefaultOr
from whoosh.query.spans import SpanNear

from talksearch.breaks import BREAK, has_han
from talksearch.compounds import COMPOUND, written_solid
from talksearch.engines.whoosh.unspaced import has_unspaced
from talksearch.model import Passage
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
    required,
)
from talksearch.query.tree import any_word
from talksearch.words import fold_words, stem, words


class Stock:
    """What was last committed to an index folder. Its passages have to be in English; ``passages``
    are all of them, if there are turns of several."""

    def __init__(self, folder: Path, passages: Iterable[Passage] = ()) -> None:
        self._turns = [
            (each.id, fold_words(each.text), fold_words(following.text))
            for each, following in pairwise(passages)
            if (each.episode_id, each.turn) == (following.episode_id, following.turn)
        ]
        name = (folder / "current").read_text("utf-8").strip()
        index = FileIndex(FileStorage(str(folder / name)))
        self._bm25 = _Bm25()
        self._searcher = index.searcher(weighting=self._bm25)
        self._reader = self._searcher.reader()

    def close(self) -> None:
        self._searcher.close()

    @property
    def segments(self) -> int:
        return len(list(self._reader.leaf_readers()))

    def scores(self, tree: Node) -> dict[str, float]:
        """The ids of the passages that match, with what their words score: the best first."""
        return {self.ids[number]: score for number, score in self._search(self._query(tree))}

    @cached_property
    def ids(self) -> dict[int, str]:
        """The passages' ids: those of an episode are in order."""
        live = {number for number, _ in self._search(_PASSAGES)}
        ids = {}
        for name in self._reader.field_terms("episode"):
            numbers = sorted(live.intersection(self._postings("episode", name)))
            ids.update({number: f"{name}.{at}" for at, number in enumerate(numbers)})
        assert ids.keys() == live
        return ids

    def words(self, field: str = "exact") -> list[str]:
        """Every word, or value of another field, that the index knows, in order."""
        return list(self._reader.field_terms(field))

    def _search(self, wanted: query.Query) -> Iterable[tuple[int, float]]:
        collector = UnlimitedCollector()
        # Matchers that stay at one document at a time: the others take 0 for no score.
        context = self._searcher.context(needs_current=True)
        self._searcher.search_with_collector(wanted, collector, context)
        items: Iterable[tuple[int, float]] = collector.results().items()
        return items

    def _postings(self, field: str, term: str) -> Iterable[int]:
        ids: Iterable[int] = self._reader.postings(field, term).all_ids()
        return ids

    # A tree in Whoosh's terms

    def _query(self, node: Node) -> query.Query:
        match node:
            case Term(text) if solid := written_solid(text):
                # It gives no more than its parts do together.
                most, gain = self._most(node), self._most(Term(solid))
                written = query.Term(*_terms(Term(solid))[0])
                written.boost = min(1.0, most / gain) if gain else 1.0
                return DefaultOr([self._sequence(node), written])
            case Term() | Phrase():
                return self._sequence(node)
            case Prefix(text) if has_unspaced(text):
                return self._sequence(node)
            case Prefix(text):
                (form,) = fold_words(text)
                return query.Prefix("exact", form, constantscore=False)
            case Fuzzy(text, distance):
                (form,) = fold_words(text)
                return query.FuzzyTerm(
                    "exact", form, maxdist=distance, prefixlength=1, constantscore=False
                )
            case Near(left, right, distance):
                written = product(self._written(left), self._written(right))
                near = [self._near(Near(*sides, distance)) for sides in written]
                scored = [self._query(left), self._query(right)]
                return _Where(DefaultOr(scored), DefaultOr(near))
            case And(children):
                return query.And(list(map(self._query, children)))
            case Or(children):
                return DefaultOr(list(map(self._query, children)))
            case Words(children):
                scored = DefaultOr(list(map(self._query, children)))
                if required(node):
                    return _Where(scored, query.And(list(map(self._query, required(node)))))
                finding = [child for child in children if not self._is_common(child)]
                if len(finding) in (0, len(children)):
                    return scored
                return _Where(scored, DefaultOr(list(map(self._query, finding))))
            case Not(child):
                return _Unscored(query.And([_PASSAGES, query.Not(self._query(any_word(child)))]))
            case Everything():
                return _PASSAGES
            case Filter() | DateRange():
                return _Unscored(query.And([_PASSAGES, self._condition(node)]))
        raise AssertionError(f"no such node: {node!r}")

    def _written(self, side: Term | Phrase) -> list[Term | Phrase]:
        """A compound, and the same in one word, where somebody says that."""
        solid = written_solid(side.text) if isinstance(side, Term) else None
        if solid is None or not any(self._search(query.Term(*_terms(Term(solid))[0]))):
            return [side]
        return [side, Term(solid)]

    def _near(self, node: Near) -> query.Query:
        """Two sides as they are written near each other, of which one may go on beyond."""
        sides = (node.left, node.right)
        spans = [
            _Characters(side, self._bm25)
            if isinstance(side, Term) and has_unspaced(side.text)
            else self._spans(side)
            for side in sides
        ]
        near = SpanNear(*spans, slop=node.distance, ordered=False)
        within = _Where(query.And([self._sequence(side) for side in sides]), near)
        return DefaultOr([within, _Documents(self._near_begun(node))])

    def _sequence(self, node: Term | Phrase | Prefix) -> query.Query:
        """A word, or several one after the other, of which each scores once; the characters of a
        script without spaces score together."""
        if not isinstance(node, Phrase) and has_unspaced(node.text):
            return _Characters(node, self._bm25)
        terms = [query.Term(*term) for term in dict.fromkeys(_terms(node))]
        if len(_terms(node)) < 2:
            return self._spans(node)
        begun = _Documents(self._begun(node)) if isinstance(node, Phrase) else query.NullQuery
        return _Where(DefaultOr(terms), DefaultOr([self._spans(node), begun]))

    def _spans(self, node: Term | Phrase) -> query.Query:
        """What matches a word or phrase and tells where."""
        terms = _terms(node)
        if not terms:
            return query.NullQuery
        if len(terms) > 1:
            return query.Phrase(terms[0][0], [text for _, text in terms])
        field, text = terms[0]
        compound = field, COMPOUND + text
        often = self._reader.doc_frequency(*compound)
        is_slip = self._reader.doc_frequency(field, text) > 100 * often
        if isinstance(node, Term) and often and not is_slip:
            return _Either([query.Term(field, text), query.Term(*compound)], self._bm25)
        return query.Term(field, text)

    def _most(self, node: Term) -> float:
        """The most that its words give."""
        terms = [(name, text.encode()) for name, text in dict.fromkeys(_terms(node))]
        return sum(
            self._bm25.gain(self._searcher, term)
            if term in self._reader
            else self._bm25.worth(self._searcher, 0)
            for term in terms
        )

    def _begun(self, node: Phrase) -> list[int]:
        """The passages in which a phrase begins that ends in the next."""
        wanted = fold_words(node.text)
        cuts = range(1, len(wanted))
        ids = {
            name
            for name, said, after in self._turns
            if any(said[-cut:] == wanted[:cut] and after[: len(wanted) - cut] == wanted[cut:]
                   for cut in cuts)
        }  # fmt: skip
        return self._numbers(ids)

    def _near_begun(self, node: Near) -> list[int]:
        """The passages in which one side begins, with the other near to that; both end in the next,
        or one of them."""
        reach = node.distance + len(_terms(node.left)) + len(_terms(node.right))
        ids = {
            name
            for former, later in permutations((node.left, node.right))
            for name, before, after in self._turns
            for said in [before[-reach:]]
            for begin in _places(later, [*said, *after[:reach]])
            if begin + len(_terms(later)) > len(said)
            for at in _places(former, [*said, *after[:reach]])
            if at < len(said) and 0 <= begin - at - len(_terms(former)) < node.distance
        }
        return self._numbers(ids)

    def _numbers(self, ids: set[str]) -> list[int]:
        return sorted(number for number, name in self.ids.items() if name in ids)

    def _is_common(self, node: Node) -> bool:
        """A word in one passage of eight finds nothing beside others, in an archive of 200."""
        among = len(self.ids)
        if not isinstance(node, Term) or among < 200:
            return False
        return len(list(self._searcher.docs_for_query(self._query(node)))) > among / 8

    def _condition(self, node: Filter | DateRange) -> query.Query:
        match node:
            case DateRange(first, last):
                # "2020-07" is the whole month, on either side.
                return query.TermRange("date", first or None, last + "\uffff" if last else None)
            case Filter("year", value):
                return self._condition(DateRange(value, value))
            case Filter("episode", value):
                return query.Term("episode", value)
            case Filter("role", "host"):
                return _any_of("role", ["host", "co host", "guest host"])
        wanted = f" {' '.join(fold_words(node.value))} "
        values = [value for value in self.words(node.field) if wanted in f" {value} "]
        return _any_of(node.field, values)


def _terms(node: Term | Phrase) -> list[tuple[str, str]]:
    """The field and the term of each word."""
    if isinstance(node, Phrase):
        return [("exact", form) for form in fold_words(node.text)]
    return [("text", stem(word.bare, "en")) for word in words(node.text)]


def _places(node: Term | Phrase, words: Sequence[str]) -> list[int]:
    """Where it begins among some words."""
    terms = _terms(node)
    return [
        at
        for at in range(len(words) - len(terms) + 1)
        if all(
            (stem(word, "en") if field == "text" else word) == term
            for word, (field, term) in zip(words[at:], terms, strict=False)
        )
    ]


def _any_of(field: str, values: Sequence[str]) -> query.Query:
    return DefaultOr([query.Term(field, value) for value in values])


class _Where(BinaryQuery):  # type: ignore[misc]
    """What the first matches with its scores, where the second matches too."""

    matcherclass = matching.RequireMatcher

    def estimate_size(self, ixreader: Any) -> int:
        return self.a.estimate_size(ixreader)  # type: ignore[no-any-return]


class _Documents(query.Query):  # type: ignore[misc]
    """These documents of the whole index."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self._numbers = numbers

    def estimate_size(self, ixreader: Any) -> int:
        return len(self._numbers)

    def matcher(self, searcher: Any, context: Any = None) -> matching.Matcher:
        leaves = searcher.get_parent().leaf_searchers()
        (offset,) = (offset for leaf, offset in leaves if leaf is searcher)
        end = offset + searcher.doc_count_all()
        here = [number - offset for number in self._numbers if offset <= number < end]
        return matching.ListMatcher(here) if here else matching.NullMatcher()


class _Unscored(query.WrappingQuery):  # type: ignore[misc]
    """Lets through or keeps out."""

    def matcher(self, searcher: Any, context: Any = None) -> matching.Matcher:
        matcher = self.child.matcher(searcher, context)
        return matching.ConstantScoreWrapperMatcher(matcher, 0.0)


class _Places(query.Query):  # type: ignore[misc]
    """Scores, as one word, whatever stands somewhere."""

    def __init__(self, bm25: _Bm25) -> None:
        self._bm25 = bm25

    def _in(self, leaf: Any) -> dict[int, list[Any]]:
        """Where it stands in the live documents of a segment."""
        raise NotImplementedError

    def matcher(self, searcher: Any, context: Any = None) -> matching.Matcher:
        leaves = [leaf for leaf, _ in searcher.get_parent().leaf_searchers()]
        having = sum(len(self._in(leaf)) for leaf in leaves)
        found = self._in(searcher)
        norms = self._bm25.norms(searcher.get_parent(), searcher.reader())
        gain = self._bm25.worth(searcher.get_parent(), having)
        scores = [gain * len(spans) / (len(spans) + norms[n]) for n, spans in found.items()]
        return _Spans(list(found), scores, found) if found else matching.NullMatcher()

    def estimate_size(self, ixreader: Any) -> int:
        return 1


class _Either(_Places):
    """A word and what stands for it as a compound."""

    def __init__(self, terms: Sequence[query.Query], bm25: _Bm25) -> None:
        super().__init__(bm25)
        self._terms = terms

    def _in(self, leaf: Any) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = {}
        for term in self._terms:
            for number, spans in _where(term, leaf).items():
                found.setdefault(number, []).extend(spans)
        return {
            number: sorted(found[number], key=lambda span: span.start) for number in sorted(found)
        }


class _Characters(_Places):
    """Characters of a script without spaces, one after the other, where no word is cut."""

    def __init__(self, node: Term | Prefix, bm25: _Bm25) -> None:
        super().__init__(bm25)
        forms = fold_words(node.text)
        self._phrase = (
            query.Phrase("exact", list(forms)) if forms[1:] else query.Term("exact", *forms)
        )
        self._begins = not isinstance(node, Prefix)
        self._han = has_han(node.text) and self._begins

    def _in(self, leaf: Any) -> dict[int, list[Any]]:
        breaks = _where(query.Term("exact", BREAK), leaf)
        found = {}
        for number, spans in _where(self._phrase, leaf).items():
            parted = {span.start for span in breaks.get(number, ())}
            whole = [span for span in spans if not parted or self._is_whole(span, parted)]
            if whole:
                found[number] = whole
        return found

    def _is_whole(self, span: Any, parted: set[int]) -> bool:
        end = span.end + 1
        if span.start in parted and (end in parted or not self._begins):
            return True
        return self._han and parted.isdisjoint(range(span.start + 1, end))


def _where(wanted: query.Query, leaf: Any) -> dict[int, list[Any]]:
    """Where it stands in the live documents of a segment."""
    matcher, found = wanted.matcher(leaf), {}
    while matcher.is_active():
        if not leaf.reader().is_deleted(matcher.id()):
            found[matcher.id()] = list(matcher.spans())
        matcher.next()
    return found


class _Spans(matching.ListMatcher):  # type: ignore[misc]
    def __init__(self, ids: list[int], scores: list[float], found: dict[int, list[Any]]) -> None:
        super().__init__(ids, weights=scores)
        self._found = found

    def spans(self) -> list[Any]:
        return self._found[self.id()]


# Records of episodes have no kind.
_PASSAGES = _Unscored(query.Every("kind"))


class _Bm25(scoring.WeightingModel):  # type: ignore[misc]
    """BM25 with k1 = .9 and b = .4 and an idf that lessens what is everywhere, over the passages
    that there are; a passage is as long as it has words, in whatever field a word is looked for."""

    def __init__(self) -> None:
        self._gains: dict[tuple[str, bytes], float] = {}
        self._norms: dict[Any, list[float]] = {}
        self._among = 0

    def scorer(self, searcher: Any, fieldname: str, text: Any, qf: int = 1) -> _Scorer:
        return _Scorer(self, searcher, (fieldname, searcher.schema[fieldname].to_bytes(text)))

    def gain(self, searcher: Any, term: tuple[str, bytes]) -> float:
        """The most that a word can give."""
        if term not in self._gains:
            self._measure(searcher)
            having = sum(1 for _ in searcher.reader().postings(*term).all_ids())
            self._gains[term] = self.worth(searcher, having)
        return self._gains[term]

    def worth(self, searcher: Any, having: int) -> float:
        """The most that a word gives which so many passages have."""
        self._measure(searcher)
        idf = math.log(1 + (self._among - having + 0.5) / (having + 0.5))
        return 1.9 * idf**2 / (idf + 0.5)

    def norms(self, searcher: Any, leaf: Any) -> list[float]:
        """What the lengths of a segment's documents come to."""
        self._measure(searcher)
        return self._norms[leaf]

    def _measure(self, searcher: Any) -> None:
        """Count the passages, and their words."""
        if self._among:
            return
        total, lengths = 0, {}
        for leaf, _ in searcher.leaf_searchers():
            reader = leaf.reader()
            column = reader.column_reader("length")
            lengths[reader] = [column[number] for number in range(reader.doc_count_all())]
            live = list(query.Every("kind").matcher(leaf).all_ids())
            total += sum(lengths[reader][number] for number in live)
            self._among += len(live)
        for reader, column in lengths.items():
            norms = (1 - 0.4 + 0.4 * length * self._among / total for length in column)
            self._norms[reader] = [0.9 * norm for norm in norms]


class _Scorer(scoring.BaseScorer):  # type: ignore[misc]
    """Scores the passages of a segment for one word."""

    def __init__(self, model: _Bm25, searcher: Any, term: tuple[str, bytes]) -> None:
        self._model = model
        self._searcher = searcher
        self._term = term

    def score(self, matcher: matching.Matcher) -> float:
        weight: float = matcher.weight()
        return self._gain * weight / (weight + self._norms[matcher.id()])

    @cached_property
    def _gain(self) -> float:
        return self._model.gain(self._searcher.get_parent(), self._term)

    @cached_property
    def _norms(self) -> list[float]:
        return self._model.norms(self._searcher.get_parent(), self._searcher.reader())
