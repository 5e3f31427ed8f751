"""What the parts of ``faults.py`` share: invented shows, their server, commands run on them."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

import talksearch

QUERY = ("search", "glaze", "-n", "5000", "--context", "1", "--format", "jsonl")
Wrong = list[str]

SHOWS = 3
TEXT = """kiln clay ash salt vapour soot iron lead glaze slip shelf cone wood fire draught chimney
wheel bowl rim crack cool slow heat night water tide gauge land sea level stone oak peg bread"""
WORDS = TEXT.split()


class Site:
    """``pages`` by path; each show has a host of its own. ``delay_s`` is how long each answer
    takes, ``asked`` what was asked for."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.asked: list[str] = []
        self.delay_s = 0.0
        self._came = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                site._came.set()
                time.sleep(site.delay_s)
                host = self.headers["Host"]
                text = site.pages.get(self.path)
                data = (text or "").replace("SITE", f"http://{host}").encode()
                tag = f'"{hash(data)}"'
                status = 200 if text is not None else 404
                if text is not None and self.headers.get("If-None-Match") == tag:
                    status, data = 304, b""
                try:
                    self.send_response(status)
                    self.send_header("ETag", tag)
                    self.send_header("Content-Length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                except OSError:  # whoever asked was killed
                    self.close_connection = True

            def log_message(self, *arguments: object) -> None:
                pass

        self._servers = [ThreadingHTTPServer(("127.0.0.1", 0), Handler) for _ in range(SHOWS)]
        self.feeds = [
            f"http://127.0.0.1:{server.server_port}/{show}/feed.xml"
            for show, server in enumerate(self._servers)
        ]

    def __enter__(self) -> Self:
        for server in self._servers:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers:
            server.shutdown()
            server.socket.close()

    def wait_for_request(self) -> None:
        self._came.clear()
        assert self._came.wait(30)


def said(chance: random.Random, words: int) -> str:
    return " ".join(chance.choices(WORDS, k=words)).capitalize() + " glaze."


def transcripts(folder: Path, count: int, name: str) -> None:
    """Files of interviews, in three ways to write them."""
    folder.mkdir(parents=True)
    chance = random.Random(name)
    for number in range(count):
        guest = chance.choice(("Bo Katz", "Bo", "Ann L.", "Zoë Brännström"))
        turns = [(who, said(chance, 60)) for _ in range(6) for who in ("Ann Lee", guest)]
        if number % 3 == 0:
            body = "".join(f"**{who}:** {text}\n\n" for who, text in turns)
            (folder / f"{name}-{number}.md").write_text(f"# {name} {number}\n\n{body}", "utf-8")
        elif number % 3 == 1:
            body = "".join(f"{who}: {text}\n\n" for who, text in turns)
            (folder / f"{name}-{number}.txt").write_text(body, "utf-8")
        else:
            (folder / f"{name}-{number}.vtt").write_text(_vtt(turns), "utf-8")


def _vtt(turns: list[tuple[str, str]]) -> str:
    cues = (
        f"{n // 6:02}:{n % 6}1.000 --> {n // 6:02}:{n % 6}9.000\n<v {who}>{text}\n\n"
        for n, (who, text) in enumerate(turns)
    )
    return "WEBVTT\n\n" + "".join(cues)


def shows(version: int) -> dict[str, str]:
    """The pages, as they are at first (0) and later (1): transcripts and chapters are corrected, a
    better one takes another's place, a guid changes, items leave and come."""
    pages = {}
    for show in range(SHOWS):
        items = []
        for number in range(6):
            if number == (5, 0)[version]:
                continue  # the last comes, and the first leaves
            chance = random.Random(f"{show} {number}")
            guest = ("Bo Katz", "Ann L.")[number % 2]
            turns = [(who, said(chance, 40)) for _ in range(4) for who in ("Ann Lee", guest)]
            if version and number in (2, 3):
                turns[0] = ("Ann Lee", "This was corrected, and the glaze ran.")
            guid = f"show-{show}-{number}" + ("-new" if version and number == 4 else "")
            title = f"Of {' '.join(chance.choices(WORDS, k=3))} {number}"
            place = f"/{show}/{number}"
            offers = ""
            if number != 5:
                pages[f"{place}.txt"] = "".join(f"{who}: {text}\n\n" for who, text in turns)
                offers += f"<podcast:transcript url='SITE{place}.txt' type='text/plain'/>"
            if number % 2:
                offers += f"<podcast:transcript url='SITE{place}.vtt' type='text/vtt'/>"
            if number % 2 and (version or number == 5):
                pages[f"{place}.vtt"] = _vtt(turns)
            if number == 2:
                offers += f"<podcast:chapters url='SITE{place}.json' type='application/json'/>"
                pages[f"{place}.json"] = (
                    f'{{"chapters": [{{"startTime": 0, "title": "Kilns {version}"}}]}}'
                )
            items.append(
                f"<item><title>{title}</title><guid>{guid}</guid>"
                f"<pubDate>{number + 1:02} Mar 2024 10:00:00 GMT</pubDate><link>SITE{place}</link>"
                f"<enclosure url='SITE/{show}-{number:03}-glaze.mp3' type='audio/mpeg'/>"
                f"<description>What it did to the glaze, {number}.</description>{offers}</item>"
            )
        pages[f"/{show}/feed.xml"] = (
            '<rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel>'
            f"<title>Show {show}</title><language>en</language>{''.join(items)}</channel></rss>"
        )
    return pages


# Commands, and what they leave


def command(home: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "talksearch", "--home", str(home), *words]


def run(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(home, *words),
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def expect(
    wrong: Wrong, status: int, home: Path, *words: str, lines: int | None = None, **env: str
) -> str:
    """Run it. It should end with this status, with so many lines on stderr, without a traceback."""
    ran = run(home, *words, **env)
    told = ran.stderr.splitlines()
    if ran.returncode != status or "Traceback" in ran.stderr or lines not in (None, len(told)):
        wrong.append(f"{' '.join(words[:2])}: {ran.returncode}, {told}")
    return ran.stdout + ran.stderr


def exported(home: Path) -> list[dict[str, Any]]:
    with talksearch.open(home) as archive:
        return [hit.to_dict() for hit in archive.export()]


def archive_before(temporary: Path, site: Site) -> Path:
    """Three shows with feeds, one without, a decision; and documents to be added, in ``own``."""
    home, own = temporary / "before", temporary / "own"
    transcripts(temporary / "first", 6, "first")
    transcripts(own, 12, "own")
    site.pages = shows(0)
    for words in (
        ("add", *site.feeds),
        ("add", str(temporary / "first"), "--show", "Kitchen Talks"),
        ("speakers", "alias", "Bo Katz", "Bo"),
    ):
        ran = run(home, *words)
        assert ran.returncode == 0, ran.stderr
    return home


def commands(temporary: Path) -> dict[str, tuple[str, ...]]:
    """What changes an archive that ``archive_before`` made, by name."""
    return {
        "add": ("add", str(temporary / "own"), "--show", "Kitchen Talks"),
        "refresh": ("refresh", "--all"),
        "rebuild": ("rebuild",),
        "merge": ("speakers", "merge", "Ann Lee", "Ann L."),
        "watch": ("watch", "add", "glaze"),
    }


def copied(home: Path, to: Path) -> Path:
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(home, to, symlinks=True)
    return to


def told(counts: Counter[str]) -> Iterator[str]:
    for name, count in counts.items():
        yield f"  {count:6,}  {name}"


def everything_in(archive: talksearch.Archive) -> dict[str, Any]:
    hits = archive.search("", limit=10_000, context=1).hits
    return {hit.passage.id: hit.to_dict() | {"score": None} for hit in hits}


def unordered(lines: str) -> dict[str, Any]:
    hits = map(json.loads, lines.splitlines())
    return {hit["id"]: hit | {"score": None} for hit in hits}
