"""In which order an engine should answer, worked out the long way. What counts is said in
``engines/whoosh/ranking.py`` and ``sharpening.py``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from oracle import Entry, Oracle, tokens, worth

from talksearch.model import Kind
from talksearch.query.nodes import (
    And,
    Everything,
    Node,
    Not,
    Or,
    Term,
    Then,
    Words,
    is_scored,
    required,
)
from talksearch.query.tree import conjuncts, mapped
from talksearch.words import stem


class Ordered(Oracle):
    """Of small archives, in which no word is nearly everywhere."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        super().__init__(entries)
        self.question, self._worth = cache(self._question), cache(self._worth_of)

    def _question(self, n: int) -> int | None:
        """The last passage of the question that the turn of a passage answers."""
        turns = self._turns(n)
        at = next(at for at, turn in enumerate(turns) if n in turn)
        speaker = self._speaker(n)
        answers = speaker is not None and len(self.words[n]) >= 6
        for turn in reversed(turns[max(0, at - 4) : at]) if answers else ():
            other = self._speaker(turn[-1])
            if other != speaker and sum(len(self.words[m]) for m in turn) >= 6:
                asks = other is not None and "?" in self.entries[turn[-1]][0].text[-250:]
                return turn[-1] if asks else None
        return None

    def _turns(self, n: int) -> list[list[int]]:
        found: dict[int, list[int]] = {}
        for m, (passage, _) in enumerate(self.entries):
            if passage.episode_id == self.entries[n][0].episode_id:
                found.setdefault(passage.turn, []).append(m)
        return [found[turn] for turn in sorted(found)]

    def _speaker(self, n: int) -> str | None:
        passage = self.entries[n][0]
        return passage.speaker.name if passage.kind is Kind.SPEECH else None

    # What is found

    def found(self, query: Node) -> set[int]:
        """What matches, and the answers to questions that hold most of the words."""
        query = mapped(query, self.about)
        typed = self._typed(query)
        conditions = [part for part in conjuncts(query) if not is_scored(part)]
        return self.matching(query) | {
            n
            for n in range(len(self.entries))
            if self._asked(typed, n) and all(self.matches(part, n) for part in conditions)
        }

    def _typed(self, query: Node) -> tuple[Node, ...]:
        """The words typed side by side, where nothing else ranks or is required."""
        scored = [part for part in conjuncts(query) if is_scored(part)]
        if len(scored) != 1 or not isinstance(scored[0], Words) or required(scored[0]):
            return ()
        return scored[0].children

    def _asked(self, typed: tuple[Node, ...], n: int) -> float:
        """What a passage that begins an answer has from its question."""
        question = self.question(n)
        whole = sum(map(self._worth, typed))
        if not typed or question is None:
            return 0.0
        if n != next(turn for turn in self._turns(n) if n in turn)[0]:
            return 0.0
        held = sum(self._worth(word) for word in typed if self.matches(word, question))
        if held < whole / 2 - 1e-9:
            return 0.0
        return 0.33 * self.score(Words(typed), question) * held / whole

    def _given(self, typed: tuple[Node, ...], n: int) -> float:
        """Likewise, for the order."""
        return self._asked(typed, n) if self._is_asked(typed, n) else 0.0

    def _is_asked(self, typed: tuple[Node, ...], n: int) -> bool:
        """Whether the question of a passage holds more than the name of who answers it, where more
        is looked for."""
        rest = [word for word in typed if not self._named(word, n)]
        question = self.question(n)
        return question is not None and (not rest or any(self.matches(w, question) for w in rest))

    def _worth_of(self, word: Node) -> float:
        return worth(len(self.entries), len(self.matching(word)))

    # Its order

    def ranking(self, query: Node) -> dict[int, float]:
        """What is found, with the score that it is ordered by."""
        query = mapped(query, self.about)
        scored = [part for part in conjuncts(query) if is_scored(part)]
        said: Node = And(tuple(scored)) if len(scored) > 1 else (scored or [Not(Everything())])[0]
        typed = self._typed(query)
        terms = dict.fromkeys(_terms(query)) if scored else {}

        def own(n: int) -> float:
            length = len(self.words[n])
            is_notes = self.entries[n][0].kind is Kind.NOTES
            return self.score(said, n) * length / (length + 3) * (0.7 if is_notes else 1.0)

        def total(n: int) -> float:
            passage, episode = self.entries[n]
            before = [
                m
                for m, (other, _) in enumerate(self.entries)
                if (other.episode_id, other.number) == (passage.episode_id, passage.number - 1)
            ]
            found = own(n) + 0.15 * sum(map(own, before)) + self._given(typed, n)
            for term in terms:
                found += 0.5 * self._episode(term, passage.episode_id)
                found += self._worth(term) * (
                    0.1 * _holds([episode.title], term) + self._who(term, n)
                )
                found -= 0.9 * 0.5 * self.score(term, n) * self._named(term, n)
            return found + self._dear(typed, n)

        scores = {n: total(n) for n in self.found(query)}
        if len(typed) < 2:
            return scores
        # What is found by its question alone does not match.
        matching = self.matching(query)
        raised = dict(scores)
        for n, score in scores.items():
            for step in (-1, 1):
                beside, least = self._beside(n, step), 0.8 * score
                for _ in range(2):
                    if beside in matching and beside in raised:
                        raised[beside] = max(raised[beside], least)
                    beside = None if beside is None else self._beside(beside, step)
                    least *= 0.8
        return raised

    def _beside(self, n: int, step: int) -> int | None:
        """What the same speaker says just after a passage, or just before it."""
        turns = self._turns(n)
        spoken = [m for turn in turns for m in turn]
        turn_of = {m: at for at, turn in enumerate(turns) for m in turn}
        place = spoken.index(n)
        one, two = (
            spoken[at] if 0 <= at < len(spoken) else None for at in (place + step, place + 2 * step)
        )
        if one is not None and turn_of[one] == turn_of[n]:
            return one
        if one is None or two is None or len(self.words[one]) >= 6 or turn_of[one] == turn_of[two]:
            return None
        speakers = {self.entries[m][0].speaker for m in (n, two)}
        return two if len(speakers) == 1 else None

    def _who(self, term: Term, n: int) -> float:
        person = self.entries[n][0].speaker.person
        found = 0.9 * self._named(term, n)
        if person is None:
            return found
        return found + 0.15 * (
            _holds([person.occupation or ""], term) + _holds([person.organization or ""], term)
        )

    def holds(self, word: Node, n: int) -> bool:
        """Whether a word is said in a passage, or is in the name of who says it."""
        return self.matches(word, n) or self._named(word, n)

    def _named(self, term: Node, n: int) -> bool:
        speaker, person = self.entries[n][0].speaker, self.entries[n][0].speaker.person
        names = [speaker.name, speaker.label, *(person.aliases if person else ())]
        return isinstance(term, Term) and _holds([name for name in names if name], term)

    def _episode(self, term: Term, name: str) -> float:
        counts: Counter[str] = Counter()
        for (passage, _), words in zip(self.entries, self.words, strict=True):
            counts[passage.episode_id] += sum(
                stem(word, "en") == stem(term.text, "en") for word in words
            )
        having = sum(map(bool, counts.values()))
        return worth(len(counts), having) * counts[name] / (counts[name] + 0.9)

    def _dear(self, typed: tuple[Node, ...], n: int) -> float:
        if not typed:
            return 0.0
        whole = sum(map(self._worth, typed))
        held = [word for word in typed if self.holds(word, n)]
        found = 0.1 * sum(map(self._worth, held)) ** 3 / whole**2
        question = self.question(n)
        unsaid = [word for word in typed if not self.matches(word, n)]
        is_asked = question is not None and self._is_asked(typed, n)
        asked = [w for w in unsaid if is_asked and self.matches(w, question or 0)]
        found += 0.3 * sum(map(self._worth, asked))
        for at in range(len(typed) - 2):
            three = typed[at : at + 3]
            if all(isinstance(word, Term) for word in three):
                words = [word for part in three for word in tokens(str(part))]
                for said in (n, question):
                    if said is not None and self._places(words, self.words[said]):
                        found += 0.2 * sum(map(self._worth, three)) / 3
        return found

    def counts(self, query: Node, value: Callable[[Entry], str | None]) -> Counter[str]:
        found = (value(self.entries[n]) for n in self.found(query))
        return Counter(each for each in found if each)


def _holds(values: list[str], term: Term) -> bool:
    """Whether one of the values has the word in it."""
    return any(set(tokens(term.text)) <= set(tokens(value)) for value in values)


def _terms(node: Node) -> Iterator[Term]:
    match node:
        case Term():
            yield node
        case And(children) | Or(children) | Words(children):
            for child in children:
                yield from _terms(child)
        case Then(left, right):
            yield from _terms(left)
            yield from _terms(right)
