"""Who speaks each word, and in what role.

:func:`attribute` turns the cues of one document into turns, with the people of the episode.
:func:`infer_hosts` looks over the episodes of a show, and :func:`with_roles` tells an episode's
turns what it saw. Whatever is worked out rather than stated says so (``Source.INFERRED``), and
whoever cannot be told stays nobody: a wrong name is worse than none.
"""

from __future__ import annotations

from collections.abc import Sequence

from talksearch.formats.base import Reading
from talksearch.model import Person, Turn
from talksearch.speakers.corrections import around, by_one, corrected, is_said
from talksearch.speakers.decisions import Decision, Naming, as_undecided, in_force, touching
from talksearch.speakers.names import Cast
from talksearch.speakers.roles import (
    appearances,
    infer_hosts,
    with_declared_roles,
    with_roles,
)
from talksearch.speakers.rumours import rumours
from talksearch.speakers.voices import spoken, with_own_words
from talksearch.speakers.written import is_written_down, written

__all__ = [
    "Decision",
    "Naming",
    "appearances",
    "around",
    "as_undecided",
    "attribute",
    "in_force",
    "infer_hosts",
    "is_said",
    "touching",
    "with_roles",
]


def attribute(
    reading: Reading, people: Sequence[Person], naming: Naming | None = None
) -> tuple[tuple[Turn, ...], tuple[Person, ...]]:
    """The turns of a document, and the people of the episode: those given (completed by what the
    text says of them), then those found, in order; all named as ``naming`` has it."""
    naming = naming or Naming()
    cast = Cast(naming.people(people), rumours(reading), naming.of, naming.given)
    aloud = reading.spoken and not is_written_down(reading.cues)
    turns = naming.turns(spoken(reading.cues, cast) if aloud else written(reading, cast))
    turns = corrected(by_one(turns, naming.alone, cast), naming.said, cast)
    if aloud:
        turns = with_own_words(with_declared_roles(turns))
    return naming.known(turns), naming.people(cast.known.values(), heard=True)
