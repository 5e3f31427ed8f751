"""Saved searches: what is new is told, once, whatever happens between."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import talksearch
from conftest import Ran, Run
from talksearch import feeds
from talksearch.corpus import signatures
from talksearch.engines.base import Engine, Record
from talksearch.errors import ConfigError, HomeError, NotFoundError, QuerySyntaxError
from talksearch.model import Episode, Kind, Passage, Role, Source, Speaker
from talksearch.model import Person as Somebody
from talksearch.query.parser import parse
from talksearch.query.tree import every_word
from talksearch.render import text
from talksearch.report import Watch, WatchHit, WatchMatches
from talksearch.results import Highlighted, Hit
from talksearch.rss import rss_feed

SALT = (
    "**Ann Lee:** Salt cracks in the kiln, and that is what nobody tells you.\n\n"
    "**Bo Katz:** Why does it?\n\n**Ann Lee:** It cools too fast.\n"
)
ASH = (
    "**Ann Lee:** Ash makes a glaze in any kiln.\n\n"
    "**Bo Katz:** Which ash do you take?\n\n**Ann Lee:** Oak, and never salt.\n"
)


class Home:
    """An archive, and the folder of one show in its corpus, edited by hand."""

    def __init__(self, archive: talksearch.Archive) -> None:
        self.archive = archive
        self.watches = archive.watches
        self.corpus = archive.home / "corpus"
        self.show = self.corpus / "kiln"

    def put(self, name: str, text: str) -> None:
        self.show.mkdir(parents=True, exist_ok=True)
        (self.show / name).write_text(text, "utf-8")

    def refreshed(self) -> dict[str, list[str]]:
        """What each watch tells after a refresh, as the beginnings of what was said."""
        found = self.report()
        return {each.watch.name: [h.passage.text for h in each.hits] for each in found}

    def report(self) -> tuple[talksearch.WatchMatches, ...]:
        return self.archive.refresh().watches


def read(path: Path) -> feeds.Feed:
    return feeds.parse_feed(path.read_bytes(), source=str(path))


@pytest.fixture(params=[False, True], ids=["", "settled"])
def home(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Home]:
    """Also with files that count as settled at once: only of these is it known that they are as
    they were."""
    if request.param:
        monkeypatch.setattr(signatures, "is_past", lambda _: True)
    with talksearch.open(tmp_path / "home") as archive:
        home = Home(archive)
        home.put("a.md", SALT)
        archive.refresh()
        yield home


def test_what_is_there_counts_as_told_and_what_is_new_is_told_once(home: Home) -> None:
    watch = home.watches.add("kiln")
    assert (watch.name, watch.query, watch.rss) == ("kiln", "kiln", None)
    assert home.watches.count("kiln") == 1
    assert home.refreshed() == {"kiln": []}
    home.put("b.md", ASH)
    (report,) = home.report()
    (hit,) = report.hits
    assert hit.passage.text == "Ash makes a glaze in any kiln."
    assert hit.highlighted.mark("<", ">") == "Ash makes a glaze in any <kiln>."
    assert hit.score is None and report.error is None
    assert report.to_dict()["hits"][0]["highlights"] == [[25, 29]]
    assert home.refreshed() == {"kiln": []}
    (kept,) = home.watches.matches("kiln")
    assert kept.hit.to_dict() == hit.to_dict()


def test_what_was_added_but_not_reported_is_not_lost(home: Home, tmp_path: Path) -> None:
    home.watches.add("glaze")
    (tmp_path / "b.md").write_text(ASH)
    home.archive.add(tmp_path / "b.md", show="kiln")
    home.watches.add("ash")  # which is there, for this one
    assert home.refreshed() == {"glaze": ["Ash makes a glaze in any kiln."], "ash": []}


def test_only_the_records_of_shows_that_changed_are_read(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signatures, "is_past", lambda _: True)
    home.watches.add("kiln")
    (home.corpus / "tide").mkdir()
    (home.corpus / "tide" / "t.md").write_text(ASH.replace("kiln", "kiln by the sea"))
    assert len(home.refreshed()["kiln"]) == 1
    read: list[str] = []
    records = type(home.watches._engine).records

    def noted(engine: Engine, folders: Collection[str] | None = None) -> Iterator[Record]:
        assert folders is not None, "all of them"
        return (read.append(each.folder) or each for each in records(engine, folders))

    monkeypatch.setattr(type(home.watches._engine), "records", noted)
    assert home.refreshed() == {"kiln": []} and not read
    home.put("b.md", ASH)
    assert home.refreshed() == {"kiln": ["Ash makes a glaze in any kiln."]}
    assert set(read) == {"kiln"}
    # What an older version has noted has no shows: all are looked at, and nothing is told twice.
    path = home.corpus / "watched.json"
    path.write_text(
        json.dumps({k: v for k, v in json.loads(path.read_text()).items() if k != "folders"})
    )
    read.clear()
    assert home.refreshed() == {"kiln": []} and set(read) == {"kiln", "tide"}
    # What is gone may come again.
    (home.corpus / "tide" / "t.md").unlink()
    assert home.refreshed() == {"kiln": []}
    (home.corpus / "tide" / "t.md").write_text(ASH.replace("kiln", "kiln by the sea"))
    assert home.refreshed() == {"kiln": ["Ash makes a glaze in any kiln by the sea."]}


def test_the_latest_comes_first(home: Home, tmp_path: Path) -> None:
    home.watches.add("glaze")
    for day in (2, 9, 5):
        (tmp_path / f"{day}.md").write_text(ASH.replace("Ash makes", f"No. {day} makes"))
        home.archive.add(tmp_path / f"{day}.md", show="kiln", date=f"2024-03-0{day}")
    assert home.refreshed() == {
        "glaze": [f"No. {day} makes a glaze in any kiln." for day in (9, 5, 2)]
    }


def test_an_edited_transcript_tells_only_what_is_new(home: Home) -> None:
    home.watches.add("kiln OR salt")
    home.put("a.md", SALT + "\n**Bo Katz:** So is the kiln to blame?\n")
    assert home.refreshed() == {"kiln-or-salt": ["So is the kiln to blame?"]}


def test_passages_that_are_renumbered_or_punctuated_are_not_told_again(home: Home) -> None:
    home.watches.add("kiln")
    home.put("a.md", "**Bo Katz:** Good evening.\n\n" + SALT.replace("kiln, and", "Kiln – and"))
    assert home.refreshed() == {"kiln": []}
    (hit,) = home.archive.search("kiln").hits
    assert hit.passage.number == 1


def test_who_gets_a_name_is_found_by_it_and_told_once(home: Home) -> None:
    home.put("c.md", "**Speaker 1:** Peat is no good for a kiln.\n\n**Speaker 2:** No?\n")
    home.archive.refresh()
    home.watches.add("kiln")
    home.watches.add("speaker:jane", name="Jane")
    (episode,) = (e.id for e in home.archive.episodes() if e.source.endswith("c.md"))
    home.archive.people.name(episode, "Speaker 1", "Jane Doe")
    assert home.refreshed() == {"kiln": [], "Jane": ["Peat is no good for a kiln."]}
    assert home.refreshed() == {"kiln": [], "Jane": []}


def test_what_went_and_came_again_is_new_unless_it_was_only_moved(home: Home) -> None:
    home.watches.add("kiln")
    (home.show / "a.md").rename(home.show / "moved.md")  # another episode, by its id
    assert home.refreshed() == {"kiln": []}
    (home.show / "moved.md").unlink()
    assert home.refreshed() == {"kiln": []}
    home.put("a.md", SALT)
    assert len(home.refreshed()["kiln"]) == 1


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("ash kiln", ["Ash makes a glaze in any kiln."]),  # all words, where a search takes any
        ("ash OR oak", 3),
        ('"any kiln"', 1),
        ('"kiln any"', 0),
        ("gla* -oak", 1),
        ("ash -speaker:ann", 1),
        ("ash -(glaze peat)", 1),
        ("speaker:bo", 1),
        ("speaker:ann", 2),
        ("role:guest speaker:nobody", 0),
        ("NOT kiln", 2),
        ("makes NEAR/2 glaze", 1),
        ("glaxe~", 1),
        ("year:2020", 0),
        ("(ash OR peat) kiln", 1),
    ],
)
def test_queries(home: Home, query: str, told: int | list[str]) -> None:
    name = home.watches.add(query).name
    home.put("b.md", ASH)
    found = home.refreshed()[name]
    assert found == told if isinstance(told, list) else len(found) == told
    assert home.refreshed()[name] == []


def test_words_side_by_side_are_all_wanted() -> None:
    def strict(query: str) -> str:
        return str(every_word(parse(query)))

    assert strict("a b speaker:c -(d e)") == "a AND b AND speaker:c AND -(d e)"
    assert strict("(a b) OR (c d)") == "(a AND b) OR (c AND d)"
    assert strict("a") == "a" and strict("a b a") == "a AND b"


def test_a_passage_may_be_of_two_watches(home: Home) -> None:
    home.watches.add("ash")
    home.watches.add("glaze")
    home.put("b.md", ASH)
    assert {name: len(told) for name, told in home.refreshed().items()} == {"ash": 2, "glaze": 1}


def test_killed_before_it_is_noted_it_is_told_again(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.watches.add("kiln", rss=tmp_path / "kiln.xml")
    home.put("b.md", ASH)
    corpus = type(home.watches._corpus)

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(corpus, "keep", killed)
        home.report()
    (first,) = read(tmp_path / "kiln.xml").items
    ((told,),) = (each.hits for each in home.report())
    assert told.passage.text.startswith("Ash makes")
    # Whoever subscribes sees it once.
    (second,) = read(tmp_path / "kiln.xml").items
    assert first.guid == second.guid
    assert [each.hits for each in home.report()] == [()]


@pytest.mark.parametrize(
    "kept", ["{", "[]", '{"watches": 3}', '{"episodes": {}, "watches": {"kiln": []}}', None]
)
def test_without_memory_the_watches_begin_anew(
    home: Home, kept: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    home.watches.add("kiln")
    path = home.corpus / "watched.json"
    path.write_text(kept) if kept else path.unlink()
    with caplog.at_level(logging.WARNING):
        assert home.refreshed() == {"kiln": []}
    assert "watch kiln" in caplog.text and (kept is None or str(path) in caplog.text)
    caplog.clear()
    home.put("b.md", ASH)
    assert len(home.refreshed()["kiln"]) == 1 and not caplog.text


@pytest.mark.parametrize(
    "kept",
    [
        "{",
        "[]",
        "{}",
        '{"watches": [{"name": 1}]}',
        '{"watches": [1]}',
        '{"watches": [{"name": "ash", "query": 1}]}',
        '{"watches": [{"name": "ash", "query": "ash", "rss": 1}]}',
    ],
)
def test_watches_that_cannot_be_read_are_not_forgotten(home: Home, kept: str) -> None:
    path = home.corpus / "watches.json"
    path.write_text(kept)
    for use in (home.watches.report, home.watches.list, lambda: home.watches.add("ash")):
        with pytest.raises(HomeError, match=r"watches\.json"):
            use()
    (failed,) = home.archive.refresh().failures  # and the rest is done
    assert "watches.json" in str(failed.error)
    assert path.read_text() == kept
    assert home.archive.search("kiln").total == 1


def test_a_query_of_another_version_keeps_no_other_from_looking(home: Home) -> None:
    home.watches.add("kiln", name="one")
    home.watches.add("ash", name="two")
    path = home.corpus / "watches.json"
    path.write_text(path.read_text().replace('"kiln"', '"rloe:guest"'))
    home.put("b.md", ASH)
    one, two = home.report()
    assert isinstance(one.error, QuerySyntaxError) and one.hits == ()
    assert "rloe" in str(one.to_dict()["error"]) and len(two.hits) == 2


def test_nothing_is_written_when_nothing_changed(home: Home, tmp_path: Path) -> None:
    home.watches.add("kiln", rss=tmp_path / "kiln.xml")
    home.put("b.md", ASH)
    home.refreshed()
    files = [tmp_path / "kiln.xml", home.corpus / "watched.json", home.corpus / "watches.json"]
    before = [path.stat().st_mtime_ns for path in files]
    home.refreshed()
    assert [path.stat().st_mtime_ns for path in files] == before


def test_what_cannot_be_watched_changes_nothing(home: Home, tmp_path: Path) -> None:
    with pytest.raises(QuerySyntaxError) as raised:
        home.watches.add("salt rloe:guest")
    assert raised.value.start == 5
    with pytest.raises(QuerySyntaxError, match="something to look for"):
        home.watches.add("  ")
    with pytest.raises(talksearch.UnsupportedQueryError):
        home.watches.add("a-b~")
    for name in ("", "x" * 100, "\n"):
        with pytest.raises(ConfigError, match="characters"):
            home.watches.add("salt", name=name)
    assert not (home.corpus / "watches.json").exists()
    home.watches.add("salt", name="Salz")
    with pytest.raises(ConfigError, match="a watch salz already"):
        home.watches.add("ash", name="salz")
    with pytest.raises(ConfigError, match="already, by the watch Salz"):
        home.watches.add("salt")
    with pytest.raises(NotFoundError, match="there are: Salz"):
        home.watches.remove("pepper")
    assert [each.name for each in home.watches.list()] == ["Salz"]
    with talksearch.open(tmp_path / "empty") as empty:
        with pytest.raises(HomeError, match="no archive"):
            empty.watches.add("salt")
        with pytest.raises(NotFoundError):
            empty.watches.remove("salt")
        assert empty.watches.list() == () and not empty.home.exists()


def test_names(home: Home) -> None:
    def named(query: str) -> str:
        return home.watches.add(query).name

    assert named('"Tide gauge" role:guest') == "tide-gauge-role-guest"
    assert named("tide AND gauge role:guest") == "tide-and-gauge-role-guest"
    assert named("tide gauge role:guest") == "tide-gauge-role-guest-2"
    assert named("日本語 поиск") == "日本語-поиск"
    assert named("भाषा") == "भाषा"
    assert named("مرحبا بالعالم") == "مرحبا-بالعالم"
    assert named("C++") == "c"
    assert home.watches.add("salt", name="Соль \u202e и огонь").name == "Соль и огонь"
    home.watches.remove("соль и огонь")
    assert {each.name for each in home.watches.list()} & {"日本語-поиск", "भाषा"}
    home.put("c.md", "**Ann:** 日本語のテキスト и поиск.\n\n**Bo:** भाषा\n")
    told = home.refreshed()
    assert len(told["भाषा"]) == len(told["日本語-поиск"]) == 1


def test_a_watch_that_is_removed_is_forgotten(home: Home) -> None:
    home.watches.add("ash")
    home.put("b.md", ASH)
    home.refreshed()
    assert home.watches.remove("ASH").name == "ash"
    assert "Ash makes" not in (home.corpus / "watched.json").read_text()
    assert home.report() == () and home.watches.list() == ()
    with pytest.raises(NotFoundError):
        home.watches.matches("ash")
    home.watches.add("ash")
    assert home.watches.matches("ash") == () and home.refreshed() == {"ash": []}


def test_the_corpus_does_not_take_the_files_for_documents(home: Home) -> None:
    home.watches.add("kiln")
    home.put("b.md", ASH)
    home.refreshed()
    assert {path.name for path in home.corpus.iterdir()} >= {"watches.json", "watched.json"}
    assert len(home.archive.episodes()) == 2
    assert not home.archive.refresh().outcomes
    home.archive.rebuild()
    assert home.refreshed() == {"kiln": []}


def test_the_last_hundred_are_kept(home: Home) -> None:
    home.watches.add("sherd")
    turns = (f"**Ann Lee:** Sherd number {n}.\n\n**Bo Katz:** And?\n\n" for n in range(120))
    home.put("c.md", "".join(turns))
    assert len(home.refreshed()["sherd"]) == 120
    assert len(home.watches.matches("sherd")) == 100 and len(home.watches.matches("sherd", 3)) == 3
    home.put("d.md", "**Ann Lee:** The last sherd.\n\n**Bo Katz:** And?\n")
    home.refreshed()
    first, second, *_ = home.watches.matches("sherd")
    assert first.hit.passage.text == "The last sherd."
    assert second.hit.passage.text == "Sherd number 0."


# RSS


def test_a_file_to_subscribe_to(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "kiln & co.xml"
    assert home.watches.add("kiln", rss=path).rss == str(path)
    assert read(path).items == ()
    home.put("b.md", ASH)
    home.refreshed()
    feed = read(path)
    assert feed.show.title == "kiln"
    (item,) = feed.items
    assert item.title == "Ann Lee in kiln: b"
    assert "<b>kiln</b>" in _description(path)
    path.unlink()  # it comes back by itself
    home.refreshed()
    assert read(path).items == (item,)


def _description(path: Path) -> str:
    import feedparser

    parsed = feedparser.parse(path.read_bytes(), sanitize_html=False)
    assert not parsed.bozo
    return str(parsed.entries[0].description)


def test_a_file_that_cannot_be_written_is_a_warning(
    home: Home, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "www"
    folder.mkdir()
    home.watches.add("kiln", rss=folder / "kiln.xml")
    home.watches.add("ash")
    (folder / "kiln.xml").unlink()
    folder.rmdir()
    home.put("b.md", ASH)
    with caplog.at_level(logging.WARNING):
        one, two = home.report()
    assert len(one.hits) == 1 and len(two.hits) == 2 and two.error is None
    assert str(folder) in str(one.error) and str(folder) in caplog.text
    folder.mkdir()
    assert home.refreshed() == {"kiln": [], "ash": []}
    assert len(read(folder / "kiln.xml").items) == 1


def test_no_other_file_is_written_over(home: Home, tmp_path: Path) -> None:
    other = tmp_path / "thesis.xml"
    other.write_text("<rss/>")
    for path, why in (
        (other, "is there already"),
        (tmp_path, "is there already"),
        (home.show / "feed.xml", "the archive's own"),
        (home.archive.home / "index" / "x.xml", "the archive's own"),
        (tmp_path / "x\0y", "cannot be had"),
    ):
        with pytest.raises(ConfigError, match=why):
            home.watches.add("kiln", rss=path)
    with pytest.raises(HomeError, match="no such folder"):
        home.watches.add("kiln", rss=tmp_path / "none" / "x.xml")
    assert other.read_text() == "<rss/>" and home.watches.list() == ()
    home.watches.add("kiln", rss=tmp_path / "x.xml")
    with pytest.raises(ConfigError, match="of the watch kiln"):
        home.watches.add("ash", rss=tmp_path / "x.xml")
    home.watches.remove("kiln")
    home.watches.add("ash", rss=tmp_path / "x.xml")  # one of ours


def _hit(said: str, title: str, spans: tuple[tuple[int, int], ...] = ()) -> Hit:
    speaker = Speaker("Z", Somebody(title or "Z"), Role.GUEST, Source.PUBLISHER)
    passage = Passage("e.3", "e", 3, 2, Kind.SPEECH, speaker, said)
    episode = Episode("e", title, show=title, url="https://x.example/?a=1&b=<2>")
    return Hit(passage, episode, None, Highlighted(said, spans))


NASTY = "]]> </item> <b> &amp; & \x00\x0b\ufffe\ud800 \u202eمرحبا\u202c 日本語 \U0001f600 \r\n"


@settings(max_examples=100)
@given(said=st.text(), title=st.text(), query=st.text())
def test_any_text_makes_a_valid_file(said: str, title: str, query: str) -> None:
    import feedparser

    watch = Watch("w", query + NASTY, "2024-03-05T10:00:00+00:00")
    hits = [
        WatchHit(_hit(said + NASTY, title + NASTY, ((0, len(said) + 4),)), watch.added),
        WatchHit(_hit("plain", "T"), watch.added),
    ]
    parsed = feedparser.parse(rss_feed(watch, hits))
    assert not parsed.bozo
    first, second = parsed.entries
    assert (second.title, second.description) == ("Z (guest) in T: T".replace("Z", "T", 1), "plain")
    assert second.link == "https://x.example/?a=1&b=<2>" and not second.guidislink
    assert second.published_parsed[:5] == (2024, 3, 5, 10, 0) and first.id != second.id


@pytest.mark.parametrize(
    ("source", "kind", "title"),
    [
        (Source.PUBLISHER, Kind.SPEECH, "Z (guest) in T: T"),
        (Source.INFERRED, Kind.SPEECH, "Z? (guest?) in T: T"),
        (Source.INFERRED, Kind.PROSE, "Z? (guest?, prose) in T: T"),
    ],
)
def test_what_is_inferred_is_called_so_in_the_file(source: Source, kind: Kind, title: str) -> None:
    hit = _hit("Salt.", "T")
    speaker = Speaker("Z", Somebody("Z"), Role.GUEST, source, role_source=source)
    hit = replace(hit, passage=replace(hit.passage, speaker=speaker, kind=kind))
    watch = Watch("w", "q", "2024-03-05T10:00:00+00:00")
    assert f"<title>{title}</title>" in rss_feed(watch, [WatchHit(hit, watch.added)]).decode()


def test_a_link_that_is_no_address_is_left_out() -> None:
    hit = _hit("Salt.", "T")
    watch = Watch("w", "q", "2024-03-05T10:00:00+00:00")
    bad = Hit(hit.passage, Episode("e", "T", url="javascript:alert(1)"), None, hit.highlighted)
    assert b"javascript" not in rss_feed(watch, [WatchHit(bad, watch.added)])


# What is told


def test_a_hit_comes_back_from_its_json(sample: talksearch.Archive) -> None:
    hits = list(sample.export())
    assert len(hits) > 200
    for hit in hits:
        entry = json.loads(json.dumps(hit.to_dict()))
        assert Hit.from_dict(entry).to_dict() == entry
    for spoilt in ({}, {**entry, "kind": "song"}, {**entry, "episode": None}):
        with pytest.raises((KeyError, TypeError, ValueError)):
            Hit.from_dict(spoilt)


def test_an_excerpt_ends_with_a_word_and_is_as_long_at_the_end() -> None:
    said = "One two three four five six seven eight nine ten eleven twelve"
    assert Highlighted(said).excerpt(20).text == "One two three four …"
    last = Highlighted(said, ((len(said) - 6, len(said)),)).excerpt(20)
    assert last.text == "… ten eleven twelve"
    assert last.mark("<", ">") == "… ten eleven <twelve>"


@given(
    words=st.lists(st.text("ab日 ", min_size=1, max_size=30), max_size=30),
    at=st.integers(0, 400),
    length=st.integers(10, 120),
)
def test_an_excerpt_holds_what_matched(words: list[str], at: int, length: int) -> None:
    said = " ".join("".join(words).split())
    spans = ((at, min(at + 3, len(said))),) if at < len(said) else ()
    short = Highlighted(said, spans).excerpt(length)
    assert len(short.text) <= max(length + 4, 0)
    assert short.text.removeprefix("… ").removesuffix(" …") in said
    for (start, _), (was, _) in zip(short.spans, spans, strict=True):
        assert short.text[start] == said[was]


@pytest.mark.parametrize("cluster", ["นี่", "हि", "👩\u200d👧", "ខ្មែ"])
def test_an_excerpt_cuts_no_character_in_two(cluster: str) -> None:
    said = cluster * 60
    for at in range(0, len(said), len(cluster)):
        for length in range(20, 24):
            short = Highlighted(said, ((at, at + len(cluster)),)).excerpt(length)
            shown = short.text.removeprefix("… ").removesuffix(" …")
            assert category(shown[0])[0] != "M" and "\u200d" not in (shown[0], shown[-1])
            behind = said[said.index(shown) + len(shown) :]
            assert not behind or category(behind[0])[0] != "M"


def test_of_many_a_few_are_told_and_how_to_see_the_others() -> None:
    watch = Watch("salt & co", "salt", "2024-03-05T10:00:00+00:00")
    for count, more in ((5, []), (6, ["and 1 more: talksearch watch show 'salt & co'"])):
        found = WatchMatches(watch, (_hit("Salt.", "T"),) * count)
        lines = list(text.watch_matches([found], text.Style()))
        assert lines[0] == f"watch salt & co: {count} new"
        assert sum(line.endswith("Salt.") for line in lines) == 5
        assert [line for line in lines if " more: " in line] == more


def test_a_refresh_tells_in_lines(home: Home) -> None:
    home.watches.add("ash")
    home.watches.add("peat")
    home.put("b.md", ASH)
    long = " ".join(f"word{n}" for n in range(60))
    home.put(
        "c.md",
        f"**Ann Lee:** {long} ash {long}.\n\n" + "**Bo Katz:** No.\n\n**Ann Lee:** Ash {}!\n\n" * 8,
    )
    lines = list(text.watch_matches(home.report(), text.Style()))
    assert lines[0] == "watch ash: 4 new" or re.fullmatch(r"watch ash: \d+ new", lines[0])
    assert sum("**ash**" in line.lower() for line in lines) <= 5 + 1
    assert any(line.startswith("   … word") for line in lines)
    assert not any("peat" in line for line in lines)
    assert list(text.watch_matches(home.report(), text.Style())) == []


def test_on_the_command_line(home: Home, run: Run, tmp_path: Path) -> None:
    def watch(*words: str) -> Ran:
        return run("--home", home.archive.home, "watch", *words)

    assert watch("list").status == 1
    ran = watch("add", "kiln -speaker:bo", "--name", "Öfen", "--rss", str(tmp_path / "o.xml"))
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == "Öfen: 1 passage matches today; refresh will tell of new ones\n"
    ran = watch("add", "rloe:guest")
    assert ran.status == 2 and "^^^^" in ran.err
    assert watch("show", "Öfen").status == 1 and watch("show", "pots").status == 2
    home.put("b.md", ASH)
    home.refreshed()
    ran = watch("list")
    assert ran.out.startswith("Öfen · kiln -speaker:bo · since 20") and "o.xml" in ran.out
    (entry,) = json.loads(watch("list", "--json").out)["watches"]
    assert entry["query"] == "kiln -speaker:bo"
    ran = watch("show", "öfen")
    assert ran.status == 0 and "any **kiln**" in ran.out and ran.out.startswith("found 20")
    told = json.loads(watch("show", "Öfen", "--format", "json").out)
    assert told["schema"] == "talksearch.watch/1"
    assert told["hits"][0]["speaker"] == "Ann Lee" and told["hits"][0]["found"].startswith("20")
    assert watch("remove", "Öfen").status == 0 and watch("remove", "Öfen").status == 2
    assert "all in one passage" in watch("add", "--help").out
