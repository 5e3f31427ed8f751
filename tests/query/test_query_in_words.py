"""A query said back in English."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from test_query_properties import TREES

from talksearch.query.english import in_words
from talksearch.query.fields import FIELDS, SAID, condition
from talksearch.query.nodes import And, Filter, Node, Not, Or, Phrase, Prefix, Term, Then, Words
from talksearch.query.parser import parse
from talksearch.query.tree import any_word, leaves

SAID_BACK = [
    ("", "all passages"),
    ("war", "passages with “war”"),
    ("war peace", "passages with “war” or “peace”, those with both first"),
    (
        "what is man",
        "passages with “what”, “is” or “man”, those with all of these words first",
    ),
    (
        '"tide gauge" role:guest after:2021',
        "passages with “tide gauge”, by guests, from 2021 on",
    ),
    ("tide gauge role:guest", "passages with “tide” or “gauge”, by guests, those with both first"),
    ('"tide gauge" sea', "passages with “tide gauge”, those with “sea” first"),
    ('a "b c" d role:guest', "passages with “b c”, by guests, those with “a” and “d” first"),
    ('"a b" c c', "passages with “a b”, those with “c” first"),
    ("a b AND c", "passages with (“a” or “b”) and “c”, those with “a” and “b” first"),
    ('"x" a AND "y" b', "passages with “x” and “y”, those with “a” and “b” first"),
    (
        "(a b) AND (c d)",
        "passages with (“a” or “b”) and (“c” or “d”), those with all of these words first",
    ),
    ('a NEAR b "c d"', "passages with (“a” at most 10 words from “b”) and “c d”"),
    ('d -("a b" c)', "passages with “d”, without “a b”"),
    ('d -("a b" c role:host)', "passages with “d”, not (with “a b”, by hosts)"),
    ('"a b" c OR d', "passages with (“a b”, preferably with “c”) or “d”"),
    (
        'host:"a b" c THEN d',
        "passages with “d”, at most 3 turns or passages after one (with “a b”, by hosts), "
        "preferably with “c”",
    ),
    ("salt AND tide -kiln", "passages with “salt” and “tide”, without “kiln”"),
    ("(war OR peace) AND sea", "passages with (“war” or “peace”) and “sea”"),
    ("a b OR c AND d", "passages with (“a” or “b”) or (“c” and “d”)"),
    ("glaz*", "passages with a word that begins with “glaz”"),
    ("glaze~", "passages with “glaze” or a word one letter off"),
    ('a NEAR/1 "b c"', "passages with “a” at most one word from “b c”"),
    ('across:"a b"', "passages with “a b” (in one turn or several)"),
    ('"a b ... c"', "passages with “a b … c” (at most 100 words left out)"),
    (
        'across:"a […] b … "',
        "passages with “a … b” (at most 100 words left out) (in one turn or several)",
    ),
    (
        'host:"a b" THEN guest:c',
        "passages with “c”, by guests, at most 3 turns or passages after one with “a b”, by hosts",
    ),
    ("-(a role:host)", "passages not (with “a”, by hosts)"),
    ("war OR speaker:ann", "passages either with “war” or by ann"),
    ("speaker:ann speaker:bo", "passages either by ann or by bo"),
    ("about:nico -kind:ad", "passages in which others speak of nico, not from sponsors"),
    ("before:2021", "passages before 2021"),
    ("date:..2020", "passages until 2020"),
    ("date:2020..2021-07", "passages from 2020 to 2021-07"),
    ("date:2020-07-15", "passages on 2020-07-15"),
]


@pytest.mark.parametrize(("typed", "said"), SAID_BACK, ids=[typed for typed, _ in SAID_BACK])
def test_a_query_is_said_back(typed: str, said: str) -> None:
    assert in_words(parse(typed)) == said


@settings(max_examples=200)
@given(TREES)
def test_whatever_is_looked_for_is_told(tree: Node) -> None:
    said = in_words(tree)
    assert said.startswith("passages ") and said.count("(") == said.count(")")
    for leaf in told(tree):
        if isinstance(leaf, Term | Phrase | Prefix):
            assert f"“{leaf.text}”" in said
        elif isinstance(leaf, Filter) and leaf.field not in ("kind", "role"):
            assert leaf.value in said


def told(tree: Node) -> Iterator[Node]:
    """All but words that would only rank, in what is excluded."""
    match tree:
        case And(children) | Or(children) | Words(children):
            for child in children:
                yield from told(child)
        case Then(left, right):
            yield from told(left)
            yield from told(right)
        case Not(child):
            yield from leaves(any_word(child))
        case _:
            yield from leaves(tree)


def test_every_field_can_be_said() -> None:
    for field in set(FIELDS) - set(SAID):
        value = {"role": "guest", "kind": "ad"}.get(field, "2020")
        assert in_words(condition(field, value)).startswith("passages ")
