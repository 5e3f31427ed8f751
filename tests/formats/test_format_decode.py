"""Bytes to text: charsets, damage, and what is refused."""

from __future__ import annotations

import codecs

import pytest

from talksearch.errors import DocumentError, TranscriptParseError
from talksearch.formats.decode import decode, head
from talksearch.model import Document


def text_of(data: bytes, media_type: str | None = None) -> str:
    return decode(Document(data, "x", media_type))


@pytest.mark.parametrize(
    ("data", "media_type", "expected"),
    [
        ("žluťoučký".encode("utf-16"), None, "žluťoučký"),
        ("žluťoučký".encode("utf-16"), "text/plain; charset=latin-1", "žluťoučký"),
        (codecs.BOM_UTF16_BE + "né".encode("utf-16-be"), None, "né"),
        ("né 2".encode("utf-32"), None, "né 2"),
        (codecs.BOM_UTF8 + "né".encode(), None, "né"),
        ("hello, né".encode("utf-16-le"), None, "hello, né"),
        ("hello, né".encode("utf-16-be"), None, "hello, né"),
        # Declared, and right.
        ("привет".encode("cp1251"), "text/plain; charset=windows-1251", "привет"),
        ("привет".encode("koi8-r"), 'text/plain; Charset="KOI8-R"', "привет"),
        ('<meta charset="cp1251">привет'.encode("cp1251"), None, '<meta charset="cp1251">привет'),
        (
            '<?xml version="1.0" encoding="cp1251"?>привет'.encode("cp1251"),
            None,
            '<?xml version="1.0" encoding="cp1251"?>привет',
        ),
        # Declared, and wrong: a default, no charset at all, or not what the bytes are.
        ("naïve".encode(), "text/plain; charset=iso-8859-1", "naïve"),
        ("naïve".encode("cp1252"), "text/plain; charset=utf-8", "naïve"),
        (b"hello", "text/plain; charset=hex", "hello"),
        (b"hello", "text/plain; charset=nonsense", "hello"),
        ("é".encode(), "text/plain; charset=shift_jis-2004x", "é"),
        # Nothing declared.
        ("“naïve” – né €".encode("cp1252"), None, "“naïve” – né €"),
        ("naïve ".encode() + b"84\xb0F \x93x\x94", None, "naïve 84°F “x”"),
        (b"a\r\nb\rc\n", None, "a\nb\nc\n"),
    ],
)
def test_charset(data: bytes, media_type: str | None, expected: str) -> None:
    assert text_of(data, media_type) == expected


def test_mojibake_is_mended_line_by_line() -> None:
    broken = "youâ€™ll see the cafÃ©\nplain né\n"
    assert text_of(broken.encode()).replace("’", "'") == "you'll see the café\nplain né\n"


@pytest.mark.parametrize("text", ["Ça va? « Né »", "sécurité €5", "Ãngela e João", "Â© or not"])
def test_what_is_no_mojibake_stays(text: str) -> None:
    assert text_of(text.encode()).endswith(text[3:])
    assert "\ufffd" not in text_of(text.encode())


DAMAGED = (
    "what youâll do: weâre for twitterâs âbig dataâ tools (spark, â¦)\n"
    "â\xa0\n\nâ\xa0â desired\ninformation â (voluntary)\nthe engineersâ desk in curaã§ao"
)


def test_apostrophes_whose_control_characters_were_lost() -> None:
    mended = text_of(DAMAGED.encode())
    for part in ("you'll", "we're", "twitter's", '"big data" tools', "…", "engineers' desk"):
        assert part in mended
    assert "curaçao" in mended
    assert "â" not in mended


@pytest.mark.parametrize(
    "text",
    [
        "Le château, l'âge, des pâtes : un mât, un bât, il hâte le pas — et râle.",
        "Când a sâmbătă, românul cât pământul",
        "the château at Bâle was closed, you see",
        "âge â part",
    ],
)
def test_the_letter_is_no_damage(text: str) -> None:
    assert text_of(text.encode()) == text


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"%PDF-1.7\n...", "PDF"),
        (b"PK\x03\x04....", "ZIP"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"ID3\x04\x00", "MP3"),
        (b"\x00\x00\x00\x20ftypM4A ", "MP4"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"SQLite format 3\x00", "database"),
        (bytes(range(1, 256)) * 4, "binary"),
        (b"\x00\x01" * 100, "binary"),
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (codecs.BOM_UTF8, "empty"),
        ("\u2028 ".encode("utf-16"), "empty"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, what: str) -> None:
    with pytest.raises(DocumentError, match=what) as caught:
        decode(Document(data, "talks/one"))
    assert caught.value.source == "talks/one"
    assert not isinstance(caught.value, TranscriptParseError)


def test_a_stray_control_character_is_no_reason() -> None:
    assert text_of(b"hello " * 100 + b"\x00").startswith("hello")


def test_the_head_is_cut_and_never_fails() -> None:
    document = Document(("é" * 40_000).encode("utf-16"), "x")
    assert head(document).text.startswith("éé")
    assert len(head(document).text) < 40_000
