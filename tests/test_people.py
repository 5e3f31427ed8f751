"""Who is who: suggestions, and decisions that are kept, applied, undone."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pytest

import talksearch
from conftest import Run
from talksearch import ingest, units
from talksearch.corpus import signatures
from talksearch.engines.base import Engine, Record
from talksearch.errors import ConfigError, HomeError, NotFoundError
from talksearch.model import Appearance, Cue, Episode, Person, Role, Source, Speaker, Turn
from talksearch.namesakes import namesakes
from talksearch.render.layout import Style
from talksearch.render.text import speakers
from talksearch.roster import summaries
from talksearch.speakers import Decision, Naming, around, in_force, is_said
from talksearch.speakers.corrections import corrected
from talksearch.speakers.names import Cast

TALKS = {
    "a.md": "**KBall:** Salt cracks in the kiln, and that is what nobody tells you.\n\n"
    "**Ana Ruiz:** Why?\n\n**KBall:** It cools too fast.\n",
    "b.md": "**Kevin Ball:** Clay shrinks more than you would ever think it does.\n\n"
    "**Ana Ruiz:** How much?\n\n**Kevin Ball:** A tenth.\n",
    "c.md": "**Speaker 1:** Ash makes a glaze.\n\n**Speaker 2:** Which?\n\n**Speaker 1:** Oak.\n",
    "d.md": "**Speaker 1:** Peat makes none.\n\n**Speaker 2:** No?\n\n**Speaker 1:** No.\n",
}


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[talksearch.Archive]:
    folder = tmp_path / "kiln"
    folder.mkdir()
    for name, text in TALKS.items():
        (folder / name).write_text(text)
    with talksearch.open(tmp_path / "home") as opened:
        opened.add(folder)
        yield opened


def names(archive: talksearch.Archive) -> set[str]:
    return {each.name for each in archive.speakers()}


def episode(archive: talksearch.Archive, name: str) -> str:
    return next(e.id for e in archive.episodes() if e.source.endswith(name))


def found(archive: talksearch.Archive, speaker: str) -> int:
    return archive.search(speaker=speaker).total


def test_nobody_is_merged_by_likeness_but_it_is_suggested(archive: talksearch.Archive) -> None:
    assert names(archive) == {"KBall", "Kevin Ball", "Ana Ruiz"}
    (pair,) = archive.people.suggest()
    assert {pair.name, pair.other} == {"KBall", "Kevin Ball"}
    assert pair.reason == "the initial and the rest of the other name"
    assert {hit.passage.speaker.name for hit in pair.excerpts} == {"KBall", "Kevin Ball"}
    assert archive.people.suggest("ana") == [] and archive.people.decisions() == []


def test_merged_people_are_found_by_all_their_names(archive: talksearch.Archive) -> None:
    changed = archive.people.merge("Kevin Ball", "KBall")
    assert [outcome.status for outcome in changed] == ["changed", "changed"]
    assert names(archive) == {"Kevin Ball", "Ana Ruiz"}
    assert found(archive, "kball") == found(archive, "Kevin Ball") == 4
    (hit,) = archive.search("cools").hits
    assert (hit.passage.speaker.name, hit.passage.speaker.label) == ("Kevin Ball", "KBall")
    assert hit.passage.speaker.source is Source.MAPPED
    assert archive.people.suggest() == []
    assert [each.name for each in archive.speakers("kball")] == ["Kevin Ball"]
    # It holds when the index is built anew, in another process, for what comes later.
    archive.rebuild()
    assert names(archive) == {"Kevin Ball", "Ana Ruiz"} and found(archive, "kball") == 4
    report = archive.refresh()
    assert not report.outcomes and not report.committed


def test_who_is_misspelled_everywhere_gets_a_new_name(archive: talksearch.Archive) -> None:
    with pytest.raises(NotFoundError, match="'Anna Ruis' does not speak"):
        archive.people.merge("Ana Ruíz Vega", "Anna Ruis")
    with pytest.raises(NotFoundError, match=r"'Ana Ruis' does not speak.*near it: Ana Ruiz"):
        archive.people.merge("Ana Ruis", "KBall")
    archive.people.merge("Ana Ruis", "Ana Ruiz")
    assert names(archive) == {"KBall", "Kevin Ball", "Ana Ruis"} and found(archive, "ruiz") == 2
    archive.people.merge("Cy Dorn", "KBall", "Kevin Ball")
    assert names(archive) == {"Cy Dorn", "Ana Ruis"} and found(archive, "kball") == 4


def test_undone_all_is_as_it_was(archive: talksearch.Archive) -> None:
    archive.people.merge("Kevin Ball", "KBall")
    archive.people.undo()
    assert names(archive) == {"KBall", "Kevin Ball", "Ana Ruiz"} and found(archive, "kball") == 2
    (hit,) = archive.search("cools").hits
    assert hit.passage.speaker.source is Source.PUBLISHER
    with pytest.raises(NotFoundError, match="no decision"):
        archive.people.undo()
    log = (archive.home / "corpus" / "speakers.jsonl").read_text().splitlines()
    assert [json.loads(line)["kind"] for line in log] == ["same", "undo"]
    assert all(json.loads(line)["when"].startswith("20") for line in log)


def test_who_is_counted_is_known_without_a_look_at_each_episode(
    archive: talksearch.Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = type(archive._engine).records

    def some(engine: Engine, folders: Collection[str] | None = None) -> Iterator[Record]:
        assert folders is not None, "all of them"
        return records(engine, folders)

    with monkeypatch.context() as patch:
        patch.setattr(type(archive._engine), "records", some)
        archive.people.merge("kevin ball", "KBall")
        archive.people.role("Ana Ruiz", "host")
        with pytest.raises(AssertionError, match="all of them"):
            archive.people.role("Speaker 1", "host")
    archive.people.alias("Speaker 1", "Jo")


def test_what_is_decided_about_an_episode_has_its_show_alone_looked_into(
    archive: talksearch.Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not each document of an archive of 20,000."""
    monkeypatch.setattr(signatures, "is_past", lambda _: True)  # do not wait till files are old
    looked: list[list[str]] = []

    def scan(*parts: Any, **options: Any) -> units.Scan:
        looked.append(parts[3])
        return units.scan(*parts, **options)

    monkeypatch.setattr(ingest, "scan", scan)
    (tmp_path / "tide").mkdir()
    (tmp_path / "tide" / "e.md").write_text(TALKS["c.md"].replace("Ash", "Kelp"))
    archive.add(tmp_path / "tide")
    looked.clear()
    kelp = episode(archive, "e.md")
    archive.people.name(kelp, "Speaker 1", "Jane Doe")
    assert looked == [["tide"]] and found(archive, "jane doe") == 2
    archive.people.role("Jane Doe", "host", kelp)
    archive.people.name(f"{kelp}.1", None, "Jane Doe")
    archive.people.undo(1)
    assert looked == [["tide"]] * 4 and found(archive, "jane doe") == 1
    archive.refresh()
    assert looked == [["tide"]] * 4
    # What is about an episode that nobody knows (any more) may be about one of any show.
    archive.people.merge("Kevin Ball", "KBall")
    with (archive.home / "corpus" / "speakers.jsonl").open("a") as log:
        log.write('{"number": 9, "kind": "name", "name": "Jo", "others": ["x"], "episode": "y"}\n')
    archive.refresh()
    archive.refresh()
    assert looked[4:] == [["kiln", "tide"]] * 2


