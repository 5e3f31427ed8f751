"""Words that Britain and America spell differently."""

from __future__ import annotations

import pytest

from talksearch.spellings import other_spelling


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("organise", "organize"),
        ("organisations", "organizations"),
        ("analysed", "analyzed"),
        ("colour", "color"),
        ("neighbourhoods", "neighborhoods"),
        ("theatres", "theaters"),
        ("catalogue", "catalog"),
        ("licence", "license"),
        ("defenceless", "defenseless"),
        ("judgement", "judgment"),
        ("jewellery", "jewelry"),
        ("manoeuvre", "maneuver"),
        ("programmes", "programs"),
        ("sceptical", "skeptical"),
        ("yoghurt", "yogurt"),
    ],
)
def test_either_way(british: str, american: str) -> None:
    assert other_spelling(british) == american
    assert other_spelling(american) == british


@pytest.mark.parametrize(
    "word",
    ["prise", "size", "wise", "four", "hour", "or", "timber", "acre", "there", "prologue", "fence",
     "grey", "hence", "story", "logue", "programmed", "kiln", "färger", "歩く", "7", ""],
)  # fmt: skip
def test_what_is_alike_by_chance_is_left(word: str) -> None:
    assert other_spelling(word) is None
