"""Why nothing was found: what is named is to blame."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import ANN, BO, NICO, Said, episode, put
from trees import WORDS, episodes, queries

from talksearch.engines.whoosh.engine import WhooshEngine
from talksearch.engines.whoosh.evaluate import Evaluation
from talksearch.engines.whoosh.scoring import Scored
from talksearch.hints import explained, of_any_word, reasons
from talksearch.model import Person, Speaker
from talksearch.query.nodes import (
    EVERYTHING,
    And,
    Filter,
    Fuzzy,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Term,
    Then,
    Words,
)
from talksearch.query.parser import parse
from talksearch.query.tree import all_of, any_of, side_by_side
from talksearch.results import SearchRequest

KNOWN = [
    episode("one", "The Long Kiln", "2020-07-15"),
    episode("two", "Kiln and Water", "2021-01-02"),
]
QUERIES = queries(
    (*WORDS, "zzyzx", "q"),
    [("speaker", "nobody"), ("year", "1999"), ("about", "nico"), ("about", "nobody")],
    sequences=True,
)


def told_of(engine: WhooshEngine, tree: Node) -> tuple[str, ...]:
    return explained(engine, tree, tree, tree, engine.search(SearchRequest(tree)))


def without(tree: Node, gone: Collection[Node]) -> Node:
    """The tree with parts taken out of it; ``Everything`` where nothing is left."""
    if tree in gone:
        return EVERYTHING
    match tree:
        case And(children) | Or(children) | Words(children):
            left = [part for each in children if (part := without(each, gone)) != EVERYTHING]
            combine = {And: all_of, Or: any_of, Words: side_by_side}[type(tree)]
            return combine(left) if left else EVERYTHING
        case Near(left, right) | Then(left, right):
            sides = [part for each in (left, right) if (part := without(each, gone)) != EVERYTHING]
            if len(sides) == 2:
                return type(tree)(*sides, tree.distance)
            return sides[0] if sides else EVERYTHING
    return tree


def name(part: Node) -> str:
    """What a hint calls a part of a query."""
    match part:
        case Filter(_, value) | Term(value) | Phrase(value) | Prefix(value) | Fuzzy(value):
            return value
        case Not(child) | Near(child) | Then(child):
            return name(child) if isinstance(child, Term) else str(child)
    return str(part)


@settings(max_examples=40)
@given(
    st.lists(episodes((*WORDS, "nico")), min_size=1, max_size=2),
    st.lists(QUERIES, min_size=10, max_size=20),
)
def test_without_what_is_named_something_is_found(
    said: list[list[Said]], trees: list[Node]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = WhooshEngine(Path(folder))
        try:
            put(engine, *zip(KNOWN, said, strict=False))
            for tree in trees:
                if engine.count(tree):
                    continue
                found = list(reasons(engine, tree))
                told = told_of(engine, tree)
                with engine.steady():  # as it is asked for, with what it counts remembered
                    assert told and told_of(engine, tree) == told
                assert found and all(reason.parts for reason in found)
                for reason in found:
                    tree = without(tree, reason.parts)
                    # What is long is told in part.
                    assert any(name(part)[:50] in reason.text for part in reason.parts)
                assert engine.count(tree) > 0
        finally:
            engine.close()


ENTRIES: list[tuple[object, list[Said]]] = [
    (KNOWN[0], [
        (ANN, "What is salt good for?"),
        (NICO, "Salt makes a glaze in the kiln."),
        (BO, "Receive the tide gauge."),
        (NICO, "I shipped the peg."),
        (ANN, "Nothing."),
        (ANN, "Nothing at all."),
        (ANN, "A letter for Nico."),
    ]),
]  # fmt: skip


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WhooshEngine]:
    engine = WhooshEngine(tmp_path_factory.mktemp("index"))
    put(engine, *ENTRIES)  # type: ignore[arg-type]
    yield engine
    engine.close()


def test_a_part_is_evaluated_once_whatever_is_told_of_it(
    engine: WhooshEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else to leave out each part for a try would take as long as the search, each time."""
    evaluated: list[Node] = []
    near = Evaluation._near

    def counted(self: Evaluation, node: Near) -> Scored:
        evaluated.append(node)
        return near(self, node)

    monkeypatch.setattr(Evaluation, "_near", counted)
    tree = parse("(salt NEAR/5 glaze) AND (in NEAR/5 kiln) AND (tide NEAR/5 gauge) AND peg")
    with engine.steady():
        assert engine.search(SearchRequest(tree)).total == 0
        assert told_of(engine, tree)
    assert len(evaluated) == len(set(evaluated)) == 3
    with engine.steady():
        assert engine.count(tree) == 0
    assert len(evaluated) > 3  # nothing is kept beyond the block: others may have written


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ("glase", ["“glase” does not occur; did you mean “glaze”?"]),
        ("tidegauge", ["“tidegauge” does not occur; did you mean “tide gauge”?"]),
        ("tidetogauge", ["“tidetogauge” does not occur"]),
        ("shippedthepeg", ["“shippedthepeg” does not occur; did you mean “shipped the peg”?"]),
        (
            "gla ze",
            ["“gla ze” does not occur; did you mean “glaze”?", "“gla” does not occur",
             "“ze” does not occur"],
        ),
        (
            "tide gla ze",
            ["“gla ze” does not occur; did you mean “glaze”?", "“gla” does not occur",
             "“ze” does not occur"],
        ),
        ("recieve", ["“recieve” does not occur; did you mean “receive”?"]),
        ("zzyzx", ["“zzyzx” does not occur"]),
        ("zzyzx~2", ["neither “zzyzx” nor a word that is two letters off at most occurs"]),
        (
            '"tide glaze"',
            ["the words “tide glaze” do not stand together anywhere; "
             "without the quotation marks, what has most of them is found"],
        ),
        (
            '"makes a glaze for the kiln"',
            ["the words “makes a glaze for the kiln” do not stand together anywhere, but “makes a "
             "glaze” do; without the quotation marks, what has most of them is found"],
        ),
        (
            '"letter … the salt makes a glaze"',
            ["of “letter … the salt makes a glaze”, the words “the salt makes a glaze” do not "
             "stand together anywhere, but “salt makes a glaze” do; without the quotation marks, "
             "what has most of them is found"],
        ),
        (
            'across:"the tide gauge i shipped a peg"',
            ["the words “the tide gauge i shipped a peg” do not stand together anywhere, but “the "
             "tide gauge i shipped” do; without the quotation marks, what has most of them is "
             "found"],
        ),
        ('"tide gaugge"', ["of “tide gaugge”, “gaugge” does not occur; did you mean “gauge”?"]),
        ('"salt is"', ["the words “salt is” do not stand together anywhere; "
                       "without the quotation marks, what has most of them is found"]),
        (
            '"what - is … gaugge"',
            ["of “what - is … gaugge”, “gaugge” does not occur; did you mean “gauge”?"],
        ),
        (
            '"makes a … glaze kiln"',
            ["of “makes a … glaze kiln”, the words “glaze kiln” do not stand together anywhere; "
             "without the quotation marks, what has most of them is found"],
        ),
        (
            '"a glaze … makes ... salt is not"',
            ["of “a glaze … makes ... salt is not”, “not” does not occur"],
        ),
        (
            '"a glaze … makes"',
            ["the parts of “a glaze … makes” occur, but not in this order with at most 100 words "
             "between them"],
        ),
        (
            '"salt good for salt makes"',
            ["“salt good for salt makes” begins in one turn and goes on in another; "
             'to find it: across:"salt good for salt makes"'],
        ),
        (
            '"what is … in the kiln … gauge"',
            ["“what is … in the kiln … gauge” begins in one turn and goes on in another; "
             'to find it: across:"what is … in the kiln … gauge"'],
        ),
        (
            'across:"gauge what"',
            ["the words “gauge what” do not stand together anywhere; "
             "without the quotation marks, what has most of them is found"],
        ),
        ('"gaugge"', ["“gaugge” does not occur; did you mean “gauge”?"]),
        (
            '"Bo Katz"',
            ["of “Bo Katz”, “Bo” or “Katz” does not occur; "
             'for what somebody of that name says: speaker:"Bo Katz"'],
        ),
        ("zz*", ["no word begins with “zz”"]),
        (
            "salt speaker:niko",
            ["no speaker is called “niko”; did you mean “Nico Thiébaut”?",
             "without speaker:niko there would be 2 passages"],
        ),
        ("role:guest speaker:nobody", ["no speaker is called “nobody”"]),
        ("salt role:announcer speaker:nobody",
         ["nothing here has the role “announcer”", "no speaker is called “nobody”"]),
        (
            'episode:"Episode One"',
            ["no episode has the id “Episode One”; for those with it in the title: "
             'title:"Episode One"'],
        ),
        ("episode:645", ["no episode has the id “645”"]),
        (
            "salt speaker:nico speaker:niko",
            ["no speaker is called “niko”; did you mean “Nico Thiébaut”?"],
        ),
        ("peg (speaker:nico OR role:announcer)", ["nothing here has the role “announcer”"]),
        ("about:bo", ["nobody else speaks of “bo”"]),
        ("about:lettre", ["nobody speaks of “lettre”; did you mean “letter”?"]),
        ("year:1999", ["nothing here has the year “1999”"]),
        ("year:2010", ["nothing here has the year “2010”"]),
        ("after:2030", ["no episode has its date within after:2030"]),
        (
            "glaze role:host",
            ["without glaze there would be 4 passages",
             "without role:host there would be 1 passage"],
        ),
        (
            "peg AND salt AND gauge",
            ["only without salt and gauge together there would be 1 passage"],
        ),
        ("salt NEAR/2 kiln", ["salt and kiln occur, but nowhere at most 2 words apart"]),
        ("salt THEN/1 peg", ["salt occurs, and so does peg, but not at most 1 turn later"]),
        ("salt THEN zzyzx", ["“zzyzx” does not occur"]),
        (  # counted is what of the whole query is left
            "host:glaze THEN guest:peg",
            ["without glaze there would be 1 passage",
             "without role:host there would be 1 passage"],
        ),
        (
            "host:glaze THEN zzyzx",
            ["“zzyzx” does not occur", "glaze occurs, but not with role:host",
             "role:host occurs, but not with glaze"],
        ),
        ("-kind:speech", ["every passage here matches kind:speech, which is excluded"]),
        (
            "salt -kind:speech",
            ["every passage here matches kind:speech, which is excluded"],
        ),
        (
            " AND ".join(["salt", "makes", "a", "glaze", "in", "the", "kiln", "peg"]) + " AND i" * 9
            + " AND what AND is AND good AND for AND shipped AND receive AND tide AND gauge",
            ["peg occurs, but not with all that stands before it",
             "only without i and what and is and good and for and shipped and receive and tide and "
             "gauge together there would be 1 passage"],
        ),
        (
            "(zzyzx OR (salt AND peg)) speaker:nobody",
            ["“zzyzx” does not occur", "no speaker is called “nobody”",
             "without salt there would be 1 passage", "without peg there would be 2 passages"],
        ),
    ],
)  # fmt: skip
def test_what_is_said_of_it(engine: WhooshEngine, query: str, lines: list[str]) -> None:
    assert list(told_of(engine, parse(query))) == lines


