"""Phrases that run on from one passage into the next, and words that are near to each other there.

A passage ends where there was a good place to cut, not where somebody stopped speaking. Where two
words of a phrase meet at the border of two passages, the rest of it is looked for around that
place: by the lengths of the passages the words of an archive are one stream, in which each has a
place. What is looked for is found in the passage in which it begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import permutations
from typing import Protocol

import numpy as np

from talksearch.engines.whoosh.arrays import Array
from talksearch.engines.whoosh.borders import border, hashes
from talksearch.engines.whoosh.postings import gathered
from talksearch.engines.whoosh.sets import NONE, begins, distinct, is_in, shared, united
from talksearch.engines.whoosh.snapshot import Snapshot
from talksearch.query.nodes import Phrase, Term
from talksearch.words import words

__all__ = ["in_stream", "is_one_run", "near_beyond", "running_on", "straddling"]

_Side = tuple[Term | Phrase, int]
"""A word or phrase, and how many words it has."""


class Evaluation(Protocol):
    """What is asked of an ``evaluate.Evaluation``."""

    snapshot: Snapshot

    def holding(self, leaf: Term | Phrase) -> Array: ...
    def standing(self, leaf: Term | Phrase, within: Array, bits: int) -> Array: ...


def straddling(snapshot: Snapshot, phrase: Phrase) -> tuple[Array, Array]:
    """The passages in which a phrase begins, but does not end, ascending, and for each the one in
    which it does: it goes on in the same turn, or, ``across_turns``, in those after it. It may
    begin so more than once in a passage."""
    _, here, there = running_on(snapshot, phrase)
    return here, there


def running_on(snapshot: Snapshot, phrase: Phrase) -> tuple[Array, Array, Array]:
    """Likewise, with the places in the stream at which it begins before them, ascending."""
    found = list(words(phrase.text))
    if len(found) < 2:
        return NONE, NONE, NONE
    forms = [word.forms[-1] for word in found]
    hashed = hashes(form.encode("utf-8", "replace") for form in forms)
    at = list(map(snapshot.meeting, border(hashed[:-1], hashed[1:]).tolist()))
    if not any(map(len, at)):
        return NONE, NONE, NONE
    stream = snapshot.stream
    first = united([stream.starts(former + 1) - cut for cut, former in enumerate(at, start=1)])
    first = first[(first >= 0) & (first + len(found) <= stream.end)]
    here, there = (stream.documents(first + step) for step in (0, len(found) - 1))
    one = is_one_run(snapshot, here, there, phrase.across_turns)
    first, here, there = first[one], here[one], there[one]
    for at_word, word in enumerate(found):
        if not len(first):
            return NONE, NONE, NONE
        ends = {0: here, len(found) - 1: there}
        among = distinct(ends[at_word] if at_word in ends else stream.documents(first + at_word))
        bits = snapshot.longest.bit_length()
        stands = snapshot.positions("exact", [word.forms[0]], among, bits)
        _, places = in_stream(snapshot, among, stands, bits)
        one = is_in(first + at_word, places)
        first, here, there = first[one], here[one], there[one]
    live = snapshot.passages[here]
    return first[live], here[live], there[live]


def near_beyond(evaluation: Evaluation, sides: Iterable[_Side], distance: int) -> Array:
    """The passages that hold one of two sides, or its beginning, with the other near to that, later
    in the turn."""
    snapshot = evaluation.snapshot
    stream = snapshot.stream
    found = [NONE]
    for former, later in permutations(sides):
        here, among = evaluation.holding(former[0]), evaluation.holding(later[0])
        following = among.searchsorted(here, "right")
        here, there = here[following < len(among)], among[following[following < len(among)]]
        one = _in_one_turn(snapshot, here, there)
        here, there = here[one], there[one]
        close = stream.starts(there) - stream.starts(here + 1) < distance
        here, there = here[close], there[close]
        if len(here):
            _, end = _extent(evaluation, former, here)
            begin, _ = _extent(evaluation, later, there)
            found.append(here[begin - end < distance])
        found += _near_running_on(evaluation, former, later, distance)
    return united(found)


def _near_running_on(
    evaluation: Evaluation, side: _Side, other: _Side, distance: int
) -> Iterator[Array]:
    """Where one side is a phrase that begins in a passage and ends in another, with the other near
    to it in the turn: the passages in which the earlier of them begins."""
    snapshot, (phrase, size), (leaf, others) = evaluation.snapshot, side, other
    if not isinstance(phrase, Phrase):
        return
    first, here, there = running_on(snapshot, phrase)
    if not len(first):
        return
    stream, end = snapshot.stream, first + size
    lows = stream.documents(np.maximum(first - others - distance, 0))
    highs = stream.documents(np.minimum(end + distance, stream.end - 1))
    around = [np.arange(low, high + 1) for low, high in zip(lows, highs, strict=True)]
    among = shared(united(around), evaluation.holding(leaf))
    _, places = _standing(evaluation, other, among)
    if isinstance(leaf, Phrase):
        places = united([places, running_on(snapshot, leaf)[0]])
    # Of what is later the first is the nearest.
    at = places.searchsorted(end)
    near = np.flatnonzero(at < len(places))
    near = near[places[at[near]] - end[near] < distance]
    then = stream.documents(places[at[near]])
    yield here[near][_in_one_turn(snapshot, there[near], then)]
    # What is earlier may begin in several passages.
    lows, highs = (places.searchsorted(first - others - gap, "right") for gap in (distance, 0))
    near = np.repeat(here, highs - lows)
    then = stream.documents(places[gathered(lows, highs - lows)])
    yield then[_in_one_turn(snapshot, then, near)]


def _extent(evaluation: Evaluation, side: _Side, documents: Array) -> tuple[Array, Array]:
    """Where a side begins first and ends last in each of some documents that hold it, as places in
    the stream of words."""
    among = distinct(documents)
    numbers, places = _standing(evaluation, side, among)
    first = begins(numbers)
    last = np.append(first[1:], True)
    at = among.searchsorted(documents)
    return places[first][at], places[last][at] + side[1]


def _standing(evaluation: Evaluation, side: _Side, among: Array) -> tuple[Array, Array]:
    """Where a side begins in some documents that hold it: in which of them, by their number among
    these, and the place in the stream."""
    snapshot, (leaf, size) = evaluation.snapshot, side
    bits = (snapshot.longest + size).bit_length()
    return in_stream(snapshot, among, evaluation.standing(leaf, among, bits), bits)


def in_stream(snapshot: Snapshot, among: Array, positions: Array, bits: int) -> tuple[Array, Array]:
    """Positions in some documents (``Snapshot.positions``) as the numbers of these and places."""
    numbers = positions >> bits
    return numbers, snapshot.stream.starts(among)[numbers] + (positions & ((1 << bits) - 1))


def _in_one_turn(snapshot: Snapshot, one: Array, other: Array) -> Array:
    """Which of two parallel lists of documents are of the same turn."""
    turns, episodes = snapshot.numbers("turn"), snapshot.episodes.of
    found: Array = (turns[one] == turns[other]) & (episodes[one] == episodes[other])
    return found


def is_one_run(snapshot: Snapshot, here: Array, there: Array, across_turns: bool) -> Array:
    """Whether a phrase may run on from documents as far as these."""
    found = np.ones(len(here), bool)
    for step in range(int((there - here).max(initial=0))):
        further = np.flatnonzero(found & (here + step < there))
        found[further] = _goes_on(snapshot, here[further] + step, across_turns)
    return found


def _goes_on(snapshot: Snapshot, documents: Array, across_turns: bool) -> Array:
    """Whether a phrase may run on from documents into the next ones: within a turn; or until the
    episode ends, or talk turns into advertising and back. Notes are no talk, and end with their
    turns."""
    turns, after = snapshot.numbers("turn"), documents + 1
    found: Array = turns[documents] == turns[after]
    if across_turns:
        kinds, _ = snapshot.column("kind")
        found |= (kinds[documents] == kinds[after]) & ~snapshot.are_notes(after)
    found &= snapshot.episodes.of[documents] == snapshot.episodes.of[after]
    return found