def test_a_machines_label_is_somebody_else_in_each_episode(archive: talksearch.Archive) -> None:
    ash, peat = episode(archive, "c.md"), episode(archive, "d.md")
    assert not any("Speaker" in name for name in names(archive))
    (facet,) = archive.facets(fields=("speaker",))
    assert not any("Speaker" in value.value for value in facet.values)
    archive.people.name(ash, "Speaker 1", "Jane Doe")
    assert found(archive, "jane") == 2 and "Jane Doe" in names(archive)
    assert {hit.episode.id for hit in archive.search(speaker="speaker 1").hits} == {ash, peat}
    (hit,) = archive.search("peat").hits
    assert hit.passage.speaker.name == "Speaker 1"
    # What is named can be merged with somebody who is labelled elsewhere.
    archive.people.merge("Ana Ruiz", "Jane Doe")
    assert found(archive, "jane") == found(archive, "ana") == 4
    archive.people.undo(1)
    assert found(archive, "jane") == 2 and found(archive, "ana") == 2
    archive.rebuild()
    assert found(archive, "jane") == 2 and found(archive, "speaker 1") == 4


def test_a_wrong_name_finds_nothing_more(archive: talksearch.Archive) -> None:
    a = episode(archive, "a.md")
    before = found(archive, "ana")
    there = archive.search(f"episode:{a}", speaker="ana").total
    archive.people.name(a, "Ana Ruiz", "Jane Doe")
    assert there and found(archive, "jane") == there
    assert found(archive, "ana") == before - there
    archive.people.undo(1)
    assert found(archive, "ana") == before and not found(archive, "jane")


