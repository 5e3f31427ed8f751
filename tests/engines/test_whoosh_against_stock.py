"""The engine's answers are those of stock Whoosh over the same index."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from draws import KINDS, Draw
from hypothesis import example, given, settings
from hypothesis import strategies as st
from samples import ANN, Said, episode, passages, record
from stock import Stock
from trees import WORDS, episodes, queries

import talksearch
from talksearch.engines.whoosh.engine import WhooshEngine
from talksearch.query.fields import condition
from talksearch.query.nodes import EVERYTHING, Fuzzy, Node, Phrase, Prefix, Term, is_scored
from talksearch.query.tree import all_of, conjuncts, side_by_side
from talksearch.results import Hit, SearchRequest


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


def holding_words(stock: Stock, hits: Sequence[Hit], tree: Node) -> set[str]:
    """The hits that hold words of the query. The others answer a question that does."""
    holding = stock.scores(next((n for n in conjuncts(tree) if is_scored(n)), tree)).keys()
    for hit in hits:
        if hit.passage.id not in holding:
            assert hit.question is not None and hit.question.id in holding
    return {hit.passage.id for hit in hits} & holding


KNOWN = [
    episode("one", "The Long Kiln", "2020-07-15"),
    episode("two", "Kiln and Water", "2021-01-02"),
    episode("three", None, None),
    episode("four", "Kiln", "2020-12-31", "en"),
]
# Several words in one, one in two forms, a script without spaces.
MORE_WORDS = (
    *WORDS,
    "node.js",
    "nodejs",
    "kiln-salt",
    "kilnsalt",
    "#salt",
    "U.S.",
    "日日本",
    "本日",
)
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


# Two that must match have a part in common, which counts in each.
SHARED_PART = side_by_side(
    [
        all_of([Fuzzy("salty", 2), Term("glazed")]),
        Prefix("sal"),
        all_of([Fuzzy("salty", 2), Phrase("kiln")]),
    ]
)


@settings(max_examples=20)
@example([({0: [(ANN, "salty glazed kiln"), (ANN, "the tide")]}, set())], 1, [SHARED_PART])
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
                assert found.total == engine.count(tree) == len(found.hits)
                assert holding_words(stock, found.hits, tree) == expected.keys()
                within = all_of([tree, condition("episode", "two")])
                selected = {passage.id for passage, _ in engine.select(within)}
                hits = engine.search(SearchRequest(within, limit=len(stock.ids) + 1)).hits
                assert selected == {hit.passage.id for hit in hits}
                assert holding_words(stock, hits, within) == stock.scores(within).keys()
        finally:
            stock.close()
            engine.close()


DATES = ("2016-05-06", "2017-05-06", "2018-02-01", "2018-12-31", None)


@dataclass(frozen=True, slots=True)
class Real:
    """An index of real transcripts, opened by both."""

    engine: WhooshEngine
    stock: Stock
    texts: list[str]


@pytest.fixture(scope="module")
def real(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    """Transcripts of five shows; of one the end is taken away later, another is removed."""
    home = tmp_path_factory.mktemp("changelog")
    with talksearch.open(home) as archive:
        shows = sorted((shared / "data" / "changelog").glob("*/"))
        for show, date in zip(shows, DATES, strict=True):
            found = sorted(show.glob("*.md"))
            archive.add(
                *found[:: len(found) // 6],
                show=show.name,
                date=date,
                language="en",
                hosts=("Adam Stacoviak", "Daniel Whitenack"),
                guests=("Jerod Santo",),
            )
        shortened, removed, *_ = sorted((home / "corpus").rglob("*.md"))
        text = shortened.read_text("utf-8")
        shortened.write_text(text[: len(text) // 2], "utf-8")
        for path in removed.parent.glob(f"{removed.name}*"):
            path.unlink()
        statuses = [outcome.status for outcome in archive.refresh().outcomes]
        assert sorted(statuses) == ["changed", "gone"]
    engine = WhooshEngine(home / "index")
    passages = [passage for passage, _ in engine.select(EVERYTHING)]
    stock = Stock(home / "index", passages)
    assert stock.segments > 3 and len(stock.ids) > 7_000
    yield Real(engine, stock, [passage.text for passage in passages])
    stock.close()
    engine.close()


@pytest.mark.parametrize("kind", KINDS)
def test_real_transcripts(real: Real, kind: str) -> None:
    draw = Draw(kind, real.texts, real.stock)
    trees = [draw.query(kind) for _ in range(39)]
    found = [compare(real.engine, real.stock, tree) for tree in trees]
    assert sum(map(bool, found)) > 15, "queries that find nothing test little"
    for tree, expected in [*zip(trees, found, strict=True)][::3]:
        page = real.engine.search(SearchRequest(tree, limit=10))
        assert page.total >= len(expected)
        if page.total < 100:
            whole = real.engine.search(SearchRequest(tree, limit=100)).hits
            assert len(whole) == page.total
            assert holding_words(real.stock, whole, tree) == expected.keys()
            assert whole[:10] == page.hits
