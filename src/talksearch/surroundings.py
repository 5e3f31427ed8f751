"""What is said before and after a passage."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from talksearch.engines.base import Engine
from talksearch.results import Hit

__all__ = ["nearest", "with_context"]


def with_context(hit: Hit, engine: Engine, turns: int) -> Hit:
    """The hit with so many turns before and after it."""
    number, episode_id = hit.passage.number, hit.episode.id
    numbers = nearest(engine.turns(episode_id), number, turns)
    found = engine.passages(episode_id, numbers)
    return replace(
        hit,
        before=tuple(each for each in found if each.number < number),
        after=tuple(each for each in found if each.number > number),
    )


def nearest(turns: Sequence[int], number: int, count: int) -> list[int]:
    """The numbers of the passages around one: in each direction, of its own turn and of the next
    ``count`` turns, the nearest ``count`` passages each. ``turns`` has the turn of every passage.
    """
    before, after = range(number - 1, -1, -1), range(number + 1, len(turns))
    return [*_going(turns, number, before, count), *_going(turns, number, after, count)]


def _going(turns: Sequence[int], number: int, way: Iterable[int], count: int) -> list[int]:
    found: list[int] = []
    turn, others, taken = turns[number], 0, 0
    for at in way:
        if turns[at] != turn:
            turn, taken = turns[at], 0
            others += 1
            if others > count:
                break
        if taken < count:
            found.append(at)
            taken += 1
    return found
