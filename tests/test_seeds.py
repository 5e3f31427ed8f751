"""Four real documents as somebody would add them: what must come out of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

import talksearch
from conftest import Run
from talksearch import Archive, Episode, Hit, Kind, Role, Source


@pytest.fixture(scope="module")
def home(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("seeds")
    with talksearch.open(home) as archive:
        outcomes = archive.add(shared / "data" / "seeds")
    assert [outcome.status for outcome in outcomes] == ["new"] * 4
    return home


@pytest.fixture
def archive(home: Path) -> Iterator[Archive]:
    with talksearch.open(home) as archive:
        yield archive


def episode(archive: Archive, seed: str) -> Episode:
    (found,) = (e for e in archive.episodes() if f"/{seed}_" in e.source)
    return found


def passages(archive: Archive, seed: str) -> list[Hit]:
    wanted = episode(archive, seed).id
    return [hit for hit in archive.export() if hit.episode.id == wanted]


# 000: an episode's page with front matter


def test_an_episode_page_gives_an_episode(archive: Archive) -> None:
    found = episode(archive, "000")
    assert found.title == "How to become a machine learning engineer at Twitter"
    assert found.date == dt.date(2020, 7, 15)
    assert found.audio_url is not None and found.audio_url.endswith(".mp3")
    assert found.tags and not [tag for tag in found.tags if any(map(str.isdigit, tag))]


def test_its_guest_is_known_with_what_she_does(archive: Archive) -> None:
    (guest,) = (p for p in episode(archive, "000").people if p.role is Role.GUEST)
    assert guest.name == "Jigyasa Grover"
    assert (guest.occupation, guest.organization) == ("machine learning engineer", "Twitter")


def test_its_notes_have_no_speaker_and_its_sponsor_is_an_ad(archive: Archive) -> None:
    found = passages(archive, "000")
    assert {hit.passage.kind for hit in found} == {Kind.NOTES, Kind.AD}
    assert all(hit.passage.speaker.name is None for hit in found)


@pytest.mark.parametrize("query", ["summer of code", '"summer of code"'])
def test_a_guest_who_does_not_say_it_is_explained(run: Run, home: Path, query: str) -> None:
    ran = run("--home", home, "search", query, "--role", "guest")
    assert "role:guest" in ran.err
    assert "Jigyasa" not in ran.out
    without = run("--home", home, "search", query, "-n", 1)
    assert without.status == 0 and "summer of code" in without.out.replace("**", "")


# 001: a job page saved as text


def test_a_page_without_speakers_is_prose(archive: Archive) -> None:
    assert {hit.passage.kind for hit in passages(archive, "001")} == {Kind.PROSE}


@pytest.mark.parametrize("word", ["zimbabwe", "alabama", '"this field is required"'])
def test_a_form_is_not_indexed(archive: Archive, word: str) -> None:
    assert archive.search(word).total == 0


@pytest.mark.parametrize("word", ["pyspark", "jvm", "you'll", "we're"])
def test_what_the_page_says_is(archive: Archive, word: str) -> None:
    wanted = episode(archive, "001").id
    assert wanted in {hit.episode.id for hit in archive.search(word).hits}


def test_letters_decoded_wrongly_are_mended(archive: Archive) -> None:
    text = " ".join(hit.passage.text for hit in passages(archive, "001"))
    assert "you'll" in text.replace("’", "'") and "we're" in text.replace("’", "'")
    assert "â" not in text


# 002: an interview in questions and answers


def test_every_answer_is_his(archive: Archive) -> None:
    speech = [hit.passage for hit in passages(archive, "002") if hit.passage.kind is Kind.SPEECH]
    questions = [passage for passage in speech if passage.speaker.role is Role.HOST]
    answers = [passage for passage in speech if passage.speaker.role is Role.GUEST]
    assert len(questions) + len(answers) == len(speech)
    assert all(passage.text.endswith("?") for passage in questions)
    assert {passage.speaker.name for passage in answers} == {"Nico Thiebaut"}
    person = answers[0].speaker.person
    assert person is not None
    assert (person.occupation, person.organization) == ("Sr. Machine Learning Engineer", "Hired")
    # A continued paragraph, without his name before it.
    assert any(p.text.startswith("We are seeing") or "We are seeing" in p.text for p in answers)


def test_an_answer_is_found_by_its_own_words_among_guests(archive: Archive) -> None:
    page = archive.search("degree certifications", role="guest", context=1)
    best = page.hits[0]
    assert best.passage.speaker.name == "Nico Thiebaut"
    assert best.before[-1].text.startswith("Are there specific computer science degrees")
    assert best.before[-1].speaker.role is Role.HOST


# 003: magazine prose on three people


@pytest.mark.parametrize(
    ("name", "organization"),
    [
        ("Chirag Mahapatra", "Airbnb"),
        ("Shubhankar Jain", "SurveyMonkey"),
        ("Mansha Mahtani", "Instagram"),
    ],
)
def test_the_people_of_an_article_are_known(archive: Archive, name: str, organization: str) -> None:
    page = archive.search(f'speaker:"{name}"', limit=50)
    people = {hit.passage.speaker.person for hit in page.hits}
    assert {(p.name, p.organization) for p in people if p} == {(name, organization)}
    assert all(p and p.occupation for p in people)


def test_a_quotation_is_the_speakers_own(archive: Archive) -> None:
    (hit,) = archive.search('"there tends to be a little bit of fluidity"').hits
    assert (hit.passage.speaker.name, hit.passage.kind) == ("Mansha Mahtani", Kind.SPEECH)


def test_reported_speech_is_prose_inferred_to_be_of_whom_it_reports(archive: Archive) -> None:
    reported = archive.search("speaker:chirag").hits
    assert reported
    for hit in reported:
        assert hit.passage.kind is Kind.PROSE
        assert hit.passage.speaker.source is Source.INFERRED
    assert {hit.passage.id for hit in archive.search("org:airbnb").hits} == {
        hit.passage.id for hit in reported
    }


def test_pictures_and_boilerplate_are_gone(archive: Archive) -> None:
    text = " ".join(hit.passage.text for hit in passages(archive, "003")).lower()
    for furniture in ("image:", ".jpg", ".png", "cookie", "newsletter", "share this"):
        assert furniture not in text
