"""Who is who in an archive: what the user decides about names, and what is worth deciding."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from talksearch import options
from talksearch.corpus import Corpus
from talksearch.engines.base import Engine, Record
from talksearch.errors import ConfigError, NotFoundError
from talksearch.model import Kind, Role, Source
from talksearch.namesakes import namesakes
from talksearch.query.nodes import EVERYTHING
from talksearch.report import Outcome, Suggestion
from talksearch.results import Highlighted, Hit, SearchRequest
from talksearch.speakers import Decision, around, in_force
from talksearch.speakers.names import Key, key, names_of
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
        find: Callable[[str], Record | None],
        sync: Callable[[], list[Outcome]],
    ) -> None:
        self._corpus = corpus
        self._engine = engine
        self._ready = ready
        self._find = find
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
        everywhere. The other names still find the person. ``name`` may be new here: somebody may
        be misspelled wherever they speak.

        Returns what became of the episodes that this changes. Raises ``NotFoundError`` for another
        name that does not speak here, for a new one that is spelled like somebody else's who does,
        and for a show that there is not, ``ConfigError`` where there are no two names.
        """
        for other in others:
            self._require_heard(other)
        self._require_heard(name, or_new_for=others)
        return self._same(name, others, show)

    def alias(self, name: str, *others: str, show: str | None = None) -> list[Outcome]:
        """As ``merge``, for other names that may not speak yet. Raises as ``merge``."""
        self._require_heard(name)
        return self._same(name, others, show)

    def name(self, where: str, label: str | None, name: str) -> list[Outcome]:
        """In one episode, by its id, whoever is labelled or called ``label`` is ``name``; or in one
        passage, by its id. There ``label`` may be None: whoever was taken to say it; and in an
        episode that names nobody it has to be: then ``name`` says all of it.

        A passage is known by what is said there from then on, and keeps its speaker when it gets
        another number. Raises ``NotFoundError`` for an episode, a passage, or a label in it, that
        there is not, and ``ConfigError`` for a name without a letter or digit, and for a passage
        that is not said by anybody, or an episode whose speakers have labels, without a label.
        """
        return self._name([where], label, name)

    def split(self, name: str, new: str, *where: str) -> list[Outcome]:
        """In these episodes and passages, by their ids, ``name`` is another person, called ``new``
        from now on. Raises as ``name``, before anything is changed."""
        return self._name(where, name, new)

    def role(self, name: str, role: str, *where: str, show: str | None = None) -> list[Outcome]:
        """Somebody is ``host``, ``guest`` or another ``Role`` in these episodes, by their ids (or
        those of passages in them), in one show, or everywhere; what is said of the fewest episodes
        holds. Raises ``NotFoundError`` for an episode, a show, or a name in it, that there is not,
        and ``ConfigError`` for what is no role."""
        known = Role.parse(role)
        if known is None:
            raise ConfigError(f"{role!r} is no role: that is {', '.join(Role)}")
        if where and show:
            raise ConfigError("a role is for episodes or for a show, not both")
        self._ready()
        decision = Decision(0, "role", "".join(_names(name)), role=known.value)
        if not where:
            self._require_heard(name)
            folder = self._folder_of(show) if show else None
            return self._decide(replace(decision, folder=folder))
        records = [self._record(each.partition(".")[0]) for each in where]
        for record in records:
            self._require_label(record, name)
        ids = dict.fromkeys(record.episode.id for record in records)
        return self._decide(*(replace(decision, episode=each) for each in ids))

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
            raise ConfigError("two different names are needed: the one to use, and another")
        folder = self._folder_of(show) if show else None
        return self._decide(Decision(0, "same", called[0], tuple(rest), folder))

    def _name(self, where: Sequence[str], label: str | None, name: str) -> list[Outcome]:
        clean = _names(name)
        if not clean:
            raise ConfigError("a name is needed")
        if not where:
            raise ConfigError("the id of an episode or a passage is needed")
        self._ready()
        with self._engine.steady():
            decided = [self._named(each, label, clean[0]) for each in where]
        return self._decide(*decided)

    def _named(self, where: str, label: str | None, name: str) -> Decision:
        episode_id, dot, number = where.partition(".")
        record = self._record(episode_id)
        if dot:
            return self._said(record, where, number, label, name)
        if label is not None:
            self._require_label(record, label)
            return Decision(0, "name", name, (label,), episode=record.episode.id)
        speakers = (appearance.speaker for appearance in record.appearances)
        heard = dict.fromkeys(s.name for s in speakers if s.label or s.source is not Source.MAPPED)
        if heard:
            there = ", ".join(filter(None, heard))
            raise ConfigError(f"a label is needed: who in {where} is meant; there: {there}")
        if not any(each.kind is Kind.SPEECH for each in self._engine.passages(record.episode.id)):
            raise ConfigError(f"nothing in {where} is said by anybody")
        return Decision(0, "name", name, episode=record.episode.id)

    def _said(
        self, record: Record, where: str, number: str, label: str | None, name: str
    ) -> Decision:
        passages = self._engine.passages(record.episode.id)
        passage = next((each for each in passages if str(each.number) == number), None)
        if passage is None:
            reason = f"there is no passage {where}: {record.episode.title!r} has {len(passages)}"
            raise NotFoundError(reason, where)
        speaker = passage.speaker
        if passage.kind in (Kind.NOTES, Kind.PROSE):
            raise ConfigError(f"{where} is not said by anybody: it is {passage.kind.value}")
        if label is not None and key(label) not in map(key, names_of(speaker)):
            who = speaker.name or "nobody who is known"
            raise NotFoundError(f"{where} is said by {who}, not by {label!r}", label)
        said = [each for each in passages if each.kind is not Kind.NOTES]
        before = " ".join(each.text for each in said if each.number < passage.number)
        after = " ".join(each.text for each in said if each.number > passage.number)
        context = around(before, passage.text, after)
        if context is None:
            raise ConfigError(f"{where} is not said by anybody: there are no words")
        others = (speaker.name,) if speaker.name else ()
        return Decision(
            0,
            "said",
            name,
            others,
            episode=record.episode.id,
            said=passage.text,
            before=context[0] or None,
            after=context[1] or None,
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
        record = self._find(episode_id)
        if record is None:
            raise NotFoundError(f"there is no episode {episode_id}", episode_id)
        return record

    def _require_heard(self, name: str, or_new_for: Sequence[str] = ()) -> None:
        """Raise ``NotFoundError`` for a name that does not speak here; a new one for somebody may,
        if it is not a slip for somebody else's."""
        self._ready()
        if not self._is_heard(key(name)):
            taken = set(map(key, or_new_for))
            found = self._engine.suggest_value("speaker", name)
            near = [each for each in found if key(each) not in taken]
            if or_new_for and not near:
                return
            hint = f"; near it: {', '.join(near)}" if near else ""
            raise NotFoundError(f"{name!r} does not speak in this archive{hint}", name)

    def _is_heard(self, wanted: Key) -> bool:
        """Whether that is anybody's name, another name of somebody, or a label. Only the records
        have all of these; the names by which people are counted are known without them."""
        everybody = SearchRequest(EVERYTHING, limit=0, facets=("speaker",))
        (counted,) = self._engine.search(everybody).facets
        if any(key(each.value) == wanted for each in counted.values):
            return True
        names = (each for record in self._engine.records() for each in _names_in(record))
        return any(key(each) == wanted for each in names)

    def _require_label(self, record: Record, label: str) -> None:
        heard = dict.fromkeys(_names_in(record))
        if key(label) not in set(map(key, heard)):
            there = f"there: {', '.join(heard)}" if heard else "nobody there has a label"
            reason = f"{label!r} does not speak in {record.episode.title!r}; {there}"
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
    return [name for name in options.names("name", given) if key(name)]


def _names_in(record: Record) -> Iterator[str]:
    """Every name and label under which somebody speaks in an episode."""
    for appearance in record.appearances:
        yield from names_of(appearance.speaker)
