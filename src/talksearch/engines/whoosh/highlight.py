"""Which characters of a passage matched: spans, found by analysing the text as the index did."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from talksearch.engines.whoosh.evaluate import Evaluation, positional
from talksearch.query.nodes import And, Fuzzy, Near, Node, Or, Phrase, Prefix, Term, Words
from talksearch.results import Highlighted
from talksearch.words import plain_text, words

Wanted = list[set[str]]
"""What is looked for, word after word: each as the folded forms that will do."""


class Highlighter:
    """Marks what a query looks for; made once a query, used for every hit.

    In ``what happened to the kiln`` only the kiln is worth a mark: words that are everywhere are
    marked only where nothing rarer matches.
    """

    def __init__(self, query: Node, evaluation: Evaluation) -> None:
        rare: list[Wanted] = []
        common: list[Wanted] = []
        for leaf in dict.fromkeys(_positive_leaves(query)):
            (common if evaluation.is_common(leaf) else rare).extend(_wanted(leaf, evaluation))
        self._groups = [_Group(rare), _Group(common)]

    def mark(self, text: str) -> Highlighted:
        plain = plain_text(text)
        for group in self._groups:
            spans = group.in_any(text) if plain is None else group.in_plain(plain)
            if spans:
                return Highlighted(text, tuple(_merged(sorted(spans))))
        return Highlighted(text)


class _Group:
    """Words and sequences of words that are looked for together."""

    def __init__(self, wanted: list[Wanted]) -> None:
        self._words = set[str]().union(*(each[0] for each in wanted if len(each) == 1))
        self._sequences = [each for each in wanted if len(each) > 1]

    def in_plain(self, plain: str) -> list[tuple[int, int]]:
        """The spans in a plain text: words are parted by blanks, and by nothing else."""
        forms = plain.split()
        spans = []
        padded = f" {plain} "
        for form in self._words.intersection(forms):
            at = padded.find(f" {form} ")
            while at >= 0:
                spans.append((at, at + len(form)))
                at = padded.find(f" {form} ", at + 1)
        places: list[tuple[int, int]] = []
        for first, *rest in self._sequences:
            for at, form in enumerate(forms[: len(forms) - len(rest)]):
                if form not in first or any(
                    forms[at + further] not in wanted for further, wanted in enumerate(rest, 1)
                ):
                    continue
                places = places or [match.span() for match in _PLAIN_WORD.finditer(plain)]
                spans.append((places[at][0], places[at + len(rest)][1]))
        return spans

    def in_any(self, text: str) -> list[tuple[int, int]]:
        found = list(words(text))
        spans = [(word.start, word.end) for word in found if not self._words.isdisjoint(word.forms)]
        for sequence in self._sequences:
            for at in range(len(found) - len(sequence) + 1):
                stretch = found[at : at + len(sequence)]
                if not any(w.isdisjoint(f.forms) for w, f in zip(sequence, stretch, strict=True)):
                    spans.append((stretch[0].start, stretch[-1].end))
        return spans


_PLAIN_WORD = re.compile(r"\S+")


def _positive_leaves(node: Node) -> Iterator[Node]:
    match node:
        case And(children) | Or(children) | Words(children):
            for child in children:
                yield from _positive_leaves(child)
        case Near(left, right):
            yield left
            yield right
        case Term() | Phrase() | Prefix() | Fuzzy():
            yield node


def _wanted(leaf: Node, evaluation: Evaluation) -> Iterator[Wanted]:
    match leaf:
        case Term() | Phrase():
            field, analysed = positional(evaluation, leaf)
            if not analysed:
                return
            if field == "exact":
                yield [set(terms) for terms in analysed]
            else:
                forms = evaluation.snapshot.forms
                yield [set().union(*map(forms, terms)) for terms in analysed]
        case Prefix() | Fuzzy():
            yield [set(evaluation.expansions(leaf))]


def _merged(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Overlapping spans as one; words side by side stay apart."""
    start = end = -1
    for left, right in spans:
        if left < end:
            end = max(end, right)
            continue
        if end >= 0:
            yield start, end
        start, end = left, right
    if end >= 0:
        yield start, end