def test_a_split_indexes_its_episodes_once(
    archive: talksearch.Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    commits: list[bool] = []
    sync = ingest.sync

    def counted(*arguments: Any, **options: Any) -> ingest.Synced:
        synced = sync(*arguments, **options)
        commits.append(synced.committed)
        return synced

    monkeypatch.setattr(ingest, "sync", counted)
    both = [episode(archive, name) for name in ("a.md", "b.md")]
    changed = archive.people.split("Ana Ruiz", "Ana Lee", *both)
    assert sorted(each.episode_id or "" for each in changed) == sorted(both)
    assert commits == [True] and found(archive, "Ana Lee") == 2
    assert [each.number for each in archive.people.decisions()] == [1, 2]


def test_a_name_of_two_people_is_split(archive: talksearch.Archive) -> None:
    archive.people.split("Ana Ruiz", "Ana Ruiz (potter)", episode(archive, "a.md"))
    assert {"Ana Ruiz", "Ana Ruiz (potter)"} <= names(archive)
    assert found(archive, "potter") == 1


def test_within_one_show_only(archive: talksearch.Archive, tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text(TALKS["a.md"].replace("Salt", "Iron"))
    archive.add(tmp_path / "x.md", show="Smithy")
    archive.people.merge("Kevin Ball", "KBall", show="kiln")
    (hit,) = archive.search("iron").hits
    assert hit.passage.speaker.name == "KBall"
    (hit,) = archive.search("salt").hits
    assert hit.passage.speaker.name == "Kevin Ball"
    archive.rebuild()
    (hit,) = archive.search("iron").hits
    assert hit.passage.speaker.name == "KBall"


def test_who_is_quoted_or_given_is_decided_too(archive: talksearch.Archive, tmp_path: Path) -> None:
    (tmp_path / "z.md").write_text("“Nobody has ever seen the like of it,” said Kevin Ball.\n")
    (tmp_path / "w.md").write_text(f"---\nhosts: [Kevin Ball]\n---\n{TALKS['c.md']}")
    archive.add(tmp_path / "z.md", tmp_path / "w.md")
    archive.people.merge("KBall", "Kevin Ball")
    (hit,) = archive.search('"seen the like"').hits
    assert (hit.passage.speaker.name, hit.passage.speaker.source) == ("KBall", Source.MAPPED)
    (given,) = next(e for e in archive.episodes() if e.source.endswith("w.md")).people
    assert (given.name, given.role, given.source) == ("KBall", Role.HOST, Source.MAPPED)


def test_an_alias_of_who_is_not_heard_yet(archive: talksearch.Archive, tmp_path: Path) -> None:
    assert archive.people.alias("Ana Ruiz", "Anita")  # her episodes: the name finds them now
    assert found(archive, "anita") == 2
    (tmp_path / "y.md").write_text(TALKS["a.md"].replace("Ana Ruiz", "Anita"))
    archive.add(tmp_path / "y.md")
    assert found(archive, "ana ruiz") == 3 and "Anita" not in names(archive)


def test_what_cannot_be_decided_changes_nothing(archive: talksearch.Archive) -> None:
    with pytest.raises(NotFoundError, match=r"Kevin Bell.*near it: Kevin Ball"):
        archive.people.merge("Kevin Bell", "KBall")
    with pytest.raises(ConfigError, match="two different names"):
        archive.people.merge("Ana Ruiz", "ANA RUÍZ")
    for nobody in ("***", "???", " "):
        with pytest.raises(ConfigError, match="two different names"):
            archive.people.alias("Ana Ruiz", nobody)
        with pytest.raises(ConfigError, match="a name is needed"):
            archive.people.name(episode(archive, "c.md"), "Speaker 1", nobody)
    with pytest.raises(NotFoundError, match="no decision to take back"):
        archive.people.undo()
    with pytest.raises(NotFoundError, match="there: Speaker 1, Speaker 2"):
        archive.people.name(episode(archive, "c.md"), "Speaker 3", "Jane")
    with pytest.raises(NotFoundError, match="no episode"):
        archive.people.split("Ana Ruiz", "Ana", "nowhere")
    with pytest.raises(NotFoundError, match="there: Speaker 1, Speaker 2"):
        archive.people.split("KBall", "K. Ball", episode(archive, "a.md"), episode(archive, "c.md"))
    with pytest.raises(NotFoundError, match="no show"):
        archive.people.merge("Kevin Ball", "KBall", show="nothing")
    assert not (archive.home / "corpus" / "speakers.jsonl").exists()


def test_a_broken_line_is_named_and_nothing_is_undone_by_it(archive: talksearch.Archive) -> None:
    archive.people.merge("Kevin Ball", "KBall")
    log = archive.home / "corpus" / "speakers.jsonl"
    log.write_text(log.read_text() + "{oops\n")
    with pytest.raises(HomeError, match=r"line 2.*"):
        archive.refresh()
    assert found(archive, "kball") == 4


@pytest.mark.parametrize(
    "line",
    [
        '{"kind": "same", "name": "Cy", "others": ["Ana Ruiz"]}',
        '{"number": null, "kind": "same", "name": "Cy", "others": ["Ana Ruiz"]}',
        '{"number": 1, "kind": "name", "name": "Cy"}',
        '{"number": 1, "kind": "said", "name": " ", "episode": "x", "said": "It is."}',
    ],
)
def test_a_line_that_lacks_something_is_named(archive: talksearch.Archive, line: str) -> None:
    (archive.home / "corpus" / "speakers.jsonl").write_text(line)
    for ask in (archive.refresh, archive.people.decisions, archive.people.undo):
        with pytest.raises(HomeError, match="line 1 is no decision"):
            ask()


LONG = " ".join(f"Number {n} is what the kiln did with the clay on day {n}." for n in range(30))
CHAT = f"""WEBVTT

00:00:01.000 --> 00:00:04.000
<v Ann>Does the clay crack? Right?

00:00:04.000 --> 00:00:05.000
<v Bo>Right.

00:00:05.000 --> 00:00:06.000
<v Ann>“Right.”

00:00:06.000 --> 00:02:00.000
<v Bo>{LONG}

00:02:00.000 --> 00:02:10.000
<v Ann>Right.
"""


def said_by(archive: talksearch.Archive) -> list[tuple[str | None, str]]:
    return [(hit.passage.speaker.name, hit.passage.text) for hit in archive.export()]


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[tuple[talksearch.Archive, Path, str]]:
    """An archive with one conversation, where that was from, and its episode's id."""
    source = tmp_path / "chat.vtt"
    source.write_text(CHAT)
    with talksearch.open(tmp_path / "home") as archive:
        archive.add(source)
        yield archive, source, archive.episodes()[0].id


Chat = tuple[talksearch.Archive, Path, str]


def test_one_passage_is_said_by_somebody_else(chat: Chat) -> None:
    archive, _, episode = chat
    before = said_by(archive)
    (outcome,) = archive.people.name(f"{episode}.2", None, "Cy Dorn")
    assert outcome.status == "changed"
    expected = [("Cy Dorn", t) if n == 2 else (who, t) for n, (who, t) in enumerate(before)]
    assert said_by(archive) == expected and before[2] == ("Ann", "“Right.”")
    speaker = archive.passage(f"{episode}.2").passage.speaker
    assert (speaker.label, speaker.source) == ("Ann", Source.MAPPED)
    (decision,) = archive.people.decisions()
    assert (decision.said, decision.others) == ("“Right.”", ("Ann",))
    archive.rebuild()
    assert said_by(archive) == expected and archive.check() == []
    archive.people.undo()
    assert said_by(archive) == before


def test_a_part_of_a_long_turn_is_said_by_somebody_else(chat: Chat) -> None:
    archive, _, episode = chat
    before = archive.passage(f"{episode}.4").passage
    archive.people.split("Bo", "Ann", f"{episode}.4", f"{episode}.1")
    after = archive.passage(f"{episode}.4").passage
    assert (after.speaker.name, after.text, after.start_ms) == ("Ann", before.text, before.start_ms)
    names = [name for name, _ in said_by(archive)]
    assert names[:6] == ["Ann", "Ann", "Ann", "Bo", "Ann", "Bo"] and names[-1] == "Ann"
    assert " ".join(text for _, text in said_by(archive)).count(LONG) == 1
    # She is the one that she was: nobody else of that name.
    assert sorted(each.name for each in archive.speakers()) == ["Ann", "Bo"]


def test_a_passage_is_known_by_its_words(chat: Chat) -> None:
    archive, source, episode = chat
    archive.people.name(f"{episode}.2", "ann", "Cy Dorn")
    right = ("Cy Dorn", "“Right.”")
    # It gets another number and time, is set otherwise, and in another show, with another id.
    welcome = "Hello, and welcome to a talk about kilns and clay."
    hello = (
        f"WEBVTT\n\n00:00.100 --> 00:00.900\n<v Ann>{welcome}\n\n"
        "00:00.900 --> 00:00.999\n<v Bo>Hi!\n"
    )
    text = CHAT.replace("WEBVTT\n", hello)
    source.write_text(text.replace("“Right.”", "right").replace("Does the", "DOES, the"))
    archive.add(source)
    assert [name for name, _ in said_by(archive)[:6]] == ["Ann", "Bo", "Ann", "Bo", "Cy Dorn", "Bo"]
    source.write_text(text)
    archive.add(source, show="Kilns")
    assert said_by(archive)[4] == right and archive.episodes()[0].id != episode
    archive.people.name(f"{episode}.0", None, "Di Ekman")  # an id that it had
    archive.rebuild()
    assert said_by(archive)[0] == ("Di Ekman", welcome) and said_by(archive)[4] == right
    assert archive.check() == []
    # What is no longer said is nobody's, and that is told.
    source.write_text(text.replace("“Right.”", "Sure."))
    archive.add(source)
    assert said_by(archive)[4] == ("Ann", "Sure.")
    (finding,) = archive.check()
    assert "speakers.jsonl" in finding.place and "decision 1 " in finding.reason
    assert "Cy Dorn" not in names(archive)


def test_what_is_said_again_elsewhere_is_not_the_passage(
    chat: Chat, caplog: pytest.LogCaptureFixture
) -> None:
    archive, source, episode = chat
    ask = CHAT.replace("<v Bo>Right.", "<v Bo>Yes.")
    source.write_text(ask)
    archive.add(source)
    archive.people.name(f"{episode}.1", None, "Cy Dorn")
    assert said_by(archive)[1] == ("Cy Dorn", "Yes.")
    for said, elsewhere in (("No.", "yesterday"), ("No.", "yes"), ("Oh, yes, he did.", "crack")):
        source.write_text(ask.replace("Yes.", said).replace("crack", elsewhere))
        archive.add(source)
        assert "Cy Dorn" not in names(archive) and len(archive.check()) == 1
        assert "“Yes.” is not said by Cy Dorn any more, as decision 1 has it" in caplog.text
        caplog.clear()
        assert said_by(archive)[0] == ("Ann", f"Does the clay {elsewhere}? Right?")


@pytest.mark.parametrize(
    ("text", "said", "expected"),
    [
        ("Did she, yesterday?", "Yes", False),
        ("Did she, yesterday?", "day", False),
        ("Did she, yesterday?", "did-she", True),
        ("अब कि हम गए", "क", False),
        ("अब कि हम गए", "की", False),
        ("अब कि हम गए", "कि", True),
        ("はいそうです", "そう", True),
    ],
)
def test_a_part_of_a_word_is_not_the_word(text: str, said: str, expected: bool) -> None:
    assert is_said([text], Decision(1, "said", "Cy", said=said)) is expected


def test_a_name_like_anothers_is_not_that(chat: Chat) -> None:
    archive, _, episode = chat
    archive.people.name(episode, "Ann", "Ann Lee")
    for name in ("Mary Ann Lee", "Ann", "Lee"):
        archive.people.name(f"{episode}.2", None, name)
        assert said_by(archive)[2][0] == name
        archive.people.undo()
        archive.people.name(episode, "Bo", name)
        assert [who for who, _ in said_by(archive)[:3]] == ["Ann Lee", name, "Ann Lee"]
        archive.people.undo()


def test_two_who_were_mixed_up_are_exchanged(chat: Chat) -> None:
    archive, _, episode = chat
    archive.people.name(episode, "Ann", "Bo")
    archive.people.name(episode, "Bo", "Ann")
    assert [who for who, _ in said_by(archive)[:3]] == ["Bo", "Ann", "Bo"]
    archive.people.name(f"{episode}.2", None, "Ann")  # the one who is called so now
    archive.people.role("Ann", "host", episode)
    assert [who for who, _ in said_by(archive)[:4]] == ["Bo", "Ann", "Ann", "Ann"]
    assert {name for name in ("Ann", "Bo") if roles(archive, name)["chat"][0] == "host"} == {"Ann"}
    assert {person.name for person in archive.episodes()[0].people} == {"Ann", "Bo"}


def test_a_new_name_is_not_that_of_who_is_called_but_like_it(chat: Chat) -> None:
    archive, _, episode = chat
    archive.people.name(episode, "Ann", "Ann Lee")
    archive.people.name(f"{episode}.1", None, "Mary Ann Lee")  # a slip for Ann Lee else
    archive.people.merge("Mary Ann Lee", "Bo")
    assert [who for who, _ in said_by(archive)[2:4]] == ["Ann Lee", "Mary Ann Lee"]


def test_who_is_merged_with_a_name_is_not_another_of_that_name(archive: talksearch.Archive) -> None:
    archive.people.split("Ana Ruiz", "Ana Lee", episode(archive, "a.md"))
    archive.people.merge("Ana Ruiz", "KBall")
    assert names(archive) == {"Ana Lee", "Ana Ruiz", "Kevin Ball"}
    assert found(archive, "Ana Lee") == 1


def test_what_is_decided_of_a_name_is_not_about_who_gets_it_later() -> None:
    log = [
        Decision(1, "name", "Chris Hill", ("Chris",), episode="e"),
        Decision(2, "name", "Chris", ("Speaker 2",), episode="e"),
        Decision(3, "said", "Chris", episode="e", said="Oak."),
        Decision(4, "name", "Jane", ("Speaker 1",), episode="e"),
        Decision(5, "name", "Jane Doe", ("Jane",), episode="e"),
    ]
    naming = Naming(log, episode="e")
    meant = [naming.of(each) for each in ("Chris", "Speaker 2", "Speaker 1", "Jane")]
    assert meant == ["Chris Hill", "Chris", "Jane Doe", "Jane Doe"]
    assert [each.name for each in naming.said] == ["Chris"]


def test_who_is_named_in_an_episode_is_named_when_it_has_another_id(chat: Chat) -> None:
    archive, source, episode = chat
    archive.people.name(episode, "Bo", "Cy Dorn")
    archive.add(source, show="Kilns")
    assert archive.episodes()[0].id != episode and names(archive) == {"Ann", "Cy Dorn"}
    archive.rebuild()
    assert names(archive) == {"Ann", "Cy Dorn"} and archive.check() == []
    archive.people.undo()
    assert names(archive) == {"Ann", "Bo"}


def test_a_passage_that_cannot_be_named(chat: Chat, tmp_path: Path) -> None:
    archive, _, episode = chat
    with pytest.raises(NotFoundError, match=f"no passage {episode}.99"):
        archive.people.name(f"{episode}.99", None, "Cy")
    with pytest.raises(NotFoundError, match="is said by Ann, not by 'Bo'"):
        archive.people.name(f"{episode}.0", "Bo", "Cy")
    with pytest.raises(ConfigError, match=r"a label is needed.*; there: Ann, Bo"):
        archive.people.name(episode, None, "Cy")
    with pytest.raises(ConfigError, match="a name is needed"):
        archive.people.name(f"{episode}.0", None, "?")
    with pytest.raises(ConfigError, match="the id of an episode or a passage is needed"):
        archive.people.split("Ann Lee", "Ada")
    (tmp_path / "prose.md").write_text(
        "# Salt\n\nIt was a long day, and nobody at all had anything to say of the kiln.\n"
    )
    archive.add(tmp_path / "prose.md")
    (hit,) = archive.search("anything").hits
    with pytest.raises(ConfigError, match="is not said by anybody"):
        archive.people.name(hit.passage.id, None, "Cy")
    assert not (archive.home / "corpus" / "speakers.jsonl").exists()


@pytest.mark.parametrize(
    ("texts", "number"),
    [
        (["Yes.", "No.", "Yes.", "No.", "Yes.", "No."], 2),
        (["ja", "ja", "ja", "ja"], 3),
        (["釉薬です。「はい」", "「はい」そうです。", "はい"], 0),
        (["«Да, да»", "да", "ДА"], 1),
        (["Straße", "STRASSE?", "strasse!"], 2),
    ],
)
def test_a_place_is_told_from_all_others(texts: list[str], number: int) -> None:
    before, said, after = texts[:number], texts[number], texts[number + 1 :]
    context = around(" ".join(before), said, " ".join(after))
    assert context is not None
    decision = Decision(1, "said", "Cy", (), said=said, before=context[0], after=context[1])
    assert is_said(texts, decision)
    for turns in (
        [Turn(Speaker("Bo"), (Cue(text),)) for text in texts],
        [Turn(Speaker("Bo"), tuple(map(Cue, texts)))],
        [Turn(Speaker("Bo"), (Cue(" ".join(texts), 0, 9),))],
    ):
        found = corrected(turns, [decision], Cast((), (), lambda name: None))
        assert [turn.text for turn in found if turn.speaker.name == "Cy"] == [said]
        assert " ".join(turn.text for turn in found) == " ".join(texts)
        assert found[-1].end_ms == turns[-1].end_ms and found[0].start_ms == turns[0].start_ms
    assert around("a", "…", "b") is None


def test_passages_are_named_from_the_command_line(chat: Chat, run: Run) -> None:
    archive, _, episode = chat
    home = ("--home", archive.home)
    assert run(*home, "speakers", "name", f"{episode}.2", "Cy Dorn").status == 0
    assert run(*home, "speakers", "name", f"{episode}.0", "Ann", "Cy Dorn").status == 0
    told = run(*home, "speakers", "decisions").out
    assert f"Cy Dorn, not Ann, says ““Right.”” in {episode}" in told
    (first, _) = json.loads(run(*home, "speakers", "decisions", "--json").out)["decisions"]
    assert first["said"] == "“Right.”"
    assert run(*home, "speakers", "name", episode, "Cy Dorn").status == 2
    assert run(*home, "speakers", "name", f"{episode}.2", "A", "B", "C").status == 2
    assert run(*home, "speakers", "split", "Bo", "Di", f"{episode}.1").status == 0
    assert names(archive) == {"Ann", "Bo", "Cy Dorn", "Di"}


def roles(archive: talksearch.Archive, name: str) -> dict[str, tuple[str | None, str | None]]:
    """By the episodes' sources, in which role somebody speaks, and how that is known."""
    return {
        Path(hit.episode.source).stem: (hit.passage.speaker.role, hit.passage.speaker.role_source)
        for hit in archive.export()
        if hit.passage.speaker.name == name
    }


@pytest.fixture
def series(tmp_path: Path) -> Iterator[talksearch.Archive]:
    """Four episodes, of whose host nobody says that she is."""
    folder = tmp_path / "kiln"
    folder.mkdir()
    for number, guest in enumerate(("Bo Katz", "Cy Dorn", "Di Ekman", "Ed Frost")):
        (folder / f"{number}.md").write_text(
            f"**Ann Lee:** What is clay {number}?\n\n**{guest}:** It is what cracks.\n"
        )
    with talksearch.open(tmp_path / "home") as opened:
        opened.add(folder)
        yield opened


HOST = (Role.HOST, Source.INFERRED)


def test_a_role_in_one_episode_is_of_that_episode(series: talksearch.Archive) -> None:
    assert roles(series, "Ann Lee") == {str(n): HOST for n in range(4)}
    first, last = episode(series, "0.md"), episode(series, "3.md")
    changed = series.people.role("ann lee", "Guest", f"{first}.1", first)
    assert [outcome.episode_id for outcome in changed] == [first]
    mapped = {"0": (Role.GUEST, Source.MAPPED)}
    for _ in range(2):
        # She is still seen to be the host of the others.
        assert roles(series, "Ann Lee") == {str(n): HOST for n in range(4)} | mapped
        assert series.search("clay", role="guest").total == 1
        (facet,) = series.facets("clay", fields=("role",))
        assert {value.value: value.count for value in facet.values} == {"host": 3, "guest": 1}
        assert not series.refresh().outcomes and series.check() == []
        series.rebuild()
    # Nobody talks with a host there any more.
    assert roles(series, "Bo Katz") == {"0": (None, None)}
    series.people.role("Ann Lee", "narrator", last)
    assert roles(series, "Ann Lee")["3"] == (Role.NARRATOR, Source.MAPPED)
    series.people.undo(1)
    assert roles(series, "Ann Lee")["0"] == HOST
    assert roles(series, "Bo Katz") == {"0": (Role.GUEST, Source.INFERRED)}


def test_a_role_in_a_show_and_everywhere(series: talksearch.Archive, tmp_path: Path) -> None:
    (tmp_path / "x.md").write_text("**Ann Lee:** Why clay?\n\n**Bo Katz (host):** It cracks.\n")
    series.add(tmp_path / "x.md", show="Smithy")
    series.people.role("Bo Katz", "co-host", show="kiln")
    assert roles(series, "Bo Katz") == {
        "0": (Role.CO_HOST, Source.MAPPED),
        "x": (Role.HOST, Source.PUBLISHER),
    }
    series.people.role("Bo Katz", "guest")
    assert roles(series, "Bo Katz") == {
        "0": (Role.CO_HOST, Source.MAPPED),
        "x": (Role.GUEST, Source.MAPPED),
    }
    series.people.role("Bo Katz", "narrator", episode(series, "0.md"))
    series.people.role("Bo Katz", "panelist", show="kiln")
    assert roles(series, "Bo Katz")["0"] == (Role.NARRATOR, Source.MAPPED)
    # It goes with who is called otherwise, and holds for what comes.
    series.people.merge("Robert Katz", "Bo Katz")
    (tmp_path / "y.md").write_text("**Ann Lee:** Why?\n\n**Robert Katz:** It does.\n")
    series.add(tmp_path / "y.md", show="Smithy")
    expected = {
        "0": (Role.NARRATOR, Source.MAPPED),
        "x": (Role.GUEST, Source.MAPPED),
        "y": (Role.GUEST, Source.MAPPED),
    }
    assert roles(series, "Robert Katz") == expected
    people = {Path(e.source).stem: e.people for e in series.episodes()}
    assert [p.role for p in people["x"] if p.name == "Robert Katz"] == [Role.GUEST]
    series.rebuild()
    assert roles(series, "Robert Katz") == expected and series.check() == []


def test_a_role_of_a_label_and_of_a_namesake(archive: talksearch.Archive) -> None:
    c, a = episode(archive, "c.md"), episode(archive, "a.md")
    archive.people.role("Speaker 2", "host", c)
    assert roles(archive, "Speaker 2")["c"] == (Role.HOST, Source.MAPPED)
    assert roles(archive, "Speaker 2")["d"] == (None, None)
    archive.people.name(c, "Speaker 2", "Jane Doe")
    assert roles(archive, "Jane Doe") == {"c": (Role.HOST, Source.MAPPED)}
    archive.people.split("Ana Ruiz", "Ana Lee", a)
    archive.people.role("Ana Ruiz", "host")
    assert roles(archive, "Ana Ruiz") == {"b": (Role.HOST, Source.MAPPED)}
    assert roles(archive, "Ana Lee")["a"] != (Role.HOST, Source.MAPPED)


def test_what_is_no_role(series: talksearch.Archive, run: Run) -> None:
    first = episode(series, "0.md")
    with pytest.raises(ConfigError, match="'boss' is no role: that is host, co-host, guest host"):
        series.people.role("Ann Lee", "boss", first)
    with pytest.raises(NotFoundError, match="'Cy Dorn' does not speak in"):
        series.people.role("Cy Dorn", "host", first)
    with pytest.raises(NotFoundError, match="does not speak in this archive"):
        series.people.role("Nobody", "host")
    with pytest.raises(NotFoundError, match="no show"):
        series.people.role("Ann Lee", "host", show="nothing")
    with pytest.raises(ConfigError, match="not both"):
        series.people.role("Ann Lee", "host", first, show="kiln")
    assert not (series.home / "corpus" / "speakers.jsonl").exists()
    home = ("--home", series.home)
    assert run(*home, "speakers", "role", "Ann Lee", "guest", first).out.startswith("1 changed")
    assert run(*home, "speakers", "role", "Cy Dorn", "host", "--show", "kiln").status == 0
    told = run(*home, "speakers", "decisions").out.splitlines()
    assert told[0].startswith(f"  1  Ann Lee is guest in {first}")
    assert told[1].startswith("  2  Cy Dorn is host in kiln")


def test_decisions_in_force() -> None:
    log = [
        Decision(1, "same", "A", ("B",)),
        Decision(2, "undo", undoes=1),
        Decision(3, "undo", undoes=2),
        Decision(4, "same", "C", ("A",)),
    ]
    assert [each.number for each in in_force(log)] == [1, 4]
    naming = Naming(in_force(log))
    assert (naming.of("b"), naming.of("a"), naming.of("C"), naming.of("x")) == (
        "C",
        "C",
        None,
        None,
    )
    assert naming.aliases("C") == ("A", "B")
    circle = Naming([Decision(1, "same", "A", ("B",)), Decision(2, "same", "B", ("A", "C"))])
    assert circle.of("A") in ("A", "B")
    assert circle.of("C") in ("A", "B")


def test_a_label_means_what_was_decided_for_the_episode_and_what_that_means() -> None:
    log = [
        Decision(1, "name", "Jane", ("Speaker 1",), episode="e"),
        Decision(2, "same", "Jane Doe", ("Jane",), folder="kiln"),
    ]
    places = (("kiln", "e"), ("kiln", "f"), ("smithy", "e"), ("smithy", "f"))
    meant = [Naming(log, *place) for place in places]
    assert [naming.of("Speaker 1") for naming in meant] == ["Jane Doe", None, "Jane", None]
    assert [naming.of("Jane") for naming in meant] == ["Jane Doe", "Jane Doe", None, None]
    here = Naming([Decision(1, "name", "Ana Lee", ("Ana Ruiz",), episode="e")], episode="e")
    assert [each.name for each in here.people([Person("Ana Ruiz")])] == ["Ana Lee"]


def test_of_two_who_are_one_all_is_known() -> None:
    naming = Naming([Decision(1, "same", "Kevin Ball", ("KBall",))])
    people = (Person("Kevin Ball", Role.HOST), Person("KBall", Role.GUEST, occupation="potter"))
    assert naming.people(people) == (
        Person("Kevin Ball", Role.HOST, occupation="potter", aliases=("KBall",)),
    )


def record(episode: str, date: str, *people: str) -> Record:
    heard = tuple(Appearance(Speaker(name, Person(name)), 3, 100) for name in people)

    return Record(
        Episode(episode, episode, date=dt.date.fromisoformat(date)), "", "show", None, heard
    )


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("Divya", "Divya Sasidharan", "a part of the other name"),
        ("José Lima", "Jose Lima", "the same but for accents, case or signs"),
        ("Jörg Müller", "Joerg Mueller", "the same but for accents, case or signs"),
        ("Chis Benson", "Chris Benson", "spelled alike, and in 1 episode only"),
        ("KBall", "Kevin Ball", "the initial and the rest of the other name"),
        ("Ana Ruiz", "Tom Vale", None),
    ],
)
def test_reasons(one: str, other: str, reason: str | None) -> None:
    apart = [record("e1", "2020-01-01", one), record("e2", "2020-02-01", other)]
    assert [pair.reason for pair in namesakes(apart)] == ([reason] if reason else [])
    assert namesakes([record("e1", "2020-01-01", one, other)]) == []  # heard together


