"""Nothing lost: runs cut off at each of their changes, and what else goes wrong on disk."""

from __future__ import annotations

import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import talksearch
from conftest import Run
from servers import Pieces, Request, Start
from talksearch import Archive
from talksearch.engines.whoosh.store import Store
from talksearch.errors import HomeError

PROCESSES = multiprocessing.get_context("fork")  # what others take, to import, is most of a second
CUT_OFF = 9


@pytest.fixture(autouse=True)
def own_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TALKSEARCH_ALLOW_PRIVATE_ADDRESSES", "1")


class Site:
    """A server whose pages are those of ``self.pages``."""

    def __init__(self, serve: Start) -> None:
        self.pages: dict[str, str] = {}
        self.when_asked: Callable[[str], object] = str
        self.address = serve(self._answer).address

    def _answer(self, request: Request) -> Pieces:
        self.when_asked(request.target)
        text = self.pages.get(request.target)
        if text is None:
            return [b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"]
        data = text.replace("SITE", self.address).encode()
        return [b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(data), data]


def feed(*items: str) -> str:
    return (
        '<rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel>'
        f"<title>The Glaze</title><language>en</language>{''.join(items)}</channel></rss>"
    )


def item(number: int, guid: str, *offers: str, title: str = "Salt and ash") -> str:
    return (
        f"<item><title>{title} {number}</title><guid>{guid}</guid>"
        f"<pubDate>Tue, {number:02} Mar 2024 10:00:00 GMT</pubDate>"
        f"<link>SITE/page/{number}</link><enclosure url='SITE/{number:03}-glaze.mp3'/>"
        f"<description>What the kiln did, number {number}.</description>{''.join(offers)}</item>"
    )


def offered(path: str) -> str:
    kinds = {"vtt": "text/vtt", "txt": "text/plain"}
    return f'<podcast:transcript url="SITE/{path}" type="{kinds[path[-3:]]}"/>'


CHAPTERS = '<podcast:chapters url="SITE/c.json" type="application/json+chapters"/>'


def vtt(words: str) -> str:
    return (
        f"WEBVTT\n\n00:01.000 --> 00:04.000\n<v Ann Lee>What does {words} do?\n\n"
        "00:05.000 --> 00:09.000\n<v Bo Katz>It eats the clay, and that is the glaze.\n"
    )


BEFORE = {
    "/feed.xml": feed(
        item(1, "g1", offered("a1.txt"), offered("z1.vtt")),
        item(2, "g2", offered("t2.vtt"), CHAPTERS),
        item(3, "g3", offered("t3.vtt")),
        item(4, "g4"),
    ),
    "/a1.txt": "Ann Lee: What does vapour do?\n\nBo Katz: It eats the clay.\n",
    "/t2.vtt": vtt("soot"),
    "/t3.vtt": vtt("lead"),
    "/c.json": '{"chapters": [{"startTime": 0, "title": "Kilns"}]}',
}
# A better transcript takes the place of one, with a name before or after it; a transcript and
# chapters are corrected; a guid changes; items leave, come, and come back.
AFTER = BEFORE | {
    "/feed.xml": feed(
        item(1, "g1", offered("a1.txt"), offered("z1.vtt")),
        item(2, "g2", offered("t2.vtt"), CHAPTERS, title="Soot and ash"),
        item(3, "g3-new", offered("t3.vtt")),
        item(5, "g5", offered("t5.vtt")),
        item(6, "g6", title="The lost kiln of Höhr, part"),
    ),
    "/z1.vtt": vtt("vapour"),
    "/t2.vtt": vtt("soot and smoke"),
    "/t5.vtt": vtt("iron"),
    "/c.json": '{"chapters": [{"startTime": 0, "title": "Chimneys"}]}',
}


def exported(archive: Archive) -> list[dict[str, Any]]:
    return [hit.to_dict() for hit in archive.export()]


def refreshed(archive: Archive) -> None:
    archive.refresh(everything=True)


def watched(archive: Archive) -> None:
    if not archive.watches.list():
        archive.watches.add("glaze")


def merged(archive: Archive) -> None:
    if len(archive.people.decisions()) < 2:
        archive.people.alias("Ann Lee", "A. L.")


def rebuilt(archive: Archive) -> None:
    archive.rebuild()


def feed_removed(archive: Archive) -> None:
    for followed in archive.feeds():
        archive.remove_feed(followed.folder)
    archive.refresh()


def pruned(archive: Archive) -> None:
    archive.refresh(prune=True)


def added(archive: Archive) -> None:
    archive.add(archive.home.parent / "own", show="The Glaze")


def cut_off(home: Path, does: Callable[[Archive], None], number: int) -> None:
    """Do it, and die before the change of that number, from 0, to a file of the archive."""
    left = number

    def counted(original: Callable[..., Any]) -> Callable[..., Any]:
        def change(*arguments: Any, **options: Any) -> Any:
            nonlocal left
            left -= 1
            if left < 0:
                os._exit(CUT_OFF)
            return original(*arguments, **options)

        return change

    for name in ("replace", "unlink"):
        setattr(Path, name, counted(getattr(Path, name)))
    shutil.rmtree = counted(shutil.rmtree)  # type: ignore[assignment]
    with talksearch.open(home) as archive:
        does(archive)


STEP = 3  # of the changes; bench/faults.py takes them at any moment


def runs_cut_off(home: Path, does: Callable[[Archive], None]) -> Iterator[int]:
    """The archive, for every third change that ``does`` makes, as it is when it dies before it."""
    whole = home.with_name("whole")
    home.rename(whole)
    for number in range(0, 500, STEP):
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(whole, home, symlinks=True)
        process = PROCESSES.Process(target=cut_off, args=(home, does, number))
        process.start()
        process.join(60)
        assert process.exitcode in (0, CUT_OFF)
        if process.exitcode == 0:
            return
        yield number


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("does", [refreshed, pruned, feed_removed, rebuilt, merged, watched, added])
def test_a_run_that_is_cut_off_loses_nothing_and_can_be_done_again(
    does: Callable[[Archive], None], serve: Start, tmp_path: Path
) -> None:
    site = Site(serve)
    site.pages = BEFORE
    home = tmp_path / "home"
    own = tmp_path / "own"
    own.mkdir()
    for name in ("talk-1", "talk-2", "the lost kiln of höhr, part 6"):
        (own / f"{name}.md").write_text(f"# {name}\n\n**Ann Lee:** Of {name}.\n\n**Bo:** Yes.\n")
    with talksearch.open(home) as archive:
        archive.add(f"{site.address}/feed.xml")
        archive.add(own, show="Kilns")
        archive.people.alias("Bo Katz", "Bo")
        before = exported(archive)
    site.pages = AFTER
    (own / "talk-1.md").write_text("# Other\n\n**Ann Lee:** Another word.\n\n**Bo:** No.\n")
    if does is pruned:  # what has left before
        with talksearch.open(home) as archive:
            archive.refresh(everything=True)
            before = exported(archive)
    undisturbed = tmp_path / "undisturbed"
    shutil.copytree(home, undisturbed)
    with talksearch.open(undisturbed) as archive:
        does(archive)
        after = exported(archive)
    cuts = 0
    for cuts, number in enumerate(runs_cut_off(home, does), 1):
        with talksearch.open(home) as archive:
            assert exported(archive) in (before, after), number
            assert len(archive.people.decisions()) >= 1
            repaired = archive.check(repair=True) if cuts % 2 else []
            assert all(finding.repaired for finding in repaired), (number, repaired)
            does(archive)
            assert exported(archive) == after, number
            assert all(finding.repaired for finding in archive.check(repair=True)), number
            assert exported(archive) == after, number
    assert cuts > 0


def removed(folder: Path) -> None:
    shutil.rmtree(folder)


def renamed(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))


