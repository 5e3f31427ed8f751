"""Finding by meaning, with a model that knows a few words: the files of embeddings, and their part
in a result."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import ANN, NICO, episode, put

from talksearch.engines.whoosh import meaning, vectors
from talksearch.engines.whoosh.engine import WhooshEngine
from talksearch.engines.whoosh.meaning import DEPTH, fused, left_open
from talksearch.errors import HomeError, IndexUnusableError
from talksearch.query.parser import parse
from talksearch.results import SearchRequest

ALIKE = {"cat": "feline", "kitten": "feline", "dog": "canine", "puppy": "canine", "hound": "canine"}


class Toy:
    """A text's embedding is the sum of those of its words, of which some mean the same."""

    def __init__(self, identity: str = "toy", fails_at: int = -1) -> None:
        self.identity = identity
        self.embedded: list[str] = []
        self._fails_at = fails_at

    def embed(
        self, texts: Sequence[str], done: Callable[[int], None] = lambda count: None
    ) -> np.ndarray[Any, Any]:
        rows = []
        for text in texts:
            if len(self.embedded) == self._fails_at:
                raise KeyboardInterrupt
            self.embedded.append(text)
            words = [word.strip(".,").lower() for word in text.split()]
            rows.append(sum(_vector(ALIKE.get(word, word)) for word in words))
        done(len(texts))
        found = np.array(rows, np.float32)
        return found / np.linalg.norm(found, axis=1, keepdims=True)


def _vector(word: str) -> Any:
    return np.random.default_rng(zlib.crc32(word.encode())).standard_normal(64)


