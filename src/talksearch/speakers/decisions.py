"""What the user decided about who is who, and what follows from it for an episode.

Names are never taken for one because they look alike: the user says so, once, for the archive or
for one show. Decisions are numbered and only ever added; one is taken back by another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from talksearch.model import Appearance, Episode, Person, Source, Speaker, Turn
from talksearch.speakers.names import completed, key

__all__ = ["Decision", "Naming", "in_force", "touching"]


@dataclass(frozen=True, slots=True)
class Decision:
    """``same``: ``others`` are names of ``name``, in the show of the corpus' ``folder`` or, without
    one, everywhere. ``name``: in ``episode`` the label or name ``others[0]`` means ``name``.
    ``said``: in ``episode`` the words ``said``, where they stand between those of ``before`` and
    ``after``, are said by ``name``, and not by ``others``. ``undo``: the decision numbered
    ``undoes`` is taken back. ``when`` is a time in UTC."""

    number: int
    kind: Literal["same", "name", "said", "undo"]
    name: str = ""
    others: tuple[str, ...] = ()
    folder: str | None = None
    episode: str | None = None
    said: str | None = None
    before: str | None = None
    after: str | None = None
    undoes: int | None = None
    when: str = ""


def in_force(decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """Those that hold; to undo an undoing restores what it had undone."""
    undone: set[int] = set()
    for decision in reversed(decisions):
        if decision.kind == "undo" and decision.undoes and decision.number not in undone:
            undone.add(decision.undoes)
    return tuple(d for d in decisions if d.kind != "undo" and d.number not in undone)


def touching(
    decisions: Sequence[Decision],
    folder: str,
    episode: Episode,
    appearances: Iterable[Appearance],
    former: Collection[str] = (),
) -> tuple[int, ...]:
    """The numbers of the decisions in force that have to do with an episode: they are about it, or
    about a name that occurs in it. ``former`` are ids that it had."""
    if not decisions:
        return ()
    names: set[tuple[str, ...]] = set()
    people = [*episode.people, *(a.speaker.person for a in appearances if a.speaker.person)]
    for person in people:
        names |= {key(person.name), *map(key, person.aliases)}
    names |= {key(a.speaker.label) for a in appearances if a.speaker.label}
    return tuple(
        decision.number
        for decision in decisions
        if decision.episode == episode.id
        or decision.episode in former
        or (
            decision.kind == "same"
            and decision.folder in (None, folder)
            and not names.isdisjoint(map(key, (decision.name, *decision.others)))
        )
    )


class Naming:
    """What people are called in one episode, by the decisions in force. ``said`` are those about
    single passages of it. ``former`` are ids that the episode had."""

    def __init__(
        self,
        decisions: Iterable[Decision] = (),
        folder: str = "",
        episode: str = "",
        former: Collection[str] = (),
    ) -> None:
        self.said: list[Decision] = []
        self._here: dict[tuple[str, ...], str] = {}
        self._same: dict[tuple[str, ...], str] = {}
        self._written: dict[tuple[str, ...], str] = {}
        for decision in decisions:
            here = decision.episode == episode or decision.episode in former
            if decision.kind == "said" and here:
                self.said.append(decision)
            elif decision.kind == "name" and here:
                self._here[key(decision.others[0])] = decision.name
            elif decision.kind == "same" and decision.folder in (None, folder):
                for other in decision.others:
                    self._same[key(other)] = decision.name
                    self._written[key(other)] = other

    def of(self, name: str) -> str | None:
        """Who a label or name means; None where nobody decided anything about it."""
        found = self._here.get(key(name))
        passed = {key(name)}
        current = found or name
        while (step := self._same.get(key(current))) and key(step) not in passed:
            found = current = step
            passed.add(key(step))
        return found

    def aliases(self, name: str) -> tuple[str, ...]:
        """The other names of a person."""
        others = (other for other in self._written.values() if self.of(other) == name)
        return tuple(sorted({other for other in others if key(other) != key(name)}))

    def person(self, person: Person) -> Person:
        """The person, by the name that was decided upon, with the other names."""
        if not self._here and not self._same:
            return person
        name = self.of(person.name)
        if name is not None and name != person.name:
            person = replace(person, name=name, source=Source.MAPPED)
        return replace(person, aliases=self.aliases(person.name))

    def people(self, people: Iterable[Person]) -> tuple[Person, ...]:
        """The people, each once."""
        found: dict[tuple[str, ...], Person] = {}
        for each in map(self.person, people):
            known = found.get(key(each.name))
            found[key(each.name)] = completed(known, each) if known else each
        return tuple(found.values())

    def speaker(self, speaker: Speaker) -> Speaker:
        """The speaker with its person as decided."""
        if speaker.person is None:
            return speaker
        person = self.person(speaker.person)
        decided = person.name != speaker.person.name or self.of(speaker.label or "") is not None
        return replace(speaker, person=person, source=Source.MAPPED if decided else speaker.source)

    def turns(self, turns: Sequence[Turn]) -> tuple[Turn, ...]:
        """The turns with every speaker as decided."""
        if not self._here and not self._same:
            return tuple(turns)
        heard = {turn.speaker for turn in turns}
        speakers = {speaker: self.speaker(speaker) for speaker in heard}
        return tuple(Turn(speakers[turn.speaker], turn.cues, turn.kind) for turn in turns)
