"""Prose: direct quotations and reported speech."""

from __future__ import annotations

import pytest

from talksearch.formats.base import Metadata, Reading
from talksearch.model import NOBODY, Cue, Kind, Person, Role, Source, Turn
from talksearch.speakers import attribute

INTRODUCTION = (
    "Ada Byron is a mathematician at Babbage, and Tom Ray is a biologist at Hooli. "
    "We sat down with each of them."
)


def read(*paragraphs: str) -> list[tuple[str, str, str]]:
    """What follows an introduction of Ada Byron and Tom Ray: whose, which kind, what."""
    cues = tuple(Cue(text) for text in (INTRODUCTION, "Engines and life", *paragraphs))
    turns, _ = attribute(Reading(cues, spoken=False), ())
    found = [(turn.speaker.name or "-", turn.kind.value, cue.text)
             for turn in turns for cue in turn.cues]  # fmt: skip
    assert found[:2] == [("-", "prose", INTRODUCTION), ("-", "prose", "Engines and life")]
    return found[2:]


ADA = "Ada Byron"
GUEST = Person(
    ADA,
    Role.GUEST,
    occupation="mathematician",
    organization="Babbage",
    source=Source.INFERRED,
    occupation_source=Source.INFERRED,
)
WORDS = "Engines have no pretensions whatever."


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("“Engines have no pretensions whatever,” said Ada.", None),
        ("“Engines have no pretensions whatever,” Ada Byron says.", None),
        ('"Engines have no pretensions whatever," Byron explained.', None),
        ("“Engines have no pretensions whatever,” Ada also added, smiling.", None),
        ("“Engines have no pretensions whatever,” said Dr. Byron.", None),
        ("“Engines have no pretensions whatever,” said Prof. Dr. Byron.", None),
        ("“Engines have no pretensions whatever,” said Fr. Byron.", None),
        (f"Ms Ada Byron told us: “{WORDS}”", WORDS),
        (f"Ada told us: “{WORDS}”", WORDS),
        (f"Ada Byron from Babbage would also add: “{WORDS}”", WORDS),
        (f'As Ada puts it, "{WORDS}"', WORDS),
        (f"According to Ada, “{WORDS}”", WORDS),
        (f"After a while Ada left. Then Byron said, «{WORDS}»", WORDS),
        (f"Ada told us:“{WORDS}”", WORDS),
        # Quotations in a quotation, in the same marks and in others; a blank on the wrong side.
        ('"They said "no" to engines, and I left," said Ada.', None),
        ("“They call it «fate» in there, all of them,” said Ada.", None),
        ('"Engines have no pretensions whatever, " said Ada.', None),
    ],
)
def test_direct_speech(text: str, spoken: str | None) -> None:
    speech = [(name, words) for name, kind, words in read(text) if kind == "speech"]
    assert speech == [(ADA, spoken or text)]


def test_speech_in_two_parts() -> None:
    assert read("“Engines have no pretensions,” said Ada. “They do what they are told to.”") == [
        (ADA, "speech", "“Engines have no pretensions,” said Ada."),
        (ADA, "speech", "“They do what they are told to.”"),
    ]


def test_speech_over_paragraphs() -> None:
    assert read(
        "Ada told us: “Engines have no pretensions.", "“They do as told.",
        "“That is all there is.”",
        "“Nobody said this sentence here.”",
    ) == [
        (ADA, "prose", "Ada told us:"),
        (ADA, "speech", "Engines have no pretensions."),
        (ADA, "speech", "They do as told."),
        (ADA, "speech", "That is all there is."),
        ("-", "prose", "“Nobody said this sentence here.”"),
    ]  # fmt: skip


def test_a_later_paragraph_of_speech_may_have_its_closing_mark_alone() -> None:
    assert read("Ada told us: “Engines have no pretensions.", "They do as told.” It rained.") == [
        (ADA, "prose", "Ada told us:"),
        (ADA, "speech", "Engines have no pretensions."),
        (ADA, "speech", "They do as told."),
        ("-", "prose", "It rained."),
    ]


def test_a_quotation_that_is_never_closed_ends_with_a_paragraph_of_the_writers() -> None:
    found = read("Ada told us: “Engines have no pretensions.", "It rained.", "“It rained a lot.”")
    assert found[2:] == [("-", "prose", "It rained."), ("-", "prose", "“It rained a lot.”")]


