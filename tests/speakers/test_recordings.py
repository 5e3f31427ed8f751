"""Labelled and unlabelled recordings."""

from __future__ import annotations

import time

import pytest

from talksearch.formats.base import Metadata, Reading
from talksearch.model import NOBODY, Cue, Kind, Person, Role, Source, Speaker, Turn
from talksearch.speakers import Decision, Naming, attribute


def turns_of(*cues: Cue | tuple[str | None, str], people: tuple[Person, ...] = (),
             description: str | None = None) -> tuple[Turn, ...]:  # fmt: skip
    read = tuple(cue if isinstance(cue, Cue) else Cue(cue[1], label=cue[0]) for cue in cues)
    return attribute(Reading(read, Metadata(description=description)), people)[0]


def first_speaker(label: str, *people: Person, others: tuple[str, ...] = ()) -> Speaker:
    cues = ((label, "One."), *((other, "Two.") for other in others))
    return turns_of(*cues, people=people)[0].speaker


ADA = Person("Ada Byron", Role.GUEST)
TOM = Person("Tom Ray", Role.HOST, source=Source.PERSON_TAG)
LI = Person("Li Na", source=Source.MAPPED)
RUMOUR = Person("Ada Byron", source=Source.INFERRED)


@pytest.mark.parametrize(
    ("label", "people", "name", "source", "role", "role_source"),
    [
        ("Ada Byron", (ADA,), "Ada Byron", Source.PUBLISHER, Role.GUEST, Source.PUBLISHER),
        ("ADA BYRON", (ADA,), "Ada Byron", Source.PUBLISHER, Role.GUEST, Source.PUBLISHER),
        ("Adá Byrón", (ADA,), "Ada Byron", Source.PUBLISHER, Role.GUEST, Source.PUBLISHER),
        ("Dr. Byron", (ADA, TOM), "Ada Byron", Source.PUBLISHER, Role.GUEST, Source.PUBLISHER),
        ("Tom", (ADA, TOM), "Tom Ray", Source.PERSON_TAG, Role.HOST, Source.PERSON_TAG),
        ("Tom Ray", (ADA, TOM), "Tom Ray", Source.PERSON_TAG, Role.HOST, Source.PERSON_TAG),
        ("Li", (LI,), "Li Na", Source.MAPPED, None, None),
        ("Ada", (RUMOUR,), "Ada Byron", Source.INFERRED, None, None),
        ("Ada Byron", (RUMOUR,), "Ada Byron", Source.PUBLISHER, None, None),
        ("Ada Byron (host)", (ADA,), "Ada Byron", Source.PUBLISHER, Role.HOST, Source.PUBLISHER),
        ("HOST", (ADA, TOM), "Tom Ray", Source.INFERRED, Role.HOST, Source.PUBLISHER),
        ("Zoë (guest)", (), "Zoë", Source.PUBLISHER, Role.GUEST, Source.PUBLISHER),
        ("Song", (Person("Min Song"),), "Min Song", Source.PUBLISHER, None, None),
        ("Li", (Person("Li"), LI, Person("Li Po")), "Li", Source.PUBLISHER, None, None),
    ],
)  # fmt: skip
def test_who_a_label_is(
    label: str,
    people: tuple[Person, ...],
    name: str,
    source: Source,
    role: Role | None,
    role_source: Source | None,
) -> None:
    speaker = first_speaker(label, *people)
    assert speaker.label == label
    assert speaker.person is not None
    assert speaker.person.name == name
    assert (speaker.source, speaker.role, speaker.role_source) == (source, role, role_source)


@pytest.mark.parametrize(
    ("label", "people"),
    [
        ("SPEAKER_00", (ADA,)),
        ("Unknown", (ADA,)),
        ("Ada", (ADA, Person("Ada Palmer"))),
        ("HOST", (ADA,)),
        ("Guest", (ADA, Person("Li Na", Role.GUEST))),
    ],
)
def test_labels_that_are_nobody_in_particular(label: str, people: tuple[Person, ...]) -> None:
    speaker = first_speaker(label, *people)
    assert (speaker.label, speaker.person, speaker.source) == (label, None, None)
    assert speaker.name == label


@pytest.mark.parametrize(
    ("label", "known"), [("KBall", "Kevin Ball"), ("Jon Doe", "John Doe"), ("Jane Doe", "J. Doe")]
)
def test_names_that_merely_look_alike_stay_apart(label: str, known: str) -> None:
    speaker = first_speaker(label, Person(known))
    assert speaker.person == Person(label)


