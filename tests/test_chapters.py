"""Chapters from a feed to the answer: facets of what is said, and ways into what is not yet."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import talksearch
from conftest import Run
from talksearch.feeds import parse_chapters

FEED = """<rss version="2.0" xmlns:psc="http://podlove.org/simple-chapters"
 xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>Kiln Talk</title>
<podcast:license>cc-by-4.0</podcast:license>
<item><title>Wood and salt</title><guid>wood</guid>
 <enclosure url="https://pod.example/wood-and-salt.mp3" type="audio/mpeg"/>
 <podcast:soundbite startTime="62" duration="8">Ash runs</podcast:soundbite>
 <podcast:location>Selb</podcast:location>
 <psc:chapters><psc:chapter start="0" title="Hello"/>
  <psc:chapter start="1:02" title="Why ash melts"/></psc:chapters></item>
<item><title>To come</title><guid>later</guid><description>Not yet transcribed.</description>
 <enclosure url="https://pod.example/later.mp3" type="audio/mpeg"/>
 <psc:chapters><psc:chapter start="12:04.5" title="Celadon in Longquan" href="https://c.example/"/>
 </psc:chapters></item>
</channel></rss>"""
TALK = """WEBVTT

00:00.000 --> 00:04.000
<v Ann Lee>Welcome to the kiln.

00:58.000 --> 01:01.500
<v Ann Lee>So tell me.

01:02.000 --> 01:09.000
<v Ann Lee>Why does ash melt at all?

01:10.000 --> 01:20.000
<v Bo Katz>Because of the potash in it.
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "feed.xml").write_text(FEED, "utf-8")
    (tmp_path / "in" / "wood-and-salt.vtt").write_text(TALK, "utf-8")
    with talksearch.open(tmp_path / "home") as archive:
        archive.add(tmp_path / "in" / "feed.xml")
        archive.add(tmp_path / "in" / "wood-and-salt.vtt", show="Kiln Talk")
    return tmp_path / "home"


def test_what_is_said_is_found_by_its_chapter(home: Path) -> None:
    with talksearch.open(home) as archive:
        page = archive.search('chapter:"ash melts" kind:speech', facets=["chapter"])
        assert [(hit.passage.text, hit.to_dict()["chapter"]) for hit in page.hits] == [
            ("Why does ash melt at all?", "Why ash melts"),
            ("Because of the potash in it.", "Why ash melts"),
        ]
        # The cue before the chapter is of the one before, though Ann goes on speaking.
        assert [(v.value, v.count) for v in page.facets[0].values] == [
            ("Why ash melts", 2),
            ("Hello", 1),
        ]
        episode = page.hits[0].episode
    assert (episode.location, episode.license) == ("Selb", "cc-by-4.0")
    assert [(bite.start_ms, bite.end_ms) for bite in episode.soundbites] == [(62_000, 70_000)]


def test_what_a_watch_found_keeps_its_chapter(home: Path) -> None:
    with talksearch.open(home) as archive:
        archive.watches.add("potash")
        (document,) = (home / "corpus").rglob("*.vtt")
        document.write_text(TALK + "\n01:20.000 --> 01:30.000\n<v Ann Lee>Potash!\n", "utf-8")
        (told,) = archive.refresh().watches
        (kept,) = archive.watches.matches("potash")
    assert kept.hit.passage.chapter == told.hits[0].passage.chapter == "Why ash melts"
    assert kept.hit.to_dict() == told.hits[0].to_dict()


def test_an_episode_without_a_transcript_is_entered_by_its_chapters(home: Path) -> None:
    with talksearch.open(home) as archive:
        (hit,) = archive.search("celadon").hits
    found = hit.to_dict()
    assert (found["kind"], found["start_ms"], found["chapter"], found["link"]) == (
        *("notes", 724_500, "Celadon in Longquan"),
        "https://pod.example/later.mp3#t=724",
    )
    assert hit.episode.chapters[0].url == "https://c.example/"


def test_the_command_line_shows_chapters(home: Path, run: Run) -> None:
    assert (
        "Bo Katz · 1:10 · “Why ash melts” · Kiln Talk"
        in run("--home", home, "search", "potash").out
    )
    lines = run("--home", home, "search", "celadon").out.splitlines()
    assert lines[0] == "1. chapter · 12:04 · Kiln Talk: To come"
    found = run("--home", home, "facets", "--facet", "chapter").out
    assert "Why ash melts 3" in found and "Celadon in Longquan 1" in found
    assert run("--home", home, "search", "chapter:gas").status == 1


def test_a_transcript_is_written_with_its_chapters(home: Path, run: Run) -> None:
    hits = json.loads(run("--home", home, "search", "potash", "--format", "json").out)["hits"]
    episode = hits[0]["episode"]["id"]

    def shown(format: str) -> str:
        return run("--home", home, "show", episode, "--format", format).out

    assert [line for line in shown("text").splitlines() if line] == [
        "Wood and salt",
        "== Hello [0:00] ==",
        "Ann Lee [0:00]: Welcome to the kiln. So tell me.",
        "== Why ash melts [1:02] ==",
        "Ann Lee [1:02]: Why does ash melt at all?",
        "Bo Katz [1:10]: Because of the potash in it.",
    ]
    assert "\n## Why ash melts [1:02]\n" in shown("md")
    for captions in ("vtt", "srt"):
        assert "Why ash melts" not in shown(captions)
    chapters = parse_chapters(shown("json").encode(), source="talk.json")
    assert [(c.start_ms, c.title) for c in chapters] == [(0, "Hello"), (62_000, "Why ash melts")]


def test_chapters_later_than_all_that_is_said_are_written_before_the_notes(
    home: Path, run: Run
) -> None:
    hits = json.loads(run("--home", home, "search", "celadon", "--format", "json").out)["hits"]
    lines = run("--home", home, "show", hits[0]["episode"]["id"]).out.splitlines()
    assert [line for line in lines if line] == [
        "To come",
        "== Celadon in Longquan [12:04] ==",
        "(notes): Not yet transcribed.",
    ]