def test_a_name_that_changed() -> None:
    months = [record(f"e{n}", f"2020-0{n}-01", "Emma Wedekind") for n in range(1, 4)]
    later = [record(f"f{n}", f"2020-0{n}-01", "Emma Bostian") for n in range(5, 8)]
    (pair,) = namesakes([*months, *later])
    assert "only before the other" in pair.reason
    assert namesakes([*months, *later, record("g", "2020-02-02", "Emma Bostian")]) == []


def test_what_holds_in_most_episodes_is_told_of_somebody_first() -> None:
    def record(number: int, role: Role, occupation: str) -> Record:
        speaker = Speaker("Ana", Person("Ana Ruiz", occupation=occupation), role)
        episode = Episode(f"e{number}", "T", "Kiln", dt.date(2020, 1, number))
        return Record(episode, "digest", "kiln", None, (Appearance(speaker, 1, 10),))

    (ana,) = summaries(
        [
            record(1, Role.HOST, "tech strategist"),
            record(2, Role.HOST, "tech strategist"),
            record(3, Role.GUEST, "text strategist"),
            record(4, Role.HOST, "potter"),
        ],
        (),
    )
    assert ana.occupations == ("tech strategist", "potter", "text strategist")
    assert ana.roles == ("host", "guest") and ana.inferred == ()


