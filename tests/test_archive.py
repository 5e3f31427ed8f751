"""The library: what goes in, what comes out, and that one is kept in step with the other."""

from __future__ import annotations

import datetime as dt
import gc
import logging
import os
import pickle
import re
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, get_args

import pytest

import talksearch
from talksearch import Archive, Outcome, Role, Source
from talksearch.corpus import Corpus, FeedState
from talksearch.errors import EditedError
from talksearch.report import Change

INTERVIEW = """\
---
title: Salt
date: 2021-05-04
show: The Glaze
---
**Ann Lee:** Why does salt make a glaze at all?

**Bo Katz:** Because it turns into vapour at white heat, and the vapour eats the clay.

**Ann Lee:** And who taught you that?

**Bo Katz:** My aunt, in Höhr. She threw in wet newspaper as well.
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def statuses(outcomes: list[Outcome]) -> dict[str, int]:
    return {s: [o.status for o in outcomes].count(s) for s in {o.status for o in outcomes}}


def changes(archive: talksearch.Archive) -> dict[str, int]:
    report = archive.refresh().to_dict()
    return {s: report[s] for s in get_args(Change) if report[s]}


# Putting in


def test_what_is_edited_by_hand_stays_when_it_is_added_again(home: Path, tmp_path: Path) -> None:
    source = write(tmp_path / "salt.md", INTERVIEW)
    with talksearch.open(home) as archive:
        archive.add(source)
        (stored,) = home.rglob("salt.md")
        stored.write_text(INTERVIEW.replace("Bo Katz", "Cy Dorn"))
        assert statuses(archive.add(source)) == {"changed": 1}
        assert statuses(archive.add(source)) == {"unchanged": 1}
        # What is said of it is taken, also where its show becomes another.
        archive.add(source, guests="Cy Dorn")
        archive.add(source, show="Kilns")
        (stored,) = home.rglob("salt.md")
        (hit,) = archive.search("aunt").hits
        assert (hit.episode.show, stored.parent.name) == ("Kilns", "kilns")
        assert (hit.passage.speaker.name, hit.passage.speaker.role) == ("Cy Dorn", Role.GUEST)
        # What its source says now is told, and not taken.
        source.write_text(INTERVIEW.replace("aunt", "uncle"))
        (failed,) = (o for o in archive.add(tmp_path / "salt.md", language="en") if o.error)
        assert failed.status == "failed" and isinstance(failed.error, EditedError)
        assert str(stored) in str(failed.error) and str(source) in str(failed.error)
        assert archive.search("aunt", speaker="cy").total == 1
        assert archive.search("aunt").hits[0].episode.language == "en"
        assert not [o for o in archive.add(source) if o.error]  # once
        archive.rebuild()
        assert archive.search("aunt", speaker="cy").total == 1 and archive.check() == []
        # What the message says to do.
        stored.unlink()
        archive.add(source, show="Kilns")
        assert archive.search("uncle", speaker="bo").total == 1 and archive.check() == []


def test_check_names_the_document_that_was_edited(home: Path, tmp_path: Path) -> None:
    source = write(tmp_path / "a.json", '[{"speaker": "Ann", "text": "Salt."}]')
    with talksearch.open(home) as archive:
        archive.add(source)
        (stored,) = home.rglob("a.json")
        for text, reason, mended in (
            ('[{"speaker": "Bo", "text": "Salt."}]', "has changed since", True),
            ("[,]", "cannot be read|is no transcript|JSON", False),
        ):
            stored.write_text(text)
            assert [each.place for each in archive.check()] == [str(stored)]
            (finding,) = archive.check(repair=True)
            assert (finding.place, finding.repaired) == (str(stored), mended)
            assert re.search(reason, finding.reason)
        stored.unlink()
        stored.with_name("a.json.meta.json").unlink()
        assert [each.place for each in archive.check()] == [str(stored)]


def test_what_was_edited_so_that_it_cannot_be_read_stays_as_well(
    home: Path, tmp_path: Path
) -> None:
    source = write(tmp_path / "a.json", '[{"speaker": "Ann", "text": "Salt."}]')
    with talksearch.open(home) as archive:
        archive.add(source)
        (stored,) = home.rglob("a.json")
        stored.write_text('[{"speaker": "Bo", "text": "Salt."},,]')
        (failed, *_) = archive.add(source)
        assert failed.status == "failed" and str(stored) in str(failed.error)
        assert '"Bo"' in stored.read_text() and archive.search("salt", speaker="ann").total


def test_what_was_added_is_found_with_all_that_is_known(home: Path, tmp_path: Path) -> None:
    source = write(tmp_path / "salt.md", INTERVIEW)
    with talksearch.open(home) as archive:
        (outcome,) = archive.add(source, guests="Bo Katz")
        assert (outcome.status, outcome.title, outcome.source) == ("new", "Salt", str(source))
        hit = archive.search("vapour").hits[0]
    assert hit.episode.id == outcome.episode_id
    assert (hit.episode.show, hit.episode.date) == ("The Glaze", dt.date(2021, 5, 4))
    assert hit.passage.speaker.name == "Bo Katz"
    assert (hit.passage.speaker.role, hit.passage.speaker.role_source) == (
        Role.GUEST,
        Source.MAPPED,
    )
    assert hit.highlighted.mark("<", ">").count("<vapour>") == 2


def test_what_the_user_says_overrides_what_the_document_says(home: Path, tmp_path: Path) -> None:
    source = write(tmp_path / "salt.md", INTERVIEW.replace("show:", "guest: Ann Lee\nshow:"))
    with talksearch.open(home) as archive:
        archive.add(source, show="Salt Talks", hosts=["Ann Lee"], language="en", date="2020-01-02")
        (episode,) = archive.episodes()
        assert (episode.show, episode.date, episode.language) == (
            "Salt Talks",
            dt.date(2020, 1, 2),
            "en",
        )
        (host,) = (p for p in episode.people if p.role is Role.HOST)
        assert (host.name, host.source) == ("Ann Lee", Source.MAPPED)


def test_adding_twice_changes_nothing(home: Path, tmp_path: Path) -> None:
    source = write(tmp_path / "salt.md", INTERVIEW)
    with talksearch.open(home) as archive:
        first = archive.add(source)
        again = archive.add(source)
        assert [o.status for o in again] == ["unchanged"]
        assert again[0].episode_id == first[0].episode_id
        assert len(archive.episodes()) == 1


def test_a_source_is_one_however_it_is_named(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = write(tmp_path / "a" / "salt.md", INTERVIEW)
    monkeypatch.chdir(source.parent)
    with talksearch.open(home) as archive:
        archive.add(source)
        for again in ("salt.md", "../a/salt.md", "."):
            assert [o.status for o in archive.add(again)] == ["unchanged"]
        assert [episode.source for episode in archive.episodes()] == [str(source)]


def test_a_source_is_in_one_show(home: Path, tmp_path: Path) -> None:
    source = write(tmp_path / "kitchen" / "a.txt", "Ann: Salt is good.\nBo: Yes.\n")
    with talksearch.open(home) as archive:
        for sources, options, show in [
            (source.parent, {}, "kitchen"),
            (source, {}, "kitchen"),
            (source, {"show": "Cellar"}, "Cellar"),
            (source.parent, {}, "Cellar"),
        ]:
            archive.add(sources, **options)  # type: ignore[arg-type]
            assert [episode.show for episode in archive.episodes()] == [show]
            assert archive.search("salt").total == 1


def test_what_was_said_of_a_source_is_remembered(home: Path, tmp_path: Path) -> None:
    source = write(tmp_path / "salt.md", INTERVIEW)
    with talksearch.open(home) as archive:
        archive.add(source, guests="Bo Katz", date="2020-01-02")
        write(source, INTERVIEW.replace("newspaper", "straw"))
        archive.add(source, language="en")
        hit = archive.search("straw").hits[0]
        assert hit.passage.speaker.role_source is Source.MAPPED
        assert (str(hit.episode.date), hit.episode.language) == ("2020-01-02", "en")


def test_a_corrected_transcript_takes_the_place_of_the_old(home: Path, tmp_path: Path) -> None:
    source = write(tmp_path / "salt.md", INTERVIEW)
    with talksearch.open(home) as archive:
        before = archive.add(source)[0].episode_id
        write(source, INTERVIEW.replace("newspaper", "straw"))
        (outcome,) = archive.add(source)
        assert (outcome.status, outcome.episode_id) == ("changed", before)
        assert archive.search("newspaper").total == 0
        assert archive.search("straw").total == 1


def test_two_sources_of_the_same_name_do_not_mix(home: Path, tmp_path: Path) -> None:
    one = write(tmp_path / "a" / "talk.txt", "Ann: Granite is hard.\nBo: It is.\n")
    two = write(tmp_path / "b" / "talk.txt", "Ann: Chalk is soft.\nBo: It is.\n")
    with talksearch.open(home) as archive:
        archive.add(one, two)
        assert {e.source for e in archive.episodes()} == {str(one), str(two)}
        assert archive.search("granite").total == archive.search("chalk").total == 1


def test_what_lies_beside_transcripts_is_skipped_and_what_should_be_one_failed(
    home: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "talks"
    write(folder / "talk.txt", "Ann: Granite is hard.\nBo: It is.\n")
    write(folder / "package.json", '{"name": "talks"}')
    write(folder / "cover.jpg", "\0\1")
    write(folder / "cut-off.vtt", "Ann")
    with talksearch.open(home) as archive:
        found = {Path(each.source).name: each.status for each in archive.add(folder)}
    skipped = dict.fromkeys(["package.json", "cover.jpg"], "skipped")
    assert found == {"talk.txt": "new", "cut-off.vtt": "failed"} | skipped


def test_a_folder_is_a_show_and_its_recurring_voice_the_host(home: Path, tmp_path: Path) -> None:
    for number, guest in enumerate(["Bo Katz", "Cy Dorn", "Di Ekman", "Ed Falk"]):
        text = f"Ann Lee: Welcome, {guest}. What is it?\n\n{guest}: It is work, number {number}.\n"
        write(tmp_path / "glaze" / f"{number}.txt", text * 3)
    with talksearch.open(home) as archive:
        outcomes = archive.add(tmp_path / "glaze")
        assert statuses(outcomes) == {"new": 4}
        page = archive.search(speaker="ann", facets=["role", "show"])
        assert {hit.passage.speaker.role for hit in page.hits} == {Role.HOST}
        assert {hit.passage.speaker.role_source for hit in page.hits} == {Source.INFERRED}
        assert {hit.episode.show for hit in page.hits} == {"glaze"}


def test_a_new_episode_can_show_who_the_host_of_the_old_ones_is(home: Path, tmp_path: Path) -> None:
    def episode(number: int, guest: str) -> Path:
        text = f"Ann Lee: Welcome, {guest}. And?\n\n{guest}: It is work, number {number}.\n"
        return write(tmp_path / f"{number}.txt", text * 3)

    with talksearch.open(home) as archive:
        archive.add(episode(1, "Bo Katz"), show="Glaze")
        roles = {h.passage.speaker.role for h in archive.search(speaker="ann").hits}
        archive.add(episode(2, "Cy Dorn"), episode(3, "Di Ekman"), show="Glaze")
        later = {h.passage.speaker.role for h in archive.search(speaker="ann").hits}
    assert later == {Role.HOST}
    assert roles <= {None, Role.HOST}


# Keeping in step


def test_refresh_reads_what_is_new_changed_or_gone(home: Path, tmp_path: Path) -> None:
    corpus = home / "corpus" / "talks"
    for name in "abc":
        write(corpus / f"{name}.txt", f"Ann: The word is {name}{name}{name}.\nBo: Yes.\n")
    with talksearch.open(home) as archive:
        assert archive.refresh().rebuilt == 3
        assert changes(archive) == {"unchanged": 3}
        write(corpus / "a.txt", "Ann: The word is another.\nBo: Yes.\n")
        (corpus / "b.txt").unlink()
        write(corpus / "d.txt", "Ann: The word is ddd.\nBo: Yes.\n")
        assert changes(archive) == {"changed": 1, "gone": 1, "new": 1, "unchanged": 1}
        assert archive.search("aaa").total == archive.search("bbb").total == 0
        assert archive.search("another").total == archive.search("ddd").total == 1


def test_a_refresh_that_finds_nothing_new_writes_nothing(home: Path, tmp_path: Path) -> None:
    write(home / "corpus" / "talks" / "a.txt", "Ann: The word is aaa.\nBo: Yes.\n")

    def state() -> dict[Path, int]:
        files = (p for p in (home / "index").rglob("*") if p.is_file() and "lock" not in p.name)
        return {path: path.stat().st_mtime_ns for path in files}

    with talksearch.open(home) as archive:
        archive.refresh()
        before = state()
        archive.refresh()
        assert state() == before
        # A document that fails is no reason to write either.
        write(home / "corpus" / "talks" / "b.json", "{")
        assert changes(archive) == {"unchanged": 1, "failed": 1}
        assert state() == before


def test_a_rebuild_gives_the_same_archive(sample_home: Path, tmp_path: Path) -> None:
    import shutil

    home = tmp_path / "home"
    shutil.copytree(sample_home, home)

    def everything(archive: Archive) -> list[dict[str, object]]:
        # Without a sidecar a document's source is where it lies, and this is a copy.
        return [{**hit.to_dict(), "source": ""} for hit in archive.export()]

    with talksearch.open(sample_home) as original:
        before = everything(original)
        facets = original.facets("what the tide does")
        found = [hit.passage.id for hit in original.search("what the tide does").hits]
    with talksearch.open(home) as archive:
        assert set(statuses(archive.rebuild())) == {"new"}
        assert everything(archive) == before
        assert archive.facets("what the tide does") == facets
        assert [hit.passage.id for hit in archive.search("what the tide does").hits] == found


def test_an_index_of_another_version_is_built_anew_saying_so(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from talksearch.engines.whoosh import store

    with talksearch.open(home) as archive:
        archive.add(write(tmp_path / "salt.md", INTERVIEW))
    monkeypatch.setattr(store, "SCHEMA_VERSION", store.SCHEMA_VERSION + 1)
    with talksearch.open(home) as archive, caplog.at_level(logging.WARNING):
        assert archive.status().index == "outdated"
        assert archive.search("vapour").total == 1
        assert archive.status().index == "ready"
    assert "another version" in caplog.text


def test_an_index_of_a_newer_version_is_left_to_that(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a service that was running when talksearch was updated would make the index anew at
    each search, and so would the new one."""
    from talksearch.engines.whoosh import store

    with talksearch.open(home) as archive:
        archive.add(write(tmp_path / "salt.md", INTERVIEW))
        before = (home / "index" / "current").read_text()
        monkeypatch.setattr(store, "SCHEMA_VERSION", store.SCHEMA_VERSION - 1)
        assert archive.status().index == "newer"
        assert [found.reason for found in archive.check()] == ["was made by a newer talksearch"]
        for use in (
            archive.refresh,
            lambda: archive.search("vapour"),
            archive.episodes,
            lambda: archive.add(write(tmp_path / "ash.md", INTERVIEW)),
            lambda: archive.check(repair=True),
            lambda: archive.remove_feed("salt"),
        ):
            with pytest.raises(talksearch.IndexUnusableError, match="newer talksearch"):
                use()
        assert (home / "index" / "current").read_text() == before
        assert not list((home / "corpus").rglob("ash.md"))  # else it is there, and nobody was told
        assert archive.rebuild()
        assert archive.search("vapour").total == 1


