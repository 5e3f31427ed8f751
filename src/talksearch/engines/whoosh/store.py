"""The index on disk: where it lies, opening a snapshot of it, writing to it.

``index/`` holds one subfolder with a Whoosh index and a file ``current`` that names it. A rebuild
writes another subfolder and then rewrites ``current``, so readers never see a half-built index.

Traps of Whoosh 2.7.4 that this module steps around:

- compound segment files (the default) are copied into memory on every open: ``compound=False``;
- loose files in turn can be deleted by a commit while a reader that opened them lazily still wants
  them, which then silently loses stored fields: a snapshot opens everything at once;
- ``searcher.refresh()`` and a searcher shared by threads give wrong documents: a snapshot belongs
  to one thread and is replaced, never refreshed, when the generation has changed;
- nothing is synced to disk: ``_DurableStorage`` does it before every rename, ``_SegmentWriter``
  before the table of contents names a new segment;
- a second writer fails at once: a file lock waits first;
- ``update_document`` deletes a document a key: episodes are deleted by document number;
- a damaged file makes its readers raise anything, long after it was opened: the table of contents
  keeps the sizes of a segment's files, which are compared first;
- the table of contents is a pickle: the schema is given, not loaded, and no index from elsewhere
  is ever opened.
"""

from __future__ import annotations

import json
import os
import pickle
import secrets
import shutil
import struct
from array import array
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from whoosh.codec.whoosh3 import W3Codec, W3LeafMatcher
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.reading import SegmentReader, TermNotFound
from whoosh.writing import SegmentWriter

from talksearch.engines.whoosh.schema import COLUMNS, SCHEMA_VERSION, schema
from talksearch.errors import HomeError, IndexUnusableError

LOCK_TIMEOUT_S = 60.0


class Store:
    """An index folder. Cheap to make: nothing is opened or created until it is needed."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def current(self) -> Path | None:
        """The folder of the index in use, or None where there is none."""
        try:
            name = (self.root / "current").read_text("utf-8").strip()
        except (FileNotFoundError, ValueError):
            return None
        except OSError as error:
            raise _home_error(error, self.root) from error
        folder = self.root / Path(name).name
        return folder if name and (folder / "version.json").is_file() else None

    def outdated(self, folder: Path) -> bool:
        """Whether the index was written with another schema than this one."""
        try:
            version = json.loads((folder / "version.json").read_text("utf-8"))
        except (OSError, ValueError):
            return True
        return not isinstance(version, dict) or version.get("schema") != SCHEMA_VERSION

    def generation(self) -> tuple[str, int]:
        """What changes with every commit; raises ``IndexUnusableError`` without an index."""
        folder = self.current()
        if folder is None:
            raise IndexUnusableError("there is no index yet", str(self.root))
        if self.outdated(folder):
            raise IndexUnusableError("the index is of another version", str(self.root))
        return folder.name, TOC._latest_generation(FileStorage(str(folder)), "MAIN")

    def open(self) -> Snapshot:
        """What was last committed. Retries when a commit deletes files just as they are opened."""
        for attempt in range(5):
            key = self.generation()
            try:
                storage = FileStorage(str(self.root / key[0]), readonly=True)
                toc = TOC.read(storage, "MAIN", gen=key[1], schema=schema())
                for segment in toc.segments:
                    found = _sizes(self.root / key[0], segment.segment_id())
                    if found != segment.sizes and self.generation() == key:
                        raise ValueError(f"the files of {segment.segment_id()} have other sizes")
                return Snapshot(key, storage, toc.schema, toc.segments)
            except FileNotFoundError as error:
                if attempt == 4 or self.generation() == key:
                    raise IndexUnusableError(
                        f"a file of the index is missing ({error.filename}); "
                        "run `talksearch rebuild`",
                        str(self.root),
                    ) from error
            except OSError as error:
                raise _home_error(error, self.root) from error
            except _DAMAGE as error:
                raise IndexUnusableError(
                    f"the index is damaged ({error!r}); run `talksearch rebuild`", str(self.root)
                ) from error
        raise AssertionError("unreachable")

    @contextmanager
    def write(self, fresh: bool) -> Iterator[tuple[SegmentWriter, Snapshot]]:
        """A Whoosh writer and the snapshot that it starts from; the caller commits.

        ``fresh`` starts an empty index beside the current one, which it replaces at the end of
        the block if it was committed. Without a commit, nothing changes.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            with FileLock(self.root / "write.lock", timeout=LOCK_TIMEOUT_S):
                folder = None if fresh else self.current()
                beside = folder is None
                folder = folder or self._create()
                self._sweep(self.current(), folder)
                storage = _DurableStorage(str(folder))
                codec = W3Codec()
                # Ours is the length column. Without this, Whoosh looks for one of its own on disk
                # for every single posting, which is a third of a build.
                codec.length_stats = False
                writer = _SegmentWriter(
                    FileIndex(storage, schema=schema()),
                    timeout=LOCK_TIMEOUT_S,
                    compound=False,
                    codec=codec,
                )
                try:
                    key = (folder.name, writer.generation - 1)
                    with closing(Snapshot(key, storage, schema(), writer.segments)) as base:
                        yield writer, base
                    if beside and writer.is_closed:
                        self._swap(folder)
                finally:
                    if not writer.is_closed:
                        _cancel(writer, folder)
                    if beside:
                        self._sweep(self.current())
        except Timeout as error:
            raise HomeError(
                f"another talksearch has been writing for {LOCK_TIMEOUT_S:.0f} s; try again later",
                str(self.root),
            ) from error
        except OSError as error:
            raise _home_error(error, self.root) from error

    def _create(self) -> Path:
        folder = self.root / f"v{SCHEMA_VERSION}-{secrets.token_hex(4)}"
        folder.mkdir()
        FileIndex.create(_DurableStorage(str(folder)), schema())
        (folder / "version.json").write_text(
            json.dumps({"schema": SCHEMA_VERSION, "engine": "whoosh 2.7.4"}) + "\n", "utf-8"
        )
        return folder

    def _swap(self, folder: Path) -> None:
        _DurableStorage(str(folder)).sync_all()
        beside = self.root / "current.new"
        beside.write_text(folder.name + "\n", "utf-8")
        _sync(beside)
        beside.replace(self.root / "current")
        _sync(self.root)

    def _sweep(self, *keep: Path | None) -> None:
        """Remove what a killed writer left: other subfolders, and temporary ones inside."""
        for path in self.root.iterdir():
            if path.is_dir() and path not in keep and path.name.startswith("v"):
                shutil.rmtree(path, ignore_errors=True)
        for folder in filter(None, keep):
            for path in folder.iterdir():
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)


