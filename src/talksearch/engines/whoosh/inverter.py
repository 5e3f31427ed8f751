"""Episodes -> a segment: numbers are appended as they come, and sorted once at the end.

A word becomes a number at its first occurrence. Putting the numbers of all words in the order of
the terms they stand for is the inversion.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from talksearch.breaks import BREAK, breaks
from talksearch.compounds import Compound, compounds, compounds_in_plain
from talksearch.engines.base import Record
from talksearch.engines.whoosh.arrays import Array, ArrayWriter, narrow
from talksearch.engines.whoosh.borders import borders, write_borders
from talksearch.engines.whoosh.conversation import Conversation, fingerprint
from talksearch.engines.whoosh.documents import Described, of_episode, of_passage, of_record
from talksearch.engines.whoosh.postings import PostingsWriter, gathered, write_terms
from talksearch.engines.whoosh.segment import LISTS, NUMBERS, StoredWriter, write_list
from talksearch.engines.whoosh.sets import begins
from talksearch.engines.whoosh.stems import stemmed
from talksearch.engines.whoosh.stored import pack_record, speakers_of
from talksearch.model import Passage, TimeAccuracy
from talksearch.words import as_written, plain_text, stemmer_language, words

__all__ = ["Inverter", "Numbering", "by_episode", "distinct_forms", "ranked", "write_forms"]

_ACCURACY = {accuracy: place for place, accuracy in enumerate(TimeAccuracy)}
_NO_PASSAGE = (0,) * len(NUMBERS)
_UP = array("I", range(1 << 10))


class Numbering(dict[Any, int]):
    """Numbers in the order of first use."""

    def __missing__(self, key: Any) -> int:
        number = self[key] = len(self)
        return number


class Inverter:
    """Collects episodes for one segment."""

    def __init__(self) -> None:
        self.documents = 0
        # Words as they are folded; what stemmers are given stands behind, if it is another.
        self._forms = Numbering()
        self._tokens, self._positions, self._counts = array("I"), array("I"), array("I")
        self._values = Numbering()
        self._lists = {name: Numbering({"": 0}) for name in LISTS}
        # Many documents have the same values: these stand here once, as numbers.
        self._descriptions: list[tuple[list[int], list[int]]] = []
        self._description_of = array("I")
        self._numbers = array("q")
        self._stored: list[bytes] = []

    @property
    def tokens(self) -> int:
        """How large it has grown: the words that it holds."""
        return len(self._tokens)

    def put(self, record: Record, passages: Sequence[Passage]) -> None:
        """An episode: its record, then its passages."""
        speakers = speakers_of(record, passages)
        data = json.dumps(pack_record(record, speakers)).encode()
        self._add(data, self._description(of_record(record)), _NO_PASSAGE)
        places = {speaker: place for place, speaker in enumerate(speakers)}
        alike: dict[tuple[int, str, str | None], tuple[int, int]] = {}
        episode = of_episode(record.episode)
        language = stemmer_language(record.episode.language)
        conversation = Conversation()
        for passage in passages:
            # By identity: there are few speakers, and hashing one is what a passage would cost.
            who = id(passage.speaker), passage.kind.value, passage.chapter
            if who not in alike:
                description = self._description(episode, of_passage(passage))
                alike[who] = places[passage.speaker], description
            voice, description = alike[who]
            before = len(self._tokens)
            said = self._words(passage.text, language)
            length = len(said)
            start_ms, end_ms = passage.start_ms, passage.end_ms
            self._add(
                passage.text.encode(),
                description,
                (
                    length, passage.number, passage.turn, voice,
                    0 if start_ms is None else start_ms + 1, 0 if end_ms is None else end_ms + 1,
                    _ACCURACY[passage.time_accuracy],
                    conversation.back(passage, length), fingerprint(said),
                ),
                len(self._tokens) - before,
            )  # fmt: skip

    def _words(self, text: str, language: str) -> Sequence[str]:
        """Append the words of a text, and tell them, each in its main form."""
        # With its words a passage meets the next one (``borders.py``): what is more comes before.
        plain = plain_text(text)
        forms = [] if plain is None else plain.split()
        if plain is not None and len(forms) <= len(_UP):
            self._compounds(compounds_in_plain(text, plain, language))
            self._tokens.extend(map(self._forms.__getitem__, forms))
            self._positions.extend(_UP[: len(forms)])
            return forms
        found = list(words(text))
        for position in breaks(text, found):
            self._tokens.append(self._forms[BREAK])
            self._positions.append(position)
        self._compounds(compounds(text, found, language))
        for position, word in enumerate(found):
            for form in (word.respelled, *word.forms) if word.respelled else word.forms:
                written = as_written(text[word.start : word.end], form, language)
                self._tokens.append(self._forms[form if written == form else f"{form}\0{written}"])
                self._positions.append(position)
        return [word.forms[0] for word in found]

    def _compounds(self, found: Iterable[Compound]) -> None:
        for compound in found:
            self._tokens.append(self._forms[f"{compound.term}\0{compound.solid}"])
            self._positions.append(compound.position)

    def _add(self, data: bytes, description: int, numbers: Iterable[int], tokens: int = 0) -> None:
        self._stored.append(data)
        self._description_of.append(description)
        self._numbers.extend(numbers)
        self._counts.append(tokens)
        self.documents += 1

    def _description(self, *parts: Described) -> int:
        """What is said of a document by all the parts, as a number for ``_add``."""
        terms = [self._values[term] for found, _ in parts for term in found]
        lists = {name: value for _, found in parts for name, value in found.items()}
        places = [numbering[lists.get(name, "")] for name, numbering in self._lists.items()]
        self._descriptions.append((terms, places))
        return len(self._descriptions) - 1

    # Writing

    def write(self, path: Path) -> None:
        """The segment's file."""
        with ArrayWriter(path) as out:
            lists = self._places_in_lists()
            self._write_words(out, lists["episode"], lists["stemmer"])
            self._write_values(out)
            numbers = _array(self._numbers).reshape(-1, len(NUMBERS))
            for name, column in zip(NUMBERS, numbers.T, strict=True):
                out.add(name, narrow(column))
            for name, places in lists.items():
                write_list(out, name, places, list(self._lists[name]))
            stored = StoredWriter(out)
            for data in self._stored:
                stored.add(data)
            stored.finish()

    def _places_in_lists(self) -> dict[str, Array]:
        """For each list the place in it of each document's value."""
        rows = np.array([places for _, places in self._descriptions], np.uint32)
        of = _array(self._description_of)
        return {name: rows[of, n] for n, name in enumerate(self._lists)}

    def _write_values(self, out: ArrayWriter) -> None:
        values, ranks = ranked(self._values, lambda value: value)
        write_terms(out, "values", values)
        rows = [np.array(tokens, np.uint32) for tokens, _ in self._descriptions]
        sizes = np.array([len(row) for row in rows])
        of = _array(self._description_of)
        tokens = np.concatenate(rows)[gathered((np.cumsum(sizes) - sizes)[of], sizes[of])]
        documents = np.repeat(np.arange(self.documents, dtype=np.uint32), sizes[of])
        counts, documents, _, _ = _inverted(ranks[tokens], documents, len(values))
        PostingsWriter(out, "values.in").append(counts, documents)

    def _write_words(self, out: ArrayWriter, episodes: Array, languages: Array) -> None:
        documents = np.repeat(np.arange(self.documents, dtype=np.uint32), _array(self._counts))
        tokens, positions = _array(self._tokens), narrow(_array(self._positions))
        words, ranks = ranked(self._forms, lambda form: form.partition("\0")[0].encode())
        write_terms(out, "exact", words)
        lengths = _array(self._counts)
        write_borders(out, [[borders(words, ranks[tokens], positions, lengths, episodes)]])
        counts, found, frequencies, order = _inverted(ranks[tokens], documents, len(words))
        frequencies = narrow(frequencies)
        PostingsWriter(out, "exact.in", frequencies.dtype, positions.dtype).append(
            counts, found, frequencies, positions[order]
        )
        del order, found, counts
        stems, of_stems, forms = self._stems(tokens, languages[documents], ranks)
        # Two forms of a word, ``l'homme`` and ``homme``, may have one stem: it stands there once.
        again = np.flatnonzero(of_stems[1:] == of_stems[:-1]) + 1
        for each in (positions, documents):
            again = again[each[again] == each[again - 1]]
        if len(again):
            of_stems, documents = np.delete(of_stems, again), np.delete(documents, again)
        write_terms(out, "text", stems)
        write_forms(out, distinct_forms(forms), len(stems))
        counts, found, frequencies, _ = _inverted(of_stems, documents, len(stems))
        frequencies = narrow(frequencies)
        PostingsWriter(out, "text.in", frequencies.dtype).append(counts, found, frequencies)
        counts, found, frequencies = by_episode(counts, found, frequencies, episodes)
        frequencies = narrow(frequencies)
        PostingsWriter(out, "episodes", frequencies.dtype).append(counts, found, frequencies)

    def _stems(
        self, tokens: Array, spoken: Array, ranks: Array
    ) -> tuple[list[bytes], Array, Array]:
        """The stems in order; for each word that was put the number of its stem; and columns of
        which stem, in which language, which word has."""
        forms = [form.rpartition("\0")[2] for form in self._forms]
        numbering = Numbering()
        of_tokens = np.empty(len(tokens), np.uint32)
        names = self._lists["stemmer"]
        rows: list[tuple[Array, Array, int]] = []
        for language, place in names.items():
            theirs = slice(None) if len(names) == 2 else spoken == place
            used = np.flatnonzero(np.bincount(tokens[theirs], minlength=len(forms)))
            if not len(used) or not language:
                continue
            found = [numbering[stemmed(forms[form], language)] for form in used.tolist()]
            table = np.zeros(len(forms), np.uint32)
            table[used] = found
            of_tokens[theirs] = table[tokens[theirs]]
            rows.append((np.array(found, np.intp), used, place))
        stems, order = ranked(numbering, str.encode)
        columns = [
            np.stack([order[found], np.full(len(used), place), ranks[used]])
            for found, used, place in rows
        ]
        forms_of = np.concatenate([np.empty((3, 0), np.intp), *columns], axis=1)
        return stems, order[of_tokens], forms_of


