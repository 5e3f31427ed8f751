"""The Whoosh engine: the protocol of ``engines/base.py`` over ``store.py`` and ``evaluate.py``."""

from __future__ import annotations

import heapq
import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager, suppress
from dataclasses import asdict
from functools import partial
from pathlib import Path

from whoosh.writing import SegmentWriter

from talksearch.engines.base import Found, Mark, Record
from talksearch.engines.whoosh.evaluate import Evaluation
from talksearch.engines.whoosh.filters import key
from talksearch.engines.whoosh.highlight import Highlighter
from talksearch.engines.whoosh.snapshot import Snapshot
from talksearch.engines.whoosh.spelling import similar_values, similar_words
from talksearch.engines.whoosh.store import Store
from talksearch.engines.whoosh.stored import (
    pack_passage,
    pack_record,
    unpack_passage,
    unpack_record,
)
from talksearch.model import NOBODY, Episode, Passage, Speaker
from talksearch.query.nodes import And, Node, Words, field_of
from talksearch.query.tree import conjuncts, leaves, without
from talksearch.results import Facet, FacetValue, Highlighted, Hit, SearchRequest
from talksearch.words import DEFAULT_LANGUAGE, stem, stemmer_language, words

# A facet's own filters, which do not narrow its counts.
_FILTER_OF = {
    "speaker": "speaker", "role": "role", "show": "show", "year": "year", "occupation": "job",
    "organization": "org", "language": "lang", "kind": "kind",
    "chapter": "chapter",
}  # fmt: skip


class WhooshEngine:
    """An index in a folder. Searching is safe from any thread; each keeps a snapshot of its own."""

    def __init__(self, folder: Path) -> None:
        self._store = Store(folder)
        self._threads = threading.local()

    def state(self) -> str:
        """``"ready"``, ``"missing"`` or ``"outdated"``; the last two mean rebuild."""
        return self._store.state()

    @contextmanager
    def steady(self) -> Iterator[None]:
        with self._held():
            self._threads.steady = self._threads.__dict__.get("steady", 0) + 1
            try:
                yield
            finally:
                self._threads.steady -= 1

    def search(self, request: SearchRequest) -> Found:
        reader = self._reader()
        evaluation = reader.evaluation()
        scores = evaluation.ranking(request.query)
        complete = _complete(evaluation, request.query) & scores.keys()
        ranking = _Ranking(reader.snapshot, request, scores, complete)
        page, total, counts = ranking.page()
        highlighter = Highlighter(request.query, evaluation)
        hits = []
        for number in page:
            passage, episode = reader.passage(number)
            hits.append(
                Hit(
                    passage=passage,
                    episode=episode,
                    score=scores[number],
                    highlighted=highlighter.mark(passage.text),
                    in_episode=counts.get(number),
                    explanation=_explain(evaluation, request.query, number)
                    if request.explain
                    else None,
                )
            )
        facets = tuple(_facet(evaluation, request.query, name) for name in request.facets)
        absent = _absent(evaluation, request.query, scores.keys())
        return Found(total=total, hits=tuple(hits), facets=facets, absent=absent)

    def count(self, query: Node) -> int:
        return len(self._reader().matching(query))

    def passages(self, episode_id: str) -> tuple[Passage, ...]:
        reader = self._reader()
        numbers = reader.snapshot.documents("episode", episode_id) & reader.snapshot.passages
        found = (reader.passage(number)[0] for number in numbers)
        return tuple(sorted(found, key=lambda passage: passage.number))

    def record(self, episode_id: str) -> Record | None:
        found = self._reader().record(episode_id)
        return found[0] if found else None

    def records(self, folders: Collection[str] | None = None) -> Iterator[Record]:
        with self._held() as reader:
            for episode_id in self._episodes(reader, folders):
                found = reader.record(episode_id)
                if found:
                    yield found[0]

    @staticmethod
    def _episodes(reader: _Reader, folders: Collection[str] | None) -> list[str]:
        snapshot = reader.snapshot
        if folders is None:
            return list(snapshot.terms("record"))
        ordinals, values = snapshot.column("episode")
        numbers = (n for folder in folders for n in snapshot.documents("folder", _term(folder)))
        return [values[ordinals[number]] for number in numbers]

    def select(self, query: Node) -> Iterator[tuple[Passage, Episode]]:
        with self._held() as reader:
            episode = partial(reader.snapshot.value, "episode")
            # An episode's passages are numbered in the order in which they were put.
            for number in sorted(reader.matching(query), key=lambda n: (episode(n), n)):
                yield reader.passage(number)

    def highlight(self, query: Node, texts: Iterable[str]) -> list[Highlighted]:
        return list(map(Highlighter(query, self._reader().evaluation()).mark, texts))

    def suggest(self, word: str, limit: int = 3) -> list[str]:
        return similar_words(self._reader().snapshot, word, limit)

    def suggest_value(self, field: str, value: str, limit: int = 3) -> list[str]:
        return similar_values(self._reader().snapshot, field, value, limit)

    def marks(self) -> dict[str, Mark]:
        with suppress(TypeError, AttributeError):
            return {folder: Mark(**entry) for folder, entry in self._store.marks().items()}
        return {}

    def mark(self, marks: Mapping[str, Mark]) -> None:
        self._store.mark({folder: asdict(mark) for folder, mark in marks.items()})

    @contextmanager
    def writer(self, *, fresh: bool = False) -> Iterator[WhooshWriter]:
        with self._store.write(fresh) as (writer, snapshot):
            yield WhooshWriter(writer, snapshot)

    def close(self) -> None:
        reader = self._threads.__dict__.pop("reader", None)
        if reader:
            reader.leave()

    @contextmanager
    def _held(self) -> Iterator[_Reader]:
        """This thread's reader, which stays open until the end of the block, also when the thread
        has got another one by then: who iterates may search in between."""
        reader = self._reader()
        reader.users += 1
        try:
            yield reader
        finally:
            reader.leave()

    def _reader(self) -> _Reader:
        """This thread's reader of the last commit; in a ``steady`` block, of that at its start."""
        reader: _Reader | None = self._threads.__dict__.get("reader")
        if reader and self._threads.__dict__.get("steady"):
            return reader
        if reader is None or reader.snapshot.key != self._store.generation():
            snapshot = self._store.open()
            former, reader = reader, _Reader(snapshot, reader)
            self._threads.reader = reader
            if former:
                former.leave()
        return reader


