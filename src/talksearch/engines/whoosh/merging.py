"""Several segments -> one, without what was deleted: arrays out of arrays, a few million postings
at a time, so that memory does not grow with the index.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from talksearch.engines.whoosh.arrays import Array, ArrayWriter, narrow
from talksearch.engines.whoosh.borders import write_borders
from talksearch.engines.whoosh.inverter import (
    Numbering,
    by_episode,
    distinct_forms,
    ranked,
    write_forms,
)
from talksearch.engines.whoosh.postings import (
    Dictionary,
    PostingsWriter,
    gathered,
    write_terms,
)
from talksearch.engines.whoosh.segment import LISTS, NUMBERS, Segment, StoredWriter, write_list

__all__ = ["merge"]

_AT_ONCE = 250_000
_GONE = -1

_Moved = int | Array
"""The new number of each document; where nothing is gone, that of the first."""


def merge(path: Path, sources: Sequence[tuple[Segment, Array]]) -> int:
    """Write the segments as one file; with each which of its documents are live, a bool for every
    one. How many documents there are then."""
    segments = [segment for segment, _ in sources]
    moved: list[_Moved] = []
    total = 0
    for _, live in sources:
        if live.all():
            moved.append(total)
        else:
            moved.append(np.where(live, np.cumsum(live, dtype=np.int64) - 1 + total, _GONE))
        total += int(live.sum())
    with ArrayWriter(path) as out:
        for name in NUMBERS:
            _numbers(out, name, sources)
        episodes, _ = _list(out, "episode", sources)
        _, languages = _list(out, "stemmer", sources)
        for name in LISTS:
            if name not in ("episode", "stemmer"):
                _list(out, name, sources)
        words = _merged(out, "exact", segments, moved)
        stems = _merged(out, "text", segments, moved, episodes)
        _merged(out, "values", segments, moved)
        _forms(out, segments, words, stems, languages)
        stored = StoredWriter(out)
        for segment, live in sources:
            _store(stored, segment, live)
        stored.finish()
        write_borders(out, _borders(segments, moved))
    return total


def _numbers(out: ArrayWriter, name: str, sources: Sequence[tuple[Segment, Array]]) -> None:
    """Write the numbers of documents, in the narrowest type that holds them."""
    narrowed = [narrow(segment.numbers(name)[live]) for segment, live in sources]
    growing = out.growing(name, np.result_type(*(each.dtype for each in narrowed)))
    for each in narrowed:
        growing.append(each)
    _let_go(segment for segment, _ in sources)


def _borders(
    segments: Sequence[Segment], moved: Sequence[_Moved]
) -> Iterator[list[tuple[Array, Array]]]:
    """The documents before borders, and these, in portions of about as many borders."""
    portions = 1 + sum(segment.border_count for segment in segments) // _AT_ONCE
    for low, high in pairwise((n << 32) // portions for n in range(portions + 1)):
        pieces = []
        for segment, move in zip(segments, moved, strict=True):
            met, documents = segment.borders(low, high)
            if isinstance(move, int):
                pieces.append((documents + np.uint32(move), met))
            else:
                live = move[documents] != _GONE
                pieces.append((move[documents[live]], met[live]))
        yield pieces
    _let_go(segments)


def _list(
    out: ArrayWriter, name: str, sources: Sequence[tuple[Segment, Array]]
) -> tuple[Array, list[Array]]:
    """Write a list; its places, and for each segment where its values are found now."""
    numbering = {b"": 0}
    places, moved = [], []
    for segment, live in sources:
        theirs, values = segment.file.whole(f"{name}.of")[live], _terms(segment, name)
        used = np.bincount(theirs, minlength=len(values)) > 0
        table = np.zeros(len(values), np.uint32)
        for place in np.flatnonzero(used).tolist():
            table[place] = numbering.setdefault(values[place], len(numbering))
        table = narrow(table)
        places.append(table[theirs])
        moved.append(table)
    merged = narrow(np.concatenate(places))
    write_list(out, name, merged, [value.decode() for value in numbering])
    _let_go(segment for segment, _ in sources)
    return merged, moved


def _let_go(segments: Iterable[Segment]) -> None:
    for segment in segments:
        segment.file.let_go()


def _merged(
    out: ArrayWriter,
    name: str,
    segments: Sequence[Segment],
    moved: Sequence[_Moved],
    episodes: Array | None = None,
) -> list[Array]:
    """Write a dictionary and its postings; for each segment the new numbers of its terms."""
    union, places = _united(segments, name)
    found = [segment.postings[name] for segment in segments]
    kinds = [np.result_type(*each) for each in zip(*(p.kinds() for p in found), strict=True)]
    counted, positional = name != "values", name == "exact"
    writer = PostingsWriter(out, f"{name}.in", *kinds)
    kind = np.result_type(*(segment.by_episode.kinds()[0] for segment in segments))
    by_episodes = None if episodes is None else PostingsWriter(out, "episodes", kind)
    kept = np.zeros(len(union), bool)
    sizes = np.zeros(len(union), np.int64)
    for postings, place in zip(found, places, strict=True):
        if len(place):
            sizes[place] += postings.counts(0, len(place))
    _let_go(segments)
    for first, last in _portions(sizes):
        pieces = [
            _piece(segment, name, place, np.searchsorted(place, (first, last)), move)
            for segment, place, move in zip(segments, places, moved, strict=True)
        ]
        terms, documents, frequencies, positions = map(np.concatenate, zip(*pieces, strict=True))
        del pieces
        if last - first > 1:
            order = np.argsort(terms, kind="stable")  # which merges what is in order already
            if positional:
                starts = np.cumsum(frequencies, dtype=np.intp) - frequencies
                positions = positions[gathered(starts[order], frequencies[order])]
            terms, documents = terms[order], documents[order]
            if counted:
                frequencies = frequencies[order]
        counts = np.bincount(terms - first, minlength=last - first)
        kept[first:last] = counts > 0
        counts = counts[counts > 0]
        writer.append(
            counts,
            documents,
            frequencies if counted else None,
            positions if positional else None,
        )
        if by_episodes and episodes is not None:
            by_episodes.append(*by_episode(counts, documents, frequencies, episodes))
    write_terms(out, name, [term for term, keep in zip(union, kept.tolist(), strict=True) if keep])
    new = np.where(kept, np.cumsum(kept, dtype=np.int32) - 1, _GONE).astype(np.int32)
    return [new[place] for place in places]


def _united(segments: Sequence[Segment], name: str) -> tuple[list[bytes], list[Array]]:
    """The terms of all segments, in order; for each segment the numbers of its terms there."""
    numbering = Numbering()
    found = [
        np.fromiter(map(numbering.__getitem__, terms), np.uint32, len(terms))
        for terms in (_terms(segment, name) for segment in segments)
    ]
    union, ranks = ranked(numbering, bytes)
    return union, [ranks[numbers] for numbers in found]


def _terms(segment: Segment, name: str) -> list[bytes]:
    """The terms of a dictionary; nothing of them is kept, for there may be many segments."""
    return Dictionary(segment.file, name).terms()


def _portions(sizes: Array) -> list[tuple[int, int]]:
    """The terms in ranges of about so many postings; one that has more stands alone, and need not
    be put in order."""
    groups, alone = np.cumsum(sizes) // _AT_ONCE, sizes > _AT_ONCE
    begins = (np.diff(groups) > 0) | alone[1:] | alone[:-1]
    bounds = [0, *(np.flatnonzero(begins) + 1).tolist(), len(sizes)]
    return [(a, b) for a, b in pairwise(bounds) if b > a]


def _piece(
    segment: Segment, name: str, numbers: Array, bounds: Array, moved: _Moved
) -> tuple[Array, Array, Array, Array]:
    """Of a range of a segment's terms what is live: the new numbers of terms and documents,
    frequencies, positions."""
    postings = segment.postings[name]
    first, last = bounds.tolist()
    none = np.empty(0, np.uint8)
    if first == last:
        return none.astype(np.uint32), none.astype(np.uint32), none, none
    terms = np.repeat(numbers[first:last], postings.counts(first, last))
    documents = postings.documents(first, last)
    frequencies = none if name == "values" else postings.frequencies(first, last).copy()
    positions = postings.positions(first, last).copy() if name == "exact" else none
    segment.file.let_go()
    if isinstance(moved, int):
        documents += moved
    else:
        documents = moved[documents]
        live = documents != _GONE
        terms, documents = terms[live], documents[live]
        if len(positions):
            positions = positions[np.repeat(live, frequencies)]
        if len(frequencies):
            frequencies = frequencies[live]
    return terms, documents.astype(np.uint32), frequencies, positions


def _forms(
    out: ArrayWriter,
    segments: Sequence[Segment],
    words: Sequence[Array],
    stems: Sequence[Array],
    languages: Sequence[Array],
) -> None:
    merged = np.empty((3, 0), np.int64)
    waiting: list[Array] = []
    for segment, word, stem, language in zip(segments, words, stems, languages, strict=True):
        of_stem, of_word, of_language = segment.all_forms()
        rows = np.stack([stem[of_stem], language[of_language], word[of_word]])
        waiting.append(rows[:, (rows[0] != _GONE) & (rows[1] != 0) & (rows[2] != _GONE)])
        # Segments have most of their words in common.
        if sum(rows.shape[1] for rows in waiting) > _AT_ONCE or segment is segments[-1]:
            merged = distinct_forms(np.concatenate([merged, *waiting], axis=1))
            waiting.clear()
    count = max((int(stem.max(initial=_GONE)) for stem in stems), default=_GONE) + 1
    write_forms(out, merged, count)


def _store(stored: StoredWriter, segment: Segment, live: Array) -> None:
    if live.all():
        stored.all_of(segment.file)
        segment.file.let_go()
        return
    number = 0
    for block in range(segment.blocks):
        starts, data = segment.block(block)
        size = len(starts)
        keep = live[number : number + size]
        if keep.all():
            stored.block(starts, data)
        elif keep.any():
            raw, ends = zlib.decompress(data), [*starts.tolist(), None]
            for at in np.flatnonzero(keep).tolist():
                stored.add(raw[ends[at] : ends[at + 1]])
        number += size
    segment.file.let_go()