def test_a_short_label_means_the_full_name_used_elsewhere() -> None:
    speaker = first_speaker("Ada", others=("Ada Byron", "Tom"))
    assert speaker.person == Person("Ada Byron")


@pytest.mark.parametrize("label", ["Frau Byron", "Ms. Byron", "Madame Byron", "Señora Byron"])
def test_a_title_is_no_part_of_a_name(label: str) -> None:
    assert first_speaker(label, ADA).person == ADA


@pytest.mark.parametrize("surname", ["Senor", "Herr", "Dame", "Dott"])
def test_a_title_at_the_end_is_a_surname(surname: str) -> None:
    labels = (f"Ada {surname}", surname, "Ada Byron")
    turns = turns_of(*((label, "Cheers.") for label in labels), people=(ADA,))
    people = [turn.speaker.person and turn.speaker.person.name for turn in turns]
    assert people == [f"Ada {surname}", f"Ada {surname}", "Ada Byron"]


def test_a_couple_is_two() -> None:
    labels = ("Mr. Smith (host)", "Mrs. Smith", "Smith", "Herr Weiß", "Frau Weiß")
    turns = turns_of(*((label, "Cheers.") for label in labels), people=(ADA,))
    people = [turn.speaker.person and turn.speaker.person.name for turn in turns]
    assert people == ["Mr. Smith", "Mrs. Smith", None, "Herr Weiß", "Frau Weiß"]
    assert [turn.speaker.role for turn in turns[:2]] == [Role.HOST, None]


@pytest.mark.parametrize(
    ("known", "roles"),
    [(0, [None, None]), (1, [Role.HOST, None]), (2, [Role.HOST, Role.GUEST])],
)
def test_a_couple_that_is_announced_is_two(known: int, roles: list[Role | None]) -> None:
    couple = (Person("Mr. Smith", Role.HOST), Person("Mrs. Smith", Role.GUEST))
    cues = tuple(Cue("Cheers.", label=person.name) for person in couple)
    turns, people = attribute(Reading(cues), couple[:known])
    assert [turn.speaker.role for turn in turns] == roles
    assert {person.name for person in people} == {person.name for person in couple}


def test_what_is_decided_of_one_of_a_couple_is_not_of_the_other() -> None:
    couple = ("Mr. Smith", "Mrs. Smith")

    def called(*decisions: Decision) -> list[tuple[str | None, Role | None]]:
        cues = tuple(Cue("Cheers.", label=name) for name in couple)
        turns, _ = attribute(Reading(cues), (), Naming(decisions, "kiln", "e1"))
        return [(turn.speaker.name, turn.speaker.role) for turn in turns]

    hers = Decision(1, "same", "Ann Smith", ("Mrs. Smith",))
    his = Decision(2, "role", "Mr. Smith", role="host")
    assert called(hers) == [("Mr. Smith", None), ("Ann Smith", None)]
    assert called(hers, his) == [("Mr. Smith", Role.HOST), ("Ann Smith", None)]
    either = Decision(3, "same", "Bo Smith", ("Mr. Smith",))
    assert [name for name, _ in called(hers, either)] == ["Bo Smith", "Ann Smith"]
    assert Naming((hers,)).of("Smith") == "Ann Smith"
    assert Naming((hers, either)).of("Smith") is None
    exchanged = (
        Decision(1, "name", couple[0], couple[1:], episode="e1"),
        Decision(2, "name", couple[1], couple[:1], episode="e1"),
    )
    assert [name for name, _ in called(*exchanged)] == [couple[1], couple[0]]


def test_what_one_of_a_couple_says_of_their_role_is_not_the_others() -> None:
    turns = turns_of(
        ("Mr. Smith", "I'm your host."), ("Mrs. Smith", "Thank you for having me."), ("Bo", "Hi.")
    )
    assert [turn.speaker.role for turn in turns] == [Role.HOST, Role.GUEST, None]


def test_what_several_are_called_together_is_nobody_of_them() -> None:
    labels = ("Ada", "Ada & Tom at the same time", "Tom")
    turns = turns_of(*((label, "Cheers.") for label in labels))
    assert [turn.speaker.name for turn in turns] == list(labels)
    turns = turns_of(("Ada Byron", "Bye."), ("Tom", "Bye."), ("Ada Byron and Tom", "Bye."))
    assert [turn.speaker.name for turn in turns] == ["Ada Byron", "Tom", "Ada Byron and Tom"]


