"""The query language: text to tree and back, and errors that point at the place."""

from __future__ import annotations

import time

import pytest

from talksearch.errors import QuerySyntaxError
from talksearch.query.nodes import (
    EVERYTHING,
    And,
    DateRange,
    Filter,
    Fuzzy,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Term,
    Words,
)
from talksearch.query.parser import parse

A, B, C, D = map(Term, "abcd")

TREES: list[tuple[str, Node]] = [
    ("", EVERYTHING),
    (" \t\n", EVERYTHING),
    # Words rank, whatever else they are
    ("war", Term("war")),
    ("die", Term("die")),
    ("war die", Words((Term("war"), Term("die")))),
    ("a b a", Words((A, B, A))),
    ("what is man", Words((Term("what"), Term("is"), Term("man")))),
    ("don't C++ R&B", Words((Term("don't"), Term("C++"), Term("R&B")))),
    ("#metoo", Term("#metoo")),
    ("and or not near", Words((Term("and"), Term("or"), Term("not"), Term("near")))),
    ("日本語 поиск", Words((Term("日本語"), Term("поиск")))),
    # Phrases
    ('"to be or not to be"', Phrase("to be or not to be")),
    ("“curly quotes”", Phrase("curly quotes")),
    ("„German quotes“", Phrase("German quotes")),
    ('דו"ח', Term("דו״ח")),
    ("דו”ח", Term("דו״ח")),
    ('דו"חות', Term("דו״חות")),
    ('"דו"ח מבקר"', Phrase("דו״ח מבקר")),
    ('צה"ל דו"ח', Words((Term("צה״ל"), Term("דו״ח")))),
    ('ה"מילה הזאת"', Words((Term("ה"), Phrase("מילה הזאת")))),
    ("スーパー＊", Prefix("スーパー")),
    (r'"a \"b\" \\ c"', Phrase(r'a "b" \ c')),
    ('"two\n  lines"', Phrase("two lines")),
    ('"a … b"', Phrase("a … b")),
    ('"[S]alt in a [t]rough, a[i] and [my]self"', Phrase("Salt in a trough, a[i] and [my]self")),
    ("[S]alt", Term("Salt")),
    ("[S]al*", Prefix("Sal")),
    ("[S]alt~", Fuzzy("Salt", 1)),
    ("a (…) b [...] c", Words((A, B, C))),
    # Inflections, beginnings, misspellings
    ("word*", Prefix("word")),
    ("word~", Fuzzy("word")),
    ("word~2", Fuzzy("word", 2)),
    # Operators, from the tightest to the loosest
    ("a AND b", And((A, B))),
    ("a OR b", Or((A, B))),
    ("a AND b OR c AND d", Or((And((A, B)), And((C, D))))),
    ("a b OR c d", Or((Words((A, B)), Words((C, D))))),
    ("a b AND c", And((Words((A, B)), C))),
    ("(a OR b) AND c", And((Or((A, B)), C))),
    ("a (b c)", Words((A, B, C))),
    ('a "b c" d', Words((A, Phrase("b c"), D))),
    ("(a OR b) c", Words((Or((A, B)), C))),
    ('"a b" "c d"', And((Phrase("a b"), Phrase("c d")))),
    ("(a AND b) (c OR d)", And((A, B, Or((C, D))))),
    (
        "(a role:host show:x) (b show:y role:guest)",
        Or(
            (
                And((A, Filter("role", "host"), Filter("show", "x"))),
                And((B, Filter("show", "y"), Filter("role", "guest"))),
            )
        ),
    ),
    ("host:a guest:b", Or((And((A, Filter("role", "host"))), And((B, Filter("role", "guest")))))),
    ("-a", Not(A)),
    ("NOT a", Not(A)),
    ("a -b", And((A, Not(B)))),
    ("NOT a b", And((B, Not(A)))),
    ("-(a b)", Not(Words((A, B)))),
    ('-"a b"', Not(Phrase("a b"))),
    ("NOT NOT a", A),
    ("a NEAR/5 b", Near(A, B, 5)),
    ('a NEAR "b c"', Near(A, Phrase("b c"), 10)),
    # Filters
    ('speaker:"Nico Thiebaut"', Filter("speaker", "Nico Thiebaut")),
    ("SPEAKER:nico", Filter("speaker", "nico")),
    ("role:Interviewer", Filter("role", "host")),
    ("kind:SPEECH", Filter("kind", "speech")),
    ("a role:guest b", And((Words((A, B)), Filter("role", "guest")))),
    ("speaker:a speaker:b", Or((Filter("speaker", "a"), Filter("speaker", "b")))),
    ("speaker:a AND speaker:b", And((Filter("speaker", "a"), Filter("speaker", "b")))),
    ("speaker:a role:host", And((Filter("speaker", "a"), Filter("role", "host")))),
    ("a -speaker:b", And((A, Not(Filter("speaker", "b"))))),
    ("year:2020", Filter("year", "2020")),
    ("date:2020..2021", DateRange("2020", "2021")),
    ("date:2020..", DateRange("2020", "")),
    ("date:..2020-07", DateRange("", "2020-07")),
    ('date:"2020 .. 2021"', DateRange("2020", "2021")),
    ("date:2020-07-15", DateRange("2020-07-15", "2020-07-15")),
    ("after:2020-07", DateRange("2020-07", "")),
    ("before:2021", DateRange("", "2020-12-31")),
    ("after:2020 before:2021", And((DateRange("2020", ""), DateRange("", "2020-12-31")))),
    # A colon that is one of text
    ("10:30", Term("10:30")),
    ("std::vector", Term("std::vector")),
    ("https://example.org", Term("https://example.org")),
    ("NOT: a", Words((Term("NOT:"), A))),
    ("programming: a", Words((Term("programming"), A))),
    # What holds no word is passed over
    ("a - b", Words((A, B))),
    ("a — 🎙 b", Words((A, B))),
    ("a vs b versus a", Words((A, B, A))),
    ("a vs vs. b", Words((A, B))),
    ('a vs "b"', Words((A, Phrase("b")))),
    # … unless nothing is compared
    ("vs b", Words((Term("vs"), B))),
    ("a vs", Words((A, Term("vs")))),
    ("a vs code", Words((A, Term("vs"), Term("code")))),
    ("-a vs b", And((Words((Term("vs"), B)), Not(A)))),
    ('a ""', A),
]


