"""What values tell of themselves."""

from __future__ import annotations

import datetime as dt

import pytest

from talksearch.model import Episode, clean_text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  two\n\twords ", "two words"),
        ("ein\u00a0Wort", "ein Wort"),
        ("zwei\u200bWörter", "zwei Wörter"),
        ("Cafe\u0301", "Café"),
        ("nul\x00l", "nul l"),
        # A word that may be broken, or is set from right to left, is one word.
        ("Silben\u00adtrennung", "Silbentrennung"),
        ("מי\u200fלה\u200e كل\u061cمة", "מילה كلمة"),
        ("o\u202an\u202ee t\u2060w\u2069o th\ufeffr\u200eee", "one two three"),
        # Joiners are letters of a kind, but not where there is nothing to join.
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a \u200d b", "a b"),
    ],
)
def test_text_is_one_line_of_what_is_read(text: str, clean: str) -> None:
    assert clean_text(text) == clean == clean_text(clean)


def test_episodes_are_in_the_order_of_dates_else_of_numbers_else_of_names() -> None:
    in_order = [
        Episode("h", "", source="z/ep 2.vtt"),
        Episode("g", "", source="z/ep 10.vtt"),
        Episode("f", "", number=2, source="y"),
        Episode("e", "", number=10, source="x"),
        Episode("d", "", season=1, number=3, source="w"),
        Episode("c", "", season=2, number=1, source="v"),
        Episode("b", "", date=dt.date(2020, 1, 2), season=1, number=1),
        Episode("a", "", date=dt.date(2021, 1, 1)),
    ]
    assert sorted(set(in_order), key=lambda episode: episode.order) == in_order
