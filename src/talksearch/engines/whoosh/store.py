"""The index on disk: where it lies, opening a snapshot of it, writing to it.

``index/`` holds one subfolder with a Whoosh index and a file ``current`` that names it. A rebuild
writes another subfolder and then rewrites ``current``, so readers never see a half-built index.

Traps of Whoosh 2.7.4 that this module steps around:

- compound segment files (the default) are copied into memory on every open: ``compound=False``;
- loose files in turn can be deleted by a commit while a reader that opened them lazily still wants
  them, which then silently loses stored fields: a segment is one file, and is mapped at once;
- ``searcher.refresh()`` and a searcher shared by threads give wrong documents: a snapshot never
  changes, and another takes its place when there was a commit;
- nothing is synced to disk: ``writer.py`` does it before every rename, and before the table of
  contents names a new segment;
- a second writer fails at once: a file lock waits first;
- a segment's name is drawn with ``random``, and the files of two with one name are one file: in
  ``codec.py`` it is drawn otherwise;
- ``update_document`` deletes a document a key: episodes are deleted by document number;
- a damaged file makes its readers raise anything, long after it was opened: ``arrays.py`` checks
  whatever it reads;
- the table of contents is a pickle: ``contents.py`` reads it, and runs nothing that is in it.
"""

from __future__ import annotations

import json
import os
import pickle
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from talksearch.engines.whoosh.contents import Listed, latest_commit, listed_segments
from talksearch.engines.whoosh.leaves import Leaf
from talksearch.engines.whoosh.segment import SCHEMA_VERSION, Segment
from talksearch.engines.whoosh.snapshot import Snapshot
from talksearch.errors import HomeError, IndexUnusableError, SourceError
from talksearch.files import is_past, read_json, sync, write_file
from talksearch.patterns import pattern
from talksearch.words import stemmer_version

if TYPE_CHECKING:
    from talksearch.engines.whoosh.writer import ArraySegmentWriter

__all__ = ["LOCK_TIMEOUT_S", "Store"]

LOCK_TIMEOUT_S = 60.0


class _Latest(NamedTuple):
    """The last commit that was looked at; what tells whether there is another, and what it told
    before that look. Threads replace all of it at once: a stamp with another snapshot than its own
    would hide a commit."""

    snapshot: Snapshot
    watched: tuple[str, str]
    stamp: tuple[int, ...]