def test_where_words_do_not_rank_it_is_told_how_many_have_all(engine: WhooshEngine) -> None:
    def told(query: str) -> tuple[str, ...]:
        return of_any_word(engine, parse(query))

    assert told("salt glaze") == ("all of these words are in 1 of 2 passages: salt AND glaze",)
    assert told("salt peg") == ()  # none has both, as with most questions
    assert told("salt AND glaze") == told("salt") == told("salt OR glaze") == ()
    assert told("makes glaze") == ()  # all have both
    assert told("zzyzx nobody") == ()


def test_of_ten_thousand_words_a_few_are_told(engine: WhooshEngine) -> None:
    words = [f"zz{number}" for number in range(900)]
    for query in (" ".join(words), " AND ".join(words), f'"{" ".join(words)}"', "z" * 10_000):
        lines = told_of(engine, parse(query))
        assert 0 < len(lines) <= 8 and max(map(len, lines)) < 200
    query = parse(" ".join(["salt", *words]))
    assert len(engine.search(SearchRequest(query)).absent) == 900
    lines = told_of(engine, query)
    assert len(lines) == 9 and lines[-1] == "and 892 more"


def test_of_several_with_a_first_name_the_one_who_speaks_most_is_offered(tmp_path: Path) -> None:
    often, once = (Speaker(name, Person(name)) for name in ("Mara Abbot", "Mara Zeller"))
    engine = WhooshEngine(tmp_path)
    put(engine, (KNOWN[0], [(once, "Salt."), (often, "Peat."), (ANN, "Why?"), (often, "Ash.")]))
    (line,) = told_of(engine, parse("speaker:marra"))
    assert line == "no speaker is called “marra”; did you mean “Mara Abbot”?"
    engine.close()


