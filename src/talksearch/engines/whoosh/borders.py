"""With which two words a passage and the next one meet, as a number: the passages are kept in the
order of these, so that it is known at once where a phrase may run on from one into the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from zlib import crc32

import numpy as np

from talksearch.engines.whoosh.arrays import Array, ArrayWriter
from talksearch.engines.whoosh.sets import packed

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
    The last of a document counts, and the last of those in its first place: of a word with several
    forms, too.
    """
    table, ends = hashes(terms), np.cumsum(counts, dtype=np.int64)
    begins_with = np.zeros(len(counts), np.uint32)
    first = np.flatnonzero(positions == 0)
    begins_with[np.searchsorted(ends, first, "right")] = table[tokens[first]]
    spoken = np.flatnonzero(counts)
    within = episodes[spoken[1:]] == episodes[spoken[:-1]]
    former, following = spoken[:-1][within], spoken[1:][within]
    return former, border(table[tokens[ends[former] - 1]], begins_with[following])


def write_borders(out: ArrayWriter, portions: Iterable[Sequence[tuple[Array, Array]]]) -> None:
    """Write documents in the order of their borders. In each portion, whose borders are above
    those of the portion before, they may stand in any order, and in several pieces."""
    meets, before = out.growing("meets", np.uint32), out.growing("meets.in", np.uint32)
    for portion in portions:
        keys = np.concatenate([packed(met, documents) for documents, met in portion])
        keys.sort()
        meets.append((keys >> np.uint64(32)).astype(np.uint32))
        before.append(keys.astype(np.uint32))  # the lower 32 bits
