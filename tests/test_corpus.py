"""Documents and feed state on disk: kept byte for byte, replaced in one step, never mixed up."""

from __future__ import annotations

import datetime as dt
import json
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from talksearch.corpus import LOOSE, Corpus, FeedState, Given, Meta, ShowFile, Stored
from talksearch.corpus.signatures import is_settled
from talksearch.errors import BusyError, HomeError, SourceError
from talksearch.schedule import Visit

GIVEN = Given("Salt", ("Ann Lee",), ("Bo Katz",), "de", dt.date(2024, 3, 5), "text")


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus(tmp_path / "corpus")


def test_a_document_comes_back_as_it_was_put(corpus: Corpus) -> None:
    data = b"\xff\x00 anything \r\n"
    meta = Meta("https://example.org/a.vtt", "text/vtt", "guid", given=GIVEN)
    stored = corpus.put("salt", "a.vtt", data, meta)
    assert corpus.documents("salt") == [stored] and corpus.folders() == ["salt"]
    assert corpus.meta(stored) == meta.obtaining(data)
    document = corpus.read(stored, meta)
    assert (document.data, document.source, document.media_type) == (
        data,
        meta.source,
        "text/vtt",
    )


@pytest.mark.parametrize(
    "state",
    [
        FeedState("https://example.org/f", "https://example.org/old", True, "2024-03-05"),
        FeedState("https://example.org/f", same={"new": "old"}),
        FeedState(None, "/somewhere/feed.xml", given=GIVEN),
    ],
)
def test_feed_state_comes_back_as_it_was_put(corpus: Corpus, state: FeedState) -> None:
    corpus.put_feed("salt", state)
    assert corpus.feed("salt") == state and corpus.feed_bytes("salt") is None
    corpus.put_feed("salt", state, b"<rss/>")
    assert corpus.feed("salt") == state and corpus.feed_bytes("salt") == b"<rss/>"
    assert corpus.documents("salt") == []


def test_what_belongs_to_a_feed_comes_back_as_it_was_put(corpus: Corpus) -> None:
    noon = dt.datetime(2024, 3, 5, 12, tzinfo=dt.UTC)
    visits = {
        "https://example.org/f": Visit(noon, noon + dt.timedelta(hours=1), '"tag"', "then"),
        "https://example.org/t": Visit(noon, noon, failures=3, error="is down"),
    }
    assert corpus.visits("salt") == {} and corpus.left("salt") == []
    corpus.put_visits("salt", visits)
    corpus.put_left("salt", [{"guid": "a"}])
    corpus.put_chapters("salt", "https://example.org/c", b"{}")
    assert corpus.visits("salt") == visits and corpus.left("salt") == [{"guid": "a"}]
    assert corpus.chapters("salt", "https://example.org/c") == b"{}"
    assert corpus.chapters("salt", "https://example.org/d") is None
    assert corpus.documents("salt") == [] and corpus.folders() == ["salt"]


def test_addresses_of_feeds_are_for_their_owner_alone(corpus: Corpus) -> None:
    corpus.put_feed("salt", FeedState("https://jo:secret@example.org/f"))
    corpus.put_visits("salt", {})
    for name in ("feed.json", "visits.json"):
        assert (corpus.root / "salt" / name).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"visits": []}',
        '{"visits": {"a": 1}}',
        '{"visits": {"a": {"at": "x"}}}',
        '{"visits": {"a": {"at": "2024-03-05", "due": "2024-03-05", "failures": Infinity}}}',
    ],
)
def test_broken_visits_only_cost_a_request(corpus: Corpus, text: str) -> None:
    corpus.put_visits("salt", {})
    (corpus.root / "salt" / "visits.json").write_text(text)
    assert corpus.visits("salt") == {}
    with pytest.raises(SourceError):
        corpus.strict_visits("salt")


def test_the_fingerprint_changes_with_what_the_folder_holds(corpus: Corpus) -> None:
    def settled() -> str | None:
        later = time.time_ns() + 10**10
        with mock.patch("time.time_ns", return_value=later):
            return corpus.fingerprint("salt")

    stored = corpus.put("salt", "a.txt", b"x", Meta("source"))
    assert corpus.fingerprint("salt") is None  # a change now might go unseen
    seen = [settled()]
    assert settled() == seen[0]
    before = corpus.path(stored).stat()
    corpus.path(stored).write_bytes(b"y")  # as long as before, and as old
    os.utime(corpus.path(stored), ns=(before.st_atime_ns, before.st_mtime_ns))
    seen.append(settled())
    corpus.put_chapters("salt", "https://example.org/c", b"{}")
    seen.append(settled())
    corpus.put_feed("salt", FeedState(), b"<rss/>")
    seen.append(settled())
    corpus.remove_document(stored)
    seen.append(settled())
    assert len(set(seen)) == len(seen) and all(seen)
    corpus.put_visits("salt", {})
    assert settled() == seen[-1]


