"""Which names in an archive may be one person's. Only suggestions, each with its reason: Jane Doe
and Jane M. Doe may be one, Jane Doe and Jane Dole two, and no measure of likeness tells.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import combinations

from talksearch.engines.base import Record
from talksearch.words import fold_words, respelled_words

__all__ = ["Namesakes", "namesakes"]

_FEW = 3  # episodes: in fewer a name may be a slip of whoever wrote the labels
_ALIKE = 0.85  # of the letters
_COMMON = 50  # names with one word in common are no group to compare


@dataclass(frozen=True, slots=True)
class Namesakes:
    """Two names in a show that may be one person's: ``name`` speaks more, ``other`` less.
    ``episodes`` are an episode's id for each, to look at."""

    name: str
    other: str
    show: str
    reason: str
    episodes: tuple[str, str]


@dataclass(slots=True)
class _Heard:
    words: int = 0
    episodes: list[tuple[int, str]] = field(default_factory=list)
    """The place in the order of publication, and the episode's id."""


def namesakes(records: Iterable[Record]) -> list[Namesakes]:
    """The pairs, those that speak most first. Two who speak in one episode are never one."""
    shows: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        shows[record.folder].append(record)
    found = [pair for records in shows.values() for pair in _within(records)]
    return [pair for _, pair in sorted(found, key=lambda each: (-each[0], each[1].name))]


def _within(records: list[Record]) -> Iterator[tuple[int, Namesakes]]:
    heard: dict[str, _Heard] = defaultdict(_Heard)
    for place, record in enumerate(sorted(records, key=lambda record: record.episode.order)):
        for appearance in record.appearances:
            if person := appearance.speaker.person:
                heard[person.name].words += appearance.words
                heard[person.name].episodes.append((place, record.episode.id))
    for name, other in _pairs(heard):
        one, two = heard[name], heard[other]
        if one.words < two.words:
            name, other, one, two = other, name, two, one
        if {i for _, i in one.episodes} & {i for _, i in two.episodes}:
            continue
        if reason := _reason(name, other, one, two):
            show = records[0].episode.show or records[0].folder
            episodes = (max(one.episodes)[1], max(two.episodes)[1])
            yield two.words, Namesakes(name, other, show, reason, episodes)


def _pairs(names: Iterable[str]) -> set[tuple[str, str]]:
    """Those that have a word, or the beginning, in common."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name in sorted(names):
        words = fold_words(name)
        for word in {*words, *(word[:3] for word in words), "".join(words)[:2]}:
            groups[word].append(name)
        if len(words) > 1:
            groups[words[0][:1] + words[-1][:1]].append(name)  # kball: Kevin Ball
    return {
        pair
        for group in groups.values()
        if len(group) <= _COMMON
        for pair in combinations(group, 2)
    }


def _reason(name: str, other: str, one: _Heard, two: _Heard) -> str | None:
    long, short = sorted((fold_words(name), fold_words(other)), key=len, reverse=True)
    if _writings(name) & _writings(other):
        return "the same but for accents, case or signs"
    if len(short) < len(long) and set(short) <= set(long):
        return "a part of the other name"
    if len(short) == 1 and len(long) > 1 and _contracts(short[0], long):
        return "the initial and the rest of the other name"
    if SequenceMatcher(None, " ".join(long), " ".join(short)).ratio() >= _ALIKE:
        few = min(len(one.episodes), len(two.episodes))
        episodes = "episode" if few == 1 else "episodes"
        return "spelled alike" + (f", and in {few} {episodes} only" if few < _FEW else "")
    if long[0] == short[0] and len(long) == len(short) == 2 and _follow(one, two):
        return "the same first name, and one is heard only before the other"
    return None


def _writings(name: str) -> set[tuple[str, ...]]:
    return {fold_words(name), respelled_words(name) or fold_words(name)}


def _contracts(short: str, long: tuple[str, ...]) -> bool:
    """kball: Kevin Ball."""
    return short == "".join(word[0] for word in long[:-1]) + long[-1]


def _follow(one: _Heard, two: _Heard) -> bool:
    """Is each often there, and one only after the other? Names change."""
    if min(len(one.episodes), len(two.episodes)) < _FEW:
        return False
    return max(one.episodes) < min(two.episodes) or max(two.episodes) < min(one.episodes)
