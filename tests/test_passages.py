"""Turns cut into passages."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talksearch.model import (
    NOBODY,
    Chapter,
    Cue,
    Episode,
    Kind,
    Passage,
    Person,
    Speaker,
    TimeAccuracy,
    Transcript,
    Turn,
    clean_text,
)
from talksearch.passages import WORDS, cut
from talksearch.words import is_unspaced, words

ADA = Speaker("Ada", Person("Ada"))
TOM = Speaker("Tom", Person("Tom"))


def size(text: str) -> float:
    """Its words: of a script without spaces two characters, or four of an alphabet, are one."""
    shares = (
        (1 / 4 if text[w.start] < "\u1800" else 1 / 2) if is_unspaced(text[w.start]) else 1
        for w in words(text)
    )
    return sum(shares)


def transcript(*turns: Turn) -> Transcript:
    return Transcript(Episode("e1", "An episode"), turns)


def turn(*cues: Cue | str, speaker: Speaker = ADA, kind: Kind = Kind.SPEECH) -> Turn:
    return Turn(speaker, tuple(Cue(cue) if isinstance(cue, str) else cue for cue in cues), kind)


def sizes(text: str) -> list[float]:
    return [size(passage.text) for passage in cut(transcript(turn(text)))]


def sentence(length: int, end: str = ".") -> str:
    return " ".join(["word"] * length) + end + " "


def test_a_short_turn_is_one_passage() -> None:
    passages = cut(transcript(turn("Well.", "Yes."), turn("No.", speaker=TOM, kind=Kind.AD)))
    assert passages == (
        Passage("e1.0", "e1", 0, 0, Kind.SPEECH, ADA, "Well. Yes."),
        Passage("e1.1", "e1", 1, 1, Kind.AD, TOM, "No."),
    )


def test_nothing_gives_nothing() -> None:
    assert cut(transcript()) == ()
    assert cut(transcript(turn(""), turn("  "), turn("Yes."))) == (
        Passage("e1.0", "e1", 0, 2, Kind.SPEECH, ADA, "Yes."),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (sentence(120), [120]),
        (sentence(61) + sentence(60), [61, 60]),
        (sentence(10) * 13, [70, 60]),
        (sentence(10) * 12 + sentence(5), [60, 65]),
        (sentence(100) + sentence(15) + sentence(110), [115, 110]),
        # A long sentence gives way at its clauses, and then between words.
        (sentence(70, ",") + sentence(70), [70, 70]),
        (sentence(50) + sentence(100, ";") + sentence(50), [50, 100, 50]),
        (sentence(130), [65, 65]),
        ("言" * 120 + "。" + "言" * 180 + "！", [60, 90]),
        ("言" * 300, [75, 75]),
        ("ก" * 600, [75, 75]),
    ],
)
def test_where_a_turn_is_cut(text: str, expected: list[int]) -> None:
    assert sizes(text) == expected


@pytest.mark.parametrize("inside", ["Dr. Byron", "J. Doe", "3.5", "e.g.", "...and", "Mrs. Doe"])
def test_sentences_end_where_they_end(inside: str) -> None:
    text = f"{sentence(58)}Then {inside} " + sentence(61)
    assert cut(transcript(turn(text)))[0].text == sentence(58).strip()


def test_a_turn_is_cut_between_its_paragraphs() -> None:
    paragraphs = [(sentence(10) * number).strip() for number in (5, 8, 9)]
    assert [passage.text for passage in cut(transcript(turn(*paragraphs)))] == paragraphs


def test_closing_marks_stay_with_their_sentence() -> None:
    passages = cut(transcript(turn(sentence(70)[:-1] + "” " + sentence(70))))
    assert [passage.text[-6:] for passage in passages] == ["word.”", " word."]


def test_what_has_no_word_stays_with_what_is_before_it() -> None:
    passages = cut(transcript(turn(sentence(71) + "… " + sentence(69))))
    assert [passage.text[-6:] for passage in passages] == ["ord. …", " word."]


@pytest.mark.parametrize("text", ["0%0#" * 150, "a.b.cc%" * 150, "C#D+" * 150])
def test_no_cut_makes_another_word(text: str) -> None:
    passages = cut(transcript(turn(text)))
    assert len(passages) > 1
    forms = [word.forms for passage in passages for word in words(passage.text)]
    assert forms == [word.forms for word in words(text)]


def test_a_single_word_is_never_cut() -> None:
    (passage,) = cut(transcript(turn("A." * 150)))
    assert passage.text == "A." * 150


# --- times ----------------------------------------------------------------------------------------

EXACT, INFERRED, NONE = TimeAccuracy.EXACT, TimeAccuracy.INFERRED, TimeAccuracy.NONE


def times(*turns: Turn) -> list[tuple[int | None, int | None, TimeAccuracy]]:
    return [
        (passage.start_ms, passage.end_ms, passage.time_accuracy)
        for passage in cut(transcript(*turns))
    ]


def test_times_of_cues_are_exact() -> None:
    first = turn(Cue("One.", 1000, 2000), Cue("Two.", 2500, 3000))
    assert times(first, turn(Cue("Three.", 4000, 4500))) == [
        (1000, 3000, EXACT),
        (4000, 4500, EXACT),
    ]  # fmt: skip


def test_a_passage_that_begins_at_a_cue_has_its_time() -> None:
    first, second = sentence(70).strip(), sentence(70).strip()
    assert times(turn(Cue(first, 1000, 9000), Cue(second, 9500, 20000))) == [
        (1000, 9000, EXACT),
        (9500, 20000, EXACT),
    ]


def test_times_inside_a_cue_are_worked_out() -> None:
    ((first, middle, one), (again, last, two)) = times(
        turn(Cue((sentence(70) * 2).strip(), 0, 100_000))
    )
    assert (first, one, last, two) == (0, EXACT, 100_000, INFERRED)
    assert middle == pytest.approx(50_000, abs=300)
    assert again == pytest.approx(50_000, abs=300)


def test_times_are_worked_out_between_known_ones() -> None:
    between = [turn("word word")] * 2
    found = times(turn(Cue("word word", 10_000)), *between, turn(Cue("end", 40_000)))
    assert [accuracy for _, _, accuracy in found] == [EXACT, INFERRED, INFERRED, EXACT]
    assert [start for start, _, _ in found] == [10_000, 20_000, 30_000, 40_000]


def test_a_recording_begins_at_zero() -> None:
    assert times(turn("word word"), turn(Cue("word", 10_000)))[0][0::2] == (0, INFERRED)


def test_time_goes_on_at_its_pace_for_a_while() -> None:
    found = times(turn(Cue("word word", 0)), turn(Cue("word word", 10_000)),
                  *[turn("word word")] * 2)  # fmt: skip
    assert found[2][0::2] == (20_000, INFERRED)
    assert found[3][0::2] == (None, NONE)


def test_without_times_there_are_none() -> None:
    assert times(turn("One."), turn("Two.")) == [(None, None, NONE)] * 2


def test_times_in_disorder_do_no_harm() -> None:
    found = times(
        turn(Cue(sentence(130).strip(), 9000, 4000)),
        turn(Cue("Yes.", 2000)),
        turn("No."),
        turn(Cue("Why?", 8000), Cue("So.", 3000, 5000)),
    )
    assert [start for start, _, _ in found[:2]] == [9000, 9000]
    for start, end, _ in found:
        assert start is None or end is None or start <= end


# --- everything at once ---------------------------------------------------------------------------

# A few pieces, again and again: long turns at little cost.
pieces = st.lists(
    st.one_of(
        st.sampled_from(
            ["word ", "Dr. ", "end. ", "so, ", "“Yes!” ", "言葉。", "言", "U.S. ", "a-b-c"]
        ),
        st.sampled_from(list("é.,;?!…()“”\"'’‘l-·、กี\u0301#@+&0_ ")),
        st.text(max_size=5),
    ),
    min_size=1,
    max_size=8,
)
texts = st.builds(
    lambda pieces, times: clean_text("".join(pieces) * times),
    pieces,
    st.sampled_from([1, 2, 30, 100]),
)


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    """Any turns; the times that are there are in order."""
    now = 0
    turns = []
    for speaker in draw(st.lists(st.sampled_from([ADA, TOM, NOBODY]), max_size=4)):
        cues = []
        for text in draw(st.lists(texts, min_size=1, max_size=4)):
            start, end = now, now + draw(st.integers(0, 60_000))
            now = end + draw(st.integers(0, 1000))
            cues.append(
                Cue(text, draw(st.sampled_from([start, None])), draw(st.sampled_from([end, None])))
            )
        turns.append(Turn(speaker, tuple(cues)))
    return transcript(*turns)


@given(transcripts())
def test_no_text_is_lost_or_moved(whole: Transcript) -> None:
    passages = cut(whole)
    for number, each in enumerate(whole.turns):
        mine = [passage.text for passage in passages if passage.turn == number]
        assert "".join("".join(mine).split()) == "".join(each.text.split())
        forms = [word.forms for text in mine for word in words(text)]
        assert forms == [word.forms for word in words(each.text)]


@given(transcripts())
def test_passages_are_numbered_and_know_their_turn(whole: Transcript) -> None:
    passages = cut(whole)
    assert [passage.id for passage in passages] == [f"e1.{n}" for n in range(len(passages))]
    assert [passage.turn for passage in passages] == sorted(passage.turn for passage in passages)
    for passage in passages:
        assert passage.speaker == whole.turns[passage.turn].speaker
        assert passage.text == passage.text.strip() != ""


@given(transcripts())
def test_passages_are_short_enough(whole: Transcript) -> None:
    for passage in cut(whole):
        if not re.search(r"\w#\w|\w\.\w\.\w", passage.text):  # may have no place to cut
            assert size(passage.text) <= WORDS


@given(transcripts())
def test_passages_are_no_more_than_needed(whole: Transcript) -> None:
    for number, each in enumerate(whole.turns):
        mine = [size(p.text) for p in cut(whole) if p.turn == number]
        # As few as will do would be 1 in 120 words; whole sentences make it more.
        assert len(mine) <= 1 + 3 * size(each.text) / WORDS


@given(transcripts())
def test_times_are_in_order_and_inside_the_turn(whole: Transcript) -> None:
    passages = cut(whole)
    starts = [passage.start_ms for passage in passages if passage.start_ms is not None]
    assert starts == sorted(starts)
    for passage in passages:
        turn_start, turn_end = (
            whole.turns[passage.turn].start_ms,
            whole.turns[passage.turn].end_ms,
        )
        known = [
            ms for ms in (turn_start, passage.start_ms, passage.end_ms, turn_end) if ms is not None
        ]
        assert known == sorted(known)
        assert (passage.start_ms is None) == (passage.time_accuracy is NONE)


@given(transcripts())
def test_the_same_transcript_gives_the_same_passages(whole: Transcript) -> None:
    assert cut(whole) == cut(whole)


@pytest.mark.parametrize("text", [". ", "a", "a. ", "言", "。", '."', "A.", ", ", "a-", "\u0301"])
def test_cutting_takes_time_in_proportion(text: str) -> None:
    def took(length: int) -> float:
        whole = transcript(turn(text * (length // len(text))))
        begun = time.process_time()
        cut(whole)
        return time.process_time() - begun

    assert took(200_000) < 10 * took(50_000) + 0.5


# --- chapters -------------------------------------------------------------------------------------

CHAPTERS = (Chapter(0, "Hello"), Chapter(60_000, "Salt", 90_000), Chapter(100_000, "Ash"))


def with_chapters(*turns: Turn, chapters: tuple[Chapter, ...] = CHAPTERS) -> Transcript:
    found = transcript(*turns)
    return replace(found, episode=replace(found.episode, chapters=chapters))


def test_a_passage_is_of_the_chapter_in_which_it_starts() -> None:
    times = (0, 59_999, 60_000, 90_000, 100_000)
    passages = cut(with_chapters(*(turn(Cue("Words.", ms)) for ms in times)))
    spoken = [passage.chapter for passage in passages if passage.kind is Kind.SPEECH]
    assert spoken == ["Hello", "Hello", "Salt", None, "Ash"]


def test_where_there_are_no_times_there_is_no_chapter() -> None:
    passages = cut(with_chapters(turn("Words.")))
    assert [p.chapter for p in passages if p.kind is Kind.SPEECH] == [None]


def test_a_passage_ends_where_a_chapter_begins_between_sentences() -> None:
    cues = [
        Cue("One.", 0), Cue("Two, and", 59_000), Cue("half.", 61_000),
        Cue("Three.", 99_000), Cue("Four.", 100_000),
    ]  # fmt: skip
    passages = cut(with_chapters(turn(*cues)))
    spoken = [(p.text, p.start_ms, p.chapter) for p in passages if p.kind is Kind.SPEECH]
    assert spoken == [("One. Two, and half. Three.", 0, "Hello"), ("Four.", 100_000, "Ash")]
    passages = cut(with_chapters(turn(Cue("One.", 0), Cue("Two.", 60_000))))
    assert [p.text for p in passages if p.kind is Kind.SPEECH] == ["One.", "Two."]


def test_a_chapters_title_is_a_passage_with_its_time() -> None:
    notes = Turn(NOBODY, (Cue("Show notes."),), Kind.NOTES)
    first, *entries = cut(with_chapters(notes))
    assert (first.text, first.start_ms, first.chapter) == ("Show notes.", None, None)
    assert [(p.text, p.start_ms, p.end_ms, p.kind, p.chapter) for p in entries] == [
        ("Hello", 0, None, Kind.NOTES, "Hello"),
        ("Salt", 60_000, 90_000, Kind.NOTES, "Salt"),
        ("Ash", 100_000, None, Kind.NOTES, "Ash"),
    ]
    long = (Chapter(5, sentence(200).strip()),)
    pieces = [(size(p.text), p.start_ms) for p in cut(with_chapters(chapters=long))]
    assert pieces == [(100, 5), (100, 5)]
    assert [(p.number, p.turn, p.id) for p in entries] == [(n, n, f"e1.{n}") for n in (1, 2, 3)]