class _Reader:
    """A snapshot with the records that are already unpacked, by itself or by the ``former`` one:
    after a commit, most lie where they lay."""

    def __init__(self, snapshot: Snapshot, former: _Reader | None = None) -> None:
        self.snapshot = snapshot
        self.users = 1  # the thread that has it; whoever iterates
        self._places: dict[str, tuple[str, int]] = {}
        self._records: dict[str, tuple[Record, tuple[Speaker, ...]]] = {}
        if former:
            known = former._places.items()
            self._places = {each: place for each, place in known if snapshot.holds(place)}
            self._records = {each: former._records[each] for each in self._places}
        languages = {stemmer_language(term.split(" ")[0]) for term in snapshot.terms("lang")}
        # Passages without a language are stemmed as if in the default one.
        self._languages = tuple(sorted({*languages, DEFAULT_LANGUAGE}))

    def leave(self) -> None:
        """Whoever is the last closes the files."""
        self.users -= 1
        if not self.users:
            self.snapshot.close()

    def evaluation(self) -> Evaluation:
        return Evaluation(self.snapshot, self._languages)

    def matching(self, query: Node) -> Set[int]:
        """The passages that match; only those of some episodes are looked at, where it says so."""
        evaluation = self.evaluation()
        for part in conjuncts(query):
            if field_of(part) == "episode":
                evaluation = evaluation.narrowed(evaluation.documents(part))
        return evaluation.documents(query)

    def record(self, episode_id: str) -> tuple[Record, tuple[Speaker, ...]] | None:
        if episode_id not in self._records:
            numbers = self.snapshot.documents("record", episode_id)
            if not numbers:
                return None
            number = numbers.pop()
            self._places[episode_id] = self.snapshot.place(number)
            self._records[episode_id] = unpack_record(self.snapshot.stored(number))
        return self._records[episode_id]

    def passage(self, number: int) -> tuple[Passage, Episode]:
        packed = self.snapshot.stored(number)
        found = self.record(packed[0])
        assert found is not None, "a passage without its record: both are put in one commit"
        record, speakers = found
        return unpack_passage(packed, speakers), record.episode


