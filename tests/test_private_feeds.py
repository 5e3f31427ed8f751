"""Feeds for subscribers: a password or a token gets them, and is told to nobody."""

from __future__ import annotations

import base64
import json
import logging
import pickle
import shutil
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import talksearch
from conftest import Run
from servers import Pieces, Request, Server, Start, reply
from talksearch.corpus import Corpus, FeedState, Meta, Stored
from talksearch.errors import NotFoundError

TOKEN = "Zx81bQ7kT"
OTHER = "Nq55wE2mR"
PASSWORD = "pw5Zq8xK"


@dataclass
class Site:
    """A web server on this machine. ``pages`` are its answers, ``moved`` leads elsewhere for good,
    ``led`` for now; with a ``user``, it asks for name and password."""

    server: Server
    pages: dict[str, bytes] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    led: dict[str, str] = field(default_factory=dict)
    user: str | None = None

    @property
    def address(self) -> str:
        return self.server.address

    def put(self, path: str, text: str) -> str:
        self.pages[path] = text.replace("SITE", self.address).encode()
        return self.address + path

    def answer(self, request: Request) -> Pieces:
        path = request.target
        if self.user:
            told = "Basic " + base64.b64encode(self.user.encode()).decode()
            if request.headers.get("authorization") != told:
                return [reply(status="401 Unauthorized")]
        if path in self.moved:
            return [reply(status="301 Moved", Location=self.moved[path])]
        if path in self.led:
            return [reply(status="302 Found", Location=self.led[path])]
        if path not in self.pages:
            return [reply(status="404 Not Found")]
        return [reply(self.pages[path], Content_Type="text/plain")]


