"""Who is host and who is guest, where nobody says so.

Over a show it is told by who keeps coming back; within an episode only by plain words: "I'm your
host", "thanks for having me".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from talksearch.model import Appearance, Kind, Role, Source, Speaker, Turn
from talksearch.patterns import pattern
from talksearch.speakers.names import Key, couples, key
from talksearch.speakers.turns import with_speakers
from talksearch.words import fold_words

__all__ = ["appearances", "infer_hosts", "with_declared_roles", "with_roles"]


def appearances(turns: Iterable[Turn]) -> tuple[Appearance, ...]:
    """Who speaks in an episode, and how much; in order of their first words."""
    turn_counts: Counter[Speaker] = Counter()
    word_counts: Counter[Speaker] = Counter()
    for turn in turns:
        if turn.kind is Kind.SPEECH and turn.speaker.name is not None:
            turn_counts[turn.speaker] += 1
            word_counts[turn.speaker] += sum(len(cue.text.split()) for cue in turn.cues)
    return tuple(
        Appearance(speaker, count, word_counts[speaker]) for speaker, count in turn_counts.items()
    )


# --- over a show ----------------------------------------------------------------------------------

_FEWEST = 3  # episodes: recurring in fewer tells nothing
_RUN, _OFTEN = 10, 4  # a panel rotates: four of some ten episodes in a row make a host, too
_USUALLY = 0.9  # of the episodes

_HOSTS = frozenset([Role.HOST, Role.CO_HOST, Role.GUEST_HOST])


def infer_hosts(
    episodes: Mapping[str, Sequence[Appearance]], regulars: Iterable[str] = ()
) -> frozenset[str]:
    """The names of a show's hosts, from who speaks in its episodes (in order of publication).

    A host speaks in half of the episodes, or for a time in almost every second one. What is
    stated counts before what is counted: whoever is called host more often than not is one, and
    whoever is mostly called something else is not. Of whom no episode says anything the feed may,
    as of one of its ``regulars``: many name them once, and of an episode its guest alone.
    """
    spoken: dict[Key, list[int]] = {}
    stated: Counter[Key] = Counter()
    names: dict[Key, Counter[str]] = {}
    for number, cast in enumerate(episodes.values()):
        for speaker in {appearance.speaker for appearance in cast}:
            if speaker.person is None:
                continue
            name = key(speaker.person.name)
            names.setdefault(name, Counter())[speaker.person.name] += 1
            numbers = spoken.setdefault(name, [])
            if not numbers or numbers[-1] != number:
                numbers.append(number)
            # A guest host stands in for once: that tells nothing of the show.
            if speaker.role not in (None, Role.GUEST_HOST) and (
                speaker.role_source is not Source.INFERRED
            ):
                stated[name] += 1 if speaker.role in _HOSTS else -1
    for name in map(key, regulars):
        stated[name] = stated[name] or 1
    unstated = {name: numbers for name, numbers in spoken.items() if stated[name] == 0}
    hosts = {name for name in spoken if stated[name] > 0} | _recurring(unstated, len(episodes))
    return frozenset(max(sorted(names[name]), key=names[name].__getitem__) for name in hosts)


def _recurring(spoken: Mapping[Key, Sequence[int]], episodes: int) -> set[Key]:
    """Who comes back often enough, given the numbers of the episodes each speaks in."""
    steady = {
        name
        for name, numbers in spoken.items()
        if len(numbers) >= _FEWEST and 2 * len(numbers) >= episodes
    }
    covered = {number for name in steady for number in spoken[name]}
    if episodes < _RUN or len(covered) >= _USUALLY * episodes:
        return steady  # with its usual host at hand a show needs no panel: who returns is a guest
    return steady | {
        name
        for name, numbers in spoken.items()
        if any(
            last - first < _RUN for first, last in zip(numbers, numbers[_OFTEN - 1 :], strict=False)
        )
    }


def with_roles(turns: Sequence[Turn], hosts: frozenset[str]) -> tuple[Turn, ...]:
    """The turns with the roles that nobody stated: host for those in ``hosts``, and guest for
    everybody else who talks with a host. Of what was inferred before, the show knows better who
    is host: panelists too are thanked for coming."""
    host_keys = {key(name) for name in hosts}
    two = couples({turn.speaker.person.name for turn in turns if turn.speaker.person})

    def judged(speaker: Speaker) -> Speaker:
        stated = speaker.role is not None and speaker.role_source is not Source.INFERRED
        if stated or speaker.person is None:
            return speaker
        name = speaker.person.name
        if name in hosts or (key(name) in host_keys and fold_words(name) not in two):
            return replace(speaker, role=Role.HOST, role_source=Source.INFERRED)
        return speaker

    def invited(speaker: Speaker) -> Speaker:
        if speaker.role is not None or speaker.person is None:
            return speaker
        return replace(speaker, role=Role.GUEST, role_source=Source.INFERRED)

    turns = with_speakers(turns, judged)
    hosted = any(turn.speaker.role in _HOSTS for turn in turns if turn.kind is Kind.SPEECH)
    return with_speakers(turns, invited) if hosted else turns


# --- within an episode ----------------------------------------------------------------------------

_I_HOST = pattern(
    r"\bI(?:['’]m| am) (?:your|the) (?:co-?)?host\b"
    r"|\bI(?:['’]m| am) (?:very |so )?(?:joined|here|excited to be joined)(?: today| here)? by\b"
    r"|\b(?:my|our|today['’]s) guests? (?:today |this week )?(?:is|are)\b"
    r"|\bjoining (?:me|us) (?:today |now )?(?:is|are)\b"
    r"|\bwelcome to the (?:show|podcast|program(?:me)?)\b",
    re.IGNORECASE,
)
_I_VISIT = pattern(
    r"\b(?:thanks?|thank you)(?: so much| very much)? for (?:having|inviting) (?:me|us)\b",
    re.IGNORECASE,
)
_OPENING = 1000  # words in which people are introduced


def with_declared_roles(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """The turns of a recording with the roles that the speakers themselves make plain in its
    opening: "I'm your host", "thanks for having me". Whoever says both has said nothing."""
    hosts: set[str] = set()  # people, since one may have several labels
    visitors: set[str] = set()
    words = 0
    for turn in turns:
        if turn.speaker.person is not None and turn.kind is Kind.SPEECH:
            text = turn.text[: 8 * (_OPENING - words)]
            if _I_HOST.search(text):
                hosts.add(turn.speaker.person.name)
            if _I_VISIT.search(text):
                visitors.add(turn.speaker.person.name)
        words += sum(len(cue.text.split()) for cue in turn.cues)
        if words >= _OPENING:
            break

    def judged(speaker: Speaker) -> Speaker:
        if speaker.role is not None or speaker.person is None:
            return speaker
        name = speaker.person.name
        if (name in hosts) == (name in visitors):
            return speaker
        role = Role.HOST if name in hosts else Role.GUEST
        return replace(speaker, role=role, role_source=Source.INFERRED)

    return with_speakers(turns, judged) if hosts or visitors else tuple(turns)
