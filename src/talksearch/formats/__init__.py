"""Transcript formats: which one a document is in, and its cues.

``base.py`` says how to add one.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from talksearch.errors import ConfigError, TranscriptParseError, UnknownFormatError
from talksearch.formats import (
    html_transcript,
    hyperaudio,
    interview_json,
    json_cues,
    markdown,
    otranscribe,
    plain_text,
    podcasting_json,
    table,
    web_page,
    word_document,
)
from talksearch.formats.base import Format, Head, Metadata, Reading
from talksearch.formats.captions import CAPTIONS
from talksearch.formats.decode import MAX_BYTES, head, refuse_binary, refuse_too_large
from talksearch.formats.recognizers import RECOGNIZERS
from talksearch.links import web_address
from talksearch.model import Cue, Document, clean_text

__all__ = [
    "FORMATS",
    "MAX_BYTES",
    "Format",
    "Head",
    "Metadata",
    "Reading",
    "by_name",
    "detect",
    "read",
]

FORMATS: tuple[Format, ...] = (
    word_document.FORMAT,
    *CAPTIONS,
    podcasting_json.FORMAT,
    *RECOGNIZERS,
    interview_json.FORMAT,
    otranscribe.FORMAT,
    json_cues.FORMAT,
    table.FORMAT,
    hyperaudio.FORMAT,
    html_transcript.FORMAT,
    web_page.FORMAT,
    markdown.FORMAT,
    plain_text.FORMAT,
)

# What servers say when they know nothing: the suffix tells more.
_VAGUE = frozenset({"text/plain", "application/octet-stream", "binary/octet-stream"})

_RECORDINGS = frozenset(
    {".aac", ".flac", ".m4a", ".m4b", ".mp3", ".oga", ".ogg", ".opus", ".wav", ".wma"}
    | {".avi", ".m4v", ".mkv", ".mov", ".mp4", ".webm"}
)


def detect(document: Document) -> Format:
    """The document's format: by its signature, else its media type, else its suffix.

    All three lie in the wild, the later ones more. Raises ``UnknownFormatError`` where none of them
    tells, and ``DocumentError`` for what is empty or binary.
    """
    beginning = head(document)
    for format in FORMATS:
        if format.sniff(beginning):
            return format
    suffix = _suffix(document.source)
    if suffix in _RECORDINGS:
        raise UnknownFormatError(
            "is a recording; what is read is a transcript of it, as Whisper and other recognizers "
            "make them",
            document.source,
        )
    refuse_binary(document)
    media_type = (document.media_type or "").partition(";")[0].strip().lower()
    by_media = next((each for each in FORMATS if media_type in each.media_types), None)
    by_suffix = next((each for each in FORMATS if suffix and suffix in each.suffixes), None)
    if media_type in _VAGUE:
        by_media, by_suffix = by_suffix, by_media
    if found := by_media or by_suffix:
        return found
    raise UnknownFormatError(
        "no known format: nothing in it tells, nor does the media type "
        f"({media_type or 'not given'}) or the suffix ({suffix or 'none'}); "
        "`talksearch formats` lists those that are read",
        document.source,
    )


def _suffix(source: str) -> str:
    path = source
    if "://" in source:
        try:
            path = urlsplit(source).path
        except ValueError:
            return ""
    return PurePosixPath(path.replace("\\", "/")).suffix.lower()


def by_name(name: str) -> Format:
    """The format of that name, in any case. Raises ``ConfigError`` where there is none."""
    for format in FORMATS:
        if format.name == name.strip().lower():
            return format
    names = ", ".join(format.name for format in FORMATS)
    raise ConfigError(f"no format is called {name!r}; there are {names}")


def read(document: Document, format: Format | None = None) -> Reading:
    """The document's cues, checked: every one has text, and its times make sense.

    Raises ``DocumentError``: also where no format claims it, or it holds no text.
    """
    refuse_too_large(document)
    reading = (format or detect(document)).parse(document)
    cues = tuple(checked for cue in reading.cues if (checked := _check(cue)) is not None)
    if not cues:
        raise TranscriptParseError("holds no text", document.source)
    return replace(reading, cues=cues, metadata=_check_metadata(reading.metadata))


def _check(cue: Cue) -> Cue | None:
    text = clean_text(cue.text)
    if not text:
        return None
    start, end = cue.start_ms, cue.end_ms
    if start is not None and start < 0:
        start = None
    if end is not None and (start is None or end < start):
        end = None
    label = None if cue.label is None else clean_text(cue.label)
    return Cue(text, start, end, label, cue.kind)


def _check_metadata(metadata: Metadata) -> Metadata:
    """The texts in one clean line as well, and addresses of the web: JSON and YAML can hold
    anything."""

    def line(text: str | None) -> str | None:
        return clean_text(text or "") or None

    return replace(
        metadata,
        title=line(metadata.title),
        show=line(metadata.show),
        language=line(metadata.language),
        description=line(metadata.description),
        guid=line(metadata.guid),
        url=web_address(line(metadata.url)),
        audio_url=web_address(line(metadata.audio_url)),
        tags=tuple(tag for raw in metadata.tags if (tag := clean_text(raw))),
        people=tuple(
            replace(person, name=name)
            for person in metadata.people
            if (name := clean_text(person.name))
        ),
    )
