"""What one speaker says on both sides of a passage: a thought seldom ends with it."""

from __future__ import annotations

import numpy as np

from talksearch.engines.whoosh.arrays import Array
from talksearch.engines.whoosh.snapshot import Snapshot

__all__ = ["SHORT", "next_to"]

# What has fewer words ("Yeah.", "Right.") is no thought: it neither asks nor answers.
SHORT = 6


def next_to(snapshot: Snapshot, documents: Array, steps: Array) -> Array:
    """For each of some passages the one that the same speaker says after it (where its step is 1)
    or before it (-1), in the same turn or with no more than a word or two by somebody else between
    them; -1 where there is none."""
    turns, episodes = snapshot.numbers("turn"), snapshot.episodes.of
    one, two = (np.clip(documents + n * steps, 0, snapshot.size - 1) for n in (1, 2))
    turn, between = turns[documents], turns[one]
    same = (between == turn) & (one != documents)
    far = (snapshot.lengths[one] < SHORT) & ~same & (between != turns[two]) & (two != documents)
    if far.any():
        voices = snapshot.numbers("voice")
        far &= voices[two] == voices[documents]
    found = np.where(far, two, one)
    there = (same | far) & (episodes[found] == episodes[documents]) & snapshot.passages[found]
    return np.where(there, found, -1)
