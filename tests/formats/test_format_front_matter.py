"""Front matter: what its keys say, and that a broken one does no harm."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from talksearch import formats
from talksearch.formats.base import Metadata
from talksearch.formats.front_matter import metadata_of, parse_date
from talksearch.links import web_address
from talksearch.model import Document, Person, Role, Source


def read(front: str, body: str = "The body.", fence: str = "---") -> Metadata:
    text = f"{fence}\n{front}\n{fence}\n\n{body}\n"
    reading = formats.read(Document(text.encode(), "x.md"))
    assert [cue.text for cue in reading.cues] == [body]
    return reading.metadata


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019-07-01", dt.date(2019, 7, 1)),
        ("2020-07-15T09:23:09+00:00", dt.date(2020, 7, 15)),
        ("2020-12-10 20:50:00 -0800", dt.date(2020, 12, 10)),
        ("2021/3/4", dt.date(2021, 3, 4)),
        ("20190701", dt.date(2019, 7, 1)),
        ("1496880000000", dt.date(2017, 6, 8)),
        ("July 15th, 2021", dt.date(2021, 7, 15)),
        ("2024-13-45", None),
        ("Sep 5, 2021", dt.date(2021, 9, 5)),
        ("Julius 15, 2021", None),
        ("someday", None),
        ("2019", None),
        ("", None),
        (None, None),
    ],
)
def test_dates(text: str | None, expected: dt.date | None) -> None:
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://e.example/a?b=c", True),
        ("http://e.example", True),
        ("/machine-learning", False),
        ("e.example/a", False),
        ("mailto:a@e.example", False),
        ("https://", False),
        ("https://[broken", False),
        ("https://e.example/a b", False),
    ],
)
def test_addresses(text: str, expected: bool) -> None:
    assert (web_address(text) == text) is expected


@pytest.mark.parametrize(
    ("front", "name", "expected"),
    [
        ("title: 1984", "title", "1984"),
        ("title: ~", "title", None),
        ("series: {title: Tides}", "show", "Tides"),
        ("podcast: Tides", "show", "Tides"),
        ("date: 2024-13-45", "date", None),
        ("audio: https://c.example/a.mp3", "audio_url", "https://c.example/a.mp3"),
        ("enclosure: {url: 'https://c.example/a.mp3'}", "audio_url", "https://c.example/a.mp3"),
        ("audio: ../a.mp3", "audio_url", None),
        ("permalink: /about", "url", None),
        ("permalink: /about\nlink: https://e.example/a", "url", "https://e.example/a"),
        ("lang: de-AT", "language", "de-AT"),
        ("episode: 7", "number", 7),
        ("episode: Season 2 Episode 3", "season", 2),
        ("episode: Season 2 Episode 3", "number", 3),
        ("episode: _episodes/7.md", "number", None),
        ("tags: [a, '16', 'c d']\ncategory: a\n_yoast_tags: [z]", "tags", ("a", "c d")),
        ("tags: a, b", "tags", ("a", "b")),
        ("author: Somebody", "people", ()),
        ("hosts: [Ana Ruiz, Tom]", "people",
         (Person("Ana Ruiz", Role.HOST), Person("Tom", Role.HOST))),
        ("guest: Ana Ruiz + Tom Ode", "people",
         (Person("Ana Ruiz", Role.GUEST), Person("Tom Ode", Role.GUEST))),
        ("guests: राम शर्मा, सीता वर्मा", "people",
         (Person("राम शर्मा", Role.GUEST), Person("सीता वर्मा", Role.GUEST))),
        ("guest: Ana Ruiz, head of research", "people",
         (Person("Ana Ruiz, head of research", Role.GUEST),)),
        ("speakers: [Ana]\nguests: [Ana]", "people", (Person("Ana", Role.GUEST),)),
        ("people: [{name: Bo, role: co-host, job: baker, organisation: Ovens, url: /bo}]", "people",
         (Person("Bo", Role.CO_HOST, "co-host", "baker", "Ovens",
                 occupation_source=Source.PUBLISHER),)),
        ("people: [{role: host}, 7, null]", "people", (Person("7"),)),
    ],
)  # fmt: skip
def test_keys(front: str, name: str, expected: Any) -> None:
    assert getattr(read(front), name) == expected


def test_toml_and_json() -> None:
    toml = read('title = "Tides"\ndate = 2021-03-04\nepisode = 9', fence="+++")
    assert (toml.title, toml.date, toml.number) == ("Tides", dt.date(2021, 3, 4), 9)
    text = '{"title": "Tides", "episode": 9, "guests": ["bo"]}\n\nThe body.\n'
    reading = formats.read(Document(text.encode(), "x.md"))
    assert (reading.metadata.title, reading.metadata.number) == ("Tides", 9)
    assert [cue.text for cue in reading.cues] == ["The body."]


@pytest.mark.parametrize(
    "front",
    ['title: "a\nb: [', "a: b: c", "title: x\n\t- y", "a: &a [*a]", "a: *nobody"],
)
def test_broken_yaml_is_as_if_it_were_not_there(front: str) -> None:
    assert read(front) == Metadata()


def test_tags_of_yaml_make_nothing_happen(tmp_path: Any) -> None:
    touched = tmp_path / "touched"
    metadata = read(f'title: !!python/object/apply:os.mkdir ["{touched}"]\nlang: en')
    assert metadata.language == "en"
    assert not touched.exists()


def test_a_rule_is_no_front_matter() -> None:
    text = b"---\n\nA paragraph between two rules.\n\n---\n\nAnother.\n"
    reading = formats.read(Document(text, "x.md"))
    assert [cue.text for cue in reading.cues] == ["A paragraph between two rules.", "Another."]


def test_a_bomb_of_aliases_stays_small() -> None:
    lines = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9) if n else 'x'}]" for n in range(30)]
    assert read("\n".join([*lines, "title: Tides", "tags: *a29"])).title == "Tides"


def test_keys_of_any_case_and_kind() -> None:
    assert metadata_of({"Title": "A", 7: "b", "Pub-Date": "2020-01-02"}).date == dt.date(2020, 1, 2)
