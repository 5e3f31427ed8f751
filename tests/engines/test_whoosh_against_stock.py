"""The engine's answers are those of stock Whoosh over the same index."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from samples import Said, episode, passages, record
from stock import Stock
from trees import WORDS, episodes, queries

from talksearch.engines.whoosh.engine import WhooshEngine
from talksearch.query.fields import condition
from talksearch.query.nodes import EVERYTHING, Node
from talksearch.query.tree import all_of
from talksearch.results import SearchRequest


def word_scores(engine: WhooshEngine, stock: Stock, tree: Node) -> dict[str, float]:
    """The passages that match, with what their words score before anything else is considered."""
    found = engine._reader().evaluation().scored(tree)
    scored = zip(found.documents.tolist(), found.scores.tolist(), strict=True)
    return {stock.ids[number]: score for number, score in scored}


def compare(engine: WhooshEngine, stock: Stock, tree: Node) -> dict[str, float]:
    """The same passages, with the same scores, in the same order; which are returned."""
    expected = stock.scores(tree)
    scores = word_scores(engine, stock, tree)
    assert scores.keys() == expected.keys()
    assert all(abs(scores[name] - expected[name]) <= 1e-5 for name in expected)
    # Equals may stand in any order.
    ordered = [scores[name] for name in expected]
    assert all(abs(a - b) <= 1e-5 for a, b in zip(ordered, sorted(ordered)[::-1], strict=True))
    return expected


KNOWN = [
    episode("one", "The Long Kiln", "2020-07-15"),
    episode("two", "Kiln and Water", "2021-01-02"),
    episode("three", None, None),
    episode("four", "Kiln", "2020-12-31", "en"),
]
# Several words in one, one in two forms, a script without spaces.
MORE_WORDS = (*WORDS, "node.js", "kiln-salt", "#salt", "U.S.", "日日本", "本日")
MORE_CONDITIONS = (
    ("episode", "two"), ("title", "episode one"), ("lang", "en"), ("job", "engineer"),
    ("org", "hired"), ("org", "water"), ("date", "2020-07..2020"), ("date", "2020-07-15"),
    ("before", "2020-12-31"),
)  # fmt: skip
# What is put, and taken out, by number.
COMMIT = st.tuples(
    st.dictionaries(st.integers(0, 3), episodes(MORE_WORDS), min_size=1, max_size=3),
    st.sets(st.integers(0, 3), max_size=1),
)


@settings(deadline=None, max_examples=20)
@given(
    st.lists(COMMIT, min_size=1, max_size=9),
    # In an archive of 200 passages some words are common.
    st.sampled_from([1, 1, 30]),
    st.lists(queries(MORE_WORDS, MORE_CONDITIONS), min_size=15, max_size=25),
)
def test_random_archives(
    commits: list[tuple[dict[int, list[Said]], set[int]]], times: int, trees: list[Node]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = WhooshEngine(Path(folder))
        for entries, gone in commits:
            with engine.writer() as writer:
                for number in gone - entries.keys():
                    writer.remove(KNOWN[number].id)
                for number, said in entries.items():
                    found = passages(KNOWN[number], said * times)
                    writer.put(record(KNOWN[number], found), found)
                writer.commit()
        stock = Stock(Path(folder))
        try:
            for tree in (*trees, EVERYTHING):
                expected = compare(engine, stock, tree)
                found = engine.search(SearchRequest(tree, limit=len(stock.ids) + 1))
                assert {hit.passage.id for hit in found.hits} == expected.keys()
                assert found.total == engine.count(tree) == len(expected)
                within = all_of([tree, condition("episode", "two")])
                selected = {passage.id for passage, _ in engine.select(within)}
                assert selected == stock.scores(within).keys()
        finally:
            stock.close()
            engine.close()
