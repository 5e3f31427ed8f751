"""Phrases of which something may be left out: ``"we hold … self-evident"``."""

from __future__ import annotations

import numpy as np

from talksearch.engines.whoosh.arrays import Array
from talksearch.engines.whoosh.postings import gathered
from talksearch.engines.whoosh.sets import begins, shared
from talksearch.engines.whoosh.snapshot import Snapshot
from talksearch.engines.whoosh.straddling import Evaluation, in_stream, is_one_run, running_on
from talksearch.query.nodes import OMITTED, Phrase
from talksearch.words import fold_words

__all__ = ["omitting"]


def omitting(evaluation: Evaluation, phrase: Phrase) -> tuple[Array, Array, Array]:
    """The passages in which a phrase of several parts begins, ascending, and for each the one in
    which it ends and how many words are left out: of several ways the one with the fewest."""
    snapshot = evaluation.snapshot
    parts = [Phrase(part, phrase.across_turns) for part in phrase.parts]
    sizes = [len(fold_words(part.text)) for part in parts]
    # The others are looked for around the rarest.
    rarest = min(range(len(parts)), key=lambda at: len(evaluation.holding(parts[at])))
    standing = _standing(evaluation, parts[rarest], evaluation.holding(parts[rarest]))
    around = _around(snapshot, standing[0], sum(sizes) + OMITTED * (len(parts) - 1))

    def found(at: int, among: Array) -> tuple[Array, Array, Array]:
        if at == rarest:
            return standing
        return _standing(evaluation, parts[at], shared(among, evaluation.holding(parts[at])))

    # From the last part on, each where the next one follows, of which the nearest will do.
    first, here, there = found(len(parts) - 1, around)
    left_out = np.zeros(len(first), np.int64)
    for part in reversed(range(len(parts) - 1)):
        before = _around(snapshot, first, sizes[part] + OMITTED)
        places, begin, end = found(part, shared(around, before))
        at = first.searchsorted(places + sizes[part])
        near = np.flatnonzero(at < len(first))
        at, gaps = at[near], first[at[near]] - places[near] - sizes[part]
        kept = gaps <= OMITTED
        near, at, gaps = near[kept], at[kept], gaps[kept]
        kept = is_one_run(snapshot, end[near], here[at], phrase.across_turns)
        near, at, gaps = near[kept], at[kept], gaps[kept]
        first, here, there, left_out = places[near], begin[near], there[at], left_out[at] + gaps
    order = np.lexsort((left_out, here))
    order = order[begins(here[order])]
    return here[order], there[order], left_out[order]


def _standing(evaluation: Evaluation, part: Phrase, among: Array) -> tuple[Array, Array, Array]:
    """Where a part begins in some documents that hold it, and wherever it runs on from one into the
    next: places in the stream of words, ascending, and in which documents it begins and ends."""
    snapshot = evaluation.snapshot
    bits = (snapshot.longest + len(fold_words(part.text))).bit_length()
    numbers, places = in_stream(snapshot, among, evaluation.standing(part, among, bits), bits)
    first, here, there = running_on(snapshot, part)
    within = among[numbers]
    if not len(first):
        return places, within, within
    places = np.append(places, first)
    order = places.argsort()
    return places[order], np.append(within, here)[order], np.append(within, there)[order]


def _around(snapshot: Snapshot, places: Array, reach: int) -> Array:
    """The documents with any of so many words before and after some places."""
    stream = snapshot.stream
    lows = stream.documents(np.maximum(places - reach, 0))
    highs = stream.documents(np.minimum(places + reach, stream.end - 1))
    # Both ascend. What overlaps is one range, of which each document is there once.
    first = np.flatnonzero(np.append(True, lows[1:] > highs[:-1])[: len(lows)])
    last = np.append(first[1:], len(lows))[: len(first)] - 1
    return gathered(lows[first], highs[last] - lows[first] + 1)
