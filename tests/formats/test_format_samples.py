"""Every pair data/<format>/x.<suffix> and x.expected.json: what is written is what is read."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from talksearch import formats
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
    assert {p.parent.name for p in SAMPLES} == {each.name for each in formats.FORMATS}
    expectations = {p.name.removesuffix(".expected.json") for p in DATA.glob("*/*.expected.json")}
    assert expectations == {p.stem for p in SAMPLES}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: f"{p.parent.name}/{p.name}")
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_encoding_makes_no_difference(path: Path, encoding: str) -> None:
    text = path.read_text("utf-8")
    source = f"x{path.suffix}"
    document = Document(text.replace("\n", "\r\n").encode(encoding), source)
    assert formats.read(document) == formats.read(Document(text.encode(), source))
