"""Pages without their menus, forms and lists; and nothing that somebody wrote is gone."""

from __future__ import annotations

import pytest

from talksearch import formats
from talksearch.formats.furniture import drop_furniture, is_boilerplate
from talksearch.model import Document

PLACES = """
alderney|brittany|cornwall|devon|east anglia|flanders|galway|highlands and islands|isle of man
|jersey|kerry, county of|mull (inner hebrides), the isle of|saint helier, u.k.|lundy
""".replace("\n", "").split("|")

BULLETS = ["familiar with scala", "experience with spark/pyspark", "excellent sense of the tides"]


def kept(lines: list[str]) -> list[str]:
    return [line for line in drop_furniture(lines) if line]


def test_a_long_run_of_options_goes() -> None:
    text = ["We are looking for a keeper of the light.", "", *PLACES, "", "It is a quiet job."]
    assert kept(text) == [text[0], text[-1]]


def test_blank_lines_do_not_save_a_menu() -> None:
    spaced = [line for place in PLACES for line in (place, "", "")]
    assert kept([*spaced, "It is a quiet job."]) == ["It is a quiet job."]


def test_what_follows_select_goes_however_short() -> None:
    text = ["Gender", "", "select", "arrow down icon", "female", "male", "or decline", "", *BULLETS]
    assert kept(text) == ["Gender", *BULLETS]


def test_written_bullets_stay() -> None:
    assert kept(["requirements:", "", *BULLETS, "jvm", "linux"]) == [
        "requirements:",
        *BULLETS,
        "jvm",
        "linux",
    ]


def test_a_bullet_beside_a_menu_stays() -> None:
    assert kept([*BULLETS, "", *PLACES]) == BULLETS


def test_long_bullets_are_no_menu() -> None:
    many = [f"experience with the tool number {n}" for n in range(30)]
    assert kept(many) == many


def test_the_third_time_it_is_a_template() -> None:
    line = "This field is required."
    assert kept([line, "A name.", line]) == [line, "A name.", line]
    assert kept([line, "A name.", line, line.upper()]) == ["A name."]


@pytest.mark.parametrize("text", ["Upload", "search icon", "twitter logo icon", "![x](y.jpg)"])
def test_controls_icons_and_images_go(text: str) -> None:
    assert kept([text, "A sentence stays."]) == ["A sentence stays."]


def test_an_icon_in_a_sentence_stays() -> None:
    assert kept(["She painted the twelfth and last great icon", "Upload it."]) == [
        "She painted the twelfth and last great icon",
        "Upload it.",
    ]


def test_blank_lines_keep_their_place() -> None:
    assert drop_furniture(["One.", "", "search icon", "Two."]) == ["One.", "", "", "Two."]


def test_a_page_of_nothing_else_stays() -> None:
    assert drop_furniture(PLACES) == PLACES


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Related:", True),
        ("**Related:**", True),
        ("Related: the first part", False),
        ("![](https://e.example/a.jpg)", True),
        ("Subscribe to nothing", False),
    ],
)
def test_boilerplate(text: str, expected: bool) -> None:
    assert is_boilerplate(text) is expected


@pytest.mark.parametrize("line", ["{n:02}:00 upload", "{who}: Yes.", "{who}: search icon"])
def test_transcripts_are_never_cleared(line: str) -> None:
    rows = [line.format(n=n, who="AB"[n % 2]) for n in range(40)]
    assert len(formats.read(Document("\n\n".join(rows).encode(), "x.txt")).cues) == 40
