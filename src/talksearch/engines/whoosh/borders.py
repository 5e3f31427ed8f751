"""With which two words a passage and the next one meet, as a number: the passages are kept in the
order of these, so that it is known at once where a phrase may run on from one into the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zlib import crc32

import numpy as np

from talksearch.engines.whoosh.arrays import Array, ArrayWriter

__all__ = ["border", "borders", "hashes", "write_borders"]


def hashes(terms: Iterable[bytes]) -> Array:
    """Terms as numbers; two that differ may have the same."""
    return np.fromiter(map(crc32, terms), np.uint32)


def border(before: Array, after: Array) -> Array:
    """Words that end passages, and those that begin the next ones, as one number each."""
    found: Array = before * np.uint32(31) + after
    return found


def borders(
    terms: Sequence[bytes], tokens: Array, positions: Array, counts: Array, episodes: Array
) -> tuple[Array, Array]:
    """The documents that another with words comes after, in the same episode, and the border of
    each with that.

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
    return former, border(table[tokens[ends[former] - 1]], begins_with[following])


def write_borders(out: ArrayWriter, *parts: tuple[Array, Array]) -> None:
    """Write documents in the order of their borders: of each part both, in any order."""
    keys = np.concatenate([_keys(*part) for part in parts])
    keys.sort()
    out.add("meets", (keys >> np.uint64(32)).astype(np.uint32))
    out.add("meets.in", keys.astype(np.uint32))  # the lower 32 bits


def _keys(documents: Array, met: Array) -> Array:
    keys = met.astype(np.uint64)
    keys <<= np.uint64(32)
    keys |= documents.astype(np.uint32)
    return keys
