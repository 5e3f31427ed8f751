"""Feeds from a server to the answer: fetched once, refreshed when they change, followed or left."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import talksearch
from conftest import Run
from feed_site import ASH, SALT, VTT, Site, by_title, feed
from talksearch import Role, Source
from talksearch.corpus import Corpus


def test_a_feed_is_followed_to_its_transcripts(site: Site, tmp_path: Path) -> None:
    address = site.put("/feed.xml", feed(SALT, ASH), "application/rss+xml")
    site.put("/salt.vtt", VTT, "text/vtt")
    with talksearch.open(tmp_path) as archive:
        assert by_title(archive.add(address)) == {"Salt": "new", "Ash": "new"}
        (hit,) = archive.search("vapour clay", role="guest").hits
        assert (hit.passage.speaker.name, hit.passage.speaker.role) == ("Bo Katz", Role.GUEST)
        assert hit.passage.speaker.label == "Bo"
        assert (hit.episode.title, hit.episode.show) == ("Salt", "The Glaze")
        assert hit.link == f"{site.address}/salt.mp3#t=5"
        assert hit.episode.source == f"{site.address}/salt.vtt"
        (notes,) = archive.search("wood ash").hits
        assert (notes.passage.kind, notes.episode.title) == ("notes", "Ash")
        (followed,) = archive.feeds()
        assert (followed.address, followed.folder, followed.paused) == (address, "the-glaze", False)
    # The better transcript was taken, the other left alone.
    assert site.asked == [("/feed.xml", 200), ("/salt.vtt", 200)]


def test_who_hosts_a_show_may_be_named_once_for_all_episodes(site: Site, tmp_path: Path) -> None:
    """An item's persons take the place of the channel's, and many items name the guest alone."""
    host = "<podcast:person>Ann Lee</podcast:person>"
    rss = feed(SALT.replace(host, "")).replace("<item>", f"{host}<item>")
    site.put("/salt.vtt", VTT, "text/vtt")
    with talksearch.open(tmp_path) as archive:
        archive.add(site.put("/feed.xml", rss))
        ann, bo = archive.search("vapour OR clay", sort="oldest").hits
        assert (ann.passage.speaker.role, bo.passage.speaker.role) == (Role.HOST, Role.GUEST)
        assert ann.passage.speaker.role_source == Source.INFERRED
        assert bo.passage.speaker.role_source == Source.PERSON_TAG


def test_an_episode_of_which_nothing_else_is_told_is_found_by_its_title(
    site: Site, tmp_path: Path
) -> None:
    bare = SALT.replace("<description>How salt makes a glaze.</description>", "")
    address = site.put("/feed.xml", feed(bare), "application/rss+xml")
    with talksearch.open(tmp_path) as archive:
        archive.add(address)
        (hit,) = archive.search("salt").hits
        assert (hit.passage.kind, hit.passage.text, hit.passage.start_ms) == ("notes", "Salt", None)
        assert archive.status().waiting == 1
        site.put("/salt.vtt", VTT, "text/vtt")
        archive.refresh(everything=True)
        assert not archive.search("salt").hits and archive.search("vapour").hits
        assert not archive.status().waiting


def test_an_item_that_is_a_recording_alone_takes_nothing_from_the_others(
    site: Site, tmp_path: Path
) -> None:
    bare = '<item><guid>bare</guid><enclosure url="SITE/1.mp3" type="audio/mpeg"/></item>'
    address = site.put("/feed.xml", feed(bare, ASH))
    with talksearch.open(tmp_path) as archive:
        assert by_title(archive.add(address))["Ash"] == "new"
        (only,) = (episode for episode in archive.episodes() if episode.guid == "bare")
        assert archive.transcript(only.id).turns == ()
        assert archive.search("ash").total == 1


@pytest.mark.parametrize(
    ("declared", "given", "wanted"),
    [("en", None, "de"), ("en-us", None, "de"), ("nl", None, "nl"), ("en", "en", "en")],
)
def test_a_feed_is_in_english_unless_somebody_changed_that(
    site: Site, tmp_path: Path, declared: str, given: str | None, wanted: str
) -> None:
    german = SALT.replace("How salt makes a glaze.", "Das ist, was ich nicht weiß und wir sind es.")
    english = ASH.replace(
        "</item>", "<description>So that is what we have got.</description></item>"
    )
    text = feed(german, english).replace(">en<", f">{declared}<")
    address = site.put("/feed.xml", text, "application/rss+xml")
    with talksearch.open(tmp_path) as archive:
        archive.add(address, language=given)
        languages = {episode.title: episode.language for episode in archive.episodes()}
        assert languages == {"Salt": wanted, "Ash": given or declared}


def test_what_the_user_says_of_somebody_is_believed_before_the_feed(
    site: Site, tmp_path: Path
) -> None:
    site.put("/salt.vtt", VTT, "text/vtt")
    with talksearch.open(tmp_path) as archive:
        address = site.put("/feed.xml", feed(SALT), "application/rss+xml")
        archive.add(address, hosts=["Bo Katz"])  # whom the feed calls a guest
        (episode,) = archive.episodes()
        roles = {person.name: person.role for person in episode.people}
        assert roles["Bo Katz"] is Role.HOST
        assert {h.passage.speaker.role for h in archive.search("speaker:bo").hits} == {Role.HOST}


def test_a_show_that_is_called_otherwise_from_now_on_is(site: Site, tmp_path: Path) -> None:
    with talksearch.open(tmp_path) as archive:
        archive.add(site.put("/feed.xml", feed(ASH), "application/rss+xml"))
        site.put("/feed.xml", feed(ASH, title="The Kiln"), "application/rss+xml")
        archive.refresh()
        assert [episode.show for episode in archive.episodes()] == ["The Kiln"]


def test_a_refresh_asks_only_what_may_have_changed(site: Site, tmp_path: Path) -> None:
    address = site.put("/feed.xml", feed(SALT, ASH), "application/rss+xml")
    site.put("/salt.vtt", VTT, "text/vtt")
    with talksearch.open(tmp_path) as archive:
        archive.add(address)
        site.asked.clear()
        report = archive.refresh()
        assert not report.outcomes and report.unchanged == 2 and not report.committed
        assert site.asked == [("/feed.xml", 304)]
        archive.refresh()  # what it was asked by is not forgotten by that
        assert site.asked == [("/feed.xml", 304)] * 2
        # An item is edited, one is new, one gets its transcript, one leaves.
        site.put("/ash.vtt", VTT.replace("vapour", "soot"), "text/vtt")
        ash = ASH.replace("soon", "now").replace(
            "</item>", '<podcast:transcript url="SITE/ash.vtt" type="text/vtt"/></item>'
        )
        new = "<item><title>Lead</title><guid>lead</guid><description>No.</description></item>"
        site.put("/feed.xml", feed(new, ash, SALT), "application/rss+xml")
        report = archive.refresh()
        assert by_title(report.outcomes) == {"Ash": "changed", "Lead": "new"}
        (told,) = report.feeds
        assert (told.status, told.new, told.changed, told.unchanged) == ("changed", 1, 1, 1)
        assert archive.search("soot").total == 1 and archive.search("soon").total == 0
        site.put("/feed.xml", feed(SALT, ash), "application/rss+xml")
        report = archive.refresh()  # it has left the feed, and stays
        assert not report.outcomes and report.unchanged == 3
        assert by_title(archive.refresh(prune=True).outcomes) == {"Lead": "gone"}


def test_a_server_that_tells_times_alone_is_asked_by_them(site: Site, tmp_path: Path) -> None:
    with talksearch.open(tmp_path) as archive:
        archive.add(site.put("/feed.xml", feed(ASH), "application/rss+xml"))
        corpus, moment = Corpus(tmp_path / "corpus"), "Tue, 05 Mar 2024 10:00:00 GMT"
        ((address, visit),) = corpus.visits("the-glaze").items()
        corpus.put_visits("the-glaze", {address: replace(visit, last_modified=moment)})
        for _ in range(2):
            archive.refresh()
            assert site.asked[-1] == ("/feed.xml", 304)
            assert corpus.visits("the-glaze")[address].last_modified == moment


def test_a_transcript_whose_item_left_the_feed_keeps_what_is_known(
    site: Site, tmp_path: Path
) -> None:
    address = site.put("/feed.xml", feed(SALT, ASH), "application/rss+xml")
    site.put("/salt.vtt", VTT, "text/vtt")
    with talksearch.open(tmp_path) as archive:
        archive.add(address)
        before = archive.search("vapour").hits
        site.put("/feed.xml", feed(ASH), "application/rss+xml")
        assert archive.refresh().outcomes == ()
        assert archive.search("vapour").hits == before


def test_without_a_network_the_index_can_be_rebuilt(site: Site, tmp_path: Path) -> None:
    address = site.put("/feed.xml", feed(SALT), "application/rss+xml")
    site.put("/salt.vtt", VTT, "text/vtt")
    with talksearch.open(tmp_path) as archive:
        archive.add(address)
        before = [hit.to_dict() for hit in archive.export()]
        site.asked.clear()
        archive.rebuild()
        assert [hit.to_dict() for hit in archive.export()] == before
    assert site.asked == []


def test_the_next_transcript_is_taken_when_one_is_gone(site: Site, tmp_path: Path) -> None:
    address = site.put("/feed.xml", feed(SALT), "application/rss+xml")
    site.put("/salt.txt", "Ann Lee: What does the vapour do?\nBo Katz: It eats the clay.\n")
    with talksearch.open(tmp_path) as archive:
        assert by_title(archive.add(address)) == {"Salt": "new"}
        assert archive.search("vapour").hits[0].passage.time_accuracy == "none"


def test_an_episode_whose_transcripts_fail_keeps_its_notes(site: Site, tmp_path: Path) -> None:
    address = site.put("/feed.xml", feed(SALT), "application/rss+xml")
    site.put("/salt.txt", "", "text/plain")
    with talksearch.open(tmp_path) as archive:
        outcomes = archive.add(address)
        failed = sorted(str(o.error) for o in outcomes if o.status == "skipped")
        assert [line.split(": ")[0] for line in failed] == [
            f"{site.address}/salt.txt",
            f"{site.address}/salt.vtt",
        ]
        assert "404" in failed[1]
        assert archive.search("glaze").hits[0].passage.kind == "notes"
        site.put("/salt.vtt", VTT, "text/vtt")
        assert archive.refresh().outcomes == ()  # it was asked for just now
        assert by_title(archive.refresh(everything=True).outcomes)["Salt"] == "changed"
        assert archive.search("vapour").total == 1


def test_a_feed_that_breaks_loses_nothing(site: Site, tmp_path: Path, run: Run) -> None:
    address = site.put("/feed.xml", feed(SALT, ASH), "application/rss+xml")
    site.put("/salt.vtt", VTT, "text/vtt")
    assert run("--home", tmp_path, "add", address).status == 0
    for broken in ("<html>maintenance</html>", "", None):
        if broken is None:
            del site.pages["/feed.xml"]
        else:
            site.put("/feed.xml", broken, "text/html")
        ran = run("--home", tmp_path, "refresh")
        assert ran.status == 2 and ran.err.startswith(f"talksearch: {address}")
        assert run("--home", tmp_path, "search", "vapour").status == 0


def test_two_shows_of_one_title_stay_apart(site: Site, tmp_path: Path) -> None:
    one = site.put("/one.xml", feed(ASH), "application/rss+xml")
    two = site.put("/two.xml", feed(ASH.replace("Ash", "Oak")), "application/rss+xml")
    with talksearch.open(tmp_path) as archive:
        archive.add(one, two)
        assert {each.address for each in archive.feeds()} == {one, two}
        assert {episode.title for episode in archive.episodes()} == {"Ash", "Oak"}
        archive.add(one)
        assert len(archive.feeds()) == 2


def test_what_is_new_is_told_though_the_index_is_damaged(site: Site, tmp_path: Path) -> None:
    with talksearch.open(tmp_path) as archive:
        archive.add(site.put("/feed.xml", feed(SALT), "application/rss+xml"))
    for path in (tmp_path / "index").rglob("*.toc"):
        path.write_bytes(b"")
    site.put("/feed.xml", feed(SALT, ASH), "application/rss+xml")
    with talksearch.open(tmp_path) as archive:
        report = archive.refresh()
    assert (report.rebuilt, by_title(report.outcomes)["Ash"]) == (1, "new")


def test_a_feed_in_pages_says_so(site: Site, tmp_path: Path, run: Run) -> None:
    def page(number: int, item: str, link: str = "") -> str:
        return site.put(f"/feed.xml?page={number}", feed(link, item), "application/rss+xml")

    atom = '<a:link xmlns:a="http://www.w3.org/2005/Atom" rel="next" href="?page=2"/>'
    first, second = page(1, ASH, atom), page(2, ASH.replace("ash", "oak").replace("Ash", "Oak"))
    ran = run("--home", tmp_path, "add", first)
    told = "is a further page of the feed, which is not read: add it as well"
    assert (ran.status, ran.err) == (0, f"skipped: {second}: {told}\n")
    assert run("--home", tmp_path, "add", second).err == ""
    with talksearch.open(tmp_path) as archive:
        assert archive.refresh().outcomes == ()
        assert {(each.show, each.title) for each in archive.episodes()} == {
            ("The Glaze", "Ash"),
            ("The Glaze", "Oak"),
        }


def test_an_opml_list_adds_each_feed(site: Site, tmp_path: Path, run: Run) -> None:
    good = site.put("/one.xml", feed(ASH), "application/rss+xml")
    opml = tmp_path / "mine.opml"
    opml.write_text(
        f'<opml version="2.0"><body><outline xmlUrl="{good}"/>'
        f'<outline xmlUrl="{site.address}/gone.xml"/></body></opml>'
    )
    ran = run("--home", tmp_path / "home", "add", opml)
    assert ran.status == 2 and f"{site.address}/gone.xml" in ran.err
    assert ran.out.startswith("1 new, 1 failed")


def test_an_opml_list_names_feeds_and_nothing_else(site: Site, tmp_path: Path) -> None:
    page = f"<html><body>{'<p>This name is for sale, and so are a thousand others.</p>' * 9}"
    parked = site.put("/parked", page, "text/html")
    good = site.put("/one.xml", feed(ASH), "application/rss+xml")
    # One that named itself would be fetched without end.
    within = site.put("/in.opml", f'<opml><body><outline xmlUrl="{good}"/></body></opml>')
    lines = "".join(f'<outline xmlUrl="{address}"/>' for address in (parked, within))
    mine = site.put("/my.opml", f"<opml><body>{lines}</body></opml>")
    with talksearch.open(tmp_path) as archive:
        errors = sorted(str(outcome.error) for outcome in archive.add(mine))
    assert errors == [
        f"{within}: is a list of feeds (OPML), not a feed",
        f"{parked}: is a web page, not a feed",
    ]


def test_a_page_that_names_a_feed_is_taken_in_and_the_feed_is_told(
    site: Site, tmp_path: Path, run: Run
) -> None:
    link = (
        '<link rel="alternate" type="application/rss+xml" title="RSS" href="/one.xml?a=1&amp;b=2">'
    )
    text = f"<body>{'<p>A show about kilns, ash and what goes wrong there.</p>' * 9}</body>"
    page = site.put("/page", f"<html><head>{link}</head>{text}</html>", "text/html")
    ran = run("--home", tmp_path / "home", "add", page)
    assert ran.status == 0 and ran.out.startswith("1 new")
    told = f"`talksearch add '{site.address}/one.xml?a=1&b=2'` follows that"
    assert ran.err == f"talksearch: {page}: was taken in as a page; it names a feed: {told}\n"
    plain = site.put("/plain", f"<html><head></head>{text}</html>", "text/html")
    assert run("--home", tmp_path / "home", "add", plain).err == ""
    talk = site.put("/talk", f"<html>{link}<p>Ann: Ash?</p><p>Bo: Oak ash.</p>", "text/html")
    assert "names a feed" not in run("--home", tmp_path / "home", "add", talk).err


def test_what_an_opml_list_names_and_nobody_can_fetch_is_told(
    site: Site, tmp_path: Path, run: Run
) -> None:
    there = tmp_path / "there.xml"
    there.write_text(feed(SALT))
    good = site.put("/one.xml", feed(ASH), "application/rss+xml")
    opml = tmp_path / "mine.opml"
    lines = "".join(f'<outline xmlUrl="{each}"/>' for each in (good, there.as_uri(), "feeds/x"))
    opml.write_text(f"<opml><body>{lines}</body></opml>")
    ran = run("--home", tmp_path / "home", "add", opml)
    assert (ran.status, ran.out) == (2, "1 new, 2 failed, 1 passage indexed\n")
    reason = "only http:// and https:// addresses can be fetched"
    assert sorted(ran.err.splitlines()) == [
        f"talksearch: feeds/x: {reason}",
        f"talksearch: {there.as_uri()}: {reason}",
    ]


def test_a_transcript_and_a_page_by_their_addresses(site: Site, tmp_path: Path) -> None:
    transcript = site.put("/talk.vtt?x=1", VTT, "text/vtt; charset=utf-8")
    page = site.put(
        "/essay",
        "<html><head><title>On clay</title></head><body><article><p>Clay remembers every hand "
        "that has pressed it, and says so in the fire.</p></article></body></html>",
        "text/html",
    )
    with talksearch.open(tmp_path) as archive:
        assert [outcome.status for outcome in archive.add(transcript, page)] == ["new", "new"]
        assert archive.search("vapour").hits[0].episode.source == transcript
        (hit,) = archive.search("remembers every hand").hits
        assert (hit.passage.kind, hit.episode.title) == ("prose", "On clay")


def test_a_feed_file_is_not_fetched_again(site: Site, tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_text(feed(SALT).replace("SITE", site.address))
    site.put("/salt.vtt", VTT, "text/vtt")
    with talksearch.open(tmp_path / "home") as archive:
        assert by_title(archive.add(path)) == {"Salt": "new"}
        assert site.asked == [("/salt.vtt", 200)]
        archive.refresh()
        assert len(site.asked) == 1


@pytest.mark.parametrize("name", ["", None])
def test_a_feed_without_an_address_is_not_named_by_nothing(tmp_path: Path, name: Any) -> None:
    """``FollowedFeed.address`` is None for it: a program that hands that on removes nothing."""
    path = tmp_path / "feed.xml"
    path.write_text(feed(ASH))
    with talksearch.open(tmp_path / "home") as archive:
        archive.add(path)
        assert [known.address for known in archive.feeds()] == [None]
        for act in (archive.remove_feed, archive.pause_feed, archive.refresh):
            with pytest.raises(talksearch.NotFoundError, match="named by its folder"):
                act(name)
        assert archive.search("ash").total and not archive.feeds()[0].paused


def test_a_feed_that_has_moved_is_one_in_a_list_of_both_addresses(
    site: Site, tmp_path: Path
) -> None:
    old = site.put("/feed.xml", feed(ASH), "application/rss+xml")
    with talksearch.open(tmp_path) as archive:
        archive.add(old)
        new = site.put("/new.xml", feed(ASH), "application/rss+xml")
        site.moved["/feed.xml"] = (301, "/new.xml")
        archive.add(old, new)
        assert [followed.address for followed in archive.feeds()] == [new]


def test_feeds_can_be_paused_and_removed(site: Site, tmp_path: Path, run: Run) -> None:
    address = site.put("/feed.xml", feed(ASH), "application/rss+xml")
    assert run("--home", tmp_path, "add", address).status == 0
    assert address in run("--home", tmp_path, "feeds", "list").out
    assert run("--home", tmp_path, "feeds", "pause", "the-glaze").status == 0
    site.asked.clear()
    assert run("--home", tmp_path, "refresh").status == 0 and site.asked == []
    assert "paused" in run("--home", tmp_path, "feeds", "list").out
    assert run("--home", tmp_path, "feeds", "resume", address).status == 0
    assert run("--home", tmp_path, "refresh").status == 0 and len(site.asked) == 1
    unknown = run("--home", tmp_path, "feeds", "pause", "nothing")
    assert (
        unknown.status == 2 and "no feed is called 'nothing'; there are: the-glaze" in unknown.err
    )
    misspelled = run("--home", tmp_path, "feeds", "pause", "The-Glase")
    assert misspelled.status == 2 and "did you mean the-glaze?" in misspelled.err
    unasked = run("--home", tmp_path, "feeds", "remove", "the-glaze")
    assert unasked.status == 2 and "--yes" in unasked.err
    assert run("--home", tmp_path, "search", "ash").status == 0
    removed = run("--home", tmp_path, "feeds", "remove", "the-glaze", "--yes")
    assert removed.status == 0 and "1 gone" in removed.out
    assert run("--home", tmp_path, "search", "ash").status == 1
    assert run("--home", tmp_path, "feeds", "list").status == 1


def test_a_private_address_needs_leave(
    site: Site, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TALKSEARCH_ALLOW_PRIVATE_ADDRESSES")
    address = site.put("/feed.xml", feed(ASH))
    ran = run("--home", tmp_path, "add", address)
    assert ran.status == 2 and "allow_private_addresses" in ran.err and site.asked == []
    (tmp_path / "talksearch.toml").write_text("allow_private_addresses = true\n")
    assert run("--home", tmp_path, "add", address).status == 0


def test_what_is_offered_and_cannot_be_had_is_called_so(
    site: Site, tmp_path: Path, run: Run
) -> None:
    items = [SALT.replace("salt", f"salt{n}") for n in range(3)]  # of two transcripts each
    address = site.put("/feed.xml", feed(*items), "application/rss+xml")
    *shown, more = run("--home", tmp_path, "add", address).err.splitlines()
    assert len(shown) == 3 and all(line.startswith(f"skipped: {site.address}") for line in shown)
    assert more == "skipped: 3 more transcripts and chapters that could not be had"


def test_a_feed_that_is_named_and_not_asked_says_why(site: Site, tmp_path: Path, run: Run) -> None:
    address = site.put("/feed.xml", feed(ASH), "application/rss+xml")
    here = ("--home", tmp_path)
    assert run(*here, "add", address).status == 0
    run(*here, "feeds", "pause", "the-glaze")
    ran = run(*here, "refresh", "--feed", address)
    assert ran.status == 0 and ran.out.splitlines()[0] == (
        "The Glaze: is paused: `talksearch feeds resume the-glaze` takes it in again"
    )
    assert "paused" not in run(*here, "refresh").out  # as the user wanted it
