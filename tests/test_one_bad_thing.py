"""One thing that is damaged is named, and all else goes on."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import talksearch
from conftest import Ran, Run, talksearch_without_privileges
from feed_site import ASH, SALT, VTT, Site, by_title, feed
from talksearch import HomeError
from talksearch.corpus import Corpus, FeedState, Stored

OTHER = "<item><title>Oak</title><guid>oak</guid><description>Green oak.</description></item>"
NEW = "<item><title>Peg</title><guid>peg</guid><description>A dry peg.</description></item>"


def put(site: Site, path: str, title: str, *items: str) -> str:
    return site.put(path, feed(*items, title=title), "application/rss+xml")


@pytest.fixture
def home(site: Site, tmp_path: Path) -> Path:
    """Two shows; both have something new when they are asked again."""
    site.put("/salt.vtt", VTT, "text/vtt")
    with talksearch.open(tmp_path) as archive:
        archive.add(put(site, "/bad.xml", "Bad", SALT, ASH), put(site, "/good.xml", "Good", OTHER))
    put(site, "/good.xml", "Good", OTHER, NEW)
    return tmp_path


def edited(name: str, **changes: object) -> Callable[[Path], Path]:
    def edit(folder: Path) -> Path:
        path = folder / name
        entry = json.loads(path.read_text()) if path.exists() else {}
        path.write_text(json.dumps(entry | changes).replace('"INFINITY"', "Infinity"))
        return path

    return edit


def written(name: str, text: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / name).write_text(text)
        return folder / name

    return write


DAMAGE = [
    edited("salt.vtt.meta.json", given={"format": "nosuch"}),
    edited("salt.vtt.meta.json", given={"show": 5}),
    edited("salt.vtt.meta.json", given={"language": {}}),
    edited("salt.vtt.meta.json", given={"guests": ["\udce9"]}),
    edited("feed.json", given={"show": ["x"]}),
    edited("feed.json", same={"salt": "\ud800"}),
    edited("feed.json", size="INFINITY"),
    edited("left.json", items=[{"title": "no guid"}]),
    edited("left.json", items=[{"guid": "x", "date": "soon"}]),
    edited("left.json", items=[{"guid": "\ud800", "title": "half"}]),
    written("left.json", "{"),
    written("feed.json", "[]"),
    written("feed.xml", "<rss><cha"),
    written("show.toml", "title ="),
    written("salt.vtt.meta.json", "{"),
]


@pytest.mark.parametrize("damage", DAMAGE)
def test_the_other_shows_are_refreshed(
    home: Path, damage: Callable[[Path], Path], run: Run
) -> None:
    damaged = damage(home / "corpus" / "bad")
    with talksearch.open(home) as archive:
        before = [hit.to_dict() for hit in archive.export("show:bad")]
        report = archive.refresh()
        assert by_title(o for o in report.outcomes if o.status == "new") == {"Peg": "new"}
        assert not report.ok
        told = " ".join(str(each.error) for each in report.failures)
        assert damaged.name in told
        assert [hit.to_dict() for hit in archive.export("show:bad")] == before  # nothing is lost
        places = [finding.place for finding in archive.check()]
        assert str(damaged) in places and len(places) == len(set(places))
    ran = run("--home", home, "refresh")
    assert ran.err.count("Traceback") == 0 and "defect" not in ran.err


@pytest.mark.parametrize(
    "damage",
    [
        edited("feed.json", address="http://[bad"),
        edited("visits.json", visits={"x": {"at": "2024-01-01", "due": "x"}}),
        edited("visits.json", visits={"x": {"failures": "INFINITY"}}),
        edited("left.json", items=[{"guid": "x", "title": "X", "url": "http://[x"}]),
        written("visits.json", "{"),
    ],
)
def test_what_can_be_done_without_is(home: Path, damage: Callable[[Path], Path]) -> None:
    damage(home / "corpus" / "bad")
    with talksearch.open(home) as archive:
        report = archive.refresh()
        assert by_title(report.outcomes)["Peg"] == "new"
        assert archive.search("vapour").total == 1


def test_a_broken_sidecar_is_anothers(site: Site, tmp_path: Path) -> None:
    one, two = (
        f"<item><title>N{n}</title><guid>n{n}</guid>"
        f'<podcast:transcript url="SITE/{n}/t.vtt" type="text/vtt"/></item>'
        for n in (1, 2)
    )
    for n in (1, 2):
        site.put(f"/{n}/t.vtt", VTT.replace("vapour", f"vapour{n}"), "text/vtt")
    with talksearch.open(tmp_path) as archive:
        archive.add(put(site, "/bad.xml", "Bad", one))
        (tmp_path / "corpus" / "bad" / "t.vtt.meta.json").write_text("{")
        put(site, "/bad.xml", "Bad", one, two)
        archive.refresh()
        assert archive.search("vapour2").total == 1


def test_a_folder_that_cannot_be_written_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from talksearch.corpus import feed_files

    write = feed_files.write_file

    def refuse(path: Path, *arguments: object, **options: object) -> None:
        if path.parent.name == "bad":
            from talksearch.files import writing

            with writing(path):
                raise PermissionError(13, "Permission denied", str(path.parent / ".x.new"))
        write(path, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(feed_files, "write_file", refuse)
    with talksearch.open(home) as archive:
        report = archive.refresh()
        assert by_title(report.outcomes)["Peg"] == "new"
        (failure,) = report.failures
        assert "corpus/bad/visits.json: cannot be written: Permission denied" in str(failure.error)


@pytest.mark.parametrize("text", ["{", '{"watches": [5]}', '{"watches": {"a": []}}', "[]"])
def test_check_names_what_the_user_wrote(home: Path, text: str) -> None:
    wrong = {"speakers.jsonl", "watches.json", "watched.json"}
    for name in wrong:
        (home / "corpus" / name).write_text(text + "\n")
    with talksearch.open(home) as archive:
        findings = archive.check(repair=True)
    assert {Path(finding.place).name for finding in findings} == wrong
    assert not any(finding.repaired for finding in findings)


def test_check_repairs_what_can_be_fetched_again(site: Site, tmp_path: Path) -> None:
    link = '<podcast:chapters url="SITE/c.json" type="application/json+chapters"/></item>'
    site.put("/salt.vtt", VTT, "text/vtt")
    site.put("/c.json", '{"chapters": [{"startTime": 0, "title": "Why ash melts"}]}')
    folder = tmp_path / "corpus" / "bad"
    with talksearch.open(tmp_path) as archive:
        archive.add(put(site, "/bad.xml", "Bad", SALT.replace("</item>", link)))
        (chapters,) = (folder / "chapters").iterdir()
        for path in (chapters, folder / "visits.json"):
            path.write_text("{")
        places = {finding.place for finding in archive.check()}
        assert {str(chapters), str(folder / "visits.json")} <= places
        assert all(finding.repaired for finding in archive.check(repair=True))
        assert not archive.check()
        archive.refresh()
        assert archive.search("chapter:ash").total


def test_check_takes_nothing_away_that_it_is_not_told_to(home: Path) -> None:
    folder = home / "corpus" / "bad"
    alone, unfinished = folder / "gone.vtt.meta.json", folder / ".salt.vtt.x.new"
    alone.write_text('{"source": "gone.vtt"}')
    unfinished.write_text("WEB")
    twice = {}
    for name, entry in {
        "again.vtt": {"source": "again.vtt", "guid": "salt"},
        "copy.txt": {"source": "copy.txt", "guid": "oak", "matched_by": "title"},
        "kopie.txt": {"source": "copy.txt"},
    }.items():
        twice[name] = folder / name
        twice[name].write_text("Ann: One.\nBo: Two.\n")
        (folder / f"{name}.meta.json").write_text(json.dumps(entry))
    times = {"again.vtt": 0, "salt.vtt": 10, "copy.txt": 20, "kopie.txt": 30}
    for name, moment in times.items():
        os.utime(folder / name, (moment, moment))
    wrong = {
        str(alone): "tells of a document that is not there",
        str(unfinished): "was not finished when a run was cut off",
        str(twice["again.vtt"]): f"is of the same episode as {folder / 'salt.vtt'}",
        str(twice["copy.txt"]): f"was stored twice, also as {twice['kopie.txt']}",
    }
    with talksearch.open(home) as archive:
        archive.refresh()
        before = {path: path.read_bytes() for path in folder.iterdir()}
        found = archive.check()
        assert {(each.place, each.reason) for each in found} >= wrong.items()
        assert not any(each.repaired for each in found)
        assert {path: path.read_bytes() for path in folder.iterdir()} == before
        assert {each.place for each in archive.check(repair=True) if each.repaired} >= wrong.keys()
        assert not archive.check() and not any(Path(place).exists() for place in wrong)
        assert archive.search("vapour").total == 1


@pytest.mark.parametrize("lost", ["*.toc", "*.arrays"])
@pytest.mark.parametrize("left", [None, b"", b"x"])
def test_a_timer_makes_an_index_anew_that_cannot_be_opened(
    home: Path, run: Run, lost: str, left: bytes | None
) -> None:
    """Though the corpus is as it was, which is why nobody looks into the index."""
    assert run("--home", home, "refresh").status == 0
    before = run("--home", home, "export").out
    for path in (home / "index").rglob(lost):
        path.unlink()
        if left is not None:
            path.write_bytes(left)
    assert run("--home", home, "search", "vapour").status == 2
    ran = run("--home", home, "refresh", "--scheduled")
    assert (ran.status, ran.out) == (0, "")
    assert ran.err.endswith("; run `talksearch rebuild`: this refresh does\n")
    assert "made from the corpus: 4 episodes" in (home / "index" / "refresh.log").read_text()
    assert run("--home", home, "export").out == before
    assert run("--home", home, "refresh", "--scheduled").err == ""


def test_the_log_has_what_nobody_sees_where_there_is_no_window(home: Path, run: Run) -> None:
    log = home / "index" / "refresh.log"
    rss = home / "rss" / "oak.xml"
    rss.parent.mkdir()
    for words in (("--name", "peg", "peg"), ("--name", "oak", "--rss", rss, "oak")):
        assert run("--home", home, "watch", "add", *words).status == 0
    shutil.rmtree(rss.parent)
    assert run("--home", home, "refresh").status == 0
    assert " INFO watch peg: 1 new\n" in log.read_text()
    assert f" ERROR watch oak: {rss.parent}: there is no such folder\n" in log.read_text()
    (home / "corpus" / "speakers.jsonl").write_text("{\n")
    ran = run("--home", home, "refresh", "--scheduled")
    assert ran.status == 2 and log.read_text().endswith(f" ERROR {ran.err[12:]}")
    (home / "elsewhere").mkdir()
    ran = run("--home", home / "elsewhere", "refresh")
    assert ran.err.count("\n") == 1 and "talksearch add" in ran.err


def test_damage_that_is_seen_where_it_is_read_is_mended_as_well(
    home: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("talksearch.engines.whoosh.arrays._BLOCK", 256)  # each is checked by itself
    with talksearch.open(home) as archive:
        archive.rebuild()
    (path,) = (home / "index").rglob("*.arrays")
    data = bytearray(path.read_bytes())
    data[data.rindex(b"\x78\x5e")] = 0  # where zlib packed a record
    path.write_bytes(data)
    ran = run("--home", home, "refresh")
    assert ran.status == 0 and "damaged" in ran.err and ran.err.endswith(": this refresh does\n")
    assert ran.out == "the index was made from the corpus: 4 episodes\n4 unchanged\n"
    assert run("--home", home, "search", "peg").status == 0
    with talksearch.open(home) as archive:
        assert archive.check() == []


@pytest.mark.parametrize("repair", [False, True])
def test_check_names_an_index_that_is_none(home: Path, repair: bool) -> None:
    for path in (home / "index").rglob("*"):
        if path.is_file():
            path.write_bytes(b"x")
    with talksearch.open(home) as archive:
        (finding,) = archive.check(repair=repair)
        assert finding.place == "index" and finding.repaired == repair
        assert len(archive.check()) == (not repair)


def test_check_counts_the_passages_of_an_episode_and_unpacks_none(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with talksearch.open(home) as archive:
        archive.refresh()
        monkeypatch.setattr(archive._engine, "passages", None)
        assert archive.check() == []
        record = next(archive._engine.records())
        monkeypatch.setattr(archive._engine, "records", lambda: [replace(record, passages=99)])
        (finding,) = archive.check()
        assert (finding.place, finding.reason) == (f"index: {record.episode.id}", "lacks passages")


def test_check_says_what_it_could_not_repair(home: Path) -> None:
    (home / "corpus" / "bad" / "salt.vtt").write_bytes(b"\0\1\2")
    with talksearch.open(home) as archive:
        assert [each.reason for each in archive.check()] == ["has changed since it was indexed"]
        (finding,) = archive.check(repair=True)
    assert not finding.repaired and "control characters" in finding.reason


def test_check_repairs_what_is_left_of_a_folder_that_is_gone(home: Path) -> None:
    shutil.rmtree(home / "corpus" / "bad")
    with talksearch.open(home) as archive:
        found = archive.check(repair=True)
        assert {each.reason for each in found} == {"is in the index and not in the corpus"}
        assert all(each.repaired for each in found) and not archive.check()
        assert not archive.search("vapour").total


@pytest.mark.parametrize("address", ["http://[bad", "notanaddress", "file:///etc/passwd"])
def test_an_address_for_pings_is_looked_at_first(
    home: Path, run: Run, site: Site, address: str
) -> None:
    site.asked.clear()
    ran = run("--home", home, "refresh", "--ping", address)
    assert ran.status == 2 and ran.err.startswith("talksearch: --ping should be an address")
    assert site.asked == []


def test_a_format_that_is_none_keeps_no_transcript_from_being_matched(
    home: Path,
) -> None:
    loose = home / "corpus" / "loose"
    loose.mkdir()
    (loose / "a.vtt").write_text(VTT)
    (loose / "a.vtt.meta.json").write_text('{"given": {"format": "nosuch"}}')
    with talksearch.open(home) as archive:
        report = archive.refresh()
    assert by_title(report.outcomes)["Peg"] == "new"
    assert [Path(str(each.error).partition(": ")[0]).name for each in report.failures] == [
        "a.vtt.meta.json"
    ]


def test_a_name_that_is_no_text_put_by_hand(run: Run, tmp_path: Path) -> None:
    path = Path(f"{tmp_path}/corpus/salt/caf\udce9.vtt")
    path.parent.mkdir(parents=True)
    try:
        path.write_text(VTT)
    except OSError:
        pytest.skip("this file system takes no such name")
    assert run("--home", tmp_path, "refresh").status == 0
    assert "caf\\\\xe9" in run("--home", tmp_path, "search", "vapour", "--format", "json").out


@pytest.mark.parametrize(
    "line", ['{"number": 1, "kind": "same", "name": 5}', '{"number": "x"}', '{"name": "\\ud800"}']
)
def test_a_decision_that_is_none_is_named(run: Run, home: Path, line: str) -> None:
    (home / "corpus" / "speakers.jsonl").write_text(line + "\n")
    ran = run("--home", home, "refresh")
    assert ran.status == 2 and ran.err.count("\n") == 1 and "speakers.jsonl: line 1" in ran.err


# What belongs to somebody else


def without_privileges(home: Path, *words: str | Path) -> Ran:
    ran = talksearch_without_privileges("--home", home, *words)
    return Ran(ran.returncode, ran.stdout, ran.stderr)


@pytest.mark.parametrize("mode", [0o555, 0o000, 0o111, 0o444])
def test_a_folder_of_somebody_else(home: Path, site: Site, mode: int) -> None:
    put(site, "/bad.xml", "Bad", SALT, ASH, NEW.replace("peg", "pig"))
    folder = home / "corpus" / "bad"
    folder.chmod(mode)
    try:
        ran = without_privileges(home, "refresh")
        assert ran.status == 2 and "Good: 1 new" in ran.out
        lines = ran.err.splitlines()
        assert lines and all(line.startswith(f"talksearch: {folder}") for line in lines)
        assert all("Permission denied" in line and ".new" not in line for line in lines)
        assert without_privileges(home, "search", "vapour").status == 0  # nothing is lost
        assert without_privileges(home, "search", "peg").status == 0
        checked = without_privileges(home, "check")
        if mode != 0o555:
            assert checked.status == 2 and str(folder) in checked.out
        assert "defect" not in checked.err
        one = home / "one.vtt"
        one.write_text(VTT.replace("vapour", "smoke"))
        two = home / "two.vtt"
        two.write_text(VTT.replace("vapour", "steam"))
        if mode == 0o555:
            added = without_privileges(home, "add", one, "--show", "Bad")
            assert added.status == 2 and f"talksearch: {folder}/one.vtt" in added.err
        assert without_privileges(home, "add", two, "--show", "Good").status == 0
    finally:
        folder.chmod(0o755)
    with talksearch.open(home) as archive:
        archive.refresh()
        assert archive.search("steam").total == archive.search("vapour").total == 1


@pytest.mark.parametrize("name", ["salt.vtt", "salt.vtt.meta.json", "feed.xml", "feed.json"])
def test_a_file_of_somebody_else(home: Path, site: Site, name: str) -> None:
    put(site, "/bad.xml", "Bad", SALT, ASH, NEW.replace("peg", "pig"))
    path = home / "corpus" / "bad" / name
    path.chmod(0)
    ran = without_privileges(home, "refresh")
    assert ran.status == 2 and "Good: 1 new" in ran.out
    assert without_privileges(home, "search", "vapour").status == 0
    assert "defect" not in ran.err


def test_a_loose_transcript_of_somebody_else_hides_nothing(home: Path) -> None:
    loose = home / "corpus" / "good" / "oak.vtt"
    loose.write_text(VTT)
    loose.chmod(0)
    ran = without_privileges(home, "refresh")
    assert ran.status == 2 and "Good: 1 new" in ran.out
    assert "Permission denied" in ran.err and "defect" not in ran.err


def test_what_is_offered_is_looked_at_beside_what_is_damaged(home: Path) -> None:
    """The feed says that it has not changed, and its transcript is to be looked at again."""
    (home / "corpus" / "bad" / "left.json").write_text("{")
    with talksearch.open(home) as archive:
        report = archive.refresh(everything=True)
    assert by_title(report.outcomes)["Peg"] == "new"
    assert any("left.json" in str(each.error) for each in report.failures)


def test_a_full_disk_ends_all_with_one_line(
    home: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    ran = run("--home", home, "refresh")
    assert ran.status == 2 and ran.out == ""
    (line,) = ran.err.splitlines()
    assert line.startswith("talksearch: ") and line.endswith("No space left on device")


def test_a_match_that_cannot_be_written_is_named(
    home: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(site, "/bad.xml", "Bad", SALT, ASH, NEW.replace("peg", "pig"))
    put_feed = Corpus.put_feed

    def refuse(corpus: Corpus, folder: str, state: FeedState, data: bytes | None = None) -> None:
        if data is None and folder == "bad":
            raise HomeError("cannot be written: Permission denied", "corpus/bad/feed.json")
        put_feed(corpus, folder, state, data)

    monkeypatch.setattr(Corpus, "put_feed", refuse)
    with talksearch.open(home) as archive:
        report = archive.refresh()
    assert [(o.title, o.status) for o in report.outcomes if o.status == "new"] == [
        ("Peg", "new")
    ] * 2
    (failure,) = report.failures
    assert str(failure.error) == "corpus/bad/feed.json: cannot be written: Permission denied"


def test_an_episode_that_cannot_be_removed_is_named(
    home: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(site, "/bad.xml", "Bad", ASH)

    def refuse(corpus: Corpus, stored: Stored) -> None:
        raise HomeError("cannot be written: Permission denied", stored.path)

    with talksearch.open(home) as archive:
        archive.refresh()
        monkeypatch.setattr(Corpus, "remove_document", refuse)
        put(site, "/good.xml", "Good", OTHER, NEW, NEW.replace("peg", "pig"))
        report = archive.refresh(prune=True)
    assert by_title(report.outcomes)["Peg"] == "new"
    assert [str(each.error).partition(":")[0] for each in report.failures] == ["bad/salt.vtt"]