def without_feed(folder: Path) -> None:
    (folder / "feed.xml").unlink()


def edited(folder: Path) -> None:
    (folder / "t2.vtt").unlink()
    (folder / "t3.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:")
    (folder / "by-hand.txt").write_text("Ann Lee: By hand.\n\nBo Katz: Indeed.\n")
    (folder / "g4.txt.meta.json").write_text('{"source": ')


@pytest.mark.parametrize("path", ["/feed.xml", "/t5.vtt"])
@pytest.mark.parametrize("edit", [removed, renamed, without_feed, edited])
def test_a_corpus_that_is_edited_by_hand_during_a_refresh(
    edit: Callable[[Path], None], path: str, serve: Start, tmp_path: Path
) -> None:
    site = Site(serve)
    site.pages = BEFORE
    with talksearch.open(tmp_path) as archive:
        archive.add(f"{site.address}/feed.xml")
        site.pages = AFTER if path == "/t5.vtt" else BEFORE
        folder = tmp_path / "corpus" / "the-glaze"
        asked = []

        def once(target: str) -> None:
            if target == path and not asked:
                asked.append(target)
                edit(folder)

        site.when_asked = once
        archive.refresh(everything=True)
        assert asked
        if edit is edited:
            for broken in ("g4.txt.meta.json", "t3.vtt"):
                (folder / broken).unlink()
        archive.refresh(everything=True)
        # A sidecar without its document; what was stored where the folder had been.
        assert all(finding.repaired for finding in archive.check(repair=True))
        assert not archive.check()