def test_what_nobody_states_of_somebody_is_marked() -> None:
    def record(number: int, role: Role, job: str, source: Source) -> Record:
        person = Person("Ana Ruiz", occupation=job, organization="Tate", occupation_source=source)
        speaker = Speaker("Ana", person, role, role_source=source)
        episode = Episode(f"e{number}", "T", "Kiln", dt.date(2020, 1, number))
        return Record(episode, "digest", "kiln", None, (Appearance(speaker, 1, 10),))

    guessed = record(1, Role.HOST, "potter", Source.INFERRED)
    (ana,) = summaries([guessed], ())
    assert ana.inferred == ("host", "potter", "Tate")
    (line,) = speakers([ana], Style())
    assert line == "Ana Ruiz · host? · potter, Tate? · 1 episode · 10 words · Kiln"
    told = record(2, Role.HOST, "baker", Source.PUBLISHER)  # in one episode is enough
    (ana,) = summaries([guessed, told], ())
    assert ana.inferred == ("potter",) and ana.to_dict()["inferred"] == ana.inferred
    (line,) = speakers([ana], Style())
    assert line == "Ana Ruiz · host · baker, Tate · 2 episodes · 20 words · Kiln"


UNLABELLED = """WEBVTT

00:01.000 --> 00:08.000
The kiln does not care about your deadline.

00:08.500 --> 00:15.000
It cares about the clay, and about the draught in the yard.
"""


