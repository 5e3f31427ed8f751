"""Documents and feed state on disk: kept byte for byte, replaced in one step, never mixed up."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talksearch.corpus import LOOSE, Corpus, FeedState, Given, Meta, ShowFile, Stored
from talksearch.errors import HomeError, SourceError

GIVEN = Given("Salt", ("Ann Lee",), ("Bo Katz",), "de", dt.date(2024, 3, 5), "text")


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return Corpus(tmp_path / "corpus")


def test_a_document_comes_back_as_it_was_put(corpus: Corpus) -> None:
    data = b"\xff\x00 anything \r\n"
    meta = Meta("https://example.org/a.vtt", "text/vtt", "guid", given=GIVEN)
    stored = corpus.put("salt", "a.vtt", data, meta)
    assert corpus.documents("salt") == [stored] and corpus.folders() == ["salt"]
    assert corpus.meta(stored) == meta
    document = corpus.read(stored, meta)
    assert (document.data, document.source, document.media_type) == (
        data,
        meta.source,
        "text/vtt",
    )


@pytest.mark.parametrize(
    "state",
    [
        FeedState("https://example.org/f", "https://example.org/f", '"tag"', "then", "now", True),
        FeedState(None, "/somewhere/feed.xml", given=GIVEN),
    ],
)
def test_feed_state_comes_back_as_it_was_put(corpus: Corpus, state: FeedState) -> None:
    corpus.put_feed("salt", state)
    assert corpus.feed("salt") == (state, None)
    corpus.put_feed("salt", state, b"<rss/>")
    assert corpus.feed("salt") == (state, b"<rss/>")
    assert corpus.documents("salt") == []


def test_the_same_source_replaces_and_another_does_not(corpus: Corpus) -> None:
    one = corpus.put("salt", "a.vtt", b"1", Meta("one"))
    assert corpus.put("salt", "a.vtt", b"2", Meta("one")) == one
    two = corpus.put("salt", "a.vtt", b"3", Meta("two"))
    assert two != one and Path(two.name).suffix == ".vtt"
    assert corpus.put("salt", "a.vtt", b"4", Meta("two")) == two
    assert [corpus.read(s, corpus.meta(s)).data for s in (one, two)] == [b"2", b"4"]


@settings(deadline=None, max_examples=100)
@given(name=st.text(max_size=200), title=st.text(max_size=200))
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


def test_what_people_write_is_read(corpus: Corpus) -> None:
    folder = corpus.root / "salt"
    folder.mkdir(parents=True)
    (folder / "show.toml").write_text(
        'title = "Salt"\nlanguage = "de"\nwebsite = "https://x.example"\nhosts = ["Ann Lee"]\n'
    )
    assert corpus.show_file("salt") == ShowFile("Salt", "de", "https://x.example", ("Ann Lee",))
    (folder / "by-hand.txt").write_text("Ann: Yes.")
    (stored,) = corpus.documents("salt")
    assert corpus.meta(stored) == Meta(source=str(folder / "by-hand.txt"))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("show.toml", "title ="),
        ("show.toml", "title = 3"),
        ("show.toml", 'hosts = "Ann"'),
        ("feed.json", "[]"),
        ("feed.json", '{"source": 1}'),
        ("a.txt.meta.json", "{"),
        ("a.txt.meta.json", '{"given": {"date": "soon"}}'),
        ("a.txt.meta.json", '{"given": []}'),
        ("a.txt.meta.json", '{"given": {"hosts": [1]}}'),
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
        corpus.meta(Stored("salt", "a.txt"))
    assert raised.value.source == str(folder / name)


def test_keys_of_later_versions_are_passed_over(corpus: Corpus) -> None:
    stored = corpus.put("salt", "a.txt", b"x", Meta("source"))
    sidecar = corpus.path(stored).with_name("a.txt.meta.json")
    sidecar.write_text(json.dumps({**json.loads(sidecar.read_text()), "colour": "blue"}))
    assert corpus.meta(stored) == Meta("source")


def test_the_digest_changes_with_document_and_sidecar(corpus: Corpus) -> None:
    stored = corpus.put("salt", "a.txt", b"x", Meta("source"))
    first = corpus.digest("salt", stored.name)
    assert corpus.digest("salt", stored.name) == first
    corpus.put("salt", "a.txt", b"x", Meta("source", given=GIVEN))
    second = corpus.digest("salt", stored.name)
    corpus.put("salt", "a.txt", b"y", Meta("source", given=GIVEN))
    assert len({first, second, corpus.digest("salt", stored.name)}) == 3


def test_one_changes_it_at_a_time(corpus: Corpus) -> None:
    other = Corpus(corpus.root)
    with corpus.lock(), pytest.raises(HomeError, match="another talksearch"), other.lock(0.05):
        pass
    with other.lock(0.05):
        pass
