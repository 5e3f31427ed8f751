"""Written interviews: labelled answers, and the questions between them."""

from __future__ import annotations

import pytest

from talksearch.formats.base import Reading
from talksearch.model import NOBODY, Cue, Kind, Person, Role, Source, Speaker, Turn
from talksearch.speakers import attribute

INTERVIEWER = Speaker(role=Role.HOST, source=Source.INFERRED, role_source=Source.INFERRED)


def read(*paragraphs: str, people: tuple[Person, ...] = (), spoken: bool = False,
         ) -> tuple[tuple[Turn, ...], tuple[Person, ...]]:  # fmt: skip
    """Paragraphs, where "Ada: …" and "Tom: …" are labelled."""
    cues = []
    for paragraph in paragraphs:
        label, colon, text = paragraph.partition(": ")
        labelled = colon and label in ("Ada", "Tom")
        cues.append(Cue(text, label=label) if labelled else Cue(paragraph))
    return attribute(Reading(tuple(cues), spoken=spoken), people)


def shape(turns: tuple[Turn, ...]) -> list[tuple[str, str]]:
    """Who (``?`` asks, ``-`` is nobody) and what."""
    return [
        ("?" if turn.speaker == INTERVIEWER else turn.speaker.name or "-", turn.text)
        for turn in turns
    ]


@pytest.mark.parametrize(("opening", "closing"), [('"', '"'), ("“", "”"), ("« ", " »")])
@pytest.mark.parametrize("spoken", [False, True])
def test_quoted_answers_run_to_their_closing_mark(opening: str, closing: str, spoken: bool) -> None:
    turns, people = read(
        "This is a conversation with Ada Byron, a mathematician at Babbage, about engines.",
        "How did it begin? And why?",
        f"Ada: {opening}With a loom.",
        "Who would have thought of that?",
        f"{opening}Not I.{closing}",
        "What is next?",
        f"Ada: {opening}Poetry.{closing}",
        "More Resources",
        "Read her notes.",
        spoken=spoken,
    )
    assert shape(turns) == [
        ("-", "This is a conversation with Ada Byron, a mathematician at Babbage, about engines."),
        ("?", "How did it begin? And why?"),
        ("Ada Byron", "With a loom. Who would have thought of that? Not I."),
        ("?", "What is next?"),
        ("Ada Byron", "Poetry."),
        ("-", "More Resources Read her notes."),
    ]
    assert [turn.kind for turn in turns] == [Kind.PROSE, *[Kind.SPEECH] * 4, Kind.PROSE]
    answer = turns[2].speaker
    assert (answer.label, answer.role, answer.role_source, answer.source) == (
        "Ada",
        Role.GUEST,
        Source.INFERRED,
        Source.INFERRED,
    )
    (ada,) = people
    assert (ada.name, ada.occupation, ada.organization) == ("Ada Byron", "mathematician", "Babbage")
    assert ada.role is Role.GUEST


@pytest.mark.parametrize(("opening", "closing"), [('"', '"'), ("“", "”"), ("«", "»")])
def test_only_the_first_paragraph_of_an_answer_may_have_an_opening_mark(
    opening: str, closing: str
) -> None:
    turns, _ = read(
        f"Ada: {opening}With a loom.",
        f"I call it {opening}fate{closing}.",
        "By the river",
        "Who would have thought of that?",
        f"Not I.{closing}",
        "More of it follows below, as ever.",
        "Why?",
        "Ada: Because.",
    )
    assert shape(turns)[:2] == [
        (
            "Ada",
            f"With a loom. I call it {opening}fate{closing}. By the river Who would have thought "
            "of that? Not I.",
        ),
        ("-", "More of it follows below, as ever."),
    ]


def test_a_forgotten_closing_mark_ends_at_the_next_question() -> None:
    turns, _ = read(
        'Ada: "I had a loom.', "It had cards..", "And then?", 'Ada: "Then I wrote.', "A lot.",
        "Credits", "Ada has a cat.",
    )  # fmt: skip
    assert shape(turns) == [
        ("Ada", "I had a loom. It had cards.."),
        ("?", "And then?"),
        ("Ada", "Then I wrote. A lot."),
        ("-", "Credits Ada has a cat."),
    ]


