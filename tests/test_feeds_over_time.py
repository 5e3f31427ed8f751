"""What years do to a feed: it moves, dies, breaks and mends; items and their transcripts are
corrected, lost, renamed and repeated elsewhere."""

from __future__ import annotations

import datetime as dt
import socket
import time
from pathlib import Path
from unittest import mock

import pytest

import talksearch
from conftest import Run
from feed_site import ASH, SALT, VTT, Site, by_title, feed
from talksearch.corpus import Corpus
from talksearch.errors import EditedError
from talksearch.report import FeedReport

CORRECTED = VTT.replace("eats the clay", "melts the clay")
JSON = """{"version": "1.0.0", "segments": [
 {"speaker": "Ann Lee", "startTime": 1, "endTime": 4, "body": "What does the steam do?"},
 {"speaker": "Bo Katz", "startTime": 5, "endTime": 9, "body": "It eats the clay."}]}"""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("talksearch.keeping._now", lambda: clock.now)
    return clock


class Clock:
    def __init__(self) -> None:
        self.now = dt.datetime(2024, 3, 6, 12, tzinfo=dt.UTC)

    def later(self, **delta: float) -> None:
        self.now += dt.timedelta(**delta)


def put_feed(site: Site, *items: str, path: str = "/feed.xml", title: str = "The Glaze") -> str:
    return site.put(path, feed(*items, title=title), "application/rss+xml")


def the_only_feed(report: talksearch.RefreshReport) -> FeedReport:
    (only,) = report.feeds
    return only


def said(archive: talksearch.Archive, query: str, **options: str) -> list[str]:
    return [hit.passage.text for hit in archive.search(query, **options).hits]


def with_vtt(site: Site, archive: talksearch.Archive, *items: str) -> None:
    site.put("/salt.vtt", VTT, "text/vtt")
    archive.add(put_feed(site, *(items or (SALT,))))


# When to ask


@pytest.mark.parametrize("before", [VTT, None], ids=["was good", "never good"])
@pytest.mark.parametrize("kind", ["transcript", "chapters"])
def test_what_is_sent_and_no_good_is_asked_for_less_and_less(
    site: Site, tmp_path: Path, clock: Clock, kind: str, before: str | None
) -> None:
    """A page to log in, for one, with which servers answer for years."""
    item = SALT
    if kind == "chapters":
        link = '<podcast:chapters url="SITE/salt.json" type="application/json+chapters"/></item>'
        item = SALT.replace("</item>", link)
        before = before and '{"version": "1.2.0", "chapters": []}'
    offered = "/salt.vtt" if kind == "transcript" else "/salt.json"
    page = "<!DOCTYPE html><html><body><p>Please log in.</p></body></html>"
    with talksearch.open(tmp_path) as archive:
        site.put(offered, before or page, "text/plain" if before else "text/html")
        archive.add(put_feed(site, item))
        site.put(offered, page, "text/html")
        clock.later(days=2)
        site.asked.clear()
        for _ in range(48):
            archive.refresh(scheduled=True)
            clock.later(hours=1)
    assert 4 <= [path for path, _ in site.asked].count(offered) <= 6


def test_a_scheduled_run_asks_what_is_due(site: Site, tmp_path: Path, clock: Clock) -> None:
    with talksearch.open(tmp_path) as archive:
        archive.add(put_feed(site, ASH))
        site.asked.clear()
        clock.later(hours=1)
        assert the_only_feed(archive.refresh(scheduled=True)).status == "not due"
        assert site.asked == []
        clock.later(hours=7)
        assert the_only_feed(archive.refresh(scheduled=True)).status == "unchanged"
        assert the_only_feed(archive.refresh(scheduled=True)).status == "not due"
        assert the_only_feed(archive.refresh(scheduled=True, everything=True)).status != "not due"
        assert the_only_feed(archive.refresh()).status == "unchanged"  # by hand always
        clock.later(days=-900)  # the clock was wrong until now
        assert the_only_feed(archive.refresh(scheduled=True)).status == "unchanged"


def test_the_transcripts_of_a_show_that_has_ended_do_not_wait_for_a_week(
    site: Site, tmp_path: Path, clock: Clock
) -> None:
    clock.later(days=900)
    only_vtt = SALT.replace('<podcast:transcript url="SITE/salt.txt" type="text/plain"/>', "")
    with talksearch.open(tmp_path) as archive:
        archive.add(put_feed(site, only_vtt))
        site.put("/salt.vtt", VTT, "text/vtt")
        clock.later(hours=1.3)
        assert the_only_feed(archive.refresh(scheduled=True)).changed == 1
        clock.later(days=6)
        assert the_only_feed(archive.refresh(scheduled=True)).status == "not due"


def test_what_a_busy_server_was_not_asked_for_is_asked_for_in_an_hour(
    site: Site, tmp_path: Path, clock: Clock
) -> None:
    items = []
    for name in ("one", "two", "three"):
        site.moved[f"/{name}.vtt"] = (429, "")
        offer = f'<podcast:transcript url="SITE/{name}.vtt" type="text/vtt"/></item>'
        items.append(ASH.replace(">ash<", f">{name}<").replace("</item>", offer))
    with talksearch.open(tmp_path) as archive:
        archive.add(put_feed(site, *items))
        asked = [path for path, status in site.asked if status == 429]
        assert asked == ["/one.vtt"]
        waits = []
        for _ in range(3):
            clock.later(hours=1.3)
            report = the_only_feed(archive.refresh(scheduled=True))
            assert report.status == "unchanged" and report.due
            waits.append((report.due - clock.now) / dt.timedelta(hours=1))
        assert all(1 <= wait < 1.3 for wait in waits)


def test_a_week_without_a_network_is_no_feeds_fault(
    site: Site, tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object, **__: object) -> object:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    with talksearch.open(tmp_path) as archive:
        archive.add(put_feed(site, ASH))
        with monkeypatch.context() as patch:
            patch.setattr(socket, "getaddrinfo", lost)
            for _ in range(6):
                clock.later(hours=28)
                report = the_only_feed(archive.refresh(scheduled=True))
                assert report.status == "failed" and "no network" in str(report.error)
        clock.later(hours=1.2)
        assert the_only_feed(archive.refresh(scheduled=True)).status == "unchanged"


