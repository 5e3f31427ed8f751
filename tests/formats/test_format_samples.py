"""Every pair data/<format>/x.<suffix> and x.expected.json: what is written is what is read."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import json
import zipfile
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from word_samples import docx

from talksearch import formats
from talksearch.errors import TranscriptParseError
from talksearch.model import Document, Source

DATA = Path(__file__).parent / "data"
SAMPLES = sorted(p for p in DATA.glob("*/*") if not p.name.endswith(".expected.json"))


def plain(value: Any) -> Any:
    """The value as JSON would have it, without what is empty or the default."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return {k: v for k, v in fields.items() if v not in (None, [], Source.PUBLISHER.value)}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_sample(path: Path) -> None:
    expected = json.loads(path.with_suffix(".expected.json").read_text("utf-8"))
    document = Document(path.read_bytes(), path.name)
    found = formats.detect(document)
    reading = formats.read(document)
    assert found.name == path.parent.name
    assert plain(reading.cues) == expected["cues"]
    assert plain(reading.metadata) == expected.get("metadata", {})
    assert reading.spoken is expected.get("spoken", True)


def test_every_format_has_samples_and_every_expectation_its_sample() -> None:
    # Word documents are no text: they have a test of their own.
    assert {p.parent.name for p in SAMPLES} == {each.name for each in formats.FORMATS} - {"docx"}
    expectations = {p.name.removesuffix(".expected.json") for p in DATA.glob("*/*.expected.json")}
    assert expectations == {p.stem for p in SAMPLES}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: f"{p.parent.name}/{p.name}")
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_encoding_makes_no_difference(path: Path, encoding: str) -> None:
    text = path.read_text("utf-8")
    source = f"x{path.suffix}"
    document = Document(text.replace("\n", "\r\n").encode(encoding), source)
    assert formats.read(document) == formats.read(Document(text.encode(), source))


@pytest.mark.parametrize(
    ("paragraphs", "cues"),
    [
        (
            (
                "Kiln 1",
                "",
                "[Vale] (0:01 - 0:11)",
                "Salt cracks. ",
                "",
                "[Brand] (1:00 - 1:05)",
                "Why?",
            ),
            [("Salt cracks.", "Vale", 1000), ("Why?", "Brand", 60_000)],
        ),
        (
            ("1", "00:00:01,000 --&gt; 00:00:02,000", "Salt", "cracks.", ""),
            [("Salt cracks.", None, 1000)],
        ),
    ],
)
def test_word_documents(paragraphs: tuple[str, ...], cues: list[tuple[str, Any, Any]]) -> None:
    document = Document(docx(*paragraphs), "talk.bin")
    assert formats.detect(document).name == "docx"
    read = formats.read(document).cues
    assert [(cue.text, cue.label, cue.start_ms) for cue in read] == cues


@pytest.mark.parametrize("cut", [30, 100, 200, -30])
def test_damaged_word_documents(cut: int) -> None:
    with pytest.raises(TranscriptParseError, match="Word document"):
        formats.read(Document(docx("a")[:cut], "talk.docx"), formats.by_name("docx"))


def test_a_word_document_of_which_a_file_breaks_off() -> None:
    data = bytearray(docx("a"))
    data[28] = 1  # the length of what zipfile then skips, beyond the end of what is packed
    data[29] = 255
    with pytest.raises(TranscriptParseError, match="Word document"):
        formats.read(Document(bytes(data), "talk.docx"))


def test_an_archive_that_unpacks_to_gigabytes() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("document", "a", "b", "c", "d", "e"):
            archive.writestr(f"word/{name}.xml", b"\0" * formats.MAX_BYTES)
    with pytest.raises(TranscriptParseError, match="far too much"):
        formats.read(Document(packed.getvalue(), "talk.docx"))
