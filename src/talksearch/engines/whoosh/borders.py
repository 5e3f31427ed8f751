"""With which two words a passage and the next one meet, as a number to compare: by it is known at
once where a phrase may run on from one passage into the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zlib import crc32

import numpy as np

from talksearch.engines.whoosh.arrays import Array, ArrayWriter

__all__ = ["BORDERS", "border", "hashes", "write_borders"]

BORDERS = "meets"


def hashes(terms: Iterable[bytes]) -> Array:
    """Terms as numbers; two that differ may have the same."""
    return np.fromiter(map(crc32, terms), np.uint32)


def border(before: Array, after: Array) -> Array:
    """Words that end passages, and those that begin the next ones, as one number each; never 0."""
    found: Array = np.maximum(before * np.uint32(31) + after, np.uint32(1))
    return found


def write_borders(
    out: ArrayWriter,
    terms: Sequence[bytes],
    tokens: Array,
    positions: Array,
    counts: Array,
    episodes: Array,
) -> None:
    """For each document the border with the next that has words, in the same episode; 0 for none.

    ``tokens`` are the numbers of terms, so many a document, ``positions`` where they stand in it.
    Of a word with several forms the last one counts.
    """
    table, ends = hashes(terms), np.cumsum(counts, dtype=np.int64)
    begins_with = np.zeros(len(counts), np.uint32)
    first = np.flatnonzero(positions == 0)
    begins_with[np.searchsorted(ends, first, "right")] = table[tokens[first]]
    spoken = np.flatnonzero(counts)
    within = episodes[spoken[1:]] == episodes[spoken[:-1]]
    former, following = spoken[:-1][within], spoken[1:][within]
    found = np.zeros(len(counts), np.uint32)
    found[former] = border(table[tokens[ends[former] - 1]], begins_with[following])
    out.add(BORDERS, found)