def test_who_says_all_of_a_transcript_without_labels(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "talk.vtt").write_text(UNLABELLED)
    monkeypatch.setenv("TALKSEARCH_HOME", str(tmp_path / "home"))
    with talksearch.open() as archive:
        archive.add(tmp_path / "talk.vtt", guests=["Bo Katz"])
        (record,) = archive.episodes()
        assert names(archive) == set()
        with pytest.raises(NotFoundError, match="nobody there has a label"):
            archive.people.name(record.id, "Speaker 1", "Bo Katz")
        (changed,) = archive.people.name(record.id, None, "Bo Katz")
        assert changed.status == "changed"
        (hit,) = archive.search("kiln").hits
        said_by = hit.passage.speaker
        assert (said_by.name, said_by.source, said_by.role) == ("Bo Katz", Source.MAPPED, "guest")
        archive.people.name(record.id, None, "Bo Kats")  # the last one holds
        assert names(archive) == {"Bo Kats"}
        archive.people.name(record.id, "Bo Kats", "Bo Katzen")
        assert names(archive) == {"Bo Katzen"}
    told = run("speakers", "decisions").out.splitlines()
    assert told[0].startswith(f"  1  Bo Katz says everything in {record.id}  2")
    undone = run("speakers", "undo", "3")
    assert undone.out.startswith(f"taken back: 3  Bo Kats is Bo Katzen in {record.id}  2")
    assert run("speakers", "name", record.id, "Bo Katz").status == 0
    with talksearch.open() as archive:
        archive.rebuild()
        assert names(archive) == {"Bo Katz"}
        # A transcript that names the speakers knows better.
        (file,) = (archive.home / "corpus").rglob("talk.vtt")
        file.write_text(UNLABELLED.replace("\nIt", "\n<v Ann Lee>It"))
        archive.refresh()
        assert names(archive) == {"Ann Lee"}


