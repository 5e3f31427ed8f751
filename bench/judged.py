"""The judged queries, as the scripts that choose constants see them: what each looks for, how good
an order of passages is, and how that is told over folds."""

from __future__ import annotations

import importlib.util
import json
import math
import random
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol, TypeVar

from relevance import options
from talksearch.model import Episode, Passage
from talksearch.options import tree as tree_of
from talksearch.query.nodes import Node

FOLDS = 5
# What each kind counts in the sum that is climbed.
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

Targets = dict[int, list[int]]
"""Which passages are what a query looks for: the numbers of the targets by the passage's place."""


@dataclass(frozen=True)
class Need:
    """A judged query and what it looks for."""

    id: str
    kind: str
    tree: Node
    wanted: Sequence[dict[str, Any]]

    @property
    def grades(self) -> list[int]:
        return [each.get("grade", 1) for each in self.wanted]


class Set:
    """The judged set in a folder, over the transcripts in another."""

    def __init__(self, folder: Path, data: Path) -> None:
        self._folder, self._data = folder, data.resolve()
        self._score = _score(folder)

    def needs(self) -> Iterator[Need]:
        copies = defaultdict(list)
        for judgement in self._lines("qrels"):
            copies[judgement["topic"]].append(judgement)
        for name in ("known_item", "topics", "filtered"):
            for entry in self._lines(name):
                if "year" in entry.get("filter", {}):
                    continue  # the transcripts carry no dates
                kind = {"topics": "topic", "filtered": "filtered"}.get(name) or entry["kind"]
                wanted = copies[entry["id"]] if kind == "topic" else [entry, *entry.get("also", ())]
                given = options(entry)
                who, role, show = (given.get(name, ()) for name in ("speaker", "role", "show"))
                tree = tree_of(entry["query"], who, role, show, (), None, None)
                yield Need(entry["id"], kind, tree, wanted)

    def targets(self, need: Need, passages: Iterable[tuple[Passage, Episode]]) -> Targets:
        """Which of some passages are what a query looks for."""
        found: Targets = defaultdict(list)
        paths = [{each["path"], *each.get("copies", ())} for each in need.wanted]
        anchors = [self._score.grams(each["anchor"]) for each in need.wanted]
        every = set().union(*paths)
        for at, (passage, episode) in enumerate(passages):
            path = Path(episode.source).relative_to(self._data).as_posix()
            if path in every:
                grams = self._score.grams(passage.text)
                for target, anchor in enumerate(anchors):
                    if path in paths[target] and self._score.is_hit(anchor, grams):
                        found[at].append(target)
        return dict(found)

    def _lines(self, name: str) -> list[dict[str, Any]]:
        lines = (self._folder / f"{name}.jsonl").read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines]


