"""What an engine should answer, worked out the long way over plain lists of passages."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from talksearch.model import Episode, Kind, Passage
from talksearch.query.nodes import (
    OMITTED,
    And,
    DateRange,
    Everything,
    Filter,
    Fuzzy,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Term,
    Then,
    Words,
    is_scored,
    required,
)
from talksearch.query.tree import all_of, any_of
from talksearch.words import stem

Entry = tuple[Passage, Episode]


def tokens(text: str) -> list[str]:
    """Words of the plain kind that the tests draw."""
    return re.findall(r"[a-z]+", unicodedata.normalize("NFD", text.lower()).replace("\u0301", ""))


def edits(left: str, right: str) -> int:
    """Levenshtein's distance."""
    rows = [list(range(len(right) + 1))]
    for i, a in enumerate(left, 1):
        row = [i]
        for j, b in enumerate(right, 1):
            best = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (a != b))
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def worth(among: int, having: int) -> float:
    """The most that a word gives to a passage."""
    idf = math.log(1 + (among - having + 0.5) / (having + 0.5))
    return 1.9 * idf**2 / (idf + 0.5)


class Oracle:
    """Answers about a list of passages, each with its episode."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self.words = [tokens(passage.text) for passage, _ in entries]
        self.average = sum(map(len, self.words)) / max(1, len(entries))

    def about(self, leaf: Node) -> Node:
        """What ``about:`` stands for: any name of anybody found by the value, but said by
        others."""
        if not isinstance(leaf, Filter) or leaf.field != "about":
            return leaf
        speaker = Filter("speaker", leaf.value)
        speaking = [e[0].speaker for n, e in enumerate(self.entries) if self.matches(speaker, n)]
        people = {each.person for each in speaking}
        names = {name for each in people if each for name in (each.name, *each.aliases)}
        wanted = f" {' '.join(tokens(leaf.value))} "
        names = {name for name in names if wanted not in f" {' '.join(tokens(name))} "}
        said = [f"{name}{end}" for name in (leaf.value, *sorted(names)) for end in ("", "'s")]
        return all_of([any_of(map(Phrase, said)), Not(speaker)])

    def matching(self, node: Node) -> set[int]:
        return {n for n in range(len(self.entries)) if self.matches(node, n)}

    def matches(self, node: Node, n: int) -> bool:
        words = self.words[n]
        passage, episode = self.entries[n]
        match node:
            case Everything():
                return True
            case Term(text):
                return stem(text, "en") in {stem(word, "en") for word in words}
            case Phrase():
                return self._left_out(node, n) is not None
            case Prefix(text):
                return any(word.startswith(text) for word in words)
            case Fuzzy(text, distance):
                return any(self._alike(word, text, distance) for word in words)
            case Near(left, right, distance):
                # It may go on in the turn, but begins here.
                said = words + self._going_on(n, across_turns=False)
                return any(
                    0 < (b - a - size_a + 1 if a < b else a - b - size_b + 1) <= distance
                    for a, size_a in self._spans(left, said)
                    for b, size_b in self._spans(right, said)
                    if min(a, b) < len(words)
                )
            case Then(left, right):
                return self.matches(right, n) and self.before(node, n) is not None
            case And(children):
                return all(self.matches(child, n) for child in children)
            case Words() if required(node):
                return all(self.matches(child, n) for child in required(node))
            case Or(children) | Words(children):
                return any(self.matches(child, n) for child in children)
            case Not(child):
                return not self.matches(child, n)
            case Filter("about"):
                return self.matches(self.about(node), n)
            case Filter("speaker", value):
                person = passage.speaker.person
                names = [passage.speaker.name, *(person.aliases if person else ())]
                wanted = tokens(value)
                return any(self._places(wanted, tokens(name)) for name in names if name)
            case Filter("show", value):
                return bool(self._places(tokens(value), tokens(episode.show or "")))
            case Filter("role", value):
                return passage.speaker.role is not None and passage.speaker.role.value == value
            case Filter("kind", value):
                return passage.kind.value == value
            case Filter("year", value):
                return episode.date is not None and str(episode.date.year) == value
            case DateRange(first, last):
                date = str(episode.date or "")
                return bool(date) and date >= first and (not last or date[: len(last)] <= last)
        raise AssertionError(f"the oracle knows no {node!r}")

    def before(self, node: Then, n: int) -> int | None:
        """The nearest passage before one that matches the left side, if it is near enough."""
        later, _ = self.entries[n]
        found = [
            m
            for m, (earlier, _) in enumerate(self.entries)
            if earlier.episode_id == later.episode_id
            and earlier.number < later.number
            and (later.turn - earlier.turn or later.number - earlier.number) <= node.distance
            and Kind.NOTES not in (earlier.kind, later.kind)
            and self.matches(node.left, m)
        ]
        return max(found, key=lambda m: self.entries[m][0].number, default=None)

    def _going_on(self, n: int, across_turns: bool) -> list[str]:
        """The words after those of a passage: in its turn, or in the talk that it is part of."""
        return [word for words in self._later(n, across_turns) for word in words]

    def _later(self, n: int, across_turns: bool) -> Iterator[list[str]]:
        passage, _ = self.entries[n]
        later = {
            each.number: (each, words)
            for (each, _), words in zip(self.entries, self.words, strict=True)
            if each.episode_id == passage.episode_id
        }
        for number in range(passage.number + 1, passage.number + 1 + len(later)):
            following, words = later.get(number, (passage, []))
            talk = across_turns and following.kind == passage.kind != Kind.NOTES
            if following is passage or not (following.turn == passage.turn or talk):
                break
            yield words
            passage = following

    omitted = OMITTED

    def _left_out(self, node: Phrase, n: int) -> int | None:
        """How many words at least are left out of a phrase that begins in a passage; None where
        none does."""
        said = self.words[n] + self._going_on(n, node.across_turns)
        first, *rest = map(tokens, node.parts)
        ways = [
            way
            for at in self._places(first, said)
            if at < len(self.words[n])
            for way in self._ways(rest, said, at + len(first))
        ]
        return min(ways, default=None)

    def _ways(self, parts: list[list[str]], said: list[str], end: int) -> Iterator[int]:
        """How many words are left out, if these parts follow."""
        if not parts:
            yield 0
            return
        for at in self._places(parts[0], said):
            if 0 <= at - end <= self.omitted:
                for more in self._ways(parts[1:], said, at + len(parts[0])):
                    yield at - end + more

    @staticmethod
    def _places(wanted: list[str], words: list[str]) -> list[int]:
        size = len(wanted)
        return [at for at in range(len(words) - size + 1) if words[at : at + size] == wanted]

    @staticmethod
    def _alike(word: str, text: str, distance: int) -> bool:
        return word[:1] == text[:1] and edits(word, text) <= distance

    def _spans(self, node: Node, words: list[str]) -> list[tuple[int, int]]:
        if isinstance(node, Phrase):
            wanted = tokens(node.text)
            return [(at, len(wanted)) for at in self._places(wanted, words)]
        assert isinstance(node, Term)
        stems = [stem(word, "en") for word in words]
        return [(at, 1) for at, found in enumerate(stems) if found == stem(node.text, "en")]

    # BM25, k1 = .9 and b = .4, as Robertson and Zaragoza write it; the idf has 1 + inside the log,
    # and is lessened where it is small.

    def score(self, node: Node, n: int) -> float:
        """What the words of a node give to a passage that it matches; 0 to any other."""
        if not self.matches(node, n):
            return 0.0
        match node:
            case Term(text):
                return self._bm25(lambda word: stem(word, "en") == stem(text, "en"), n)
            case Phrase(text):
                left_out = self._left_out(node, n)
                assert left_out is not None
                return (
                    10
                    / (10 + left_out)
                    * sum(
                        self._bm25(lambda word, each=each: word == each, n)  # type: ignore[misc]
                        for each in dict.fromkeys(tokens(text))
                    )
                )
            case Prefix() | Fuzzy():
                vocabulary = {word for words in self.words for word in words}
                return sum(
                    self._bm25(lambda word, each=each: word == each, n)  # type: ignore[misc]
                    for each in vocabulary
                    if each.startswith(node.text)
                    or (isinstance(node, Fuzzy) and self._alike(each, node.text, node.distance))
                )
            case Near(left, right):
                return self.score(left, n) + self.score(right, n)
            case Then(left, right):
                earlier = self.before(node, n)
                assert earlier is not None
                return self.score(left, earlier) + self.score(right, n)
            case And(children) | Or(children) | Words(children):
                return sum(self.score(child, n) for child in children if is_scored(child))
        return 0.0

    def _bm25(self, is_it: Callable[[str], bool], n: int) -> float:
        frequencies = [sum(map(is_it, words)) for words in self.words]
        having = sum(map(bool, frequencies))
        if not frequencies[n]:
            return 0.0
        norm = 0.9 * (1 - 0.4 + 0.4 * len(self.words[n]) / self.average)
        return worth(len(self.words), having) * frequencies[n] / (frequencies[n] + norm)
