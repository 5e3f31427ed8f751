"""What others are told after a refresh; nothing that goes wrong there spoils it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import talksearch
from conftest import Run
from feed_site import ASH, feed, running
from talksearch.cli import hooks
from talksearch.cli.hooks import run_on_new
from talksearch.fetch import fetcher

NEW = [{"id": "abc", "title": "Größe"}, {"id": "def", "title": "\udcff"}]


@pytest.fixture(autouse=True)
def own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))


class Site(ThreadingHTTPServer):
    """A health check that keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str, bytes]] = []
        self.headers: list[dict[str, str]] = []
        self.status = 200
        site = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                site.told.append((self.command, self.path, body))
                site.headers.append({k.lower(): v for k, v in self.headers.items()})
                self.send_response(site.status)
                if site.status == 302:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"OK")

            do_GET = do_POST = answer  # noqa: N815 - http.server's names

            def log_message(self, *_: object) -> None:
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server_port}"


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        thread = threading.Thread(target=site.serve_forever, args=(0.01,))
        thread.start()
        yield site
        site.shutdown()
        thread.join()


def ping(address: str, *, ok: bool = True, text: str = "", private: bool = True) -> str | None:
    return hooks.ping(address, ok=ok, text=text, allow_private_addresses=private)


# Health checks


def test_all_is_well(site: Site) -> None:
    assert ping(f"{site.address}/s3cret?rid=1", text="never sent") is None
    assert site.told == [("GET", "/s3cret?rid=1", b"")]
    assert site.headers[0]["user-agent"].startswith("talksearch/")


def test_all_is_not_well(site: Site) -> None:
    for address in ("/s3cret", "/s3cret/", "/s3cret?rid=1"):
        assert ping(site.address + address, ok=False, text="Über: 404") is None
    assert ping(f"{site.address}/s3cret", ok=False) is None
    body = "Über: 404".encode()
    assert site.told == [
        ("POST", "/s3cret/fail", body),
        ("POST", "/s3cret/fail", body),
        ("POST", "/s3cret/fail?rid=1", body),
        ("GET", "/s3cret/fail", b""),
    ]
    assert site.headers[0]["content-type"] == "text/plain; charset=utf-8"


def test_a_feed_that_fails_is_told_of_until_it_is_well(
    site: Site, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALKSEARCH_ALLOW_PRIVATE_ADDRESSES", "1")
    with running() as feeds:
        run("--home", tmp_path, "add", feeds.put("/feed.xml", feed(ASH), "application/rss+xml"))
        page = feeds.pages.pop("/feed.xml")
        refresh = "--home", tmp_path, "refresh", "--ping", site.address
        assert [run(*refresh).status, run(*refresh, "--scheduled").status] == [2, 0]  # not due
        feeds.pages["/feed.xml"] = page
        assert run(*refresh).status == 0
    assert [path for _, path, _ in site.told] == ["/fail", "/fail", "/"]
    assert all(b"404" in body for method, _, body in site.told if method == "POST")


def test_a_refresh_that_comes_to_nothing_is_told_of(
    site: Site, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALKSEARCH_ALLOW_PRIVATE_ADDRESSES", "1")
    ran = run("--home", tmp_path / "lost", "refresh", "--scheduled", "--ping", site.address)
    assert ran.status == 2 and "there is no archive here yet" in ran.err
    ((method, path, body),) = site.told
    assert (method, path) == ("POST", "/fail") and body.decode() in ran.err


def test_what_nobody_reads_is_told_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "corpus" / "salt").mkdir(parents=True)
    (tmp_path / "corpus" / "salt" / "1.txt").write_text("Ann: Hello.\nBo: Hello.\n")
    with talksearch.open(tmp_path) as archive:
        archive.refresh()
    (tmp_path / "corpus" / "salt" / "2.txt").write_text("Ann: Well.\nBo: Well.\n")
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "talksearch", "--home", str(tmp_path), "refresh", "--json"]
    told = tmp_path / "told.json"
    ran = subprocess.run(
        [*command, "--on-new", f"cat > {told}"], stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert (ran.returncode, ran.stderr) == (141, b"")
    assert [each["title"] for each in json.loads(told.read_text())] == ["2"]


def test_a_long_story_is_cut(site: Site) -> None:
    assert ping(site.address, ok=False, text="x" + "ü" * 10_000 + "\udcff") is None
    ((_, _, body),) = site.told
    assert body.decode() == "x" + "ü" * 4999  # 9,999 bytes: no half letter


def test_a_password_is_sent_and_never_told(site: Site) -> None:
    address = site.address.replace("//", "//jo:s3cret@") + "/s3cret?token=s3cret"
    assert ping(address) is None
    assert site.headers[0]["authorization"] == "Basic am86czNjcmV0"
    site.status = 404
    assert ping(address) == "the ping to 127.0.0.1 failed: the server says 404 Not Found"


def test_a_redirect_is_told_not_followed(site: Site) -> None:
    site.status = 302
    assert ping(f"{site.address}/s3cret") == (
        "the ping to 127.0.0.1 failed: the server says 302 Found"
    )
    assert len(site.told) == 1


def test_private_addresses_are_refused(site: Site) -> None:
    told = ping(f"{site.address}/s3cret", private=False)
    assert told is not None and "private" in told and "s3cret" not in told
    assert site.told == []


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:1/s3cret", "http://s3cret.invalid:99999/", "http://no.invalid/x"]
)
def test_nobody_there(address: str) -> None:
    told = ping(address, ok=False, text="x")
    assert told is not None and told.startswith("the ping to ") and "\n" not in told
    assert "/s3cret" not in told


