"""What speaker labels say."""

from __future__ import annotations

import time

import pytest

from talksearch.model import Role
from talksearch.speakers.labels import Label, read_label

NOBODY = Label(nobody=True)


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Ada Byron", Label("Ada Byron")),
        ("ADA BYRON:", Label("ADA BYRON")),
        ("Ada", Label("Ada")),
        ("José Ángel Núñez", Label("José Ángel Núñez")),
        ("Лев Толстой", Label("Лев Толстой")),
        ("田中太郎", Label("田中太郎")),
        ("マリー・キュリー", Label("マリー・キュリー")),
        ("สุดา รักไทย (host)", Label("สุดา รักไทย", Role.HOST)),
        ("Dr. Ada Byron", Label("Dr. Ada Byron")),
        ("Ada Byron (host)", Label("Ada Byron", Role.HOST)),
        ("Ada Byron [Guest Host]", Label("Ada Byron", Role.GUEST_HOST)),
        ("Ada Byron (on tape)", Label("Ada Byron")),
        ("Ada (Ace) Byron", Label("Ada Byron")),
        ("Ada Byron - Host", Label("Ada Byron", Role.HOST)),
        ("Ada Byron, co-host", Label("Ada Byron", Role.CO_HOST)),
        ("Host: Ada Byron", Label("Ada Byron", Role.HOST)),
        ("Ada Byron, CEO, Analytical Engines", Label("Ada Byron")),
        ("Sammy Byron, Jr.", Label("Sammy Byron, Jr.")),
        ("Byron, Ada (External)", Label("Byron, Ada")),
        ("BYRON, ADA MAY:", Label("BYRON, ADA MAY")),
        ("Byron, Jr.", Label("Byron, Jr.")),
        ("Ada, Engineer", Label("Ada")),
        ("Ada, who wrote it", Label("Ada")),
        ("Ada, Host", Label("Ada", Role.HOST)),
        ("Byron, upstairs", Label("Byron")),
        ("Byron, X2", Label("Byron")),
        ("Ada Byron.", Label("Ada Byron")),
        ("Ada Byron (guest), host", Label("Ada Byron", Role.GUEST)),
        ("Ada Byron, producer & co-host", Label("Ada Byron", Role.CO_HOST)),
        ("Ada Byron (00:01:02)", Label("Ada Byron")),
        ("HOST", Label(role=Role.HOST)),
        ("(host)", Label(role=Role.HOST)),
        ("Interviewer", Label(role=Role.HOST)),
        ("Guest 2", Label(role=Role.GUEST)),
        ("Guest 2 and producer", Label(role=Role.GUEST)),
        ("Audience Member", Label(role=Role.AUDIENCE)),
        ("Breakmaster Cylinder", Label("Breakmaster Cylinder")),
        ("Will Song", Label("Will Song")),
        ("Speaker J. Doe", Label("Speaker J. Doe")),
        ("Ведущий", Label(role=Role.HOST)),
        ("Гость 2", Label(role=Role.GUEST)),
        ("ΠΑΡΟΥΣΙΑΣΤΉΣ", Label(role=Role.HOST)),
        ("Befragte Person", Label(role=Role.GUEST)),
        ("Presentator (m)", Label(role=Role.HOST)),
        ("主持人", Label(role=Role.HOST)),
        ("嘉宾1", Label(role=Role.GUEST)),
        ("李丽（嘉宾）", Label("李丽", Role.GUEST)),
        ("田中（司会）", Label("田中", Role.HOST)),
        ("게스트", Label(role=Role.GUEST)),
        ("الضيف", Label(role=Role.GUEST)),
    ],
)
def test_names_and_roles(label: str, expected: Label) -> None:
    assert read_label(label) == expected


@pytest.mark.parametrize(
    "label",
    ["SPEAKER_00", "Speaker 1", "Speaker A", "Unknown", "Unknown Speaker", "spk_1", "S2", "Woman 2",
     "Male Voice", "All", "Multiple speakers", "1", "B", "F_S12", "New Speaker", "QUESTION",
     "Спикер 1", "Mluvčí 2", "KONUŞMACI 1", "話者1", "说话人 2", "スピーカー３", "화자 1",
     "المتحدث ١", "Locutrice 2", "Ομιλητής 1"],
)  # fmt: skip
def test_voices_without_a_name(label: str) -> None:
    assert read_label(label) == Label()


@pytest.mark.parametrize(
    "label",
    ["Break", "Music", "Theme Music", "[Music plays]", "Jingle", "Jingles", "Intro", "Outro",
     "Note", "Editor's note", "Sponsor", "Sponsor message", "Ad", "Ad break", "Transcript", "12:30",
     "[00:12:30]", "Music 2", "What did you learn?", "The five things that I would have done anew",
     "Bette Midler song", "Midler clip", "***", "", "Música", "Musik 2", "音楽", "Реклама"],
)  # fmt: skip
def test_what_is_no_speaker(label: str) -> None:
    assert read_label(label) == NOBODY


def test_a_flood_of_blanks_is_read_soon() -> None:
    began = time.monotonic()
    assert read_label(f"Ana{' ' * 20_000}Kern (host)") == Label("Ana Kern", Role.HOST)
    assert time.monotonic() - began < 2
