"""Phrases that begin in one passage and end in another; words that are near to each other there."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import Oracle
from samples import ANN, BO, NICO, episode, passages, record

from talksearch.engines.whoosh import merging, omitting
from talksearch.engines.whoosh.engine import WhooshEngine
from talksearch.model import Kind, Speaker
from talksearch.query.nodes import Near, Phrase, Term, Then
from talksearch.query.parser import parse
from talksearch.results import SearchRequest

Piece = tuple[Speaker, str, bool, Kind]
"""Who says what, whether it goes on with the turn before, and of what kind it is."""

ONE, TWO = episode("one", "The Long Kiln"), episode("two", "Tide & Water")


def write(engine: WhooshEngine, *episodes: list[Piece]) -> Oracle:
    """An archive of these, and the oracle for it. Each episode is a commit of its own."""
    entries = []
    for about, pieces in zip((ONE, TWO), episodes, strict=False):
        turns: list[int] = []
        for number, (_, _, goes_on, _) in enumerate(pieces):
            turns.append(turns[-1] if goes_on and number else number)
        found = passages(about, [(who, text) for who, text, _, _ in pieces], turns=turns)
        kinds: dict[int, Kind] = {}
        for place, (_, _, _, kind) in enumerate(pieces):
            kinds.setdefault(turns[place], kind)
        found = [
            type(p)(**{name: getattr(p, name) for name in p.__slots__} | {"kind": kinds[p.turn]})
            for p in found
        ]
        with engine.writer() as writer:
            writer.put(record(about, found), found)
            writer.commit()
        entries += [(passage, about) for passage in found]
    return Oracle(entries)


S, N, AD = Kind.SPEECH, Kind.NOTES, Kind.AD
TALK: list[Piece] = [
    (ANN, "We nailed a tide", False, S),  # 0
    (ANN, "gauge to the pier. It was", True, S),  # 1
    (ANN, "that", True, S),  # 2
    (ANN, "simple.", True, S),  # 3
    (NICO, "Simple, you say: not to", False, S),  # 4
    (BO, "be.", False, S),  # 5
    (NICO, "Or to", False, S),  # 6
    (BO, "Buy our", False, AD),  # 7
    (BO, "salt.", True, AD),  # 8
    (NICO, "be.", False, S),  # 9
    (BO, "Tide", False, N),  # 10
    (BO, "tables.", False, N),  # 11
]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[WhooshEngine]:
    engine = WhooshEngine(tmp_path / "index")
    yield engine
    engine.close()


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ('"tide gauge"', "0"),
        ('"a tide gauge to the pier"', "0"),
        ('"gauge tide"', ""),
        ('"it was that simple"', "1"),
        ('"that simple"', "2"),
        ('"was that"', "1"),
        ('"simple simple"', ""),
        ('across:"simple simple"', "3"),
        ('across:"not to be or to"', "4"),
        ('across:"to be"', "4"),
        ('across:"our salt"', "7"),
        ('"our salt"', "7"),
        ('across:"to buy"', ""),
        ('across:"salt be"', ""),
        ('across:"tide tables"', ""),
        ('across:"tables we"', ""),
        ('-"tide gauge" gauge', "1"),
        ('"tide gauge" AND nailed', "0"),
        ('"tide gauge" AND pier', ""),
        ('across:"to be" role:guest', "4"),
        ('across:"be or" speaker:bo', "5"),
        # Each of the four words of 1 to 3 is further than the one before.
        ("tide NEAR/1 gauge", "0"),
        ("gauge NEAR/1 tide", "0"),
        ("tide NEAR/3 pier", ""),
        ("tide NEAR/4 pier", "0"),
        ("nailed NEAR/2 gauge", ""),
        ("was NEAR/1 that", "1"),
        ("was NEAR/1 simple", ""),
        ("was NEAR/2 simple", "1"),
        ("it NEAR/100 simple", "1"),
        ('"gauge to the" NEAR/5 "simple"', "1"),
        ('"gauge to the" NEAR/4 "simple"', ""),
        # Either side may run on from one passage into the next.
        ('"tide gauge" NEAR/2 nailed', "0"),
        ('"tide gauge" NEAR/1 nailed', ""),
        ('pier NEAR/3 "tide gauge"', "0"),
        ('pier NEAR/2 "tide gauge"', ""),
        ('"that simple" NEAR/2 it', "1"),
        ('"pier it was" NEAR/1 "that simple"', "1"),
        ('"tide gauge" NEAR/4 "was that"', ""),
        ('"tide gauge" NEAR/5 "was that"', "0"),
        ("simple NEAR/100 say", "4"),
        ("buy NEAR/2 salt", "7"),
        ("tide NEAR/9 tables", ""),
        ("buy NEAR/9 say", ""),
        # With something left out, in one turn.
        ('"we nailed … gauge"', "0"),
        ('"nailed ... tide gauge to ... simple"', "0"),
        ('"tide … gauge to"', "0"),
        ('"it … that simple"', "1"),
        ('"gauge … tide"', ""),
        ('"simple … simple"', ""),
        ('across:"simple … simple"', "3"),
        ('across:"pier […] you say: not … or to"', "1"),
        ('across:"to … buy"', ""),
        ('across:"not … to be"', "4"),
        ('across:"not to … be"', "4"),
        ('"buy … salt"', "7"),
        ('"tide … tables"', ""),
    ],
)
def test_it_is_found_where_it_begins(engine: WhooshEngine, query: str, wanted: str) -> None:
    oracle = write(engine, TALK)
    tree = parse(query)
    found = {int(p.id.split(".")[1]) for p, _ in engine.select(tree)}
    assert found == set(map(int, wanted.split())) == oracle.matching(tree)


def test_characters_that_are_no_word_there_are_not_near(engine: WhooshEngine) -> None:
    pieces = [(ANN, "日本語の塩", False, S), (ANN, "本を読む。塩と本。", True, S)]
    write(engine, pieces)
    assert [p.id for p, _ in engine.select(parse("塩 NEAR/9 本"))] == ["one.0", "one.1"]
    assert [p.id for p, _ in engine.select(parse("日本語 NEAR/9 読む"))] == ["one.0"]
    assert engine.count(parse("む")) == engine.count(parse("む NEAR/20 語")) == 0


def test_every_passage_near_a_phrase_that_runs_on_is_found(engine: WhooshEngine) -> None:
    write(engine, [(ANN, "salt", False, S), (ANN, "salt salt", True, S), (ANN, "sea", True, S)])
    for distance, found in ((1, ["one.1"]), (2, ["one.0", "one.1"])):
        tree = parse(f'salt NEAR/{distance} "salt sea"')
        assert [p.id for p, _ in engine.select(tree)] == found


def test_a_phrase_runs_on_in_scripts_without_spaces(engine: WhooshEngine) -> None:
    pieces = [(ANN, "夏は京都の", False, S), (ANN, "大学で", True, S), (BO, "塩を。", False, S)]
    write(engine, pieces)
    found = {query: engine.count(parse(query)) for query in ('"の大学"', '"京都の大学で"')}
    assert found == dict.fromkeys(found, 1)
    assert [p.id for p, _ in engine.select(parse('across:"の大学で塩"'))] == ["one.0"]
    assert engine.count(parse('"で塩"')) == 0


@pytest.mark.parametrize("at_once", [3, 1000])
def test_it_is_found_when_segments_were_merged(
    engine: WhooshEngine, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "_AT_ONCE", at_once)
    for number in range(24):
        about = episode(f"e{number}")
        found = passages(about, [(ANN, "A tide"), (ANN, "gauge."), (BO, "Gone.")], turns=[0, 0, 1])
        with engine.writer() as writer:
            writer.put(record(about, found), found)
            if number % 3 == 0:
                writer.remove(f"e{number - 1}")
            writer.commit()
    left = {f"e{number}.0" for number in range(24) if number == 23 or number % 3 != 2}
    assert len(engine._reader().snapshot.leaves) < 20
    assert {p.id for p, _ in engine.select(parse('"tide gauge"'))} == left
    assert {p.id for p, _ in engine.select(parse('across:"tide gauge gone"'))} == left
    assert engine.count(parse('across:"gone a tide"')) == 0


def test_the_beginning_of_a_phrase_is_marked(engine: WhooshEngine) -> None:
    write(engine, TALK)

    def marked(query: str) -> str:
        (hit,) = engine.search(SearchRequest(parse(query))).hits
        assert [*engine.highlight(parse(query), [(hit.passage, hit.episode)])] == [hit.highlighted]
        return hit.highlighted.mark("<", ">")

    assert marked('"tide gauge"') == "We nailed a <tide>"
    assert marked('"it was that simple"') == "gauge to the pier. <It was>"
    assert marked('"tide gauge" AND nailed') == "We <nailed> a tide"
    assert marked('across:"not to be"') == "Simple, you say: <not to>"
    assert marked('"we … tide … that simple"') == "<We> nailed a <tide>"
    assert marked('"a tide gauge … simple"') == "We nailed <a tide>"
    assert marked('"we … tide gauge"') == "<We> nailed a tide"


def test_no_more_than_the_beginning_is_marked(tmp_path: Path) -> None:
    """Of the words before it, too, some stand in the phrase."""
    engine = WhooshEngine(tmp_path)
    write(engine, [(ANN, "No tide, a tide", False, S), (ANN, "gauge. The pier.", True, S)])
    (hit,) = engine.search(SearchRequest(parse('"a tide gauge the"'))).hits
    assert hit.highlighted.mark("<", ">") == "No tide, <a tide>"
    (hit,) = engine.search(SearchRequest(parse('"tide gauge the pier"'))).hits
    assert hit.highlighted.mark("<", ">") == "No tide, a <tide>"
    engine.close()


def test_what_a_phrase_goes_on_in_is_shown_behind_it(engine: WhooshEngine) -> None:
    write(engine, TALK)

    def behind(query: str) -> list[str]:
        (hit,) = engine.search(SearchRequest(parse(query))).hits
        return [passage.id for passage in hit.after]

    assert behind('"tide gauge"') == ["one.1"]
    assert behind('"tide gauge" kiln') == ["one.1"]
    assert behind('"tide gauge" NEAR/2 nailed') == ["one.1"]
    assert behind('across:"not to be or to"') == ["one.5", "one.6"]
    assert behind('nailed THEN/4 across:"not to be"') == ["one.5"]
    assert behind('"We nailed"') == []
    assert behind('"nailed … a tide gauge"') == ["one.1"]
    assert behind('"a … simple"') == ["one.1", "one.2", "one.3"]
    assert behind('"We … tide"') == []


def test_each_part_is_looked_for_before_the_next(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However far that is from where the last one stands."""
    monkeypatch.setattr(omitting, "OMITTED", 2)
    said = ["a", "b c c", "d e e", "f", "e", "g"]
    write(engine, [(ANN, text, number > 0, S) for number, text in enumerate(said)])
    for query, wanted in (
        ('"a … c … e … f"', ["one.0"]),
        ('"a … c … d … g"', []),
        ('"b … d … f … g"', ["one.1"]),
        ('"b … e … e"', []),
    ):
        assert [p.id for p, _ in engine.select(parse(query))] == wanted


