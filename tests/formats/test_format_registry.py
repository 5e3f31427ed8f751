"""Which format a document is in, and what read() promises whatever the format."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

from talksearch import formats
from talksearch.errors import (
    ConfigError,
    DocumentError,
    TranscriptParseError,
    UnknownFormatError,
)
from talksearch.formats.base import Format, Reading
from talksearch.model import Cue, Document

VTT = b"WEBVTT\n\n00:01.000 --> 00:02.000\nhello\n"
SRT = b"1\n00:00:01,000 --> 00:00:02,000\nhello\n"
P20 = b'{"version": "1.0.0", "segments": [{"startTime": 1, "body": "hello"}]}'
WHISPER = b'{"segments": [{"start": 1, "end": 2, "text": "hello"}], "text": "hello"}'
CITE = b"<cite>Ana:</cite><time>0:00</time><p>hello</p>"
PAGE = b"<!doctype html><p>hello</p>"
FRONT = b"---\ntitle: x\n---\nhello\n"
TURNS = b"**Ana:** hello\n\n**Tom:** hi\n"
HELLO = b"hello"


@pytest.mark.parametrize(
    ("data", "source", "media_type", "expected"),
    [
        # The signature wins over a media type and a suffix that lie.
        (VTT, "talk.txt", "text/plain", "vtt"),
        (b"\xef\xbb\xbf" + VTT, "talk.srt", None, "vtt"),
        (SRT, "talk.vtt", "text/vtt", "srt"),
        (P20, "talk", "text/html", "podcasting-json"),
        (WHISPER, "talk.json", "application/json", "whisper"),
        (CITE, "https://e.example/talk", "text/html; charset=utf-8", "html-transcript"),
        (PAGE, "talk.txt", "text/plain", "html"),
        (FRONT, "seed.txt", None, "markdown"),
        (TURNS, "talk.txt", "text/plain", "markdown"),
        # Then the media type, without its parameters and in any case.
        (HELLO, "talk.srt", "text/markdown", "markdown"),
        (HELLO, "talk", "Text/HTML;charset=UTF-8", "html"),
        (HELLO, "", "application/x-subrip", "srt"),
        # Then the suffix, of a path or of an address without its query.
        (HELLO, "a/b.c/TALK.MD", None, "markdown"),
        (HELLO, "C:\\talks\\one.txt", None, "text"),
        (HELLO, "https://e.example/talk.vtt?x=1.srt#y.md", None, "vtt"),
        (HELLO, "https://e.example/talk.md", "text/plain; charset=utf-8", "markdown"),
        (HELLO, "talk.html", "application/octet-stream", "html"),
        (HELLO, "talk.bin", "text/plain", "text"),
    ],
)
def test_detect(data: bytes, source: str, media_type: str | None, expected: str) -> None:
    assert formats.detect(Document(data, source, media_type)).name == expected


@pytest.mark.parametrize(
    "text",
    [
        "WEBVTTX\n\nhello",
        "I wrote WEBVTT\nsomewhere",
        "**Note:** only one bold label",
        "--- \n\njust a rule",
        "the <cite>Odyssey</cite> by <b>Homer</b>",
        "{curly} at the beginning",
        "at 00:00:01,000 --> nothing",
    ],
)
def test_no_signature_where_there_is_none(text: str) -> None:
    assert formats.detect(Document(text.encode(), "x.txt")).name == "text"


@pytest.mark.parametrize("source", ["talk.mp3", "https://a.example/TALK.M4A?x=1.txt", "talk.mkv"])
@pytest.mark.parametrize("data", [HELLO, b"ID3\x04\x00\x00"])
def test_a_recording_is_called_one(source: str, data: bytes) -> None:
    with pytest.raises(UnknownFormatError, match="is a recording; what is read is a transcript"):
        formats.detect(Document(data, source))
    assert formats.detect(Document(VTT, source)).name == "vtt"


def test_unknown_says_what_was_looked_at_and_who_knows_what_there_is() -> None:
    with pytest.raises(UnknownFormatError) as caught:
        formats.detect(Document(HELLO, "talk.xyz", "application/x-mystery; q=1"))
    message = str(caught.value)
    assert message.startswith("talk.xyz: ")
    for word in ("application/x-mystery", ".xyz", "`talksearch formats`"):
        assert word in message
    assert str(pickle.loads(pickle.dumps(caught.value))) == message


def test_by_name() -> None:
    for each in formats.FORMATS:
        assert formats.by_name(f" {each.name.upper()} ") is each
    with pytest.raises(ConfigError, match="whisper-cpp"):
        formats.by_name("wav")


def test_the_registry_is_consistent() -> None:
    names = [each.name for each in formats.FORMATS]
    assert len(set(names)) == len(names)
    for kind in ("media_types", "suffixes"):
        claims = [claim for each in formats.FORMATS for claim in getattr(each, kind)]
        assert len(set(claims)) == len(claims)
        assert all(claim == claim.lower() and ";" not in claim for claim in claims)
    assert all(suffix.startswith(".") for each in formats.FORMATS for suffix in each.suffixes)


def fixed(*cues: Cue) -> Format:
    return Format(
        name="fixed",
        title="Fixed",
        sniff=lambda head: False,
        parse=lambda document: Reading(cues),
    )


def test_read_checks_every_cue() -> None:
    reading = formats.read(
        Document(b"x"),
        fixed(
            Cue("  two\x00 \n words\u00a0 e\u0301 ", 5, 4, " Ana\t"),
            Cue(" \n ", 0, 1, "Tom"),
            Cue("no start", -1, 7),
            Cue("no name", 3, 3, "\x01"),
            Cue("lone \ud800 surrogate"),
        ),
    )
    assert reading.cues == (
        Cue("two words é", 5, None, "Ana"),
        Cue("no start"),
        Cue("no name", 3, 3, ""),
        Cue("lone surrogate"),
    )


def test_a_document_without_text_is_an_error() -> None:
    with pytest.raises(TranscriptParseError, match="holds no text"):
        formats.read(Document(b"x", "a.vtt"), fixed(Cue("")))


def test_an_address_is_one_of_the_web() -> None:
    interview = b'{"utt": ["Why?"], "speaker": ["Ana"], "url": "%s"}'
    for url, kept in (("https://example.org/1", True), ("javascript:alert(1)", False)):
        reading = formats.read(Document(interview % url.encode(), "x.json"))
        assert (reading.metadata.url == url) is kept


def test_the_format_asked_for_is_the_one_used() -> None:
    reading = formats.read(Document(VTT, "x.vtt"), formats.by_name("text"))
    assert reading.metadata.title == "WEBVTT"


def test_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    assert formats.MAX_BYTES == 64 * 1024 * 1024
    with pytest.raises(DocumentError, match="64 MiB"):
        formats.read(Document(b"a" * (formats.MAX_BYTES + 1), "x.txt"))


@pytest.mark.parametrize(
    ("data", "name", "reason", "line"),
    [
        (b"WEBVTT\n\nno times", "vtt", "no caption times", 1),
        (b"no times", "srt", "no caption times", 1),
        (b'{"segments":\n [}', "podcasting-json", "not valid JSON", 2),
        (b"[1, 2]", "podcasting-json", "holds no text", None),
        (b'{"segments": [{"start": 1}]}', "whisper", "holds no text", None),
        (b"<tt>\n<p></tt>", "ttml", "not valid XML: mismatched tag", 2),
        (b"<p>a</p>", "ttml", "no <tt>", None),
        (
            b"<data><segment><speaker>A</speaker></segment></data>",
            "segments-xml",
            "but not what",
            None,
        ),
        (b"PK\x03\x04word/", "docx", "damaged Word document", None),
        (b"[" * 100_000, "podcasting-json", "nested too deeply", None),
        (b'{"segments": ' + b"9" * 10_000 + b"}", "podcasting-json", "too long", None),
        (b"<html><script>x</script></html>", "html", "holds no text", None),
        (b"---\ntitle: x\n---\n", "markdown", "holds no text", None),
    ],
)
def test_parse_errors_say_where(data: bytes, name: str, reason: str, line: int | None) -> None:
    with pytest.raises(TranscriptParseError, match=reason) as caught:
        formats.read(Document(data, "talks/one"), formats.by_name(name))
    assert caught.value.source == "talks/one"
    assert caught.value.line == line


def test_importing_the_formats_is_light() -> None:
    heavy = ["selectolax", "markdown_it", "yaml", "tomllib", "ftfy", "webvtt", "pysubs2"]
    code = f"import sys, talksearch.formats; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("data", "source", "reason"),
    [
        (b"[1, 2]", "x.json", "no list of texts with times"),
        (b'[{"start": 1, "title": "Intro"}]', "x.json", "no list of texts with times"),
        (b'{"title": "Ep. 1", "duration": 12}', "x.json", "it is no transcript"),
        (b"name,age\nAna,3\n", "x.csv", "no column of text"),
    ],
)
def test_data_that_is_no_transcript_is_of_no_format(data: bytes, source: str, reason: str) -> None:
    with pytest.raises(UnknownFormatError, match=reason):
        formats.read(Document(data, source))


def test_who_speaks_when_is_no_transcript() -> None:
    rttm = b"SPEAKER talk 1 0.500 5.400 <NA> <NA> SPEAKER_00 <NA> <NA>\n"
    with pytest.raises(TranscriptParseError, match="is RTTM, which says who speaks when"):
        formats.read(Document(rttm, "talk.rttm"))


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7\n", "a PDF"),
        (b"{\\rtf1\\ansi Ana: Why?}", "a rich text document"),
        (
            b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.text",
            "an Open",
        ),
        (b"\xd0\xcf\x11\xe0", "an old Word document"),
    ],
)
def test_other_documents_are_refused_with_what_to_do(data: bytes, what: str) -> None:
    with pytest.raises(DocumentError, match=rf"{what}.*\(save it as \.docx or as text\)"):
        formats.read(Document(data, "talk.bin"))