def test_a_mark_of_the_next_answer_closes_no_other() -> None:
    turns, _ = read("Ada: “I had a loom.", "And then?", "Ada: “Then I wrote.”")
    assert shape(turns) == [("Ada", "I had a loom."), ("?", "And then?"), ("Ada", "Then I wrote.")]


def test_the_stop_may_stand_behind_the_closing_mark() -> None:
    turns, _ = read("Ada: “With a loom”.", "Now it is gone.", "Ada: “Poetry”, of all things")
    assert shape(turns) == [
        ("Ada", "With a loom."),
        ("-", "Now it is gone."),
        ("Ada", "“Poetry”, of all things"),
    ]


@pytest.mark.parametrize(
    ("paragraphs", "heard"),
    [
        # A voice lasts in a transcript, whatever it quotes and asks.
        (("Ada: So.", '"Why," he said.', '"Oh," I said.', "A long day", "Tom: Yes."), "Ada Tom"),
        (("Tom: Why?", "Ada: Because?", "Tom: Yes."), "Tom Ada Tom"),
        (("Ada: One.", "Would you?", "Tell me?", "I would.", "A long day"), "Ada"),
        # Not so in an interview with its answers in quotation marks.
        (("Ada: “With a loom.”", "It stood here", "Ada: “Yes.”"), "Ada - Ada"),
    ],
)
def test_what_is_a_transcript_and_what_an_interview(
    paragraphs: tuple[str, ...], heard: str
) -> None:
    turns, _ = read(*paragraphs, spoken=True)
    assert [name for name, _ in shape(turns)] == heard.split()


def test_unquoted_answers_go_on_until_the_next_question() -> None:
    turns, _ = read(
        "Why?", "Ada: Because.", "Would you not?", "I like it the way it stands there by the wall",
        "Is that all?", "Ada: Yes.", "Who knows?",
    )  # fmt: skip
    assert shape(turns) == [
        ("?", "Why?"),
        ("Ada", "Because. Would you not? I like it the way it stands there by the wall"),
        ("?", "Is that all?"),
        ("Ada", "Yes. Who knows?"),
    ]


def test_what_follows_a_quoted_answer_is_nobodys() -> None:
    turns, _ = read("Ada: “A loom.”", "It stands in Turin now.", "“Here I stand.”", "Ada: No.")
    assert shape(turns) == [
        ("Ada", "A loom."),
        ("-", "It stands in Turin now. “Here I stand.”"),
        ("Ada", "No."),
    ]


def test_a_sponsors_block_is_no_part_of_an_answer() -> None:
    block = Cue("Buy it.", kind=Kind.AD)
    cues = (Cue("Why?"), Cue("Because.", label="Ada"), block, Cue("No?"), Cue("No.", label="Ada"))
    turns, _ = attribute(Reading(cues, spoken=False), ())
    assert turns[2] == Turn(NOBODY, (block,), Kind.AD)


def test_a_phrase_in_quotation_marks_is_not_taken_off() -> None:
    turns, _ = read('Ada: "Engine" is the word.', "Why?", 'Ada: "No," I said, "yes."')
    assert [turn.text for turn in turns] == [
        '"Engine" is the word.',
        "Why?",
        '"No," I said, "yes."',
    ]


def test_a_labelled_interviewer_leaves_no_questions_to_infer() -> None:
    turns, people = read("Tom: Why?", "Ada: Because.", "Tom: Really?", "Ada: Yes.")
    assert shape(turns) == [
        ("Tom", "Why?"),
        ("Ada", "Because."),
        ("Tom", "Really?"),
        ("Ada", "Yes."),
    ]
    assert [turn.speaker.role for turn in turns] == [None] * 4
    assert people == (Person("Tom"), Person("Ada"))


def test_the_known_host_asks() -> None:
    host = Person("Tom Ray", Role.HOST)
    turns, _ = read("Why?", "Ada: Because.", "Really?", "Ada: Yes.", people=(host,))
    assert turns[0].speaker.person == host
    assert turns[0].speaker.source is Source.INFERRED


def test_a_single_colon_in_prose_is_no_label() -> None:
    turns, people = attribute(
        Reading((Cue("this matters.", label="Remember"), Cue("So there.")), spoken=False), ()
    )
    assert [(turn.speaker, turn.kind) for turn in turns] == [(NOBODY, Kind.PROSE)]
    assert people == ()