def test_whose_a_quotation_is_is_said_in_its_own_sentence() -> None:
    assert read("“Engines have no pretensions.” It rained. Tom said so.") == [
        ("-", "prose", "“Engines have no pretensions.”"),
        ("-", "prose", "It rained."),
        ("Tom Ray", "prose", "Tom said so."),
    ]


def test_a_question_is_not_said_by_who_replies() -> None:
    text = "In the morning, Tom asks, “Did you decide it was time?” Ada replies,"
    assert read(text, "“Yes, as I say, it was.”") == [
        ("Tom Ray", "prose", "In the morning, Tom asks,"),
        ("Tom Ray", "speech", "Did you decide it was time?"),
        (ADA, "prose", "Ada replies,"),
        ("-", "prose", "“Yes, as I say, it was.”"),
    ]
    stranger = "Smith asked, “Did you decide it was time?” Ada replied."
    assert [(name, kind) for name, kind, _ in read(stranger)] == [
        ("-", "prose"), ("-", "prose"), (ADA, "prose"),
    ]  # fmt: skip


def test_another_goes_on_without_the_marks_of_a_tag() -> None:
    text = "“Engines have no life,” said Ada. “Oh, but they do,” Tom replied in a rather angry way."
    assert read(text) == [
        (ADA, "speech", "“Engines have no life,” said Ada."),
        ("Tom Ray", "speech", "Oh, but they do,"),
        ("Tom Ray", "prose", "Tom replied in a rather angry way."),
    ]


def test_what_the_document_marks_off_is_nobodys() -> None:
    note = Cue("Ada said engines have no life.", kind=Kind.NOTES)
    turns, _ = attribute(Reading((Cue(INTRODUCTION), note), spoken=False), ())
    assert turns[-1] == Turn(NOBODY, (note,), Kind.NOTES)


def test_an_announced_quotation_is_the_next_paragraph() -> None:
    assert read("She was frank. Ada said:", "“Engines have no pretensions whatever.”")[1:] == [
        (ADA, "prose", "Ada said:"),
        (ADA, "speech", "Engines have no pretensions whatever."),
    ]


def test_pronouns_mean_whoever_was_quoted_last() -> None:
    quoted = "“Engines have no pretensions whatever,” said Ada."
    assert read("Ada met Tom.", quoted, "She said they never will.")[1:] == [
        (ADA, "speech", quoted),
        (ADA, "prose", "She said they never will."),
    ]


def test_pronouns_mean_whoever_was_reported_last() -> None:
    assert read("At the loom of Tom, Ada said it was slow.", "She said it never stops.") == [
        (ADA, "prose", "At the loom of Tom, Ada said it was slow."),
        (ADA, "prose", "She said it never stops."),
    ]


def test_pronouns_mean_the_person_named_last() -> None:
    assert read(
        "Tom works hard.",
        "He said engines have no life.",
        "“They never will, I fear,” he added.",
    ) == [
        ("-", "prose", "Tom works hard."),
        ("Tom Ray", "prose", "He said engines have no life."),
        ("Tom Ray", "speech", "“They never will, I fear,” he added."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "Both Ada and Tom said engines have no life.",
        "Both Ada and Dr. Ray said engines have no life.",
        "Ada met Tom. Nothing came of it.",
        "They say engines have no life.",
        "Ada was told that engines have no life.",
        "The word “life” is often used by Ada.",
        "“Nobody in particular said this here.”",
        "“This was said by someone else here,” said Max Power Jones' dog.",
        "Hooli said engines have no life.",
        "On a typical day, Ada talks to engines.",
        "Bio: Ada said that she has a cat.",
        "“This is what they all read out there,” said Max Power’s, of all radios.",
        "“This is what they all read out there,” said Ada Byron’s sister.",
        "“This is what they all read out there,” said Dr. Ada Byron’s nurse.",
        "“This is what they all read out there,” said Byron-Jones.",
        "According to Ada Jones, engines have no life.",
        "According to Ada van der Čapek, engines have no life.",
        "Ada Jones was there. She said engines have no life.",
    ],
)
def test_nobodys_words(text: str) -> None:
    assert {(name, kind) for name, kind, _ in read(text)} == {("-", "prose")}


