"""Queries drawn from what is really said, the same ones each time."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from stock import Stock

from talksearch.query.fields import condition
from talksearch.query.nodes import Fuzzy, Near, Node, Phrase, Prefix, Term
from talksearch.query.tree import all_of, any_of, none_of, side_by_side
from talksearch.words import fold_words

_FIELDS = ("speaker", "role", "show", "title", "kind", "episode", "lang")


class Draw:
    """Draws from these texts, and from the words and values that the index knows."""

    def __init__(self, seed: str, texts: Sequence[str], stock: Stock) -> None:
        self._random = random.Random(seed)
        self._texts = texts
        self._words = stock.words()
        self._values = {field: stock.words(field) for field in _FIELDS}

    def query(self, kind: str) -> Node:
        return KINDS[kind](self)

    def rare(self) -> Node:
        """Most words of an index are rare."""
        return Term(self._random.choice(self._words))

    def word(self) -> Node:
        return Term(self._word())

    def words(self) -> list[Node]:
        """Some of what is said in one place."""
        return [Term(word) for word in self._random.sample(self._together(12), self._count(2, 4))]

    def phrase(self) -> Node:
        return Phrase(" ".join(self._together(self._count(2, 4))))

    def prefix(self) -> Node:
        return Prefix(self._word(4)[: self._count(3, 5)])

    def fuzzy(self) -> Node:
        word, at = self._word(4), self._count(1, 3)
        spelt = self._random.choice([word, word[:at] + word[at + 1 :], word[:at] + "e" + word[at:]])
        return Fuzzy(spelt, self._count(1, 2))

    def near(self) -> Node:
        said = self._together(8)
        left, right = self._random.sample([Term(said[0]), Phrase(" ".join(said[3:5]))], 2)
        return Near(left, right, self._count(1, 6))

    def condition(self) -> Node:
        field = self._random.choice(_FIELDS)
        value = self._random.choice(self._values[field])
        if field in ("speaker", "show", "title"):
            value = self._random.choice(value.split())
        return condition(field, value)

    def dates(self) -> Node:
        spans = ["2016..2018-03", "2017-05", "2018-02-03..", "..2017", "2018", "2017-05-06"]
        return condition("date", self._random.choice(spans))

    def several(self) -> Node:
        """Of three other kinds."""
        first, *rest = map(self.query, self._random.sample([*KINDS][:-1], 3))
        combine = self._random.choice([all_of, any_of, side_by_side])
        return combine([first, self._random.choice([all_of, any_of])(rest)])

    def _count(self, least: int, most: int) -> int:
        return self._random.randint(least, most)

    def _together(self, count: int) -> tuple[str, ...]:
        """Words that stand in a passage one after the other."""
        while True:
            said = fold_words(self._random.choice(self._texts))
            if len(said) >= count:
                start = self._count(0, len(said) - count)
                return said[start : start + count]

    def _word(self, least: int = 1) -> str:
        while True:
            (word,) = self._together(1)
            if word.isalpha() and len(word) >= least:
                return word


KINDS: dict[str, Callable[[Draw], Node]] = {
    "rare": Draw.rare,
    "word": Draw.word,
    "words": lambda draw: side_by_side(draw.words()),
    "all": lambda draw: all_of(draw.words()),
    "any": lambda draw: any_of(draw.words()),
    "phrase": Draw.phrase,
    "prefix": Draw.prefix,
    "fuzzy": Draw.fuzzy,
    "near": Draw.near,
    "filter": lambda draw: all_of([draw.word(), draw.condition()]),
    "date": lambda draw: all_of([side_by_side(draw.words()), draw.dates()]),
    "not": lambda draw: all_of([draw.word(), none_of(draw.word())]),
    "several": Draw.several,
}
