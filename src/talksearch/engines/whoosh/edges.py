"""The first and the last word of each passage, as numbers to compare: by them it is known at once
where a phrase may run on from one passage into the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zlib import crc32

import numpy as np

from talksearch.engines.whoosh.arrays import Array, ArrayWriter

__all__ = ["EDGES", "hashes", "write_edges"]

EDGES = ("begins", "ends")


def hashes(terms: Iterable[bytes]) -> Array:
    """Terms as numbers; two that differ may have the same."""
    return np.fromiter(map(crc32, terms), np.uint32)


def write_edges(
    out: ArrayWriter, terms: Sequence[bytes], tokens: Array, positions: Array, counts: Array
) -> None:
    """For documents that have so many tokens (each the number of a term, with its position), those
    of the first and of the last word; of a word with several forms the last form. 0 for none."""
    table, ends = hashes(terms), np.cumsum(counts, dtype=np.int64)
    begins_with, ends_with = np.zeros((2, len(counts)), np.uint32)
    first = np.flatnonzero(positions == 0)
    begins_with[np.searchsorted(ends, first, "right")] = table[tokens[first]]
    some = counts > 0
    ends_with[some] = table[tokens[ends[some] - 1]]
    for name, edge in zip(EDGES, (begins_with, ends_with), strict=True):
        out.add(name, edge)
