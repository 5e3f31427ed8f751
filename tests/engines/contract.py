"""What every engine does. A test module for one subclasses ``EngineContract``."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from samples import ANN, BO, NICO, Said, episode, passages, put, record

from talksearch.engines.base import Engine
from talksearch.model import NOBODY, Chapter, Person, Speaker
from talksearch.query.nodes import EVERYTHING
from talksearch.query.parser import parse
from talksearch.results import FACET_FIELDS, SearchRequest
from talksearch.words import words

CHAPTERS = (Chapter(1000, "Salt & Glaze", 3000, "https://example.org/c"), Chapter(3000, "Être"))
ONE = episode("one", "The Long Kiln", "2020-07-15", "en", CHAPTERS)
TWO = episode("two", "Tide & Water", "2021-01-02")
THREE = episode("three", None, None, "de")

ENTRIES: list[tuple[object, list[Said]]] = [
    (ONE, [
        (ANN, "What is salt good for?"),
        (NICO, "Salt makes a glaze. A glaze is glass, and the glass runs."),
        (ANN, "Really?"),
        (BO, "To be or not to be: that is C++, R&B and node.js, don't you think?"),
    ]),
    (TWO, [
        (ANN, "Running water, run water, the runner runs."),
        (NICO, "The tide makes no glaze. Zoë says it makes glasses."),
        (NOBODY, "Salt and tide: the show notes of this episode."),
    ]),
    (THREE, [
        (BO, "Die Häuser am Meer; Salz macht Glasuren. 日本語のテキスト и поиск."),
    ]),
]  # fmt: skip


class EngineContract:
    """Everything goes through the protocol of ``engines/base.py``."""

    def open(self, folder: Path) -> Engine:
        raise NotImplementedError

    @pytest.fixture
    def engine(self, tmp_path: Path) -> Iterator[Engine]:
        engine = self.open(tmp_path / "index")
        put(engine, *ENTRIES)  # type: ignore[arg-type]
        yield engine
        engine.close()

    @staticmethod
    def ids(engine: Engine, query: str, **options: object) -> list[str]:
        request = SearchRequest(parse(query), **{"limit": 100, **options})  # type: ignore[arg-type]
        return [hit.passage.id for hit in engine.search(request).hits]

    # Matching

    @pytest.mark.parametrize(
        ("query", "wanted"),
        [
            ("salt", "one.0 one.1 two.2"),
            ("SALT", "one.0 one.1 two.2"),
            ("run", "one.1 two.0"),
            ("running", "one.1 two.0"),
            ('"run"', "two.0"),
            ("zoe", "two.1"),
            ("Zoë", "two.1"),
            ("haus", "three.0"),
            ("häuser", "three.0"),
            ("hauser", "three.0"),
            ("поиск", "three.0"),
            ("日本", "three.0"),
            ("c++", "one.3"),
            ("R&B", "one.3"),
            ("node.js", "one.3"),
            ("don't", "one.3"),
            ("“don’t”", "one.3"),
            ('"to be or not to be"', "one.3"),
            ('"or be"', ""),
            ('"makes a glaze"', "one.1"),
            ("salt AND tide", "two.2"),
            ("salt OR tide", "one.0 one.1 two.1 two.2"),
            ("salt tide", "one.0 one.1 two.1 two.2"),
            ("salt -tide", "one.0 one.1"),
            ("glaz*", "one.1 two.1"),
            ("gla*", "one.1 two.1 three.0"),
            ("glaxe~", "one.1 two.1"),
            ("salt NEAR/3 glaze", "one.1"),
            ("salt NEAR/1 glaze", ""),
            ("glaze NEAR/3 salt", "one.1"),
            ('tide NEAR/2 "no glaze"', "two.1"),
            ("host:salt THEN guest:glaze", "one.1"),
            ("role:host THEN/1 role:guest", "one.1 two.1"),
            ("salt THEN/1 node.js", ""),
            ("salt THEN/2 node.js", "one.3"),
            ("glaze THEN salt", ""),
            ("run THEN show", ""),
            ("host:salt THEN glaze THEN really", "one.2"),
            ("glass THEN -salt", "one.2 one.3"),
            ("-(salt THEN glaze) glaze", "two.1"),
            ("speaker:nico", "one.1 two.1"),
            ('speaker:"nico thiebaut"', "one.1 two.1"),
            ("speaker:nic", ""),
            ("speaker:lee", "one.0 one.2 two.0"),
            ("role:guest", "one.1 two.1"),
            ("role:host salt", "one.0"),
            ('show:"long kiln"', "one.0 one.1 one.2 one.3"),
            ("show:water", "two.0 two.1 two.2"),
            ("title:two", "two.0 two.1 two.2"),
            ("org:hired", "one.1 two.1"),
            ("job:engineer", "one.1 two.1"),
            ("chapter:glaze", "one.1 one.2"),
            ('chapter:"salt & glaze" salt', "one.1"),
            ("chapter:etre", "one.3"),
            ("chapter:sal", ""),
            ("lang:de", "three.0"),
            ("kind:notes", "two.2"),
            ("kind:speech salt", "one.0 one.1"),
            ("episode:one salt", "one.0 one.1"),
            ("year:2020", "one.0 one.1 one.2 one.3"),
            ("after:2021", "two.0 two.1 two.2"),
            ("before:2021", "one.0 one.1 one.2 one.3"),
            ("date:2020-07..2020-08 salt", "one.0 one.1"),
            ("date:2020-08..2020-12", ""),
            ("speaker:nico speaker:bo glaze", "one.1 two.1"),
            ("speaker:nico AND speaker:bo", ""),
            ("-speaker:nico -speaker:lee", "one.3 two.2 three.0"),
            ("zzyzx", ""),
            ("NOT zzyzx kind:notes", "two.2"),
            ("", "one.0 one.1 one.2 one.3 two.0 two.1 two.2 three.0"),
        ],
    )
    def test_what_a_query_matches(self, engine: Engine, query: str, wanted: str) -> None:
        assert sorted(self.ids(engine, query)) == sorted(wanted.split())
        assert engine.count(parse(query)) == len(wanted.split())
        selected = [passage.id for passage, _ in engine.select(parse(query))]
        assert sorted(selected) == sorted(wanted.split())

    def test_each_episode_is_had_by_its_id(self, tmp_path: Path) -> None:
        engine = self.open(tmp_path / "other")
        names = ("a", "b", "c")
        put(engine, *((episode(name), [(ANN, f"Salt, {name}.")]) for name in names))
        texts = [[passage.text for passage in engine.passages(name)] for name in names]
        assert texts == [[f"Salt, {name}."] for name in names]
        engine.close()

    def test_what_is_said_of_somebody_is_said_by_others(self, engine: Engine) -> None:
        ball = Speaker("KB", Person("Kevin Ball", aliases=("KBall",)))
        put(
            engine,
            (episode("k"), [
                (ball, "I am Kevin, Kevin Ball."),
                (ANN, "Kevin Ball is here. Kevin’s late."),
                (BO, "KBall? I know him, and I know that ball's round."),
                (NICO, "Ann Lee! And Kevin Bell."),
                (ball, "Ann Lee."),
            ]),
        )  # fmt: skip
        found = {
            query: " ".join(sorted(self.ids(engine, query)))
            for query in (
                'about:"Kevin Ball"', "about:kball", "about:kevin", "about:ball", "about:kb",
                "about:ann", "about:LEE kevin", "about:zoe", "about:salt role:host", "about:nobody",
                "about:ann about:kball", "kevin -about:kevin",
            )
        }  # fmt: skip
        assert found == {
            'about:"Kevin Ball"': "k.1 k.2",
            "about:kball": "k.1 k.2",
            "about:kevin": "k.1 k.2 k.3",
            "about:ball": "k.1 k.2",
            "about:kb": "k.1 k.2",
            "about:ann": "k.3 k.4",
            "about:LEE kevin": "k.3",
            "about:zoe": "two.1",
            "about:salt role:host": "one.0",
            "about:nobody": "",
            "about:ann about:kball": "k.1 k.2 k.3 k.4",
            "kevin -about:kevin": "k.0",
        }
        (hit,) = engine.search(SearchRequest(parse("about:kevin episode:k speaker:ann"))).hits
        assert hit.highlighted.mark("<", ">") == "<Kevin> Ball is here. <Kevin’s> late."

    # Order

    def test_passages_with_all_words_come_first(self, engine: Engine) -> None:
        assert self.ids(engine, "salt makes glaze")[0] == "one.1"
        assert self.ids(engine, "tide salt")[0] == "two.2"

    def test_scores_do_not_grow_within_a_tier(self, engine: Engine) -> None:
        hits = engine.search(SearchRequest(parse("glaze"), limit=10)).hits
        scores = [hit.score for hit in hits]
        assert scores == sorted(scores, reverse=True) and min(scores) > 0

    def test_by_date(self, engine: Engine) -> None:
        def order(sort: str) -> list[str]:
            ids = self.ids(engine, "makes OR macht", sort=sort)
            return list(dict.fromkeys(name.split(".")[0] for name in ids))

        assert order("newest") == ["two", "one", "three"]
        assert order("oldest") == ["one", "two", "three"]

    def test_pages_are_cuts_of_one_order(self, engine: Engine) -> None:
        whole = self.ids(engine, "the salt glaze")
        parts = [self.ids(engine, "the salt glaze", limit=2, offset=at) for at in range(0, 8, 2)]
        assert [name for part in parts for name in part] == whole
        none = engine.search(SearchRequest(parse("salt"), limit=0))
        assert none.total == 3 and none.hits == ()
        assert engine.search(SearchRequest(parse("salt"), offset=50)).hits == ()

    def test_the_order_is_the_same_after_a_rebuild(self, engine: Engine) -> None:
        queries = ["the salt glaze", "", "role:guest", "makes"]
        before = [self.ids(engine, query) for query in queries]
        put(engine, *reversed(ENTRIES), fresh=True)  # type: ignore[arg-type]
        assert [self.ids(engine, query) for query in queries] == before

    def test_grouped_by_episode(self, engine: Engine) -> None:
        found = engine.search(SearchRequest(parse("salt glaze"), group="episode"))
        assert found.total == 2
        assert {hit.episode.id: hit.in_episode for hit in found.hits} == {"one": 2, "two": 2}
        best = self.ids(engine, "salt glaze")
        assert found.hits[0].passage.id == best[0]

    # What comes with a hit

    def test_a_hit_is_the_passage_as_it_was_put(self, engine: Engine) -> None:
        (hit,) = engine.search(SearchRequest(parse("r&b"))).hits
        assert hit.episode == ONE
        assert hit.passage == passages(ONE, ENTRIES[0][1])[3]
        assert hit.before == hit.after == () and hit.explanation is None

    @pytest.mark.parametrize(
        ("query", "wanted"),
        [
            ("glaze", ["glaze", "glaze"]),
            ("glass", ["glass", "glass"]),
            ('"a glaze"', ["a glaze", "A glaze"]),
            ("glaz* -zzyzx", ["glaze", "glaze"]),
            ("salt NEAR/5 glaze", ["Salt", "glaze", "glaze"]),
            ("speaker:nico episode:one", []),
        ],
    )
    def test_highlights_are_the_words_that_match(
        self, engine: Engine, query: str, wanted: list[str]
    ) -> None:
        request = SearchRequest(parse(f"({query}) episode:one speaker:nico"))
        (hit,) = engine.search(request).hits
        spans = hit.highlighted.spans
        assert [hit.passage.text[start:end] for start, end in spans] == wanted
        assert list(spans) == sorted(spans)
        assert all(a[1] <= b[0] for a, b in pairwise(spans))

    def test_what_led_up_to_a_hit_comes_before_it(self, engine: Engine) -> None:
        (hit,) = engine.search(SearchRequest(parse("host:salt THEN glaze THEN really"))).hits
        assert hit.passage.id == "one.2" and hit.highlighted.spans == ((0, 6),)
        assert [passage.id for passage in hit.before] == ["one.0", "one.1"]
        (hit,) = engine.search(SearchRequest(parse("salt AND glaze -(zzyzx THEN salt)"))).hits
        assert hit.before == ()

    def test_the_end_of_a_long_turn_is_not_soon_after_its_beginning(self, engine: Engine) -> None:
        about = episode("turn")
        said = [(BO, word) for word in ("gong", "peal", "chime", "bell", "knell")]
        found = passages(about, said, turns=[0, 0, 0, 0, 1])
        with engine.writer() as writer:
            writer.put(record(about, found), found)
            writer.commit()
        assert self.ids(engine, "gong THEN bell") == ["turn.3"]
        assert self.ids(engine, "gong THEN/2 bell") == []
        assert self.ids(engine, "gong THEN/1 knell") == ["turn.4"]

    def test_what_is_too_far_back_in_a_turn_gives_way_to_the_turn_before(
        self, engine: Engine
    ) -> None:
        about = episode("turn")
        said = [(ANN, "gong"), (BO, "gong"), *((BO, word) for word in ("x", "y", "z", "bell"))]
        found = passages(about, said, turns=[0, 1, 1, 1, 1, 1])
        with engine.writer() as writer:
            writer.put(record(about, found), found)
            writer.commit()
        for query, before in (("gong THEN/1 bell", "turn.0"), ("gong THEN/4 bell", "turn.1")):
            (hit,) = engine.search(SearchRequest(parse(query))).hits
            assert hit.passage.id == "turn.5"
            assert [passage.id for passage in hit.before] == [before]

    def test_an_explanation_names_its_parts(self, engine: Engine) -> None:
        found = engine.search(SearchRequest(parse("salt glaze"), explain=True))
        assert found.hits
        for hit in found.hits:
            assert hit.explanation is not None and hit.score is not None
            assert sum(score for _, score in hit.explanation) == pytest.approx(hit.score)

    def test_words_that_no_hit_holds_are_told(self, engine: Engine) -> None:
        found = engine.search(SearchRequest(parse("glaze zzyzx tide role:guest")))
        assert list(map(str, found.absent)) == ["zzyzx"]
        assert engine.search(SearchRequest(parse("zzyzx"))).absent == ()

    @pytest.mark.parametrize(
        "query", [
            "(tide AND zzyzx) OR glaze", "salt OR -glaze", "(salt AND tide) OR glaze",
            "(salt THEN glaze) OR tide",
        ],
    )  # fmt: skip
    def test_an_explanation_has_only_parts_of_what_matched(
        self, engine: Engine, query: str
    ) -> None:
        found = engine.search(SearchRequest(parse(query), explain=True))
        assert found.hits
        for hit in found.hits:
            assert hit.explanation is not None
            assert sum(score for _, score in hit.explanation) == pytest.approx(hit.score)

    # Facets

    def test_facets_count_the_whole_result(self, engine: Engine) -> None:
        request = SearchRequest(parse("makes OR macht"), limit=1, facets=FACET_FIELDS)
        counts = {
            facet.field: {value.value: value.count for value in facet.values}
            for facet in engine.search(request).facets
        }
        assert counts == {
            # Bo Katz is a label that stands for nobody known.
            "speaker": {"Nico Thiébaut": 2},
            "role": {"guest": 2},
            "show": {"The Long Kiln": 1, "Tide & Water": 1},
            "year": {"2020": 1, "2021": 1},
            "occupation": {"engineer": 2},
            "organization": {"Hired": 2},
            "language": {"en": 1, "de": 1},
            "kind": {"speech": 3},
            "chapter": {"Salt & Glaze": 1},
        }

    def test_a_facets_own_filter_does_not_narrow_it(self, engine: Engine) -> None:
        request = SearchRequest(parse("salt role:host"), facets=("role", "speaker", "kind"))
        role, speaker, kind = engine.search(request).facets
        assert [(v.value, v.count) for v in role.values] == [("guest", 1), ("host", 1)]
        assert [(v.value, v.count) for v in speaker.values] == [("Ann Lee", 1)]
        assert [(v.value, v.count) for v in kind.values] == [("speech", 1)]

    # Looking things up

    def test_how_much_there_is(self, engine: Engine) -> None:
        held = engine.totals()
        assert (held.folders, held.episodes, held.passages) == (1, 3, 8)
        assert held.words == sum(len([*words(text)]) for _, said in ENTRIES for _, text in said)
        with engine.writer() as writer:
            writer.remove("one")
            writer.commit()
        left = engine.totals()
        assert (left.folders, left.episodes, left.passages) == (1, 2, 4)
        assert left.words < held.words

    def test_records_and_passages(self, engine: Engine) -> None:
        assert {r.episode.id for r in engine.records()} == {"one", "two", "three"}
        assert sorted(engine.ids()) == ["one", "three", "two"]
        assert engine.record("one") == record(ONE, passages(ONE, ENTRIES[0][1]))
        whole = tuple(passages(ONE, ENTRIES[0][1]))
        assert engine.passages("one") == whole
        assert engine.passages("one", [1, 0]) == whole[:2] and engine.passages("one", []) == ()
        assert engine.passages("one", [-1, 1, 99]) == whole[1:2]
        assert list(engine.turns("one")) == [passage.turn for passage in whole]
        assert list(engine.turns("four")) == []
        assert engine.record("four") is None and engine.passages("four") == ()

    def test_selection_is_episode_by_episode_in_order(self, engine: Engine) -> None:
        ids = [passage.id for passage, _ in engine.select(EVERYTHING)]
        episodes = list(dict.fromkeys(name.split(".")[0] for name in ids))
        assert len(episodes) == 3
        assert ids == [passage.id for name in episodes for passage in engine.passages(name)]

    @pytest.mark.parametrize(
        "query", ["salt", "glaze runs", '"a glaze"', "gla*", "salt NEAR/3 glaze", "-tide", ""]
    )
    def test_texts_are_marked_as_in_a_search(self, engine: Engine, query: str) -> None:
        hits = engine.search(SearchRequest(parse(query), limit=100)).hits
        marked = [*engine.highlight(parse(query), [(hit.passage, hit.episode) for hit in hits])]
        assert marked == [hit.highlighted for hit in hits] and marked

    def test_spellings_that_do_occur_are_offered(self, engine: Engine) -> None:
        assert "glaze" in engine.suggest("glase")
        for slip in ("glaez", "lgaze", "blaze", "laze", "gglaze", "glazee"):
            assert "glaze" in engine.suggest(slip), slip
        assert engine.suggest_otherwise("glaze") == engine.suggest_otherwise("zzyzx") == []
        assert engine.suggest_otherwise("tide gauge") == []
        assert engine.suggest_value("speaker", "nico thibaut") == ["Nico Thiébaut"]
        assert all("zzyzx" not in offer for offer in engine.suggest("zzyzx"))
        assert engine.suggest("gla ze") == ["glaze"] and engine.suggest("tide gauge") == []

    def test_what_is_longer_than_any_word_is_not_spelled_out(self, engine: Engine) -> None:
        """A program may hand on a key, or a file, that somebody pasted."""
        pasted = "abcdefghijklmnopqrst" * 500
        tracemalloc.start()
        try:
            assert engine.suggest(pasted) == []
            assert tracemalloc.get_traced_memory()[1] < 10_000_000
        finally:
            tracemalloc.stop()

    def test_words_and_values_are_completed(self, engine: Engine) -> None:
        assert engine.complete("sa") == ["salt", "salz", "says"]
        assert engine.complete("GLA", 2) == ["glaze", "glass"]
        assert engine.complete("zoé") == ["zoe"] and engine.complete("日") == ["日"]
        assert engine.complete("zzyzx") == engine.complete("") == engine.complete("a b") == []
        assert engine.complete_value("speaker", "ni") == ["Nico Thiébaut"]
        assert engine.complete_value("speaker", "THIE") == ["Nico Thiébaut"]
        assert engine.complete_value("speaker", "nico th") == ["Nico Thiébaut"]
        assert engine.complete_value("speaker", "ico") == []
        assert engine.complete_value("speaker", "ka") == ["bo katz"]  # known as a label only
        assert engine.complete_value("speaker", "") == ["Ann Lee", "Nico Thiébaut", "bo katz"]
        assert engine.complete_value("show", "k") == ["The Long Kiln"]
        assert engine.complete_value("year", "20") == ["2020", "2021"]
        assert engine.complete_value("org", "h") == ["Hired"]
        assert engine.complete_value("title", "episode t") == ["episode three", "episode two"]
        put(engine, (ONE, [(ANN, "Only this.")]))
        assert engine.complete("gla") == ["glasses", "glasuren", "glaze"]
        assert engine.complete("sal") == ["salt", "salz"]
        assert engine.complete("glaze") == ["glaze"]

    def test_what_no_passage_has_is_not_offered(self, engine: Engine) -> None:
        """The title and the show of an episode of which nothing is known to be said."""
        put(engine, (episode("thirteen", "The Quiet Sea"), []))
        assert engine.record("thirteen") is not None
        assert engine.passages("thirteen") == () and engine.turns("thirteen") == []
        assert engine.count(parse("show:quiet")) == 0
        assert engine.complete_value("show", "the") == ["The Long Kiln"]
        assert engine.complete_value("title", "episode t") == ["episode three", "episode two"]
        assert "the quiet sea" not in engine.suggest_value("show", "the quit sea")

    # Writing

    def test_an_episode_takes_the_place_of_its_former_self(self, engine: Engine) -> None:
        put(engine, (ONE, [(ANN, "Only this.")]))
        assert self.ids(engine, "episode:one") == ["one.0"]
        assert engine.count(parse("salt")) == 1
        assert engine.passages("one")[0].text == "Only this."
        assert len(list(engine.records())) == 3

    def test_also_of_one_that_was_put_by_the_same_writer(self, engine: Engine) -> None:
        with engine.writer() as writer:
            for text in ("Some salt.", "More salt.", "Only this."):
                for about in (ONE, THREE):
                    found = passages(about, [(ANN, text)])
                    writer.put(record(about, found), found)
            writer.remove("three")
            writer.commit()
        assert self.ids(engine, "-episode:two") == ["one.0"]
        assert self.ids(engine, "salt") == ["two.2"]
        assert [about.episode.id for about in engine.records()] == ["one", "two"]
        counts = engine.search(SearchRequest(parse(""), group="episode", sort="newest"))
        assert counts.total == 2

    def test_removal(self, engine: Engine) -> None:
        with engine.writer() as writer:
            writer.remove("one")
            writer.remove("no such episode")
            writer.commit()
        assert engine.record("one") is None
        assert self.ids(engine, "salt") == ["two.2"]
        counts = engine.search(SearchRequest(parse(""), facets=("show",))).facets[0]
        assert [value.value for value in counts.values] == ["Tide & Water"]

    def test_what_was_removed_leaves_no_trace_in_the_scores(self, engine: Engine) -> None:
        def scores() -> list[float | None]:
            return [hit.score for hit in engine.search(SearchRequest(parse("glaze"))).hits]

        before = scores()
        put(engine, *((episode(f"e{number}"), [(BO, "Nothing.")]) for number in range(6)))
        with engine.writer() as writer:
            for number in range(6):
                writer.remove(f"e{number}")
            writer.commit()
        assert scores() == pytest.approx(before)

    def test_without_a_commit_nothing_changes(self, engine: Engine) -> None:
        with engine.writer() as writer:
            found = passages(ONE, [(ANN, "Only this.")])
            writer.put(record(ONE, found), found)
        with pytest.raises(ZeroDivisionError), engine.writer() as writer:
            writer.remove("two")
            raise ZeroDivisionError
        assert engine.count(EVERYTHING) == 8
        assert engine.count(parse("only")) == 0

    def test_a_fresh_writer_starts_empty_and_swaps_at_its_commit(self, engine: Engine) -> None:
        with engine.writer(fresh=True) as writer:
            found = passages(TWO, [(ANN, "New here.")])
            writer.put(record(TWO, found), found)
            assert engine.count(EVERYTHING) == 8
            writer.commit()
        assert engine.count(EVERYTHING) == 1

    def test_the_state_tells_whether_there_is_an_index(self, tmp_path: Path) -> None:
        engine = self.open(tmp_path / "other")
        assert engine.state() == "missing"
        put(engine, fresh=True)
        assert engine.state() == "ready"
        assert engine.count(EVERYTHING) == 0 and list(engine.records()) == []
        assert self.ids(engine, "salt") == []
        put(engine, (ONE, [(ANN, "First.")]))
        assert self.ids(engine, "first") == ["one.0"]
        engine.close()

    def test_what_is_begun_is_ended_in_the_same_commit(self, engine: Engine) -> None:
        told = engine.select(EVERYTHING)
        known = engine.records()
        first, _ = next(told)
        record_ = next(known)
        put(engine, (ONE, [(ANN, "New.")]))
        assert self.ids(engine, "new") == ["one.0"]
        assert first.episode_id == "one"
        assert len([*told]) == len(ENTRIES[0][1]) + 3 + 1 - 1
        assert {record_.episode.id, *(r.episode.id for r in known)} == {"one", "two", "three"}
        assert len([*engine.select(EVERYTHING)]) == 1 + 3 + 1

    def test_in_a_steady_block_nothing_changes(self, engine: Engine) -> None:
        with engine.steady():
            before = engine.passages("one")
            with engine.steady():
                put(engine, (ONE, [(ANN, "New.")]))
            assert engine.passages("one") == before and self.ids(engine, "new") == []
        assert len(engine.passages("one")) == 1 and self.ids(engine, "new") == ["one.0"]