class Store:
    """An index folder. Cheap to make: nothing is opened or created until it is needed."""

    def __init__(self, root: Path, processes: int | None) -> None:
        self.root = root
        self._processes = processes
        self._lock = threading.Lock()
        self._latest: _Latest | None = None

    def state(self) -> str:
        """``"ready"``, ``"missing"``, or ``"outdated"`` or ``"newer"``: written with another schema
        than this."""
        return self._in_use()[1]

    def current(self) -> Path | None:
        """The folder of the index in use, or None where there is none."""
        folder, state = self._in_use()
        return folder if state != "missing" else None

    def _in_use(self) -> tuple[Path, str]:
        """The folder that ``current`` names, and its state. Looked at again if that is no longer
        the one: a rebuild sweeps the old one away as soon as the new one has its place."""
        while True:
            folder = self._named()
            state = _state(folder) if folder != self.root else "missing"
            if state == "ready" or self._named() == folder:
                return folder, state

    def _named(self) -> Path:
        """The folder that ``current`` names; ``index/`` itself if it names none."""
        try:
            return self.root / Path((self.root / "current").read_text("utf-8").strip()).name
        except (FileNotFoundError, ValueError):
            return self.root
        except OSError as error:
            raise _home_error(error, self.root) from error

    def generation(self) -> tuple[str, int, int]:
        """What changes with every commit: the folder in use, the last commit's number, and when it
        was written, for an index that is restored from a backup counts on from there. Raises
        ``IndexUnusableError`` without an index."""
        folder, state = self._in_use()
        if state == "missing":
            raise IndexUnusableError("there is no index yet", str(self.root))
        if state != "ready":
            raise IndexUnusableError("the index is of another version", str(self.root))
        return folder.name, *latest_commit(folder)

    def snapshot(self) -> Snapshot:
        """The last commit. Where nothing has changed since, this takes microseconds."""
        latest = self._latest
        stamp = _seen(latest.watched) if latest else ()
        if latest and stamp and stamp == latest.stamp:
            return latest.snapshot
        with self._lock:
            found = self._latest.snapshot if self._latest else None
            if found is None or found.key != self.generation():
                found = self._open(found)
            # A stamp that is older than the snapshot only leads to another look.
            watched = str(self.root / "current"), str(self.root / found.key[0])
            self._latest = _Latest(found, watched, stamp)
        return found

    def forget(self) -> None:
        self._latest = None

    def _open(self, former: Snapshot | None) -> Snapshot:
        """Retries when a commit deletes files just as they are opened."""
        for attempt in range(5):
            key = self.generation()
            try:
                folder = self.root / key[0]
                return _snapshot(key, folder, listed_segments(folder, key[1]), former)
            except FileNotFoundError as error:
                if attempt == 4 or self.generation() == key:
                    raise IndexUnusableError(
                        f"a file of the index is missing ({error.filename}); "
                        "run `talksearch rebuild`",
                        str(self.root),
                    ) from error
            except OSError as error:
                raise _home_error(error, self.root) from error
            except _DAMAGE as error:  # also of files that were being removed
                if attempt == 4 or self.generation() == key:
                    raise IndexUnusableError(
                        f"the index is damaged ({error!r}); run `talksearch rebuild`",
                        str(self.root),
                    ) from error
        raise AssertionError("unreachable")

    def marks(self) -> dict[str, Any]:
        """What was noted beside the index in use; empty where nothing was, or it is no good."""
        folder, state = self._in_use()
        if state != "ready":
            return {}
        try:
            found = read_json(folder / "marks.json") or {}
        except SourceError:
            return {}
        return found

    def mark(self, marks: dict[str, Any]) -> None:
        """Note something beside the index in use."""
        folder = self.current()
        if folder:
            write_file(folder / "marks.json", json.dumps(marks))

    @contextmanager
    def write(self, fresh: bool) -> Iterator[ArraySegmentWriter]:
        """A Whoosh writer; the caller commits.

        ``fresh`` starts an empty index beside the current one, which it replaces at the end of
        the block if it was committed. Without a commit, nothing changes. Raises
        ``IndexUnusableError`` where there is an index that cannot be added to.
        """
        # A search does without these.
        from filelock import FileLock, Timeout

        from talksearch.engines.whoosh.writer import EmptyIndexError, opened
        from talksearch.parallel import cores

        try:
            self.root.mkdir(parents=True, exist_ok=True)
            with FileLock(self.root / "write.lock", timeout=LOCK_TIMEOUT_S):
                folder = None if fresh else self.current()
                is_new = folder is None
                # Whoosh reads the table of contents as well, and runs what is in it: not before it
                # was read here.
                known = {} if is_new else _segments(self.snapshot())
                folder = folder or self._create()
                self._sweep(self.current(), folder)
                writer = opened(folder, LOCK_TIMEOUT_S, self._processes or cores(), known)
                try:
                    yield writer
                    if is_new and writer.is_closed:
                        self._swap(folder)
                finally:
                    if not writer.is_closed:
                        _cancel(writer)
                    if is_new:
                        self._sweep(self.current())
        except EmptyIndexError as error:
            raise HomeError(
                "was removed while it was written; try again", str(self.root)
            ) from error
        except Timeout as error:
            raise HomeError(
                f"another talksearch has been writing for {LOCK_TIMEOUT_S:.0f} s; try again later",
                str(self.root),
            ) from error
        except OSError as error:
            raise _home_error(error, self.root) from error

    def _create(self) -> Path:
        folder = self.root / f"v{SCHEMA_VERSION}-{os.urandom(4).hex()}"
        folder.mkdir()
        from talksearch.engines.whoosh.writer import create

        create(folder)
        (folder / "version.json").write_text(
            json.dumps(
                {"schema": SCHEMA_VERSION, "engine": "whoosh 2.7.4", "stemmer": stemmer_version()}
            )
            + "\n",
            "utf-8",
        )
        return folder

    def _swap(self, folder: Path) -> None:
        for path in folder.iterdir():
            if path.is_file():
                sync(path)
        sync(folder)
        named = self.root / "current.new"
        named.write_text(folder.name + "\n", "utf-8")
        sync(named)
        named.replace(self.root / "current")
        sync(self.root)

    def _sweep(self, *keep: Path | None) -> None:
        """Remove what a killed writer left: other subfolders, and temporary ones inside."""
        import shutil

        for path in self.root.iterdir():
            if path.is_dir() and path not in keep and path.name.startswith("v"):
                shutil.rmtree(path, ignore_errors=True)
        for folder in filter(None, keep):
            for path in folder.iterdir():
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                elif _UNFINISHED.match(path.name):
                    path.unlink(missing_ok=True)


