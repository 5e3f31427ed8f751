"""Feeds for subscribers: a password or a token gets them, and is told to nobody."""

from __future__ import annotations

import base64
import logging
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
        f"<podcast:license>For {token}</podcast:license>",
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
