"""Hosts and guests over a show."""

from __future__ import annotations

import pytest

from talksearch.model import Appearance, Cue, Kind, Person, Role, Source, Speaker, Turn
from talksearch.speakers import appearances, infer_hosts, with_roles


def speaker(name: str, role: Role | None = None, source: Source = Source.PUBLISHER) -> Speaker:
    return Speaker(name, Person(name), role, Source.PUBLISHER, source if role else None)


def show(*episodes: str) -> dict[str, list[Appearance]]:
    """Episodes as the initials of those who speak: ``"A B"``; ``A!`` is called host by the
    publisher, ``A?`` guest, ``A+`` guest host."""
    marks = {"!": Role.HOST, "?": Role.GUEST, "+": Role.GUEST_HOST}
    return {
        str(number): [
            Appearance(speaker(name[0], marks.get(name[1:])), turns=3, words=30)
            for name in cast.split()
        ]
        for number, cast in enumerate(episodes)
    }


PANEL = ["AB", "CD", "EA", "BC", "DE"]
GUESTS = "abcdefghijklmnopqrst"


@pytest.mark.parametrize(
    ("episodes", "hosts"),
    [
        ([], ""),
        (["A B"], ""),
        (["A B", "A C"], ""),
        (["A B", "A C", "A D"], "A"),
        (["A B", "A B", "A B"], "AB"),
        (["A B", "A C", "A B", "A D"], "A"),
        (["A! B"], "A"),
        (["A B?", "A B?", "A B?"], "A"),
        (["A B+", "A C", "A B"], "A"),
        (["A B", "A! B?", "A C", "A B"], "A"),
        # A guest in four parts, in a show that has its usual host.
        ([f"A {each}" for each in "BCDEXXXXFGHIJKLMNO"], "A"),
        # A panel of five, two at a time, each time with a guest.
        ([f"{a} {b} {guest}" for (a, b), guest in zip(PANEL * 4, GUESTS, strict=True)], "ABCDE"),
        # Somebody who sat on it for a time long ago.
        (["A H", "B H", "A H", "C H", *(f"A {g}" for g in "defgi"), *(f"B {g}" for g in "jklmn"),
          *(f"C {g}" for g in "opqrs")], "ABCH"),
    ],
)  # fmt: skip
def test_who_hosts_a_show(episodes: list[str], hosts: str) -> None:
    assert infer_hosts(show(*episodes)) == frozenset(hosts)


@pytest.mark.parametrize(
    ("episodes", "hosts"),
    [
        (["A B?"], "A"),
        (["A B", "C D"], "A"),
        (["B C"], ""),
        (["A? B", "A C"], ""),  # an episode knows better
        (["A B!", "A B!"], "AB"),
    ],
)
def test_the_feed_names_the_hosts_of_a_show(episodes: list[str], hosts: str) -> None:
    assert infer_hosts(show(*episodes), ["a", "Z"]) == frozenset(hosts)


def test_names_are_compared_without_case_or_accents() -> None:
    names = ["Zoë Kent", "Zoë Kent", "ZOE KENT"]
    episodes = {name + str(n): [Appearance(speaker(name), 1, 1)] for n, name in enumerate(names)}
    assert infer_hosts(episodes) == {"Zoë Kent"}


def test_what_was_inferred_before_does_not_count_as_stated() -> None:
    guest = speaker("A", Role.GUEST, Source.INFERRED)
    assert infer_hosts({str(n): [Appearance(guest, 1, 1)] for n in range(3)}) == {"A"}


def test_an_episode_counts_once_for_whoever_has_two_labels_in_it() -> None:
    host, guest = (Appearance(speaker(name), 1, 1) for name in "AB")
    other = Appearance(Speaker("B, again", Person("B")), 1, 1)
    episodes = {str(number): [host, guest, other] for number in range(3)}
    episodes |= {str(number): [host] for number in range(3, 8)}
    assert infer_hosts(episodes) == {"A"}


def test_labels_without_a_person_are_no_hosts() -> None:
    anyone = Appearance(Speaker("SPEAKER_00"), 5, 50)
    assert infer_hosts({str(number): [anyone] for number in range(5)}) == frozenset()


def turn(who: Speaker, kind: Kind = Kind.SPEECH) -> Turn:
    return Turn(who, (Cue("Well, yes."),), kind)


def roles(turns: tuple[Turn, ...]) -> list[tuple[Role | None, Source | None]]:
    return [(each.speaker.role, each.speaker.role_source) for each in turns]


INFERRED_HOST = (Role.HOST, Source.INFERRED)
INFERRED_GUEST = (Role.GUEST, Source.INFERRED)


def test_roles_are_filled_in() -> None:
    turns = (
        turn(speaker("Zoë")),
        turn(speaker("Tom")),
        turn(Speaker("SPEAKER_1")),
        turn(Speaker()),
    )
    assert roles(with_roles(turns, frozenset({"ZOE"}))) == [
        INFERRED_HOST,
        INFERRED_GUEST,
        (None, None),
        (None, None),
    ]


def test_a_hosts_wife_is_no_host() -> None:
    turns = (turn(speaker("Mr. Ray")), turn(speaker("Mrs. Ray")))
    assert roles(with_roles(turns, frozenset({"Mr. Ray"}))) == [INFERRED_HOST, INFERRED_GUEST]
    assert roles(with_roles(turns[1:], frozenset({"Ray"}))) == [INFERRED_HOST]


def test_what_is_stated_stays() -> None:
    turns = (turn(speaker("A", Role.GUEST)), turn(speaker("B", Role.PANELIST)), turn(speaker("C")))
    assert roles(with_roles(turns, frozenset("ABC"))) == [
        (Role.GUEST, Source.PUBLISHER),
        (Role.PANELIST, Source.PUBLISHER),
        INFERRED_HOST,
    ]


def test_the_show_knows_better_than_the_episode() -> None:
    turns = (turn(speaker("A", Role.GUEST, Source.INFERRED)), turn(speaker("B")))
    assert roles(with_roles(turns, frozenset("A"))) == [INFERRED_HOST, INFERRED_GUEST]


def test_there_are_no_guests_without_a_host() -> None:
    turns = (turn(speaker("A")), turn(speaker("B")))
    assert with_roles(turns, frozenset("C")) == turns


def test_a_stated_host_has_guests_too() -> None:
    turns = (turn(speaker("A", Role.CO_HOST)), turn(speaker("B")))
    assert roles(with_roles(turns, frozenset()))[1] == INFERRED_GUEST


def test_appearances_count_turns_and_words_of_speech() -> None:
    ada, tom = speaker("Ada"), speaker("Tom")
    turns = (turn(ada), turn(tom), turn(ada), turn(ada, Kind.AD), turn(Speaker()))
    assert appearances(turns) == (Appearance(ada, 2, 4), Appearance(tom, 1, 2))
