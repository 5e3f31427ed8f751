"""The embeddings of a segment's passages: one array, in a file of its own beside the segment's.

============  ====================================================================================
``model``     the identity of the model that they are of
``keys``      for each document the hash of its text; 0 where it has no embedding (yet)
``rows``      for each document its embedding, as integers from -127 to 127
``scales``    what those are multiplied by to be a vector of length 1
============  ====================================================================================

The file is made after the commit, which it may take an hour to do for a large archive, and written
now and then on the way: a search finds by meaning what is embedded by then, and a run that was cut
off goes on where it ended. A text is embedded once. When segments are merged, an episode is put
again or the index is rebuilt, its embedding is found by its hash in the files that there are
(``carry``, before these go). Whoosh sweeps the file away with its segment.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from talksearch.engines.whoosh.arrays import Array, ArrayFile, ArrayWriter
from talksearch.engines.whoosh.segment import Segment
from talksearch.errors import IndexUnusableError
from talksearch.files import sync, writing
from talksearch.once import cached_property

if TYPE_CHECKING:
    from talksearch.embedding import Embedder

__all__ = ["Opened", "Vectors", "carry", "embed", "is_wanted"]

SHORTEST = 5
"""Passages of fewer words than that have no embedding: "Yeah, exactly." is near to everything."""

_Stamp = tuple[int, int] | None

_SUFFIX = ".vectors"
_AT_ONCE = 2048
_IN_CACHE = 256
_SAVE_EVERY_S = 60.0


class Vectors:
    """Such a file, open for reading from any thread. Raises as ``ArrayFile`` does."""

    def __init__(self, path: Path) -> None:
        self.file = ArrayFile(path)

    @cached_property
    def model(self) -> str:
        return self.file.whole("model").tobytes().decode("ascii", "replace")

    @property
    def keys(self) -> Array:
        return self.file.whole("keys")

    @property
    def scales(self) -> Array:
        return self.file.whole("scales")

    @property
    def rows(self) -> Array:
        """The embeddings, a document a row."""
        return self.file.whole("rows").reshape(len(self.keys), -1)

    def likeness(self, vector: Array) -> Array:
        """The cosine of the angle between each embedding and another; 0 where there is none."""
        rows = self.rows
        found = np.empty(len(rows), np.float32)
        # The product of integers is slow, and all of them at once as fractions would be large.
        part = np.empty((_IN_CACHE, rows.shape[1]), np.float32)
        for start in range(0, len(rows), _IN_CACHE):
            theirs = rows[start : start + _IN_CACHE]
            np.copyto(part[: len(theirs)], theirs)
            np.dot(part[: len(theirs)], vector, out=found[start : start + len(theirs)])
        found *= self.scales
        return found


class Opened:
    """The embeddings of segments by one model, opened again when there are others. Those of a
    segment that others have removed meanwhile stay open for as long as it is in use."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: WeakKeyDictionary[Segment, tuple[_Stamp, Vectors | None]] = WeakKeyDictionary()

    def of(self, segments: Iterable[Segment]) -> list[Vectors | None]:
        """Those of each segment; None where there are none."""
        return [self._of(segment) for segment in segments]

    def _of(self, segment: Segment) -> Vectors | None:
        path = segment.file.path
        stamp = _stamp(path.with_suffix(_SUFFIX))
        known = self._known.get(segment)
        if known is None or stamp not in (None, known[0]):
            vectors = vectors_of(path)
            theirs = vectors and vectors.model == self._embedder.identity
            known = self._known[segment] = stamp, vectors if theirs else None
        return known[1]


def _stamp(path: Path) -> _Stamp:
    """What differs for another file of this name; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino


def vectors_of(segment: Path) -> Vectors | None:
    """Those of a segment; None where there are none."""
    try:
        return Vectors(segment.with_suffix(_SUFFIX))
    except FileNotFoundError:
        return None


def is_wanted(segment: Segment, live: Array | None) -> Array:
    """Which documents ought to have an embedding, as a mask."""
    wanted: Array = (segment.column("kind")[0] > 0) & (segment.numbers("length") >= SHORTEST)
    return wanted if live is None else wanted & live


def _whole(segment: Segment, model: str) -> Vectors | None:
    """A segment's embeddings by a model, all of them checked: a damaged file is made anew."""
    with suppress(IndexUnusableError):
        found = vectors_of(segment.file.path)
        if found and found.model == model:
            found.file.check()
            return found
    return None


def embed(
    segments: Sequence[tuple[Segment, Array | None]],
    embedder: Embedder,
    done: Callable[[int, int], None],
) -> None:
    """Make the embeddings that the segments, each with the mask of its live documents, lack.
    ``done`` is told how many there are so far, and of how many.

    Raises ``HomeError`` where the disk refuses, and as the embedder does.
    """
    model = embedder.identity
    lacking = []
    for segment, live in segments:
        wanted, made = is_wanted(segment, live), _whole(segment, model)
        places = np.flatnonzero(wanted & (made.keys == 0) if made else wanted)
        if len(places):
            lacking.append((segment, places))
    if not lacking:
        return
    known = _Known(model, (segment.file.path for segment, _ in segments))
    total, before = sum(len(places) for _, places in lacking), 0
    for segment, places in lacking:
        draft, saved = _Draft(segment, model), time.monotonic()
        try:
            for start in range(0, len(places), _AT_ONCE):
                portion = places[start : start + _AT_ONCE]
                count = before + start

                def told(more: int, count: int = count) -> None:
                    done(count + more, total)

                draft.fill(portion, known, embedder, told)
                if time.monotonic() - saved > _SAVE_EVERY_S:
                    draft.write()
                    saved = time.monotonic()
        finally:
            draft.write()
        before += len(places)
        done(before, total)


