"""What is known of documents and feeds holds for as long as their files are as they were."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

import talksearch
from talksearch.cache import Cache
from talksearch.corpus import Corpus, FeedState, Meta, Signature, Stored
from talksearch.documents import Documents
from talksearch.errors import SourceError
from talksearch.joining import Joining
from talksearch.shows import VERSION, Shows

COUNT = 30


class Counting(Corpus):
    """A corpus that tells how often it was read."""

    reads = looks = 0

    def signature(self, stored: Stored) -> Signature:
        self.looks += 1
        return super().signature(stored)

    def meta(self, stored: Stored) -> Meta:
        self.reads += 1
        return super().meta(stored)

    def digest(self, stored: Stored) -> bytes:
        self.reads += 1
        return super().digest(stored)

    def feed_bytes(self, folder: str) -> bytes | None:
        self.reads += 1
        return super().feed_bytes(folder)


@pytest.fixture
def corpus(tmp_path: Path) -> Counting:
    corpus = Counting(tmp_path / "corpus")
    for number in range(COUNT):
        corpus.put("salt", f"{number}.txt", b"x", Meta(f"source {number}", guid=f"g{number}"))
    return corpus


@pytest.fixture
def later() -> Iterator[None]:
    """Some seconds after all that was written."""
    with mock.patch("time.time_ns", return_value=time.time_ns() + 10**10):
        yield


def look(corpus: Counting, *, keep: bool = True, folder: str = "salt") -> int:
    """In a process of its own: how often the corpus was read to know all of the documents."""
    corpus.reads = 0
    documents = Documents(corpus, Cache(corpus.root.parent / "cache"))
    for stored in corpus.documents(folder):
        assert documents.meta(stored) == Corpus.meta(corpus, stored)
        assert documents.digest(stored) == Corpus.digest(corpus, stored)
        documents.digest(stored)
    if keep:
        documents.keep()
    return corpus.reads


@pytest.mark.usefixtures("later")
def test_a_document_is_read_again_when_it_has_changed(corpus: Counting) -> None:
    assert look(corpus) == 2 * COUNT
    assert look(corpus) == 0
    path = corpus.root / "salt" / "3.txt"
    before = path.stat()
    path.write_bytes(b"y")  # as long as before, and as old
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert look(corpus) == 2
    (corpus.root / "salt" / "4.txt.meta.json").write_text('{"guid": "other"}')
    (corpus.root / "salt" / "5.txt.meta.json").unlink()
    assert look(corpus) == 3 * 2  # so few are not written down
    (corpus.root / "salt" / "6.txt").unlink()
    assert look(corpus) == 3 * 2


@pytest.mark.usefixtures("later")
def test_what_is_gone_is_not_kept(corpus: Counting) -> None:
    look(corpus)
    for number in range(1, COUNT):
        path = corpus.root / "salt" / f"{number}.txt"
        path.rename(path.with_name(f"new-{number}.txt"))
    look(corpus)
    known = Cache(corpus.root.parent / "cache").get("documents salt", VERSION)
    assert sorted(known) == sorted(stored.name for stored in corpus.documents("salt"))


def test_a_document_that_may_yet_change_unseen_is_not_kept(corpus: Counting) -> None:
    assert look(corpus) > 2 * COUNT
    assert look(corpus) > 2 * COUNT
    assert not (corpus.root.parent / "cache").exists()


@pytest.mark.usefixtures("later")
def test_of_what_is_private_nothing_is_kept(corpus: Counting) -> None:
    look(corpus, folder="none")
    secret = "https://ann:hunter2@example.org/"
    for number in range(COUNT):
        meta = Meta(f"{secret}{number}")
        corpus.put("own", f"{number}.txt", b"x", meta)
        corpus.put("fed", f"{number}.txt", b"x", Meta(f"source {number}"))
    corpus.put_feed("fed", FeedState(secret, secret))
    for folder in ("own", "fed"):
        assert look(corpus, folder=folder) >= 2 * COUNT
        assert look(corpus, folder=folder) >= 2 * COUNT
    assert not (corpus.root.parent / "cache").exists()


@pytest.mark.usefixtures("later")
def test_forgotten_is_read_again(corpus: Counting) -> None:
    look(corpus)
    documents = Documents(corpus, Cache(corpus.root.parent / "cache"))
    assert documents.guids("salt") == {f"g{number}" for number in range(COUNT)}
    documents.forget()
    corpus.reads = 0
    assert len(documents.guids("salt")) == corpus.reads == COUNT


def test_what_cannot_be_read_is_said(corpus: Counting) -> None:
    (corpus.root / "salt" / "1.txt.meta.json").write_text("{")
    documents = Documents(corpus, Cache(corpus.root.parent / "cache"))
    with pytest.raises(SourceError, match="not valid JSON"):
        documents.meta(Stored("salt", "1.txt"))
    with pytest.raises(SourceError):
        documents.digest(Stored("salt", "none.txt"))
    assert len(documents.guids("salt")) == COUNT - 1


FEED = "<rss version='2.0'><channel><title>Salt</title>{}</channel></rss>"
ITEM = "<item><guid>{0}</guid><title>On {0} and clay</title><description>{0}</description></item>"


def feed(*guids: str) -> bytes:
    return FEED.format("".join(map(ITEM.format, guids))).encode()


@pytest.mark.usefixtures("later")
@pytest.mark.parametrize("address", ["https://example.org/feed", "https://a:b@example.org/feed"])
def test_an_outline_has_what_the_show_has(corpus: Counting, address: str) -> None:
    def shows() -> Shows:  # in a process of its own
        return Shows(corpus, Cache(corpus.root.parent / "cache"))

    assert shows().outline("salt") is None and shows().identities("salt") == {}
    state = FeedState(address, address)
    shows().store("salt", state, feed("one", "two"))
    shows().store("salt", state, feed("two", "three"))
    for _ in range(2):
        corpus.reads = 0
        outline = shows().outline("salt")
        assert outline and outline.show.title == "Salt"
        assert [item.guid for item in outline.items] == ["two", "three", "one"]
        assert not any(item.description for item in outline.items)
        assert shows().identities("salt").keys() == {"one", "two", "three"}
        digest = shows().digest("salt")
    assert corpus.reads == 0 or state.private
    shows().store("salt", state, feed("two", "three", "four"))
    outline = shows().outline("salt")
    assert outline and len(outline.items) == len(shows().identities("salt")) == 4
    assert digest != shows().digest("salt") is not None
    kept = [path.read_bytes() for path in (corpus.root.parent / "cache").glob("*")]
    assert bool(kept) is not bool(state.private)


@pytest.mark.usefixtures("later")
def test_check_believes_no_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "home" / "corpus" / "talks"
    folder.mkdir(parents=True)
    for number in range(COUNT):
        (folder / f"{number}.txt").write_text(f"Ann: Word number{number}.\nBo: Yes.\n")
    # As of a file system that tells no times.
    monkeypatch.setattr("talksearch.corpus.store.signature", lambda *_: ((1, 1, 1),))
    with talksearch.open(tmp_path / "home") as archive:
        archive.refresh()
    (folder / "3.txt").write_text("Ann: Another one.\nBo: Yes.\n")
    with talksearch.open(tmp_path / "home") as archive:
        assert not archive.refresh().outcomes
        (finding,) = archive.check()
        assert finding.reason == "has changed since it was indexed"
        assert [each.repaired for each in archive.check(repair=True)] == [True]
        assert archive.search("another").total == 1 and not archive.check()


def test_documents_are_looked_at_once_for_all_feeds_that_are_new(corpus: Counting) -> None:
    for show in ("ash", "clay", "kiln", "wax"):
        rss = f"<rss><channel><title>{show}</title><item><guid>{show}</guid></item></channel></rss>"
        corpus.put_feed(show, FeedState(source=f"{show}.xml"), rss.encode())
    cache = Cache(corpus.root.parent / "cache")
    corpus.looks = 0
    Joining(corpus, Shows(corpus, cache), Documents(corpus, cache), cache).match(tell=False)
    assert 0 < corpus.looks <= 2 * COUNT
