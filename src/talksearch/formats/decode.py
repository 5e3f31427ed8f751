"""Bytes to text, and the refusal of bytes that are no text.

In this order: a byte order mark; UTF-8 that is well-formed, which says more than any declaration;
the charset that the media type, XML or HTML declares; one that the text itself proves
(``charsets.py``); UTF-8, in which bytes that are none are read as Windows-1252 (damaged UTF-8 and
plain Windows-1252 are the two ends of that). Then two kinds of damage are mended where a document
shows them: UTF-8 once decoded as Windows-1252, and the same with its control characters lost
afterwards.
"""

from __future__ import annotations

import codecs
import re
from functools import partial

from talksearch.errors import DocumentError
from talksearch.formats import charsets
from talksearch.formats.base import Head
from talksearch.mixed_utf8 import decode_mixed
from talksearch.model import Document
from talksearch.patterns import pattern

__all__ = ["HEAD_BYTES", "MAX_BYTES", "decode", "head", "refuse_binary", "refuse_too_large"]

MAX_BYTES = 64 * 1024 * 1024
HEAD_BYTES = 32 * 1024

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_SIGNATURES = (
    (0, b"%PDF-", "a PDF (save it as .docx or as text)"),
    (30, b"mimetypeapplication/vnd.oasis.", "an OpenDocument (save it as .docx or as text)"),
    (0, b"PK\x03\x04", "a ZIP archive"),
    (0, b"\xd0\xcf\x11\xe0", "an old Word document (save it as .docx or as text)"),
    (0, b"{\\rtf", "a rich text document (save it as .docx or as text)"),
    (0, b"\x89PNG", "a PNG image"),
    (0, b"\xff\xd8\xff", "a JPEG image"),
    (0, b"GIF8", "a GIF image"),
    (8, b"WEBP", "a WebP image"),
    (8, b"WAVE", "a WAV recording"),
    (0, b"ID3", "an MP3 recording"),
    (0, b"OggS", "an Ogg recording"),
    (0, b"fLaC", "a FLAC recording"),
    (4, b"ftyp", "an MP4 recording"),
    (0, b"\x1a\x45\xdf\xa3", "a Matroska recording"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"BZh", "a bzip2 archive"),
    (0, b"\xfd7zXZ", "an xz archive"),
    (0, b"7z\xbc\xaf", "a 7-Zip archive"),
    (0, b"Rar!", "a RAR archive"),
    (0, b"\x7fELF", "a program"),
    (0, b"SQLite format 3\x00", "a database"),
)


def refuse_too_large(document: Document) -> None:
    """Raise DocumentError for what is empty or too large."""
    if len(document.data) > MAX_BYTES:
        raise DocumentError(
            f"larger than {MAX_BYTES // 2**20} MiB: too large for a transcript", document.source
        )
    if not document.data.strip():
        raise DocumentError("the document is empty", document.source)


def refuse_binary(document: Document) -> None:
    """Raise DocumentError for what is empty, too large or evidently no text."""
    refuse_too_large(document)
    data = document.data
    for offset, signature, what in _SIGNATURES:
        if data.startswith(signature, offset):
            raise DocumentError(f"looks like {what}, not like text", document.source)


def decode(document: Document) -> str:
    """The document's text, line ends as ``\\n``, without a byte order mark."""
    refuse_binary(document)
    charset = _charset(document.data, document.media_type)
    text = _in_charset(document.data, charset)
    _refuse_controls(text[:HEAD_BYTES], document.source)
    if not (charset or "").startswith("utf"):  # in which "Óóóó! Áááá!" is no accident
        _refuse_no_language(text[:HEAD_BYTES], document.source)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _mend_lost_controls(_mend_mojibake(text))
    if not text.strip().strip("\ufeff"):
        raise DocumentError("the document is empty", document.source)
    return text


def head(document: Document) -> Head:
    """The document's beginning, for the sniffers."""
    beginning = document.data[:HEAD_BYTES]
    charset = _charset(document.data, document.media_type)  # of the beginning too
    text = _in_charset(beginning, charset).replace("\r\n", "\n").replace("\r", "\n")
    return Head(beginning, text, partial(_in_charset, document.data, charset))


def _in_charset(data: bytes, charset: str | None) -> str:
    """The text, in what ``_charset`` tells of the document."""
    if charset:
        return data.decode(charset, "replace").lstrip("\ufeff")
    return decode_mixed(data)