class WhooshWriter:
    """Collects episodes; see ``EngineWriter``. An id may be put once a writer."""

    def __init__(self, writer: SegmentWriter, snapshot: Snapshot) -> None:
        self._writer = writer
        self._snapshot = snapshot

    def put(self, record: Record, passages: Sequence[Passage]) -> None:
        self.remove(record.episode.id)
        speakers = tuple(
            dict.fromkeys(
                [NOBODY, *(a.speaker for a in record.appearances), *(p.speaker for p in passages)]
            )
        )
        numbers = {speaker: number for number, speaker in enumerate(speakers)}
        self._writer.add_document(
            episode=(record.episode.id,),
            record=(record.episode.id,),
            folder=(_term(record.folder),),
            data=pack_record(record, speakers),
            facet_episode=record.episode.id,
        )
        common = _episode_fields(record.episode)
        language = stemmer_language(record.episode.language)
        for passage in passages:
            self._writer.add_document(
                data=pack_passage(passage, numbers[passage.speaker]),
                **common,
                **_passage_fields(passage, language),
            )

    def remove(self, episode_id: str) -> None:
        for number in self._snapshot.documents("episode", episode_id):
            self._writer.delete_document(number)

    def commit(self) -> None:
        self._writer.commit()


def _term(folder: str) -> str:
    """A folder's name need not be text."""
    return folder.encode("utf-8", "backslashreplace").decode()


def _episode_fields(episode: Episode) -> dict[str, object]:
    date = episode.date.isoformat() if episode.date else ""
    return {
        "episode": (episode.id,),
        "facet_episode": episode.id,
        "title": (key(episode.title),),
        "date": (date,) if date else (),
        "facet_date": date,
        "show": (key(episode.show),) if episode.show else (),
        "facet_show": episode.show or "",
        # Without a language the text is stemmed as English; the filter should not claim that.
        "lang": (key(episode.language),) if episode.language else (),
        "facet_language": episode.language or "",
    }


def _passage_fields(passage: Passage, language: str) -> dict[str, object]:
    exact: dict[str, list[int]] = {}
    stems: dict[str, list[int]] = {}
    position = -1
    for position, word in enumerate(words(passage.text)):
        for form in word.forms:
            exact.setdefault(form, []).append(position)
        for stemmed in dict.fromkeys(stem(form, language) for form in word.forms):
            stems.setdefault(stemmed, []).append(position)
    speaker, person = passage.speaker, passage.speaker.person
    aliases = person.aliases if person else ()
    names = [name for name in (speaker.name, speaker.label, *aliases) if name]
    occupation = person.occupation if person else None
    organization = person.organization if person else None
    return {
        "text": stems,
        "exact": exact,
        "length": position + 1,
        "speaker": tuple(key(name) for name in names),
        # "Speaker 1" of one episode is not that of another: only people are counted.
        "facet_speaker": person.name if person else "",
        "role": (key(speaker.role.value),) if speaker.role else (),
        "facet_role": speaker.role.value if speaker.role else "",
        "job": (key(occupation),) if occupation else (),
        "facet_occupation": occupation or "",
        "org": (key(organization),) if organization else (),
        "facet_organization": organization or "",
        "kind": (passage.kind.value,),
        "facet_kind": passage.kind.value,
        "chapter": (key(passage.chapter),) if passage.chapter else (),
        "facet_chapter": passage.chapter or "",
    }


def _complete(evaluation: Evaluation, query: Node) -> Set[int]:
    """The passages that hold every word of the query: they come first."""
    ranking = [node for node in conjuncts(query) if isinstance(node, Words)]
    return evaluation.documents(And(ranking[0].children)) if ranking else frozenset()