def distinct_forms(rows: Array) -> Array:
    """Columns of a stem, a language and a word: in order, each once."""
    rows = rows[:, np.lexsort(rows[::-1])]
    return rows[:, np.append(True, (np.diff(rows) != 0).any(axis=0))[: rows.shape[1]]]


def write_forms(out: ArrayWriter, rows: Array, count: int) -> None:
    """Which word has which stem in which language; ``count`` are the stems."""
    stems, languages, words = rows
    bounds = np.append(0, np.cumsum(np.bincount(stems, minlength=count)))
    out.add("forms.bounds", bounds.astype(np.uint32))
    out.add("forms.word", words.astype(np.uint32))
    out.add("forms.stemmer", narrow(languages))


def by_episode(
    counts: Array, documents: Array, frequencies: Array, episodes: Array
) -> tuple[Array, Array, Array]:
    """Postings by document as such by episode, the episodes' numbers ascending with those of the
    documents: how many each term has, episodes, frequencies."""
    terms = np.repeat(np.arange(len(counts), dtype=np.uint32), counts)
    found = episodes[documents]
    first = np.flatnonzero(begins(terms) | begins(found))
    total = np.add.reduceat(frequencies, first, dtype=np.uint32) if len(first) else frequencies
    return np.bincount(terms[first], minlength=len(counts)), found[first], total


