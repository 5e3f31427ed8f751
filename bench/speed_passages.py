"""What ``speed.py`` gives all engines: the passages, read once, and questions drawn from them.

The transcripts carry no dates: each show's episodes are given one a week, in the order of their
numbers, so that ranges of dates have something to choose from.
"""

from __future__ import annotations

import datetime as dt
import pickle
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any, Literal, cast

import talksearch
from talksearch.engines.base import Engine, Record
from talksearch.model import Passage

Entry = tuple[Record, tuple[Passage, ...]]

FIRST_DATE = dt.date(2012, 1, 2)
SEED = 20
QUESTIONS = 24  # of each class


# The passages


class _Gathered:
    """An engine that only keeps what it is given: the way in is talksearch's own."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def state(self) -> str:
        return "missing"

    def marks(self) -> dict[str, object]:
        return {}

    def mark(self, marks: object) -> None:
        pass

    def embed(self, progress: object) -> None:
        pass

    @contextmanager
    def writer(self, *, fresh: bool = False) -> Iterator[_Gathered]:
        yield self

    def put(self, record: Record, passages: Sequence[Passage]) -> None:
        self.entries.append((record, tuple(passages)))

    def commit(self) -> None:
        pass

    def close(self) -> None:
        pass


def read(data: Path) -> list[Entry]:
    """Every transcript as an archive would read it, speakers' roles and all."""
    gathered = _Gathered()
    with tempfile.TemporaryDirectory() as home, talksearch.open(home) as archive:
        archive._engine = cast(Engine, gathered)
        failed = [outcome for outcome in archive.add(data) if outcome.status == "failed"]
    for outcome in failed:
        print(f"not read: {outcome.error}")
    return _dated(gathered.entries)


def _dated(entries: list[Entry]) -> list[Entry]:
    weeks: Counter[str | None] = Counter()
    dated = []
    for record, passages in sorted(entries, key=lambda entry: entry[0].episode.order):
        episode = record.episode
        date = FIRST_DATE + dt.timedelta(weeks=weeks[episode.show])
        weeks[episode.show] += 1
        dated.append((replace(record, episode=replace(episode, date=date)), passages))
    return dated


def write(path: Path, entries: Iterable[Entry]) -> None:
    """One after the other, so that a build need not hold them all."""
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        for entry in entries:
            pickle.dump(entry, file)
    part.rename(path)


def stream(path: Path, times: int = 1) -> Iterator[Entry]:
    """The entries of a file; ``times`` over, the later ones under other ids."""
    for time in range(times):
        with path.open("rb") as file:
            while True:
                try:
                    entry: Entry = pickle.load(file)
                except EOFError:
                    break
                yield again(entry, f"x{time}") if time else entry


def again(entry: Entry, suffix: str) -> Entry:
    record, passages = entry
    episode = replace(record.episode, id=record.episode.id + suffix)
    passages = tuple(
        replace(passage, id=f"{episode.id}.{passage.number}", episode_id=episode.id)
        for passage in passages
    )
    return replace(record, episode=episode), passages


def with_word(entry: Entry, word: str) -> Entry:
    """The same episode with one more word in it."""
    record, (first, *others) = entry
    return record, (replace(first, text=f"{first.text} {word}"), *others)


def text_mb(entries: Iterable[Entry]) -> float:
    return sum(len(p.text.encode()) for _, passages in entries for p in passages) / 1e6


# The questions


@dataclass(frozen=True, slots=True)
class Question:
    """What an engine is asked for: the ten best passages with these words, and maybe more."""

    words: tuple[str, ...]
    how: Literal["or", "and", "phrase", "prefix", "fuzzy"] = "and"
    speaker: str = ""
    show: str = ""
    dates: tuple[str, str] | None = None  # first and last, ISO
    facets: tuple[str, ...] = ()
    highlighted: bool = False
    grouped: bool = False


THREE_FACETS = ("speaker", "role", "show")
# Apostrophes and hyphens are taken in its own way by each engine.
_WORD = re.compile(r"(?<![\w'’-])[^\W\d_]+(?![\w'’-])")
_RUN = re.compile(rf"{_WORD.pattern}(?: {_WORD.pattern})+")