def _absent(evaluation: Evaluation, query: Node, found: Set[int]) -> tuple[Node, ...]:
    """Those of the words side by side that no passage of the result holds."""
    typed = [leaf for node in conjuncts(query) if isinstance(node, Words) for leaf in node.children]
    return tuple(leaf for leaf in typed if found and evaluation.documents(leaf).isdisjoint(found))


def _explain(evaluation: Evaluation, query: Node, number: int) -> tuple[tuple[str, float], ...]:
    parts = [(str(leaf), evaluation.scores(leaf).get(number, 0.0)) for leaf in leaves(query)]
    parts += evaluation.adjustments(query, number)
    return tuple((part, score) for part, score in parts if score)


class _Ranking:
    """The order of a result, and one page of it."""

    def __init__(
        self,
        snapshot: Snapshot,
        request: SearchRequest,
        scores: dict[int, float],
        complete: Set[int],
    ) -> None:
        self._request = request
        self._scores = scores
        self._complete = complete
        dates, date_values = snapshot.column("date")
        episodes, episode_values = snapshot.column("episode")
        # Newest first among equals, then by episode, then as said: the same after any rebuild.
        newness = {n: -place for place, n in enumerate(_by_value(date_values))}
        episode_place = {n: place for place, n in enumerate(_by_value(episode_values))}

        def place(number: int) -> tuple[int, int, int]:
            return newness[dates[number]], episode_place[episodes[number]], number

        self._place = place
        self._episode_of: Callable[[int], int] = episodes.__getitem__

    def page(self) -> tuple[list[int], int, dict[int, int]]:
        """The numbers of the page, how many there are in all, and each one's group size."""
        request = self._request
        wanted = request.offset + request.limit
        candidates: Sequence[int] | Set[int] = self._scores.keys()
        counts: dict[int, int] = {}
        if request.group == "episode":
            best: dict[int, int] = {}
            sizes = Counter(map(self._episode_of, candidates))
            for number in candidates:
                episode = self._episode_of(number)
                if episode not in best or self._key(number) < self._key(best[episode]):
                    best[episode] = number
            counts = {number: sizes[episode] for episode, number in best.items()}
            candidates = list(best.values())
        total = len(candidates)
        if request.sort == "relevance" and not counts:
            candidates = self._contenders(candidates, wanted)
        ordered = heapq.nsmallest(wanted, candidates, key=self._key)
        return ordered[request.offset :], total, counts

    def _key(self, number: int) -> tuple[object, ...]:
        newness, episode, at = self._place(number)
        match self._request.sort:
            case "newest":
                return newness, episode, at
            case "oldest":
                # Undated last, also here: "" has place 0.
                return newness == 0, -newness, episode, at
        return number not in self._complete, -self._scores[number], newness, episode, at

    def _contenders(self, candidates: Set[int] | Sequence[int], wanted: int) -> list[int]:
        """Those that can be on the page by score alone: a cheap look before the dear one."""
        complete = self._complete
        if len(complete) >= wanted:
            candidates = complete
        scores = self._scores
        if len(candidates) <= wanted or wanted <= 0:
            return list(candidates)
        threshold = heapq.nlargest(wanted, map(scores.__getitem__, candidates))[-1]
        return [n for n in candidates if scores[n] >= threshold or n in complete]


def _by_value(values: list[str]) -> list[int]:
    return sorted(range(len(values)), key=values.__getitem__)


def _facet(evaluation: Evaluation, query: Node, name: str) -> Facet:
    numbers = evaluation.documents(without(query, _FILTER_OF[name]))
    column = "date" if name == "year" else name
    ordinals, values = evaluation.snapshot.column(column)
    counts: Counter[str] = Counter()
    for ordinal, count in Counter(map(ordinals.__getitem__, numbers)).items():
        value = values[ordinal][:4] if name == "year" else values[ordinal]
        if value:
            counts[value] += count
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return Facet(name, tuple(FacetValue(value, count) for value, count in ranked))
