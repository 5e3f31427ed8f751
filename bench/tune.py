"""Choose the weights of the ranking on a judged set, by cross-validation over its queries.

    python bench/tune.py DATA JUDGED --home DIR [--output FILE]

DATA, JUDGED and the archive in DIR are those of ``relevance.py``. A score is a sum of parts, each
with a weight (a constant of ``engines/whoosh/``), so each part is worked out once for the best
passages of each query, and a trial is a product of matrices.

The weights are chosen by coordinate ascent over round numbers. What is climbed (``goal``) is the
sum over the kinds of query, so that none pays for another: for known items and filtered needs 1 /
log2(1 + rank) of the right passage, which moves with every rank and not only with those of the
first page; for topics nDCG@10, less what is missing of a judged share of .84 (what nobody judged
counts as wrong, so below it the measure is of the judges' choice).

Reported is what ``score.py`` would: each query by the weights that were chosen without its fold,
with the spread over the five folds; then the weights chosen on all, and what is lost without each.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import math
import random
import statistics
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

import talksearch
from relevance import options
from talksearch.engines.whoosh import contenders, ranking, shares
from talksearch.engines.whoosh.engine import WhooshEngine
from talksearch.options import tree as tree_of
from talksearch.query.nodes import And, Words
from talksearch.query.tree import conjuncts

MODULES = (shares, ranking, contenders)
GRID = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 0.8, 1.0, 1.5)
WEIGHTS = (
    "SHARE_OF_PREVIOUS", "SHARE_OF_EPISODE", "OF_NAME", "OF_WORK", "OF_QUESTION", "ONLY_ASKED",
    "OF_HELD", "IN_A_ROW",
)  # fmt: skip
# So many of the best by the present weights come into question.
CANDIDATES = 2000
FOLDS = 5
# What one step has to gain: less is noise.
GAIN = 0.001
KINDS = {
    "paraphrase": 0.5,
    "named": 0.3,
    "quote": 0.3,
    "question": 0.3,
    "topic": 1.2,
    "filtered": 0.6,
}
JUDGED_SHARE = 0.84
DISCOUNT = [1 / math.log2(rank + 1) for rank in range(1, 11)]


@dataclass
class Query:
    """A judged query: what was said of it, its candidates as rows of parts (``own`` without a
    weight, ``parts`` with one), which of them come first, and which are what it looks for: by
    candidate the numbers of the targets."""

    id: str
    kind: str
    own: np.ndarray[Any, Any]
    parts: np.ndarray[Any, Any]
    first: np.ndarray[Any, Any]
    targets: dict[int, list[int]]
    grades: list[int]

    def order(self, weights: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        scores = self.own + self.parts @ weights + 1e6 * self.first
        return np.argsort(-scores, kind="stable")

    def measured(self, weights: np.ndarray[Any, Any]) -> dict[str, float]:
        order = self.order(weights)
        page = [self.targets.get(at, []) for at in order[:10].tolist()]
        if self.kind == "topic":
            return self._topic(page)
        ranks = [rank for rank, targets in enumerate(page, 1) if targets]
        found = {target for targets in page for target in targets}
        every: dict[int, int] = {}
        for rank, at in enumerate(order.tolist(), 1):
            for target in self.targets.get(at, ()):
                every.setdefault(target, rank)
        nearness = [1 / math.log2(1 + rank) for rank in every.values()] or [0.0]
        share = sum(nearness) / len(self.grades)
        goal = max(nearness) if self.kind != "filtered" else (max(nearness) + share) / 2
        return {
            "rr": 1 / ranks[0] if ranks else 0.0,
            "found": float(bool(ranks)),
            "recall": len(found) / len(self.grades),
            "goal": goal,
        }

    def _topic(self, page: list[list[int]]) -> dict[str, float]:
        used: set[int] = set()
        gained = 0.0
        for discount, targets in zip(DISCOUNT, page, strict=False):
            fresh = [self.grades[target] for target in targets if target not in used]
            gained += (2 ** max(fresh) - 1) * discount if fresh else 0.0
            used.update(targets)
        ideal = sorted(self.grades, reverse=True)[:10]
        best = sum((2**grade - 1) * d for d, grade in zip(DISCOUNT, ideal, strict=False))
        ndcg, judged = gained / best, sum(map(bool, page)) / 10
        return {"ndcg": ndcg, "judged": judged, "goal": ndcg}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("judged", type=Path)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--output", type=Path, help="also write the report to this file")
    arguments = parser.parse_args()
    now = np.array([constant(name) for name in WEIGHTS])
    with talksearch.open(arguments.home) as archive:
        queries = list(read(archive, arguments.data.resolve(), arguments.judged))
    lines = [f"$ python {' '.join(Path(word).name for word in sys.argv)}", ""]
    lines += report("weights as they are", [(queries, now)])
    lines += ["", "each fold with the weights that the other four choose"]
    folds = folded(queries)
    tested = []
    for fold in folds:
        chosen = climb([query for query in queries if query not in fold], np.zeros(len(WEIGHTS)))
        lines.append("  " + named(chosen))
        tested.append((fold, chosen))
    lines += report("five-fold cross-validation", tested)
    chosen = climb(queries, np.zeros(len(WEIGHTS)))
    lines += ["", "chosen on all", "  " + named(chosen)]
    lines += report("chosen on all", [(queries, chosen)])
    for place, name in enumerate(WEIGHTS):
        without = now.copy()
        without[place] = 0
        lines += report(f"as they are, without {name}", [(queries, without)])
    text = "\n".join(lines) + "\n"
    print(text, end="")
    if arguments.output:
        arguments.output.write_text(text, "utf-8")


# --- what there is to choose from ---------------------------------------------------------------


def read(archive: talksearch.Archive, data: Path, judged: Path) -> Iterable[Query]:
    score = _score(judged)
    copies = defaultdict(list)
    for judgement in _lines(judged / "qrels.jsonl"):
        copies[judgement["topic"]].append(judgement)
    for name in ("known_item", "topics", "filtered"):
        for entry in _lines(judged / f"{name}.jsonl"):
            if "year" in entry.get("filter", {}):
                continue  # the transcripts carry no dates
            kind = {"topics": "topic", "filtered": "filtered"}.get(name) or entry["kind"]
            wanted = copies[entry["id"]] if kind == "topic" else [entry, *entry.get("also", ())]
            filters = [options(entry).get(name, ()) for name in ("speaker", "role", "show")]
            tree = tree_of(entry["query"], *filters, (), None, None)
            yield _query(archive, data, score, entry["id"], kind, tree, wanted)


def _query(
    archive: talksearch.Archive,
    data: Path,
    score: ModuleType,
    name: str,
    kind: str,
    tree: Any,
    wanted: Sequence[dict[str, Any]],
) -> Query:
    engine = archive._engine
    assert isinstance(engine, WhooshEngine)
    reader = engine._reader()
    first = ranking.Ranking(reader.evaluation(), tree)
    best = np.sort(np.argsort(-first.all_scores, kind="stable")[:CANDIDATES])
    documents = first.documents[best]

    def summed(weights: dict[str, float]) -> np.ndarray[Any, Any]:
        with_them = {**dict.fromkeys(WEIGHTS, 0.0), **weights}
        for weight, value in with_them.items():
            set_constant(weight, value)
        found = ranking.Ranking(reader.evaluation(), tree)
        total: np.ndarray[Any, Any] = found.all_scores[best] + found.sharpen(documents)
        return total

    before = {weight: constant(weight) for weight in WEIGHTS}
    own = summed({})
    parts = np.stack([summed({weight: 1.0}) - own for weight in WEIGHTS], axis=1)
    for weight, value in before.items():
        set_constant(weight, value)

    words = [node for node in conjuncts(tree) if isinstance(node, Words)]
    evaluation = reader.evaluation()
    full = np.zeros(len(documents), bool)
    if words:
        full = evaluation.matches(And(words[0].children), documents)
    targets: dict[int, list[int]] = defaultdict(list)
    paths = [{each["path"], *each.get("copies", ())} for each in wanted]
    anchors = [score.grams(each["anchor"]) for each in wanted]
    every = set().union(*paths)
    for at, number in enumerate(documents.tolist()):
        passage, episode = reader.passage(number)
        path = Path(episode.source).relative_to(data).as_posix()
        if path in every:
            grams = score.grams(passage.text)
            for target, anchor in enumerate(anchors):
                if path in paths[target] and score.is_hit(anchor, grams):
                    targets[at].append(target)
    grades = [each.get("grade", 1) for each in wanted]
    return Query(name, kind, own, parts, full, dict(targets), grades)


def constant(name: str) -> float:
    return float(next(getattr(m, name) for m in MODULES if hasattr(m, name)))


def set_constant(name: str, value: float) -> None:
    for module in MODULES:
        if hasattr(module, name):
            setattr(module, name, value)


def _score(judged: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", judged / "score.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


# --- choosing -----------------------------------------------------------------------------------


def folded(queries: Sequence[Query]) -> list[list[Query]]:
    """The queries in five parts, with as many of each kind in each."""
    draw = random.Random(1)
    folds: list[list[Query]] = [[] for _ in range(FOLDS)]
    for kind in KINDS:
        theirs = [query for query in queries if query.kind == kind]
        draw.shuffle(theirs)
        for number, query in enumerate(theirs):
            folds[number % FOLDS].append(query)
    return folds


def goal(queries: Sequence[Query], weights: np.ndarray[Any, Any]) -> float:
    found = defaultdict(list)
    judged = []
    for query in queries:
        measured = query.measured(weights)
        found[query.kind].append(measured["goal"])
        judged += [measured["judged"]] if query.kind == "topic" else []
    missing = max(0.0, JUDGED_SHARE - statistics.mean(judged))
    return sum(KINDS[kind] * statistics.mean(each) for kind, each in found.items()) - 1.5 * missing


def climb(queries: Sequence[Query], start: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The weights, one after the other, at the best of their values, until nothing is gained."""
    weights, best = start.copy(), goal(queries, start)
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

