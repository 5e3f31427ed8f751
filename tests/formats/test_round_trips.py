"""What is written in a format is what is read from it again."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talksearch import episodes
from talksearch.errors import ConfigError
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
    return episodes.read_alone(Document(text.encode(), f"x.{format}"))


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
    found = episodes.read_alone(Document(path.read_bytes(), path.name))
    if format != "json":
        if all(cue.start_ms is None for turn in found.turns for cue in turn.cues):
            with pytest.raises(ConfigError, match="has no times"):
                again(found, format)
            return
        # A heading without a time is in no recording.
        heard = (t for t in found.turns if t.kind is not Kind.PROSE or t.start_ms is not None)
        found = replace(found, turns=tuple(heard))
    told = [cue.start_ms for turn in found.turns for cue in turn.cues]
    read = again(found, format)
    known = [name for name, _ in merged(found) if name]
    assert [name for name, _ in merged(read) if name not in (None, "Unknown")] == known
    assert " ".join(t.text for t in read.turns) == " ".join(t.text for t in found.turns)
    starts = [cue.start_ms for turn in read.turns for cue in turn.cues]
    if format == "json":
        assert starts == told
    else:
        assert all(start == at for start, at in zip(starts, told, strict=True) if at is not None)


@pytest.mark.parametrize("format", ["vtt", "srt"])
def test_what_is_said_at_no_known_time_is_in_its_place(format: str) -> None:
    said = [("One.", 10_000), ("Two, which is long.", None), ("Three.", 20_000), ("Four.", None)]
    cues = tuple(Cue(text, start) for text, start in said)
    notes = Turn(Speaker(), (Cue("What it was about."),), Kind.NOTES)
    spoken = Transcript(Episode("e", "Salt"), (Turn(Speaker("Ana Ruiz"), cues), notes))
    read = [cue for turn in again(spoken, format).turns for cue in turn.cues]
    # One name alone may be a word of the text, as far as SubRip tells.
    assert [cue.text.removeprefix("Ana Ruiz: ") for cue in read] == [text for text, _ in said]
    one, two, three, four = (cue.start_ms or 0 for cue in read)
    assert (one, three) == (10_000, 20_000) and one < two < three < four
    assert [cue.end_ms for cue in read][:3] == [two, three, four]