def _cancel(writer: SegmentWriter, folder: Path) -> None:
    # A writer that failed half-way (a full disk) may fail again when it is told to tidy up; what
    # it leaves is swept by the next one.
    with suppress(OSError, ValueError):
        writer.cancel()
    if not writer.is_closed:
        writer.writelock.release()
    for path in folder.glob(f"{writer.newsegment.segment_id()}.*"):
        path.unlink(missing_ok=True)


# What a truncated or overwritten table of contents makes Whoosh raise.
_DAMAGE = (
    ValueError,
    LookupError,
    EOFError,
    AssertionError,
    AttributeError,
    TypeError,
    ImportError,
    pickle.UnpicklingError,
    struct.error,
)


def _home_error(error: OSError, root: Path) -> HomeError:
    return HomeError(error.strerror or str(error), str(error.filename or root))


def _sync(path: Path) -> None:
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0)
    try:
        fd = os.open(path, flags)
    except PermissionError:  # Windows opens no folders
        return
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


class _DurableStorage(FileStorage):  # type: ignore[misc]
    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        _sync(Path(self._fpath(oldname)))
        # Whoosh removes the old file before it renames; replacing does both at once.
        Path(self._fpath(oldname)).replace(self._fpath(newname))
        _sync(Path(self.folder))

    def sync_all(self, prefix: str = "") -> None:
        for name in self.list():
            path = Path(self._fpath(name))
            if name.startswith(prefix) and path.is_file():
                _sync(path)
        _sync(Path(self.folder))


class _SegmentWriter(SegmentWriter):  # type: ignore[misc]
    def _commit_toc(self, segments: list[Any]) -> None:
        self.storage.sync_all(prefix=self.newsegment.segment_id())
        for segment in segments:
            segment.sizes = _sizes(Path(self.storage.folder), segment.segment_id())
        super()._commit_toc(segments)


def _sizes(folder: Path, segment_id: str) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in folder.glob(f"{segment_id}.*")}


