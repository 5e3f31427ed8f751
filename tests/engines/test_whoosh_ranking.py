"""Conversations: answers are found by their questions, speakers by their names, and what is said
twice is shown once."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from ordered import Ordered
from samples import ANN, BO, NICO, episode, passages, put
from test_engine_against_oracle import compare

from talksearch.engines.whoosh.engine import WhooshEngine
from talksearch.model import NOBODY
from talksearch.query.fields import condition
from talksearch.query.nodes import Node, Term
from talksearch.query.parser import parse
from talksearch.query.tree import all_of, side_by_side
from talksearch.results import Hit, SearchRequest

VOCABULARY = ("salt", "salts", "glaze", "kiln", "tide", "ash", "cone", "shard", "slip", "wheel",
              "clay", "ann", "nico", "engineer", "two", "ever")  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_conversations_are_ordered_as_by_the_oracle(seed: int, tmp_path: Path) -> None:
    draw = random.Random(seed)
    known = [episode(name, "Kiln", date) for name, date in (("one", "2020-07-15"), ("two", None))]
    engine = WhooshEngine(tmp_path)
    entries = []
    for about in known:
        said = []
        for _ in range(draw.randint(4, 14)):
            words = draw.choices(VOCABULARY, k=draw.choice([1, 2, 6, 7, 9, 14]))
            mark = draw.choice(["?", "?", ".", ""])
            said.append((draw.choice([ANN, BO, NICO]), " ".join(words) + mark))
        put(engine, (about, said))
        entries += [(passage, about) for passage in passages(about, said)]
    oracle = Ordered(entries)
    asked = 0
    for _ in range(40):
        text = draw.choice(entries)[0].text.rstrip("?.").split()
        start = draw.randint(0, len(text) - 1)
        words = [*text[start : start + draw.randint(1, 6)], *draw.choices(VOCABULARY, k=1)]
        tree: Node = side_by_side([Term(word) for word in words])
        if draw.random() < 0.3:
            tree = all_of([tree, condition("speaker", draw.choice(["ann", "nico"]))])
        compare(engine, oracle, tree)
        hits = engine.search(SearchRequest(tree, limit=100, explain=True)).hits
        asked += sum(hit.question is not None for hit in hits)
        for hit in hits:
            assert hit.explanation is not None
            assert sum(score for _, score in hit.explanation) == pytest.approx(hit.score, abs=1e-9)
    assert asked > 3
    engine.close()


QUESTION = "So when it cools, how long does a kiln of salt glaze take?"
ANSWER = "Two days for the small one, and a week for the other."
FILLER = "Nobody would have thought of that at the time."


def search(engine: WhooshEngine, query: str, **options: object) -> tuple[Hit, ...]:
    return engine.search(SearchRequest(parse(query), **options)).hits  # type: ignore[arg-type]


@pytest.fixture
def engine(tmp_path: Path) -> WhooshEngine:
    engine = WhooshEngine(tmp_path)
    said = [(ANN, QUESTION), (BO, "Right."), (NICO, ANSWER), (ANN, "Thank you."), (NICO, FILLER)]
    put(engine, (episode("one"), said), (episode("two"), [(ANN, FILLER), (NICO, "Salt glaze.")]))
    return engine


def test_who_is_named_need_not_say_their_own_name(tmp_path: Path) -> None:
    """“ann on glaze”: what Ann says comes first, before who says all of these words."""
    engine = WhooshEngine(tmp_path)
    kiln = episode("one", "Kiln")
    said = [
        (NICO, "I heard Ann once on a glaze that runs."),
        (
            ANN,
            "Look at the glaze, on the rim and on the foot: there it is thin, there it is thick.",
        ),
        (BO, "Tell us more about that glaze."),
        (ANN, "No."),
    ]
    put(engine, (kiln, said))
    hits = engine.search(SearchRequest(parse("ann on glaze"))).hits
    assert [hit.passage.speaker for hit in hits] == [ANN, NICO, BO]
    engine.close()


def test_who_is_named_and_says_no_word_of_it_does_not_come_first(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    asked = "So is it true what they say, Ann Lee, that it runs?"
    said = [(BO, asked), (ANN, "It is true, and it has been for years."), (NICO, "So says Ann.")]
    put(engine, (episode("one"), said))
    hits = search(engine, "ann lee")
    assert [hit.passage.speaker for hit in hits] == [BO, ANN, NICO]
    assert (hits[0].score or 0) < (hits[1].score or 0)
    assert [hit.passage.speaker for hit in search(engine, "ann lee", group="episode")] == [BO]
    engine.close()


def test_who_says_their_own_name_comes_behind_who_talks_about_it(tmp_path: Path) -> None:
    """“what did Ann Lee say about glaze”: not that she is Ann Lee."""
    engine = WhooshEngine(tmp_path)
    said = [
        (ANN, "On the door it said Ann Lee, in those years, and it was me who opened the door."),
        (BO, "And then they came in, all of them."),
        (ANN, "A glaze is glass, no more than that, and it runs when it is much too hot for it."),
        (BO, "So it does, and nobody can tell why it does."),
        *[(NICO, f"It is number {n}.") for n in range(60)],
    ]
    put(engine, (episode("one"), said))
    hits = search(engine, "what did ann lee say about glaze")
    assert [hit.passage.id for hit in hits[:2]] == ["one.2", "one.0"]
    engine.close()


def test_who_is_but_called_by_name_is_not_asked_about_the_rest(tmp_path: Path) -> None:
    """“what did Ann Lee say about glaze”: not what she says when somebody calls her."""
    engine = WhooshEngine(tmp_path)
    said = [
        (BO, "So who is it that is here, at the door, is it Ann Lee?"),
        (ANN, "It is, and so it was in all of those years at the door."),
        *[(NICO, f"It is number {n}, or a glaze.") for n in range(20)],
        (BO, "What is it that they say, Ann Lee, of the glaze that runs?"),
        (ANN, "It is true, and it has been for years."),
    ]
    put(engine, (episode("one"), said))

    def by_the_question(query: str) -> list[bool]:
        found = {hit.passage.id: hit.explanation for hit in search(engine, query, explain=True)}
        return [dict(found[name] or ()).get("the question", 0) > 0 for name in ("one.1", "one.23")]

    assert by_the_question("ann lee glaze") == [False, True]
    assert by_the_question("ann lee") == [True, True]  # nothing else is looked for
    engine.close()


def test_a_word_that_is_nearly_everywhere_ranks_what_rarer_ones_find(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    put(
        engine,
        (episode("old", None, "2020-01-01"), [(ANN, "The salt and a kiln."), (BO, "A pot.")]),
        (episode("new", None, "2021-01-01"), [(ANN, "The salt and a pot."), (BO, "A kiln.")]),
        (episode("more", None, "2019-01-01"), [(BO, f"A kiln, number {n}.") for n in range(300)]),
    )
    hits = search(engine, "salt kiln shards")
    assert [hit.passage.id for hit in hits] == ["old.0", "new.0"]
    engine.close()


def test_what_comes_before_counts_in_the_title_as_well(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    said = [(ANN, "One of them."), (NICO, "It is a glaze.")]
    put(
        engine,
        (episode("one", None, "2020-01-01"), said),
        (episode("two", None, "2021-01-01"), said),
    )
    assert [hit.passage.id for hit in search(engine, "glaze")] == ["two.1", "one.1"]
    assert [hit.passage.id for hit in search(engine, "one THEN glaze")] == ["one.1", "two.1"]
    engine.close()


def test_what_holds_all_of_several_groups_comes_first(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    several = "Salt, kiln, tide: salt, kiln, tide: salt, kiln, tide."
    every = "There was salt, and a kiln, and by the tide, which is high there, a glaze of our own."
    put(engine, (episode("one"), [(ANN, several), *[(BO, "Glaze.")] * 6, (NICO, every)]))
    for query in ("(salt kiln) AND (tide glaze)", "(tide glaze) AND (salt kiln)"):
        hits = engine.search(SearchRequest(parse(query))).hits
        assert [hit.passage.speaker for hit in hits] == [NICO, ANN]
        assert (hits[0].score or 0) < (hits[1].score or 0)
    engine.close()


def test_three_in_a_row_count_whatever_stands_beside_them(engine: WhooshEngine) -> None:
    for query in ("kiln of salt node.js", "node.js kiln of salt", "kiln of salt glaze kil*"):
        (hit, *_) = search(engine, query, explain=True)
        assert hit.passage.text == QUESTION
        assert dict(hit.explanation or ())["words in a row"] > 0


def test_a_name_of_who_speaks_is_not_absent(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    put(engine, (episode("one"), [(ANN, "The tide gauge."), (NICO, "A letter for Bo, Ann.")]))
    for query, absent in (
        ('"tide gauge" ann', ()),
        ('"tide gauge" bo', (Term("bo"),)),
        ('"tide gauge" nico', (Term("nico"),)),  # who says something else
    ):
        assert engine.search(SearchRequest(parse(query))).absent == absent
    engine.close()


def test_an_answer_is_found_by_its_question_and_shown_with_it(engine: WhooshEngine) -> None:
    hits = {hit.passage.id: hit for hit in search(engine, "salt kiln cools")}
    answer = hits["one.2"]
    assert answer.question is not None and answer.question.text == QUESTION
    assert answer.highlighted.spans == ()
    assert answer.to_dict()["question"]["text"] == QUESTION
    # "Right." answers nothing; "Thank you." does not end the answer.
    assert hits.keys() == {"one.0", "one.2", "one.4", "two.1"}
    assert hits["one.0"].question is None and "question" not in hits["one.0"].to_dict()


def test_a_filter_holds_for_the_answer(engine: WhooshEngine) -> None:
    assert [hit.passage.id for hit in search(engine, "kiln cools speaker:nico")] == [
        "one.2",
        "one.4",
    ]
    assert [hit.passage.id for hit in search(engine, "kiln cools speaker:ann")] == ["one.0"]


@pytest.mark.parametrize(
    "query", ["kiln", '"kiln of salt"', "kiln AND salt", "kiln -nobody", "kil*"]
)
def test_who_asks_strictly_gets_what_holds_the_words(engine: WhooshEngine, query: str) -> None:
    assert [hit.passage.id for hit in search(engine, query)] == ["one.0"]


def test_totals_counts_and_selections_agree(engine: WhooshEngine) -> None:
    tree = parse("kiln cools salt")
    found = engine.search(SearchRequest(tree, limit=2, facets=("role",)))
    assert found.total == engine.count(tree) == len(list(engine.select(tree))) == 4
    assert {value.value: value.count for value in found.facets[0].values} == {"guest": 3, "host": 1}


@pytest.mark.parametrize("query", ["kiln", "kiln tide"])
def test_speech_comes_before_show_notes_that_say_as_much(query: str, tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    # As good as each other, the newer one would come first.
    put(engine, (episode("old", None, "2020-01-01"), [(ANN, "A kiln by the tide, then.")]))
    put(engine, (episode("new", None, "2021-01-01"), [(NOBODY, "A kiln by the tide, now.")]))
    said, noted = search(engine, query, explain=True)
    assert (said.passage.id, noted.passage.id) == ("old.0", "new.0")
    parts = [dict(hit.explanation or ()) for hit in (said, noted)]
    assert "show notes" not in parts[0]
    assert parts[0]["its length"] == parts[1]["its length"] < 0
    assert parts[1]["show notes"] < 0
    assert sum(parts[1].values()) == pytest.approx(noted.score)


@pytest.mark.parametrize("query", ["salt kiln", "kiln"])
def test_what_is_said_twice_is_shown_once(query: str, tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    twice = (
        "The salt goes in at the very end, when the kiln is as hot as it will ever be that day, "
        "and not a minute before it."
    )
    others = [(NICO, f"Number {n}, salt, {'and so on, ' * 30} or in some kiln.") for n in range(40)]
    put(engine, (episode("one", None, "2020-01-01"), [(NICO, twice), *others[:20]]))
    put(engine, (episode("two", None, "2021-01-01"), [(ANN, twice.upper()), *others[20:]]))
    put(engine, (episode("three"), [(ANN, FILLER)] * 200))
    hits = search(engine, query, limit=100, explain=True)
    copies = [at for at, hit in enumerate(hits) if hit.passage.text.upper() == twice.upper()]
    (first, last) = copies
    # Behind all others, of which many are as good as the last of the best.
    assert (len(hits), first, last) == (42, 0, 41)
    *_, (reason, loss) = hits[last].explanation or ()
    assert reason == "said in a better hit" and loss < 0
    assert sum(score for _, score in hits[last].explanation or ()) == pytest.approx(
        hits[last].score
    )
    pages = [search(engine, query, limit=5, offset=at) for at in range(0, 45, 5)]
    assert [hit.passage.id for page in pages for hit in page] == [hit.passage.id for hit in hits]
    # Where the other is filtered out, it is no copy.
    (alone, *_) = search(engine, f"{query} speaker:ann")
    assert alone.passage.text == twice.upper()
    engine.close()


@pytest.mark.parametrize("query", ["kiln", "salt kiln"])
def test_of_few_hits_the_copy_comes_last(query: str, tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    best, less = (f"The salt kiln {'and what came of it ' * n}in the end." for n in (4, 9))
    # The newest comes first among equals: a copy of the worse one is as good as that.
    for name, date in (("one", "2020-01-01"), ("two", "2021-01-01"), ("three", "2022-01-01")):
        put(engine, (episode(name, None, date), [(NICO, best), (ANN, FILLER), (NICO, less)]))
    hits = search(engine, query, explain=True)
    assert {hit.passage.text for hit in hits[:2]} == {best, less}
    assert len(hits) == 6
    for hit in hits[2:]:
        assert "said in a better hit" in dict(hit.explanation or ())
    engine.close()


def test_a_copy_comes_behind_what_holds_less(tmp_path: Path) -> None:
    """All words of the query stand in both, and come first but for that."""
    engine = WhooshEngine(tmp_path)
    told = f"{'and what came of it, ' * 5}is all that anybody can tell."
    best, less, least = f"Salt kiln, {told}", f"The kiln, {told}", f"Our kiln, {told}"
    for name, said in (("one", best), ("two", best), ("three", less), ("four", least)):
        put(engine, (episode(name), [(NICO, said), *[(ANN, FILLER)] * 9]))
    found = [hit.passage.text for hit in search(engine, "salt kiln")]
    assert [found[0], *sorted(found[1:3]), found[3]] == [best, least, less, best]
    engine.close()


LEADER = "The kiln cracked because the salt glaze was far too thick, which took us a year to see."


@pytest.fixture
def thoughts(tmp_path: Path) -> WhooshEngine:
    engine = WhooshEngine(tmp_path)
    further = "Nobody had thought of that before, until somebody else lost a whole {} to it."
    said = [
        (NICO, LEADER),
        (ANN, "Okay."),
        (NICO, further.format("kiln")),
        (ANN, further.format("kiln")),
        (BO, further.format("week")),
        (BO, further.format("kiln")),
    ]
    others = [(BO, f"Number {n}, and a kiln, {'and so on, ' * 20} and so on.") for n in range(55)]
    put(engine, (episode("one"), said), (episode("two"), others))
    put(engine, (episode("three"), [(ANN, FILLER)] * 500))
    return engine


def test_what_goes_on_from_a_hit_follows_it(thoughts: WhooshEngine) -> None:
    hits = search(thoughts, "kiln salt glaze cracked thick", limit=100, explain=True)
    by_id = {hit.passage.id: hit for hit in hits}
    first, goes_on, stranger = (by_id[name] for name in ("one.0", "one.2", "one.3"))
    assert hits[0] is first
    assert goes_on.score == pytest.approx(0.8 * first.score)
    assert dict(goes_on.explanation or ())["the same thought"] > 0
    assert sum(score for _, score in goes_on.explanation or ()) == pytest.approx(goes_on.score)
    # Another speaker goes on from nothing, though these are the same words.
    assert (stranger.score or 0) < 0.5 * (goes_on.score or 0)
    # It has to hold a word itself, and "Okay." does not.
    assert not {"one.1", "one.4"} & by_id.keys()
    pages = [search(thoughts, "kiln salt glaze cracked thick", limit=7, offset=n)
             for n in range(0, 70, 7)]  # fmt: skip
    assert [hit.passage.id for page in pages for hit in page] == [hit.passage.id for hit in hits]


def test_a_thought_goes_on_twice(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    further = "Nobody had thought of {} before, until somebody else lost a whole kiln to it."
    said = [(NICO, LEADER)]
    for each in ("that", "it", "this"):
        said += [(ANN, "Okay."), (NICO, further.format(each))]
    put(engine, (episode("one"), said), (episode("two"), [(ANN, FILLER)] * 500))
    hits = search(engine, "kiln salt glaze cracked thick", explain=True)
    assert [hit.passage.id for hit in hits] == ["one.0", "one.2", "one.4", "one.6"]
    first, *others = (hit.score or 0 for hit in hits)
    assert others[:2] == [pytest.approx(0.8 * first), pytest.approx(0.64 * first)]
    assert others[2] < 0.5 * first
    engine.close()


def test_what_goes_on_is_shown_once(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    goes_on = (NICO, "Nobody had thought of that before, until somebody else lost a whole kiln to "
               "it, and all that stood there.")  # fmt: skip
    for name, more in (("one", " Yes."), ("two", " No."), ("three", " Or two.")):
        put(engine, (episode(name), [(NICO, LEADER + more), (ANN, "Okay."), goes_on]))
    # More than are looked at closely, and better by themselves.
    others = [(BO, f"Number {n}, salt, a kiln, {'and so on, ' * 9} and so on.") for n in range(55)]
    put(engine, (episode("more"), [*others, *[(ANN, FILLER)] * 500]))
    query = "kiln salt glaze cracked thick"
    hits = search(engine, query, limit=100, explain=True)
    following = [at for at, hit in enumerate(hits) if hit.passage.text == goes_on[1]]
    assert len(hits) == 61 and following[0] == 3 and min(following[1:]) > 50
    for at in following[1:]:
        assert "the same thought" not in dict(hits[at].explanation or ())
    pages = [search(engine, query, limit=7, offset=n) for n in range(0, 70, 7)]
    assert [hit.passage.id for page in pages for hit in page] == [hit.passage.id for hit in hits]
    engine.close()


def test_what_goes_on_in_few_words_is_no_copy(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    goes_on = (NICO, "Nobody had thought of that before, with a whole kiln lost to it.")
    for name, more in (("one", " Yes."), ("two", " No."), ("three", " Or two.")):
        put(engine, (episode(name), [(NICO, LEADER + more), (ANN, "Okay."), goes_on]))
    others = [(BO, f"Number {n}, salt, a kiln, {'and so on, ' * 9} and so on.") for n in range(55)]
    put(engine, (episode("more"), [*others, *[(ANN, FILLER)] * 500]))
    hits = search(engine, "kiln salt glaze cracked thick", limit=6)
    assert {hit.passage.number for hit in hits[:3]} == {0}
    assert [hit.passage.text for hit in hits[3:]] == [goes_on[1]] * 3
    engine.close()


@pytest.mark.parametrize("query", ["kiln", "kiln AND nobody", '"whole kiln"', "kil*"])
def test_one_word_and_what_is_strict_has_no_thoughts(thoughts: WhooshEngine, query: str) -> None:
    hits = search(thoughts, query, limit=200, explain=True)
    parts = {part for hit in hits for part, _ in hit.explanation or ()}
    assert hits and "the same thought" not in parts


def test_a_few_episodes_more_are_ordered_as_all_at_once(tmp_path: Path) -> None:
    """What a large index and a small one number by themselves is numbered over both."""
    known = [episode(f"e{n:03}", ("Kiln", "Tide")[n % 2], "2020-07-15") for n in range(303)]
    question = "Does salt glaze {} last, e{:03}?"
    said = [
        [(ANN, question.format(VOCABULARY[n % 16], n * 7 % 303)), (NICO, "Salt, two of them.")]
        for n in range(303)
    ]
    both = list(zip(known, said, strict=True))
    grown, whole = (WhooshEngine(tmp_path / name) for name in ("grown", "whole"))
    put(whole, *both)
    for first, last in ((0, 300), (300, 302), (302, 303)):
        put(grown, *both[first:last])
    assert len(grown._reader().snapshot.leaves) > 1
    titled = "engineer e301"  # said in some, of which one has that title
    for query in ("salt e302", "glaze last e301", 'title:e302 "two of them"', "tide", titled):
        for options in ({}, {"group": "episode"}, {"sort": "newest"}, {"facets": ("show",)}):
            pages = [
                each.search(SearchRequest(parse(query), limit=400, **options))  # type: ignore[arg-type]
                for each in (grown, whole)
            ]
            assert pages[0].total == pages[1].total > 0
            assert pages[0].hits == pages[1].hits
            assert pages[0].facets == pages[1].facets
    grown.close()
    whole.close()
