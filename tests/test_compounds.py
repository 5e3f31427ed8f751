"""Compounds: written in one word, or in two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talksearch.compounds import (
    COMPOUND,
    Compound,
    compounds,
    compounds_in_plain,
    written_solid,
)
from talksearch.words import plain_text, words


@pytest.mark.parametrize(
    ("compound", "solid"),
    [
        ("e-mail", "email"),
        ("E\u2011Mail,", "email"),
        ("Node.js", "nodejs"),
        ("GPT-4", "gpt4"),
        ("K-12", "k12"),
        ("email", None),
        ("3.14", None),
        ("9-11", None),
        ("1,000", "1000"),
        ("12,345,678", "12345678"),
        ("1,000,00", None),
        ("0,125", None),
        ("1.000", None),
        ("2,5", None),
        ("192.168.100.200", None),
        ("10:30", None),
        ("1,000th", None),
        ("state-of-the-art", None),
        ("and/or", None),
        ("C++-like", None),
        ("#e-mail", None),
        ("ई-मेल", "ईमेल"),
        ("Node.js's", "nodejs's"),
        ("l'e-mail", "email"),
        ("no -- no", None),
    ],
)
def test_a_compound_in_one_word(compound: str, solid: str | None) -> None:
    assert written_solid(compound) == solid


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The front-end team, on Node.js.", {1: "front-end", 5: "node-js"}),
        ("E\u2011mail me", {0: "e-mail"}),
        ("my co-founders", {1: "co-founders"}),
        ("GPT-4 is in 9-11 and 3.14", {0: "gpt-4"}),
        ("state-of-the-art, www.example.org", {}),
        ("a state-of-the-art front-end. No e-mail- no", {5: "front-end", 8: "e-mail"}),
        ("... front-end ...", {0: "front-end"}),
        ("rock -and- roll - no", {}),
        ("#front-end, C++-like, U.S.-based", {}),
        ("the co-founder's e\u2011mail’s", {1: "co-founder's", 3: "e-mail's"}),
        ("ई-मेल", {0: "ई-मेल"}),
        ("日本-語", {}),
        ("$1,000,000 for 10,000 people", {0: "1-000-000", 4: "10-000"}),
        ("Python 3.110, 0,125 and 1,00; 1,0000 1,000,5 v1,000 #1,000 1.000", {}),
        ("in 2020, 100 of 1,000, 1,000's, R&1,000, \u03011,000", {4: "1-000"}),
        ("wait.What?", {0: "wait-what"}),
        ("The E-Mail-Adresse, e-mail.example", {1: "e-mail", 4: "e-mail"}),
        ("K-i-l-n, 9-to-5, Grace-e-mail, a-b-testing", {}),
        ("", {}),
    ],
)
def test_the_compounds_of_a_text(text: str, found: dict[int, str]) -> None:
    told = sorted(compounds(text, list(words(text)), "en"))
    assert {each.position: each.term.removeprefix(COMPOUND) for each in told} == found
    assert [each.solid for each in told] == [each.term.replace("-", "") for each in told]
    plain = plain_text(text)
    assert plain is None or sorted(compounds_in_plain(text, plain, "en")) == told


def test_thousands_are_parted_by_dots_where_decimals_are_not() -> None:
    text = "Über 1.000 von 10.000.000 am 12.345, 3.14 und 0.125."
    told = list(compounds(text, list(words(text)), "de"))
    assert [(each.position, each.solid.removeprefix(COMPOUND), each.size) for each in told] == [
        (1, "1000", 2), (4, "10000000", 3), (8, "12345", 2)
    ]  # fmt: skip
    plain = text.replace("Ü", "U")
    assert sorted(compounds_in_plain(plain, plain_text(plain) or "", "de")) == told
    assert list(compounds(text, list(words(text)), "en")) == []


@pytest.mark.parametrize(
    ("text", "position", "term", "solid"),
    [
        ("Un après-dîner", 1, "apres-diner", "aprèsdîner"),
        ("L\u2019après-dîner", 0, "l'apres-diner", "aprèsdîner"),
        ("l'avant-garde", 0, "l'avant-garde", "avantgarde"),
        ("par d\u2019e-mails", 1, "d'e-mails", "emails"),
    ],
)
def test_a_compound_is_stemmed_with_its_accents(
    text: str, position: int, term: str, solid: str
) -> None:
    (found,) = compounds(text, list(words(text)), "fr")
    assert found == Compound(position, COMPOUND + term, COMPOUND + solid)


def test_what_romanian_joins_is_two_words() -> None:
    for text in ("Într-o zi s-a dus.", "mi-a zis"):
        assert not list(compounds(text, list(words(text)), "ro"))
    assert not list(compounds_in_plain("mi-a zis", "mi a zis", "ro"))


@given(
    st.lists(
        st.sampled_from(["a", "B1", "2", "l'", "s", "-", ".", " ", "'", "&", ",", "\u2019"])
    ).map("".join)
)
def test_plain_texts_have_the_same_ones(text: str) -> None:
    plain = plain_text(text)
    if plain is not None:
        expected = compounds(text, list(words(text)), "en")
        assert sorted(compounds_in_plain(text, plain, "en")) == list(expected)