class Snapshot:
    """One generation of the index, for one thread. Document numbers run over all segments."""

    def __init__(
        self, key: tuple[str, int], storage: FileStorage, index_schema: Any, segments: Iterable[Any]
    ) -> None:
        self.key = key
        self._leaves: list[_Leaf] = []
        base = 0
        for segment in segments:
            leaf = _Leaf(SegmentReader(storage, index_schema, segment), base)
            self._leaves.append(leaf)
            base += leaf.size
        self.size = base

    def close(self) -> None:
        for leaf in self._leaves:
            leaf.reader.close()

    def weights(self, field: str, term: str) -> dict[int, float]:
        """How often the term occurs, by document; deleted documents are left out."""
        found: dict[int, float] = {}
        for leaf in self._leaves:
            for ids, weights, _ in leaf.blocks(field, term):
                found.update(leaf.numbered(ids, weights))
        return found

    def documents(self, field: str, term: str) -> set[int]:
        """The documents that hold the term."""
        return set(self.weights(field, term))

    def positions(self, field: str, term: str, among: set[int]) -> dict[int, list[int]]:
        """Where the term stands (ascending word numbers), for those of the documents it is in."""
        found: dict[int, list[int]] = {}
        for leaf in self._leaves:
            decode = leaf.reader.schema[field].format.decode_positions
            for ids, _, values in leaf.blocks(field, term, with_values=True):
                for number, value in leaf.numbered(ids, values):
                    if number in among:
                        found[number] = decode(value)
        return found

    def terms(self, field: str, prefix: str = "") -> list[str]:
        """The terms of a field that begin so, in order."""
        found: set[str] = set()
        for leaf in self._leaves:
            found.update(leaf.terms(field, prefix.encode()))
        return sorted(found)

    def terms_within(self, field: str, word: str, distance: int, prefix: int) -> set[str]:
        """The terms at most ``distance`` edits from the word that share its first letters."""
        found: set[str] = set()
        for leaf in self._leaves:
            if leaf.has_field(field):
                found.update(leaf.reader.terms_within(field, word, distance, prefix=prefix))
        return found

    def frequency(self, field: str, term: str) -> int:
        """In how many documents the term occurs, deleted ones included."""
        return sum(leaf.reader.doc_frequency(field, term) for leaf in self._leaves)

    def stored(self, number: int) -> Any:
        """A document's packed data."""
        leaf = next(leaf for leaf in reversed(self._leaves) if number >= leaf.base)
        return leaf.reader.stored_fields(number - leaf.base)["data"]

    @cached_property
    def passages(self) -> set[int]:
        """Every live passage: records have no kind."""
        return {n for kind in self.terms("kind") for n in self.documents("kind", kind)}

    @cached_property
    def lengths(self) -> array[int]:
        lengths = array("I")
        for leaf in self._leaves:
            lengths.extend(leaf.lengths)
        return lengths

    @cached_property
    def average_length(self) -> float:
        passages = self.passages
        if len(passages) == self.size:
            return sum(self.lengths) / max(1, self.size)
        lengths = self.lengths
        return sum(lengths[n] for n in passages) / max(1, len(passages)) or 1.0

    def column(self, name: str) -> tuple[array[int], list[str]]:
        """``(ordinals, values)``: a document's value is ``values[ordinals[number]]``."""
        cached = self._columns.get(name)
        if cached is None:
            cached = self._columns[name] = self._merged(name)
        return cached

    @cached_property
    def _columns(self) -> dict[str, tuple[array[int], list[str]]]:
        return {}

    def _merged(self, name: str) -> tuple[array[int], list[str]]:
        if len(self._leaves) == 1:
            only = self._leaves[0].columns[name]
            return only.ordinals, only.values
        table: dict[str, int] = {"": 0}
        ordinals = array("I")
        for leaf in self._leaves:
            column = leaf.columns[name]
            renumbered = [table.setdefault(value, len(table)) for value in column.values]
            ordinals.extend(map(renumbered.__getitem__, column.ordinals))
        return ordinals, list(table)


class _Leaf:
    """A segment, with everything it will be asked for already open."""

    def __init__(self, reader: SegmentReader, base: int) -> None:
        self.reader = reader
        self.base = base
        self.size = reader.doc_count_all()
        reader.stored_fields(0)
        per_document, index_schema = reader._perdoc, reader.schema
        self._deleted = frozenset(per_document.deleted_docs())

        def column(name: str, default: Any) -> Any:
            if not per_document.has_column(name):
                return default
            return per_document.column_reader(name, index_schema[name].column_type)

        self.lengths = column("length", array("I", bytes(4 * self.size)))
        self.columns = {name: column(f"facet_{name}", _Empty(self.size)) for name in COLUMNS}

    def has_field(self, field: str) -> bool:
        return field in self.reader.indexed_field_names()

    def blocks(
        self, field: str, term: str, with_values: bool = False
    ) -> Iterator[tuple[Any, Any, Any]]:
        """A term's postings as they lie in the file, 128 documents at a time: stepping through
        them one by one with ``next()``, ``id()``, ``weight()`` costs five times as much."""
        if not self.has_field(field):
            return
        try:
            matcher = self.reader._terms.matcher(
                field, term.encode(), self.reader.schema[field].format
            )
        except TermNotFound:
            return
        if not isinstance(matcher, W3LeafMatcher):  # a single posting lies in the term itself
            while matcher.is_active():
                yield [matcher.id()], [matcher.weight()], [matcher.value()]
                matcher.next()
            return
        while matcher.is_active():
            matcher.id()
            matcher.weight()
            if with_values:
                matcher.value()
            yield matcher._ids, matcher._weights, matcher._values
            matcher._next_block()

    def numbered(self, ids: Iterable[int], payload: Iterable[Any]) -> Iterator[tuple[int, Any]]:
        """Index-wide numbers of the live documents, each with what belongs to it."""
        base, deleted = self.base, self._deleted
        if not deleted:
            return ((base + n, value) for n, value in zip(ids, payload, strict=True))
        return (
            (base + n, value) for n, value in zip(ids, payload, strict=True) if n not in deleted
        )

    def terms(self, field: str, prefix: bytes) -> Iterator[str]:
        if self.has_field(field):
            for name, term in self.reader._terms.terms_from(field, prefix):
                if name != field or not term.startswith(prefix):
                    return
                yield term.decode()


class _Empty:
    """A column in which no document of the segment has a value."""

    def __init__(self, size: int) -> None:
        self.ordinals = array("I", bytes(4 * size))
        self.values = [""]
