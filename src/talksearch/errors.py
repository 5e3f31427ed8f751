"""Everything talksearch raises on purpose.

::

    TalkSearchError
    ├── ConfigError            a setting or an option that cannot be used
    ├── HomeError              the home cannot be read or written
    │   └── BusyError          another process is changing it
    ├── SourceError            something given to ``add`` or read by ``refresh``
    │   ├── DocumentError      the bytes of one document are no good
    │   │   ├── UnknownFormatError
    │   │   └── TranscriptParseError
    │   ├── EditedError        was edited by hand in the corpus, and has another source now
    │   ├── FeedParseError
    │   └── FetchError
    ├── QueryError             what was asked
    │   ├── QuerySyntaxError   with the position in the query
    │   └── UnsupportedQueryError
    ├── NotFoundError          nothing here has that name or id
    └── IndexUnusableError     damaged, missing or of another version

Errors carry their parts as attributes, not a formatted string, so that a program can act on them
and a pickled error (from a worker process) arrives whole. ``str(error)`` is one line for a person.
"""

from __future__ import annotations

__all__ = [
    "BusyError",
    "ConfigError",
    "DocumentError",
    "EditedError",
    "FeedParseError",
    "FetchError",
    "HomeError",
    "IndexUnusableError",
    "NotFoundError",
    "QueryError",
    "QuerySyntaxError",
    "SourceError",
    "TalkSearchError",
    "TranscriptParseError",
    "UnknownFormatError",
    "UnsupportedQueryError",
]


class TalkSearchError(Exception):
    """The base of all: ``reason`` says what is wrong and, where it can, what to do."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __str__(self) -> str:
        return self.reason

    def __repr__(self) -> str:
        told = (f"{name}={value!r}" for name, value in vars(self).items())
        return f"{type(self).__name__}({', '.join(told)})"

    def __reduce__(self) -> tuple[object, ...]:
        # Exception.__reduce__ replays args, which say neither what was given by name nor changed.
        return (_rebuild, (type(self), self.args, dict(self.__dict__)))


def _rebuild(
    kind: type[TalkSearchError], args: tuple[object, ...], attributes: dict[str, object]
) -> TalkSearchError:
    error = kind.__new__(kind, *args)
    error.__dict__.update(attributes)
    return error


class ConfigError(TalkSearchError):
    """A setting or an option that cannot be used."""


class HomeError(TalkSearchError):
    """The home folder cannot be read or written."""

    def __init__(self, reason: str, path: str = "") -> None:
        super().__init__(reason)
        self.path = path

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}" if self.path else self.reason


class BusyError(HomeError):
    """Another process is changing the archive, and went on for longer than we waited."""


class SourceError(TalkSearchError):
    """A file or an address that could not be taken in; ``line`` counts from 1."""

    def __init__(self, reason: str, source: str = "", line: int | None = None) -> None:
        super().__init__(reason)
        self.source, self.line = source, line

    def __str__(self) -> str:
        if not self.source:
            return self.reason
        place = self.source if self.line is None else f"{self.source}:{self.line}"
        return f"{place}: {self.reason}"


class DocumentError(SourceError):
    """The bytes of one document cannot be used (empty, binary, too large)."""


class EditedError(SourceError):
    """A document was edited by hand in the corpus, and its source has changed since: what was
    edited stays. ``again`` is what obtains the source's once more."""

    def __init__(self, path: str, source: str, again: str) -> None:
        super().__init__(
            f"was edited by hand and stays so, though {source} has changed since. Take over by "
            f"hand what is new there; or, to have it instead, remove this file, then `{again}`",
            path,
        )


class UnknownFormatError(DocumentError):
    """No format claims the document."""


class TranscriptParseError(DocumentError):
    """The document claims a format and then breaks it, or holds no text."""


class FeedParseError(SourceError):
    """The bytes are not a feed."""


class FetchError(SourceError):
    """An address did not give its document; ``status`` is the HTTP status, if one came (410: it is
    gone for good), ``retry_after_s`` for how long the server wants to be left alone, if it does;
    ``offline``: there was no network, as far as this machine can tell.
    """

    def __init__(
        self,
        reason: str,
        source: str = "",
        line: int | None = None,
        status: int | None = None,
        retry_after_s: float | None = None,
        offline: bool = False,
    ) -> None:
        super().__init__(reason, source, line)
        self.status, self.retry_after_s, self.offline = status, retry_after_s, offline


class QueryError(TalkSearchError):
    """What was asked cannot be answered."""


class QuerySyntaxError(QueryError):
    """The query is malformed at ``query[start:end]``."""

    def __init__(self, reason: str, query: str = "", start: int = 0, end: int = 0) -> None:
        super().__init__(reason)
        self.query, self.start, self.end = query, start, end

    def __str__(self) -> str:
        return f"{self.reason} (at character {self.start + 1})"

    def pointer(self) -> str:
        """The query with a line of carets below the place, for a terminal."""
        window = 60
        left = max(0, self.start - window // 2)
        shown = self.query[left : left + window].replace("\n", " ").replace("\t", " ")
        marks = max(1, min(self.end, left + window) - self.start)
        return f"{shown}\n{' ' * (self.start - left)}{'^' * marks}"


class UnsupportedQueryError(QueryError):
    """The engine at hand cannot evaluate this kind of node."""


class NotFoundError(TalkSearchError):
    """Nothing here is known by ``name``: no passage, episode, show, feed, speaker or watch."""

    def __init__(self, reason: str, name: str = "") -> None:
        super().__init__(reason)
        self.name = name


class IndexUnusableError(TalkSearchError):
    """The index is missing, damaged or of another version; rebuilding it from corpus/ mends it."""

    def __init__(self, reason: str, path: str = "") -> None:
        super().__init__(reason)
        self.path = path

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}" if self.path else self.reason