ROWS: tuple[tuple[str, str, Callable[[Query], bool]], ...] = (
    ("known items, MRR@10", "rr", lambda q: q.kind not in ("topic", "filtered")),
    ("known items, S@10", "found", lambda q: q.kind not in ("topic", "filtered")),
    ("  paraphrase, S@10", "found", lambda q: q.kind == "paraphrase"),
    ("  named, S@10", "found", lambda q: q.kind == "named"),
    ("  quote, S@10", "found", lambda q: q.kind == "quote"),
    ("  question, S@10", "found", lambda q: q.kind == "question"),
    ("topics, nDCG@10", "ndcg", lambda q: q.kind == "topic"),
    ("topics, judged share", "judged", lambda q: q.kind == "topic"),
    ("filtered, MRR@10", "rr", lambda q: q.kind == "filtered"),
    ("filtered, R@10", "recall", lambda q: q.kind == "filtered"),
)


def report(title: str, runs: Sequence[tuple[Sequence[Query], np.ndarray[Any, Any]]]) -> list[str]:
    lines = ["", title]
    for name, measure, chosen in ROWS:
        values = [
            [query.measured(weights)[measure] for query in queries if chosen(query)]
            for queries, weights in runs
        ]
        mean = statistics.mean(value for each in values for value in each)
        spread = ""
        if len(runs) > 1:
            spread = f" ± {statistics.stdev(statistics.mean(each) for each in values):.3f}"
        lines.append(f"  {name:<24}{mean:.3f}{spread}")
    return lines


def named(weights: np.ndarray[Any, Any]) -> str:
    return ", ".join(f"{n} {w:g}" for n, w in zip(WEIGHTS, weights.tolist(), strict=True))


if __name__ == "__main__":
    main()
