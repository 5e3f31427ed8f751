"""Word documents (.docx): their paragraphs, in which a transcript was written or pasted."""

from __future__ import annotations

import io
import zlib

from talksearch.errors import TranscriptParseError
from talksearch.formats import plain_text
from talksearch.formats.base import Format, Head, Reading
from talksearch.formats.captions import subrip, webvtt
from talksearch.formats.decode import MAX_BYTES, head
from talksearch.model import Document

# What zlib, the XML parser and mammoth raise over damaged ones.
_BREAKS = (
    zlib.error,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
)
_MAIN = "word/document.xml"


def _sniff(head: Head) -> bool:
    return head.data.startswith(b"PK\x03\x04") and b"word/" in head.data


def _parse(document: Document) -> Reading:
    text = _text(document)
    inside = Document(text.encode(), document.source, "text/plain; charset=utf-8")
    beginning = head(inside)
    for format in (webvtt.FORMAT, subrip.FORMAT):
        if format.sniff(beginning):
            return format.parse(inside)
    return plain_text.FORMAT.parse(inside)


def _text(document: Document) -> str:
    import zipfile

    import mammoth

    try:
        with zipfile.ZipFile(io.BytesIO(document.data)) as archive:
            # What a bomb unpacks to stands in its directory, and zipfile holds it to that.
            if sum(entry.file_size for entry in archive.infolist()) > 4 * MAX_BYTES:
                raise TranscriptParseError("unpacks to far too much", document.source)
            if _MAIN not in archive.namelist():
                raise TranscriptParseError("is an office document, but not Word's", document.source)
        text: str = mammoth.extract_raw_text(io.BytesIO(document.data)).value
        text = text.replace("\n\n", "\n")  # two end every paragraph, an empty one too
    except (zipfile.BadZipFile, *_BREAKS) as error:
        raise TranscriptParseError(
            f"is a damaged Word document: {error}", document.source
        ) from None
    if not text.strip():
        raise TranscriptParseError("the Word document holds no text", document.source)
    return text


FORMAT = Format(
    name="docx",
    title="Word (.docx)",
    media_types=("application/vnd.openxmlformats-officedocument.wordprocessingml.document",),
    suffixes=(".docx",),
    sniff=_sniff,
    parse=_parse,
)
