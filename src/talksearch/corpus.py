"""Documents and feed state on disk: the truth that everything else can be rebuilt from.

::

    corpus/
      speakers.jsonl           what the user decided about who is who, a decision a line
      watches.json             the queries that the user watches
      watched.json             what has been told of them (``watches.py`` knows both)
      <folder>/                one show
        show.toml              optional, for people to write: title, language, website, hosts
        feed.xml               the feed as last obtained, where the show has one
        feed.json              its address and what the server said (FeedState)
        <document>             a transcript or page, byte for byte as obtained
        <document>.meta.json   optional: where it came from, what was said when it was added (Meta)

A document needs nothing beside it: files put there by hand are read like any other. Whatever is
written replaces the old file in one step, after it is safely on disk, so that a crash leaves the
old one or the new one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from talksearch.errors import HomeError, SourceError
from talksearch.model import Document, clean_text
from talksearch.speakers import Decision
from talksearch.words import fold_words

__all__ = ["LOOSE", "Corpus", "FeedState", "Given", "Meta", "ShowFile", "Stored"]

LOOSE = "documents"
"""The folder of documents that belong to no show."""

_SIDECAR = ".meta.json"
_DECISIONS = "speakers.jsonl"
_T = TypeVar("_T", "Meta", "FeedState", "ShowFile")
_RESERVED = {"show.toml", "feed.xml", "feed.json"}


@dataclass(frozen=True, slots=True)
class Given:
    """What the user said of a document or feed when adding it; it overrides all else."""

    show: str | None = None
    hosts: tuple[str, ...] = ()
    guests: tuple[str, ...] = ()
    language: str | None = None
    date: dt.date | None = None
    format: str | None = None


@dataclass(frozen=True, slots=True)
class Meta:
    """What is known of a document beside its bytes. ``guid`` is that of its item in the feed;
    ``matched_by`` is how the two found each other, where the feed did not offer the document, and
    ``group`` the show or folder that it was added with."""

    source: str = ""
    media_type: str | None = None
    guid: str | None = None
    matched_by: str | None = None
    group: str | None = None
    given: Given = field(default_factory=Given)


@dataclass(frozen=True, slots=True)
class FeedState:
    """What a later fetch needs to know. ``address`` is None for a feed read from a file."""

    address: str | None = None
    source: str = ""
    etag: str | None = None
    last_modified: str | None = None
    fetched: str | None = None
    paused: bool = False
    given: Given = field(default_factory=Given)


@dataclass(frozen=True, slots=True)
class ShowFile:
    """``show.toml``."""

    title: str | None = None
    language: str | None = None
    website: str | None = None
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stored:
    """A document in the corpus: ``<folder>/<name>``."""

    folder: str
    name: str

    @property
    def path(self) -> str:
        return f"{self.folder}/{self.name}"


class Corpus:
    """The folder ``corpus/``. Nothing is created until something is put."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def lock(self, timeout_s: float = 60.0) -> Iterator[None]:
        """Held while the corpus is changed, so that two runs do not mix.

        Raises ``HomeError`` when another process holds it for longer than the time-out.
        """
        from filelock import FileLock, Timeout

        with _writing(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.root / ".lock", timeout=timeout_s)
            try:
                lock.acquire()
            except Timeout as error:
                raise HomeError(
                    f"another talksearch has been changing it for {timeout_s:.0f} s; "
                    "try again later",
                    str(self.root),
                ) from error
        try:
            yield
        finally:
            lock.release()

    # Reading

    def folders(self) -> list[str]:
        """The shows' folders, by name."""
        return sorted(path.name for path in self._list(self.root) if path.is_dir())

    def documents(self, folder: str) -> list[Stored]:
        """The documents of a folder, by name."""
        return [
            Stored(folder, path.name)
            for path in sorted(self._list(self.root / folder))
            if path.name not in _RESERVED and not path.name.endswith(_SIDECAR) and path.is_file()
        ]

    def _list(self, folder: Path) -> list[Path]:
        try:
            return [path for path in folder.iterdir() if not path.name.startswith(".")]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise HomeError(error.strerror or str(error), str(folder)) from error

    def path(self, stored: Stored) -> Path:
        return self.root / stored.folder / stored.name

    def meta(self, stored: Stored) -> Meta:
        """A document's sidecar; a plain one for a file without. Raises ``SourceError``."""
        path = self.path(stored)
        sidecar = path.with_name(path.name + _SIDECAR)
        found = _read_json(sidecar)
        if found is None:
            return Meta(source=str(path))
        return _from_json(Meta, {"source": str(path), **found}, sidecar)

    def read(self, stored: Stored, meta: Meta) -> Document:
        """The bytes, as a document. Raises ``SourceError``."""
        return Document(read_file(self.path(stored)), meta.source, meta.media_type)

    def feed(self, folder: str) -> tuple[FeedState, bytes | None] | None:
        """A show's feed state and last bytes (None before the first fetch); None without a feed.

        Raises ``SourceError`` for a state file that cannot be read.
        """
        path = self.root / folder / "feed.json"
        data_path = path.with_name("feed.xml")
        found = _read_json(path)
        data = read_file(data_path) if data_path.is_file() else None
        if found is None:
            return (FeedState(None, str(data_path)), data) if data is not None else None
        return _from_json(FeedState, found, path), data

    def show_file(self, folder: str) -> ShowFile:
        """``show.toml``; empty where there is none. Raises ``SourceError`` if it is malformed."""
        path = self.root / folder / "show.toml"
        if not path.is_file():
            return ShowFile()
        try:
            found = tomllib.loads(read_file(path).decode())
        except ValueError as error:  # TOMLDecodeError and UnicodeDecodeError
            raise SourceError(f"is not valid TOML: {error}", str(path)) from error
        return _from_json(ShowFile, found, path)

    def decisions(self) -> tuple[Decision, ...]:
        """What the user decided about speakers, in order. Raises ``HomeError`` if the file cannot
        be read: to go on without it would undo what was decided."""
        path = self.root / _DECISIONS
        if not path.is_file():
            return ()
        found = []
        for number, line in enumerate(_read_lines(path), 1):
            try:
                entry = json.loads(line)
                entry["others"] = _names(entry.get("others", ()))
                known = {f.name: entry[f.name] for f in fields(Decision) if f.name in entry}
                found.append(Decision(**known))
            except (ValueError, TypeError, AttributeError) as error:
                raise HomeError(f"line {number} is no decision: {error}", str(path)) from error
        return tuple(found)

    def kept(self, name: str) -> dict[str, Any] | None:
        """The JSON object in the file of that name beside the shows' folders, None where there is
        none. Raises ``SourceError``."""
        return _read_json(self.root / name)

    def digest(self, folder: str, *names: str) -> bytes:
        """Over the files of those names (and their sidecars) as they are now."""
        total = hashlib.sha256()
        for name in names:
            for path in (self.root / folder / name, self.root / folder / (name + _SIDECAR)):
                if path.is_file():
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
        for folder in (slug, f"{slug}-{_short_hash(title)}"):
            path = self.root / folder
            if folder == LOOSE:  # not to be had by a show of that name
                continue
            if not path.exists():
                self._write(
                    path / "show.toml", f"title = {json.dumps(title, ensure_ascii=False)}\n"
                )
                return folder
            with suppress(SourceError):
                named = self.show_file(folder).title or folder
                same = named == title or fold_words(named) == fold_words(title) != ()
                if same or folder.endswith(_short_hash(title)):
                    return folder
        return folder

    def put(self, folder: str, name: str, data: bytes, meta: Meta) -> Stored:
        """Store a document. The same source again replaces what it gave before."""
        stored = Stored(folder, self._free_name(folder, name, meta.source))
        path = self.path(stored)
        # The sidecar first: a document without it would be taken for another source's.
        self._write(path.with_name(path.name + _SIDECAR), _to_json(meta))
        self._write(path, data)
        return stored

    def decide(self, decision: Decision) -> None:
        """Add a decision to those that there are."""
        path = self.root / _DECISIONS
        entry = {name: value for name, value in asdict(decision).items() if value not in (None, ())}
        lines = _read_lines(path) if path.is_file() else []
        lines.append(json.dumps(entry, ensure_ascii=False))
        self._write(path, "".join(f"{line}\n" for line in lines))

    def keep(self, name: str, value: dict[str, Any]) -> None:
        """Write what ``kept`` reads."""
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
        # A file's name may hold bytes that are no text: JSON's own escapes are spelled like these.
        self._write(self.root / name, text.encode("utf-8", "backslashreplace"))

    def publish(self, path: Path, data: bytes) -> None:
        """Write a file elsewhere, for others to read; its folder has to be there. Raises
        ``HomeError``."""
        with _writing(path):
            if not path.parent.is_dir():
                raise HomeError("there is no such folder", str(path.parent))
        self._write(path, data)

    def put_feed(self, folder: str, state: FeedState, data: bytes | None = None) -> None:
        """Store a feed's state, and its bytes if they are new."""
        if data is not None:
            self._write(self.root / folder / "feed.xml", data)
        self._write(self.root / folder / "feed.json", _to_json(state))

    def remove_document(self, stored: Stored) -> None:
        """Remove a document and its sidecar."""
        path = self.path(stored)
        with _writing(path):
            path.unlink(missing_ok=True)
            path.with_name(path.name + _SIDECAR).unlink(missing_ok=True)

    def remove(self, folder: str) -> None:
        """Remove a show's folder with all that is in it."""
        import shutil

        with _writing(self.root / folder):
            shutil.rmtree(self.root / folder)

    def _free_name(self, folder: str, name: str, source: str) -> str:
        name = _safe_name(name)
        stem, suffix = Path(name).stem, Path(name).suffix
        for candidate in (name, f"{stem}-{_short_hash(source)}{suffix}"):
            stored = Stored(folder, candidate)
            if not self.path(stored).exists() or self.meta(stored).source == source:
                return candidate
        return candidate

    def _write(self, path: Path, data: bytes | str) -> None:
        data = data.encode() if isinstance(data, str) else data
        with _writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(prefix=".", suffix=".new", dir=path.parent)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                Path(temporary).chmod(0o644)
                Path(temporary).replace(path)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise


