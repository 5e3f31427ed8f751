"""Whatever the document, no word is lost, nothing is raised, and it takes time in proportion."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talksearch.formats.base import Metadata, Reading
from talksearch.model import NOBODY, Cue, Kind, Person, Role, Source
from talksearch.speakers import appearances, attribute, infer_hosts, with_roles
from talksearch.words import words

ADA = Person("Ada Byron", Role.GUEST)
TOM = Person("Tom Ray", Role.HOST, source=Source.PERSON_TAG)

pieces = st.sampled_from(
    ["Ada Byron ", "Ada ", "Tom ", "said ", "he said, ", "says: ", "“", "”", '"', "«", "»", ". ",
     "? ", ", ", "engines do as they are told", "is an engineer at Hooli", "According to ",
     "told us ",
     "This show is sponsored by ", "(", "I'm your host ", "By ", "言葉。",
     "’s", " "]
)  # fmt: skip
texts = st.one_of(
    st.lists(pieces, min_size=1, max_size=20).map("".join),
    st.text(st.characters(exclude_characters=")]*"), max_size=20),  # stage directions are dropped
)
labels = st.one_of(
    st.none(),
    st.sampled_from(["Ada", "TOM RAY", "Q", "A", "Break", "HOST", "Guest 1", "Li (guest)", "S1"]),
    st.text(max_size=8),
)
readings = st.builds(
    lambda cues, title, audio, spoken: Reading(
        tuple(Cue(text, label=label) for text, label in cues),
        Metadata(title=title, description=title, audio_url=audio),
        spoken,
    ),
    st.lists(st.tuples(texts, labels), max_size=8),
    st.one_of(st.none(), texts),
    st.sampled_from([None, "https://example.org/1.mp3"]),
    st.booleans(),
)


def forms(text: str) -> list[tuple[str, ...]]:
    return [word.forms for word in words(text)]


@given(readings, st.sampled_from([(), (ADA,), (ADA, TOM)]))
def test_no_word_is_lost_or_moved(reading: Reading, people: tuple[Person, ...]) -> None:
    turns, found = attribute(reading, people)
    kept = " ".join(cue.text for turn in turns for cue in turn.cues)
    assert forms(kept) == forms(" ".join(cue.text for cue in reading.cues))
    assert [person.name for person in found[: len(people)]] == [person.name for person in people]


@given(readings, st.sampled_from([(), (ADA,), (ADA, TOM)]))
def test_what_holds_of_all_turns(reading: Reading, people: tuple[Person, ...]) -> None:
    turns, found = attribute(reading, people)
    turns = with_roles(turns, infer_hosts({"1": appearances(turns)}))
    for before, after in pairwise(turns):
        assert (before.speaker, before.kind) != (after.speaker, after.kind)
    for turn in turns:
        speaker = turn.speaker
        assert (speaker.person is None) or speaker.source is not None
        assert (speaker.role is None) == (speaker.role_source is None)
        if speaker.person is not None:
            assert speaker.person.name in {person.name for person in found}
        if not reading.spoken and speaker == NOBODY:
            assert turn.kind in (Kind.PROSE, Kind.NOTES, Kind.AD)


@pytest.mark.parametrize("spoken", [True, False])
@pytest.mark.parametrize("label", [None, "Ann"])
@pytest.mark.parametrize(
    "text",
    ["a", "A ", ".", '"', "“", "said ", "he said, ", "Ann Lee said ", "Ann Lee, a ", "(", "[", " ",
     "Ann Lee is an engineer at Foo, ", "“one two three four five” ", "” said Ann Lee “", "U.S.",
     "♪.", "this show ", "of ", "with ", '?" ', "”»\"", "According to "],
)  # fmt: skip
def test_it_takes_time_in_proportion(text: str, label: str | None, spoken: bool) -> None:
    def took(length: int) -> float:
        long = text * (length // len(text))
        cues = (
            Cue("We talked with Ann Lee, a poet."),
            Cue(long, label=label),
            Cue('"x', label=label),
        )
        reading = Reading(cues, Metadata(description=long), spoken)
        begun = time.process_time()
        attribute(reading, ())
        return time.process_time() - begun

    assert took(80_000) < 10 * took(20_000) + 0.5


@pytest.mark.parametrize("surname", ["", " Lee"])
def test_many_labels_take_time_in_proportion(surname: str) -> None:
    def took(number: int) -> float:
        cues = tuple(Cue("Yes.", label=f"N{'x' * (n % 7)}{n}{surname}") for n in range(number))
        begun = time.process_time()
        attribute(Reading(cues), ())
        return time.process_time() - begun

    assert took(4000) < 10 * took(1000) + 0.5
