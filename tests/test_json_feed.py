"""JSON Feed from a file to the answer, and JSON that is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import talksearch
from talksearch.feeds import looks_like_feed, parse_feed

FEED = Path(__file__).parent / "data" / "feeds" / "podcast.jsonfeed"
VERSION = "https://jsonfeed.org/version/1.1"


def test_a_json_feed_is_added_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "feed.json"
    path.write_bytes(FEED.read_bytes())
    with talksearch.open(tmp_path / "home") as archive:
        assert [outcome.status for outcome in archive.add(path)] == ["new", "new"]
        assert archive.refresh().unchanged == 2
        (hit,) = archive.search("throws").hits
    episode = hit.episode
    assert (episode.show, episode.title, str(episode.date)) == (
        "Glass & Salt",
        "Salt",
        "2024-03-05",
    )
    assert episode.audio_url == "https://pod.example/salt.m4a"


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ({"version": VERSION}, True),
        ({"items": [], "version": "https://jsonfeed.org/version/2"}, True),
        ({"version": "http://www.jsonfeed.org/version/1"}, True),
        ({"version": "1.0.0", "segments": []}, False),
        ({"version": "1.0.0", "segments": [{"version": VERSION, "body": "Hello"}]}, False),
        ({"text": f'"version": "{VERSION}"'}, False),
        ([{"version": VERSION}], False),
    ],
)
def test_what_says_so_itself_is_a_json_feed(value: object, wanted: bool) -> None:
    data = json.dumps(value).encode()
    for text in (data, b"\xef\xbb\xbf\n" + data, data.replace(b"/", b"\\/")):
        assert looks_like_feed(text) is wanted


def test_it_says_where_its_further_pages_are() -> None:
    address = "https://pod.example/feed.json"
    value = {"version": VERSION, "items": [{"id": "1", "title": "Salt"}], "next_url": "?page=2"}
    for told, page in ((value, f"{address}?page=2"), ({**value, "next_url": 2}, None)):
        data = json.dumps(told).encode()
        assert parse_feed(data, source="", base_url=address).next_page == page


def test_broken_json_is_no_feed() -> None:
    assert not looks_like_feed(FEED.read_bytes()[:-5])