def read_file(path: Path, limit: int | None = None) -> bytes:
    """A file's bytes; ``SourceError`` naming it and the reason when that cannot be, or when it
    has more than ``limit`` bytes."""
    try:
        size = path.stat().st_size
        if limit is not None and size > limit:
            raise SourceError(
                f"is too large: {size / 2**20:,.0f} MiB, and {limit / 2**20:,.0f} MiB is the limit",
                str(path),
            )
        return path.read_bytes()
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror or error}", str(path)) from error


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise HomeError(
            f"cannot be written: {error.strerror or error}", str(error.filename or path)
        ) from error


def _read_lines(path: Path) -> list[str]:
    try:
        return [line for line in read_file(path).decode().splitlines() if line.strip()]
    except (SourceError, ValueError) as error:
        raise HomeError(f"cannot be read: {error}", str(path)) from error


def _read_json(path: Path) -> dict[str, Any] | None:
    if not path.is_file():
        return None
    try:
        found = json.loads(read_file(path))
    except ValueError as error:
        raise SourceError(f"is not valid JSON: {error}", str(path)) from error
    if not isinstance(found, dict):
        raise SourceError("should hold a JSON object", str(path))
    return found


def _to_json(value: Meta | FeedState) -> str:
    def default(item: object) -> str:
        assert isinstance(item, dt.date)
        return item.isoformat()

    entry = {"schema": 1, **asdict(value)}
    entry["given"] = {key: item for key, item in entry["given"].items() if item}
    return json.dumps(entry, ensure_ascii=False, indent=1, default=default) + "\n"


