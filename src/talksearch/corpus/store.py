"""Documents and feed state on disk: the truth that everything else can be rebuilt from.

::

    corpus/
      speakers.jsonl           what the user decided about who is who, a decision a line
      watches.json             the queries that the user watches
      watched.json             what has been told of them (``watches.py`` knows both)
      <folder>/                one show
        show.toml              optional, for people to write: title, language, hosts, link
        feed.xml               the feed as last obtained, where the show has one
        feed.json              how it is followed (FeedState)
        left.json              the items that have left the feed, as they last were
        visits.json            what came of the last requests (Visit), by address
        chapters/              the chapters of items that have them at an address of their own
        <document>             a transcript or page, byte for byte as obtained
        <document>.meta.json   optional: where it came from, what was said when it was added (Meta)

A document needs nothing beside it: files put there by hand are read like any other. Whatever is
written replaces the old file in one step, after it is safely on disk, so that a crash leaves the
old one or the new one. Only its owner may read what is written into the folder of a private feed.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from talksearch.corpus.feed_files import FeedFiles, short_hash
from talksearch.corpus.sidecars import (
    Meta,
    ShowFile,
    names,
    read,
    text,
    written,
)
from talksearch.corpus.signatures import Signature, fingerprint, signature
from talksearch.errors import BusyError, HomeError, SourceError
from talksearch.files import (
    as_text,
    is_file,
    read_file,
    read_json,
    read_lines,
    remove_path,
    unreadable,
    write_file,
    writing,
)
from talksearch.model import Document, clean_text
from talksearch.patterns import pattern
from talksearch.redaction import redacted
from talksearch.words import fold_words

if TYPE_CHECKING:
    from talksearch.speakers import Decision

__all__ = ["LOOSE", "WAIT_S", "Corpus", "Stored"]

_log = logging.getLogger("talksearch")

LOOSE = "documents"
"""The folder of documents that belong to no show."""

_SIDECAR = ".meta.json"
_DECISIONS = "speakers.jsonl"
_BACKUP = pattern(r"(?:~|\.bak|\.orig)$")
_RESERVED = {"show.toml", "feed.xml", "feed.json", "left.json", "visits.json"}
WAIT_S = 600.0
"""How long a change waits for another process that changes the corpus."""

_PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True)
class Stored:
    """A document in the corpus: ``<folder>/<name>``."""

    folder: str
    name: str

    @property
    def path(self) -> str:
        return as_text(f"{self.folder}/{self.name}")


class Corpus(FeedFiles):
    """The folder ``corpus/``. Nothing is created until something is put."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def lock(self, timeout_s: float = WAIT_S) -> Iterator[None]:
        """Held while the corpus is changed, so that two runs do not mix. A process that dies lets
        go of it.

        Raises ``BusyError`` when another process holds it for longer than the time-out.
        """
        from filelock import FileLock, Timeout

        timeout_s = max(0.0, timeout_s)  # to a FileLock, less than 0 is for ever
        with writing(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.root / ".lock")
            try:
                try:
                    lock.acquire(timeout=min(timeout_s, _PATIENCE_S))
                except Timeout:
                    if timeout_s <= _PATIENCE_S:
                        raise
                    _log.warning("waiting for another talksearch, which is changing %s", self.root)
                    lock.acquire(timeout=timeout_s - _PATIENCE_S)
            except Timeout as error:
                since = f" for {timeout_s:.0f} s" if timeout_s >= 1 else ""
                raise BusyError(
                    f"another talksearch has been changing it{since}; try again later",
                    str(self.root),
                ) from error
        try:
            yield
        finally:
            lock.release()

    # Reading

    def folders(self) -> list[str]:
        """The shows' folders, by name. Raises ``HomeError``."""
        try:
            return sorted(path.name for path in _listed(self.root) if path.is_dir())
        except SourceError as error:
            raise HomeError(error.reason, error.source) from error

    def documents(self, folder: str) -> list[Stored]:
        """The documents of a folder, by name. Raises ``SourceError`` if it cannot be read."""
        place = self.root / folder
        try:
            with os.scandir(place) as entries:
                found = sorted(entry.name for entry in entries if _may_be_document(entry))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise unreadable(place, error) from error
        if found:
            is_file(place / found[0])  # raises for a folder that can be listed, not looked into
        stored = [Stored(folder, name) for name in found]
        return [each for each in stored if not self._is_backup(each, found)]

    def _is_backup(self, stored: Stored, there: Collection[str]) -> bool:
        """Whether it is the copy that an editor left beside a document: the episode would be there
        twice."""
        name = stored.name.strip("#") if stored.name.startswith("#") else stored.name
        edited = _BACKUP.sub("", name)
        return edited != stored.name and edited in there and not self._sidecar(stored).exists()

    def path(self, stored: Stored) -> Path:
        """Where a document is."""
        return self.root / stored.folder / stored.name

    def _sidecar(self, stored: Stored) -> Path:
        return self.root / stored.folder / (stored.name + _SIDECAR)

    def meta(self, stored: Stored) -> Meta:
        """A document's sidecar; a plain one for a file without. Raises ``SourceError``."""
        source, sidecar = as_text(self.path(stored)), self._sidecar(stored)
        found = read_json(sidecar)
        return Meta(source) if found is None else read(Meta, {"source": source, **found}, sidecar)

    def of_source(self, source: str) -> Stored | None:
        """The document that was put from a source. Raises ``SourceError`` for a sidecar that
        cannot be read."""
        for folder in self.folders():
            for candidate in self._names(self.name_of(source), source):
                stored = Stored(folder, candidate)
                try:
                    there = is_file(self.path(stored))
                except SourceError:  # a folder of somebody else's
                    there = False
                if there and self.meta(stored).source == source:
                    return stored
        return None

    def signature(self, stored: Stored) -> Signature:
        """Changes with the document and its sidecar, without reading them. Raises
        ``SourceError``."""
        path = f"{self.root}/{stored.folder}/{stored.name}"
        return signature(path, path + _SIDECAR)

    def feed_signature(self, folder: str) -> Signature:
        """Changes with a feed and what is said of it, without reading them. Raises
        ``SourceError``."""
        place = f"{self.root}/{folder}"
        return signature(f"{place}/feed.xml", f"{place}/feed.json", f"{place}/left.json")

    def read(self, stored: Stored, meta: Meta) -> Document:
        """The bytes, as a document, its source without secrets. Raises ``SourceError``."""
        return Document(read_file(self.path(stored)), redacted(meta.source), meta.media_type)

    def is_edited(self, stored: Stored) -> bool:
        """Whether a document is not as its source gave it: somebody has edited it. Raises
        ``SourceError``."""
        return not self.meta(stored).is_obtained(read_file(self.path(stored)))

    def unfinished(self) -> list[Path]:
        """What was being written, or removed, when a run was cut off."""
        found = sorted(self.root.rglob(".*.new"))
        return [path for path in found if path.parent not in found]

    def lonely_sidecars(self, folder: str) -> list[Path]:
        """The sidecars whose documents are not there. Raises ``SourceError``."""
        return [
            path
            for path in sorted(_listed(self.root / folder))
            if path.name.endswith(_SIDECAR)
            and not is_file(path.with_name(path.name.removesuffix(_SIDECAR)))
        ]

    def older(self, *both: Stored) -> Stored:
        """The older of two documents: of what a run was to replace when it was cut off, the one
        that was to go. Raises ``SourceError`` if one is gone."""
        return min(both, key=lambda stored: self.signature(stored)[0][0])

    def fingerprint(self, folder: str) -> str | None:
        """Changes with every change of what a folder holds, without reading it. None while a change
        may yet go unseen, because the last is too new, and for a folder that cannot be looked
        into."""
        place = self.root / folder
        return fingerprint(place, place / "chapters", without="visits.json")

    def show_file(self, folder: str) -> ShowFile:
        """``show.toml``; empty where there is none. Raises ``SourceError`` if it is malformed."""
        path = self.root / folder / "show.toml"
        if not is_file(path):
            return ShowFile()
        import tomllib

        try:
            found = tomllib.loads(read_file(path).decode())
        except ValueError as error:  # TOMLDecodeError and UnicodeDecodeError
            raise SourceError(f"is not valid TOML: {error}", str(path)) from error
        return read(ShowFile, found, path)

    def decisions(self) -> tuple[Decision, ...]:
        """What the user decided about speakers, in order. Raises ``HomeError`` if the file cannot
        be read: to go on without it would undo what was decided."""
        path = self.root / _DECISIONS
        if not path.is_file():
            return ()
        found = []
        for number, line in enumerate(read_lines(path), 1):
            try:
                found.append(_decision(json.loads(line)))
            except (KeyError, ValueError, TypeError, AttributeError) as error:
                lacks = f"it lacks {error}" if isinstance(error, KeyError) else error
                raise HomeError(f"line {number} is no decision: {lacks}", str(path)) from error
        return tuple(found)

    def kept(self, name: str) -> dict[str, Any] | None:
        """The JSON object in the file of that name beside the shows' folders, None where there is
        none. Raises ``SourceError``."""
        return read_json(self.root / name)

    def digest(self, stored: Stored) -> bytes:
        """Over a document and its sidecar as they are now. Raises ``SourceError``."""
        total = hashlib.sha256()
        for path in (self.path(stored), self._sidecar(stored)):
            if is_file(path):
                total.update(hashlib.sha256(read_file(path)).digest())
            total.update(b"/")
        return total.digest()

    # Writing

    def folder_for(self, title: str | None) -> str:
        """The folder of the show of that title; a new one gets a ``show.toml``."""
        title = clean_text(title or "")
        if not title:
            return LOOSE
        slug = _slug(title) or "show"
        for folder in (slug, f"{slug}-{short_hash(title)}"):
            path = self.root / folder
            if folder == LOOSE:  # not to be had by a show of that name
                continue
            if not path.exists():
                write_file(path / "show.toml", f"title = {json.dumps(title, ensure_ascii=False)}\n")
                return folder
            with suppress(SourceError):
                named = self.show_file(folder).title or folder
                same = named == title or fold_words(named) == fold_words(title) != ()
                if same or folder.endswith(short_hash(title)):
                    return folder
        return folder

    def put(self, folder: str, name: str, data: bytes, meta: Meta) -> Stored:
        """Store a document. The same source again replaces what it gave before, and what was
        edited by hand as well: ask ``is_edited`` before."""
        stored = Stored(folder, self._free_name(folder, name, meta.source))
        path = self.path(stored)
        there = read_file(path) if is_file(path) else data
        if there != data:
            meta = replace(meta, obtained=()).obtaining(there)
        meta = meta.obtaining(data)
        # The sidecar first: a document without it would be taken for another source's.
        private = self.is_private(folder, meta)
        write_file(self._sidecar(stored), written(meta), private=private)
        write_file(path, data, private=private)
        return stored

    def move(self, stored: Stored, folder: str, meta: Meta) -> Stored:
        """Bring a document to a folder, with what is known of it now. Wherever this is cut off, the
        document is in one place. Raises ``SourceError`` if it is gone."""
        if folder == stored.folder:
            there = stored
        else:
            there = Stored(folder, self._free_name(folder, stored.name, meta.source))
        old, new = self.path(stored), self.path(there)
        if not old.is_file():
            raise SourceError("was removed meanwhile", str(old))
        private = self.is_private(folder, meta)
        write_file(self._sidecar(there), written(meta), private=private)
        if there != stored:
            with writing(new):
                old.replace(new)
                self._sidecar(stored).unlink(missing_ok=True)
        return there

    def decide(self, decision: Decision) -> None:
        """Add a decision to those that there are."""
        path = self.root / _DECISIONS
        entry = {name: value for name, value in asdict(decision).items() if value not in (None, ())}
        lines = read_lines(path) if path.is_file() else []
        lines.append(json.dumps(entry, ensure_ascii=False))
        write_file(path, "".join(f"{line}\n" for line in lines))

    def keep(self, name: str, value: dict[str, Any], *, indent: int | None = None) -> None:
        """Write what ``kept`` reads; with an ``indent``, for people to edit."""
        write_file(self.root / name, json.dumps(value, ensure_ascii=False, indent=indent) + "\n")

    def remove_document(self, stored: Stored) -> None:
        """Remove a document and its sidecar."""
        path = self.path(stored)
        with writing(path):
            path.unlink(missing_ok=True)
            self._sidecar(stored).unlink(missing_ok=True)

    def remove(self, folder: str) -> None:
        """Remove a show's folder with all that is in it: for all others at once."""
        going = self.root / f".{folder}.new"
        remove_path(going)  # of a run that was cut off
        with writing(self.root / folder):
            (self.root / folder).replace(going)
        remove_path(going)

    @staticmethod
    def name_of(source: str) -> str:
        """The name to ``put`` a document from this source under, where ``of_source`` finds it."""
        return urlsplit(redacted(source)).path if "://" in source else source

    @staticmethod
    def _names(name: str, source: str) -> tuple[str, str]:
        """What a document may be called: its own name, and one that no other source's has."""
        name = _safe_name(name)
        stem, suffix = Path(name).stem, Path(name).suffix
        return name, f"{stem}-{short_hash(source)}{suffix}"

    def _free_name(self, folder: str, name: str, source: str) -> str:
        for candidate in self._names(name, source):
            stored = Stored(folder, candidate)
            with suppress(SourceError):  # what cannot be read is another's
                if not self.path(stored).exists() or self.meta(stored).source == source:
                    return candidate
        return candidate


