"""What the user decided about who is who, and what follows from it for an episode.

Names are never taken for one because they look alike: the user says so, once, for the archive or
for one show. Decisions are numbered and only ever added; one is taken back by another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Literal, TypeVar

from talksearch.model import Appearance, Episode, Person, Role, Source, Speaker, Turn
from talksearch.speakers.names import Key, completed, couples, key, names_of
from talksearch.speakers.turns import with_speakers
from talksearch.words import fold_words

__all__ = ["Decision", "Naming", "as_undecided", "in_force", "touching"]

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Decision:
    """``same``: ``others`` are names of ``name``, in the show of the corpus' ``folder`` or, without
    one, everywhere. ``name``: in ``episode`` the label or name ``others[0]`` means ``name``;
    without others ``name`` says all of it, as long as nothing in it has a label. ``said``: in
    ``episode`` the words ``said``, where they stand between those of ``before`` and ``after``, are
    said by ``name``, and not by ``others``. ``role``: ``name`` has the ``role`` in ``episode``, in
    the show of ``folder``, or everywhere; the first of these tells. ``undo``: the decision numbered
    ``undoes`` is taken back. ``when`` is a time in UTC."""

    number: int
    kind: Literal["same", "name", "said", "role", "undo"]
    name: str = ""
    others: tuple[str, ...] = ()
    folder: str | None = None
    episode: str | None = None
    said: str | None = None
    before: str | None = None
    after: str | None = None
    role: str | None = None
    undoes: int | None = None
    when: str = ""


def in_force(decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """Those that hold. Undoing an ``undo`` restores what that had taken back."""
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
    names: set[Key] = set()
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
            decision.kind in ("same", "role")
            and decision.episode is None
            and decision.folder in (None, folder)
            and not names.isdisjoint(map(key, (decision.name, *decision.others)))
        )
    )


def as_undecided(
    appearances: Iterable[Appearance],
    decisions: Iterable[Decision],
    episode: str,
    former: Collection[str] = (),
) -> tuple[Appearance, ...]:
    """Who speaks in an episode, without the roles that were decided for this episode alone: these
    tell nothing about the show."""
    here = {episode, *former}
    names = {key(d.name) for d in decisions if d.kind == "role" and d.episode in here}

    def bare(speaker: Speaker) -> Speaker:
        decided = not names.isdisjoint(map(key, names_of(speaker)))
        return replace(speaker, role=None, role_source=None) if decided else speaker

    if not names:
        return tuple(appearances)
    return tuple(replace(each, speaker=bare(each.speaker)) for each in appearances)


class _ByName(Generic[_T]):
    """What was decided about names, about each the last. What is of Mr. Smith is not of Mrs. Smith,
    and where there is something of both, neither is of Smith."""

    def __init__(self) -> None:
        self._decided: dict[Key, list[tuple[str, _T]]] = {}

    def __bool__(self) -> bool:
        return bool(self._decided)

    def __setitem__(self, name: str, value: _T) -> None:
        others = [each for each in self._of(name) if couples((each[0], name))]
        self._decided[key(name)] = [*others, (name, value)]

    def get(self, name: str) -> _T | None:
        found = [value for other, value in self._of(name) if not couples((other, name))]
        return found[0] if len(found) == 1 else None

    def values(self) -> Iterator[_T]:
        return (value for each in self._decided.values() for _, value in each)

    def _of(self, name: str) -> list[tuple[str, _T]]:
        return self._decided.get(key(name), [])


class Naming:
    """What people are called in one episode, by the decisions in force. ``said`` are the decisions
    about single passages of it, with the names that hold now; ``alone`` is who says all of it, if
    it has no labels; ``given`` are the names that were given to labels and to other names in it.
    ``former`` are ids that the episode had."""

    def __init__(
        self,
        decisions: Iterable[Decision] = (),
        folder: str = "",
        episode: str = "",
        former: Collection[str] = (),
    ) -> None:
        said: list[Decision] = []
        roles: list[tuple[int, Decision]] = []
        alone: Decision | None = None
        self._here = _ByName[Decision]()
        self._same = _ByName[str]()
        self._written = _ByName[str]()
        for decision in decisions:
            here = decision.episode == episode or decision.episode in former
            if decision.kind == "said" and here:
                said.append(decision)
            elif decision.kind == "name" and here and not decision.others:
                alone = decision
            elif decision.kind == "name" and here:
                self._here[decision.others[0]] = decision
            elif decision.kind == "role" and (
                here or (decision.episode is None and decision.folder in (None, folder))
            ):
                roles.append((2 if here else 1 if decision.folder else 0, decision))
            elif decision.kind == "same" and decision.folder in (None, folder):
                for other in decision.others:
                    self._same[other] = decision.name
                    self._written[other] = other
        self.said = [replace(d, name=self._of_decided(d)) for d in said]
        self.alone = self._of_decided(alone) if alone else None
        self.given = {key(self.of(d.others[0]) or d.name) for d in self._here.values()}
        self._roles = _ByName[Role]()
        for _, decision in sorted(roles, key=lambda role: role[0]):
            if role := Role.parse(decision.role or ""):
                # Whom a name means in this episode, those who decide about others do not know.
                meant = self._of_heard if decision.episode else self._of_same
                self._roles[meant(decision)] = role

    def of(self, name: str) -> str | None:
        """Who a label or name means; None where nobody decided anything about it."""
        return self._of(name, 0)

    def _of(self, name: str, last: int) -> str | None:
        """As ``of``, by what was decided after the decision ``last``. What had been decided about a
        name before does not hold for whoever was given it since, nor does a chain of decisions lead
        back to a name that it passed: so two labels that were mixed up can be exchanged."""
        found = None
        passed: set[Key] = set()
        while (step := self._here.get(found or name)) and step.number > last:
            if key(step.name) in passed:
                break
            found, last = step.name, step.number
            passed.add(key(step.others[0]))
        return self._same_as(found or name, name) or found

    def _of_decided(self, decision: Decision) -> str:
        """What somebody is called now whom a decision gave a name."""
        return self._of(decision.name, decision.number) or decision.name

    def _of_heard(self, decision: Decision) -> str:
        """What the person is called now whom a decision means by its name: whoever had been given
        that name here by then, else whoever is labelled so."""
        named = (d for d in self._here.values() if d.number < decision.number)
        if key(decision.name) in {key(d.name) for d in named}:
            return self._of_decided(decision)
        return self.of(decision.name) or decision.name

    def _of_same(self, decision: Decision) -> str:
        return self._same_as(decision.name) or decision.name

    def _same_as(self, name: str, before: str = "") -> str | None:
        """Of which name this one is another, in the end; ``before`` is what led to it."""
        found = None
        passed = {key(before or name)}
        while (step := self._same.get(found or name)) and key(step) not in passed:
            found = step
            passed.add(key(step))
        return found

    def aliases(self, name: str) -> tuple[str, ...]:
        """The other names of a person."""
        others = (other for other in self._written.values() if self.of(other) == name)
        return tuple(sorted({other for other in others if key(other) != key(name)}))

    def person(self, person: Person) -> Person:
        """The person, by the name that was decided upon, with the other names, in the role."""
        return self._known(self._called(person, self.of(person.name)))

    def _called(self, person: Person, name: str | None) -> Person:
        if name is None or name == person.name:
            return person
        return replace(person, name=name, source=Source.MAPPED)

    def _known(self, person: Person) -> Person:
        if self._here or self._same:
            person = replace(person, aliases=self.aliases(person.name))
        role = self._roles.get(person.name)
        return replace(person, role=role, role_label=None) if role else person

    def people(self, people: Iterable[Person], heard: bool = False) -> tuple[Person, ...]:
        """The people, each once. Of those ``heard`` some are called already what was decided."""
        called = [
            self._known(each) if heard and key(each.name) in self.given else self.person(each)
            for each in people
        ]
        two = couples(person.name for person in called)
        found: dict[Key, Person] = {}
        for person in called:
            forms = fold_words(person.name)
            name = forms if forms in two else key(person.name)
            found[name] = completed(found[name], person) if name in found else person
        return tuple(found.values())

    def speaker(self, speaker: Speaker) -> Speaker:
        """The speaker with its person as decided: by the label, or else the name."""
        if speaker.person is None:
            return speaker
        name, labelled = speaker.person.name, self.of(speaker.label or "")
        if labelled is None:
            called = self.of(name)
        elif self._here.get(speaker.label or ""):
            called = labelled
        else:  # called by one of the names that are the same everywhere
            called = self._same_as(name)
        person = self._called(speaker.person, called)
        decided = person.name != name or labelled is not None
        return replace(speaker, person=person, source=Source.MAPPED if decided else speaker.source)

    def turns(self, turns: Sequence[Turn]) -> tuple[Turn, ...]:
        """The turns with every speaker called as decided."""
        return with_speakers(turns, self.speaker) if self._here or self._same else tuple(turns)

    def known(self, turns: Sequence[Turn]) -> tuple[Turn, ...]:
        """The turns of who is called as decided, with the other names and roles of each."""

        def known(speaker: Speaker) -> Speaker:
            if speaker.person is not None:
                speaker = replace(speaker, person=self._known(speaker.person))
            role = self._roles.get(speaker.name) if speaker.name else None
            return replace(speaker, role=role, role_source=Source.MAPPED) if role else speaker

        decided = self._here or self._same or self._roles
        return with_speakers(turns, known) if decided else tuple(turns)
