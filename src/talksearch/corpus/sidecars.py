"""What is known of documents and feeds beside their bytes, and how it is written down."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, TypeVar

from talksearch.errors import ConfigError, SourceError
from talksearch.links import checked_template
from talksearch.redaction import is_private, redacted, without_secrets
from talksearch.schedule import Visit

__all__ = ["FeedState", "Given", "Meta", "ShowFile", "as_json", "names", "read", "text", "written"]


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
    ``group`` the show or folder that it was added with. ``was`` has what its episode's id was made
    from before, while it was in another folder, or by itself (``units.identity``). ``obtained`` are
    digests of what its source gave last, and the time before, for a run may be cut off in between:
    a document that is neither was edited by hand."""

    source: str = ""
    media_type: str | None = None
    guid: str | None = None
    matched_by: str | None = None
    group: str | None = None
    was: tuple[str, ...] = ()
    obtained: tuple[str, ...] = ()
    given: Given = field(default_factory=Given)

    def is_obtained(self, data: bytes) -> bool:
        """Whether these are bytes that the source gave. A sidecar of an older version does not
        tell; then they are taken for such."""
        return not self.obtained or digest(data) in self.obtained

    def obtaining(self, data: bytes) -> Meta:
        """The same, once the source has given these bytes."""
        return replace(self, obtained=tuple(dict.fromkeys((digest(data), *self.obtained)))[:2])


@dataclass(frozen=True, slots=True)
class FeedState:
    """How a feed is followed. ``source`` is the address or path it was added by, ``address`` where
    it is now (None for a feed read from a file); ``size`` how many items it had when it was added.
    ``retired`` is the day on which its server said that it is gone for good. ``same`` has, for each
    guid that took another's place, the guid under which the episode was first known. ``matched`` is
    a digest of the bytes whose items were last matched with the transcripts that there are."""

    address: str | None = None
    source: str = ""
    paused: bool = False
    retired: str | None = None
    size: int = 0
    given: Given = field(default_factory=Given)
    same: Mapping[str, str] = field(default_factory=dict)
    matched: str | None = None

    @property
    def private(self) -> tuple[str, ...]:
        """Those of its addresses that carry secrets; with one, the feed is private."""
        both = (self.address or "", self.source)
        return tuple(each for each in both if "://" in each and is_private(each))

    def shown(self, source: str) -> str:
        """An address of the feed, or of what belongs to it, as people may see it."""
        return without_secrets(redacted(source), *self.private)


@dataclass(frozen=True, slots=True)
class ShowFile:
    """``show.toml``. ``link`` is a template of links (``links.py``)."""

    title: str | None = None
    language: str | None = None
    hosts: tuple[str, ...] = ()
    link: str | None = None


_TEXTS = ("show", "language", "date", "format")

Sidecar = TypeVar("Sidecar", Meta, FeedState, ShowFile, Visit)


def written(value: Meta | FeedState) -> str:
    """A sidecar as JSON."""
    entry = {"schema": 1, **asdict(value)}
    entry["given"] = {key: item for key, item in entry["given"].items() if item}
    return as_json(entry)


def digest(data: bytes) -> str:
    """What bytes are recognized by."""
    return hashlib.sha256(data).hexdigest()[:32]


def as_json(entry: Mapping[str, Any]) -> str:
    """JSON with dates in it, a key a line."""
    return json.dumps(entry, ensure_ascii=False, indent=1, default=_date_text) + "\n"


def _date_text(value: object) -> str:
    assert isinstance(value, dt.date)  # a datetime is one, too
    return value.isoformat()


def read(kind: type[Sidecar], found: Mapping[str, Any], path: Path) -> Sidecar:
    """The dataclass from its JSON or TOML; unknown keys are left to later versions.

    Raises ``SourceError`` for a value of another kind than it should be.
    """
    try:
        known = {f.name: found[f.name] for f in fields(kind) if found.get(f.name) is not None}
        return kind(**{name: _checked(name, value) for name, value in known.items()})
    except _WRONG as error:
        raise SourceError(f"has a wrong value: {error}", str(path)) from error


_WRONG = (TypeError, ValueError, AttributeError, OverflowError, ConfigError)


def _checked(name: str, value: Any) -> Any:
    """As ``_value``, but says of which name the value is wrong."""
    try:
        return _value(name, value)
    except _WRONG as error:
        raise ValueError(f"{name}: {error}") from error


def _value(name: str, value: Any) -> Any:
    match name:
        case "given":
            return _given(value)
        case "hosts" | "was" | "obtained":
            return names(value)
        case "link":
            return checked_template(text(value))
        case "at" | "due" | "left_alone":
            moment = dt.datetime.fromisoformat(value)
            return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
        case "published":
            return tuple(map(dt.date.fromisoformat, value))
        case "paused":
            return bool(value)
        case "failures" | "size":
            return int(value)
        case "same":
            return {text(new): text(first) for new, first in value.items()}
        case _:
            return text(value)


def _given(value: Any) -> Given:
    told = {name: text(value[name]) for name in _TEXTS if value.get(name) is not None}
    date, format = told.get("date"), told.get("format")
    return Given(
        show=told.get("show"),
        hosts=names(value.get("hosts", ())),
        guests=names(value.get("guests", ())),
        language=told.get("language"),
        date=dt.date.fromisoformat(date) if date else None,
        format=_format(format) if format else None,
    )


def _format(name: str) -> str:
    from talksearch.formats import by_name  # all of them, which few sidecars name one of

    return by_name(name).name


def names(value: object) -> tuple[str, ...]:
    """A list of names. Raises ``TypeError`` or ``ValueError`` for anything else."""
    if not isinstance(value, list | tuple):
        raise TypeError(f"{value!r:.80} should be a list of names")
    return tuple(map(text, value))


def text(value: object) -> str:
    """A text. Raises ``TypeError``, and ``ValueError`` for half a letter, which JSON can spell."""
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.80} should be a text")
    value.encode()
    return value