def test_progress_is_told(home: Path, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    for number in range(3):
        write(tmp_path / "show" / f"{number}.txt", "Ann: Yes.\nBo: No.\n")
    with talksearch.open(home, progress=lambda *step: told.append(step)) as archive:
        archive.add(tmp_path / "show")
    assert [step for step in told if step[0] == "reading"] == [("reading", n, 3) for n in (1, 2, 3)]
    # Reading them again takes half of the time, and is told as well.
    steps = [("indexing", n, 3) for n in (0, 1, 1, 2, 2, 3)]
    assert [step for step in told if step[0] == "indexing"] == steps


# Finding


def test_options_and_query_prefixes_mean_the_same(sample: Archive) -> None:
    for options, query in [
        ({"speaker": "okafor"}, "speaker:okafor"),
        ({"role": "guest"}, "role:guest"),
        ({"role": ["guest", "host"]}, "role:guest role:host"),
        ({"show": "tidewater", "kind": "speech"}, "show:tidewater kind:speech"),
        ({"after": "2021", "before": dt.date(2022, 1, 1)}, "after:2021 before:2022-01-01"),
    ]:
        by_option = sample.search("water", **options)  # type: ignore[arg-type]
        by_query = sample.search(f"water {query}")
        assert by_option.parsed == by_query.parsed
        assert by_option.hits == by_query.hits and by_option.total == by_query.total > 0


def test_context_is_the_turns_around(sample: Archive) -> None:
    found = sample.search("temperature", context=2, limit=20)
    assert found.hits
    for hit in found.hits:
        around = [*hit.before, hit.passage, *hit.after]
        numbers = [passage.number for passage in around]
        assert numbers == sorted(set(numbers))
        turns = {passage.turn for passage in around}
        assert max(turns) - hit.passage.turn <= 2 and hit.passage.turn - min(turns) <= 2
        for turn in turns:
            assert sum(p.turn == turn and p != hit.passage for p in around) <= 4


def test_words_that_are_everywhere_are_marked_where_nothing_else_is(sample: Archive) -> None:
    def marked(query: str) -> set[str]:
        hits = sample.search(query, limit=50).hits
        texts = [(h.passage.text, span) for h in hits for span in h.highlighted.spans]
        return {text[start:end].lower() for text, (start, end) in texts}

    assert marked("the") == {"the"}
    assert marked("the kiln AND kiln") == {"kiln"}
    assert marked('"the kiln"') == {"the kiln"}


def test_words_that_are_everywhere_find_nothing_beside_rarer_ones(sample: Archive) -> None:
    assert sample.search("the").total > 200
    kiln = sample.search("kiln", limit=100)
    both = sample.search("that the kiln", limit=100)
    assert {h.passage.id for h in both.hits} == {h.passage.id for h in kiln.hits}
    # They rank all the same, and say so themselves when asked.
    assert both.hits[0].score != kiln.hits[0].score
    assert sample.search("the OR kiln").total >= sample.search("the").total
    assert sample.search("what the").total >= sample.search("the").total


def test_a_question_about_one_thing_finds_its_answer(sample: Archive) -> None:
    def ids(query: str) -> list[str]:
        return [hit.passage.id for hit in sample.search(query, limit=100).hits]

    asked, alone = ids("what's on the slate"), ids("slate")
    question = sample.search('"on the slate"').hits[0].passage
    answer = f"{question.episode_id}.{question.number + 1}"
    assert set(asked) - set(alone) == {answer}
    # All words are in the question, so both come first.
    assert asked[:2] == [question.id, answer]
    for limit in range(1, 5):
        page = sample.search("what's on the slate", limit=limit)
        assert [hit.passage.id for hit in page.hits] == asked[:limit]
    # Nobody asked for that of it, or in that order.
    assert set(ids("what was of the slate")) == set(ids("slate the on what's")) == set(alone)


def test_a_page_follows_a_page(sample: Archive) -> None:
    whole = sample.search("the OR water", limit=30)
    pages = [sample.search("the OR water", limit=10, offset=at).hits for at in (0, 10, 20)]
    assert sum(pages, ()) == whole.hits
    assert len({hit.passage.id for hit in whole.hits}) == 30


def test_a_facet_does_not_narrow_its_own_counts(sample: Archive) -> None:
    every = sample.search("role:host", facets="role").facets[0]
    assert {value.value for value in every.values} >= {"host", "guest"}
    by_show = {v.value: v.count for v in sample.search("role:host", facets="show").facets[0].values}
    for show, count in by_show.items():
        assert sample.search("role:host", show=f"{show}", limit=0).total == count


def test_grouping_gives_each_episode_once(sample: Archive) -> None:
    page = sample.search("water", group="episode", limit=50)
    ids = [hit.episode.id for hit in page.hits]
    assert len(ids) == len(set(ids)) == page.total > 1
    ungrouped = sample.search("water", limit=0).total
    assert sum(hit.in_episode or 0 for hit in page.hits) == ungrouped


def test_a_passage_and_a_transcript_by_their_ids(sample: Archive) -> None:
    hit = sample.search("stainless oxygen").hits[0]
    assert sample.passage(hit.passage.id).passage == hit.passage
    found = sample.transcript(hit.episode.id)
    assert found.episode == hit.episode
    turn = found.turns[hit.passage.turn]
    assert turn.speaker == hit.passage.speaker
    assert hit.passage.text in turn.text
    for wrong in ("nothing", "nothing.3", f"{hit.episode.id}.99999", ""):
        with pytest.raises(talksearch.NotFoundError):
            sample.passage(wrong)
        with pytest.raises(talksearch.NotFoundError):
            sample.transcript(wrong)


def test_links_lead_to_the_moment(sample: Archive) -> None:
    timed = [h for h in sample.export() if h.passage.start_ms is not None and h.episode.audio_url]
    assert timed
    for hit in timed:
        assert hit.passage.start_ms is not None
        assert hit.link == f"{hit.episode.audio_url}#t={hit.passage.start_ms // 1000}"


def test_speakers_are_listed_with_what_is_known(sample: Archive) -> None:
    found = {each.name: each for each in sample.speakers()}
    host = found["Marguerite Okafor"]
    assert host.roles == ("host",) and host.shows == ("The Long Kiln",) and host.episodes == 5
    assert [each.name for each in sample.speakers("okafor")] == ["Marguerite Okafor"]
    assert sample.speakers("nobody at all") == []


def test_export_is_everything_in_order(sample: Archive) -> None:
    hits = list(sample.export())
    assert len(hits) == sample.search("", limit=0).total == sample.status().passages
    by_episode: dict[str, list[int]] = {}
    for hit in hits:
        assert hit.score is None and "score" not in hit.to_dict()
        by_episode.setdefault(hit.episode.id, []).append(hit.passage.number)
    assert all(numbers == list(range(len(numbers))) for numbers in by_episode.values())


@pytest.mark.parametrize("query", ["kiln", '"tide gauge"', "speaker:zoë", "the kiln"])
def test_what_is_exported_is_marked_as_what_is_found(sample: Archive, query: str) -> None:
    found = {hit.passage.id: hit.highlighted for hit in sample.search(query, limit=1000).hits}
    assert {hit.passage.id: hit.highlighted for hit in sample.export(query)} == found != {}


@pytest.mark.parametrize(
    "options",
    [
        {"facets": ["colour"]}, {"limit": -1}, {"role": "boss"}, {"after": "soon"},
        {"sort": "newset"}, {"sort": None}, {"group": "show"}, {"limit": None}, {"limit": "10"},
        {"offset": 1.0}, {"context": -1}, {"context": float("nan")}, {"speaker": 7},
        {"show": [None]}, {"facets": 7}, {"like": 7}, {"query": None}, {"query": ["kiln"]},
    ],
)  # fmt: skip
def test_an_option_that_cannot_be_used(sample: Archive, options: dict[str, object]) -> None:
    with pytest.raises(talksearch.ConfigError):
        sample.search(**{"query": "kiln", **options})  # type: ignore[arg-type]


@pytest.mark.parametrize("given", [None, 7, b"kiln", ["kiln"]])
def test_what_is_no_text_is_said_to_be_none(sample: Archive, given: str) -> None:
    """A program passes on what JSON it was sent."""
    asked: list[Callable[[str], object]] = [
        sample.search, sample.facets, sample.export, sample.passage, sample.episode,
        sample.transcript, sample.speakers, sample.complete,
        partial(sample.complete_value, "speaker"),
    ]  # fmt: skip
    for ask in asked:
        with pytest.raises(talksearch.ConfigError, match=r"is a text, not"):
            ask(given)


@pytest.mark.parametrize("limit", [-1, None, "3"])
def test_so_many_completions_are_a_number(sample: Archive, limit: int) -> None:
    for complete in (sample.complete, partial(sample.complete_value, "speaker")):
        with pytest.raises(talksearch.ConfigError, match="limit is a whole number from 0 on"):
            complete("ma", limit=limit)


@pytest.mark.parametrize(
    "option", [{"show": 7}, {"hosts": 7}, {"guests": [None]}, {"language": 7}, {"date": 7}]
)
def test_what_is_said_of_a_source_is_a_text(home: Path, option: dict[str, Any]) -> None:
    with talksearch.open(home) as archive, pytest.raises(talksearch.ConfigError):
        archive.add("a.vtt", **option)
    assert not home.exists()


def test_an_archive_that_is_sent_to_another_process_says_what_to_send(home: Path) -> None:
    with talksearch.open(home) as archive, pytest.raises(TypeError, match="pass its home"):
        pickle.dumps(archive.search)


def test_sources_of_which_one_is_none_are_not_added_in_part(home: Path, tmp_path: Path) -> None:
    with talksearch.open(home) as archive, pytest.raises(TypeError):
        archive.add(write(tmp_path / "salt.txt", "Ann: Salt."), None)  # type: ignore[arg-type]
    assert not home.exists()


@pytest.mark.parametrize("context", [-1, None, 1.5])
def test_the_context_of_a_passage_is_a_number_of_turns(sample: Archive, context: int) -> None:
    found = sample.search("kiln").hits[0].passage.id
    with pytest.raises(talksearch.ConfigError, match="context is a whole number from 0 on"):
        sample.passage(found, context=context)


def test_a_datetime_is_its_date(sample: Archive, home: Path, tmp_path: Path) -> None:
    """It is an instance of ``date``: type checkers let it pass, and ``now() - a_month`` is one."""
    noon = dt.datetime(2021, 9, 14, 12, 30, tzinfo=dt.UTC)
    for after, before in ((noon, None), (None, noon)):
        found = sample.search("kiln", after=after, before=before)
        asked = sample.search("kiln", after=after and noon.date(), before=before and noon.date())
        assert found.to_dict()["hits"] == asked.to_dict()["hits"] and found.total < 10
    with talksearch.open(home) as archive:
        assert archive.add(write(tmp_path / "salt.txt", "Ann: Salt."), date=noon)[0].status == "new"
        assert archive.episodes()[0].date == noon.date() and archive.check() == []


def test_none_is_no_condition(sample: Archive) -> None:
    narrowed = sample.search("kiln", speaker=None, role=None, show=None, kind=None, facets=None)
    assert narrowed.total == sample.search("kiln").total


@pytest.mark.parametrize("look", [1, 2])
def test_what_goes_while_sizes_are_told_has_none(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, look: int
) -> None:
    """As the files of a segment do, while another process commits."""
    looks = 0
    stat = Path.stat

    def gone_by_then(path: Path, **how: bool) -> os.stat_result:
        nonlocal looks
        if path == brief:
            looks += 1
            if looks == look:
                brief.unlink()
        return stat(path, **how)

    with talksearch.open(home) as archive:
        archive.add(write(tmp_path / "salt.md", INTERVIEW))
        known = archive.status()
        brief = write(home / "index" / "brief", "x" * 1000)
        monkeypatch.setattr(Path, "stat", gone_by_then)
        told = archive.status()
        assert looks and told.index_bytes - known.index_bytes in (0, 1000)
        assert told.episodes == 1


def test_what_there_is_is_told_without_a_look_at_each_episode(
    sample: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = list(sample._engine.records())
    monkeypatch.setattr(sample._engine, "records", None)
    monkeypatch.setattr(sample._engine, "record", None)
    told = sample.status()
    assert told.episodes == len(records) == 15
    assert told.shows == len({record.folder for record in records})
    assert told.passages == sum(record.passages for record in records)
    assert told.words == pytest.approx(sum(record.words for record in records), rel=0.01)


@pytest.fixture
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.skipif(sys.platform != "linux", reason="/proc says what is open")
@pytest.mark.usefixtures("no_collector")
def test_a_closed_archive_and_a_former_index_hold_no_files(home: Path, tmp_path: Path) -> None:
    """At once, and not when the garbage collector comes by: a server that opens an archive for each
    request, or keeps one for days, has none of them piled up."""

    def held() -> list[str]:
        links = [str(each.resolve()) for each in Path("/proc/self/fd").iterdir()]
        return [link for link in links if link.startswith(f"{home}/index/v")]

    def ask(archive: Archive) -> None:
        for query in ("clay", '"a glaze" ann', "who taught vapour", "cly~ va*", "nobody says this"):
            page = archive.search(query, context=1, facets=talksearch.FACET_FIELDS, explain=True)
        page = archive.search("clay", group="episode", sort="newest")
        archive.search(like=archive.passage(page.hits[0].passage.id).passage.id)
        archive.complete("cl"), archive.complete_value("speaker", "an"), archive.speakers()
        next(archive.export("clay"))

    with talksearch.open(home) as archive, talksearch.open(home) as other:
        for number in range(5):
            other.add(write(tmp_path / "salt.md", INTERVIEW + f"\n**Ann Lee:** {number}?\n"))
            ask(archive)
        other.close()
        assert held() and not any(link.endswith(" (deleted)") for link in held())
    assert held() == []


def test_threads_search_while_one_writes(home: Path, tmp_path: Path) -> None:
    def episode(number: int) -> Path:
        text = "".join(f"Ann: Line {n} of {number}.\n\nBo: Fine {number}.\n\n" for n in range(5))
        return write(tmp_path / f"{number}.txt", text)

    with talksearch.open(home) as archive:
        archive.add(episode(0))
        done = threading.Event()

        def look() -> int:
            seen = 0
            while not done.is_set():
                page = archive.search("line", limit=100)
                # Five lines an episode: whole episodes, never a part of one.
                assert page.total % 5 == 0 and len(page.hits) == page.total
                assert page.total >= seen
                seen = page.total
            archive.close()
            return seen

        with ThreadPoolExecutor(8) as pool:
            readers = [pool.submit(look) for _ in range(8)]
            try:
                for number in range(1, 6):
                    archive.add(episode(number))
            finally:
                done.set()
            assert max(reader.result() for reader in readers) >= 25
        assert archive.search("line", limit=0).total == 30


def test_each_of_many_feeds_is_asked_about_as_often(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    feed = Corpus.feed

    def counted(self: Corpus, folder: str) -> FeedState | None:
        asked.append(folder)
        return feed(self, folder)

    monkeypatch.setattr(Corpus, "feed", counted)
    often = []
    for count in (20, 40):
        folder = tmp_path / f"{count}"
        folder.mkdir()
        for number in range(count):
            title = f"<title>Show {number}</title>"
            rss = f"<rss><channel>{title}<item><guid>a</guid>{title}</item></channel></rss>"
            (folder / f"{number}.xml").write_text(rss)
        asked.clear()
        with talksearch.open(tmp_path / f"home-{count}") as archive:
            assert {outcome.status for outcome in archive.add(folder)} == {"new"}
        often.append(len(asked))
    assert often[1] <= 2.1 * often[0]
