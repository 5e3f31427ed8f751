"""Random archives and random queries, for Hypothesis."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st
from samples import ANN, BO, NICO, Said

from talksearch.model import NOBODY
from talksearch.query.fields import condition
from talksearch.query.nodes import Fuzzy, Near, Node, Phrase, Prefix, Term, Then
from talksearch.query.tree import all_of, any_of, none_of, side_by_side

WORDS = ("salt", "salts", "salty", "the", "glaze", "glazed", "kiln", "tide", "tides")


def queries(
    words: Sequence[str] = WORDS,
    conditions: Sequence[tuple[str, str]] = (),
    sequences: bool = False,
) -> st.SearchStrategy[Node]:
    """Trees in normal form over words and conditions, beside the usual ones; with ``sequences``
    what Whoosh knows nothing of."""
    plain = st.sampled_from([word for word in words if word.isascii() and word.isalpha()])
    word = st.sampled_from(words)
    phrase = st.lists(word, min_size=1, max_size=3).map(" ".join).map(Phrase)
    side = st.one_of(word.map(Term), phrase)
    broken = st.lists(phrase, min_size=2, max_size=3).map(_broken)
    leaf = st.one_of(
        word.map(Term),
        phrase,
        *([broken] if sequences else []),
        st.sampled_from(["s", "sal", "ti", "q"]).map(Prefix),
        st.builds(Fuzzy, plain, st.sampled_from([1, 2])),
        st.builds(Near, side, side, st.integers(1, 4)),
        st.sampled_from([*_CONDITIONS, *conditions]).map(lambda pair: condition(*pair)),
    )
    return st.recursive(leaf, _in_sequence if sequences else _larger, max_leaves=6)


_CONDITIONS = (
    *(("speaker", name) for name in ("ann", "thiebaut", "katz")),
    *(("role", role) for role in ("guest", "host")),
    *(("show", show) for show in ("kiln", "water")),
    *(("kind", kind) for kind in ("speech", "notes")),
    *(("year", year) for year in ("2020", "2021")),
    *(("after", date) for date in ("2020-07", "2021")),
)


def _larger(trees: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(trees, min_size=1, max_size=3)
    return st.one_of(
        several.map(side_by_side), several.map(all_of), several.map(any_of), trees.map(none_of)
    )


def _broken(parts: Sequence[Phrase]) -> Phrase:
    return Phrase(" … ".join(part.text for part in parts))


def _in_sequence(trees: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.one_of(_larger(trees), st.builds(Then, trees, trees, st.integers(1, 3)))


def episodes(words: Sequence[str] = WORDS) -> st.SearchStrategy[list[Said]]:
    """What is said in an episode."""
    said: st.SearchStrategy[Said] = st.tuples(
        st.sampled_from([ANN, BO, NICO, NOBODY]),
        st.lists(st.sampled_from(words), min_size=1, max_size=9).map(" ".join),
    )
    return st.lists(said, min_size=1, max_size=5)