def test_a_log_that_cannot_be_written_is_told_of_in_a_line(
    serve: Start, tmp_path: Path, run: Run
) -> None:
    site = Site(serve)
    site.pages = BEFORE
    assert run("--home", tmp_path, "add", f"{site.address}/feed.xml").status == 0
    (tmp_path / "index" / "refresh.log").symlink_to("/dev/full")
    ran = run("--home", tmp_path, "refresh", "--scheduled", "--all")
    assert ran.status == 0
    assert len(ran.err.splitlines()) == 1 and "cannot be written: No space left" in ran.err


def test_a_document_that_is_there_many_times_is_there_once_when_it_was_repaired(
    tmp_path: Path,
) -> None:
    own = tmp_path / "own.txt"
    own.write_text("Ann Lee: What does vapour do?\n\nBo Katz: It eats the clay.\n")
    with talksearch.open(tmp_path / "home") as archive:
        archive.add(own, show="The Glaze")
        corpus = archive.home / "corpus"
        (sidecar,) = corpus.glob("*/own.txt.meta.json")
        sidecar.write_text(sidecar.read_text().replace('"guid": null', '"guid": "g1"'))
        for folder in ("second", "third", "zeroth"):
            shutil.copytree(corpus / "the-glaze", corpus / folder)
        shutil.copy(corpus / "third" / "own.txt", corpus / "third" / "again.txt")
        shutil.copy(sidecar, corpus / "third" / "again.txt.meta.json")
        assert all(finding.repaired for finding in archive.check(repair=True))
        assert not archive.check()
        assert len([*corpus.glob("*/*.txt")]) == 1


def test_an_index_that_is_removed_while_it_is_written_is_told_of_in_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own.txt"
    own.write_text("Ann Lee: What does vapour do?\n\nBo Katz: It eats the clay.\n")
    original = Store._sweep

    def removing(self: Store, *keep: Path | None) -> None:
        original(self, *keep)
        shutil.rmtree(self.root)

    with talksearch.open(tmp_path / "home") as archive:
        monkeypatch.setattr(Store, "_sweep", removing)
        with pytest.raises(HomeError):
            archive.add(own)
        monkeypatch.setattr(Store, "_sweep", original)
        assert archive.search("vapour").total == 1


def test_a_log_that_gets_long_is_begun_anew(tmp_path: Path, run: Run) -> None:
    (tmp_path / "corpus" / "salt").mkdir(parents=True)
    (tmp_path / "corpus" / "salt" / "a.vtt").write_text(vtt("salt"))
    assert run("--home", tmp_path, "refresh").status == 0
    log = tmp_path / "index" / "refresh.log"
    assert "0 of 0 feeds asked" in log.read_text() and " INFO " in log.read_text()
    log.write_text("before\n" * 200_000)
    assert run("--home", tmp_path, "refresh").status == 0
    assert len(log.read_text().splitlines()) == 1
    assert (tmp_path / "index" / "refresh.log.1").read_text().startswith("before")
