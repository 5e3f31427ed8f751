"""Why a passage is in a result, and which words of the query no passage is there for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, compress, pairwise

import numpy as np

from talksearch.engines.base import FEW
from talksearch.engines.whoosh.arrays import Array
from talksearch.engines.whoosh.evaluate import Evaluation
from talksearch.engines.whoosh.order import Page
from talksearch.engines.whoosh.ranking import Ranking
from talksearch.engines.whoosh.sets import NONE, shared
from talksearch.query.nodes import (
    And,
    Filter,
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
from talksearch.query.tree import conjuncts
from talksearch.words import fold_words

__all__ = [
    "FEWEST",
    "SHARE",
    "absent",
    "explained",
    "going_on",
    "has_small_share",
    "is_eclipsed",
    "led_up_to",
    "missed",
    "unusual",
]

FEWEST = 3  # passages: what is in fewer may be somebody's slip
SHARE = 4  # one part in so many, or less


def absent(ranking: Ranking) -> tuple[Node, ...]:
    """Those of the words side by side that no passage of the result holds, and of filters that are
    alternatives (two speakers) those that let nothing through anywhere."""
    evaluation = ranking.evaluation
    found = evaluation.documents(ranking.query) if ranking.typed else NONE
    choices = (part.children for part in conjuncts(ranking.query) if isinstance(part, Or))
    filters = tuple(
        child
        for child in chain.from_iterable(choices)
        if isinstance(child, Filter) and not evaluation.mask(child).any()
    )
    if not len(found):
        return filters

    def is_there(leaf: Node) -> bool:
        # Where there are no conditions, whatever holds it is in the result: a few tell that.
        holding = evaluation.documents(leaf)
        said = any(len(shared(some, found)) for some in (holding[:64], holding))
        return said or ranking.is_name_in(leaf, found)

    return (*(leaf for leaf in ranking.typed if not is_there(leaf)), *filters)


def unusual(ranking: Ranking) -> tuple[str, ...]:
    """Those of the words side by side that are in a few passages at most, and those two that may be
    one: how else they are written is worth a look. In a small archive all are in few."""
    evaluation, typed = ranking.evaluation, ranking.typed
    few = min(FEW, evaluation.snapshot.total // 1000)
    rare = [
        leaf.text
        for leaf in typed
        if isinstance(leaf, Term) and 0 < evaluation.scored(leaf).count <= few
    ]
    pairs = [
        f"{first.text} {second.text}"
        for first, second in pairwise(typed)
        if isinstance(first, Term)
        and isinstance(second, Term)
        and _may_be_one(evaluation, first, second)
    ]
    return (*rare, *pairs)


def _may_be_one(evaluation: Evaluation, first: Term, second: Term) -> bool:
    """Two of which one is everywhere stand side by side by chance ("at one")."""
    parts = [fold_words(each.text) for each in (first, second)]
    if any(len(forms) != 1 or not forms[0].isalpha() for forms in parts):
        return False
    joined = parts[0][0] + parts[1][0]
    if evaluation.snapshot.frequency("exact", joined) < FEWEST:
        return False
    return not (evaluation.is_common(first) or evaluation.is_common(second))


def missed(page: Page) -> tuple[Node, ...]:
    """Those of the words side by side that no passage of a page holds, nor its question, and that
    are rarer than each that one of these does, or little more frequent."""
    ranking, evaluation = page.ranking, page.ranking.evaluation
    if len(page.documents) < FEW or len(ranking.typed) < 2:
        return ()
    questions = map(ranking.question, page.documents)
    among = np.array(sorted({*page.documents, *(q for q in questions if q is not None)}))
    held = [
        bool(evaluation.matches(leaf, among).any()) or ranking.is_name_in(leaf, among)
        for leaf in ranking.typed
    ]
    counts = [len(evaluation.documents(leaf)) for leaf in ranking.typed]
    rarest = min(compress(counts, held), default=0)
    return tuple(
        leaf
        for leaf, is_held, count in zip(ranking.typed, held, counts, strict=True)
        if not is_held and 0 < count < _AS_RARE * rarest
    )


_AS_RARE = 2


def is_eclipsed(ranking: Ranking) -> bool:
    """Whether one word is asked for, of whose stem it has only a small share: it may be a name, and
    the stem another word's."""
    words = [part for part in conjuncts(ranking.query) if isinstance(part, Term)]
    return len(words) == 1 and has_small_share(ranking.evaluation, words[0])


def has_small_share(evaluation: Evaluation, word: Term) -> bool:
    """Whether of what a word finds only a small share has it as it stands."""
    forms = fold_words(word.text)
    if len(forms) != 1:
        return False
    own = evaluation.snapshot.word("exact", forms).count
    return own >= FEWEST and own * SHARE <= evaluation.scored(word).count


def explained(page: Page, number: int) -> tuple[tuple[str, float], ...]:
    """What the score of a passage is made of."""
    evaluation, query = page.ranking.evaluation, page.ranking.query
    document = np.array([number])
    parts = [
        (str(leaf), float(evaluation.scored(leaf).at(document)[0]))
        for leaf in _contributing(evaluation, query, document)
    ]
    parts += page.sharpening.explained(number)
    return tuple((part, score) for part, score in parts if score)


def _contributing(evaluation: Evaluation, node: Node, document: Array) -> Iterator[Node]:
    """The words and phrases that a passage has its score from: of a part that does not match, none,
    whatever it has of it."""
    if not evaluation.matches(node, document)[0]:
        return
    match node:
        case And(children) | Or(children) | Words(children):
            for child in children:
                yield from _contributing(evaluation, child, document)
        case Term() | Phrase() | Prefix() | Fuzzy() | Near() | Then():
            yield node


def led_up_to(evaluation: Evaluation, node: Node, document: int) -> Iterator[int]:
    """The earlier passages that ``a THEN b`` found a passage by."""
    match node:
        case And(children) | Or(children) | Words(children):
            for child in children:
                yield from led_up_to(evaluation, child, document)
        case Then(left, right):
            later, earlier = evaluation.followed(node)
            for found in earlier[later == document].tolist():
                yield found
                yield from led_up_to(evaluation, left, found)
                yield from led_up_to(evaluation, right, document)


def going_on(evaluation: Evaluation, node: Node, document: int) -> Iterator[int]:
    """The later passages that a phrase goes on in which begins in a passage."""
    match node:
        case And(children) | Or(children) | Words(children):
            for child in children:
                yield from going_on(evaluation, child, document)
        case Then(_, right):
            yield from going_on(evaluation, right, document)
        case Near(left, right):
            for side in (left, right):
                yield from going_on(evaluation, side, document)
        case Phrase():
            begun, ends = evaluation.begun(node)
            for end in ends[begun == document].tolist():
                yield from range(document + 1, end + 1)
