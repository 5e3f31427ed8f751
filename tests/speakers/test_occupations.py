"""Occupations in running text."""

from __future__ import annotations

import pytest

from talksearch.speakers.occupations import Description, descriptions


def found(text: str) -> list[tuple[str, str, str | None]]:
    return [(each.name, each.occupation, each.organization) for each in descriptions(text)]


@pytest.mark.parametrize(
    ("text", "name", "occupation", "organization"),
    [
        ("Ada Byron is a mathematician at Babbage.", "Ada Byron", "mathematician", "Babbage"),
        ("Ada Byron, an analyst at Day & Sons, joins.", "Ada Byron", "analyst", "Day & Sons"),
        ("With Ada Byron, the founder of Hooli.", "Ada Byron", "founder", "Hooli"),
        ("I talk to Ada Byron, CEO of Hooli, about it", "Ada Byron", "CEO", "Hooli"),
        ("Ada Byron, who is a Sr. Engineer at Hooli", "Ada Byron", "Sr. Engineer", "Hooli"),
        ("Ada Byron, VP of Engineering at Hooli.", "Ada Byron", "VP of Engineering", "Hooli"),
        (
            "Ada Byron is a professor of computer science at the University of Turin.",
            "Ada Byron", "professor of computer science", "University of Turin",
        ),
        ("Ada Byron, CEO of Big Engines (BE), left", "Ada Byron", "CEO", "Big Engines"),
        ("Ada Byron is a designer over at Hooli.", "Ada Byron", "designer", "Hooli"),
        ("My name is Ada Byron, and I'm a designer at Hooli", "Ada Byron", "designer", "Hooli"),
        ("Ada Byron is apparently a designer at Hooli.", "Ada Byron", "designer", "Hooli"),
        ("Ana de Armas is an actor.", "Ana de Armas", "actor", None),
        ("Žofie Čapková, a chemist at Škoda, said", "Žofie Čapková", "chemist", "Škoda"),
        ("My name is Ada Byron, I'm a designer at Hooli.", "Ada Byron", "designer", "Hooli"),
        ("It was Ada Byron – a writer, poet and more.", "Ada Byron", "writer", None),
        ("Dr. Ada Byron is the head of the Turing Institute’s lab", "Ada Byron", "head",
         "Turing Institute"),
        ("Ada Byron, an assistant of Dr. Li at Hooli, left", "Ada Byron", "assistant of Dr. Li",
         "Hooli"),
        ("Ada Byron, the editor of Engines at Hooli, left", "Ada Byron", "editor", None),
        ("Ada Byron is a designer at Hooli on the coast", "Ada Byron", "designer", "Hooli"),
        ("Ada Byron is an engineer with a knack at Hooli", "Ada Byron", "engineer with a knack",
         "Hooli"),
    ],
)  # fmt: skip
def test_what_people_do(text: str, name: str, occupation: str, organization: str | None) -> None:
    assert found(text) == [(name, occupation, organization)]


def test_several_in_a_sentence() -> None:
    assert found(
        "Ada Byron is a machine learning engineer at Hooli, Tom Ray is a data scientist at "
        "Initech, and Li Na is a coach."
    ) == [
        ("Ada Byron", "machine learning engineer", "Hooli"),
        ("Tom Ray", "data scientist", "Initech"),
        ("Li Na", "coach", None),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "She is an engineer at Hooli.",
        # What comes before a name is of that name.
        "Welcome Ada Byron, and director of the Mint, Tom Ray.",
        "Hooli Labs is a developer of engines at Hooli.",
        "Ada is an engineer at Hooli.",
        "Ada Byron is a fan of Hooli.",
        "Ada Byron is a customer at Hooli.",
        "Ada Byron is a better person at Christmas.",
        "Attention Heads, a paper at NeurIPS, is good.",
        "Ada Byron is at Hooli.",
        "Ada Byron was told a lie by an engineer at Hooli.",
        "The Answer is an engineer.",
        "Ada Byron, one of the founders of Hooli",
        "Ada Byron is no longer at Hooli.",
        "Ada Byron is no longer a designer at Hooli.",
        "Ada Byron is not the founder of Hooli.",
        # A field, a thing, something of an organization's: no organization.
        "Ada Byron, VP of Engineering, left.",
        "Ada Byron is the lead of the Python extension.",
        "Ada Byron is the host of Hooli's show.",
        "",
    ],
)
def test_what_is_not_said(text: str) -> None:
    assert found(text) == []


def test_a_description_is_a_plain_value() -> None:
    assert Description("Ada Byron", "poet", None) == next(descriptions("Ada Byron is a poet."))