def test_a_role_that_one_label_tells_holds_under_the_others() -> None:
    turns = turns_of(("Ada Byron", "Hello."), ("Ada Byron (host)", "So,"), ("Ada", "Yes."))
    assert {(turn.speaker.role, turn.speaker.role_source) for turn in turns} == {
        (Role.HOST, Source.PUBLISHER)
    }


def test_whom_a_label_means_may_be_decided_though_it_looks_like_a_part_of_the_show() -> None:
    naming = Naming([Decision(1, "name", "Jane Doe", ("Break",), episode="e")], episode="e")
    ((turn,), _) = attribute(Reading((Cue("One.", label="Break"),)), (), naming)
    assert (turn.speaker.name, turn.speaker.source) == ("Jane Doe", Source.MAPPED)


WITH_ANA = "With me is Ana Katz, a carpenter."


@pytest.mark.parametrize("label", ["Ana Katz", "Ana"])
def test_what_is_said_of_a_name_is_known_of_whose_it_is(label: str) -> None:
    cues = (Cue(WITH_ANA, label="Tom Vale"), Cue("Hi.", label=label))
    naming = Naming([Decision(1, "same", "Anna Kats", ("Ana Katz",))], episode="e")
    (_, turn), _ = attribute(Reading(cues), (), naming)
    assert turn.speaker.person is not None
    assert (turn.speaker.name, turn.speaker.person.occupation) == ("Anna Kats", "carpenter")
    assert turn.speaker.person.occupation_source is Source.INFERRED


def test_what_is_said_of_somebody_is_not_known_of_who_was_taken_for_them() -> None:
    cues = (Cue(WITH_ANA, label="Tom Vale"), Cue("Hi.", label="Ana Katz"))
    naming = Naming([Decision(1, "name", "Bo Ray", ("Ana Katz",), episode="e")], episode="e")
    (_, turn), _ = attribute(Reading(cues), (), naming)
    assert turn.speaker.person is not None
    assert (turn.speaker.name, turn.speaker.person.occupation) == ("Bo Ray", None)


def test_labelled_people_join_the_given_ones() -> None:
    cues = (Cue("Hello.", label="Zoë Kent"), Cue("Hi.", label="tom"))
    _, people = attribute(Reading(cues), (TOM,))
    assert people == (TOM, Person("Zoë Kent"))


def test_questions_and_answers() -> None:
    turns = turns_of(("Q", "Why?"), ("A", "Because."), people=(ADA,))
    assert [turn.speaker.role for turn in turns] == [Role.HOST, Role.GUEST]
    assert turns[1].speaker.person == ADA


@pytest.mark.parametrize(
    ("asking", "asked"),
    [("Moderátor", "Host"), ("Moderátorka", "Host 2"), ("Ada (moderátor)", "Tom (host)")],
)
def test_a_czech_host_is_a_guest(asking: str, asked: str) -> None:
    turns = turns_of((asking, "Proč?"), (asked, "Proto."))
    assert [turn.speaker.role for turn in turns] == [Role.HOST, Role.GUEST]


def test_a_voice_lasts_until_it_changes() -> None:
    turns = turns_of(
        (None, "Cold open."), ("Ada", "One."), (None, "Two."), ("Tom", "Three."), ("Tom", "Four.")
    )
    assert [(turn.speaker.name, turn.text) for turn in turns] == [
        (None, "Cold open."),
        ("Ada", "One. Two."),
        ("Tom", "Three. Four."),
    ]
    assert turns[0].speaker == NOBODY
    assert {turn.kind for turn in turns} == {Kind.SPEECH}


def test_without_labels_nobody_is_guessed() -> None:
    turns = turns_of((None, "I think so."), (None, "So do I."), people=(ADA,))
    assert turns == (Turn(NOBODY, (Cue("I think so."), Cue("So do I."))),)


def test_parts_of_the_show_speak_for_nobody() -> None:
    turns = turns_of(
        ("Ada", "One."), ("Break", "Stay with us."), (None, "Really."), ("Ada", "Two.")
    )
    assert [turn.speaker.name for turn in turns] == ["Ada", None, "Ada"]
    assert turns[1] == Turn(
        NOBODY, (Cue("Stay with us.", label="Break"), Cue("Really.")), Kind.SPEECH
    )