def _score(judged: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", judged / "score.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# --- how good an order is -----------------------------------------------------------------------


def measured(
    kind: str, grades: Sequence[int], targets: Targets, order: Sequence[int]
) -> dict[str, float]:
    """What ``score.py`` would say of an order of passages, and what is climbed (``goal``)."""
    page = [targets.get(at, []) for at in order[:10]]
    if kind == "topic":
        return _topic(grades, page)
    ranks = [rank for rank, found in enumerate(page, 1) if found]
    found = {target for targets in page for target in targets}
    every: dict[int, int] = {}
    for rank, at in enumerate(order, 1):
        for target in targets.get(at, ()):
            every.setdefault(target, rank)
    nearness = [1 / math.log2(1 + rank) for rank in every.values()] or [0.0]
    share = sum(nearness) / len(grades)
    goal = max(nearness) if kind != "filtered" else (max(nearness) + share) / 2
    return {
        "rr": 1 / ranks[0] if ranks else 0.0,
        "found": float(bool(ranks)),
        "recall": len(found) / len(grades),
        "goal": goal,
    }


def _topic(grades: Sequence[int], page: list[list[int]]) -> dict[str, float]:
    used: set[int] = set()
    gained = 0.0
    for discount, targets in zip(DISCOUNT, page, strict=False):
        fresh = [grades[target] for target in targets if target not in used]
        gained += (2 ** max(fresh) - 1) * discount if fresh else 0.0
        used.update(targets)
    ideal = sorted(grades, reverse=True)[:10]
    best = sum((2**grade - 1) * d for d, grade in zip(DISCOUNT, ideal, strict=False))
    ndcg, judged = gained / best, sum(map(bool, page)) / 10
    return {"ndcg": ndcg, "judged": judged, "goal": ndcg}


# --- over several queries -----------------------------------------------------------------------

Choice_contra = TypeVar("Choice_contra", contravariant=True)


class Query(Protocol[Choice_contra]):
    """A query whose order depends on what is chosen."""

    kind: str

    def measured(self, chosen: Choice_contra) -> dict[str, float]: ...


Q = TypeVar("Q", bound=Query[Any])


def folded(queries: Sequence[Q]) -> list[list[Q]]:
    """The queries in five parts, with as many of each kind in each."""
    draw = random.Random(1)
    folds: list[list[Q]] = [[] for _ in range(FOLDS)]
    for kind in KINDS:
        theirs = [query for query in queries if query.kind == kind]
        draw.shuffle(theirs)
        for number, query in enumerate(theirs):
            folds[number % FOLDS].append(query)
    return folds


def goals(queries: Sequence[Query[Any]], chosen: object) -> dict[str, float]:
    """What is climbed, by kind; topics less what is missing of the judged share."""
    found = defaultdict(list)
    judged = []
    for query in queries:
        measured = query.measured(chosen)
        found[query.kind].append(measured["goal"])
        judged += [measured["judged"]] if query.kind == "topic" else []
    means = {kind: statistics.mean(each) for kind, each in found.items()}
    means["topic"] -= 1.25 * max(0.0, JUDGED_SHARE - statistics.mean(judged))
    return means


def goal(queries: Sequence[Query[Any]], chosen: object) -> float:
    return sum(KINDS[kind] * mean for kind, mean in goals(queries, chosen).items())


ROWS: tuple[tuple[str, str, Callable[[str], bool]], ...] = (
    ("known items, MRR@10", "rr", lambda kind: kind not in ("topic", "filtered")),
    ("known items, S@10", "found", lambda kind: kind not in ("topic", "filtered")),
    *(
        (f"  {kind}, {name}", measure, kind.__eq__)
        for kind in ("paraphrase", "named", "quote", "question")
        for name, measure in (("MRR@10", "rr"), ("S@10", "found"))
    ),
    ("topics, nDCG@10", "ndcg", "topic".__eq__),
    ("topics, judged share", "judged", "topic".__eq__),
    ("filtered, MRR@10", "rr", "filtered".__eq__),
    ("filtered, R@10", "recall", "filtered".__eq__),
)


def report(title: str, runs: Sequence[tuple[Sequence[Query[Any]], object]]) -> list[str]:
    """What was measured, of queries each with what was chosen for them."""
    lines = ["", title]
    for name, measure, is_of in ROWS:
        values = [
            [query.measured(chosen)[measure] for query in queries if is_of(query.kind)]
            for queries, chosen in runs
        ]
        mean = statistics.mean(value for each in values for value in each)
        spread = ""
        if len(runs) > 1:
            spread = f" ± {statistics.stdev(statistics.mean(each) for each in values):.3f}"
        lines.append(f"  {name:<24}{mean:.3f}{spread}")
    return lines


def cross_validated(
    queries: Sequence[Q],
    what: str,
    choose: Callable[[Sequence[Q]], Any],
    told: Callable[[Any], str],
) -> list[str]:
    """The report of a choice: what the other four folds choose for each (``what`` names it, and
    ``told`` says it in a line), how good that is, and what all the queries choose."""
    lines = ["", f"each fold with the {what} that the other four choose"]
    runs = []
    for fold in folded(queries):
        chosen = choose([query for query in queries if query not in fold])
        lines.append("  " + told(chosen))
        runs.append((fold, chosen))
    lines += report("five-fold cross-validation", runs)
    chosen = choose(queries)
    lines += ["", "chosen on all", "  " + told(chosen)]
    return lines + report("chosen on all", [(queries, chosen)])
