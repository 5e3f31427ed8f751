"""What is written in a format is what is read from it again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talksearch import ingest
from talksearch.model import Cue, Document, Episode, Kind, Speaker, Transcript, Turn, clean_text
from talksearch.render.transcripts import transcript

DATA = Path(__file__).parent / "data"
TIMED = ("vtt", "srt", "json")

NAMES = st.sampled_from(["Ana Ruiz", "Tom Vale", "Dr. Lena Fisk", "山田太郎", "José"])
TEXT = st.text("ab ,.é¿*_<>&[]`\\#-1日本", min_size=1, max_size=40).map(clean_text)
SAID = st.builds("So {}.".format, TEXT)


def talk(turns: list[tuple[str, list[str]]]) -> Transcript:
    """A transcript with a cue a second."""
    made: list[Turn] = []
    now = 0
    for name, texts in turns:
        cues = []
        for text in texts:
            cues.append(Cue(text, now, now + 900))
            now += 1000
        made.append(Turn(Speaker(name), tuple(cues)))
    return Transcript(Episode("e", "Title"), tuple(made))


def again(written: Transcript, format: str) -> Transcript:
    text = "\n".join(transcript(written, format)) + "\n"
    return ingest.read_alone(Document(text.encode(), f"x.{format}"))


def merged(found: Transcript) -> list[tuple[str | None, str]]:
    """Who says what, neighbours of one speaker put together."""
    said: list[tuple[str | None, str]] = []
    for turn in found.turns:
        if turn.kind is not Kind.PROSE:
            name, text = turn.speaker.name, turn.text
            if said and said[-1][0] == name:
                text = f"{said.pop()[1]} {text}"
            said.append((name, text))
    return said


def times(found: Transcript) -> list[tuple[str, int | None, int | None]]:
    return [(c.text, c.start_ms, c.end_ms) for turn in found.turns for c in turn.cues]


@pytest.mark.parametrize("format", ["vtt", "srt", "json", "md", "txt"])
@settings(max_examples=60)
@given(
    names=st.lists(NAMES, min_size=2, max_size=3, unique=True),
    said=st.lists(st.lists(SAID, min_size=1, max_size=3), min_size=6, max_size=9),
)
def test_speakers_words_and_times_come_back(
    format: str, names: list[str], said: list[list[str]]
) -> None:
    if format == "srt":  # it has tags and references, and no way to write what looks like one
        said = [[clean_text(re.sub("[<&]", "", text)) for text in texts] for texts in said]
    written = talk([(names[n % len(names)], texts) for n, texts in enumerate(said)])
    read = again(written, format)
    assert merged(read) == merged(written)
    if format in TIMED:
        assert times(read) == times(written)


SAMPLES = sorted(p for p in DATA.glob("*/*") if not p.name.endswith(".expected.json"))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: f"{p.parent.name}/{p.name}")
@pytest.mark.parametrize("format", ["vtt", "json"])
def test_every_format_can_be_written_in_the_others(path: Path, format: str) -> None:
    found = ingest.read_alone(Document(path.read_bytes(), path.name))
    cues = [cue for turn in found.turns for cue in turn.cues]
    if format != "json" and any(cue.start_ms is None for cue in cues):
        pytest.skip("captions need times")
    read = again(found, format)
    known = [name for name, _ in merged(found) if name]
    assert [name for name, _ in merged(read) if name not in (None, "Unknown")] == known
    assert " ".join(t.text for t in read.turns) == " ".join(t.text for t in found.turns)
    assert [c.start_ms for t in read.turns for c in t.cues] == [cue.start_ms for cue in cues]