def _inverted(tokens: Array, documents: Array, count: int) -> tuple[Array, Array, Array, Array]:
    """Of the terms in the order they stand in the documents: how many postings each term has, these
    (documents, frequencies), and the order that the tokens were put in."""
    order = stable_order(tokens)
    terms, documents = tokens[order], documents[order]
    first = np.flatnonzero(begins(terms) | begins(documents))
    frequencies = np.diff(np.append(first, len(terms)))
    return np.bincount(terms[first], minlength=count), documents[first], frequencies, order


def stable_order(numbers: Array) -> Array:
    """What puts numbers below 2^32 in order, equal ones as they stand."""
    # Of 16-bit numbers NumPy does this in linear time, of larger ones not.
    order = np.argsort((numbers & 0xFFFF).astype(np.uint16), kind="stable")
    high = (numbers >> 16).astype(np.uint16)
    if not high.any():
        return order
    return order[np.argsort(high[order], kind="stable")]


def ranked(numbering: dict[Any, int], encode: Callable[[Any], bytes]) -> tuple[list[bytes], Array]:
    """The terms in the order of their bytes, each once, and the place in it of each number."""
    found = list(map(encode, numbering))  # in the order of the numbers
    order = sorted(range(len(found)), key=found.__getitem__)
    in_order = [found[number] for number in order]
    terms = list(dict.fromkeys(in_order))
    places = np.arange(len(order), dtype=np.uint32)
    if len(terms) < len(order):
        places = np.cumsum([a != b for a, b in pairwise([in_order[0], *in_order])])
    ranks = np.empty(len(order), np.uint32)
    ranks[order] = places
    return terms, ranks


def _array(numbers: array[int]) -> Array:
    return np.frombuffer(numbers, numbers.typecode) if numbers else np.empty(0, numbers.typecode)
