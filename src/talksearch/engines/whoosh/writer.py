"""Whoosh's writer, with segments that are written as a whole.

Whoosh keeps the lock, the table of contents and what is deleted; the documents of a commit become
one segment (several, when they are many), and segments become one when there are too many of them
or much in them is deleted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from talksearch.engines.base import Record
from talksearch.engines.whoosh.arrays import Array
from talksearch.engines.whoosh.builders import Builder, Builders
from talksearch.engines.whoosh.codec import ArrayCodec, new_segment, path_of
from talksearch.engines.whoosh.contents import SUFFIX, latest_commit, listed_segments, seal
from talksearch.engines.whoosh.documents import term
from talksearch.engines.whoosh.library import (
    EmptyIndexError,
    FileIndex,
    FileStorage,
    SegmentWriter,
    W3Segment,
)
from talksearch.engines.whoosh.merging import merge
from talksearch.engines.whoosh.schema import schema
from talksearch.engines.whoosh.segment import Segment
from talksearch.engines.whoosh.vectors import carry
from talksearch.errors import IndexUnusableError
from talksearch.files import sync
from talksearch.model import Passage

__all__ = ["ArraySegmentWriter", "EmptyIndexError", "create", "opened"]

_ALONE = 5_000_000
"""A commit of more characters than that is made by several processes."""
_OPEN = 256
"""So many segments at most are merged at once: each is an open file."""
_MOST_DOCUMENTS = 1 << 31
"""Documents: in an index they have numbers of 32 bits, and so have runs of them."""
# A search looks into each segment. A merge takes as long as what is merged is large: it is put off
# until there are so many, and for what is deleted until that is so much of a segment.
_SEGMENTS = 8
_DELETED = 1 / 4
_WORTHWHILE = 1000


class ArraySegmentWriter(SegmentWriter):  # type: ignore[misc]
    """An ``EngineWriter``."""

    def __init__(
        self, index: Any, timeout: float, processes: int, known: Mapping[str, Segment]
    ) -> None:
        super().__init__(index, timeout=timeout, compound=False, codec=ArrayCodec())
        self._processes = processes
        self._builder = Builder(Path(self.storage.folder))
        self._builders: Builders | None = None
        self._waiting: list[tuple[Record, Sequence[Passage]]] = []
        self._size = 0
        # Of the episodes that are put, those that are in no segment yet; and the segments made.
        self._pending: set[str] = set()
        self._made: list[W3Segment] = []
        self._opened = dict(known)
        self._former: Path | None = None

    def keep_embeddings(self, former: Path | None) -> None:
        """Let the new segments have those that there are of their texts, also in the index in this
        folder."""
        self._former = former or Path(self.storage.folder)

    def add_document(self, **fields: Any) -> None:
        raise NotImplementedError("episodes are put as a whole")

    def put(self, record: Record, passages: Sequence[Passage]) -> None:
        self.remove(record.episode.id)
        self._pending.add(record.episode.id)
        if self._builders:
            self._builders.put(record, passages)
            return
        self._waiting.append((record, passages))
        self._size += sum(len(passage.text) for passage in passages)
        if self._size > _ALONE:
            if self._processes > 1:
                self._builders = Builders(Path(self.storage.folder), self._processes)
            self._hand_on()

    def _hand_on(self) -> None:
        builder = self._builders or self._builder
        for episode in self._waiting:
            builder.put(*episode)
        self._waiting, self._size = [], 0

    def _make_segments(self) -> None:
        """Have all that was put in segments."""
        self._hand_on()
        self._builder.finish()
        self._made += self._builder.segments
        self._builder = Builder(Path(self.storage.folder))
        if self._builders:
            self._made += self._builders.finish()
            self._builders = None
        self._pending.clear()

    def remove(self, episode_id: str) -> None:
        """Delete what is there already of an episode."""
        # Only in a segment it can be deleted, and seldom is one put twice.
        if episode_id in self._pending:
            self._make_segments()
        wanted = term("episode", episode_id)
        for segment in (*self.segments, *self._made):
            arrays = self._arrays(segment)
            number = arrays.dictionaries["values"].find(wanted)
            if number >= 0:
                documents = arrays.postings["values"].documents(number, number + 1)
                for document in documents.tolist():
                    segment.delete_document(document)

    def _arrays(self, segment: W3Segment) -> Segment:
        name = segment.segment_id()
        if name not in self._opened:
            self._opened[name] = Segment(path_of(self.storage, segment))
        return self._opened[name]

    def commit(self) -> None:
        self._check_state()
        self._make_segments()
        if sum(segment.doc_count() for segment in (*self.segments, *self._made)) > _MOST_DOCUMENTS:
            raise IndexUnusableError(
                f"an index holds {_MOST_DOCUMENTS:,} passages at most, and this would be more; "
                "use several homes",
                str(self.storage.folder),
            )
        segments = self._merged([*self.segments, *self._made])
        made = [path_of(self.storage, segment) for segment in segments if segment in self._made]
        for path in made:
            sync(path)
        if self._former:
            carry(made, {Path(self.storage.folder), self._former})
        self._commit_toc(segments)
        self._finish()

    def cancel(self) -> None:
        self._finish()
        if self._builders:
            self._builders.kill()
        # What the table on disk names stays, also if that is a commit which failed at its very end.
        folder = Path(self.storage.folder)
        known = {each.file for each in listed_segments(folder, latest_commit(folder)[0])}
        for path in folder.glob(f"*{SUFFIX}"):
            if path.name not in known:
                path.unlink(missing_ok=True)

    def _merged(self, segments: list[W3Segment]) -> list[W3Segment]:
        segments = [segment for segment in segments if segment.doc_count()]
        chosen = _to_merge(
            [segment.doc_count() for segment in segments],
            [segment.deleted_count() for segment in segments],
            new=not self.segments,
        )
        if not chosen:
            return segments
        merging = [segments[number] for number in chosen]
        while True:
            some, merging = merging[:_OPEN], merging[_OPEN:]
            merging.append(self._merge(some))
            if len(merging) == 1:
                break
        kept = [segment for number, segment in enumerate(segments) if number not in chosen]
        return kept + merging

    def _merge(self, segments: list[W3Segment]) -> W3Segment:
        merged = new_segment()
        self._made.append(merged)
        sources = [(Segment(path_of(self.storage, each)), _live(each)) for each in segments]
        merged.set_doc_count(merge(path_of(self.storage, merged), sources))
        return merged


def create(folder: Path) -> None:
    """An empty index."""
    FileIndex.create(_DurableStorage(str(folder)), schema())


def opened(
    folder: Path, timeout_s: float, processes: int, known: Mapping[str, Segment]
) -> ArraySegmentWriter:
    """A writer to the index in a folder, of which some segments are known by their names, being
    open. Raises ``EmptyIndexError`` if there is none any more."""
    index = FileIndex(_DurableStorage(str(folder)), schema=schema())
    return ArraySegmentWriter(index, timeout_s, processes, known)


class _DurableStorage(FileStorage):  # type: ignore[misc]
    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        """That of a table of contents: no other file is renamed."""
        written = Path(self._fpath(oldname))
        seal(written)
        sync(written)
        # Whoosh removes the old file before it renames; replacing does both at once.
        written.replace(self._fpath(newname))
        sync(Path(self.folder))


def _live(segment: W3Segment) -> Array:
    """Which of a segment's documents are not deleted, a bool for every one."""
    live = np.ones(segment.doc_count_all(), bool)
    live[list(segment.deleted_docs())] = False
    return live


def _to_merge(live: Sequence[int], deleted: Sequence[int], new: bool) -> list[int]:
    """Which segments should become one: all of a new index, which is mostly read from then on;
    those where much is deleted; and when there are many, the small ones, each up to as large as all
    the smaller ones together."""
    if new:
        return list(range(len(live))) if len(live) > 1 else []
    chosen = {
        number
        for number, gone in enumerate(deleted)
        if gone > max(_WORTHWHILE, _DELETED * (gone + live[number]))
    }
    by_size = sorted(range(len(live)), key=live.__getitem__)
    if len(live) > _SEGMENTS:
        total = 0
        for at, number in enumerate(by_size):
            if live[number] > total and at >= len(live) - _SEGMENTS // 2:
                break
            total += live[number]
            chosen.add(number)
    return sorted(chosen)