def test_one_passage_is_somebody_elses_than_all_of_a_transcript_without_labels(
    tmp_path: Path,
) -> None:
    lines = [f"This is sentence {n} of what was said that day of kilns." for n in range(40)]
    cues = [f"00:{n:02}.000 --> 00:{n + 1:02}.000\n{line}\n" for n, line in enumerate(lines)]
    (tmp_path / "talk.vtt").write_text("\n".join(["WEBVTT\n", *cues]))
    with talksearch.open(tmp_path / "home") as archive:
        archive.add(tmp_path / "talk.vtt")
        (record,) = archive.episodes()
        archive.people.name(f"{record.id}.0", None, "Ann Lee")
        archive.people.name(record.id, None, "Bo Katz")
        (first,) = archive.search("episode:" + record.id, speaker="ann").hits
        assert first.passage.number == 0 and names(archive) == {"Ann Lee", "Bo Katz"}
        archive.people.undo(1)
        assert names(archive) == {"Bo Katz"}


def test_prose_is_not_said_by_whom_all_of_a_document_is_given_to(tmp_path: Path) -> None:
    (tmp_path / "prose.md").write_text(
        "# Salt\n\nIt was a long day, and nobody at all had anything to say of the kiln.\n"
    )
    with talksearch.open(tmp_path / "home") as archive:
        archive.add(tmp_path / "prose.md")
        (record,) = archive.episodes()
        with pytest.raises(ConfigError, match=r"nothing in .* is said by anybody"):
            archive.people.name(record.id, None, "Cy")
