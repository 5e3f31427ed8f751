"""What is said before and after a passage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from talksearch.model import Passage
from talksearch.results import Hit

__all__ = ["with_context"]


def with_context(hit: Hit, episode: Sequence[Passage], turns: int) -> Hit:
    """The hit with so many turns before and after it; ``episode`` has all of its passages."""
    return replace(
        hit,
        before=tuple(reversed(_nearest(hit.passage, episode, -1, turns))),
        after=tuple(_nearest(hit.passage, episode, 1, turns)),
    )


def _nearest(passage: Passage, episode: Sequence[Passage], step: int, turns: int) -> list[Passage]:
    """Going from the passage in one direction: of its own turn and of the next ``turns`` turns,
    the nearest ``turns`` passages each."""
    found: list[Passage] = []
    taken: Counter[int] = Counter()
    at = passage.number + step
    while 0 <= at < len(episode):
        near = episode[at]
        if len({passage.turn, near.turn, *taken}) > turns + 1:
            break
        if taken[near.turn] < turns:
            found.append(near)
            taken[near.turn] += 1
        at += step
    return found
