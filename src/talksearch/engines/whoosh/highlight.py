"""Which characters of a passage matched: spans, found by analysing the text as the index did."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from talksearch.engines.whoosh.evaluate import Evaluation, positional
from talksearch.query.nodes import And, Fuzzy, Near, Node, Or, Phrase, Prefix, Term, Words
from talksearch.results import Highlighted
from talksearch.words import stem, words

Test = Callable[[tuple[str, ...], frozenset[str]], bool]
"""Whether a word, as its folded forms and its stems, is meant."""


class Highlighter:
    """Marks what a query looks for; made once a query, used for every hit.

    In ``what happened to the kiln`` only the kiln is worth a mark: words that are everywhere are
    marked only where nothing rarer matches.
    """

    def __init__(self, query: Node, evaluation: Evaluation) -> None:
        self._languages = evaluation.languages
        self._rare: list[list[Test]] = []
        self._common: list[list[Test]] = []
        for leaf in dict.fromkeys(_positive_leaves(query)):
            group = self._common if evaluation.is_common(leaf) else self._rare
            group += _sequences(leaf, evaluation)

    def mark(self, text: str) -> Highlighted:
        found = list(words(text))
        stems = [
            frozenset(stem(form, language) for form in word.forms for language in self._languages)
            for word in found
        ]

        def spans(sequences: Iterable[list[Test]]) -> list[tuple[int, int]]:
            return sorted(
                (found[at].start, found[at + len(tests) - 1].end)
                for tests in sequences
                for at in range(len(found) - len(tests) + 1)
                if all(test(found[at + i].forms, stems[at + i]) for i, test in enumerate(tests))
            )

        return Highlighted(text, tuple(_merged(spans(self._rare) or spans(self._common))))


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


def _sequences(leaf: Node, evaluation: Evaluation) -> Iterator[list[Test]]:
    match leaf:
        case Term() | Phrase():
            field, analysed = positional(evaluation, leaf)
            if analysed:
                yield [_any_of(field, terms) for terms in analysed]
        case Prefix() | Fuzzy():
            yield [_any_of("exact", evaluation.expansions(leaf))]


def _any_of(field: str, terms: Iterable[str]) -> Test:
    wanted = frozenset(terms)
    if field == "exact":
        return lambda forms, stems: not wanted.isdisjoint(forms)
    return lambda forms, stems: not wanted.isdisjoint(stems)


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