@pytest.mark.parametrize(
    "text",
    [
        "Ada said that engines have no life. They do as they are told.",
        "To build an engine, Ada said, one needs a loom. And money.",
        "Ada from Babbage shared some advice. Begin early.",
        "Ada, a friend of looms, believes in engines.",
        "At Babbage, Ada suggests, all is well.",
        "According to Byron, engines have no life.",
        "According to Ada Byron, of Babbage, engines have no life.",
    ],
)
def test_reported_speech_is_prose_of_the_person(text: str) -> None:
    assert read(text) == [(ADA, "prose", text)]


def test_a_paragraph_changes_hands_between_sentences() -> None:
    text = "It rained. Ada said it would stop. It did. Tom agreed with that. Ada has a cat."
    assert read(text) == [
        ("-", "prose", "It rained."),
        (ADA, "prose", "Ada said it would stop. It did."),
        ("Tom Ray", "prose", "Tom agreed with that."),
        ("-", "prose", "Ada has a cat."),
    ]  # fmt: skip


@pytest.mark.parametrize("title", ["Mr.", "Ms.", "Mrs.", "Mx.", "Dr.", "Fr.", "St.", "Sr.", "J."])
def test_a_title_or_an_initial_ends_no_sentence(title: str) -> None:
    text = f"When it rained on {title} Ray, Ada said it would stop."
    assert read(text) == [(ADA, "prose", text)]


@pytest.mark.parametrize("end", [".", "!", "?", "…", ".”", "?»", "!’”)"])
def test_what_ends_a_sentence(end: str) -> None:
    assert read(f"It rained{end} Ada said it would stop.") == [
        ("-", "prose", f"It rained{end}"),
        (ADA, "prose", "Ada said it would stop."),
    ]


def test_a_long_text_without_a_quotation_is_speech_without_labels() -> None:
    hearing = ["Mr. Ray, welcome.", "Ada Byron told us a lot. She said that kilns crack."]
    filling = ["And that is what we have been asking ourselves for all of this year."] * 100
    quoted = "“It cracks when it cools too fast,” said Ada Byron."

    def names(*paragraphs: str) -> set[str]:
        return {name for name, _, _ in read(*paragraphs)}

    assert names(*hearing) == {"-", ADA}
    assert names(*hearing, *filling) == {"-"}
    assert names(*hearing, *filling, quoted) == {"-", ADA}


def test_a_part_of_two_names_means_neither_and_a_letter_nobody() -> None:
    paragraphs = (
        "Ada Byron is a poet at Babbage, Ada Palmer is a baker at Hooli. Min X is a writer.",
        "“Engines have no pretensions whatever,” said Ada.",
        "X said engines have no life.",
        "“They have no pretensions whatever,” said Palmer.",
    )
    turns, _ = attribute(Reading(tuple(map(Cue, paragraphs)), spoken=False), ())
    assert [(turn.speaker.name, turn.text) for turn in turns if turn.speaker.name] == [
        ("Ada Palmer", paragraphs[-1])
    ]


@pytest.mark.parametrize(
    ("told", "is_one"),
    [
        ("Mrs. Ray is a baker, and Mr. Ray was told.", False),
        ("Mr Tom Ray was told by Miss Ann Ray.", False),
        ("It was told to Mr. and Mrs. Ray.", False),
        ("Mr. Ray was told by Mrs. Rayne.", True),
        ("Dr. Ray was told, and Mr. Ray came.", True),
    ],
)
def test_a_man_and_a_woman_of_one_name_are_two(told: str, is_one: bool) -> None:
    """Of whom perhaps one alone was introduced: whose words these are nobody knows."""
    by_surname, in_full = (f"“{WORDS[:-1]},” said {name}." for name in ("Mr. Ray", "Mr. Tom Ray"))
    whole = [(("Tom Ray", "speech", each)) for each in (by_surname, in_full)]
    found = read(told, by_surname, in_full)[1:]
    assert [each for each in found if each[0] != "-"] == whole[0 if is_one else 1 :]


def test_a_title_is_no_name() -> None:
    others = "“Engines have no pretensions whatever,” said Professor Palmer."
    hers = "“They have no pretensions whatever,” said Ada Byron."
    people = (Person("Professor Ada Byron, PhD"),)
    turns, _ = attribute(Reading((Cue(others), Cue(hers)), spoken=False), people)
    assert [(turn.speaker.name, turn.text) for turn in turns if turn.speaker.name] == [
        ("Professor Ada Byron, PhD", hers)
    ]


def people_of(*paragraphs: str) -> tuple[Person, ...]:
    return attribute(Reading(tuple(map(Cue, paragraphs)), spoken=False), ())[1]


