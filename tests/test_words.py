"""Words and texts: joiners, and the shorter ways that most texts go."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from talksearch.model import clean_text
from talksearch.words import fold_words, respelled_words, words


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\U0001f3cb\u200d\u2642", "\U0001f3cb\u200d\u2642"),
        ("a\u200b b\ufeff", "a b"),
        ("\u200d \u200c", ""),
        ("a\x00\u2028b", "a b"),
        ("stan\u00addard", "standard"),
        ("the \u2060Nervous \u200eState\u200f.", "the Nervous State."),
        ("\u202bשלום\u202c \u2067Ann\u2069", "שלום Ann"),
    ],
)
def test_joiners_are_part_of_a_text(raw: str, wanted: str) -> None:
    assert clean_text(raw) == wanted == clean_text(wanted)


def test_a_word_is_found_with_its_joiner_or_without() -> None:
    assert fold_words("می\u200cخواهم") == fold_words("میخواهم")
    assert [word.forms for word in words("\U0001f3cb\u200d\u2642 \u200d up")] == [("up",)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("١٩٨٤", "1984"),
        ("۱۲۳", "123"),
        ("१२३", "123"),
        ("๒๕๖๗", "2567"),
        ("២០២៤", "2024"),
        ("کریمی", "كريمي"),
        ("علی", "علي"),
        ("हिन्दी", "हिंदी"),
        ("पण्डित सम्बन्ध", "पंडित संबंध"),
        ("अँग्रेज़ी", "अंग्रेजी"),
        ("ג׳ירפה", "ג'ירפה"),
        ("תל־אביב", "תל-אביב"),
        ("Ինչո՞ւ", "ինչու"),
        ("ґанок", "ганок"),
        ("сім‘я сімʼя", "сім'я сім’я"),
        ("Hawaiʻi ʻŌlelo", "hawai'i olelo"),
        ("We‘re", "we're"),
        ("col·legi coŀlegi", "collegi collegi"),
        ("étudiant·e·s", "étudiant e s"),
        ("정치·경제", "정치 경제"),
        ("'오징어 게임'을 ‘핫’하다 Q&A에", "오징어 게임 을 핫 하다 q&a에"),
        ("Guðmundur Þór", "gudmundur thor"),
        ("ﾊﾟﾝ ﾃﾞｰﾀ", "パン データ"),
        ("น้ำทำ", "น\u0e49\u0e4d\u0e32ท\u0e4d\u0e32"),
        ("น้ำ", "น\u0e4d\u0e49\u0e32"),
        ("ນ້ຳ", "ນ\u0ecd\u0ec9\u0eb2"),
        ("カ\u3099ラス", "ガラス"),
        ("in the U.S, a.k.a; J.R.R Tolkien", "in the U.S., a.k.a.; J.R.R. Tolkien"),
    ],
)
def test_one_word_however_it_is_written(one: str, other: str) -> None:
    assert fold_words(one) == fold_words(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("على", "علي"),
        ("सम्मान", "संमान"),
        ("йод", "иод"),
        ("か", "が"),
        ("ދި", "ދު"),
        ("node.js t.co", "node.j.s t.c.o"),
        ("at 5 p.m.So", "at 5 p.m. So"),
    ],
)
def test_other_letters_are_other_words(one: str, other: str) -> None:
    assert fold_words(one) != fold_words(other)


@pytest.mark.parametrize("said", ["ភាសាខ្មែរ", "ນ້ຳໝູ່", "မြန်မာမြို့", "น้ำใจทำ", "ガ゚カ\u3099"])
def test_a_word_begins_with_no_mark(said: str) -> None:
    # A span ends where a word does: no character is cut in two.
    assert not any(unicodedata.category(said[word.start])[0] == "M" for word in words(said))


def test_am_is_no_character_by_itself() -> None:
    said = "ทำน้ำນ້ຳนํ้า"
    assert [said[word.start : word.end] for word in words(said)] == ["ทำ", "น้ำ", "ນ້ຳ", "นํ้า"]
    assert [word.start for word in words("มานาด้า")] == [0, 1, 2, 3, 4, 6]  # aa alone is one


@given(st.text("aBlquéß 漢ไ한ि'’‘׳ʻ&·#@+._-\t1\u0301\u200d“…\xa0€", max_size=12))
@example("il a dit 'l'homme'")
def test_a_text_has_the_same_words_beside_other_scripts(text: str) -> None:
    # What is plain, what has accents, and what has scripts without spaces, is read each in its way.
    found = list(words(text))
    assert found == list(words(f"{text} é"))[:-1] == list(words(f"{text} 漢"))[:-1]


@pytest.mark.parametrize(
    ("name", "respelled"),
    [
        ("Jörg Müller", "joerg mueller"),
        ("Jo\u0308rg Muller", "joerg muller"),
        ("SØREN ÅGESEN", "soeren aagesen"),
        ("Özdemir’s Äpfel", "oezdemir's aepfel"),
        ("#Köln, über uns.", "#koeln ueber uns"),
        ("Zoë Straße", ""),
        ("Joerg Mueller", ""),
        ("日本", ""),
    ],
)
def test_a_name_is_written_without_umlauts_too(name: str, respelled: str) -> None:
    assert " ".join(respelled_words(name)) == respelled
    assert not respelled_words(respelled)


def test_of_what_is_said_names_alone_are_respelled() -> None:
    found = list(words("Er fährt über Köln, på Ö, and the naïve Poët."))
    assert [word.respelled for word in found if word.respelled] == ["koeln", "oe"]
