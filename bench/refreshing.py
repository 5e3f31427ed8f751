"""What a refresh costs: of feeds that have not changed, and of one new episode. Sections of
``feeds.py``; run by itself it is the server that they ask.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

FEEDS, HOSTS, CPU_BAR_MS = 200, 16, 20
ROUNDS, WALL_BAR_S = 9, 1.0
_SETTLED_S = 2.5  # files younger than this are read again at the next refresh


def unchanged(feed: bytes) -> Iterator[str]:
    """The processor's time of ``talksearch refresh``, as a whole process, when each of the feeds
    says that it has not changed."""
    with _home() as home, _site(HOSTS) as (site, addresses):
        for number in range(FEEDS):
            text = feed.replace(b"Kiln Talk", f"Kiln Talk {number}".encode())
            (site / f"{number}.xml").write_bytes(_without_offers(text))
        opml = home / "feeds.opml"
        outlines = "".join(
            f'<outline xmlUrl="{addresses[number % HOSTS]}/{number}.xml"/>'
            for number in range(FEEDS)
        )
        opml.write_text(f'<opml version="2.0"><body>{outlines}</body></opml>')
        _run(home, "add", str(opml))
        time.sleep(_SETTLED_S)
        _run(home, "refresh")
        runs = [_run(home, "refresh") for _ in range(ROUNDS)]
        assert all(run.said.endswith("unchanged") for run in runs), runs[0].said
    cpu_ms = statistics.median(run.cpu_s for run in runs) * 1000 / FEEDS
    wall_s = statistics.median(run.wall_s for run in runs)
    yield f"{FEEDS} feeds of 100 items on {HOSTS} hosts, all 304; median of {ROUNDS} runs"
    yield f"{cpu_ms:.1f} ms of CPU a feed, process start included (bar {CPU_BAR_MS})"
    yield f"{wall_s:.1f} s, of which each host is left alone for .2 s between two requests"


def one_more(feed: bytes, archive: Path | None) -> Iterator[str]:
    """The time of adding one episode to a large archive, as a whole process."""
    if archive is None:
        yield "left out: name an archive of the 1,309 episodes with --home (indexing.py --home)"
        return
    with _home() as home, _site(1) as (site, addresses):
        shutil.copytree(archive, home, dirs_exist_ok=True)
        (site / "feed.xml").write_bytes(_without_offers(feed))
        _run(home, "add", f"{addresses[0]}/feed.xml")
        files = [_run(home, "add", str(_transcript(site, f"loose-{n}"))) for n in range(ROUNDS)]
        assert all(run.said.startswith("1 new") for run in files), files[0].said
        time.sleep(_SETTLED_S)
        _run(home, "refresh")
        fed = []
        for number in range(ROUNDS):
            _transcript(site, f"new-{number}")
            _publish(site / "feed.xml", addresses[0], f"new-{number}")
            time.sleep(_SETTLED_S)
            fed.append(_run(home, "refresh"))
        assert all("1 new" in run.said for run in fed), fed[0].said
    yield f"an archive of 1,309 episodes and a feed of 100; {ROUNDS} times one new episode"
    for what, runs in (("add FILE", files), ("refresh", fed)):
        walls = sorted(run.wall_s for run in runs)
        yield (
            f"talksearch {what:<9}{statistics.median(walls):5.2f} s, longest {walls[-1]:.2f} "
            f"(bar {WALL_BAR_S:.1f})"
        )


# An archive, and the program as a whole process


class _Run:
    def __init__(self, said: str, wall_s: float, cpu_s: float) -> None:
        self.said, self.wall_s, self.cpu_s = said, wall_s, cpu_s


def _run(home: Path, *words: str) -> _Run:
    environment = os.environ | {"TALKSEARCH_ALLOW_PRIVATE_ADDRESSES": "1"}
    # As it is installed: with its modules compiled.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    before, began = os.times(), time.perf_counter()
    ran = subprocess.run(
        [sys.executable, "-m", "talksearch", "--home", str(home), *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    wall_s, after = time.perf_counter() - began, os.times()
    assert ran.returncode == 0, ran.stderr
    cpu_s = after.children_user + after.children_system
    cpu_s -= before.children_user + before.children_system
    return _Run(ran.stdout.strip(), wall_s, cpu_s)


@contextmanager
def _home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def _without_offers(feed: bytes) -> bytes:
    """Only what this machine has can be fetched."""
    return re.sub(rb"<podcast:(transcript|chapters) [^>]*/>", b"", feed)


def _transcript(site: Path, name: str) -> Path:
    said = "\n\n".join(
        f"00:{minute:02}:00.000 --> 00:{minute:02}:30.000\n<v {who}>{name} " + "salt and fire " * 40
        for minute in range(60)
        for who in ("Ann Lee", "Bo Katz")
    )
    path = site / f"{name}.vtt"
    path.write_text(f"WEBVTT\n\n{said}\n")
    return path


def _publish(feed: Path, address: str, name: str) -> None:
    item = (
        f'<item><title>Episode {name}</title><guid isPermaLink="false">{name}</guid>'
        f'<podcast:transcript url="{address}/{name}.vtt" type="text/vtt"/></item>'
    )
    feed.write_bytes(feed.read_bytes().replace(b"<item>", item.encode() + b"<item>", 1))


# The server: a process of its own, whose time is not counted


@contextmanager
def _site(hosts: int) -> Iterator[tuple[Path, list[str]]]:
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(
            [sys.executable, __file__, folder, str(hosts)], stdout=subprocess.PIPE, text=True
        )
        try:
            assert server.stdout
            ports = server.stdout.readline().split()
            yield Path(folder), [f"http://127.0.0.1:{port}" for port in ports]
        finally:
            server.kill()
            server.wait()


def _serve(folder: Path, hosts: int) -> None:
    class Files(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = folder / self.path.strip("/")
            data = path.read_bytes() if path.is_file() else b""
            tag = f'"{path.stat().st_mtime_ns}"' if data else '""'
            same = self.headers.get("If-None-Match") == tag
            self.send_response(304 if same else 200 if data else 404)
            self.send_header("ETag", tag)
            self.send_header("Content-Length", "0" if same else str(len(data)))
            self.end_headers()
            self.wfile.write(b"" if same else data)

        def log_message(self, *_: object) -> None:
            pass

    servers = [ThreadingHTTPServer(("127.0.0.1", 0), Files) for _ in range(hosts)]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(*(server.server_port for server in servers), flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), int(sys.argv[2]))