def _decision(entry: dict[str, Any]) -> Decision:
    """The decision of a line. Raises ``KeyError``, ``ValueError``, ``TypeError`` or
    ``AttributeError`` for what is none."""
    from talksearch.speakers import Decision

    entry["others"] = names(entry.get("others", ()))
    known = {f.name: entry[f.name] for f in fields(Decision) if f.name in entry}
    for told in known.keys() - {"number", "undoes", "others"}:
        text(known[told] or "")
    if not isinstance(known["number"], int):
        raise TypeError("number should be a number")
    if not isinstance(known.get("undoes"), int | None):
        raise TypeError("undoes should be a number")
    decision = Decision(**known)
    if decision.kind != "undo" and not clean_text(decision.name):
        raise ValueError("it lacks a name")
    if decision.kind == "name" and not (decision.others or decision.episode):
        raise ValueError("it lacks whom the name is for, in others")
    return decision


def _listed(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if not path.name.startswith(".")]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise unreadable(folder, error) from error


def _may_be_document(entry: os.DirEntry[str]) -> bool:
    """By its name, and by what the folder says of it: to look at each takes ten times as long."""
    name = entry.name
    if name.startswith(".") or name in _RESERVED or name.endswith(_SIDECAR):
        return False
    return is_file(Path(entry.path)) if entry.is_symlink() else entry.is_file()


def _slug(text: str) -> str:
    return "-".join(re.sub(r"[^\w]", "", word) for word in fold_words(text))[:60].strip("-")


def _safe_name(name: str) -> str:
    """A file name that every file system takes and that means nothing special here."""
    name = re.sub(r"[^\w.+-]+", "-", Path(name).name).lstrip(".-") or "document"
    stem, suffix = Path(name).stem[:80], Path(name).suffix[:16].lower()
    if stem + suffix in _RESERVED or (stem + suffix).endswith(_SIDECAR):
        stem += "-document"
    return stem + suffix
