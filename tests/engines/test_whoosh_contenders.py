"""What is on a page is what would be, if every passage's score were worked out."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from samples import ANN, BO, NICO, episode, passages, put, record

from talksearch.engines.whoosh import contenders
from talksearch.engines.whoosh.engine import WhooshEngine
from talksearch.engines.whoosh.evaluate import Evaluation
from talksearch.engines.whoosh.order import page
from talksearch.engines.whoosh.ranking import Ranking
from talksearch.engines.whoosh.sharpening import Sharpening
from talksearch.query.nodes import Or
from talksearch.query.parser import parse
from talksearch.results import SearchRequest

# From nearly everywhere to hardly anywhere, some in bursts.
VOCABULARY = ("the", "kiln", "glaze", "salt", "tide", "ash", "cone", "shard", "slip", "wheel")
QUERIES = (
    "the", "kiln", "glaze", "cone", "shard", "wheel", "ki*", "kiln OR tide OR ash", "salt AND tide",
    "the OR wheel OR kiln", "slip OR wheel", "tide OR salt OR the OR cone",
    "salt glaze", "the kiln", "the kiln salt tide", "cone shard", '"the kiln"', "the NEAR/3 tide",
    "the speaker:ann", "kiln -salt", "kiln salt role:guest", "(salt OR cone) ash", "speaker:ann",
    "peg", "peg OR slip", "kiln peg",
)  # fmt: skip


@pytest.fixture(scope="module", params=["one segment", "several, some of it deleted"])
def engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[WhooshEngine]:
    draw = random.Random(5)
    weights = [2.0**-n for n in range(len(VOCABULARY))]
    engine = WhooshEngine(tmp_path_factory.mktemp("index"), 1)
    entries = []
    for number in range(40):
        said = []
        for _ in range(draw.randint(20, 150)):
            words = draw.choices(VOCABULARY, weights, k=draw.randint(1, 60))
            words += [draw.choice(VOCABULARY)] * draw.choice([0, 0, 0, 1, 3, 40])
            words += ["peg"] * draw.choice([0] * 12 + [1, 2, 3])  # never in a burst
            words.append(f"n{len(entries)}x{len(said)}")  # nothing is said twice
            said.append((draw.choice([ANN, NICO, BO]), " ".join(words)))
        about = episode(f"e{number}", "Kiln", draw.choice(["2020-01-02", "2021-03-04", None]))
        found = passages(about, said)
        entries.append((record(about, found), found))
    commits = (
        [entries]
        if request.param == "one segment"
        else [entries[:25], entries[25:35], entries[35:]]
    )
    for commit in commits:
        with engine.writer() as writer:
            for entry in commit:
                writer.put(*entry)
            writer.commit()
    if len(commits) > 1:
        with engine.writer() as writer:
            for entry in entries[3::9]:
                writer.remove(entry[0].episode.id)
            writer.commit()
    yield engine
    engine.close()


def in_order(evaluation: Evaluation, query: str) -> list[tuple[int, float]]:
    """All passages that match, with their scores before the best are looked at closely."""
    tree = parse(query)
    ranking = Ranking(evaluation, tree)
    sharpening = Sharpening(ranking)
    documents = ranking.documents
    scores = ranking.all_scores
    last = ~ranking.complete(documents) if ranking.typed else np.zeros(len(documents), bool)
    snapshot = evaluation.snapshot
    newest = snapshot.episodes.newest[snapshot.episodes.of[documents]]
    keys = sorted(zip(last, -scores, newest, documents, strict=True))
    best = {int(key[3]) for key in keys[: sharpening.depth]}
    gains = dict.fromkeys(best, 0.0)
    chosen = np.array(sorted(best), np.intp)
    gains.update(zip(chosen.tolist(), sharpening.sharpen(chosen).tolist(), strict=True))
    if not sharpening.is_idle:
        known = {int(key[3]): float(gains.get(int(key[3]), 0.0) - key[1]) for key in keys}
        best_scores = np.array([known[number] for number in chosen.tolist()])
        for number, least in zip(*sharpening.of_thoughts(chosen, best_scores), strict=True):
            more = max(0.0, float(least) - known[int(number)])
            gains[int(number)] = gains.get(int(number), 0.0) + more
    keys = sorted((key[0], key[1] - gains.get(int(key[3]), 0.0), key[2], key[3]) for key in keys)
    return [(int(key[3]), float(-key[1])) for key in keys]


@pytest.mark.parametrize("query", QUERIES)
def test_a_page_is_the_same_as_of_all(
    engine: WhooshEngine, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contenders, "_FEW", 64)  # as in an archive that is larger
    evaluation = engine._reader().evaluation()
    expected = in_order(evaluation, query)
    assert len(expected) > 20
    for offset, limit in ((0, 1), (0, 10), (7, 5), (90, 60), (0, len(expected) + 1), (0, 0)):
        found = page(evaluation, SearchRequest(parse(query), limit, offset))
        wanted = expected[offset : offset + limit]
        assert found.total == len(expected)
        assert found.documents == [number for number, _ in wanted]
        assert found.scores == pytest.approx([score for _, score in wanted], abs=1e-12)


def test_a_rare_word_in_a_shorter_passage_is_better_than_two_in_a_long_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contenders, "_FEW", 64)
    engine = WhooshEngine(tmp_path / "index", 1)
    long = [*["shard kiln", "salt"] * 60, *["kiln"] * 400, *["salt", "shard"] * 40]
    said = [(BO, f"{words}, n{n}, {'and so on, ' * 50}") for n, words in enumerate(long)]
    said += [(BO, "Nothing."), (ANN, f"A shard, then, {'and so on, ' * 9}"), (BO, "Nothing.")]
    put(engine, (episode("one"), said))
    for limit in (1, 999):
        best = engine.search(SearchRequest(parse("shard OR kiln"), limit)).hits[0]
        assert best.passage.id == f"one.{len(long) + 1}"
    engine.close()


def test_a_choice_of_one_that_has_conditions(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tree in no normal form, as a program may put together."""
    monkeypatch.setattr(contenders, "_FEW", 8)
    tree = Or((parse("glaze speaker:ann"),))
    evaluation = engine._reader().evaluation()
    whole = page(evaluation, SearchRequest(tree, limit=10_000))
    assert page(evaluation, SearchRequest(tree, limit=10)).documents == whole.documents[:10]
    assert whole.total == len(whole.documents) == engine.count(parse("glaze speaker:ann"))


def test_a_word_that_is_another_term_in_each_segment(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "index", 1)
    for language, word in (("de", "glasuren"), ("en", "glazes"), ("de", "glazes")):
        about = episode(language + word, None, None, language)
        found = passages(about, [(ANN, f"{word} and salt")] * 3)
        with engine.writer() as writer:
            writer.put(record(about, found), found)
            writer.commit()
    for query in ("glazes", "glazes AND salt", "glazes salt"):
        documents = engine._reader().evaluation().documents(parse(query))
        assert documents.tolist() == sorted(documents.tolist())
        assert len(documents) >= 6
    engine.close()