@pytest.mark.parametrize("byline", ["By", "Written by", "Author:", "About the author:"])
def test_the_people_of_an_article_are_those_who_speak_in_it(byline: str) -> None:
    assert people_of(
        f"{byline} Max Power",
        INTRODUCTION,
        "Ada said so.",
        "Max Power is a writer at Initech. Max said hi.",
        "Bio: Max Power is a writer at Initech. He said hi.",
    ) == (GUEST,)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("“I have never seen the like,” said Žofie Čapková. She left.", "Žofie Čapková"),
        ("“I have never seen the like,” said Dr. Žofie Čapková. She left.", "Žofie Čapková"),
        ("“I have never seen the like,” said Prof. Žofie Čapková. She left.", "Žofie Čapková"),
        ("“I have never seen the like,” said Ana Li.", "Ana Li"),
        ("“I have never seen the like,” said Ana J. Li.", "Ana J. Li"),
    ],
)
def test_whoever_is_quoted_need_not_be_introduced(text: str, name: str) -> None:
    turns, people = attribute(Reading((Cue(text),), spoken=False), ())
    person = Person(name, source=Source.INFERRED)
    assert people == (person,)
    assert turns[0].speaker.person == person
    assert turns[0].kind is Kind.SPEECH
    assert (turns[0].speaker.role, turns[0].speaker.role_source) == (None, None)


def test_times_stay_at_the_ends_of_a_divided_paragraph() -> None:
    cue = Cue("It rained. Ada Byron said: “Engines have no life at all.”", 1000, 9000)
    turns, _ = attribute(Reading((cue,), spoken=False), ())
    assert (turns[0].start_ms, turns[0].end_ms) == (1000, None)
    assert (turns[-1].start_ms, turns[-1].end_ms) == (None, 9000)


def notes(
    *paragraphs: str, description: str | None = None
) -> tuple[tuple[Turn, ...], tuple[Person, ...]]:
    metadata = Metadata(audio_url="https://example.org/1.mp3", description=description)
    return attribute(Reading(tuple(map(Cue, paragraphs)), metadata, spoken=False), ())


def test_show_notes_present_a_guest() -> None:
    turns, people = notes(
        "Ada Byron, a mathematician at Babbage, tells us about looms.", "By Max Power", "Links:"
    )
    assert [(turn.speaker.name, turn.kind, len(turn.cues)) for turn in turns] == [
        (None, Kind.NOTES, 3)
    ]
    assert people == (GUEST,)


@pytest.mark.parametrize(
    "text",
    [
        "A conversation with Ada Byron, a mathematician at Babbage.",
        "An interview with Ada Byron, a mathematician at Babbage.",
        "We sat down with Ada Byron, a mathematician at Babbage.",
        "Tom sits down with Ada Byron, a mathematician at Babbage.",
        "Tom speaks with Ada Byron, a mathematician at Babbage.",
        "Tom spoke to Ada Byron, a mathematician at Babbage.",
        "Tom chats with Ada Byron, a mathematician at Babbage.",
        "Tom talked to Ada Byron, a mathematician at Babbage.",
        "Tom is joined by Ada Byron, a mathematician at Babbage.",
        "Ada Byron, a mathematician at Babbage, joins us.",
        "Ada Byron, a mathematician at Babbage, told me of looms.",
        "Our guest: Ada Byron, a mathematician at Babbage.",
        "My guest is Ada Byron, a mathematician at Babbage.",
    ],
)
def test_words_that_present_a_guest(text: str) -> None:
    assert notes(text)[1] == (GUEST,)


def test_an_advertisement_in_show_notes_is_one() -> None:
    cues = (Cue("We talk about looms."), Cue("Buy a loom.", kind=Kind.AD))
    metadata = Metadata(audio_url="https://example.org/1.mp3")
    turns, _ = attribute(Reading(cues, metadata, spoken=False), ())
    assert [turn.kind for turn in turns] == [Kind.NOTES, Kind.AD]


def test_show_notes_present_nobody_who_wrote_them() -> None:
    assert notes("By Max Power", "We talked to Max Power, a writer at Initech.")[1] == ()


def test_show_notes_mention_others() -> None:
    _, people = notes(
        "We talk about looms.", "Max Power, CEO of Initech, is in the news.",
        description="Max Power, the CEO of Initech, resigned.",
    )  # fmt: skip
    assert people == ()