@pytest.mark.parametrize(
    "text",
    [
        "[laughs]",
        "(Applause)",
        "( clock ticking )",
        "♪♪",
        "[Music] …",
        "[sighs 12:30]",
        "(rires du public)",
        "【音楽】",
        "（拍手）",
        "［笑声］ 〔掌聲〕",
        "(तालियाँ)",
        "(خنده‌ها)",
    ],
)
def test_stage_directions_alone_are_dropped(text: str) -> None:
    turns = turns_of(("Ada", "One."), ("Tom", text), (None, "Two."))
    assert [(turn.speaker.name, turn.text) for turn in turns] == [("Ada", "One."), ("Tom", "Two.")]


@pytest.mark.parametrize(
    "text", ["[inaudible 12:30]", "(Unintelligible)", "[unverständlich]", "（聞き取れず）"]
)
def test_what_was_not_understood_was_said(text: str) -> None:
    turns = turns_of(("Ada", "One."), ("Tom", text), ("Ada", "Two."))
    assert [(turn.speaker.name, turn.text) for turn in turns] == [
        ("Ada", "One."),
        ("Tom", text),
        ("Ada", "Two."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "[laughs] Yes.",
        "No (I mean it).",
        "(That was in 1843, I think.)",
        "（拍手）はい。",
        "（昨日は雨が降っていたので家にいた）",
    ],
)
def test_stage_directions_inside_stay(text: str) -> None:
    assert turns_of(("Ada", text))[0].text == text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("This episode is brought to you by Hooli. Hooli makes things.", Kind.AD),
        ("And this week's show is also sponsored by Hooli.", Kind.AD),
        ("Support for this podcast comes from Hooli, where things are made.", Kind.AD),
        ("Today's sponsor is Hooli.", Kind.AD),
        ("We are brought to you by our friends at Hooli.", Kind.AD),
        ("This episode is not brought to you by Hooli.", Kind.SPEECH),
        ("The state of Go, and it's brought to you by Hooli.", Kind.SPEECH),
        ("This show is about who sponsored the arts.", Kind.SPEECH),
        ("We have sponsors.", Kind.SPEECH),
    ],
)
@pytest.mark.parametrize("label", ["Ada", "Sponsor"])
def test_sponsor_reads(text: str, kind: Kind, label: str) -> None:
    (turn,) = turns_of((label, text))
    assert turn.kind is kind


def test_a_long_turn_is_not_an_advertisement_as_a_whole() -> None:
    long = "And then we went on to talk of other things entirely. " * 50
    message = "This episode is brought to you by Hooli. " + "They make very good things. " * 8
    turns = turns_of(Cue(message, label="Ada"), Cue(long))
    assert [turn.kind for turn in turns] == [Kind.AD, Kind.SPEECH]


def test_the_documents_own_kinds_stay() -> None:
    turns = turns_of(Cue("Buy!", label="Ada", kind=Kind.AD), Cue("Links.", kind=Kind.NOTES),
                     Cue("One."))  # fmt: skip
    assert [(turn.kind, turn.speaker.name) for turn in turns] == [
        (Kind.AD, "Ada"),
        (Kind.NOTES, None),
        (Kind.SPEECH, "Ada"),
    ]


def test_a_sponsors_block_is_not_said_by_whoever_spoke_before() -> None:
    before, block, after = turns_of(
        ("Ada", "So it ran."), Cue("Buy it.", kind=Kind.AD), ("Tom", "Ha.")
    )
    assert (block.speaker, block.kind) == (NOBODY, Kind.AD)
    assert (before.speaker.label, after.speaker.label) == ("Ada", "Tom")
    (read,) = turns_of(Cue("Buy it.", label="Tom", kind=Kind.AD))
    assert (read.speaker.label, read.kind) == ("Tom", Kind.AD)


def test_speakers_are_completed_by_what_is_said_of_them() -> None:
    cues = (
        Cue("With me is Ada Byron, a mathematician", label="Tom Ray"),
        Cue("at Babbage, and we speak of Max Power, a doctor at Hooli."),
        Cue("Hello.", label="Ada Byron"),
    )
    turns, people = attribute(Reading(cues), (Person("Ada Byron", Role.GUEST),))
    ada = Person(
        "Ada Byron",
        Role.GUEST,
        occupation="mathematician",
        organization="Babbage",
        occupation_source=Source.INFERRED,
    )
    assert people == (ada, Person("Tom Ray"))
    assert turns[1].speaker.person == ada