@pytest.fixture
def site(serve: Start, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setenv("TALKSEARCH_ALLOW_PRIVATE_ADDRESSES", "1")
    server = serve(lambda request: site.answer(request))
    site = Site(server)
    return site


def feed(*items: str, title: str = "The Glaze", head: str = "") -> str:
    return (
        '<rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0"'
        ' xmlns:psc="http://podlove.org/simple-chapters"><channel>'
        f"<title>{title}</title><language>en</language>{head}{''.join(items)}</channel></rss>"
    )


def item(name: str, more: str = "") -> str:
    return (
        f'<item><title>{name.title()}</title><guid isPermaLink="false">{name}</guid>'
        f'<enclosure url="SITE/{name}.mp3" type="audio/mpeg"/>'
        f"<description>About {name}.</description>{more}</item>"
    )


def transcript(address: str) -> str:
    return f'<podcast:transcript url="{address}" type="text/vtt"/>'


def vtt(text: str) -> str:
    return f"WEBVTT\n\n00:01.000 --> 00:04.000\n<v Ann Lee>{text}\n"


def full_of_secrets(token: str = TOKEN) -> str:
    """A feed that tells its token wherever it can."""
    private = f"SITE/x?auth={token}"
    rich = f"""<title>Salt {token}</title><guid isPermaLink="false">{private}</guid>
        <link>{private}</link><enclosure url="{private}" type="audio/mpeg"/>
        <category>cat {token}</category><description>See {private} and {token}</description>
        <psc:chapters><psc:chapter start="0" title="Part {token}" href="{private}"/></psc:chapters>
        <podcast:person href="{private}">Ann Lee</podcast:person>
        <podcast:person href="SITE/{token}">Bo {token}</podcast:person>
        <podcast:license url="{private}">{private}</podcast:license>
        <podcast:location>At {token}</podcast:location>
        <podcast:soundbite startTime="1" duration="3">Bite {private}</podcast:soundbite>
        {transcript(f"SITE/q/{token}/1.vtt")}"""
    return feed(
        f"<item>{rich}</item>",
        item("ash", transcript(f"SITE/q/{token}")),
        item("lead", transcript(f"SITE/{token}/gone.vtt")),
        title=f"The Glaze for {token}",
        head=f"<link>{private}</link><description>For {token}</description>"
        f"<podcast:license>For {token}</podcast:license>"
        f'<a:link xmlns:a="http://www.w3.org/2005/Atom" rel="next" href="{private}&amp;page=2"/>',
    )


def offer(site: Site, token: str = TOKEN) -> str:
    site.put(f"/q/{token}/1.vtt", vtt(f"The salt of {token} melts."))
    site.put(f"/q/{token}", vtt("Salt and ash."))
    return site.put(f"/f?auth={token}", full_of_secrets(token))


def tells(home: Path, secret: str) -> set[str]:
    """The files that have a secret, in them or as their names."""
    return {
        path.relative_to(home).as_posix()
        for path in home.rglob("*")
        if secret.lower() in path.name.lower()
        or (path.is_file() and secret.encode() in path.read_bytes())
    }


def test_no_command_tells_a_token(site: Site, run: Run, tmp_path: Path) -> None:
    home, told = tmp_path / "home", tmp_path / "told.json"
    address = offer(site)

    def quiet(*words: str, status: int = 0) -> str:
        ran = run("--home", home, *words)
        assert ran.status == status, ran
        assert TOKEN.lower() not in (ran.out + ran.err).lower(), words
        return ran.out

    added = quiet("add", address, "--json")
    sources = {outcome["source"] for outcome in json.loads(added)["outcomes"]}
    assert f"{site.address}/q/***/1.vtt" in sources and f"{site.address}/q/***" in sources
    assert f"{site.address}/x?auth=***&page=2" in sources
    quiet("add", address)
    quiet("watch", "add", "salt", "--rss", str(tmp_path / "salt.rss"))
    site.put("/q/2.vtt", vtt("More salt."))
    more = item("clay", transcript("SITE/q/2.vtt")) + item(
        "new", transcript(f"SITE/{TOKEN}/no.vtt")
    )
    more += item("oak", transcript(f"SITE/q/{TOKEN}/1.vtt")).replace("Oak", f"Oak {TOKEN}")
    site.put(f"/f?auth={TOKEN}", full_of_secrets().replace("</channel>", f"{more}</channel>"))
    assert "is offered for “Oak ***”, but is that of “Salt ***”" in quiet(
        "refresh", "--json", "--on-new", f"cat > {told}"
    )
    quiet("refresh", "--all")
    assert json.loads(told.read_text()) and TOKEN not in told.read_text()
    assert TOKEN not in (tmp_path / "salt.rss").read_text()
    found = json.loads(quiet("search", "salt", "--format", "json", "--context", "1"))
    (one,) = (hit for hit in found["hits"] if "melts" in hit["text"])
    assert one["source"] == f"{site.address}/q/***/1.vtt"
    for words in (
        ("show", one["id"], "--format", "json"),
        ("show", one["episode"]["id"], "--format", "json"),
        ("show", one["episode"]["id"], "--format", "md"),
        ("export",),
        ("facets",),
        ("speakers",),
        ("status", "--json"),
        ("check", "--json"),
        ("feeds", "list"),
        ("feeds", "list", "--json"),
    ):
        quiet(*words)
    site.led[f"/f?auth={TOKEN}"] = f"/q/{TOKEN}/elsewhere"
    quiet("refresh", status=2)
    quiet("refresh", "--json", status=2)
    assert "(redirected to" in quiet("feeds", "list")
    assert TOKEN.encode() not in (home / "index" / "refresh.log").read_bytes()
    # What was fetched is kept as it is, in the show's folder; nothing else is told, nor named so.
    (folder,) = (home / "corpus").glob("*/")
    assert all(path.startswith(f"corpus/{folder.name}/") for path in tells(home, TOKEN))
    assert all(TOKEN.lower() not in path.name.lower() for path in folder.rglob("*"))


def test_damage_is_told_without_a_token(site: Site, run: Run, tmp_path: Path) -> None:
    run("--home", tmp_path, "add", offer(site))
    (folder,) = (tmp_path / "corpus").glob("*/")
    for path in folder.iterdir():
        if path.name not in ("feed.json", "show.toml") and ".meta." not in path.name:
            path.write_bytes(b"\0\1\2 broken")
    shutil.rmtree(tmp_path / "index")
    for words in (["refresh"], ["rebuild"], ["check"], ["search", "salt"], ["refresh", "--all"]):
        ran = run("--home", tmp_path, *words)
        assert TOKEN not in ran.out + ran.err, words


def test_what_goes_into_the_index_has_no_link_with_a_secret(site: Site, tmp_path: Path) -> None:
    with talksearch.open(tmp_path) as archive:
        archive.add(offer(site))
        ash, lead, salt = sorted(archive.episodes(), key=lambda e: e.title)
        assert [e.title for e in (ash, lead, salt)] == ["Ash", "Lead", "Salt ***"]
        # Its own license is an address that tells the token: the show's is the next best.
        assert (salt.url, salt.audio_url, salt.license) == (None, None, "For ***")
        assert salt.show == "The Glaze for ***" and salt.tags == ("cat ***",)
        assert salt.description == f"See {site.address}/x?auth=*** and ***"
        assert [(c.title, c.url) for c in salt.chapters] == [("Part ***", None)]
        assert [(p.name, p.url) for p in salt.people] == [("Ann Lee", None), ("Bo ***", None)]
        assert salt.people[0].source is talksearch.Source.PERSON_TAG
        assert salt.location == "At ***" and salt.guid == f"{site.address}/x?auth=***"
        assert [s.title for s in salt.soundbites] == [f"Bite {site.address}/x?auth=***"]
        # What says nothing of the token is as it was.
        assert ash.audio_url == f"{site.address}/ash.mp3" and ash.show == salt.show
        (hit,) = archive.search("melts").hits
        assert hit.passage.text == "The salt of *** melts."
        assert TOKEN not in repr(archive.transcript(salt.id))
        archive.rebuild()
        assert TOKEN not in repr(list(archive.export()))


def test_no_link_is_made_of_a_secret(site: Site, tmp_path: Path) -> None:
    with talksearch.open(tmp_path) as archive:
        archive.add(offer(site))
        (folder,) = Corpus(tmp_path / "corpus").folders()
        for template, link in (
            ("{audio_url}?t={seconds}", None),
            (f"https://x.example/{TOKEN}/?t={{seconds}}", None),
            ("https://x.example/?t={seconds}&of={guid}", "https://x.example/?t=1&of="),
        ):
            (tmp_path / "corpus" / folder / "show.toml").write_text(f'link = "{template}"\n')
            archive.refresh()
            (hit,) = archive.search("melts").hits
            assert TOKEN not in repr(hit)
            assert (hit.link or "").startswith(link) if link else hit.link is None


def test_a_public_feed_is_left_as_it_is(site: Site, tmp_path: Path) -> None:
    notes = item("salt", "<link>SITE/p?auth=Everybody9sees</link>")
    with talksearch.open(tmp_path) as archive:
        archive.add(site.put("/f", feed(notes)))
        assert archive.episodes()[0].url == f"{site.address}/p?auth=Everybody9sees"


def test_a_feed_that_moved_to_a_plain_address_keeps_its_token(site: Site, tmp_path: Path) -> None:
    secret = f'<enclosure url="SITE/au/{TOKEN}/1.mp3" type="audio/mpeg"/>'
    text = feed(f"<item><title>A</title>{secret}<description>Me: {TOKEN}</description></item>")
    site.put("/pub/f", text)
    site.moved[f"/f?auth={TOKEN}"] = "/pub/f"
    with talksearch.open(tmp_path) as archive:
        archive.add(f"{site.address}/f?auth={TOKEN}")
        (episode,) = archive.episodes()
        assert (episode.description, episode.audio_url) == ("Me: ***", None)
        (followed,) = archive.feeds()
        assert followed.address == f"{site.address}/pub/f"
        # The other way round, in the report: it is told where it went, and no more.
        site.moved["/pub/f"] = f"/pub/{TOKEN}/f"
        site.put(f"/pub/{TOKEN}/f", text)
        (report,) = archive.refresh().feeds
        assert report.moved_to == f"{site.address}/pub/***/f"
        assert archive.feeds()[0].address == f"{site.address}/pub/***/f"


def test_errors_hold_no_secrets_in_any_part(site: Site, tmp_path: Path) -> None:
    address = offer(site)
    with talksearch.open(tmp_path) as archive:
        outcomes = archive.add(address)
        site.led[f"/f?auth={TOKEN}"] = f"/q/{TOKEN}/no"
        report = archive.refresh(everything=True)
        del site.led[f"/f?auth={TOKEN}"]
        site.put(f"/f?auth={TOKEN}", "<rss><channel>")
        broken = archive.refresh()
        site.put(f"/g?auth={TOKEN}", "<html>no feed</html>")
        other = archive.add(f"{site.address}/g?auth={TOKEN}", f"{site.address}/h?auth={TOKEN}")
        with pytest.raises(NotFoundError) as caught:
            archive.remove_feed(f"{site.address}/none?auth={TOKEN}")
    errors = [outcome.error for outcome in (*outcomes, *report.outcomes, *other) if outcome.error]
    errors += [each.error for each in (*report.feeds, *broken.feeds) if each.error]
    assert len(errors) == 5 and len(report.failures) == len(broken.failures) == 1
    for error in (*errors, caught.value):
        for each in (error, error.__cause__):
            assert TOKEN not in f"{each!s} {each!r} {vars(each) if each else ''}"
        assert TOKEN.encode() not in pickle.dumps(error)


def test_nothing_is_logged_of_an_address(
    site: Site, serve: Start, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    body = feed(item("salt")).encode()
    broken = serve([reply(body, Content_Type="text/xml").replace(b"\r\n", b"\r\nno header\r\n", 1)])
    with talksearch.open(tmp_path) as archive:
        archive.add(offer(site), f"{broken.address}/f?auth={TOKEN}")
        archive.add(f"http://jo:{PASSWORD}@127.0.0.1:1/f?auth={TOKEN}")
    assert TOKEN not in caplog.text and PASSWORD not in caplog.text
    # Those of others are logged as ever.
    logging.getLogger("urllib3.connectionpool").debug("of another program")
    assert "of another program" in caplog.text


def test_a_password_goes_to_the_feeds_own_server_alone(
    site: Site, serve: Start, tmp_path: Path, run: Run
) -> None:
    elsewhere = serve(lambda request: [reply(vtt("Elsewhere.").encode())])
    chapters = '<podcast:chapters url="SITE/1.json" type="application/json+chapters"/>'
    site.user = f"ann:{PASSWORD}"
    site.put(
        "/f",
        feed(
            item("salt", transcript("SITE/1.vtt") + chapters),
            item("ash", transcript("2.vtt")),
            item("lead", transcript(f"{elsewhere.address}/3.vtt")),
        ),
    )
    site.put("/1.vtt", vtt("Salt."))
    site.put("/2.vtt", vtt("Ash."))
    site.put("/1.json", '{"version": "1.2.0", "chapters": [{"startTime": 0, "title": "One"}]}')
    address = site.address.replace("://", f"://ann:{PASSWORD}@") + "/f"
    with talksearch.open(tmp_path) as archive:
        assert [o.error for o in archive.add(address) if o.error] == []
        for word in ("salt", "ash", "elsewhere"):
            assert archive.search(word, kind="speech").total == 1
        assert archive.search("one", kind="notes").total == 1
        (hit,) = archive.search("ash", kind="speech").hits
        assert hit.episode.source == f"{site.address}/2.vtt"
        assert hit.episode.audio_url == f"{site.address}/ash.mp3"
        assert not archive.refresh(everything=True).failures
    assert all("authorization" not in request.headers for request in elsewhere.requests)
    assert elsewhere.requests
    folder = "corpus/the-glaze"
    assert tells(tmp_path, PASSWORD) == {f"{folder}/feed.json", f"{folder}/visits.json"}


def test_what_is_of_a_private_feed_is_for_its_owner_alone(site: Site, tmp_path: Path) -> None:
    chapters = '<podcast:chapters url="SITE/1.json" type="application/json+chapters"/>'
    site.put("/1.json", '{"version": "1.2.0", "chapters": [{"startTime": 0, "title": "One"}]}')
    site.put("/1.vtt", vtt("Salt."))
    items = item("salt", transcript("SITE/1.vtt") + chapters), item("ash")
    public = site.put("/f", feed(*items, title="Public"))
    private = site.put(f"/f?auth={TOKEN}", feed(*items, title="Private"))
    with talksearch.open(tmp_path) as archive:
        archive.add(public, private)
        site.put("/f", feed(items[0], title="Public"))
        site.put(f"/f?auth={TOKEN}", feed(items[0], title="Private"))
        archive.refresh()
    expected = {"1.vtt", "1.vtt.meta.json", "feed.json", "feed.xml", "left.json", "visits.json"}
    for folder, mode in (("public", 0o644), ("private", 0o600)):
        files = [p for p in (tmp_path / "corpus" / folder).rglob("*") if p.is_file()]
        written = {path for path in files if path.name != "show.toml"}
        assert {path.name for path in written} > expected
        assert {path.stat().st_mode & 0o777 for path in written} == {mode}


def test_a_transcript_from_a_private_address_is_for_its_owner_alone(
    site: Site, tmp_path: Path
) -> None:
    with talksearch.open(tmp_path) as archive:
        archive.add(site.put(f"/a.vtt?auth={TOKEN}", vtt("Salt.")), show="Salt")
        archive.add(site.put("/b.vtt", vtt("Ash.")), show="Salt")
    modes = {p.name: p.stat().st_mode & 0o777 for p in (tmp_path / "corpus" / "salt").iterdir()}
    assert modes["a.vtt"] == modes["a.vtt.meta.json"] == 0o600
    assert modes["b.vtt"] == modes["b.vtt.meta.json"] == 0o644


def test_in_doubt_a_folder_is_private(tmp_path: Path) -> None:
    corpus = Corpus(tmp_path)
    corpus.put_feed("salt", FeedState("https://example.org/f", "https://example.org/f?auth=a1"))
    (tmp_path / "salt" / "feed.json").write_text("{")
    stored = corpus.put("salt", "a.vtt", b"WEBVTT", Meta("https://example.org/a.vtt"))
    assert stored == Stored("salt", "a.vtt")
    assert corpus.path(stored).stat().st_mode & 0o077 == 0


def test_a_new_token_takes_the_place_of_the_old(site: Site, tmp_path: Path) -> None:
    with talksearch.open(tmp_path) as archive:
        archive.add(offer(site))
        del site.pages[f"/f?auth={TOKEN}"]
        archive.refresh()
        title = full_of_secrets(OTHER)
        site.put(f"/q/{OTHER}/1.vtt", vtt("The salt of then melts."))
        archive.add(site.put(f"/f?auth={OTHER}", title))
        (followed,) = archive.feeds()
        assert followed.error is None
        assert archive.refresh().ok
        # Both are secrets still: the old may not have been taken back.
        told = repr([archive.episodes(), list(archive.export()), archive.feeds()])
        assert TOKEN not in told and OTHER not in told
    corpus = Corpus(tmp_path / "corpus")
    (folder,) = corpus.folders()
    state = corpus.feed(folder)
    assert state and state.address == f"{site.address}/f?auth={OTHER}"


def test_a_feed_that_asks_for_a_password_by_now_is_the_same_with_it(
    site: Site, tmp_path: Path
) -> None:
    plain = site.put("/f", feed(item("salt", transcript("SITE/1.vtt"))))
    site.put("/1.vtt", vtt("Salt."))
    with talksearch.open(tmp_path) as archive:
        archive.add(plain)
        before = [hit.passage.id for hit in archive.export()]
        for password in (PASSWORD, OTHER, None):
            site.user = password and f"ann:{password}"
            assert archive.refresh().ok == (password is None)
            user = f"ann:{password}@" if password else ""
            archive.add(plain.replace("://", f"://{user}"))
            assert [each.folder for each in archive.feeds()] == ["the-glaze"]
            assert archive.refresh().ok
            assert [hit.passage.id for hit in archive.export()] == before


def test_a_private_feed_does_not_become_the_one_for_everybody(site: Site, tmp_path: Path) -> None:
    space = "http://www.itunes.com/dtds/podcast-1.0.dtd"
    moved = f'<i:new-feed-url xmlns:i="{space}">SITE/public</i:new-feed-url>'
    site.put("/public", feed(item("salt")))
    with talksearch.open(tmp_path) as archive:
        archive.add(site.put(f"/f?auth={TOKEN}", feed(moved + item("salt"))))
        archive.refresh(everything=True)
        assert archive.feeds()[0].address == f"{site.address}/f?auth=***"


def test_other_feeds_of_a_title_get_folders_that_tell_no_token(site: Site, tmp_path: Path) -> None:
    paths = [f"/{name}?auth={TOKEN}" for name in "abcd"]
    with talksearch.open(tmp_path) as archive:
        archive.add(*(site.put(path, feed(item(path[1]))) for path in paths))
        assert len(archive.feeds()) == 4
        assert len(archive.refresh().feeds) == 4
        archive.add(*(site.address + path for path in paths))
        assert len(archive.feeds()) == 4
        assert all(TOKEN not in each.show for each in archive.episodes() if each.show)
    assert all(TOKEN.lower() not in p.name for p in (tmp_path / "corpus").rglob("*"))
    files = {path.rpartition("/")[2] for path in tells(tmp_path, TOKEN)}
    assert files == {"feed.json", "visits.json"}


def test_a_feed_that_several_could_be_is_not_removed(site: Site, run: Run, tmp_path: Path) -> None:
    for title, token in (("Salt", TOKEN), ("Ash", OTHER)):
        run("--home", tmp_path, "add", site.put(f"/f?auth={token}", feed(item("a"), title=title)))
    ran = run("--home", tmp_path, "feeds", "remove", "--yes", f"{site.address}/f?auth=***")
    assert ran.status == 2 and "ash, salt" in ran.err and "2 feeds" in ran.err
    assert (tmp_path / "corpus" / "ash").is_dir() and (tmp_path / "corpus" / "salt").is_dir()
    full = f"{site.address}/f?auth={TOKEN}"
    assert run("--home", tmp_path, "feeds", "remove", "--yes", full).status == 0
    assert not (tmp_path / "corpus" / "salt").exists()
    # Now there is one of that address.
    ran = run("--home", tmp_path, "feeds", "remove", "--yes", f"{site.address}/f?auth=***")
    assert ran.status == 0 and not (tmp_path / "corpus" / "ash").exists()


def test_a_feed_is_looked_for_when_nobody_else_changes_the_archive(
    site: Site, tmp_path: Path
) -> None:
    with talksearch.open(tmp_path) as archive:
        archive.add(site.put("/f", feed(item("salt"))))
        corpus = Corpus(tmp_path / "corpus")
        errors: list[Exception] = []

        def remove() -> None:
            try:
                archive.remove_feed("the-glaze")
            except NotFoundError as error:
                errors.append(error)

        with corpus.lock():
            thread = threading.Thread(target=remove)
            thread.start()
            thread.join(0.2)
            corpus.remove("the-glaze")
        thread.join(10)
    assert len(errors) == 1


def test_private_feeds_of_a_list_are_told_without_their_secrets(
    site: Site, run: Run, tmp_path: Path
) -> None:
    good = offer(site)
    lines = (f'<outline type="rss" xmlUrl="{address}"/>' for address in (good, good + "9x"))
    opml = tmp_path / "feeds.opml"
    opml.write_text(f'<opml version="2.0"><head/><body>{"".join(lines)}</body></opml>')
    ran = run("--home", tmp_path / "home", "add", opml)
    assert "404" in ran.err and TOKEN not in ran.out + ran.err
