"""Which passages a filter lets through.

A filter's value matches an index value without case or accents when its words stand in it one
after the other (``speaker:nico`` finds Nico Thiebaut, ``title:"machine learning"`` every title
with that phrase). The values of a field are few beside the passages, so they are looked through.
"""

from __future__ import annotations

import numpy as np

from talksearch.engines.whoosh.arrays import Array
from talksearch.engines.whoosh.documents import key, term
from talksearch.engines.whoosh.snapshot import Snapshot
from talksearch.model import Role
from talksearch.query.nodes import DateRange, Filter

__all__ = ["filter_mask", "in_range", "range_mask"]

# `role:host` means whoever hosts the episode.
_ROLES = {Role.HOST: (Role.HOST, Role.CO_HOST, Role.GUEST_HOST)}
_REMEMBERED = 8 << 20  # bytes


def filter_mask(snapshot: Snapshot, node: Filter) -> Array:
    """The mask of the passages that have the value; it is not to be written in."""
    found = snapshot.masks.get(node)
    if found is None:
        found = _filter_mask(snapshot, node)
        if len(snapshot.masks) * snapshot.size > _REMEMBERED:
            snapshot.masks.clear()
        snapshot.masks[node] = found
    return found


def _filter_mask(snapshot: Snapshot, node: Filter) -> Array:
    match node.field:
        case "episode":
            documents = snapshot.with_values([term("episode", node.value)])
            return documents & snapshot.passages  # without its record
        case "year":
            return range_mask(snapshot, DateRange(node.value, node.value))
        case "role":
            role = Role.parse(node.value)
            roles = _ROLES.get(role, (role,)) if role else ()
            return snapshot.with_values([term("role", key(each.value)) for each in roles])
    return snapshot.with_words(node.field, key(node.value))


def range_mask(snapshot: Snapshot, node: DateRange) -> Array:
    """The mask of the passages of that time."""
    return in_range(snapshot, node, slice(None)) & snapshot.passages


def in_range(snapshot: Snapshot, node: DateRange, passages: Array | slice) -> Array:
    """Which of some passages are of that time, as a mask over these."""
    # ISO dates sort as text; "2020-07" stands for the whole month on either side.
    places, values = snapshot.column("date")
    within = [
        bool(date) and date >= node.first and (not node.last or date[: len(node.last)] <= node.last)
        for date in values
    ]
    found: Array = np.array(within)[places[passages]]
    return found