def carry(made: Iterable[Path], folders: Iterable[Path]) -> None:
    """Give segments that were just made what embeddings there are of their texts in the files of
    these folders: those of the model that was used last."""
    files = [path for folder in folders for path in folder.glob(f"*{_SUFFIX}")]
    latest = max(files, key=lambda path: path.stat().st_mtime_ns, default=None)
    if latest is None:
        return
    with suppress(IndexUnusableError):  # then they are made anew
        known = _Known(Vectors(latest).model, files)
        for path in made:
            segment = Segment(path)
            draft = _Draft(segment, known.model)
            draft.fill(np.flatnonzero(is_wanted(segment, None)), known)
            draft.write()


class _Known:
    """The embeddings of a model that lie in the files of these segments, by the hashes of their
    texts. A file that is damaged or gone has none."""

    def __init__(self, model: str, segments: Iterable[Path]) -> None:
        self.model = model
        self._files = []
        for path in segments:
            with suppress(IndexUnusableError):
                found = vectors_of(path)
                if found and found.model == model and len(found.scales):
                    self._files.append(found)
        keys = [found.keys for found in self._files]
        all_keys = np.concatenate(keys) if keys else np.empty(0, np.uint64)
        self._order = np.argsort(all_keys)
        self._keys = all_keys[self._order]
        self._bounds = np.cumsum([0, *map(len, keys)])

    def find(self, keys: Array) -> tuple[Array, Array]:
        """Which of the keys are known, as a mask over these; and the number of each of those."""
        places = np.searchsorted(self._keys, keys)
        found = places < len(self._keys)
        found[found] = self._keys[places[found]] == keys[found]
        return found, self._order[places[found]]

    def rows(self, numbers: Array) -> Iterator[tuple[Array, Array, Array]]:
        """Of which of the numbers: rows, scales."""
        for base, end, file in zip(self._bounds, self._bounds[1:], self._files, strict=False):
            theirs = np.flatnonzero((numbers >= base) & (numbers < end))
            if len(theirs):
                at = numbers[theirs] - base
                yield theirs, file.rows[at], file.scales[at]


class _Draft:
    """The file of a segment on its way: what is in the one that there is, and what is added."""

    def __init__(self, segment: Segment, model: str) -> None:
        self._segment, self._model = segment, model
        size = len(segment.numbers("length"))
        self.keys, self._scales = np.zeros(size, np.uint64), np.zeros(size, np.float32)
        self._rows: Array | None = None
        found = _whole(segment, model)
        if found:
            # Copies: on some systems a file that is mapped cannot be replaced.
            self._rows, self._scales = found.rows.copy(), found.scales.copy()
            self.keys = found.keys.copy()

    def fill(
        self,
        places: Array,
        known: _Known,
        embedder: Embedder | None = None,
        done: Callable[[int], None] = lambda count: None,
    ) -> None:
        """Add the embeddings of some documents: those that are known, and with an embedder all."""
        texts = [self._segment.stored(place) for place in places.tolist()]
        keys = np.array([_key(text) for text in texts], np.uint64)
        found, numbers = known.find(keys)
        for of, rows, scales in known.rows(numbers):
            self._put(places[found][of], keys[found][of], rows, scales)
        if embedder and not found.all():
            rest = np.flatnonzero(~found)
            # What is said again and again is embedded once.
            new, first, again = np.unique(keys[rest], return_index=True, return_inverse=True)
            vectors = embedder.embed([texts[n].decode() for n in rest[first].tolist()], done)
            scales = np.abs(vectors).max(axis=1) / 127
            rows = np.rint(vectors / np.maximum(scales, 1e-9)[:, None]).astype(np.int8)
            self._put(places[rest], new[again], rows[again], scales[again])

    def _put(self, places: Array, keys: Array, rows: Array, scales: Array) -> None:
        if self._rows is None:
            self._rows = np.zeros((len(self.keys), rows.shape[1]), np.int8)
        self._rows[places], self._scales[places], self.keys[places] = rows, scales, keys

    def write(self) -> None:
        if self._rows is None:
            return
        path = self._segment.file.path.with_suffix(_SUFFIX)
        beside = path.with_suffix(f"{_SUFFIX}.new")
        # Where its segment has gone meanwhile, there is nothing to write it for.
        with writing(path), suppress(FileNotFoundError):
            with ArrayWriter(beside) as out:
                out.add("model", np.frombuffer(self._model.encode("ascii"), np.uint8))
                out.add("keys", self.keys)
                out.add("scales", self._scales)
                out.add("rows", self._rows.reshape(-1))
            sync(beside)
            beside.replace(path)
            sync(path.parent)


def _key(text: bytes) -> int:
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "little") or 1
