"""What a transcript format is, and how to add one:

1. Write ``formats/<name>.py`` (captions into ``captions/``, the JSON of a speech recognizer into
   ``recognizers/``) with a function ``parse(document) -> Reading`` that raises
   ``TranscriptParseError`` (and nothing else, but for what ``decode`` raises) for bytes it cannot
   read.
2. In the same file, ``FORMAT = Format(name, media_types, suffixes, sniff, parse)``. ``sniff`` sees
   the document's head, or all of it as JSON, and claims only a strong signature of its own; it
   never rules out others.
3. Put it into the tuple in the folder's ``__init__.py``, before the formats less specific than it.
4. Add sample pairs to ``tests/formats/data/<name>/``: ``x.<suffix>`` and ``x.expected.json``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from talksearch.formats.json_value import json_value
from talksearch.model import Cue, Document, Person
from talksearch.once import cached_property

__all__ = ["Format", "Head", "Metadata", "Reading"]


@dataclass(frozen=True)
class Head:
    """The beginning of a document, for sniffing: some kilobytes, and the same as text with any
    byte order mark gone (wrongly decoded characters do no harm here)."""

    data: bytes
    text: str
    whole: Callable[[], str] = field(repr=False)
    """The whole text, for those whose signature may stand anywhere."""

    @cached_property
    def first_line(self) -> str:
        """The first line that is not blank."""
        return next((line for line in self.text.splitlines() if line.strip()), "")

    @cached_property
    def json(self) -> Any:
        """The document as JSON; None where it is none, or a mere number or text."""
        if not self.text.lstrip("\ufeff \t\r\n").startswith(("{", "[", "```")):
            return None
        try:
            return json_value(self.whole())
        except (ValueError, RecursionError):
            return None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a document says about itself: its front matter, its head, its page title. Fields that
    it does not mention are None or empty."""

    title: str | None = None
    show: str | None = None
    date: dt.date | None = None
    season: int | None = None
    number: int | None = None
    language: str | None = None
    url: str | None = None
    audio_url: str | None = None
    description: str | None = None
    guid: str | None = None
    tags: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What a parser gives: the cues in order, and what the document says about itself.

    ``spoken`` tells a transcript (its unlabelled words were said by somebody, whom it does not
    name) from written text (they are prose).
    """

    cues: tuple[Cue, ...]
    metadata: Metadata = field(default_factory=Metadata)
    spoken: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One transcript format. ``suffixes`` have their dot and are lower case; ``media_types`` are
    without parameters."""

    name: str
    title: str
    media_types: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    sniff: Callable[[Head], bool]
    parse: Callable[[Document], Reading]
