"""Real transcripts, which are not part of the project: skipped where they are not at hand."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
import time
from pathlib import Path

import pytest

from talksearch import formats
from talksearch.errors import DocumentError
from talksearch.formats.base import Reading
from talksearch.model import Document, Kind

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason=f"no real transcripts in {SHARED}")


def read(path: Path) -> Reading:
    return formats.read(Document(path.read_bytes(), str(path)))


def seed(number: str) -> Reading:
    (path,) = (SHARED / "seeds").glob(f"{number}_*.txt")
    return read(path)


def manifest(folder: str) -> list[dict[str, str]]:
    with (SHARED / folder / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def speakers(row: dict[str, str]) -> set[str]:
    return {name.strip() for name in row["speakers_known"].split(";")} - {""}


def labels(reading: Reading) -> set[str]:
    return {cue.label for cue in reading.cues if cue.label}


def test_show_notes_with_front_matter() -> None:
    reading = seed("000")
    metadata = reading.metadata
    assert not reading.spoken
    assert metadata.title == "How to become a machine learning engineer at Twitter"
    assert metadata.date == dt.date(2020, 7, 15)
    assert metadata.audio_url is not None and metadata.audio_url.startswith("http://dts.podtrac")
    assert metadata.tags == ("Company Culture", "Open Source", "Women in Tech")
    assert (metadata.url, metadata.people) == (None, ())
    ads = [cue.text for cue in reading.cues if cue.kind is Kind.AD]
    assert ads == ["Book your awesomecodereview.com workshop!"]
    assert reading.cues[0].text.startswith("Jigyasa Grover, a machine learning engineer")
    assert not any("Subscribe on" in cue.text for cue in reading.cues)


def test_a_damaged_page() -> None:
    reading = seed("001")
    text = "\n".join(cue.text for cue in reading.cues)
    assert not reading.spoken
    for word in ("pyspark", "jvm", "you'll", "we're", "twitter's", '"big data"', "scala"):
        assert word in text
    for word in ("zimbabwe", "arkansas", "female", "field is required", "icon", "upload", "â"):
        assert word not in text


def test_an_interview_in_plain_text() -> None:
    reading = seed("002")
    assert reading.spoken
    nico = [cue.text for cue in reading.cues if cue.label]
    assert labels(reading) == {"Nico"} and len(nico) == 7
    assert all(text.startswith('"') for text in nico)
    assert sum(cue.text.endswith('"') for cue in reading.cues) == 5
    (question,) = [cue for cue in reading.cues if cue.text.startswith("How can you pivot")]
    assert question.label is None


def test_an_article() -> None:
    reading = seed("003")
    assert not reading.spoken
    assert reading.metadata.title == "What’s the Machine Learning Engineering Job Like"
    assert reading.metadata.date == dt.date(2019, 7, 1)
    assert "machine learning engineer" in reading.metadata.tags
    text = "\n".join(cue.text for cue in reading.cues)
    assert "![" not in text and "Related:" not in text and "**" not in text
    assert "She would also add: “Given both" in text


@pytest.mark.parametrize("folder", ["srt", "vtt", "html", "md", "txt", "json_p20"])
def test_everything_is_read_or_refused(folder: str) -> None:
    good = 0
    for path in sorted((SHARED / folder).rglob("*"))[::3]:
        if path.is_file():
            try:
                good += bool(read(path).cues)
            except DocumentError as error:
                assert error.source == str(path)
    assert good


def test_srt_speakers_are_those_known() -> None:
    rows = [row for row in manifest("srt") if row["path"].startswith(("syntaxfm/", "transcrip"))]
    rows = [row for row in rows if row["path"].endswith(".srt")]
    assert len(rows) > 20
    for row in rows:
        found = labels(read(SHARED / "srt" / row["path"]))
        # The list leaves these two out in some places.
        assert found - {"Announcer", "Unknown"} == speakers(row) - {"Announcer", "Unknown"}


def test_captions_agree_with_another_reader() -> None:
    folder = SHARED / "srt" / "transcriptator"
    reading = read(folder / "buzzcast.srt")
    expected = json.loads((folder / "buzzcast_srt_parsed.json").read_text("utf-8"))["segments"]
    assert len(reading.cues) == len(expected)
    label = None
    for cue, other in zip(reading.cues, expected, strict=True):
        label = cue.label or label
        assert (label, cue.text) == (other["speaker"], " ".join(other["body"].split()))
        assert cue.start_ms == round(other["startTime"] * 1000)


def test_bold_labels_words_and_speed() -> None:
    rows = manifest("changelog")[::20]
    documents = [Document((SHARED / "changelog" / r["path"]).read_bytes(), r["path"]) for r in rows]
    began = time.process_time()
    readings = [formats.read(document) for document in documents]
    took = time.process_time() - began
    # 5 MB/s on an idle machine; a tenth of it on a busy one is still no accident.
    assert sum(len(document.data) for document in documents) / took > 500_000
    found, known = 0, 0
    for row, document, reading in zip(rows, documents, readings, strict=True):
        known += len(speakers(row) - {"Break"})
        found += len(speakers(row) & labels(reading))
        assert "Break" not in labels(reading)
        written = len(re.findall(r"\w+", document.data.decode()))
        kept = sum(len(re.findall(r"\w+", f"{c.label or ''} {c.text}")) for c in reading.cues)
        assert kept > written * 0.98  # times, markers and addresses of links are no words
    assert found >= known * 0.97
