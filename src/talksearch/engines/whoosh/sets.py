"""Sets of numbers, as ascending arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from talksearch.engines.whoosh.arrays import Array

__all__ = [
    "FEW",
    "NONE",
    "begins",
    "distinct",
    "is_few",
    "is_in",
    "member",
    "packed",
    "pieces",
    "shared",
    "united",
    "worked_out",
]

NONE = np.empty(0, np.intp)


def member(wanted: Array, among: Array) -> tuple[Array, Array]:
    """Which of ``wanted`` are in ``among``, both ascending: their places in ``among``, and a mask
    over ``wanted``."""
    if not len(wanted) or not len(among):
        return NONE, np.zeros(len(wanted), bool)
    if is_few(wanted, among):
        places = among.searchsorted(wanted)
    else:
        # A table of the place of every number, of which only those are written that are there:
        # what else it says is found out when the place is looked at.
        places, end = np.empty(len(wanted), np.intp), int(max(wanted[-1], among[-1])) + 1
        table = np.empty(min(end, _ROWS), np.uint32)
        for rows in pieces(end, _ROWS):
            edges = rows.start, rows.stop
            (first, last), (start, stop) = among.searchsorted(edges), wanted.searchsorted(edges)
            table[among[first:last] - rows.start] = np.arange(first, last, dtype=np.uint32)
            places[start:stop] = table[wanted[start:stop] - rows.start]
    found = among.take(places, mode="clip") == wanted
    return places[found], found


def is_in(wanted: Array, ascending: Array) -> Array:
    """Which of some numbers, in any order, are among others, as a mask. NumPy's ``isin`` sorts them
    anew, and imports ``numpy.ma`` when it is first called: 2 MB, and 10 ms."""
    if not len(ascending):
        return np.zeros(len(wanted), bool)
    found: Array = ascending.take(ascending.searchsorted(wanted), mode="clip") == wanted
    return found


def shared(one: Array, other: Array) -> Array:
    """The numbers that both have, of which each has none twice; all ascending."""
    if FEW * len(one) < len(other):
        return one[member(one, other)[1]]
    if FEW * len(other) < len(one):
        return other[member(other, one)[1]]
    # Two that are sorted are soon merged.
    both = np.sort(np.concatenate([one, other]), kind="stable")
    found: Array = both[:-1][both[1:] == both[:-1]]
    return found


def is_few(wanted: Array, among: Array) -> bool:
    """Whether looking up each is faster than writing a table."""
    return FEW * len(wanted) < len(among) + _TABLE


# Looking up one number takes as long as writing so many, and as long as beginning a table.
FEW = 10
_TABLE = 1 << 12
_ROWS = 1 << 19


def pieces(size: int, each: int = 1 << 15) -> Iterator[slice]:
    """A range in pieces, so that what is worked out of each is small, and stays in the processor's
    cache."""
    for start in range(0, size, each):
        yield slice(start, min(start + each, size))


def worked_out(function: Callable[..., Array], *arrays: Array) -> Array:
    """What a function makes of parallel arrays: of many, piece by piece."""
    size = len(arrays[0])
    if size <= _MANY:
        return function(*arrays)
    found = np.empty(size)
    for piece in pieces(size):
        found[piece] = function(*(array[piece] for array in arrays))
    return found


_MANY = 1 << 16


def united(parts: Sequence[Array]) -> Array:
    """The numbers of all parts, in any order, once each. NumPy's ``unique`` takes many times as
    long, and imports ``numpy.ma`` when it is first called."""
    found = np.concatenate(parts)
    found.sort()
    return distinct(found)


def packed(high: Array, low: Array) -> Array:
    """Pairs of numbers below 2^32 as one number each, which are soon sorted: by the first, then by
    the second, which are the upper and the lower 32 bits."""
    found = high.astype(np.uint64)
    found <<= np.uint64(32)
    found |= low.astype(np.uint32, copy=False)
    return found


def distinct(ascending: Array) -> Array:
    """Each number once."""
    found: Array = ascending[begins(ascending)]
    return found


def begins(numbers: Array) -> Array:
    """Which of the numbers differ from the one before, as a mask."""
    mask = np.empty(len(numbers), bool)
    mask[:1] = True
    np.not_equal(numbers[1:], numbers[:-1], out=mask[1:])
    return mask