def _charset(data: bytes, media_type: str | None) -> str | None:
    """None for UTF-8 with bytes of Windows-1252 in it, or for that alone."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    if utf16 := _utf16_without_mark(data):
        return utf16
    declared = _declared(data, media_type)
    # Of ASCII it says nothing, in which some charsets are written (ISO-2022-JP).
    if _fits(data, "utf-8") and not (declared and data.isascii()):
        return "utf-8"
    if declared and _fits(data, declared):
        return declared
    return charsets.proven(data)


def _fits(data: bytes, charset: str) -> bool:
    try:
        data.decode(charset)
    except ValueError:
        return False
    return True


def _utf16_without_mark(data: bytes) -> str | None:
    """Subtitle editors write UTF-16 without a mark; in European text every second byte is 0."""
    sample = data[:1024]
    if len(sample) < 4 or b"\0" not in sample:
        return None
    half = len(sample) // 2
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > half * 0.7 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.7 and odd < half * 0.1:
        return "utf-16-be"
    return None


_DECLARED = (
    re.compile(rb"""^\s{0,9}<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}["']([\w:.-]{1,40})""", re.I),
    re.compile(rb"""<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([\w:.-]{1,40})""", re.I),
)
_PARAMETER = pattern(r"""charset\s{0,9}=\s{0,9}["']?([\w:.-]{1,40})""", re.I)
# Servers and editors name these by default, and they decode anything: UTF-8 that is well-formed
# says more, and what is not well-formed is read as Windows-1252 anyway (as browsers do).
_EMPTY_WORDS = {"utf-8", "ascii", "iso8859-1", "cp1252"}
_TEXT_CODECS = pattern(
    r"(utf|iso|cp|windows|koi|mac|gb|big5|euc|shift|hz|johab|tis|ptcp|kz|cp_|utf_)", re.I
)


def _declared(data: bytes, media_type: str | None) -> str | None:
    names = [match[1] for match in [_PARAMETER.search(media_type or "")] if match]
    names += [
        match[1].decode("ascii") for match in (p.search(data[:2048]) for p in _DECLARED) if match
    ]
    for name in names:
        try:
            found = codecs.lookup(name).name
        except (LookupError, ValueError):
            continue
        # codecs also knows hex, zip, rot13 and "undefined", which are no charsets.
        if found not in _EMPTY_WORDS and _TEXT_CODECS.match(found):
            return found
    return None


_CONTROL = pattern("[\0-\x08\x0e-\x14\x16-\x1a\x7f]")  # CHAT has U+0015 around its times


def _refuse_controls(text: str, source: str) -> None:
    # A stray control character is an accident; one in two hundred is no text any more.
    if len(_CONTROL.findall(text)) > len(text) / 200:
        raise DocumentError("holds control characters: it is binary, not text", source)


_LETTER = pattern(r"[^\W\d_]")
_ACCENTED = pattern("[À-ÖØ-öø-ÿ]")


def _refuse_no_language(text: str, source: str) -> None:
    # Of Latin scripts that of Vietnamese has the most letters with accents, 28 of 100.
    accented = 0 if text.isascii() else len(_ACCENTED.findall(text))
    if accented > 20 and accented > len(_LETTER.findall(text)) / 2:
        raise DocumentError(
            "is in a charset that it does not declare, and which could not be told from its text: "
            "save it as UTF-8",
            source,
        )


# What UTF-8 looks like when read as Windows-1252: the first byte of a sequence, then another.
_MOJIBAKE = pattern("[ÂÃÐÑâã][\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|ðŸ")


def _mend_mojibake(text: str) -> str:
    if text.isascii() or not _MOJIBAKE.search(text):
        return text
    import ftfy

    # Line by line: one line that cannot be mended must not keep the others from it.
    return "\n".join(
        ftfy.fix_encoding(line) if _MOJIBAKE.search(line) else line for line in text.split("\n")
    )


# A curly apostrophe is E2 80 99 in UTF-8. Read as Latin-1 that is "â" and two control characters,
# which some scrapers strip: "you'll" is left as "youâll". The "â" alone proves nothing (château,
# pâte), but an English contraction with it in the place of the apostrophe is no word anywhere.
_PROOF = pattern(
    r"\b(?:(?:you|we|they)â(?:ll|re|ve|d)|(?:it|that|what|there|here|let|he|she|who)âs|iâ(?:m|ve|ll)"
    r"|(?:do|does|did|is|are|was|were|wo|ca|could|would|should|has|have|had)nât)\b",
    re.I,
)
_APOSTROPHE = pattern(r"(?<=[A-Za-z])â(?=(?:s|t|d|m|ll|re|ve)\b)")
_QUOTED = pattern(r"(?<![^\s(\[])â(?=\w)([^\nâ]{1,200})(?<=[^\sâ])â(?!\w)")
_POSSESSIVE = pattern(r"(?<=s)â(?!\w)", re.I)
_ALONE = pattern(r"â(?!\w)")
# Lost with lower-casing on top: ã and a character above the control range was a letter of Latin-1.
_LATIN = pattern("[ãÃ]([\xa1-\xbf])")


def _mend_lost_controls(text: str) -> str:
    if "â" not in text or not _PROOF.search(text):
        return text
    text = text.replace("â¦", "…")
    text = _APOSTROPHE.sub("'", text)
    text = _QUOTED.sub(r'"\1"', text)
    text = _POSSESSIVE.sub("'", text)
    text = _ALONE.sub("", text)
    return _LATIN.sub(lambda match: chr(ord(match[1]) + 0x40), text)
