"""Choose how the orders by words and by meaning are fused, on a judged set, by cross-validation.

    python bench/tune_meaning.py DATA JUDGED --home DIR --model NAME [--output FILE]

As ``tune.py``, of whose weights this takes the order by words as it is; the archive in DIR has to
be embedded by the model. All combinations of a few round values of the constants in
``engines/whoosh/meaning.py`` are tried. A gain that one kind of query pays for is none: what a kind
loses against words alone is counted against a choice, three times.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import reports
import talksearch
from judged import KINDS, Set, Targets, cross_validated, folded, goals, measured, report
from talksearch.engines.whoosh import meaning
from talksearch.engines.whoosh.engine import WhooshEngine
from talksearch.engines.whoosh.order import page
from talksearch.engines.whoosh.vectors import Vectors
from talksearch.results import SearchRequest

# Those of the order by meaning, and those of the fusion.
NEAREST = {"SHORT_OF_SENSE": (3, 6, 10), "OF_PREVIOUS": (0.0, 0.05, 0.1)}
FUSION = {"K": (1, 2, 3, 5, 10), "LEVEL": (0.5, 0.75, 0.8, 0.85, 0.9, 1.0)}
LOSS = 3.0

Choice = tuple[float, ...] | None
"""Values of all these constants, in their order; None is words alone."""


@dataclass
class Query:
    """A judged query: what its words find, best first, with the best scores, what is near in
    meaning by the constants of that order; and the targets by document."""

    id: str
    kind: str
    by_words: list[int]
    scores: list[float]
    by_meaning: dict[tuple[float, ...], list[int]]
    targets: Targets
    grades: list[int]
    known: dict[Choice, dict[str, float]]

    def measured(self, chosen: Choice) -> dict[str, float]:
        if chosen not in self.known:
            self.known[chosen] = measured(self.kind, self.grades, self.targets, self._order(chosen))
        return self.known[chosen]

    def _order(self, chosen: Choice) -> list[int]:
        if chosen is None:
            return self.by_words
        give(FUSION, chosen[len(NEAREST) :])
        nearest = self.by_meaning[chosen[: len(NEAREST)]]
        return list(meaning.fused(self.by_words, nearest, meaning.left_open(self.scores)))


def main() -> None:
    parser = reports.parser(__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("judged", type=Path)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--model", required=True, help="as TALKSEARCH_MODEL")
    arguments = parser.parse_args()
    os.environ["TALKSEARCH_MODEL"] = arguments.model
    now = tuple(getattr(meaning, name) for name in (*NEAREST, *FUSION))
    with talksearch.open(arguments.home) as archive:
        queries = list(read(archive, Set(arguments.judged, arguments.data)))
    lines = [reports.command(), ""]
    lines += report("words alone", [(queries, None)])
    lines += report("with the model, constants as they are", [(queries, now)])
    for title, choice in (("words alone", None), ("constants as they are", now)):
        folds = [(fold, choice) for fold in folded(queries)]
        lines += report(f"{title}, over five folds", folds)
    lines += cross_validated(queries, "constants", best, told)
    reports.publish(lines, arguments.output)


def read(archive: talksearch.Archive, judged: Set) -> Iterator[Query]:
    engine = archive._engine
    assert isinstance(engine, WhooshEngine) and engine._meaning
    reader = engine._reader()
    snapshot = reader.snapshot
    vectors: list[Vectors | None] = engine._meaning._opened.of(
        leaf.segment for leaf in snapshot.leaves
    )
    for need in judged.needs():
        tree = reader.spelled_out(need.tree)
        found = page(reader.evaluation(), SearchRequest(tree, limit=meaning.DEPTH))
        like = engine._meaning._likeness(snapshot, vectors, meaning._text(tree))
        by_meaning = {}
        for values in itertools.product(*NEAREST.values()):
            give(NEAREST, values)
            near = meaning._nearest(found.ranking, like).tolist()
            texts = {document: meaning._text_of(document, snapshot, vectors) for document in near}
            by_meaning[values] = meaning._once(texts, found.documents)
        documents = list({*found.documents, *itertools.chain(*by_meaning.values())})
        at = judged.targets(need, map(reader.passage, documents))
        targets = {documents[place]: targets for place, targets in at.items()}
        yield Query(
            need.id, need.kind, found.documents, found.scores[: meaning.RUNNER_UP], by_meaning,
            targets, need.grades, {},
        )  # fmt: skip


def give(constants: dict[str, Any], values: Sequence[float]) -> None:
    for name, value in zip(constants, values, strict=True):
        setattr(meaning, name, value)


def best(queries: Sequence[Query]) -> Choice:
    alone = goals(queries, None)

    def worth(chosen: Choice) -> float:
        found = goals(queries, chosen)
        return sum(
            KINDS[kind] * found[kind] - LOSS * max(0.0, alone[kind] - found[kind]) for kind in found
        )

    return max(itertools.product(*NEAREST.values(), *FUSION.values()), key=worth)


def told(chosen: Choice) -> str:
    assert chosen
    return ", ".join(f"{n} {v:g}" for n, v in zip((*NEAREST, *FUSION), chosen, strict=True))


if __name__ == "__main__":
    main()