# Ours, and Whoosh's table of contents before it is renamed.
_UNFINISHED = pattern(r"\..*\.new$|_MAIN_\d+\.toc\.")


def _seen(watched: tuple[str, str]) -> tuple[int, ...]:
    """What differs after a commit or a rebuild; empty if that cannot be told, since something has
    changed just now and the clock of the files is coarse."""
    try:
        named, folder = map(os.stat, watched)
    except OSError:
        return ()
    latest = max(named.st_mtime_ns, folder.st_mtime_ns)
    if latest <= 0 or not is_past(latest):
        return ()
    return named.st_mtime_ns, named.st_ino, folder.st_mtime_ns, folder.st_ino


def _state(folder: Path) -> str:
    try:
        version = json.loads((folder / "version.json").read_text("utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return "missing"
    except (OSError, ValueError):
        return "outdated"
    # Of another version of the stemmer, a word may have another stem than in the index.
    made_by = {"schema": SCHEMA_VERSION, "stemmer": stemmer_version()}
    if not isinstance(version, dict):
        return "outdated"
    if made_by.items() <= version.items():
        return "ready"
    schema = version.get("schema")
    return "newer" if isinstance(schema, int) and schema > SCHEMA_VERSION else "outdated"


def _cancel(writer: ArraySegmentWriter) -> None:
    # A writer that failed half-way (a full disk) may fail again when it is told to tidy up; what
    # it leaves is swept by the next one.
    with suppress(OSError, ValueError):
        writer.cancel()
    if not writer.is_closed:
        writer.writelock.release()


# What reading a table of contents raises where it is damaged, or not one of ours.
_DAMAGE = (ValueError, pickle.UnpicklingError)


def _home_error(error: OSError, root: Path) -> HomeError:
    return HomeError(error.strerror or str(error), str(error.filename or root))


def _segments(snapshot: Snapshot | None) -> dict[str, Segment]:
    """Those that are open already, by their names, which no two ever have in common."""
    return {leaf.name: leaf.segment for leaf in snapshot.leaves} if snapshot else {}


def _snapshot(
    key: tuple[str, int, int], folder: Path, segments: list[Listed], former: Snapshot | None
) -> Snapshot:
    """The segments opened; those that the former snapshot has too are open already."""
    known = _segments(former)
    leaves: list[Leaf] = []
    base = 0
    for listed in segments:
        found = known.get(listed.name) or Segment(folder / listed.file)
        leaf = Leaf(listed.name, found, base, listed.deleted)
        if leaf.size != listed.documents:
            raise ValueError(f"{listed.name} has {leaf.size} documents")
        leaves.append(leaf)
        base += leaf.size
    return Snapshot(key, leaves)