def test_a_timer_tells_once_a_week_of_what_stays_wrong(
    site: Site, tmp_path: Path, clock: Clock, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> list[str]:
        clock.later(hours=28)
        ran = run("--home", tmp_path, "refresh", "--scheduled")
        assert not ran.out
        return [line.removeprefix(f"talksearch: {site.address}") for line in ran.err.splitlines()]

    monkeypatch.setattr("talksearch.cli.told._now", lambda: clock.now)
    with talksearch.open(tmp_path) as archive:
        for name in "abcd":
            archive.add(put_feed(site, ASH, path=f"/{name}.xml", title=name))
    # What is wrong otherwise than before: it may be for good, and told no more.
    site.moved["/d.xml"] = (500, "")
    assert len(told()) == 1 and told() == []
    del site.moved["/d.xml"]
    site.gone.add("/d.xml")
    (line,) = told()
    assert "410 Gone" in line and told() == []
    site.moved["/a.xml"] = (500, "")
    gone = "/a.xml: the server says 500 Internal Server Error"
    assert told() == [gone]
    month = [told() for _ in range(26)]
    assert not any(month[:5]) and 2 <= month.count([gone]) <= 4 and month.count([]) >= 22
    by_hand = run("--home", tmp_path, "refresh").err
    assert gone in by_hand
    # What was well meanwhile is news, and what is wrong with what is stored as well.
    del site.moved["/a.xml"]
    clock.later(days=8)
    assert told() == []
    site.moved["/a.xml"] = (500, "")
    clock.later(days=8)
    assert told() == [gone] and told() == []
    (tmp_path / "corpus" / "b" / "show.toml").write_text("title =")
    (line,) = told()
    assert "show.toml: is not valid TOML" in line and told() == []
    (tmp_path / "corpus" / "b" / "show.toml").unlink()
    # What is warned of, and what ends a run, after which nobody knows more of the rest.
    site.moved["/c.xml"] = (500, "")
    (tmp_path / "corpus" / "b" / "feed.json").write_text("{")
    assert len(told()) == 2 and told() == []
    (tmp_path / "corpus" / "speakers.jsonl").write_text("{")
    (line,) = told()
    assert "is no decision" in line and told() == []
    (tmp_path / "corpus" / "speakers.jsonl").unlink()
    assert told() == []


def test_a_timer_tells_in_one_line_that_there_is_no_network(
    site: Site, tmp_path: Path, clock: Clock, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object, **__: object) -> object:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    with talksearch.open(tmp_path) as archive:
        for name in "abc":
            archive.add(put_feed(site, ASH, path=f"/{name}.xml", title=name))
    clock.later(days=2)
    monkeypatch.setattr(socket, "getaddrinfo", lost)
    (line,) = run("--home", tmp_path, "refresh", "--scheduled").err.splitlines()
    assert f"{site.address}/a.xml: " in line and line.endswith("no network; likewise 2 more")
    assert len(run("--home", tmp_path, "refresh").err.splitlines()) == 3


def test_a_server_is_left_alone_for_as_long_as_it_wants_also_by_hand(
    site: Site, tmp_path: Path, clock: Clock, run: Run
) -> None:
    with talksearch.open(tmp_path) as archive:
        archive.add(put_feed(site, ASH))
        site.busy["/feed.xml"] = 7200
        assert the_only_feed(archive.refresh()).status == "failed"
        del site.asked[:], site.busy["/feed.xml"]
        clock.later(hours=1.9)
        for feeds in ((), ("the-glaze",)):
            report = archive.refresh(*feeds)
            assert the_only_feed(report).status == "left alone" and report.ok
        assert "left alone for a while" in run("--home", tmp_path, "refresh").out
        assert site.asked == []
        assert the_only_feed(archive.refresh(everything=True)).status == "unchanged"
        site.busy["/feed.xml"] = 7200
        archive.refresh()
        del site.busy["/feed.xml"]
        clock.later(hours=2.1)
        assert the_only_feed(archive.refresh()).status == "unchanged"


def test_a_feed_that_fails_is_asked_less_and_less(site: Site, tmp_path: Path, clock: Clock) -> None:
    with talksearch.open(tmp_path) as archive:
        address = put_feed(site, ASH)
        archive.add(address)
        del site.pages["/feed.xml"]
        waits = []
        for _ in range(4):
            report = the_only_feed(archive.refresh(everything=True))
            assert report.status == "failed" and "404" in str(report.error) and report.due
            waits.append((report.due - clock.now) / dt.timedelta(hours=1))
            clock.now = report.due
        assert [int(wait) for wait in waits] == [1, 2, 4, 8]
        (followed,) = archive.feeds()
        assert followed.error and "404" in followed.error
        put_feed(site, ASH)
        assert the_only_feed(archive.refresh(scheduled=True)).status == "unchanged"
        assert archive.feeds()[0].error is None


def test_a_feed_that_is_gone_for_good_is_asked_no_more(
    site: Site, tmp_path: Path, run: Run, clock: Clock
) -> None:
    with talksearch.open(tmp_path) as archive:
        archive.add(put_feed(site, ASH))
    site.gone.add("/feed.xml")
    ran = run("--home", tmp_path, "refresh")
    assert ran.status == 2 and "410" in ran.err and "not asked any more" in ran.err
    site.asked.clear()
    ran = run("--home", tmp_path, "refresh")
    assert (ran.status, site.asked) == (0, [])
    clock.later(days=30)
    assert run("--home", tmp_path, "refresh", "--all").status == 2 and site.asked
    assert "gone for good since 2024-03-06" in run("--home", tmp_path, "feeds", "list").out
    assert run("--home", tmp_path, "search", "ash").status == 0
    site.gone.clear()
    assert run("--home", tmp_path, "feeds", "resume", "the-glaze").status == 0
    assert run("--home", tmp_path, "refresh").status == 0 and site.asked


def test_a_feed_that_moves_is_followed_to_where_it_is(site: Site, tmp_path: Path) -> None:
    with talksearch.open(tmp_path) as archive:
        old = put_feed(site, ASH)
        archive.add(old)
        new = put_feed(site, ASH, path="/new.xml")
        site.moved["/feed.xml"] = (302, "/new.xml")
        assert the_only_feed(archive.refresh()).moved_to is None
        site.moved["/feed.xml"] = (301, "/new.xml")
        assert the_only_feed(archive.refresh()).moved_to == new
        site.asked.clear()
        report = archive.refresh()
        assert the_only_feed(report).address == new and not report.committed
        assert site.asked == [("/new.xml", 304)]
        # Added again under either address it is the same feed.
        archive.add(old)
        archive.add(new, show="Another name")
        assert len(archive.feeds()) == 1


def test_a_feed_that_breaks_after_it_has_moved_is_named_by_where_it_is(
    site: Site, tmp_path: Path
) -> None:
    with talksearch.open(tmp_path) as archive:
        archive.add(put_feed(site, SALT, ASH))
        new = put_feed(site, SALT, ASH, path="/new.xml")
        site.moved["/feed.xml"] = (301, "/new.xml")
        archive.refresh()
        for text in ("<html>soon</html>", feed(SALT)[:300]):
            site.put("/new.xml", text, "application/rss+xml")
            assert str(the_only_feed(archive.refresh()).error).startswith(f"{new}: ")


def moved_to(address: str) -> str:
    space = "http://www.itunes.com/dtds/podcast-1.0.dtd"
    return f'<itunes:new-feed-url xmlns:itunes="{space}">\n{address}\n</itunes:new-feed-url>'


NEW = "<item><title>Lead</title><guid>lead-1</guid><description>Of lead.</description></item>"


def test_a_feed_that_says_that_it_has_moved_is_followed(
    site: Site, tmp_path: Path, clock: Clock
) -> None:
    with talksearch.open(tmp_path) as archive:
        with_vtt(site, archive)
        before = {hit.passage.id for hit in archive.export()}
        put_feed(site, moved_to("SITE/new.xml"), SALT)
        site.moved["/new.xml"] = (503, "")
        assert the_only_feed(archive.refresh()).moved_to is None
        # The old one is as it was from then on, which hides nothing.
        del site.moved["/new.xml"]
        new = put_feed(site, NEW, SALT, moved_to("SITE/new.xml"), path="/new.xml")
        clock.later(minutes=10)
        assert the_only_feed(archive.refresh()).moved_to is None
        clock.later(hours=1.2)
        report = the_only_feed(archive.refresh(scheduled=True))
        assert (report.moved_to, report.status, report.new) == (new, "changed", 1)
        site.asked.clear()
        clock.later(minutes=10)
        assert archive.refresh().unchanged == 2 and site.asked == [("/new.xml", 304)]
        clock.later(days=2)
        put_feed(site, ASH, NEW, SALT, moved_to("SITE/new.xml"), path="/new.xml")
        site.asked.clear()
        assert the_only_feed(archive.refresh(scheduled=True)).new == 1
        assert site.asked == [("/new.xml", 200), ("/salt.vtt", 304)]
        assert before < {hit.passage.id for hit in archive.export()}
        assert archive.feeds()[0].address == new and archive.check() == []


@pytest.mark.parametrize("place", ["/new.xml", "/newer.xml"])
def test_a_feed_that_had_moved_when_it_was_added_is_followed(
    site: Site, tmp_path: Path, place: str
) -> None:
    new = put_feed(site, NEW, SALT, path=place)
    if place != "/new.xml":
        site.moved["/new.xml"] = (301, place)
    with talksearch.open(tmp_path) as archive:
        with_vtt(site, archive, moved_to("SITE/new.xml"), SALT)
        assert {episode.title for episode in archive.episodes()} == {"Salt", "Lead"}
        assert archive.feeds()[0].address == new
        for address in (f"{site.address}/feed.xml", new):
            archive.add(address)
            assert [each.address for each in archive.feeds()] == [new]


def test_an_episode_that_is_edited_as_its_feed_moves_stays_one(site: Site, tmp_path: Path) -> None:
    """What tells at the old place that it is the one there was is not at the new one."""
    edited = SALT.replace("<guid>salt", "<guid>salt-2").replace("Salt<", "Salt, edited<")
    with talksearch.open(tmp_path) as archive:
        with_vtt(site, archive, SALT.replace("salt.mp3", "salt-240305.mp3"))
        (before,) = archive.episodes()
        put_feed(site, edited.replace("salt.mp3", "salt-240305.mp3"), moved_to("SITE/new.xml"))
        there = edited.replace("SITE/salt", "SITE/new/salt").replace(", edited", " and all")
        new = put_feed(site, there, path="/new.xml")
        assert the_only_feed(archive.refresh()).moved_to == new
        (after,) = archive.episodes()
        assert (after.id, after.title) == (before.id, "Salt and all")


@pytest.mark.parametrize(
    "there",
    [
        None,
        "<html><body>This name is for sale.</body></html>",
        feed(),
        feed(NEW, title="Another show"),
        feed(ASH),  # as it was years ago
        feed(SALT, ASH, moved_to("SITE/feed.xml")),
        feed(SALT, ASH, moved_to("SITE/third.xml")),
        "moved here, as it should be",
    ],
)
def test_where_a_feed_says_that_it_is_has_to_be_that_feed(
    site: Site, tmp_path: Path, clock: Clock, there: str | None
) -> None:
    if there and there.startswith("moved"):
        site.moved["/new.xml"] = (301, "/feed.xml?from=old")
        site.moved["/feed.xml?from=old"] = (301, "/feed.xml")
    elif there:
        site.put("/new.xml", there, "application/rss+xml")
    for path in ("/feed.xml", "/third.xml"):
        put_feed(site, SALT, ASH, moved_to("SITE/new.xml"), path=path)
    site.put("/salt.vtt", VTT, "text/vtt")
    with talksearch.open(tmp_path) as archive:
        archive.add(f"{site.address}/feed.xml")
        before = [hit.to_dict() for hit in archive.export()]
        site.asked.clear()
        for _ in range(10):  # it is asked less and less, though the feed changes
            clock.later(hours=12)
            put_feed(site, SALT, ASH, f"<x>{clock.now}</x>", moved_to("SITE/new.xml"))
            report = archive.refresh()
            assert report.ok and the_only_feed(report).moved_to is None
        assert 2 <= sum(path == "/new.xml" for path, _ in site.asked) <= 6
        assert [hit.to_dict() for hit in archive.export()] == before


# The feed itself


def test_an_empty_or_broken_feed_takes_nothing_away(site: Site, tmp_path: Path) -> None:
    with talksearch.open(tmp_path) as archive:
        with_vtt(site, archive, SALT, ASH)
        before = [hit.to_dict() for hit in archive.export()]
        for text in (feed(), "<html>soon</html>", "", feed(SALT)[:300]):
            site.put("/feed.xml", text, "application/rss+xml")
            archive.refresh(prune=True)
            assert [hit.to_dict() for hit in archive.export()] == before
        put_feed(site, SALT, ASH)
        assert archive.refresh(prune=True).ok
        assert [hit.to_dict() for hit in archive.export()] == before


def test_another_shows_feed_takes_no_shows_place(site: Site, tmp_path: Path, run: Run) -> None:
    """Who takes over a domain that was let go."""

    def items(*names: str) -> list[str]:
        return [ASH.replace("Ash", name).replace("ash", name) for name in names]

    def shows(archive: talksearch.Archive) -> set[str]:
        return {hit.episode.show for hit in archive.export()}

    with talksearch.open(tmp_path) as archive:
        archive.add(put_feed(site, *items("oak", "elm", "yew")))
        before = {hit.passage.id for hit in archive.export()}
        put_feed(site, *items("bonus", "jackpot"), title="Casino Royal")
        status = the_only_feed(archive.refresh())
        assert status.status == "failed" and "another show's by now, “Casino Royal”" in str(
            status.error
        )
        assert {hit.passage.id for hit in archive.export()} == before
        assert shows(archive) == {"The Glaze"}
        put_feed(site, *items("fir", "ash"), title="The Glaze")  # all in turn, as daily shows
        assert the_only_feed(archive.refresh()).new == 2
        put_feed(site, *items("fir", "may"), title="The Wood")  # called otherwise from now on
        assert the_only_feed(archive.refresh()).new == 1
        assert shows(archive) == {"The Wood"}
        address = put_feed(site, *items("bonus", "jackpot"), title="Casino Royal")
        assert f"talksearch add {address}`" in run("--home", tmp_path, "refresh").err
        archive.add(address)
        assert shows(archive) == {"Casino Royal"} and before < {
            hit.passage.id for hit in archive.export()
        }


def test_a_show_whose_feed_leads_to_anothers_can_be_taken_for_that(
    site: Site, tmp_path: Path, run: Run
) -> None:
    items = [ASH.replace("Ash", name).replace("ash", name) for name in ("oak", "elm", "yew", "fir")]
    with talksearch.open(tmp_path) as archive:
        address = put_feed(site, *items[:3])
        archive.add(address)
        site.moved["/feed.xml"] = (301, put_feed(site, items[3], path="/new.xml", title="The Wood"))
        told = run("--home", tmp_path, "refresh").err
        assert f"{site.address}/new.xml: is another" in told
        assert f"`talksearch add {address}`" in told
        archive.add(address)
        assert archive.refresh().ok
        assert {hit.episode.show for hit in archive.export()} == {"The Wood"}
        assert [each.address for each in archive.feeds()] == [f"{site.address}/new.xml"]


def test_what_left_is_pruned_the_next_time_but_not_what_the_user_added(
    site: Site, tmp_path: Path
) -> None:
    (tmp_path / "ash.md").write_text("---\ntitle: Ash\nguid: ash\n---\n**Ann Lee:** Wood ash.\n")
    with talksearch.open(tmp_path / "home") as archive:
        with_vtt(site, archive, SALT, ASH)
        assert by_title(archive.add(tmp_path / "ash.md"))["Ash"] == "changed"
        put_feed(site, "<item><title>Lead</title><guid>lead</guid></item>")
        assert by_title(archive.refresh(prune=True).outcomes) == {"Lead": "new"}
        assert by_title(archive.refresh(prune=True).outcomes)["Salt"] == "gone"
        assert said(archive, "wood ash") == ["Wood ash."] and said(archive, "vapour") == []
        put_feed(site, SALT)
        archive.refresh()
        assert len(said(archive, "vapour")) == 1  # and is fetched again when it is back


def test_what_a_show_says_of_itself_makes_no_episode_stale(site: Site, tmp_path: Path) -> None:
    with talksearch.open(tmp_path) as archive:
        archive.add(put_feed(site, SALT, ASH))
        put_feed(site, SALT, ASH, "<description>This week: ash!</description>")
        report = archive.refresh()
        assert the_only_feed(report).status == "changed"
        assert (report.outcomes, report.unchanged, report.committed) == ((), 2, False)


def test_guids_that_change_double_nothing(site: Site, tmp_path: Path) -> None:
    with talksearch.open(tmp_path) as archive:
        with_vtt(site, archive, SALT, ASH)
        before = {hit.passage.id for hit in archive.export()}
        put_feed(site, SALT.replace("<guid>salt", "<guid>https://new.example/1"), ASH)
        report = archive.refresh()
        assert not [o for o in report.outcomes if o.status in ("new", "gone")]
        assert {hit.passage.id for hit in archive.export()} == before
        site.asked.clear()
        assert not archive.refresh().committed and site.asked == [("/feed.xml", 304)]
        put_feed(site, SALT, ASH)  # and back
        archive.refresh()
        assert {hit.passage.id for hit in archive.export()} == before


def test_guids_that_change_each_time_are_not_all_kept(site: Site, tmp_path: Path) -> None:
    with talksearch.open(tmp_path) as archive:
        with_vtt(site, archive, SALT, ASH)
        before = {hit.passage.id for hit in archive.export()}
        for number in range(6):
            put_feed(site, SALT.replace("<guid>salt", f"<guid>salt?signed={number}"), ASH)
            archive.refresh()
            assert {hit.passage.id for hit in archive.export()} == before
        state = Corpus(tmp_path / "corpus").feed("the-glaze")
        assert state and state.same == {"salt?signed=4": "salt", "salt?signed=5": "salt"}


@pytest.mark.parametrize("changes", [1, 3])
def test_cut_off_between_two_writes_guids_that_change_double_nothing(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changes: int
) -> None:
    with talksearch.open(tmp_path) as archive:
        with_vtt(site, archive, SALT, ASH)
        before = {hit.passage.id for hit in archive.export()}
        for number in range(changes):
            archive.refresh()
            put_feed(site, SALT.replace("<guid>salt", f"<guid>https://new.example/{number}"), ASH)
        from talksearch.corpus import feed_files

        written, write = [], feed_files.write_file

        def cut_off(path: Path, *arguments: object, **options: object) -> None:
            if path.name in ("feed.xml", "feed.json"):
                written.append(path.name)
                if len(written) == 2:
                    raise KeyboardInterrupt
            write(path, *arguments, **options)  # type: ignore[arg-type]

        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
            patch.setattr(feed_files, "write_file", cut_off)
            archive.refresh()
        archive.rebuild()
        assert {hit.passage.id for hit in archive.export()} == before
        archive.refresh()
        assert {hit.passage.id for hit in archive.export()} == before
        assert archive.check() == []


def test_a_damaged_transcript_is_named_and_fetched_again(site: Site, tmp_path: Path) -> None:
    with talksearch.open(tmp_path) as archive:
        with_vtt(site, archive)
        (stored,) = tmp_path.rglob("*.vtt")
        stored.write_bytes(b"\0")
        (outcome,) = archive.refresh().outcomes
        assert f"{stored}: mend it, or remove it, and `talksearch refresh" in str(outcome.error)
        assert said(archive, "clay")  # as it was indexed
        # It may be an edit that went wrong.
        assert not archive.refresh(everything=True).ok and stored.read_bytes() == b"\0"
        stored.unlink()
        assert archive.refresh(everything=True).ok
        assert stored.read_text() == VTT and archive.check() == []


def test_what_somebody_has_edited_is_never_fetched_over(
    site: Site, tmp_path: Path, clock: Clock
) -> None:
    with talksearch.open(tmp_path) as archive:
        with_vtt(site, archive)
        (stored,) = tmp_path.rglob("*.vtt")
        stored.write_text(VTT.replace("<v Bo>", "<v Cy Dorn>"))
        clock.later(days=30)
        assert [o.status for o in archive.refresh().outcomes] == ["changed"]
        site.put("/salt.vtt", CORRECTED, "text/vtt")
        clock.later(days=30)
        (told,) = (o for o in archive.refresh().outcomes if o.error)
        assert told.status == "skipped" and isinstance(told.error, EditedError)
        assert str(stored) in str(told.error) and f"{site.address}/salt.vtt" in str(told.error)
        assert [hit.passage.speaker.name for hit in archive.search("eats").hits] == ["Cy Dorn"]
        assert not archive.refresh(everything=True).outcomes  # it is told once
        # Nor is what would keep more, or the same at another address.
        better = '<podcast:transcript url="SITE/salt.json" type="application/json"/></item>'
        site.put("/salt.json", JSON, "application/json")
        put_feed(site, SALT.replace("</item>", better).replace("salt.vtt", "moved.vtt"))
        assert archive.refresh(everything=True).ok and said(archive, "eats", speaker="cy")
        # Who has taken over all that is new has the corrections to come.
        put_feed(site, SALT)
        stored.write_text(CORRECTED)
        site.put("/salt.vtt", VTT, "text/vtt")
        archive.refresh(everything=True)
        assert stored.read_text() == VTT and archive.check() == []


def test_what_is_edited_and_has_left_the_feed_stays_by_itself(site: Site, tmp_path: Path) -> None:
    with talksearch.open(tmp_path) as archive:
        with_vtt(site, archive, SALT, ASH)
        (stored,) = tmp_path.rglob("*.vtt")
        stored.write_text(VTT.replace("<v Bo>", "<v Cy Dorn>"))
        put_feed(site, ASH)
        archive.refresh()
        archive.refresh(prune=True)
        assert said(archive, "eats", speaker="cy") and archive.check() == []


def test_a_timer_tells_of_what_is_edited_and_has_changed(
    site: Site, run: Run, tmp_path: Path
) -> None:
    with talksearch.open(tmp_path) as archive:
        with_vtt(site, archive)
    (stored,) = tmp_path.rglob("*.vtt")
    stored.write_text(VTT.replace("<v Bo>", "<v Cy Dorn>"))
    site.put("/salt.vtt", CORRECTED, "text/vtt")
    told = run("--home", tmp_path, "refresh", "--scheduled", "--all")
    assert (told.status, told.out) == (0, "") and "was edited by hand" in told.err
    told = run("--home", tmp_path, "refresh", "--scheduled", "--all")
    assert (told.status, told.out, told.err) == (0, "", "")


def test_a_damaged_feed_file_costs_nothing_and_mends_itself(site: Site, tmp_path: Path) -> None:
    with talksearch.open(tmp_path) as archive:
        with_vtt(site, archive, SALT, ASH)
        before = [hit.to_dict() for hit in archive.export()]
        path = tmp_path / "corpus" / "the-glaze" / "feed.xml"
        path.write_text("<rss><cha")
        report = archive.refresh()
        assert not report.ok and str(path) in str(report.failures[0].error)
        assert [hit.to_dict() for hit in archive.export()] == before
        assert archive.refresh().ok and archive.check() == []
        assert [hit.to_dict() for hit in archive.export()] == before


def test_an_episode_in_two_feeds_is_shown_once_and_stays_where_it_is(
    site: Site, tmp_path: Path
) -> None:
    lead = "<item><title>Lead and tin</title><guid>lead-0001</guid></item>"
    salt, ash = (item.replace("<guid>", "<guid>glaze-") for item in (SALT, ASH))
    site.put("/salt.vtt", VTT, "text/vtt")
    # So late that folders which were not written to are not looked into.
    later = mock.patch("time.time_ns", return_value=time.time_ns() + 10**11)
    with later, talksearch.open(tmp_path) as archive:
        archive.add(put_feed(site, ash))
        network = put_feed(site, ash, salt, lead, path="/all.xml", title="All of Clay")
        archive.add(network)
        shows = {episode.title: episode.show for episode in archive.episodes()}
        assert shows == {"Ash": "The Glaze", "Salt": "All of Clay", "Lead and tin": "All of Clay"}
        assert archive.check() == []
        # The smaller one gets ahead of the other; nothing changes places.
        more = [f"<item><title>More {n}</title><guid>more-000{n}</guid></item>" for n in range(4)]
        put_feed(site, *more, ash)
        assert set(by_title(archive.refresh().outcomes).values()) == {"new"}
        assert not archive.refresh().committed
        # It comes to light when the other feed goes.
        archive.remove_feed("the-glaze")
        archive.refresh()
        assert {e.title: e.show for e in archive.episodes()}["Ash"] == "All of Clay"
        assert archive.check() == []


def test_a_transcript_that_two_feeds_offer_is_each_ones_own(site: Site, tmp_path: Path) -> None:
    site.put("/salt.vtt", VTT, "text/vtt")
    salt = SALT.replace("<guid>", "<guid>glaze-")
    with talksearch.open(tmp_path) as archive:
        archive.add(put_feed(site, salt), put_feed(site, salt, path="/all.xml", title="All"))
        assert archive.check() == archive.check(repair=True) == []
        assert len(list(tmp_path.rglob("*.vtt"))) == 2
        assert [episode.title for episode in archive.episodes()] == ["Salt"]


# Transcripts


def test_a_transcript_is_corrected_later(site: Site, tmp_path: Path, clock: Clock) -> None:
    with talksearch.open(tmp_path) as archive:
        with_vtt(site, archive)
        site.put("/salt.vtt", CORRECTED, "text/vtt")
        assert archive.refresh().outcomes == ()  # it has just been looked at
        clock.later(days=2)
        assert by_title(archive.refresh().outcomes) == {"Salt": "changed"}
        assert said(archive, "melts") and not said(archive, "eats")
        site.asked.clear()
        clock.later(days=3)
        assert not archive.refresh().committed
        assert site.asked == [("/feed.xml", 304), ("/salt.vtt", 304)]


@pytest.mark.parametrize(
    ("text", "media_type"),
    [
        ("<!DOCTYPE html><html><body><p>We will be back soon.</p></body></html>", "text/html"),
        ("Ann Lee: What does it do?\nBo: No times any more.\n", "text/plain"),
        ("WEBVTT\n\n00:01.000 --> 00:04.000\nNobody says this.\n", "text/vtt"),
        ("", "text/vtt"),
        (None, ""),
    ],
)
def test_what_keeps_less_is_no_correction(
    site: Site, tmp_path: Path, clock: Clock, text: str | None, media_type: str
) -> None:
    with talksearch.open(tmp_path) as archive:
        with_vtt(site, archive)
        before = said(archive, "vapour")
        if text is None:
            del site.pages["/salt.vtt"]
        else:
            site.put("/salt.vtt", text, media_type)
        clock.later(days=2)
        report = archive.refresh()
        assert report.ok and not report.outcomes and said(archive, "vapour") == before


@pytest.mark.parametrize(
    ("media_type", "page"),
    [
        ("text/html", "<!DOCTYPE html><html><body><h1>Log in</h1><p>{}</p></body></html>"),
        ("text/plain", "{}"),
    ],
)
def test_an_excuse_is_no_correction(
    site: Site, tmp_path: Path, clock: Clock, media_type: str, page: str
) -> None:
    """What has neither speakers nor times has neither to lose."""
    said_then = " ".join(f"Of salt we can say that it melts at {n} degrees." for n in range(20))
    offer = f'<podcast:transcript url="SITE/ash" type="{media_type}"/></item>'
    site.put("/ash", page.format(said_then), media_type)
    with talksearch.open(tmp_path) as archive:
        archive.add(put_feed(site, ASH.replace("</item>", offer)))
        before = said(archive, "degrees")
        site.put("/ash", page.format("You need an account to read this. Try later."), media_type)
        clock.later(days=2)
        assert archive.refresh().outcomes == () and said(archive, "degrees") == before
        site.put("/ash", page.format(said_then.replace("degrees", "kelvins")[:600]), media_type)
        clock.later(days=2)
        assert by_title(archive.refresh().outcomes) == {"Ash": "changed"}
        assert said(archive, "kelvins") and not said(archive, "degrees")
        # Whoever knows that it is one deletes what is there.
        site.put("/ash", page.format("It was another episode's, but is mended."), media_type)
        assert archive.refresh(everything=True).outcomes == ()
        corpus = Corpus(tmp_path / "corpus")
        (stored,) = corpus.documents("the-glaze")
        corpus.path(stored).unlink()
        archive.refresh(everything=True)
        assert said(archive, "mended") and not said(archive, "kelvins")


def test_a_correction_with_times_may_be_far_shorter(
    site: Site, tmp_path: Path, clock: Clock
) -> None:
    """The host had put up another episode's captions."""
    lines = [f"00:{n:02}.000 --> 00:{n:02}.900\nSalt melts at {n} degrees." for n in range(40)]
    offer = '<podcast:transcript url="SITE/ash" type="text/vtt"/></item>'
    site.put("/ash", "\n\n".join(["WEBVTT", *lines]), "text/vtt")
    with talksearch.open(tmp_path) as archive:
        archive.add(put_feed(site, ASH.replace("</item>", offer)))
        assert said(archive, "degrees")
        short = "WEBVTT\n\n00:01.000 --> 00:02.000\nAsh makes a glaze of its own."
        site.put("/ash", short, "text/vtt")
        clock.later(days=2)
        assert by_title(archive.refresh().outcomes) == {"Ash": "changed"}
        assert said(archive, "glaze") and not said(archive, "degrees")


def test_a_transcript_of_two_items_stays_with_the_first(
    site: Site, tmp_path: Path, clock: Clock
) -> None:
    """Of which one it is, nobody knows; the feed is sent again, and it does not go to the other."""
    link = '<podcast:transcript url="SITE/salt.vtt" type="text/vtt"/></item>'
    ash = ASH.replace("</item>", link)
    oak = ash.replace("Ash", "Oak").replace("ash<", "oak<")
    with talksearch.open(tmp_path) as archive:
        with_vtt(site, archive, SALT)
        for text in ("now", "then"):
            put_feed(site, SALT, ash.replace("soon", text), oak)
            told, *indexed = archive.refresh().outcomes
            assert (told.status, told.source) == ("skipped", f"{site.address}/salt.vtt")
            assert str(told.error).endswith(
                "is offered for “Ash” and 1 more, but is that of “Salt”"
            )
            assert by_title(indexed)["Ash"] in ("new", "changed")
            assert {hit.episode.title for hit in archive.search("vapour").hits} == {"Salt"}
        clock.later(days=2)  # the transcript is looked at again
        assert archive.refresh().outcomes == ()  # it was told
        assert len(archive.refresh(everything=True).outcomes) == 1
        site.put("/ash.vtt", CORRECTED, "text/vtt")
        put_feed(site, SALT, ash.replace("salt.vtt", "ash.vtt"))
        assert by_title(archive.refresh().outcomes) == {"Ash": "changed"}


def test_what_never_had_speakers_is_corrected_without(
    site: Site, tmp_path: Path, clock: Clock
) -> None:
    unlabelled = VTT.replace("<v Ann Lee>", "").replace("<v Bo>", "")
    site.put("/salt.vtt", unlabelled, "text/vtt")
    with talksearch.open(tmp_path) as archive:
        archive.add(put_feed(site, SALT))
        site.put("/salt.vtt", unlabelled.replace("eats the clay", "melts the clay"), "text/vtt")
        clock.later(days=2)
        assert by_title(archive.refresh().outcomes) == {"Salt": "changed"}
        assert said(archive, "melts") and not said(archive, "eats")


def test_a_better_transcript_is_taken_when_it_is_offered(site: Site, tmp_path: Path) -> None:
    better = '<podcast:transcript url="SITE/salt.json" type="application/json"/></item>'
    with talksearch.open(tmp_path) as archive:
        site.put("/salt.txt", "What does the vapour do? It eats the clay, that is the glaze.")
        archive.add(put_feed(site, SALT))
        assert archive.search("vapour").hits[0].passage.time_accuracy == "none"
        site.put("/salt.json", JSON, "application/json")
        put_feed(site, SALT.replace("</item>", better))
        (changed,) = (o for o in archive.refresh().outcomes if o.title == "Salt")
        assert changed.source == f"{site.address}/salt.json"
        assert said(archive, "steam") and not said(archive, "vapour")
        assert len(list((tmp_path / "corpus" / "the-glaze").glob("salt*"))) == 2  # with its sidecar
        # The next one is no better.
        assert not archive.refresh().committed


def test_what_does_not_know_who_speaks_takes_no_ones_place_that_does(
    site: Site, tmp_path: Path, clock: Clock
) -> None:
    """A show moves to a host that makes transcripts by itself, without speakers."""
    srt = "1\n00:00:01,000 --> 00:00:04,000\n{} does the vapour do it eats the clay and melts\n"
    link = '<podcast:transcript url="SITE/salt.vtt" type="text/vtt"/>'
    other = link.replace("salt.vtt", "auto.srt").replace("text/vtt", "application/srt")
    site.put("/auto.srt", srt.format("what"), "application/srt")
    with talksearch.open(tmp_path) as archive:
        with_vtt(site, archive)
        put_feed(site, SALT.replace(link, other))
        archive.refresh()
        assert said(archive, "vapour", speaker="ann")
        site.asked.clear()
        archive.refresh()
        assert site.asked == [("/feed.xml", 304)]
        clock.later(days=2)
        archive.refresh()
        assert said(archive, "vapour", speaker="ann")
        assert [path for path, _ in site.asked].count("/auto.srt") == 1
        site.put("/auto.srt", VTT.replace("vapour", "steam"), "text/vtt")  # it knows by now
        clock.later(days=4)
        assert by_title(archive.refresh().outcomes) == {"Salt": "changed"}
        assert said(archive, "steam", speaker="ann") and not said(archive, "vapour")
        # An edited one without times does: its publisher has taken away the one that had them.
        page = (
            "<html><body><p><b>Ann Lee:</b> What does fog do?</p><p><b>Bo:</b> {}</p></body></html>"
        )
        site.put("/salt.html", page.format("It eats the clay."), "text/html")
        put_feed(site, SALT.replace("salt.vtt", "salt.html").replace("text/vtt", "text/html"))
        assert by_title(archive.refresh().outcomes) == {"Salt": "changed"}
        assert said(archive, "fog", speaker="ann")


def test_it_is_said_which_transcript_was_passed_over(site: Site, tmp_path: Path, run: Run) -> None:
    site.put("/salt.txt", "Ann Lee: What does the vapour do?\nBo Katz: It eats the clay.\n")
    with talksearch.open(tmp_path) as archive:
        (outcome,) = archive.add(put_feed(site, SALT))
        assert outcome.source == f"{site.address}/salt.txt"
        (passed,) = outcome.passed_over
        assert passed.startswith(f"{site.address}/salt.vtt: ") and "404" in passed
    ran = run("--home", tmp_path / "other", "add", f"{site.address}/feed.xml")
    assert ran.err == f"passed over: {passed}; taken was {site.address}/salt.txt\n"


def test_the_transcript_in_the_language_that_is_spoken(site: Site, tmp_path: Path) -> None:
    links = "".join(
        f'<podcast:transcript url="SITE/{code}.vtt" type="text/vtt" language="{code}"/>'
        for code in ("de", "en", "fr")
    )
    for code in ("de", "en", "fr"):
        site.put(f"/{code}.vtt", VTT.replace("vapour", code), "text/vtt")
    with talksearch.open(tmp_path) as archive:
        archive.add(put_feed(site, f"<item><title>Salt</title><guid>s</guid>{links}</item>"))
        assert archive.episodes()[0].source == f"{site.address}/en.vtt"


def test_a_transcript_that_was_lost_is_fetched_again(site: Site, tmp_path: Path) -> None:
    with talksearch.open(tmp_path) as archive:
        with_vtt(site, archive)
        (tmp_path / "corpus" / "the-glaze" / "salt.vtt").unlink()
        archive.refresh(everything=True)
        assert len(said(archive, "vapour")) == 1


def test_a_run_that_was_cut_off_before_the_transcripts_is_made_up_for(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.put("/salt.vtt", VTT, "text/vtt")
    with talksearch.open(tmp_path) as archive:
        with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):

            def killed(*_: object) -> None:
                raise KeyboardInterrupt

            patch.setattr("talksearch.offers.Offers.take", killed)
            archive.add(put_feed(site, SALT))
        archive.refresh()
        assert len(said(archive, "vapour")) == 1


def test_of_two_transcripts_of_one_episode_the_newer_stays(site: Site, tmp_path: Path) -> None:
    with talksearch.open(tmp_path) as archive:
        with_vtt(site, archive)
        corpus = Corpus(tmp_path / "corpus")
        (stored,) = corpus.documents("the-glaze")
        meta = corpus.meta(stored)
        old = corpus.put("the-glaze", "a.vtt", b"WEBVTT\n\n00:01.000 --> 00:02.000\nOld.\n", meta)
        import os

        os.utime(corpus.path(old), (1e9, 1e9))
        put_feed(site, SALT, ASH)
        archive.refresh()
        assert corpus.documents("the-glaze") == [stored] and said(archive, "vapour")


def test_all_looks_at_all(site: Site, tmp_path: Path, clock: Clock) -> None:
    def item(number: int) -> str:
        site.put(f"/{number}.vtt", VTT.replace("vapour", f"vapour{number}"), "text/vtt")
        link = f'<podcast:transcript url="SITE/{number}.vtt" type="text/vtt"/>'
        return f"<item><title>N {number}</title><guid>n{number}</guid>{link}</item>"

    with talksearch.open(tmp_path) as archive:
        archive.add(put_feed(site, *map(item, range(40))))
        site.asked.clear()
        archive.refresh(everything=True)
        assert len(site.asked) == 41
        clock.later(days=30)
        looked = []
        for _ in range(3):
            site.asked.clear()
            archive.refresh()
            looked.append(len(site.asked) - 1)
        assert looked == [25, 15, 0]  # politely


def test_addresses_that_are_signed_anew_are_not_fetched_anew(site: Site, tmp_path: Path) -> None:
    with talksearch.open(tmp_path) as archive:
        with_vtt(site, archive)
        for day in range(3):
            site.put(f"/salt.vtt?day={day}", VTT, "text/vtt")
            put_feed(site, SALT.replace("salt.vtt", f"salt.vtt?day={day}"))
            site.asked.clear()
            assert archive.refresh().outcomes == ()
            assert site.asked == [("/feed.xml", 200)]
        assert len(Corpus(tmp_path / "corpus").visits("the-glaze")) < 6


def test_what_is_signed_anew_each_time_is_corrected(
    site: Site, tmp_path: Path, clock: Clock
) -> None:
    with talksearch.open(tmp_path) as archive:
        for day in range(8):
            site.put(f"/salt.vtt?day={day}", CORRECTED if day > 3 else VTT, "text/vtt")
            address = put_feed(site, SALT.replace("salt.vtt", f"salt.vtt?day={day}"))
            archive.refresh() if day else archive.add(address)
            clock.later(hours=20)
        asked = [path for path, status in site.asked if "vtt" in path and status == 200]
        assert len(asked) == 2 and said(archive, "melts") and not said(archive, "eats")


def test_a_transcript_that_failed_and_left_has_its_feed_asked_no_sooner(
    site: Site, tmp_path: Path, clock: Clock
) -> None:
    with talksearch.open(tmp_path) as archive:
        with_vtt(site, archive, SALT, ASH)
        clock.later(days=2)
        del site.pages["/salt.vtt"]
        assert archive.refresh().ok
        put_feed(site, ASH)
        clock.later(days=300)
        due = the_only_feed(archive.refresh()).due
        assert due and due - clock.now >= dt.timedelta(days=7)
        assert said(archive, "vapour")


# Chapters


def test_chapters_at_an_address(site: Site, tmp_path: Path, clock: Clock) -> None:
    link = '<podcast:chapters url="SITE/salt.json" type="application/json+chapters"/></item>'
    chapters = '{"version": "1.2.0", "chapters": [{"startTime": 4, "title": "%s"}]}'
    site.put("/salt.json", chapters % "Why clay melts", "application/json+chapters")
    with talksearch.open(tmp_path) as archive:
        with_vtt(site, archive, SALT.replace("</item>", link))
        (hit,) = archive.search("clay", speaker="bo").hits
        assert hit.passage.chapter == "Why clay melts"
        (entry,) = archive.search('"why clay melts"').hits
        assert (entry.passage.kind, entry.passage.start_ms) == ("notes", 4000)
        # Those that have just been obtained are not asked for again, though the feed is sent.
        site.asked.clear()
        put_feed(site, SALT.replace("</item>", link), ASH)
        archive.refresh()
        assert site.asked == [("/feed.xml", 200)]
        site.put("/salt.json", chapters % "Vapours", "application/json+chapters")
        clock.later(days=2)
        archive.refresh()
        assert archive.search("clay", speaker="bo").hits[0].passage.chapter == "Vapours"
        # Lost ones are fetched again, unreadable ones are said to be.
        for path in (tmp_path / "corpus" / "the-glaze" / "chapters").iterdir():
            path.unlink()
        archive.refresh(everything=True)
        assert archive.search("clay", speaker="bo").hits[0].passage.chapter == "Vapours"
        site.put("/salt.json", "{", "application/json+chapters")
        clock.later(days=30)
        (told,) = archive.refresh().outcomes
        assert told.status == "skipped" and f"{site.address}/salt.json" in str(told.error)
        assert archive.search("clay", speaker="bo").hits[0].passage.chapter == "Vapours"


@pytest.mark.parametrize("guid", ["salt", "salt?day={}"])
def test_chapters_at_addresses_that_are_signed_anew(
    site: Site, tmp_path: Path, clock: Clock, guid: str
) -> None:
    link = '<podcast:chapters url="SITE/salt.json?day={}" type="application/json+chapters"/></item>'
    text = '{"version": "1.2.0", "chapters": [{"startTime": 4, "title": "Why clay melts"}]}'
    asked = []
    with talksearch.open(tmp_path) as archive:
        site.put("/salt.vtt", VTT, "text/vtt")
        for day in range(4):
            site.put(f"/salt.json?day={day}", text, "application/json+chapters")
            item = SALT.replace("</item>", link.format(day))
            address = put_feed(site, item.replace("<guid>salt", f"<guid>{guid.format(day)}"))
            site.asked.clear()
            archive.refresh() if day else archive.add(address)
            asked.append([path for path, _ in site.asked if "json" in path])
            assert archive.search("clay", speaker="bo").hits[0].passage.chapter == "Why clay melts"
        # At the address that it has then they are looked at again.
        site.put("/salt.json?day=4", text.replace("Why", "How"), "application/json+chapters")
        put_feed(site, item.replace("day=3", "day=4"))
        clock.later(days=2)
        archive.refresh()
        assert archive.search("clay", speaker="bo").hits[0].passage.chapter == "How clay melts"
    assert asked == [["/salt.json?day=0"], [], [], []]
    assert len(Corpus(tmp_path / "corpus").chapter_files("the-glaze")) == 1


# Real ones


def test_dated_snapshots_of_a_real_feed(site: Site, tmp_path: Path, shared: Path) -> None:
    folder = shared / "data" / "feeds" / "gnome-podcasts-tests"

    def publish(name: str) -> None:
        site.pages["/feed.xml"] = ("application/rss+xml", (folder / name).read_bytes())

    expected = [
        ("2018-01-20-Intercepted.xml", "2018-02-03-Intercepted.xml", 43, (4, 0, 47)),
        ("2024-03-13-ndr.xml", "2024-03-14-ndr.xml", 2, (1, 0, 3)),
        ("de-grote-no-guid.xml", "de-grote.xml", 12, (0, 0, 12)),
    ]
    for number, (before, after, episodes, (new, gone, total)) in enumerate(expected):
        with talksearch.open(tmp_path / str(number)) as archive:
            publish(before)
            added = archive.add(f"{site.address}/feed.xml")
            assert [o.status for o in added] == ["new"] * episodes
            publish(after)
            told = the_only_feed(archive.refresh())
            assert (told.new, told.gone, told.failed) == (new, gone, 0)
            assert told.new + told.changed + told.unchanged == total
            again = archive.refresh()
            assert (again.outcomes, again.unchanged, again.committed) == ((), total, False)
            assert archive.check() == []