def _from_json(kind: type[_T], found: dict[str, Any], path: Path) -> _T:
    """The dataclass from its JSON or TOML; unknown keys are left to later versions."""
    values = {f.name: found[f.name] for f in fields(kind) if found.get(f.name) is not None}
    given = values.get("given", {})
    try:
        if "given" in values:
            date = given.get("date")
            values["given"] = Given(
                show=given.get("show"),
                hosts=_names(given.get("hosts", ())),
                guests=_names(given.get("guests", ())),
                language=given.get("language"),
                date=dt.date.fromisoformat(date) if date else None,
                format=given.get("format"),
            )
        if "hosts" in values:
            values["hosts"] = _names(values["hosts"])
        for name, value in values.items():
            if name not in ("given", "hosts", "paused") and not isinstance(value, str):
                raise TypeError(f"{name} should be a text")
        return kind(**values)
    except (TypeError, ValueError, AttributeError) as error:
        raise SourceError(f"has a wrong value: {error}", str(path)) from error


def _names(value: object) -> tuple[str, ...]:
    if isinstance(value, str) or not all(isinstance(name, str) for name in value):  # type: ignore[attr-defined]
        raise TypeError("hosts and guests should be lists of names")
    return tuple(value)  # type: ignore[arg-type]


def _slug(text: str) -> str:
    return "-".join(re.sub(r"[^\w]", "", word) for word in fold_words(text))[:60].strip("-")


def _safe_name(name: str) -> str:
    """A file name that every file system takes and that means nothing special here."""
    name = re.sub(r"[^\w.+-]+", "-", Path(name).name).lstrip(".-") or "document"
    stem, suffix = Path(name).stem[:80], Path(name).suffix[:16].lower()
    if stem + suffix in _RESERVED or (stem + suffix).endswith(_SIDECAR):
        stem += "-document"
    return stem + suffix


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
