"""Arbitrary bytes, damaged samples and floods: a Reading or a DocumentError, and soon."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from word_samples import docx

from talksearch import formats
from talksearch.errors import DocumentError
from talksearch.formats.base import Format, Reading
from talksearch.model import Document, clean_text

DATA = Path(__file__).parent / "data"
SAMPLES = {
    each.name: [
        p.read_bytes()
        for p in sorted((DATA / each.name).glob("*"))
        if not p.name.endswith(".expected.json")
    ]
    for each in formats.FORMATS
}
SAMPLES["docx"] = [docx("Ana: Salt cracks.", "", "[Bo] (0:01 - 0:03)", "Why?")]
EACH_FORMAT = pytest.mark.parametrize("format", formats.FORMATS, ids=lambda each: each.name)
QUICK = settings(
    max_examples=40,
    deadline=2000,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def check(data: bytes, format: Format | None, media_type: str | None = None) -> Reading | None:
    """What read() promises; any other exception fails the test."""
    try:
        reading = formats.read(Document(data, "x.txt", media_type), format)
    except DocumentError:
        return None
    assert reading.cues
    for cue in reading.cues:
        assert cue.text and cue.text == clean_text(cue.text)
        assert cue.label is None or cue.label == clean_text(cue.label)
        assert cue.start_ms is None or cue.start_ms >= 0
        assert cue.end_ms is None or (cue.start_ms is not None and cue.end_ms >= cue.start_ms)
    repr(reading).encode("utf-8")  # no lone surrogates anywhere
    return reading


@EACH_FORMAT
@QUICK
@given(data=st.binary(max_size=400))
def test_arbitrary_bytes(format: Format, data: bytes) -> None:
    check(data, format)


@EACH_FORMAT
@QUICK
@given(data=st.text(max_size=400))
def test_arbitrary_text(format: Format, data: str) -> None:
    check(data.encode("utf-8", "surrogatepass"), format)


@QUICK
@given(data=st.binary(max_size=300), media_type=st.none() | st.text(max_size=60))
def test_whatever_it_is_detected_as(data: bytes, media_type: str | None) -> None:
    check(data, None, media_type)


MARKS = [
    b"\n", b"\n\n", b"<", b">", b"</", b"-->", b"&", b"&#x110000;", b'"', b"'", b"{", b"}", b"[",
    b"]", b"**", b"\\", b"---\n", b"```\n", b"<v ", b"<!--", b"\xff", b"\xc3", b"\xe2\x80", b": ",
    b"Ana: ", b"[00:12]", b"99:99:99,999", b"<p>", b"<script>", b"\t", b"    ", b"\x00", b"# ",
]  # fmt: skip


@EACH_FORMAT
@QUICK
@given(draw=st.data())
def test_damaged_samples(format: Format, draw: st.DataObject) -> None:
    data = draw.draw(st.sampled_from(SAMPLES[format.name]))
    for _ in range(draw.draw(st.integers(1, 6))):
        at = draw.draw(st.integers(0, len(data)))
        cut = draw.draw(st.integers(0, 30))
        data = data[:at] + draw.draw(st.sampled_from(MARKS)) + data[at + cut :]
    check(data, format)


@QUICK
@given(
    turns=st.lists(
        st.tuples(
            st.sampled_from(["Ana Ruiz", "Tom", "Speaker 2", "DR. BO"]),
            st.text("abc ,.é¿", min_size=1, max_size=40).filter(lambda t: t.strip(" ,.")),
        ),
        min_size=2,
        max_size=8,
    ),
    layout=st.sampled_from(["{}: {}\n\n", "{}: {}\n", "**{}:** {}\n\n", "{}:\n{}\n\n"]),
)
def test_turns_come_back_as_written(turns: list[tuple[str, str]], layout: str) -> None:
    text = "".join(layout.format(*turn) for turn in turns)
    name = "markdown" if layout.startswith("**") else "text"
    reading = check(text.encode(), formats.by_name(name))
    assert reading is not None
    assert [(cue.label, cue.text) for cue in reading.cues] == [
        (label, " ".join(said.split())) for label, said in turns
    ]


FLOODS = [
    "<", "<a", "<v ", "<v A>x", "<i>", "<div>", "<div a=\">", "<!--", "<p>", "<table><tr><td>",
    "<script>", "&", "&amp;", "[", "[a](", "![](", "*", "**a:** ", "_", "`", "\\[", "{%", "{{",
    "[00:12] ", "A  00:12\n", "A (00:12): ", "00:12 ", "-->", "a: ", "Ana: ", "> ", "- ", "  - ",
    "#", "---\n", "```\n", "{\\an8}", "youâll ", "Ã©", " ", "\n", "\t", "[{", '{"a":', '"',
    "00:00:01,000 --> 00:00:02,000\n", "select\na\n",
]  # fmt: skip
OPENINGS = {
    "vtt": "WEBVTT\n\n00:01.000 --> 00:02.000\n",
    "srt": "1\n00:00:01,000 --> 00:00:02,000\n",
    "podcasting-json": '{"segments": [{"body": "',
    "json": '[{"start": 1, "text": "',
    "whisper": '{"text": "',
    "table": "speaker,text\nAna,",
    "sbv": "0:00:01.000,0:00:02.000\n",
    "scc": "Scenarist_SCC V1.0\n\n00:00:01:00\t9420 ",
    "microdvd": "{1}{2}",
    "sami": "<SAMI><BODY><SYNC Start=1><P>",
    "ttml": "<tt><body><div><p begin='1s'>",
    "lrc": "[00:01.00]a\n[00:02.00]",
    "whisper-text": "[00:00.000 --> 00:01.000]  a\n",
    "transcriber": "<Trans ><Turn startTime='0'>",
    "youtube-xml": "<transcript><text start='1'>",
    "podlove-xml": "<transcripts><speech><item>",
    "html-transcript": "<cite>A:</cite><p>",
    "html": "<html><body><div><p>",
    "markdown": "---\ntitle: ",
    "text": "Ana: ",
}


ENDLESS = "9" * 5000  # of more digits than int() reads


@EACH_FORMAT
@pytest.mark.parametrize("number", [ENDLESS, "9" * 400, "1e400", "²", f"&#{ENDLESS};"])
def test_numbers_that_are_none(format: Format, number: str) -> None:
    for sample in SAMPLES[format.name][:3]:
        places = [match.span() for match in re.finditer(rb"\d+", sample)]
        middle = len(sample) // 2
        for start, end in [*places[:: max(1, len(places) // 12)], (middle, middle)]:
            check(sample[:start] + number.encode() + sample[end:], format)


@EACH_FORMAT
def test_floods_take_linear_time(format: Format) -> None:
    # A quadratic step shows at this size as several seconds, the slowest takes one: what takes two
    # has to take half of it for half of the text. It is the processor's time, for what else the
    # machine does is not the parser's fault.
    def took(flood: str, size: int) -> float:
        text = OPENINGS.get(format.name, '[{"text": "') + flood * (size // len(flood))
        began = time.process_time()
        check(text.encode(), format)
        return time.process_time() - began

    for flood in FLOODS:
        spent = took(flood, 60_000)
        assert spent < 2 or spent < 3 * took(flood, 30_000), flood


def _gentle(size: int) -> str:
    """Words of which every second one is at the other end of the text."""
    text = "a " * size * 30
    places = [0 if number % 2 else len(text) - 1 for number in range(size)]
    words = [{"word": "a", "case": "", "startOffset": at, "endOffset": at} for at in places]
    return json.dumps({"transcript": text, "words": words})


SCREEN = "Scenarist_SCC V1.0\n\n00:00:01:00\t"
ROLLING = "WEBVTT\n\n00:01.000 --> 00:02.000\n<00:01.500>\n"
WORD = "<span data-m='1'>a "
LINE = "some words of about seventy characters, in a line that is broken\n"

# What took the square of its size, of such a size that it took three seconds and more.
PILES: dict[str, tuple[str, int, Callable[[int], str]]] = {
    "lines of one paragraph": ("text", 40_000, lambda n: LINE * n),
    "turns in one line": ("text", 100_000, lambda n: "Kern: a" + "b .Kern: a .Bo: x" * n),
    "characters of a line": ("scc", 400_000, lambda n: f"{SCREEN}9420 {'6162 ' * n}942f\n"),
    "empty lines": ("scc", 20_000, lambda n: f"{SCREEN}9425 {'9440 942d ' * n}6162 942d\n"),
    "lines that roll": (
        "vtt",
        60_000,
        lambda n: ROLLING + "a\n" * n + "\n00:02.000 --> 00:03.000\nb\n" + "a\n" * n,
    ),
    "captions in captions": (
        "youtube-xml",
        6_000,
        lambda n: "<transcript><text start='1'>" + "<p>a" * n + "</p>" * n + "</text></transcript>",
    ),
    "speeches in speeches": (
        "podlove-xml",
        4_000,
        lambda n: (
            f"<transcripts>{'<speech><speaker>A</speaker>' * n}<item>x</item>"
            f"{'</speech>' * n}</transcripts>"
        ),
    ),
    "words that go back": ("gentle", 3_000, _gentle),
    "words in words": ("hyperaudio", 15_000, lambda n: f"<html><body>{WORD}</span>{WORD * n}"),
    "declarations": ("html", 800_000, lambda n: f"<html><p>said{'<!' * n}"),
    "boxes in boxes": ("hyperaudio", 40_000, lambda n: f"<html>{WORD}</span>{'<p><div>' * n}"),
}


@pytest.mark.parametrize("pile", PILES)
def test_what_is_piled_up_takes_linear_time(pile: str) -> None:
    name, size, piled = PILES[pile]

    def took(size: int) -> float:
        data = piled(size).encode()
        began = time.process_time()
        assert check(data, formats.by_name(name))
        return time.process_time() - began

    spent = took(size)
    assert spent < 2 or spent < 3 * took(size // 2)


def test_many_attributes() -> None:
    text = "<html><body><p " + " ".join(f'a{n}=">"' for n in range(50_000)) + ">said</p>"
    began = time.process_time()
    reading = check(text.encode(), formats.by_name("html"))
    assert time.process_time() - began < 2
    assert reading is not None and [cue.text for cue in reading.cues] == ["said"]


@pytest.mark.parametrize("unit", ["[", "{a: ", "- ", "? ", "a:\n  ", "!!python/name:os.system "])
def test_nested_front_matter_neither_crashes_nor_takes_the_body(unit: str) -> None:
    # In a process of its own: the loader in C would take this one with it.
    code = (
        "import sys; from talksearch import formats; from talksearch.model import Document;"
        "text = '---\\nx: ' + sys.argv[1] * (30_000 // len(sys.argv[1])) + '\\n---\\n\\nThe body.';"
        "reading = formats.read(Document(text.encode(), 'x.md'));"
        "print(reading.cues[-1].text)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, unit], capture_output=True, text=True, timeout=20, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "The body."), done.stderr[-300:]


def test_deep_json_and_deep_html_are_bounded() -> None:
    for text in ("[" * 1_000_000, '{"segments":' * 80_000, "<div>" * 200_000 + "said"):
        began = time.process_time()
        check(text.encode(), formats.by_name("html" if "<" in text else "podcasting-json"))
        assert time.process_time() - began < 2
