"""A document that takes too long or too much is refused; the others go on."""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

import talksearch
from talksearch import feeds, formats, guard
from talksearch.errors import DocumentError, FeedParseError, TranscriptParseError
from talksearch.model import Document

LARGE = b"Ana: Salt cracks in the kiln.\n\nBo: Why is that?\n\n" * 12_000


def test_a_large_document_is_read_as_a_small_one() -> None:
    assert len(LARGE) > guard.LARGE
    document = Document(LARGE, "talk.txt")
    assert guard.read(document) == formats.read(document)
    assert guard.read(document, "text") == formats.read(document)


def test_its_errors_come_through() -> None:
    broken = Document(b"[" + b'{"start": 1},' * 60_000, "talk.json")
    with pytest.raises(TranscriptParseError, match="not valid JSON") as raised:
        guard.read(broken)
    assert raised.value.source == "talk.json"


def test_one_that_takes_too_long_is_ended() -> None:
    began = time.perf_counter()
    with pytest.raises(DocumentError, match="was not read in 0 s"):
        guard.read(Document(LARGE, "talk.txt"), seconds=0.01)
    assert time.perf_counter() - began < 5


def test_one_that_takes_too_much_memory_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("resource")
    # The child reads the limit from the module, so it is given one of its own here.
    code = "import talksearch.guard as g; g.MEMORY = 120 * 2**20; g.main()"
    run = subprocess.run

    def smaller(command: list[str], **options: Any) -> Any:
        return run([command[0], "-c", code], **options)

    monkeypatch.setattr(subprocess, "run", smaller)
    with pytest.raises(DocumentError, match="too much memory"):
        guard.read(Document(LARGE * 20, "talk.txt"))


def test_it_is_read_where_the_host_program_says_itself_where_we_are(tmp_path: Path) -> None:
    (tmp_path / "talk.txt").write_bytes(LARGE)
    code = f"""
import sys; sys.path += {sys.path!r}
import talksearch
with talksearch.open({str(tmp_path / "home")!r}) as archive:
    print(*((o.status, o.error) for o in archive.add({str(tmp_path / "talk.txt")!r})))
"""
    bare = getattr(sys, "_base_executable", sys.executable)  # the one of no virtual environment
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    ran = subprocess.run([bare, "-c", code], env=environment, capture_output=True, text=True)
    assert ran.stdout == "('new', None)\n", ran


@pytest.mark.parametrize("program", [None, "", shutil.which("false")])
def test_a_program_that_is_no_python_is_named(
    program: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What sys.executable is where Python runs within something else."""
    monkeypatch.setattr(sys, "executable", program)
    with pytest.raises(DocumentError, match=f"which should be a Python, is {program!r}"):
        guard.read(Document(LARGE, "talk.txt"))


def test_one_that_nobody_waits_for_any_more_ends_all_the_same() -> None:
    pytest.importorskip("resource")
    code = """
import talksearch.guard as g
g.SECONDS = 0
def read(document, format):
    while True: pass
g._READERS["_read"] = read
g.main()
"""
    asked = pickle.dumps(("_read", (Document(b"", "talk.txt"), None)))
    ran = subprocess.run([sys.executable, "-c", code], input=asked, check=False, timeout=30)
    assert ran.returncode in (-signal.SIGXCPU, -signal.SIGKILL)


ITEM = b"<item><title>Salt</title><description>Cracks in the kiln.</description></item>"
FEED = b"<rss version='2.0'><channel><title>Kilns</title>" + ITEM * 8_000 + b"</channel></rss>"


def test_a_large_feed_is_read_as_a_small_one() -> None:
    assert len(FEED) > guard.LARGE
    small = FEED.replace(ITEM * 7_000, b"")
    for data in (FEED, small):
        found = guard.parse_feed(data, source="f.xml", base_url="https://pod.example/")
        assert found == feeds.parse_feed(data, source="f.xml", base_url="https://pod.example/")


def test_errors_of_feeds_come_through() -> None:
    with pytest.raises(FeedParseError, match="web page") as raised:
        guard.parse_feed(b"<html>" + b" " * guard.LARGE, source="f.xml")
    assert raised.value.source == "f.xml"


def test_a_feed_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    # No parser is known that still takes its time: the process is given one here.
    code = "import time; time.sleep(600)"
    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda c, **o: run([c[0], "-c", code], **o))
    began = time.perf_counter()
    with pytest.raises(FeedParseError, match=r"f\.xml: was not read in 1 s: it is no feed"):
        guard.parse_feed(FEED, source="f.xml", seconds=1)
    assert time.perf_counter() - began < 10


def test_the_others_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_bytes(LARGE)
    (tmp_path / "b.txt").write_bytes(LARGE[:200])
    monkeypatch.setattr(guard.read, "__kwdefaults__", {"seconds": 0.01})
    with talksearch.open(tmp_path / "home") as archive:
        outcomes = {Path(o.source).name: o.status for o in archive.add(tmp_path)}
    assert outcomes == {"a.txt": "failed", "b.txt": "new"}
