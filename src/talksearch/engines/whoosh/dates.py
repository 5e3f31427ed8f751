"""The order of a snapshot's episodes by their dates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from talksearch.engines.whoosh.arrays import Array
from talksearch.engines.whoosh.leaves import Leaf
from talksearch.engines.whoosh.sets import begins

__all__ = ["by_date"]


def by_date(leaves: Sequence[Leaf], names: Array, *, newest: bool) -> Array:
    """For each episode's number its place when the newest, or the oldest, come first: the undated
    last, and those of a day by their ``names``, the places by id."""
    dates: list[str] = []
    for leaf in leaves:
        places, values = leaf.segment.column("date")
        episodes, theirs = leaf.segment.column("episode")
        date = np.zeros(len(theirs), np.intp)
        # A record has none: an episode's last document is a passage, if it has any.
        last = np.flatnonzero(np.append(begins(episodes), True)[1:])
        date[episodes[last]] = places[last]
        dates += [values[place] for place in date.tolist()]
    order = np.argsort(names).tolist()
    order.sort(key=lambda n: dates[n], reverse=newest)
    if not newest:
        order.sort(key=lambda n: not dates[n])
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order))
    return ranks
