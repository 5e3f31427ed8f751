"""The values that passages have, by the field of a query that filters by them."""

from __future__ import annotations

import numpy as np

from talksearch.engines.whoosh.arrays import Array
from talksearch.engines.whoosh.sets import pieces
from talksearch.engines.whoosh.snapshot import Snapshot

__all__ = ["FILTER_OF", "counted", "shown"]

# The field of a facet's own filters, which do not narrow its counts.
FILTER_OF = {
    "speaker": "speaker", "role": "role", "show": "show", "year": "year", "occupation": "job",
    "organization": "org", "language": "lang", "kind": "kind", "chapter": "chapter",
}  # fmt: skip
# Which column has a field's values as they are shown.
_COLUMNS = {field: facet for facet, field in FILTER_OF.items()}
_COLUMNS |= {"year": "date", "episode": "episode"}


def counted(snapshot: Snapshot, field: str, passages: Array) -> list[tuple[str, int]]:
    """How many of some passages have each value, the most frequent first."""
    places, values = snapshot.column(_COLUMNS[field])
    found = np.zeros(len(values), np.intp)
    for piece in pieces(len(passages)):
        found += np.bincount(places[passages[piece]], minlength=len(values))
    counts: dict[str, int] = {}
    for place in np.flatnonzero(found).tolist():
        value = values[place][:4] if field == "year" else values[place]
        if value:
            counts[value] = counts.get(value, 0) + int(found[place])
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def shown(snapshot: Snapshot, field: str) -> list[str]:
    """A field's values as they are shown, the most frequent first; none where they are not kept."""
    if field not in _COLUMNS:
        return []
    return [value for value, _ in counted(snapshot, field, np.flatnonzero(snapshot.passages))]