def test_a_word_that_is_nearly_everywhere_is_not_said_to_be_absent(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    put(engine, (KNOWN[0], [(each, "And then the salt.") for each in (ANN, BO) * 150]))
    for query in ("the zzyzx", "zzyzx and then", "the zzyzx role:host"):
        tree = parse(query)
        assert engine.search(SearchRequest(tree)).total == 0
        assert told_of(engine, tree)[0] == "“zzyzx” does not occur"
        assert not any("“the”" in line or "“and”" in line for line in told_of(engine, tree))
    engine.close()


def test_what_is_two_words_far_more_often_is_offered_where_it_is_rare(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    open_source = [
        (ANN, "Open source, and a salt-glaze kiln."),
        (BO, "Salt at one."),
    ] * 30
    rare = [(ANN, "OpenSource!"), (BO, "Atone, for the saltglaze."), (BO, "Of what?")]
    put(engine, (KNOWN[0], open_source + [(BO, "What is it at?")] * 200 + rare))

    def told(query: str) -> tuple[str, ...]:
        tree = parse(query)
        found = engine.search(SearchRequest(tree))
        return () if found.is_plain else explained(engine, tree, tree, tree, found)

    line = "“opensource” is rare here; did you mean “open source”?"
    assert told("opensource") == told("opensource -kiln") == told("opensource -zzyzx") == (line,)
    assert told("Opensource AND zzyzx") == ("“zzyzx” does not occur",)
    assert told("-opensource") == told('"opensource"') == told("opensource OR source") == ()
    assert told("atone") == ()  # "at one", by chance
    assert told("saltglaze") == ()  # which finds "salt-glaze"
    engine.close()


def test_how_a_word_is_usually_written_is_offered_beside_other_words(tmp_path: Path) -> None:
    """“In 40 passages with kiln or A.I.” would hide that A.I. is in one."""
    engine = WhooshEngine(tmp_path)
    usual = [
        (ANN, "AI for the organization of a kiln."),
        (BO, "A website is a place to press clay, and may be closer."),
        (ANN, "Cleave the cover, maybe."),
    ] * 110
    rare = [(BO, "A.I., an orgenization with a web site."), (BO, "A clover.")]
    put(engine, (KNOWN[0], usual + rare + [(ANN, "To be or not to be.")] * 900))

    def told(query: str) -> list[str]:
        tree = parse(query)
        found = engine.search(SearchRequest(tree))
        lines = () if found.is_plain else explained(engine, tree, tree, tree, found)
        return [line for line in lines if "is rare here" in line]

    ai = "“A.I.” is rare here; did you mean “ai”?"
    organization = "“orgenization” is rare here; did you mean “organization”?"
    assert told("A.I.") == [ai]
    assert told("clay A.I. orgenization") == [ai, organization]
    assert told("web site clay") == ["“web site” is rare here; did you mean “website”?"]
    assert told("Web-site clay") == told("site web clay") == told("website clay") == []
    assert told("web -site clay") == told('"web site" clay') == []
    assert told("may be clay") == []  # as often as "maybe", and "be" is everywhere
    assert told("clay clover") == []  # a letter from "cover", and from "closer"
    engine.close()


def test_what_says_most_and_none_of_the_first_hits_has_is_told(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    others = [f"The {each} holds water." for each in ("bowl", "cup", "jar", "lid") * 8]
    both = [f"A salt glaze, a glaze of salt for {each}." for each in ("one", "two") * 6]
    cobalt = ["A glaze of cobalt, though.", "Cobalt comes as a powder.", "Some cobalt is black."]
    put(engine, (KNOWN[0], [(BO, text) for text in others + both + cobalt * 4]))

    def told(query: str, **how: int) -> tuple[str, ...]:
        tree = parse(query)
        found = engine.search(SearchRequest(tree, **how))
        return () if found.is_plain else explained(engine, tree, tree, tree, found)

    line = "none of these has “cobalt”; 4 passages with it: cobalt AND (salt glaze)"
    assert told("cobalt salt glaze") == (line,)
    assert told("cobalt salt glaze", limit=30) == ()  # among these some do
    assert told("cobalt salt glaze", offset=10) == ()
    assert told("salt glaze holds") == ()  # what is missing says less than what is there
    assert told("cobalt salt glaze -powder -though") == (
        "none of these has “cobalt”; 4 passages with it: cobalt -powder -though",
    )
    engine.close()


def test_of_a_name_it_is_told_that_another_word_has_its_stem(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    said = [
        *[(ANN, "It dries fast, and we used the Kilns.")] * 20,
        *[(BO, "Use a kiln, on Fastly.")] * 3,
        *[(NICO, "A brand of Fastly, that dries fast.")] * 2,
        *[(NICO, "They went to the States.")] * 13,
        *[(NICO, "They met at Stately Hall.")] * 3,
    ]
    put(engine, (KNOWN[0], said))

    def told(query: str) -> tuple[str, ...]:
        tree = parse(query)
        found = engine.search(SearchRequest(tree))
        lines = () if found.is_plain else explained(engine, tree, tree, tree, found)
        episodes = engine.search(SearchRequest(tree, group="episode"))
        assert lines == explained(engine, tree, tree, tree, episodes)
        return lines

    line = "“fastly” is in 5 of 25 passages, and words like “fast” in the others; for it alone: "
    assert told("fastly") == (line + '"fastly"',)
    assert told("Fastly -speaker:bo") == (
        "“Fastly” is in 2 of 22 passages, and words like “fast” in the others; "
        'for it alone: "Fastly" -speaker:bo',
    )
    assert told("fastly speaker:bo") == ()  # there it is alone
    assert told("fast") == told('"fastly"') == told("fastly OR kiln") == ()
    assert told("use") == ()  # no name, though "used" is in most
    assert told("kiln") == ()  # of which "kilns" is only the plural
    assert told("stately") == ()  # as the States are a name: in German all nouns would be
    engine.close()


def test_where_nothing_has_a_date_no_other_date_would_do(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    put(engine, (episode("undated"), [(ANN, "Salt.")]))
    assert told_of(engine, parse("salt after:2021")) == (
        "no episode has its date within after:2021: none here has a date",
    )
    engine.close()
