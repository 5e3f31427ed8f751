"""Choose the weights of the ranking on a judged set, by cross-validation over its queries.

    python bench/tune.py DATA JUDGED --home DIR [--output FILE]

DATA, JUDGED and the archive in DIR are those of ``relevance.py``. A score is a sum of parts, each
with a weight (a constant of ``engines/whoosh/``), so each part is worked out once for the best
passages of each query, and a trial is a product of matrices; what is said beside the best then has
its share of what these score (``OF_THOUGHT``).

The weights are chosen by coordinate ascent over round numbers. What is climbed (``goal``) is the
sum over the kinds of query, so that none pays for another: for known items and filtered needs 1 /
log2(1 + rank) of the right passage, which moves with every rank and not only with those of the
first page; for topics nDCG@10, less what is missing of a judged share of .84 (what nobody judged
counts as wrong, so below it the measure is of the judges' choice).

Reported is what ``score.py`` would: each query by the weights that were chosen without its fold,
with the spread over the five folds; then the weights chosen on all, and what is lost without each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import reports
import talksearch
from judged import Need, Set, Targets, cross_validated, goal, measured, report
from talksearch.engines.whoosh import contenders, ranking, shares, sharpening
from talksearch.engines.whoosh.engine import WhooshEngine
from talksearch.engines.whoosh.thoughts import next_to
from talksearch.query.nodes import And, Words
from talksearch.query.tree import conjuncts

MODULES = (shares, ranking, sharpening, contenders)
GRID = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.8, 1.0, 1.5)
WEIGHTS = (
    "SHARE_OF_PREVIOUS", "SHARE_OF_EPISODE", "OF_NAME", "OF_WORK", "OF_QUESTION", "ONLY_ASKED",
    "OF_HELD", "IN_A_ROW", "OF_THOUGHT",
)  # fmt: skip
# So many of the best by the present weights come into question.
CANDIDATES = 2000
# What one step has to gain: less is noise.
GAIN = 0.001


@dataclass
class Query:
    """A judged query: what was said of it, its candidates as rows of parts (``own`` without a
    weight, ``parts`` with one), which of them come first, which are beside each (those directly
    before and after, then those before and after these; -1 where there is none that matches), and
    which are what it looks for: by candidate the numbers of the targets."""

    id: str
    kind: str
    own: np.ndarray[Any, Any]
    parts: np.ndarray[Any, Any]
    first: np.ndarray[Any, Any]
    beside: list[tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]]
    targets: Targets
    grades: list[int]

    def order(self, weights: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        scores = self.own + self.parts @ weights[:-1]
        order = np.argsort(-(scores + 1e6 * self.first), kind="stable")
        if not weights[-1]:
            return order
        best = order[: sharpening.BEST]
        least, raised = scores[best], scores.copy()
        for sides in self.beside:
            least = least * weights[-1]
            for places in sides:
                there = places[best] >= 0
                np.maximum.at(raised, places[best][there], least[there])
        return np.argsort(-(raised + 1e6 * self.first), kind="stable")

    def measured(self, chosen: np.ndarray[Any, Any]) -> dict[str, float]:
        return measured(self.kind, self.grades, self.targets, self.order(chosen).tolist())


def main() -> None:
    parser = reports.parser(__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("judged", type=Path)
    parser.add_argument("--home", type=Path, required=True)
    arguments = parser.parse_args()
    now = np.array([constant(name) for name in WEIGHTS])
    with talksearch.open(arguments.home) as archive:
        queries = list(read(archive, Set(arguments.judged, arguments.data)))
    lines = [reports.command(), ""]
    lines += report("weights as they are", [(queries, now)])
    lines += cross_validated(queries, "weights", climb, named)
    for place, name in enumerate(WEIGHTS):
        without = now.copy()
        without[place] = 0
        lines += report(f"as they are, without {name}", [(queries, without)])
    reports.publish(lines, arguments.output)


# --- what there is to choose from ---------------------------------------------------------------


def read(archive: talksearch.Archive, judged: Set) -> Iterator[Query]:
    engine = archive._engine
    assert isinstance(engine, WhooshEngine)
    reader = engine._reader()
    for need in judged.needs():
        yield _query(reader, judged, need)


def _query(reader: Any, judged: Set, need: Need) -> Query:
    first = ranking.Ranking(reader.evaluation(), need.tree)
    best = np.sort(np.argsort(-first.all_scores, kind="stable")[:CANDIDATES])
    documents = first.documents[best]

    def summed(weights: dict[str, float]) -> np.ndarray[Any, Any]:
        with_them = {**dict.fromkeys(WEIGHTS[:-1], 0.0), **weights}
        for weight, value in with_them.items():
            set_constant(weight, value)
        found = ranking.Ranking(reader.evaluation(), need.tree)
        total: np.ndarray[Any, Any] = found.all_scores[best]
        total += sharpening.Sharpening(found).sharpen(documents)
        return total

    before = {weight: constant(weight) for weight in WEIGHTS}
    own = summed({})
    parts = np.stack([summed({weight: 1.0}) - own for weight in WEIGHTS[:-1]], axis=1)
    for weight, value in before.items():
        set_constant(weight, value)

    words = [node for node in conjuncts(need.tree) if isinstance(node, Words)]
    evaluation = reader.evaluation()
    full = np.zeros(len(documents), bool)
    if words:
        full = evaluation.matches(And(words[0].children), documents)
    targets = judged.targets(need, map(reader.passage, documents.tolist()))
    beside = list(_beside(first, documents))
    return Query(need.id, need.kind, own, parts, full, beside, targets, need.grades)


def _beside(
    found: ranking.Ranking, documents: np.ndarray[Any, Any]
) -> Iterator[tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]]:
    """The places of what is said before and after each of the documents, and so on."""
    matching = found.evaluation.scored(found.query).matches(documents)
    sides = [documents, documents]
    for _ in range(0 if sharpening.Sharpening(found).is_idle else sharpening.REACH):
        for side, step in enumerate((-1, 1)):
            there = sides[side] >= 0
            at = next_to(found.evaluation.snapshot, sides[side][there], np.full(there.sum(), step))
            sides[side] = sides[side].copy()
            sides[side][there] = at
        yield tuple(_places(each, documents, matching) for each in sides)  # type: ignore[misc]


def _places(
    wanted: np.ndarray[Any, Any], documents: np.ndarray[Any, Any], matching: np.ndarray[Any, Any]
) -> np.ndarray[Any, Any]:
    places = np.minimum(documents.searchsorted(wanted), len(documents) - 1)
    return np.where((documents[places] == wanted) & matching[places], places, -1)


def constant(name: str) -> float:
    return float(next(getattr(m, name) for m in MODULES if hasattr(m, name)))


def set_constant(name: str, value: float) -> None:
    for module in MODULES:
        if hasattr(module, name):
            setattr(module, name, value)


# --- choosing -----------------------------------------------------------------------------------


def climb(queries: Sequence[Query]) -> np.ndarray[Any, Any]:
    """The weights, one after the other, at the best of their values, until nothing is gained."""
    weights = np.zeros(len(WEIGHTS))
    best = goal(queries, weights)
    while True:
        before = best
        for place in range(len(weights)):
            trials = []
            for value in GRID:
                trial = weights.copy()
                trial[place] = value
                trials.append((goal(queries, trial), -abs(value), value))
            found, _, value = max(trials)
            if found > best + GAIN:
                weights[place], best = value, found
        if best == before:
            return weights


# --- telling ------------------------------------------------------------------------------------


def named(weights: np.ndarray[Any, Any]) -> str:
    return ", ".join(f"{n} {w:g}" for n, w in zip(WEIGHTS, weights.tolist(), strict=True))


if __name__ == "__main__":
    main()
