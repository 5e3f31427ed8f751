"""Which characters of a passage matched: spans, found by analysing the text as the index did, in
its language.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from talksearch.breaks import breaks
from talksearch.compounds import COMPOUND, Compound, compounds, compounds_in_plain
from talksearch.engines.whoosh.evaluate import Evaluation, positional
from talksearch.engines.whoosh.unspaced import has_unspaced, whole
from talksearch.patterns import pattern
from talksearch.query.nodes import (
    OMITTED,
    And,
    Fuzzy,
    Near,
    Node,
    Or,
    Phrase,
    Prefix,
    Term,
    Then,
    Words,
)
from talksearch.results import Highlighted
from talksearch.words import Word, fold_words, plain_text, stemmer_language, words

__all__ = ["Highlighter"]

Wanted = list[set[str]]
"""What is looked for, word after word: each as the folded forms that will do."""


class Highlighter:
    """Marks what a query looks for; made once a query, used for every hit.

    In ``what happened to the kiln`` only the kiln is worth a mark: words that are everywhere are
    marked only where nothing rarer matches.
    """

    def __init__(self, query: Node, evaluation: Evaluation) -> None:
        self._evaluation = evaluation
        rare: list[Node] = []
        common: list[Node] = []
        for leaf in dict.fromkeys(_positive_leaves(query)):
            (common if evaluation.is_common(leaf) else rare).append(leaf)
        self._leaves = [leaves for leaves in (rare, common) if leaves]
        self._groups: dict[str, list[_Group]] = {}

    def mark(self, text: str, declared: str | None) -> Highlighted:
        """A text of an episode in that language."""
        if not self._leaves:
            return Highlighted(text)
        language = stemmer_language(declared)
        groups = self._groups.get(language)
        if groups is None:
            groups = [_Group(leaves, self._evaluation, language) for leaves in self._leaves]
            self._groups[language] = groups
        plain = plain_text(text)
        for group in groups:
            spans = group.in_any(text) if plain is None else group.in_plain(text, plain)
            if spans:
                return Highlighted(text, tuple(_merged(sorted(spans))))
        # What was found without any of this is a phrase that goes on in the next passage.
        found = list(words(text)) if any(group.phrases for group in groups) else []
        ends = (group.at_end(found) for group in groups)
        return Highlighted(text, next((spans for spans in ends if spans), ()))


# So many words are found sooner than a text is split.
_SOON_FOUND = 16


class _Group:
    """Words and sequences of words that are looked for together, in texts of a language."""

    def __init__(self, leaves: list[Node], evaluation: Evaluation, language: str) -> None:
        self._language = language
        self._words: set[str] = set()
        self._compounds: set[str] = set()
        self._sequences: list[Wanted] = []
        self.phrases: list[Wanted] = []
        self._omitting: list[list[Wanted]] = []
        self._unspaced: list[tuple[Term | Prefix, Wanted]] = []
        prefixes: list[str] = []
        for leaf in leaves:
            match leaf:
                case Term(text) | Prefix(text) if has_unspaced(text):
                    self._unspaced.append((leaf, _wanted(Term(text), evaluation, language)))
                case Prefix(text):
                    prefixes += fold_words(text)
                case Fuzzy():
                    self._words |= evaluation.fuzzy(leaf)
                case Phrase() if len(leaf.parts) > 1:
                    parts = map(Phrase, leaf.parts)
                    self._omitting.append([_wanted(part, evaluation, language) for part in parts])
                    self.phrases.append(self._omitting[-1][0])
                case Term() | Phrase():
                    for written in evaluation.written(leaf):
                        wanted = _wanted(written, evaluation, language)
                        if len(wanted) == 1:
                            terms = {form for form in wanted[0] if form.startswith(COMPOUND)}
                            self._words |= wanted[0] - terms
                            self._compounds |= terms
                        elif wanted:
                            self._sequences.append(wanted)
                            if isinstance(leaf, Phrase):
                                self.phrases.append(wanted)
        self._prefixes = tuple(prefixes)

    def in_plain(self, text: str, plain: str) -> list[tuple[int, int]]:
        """The spans in a text that is plain: there, words are parted by blanks, and by nothing
        else."""
        spans = []
        padded = f" {plain} "
        found = self._words
        sequences = self._sequences or self._omitting
        if self._prefixes or sequences or len(found) > _SOON_FOUND:
            forms = plain.split()
            found = found.intersection(forms)
            if self._prefixes:
                found.update(form for form in forms if form.startswith(self._prefixes))
        for form in found:
            at = padded.find(f" {form} ")
            while at >= 0:
                spans.append((at, at + len(form)))
                at = padded.find(f" {form} ", at + 1)
        standing: list[tuple[int, int]] = []
        if self._compounds:
            standing = self._compounds_in(compounds_in_plain(text, plain, self._language))
        for sequence in self._sequences:
            standing += _in_plain(sequence, forms)
        for parts in self._omitting:
            standing += chain.from_iterable(_in_order([_in_plain(part, forms) for part in parts]))
        if standing:
            places = [match.span() for match in _PLAIN_WORD.finditer(plain)]
            spans += [(places[first][0], places[last - 1][1]) for first, last in standing]
        return spans

    def _compounds_in(self, found: Iterable[Compound]) -> list[tuple[int, int]]:
        """Where those that are looked for stand, by the numbers of their words. Words that merely
        stand side by side are none: ``maybe`` is not "may be"."""
        return [
            (each.position, each.position + each.size)
            for each in found
            if each.term in self._compounds
        ]

    def _finds(self, word: Word) -> bool:
        return any(
            form in self._words or form.startswith(self._prefixes) for form in word.all_forms
        )

    def at_end(self, found: list[Word]) -> tuple[tuple[int, int], ...]:
        """The spans of the words of a text that begin a phrase at its end, or before what it leaves
        out there."""
        for parts in self._omitting:
            places = [_places(part, found) for part in parts]
            for size in range(len(parts) - 1, 0, -1):
                if begun := _in_order(places[:size]):
                    return tuple((found[a].start, found[b - 1].end) for a, b in begun[-1])
        for size in range(max(map(len, self.phrases), default=0), 0, -1):
            last = found[-size:]
            for phrase in self.phrases:
                if size == len(last) < len(phrase) and _begun(phrase, last):
                    return ((last[0].start, last[-1].end),)
        return ()

    def in_any(self, text: str) -> list[tuple[int, int]]:
        found = list(words(text))
        places: list[tuple[int, int]] = []
        if self._words or self._prefixes:
            places = [(at, at + 1) for at, word in enumerate(found) if self._finds(word)]
        if self._compounds:
            places += self._compounds_in(compounds(text, found, self._language))
        for sequence in self._sequences:
            places += _places(sequence, found)
        for parts in self._omitting:
            places += chain.from_iterable(_in_order([_places(part, found) for part in parts]))
        parted = breaks(text, found) if self._unspaced else []
        for leaf, sequence in self._unspaced:
            starts = whole(leaf, _standing(sequence, found), parted)
            places += [(at, at + len(sequence)) for at in starts]
        return [(found[first].start, found[last - 1].end) for first, last in places]


def _standing(sequence: Wanted, found: list[Word]) -> list[int]:
    """Where the sequence begins, as numbers of the words found."""
    starts: Sequence[int] = range(len(found) - len(sequence) + 1)
    for further, wanted in enumerate(sequence):
        starts = [at for at in starts if not wanted.isdisjoint(found[at + further].all_forms)]
    return list(starts)


def _places(sequence: Wanted, found: list[Word]) -> list[tuple[int, int]]:
    return [(at, at + len(sequence)) for at in _standing(sequence, found)]


def _in_plain(sequence: Wanted, forms: list[str]) -> Iterator[tuple[int, int]]:
    """Where the sequence stands in a plain text of these words."""
    first, *rest = sequence
    if first.isdisjoint(forms):
        return
    for at, form in enumerate(forms[: max(0, len(forms) - len(rest))]):
        if form in first and all(
            forms[at + further] in wanted for further, wanted in enumerate(rest, 1)
        ):
            yield at, at + 1 + len(rest)


_Chain = tuple[tuple[int, int], ...]


def _in_order(parts: Sequence[Iterable[tuple[int, int]]]) -> list[_Chain]:
    """Of the places of each part those where one follows the other, with no more left out than may
    be; where there are several ways to one end, the shortest. Between what stands together there is
    nothing left out, and it is one place."""
    *former, last = parts
    chains: list[_Chain] = [(place,) for place in last]
    for places in reversed(former):
        longer: list[_Chain] = []
        for start, end in places:
            for following in chains:
                if 0 <= following[0][0] - end <= OMITTED:
                    (then, stop), *rest = following
                    together = ((start, stop),) if then == end else ((start, end), (then, stop))
                    longer.append((*together, *rest))
                    break
        chains = longer
    return list({each[-1][1]: each for each in chains}.values())


def _begun(sequence: Wanted, last: list[Word]) -> bool:
    """Whether a sequence begins with the words of a text that are its last."""
    return not any(w.isdisjoint(f.all_forms) for w, f in zip(sequence, last, strict=False))


_PLAIN_WORD = pattern(r"\S+")


def _positive_leaves(node: Node) -> Iterator[Node]:
    match node:
        case And(children) | Or(children) | Words(children):
            for child in children:
                yield from _positive_leaves(child)
        case Then(_, right):  # what stands on the left is in another passage
            yield from _positive_leaves(right)
        case Near(left, right):
            yield left
            yield right
        case Term() | Phrase() | Prefix() | Fuzzy():
            yield node


def _wanted(leaf: Term | Phrase, evaluation: Evaluation, language: str) -> Wanted:
    field, analysed = positional(evaluation, leaf)
    if field == "exact":
        return [set(terms) for terms in analysed]
    forms = evaluation.snapshot.forms
    return [set[str]().union(*(forms(term, language) for term in terms)) for terms in analysed]


def _merged(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans that overlap or touch as one: between two characters there is no room for the end of
    a mark and the beginning of another (Markdown shows the stars). Words side by side stay apart,
    where there is a blank in between."""
    start = end = -1
    for left, right in spans:
        if left <= end:
            end = max(end, right)
            continue
        if end >= 0:
            yield start, end
        start, end = left, right
    if end >= 0:
        yield start, end
