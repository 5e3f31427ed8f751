"""What every engine does when several threads use it. A test module subclasses
``ThreadsContract``."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from contract import ENTRIES, ONE, THREE, TWO
from samples import ANN, BO, NICO, Said, episode, put

from talksearch.engines.base import Engine
from talksearch.model import Episode
from talksearch.query.parser import parse
from talksearch.results import SearchRequest

WORDS = ("kiln", "salt", "glaze", "the", "tide", "runs")
ASKED = (
    "salt", "kiln OR tide", "salt glaze -kiln", '"the kiln"', "ki*", "glaxe~", "kiln NEAR/2 salt",
    "speaker:lee kiln", "show:kiln tide", "kind:speech", "",
)  # fmt: skip


def told(engine: Engine, query: str) -> object:
    """An answer that can be compared with another."""
    request = SearchRequest(parse(query), limit=100, facets=("speaker", "show"))
    found = engine.search(request)
    hits = [(hit.passage, hit.highlighted, round(hit.score or 0, 4)) for hit in found.hits]
    return found.total, hits, found.facets


class ThreadsContract:
    def open(self, folder: Path) -> Engine:
        raise NotImplementedError

    # Whoosh leaves files open where another is missing.
    @pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
    def test_threads_see_one_commit_after_the_other(self, tmp_path: Path) -> None:
        """While episodes come and are replaced, segments merged, the whole rebuilt: what a thread
        is told together is of one commit, and of none before the last one that it saw."""
        draw = random.Random(3)
        names = [ONE, TWO, THREE, *(episode(f"e{number}", "Kiln") for number in range(5))]
        changes: list[dict[Episode, list[Said]]] = [
            {
                about: [
                    (draw.choice([ANN, NICO, BO]), " ".join(draw.choices(WORDS, k=7)))
                    for _ in range(draw.randint(1, 9))
                ]
                for about in draw.sample(names, draw.randint(1, 3))
            }
            for _ in range(10)
        ]
        states = [dict(ENTRIES)]
        for change in changes:
            states.append(states[-1] | change)  # type: ignore[operator]
        alone = self.open(tmp_path / "alone")
        expected = []
        for state in states:
            put(alone, *state.items(), fresh=True)  # type: ignore[arg-type]
            expected.append([told(alone, query) for query in ASKED])
        alone.close()
        engine = self.open(tmp_path / "index")
        put(engine, *ENTRIES)  # type: ignore[arg-type]
        done = threading.Event()

        def look(seed: int) -> set[int]:
            draw, at, seen = random.Random(seed), 0, set()
            try:
                while not done.is_set():
                    numbers = draw.sample(range(len(ASKED)), 2)
                    with engine.steady():
                        answers = [told(engine, ASKED[number]) for number in numbers]
                    fits = [
                        n
                        for n in range(at, len(states))
                        if answers == [expected[n][number] for number in numbers]
                    ]
                    assert fits, [ASKED[number] for number in numbers]
                    at = fits[0]
                    seen.add(at)
            finally:
                engine.close()
            return seen

        with ThreadPoolExecutor(8) as pool:
            readers = [pool.submit(look, seed) for seed in range(8)]
            try:
                for number, change in enumerate(changes):
                    fresh = number % 5 == 4
                    put(engine, *(states[number + 1] if fresh else change).items(), fresh=fresh)  # type: ignore[arg-type]
            finally:
                done.set()
            seen = [reader.result() for reader in readers]
        assert len(set().union(*seen)) > 3
        assert [told(engine, query) for query in ASKED] == expected[-1]
        engine.close()
