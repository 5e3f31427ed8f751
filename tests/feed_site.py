"""A site with feeds, and what stands in them: for all tests that follow feeds."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from talksearch import Outcome


@dataclass
class Site:
    """A web server on this machine: ``pages`` are its answers, ``asked`` what it was asked for;
    ``busy`` are paths at which it wants to be left alone for so many seconds."""

    address: str
    pages: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    asked: list[tuple[str, int]] = field(default_factory=list)
    moved: dict[str, tuple[int, str]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    busy: dict[str, int] = field(default_factory=dict)

    def put(self, path: str, text: str, media_type: str = "text/plain") -> str:
        self.pages[path] = (media_type, text.replace("SITE", self.address).encode())
        return self.address + path


@contextmanager
def running() -> Iterator[Site]:
    """A site that answers until the block is left."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            media_type, data = site.pages.get(self.path, ("", b""))
            tag = f'"{hash(data)}"'
            status = 200 if media_type else 404
            if media_type and self.headers.get("If-None-Match") == tag:
                status, data = 304, b""
            if self.path in site.gone:
                status, data = 410, b""
            place = ""
            if self.path in site.moved:
                status, place = site.moved[self.path]
            if self.path in site.busy:
                status, data = 503, b""
            site.asked.append((self.path, status))
            self.send_response(status)
            if self.path in site.busy:
                self.send_header("Retry-After", str(site.busy[self.path]))
            if place:
                self.send_header("Location", place)
            self.send_header("Content-Type", media_type or "text/plain")
            self.send_header("ETag", tag)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = Site(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


SALT = """<item><title>Salt</title><guid>salt</guid><link>SITE/salt</link>
<pubDate>Tue, 05 Mar 2024 10:00:00 GMT</pubDate>
<enclosure url="SITE/salt.mp3" type="audio/mpeg"/>
<podcast:transcript url="SITE/salt.txt" type="text/plain"/>
<podcast:transcript url="SITE/salt.vtt" type="text/vtt"/>
<podcast:person>Ann Lee</podcast:person><podcast:person role="guest">Bo Katz</podcast:person>
<description>How salt makes a glaze.</description></item>"""
ASH = (
    """<item><title>Ash</title><guid>ash</guid><description>Wood ash, soon.</description></item>"""
)
VTT = """WEBVTT

00:01.000 --> 00:04.000
<v Ann Lee>What does the vapour do?

00:05.000 --> 00:09.000
<v Bo>It eats the clay, and that is the glaze.
"""


def feed(*items: str, title: str = "The Glaze") -> str:
    return (
        '<rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel>'
        f"<title>{title}</title><language>en</language>{''.join(items)}</channel></rss>"
    )


def by_title(outcomes: Iterable[Outcome]) -> dict[str | None, str]:
    return {outcome.title: outcome.status for outcome in outcomes}
