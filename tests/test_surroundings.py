"""Which passages stand around one."""

from __future__ import annotations

import pytest

from talksearch.surroundings import nearest

TURNS = [0, 0, 0, 1, 1, 1, 2, 3, 3]  # of each passage


@pytest.mark.parametrize(
    ("number", "count", "around"),
    [
        (4, 0, []),
        (4, 1, [3, 2, 5, 6]),
        (4, 2, [3, 2, 1, 5, 6, 7, 8]),
        (0, 1, [1, 3]),
        (0, 2, [1, 2, 3, 4, 6]),
        (8, 1, [7, 6]),
        (8, 3, [7, 6, 5, 4, 3, 2, 1, 0]),
        (6, 1, [5, 7]),
    ],
)
def test_the_nearest_of_its_own_turn_and_of_the_next(
    number: int, count: int, around: list[int]
) -> None:
    assert nearest(TURNS, number, count) == around
