"""``a THEN b``: what is said soon after something else in the same episode."""

from __future__ import annotations

import numpy as np

from talksearch.engines.whoosh.arrays import Array
from talksearch.engines.whoosh.scoring import Fixed, Scored
from talksearch.engines.whoosh.sets import begins
from talksearch.engines.whoosh.snapshot import Snapshot

__all__ = ["both_sides", "followed"]


def followed(
    snapshot: Snapshot, earlier: Array, later: Array, distance: int
) -> tuple[Array, Array]:
    """The later ones of some passages that are at most so many turns after an earlier one, or, in
    one turn, so many passages, and for each of them the nearest such one."""
    earlier, later = (each[~snapshot.are_notes(each)] for each in (earlier, later))
    turns, episodes = snapshot.numbers("turn"), snapshot.episodes.of
    places = np.searchsorted(earlier, later) - 1
    later, places = later[places >= 0], places[places >= 0]
    nearest = earlier[places]
    # Without speakers a transcript is one turn, and its end is not soon after its beginning: what
    # is too far back in the turn of the later one gives way to what was said before that turn.
    far = (turns[nearest] == turns[later]) & (episodes[nearest] == episodes[later])
    far &= later - nearest > distance
    firsts = np.flatnonzero(begins(turns[earlier]) | begins(episodes[earlier]))
    places[far] = firsts[np.searchsorted(firsts, places[far], "right") - 1] - 1
    later, nearest = later[places >= 0], earlier[places[places >= 0]]
    near = turns[later].astype(np.int64) - turns[nearest] <= distance
    near &= episodes[later] == episodes[nearest]
    return later[near], nearest[near]


def both_sides(later: Array, nearest: Array, left: Scored, right: Scored) -> Fixed:
    """The later passages, with what both sides score."""
    earlier, of = np.unique(nearest, return_inverse=True)
    return Fixed(later, right.at(later) + left.at(earlier)[of])
