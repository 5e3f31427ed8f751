"""What holds for every query: ``parse(str(tree)) == tree``, and no other error than ours."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from talksearch.errors import QuerySyntaxError
from talksearch.query.fields import condition
from talksearch.query.nodes import (
    EVERYTHING,
    Fuzzy,
    Near,
    Node,
    Not,
    Phrase,
    Prefix,
    Term,
    Then,
    field_of,
    is_scored,
)
from talksearch.query.parser import parse
from talksearch.query.tree import (
    across_turns,
    all_of,
    any_of,
    both,
    conjuncts,
    leaves,
    none_of,
    side_by_side,
    without,
)

WORD = st.sampled_from(["war", "Zoë", "don't", "C++", "R&B", "日本", "2020", "x"])
TERM = WORD.map(Term)
SAID = st.lists(WORD, min_size=1, max_size=4).map(" ".join)
PHRASE = st.builds(Phrase, SAID, st.booleans())
FILTER = st.sampled_from(
    [
        condition("speaker", "Nico Thiebaut"),
        condition("speaker", "ann"),
        condition("role", "guest host"),
        condition("show", "R&B: live"),
        condition("kind", "ad"),
        condition("year", "2020"),
        condition("after", "2020-07"),
        condition("before", "2021"),
        condition("date", "2019..2020-02-03"),
        condition("title", 'the "best" \\ of'),
    ]
)
BROKEN = st.lists(PHRASE, min_size=2, max_size=3).map(
    lambda parts: Phrase(" … ".join(part.text for part in parts), parts[0].across_turns)
)
LEAF = st.one_of(
    TERM,
    PHRASE,
    BROKEN,
    WORD.filter(str.isalpha).map(Prefix),
    st.builds(Fuzzy, WORD.filter(str.isalpha), st.sampled_from([1, 2])),
    st.builds(Near, st.one_of(TERM, PHRASE), st.one_of(TERM, PHRASE), st.integers(1, 100)),
    FILTER,
)


def _larger(trees: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(trees, min_size=1, max_size=3)
    return st.one_of(
        several.map(side_by_side),
        several.map(all_of),
        several.map(any_of),
        trees.map(none_of),
        st.builds(Then, trees, trees, st.integers(1, 100)),
    )


TREES: st.SearchStrategy[Node] = st.recursive(LEAF, _larger, max_leaves=8)


@settings(max_examples=300)
@given(TREES)
def test_a_tree_is_what_its_text_says(tree: Node) -> None:
    assert parse(str(tree)) == tree


_SIGNS = [
    *'ab"()-*~: /\\“”«\n.…',
    "AND ",
    "OR ",
    "NEAR",
    "NOT ",
    "THEN ",
    "host:",
    "across:",
    "date:",
]


@settings(max_examples=300)
@given(st.one_of(st.text(), st.lists(st.sampled_from(_SIGNS), max_size=30).map("".join)))
def test_any_text_is_a_tree_or_an_error_with_a_place(text: str) -> None:
    try:
        tree = parse(text)
    except QuerySyntaxError as error:
        assert error.query == text and 0 <= error.start <= error.end <= len(text)
    else:
        assert parse(str(tree)) == tree


@settings(max_examples=150)
@given(TREES, TREES)
def test_trees_are_put_together_as_text_is(left: Node, right: Node) -> None:
    assert set(leaves(all_of([left, right]))) == {*leaves(left), *leaves(right)}
    assert none_of(none_of(left)) == left
    joined = both(left, right)
    assert parse(str(joined)) == joined


@settings(max_examples=150)
@given(TREES)
def test_without_a_field_nothing_filters_by_it(tree: Node) -> None:
    rest = without(tree, "speaker", "year")
    assert not {field_of(part) for part in conjuncts(rest)} & {"speaker", "year"}
    excluded = [part for part in conjuncts(tree) if isinstance(part, Not) or is_scored(part)]
    assert set(excluded) <= set(conjuncts(rest))


@settings(max_examples=100)
@given(TREES)
@example(parse('war "peg war" across:"peg war"'))  # two that become one
def test_with_turns_that_run_on_it_is_still_the_tree_of_its_text(tree: Node) -> None:
    wide = across_turns(tree)
    assert parse(str(wide)) == wide == across_turns(wide)
    phrases = [leaf for leaf in leaves(wide) if isinstance(leaf, Phrase)]
    assert all(phrase.across_turns for phrase in phrases)


def test_options_are_added_as_if_they_were_typed() -> None:
    for left, right in [
        ("war role:host", "role:guest"),
        ("war", "speaker:ann speaker:bo"),
        ("war -kind:ad", "year:2020 year:2021"),
        ("(a OR b)", "role:guest"),
        ("", "role:guest"),
    ]:
        assert both(parse(left), parse(right)) == parse(f"{left} {right}")


def test_filters_that_must_all_hold_are_no_alternatives_to_one_that_is_added() -> None:
    added = both(parse("speaker:ann AND speaker:bo"), parse("speaker:cy"))
    assert added == parse("speaker:ann AND speaker:bo AND speaker:cy")


def test_everything_is_only_ever_the_whole_tree() -> None:
    war = Term("war")
    assert (all_of([war, EVERYTHING]), any_of([war, EVERYTHING])) == (war, EVERYTHING)


def test_what_is_excluded_is_a_part_as_well() -> None:
    assert list(leaves(parse("war -peace"))) == [Term("war"), Term("peace")]
    assert list(leaves(EVERYTHING)) == []
