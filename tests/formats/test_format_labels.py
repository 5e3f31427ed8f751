"""Is this the name of a speaker? One line does not tell; a document does."""

from __future__ import annotations

from collections import Counter

import pytest

from talksearch.formats.labels import believe, candidate, split_label


@pytest.mark.parametrize(
    "name",
    [
        "Nico",
        "Wes Bos",
        "Dr. Courtney O'Neil-Ruiz",
        "Lucy D’Agostino McGowan",
        "President Donald J. Trump",
        "STEVE INSKEEP, HOST",
        "SEN. BERNIE SANDERS (I), VERMONT",
        "Speaker 1",
        "Q",
        "A",
        "MAN 2",
        "Алла Пугачёва",
        "謝孟恭",
        "マリー・キュリー",
        "弗拉基米尔·普京",
        "राम शर्मा",
        "สุดา รักไทย",
        "ដារា",
        "علی‌رضا",
        "ד״ר דנה לוי",
        'ד"ר דנה לוי',
        "Jay & Kathy",
        "$STDOUT",
        "Mireille B. Reece, Psy.D",
        "Rico Sta. Cruz",
        "田中（司会）",
    ],
)
def test_may_be_a_label(name: str) -> None:
    assert candidate(name) == name
    assert candidate(f" **{name}** ") == name
    assert split_label(f"{name}: So: first, this.") == (name, "So: first, this.")
    assert split_label(f"{name}：はい") == (name, "はい")


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/a",
        "http: the protocol",
        "10:30 is late",
        "at 10:30",
        "std::vector is fine",
        "Note: bring a coat",
        "WARNING: deep water",
        "Links: one, two",
        "Step 1: breathe",
        "Wait. What: no",
        "Hi Ana. So: fine",
        "What? Me: no",
        "1984: a novel",
        "Here is what I think we should do about it: nothing",
        "apples, pears, plums: all sold",
        ": nothing before",
        "x" * 70 + ": too long",
    ],
)
def test_is_no_label(text: str) -> None:
    assert split_label(text) is None


def test_names_that_come_back_are_believed() -> None:
    found = Counter({"Ana": 3, "Tom": 3, "the doctor": 2, "so the point is": 1, "Remark": 1})
    assert believe(found, "we made a remark", 10) == {"Ana", "Tom", "the doctor"}


def test_who_is_named_with_a_role_comes_back_without_it() -> None:
    found = Counter({"田中（司会）": 1, "李丽 （嘉宾）": 1, "田中": 1, "mike (host)": 1, "mike": 1})
    assert believe(found, "", 6) == {"田中（司会）", "田中", "mike (host)", "mike"}
    assert believe(Counter({"李丽 （嘉宾）": 1, "主持人": 2}), "", 4) == {"主持人"}


@pytest.mark.parametrize("role", ["host", "司会", "ведущий", "المذيع", "q"])
def test_a_role_is_believed_at_once(role: str) -> None:
    assert believe(Counter({"Ana": 2, role: 1}), f"{role} said", 6) == {"Ana", role}


def test_a_word_that_the_text_uses_is_nobody() -> None:
    found = Counter({"Ana Ruiz": 4, "Miguel": 1, "Honestly": 1})
    assert believe(found, "I said honestly that", 8) == {"Ana Ruiz", "Miguel"}


def test_a_phrase_in_lower_case_must_come_back() -> None:
    assert believe(Counter({"mike": 1, "Ana": 5}), "", 6) == {"Ana"}
    assert believe(Counter({"mike": 4, "Ana": 5}), "", 9) == {"Ana", "mike"}
    assert believe(Counter({"what i mean": 4, "Ana": 5}), "", 9) == {"Ana"}


def test_single_lines_do_not_make_a_dialogue() -> None:
    notes = Counter({"Intro Theme": 1, "Audio Editing": 1, "Hosts": 1})
    assert believe(notes, "", 20) == set()
    assert believe(Counter({"Ana": 1, "Tom": 1}), "", 2) == {"Ana", "Tom"}


def test_a_full_name_in_the_first_line_makes_a_monologue() -> None:
    found = Counter({"Ana Ruiz": 1})
    assert believe(found, "", 30, {"Ana Ruiz"}) == set()
    assert believe(found, "", 30, {"Ana Ruiz"}, opening="Ana Ruiz") == {"Ana Ruiz"}