def test_a_server_that_trickles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetcher, "PING_LIMIT_S", 0.4)
    done = threading.Event()

    def trickle(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            while not done.wait(0.05):
                connection.sendall(b"x")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=trickle, args=(listener,))
        thread.start()
        began = time.monotonic()
        told = ping(f"http://127.0.0.1:{listener.getsockname()[1]}/s3cret")
        took = time.monotonic() - began
        done.set()
        thread.join(5)
    assert told == "the ping to 127.0.0.1 failed: takes longer than the limit of 0.4 s"
    assert took < 3


# A command of the user's own

posix = pytest.mark.skipif(sys.platform == "win32", reason="the commands are for sh")


@posix
def test_the_command_is_given_what_is_new(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    command = f"echo $TALKSEARCH_NEW; echo there >&2; cat > '{tmp_path}/new file'"
    assert run_on_new(command, NEW) is None
    assert json.loads((tmp_path / "new file").read_text()) == NEW
    out, err = capfd.readouterr()
    assert (out, err) == ("", "2\nthere\n")


def test_without_news_or_command_nothing_is_run(tmp_path: Path) -> None:
    assert run_on_new(f"echo x > '{tmp_path}/ran'", []) is None
    assert run_on_new("", NEW) is None
    assert list(tmp_path.iterdir()) == []


@posix
@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("exit 3", "ended with status 3"),
        ("kill -9 $$", "was ended by signal 9"),
        ("no-such-program-s3cret 2>/dev/null", "ended with status 127"),
        ("echo \0", "cannot be run: embedded null byte"),
    ],
)
def test_a_command_that_fails_is_told_of(command: str, told: str) -> None:
    said = run_on_new(command, NEW)
    assert said == f"the on_new command {told}"


@posix
def test_a_command_need_not_read() -> None:
    assert run_on_new("true", [{"text": "x" * 1_000_000}]) is None


def process_ends(pid: int) -> bool:
    for _ in range(100):
        with suppress(OSError):
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True  # nobody has asked for its status yet, that is all
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


@posix
@pytest.mark.parametrize("stubborn", ["", "trap '' TERM; "])
def test_a_command_that_hangs_is_ended_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stubborn: str
) -> None:
    monkeypatch.setattr(hooks, "_PATIENCE_S", 0.2)
    command = f"{stubborn}sleep 60 & echo $! > '{tmp_path}/pid'; sleep 60"
    began = time.monotonic()
    said = run_on_new(command, NEW, limit_s=0.5)
    assert said == "the on_new command took longer than 0.5 s and was ended"
    assert time.monotonic() - began < 10
    assert process_ends(int((tmp_path / "pid").read_text()))


@posix
def test_who_interrupts_us_ends_the_command_too(tmp_path: Path) -> None:
    command = f"echo $$ > '{tmp_path}/pid'; exec sleep 60"
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        run_on_new(command, NEW)
    assert process_ends(int((tmp_path / "pid").read_text()))