TEXTS = st.lists(st.sampled_from(["salt", "the", "tide", "🎙"]), min_size=1, max_size=4)
PIECES = st.lists(
    st.tuples(
        st.sampled_from([ANN, BO]),
        TEXTS.map(" ".join),
        st.booleans(),
        st.sampled_from([S, S, AD, N]),
    ),
    min_size=1,
    max_size=8,
)
WORD = st.sampled_from(["salt", "the", "tide"])
PHRASES = st.lists(WORD, min_size=2, max_size=5).map(" ".join)
ANY_PHRASE = st.builds(Phrase, PHRASES, st.booleans())
SIDE = st.one_of(WORD.map(Term), st.lists(WORD, min_size=1, max_size=2).map(" ".join).map(Phrase))

SHORT = st.lists(WORD, min_size=1, max_size=2).map(" ".join)
BROKEN = st.builds(Phrase, st.lists(SHORT, min_size=2, max_size=3).map(" … ".join), st.booleans())
NEAR = st.builds(Near, SIDE, SIDE, st.integers(1, 5))
THEN = st.builds(Then, WORD.map(Term), WORD.map(Term), st.integers(1, 3))


@settings(max_examples=80)
@given(
    PIECES,
    PIECES,
    PIECES,
    st.lists(st.one_of(ANY_PHRASE, BROKEN, NEAR, THEN), min_size=8),
)
def test_it_finds_what_the_oracle_finds(
    former: list[Piece], one: list[Piece], two: list[Piece], queries: list[Phrase | Near | Then]
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(omitting, "OMITTED", 2)
        engine = WhooshEngine(Path(folder))
        try:
            write(engine, former)
            oracle = write(engine, one, two)
            oracle.omitted = 2
            for query in queries:
                expected = {oracle.entries[n][0].id for n in oracle.matching(query)}
                assert {p.id for p, _ in engine.select(query)} == expected
                hits = engine.search(SearchRequest(query, limit=100)).hits
                assert {hit.passage.id for hit in hits} == expected
        finally:
            engine.close()
