"""The values that passages have, by the field of a query that filters by them."""

from __future__ import annotations

import numpy as np

from talksearch.engines.whoosh.arrays import Array
from talksearch.engines.whoosh.sets import pieces
from talksearch.engines.whoosh.snapshot import Snapshot

__all__ = ["COLUMNS", "FILTER_OF", "counted"]

# The field of a facet's own filters, which do not narrow its counts.
FILTER_OF = {
    "speaker": "speaker", "role": "role", "show": "show", "year": "year", "occupation": "job",
    "organization": "org", "language": "lang", "kind": "kind", "chapter": "chapter",
}  # fmt: skip
# Which column has a field's values as they are shown.
COLUMNS = {field: facet for facet, field in FILTER_OF.items()}
COLUMNS |= {"year": "date", "episode": "episode"}


def counted(snapshot: Snapshot, field: str, passages: Array) -> list[tuple[str, int]]:
    """How many of some passages have each value, the most frequent first."""
    places, values = snapshot.column(COLUMNS[field])
    found = np.zeros(len(values), np.intp)
    for piece in pieces(len(passages)):
        found += np.bincount(places[passages[piece]], minlength=len(values))
    counts: dict[str, int] = {}
    for place in np.flatnonzero(found).tolist():
        value = values[place][:4] if field == "year" else values[place]
        if value:
            counts[value] = counts.get(value, 0) + int(found[place])
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
