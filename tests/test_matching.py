"""Transcripts and feeds that tell of the same episodes find each other."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

import pytest

import talksearch
from talksearch.feeds import Feed, Item
from talksearch.formats import Metadata
from talksearch.matching import match
from talksearch.model import Show

ITEMS = (
    Item("g1", "Why salt cracks in the kiln", url="https://kiln.example/salt-and-clay/1/"),
    Item("g2", "Glaze", number=2, audio_url="https://cdn.example/a/kiln-002.mp3?x=1"),
    Item("g3", "Glaze", number=3, url="https://www.kiln.example/3/"),
)
FEED = Feed(Show("Salt & Clay: a pottery podcast"), ITEMS)


@pytest.mark.parametrize(
    ("name", "told", "found"),
    [
        ("x.vtt", Metadata(guid="g2"), ("g2", "guid")),
        ("x.vtt", Metadata(url="http://kiln.example/3"), ("g3", "address")),
        ("Kiln_002.en.vtt", Metadata(), ("g2", "recording")),
        ("x.vtt", Metadata(title="WHY SALT CRACKS IN THE KILN!"), ("g1", "title")),
        ("kiln-002.vtt", Metadata(guid="g1"), ("g1", "guid")),  # what it says before its name
        ("x.vtt", Metadata(title="Glaze"), None),  # two have that title
        ("3.vtt", Metadata(), None),  # a number of any show
        ("x.vtt", Metadata(number=3), None),
    ],
)
def test_what_identifies_an_episode(
    name: str, told: Metadata, found: tuple[str, str] | None
) -> None:
    matches = match("downloads", {name: told}, FEED, set())
    assert matches.items.get(name) == found and not matches.same_show


@pytest.mark.parametrize("group", ["ironworks", "clay", "podcast", "alt"])
def test_a_number_of_another_show_is_none_of_this(group: str) -> None:
    matches = match(group, {"x.vtt": Metadata(number=3)}, FEED, set())
    assert matches.same_show is (group == "clay") is bool(matches.items)


def test_of_a_show_are_those_of_which_half_identify_themselves() -> None:
    told = {"a.vtt": Metadata(guid="g1"), "b.vtt": Metadata(guid="g2"), "3.vtt": Metadata()}
    matches = match("downloads", told | {"9.vtt": Metadata()}, FEED, set())
    assert matches.same_show and matches.items["3.vtt"] == ("g3", "number")
    matches = match("downloads", told | {f"{n}.vtt": Metadata() for n in (7, 8, 9)}, FEED, set())
    assert not matches.same_show and "3.vtt" not in matches.items


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("ep-03.srt", None),
        ("ep 3", None),
        ("x.srt", 3),
        ("2021-03-04 3.srt", None),
        ("20210304-3.srt", None),
    ],
)
def test_what_a_document_is_numbered(name: str, number: int | None) -> None:
    matches = match("salt & clay", {name: Metadata(number=number)}, FEED, set())
    assert matches.items == {name: ("g3", "number")}


def test_of_two_numbers_none_is_the_episodes() -> None:
    assert match("salt & clay", {"ep 3 part 2.srt": Metadata()}, FEED, set()).items == {}


@pytest.mark.parametrize("group", ["salt-and-clay", "Salt & Clay", "saltclay"])
def test_within_a_show_its_number_is_enough(group: str) -> None:
    documents = {"1.vtt": Metadata(), "ep-03.srt": Metadata(), "9.vtt": Metadata()}
    feed = Feed(Show("Salt & Clay", url="https://kiln.example/salt-and-clay"), ITEMS)
    matches = match(group, documents, feed, {"g2"})
    assert matches.same_show
    assert matches.items == {"1.vtt": ("g1", "number"), "ep-03.srt": ("g3", "number")}


def test_two_transcripts_of_one_episode_are_left_alone() -> None:
    documents = {"kiln-002.vtt": Metadata(), "kiln-002.srt": Metadata()}
    assert match("salt clay", documents, FEED, set()).items == {}
    assert match("salt clay", {"kiln-002.vtt": Metadata()}, FEED, {"g2"}).items == {}


RSS = """<?xml version="1.0"?>
<rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0">
<channel><title>Salt &amp; Clay</title>
<item><guid>g7</guid><title>Cracks</title><pubDate>Thu, 04 Mar 2021 09:00:00 GMT</pubDate>
<podcast:person role="guest">Kofi Brand</podcast:person>
<podcast:person role="host">Tamsin Vale</podcast:person>
<enclosure url="https://cdn.example/kiln-7.mp3" type="audio/mpeg"/></item>
</channel></rss>
"""
TALK = "Tamsin Vale: Why does salt crack?\n\nKofi Brand: It cools.\n\nTamsin Vale: And then?\n"


@pytest.mark.parametrize("feed_first", [True, False])
def test_a_folder_and_a_feed_in_either_order(
    tmp_path: Path, feed_first: bool, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "saltclay"
    folder.mkdir()
    (folder / "kiln-7.txt").write_text(TALK)
    (folder / "kiln-8.txt").write_text(TALK.replace("salt", "ash"))
    (tmp_path / "iron-9.txt").write_text(TALK.replace("salt", "iron"))
    feed = tmp_path / "feed.xml"
    feed.write_text(RSS)
    with talksearch.open(tmp_path / "home") as archive, caplog.at_level(logging.WARNING):
        for source in (feed, folder) if feed_first else (folder, feed):
            archive.add(source)
        archive.add(tmp_path / "iron-9.txt", show="Forge")
        by_title = {episode.title: episode for episode in archive.episodes()}
        assert sorted(by_title) == ["Cracks", "iron 9", "kiln 8"]
        assert str(by_title["Cracks"].date) == "2021-03-04"
        (hit,) = archive.search("cools", role="guest").hits
        assert hit.episode.show == "Salt & Clay" and hit.passage.speaker.name == "Kofi Brand"
        assert hit.episode.source.endswith("kiln-7.txt")
        assert "1 of" in caplog.text and "kiln-8.txt" in caplog.text
        assert "iron-9" not in caplog.text
        # Added again, and built anew, it stays where it is.
        again = archive.add(folder)
        assert {outcome.status for outcome in again} == {"unchanged"}
        archive.rebuild()
        assert len(archive.episodes()) == 3


@pytest.mark.parametrize(
    "told",
    ["guid: g7", "url: https://kiln.example/7", "audio: https://cdn.example/kiln-7.mp3",
     "title: Why salt cracks"],
)  # fmt: skip
def test_what_a_document_says_is_read_when_its_feed_comes(tmp_path: Path, told: str) -> None:
    (tmp_path / "x.md").write_text(f"---\n{told}\n---\n{TALK}")
    item = RSS.replace("</item>", "<link>https://kiln.example/7</link></item>")
    (tmp_path / "feed.xml").write_text(item.replace("Cracks", "Why salt cracks"))
    with talksearch.open(tmp_path / "home") as archive:
        archive.add(tmp_path / "x.md")
        shutil.rmtree(archive.home / "index")  # and what is remembered of documents
        archive.add(tmp_path / "feed.xml")
        (episode,) = archive.episodes()
        assert (episode.guid, episode.show, str(episode.date)) == (
            "g7",
            "Salt & Clay",
            "2021-03-04",
        )
