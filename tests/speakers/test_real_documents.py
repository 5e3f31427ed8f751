"""Real documents that the project was conceived for. They are other people's and lie beside the
checkout, where they lie at all."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from talksearch.formats import read
from talksearch.formats.base import Reading
from talksearch.model import Cue, Document, Kind, Person, Role, Source, Turn, clean_text
from talksearch.speakers import appearances, attribute, infer_hosts, with_roles

DATA = Path(__file__).parents[2].parent / "shared" / "data"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real documents are not at hand")


def seed(number: str) -> tuple[tuple[Turn, ...], tuple[Person, ...]]:
    (path,) = (DATA / "seeds").glob(f"{number}_*")
    reading = read(Document(path.read_bytes(), path.name))
    return attribute(reading, reading.metadata.people)


def person(name: str, occupation: str, organization: str) -> Person:
    told = Source.INFERRED if occupation or organization else None
    return Person(
        name,
        Role.GUEST,
        None,
        occupation,
        organization,
        source=Source.INFERRED,
        occupation_source=told,
    )


def test_show_notes() -> None:
    turns, people = seed("000")
    assert people == (person("Jigyasa Grover", "machine learning engineer", "Twitter"),)
    assert {turn.speaker.name for turn in turns} == {None}
    assert {turn.kind for turn in turns} <= {Kind.NOTES, Kind.AD}


def test_an_interview_in_questions_and_answers() -> None:
    turns, people = seed("002")
    nico = person("Nico Thiebaut", "Sr. Machine Learning Engineer", "Hired")
    assert people == (nico,)
    speech = [turn for turn in turns if turn.kind is Kind.SPEECH]
    assert len(speech) == 14
    for question, answer in zip(speech[::2], speech[1::2], strict=True):
        assert question.speaker.person is None
        assert question.speaker.role is Role.HOST
        assert question.text.endswith("?")
        assert answer.speaker.person == nico
        assert answer.speaker.label == "Nico"
        assert answer.speaker.role is Role.GUEST
        assert not answer.text.startswith('"')
        assert not answer.text.endswith('"')
    assert speech[9].text.endswith("mathematical concepts..")
    assert turns[0].kind is Kind.PROSE
    assert turns[-1].kind is Kind.PROSE
    assert turns[-1].text.startswith("More Resources")


def test_an_article_about_three_people() -> None:
    turns, people = seed("003")
    assert people == (
        person("Chirag Mahapatra", "machine learning engineer", "Airbnb"),
        person("Shubhankar Jain", "machine learning engineer", "SurveyMonkey"),
        person("Mansha Mahtani", "data scientist", "Instagram"),
    )
    (quotation,) = (turn for turn in turns if turn.kind is Kind.SPEECH)
    assert quotation.speaker.name == "Mansha Mahtani"
    assert quotation.text.startswith("Given both professions are relatively new,")
    assert quotation.text.endswith("writing production-level code.")
    expected = {
        "To get a machine learning job at Airbnb, Chirag said": "Chirag Mahapatra",
        "Chirag from Airbnb told us": "Chirag Mahapatra",
        "Shubhankar from SurveyMonkey echoed": "Shubhankar Jain",
        "He suggested doing projects": "Shubhankar Jain",
        "She said data science guides": "Mansha Mahtani",
        "Mansha said that her typical day": "Mansha Mahtani",
        "Both Shubhankar and Chirag emphasized": None,
        "On a typical day at Airbnb, Chirag interacts": None,
        "Bio: Alex Palmer": None,
    }
    found = {
        beginning: turn.speaker.name
        for beginning in expected
        for turn in turns
        for cue in turn.cues
        if cue.text.startswith(beginning) and turn.kind is Kind.PROSE
    }
    assert found == expected


def labelled(text: str) -> Iterator[Cue]:
    for paragraph in text.split("\n\n"):
        label = re.match(r"\*\*([^*\n]{1,60}?):?\*\*:?\s*", paragraph)
        if label is None:
            yield Cue(clean_text(paragraph))
        else:
            yield Cue(clean_text(paragraph[label.end() :]), label=label[1])


@pytest.mark.parametrize(
    ("show", "accuracy"), [("founderstalk", 1.0), ("friends", 0.99), ("jsparty", 0.95)]
)
def test_hosts_and_guests_of_a_show(show: str, accuracy: float) -> None:
    with (DATA / "ground_truth" / "changelog_people.tsv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t")
                if row["transcript_path"].startswith(show + "/") and row["hosts"]]  # fmt: skip
    rows.sort(key=lambda row: int("0" + "".join(re.findall(r"\d+", row["transcript_path"]))))
    episodes = {}
    for row in rows:
        text = (DATA / "changelog" / row["transcript_path"]).read_text(encoding="utf-8")
        episodes[row["transcript_path"]] = attribute(Reading(tuple(labelled(text))), ())[0]
    hosts = infer_hosts({path: appearances(turns) for path, turns in episodes.items()})
    right = known = 0
    for row in rows:
        truth = dict.fromkeys(row["guests"].split("; "), Role.GUEST)
        truth |= dict.fromkeys(row["hosts"].split("; "), Role.HOST)
        turns = with_roles(episodes[row["transcript_path"]], hosts)
        for name, role in {(turn.speaker.name, turn.speaker.role) for turn in turns}:
            if name in truth:
                known += 1
                right += truth[name] is role
    assert known >= 100
    assert right / known >= accuracy
