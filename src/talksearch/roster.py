"""Who speaks in an archive: every name, with what is known of it over all episodes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from talksearch.engines.base import Record
from talksearch.model import Appearance, Source
from talksearch.report import SpeakerSummary
from talksearch.words import fold_words, respelled_words

__all__ = ["summaries"]


def summaries(records: Iterable[Record], wanted: Sequence[str]) -> list[SpeakerSummary]:
    """Everybody of whose names one has all of the ``wanted`` words (folded); who speaks most comes
    first."""
    by_name: dict[str, list[tuple[Record, Appearance]]] = {}
    for record in records:
        for appearance in record.appearances:
            person = appearance.speaker.person
            if person:  # "Speaker 1" is somebody else in each episode
                by_name.setdefault(person.name, []).append((record, appearance))
    found = [
        _summary(name, entries)
        for name, entries in by_name.items()
        if any(
            set(wanted) <= {*fold_words(each), *respelled_words(each)}
            for each in _names(name, entries)
        )
    ]
    return sorted(found, key=lambda summary: (-summary.words, summary.name))


def _names(name: str, entries: list[tuple[Record, Appearance]]) -> set[str]:
    aliases = (a.speaker.person.aliases for _, a in entries if a.speaker.person)
    return {name, *(alias for each in aliases for alias in each)}


def _summary(name: str, entries: list[tuple[Record, Appearance]]) -> SpeakerSummary:
    entries.sort(key=lambda entry: str(entry[0].episode.date or ""), reverse=True)
    people = [a.speaker.person for _, a in entries if a.speaker.person]

    def listed(values: Iterable[str | None]) -> tuple[str, ...]:
        # What was misheard, or held for a day, stands in one episode of many.
        return tuple(value for value, _ in Counter(filter(None, values)).most_common())

    roles = listed(a.speaker.role and a.speaker.role.value for _, a in entries)
    occupations = listed(person.occupation for person in people)
    organizations = listed(person.organization for person in people)
    stated: set[str | None] = set()  # in one episode at least
    for _, appearance in entries:
        if appearance.speaker.role_source is not Source.INFERRED:
            stated.add(appearance.speaker.role)
    for person in people:
        if person.occupation_source is not Source.INFERRED:
            stated |= {person.occupation, person.organization}
    return SpeakerSummary(
        name=name,
        episodes=len({record.episode.id for record, _ in entries}),
        turns=sum(appearance.turns for _, appearance in entries),
        words=sum(appearance.words for _, appearance in entries),
        roles=roles,
        shows=listed(record.episode.show for record, _ in entries),
        occupations=occupations,
        organizations=organizations,
        inferred=tuple(
            each for each in (*roles, *occupations, *organizations) if each not in stated
        ),
    )
