"""The query language as a table: what is typed, the tree it is read as, and what that finds in a
small archive. What cannot be understood has the error in the place of the tree."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from samples import ANN, BO, NICO, Said, episode, put

from talksearch.engines.base import Engine
from talksearch.engines.whoosh.engine import WhooshEngine
from talksearch.errors import QuerySyntaxError
from talksearch.model import NOBODY
from talksearch.query.parser import parse
from talksearch.results import SearchRequest

# A passage is known by the letter before it.
WAR: list[Said] = [
    (ANN, "War is over, don't you think? What is man without war?"),  # a
    (NICO, "To be or not to be. The die is cast, and die we must."),  # b
    (ANN, "Node.js and C++ at AT&T; R&B, #metoo and @ann. An email."),  # c
    (NICO, "It's a well-known e-mail: 1,000 people in the U.S. paid $3.14 at 10:30."),  # d
    (
        BO,
        "Jörg Øst: the cafe\u0301 in İstanbul, naïve O’Brien’s Straße. 日本語のテキスト, שלום עולם",
    ),  # e
]
SALT: list[Said] = [
    (ANN, "Tell me about salt, and about the tide gauge."),  # f
    (NICO, "A tide gauge measures the sea. Salt makes glazes run, salty salt."),  # g
    (NOBODY, "Notes: salt, glaze, tides."),  # h
]
EPISODES = [
    (episode("one", "The Long Kiln", "2020-07-15", "en"), WAR),
    (episode("two", "Tide & Water", "2021-01-02", "en"), SALT),
]
LETTERS = dict(
    zip((f"{e.id}.{n}" for e, said in EPISODES for n in range(len(said))), "abcdefgh", strict=True)
)

FOUND: list[tuple[str, str, str]] = [
    # Words, in any inflection, without case or accents
    ("war", "war", "a"),
    ("WAR", "WAR", "a"),
    ("die", "die", "b"),
    ("what is man", "what is man", "ab"),
    ("gauges measured", "gauges measured", "fg"),
    ("cafe", "cafe", "e"),
    ("café", "café", "e"),
    ("cafe\u0301", "cafe\u0301", "e"),
    ("istanbul", "istanbul", "e"),
    ("STRASSE", "STRASSE", "e"),
    ("日本", "日本", "e"),
    ("שלום", "שלום", "e"),
    ("zzyzx", "zzyzx", ""),
    # Names with signs
    ("C++", "C++", "c"),
    ("C", "C", ""),
    ("R&B", "R&B", "c"),
    ("AT&T", "AT&T", "c"),
    ("node.js", "node.js", "c"),
    ("node", "node", "c"),
    ("#metoo", "#metoo", "c"),
    ("metoo", "metoo", "c"),
    ("@ann", "@ann", "c"),
    ("U.S.", "U.S.", "d"),
    ("U.S", "U.S", "d"),
    ("us", "us", "d"),
    # Names as they are typed without umlauts
    ("joerg", "joerg", "e"),
    ("jorg", "jorg", "e"),
    ("JÖRG", "JÖRG", "e"),
    ("Jo\u0308rg", "Jo\u0308rg", "e"),
    ('"joerg oest"', '"joerg oest"', "e"),
    ('"jorg ost"', '"jorg ost"', "e"),
    ('"joerg ost"', '"joerg ost"', "e"),
    ("oest NEAR/1 joerg", "oest NEAR/1 joerg", "e"),
    ("joer*", "joer*", "e"),
    # Hyphens, apostrophes, numbers
    ("well-known", "well-known", "d"),
    ("well known", "well known", "d"),
    ("e-mail", "e-mail", "cd"),
    ("e-mails", "e-mails", "cd"),
    ('"e-mail"', '"e-mail"', "d"),
    ("email", "email", "cd"),
    ("emails", "emails", "cd"),
    ('"email"', '"email"', "c"),
    ("nodejs", "nodejs", "c"),
    ("e-mail -email", "e-mail -email", ""),
    ('e-mail -"email"', 'e-mail -"email"', "d"),
    ("people NEAR/4 email", "people NEAR/4 email", "d"),
    ("e-mail NEAR/3 people", "e-mail NEAR/3 people", "d"),
    ("ann NEAR/2 e-mail", "ann NEAR/2 e-mail", "c"),
    ('ann NEAR/2 "e-mail"', 'ann NEAR/2 "e-mail"', ""),
    ("1,000", "1,000", "d"),
    ("1000", "1000", "d"),
    ('"1000"', '"1000"', ""),
    ("2,000", "2,000", ""),
    ("10,000", "10,000", ""),
    ("people NEAR/1 1000", "people NEAR/1 1000", ""),
    ("people NEAR/2 1000", "people NEAR/2 1000", "d"),
    ("314", "314", ""),
    ("1030", "1030", ""),
    ("3.14", "3.14", "d"),
    ("$3.14", "$3.14", "d"),
    ("10:30", "10:30", "d"),
    ("don't", "don't", "a"),
    ("don’t", "don’t", "a"),
    ("donʼt", "donʼt", "a"),
    ("don´t", "don't", "a"),
    ("don`t", "don't", "a"),
    ("o'brien", "o'brien", "e"),
    # Phrases, in the quotation marks of many languages
    ('"to be or not to be"', '"to be or not to be"', "b"),
    ('"be or be"', '"be or be"', ""),
    ("“to be or”", '"to be or"', "b"),
    ("„to be or“", '"to be or"', "b"),
    ("«to be or»", '"to be or"', "b"),
    ("「to be or」", '"to be or"', "b"),
    ("＂to be or＂", '"to be or"', "b"),
    ("'to be or'", "'to be or'", "b"),
    ('"salty salt"', '"salty salt"', "g"),
    ('"salt salty"', '"salt salty"', ""),
    # Of which something is left out, or which somebody said haltingly
    ('"to be … die is cast"', '"to be … die is cast"', "b"),
    ('"to be ... cast"', '"to be ... cast"', "b"),
    ('"to be . . . cast"', '"to be . . . cast"', "b"),
    ('"to be [...] cast"', '"to be [...] cast"', "b"),
    ('"to be […] is (…) must"', '"to be […] is (…) must"', "b"),
    ('"to be... or not"', '"to be... or not"', "b"),
    ('"cast … to be"', '"cast … to be"', ""),
    ('"to be … over"', '"to be … over"', ""),
    ('"…to be or"', '"…to be or"', "b"),
    ('"to be or..."', '"to be or..."', "b"),
    ('"… is cast …"', '"… is cast …"', "b"),
    ('"1,000 … 3.14"', '"1,000 … 3.14"', "d"),
    ('"cafe … 日本 … テキスト"', '"cafe … 日本 … テキスト"', "e"),
    ('-"to be … cast" die', 'die -"to be … cast"', ""),
    ('guest:"to be … cast"', '"to be … cast" role:guest', "b"),
    ('across:"war is over … to be"', 'across:"war is over … to be"', "a"),
    ("to be (…) or not [...] cast", "to be or not cast", "b"),
    # Beginnings, misspellings, nearness
    ("salt*", "salt*", "fgh"),
    ("glazs~", "glazs~", "gh"),
    ("gauxe~", "gauxe~", "fg"),
    ("tide NEAR/4 sea", "tide NEAR/4 sea", "g"),
    ("tide NEAR/3 sea", "tide NEAR/3 sea", ""),
    ('salt NEAR/1 "tide gauge"', 'salt NEAR/1 "tide gauge"', ""),
    ('salt NEAR "tide gauge"', 'salt NEAR/10 "tide gauge"', "fg"),
    # Operators
    ("salt AND gauge", "salt AND gauge", "fg"),
    ("war OR die", "war OR die", "ab"),
    ("salt -gauge", "salt -gauge", "h"),
    ("salt NOT gauge", "salt -gauge", "h"),
    ("NOT gauge salt", "salt -gauge", "h"),
    ("-salt", "-salt", "abcde"),
    ("NOT -salt", "salt", "fgh"),
    ("salt -(gauge OR glaze)", "salt -(gauge OR glaze)", ""),
    ("salt -(gauge glaze)", "salt -(gauge glaze)", ""),
    ('salt -"tide gauge"', 'salt -"tide gauge"', "h"),
    ('"tide gauge"-salt', '"tide gauge" salt', "fg"),
    ('“salt”-“tide gauge”', '"salt" AND "tide gauge"', "fg"),
    ('"salt"-(sea)', '"salt" sea', "fgh"),
    ("war OR salt AND sea", "war OR (salt AND sea)", "ag"),
    ("(war OR salt) AND sea", "(war OR salt) AND sea", "g"),
    ("（war OR salt） AND sea", "(war OR salt) AND sea", "g"),
    # Beside words, which rank then, whether they occur or not
    ('"tide gauge" war', '"tide gauge" war', "fg"),
    ('sea ann "tide gauge"', 'sea ann "tide gauge"', "fg"),
    ('salt "tide gauge" "salty salt"', 'salt "tide gauge" "salty salt"', "g"),
    ("(war OR sea) salt", "(war OR sea) salt", "ag"),
    ("salt (glaze -sea)", "salt (glaze -sea)", "h"),
    ("tide NEAR/4 sea die", "(tide NEAR/4 sea) die", "g"),
    ('host:"tide gauge" salt', '("tide gauge" role:host) salt', "f"),
    ('war "tide gauges"', 'war "tide gauges"', ""),
    ('-("tide gauge" war) salt', 'salt -("tide gauge" war)', "h"),
    ("war and peace", "war and peace", "abcf"),
    ("[war] {die}", "[war] {die}", "ab"),
    ("+war !die", "+war !die", "ab"),
    ("war && die || sea", "war die sea", "abg"),
    # Who says it, and in how many turns
    ("host:salt", "salt role:host", "f"),
    ("guest:salt*", "salt* role:guest", "g"),
    ('host:"tide gauge"', '"tide gauge" role:host', "f"),
    ("HOST：salt", "salt role:host", "f"),
    ("-guest:salt salt", "salt -(salt role:guest)", "fh"),
    ("host:war guest:die", "(war role:host) OR (die role:guest)", "ab"),
    ('"man without war to be"', '"man without war to be"', ""),
    ('across:"man without war to be"', 'across:"man without war to be"', "a"),
    ('-across:"without war to" man', 'man -across:"without war to"', ""),
    # One after the other
    ("war THEN die", "war THEN die", "b"),
    ("die THEN war", "die THEN war", ""),
    ("war THEN/3 cafe", "war THEN cafe", ""),
    ("war THEN/4 cafe", "war THEN/4 cafe", "e"),
    ('host:"tide gauge" THEN guest:salt', '"tide gauge" role:host THEN salt role:guest', "g"),
    ("war THEN die THEN C++", "war THEN die THEN C++", "c"),
    ("war THEN (die THEN C++)", "war THEN (die THEN C++)", "c"),
    ("war THEN die OR salt THEN gauge", "(war THEN die) OR (salt THEN gauge)", "bg"),
    ("what war THEN to be AND must", "what war THEN (to be) AND must", "b"),
    ("war then die", "war then die", "ab"),
    ("gauge THEN notes", "gauge THEN notes", ""),
    ("role:host THEN/1 role:guest", "role:host THEN/1 role:guest", "bdg"),
    # Filters
    ("speaker:nico", "speaker:nico", "bdg"),
    ('SPEAKER:"Nico Thiébaut" salt', 'salt speaker:"Nico Thiébaut"', "g"),
    ("speaker：nico salt", "salt speaker:nico", "g"),
    ("-speaker:nico salt", "salt -speaker:nico", "fh"),
    ("speaker:ann speaker:bo salt", "salt (speaker:ann OR speaker:bo)", "f"),
    ("speaker:lee speaker:bo war", "war (speaker:lee OR speaker:bo)", "a"),
    ("speaker:nobody", "speaker:nobody", ""),
    ("role:Interviewer", "role:host", "acf"),
    ("show:water salt", "salt show:water", "fgh"),
    ("title:one war", "war title:one", "a"),
    ("org:hired job:engineer", "org:hired job:engineer", "bdg"),
    ("kind:NOTES", "kind:notes", "h"),
    ("lang:EN -kind:speech", "lang:en -kind:speech", "h"),
    ("lang:English -kind:speech", "lang:en -kind:speech", "h"),
    ("year:2021", "year:2021", "fgh"),
    ("after:2020-07-15", "after:2020-07-15", "abcdefgh"),
    ("after:2020-08", "after:2020-08", "fgh"),
    ("before:2021", "before:2021", "abcde"),
    ("before:2020-07-15", "before:2020-07-15", ""),
    ("date:2020-07", "date:2020-07", "abcde"),
    ("date:2020..2021", "date:2020..2021", "abcdefgh"),
    ("date:..2020", "date:..2020", "abcde"),
    ('date:"2020-12 .. 2021"', "date:2020-12..2021", "fgh"),
    ("after:2020 before:2021 salt", "salt after:2020 before:2021", ""),
    ("", "", "abcdefgh"),
    ("  \t", "", "abcdefgh"),
    # What holds no word is passed over; a colon can be one of text
    ("war - die", "war die", "ab"),
    ("war — 🎙 die", "war die", "ab"),
    ("war vs die", "war die", "ab"),
    ("war VS. salt kind:notes", "war salt kind:notes", "h"),
    ("war versus", "war versus", "a"),
    ("👩\u200d🚀 war", "war", "a"),
    ('war "" die', "war die", "ab"),
    ("notes: salt", "notes salt", "fgh"),
    ("war...", "war...", "a"),
    ("war,die", "war,die", ""),
    # What cannot be seen, and the directions of right-to-left text
    ("w\u200bar", "war", "a"),
    ("\ufeffwar", "war", "a"),
    ("w\u00adar", "war", "a"),
    ("\u202bשלום\u202c", "שלום", "e"),
    ("speak\u200ber:nico salt", "salt speaker:nico", "g"),
]  # fmt: skip

ERRORS: list[tuple[str, str]] = [
    ("-", "no word to look for"),
    ("--", "no word to look for"),
    ('"', "never closed"),
    ("'", "no word to look for"),
    ('""', "no word to look for"),
    ("🎙", "no word to look for"),
    ("\u200b", "no word to look for"),
    ('5" nails', "never closed"),
    ("NOT OR foo", "nothing after NOT"),
    ("OR", "write it in lower case: or"),
    ("war AND", "nothing after AND"),
    ("(war", "never closed"),
    ("((war)", "never closed"),
    ("war)", "no ( before"),
    ("()", "nothing between"),
    ("*", "no word to look for"),
    ("*war", "quote it"),
    ("w*r", "quote it"),
    ("war~3", "~1 or ~2"),
    ('"a b"~2', "a NEAR/5 b"),
    ("war NEAR", "nothing after NEAR"),
    ('war NEAR "a … b"', "an unbroken phrase"),
    ("war NEAR/0 die", "from 1 to 100"),
    ("host:", "takes a word or a phrase"),
    ("host:-war", "takes a word or a phrase"),
    ("host:speaker:nico", "takes a word or a phrase"),
    ("guest:(war OR die)", "(role:guest AND"),
    ("across:war*", "takes a word or a phrase"),
    ("war THEN", "nothing after THEN"),
    ("THEN war", "nothing before THEN; to look for the word, write it in lower case: then"),
    ("war THEN/0 die", "a number of turns from 1 to 100"),
    ("speaker:", "needs a value"),
    ('speaker:""', "needs a value"),
    ("speaker: nico", "needs a value"),
    ("speaker:*", "takes no *"),
    ("speker:nico", "did you mean speaker:"),
    ("role:boss", "there are host"),
    ("kind:speech,ad", "there are speech"),
    ("year:20", "one year"),
    ("year:2020-07", "date:2020-07"),
    ("after:2020-7", "2020-07"),
    ("after:07/2020", "2020-07"),
    ("after:2020/07/15", "2020-07-15"),
    ('after:"July 2020"', "2020-07"),
    ("after:yesterday", "2020-07"),
    ("after:2020-02-30", "not a date"),
    ("date:2020-2021", "date:2019..2020-07"),
    ("date:2021..2020", "earlier date comes first"),
    ("date:..", "needs a value"),
    ("before:1900", "no date is before"),
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = WhooshEngine(tmp_path_factory.mktemp("index"))
    put(engine, *EPISODES)
    yield engine
    engine.close()


@pytest.mark.parametrize(("typed", "tree", "found"), FOUND, ids=[repr(row[0]) for row in FOUND])
def test_what_is_typed_is_read_so_and_finds_this(
    engine: Engine, typed: str, tree: str, found: str
) -> None:
    assert str(parse(typed)) == tree
    assert parse(tree) == parse(typed)
    answer = engine.search(SearchRequest(parse(typed), limit=100))
    assert "".join(sorted(LETTERS[hit.passage.id] for hit in answer.hits)) == found
    assert answer.total == engine.count(parse(typed)) == len(found)


@pytest.mark.parametrize(("typed", "reason"), ERRORS, ids=[repr(row[0]) for row in ERRORS])
def test_what_cannot_be_understood_says_why_and_where(typed: str, reason: str) -> None:
    with pytest.raises(QuerySyntaxError) as raised:
        parse(typed)
    error = raised.value
    assert reason in error.reason
    assert error.query == typed and 0 <= error.start < error.end <= len(typed)
