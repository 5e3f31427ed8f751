"""Chapters in a file of their own, and items that are kept as plain values."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talksearch import feeds
from talksearch.errors import FeedParseError
from talksearch.feeds import Item, item_from_dict, item_to_dict, parse_chapters
from talksearch.feeds.values import moment
from talksearch.model import Chapter

JSON = {
    "version": "1.2.0",
    "chapters": [
        {
            "startTime": 168.5,
            "title": "Wood &amp; ash",
            "endTime": 200,
            "url": "https://w.example/",
        },
        {"startTime": 0, "title": "Hello", "img": "https://img.example/"},
        {"startTime": 90, "title": "A picture", "toc": False},
        {"startTime": 91},
        {"startTime": -5, "title": "Before"},
        {"startTime": "4:05", "title": "As written", "endTime": 3, "url": "javascript:x"},
        "no chapter",
    ],
}
SIMPLE = b"""<?xml version="1.0"?>
<psc:chapters version="1.2" xmlns:psc="http://podlove.org/simple-chapters">
 <psc:chapter start="00:04:05.250" title="Wood &amp; ash" href="https://w.example/"/>
 <psc:chapter START="0" Title="Hello"/><psc:chapter start="1" title=" "/>
</psc:chapters>"""


def test_chapters_of_podcasting_are_read_in_order() -> None:
    found = parse_chapters(b"\xef\xbb\xbf " + json.dumps(JSON).encode(), source="c.json")
    assert found == (
        Chapter(0, "Hello"),
        Chapter(168_500, "Wood & ash", 200_000, "https://w.example/"),
        Chapter(245_000, "As written"),
    )


def test_simple_chapters_are_read_from_a_file() -> None:
    hello, wood = Chapter(0, "Hello"), Chapter(245_250, "Wood & ash", url="https://w.example/")
    assert parse_chapters(SIMPLE, source="c.psc") == (hello, wood)
    bare = SIMPLE.replace(b"psc:", b"").replace(b"xmlns:psc", b"xmlns")
    assert parse_chapters(bare, source="c.psc") == (hello, wood)


def test_a_title_is_no_essay() -> None:
    value = {"chapters": [{"startTime": 1, "title": "word " * 5_000}]}
    (chapter,) = parse_chapters(json.dumps(value).encode(), source="c.json")
    assert len(chapter.title) < 510 and chapter.title.endswith("word …")


@pytest.mark.parametrize("data", [b'{"chapters": []}', b"<chapters/>"])
def test_there_may_be_no_chapters(data: bytes) -> None:
    assert parse_chapters(data, source="c") == ()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "is empty"),
        (b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello", "holds no XML"),
        (b'{"segments": []}', 'without a list of "chapters"'),
        (b'{"chapters": {}}', 'without a list of "chapters"'),
        (b'{"chapters": [', "is broken JSON"),
        (b"<html><body/></html>", "no list of chapters: its root is <html>"),
        (SIMPLE[:-9], "is broken XML of chapters: unclosed token"),
    ],
)
def test_what_are_no_chapters_is_named(data: bytes, reason: str) -> None:
    with pytest.raises(FeedParseError, match=reason) as raised:
        parse_chapters(data, source="there")
    assert str(raised.value).startswith("there:")


@pytest.mark.parametrize(
    ("raw", "ms"),
    [
        ("00:01:02.345", 62_345),
        ("00:01:02.345678", 62_345),
        ("1:02", 62_000),
        ("62", 62_000),
        (" 62.5 ", 62_500),
        (62, 62_000),
        (0, 0),
        ("1:75:00", None),
        ("-3", None),
        ("nan", None),
        (True, None),
        (None, None),
        (float("inf"), None),
        ("", None),
    ],
)
def test_a_moment_is_written_in_many_ways(raw: object, ms: int | None) -> None:
    assert moment(raw) == ms


def test_real_chapters_are_read(shared: Path) -> None:
    folder = shared / "data" / "feeds" / "podcast-namespace"
    paths = list(folder.glob("docs__examples__chapters__*.json"))
    assert paths
    for path in paths:
        told = json.loads(path.read_bytes())["chapters"]
        found = parse_chapters(path.read_bytes(), source=path.name)
        shown = [one for one in told if one.get("toc", True) and one.get("title")]
        assert [(c.start_ms, c.title) for c in found] == [
            (round(one["startTime"] * 1000), one["title"]) for one in shown
        ]


# Items as plain values


@given(st.from_type(Item))
def test_an_item_comes_back_as_it_was(item: Item) -> None:
    assert item_from_dict(json.loads(json.dumps(item_to_dict(item)))) == item


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*Item.__dataclass_fields__, "name", "role", "source", "start_ms"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=9,
)


@given(VALUES)
def test_any_other_value_is_an_item_or_a_value_error(value: Any) -> None:
    with suppress(ValueError):
        assert isinstance(item_from_dict(value), Item)


def test_an_item_may_come_from_another_version() -> None:
    item = Item("g", "T", people=(), chapters=(Chapter(5, "C"),))
    plain = item_to_dict(item)
    assert plain == {"guid": "g", "title": "T", "chapters": [{"start_ms": 5, "title": "C"}]}
    assert item_from_dict({**plain, "later": {"x": [1]}, "tags": None}) == item
    for broken in ({}, {"guid": 5}, {**plain, "chapters": [{}]}, {**plain, "date": "soon"}):
        with pytest.raises(ValueError, match=r"^(is no|Invalid)"):
            feeds.item_from_dict(broken)
