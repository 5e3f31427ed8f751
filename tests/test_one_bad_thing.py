"""One thing that is damaged is named, and all else goes on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import talksearch
from conftest import Run
from test_following_feeds import ASH, SALT, VTT, Site, by_title, feed, site

__all__ = ["site"]

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


def test_check_names_what_the_user_wrote(home: Path) -> None:
    (home / "corpus" / "speakers.jsonl").write_text("{\n")
    (home / "corpus" / "watches.json").write_text("{")
    with talksearch.open(home) as archive:
        places = {Path(finding.place).name for finding in archive.check(repair=True)}
    assert places >= {"speakers.jsonl", "watches.json"}


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