@pytest.mark.parametrize(("text", "tree"), TREES, ids=[repr(text) for text, _ in TREES])
def test_a_query_is_its_tree_and_the_tree_its_query(text: str, tree: Node) -> None:
    assert parse(text) == tree
    assert parse(str(tree)) == tree


ERRORS = [
    ("-", 0, 1, "no word"),
    ("🎙 —", 0, 3, "no word"),
    ('""', 0, 2, "no word"),
    ("\ud800", 0, 1, "no word"),
    ('a "b c', 2, 3, "never closed"),
    ("(a b", 0, 1, "never closed"),
    ("a)", 1, 2, "no ( before"),
    (")", 0, 1, "no ( before"),
    ("(a AND )", 3, 6, "nothing after AND"),
    ('NOT "" a', 4, 6, "no word"),
    ("a () b", 2, 4, "nothing between"),
    ("a AND", 2, 5, "nothing after AND"),
    ("OR a", 0, 2, "nothing before OR"),
    ("a AND OR b", 2, 5, "nothing after AND"),
    ("NOT", 0, 3, "lower case: not"),
    ("a NEAR/0 b", 2, 8, "from 1 to 100"),
    ("a NEAR/5", 2, 8, "nothing after NEAR/5"),
    ("a NEAR (b c)", 7, 12, "an unbroken phrase"),
    ("(b c) NEAR a", 0, 5, "an unbroken phrase"),
    ("a NEAR b NEAR c", 9, 13, "not three"),
    ("wo*rd", 2, 3, "only end a word"),
    ("word~3", 4, 6, "~1 or ~2"),
    ('"a b"~', 5, 6, "single word"),
    ("a speker:x", 2, 8, "did you mean speaker:"),
    ("colour:x", 0, 6, "The fields are speaker, role"),
    ("a speaker:", 2, 10, "needs a value"),
    ("speaker:ni*", 8, 11, "takes no *"),
    ("role:boss", 5, 9, "there are host, co-host"),
    ("kind:song", 5, 9, "there are speech, notes, prose, ad"),
    ("a after:yesterday", 8, 17, "is not a date"),
    ("after:2020-13", 6, 13, "is not a date"),
    ("before:2021-02-30", 7, 17, "is not a date"),
    ("date:2021..2020", 5, 15, "earlier date comes first"),
    ("date:2020..soon", 11, 15, "is not a date"),
    ("year:20", 5, 7, "one year"),
    ("(" * 51 + "a" + ")" * 51, 50, 51, "50 deep"),
    ("a THEN " * 60 + "a", 0, 421, "50 deep"),
    ("a " * 1001, 2000, 2001, "1000 words"),
]


@pytest.mark.parametrize(
    ("text", "start", "end", "reason"), ERRORS, ids=[repr(error[0][:20]) for error in ERRORS]
)
def test_an_error_points_at_the_place(text: str, start: int, end: int, reason: str) -> None:
    with pytest.raises(QuerySyntaxError) as raised:
        parse(text)
    error = raised.value
    assert reason in error.reason
    assert (error.query, error.start, error.end) == (text, start, end)


def test_the_pointer_stands_below_the_place() -> None:
    with pytest.raises(QuerySyntaxError) as raised:
        parse("war speker:nico")
    assert raised.value.pointer() == "war speker:nico\n    ^^^^^^"
    with pytest.raises(QuerySyntaxError) as raised:
        parse("word " * 100 + "\nspeker:nico " + "word " * 100)
    shown, marks = raised.value.pointer().splitlines()
    assert len(shown) <= 60
    assert shown[marks.index("^") : marks.rindex("^") + 1] == "speker"


@pytest.mark.parametrize(
    "text",
    ["a" * 10_000, "(" * 10_000, '"' * 10_000, "-" * 10_000, "a:" * 5_000, "\\" * 10_000,
     "a AND " * 1_600, "é\u0301" * 5_000, "🎙 " * 5_000, "\u202e\u0000" * 5_000, "~*" * 5_000,
     "NOT " * 2_500, "NEAR " * 2_000, "speaker:" * 1_250, '"a" ' * 2_500],
    ids=lambda text: repr(text[:6]),
)  # fmt: skip
def test_ten_thousand_characters_of_anything(text: str) -> None:
    began = time.process_time()
    try:
        tree = parse(text)
    except QuerySyntaxError as error:
        assert 0 <= error.start <= error.end <= len(text)
        assert error.pointer()
    else:
        assert parse(str(tree)) == tree
    assert time.process_time() - began < 2