def test_what_the_publisher_says_people_do_stays() -> None:
    given = Person("Ada Byron", occupation="countess")
    reading = Reading(
        (Cue("Hello.", label="Ada"),), Metadata(description="Ada Byron, a poet, joins.")
    )
    assert attribute(reading, (given,))[1] == (given,)


def test_a_first_name_is_found_in_the_description() -> None:
    turns = turns_of(("Ada", "Hello."), description="A talk with Ada Byron about engines.")
    speaker = turns[0].speaker
    assert speaker.person == Person("Ada Byron", source=Source.INFERRED)
    assert (speaker.label, speaker.source) == ("Ada", Source.INFERRED)


def test_who_is_heard_comes_before_who_is_spoken_of() -> None:
    description = "Ada Palmer, a historian at Hooli, is in the news."
    turns = turns_of(("Ada", "Hello."), people=(ADA,), description=description)
    assert turns[0].speaker.person == ADA


def test_roles_that_speakers_declare() -> None:
    turns = turns_of(
        ("Tom", "Welcome to the show, I'm your host."),
        ("Ada", "Thanks for having me."),
        ("Li", "I like it here."),
    )
    assert [(turn.speaker.role, turn.speaker.role_source) for turn in turns] == [
        (Role.HOST, Source.INFERRED),
        (Role.GUEST, Source.INFERRED),
        (None, None),
    ]


@pytest.mark.parametrize(
    ("said", "role"),
    [
        ("I'm your host.", Role.HOST),
        ("I am the co-host here.", Role.HOST),
        ("Today I'm joined by Li.", Role.HOST),
        ("I am very excited to be joined today by Li.", Role.HOST),
        ("My guest today is Li.", Role.HOST),
        ("Today's guests are Li and Tom.", Role.HOST),
        ("Joining me now is Li.", Role.HOST),
        ("Li, welcome to the program.", Role.HOST),
        ("Thank you so much for inviting us.", Role.GUEST),
        ("I'm your host? Thanks for having me!", None),
        ("Thanks for having melted it.", None),
        ("I'm your biggest fan.", None),
    ],
)
def test_words_that_declare_a_role(said: str, role: Role | None) -> None:
    (turn,) = turns_of(("Ada", said))
    assert (turn.speaker.role, turn.speaker.role_source) == (
        role,
        Source.INFERRED if role else None,
    )


def test_a_label_without_a_person_declares_nothing_and_what_is_stated_stays() -> None:
    turns = turns_of(
        ("SPEAKER_00", "I'm your host."),
        ("Ada (guest)", "I'm your host."),
        ("Tom", "I'm the host."),
    )
    assert [(turn.speaker.role, turn.speaker.role_source) for turn in turns] == [
        (None, None),
        (Role.GUEST, Source.PUBLISHER),
        (Role.HOST, Source.INFERRED),
    ]


def test_no_role_is_declared_late() -> None:
    turns = turns_of(("Tom", "Well. " * 1000), ("Ada", "Thanks for having me."))
    assert [turn.speaker.role for turn in turns] == [None, None]


def test_a_declared_role_is_the_persons_and_not_the_labels() -> None:
    turns = turns_of(
        ("Tom Ray", "This is Tom Ray. Ada, welcome to the show."),
        ("Ada Byron", "Thanks for having me."),
        ("Tom", "What is an engine?"),
        ("Ada", "It goes round."),
    )
    assert [turn.speaker.role for turn in turns] == [Role.HOST, Role.GUEST] * 2


def test_an_empty_document() -> None:
    assert attribute(Reading(()), (ADA,)) == ((), (ADA,))
    assert attribute(Reading((), spoken=False), ()) == ((), ())


SPONSORED = (
    "That is fine. This episode is brought to you by Kilnworks, who make kilns. They fire evenly. "
    "Go to kilnworks.example.com to see them. So what did you learn from it?"
)


def test_a_sponsors_message_begins_and_ends_within_a_turn() -> None:
    turns, _ = attribute(Reading((Cue(SPONSORED, 1000, 9000, "Ana Ruiz"),)), ())
    assert [(turn.kind, turn.text) for turn in turns] == [
        (Kind.SPEECH, "That is fine."),
        (Kind.AD, SPONSORED[14:-31].strip()),
        (Kind.SPEECH, "So what did you learn from it?"),
    ]
    assert {turn.speaker.name for turn in turns} == {"Ana Ruiz"}
    times = [(turn.start_ms, turn.end_ms) for turn in turns]
    assert times == [(1000, None), (None, None), (None, 9000)]


