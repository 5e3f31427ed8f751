"""Hits of one page that stand together in an episode, to be read together.

Two passages in a row, or two with the same turns around them, are one stretch of talk: it is shown
once, in the order in which it was said, where the better of them stands in the ranking.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from talksearch.results import Hit

__all__ = ["Placed", "stretches"]

Placed = tuple[int, Hit]
"""A hit and its place in the ranking, from 0."""


def stretches(hits: Sequence[Hit]) -> list[list[Placed]]:
    """The hits with their places, a list a stretch, each turn of context with one of them only."""
    episodes: dict[str, list[Placed]] = {}
    for place, hit in enumerate(hits):
        episodes.setdefault(hit.episode.id, []).append((place, hit))
    found = [stretch for placed in episodes.values() for stretch in _apart(placed)]
    return sorted(found, key=lambda stretch: min(place for place, _ in stretch))


def _apart(placed: Iterable[Placed]) -> Iterable[list[Placed]]:
    """The hits of one episode."""
    stretch: list[Placed] = []
    last = 0
    for place, hit in sorted(placed, key=lambda each: each[1].passage.number):
        numbers = _numbers(hit)
        if stretch and min(numbers) > last + 1:
            yield _once(stretch)
            stretch = []
        last = max(last, *numbers) if stretch else max(numbers)
        stretch.append((place, hit))
    yield _once(stretch)


def _numbers(hit: Hit) -> list[int]:
    return [each.number for each in (*hit.before, hit.passage, *hit.after)]


def _once(stretch: list[Placed]) -> list[Placed]:
    """The stretch with what is between two of its hits behind the first of them."""
    if len(stretch) == 1:
        return stretch
    known = {each.number: each for _, hit in stretch for each in (*hit.before, *hit.after)}
    context = [known[number] for number in sorted(known)]
    bounds = [hit.passage.number for _, hit in stretch]
    first = stretch[0][1].passage.number
    return [
        (
            place,
            replace(
                hit,
                before=tuple(each for each in context if each.number < first == at),
                after=tuple(each for each in context if at < each.number < upto),
            ),
        )
        for (place, hit), at, upto in zip(stretch, bounds, [*bounds[1:], float("inf")], strict=True)
    ]