PETS = episode("pets", show="Pets", date="2020-01-01")
FARM = episode("farm", show="Farm", date="2021-01-01")
SAID = (
    (PETS, [(ANN, "A kitten slept upon my chair."), (NICO, "My puppy chewed up every shoe.")]),
    (
        FARM,
        [(ANN, "The hound guards these four barns."), (NICO, "Rain fell upon the barley field.")],
    ),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


def opened(folder: Path, toy: Toy) -> WhooshEngine:
    return WhooshEngine(folder, 1, toy)


def embedded(folder: Path, toy: Toy) -> WhooshEngine:
    engine = opened(folder, toy)
    put(engine, *SAID)
    engine.embed(None)
    toy.embedded.clear()
    return engine


def ids(engine: WhooshEngine, query: str, **options: Any) -> list[str]:
    found = engine.search(SearchRequest(parse(query), **options))
    return [hit.passage.id for hit in found.hits]


def files(folder: Path) -> list[Path]:
    return list(folder.rglob("*.vectors"))


# What is found


def test_a_passage_is_found_that_has_none_of_the_words(folder: Path) -> None:
    found = embedded(folder, Toy()).search(SearchRequest(parse("cat")))
    assert found.hits[0].passage.id == "pets.0"
    assert found.total == found.near == len(found.hits)
    assert found.hits[0].highlighted.spans == ()


def test_what_has_the_words_and_the_meaning_comes_before_what_has_one_of_them(folder: Path) -> None:
    engine = embedded(folder, Toy())
    assert ids(engine, "puppy")[:2] == ["pets.1", "farm.0"]
    found = engine.search(SearchRequest(parse("puppy")))
    assert found.total - found.near == 1


def test_filters_hold_for_what_is_near(folder: Path) -> None:
    engine = embedded(folder, Toy())
    assert ids(engine, "dog show:farm")[0] == "farm.0"
    for query in ("dog show:farm", "dog speaker:nico", "dog -hound", "dog before:2021"):
        among = set(ids(engine, query.replace("dog", "").strip(), sort="oldest"))
        assert set(ids(engine, query)) <= among, query
        assert ids(engine, query)


@pytest.mark.parametrize("query", ['"upon my"', "upon AND my", "upon OR barns", "my -shoe", "bar*"])
def test_what_is_asked_for_exactly_is_all_that_is_found(folder: Path, query: str) -> None:
    engine = embedded(folder, Toy())
    plain = WhooshEngine(folder)
    if query == "my -shoe":  # the words find more, and what is excluded stays so
        assert "pets.1" not in ids(engine, query)
        return
    assert sorted(ids(engine, query)) == sorted(ids(plain, query)) != []


def test_counts_and_other_orders_are_of_the_words(folder: Path) -> None:
    engine, plain = embedded(folder, Toy()), WhooshEngine(folder)
    assert engine.count(parse("puppy")) == 1
    assert ids(engine, "upon", sort="newest") == ids(plain, "upon", sort="newest")
    request = SearchRequest(parse("upon"), limit=0, facets=("speaker", "show"))
    assert engine.search(request) == plain.search(request)


def test_pages_are_pieces_of_one_order(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning, "DEPTH", 5)
    monkeypatch.setattr(meaning, "NEAREST", 4)
    animals = ("kitten", "puppy", "hound", "sheep", "goat")
    said = [
        (episode(f"e{n}"), [(ANN, f"That {animal} is number {n} of mine.") for animal in animals])
        for n in range(6)
    ]
    engine = opened(folder, Toy())
    put(engine, *said)
    engine.embed(None)
    for options in ({}, {"group": "episode"}):
        for query in ("goat dog", '"number 3"', "mine"):
            whole = engine.search(SearchRequest(parse(query), limit=100, **options))
            assert len(whole.hits) == whole.total
            pages = [ids(engine, query, limit=2, offset=at, **options) for at in range(0, 40, 2)]
            one_by_one = [passage for page in pages for passage in page]
            assert one_by_one == [hit.passage.id for hit in whole.hits], (query, options)
            if options:
                assert len({hit.episode.id for hit in whole.hits}) == whole.total
                alone = engine.search(SearchRequest(parse(query), limit=100))
                assert sum(hit.in_episode or 0 for hit in whole.hits) == alone.total


def test_what_is_said_in_two_places_has_one_place_by_its_meaning(folder: Path) -> None:
    engine = embedded(folder, Toy())
    put(engine, (episode("again", show="Again"), SAID[0][1]))
    engine.embed(None)
    assert ids(engine, "cat").count("pets.0") + ids(engine, "cat").count("again.0") == 1
    found = engine.search(SearchRequest(parse("kitten"), explain=True))
    assert {hit.passage.id for hit in found.hits} >= {"pets.0", "again.0"}
    parts = [part for hit in found.hits for part, _ in hit.explanation or ()]
    assert parts.count("place 1 by meaning") == 1
    assert ids(engine, "cat show:again")[0] == "again.0"


def test_what_a_score_is_made_of_is_told(folder: Path) -> None:
    engine = embedded(folder, Toy())
    hit = engine.search(SearchRequest(parse("puppy"), explain=True)).hits[0]
    assert hit.explanation and hit.score
    assert [part for part, _ in hit.explanation] == ["place 1 by words", "place 2 by meaning"]
    assert sum(score for _, score in hit.explanation) == pytest.approx(hit.score)


def test_where_a_speaker_is_named_their_passages_are_the_near_ones(folder: Path) -> None:
    engine = opened(folder, Toy())
    put(engine, (PETS, [(ANN, "My kitten slept beside the feline.")]))
    put(engine, (FARM, [(NICO, "My kitten slept beside the stove.")]))
    engine.embed(None)
    assert ids(engine, "some cat")[0] == "pets.0"
    assert ids(engine, "nico cat")[0] == "farm.0"


ASKED = [
    (ANN, "Tell me, which kitten do you like most of all these days?"),
    (NICO, "The grey one, without any doubt, since everybody else ignores her."),
]


def meant(engine: WhooshEngine, query: str) -> dict[str, list[str]]:
    """What each passage's score is made of, but for the words' part."""
    found = engine.search(SearchRequest(parse(query), explain=True))
    return {
        hit.passage.id: [part for part, _ in hit.explanation or () if "by meaning" in part]
        for hit in found.hits
    }


def test_an_answer_is_as_near_as_its_question(folder: Path) -> None:
    engine = opened(folder, Toy())
    put(engine, (PETS, ASKED), SAID[1])
    engine.embed(None)
    found = meant(engine, "which cat do you like most")
    assert {*found["pets.0"], *found["pets.1"]} == {"place 1 by meaning", "place 2 by meaning"}
    # The words have to say that it is found by its question.
    assert not meant(engine, "cat kitty").get("pets.1")


def test_an_answer_without_an_embedding_is_not_near(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "_AT_ONCE", 1)
    engine = opened(folder, Toy(fails_at=1))
    put(engine, (PETS, ASKED))
    with pytest.raises(KeyboardInterrupt):
        engine.embed(None)
    found = meant(opened(folder, Toy()), "which cat do you like most")
    assert found == {"pets.0": ["place 1 by meaning"], "pets.1": []}


@pytest.mark.parametrize(
    ("scores", "share"),
    [
        ([], 1.0),
        ([7.0], 1.0),
        ([0.0, 0.0], 1.0),
        ([8.0, 7.9, 7.8, 7.7, 7.6, 1.0], 1.0),
        ([8.0, 8.0, 8.0, 8.0, 3.52, 1.0], 0.25),
        ([8.0, 3.52], 0.25),
        ([8.0, 3.0, 2.0, 1.0, 0.0], 0.0),
        ([1.0, 2.0], 1.0),  # what holds all words comes first, whatever its score
    ],
)
def test_meaning_counts_for_what_the_words_leave_open(scores: list[float], share: float) -> None:
    assert left_open(scores) == pytest.approx(share)


def test_the_words_come_first_among_equals() -> None:
    assert list(fused([1, 2], [3, 4])) == [1, 3, 2, 4]


orders = st.lists(st.integers(0, 30), unique=True)


@given(orders, orders, st.floats(0, 0.3))
def test_one_that_stands_out_by_its_words_stays_the_first(
    words: list[int], near: list[int], share: float
) -> None:
    assert next(iter(fused(words, near, share)), None) == next(iter((*words, *near)), None)


@given(orders, orders, st.floats(0, 1))
def test_the_orders_are_fused(words: list[int], near: list[int], share: float) -> None:
    found = fused(words, near, share)
    assert set(found) == {*words, *near}
    scores = [sum(score for _, score in parts) for parts in found.values()]
    assert scores == sorted(scores, reverse=True)
    order = list(found)
    for one, other in pairwise(words):
        if one not in near and other not in near:
            assert order.index(one) < order.index(other)
    if words and near and words[0] == near[0]:
        assert order[0] == words[0]


def test_how_far_the_words_are_given_changes_nothing_before() -> None:
    words, near = list(range(3 * DEPTH)), [2 * DEPTH, 5, -1]
    some, all_of_them = list(fused(words[:DEPTH], near)), list(fused(words, near))
    assert some == all_of_them[: len(some)]


# The files


def test_without_an_embedder_there_are_none(folder: Path) -> None:
    engine = WhooshEngine(folder, 1)
    put(engine, *SAID)
    engine.embed(None)
    assert not files(folder)


def test_a_text_is_embedded_once(folder: Path) -> None:
    toy = Toy()
    engine = embedded(folder, toy)
    engine.embed(None)
    put(engine, (PETS, [(NICO, SAID[0][1][0][1]), (NICO, "An owl lives in our barn.")]))
    assert engine.search(SearchRequest(parse("cat"))).hits[0].passage.id == "pets.0"
    assert engine.search(SearchRequest(parse("cat"))).lacking == 1
    toy.embedded.clear()
    engine.embed(None)
    assert toy.embedded == ["An owl lives in our barn."]


def test_a_rebuild_and_a_merge_embed_nothing_again(folder: Path) -> None:
    toy = Toy()
    engine = embedded(folder, toy)
    put(engine, *SAID, fresh=True)
    engine.embed(None)
    assert not toy.embedded and ids(engine, "cat")[0] == "pets.0"
    for number in range(12):  # so many segments are too many
        put(engine, (episode(f"more{number}"), [(ANN, f"Sentence {number} of one day of mine.")]))
        toy.embedded.clear()
        engine.embed(None)
        assert len(toy.embedded) == 1
    segments = {path.stem for path in folder.rglob("*.arrays")}
    assert len(segments) < 12 and {path.stem for path in files(folder)} == segments
    assert not engine.search(SearchRequest(parse("cat"))).lacking


def test_what_was_cut_off_goes_on_where_it_ended(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "_AT_ONCE", 1)
    engine = opened(folder, Toy(fails_at=2))
    put(engine, *SAID)
    with pytest.raises(KeyboardInterrupt):
        engine.embed(None)
    toy = Toy()
    engine = opened(folder, toy)
    found = engine.search(SearchRequest(parse("cat")))
    assert found.lacking == 2 and found.hits[0].passage.id == "pets.0"
    toy.embedded.clear()
    told: list[tuple[str, int, int]] = []
    engine.embed(lambda *progress: told.append(progress))
    assert len(toy.embedded) == 2 and told[-1] == ("embedding", 2, 2)
    assert not engine.search(SearchRequest(parse("cat"))).lacking


def test_another_model_embeds_anew(folder: Path) -> None:
    embedded(folder, Toy())
    other = Toy("another")
    engine = opened(folder, other)
    found = engine.search(SearchRequest(parse("rain")))
    assert [hit.passage.id for hit in found.hits] == ["farm.1"]
    assert found.lacking == 4 and not found.near and not other.embedded
    engine.embed(None)
    assert len(other.embedded) == 4
    assert not engine.search(SearchRequest(parse("rain"))).lacking


def test_those_of_a_running_search_are_the_latest(folder: Path) -> None:
    engine, other = opened(folder, Toy()), opened(folder, Toy())
    put(engine, *SAID)
    assert not ids(other, "cat")
    engine.embed(None)
    assert ids(other, "cat")[0] == "pets.0"


def test_threads_search_while_others_are_embedded(folder: Path) -> None:
    engine = embedded(folder, Toy())
    over = threading.Event()

    def search() -> int:
        count = 0
        while not over.is_set() or not count:
            assert ids(engine, "cat")[0] == "pets.0"
            count += 1
        return count

    with ThreadPoolExecutor(8) as threads:
        counts = [threads.submit(search) for _ in range(8)]
        writer = opened(folder, Toy())
        for number in range(15):
            put(writer, (episode(f"e{number}"), [(ANN, f"The barley of field {number} is in.")]))
            writer.embed(None)
        over.set()
        assert all(count.result() for count in counts)


def test_what_others_remove_meanwhile_is_searched_to_the_end(folder: Path) -> None:
    engine = embedded(folder, Toy())
    with engine.steady():
        put(opened(folder, Toy()), *SAID[1:], fresh=True)
        assert ids(engine, "cat")[0] == "pets.0"
        assert not engine.search(SearchRequest(parse("cat"))).lacking


@pytest.mark.parametrize("fresh", [True, False])
def test_what_others_commit_meanwhile_is_embedded_as_well(
    folder: Path, monkeypatch: pytest.MonkeyPatch, fresh: bool
) -> None:
    class Busy(Toy):
        """While it embeds, somebody writes (and finds that another is embedding)."""

        def embed(self, texts: Sequence[str], *rest: Any) -> Any:
            if not self.embedded:
                other = opened(folder, Toy())
                put(other, SAID[1], (PETS, [(ANN, "The owl of our barn is old.")]), fresh=fresh)
                before = len(files(folder))
                other.embed(None)
                assert len(files(folder)) == before
            return super().embed(texts, *rest)

    put(opened(folder, Toy()), *SAID)
    engine = opened(folder, Busy())
    engine.embed(None)
    found = engine.search(SearchRequest(parse("owl")))
    assert not found.lacking and found.hits[0].passage.id == "pets.0"
    assert ids(engine, "dog")[0] == "farm.0"
    assert {path.stem for path in files(folder)} >= {path.stem for path in folder.rglob("*.arrays")}


def test_short_passages_are_found_by_their_words_alone(folder: Path) -> None:
    toy = Toy()
    engine = opened(folder, toy)
    put(engine, (PETS, [(ANN, "Kitten, yes."), (NICO, "Kitten?")]))
    engine.embed(None)
    assert not toy.embedded and not files(folder)
    found = engine.search(SearchRequest(parse("kitten")))
    assert len(found.hits) == 2 and not found.lacking


@pytest.mark.parametrize("at", [0, 100, -100, -10])
def test_a_damaged_file_is_named_and_made_anew(folder: Path, at: int) -> None:
    embedded(folder, Toy())
    (path,) = files(folder)
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    toy = Toy()
    engine = opened(folder, toy)
    with pytest.raises(IndexUnusableError, match=path.name):
        engine.verify()
    engine.close()
    toy.embedded.clear()
    put(engine, *SAID, fresh=True)
    engine.embed(None)
    assert len(toy.embedded) in (0, 4)
    opened(folder, toy).verify()
    assert ids(engine, "cat")[0] == "pets.0"


def test_a_full_disk_leaves_what_there_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = embedded(folder, Toy())
    put(engine, (episode("new"), [(ANN, "One more sentence of five words.")]))
    before = {path: path.read_bytes() for path in files(folder)}

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(HomeError, match="No space left"):
            engine.embed(None)
    assert {path: path.read_bytes() for path in files(folder)} == before
    assert ids(engine, "cat")[0] == "pets.0"
    engine.embed(None)
    assert not engine.search(SearchRequest(parse("cat"))).lacking


def test_rows_are_as_near_as_what_they_are_made_of(folder: Path) -> None:
    embedded(folder, Toy())
    (path,) = files(folder)
    found = vectors.Vectors(path)
    toy = Toy()
    texts = [text for _, said in SAID for _, text in said]
    like = found.likeness(toy.embed(["cat"])[0])
    assert sorted(like[found.keys > 0]) == pytest.approx(
        sorted(toy.embed(texts) @ toy.embed(["cat"])[0]), abs=0.01
    )
    assert not like[found.keys == 0].any()