@pytest.mark.parametrize(
    ("text", "ad"),
    [
        ("We have three sponsors today: Kilnworks and Ashes. Alright, we're back.", 50),
        ("We have three sponsors today: Kilnworks and Ashes. Kilnworks made this kiln.", 50),
        ("We've two sponsors today. This show is sponsored by Ashes. They burn. And you?", 58),
        ("This show is brought to you by our listeners. And you?", 45),
        # Six sentences of something else, and the message is over.
        (f"This show is sponsored by Ashes. {'It is so. ' * 5}Ashes burn. And you?", 94),
        (f"This show is sponsored by Ashes. {'It is so. ' * 6}Ashes burn. And you?", 32),
        ("Our sponsors are different. We love them.", 0),
        ("I thought of a sponsor for our kiln.", 0),
    ],
)
def test_what_is_a_sponsors_message(text: str, ad: int) -> None:
    turns, _ = attribute(Reading((Cue(text, label="Ana Ruiz"),)), ())
    assert "".join(turn.text for turn in turns if turn.kind is Kind.AD) == text[:ad].strip()


@pytest.mark.parametrize(
    "back",
    [
        "Alright, we're back, and",
        "So we are back, and",
        "Break: And",
        "Let's get right back in, and",
        "Let's dive into it, and",
        "Now back to the conversation, and",
        "With that, I bring",
    ],
)
def test_the_sponsors_message_ends_where_the_talk_goes_on(back: str) -> None:
    message = "This show is sponsored by Ashes, who burn."
    turns = turns_of(("Ada", f"{message} {back} you have been to Ashes."))
    assert [turn.kind for turn in turns] == [Kind.AD, Kind.SPEECH]
    assert turns[0].text == message


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("I'm a founder and data scientist at Hooli.", ("founder and data scientist", "Hooli")),
        ("So I am currently a software engineer.", ("software engineer", None)),
        ("I'm actually the head of salt at Hooli.", ("head of salt", "Hooli")),
        ("I'm no longer at Hooli.", None),
        ("I'm not a manager at Hooli.", None),
        ("I work at Hooli, these days.", (None, "Hooli")),
        ("I work for Engineering.", None),
        ("I'm a big believer in salt.", None),
        ("I'm the engineer, and you are the potter.", None),
        ('He said "I\'m a manager at Hooli" to me.', None),
        ("I'm a recovering engineer.", None),
    ],
)
def test_what_people_say_of_themselves(said: str, told: tuple[str, str] | None) -> None:
    cues = (Cue(said, label="Ana Ruiz"), Cue("Yes?", label="Bo Katz"))
    turns, _ = attribute(Reading(cues), ())
    person = turns[0].speaker.person
    assert person is not None
    assert ((person.occupation, person.organization) if person.occupation_source else None) == told
    assert person.occupation_source in (None, Source.INFERRED)


def test_what_people_do_is_neither_a_sponsors_word_nor_against_the_publishers() -> None:
    read = "This show is sponsored by Hooli. I'm a manager at Hooli."
    (turn,) = turns_of(("Ana Ruiz", read))
    assert (turn.kind, turn.speaker.person) == (Kind.AD, Person("Ana Ruiz"))
    given = Person("Ana Ruiz", organization="Mint")
    (turn,) = turns_of(("Ana Ruiz", "I'm a manager at Hooli."), people=(given,))
    assert turn.speaker.person == given


@pytest.mark.parametrize(
    "text",
    [
        "(" + "a" * 50_000,
        "(a " * 20_000,
        "[" * 50_000,
        "*a" * 25_000,
        "this episode is brought to you by " * 2000,
        "I'm a " * 10_000,
        "Ada Byron, a " * 5_000,
        "we have one " * 5_000,
    ],
    ids=lambda text: text[:12],
)
def test_floods_of_words_take_linear_time(text: str) -> None:
    began = time.process_time()
    attribute(Reading((Cue(text, label="Ana Ruiz"), Cue(text, label="Bo Katz"))), ())
    attribute(Reading((Cue(text), Cue(text)), spoken=False), ())
    assert time.process_time() - began < 3


def test_a_sentence_that_runs_on_is_no_name() -> None:
    turns = turns_of(
        ("Interviewer", "This is the first interview with Tom Perkins.We’re in his house."),
        ("Perkins", "We are."),
        ("Interviewer", "Mr. Perkins, when was that?"),
        ("Perkins", "In June."),
    )
    assert {turn.speaker.name for turn in turns} == {"Interviewer", "Perkins"}
