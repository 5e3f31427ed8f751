"""Who is who in an archive: what the user decides about names, and what is worth deciding."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from talksearch import options
from talksearch.corpus import Corpus
from talksearch.engines.base import Engine, Record
from talksearch.errors import ConfigError, NotFoundError
from talksearch.namesakes import namesakes
from talksearch.report import Outcome, Suggestion
from talksearch.results import Highlighted, Hit
from talksearch.speakers import Decision, in_force
from talksearch.speakers.names import key
from talksearch.words import fold_words

__all__ = ["People"]

_EXCERPT = 80  # characters: "Yeah." tells nothing about who says it


class People:
    """The people of an archive (``archive.people``). Decisions are kept in the corpus; what they
    change is indexed again before a method returns."""

    def __init__(
        self,
        corpus: Corpus,
        engine: Engine,
        ready: Callable[[], None],
        sync: Callable[[], list[Outcome]],
    ) -> None:
        self._corpus = corpus
        self._engine = engine
        self._ready = ready
        self._sync = sync

    def suggest(self, name: str = "") -> list[Suggestion]:
        """Names that may be one person's, each with the reason and with what both say; of those
        whose name has this part. Raises as ``Archive.search``."""
        self._ready()
        wanted = set(fold_words(name))
        with self._engine.steady():
            return [
                Suggestion(
                    pair.name,
                    pair.other,
                    pair.show,
                    pair.reason,
                    tuple(
                        self._excerpt(who, episode)
                        for who, episode in zip((pair.name, pair.other), pair.episodes, strict=True)
                    ),
                )
                for pair in namesakes(self._engine.records())
                if wanted <= {*fold_words(pair.name), *fold_words(pair.other)}
            ]

    def merge(self, name: str, *others: str, show: str | None = None) -> list[Outcome]:
        """These names are one person's, who is called ``name`` from now on; in one show, or
        everywhere. The other names still find the person.

        Returns what became of the episodes that this changes. Raises ``NotFoundError`` for a name
        that does not speak here or a show that there is not, ``ConfigError`` where there are no
        two names.
        """
        for each in (name, *others):
            self._require_heard(each)
        return self._same(name, others, show)

    def alias(self, name: str, *others: str, show: str | None = None) -> list[Outcome]:
        """As ``merge``, for other names that may not speak yet. Raises as ``merge``."""
        self._require_heard(name)
        return self._same(name, others, show)

    def name(self, episode_id: str, label: str, name: str) -> list[Outcome]:
        """In one episode, whoever is labelled or called ``label`` is ``name``.

        Raises ``NotFoundError`` for an episode, or a label in it, that there is not, and
        ``ConfigError`` for a name without a letter or digit.
        """
        return self._name([episode_id], label, name)

    def split(self, name: str, new: str, *episode_ids: str) -> list[Outcome]:
        """In these episodes ``name`` is another person of that name, called ``new`` from now on.
        Raises as ``name``, before anything is changed."""
        return self._name(episode_ids, name, new)

    def undo(self, number: int | None = None) -> list[Outcome]:
        """Take back the decision of that number, or the last one that holds. Raises
        ``NotFoundError``."""
        holding = [decision.number for decision in self.decisions()]
        number = number if number is not None else max(holding, default=0)
        if number not in holding:
            which = f"decision {number or ''}".strip()
            raise NotFoundError(f"there is no {which} to take back", str(number))
        return self._decide(Decision(0, "undo", undoes=number))

    def decisions(self) -> list[Decision]:
        """What was decided and holds, in order. Raises ``HomeError`` when that cannot be read."""
        return list(in_force(self._corpus.decisions()))

    def _same(self, name: str, others: tuple[str, ...], show: str | None) -> list[Outcome]:
        called, rest = _names(name), _names(*others)
        if not called or not rest or any(key(other) == key(name) for other in rest):
            raise ConfigError("two different names are needed: what to be called, and another")
        folder = self._folder_of(show) if show else None
        return self._decide(Decision(0, "same", called[0], tuple(rest), folder))

    def _name(self, episode_ids: Sequence[str], label: str, name: str) -> list[Outcome]:
        for episode_id in episode_ids:
            self._require_label(episode_id, label)
        clean = _names(name)
        if not clean:
            raise ConfigError("a name is needed")
        return self._decide(
            *(Decision(0, "name", clean[0], (label,), episode=each) for each in episode_ids)
        )

    def _decide(self, *decided: Decision) -> list[Outcome]:
        """Add decisions, of which the numbers and the time are told here."""
        with self._corpus.lock():
            last = max((d.number for d in self._corpus.decisions()), default=0)
            when = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
            for number, decision in enumerate(decided, last + 1):
                self._corpus.decide(replace(decision, number=number, when=when))
            return [outcome for outcome in self._sync() if outcome.status != "unchanged"]

    def _record(self, episode_id: str) -> Record:
        self._ready()
        record = self._engine.record(episode_id)
        if record is None:
            raise NotFoundError(f"there is no episode {episode_id}", episode_id)
        return record

    def _require_heard(self, name: str) -> None:
        self._ready()
        wanted = key(name)
        names = (each for record in self._engine.records() for each in _names_in(record))
        if not any(key(each) == wanted for each in names):
            near = self._engine.suggest_value("speaker", name)
            hint = f"; near it: {', '.join(near)}" if near else ""
            raise NotFoundError(f"{name!r} does not speak in this archive{hint}", name)

    def _require_label(self, episode_id: str, label: str) -> None:
        record = self._record(episode_id)
        heard = dict.fromkeys(_names_in(record))
        if key(label) not in set(map(key, heard)):
            there = ", ".join(heard) or "nobody with a label"
            reason = f"{label!r} does not speak in {record.episode.title!r}; there: {there}"
            raise NotFoundError(reason, label)

    def _folder_of(self, show: str) -> str:
        for record in self._engine.records():
            if key(show) in (key(record.episode.show or ""), key(record.folder)):
                return record.folder
        raise NotFoundError(f"there is no show {show!r}", show)

    def _excerpt(self, name: str, episode_id: str) -> Hit:
        """The first passage of some length that somebody says in an episode."""
        record = self._record(episode_id)
        said = [p for p in self._engine.passages(episode_id) if p.speaker.name == name]
        passage = next((p for p in said if len(p.text) > _EXCERPT), said[0])
        return Hit(passage, record.episode, None, Highlighted(passage.text))


def _names(*given: str) -> list[str]:
    """The names, each in a clean line. One without a letter or digit is none: nothing would find
    it, and all such are one to whoever compares them."""
    return [name for name in options.names(given) if key(name)]


def _names_in(record: Record) -> Iterator[str]:
    """Every name and label under which somebody speaks in an episode."""
    for appearance in record.appearances:
        speaker = appearance.speaker
        aliases = speaker.person.aliases if speaker.person else ()
        yield from (name for name in (speaker.name, speaker.label, *aliases) if name)