class Drawing:
    """Draws questions, always the same ones from the same passages."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._random = Random(SEED)
        self._passages = [(r, p) for r, passages in entries for p in passages]
        self._holding: Counter[str] = Counter()
        for _, passage in self._passages:
            self._holding.update(set(_WORD.findall(passage.text.lower())))
        self._among = len(self._passages)
        shares: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self._holding):
            shares[self._share(word)].append(word)
        self._words = shares

    def questions(self) -> dict[str, list[Question]]:
        def drawn(draw: Callable[[int], Question]) -> list[Question]:
            return [draw(number) for number in range(QUESTIONS)]

        return {
            "rare word": self._single("rare"),
            "common word": self._single("common"),
            "OR3": drawn(lambda _: Question(self._together(3), "or")),
            "AND3": drawn(lambda _: Question(self._together(3), "and")),
            "phrase": drawn(lambda n: Question(self._phrase(2 + n % 2), "phrase")),
            "prefix": drawn(lambda n: Question((self._middling()[: 3 + n % 3],), "prefix")),
            "fuzzy": drawn(lambda _: Question((self._misspelt(self._middling()),), "fuzzy")),
            "AND + speaker": drawn(lambda _: self._filtered("speaker")),
            "AND + show": drawn(lambda _: self._filtered("show")),
            "word + dates": drawn(lambda _: self._filtered("dates")),
            "counts by speaker": self._single("common", facets=("speaker",)),
            "three facets": self._single("common", facets=THREE_FACETS),
            "highlighted": drawn(lambda _: Question(self._together(3), "or", highlighted=True)),
            "grouped by episode": self._single("common", grouped=True),
        }

    def middling(self, count: int) -> list[str]:
        """Words that somebody would look for: neither rare nor everywhere."""
        return [self._middling() for _ in range(count)]

    def _share(self, word: str) -> str:
        share = self._holding[word] / self._among
        if len(word) < 3 or not word.isascii() or self._holding[word] < 3:
            return ""
        if share >= 0.05:
            return "common"
        return "rare" if self._holding[word] <= 10 or share < 0.0002 else "middling"

    def _single(self, share: str, **more: Any) -> list[Question]:
        words = self._random.sample(self._words[share], QUESTIONS)
        return [Question((word,), **more) for word in words]

    def _middling(self) -> str:
        while True:
            word = self._random.choice(self._words["middling"])
            if len(word) >= 6:  # long enough to be cut or misspelt
                return word

    def _passage(self) -> tuple[Record, Passage, list[str]]:
        """Any one, and its middling words."""
        while True:
            record, passage = self._random.choice(self._passages)
            found = sorted(set(_WORD.findall(passage.text.lower())))
            found = [word for word in found if self._share(word) == "middling"]
            if len(found) >= 3 and passage.speaker.person:
                return record, passage, found

    def _together(self, count: int) -> tuple[str, ...]:
        return tuple(self._random.sample(self._passage()[2], count))

    def _phrase(self, count: int) -> tuple[str, ...]:
        """Words as they follow one another, one of them middling."""
        while True:
            _, passage, middling = self._passage()
            runs = _RUN.findall(passage.text.lower())
            run = self._random.choice(runs).split() if runs else []
            starts = [n for n in range(len(run) - count) if set(run[n : n + count]) & {*middling}]
            if starts:
                start = self._random.choice(starts)
                return tuple(run[start : start + count])

    def _misspelt(self, word: str) -> str:
        at = self._random.randrange(3, len(word))
        letter = self._random.choice("abcdefghijklmnopqrstuvwxyz")
        return self._random.choice(
            [word[:at] + word[at + 1 :], word[:at] + letter + word[at + 1 :]]
        )

    def _filtered(self, field: str) -> Question:
        record, passage, middling = self._passage()
        question = Question((self._random.choice(middling),))
        match field:
            case "speaker":
                return replace(question, speaker=passage.speaker.name or "")
            case "show":
                return replace(question, show=record.episode.show or "")
        date = record.episode.date or FIRST_DATE
        first, last = date - dt.timedelta(days=200), date + dt.timedelta(days=200)
        return replace(question, dates=(first.isoformat(), last.isoformat()))
