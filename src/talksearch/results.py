"""What is found: requests, pages of hits, facets, highlights. Plain values; ``to_dict`` gives the
one JSON schema that the command line, the library and every other edge share (fields are added,
never renamed or removed).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, Self
from unicodedata import category

from talksearch.links import link_note, passage_link
from talksearch.model import Episode, Kind, Passage, Person, Role, Source, Speaker, TimeAccuracy
from talksearch.query.nodes import Node

__all__ = [
    "FACET_FIELDS",
    "Facet",
    "FacetValue",
    "Group",
    "Highlighted",
    "Hit",
    "SearchPage",
    "SearchRequest",
    "Sort",
    "facets_dict",
]

_SCHEMA = "talksearch.search/1"

FACET_FIELDS = (
    "speaker", "role", "show", "year", "occupation", "organization", "language", "kind",
    "chapter",
)  # fmt: skip

Sort = Literal["relevance", "newest", "oldest"]
Group = Literal["episode"]


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What an engine is asked. ``facets`` name :data:`FACET_FIELDS`; ``limit`` may be 0."""

    query: Node
    limit: int = 10
    offset: int = 0
    sort: Sort = "relevance"
    group: Group | None = None
    facets: tuple[str, ...] = ()
    explain: bool = False


@dataclass(frozen=True, slots=True)
class Highlighted:
    """Text and the spans of it that matched: ``(start, end)`` in characters, ascending, apart."""

    text: str
    spans: tuple[tuple[int, int], ...] = ()

    def parts(self) -> Iterator[tuple[str, bool]]:
        """The text in parts, of which none is empty, each with whether it matched."""
        at = 0
        for start, end in self.spans:
            if at < start:
                yield self.text[at:start], False
            yield self.text[start:end], True
            at = end
        if at < len(self.text):
            yield self.text[at:], False

    def mark(self, before: str, after: str) -> str:
        """The text with every span between ``before`` and ``after``. It is what somebody wrote and
        may hold ``<``: for a web page, escape the ``parts`` and mark them."""
        return "".join(before + part + after if hit else part for part, hit in self.parts())

    def excerpt(self, length: int) -> Highlighted:
        """About ``length`` characters of whole words around the first span, or from the start;
        ``…`` stands for what is left out."""
        if len(self.text) <= length:
            return self
        first = self.spans[0][0] if self.spans else 0
        # A third of it leads up to the span; near the end of the text, more.
        start = max(0, min(first - length // 3, len(self.text) - length))
        if start:
            start = self.text.find(" ", start, first) + 1 or _whole(self.text, start)
        end = start + length
        if end < len(self.text):
            cut = self.text.rfind(" ", start + length // 2, end)
            end = cut if cut > 0 else _whole(self.text, end)  # not every script has spaces
        before, after = "… " if start else "", " …" if end < len(self.text) else ""
        shift = len(before) - start
        spans = ((a + shift, min(b, end) + shift) for a, b in self.spans if start <= a < end)
        return Highlighted(before + self.text[start:end].rstrip() + after, tuple(spans))


def _whole(text: str, at: int) -> int:
    """Where a text can be cut, at a place or soon behind it: not before a mark, nor at a joiner."""
    while at < len(text) and (category(text[at])[0] == "M" or "\u200d" in text[at - 1 : at + 1]):
        at += 1
    return at


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, with its episode. ``score`` is None when nothing ranked it (a
    passage looked up by its id, or exported). It is not all of the order: passages with all the
    words come before others, whatever these score.

    ``before`` and ``after`` are the turns around it, as passages; their numbers tell where some of
    a long turn are left out. Without such context, ``before`` is the earlier passage of
    ``a THEN b``, and ``after`` what a phrase goes on in that begins in it. ``in_episode`` counts
    the passages of the episode that match, when grouped by episode. ``explanation`` is set on
    request: what each part of the query gave to the score. ``question`` is the one that the passage
    answers, where it is found by that: by words which the question holds.
    """

    passage: Passage
    episode: Episode
    score: float | None
    highlighted: Highlighted
    before: tuple[Passage, ...] = ()
    after: tuple[Passage, ...] = ()
    in_episode: int | None = None
    explanation: tuple[tuple[str, float], ...] | None = None
    question: Passage | None = None

    @property
    def link(self) -> str | None:
        """The address of the moment, where there is one."""
        return passage_link(self.passage, self.episode)

    @property
    def link_note(self) -> str | None:
        """What may be wrong with it: a host may put advertisements before the moment."""
        return link_note(self.passage, self.episode)

    def to_dict(self) -> dict[str, Any]:
        entry: dict[str, Any] = {"id": self.passage.id}
        if self.score is not None:
            entry["score"] = round(self.score, 4)
        entry["episode"] = self.episode.to_dict()
        entry |= _passage_dict(self.passage, self.episode)
        entry["highlights"] = [list(span) for span in self.highlighted.spans]
        entry["context"] = {
            "before": [_passage_dict(passage, self.episode) for passage in self.before],
            "after": [_passage_dict(passage, self.episode) for passage in self.after],
        }
        if self.question is not None:
            entry["question"] = _passage_dict(self.question, self.episode)
        entry["source"] = self.episode.source
        if self.in_episode is not None:
            entry["in_episode"] = self.in_episode
        if self.explanation is not None:
            entry["explanation"] = [{"part": p, "score": round(s, 4)} for p, s in self.explanation]
        return entry

    @classmethod
    def from_dict(cls, entry: dict[str, Any]) -> Self:
        """The hit that ``to_dict`` told of, without its score, turn and context, and with what it
        tells of the episode alone. Raises ``KeyError``, ``TypeError`` or ``ValueError`` for what is
        no such thing."""
        episode, text = entry["episode"], entry["text"]
        passage = Passage(
            id=entry["id"],
            episode_id=episode["id"],
            number=int(entry["id"].rpartition(".")[2]),
            turn=0,
            kind=Kind(entry["kind"]),
            speaker=_speaker(entry),
            text=text,
            start_ms=entry["start_ms"],
            end_ms=entry["end_ms"],
            time_accuracy=TimeAccuracy(entry["time_accuracy"]),
            chapter=entry["chapter"],
        )
        date = episode["date"]
        told = {name: episode[name] for name in ("id", "title", "show", "url", "audio_url")}
        told |= {"date": dt.date.fromisoformat(date) if date else None, "source": entry["source"]}
        told["language"] = episode.get("language")  # what was kept may be from before it was told
        told["link_template"] = entry["link"]  # whatever it was made from
        spans = tuple((int(start), int(end)) for start, end in entry["highlights"])
        return cls(passage, Episode(**told), None, Highlighted(text, spans))


@dataclass(frozen=True, slots=True)
class FacetValue:
    """How many passages of the result have this value."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of one field over the whole result, most frequent first.

    A filter on the field itself does not narrow its own counts, so that another value can still be
    chosen. In a query ``occupation`` is called ``job:``, ``organization`` ``org:`` and ``language``
    ``lang:``; the others have their own names there.
    """

    field: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class SearchPage:
    """One page of a result. ``total`` counts all passages that match (all episodes, when grouped);
    ``took_ms`` is the time spent answering; ``hints`` say why the result is empty, or which words
    it lacks. ``parsed`` is what ``query`` and the options were read as, in the language of queries;
    ``in_words`` is that in English."""

    query: str
    parsed: str
    total: int
    took_ms: float
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...] = ()
    hints: tuple[str, ...] = ()
    in_words: str = ""

    def to_dict(self) -> dict[str, Any]:
        return {
            "schema": _SCHEMA,
            "query": self.query,
            "parsed": self.parsed,
            "in_words": self.in_words,
            "total": self.total,
            "took_ms": round(self.took_ms, 1),
            "hits": [hit.to_dict() for hit in self.hits],
            "facets": facets_dict(self.facets),
            "hints": list(self.hints),
        }


def facets_dict(facets: tuple[Facet, ...]) -> dict[str, list[dict[str, Any]]]:
    """Counts as JSON has them: a list of values a field."""
    return {
        facet.field: [{"value": v.value, "count": v.count} for v in facet.values]
        for facet in facets
    }


def _passage_dict(passage: Passage, episode: Episode) -> dict[str, Any]:
    """A passage as JSON has it, without its episode and what belongs to one query."""
    return {
        "id": passage.id,
        "kind": passage.kind.value,
        **_speaker_dict(passage.speaker),
        "start_ms": passage.start_ms,
        "end_ms": passage.end_ms,
        "time_accuracy": passage.time_accuracy.value,
        "chapter": passage.chapter,
        "link": passage_link(passage, episode),
        "link_note": link_note(passage, episode),
        "text": passage.text,
    }


def _value(name: Role | Source | None) -> str | None:
    return name.value if name else None


def _speaker_dict(speaker: Speaker) -> dict[str, Any]:
    person = speaker.person
    return {
        "speaker": speaker.name,
        "role": _value(speaker.role),
        "occupation": person.occupation if person else None,
        "occupation_source": _value(person.occupation_source) if person else None,
        "organization": person.organization if person else None,
        "speaker_source": _value(speaker.source),
        "role_source": _value(speaker.role_source),
        "label": speaker.label,
    }


def _speaker(entry: dict[str, Any]) -> Speaker:
    """The speaker that ``_speaker_dict`` told of."""
    name, label, role = entry["speaker"], entry["label"], entry["role"]
    outside = {key: entry[key] for key in ("occupation", "organization")}
    told, known, role_known = (
        Source(entry[key]) if entry[key] else None
        for key in ("occupation_source", "speaker_source", "role_source")
    )
    person = None
    if name is not None and (name != label or known or any(outside.values())):
        person = Person(name, occupation_source=told, **outside)
    return Speaker(label, person, Role(role) if role else None, known, role_known)