@pytest.mark.parametrize("which", [0, 2])
def test_what_changed_just_now_may_yet_change_unseen(which: int) -> None:
    """By either time: one can be set, and the other is that of the creation on some systems."""
    now, settled = time.time_ns(), [0, 5, 0]
    assert is_settled((tuple(settled),)) and is_settled(())
    settled[which] = now
    assert not is_settled(((0, 5, 0), tuple(settled), (0, 5, 0)))


def test_a_link_to_nowhere_hides_no_change(corpus: Corpus) -> None:
    later = time.time_ns() + 10**10
    with mock.patch("time.time_ns", return_value=later):
        stored = corpus.put("salt", "a.txt", b"x", Meta("source"))
        (corpus.root / "salt" / "b.txt").symlink_to("nowhere")
        (corpus.root / "salt" / "c.txt").symlink_to("c.txt")
        before = corpus.fingerprint("salt")
        corpus.path(stored).write_bytes(b"longer")
        assert corpus.fingerprint("salt") != before
        (corpus.root / "salt" / "nowhere").write_bytes(b"y")
        assert corpus.fingerprint("salt") != before


class Killed(BaseException):
    """What a kill is to the code that it cuts off: nothing of it is run any more."""


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Cuts off what comes next before the change of that number, from 0, to a file or folder."""

    def at(number: int) -> None:
        left = number

        def spied(original: Callable[..., Any]) -> Callable[..., Any]:
            def change(*arguments: Any, **options: Any) -> Any:
                nonlocal left
                left -= 1
                if left < 0:
                    raise Killed
                return original(*arguments, **options)

            return change

        for name in ("replace", "unlink"):
            monkeypatch.setattr(Path, name, spied(getattr(Path, name)))

    return at


@pytest.mark.parametrize("number", range(4))
def test_a_document_that_is_moved_is_always_in_one_place(
    corpus: Corpus, killed: Callable[[int], None], number: int
) -> None:
    stored = corpus.put("loose", "a.txt", b"x", Meta("source"))
    corpus.put("salt", "a.txt", b"y", Meta("other"))
    killed(number)
    with suppress(Killed):
        corpus.move(stored, "salt", Meta("source", guid="guid"))
    found = [d for folder in ("loose", "salt") for d in corpus.documents(folder)]
    found = [each for each in found if corpus.path(each).read_bytes() == b"x"]
    assert len(found) == 1
    if found[0].folder == "salt":
        assert corpus.meta(found[0]) == Meta("source", guid="guid")
        assert found[0].name != "a.txt"  # that is another's


@pytest.mark.parametrize("number", range(3))
def test_new_bytes_of_a_feed_never_come_without_what_is_known_of_their_guids(
    corpus: Corpus, killed: Callable[[int], None], number: int
) -> None:
    corpus.put_feed("salt", FeedState(), b"old")
    killed(number)
    with suppress(Killed):
        corpus.put_feed("salt", FeedState(same={"new": "old"}), b"new")
    state = corpus.feed("salt")
    assert state is not None
    assert corpus.feed_bytes("salt") == b"old" or state.same == {"new": "old"}


def test_a_show_is_removed_at_once(corpus: Corpus) -> None:
    corpus.put("salt", "a.txt", b"x", Meta("source"))
    with mock.patch("shutil.rmtree", side_effect=Killed), pytest.raises(Killed):
        corpus.remove("salt")
    assert corpus.folders() == []
    (left,) = corpus.unfinished()
    corpus.put("salt", "a.txt", b"x", Meta("source"))
    corpus.remove("salt")  # what was left is in nobody's way
    assert not left.exists() and corpus.unfinished() == []


def test_the_same_source_replaces_and_another_does_not(corpus: Corpus) -> None:
    one = corpus.put("salt", "a.vtt", b"1", Meta("one"))
    assert corpus.put("salt", "a.vtt", b"2", Meta("one")) == one
    two = corpus.put("salt", "a.vtt", b"3", Meta("two"))
    assert two != one and Path(two.name).suffix == ".vtt"
    assert corpus.put("salt", "a.vtt", b"4", Meta("two")) == two
    assert [corpus.read(s, corpus.meta(s)).data for s in (one, two)] == [b"2", b"4"]


def test_a_document_is_found_by_the_whole_of_its_source(corpus: Corpus) -> None:
    """Of its address, too, though its name is made of the path alone."""
    first, second = (f"https://example.org/get/a.vtt?id={number}" for number in (1, 2))
    one = corpus.put("salt", "a.vtt", b"1", Meta(first))
    assert corpus.of_source(second) is None
    two = corpus.put("tide", "a.vtt", b"2", Meta(second))
    assert (corpus.of_source(first), corpus.of_source(second)) == (one, two)


@settings(max_examples=100)
@given(name=st.text(max_size=200), title=st.text(max_size=200))
@example(name=f"a.{'b' * 300}", title="")
@example(name=f"{'a' * 300}.txt", title="")
def test_any_name_and_title_stay_inside(
    tmp_path_factory: pytest.TempPathFactory, name: str, title: str
) -> None:
    root = tmp_path_factory.mktemp("any") / "corpus"
    corpus = Corpus(root)
    folder = corpus.folder_for(title)
    stored = corpus.put(folder, name, b"data", Meta("source"))
    assert corpus.path(stored).parent.parent == root
    assert corpus.documents(folder) == [stored]
    assert corpus.folder_for(title) == folder


def test_a_show_has_one_folder_and_another_show_another(corpus: Corpus) -> None:
    assert corpus.folder_for(None) == LOOSE
    folder = corpus.folder_for("Salt & Fire")
    assert corpus.folder_for("salt & FIRE") == folder
    assert corpus.show_file(folder).title == "Salt & Fire"
    assert len({corpus.folder_for(title) for title in ("Documents", "???", "!!!")} - {LOOSE}) == 3
    assert len({corpus.folder_for(title) for title in ("Other", "???", "!!!")} - {folder}) == 3
    long = [f"{'salt ' * 80}{part}" for part in ("one", "two")]  # no file system takes that name
    assert len({corpus.folder_for(title) for title in (*long, *long)}) == 2


def test_what_people_write_is_read(corpus: Corpus) -> None:
    folder = corpus.root / "salt"
    folder.mkdir(parents=True)
    (folder / "show.toml").write_text(
        'title = "Salt"\nlanguage = "de"\nhosts = ["Ann Lee"]\nlink = "https://x.example/{guid}"\n'
    )
    assert corpus.show_file("salt") == ShowFile(
        "Salt", "de", ("Ann Lee",), "https://x.example/{guid}"
    )
    (folder / "by-hand.txt").write_text("Ann: Yes.")
    (stored,) = corpus.documents("salt")
    assert corpus.meta(stored) == Meta(source=str(folder / "by-hand.txt"))


def test_the_wrong_value_is_named(corpus: Corpus) -> None:
    folder = corpus.root / "salt"
    folder.mkdir(parents=True)
    for text, reason in (
        ("title = 3", "title: 3 should be a text"),
        ('hosts = "Ann"', "hosts: 'Ann' should be a list of names"),
        ('link = "gopher://x.example"', "link: should begin with http"),
    ):
        (folder / "show.toml").write_text(text)
        with pytest.raises(SourceError, match=f"has a wrong value: {reason}"):
            corpus.show_file("salt")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("show.toml", "title ="),
        ("show.toml", "title = 3"),
        ("show.toml", 'hosts = "Ann"'),
        ("feed.json", "[]"),
        ("feed.json", '{"source": 1}'),
        ("feed.json", '{"same": {"a": 1}}'),
        ("left.json", "[]"),
        ("feed.json", '{"same": {"a": "\\ud800"}}'),
        ("feed.json", '{"given": {"show": 5}}'),
        ("left.json", '{"items": [1]}'),
        ("a.txt.meta.json", "{"),
        ("a.txt.meta.json", '{"given": {"date": "soon"}}'),
        ("a.txt.meta.json", '{"given": []}'),
        ("a.txt.meta.json", '{"given": {"hosts": [1]}}'),
        ("a.txt.meta.json", '{"given": {"hosts": {"Ann": 1}}}'),
        ("a.txt.meta.json", '{"given": {"guests": ["\\udce9"]}}'),
        ("a.txt.meta.json", '{"given": {"show": ["Salt"]}}'),
        ("a.txt.meta.json", '{"given": {"language": {"a": 1}}}'),
        ("a.txt.meta.json", '{"given": {"format": "betamax"}}'),
        ("a.txt.meta.json", '{"media_type": {}}'),
    ],
)
def test_what_is_broken_is_named(corpus: Corpus, name: str, text: str) -> None:
    folder = corpus.root / "salt"
    folder.mkdir(parents=True)
    (folder / "a.txt").write_text("Ann: Yes.")
    (folder / name).write_text(text)
    with pytest.raises(SourceError) as raised:
        corpus.show_file("salt")
        corpus.feed("salt")
        corpus.left("salt")
        corpus.meta(Stored("salt", "a.txt"))
    assert raised.value.source == str(folder / name)


def test_keys_of_later_versions_are_passed_over(corpus: Corpus) -> None:
    stored = corpus.put("salt", "a.txt", b"x", Meta("source"))
    sidecar = corpus.path(stored).with_name("a.txt.meta.json")
    sidecar.write_text(json.dumps({**json.loads(sidecar.read_text()), "colour": "blue"}))
    assert corpus.meta(stored) == Meta("source").obtaining(b"x")


def test_what_is_edited_by_hand_is_known(corpus: Corpus) -> None:
    stored = corpus.put("salt", "a.txt", b"x", Meta("source"))
    path, sidecar = corpus.path(stored), corpus.path(stored).with_name("a.txt.meta.json")
    assert not corpus.is_edited(stored)
    path.write_bytes(b"mine")
    assert corpus.is_edited(stored)
    # Cut off between the sidecar and the document, it is still what the source gave.
    corpus.put("salt", "a.txt", b"x", corpus.meta(stored))
    corpus.put("salt", "a.txt", b"y", corpus.meta(stored))
    path.write_bytes(b"x")
    assert not corpus.is_edited(stored)
    corpus.put("salt", "a.txt", b"y", corpus.meta(stored))
    before = sidecar.read_bytes()
    corpus.put("salt", "a.txt", b"y", corpus.meta(stored))
    assert sidecar.read_bytes() == before
    # Nobody knows of those that an older version has put, and of files without a sidecar.
    told = json.loads(before)
    del told["obtained"]
    sidecar.write_text(json.dumps(told))
    path.write_bytes(b"mine")
    assert not corpus.is_edited(stored)
    sidecar.unlink()
    assert not corpus.is_edited(stored)


def test_the_digest_changes_with_document_and_sidecar(corpus: Corpus) -> None:
    stored = corpus.put("salt", "a.txt", b"x", Meta("source"))
    first = corpus.digest(stored)
    assert corpus.digest(stored) == first
    corpus.put("salt", "a.txt", b"x", Meta("source", given=GIVEN))
    second = corpus.digest(stored)
    corpus.put("salt", "a.txt", b"y", Meta("source", given=GIVEN))
    assert len({first, second, corpus.digest(stored)}) == 3


def test_one_changes_it_at_a_time(corpus: Corpus) -> None:
    other = Corpus(corpus.root)
    with corpus.lock(), pytest.raises(HomeError, match="another talksearch"), other.lock(0.05):
        pass
    with other.lock(0.05):
        pass


@pytest.mark.parametrize("left", [-1.0, -0.001, float("nan")])
def test_whose_time_is_up_already_does_not_wait(corpus: Corpus, left: float) -> None:
    """A program's deadline less the time that it is."""

    def change() -> None:
        with pytest.raises(BusyError), Corpus(corpus.root).lock(left):
            pass

    with corpus.lock():
        waiting = threading.Thread(target=change, daemon=True)
        waiting.start()
        waiting.join(5)
        assert not waiting.is_alive()


def test_whoever_waits_says_so(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("talksearch.corpus.store._PATIENCE_S", 0.05)
    changed = threading.Event()

    def change() -> None:
        with Corpus(corpus.root).lock(5):
            changed.set()

    with corpus.lock():
        waiting = threading.Thread(target=change)
        waiting.start()
        assert not changed.wait(0.3)
        assert "waiting for another talksearch" in caplog.text
    waiting.join(5)
    assert changed.is_set()


def test_what_an_editor_leaves_beside_a_document_is_none(corpus: Corpus) -> None:
    stored = corpus.put("salt", "a.vtt", b"one", Meta("a.vtt"))
    folder = corpus.root / "salt"
    for name in ("a.vtt~", "a.vtt.bak", "a.vtt.orig", "#a.vtt#", ".a.vtt.swp"):
        (folder / name).write_text("two")
    assert corpus.documents("salt") == [stored]
    # What was added by such a name, or has no other beside it, is one.
    added = corpus.put("salt", "a.vtt.bak", b"three", Meta("talks/a.vtt.bak"))
    (folder / "b.txt.orig").write_text("four")
    assert {each.name for each in corpus.documents("salt")} == {"a.vtt", added.name, "b.txt.orig"}
