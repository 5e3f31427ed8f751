"""Random archives and random queries: the engine answers as the oracle does."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ordered import Ordered
from samples import Said, episode, passages, put
from trees import WORDS, episodes, queries

from talksearch.engines.whoosh.engine import WhooshEngine
from talksearch.query.fields import condition
from talksearch.query.nodes import Node, Words
from talksearch.query.tree import all_of, conjuncts, mapped, without
from talksearch.results import SearchRequest

KNOWN = [
    episode("one", "The Long Kiln", "2020-07-15"),
    episode("two", "Kiln and Water", "2021-01-02"),
    episode("three", None, None),
]
# Questions; names, titles, and what people do.
SAID = (*WORDS, "salt?", "kiln?", "ann", "nico")
ASKED = (*WORDS, "ann", "nico", "thiebaut", "bo", "engineer", "two")
MENTIONS = [("about", "nico"), ("about", "ann"), ("about", "nico thiebaut"), ("about", "tide")]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(episodes(SAID), min_size=1, max_size=3),
    st.lists(episodes(SAID), max_size=2),
    st.lists(queries(ASKED, MENTIONS, sequences=True), min_size=6, max_size=12),
)
def test_the_engine_answers_as_the_oracle(
    first: list[list[Said]], later: list[list[Said]], trees: list[Node]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = WhooshEngine(Path(folder))
        put(engine, *zip(KNOWN, first, strict=False))
        # Some are replaced: there are deleted documents, and several segments.
        put(engine, *zip(KNOWN, later, strict=False))
        said = dict(enumerate(first)) | dict(enumerate(later))
        entries = [
            (passage, KNOWN[number])
            for number, texts in said.items()
            for passage in passages(KNOWN[number], texts)
        ]
        oracle = Ordered(entries)
        try:
            for tree in trees:
                compare(engine, oracle, tree)
                compare_within(engine, all_of([tree, condition("episode", "two")]))
        finally:
            engine.close()


def compare_within(engine: WhooshEngine, tree: Node) -> None:
    """Selecting looks at the episode alone, searching at everything."""
    hits = engine.search(SearchRequest(tree, limit=100)).hits
    selected = [passage.id for passage, _ in engine.select(tree)]
    assert sorted(selected) == sorted(hit.passage.id for hit in hits)


def compare(engine: WhooshEngine, oracle: Ordered, tree: Node) -> None:
    found = engine.search(SearchRequest(tree, limit=100, facets=("speaker", "role", "year")))
    expected = oracle.ranking(tree)
    names = {n: oracle.entries[n][0].id for n in expected}
    assert found.total == len(expected) == engine.count(tree)
    assert {hit.passage.id for hit in found.hits} == set(names.values())
    scores = {names[n]: score for n, score in expected.items()}
    assert {hit.passage.id: hit.score for hit in found.hits} == pytest.approx(scores, abs=1e-5)
    said = mapped(tree, oracle.about)
    in_full = [
        all(oracle.matches(node, n) and all(oracle.holds(part, n) for part in node.children)
            for node in conjuncts(said) if isinstance(node, Words))
        for n in (next(m for m in names if names[m] == hit.passage.id) for hit in found.hits)
    ]  # fmt: skip
    assert in_full == sorted(in_full, reverse=True)
    for tier in (True, False):
        ordered = [h.score for h, full in zip(found.hits, in_full, strict=True) if full is tier]
        assert ordered == sorted(ordered, key=lambda score: -(score or 0))
    speaker, role, year = found.facets
    for facet, counts in [
        (speaker, oracle.counts(
            without(tree, "speaker"),
            lambda e: e[0].speaker.person.name if e[0].speaker.person else None,
        )),
        (role, oracle.counts(
            without(tree, "role"),
            lambda e: e[0].speaker.role.value if e[0].speaker.role else None,
        )),
        (year, oracle.counts(
            without(tree, "year"), lambda e: str(e[1].date.year) if e[1].date else None
        )),
    ]:  # fmt: skip
        assert {v.value: v.count for v in facet.values} == counts
