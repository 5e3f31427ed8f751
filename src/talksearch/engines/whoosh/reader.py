"""A snapshot as episodes and passages: what is stored of them, unpacked when it is asked for."""

from __future__ import annotations

from functools import lru_cache, partial

import numpy as np

from talksearch.engines.base import Record
from talksearch.engines.whoosh.arrays import Array
from talksearch.engines.whoosh.documents import term
from talksearch.engines.whoosh.evaluate import Evaluation
from talksearch.engines.whoosh.mentions import spelled_out, voices
from talksearch.engines.whoosh.snapshot import Snapshot
from talksearch.model import Episode, Kind, Passage, Speaker, TimeAccuracy
from talksearch.once import cached_property
from talksearch.query.nodes import Filter, Node
from talksearch.words import DEFAULT_LANGUAGE

__all__ = ["Reader"]

_ACCURACIES = tuple(TimeAccuracy)
_KINDS = {kind.value: kind for kind in Kind}

# Of so many it is remembered which passages they have: a hit is asked about several times.
_EPISODES = 64


class Reader:
    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        # Where records lie, once they were looked for.
        self._records: dict[str, int] = {}
        # Of the snapshot, not of this: a circle would keep it after its last use.
        self.passages_of = lru_cache(_EPISODES)(partial(_passages_of, snapshot))

    @cached_property
    def _languages(self) -> tuple[str, ...]:
        leaves = self.snapshot.leaves
        languages = {each for leaf in leaves for each in leaf.segment.values("stemmer")}
        return tuple(sorted({*languages, DEFAULT_LANGUAGE} - {""}))

    def evaluation(self) -> Evaluation:
        return Evaluation(self.snapshot, self._languages)

    def spelled_out(self, query: Node) -> Node:
        """The query in terms of words and speakers (``mentions.py``)."""
        return spelled_out(query, self._names)

    def _names(self, speaker: Filter) -> dict[str, None]:
        people = (self.passage(n)[0].speaker.person for n in voices(self.snapshot, speaker))
        names = ((person.name, *person.aliases) for person in people if person)
        return dict.fromkeys(name for each in names for name in each)

    def record(self, episode_id: str) -> tuple[Record, tuple[Speaker, ...]] | None:
        number = self._records.get(episode_id)
        if number is None:
            numbers = self.snapshot.documents(term("record", episode_id))
            if not len(numbers):
                return None
            number = self._records[episode_id] = int(numbers[0])
        return self.record_at(number)

    def record_at(self, number: int) -> tuple[Record, tuple[Speaker, ...]]:
        """The record that is a document of that number."""
        leaf = self.snapshot.leaf(number)
        return leaf.segment.record(number - leaf.base)

    def passage(self, number: int) -> tuple[Passage, Episode]:
        leaf = self.snapshot.leaf(number)
        segment, place = leaf.segment, number - leaf.base
        episode_id, kind, chapter = (
            segment.value(name, place) for name in ("episode", "kind", "chapter")
        )
        found = self.record(episode_id)
        assert found is not None, "a passage without its record: both are put in one commit"
        record, speakers = found
        at, turn, voice, start_ms, end_ms, accuracy = (
            segment.number(name, place)
            for name in ("number", "turn", "voice", "start_ms", "end_ms", "accuracy")
        )
        passage = Passage(
            id=f"{episode_id}.{at}",
            episode_id=episode_id,
            number=at,
            turn=turn,
            kind=_KINDS[kind],
            speaker=speakers[voice],
            text=segment.stored(place).decode(),
            start_ms=start_ms - 1 if start_ms else None,
            end_ms=end_ms - 1 if end_ms else None,
            time_accuracy=_ACCURACIES[accuracy],
            chapter=chapter or None,
        )
        return passage, record.episode


def _passages_of(snapshot: Snapshot, episode_id: str) -> Array:
    """An episode's passages, in order. They lie in one segment: both are put in one commit."""
    documents = snapshot.documents(term("episode", episode_id))
    documents = documents[snapshot.passages[documents]]  # not the record
    if not len(documents):
        return documents
    leaf = snapshot.leaf(int(documents[0]))
    return documents[np.argsort(leaf.segment.numbers("number")[documents - leaf.base])]
