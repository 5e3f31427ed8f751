"""``a THEN b``: what is said soon after something else in the same episode."""

from __future__ import annotations

import numpy as np

from talksearch.engines.whoosh.arrays import Array
from talksearch.engines.whoosh.scoring import Fixed, Scored
from talksearch.engines.whoosh.snapshot import Snapshot

__all__ = ["followed", "sequence"]


def followed(
    snapshot: Snapshot, earlier: Array, later: Array, distance: int
) -> tuple[Array, Array]:
    """The later ones of some passages that are at most so many turns after an earlier one, or, in
    one turn, so many passages, and for each of them the nearest such one."""
    earlier, later = (each[~snapshot.are_notes(each)] for each in (earlier, later))
    places = np.searchsorted(earlier, later) - 1
    later, nearest = later[places >= 0], earlier[places[places >= 0]]
    turns = snapshot.numbers("turn")
    further = turns[later].astype(np.int64) - turns[nearest]
    # Without speakers a transcript is one turn, and its end is not soon after its beginning.
    further[further == 0] = (later - nearest)[further == 0]
    near = further <= distance
    near &= snapshot.episodes[later] == snapshot.episodes[nearest]
    return later[near], nearest[near]


def sequence(later: Array, nearest: Array, left: Scored, right: Scored) -> Fixed:
    """The later passages, with what both sides score."""
    earlier, of = np.unique(nearest, return_inverse=True)
    return Fixed(later, right.at(later) + left.at(earlier)[of])
