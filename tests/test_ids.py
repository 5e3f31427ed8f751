"""What the ids of episodes and passages survive, and what is said of one that is no more."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import talksearch
from conftest import Run
from talksearch import Archive, NotFoundError

TALK = "Tamsin Vale: Why does salt crack?\n\nKofi Brand: It cools.\n\nTamsin Vale: And then?\n"
FEED = """<rss version="2.0"><channel><title>Salt &amp; Clay</title>
<item><guid>g7</guid><title>Cracks</title><link>https://clay.example/7</link>
<description>On salt.</description>
<enclosure url="https://cdn.example/kiln-7.mp3" type="audio/mpeg"/></item></channel></rss>"""


def ids(archive: Archive) -> dict[str, str]:
    return {hit.passage.id: hit.passage.text for hit in archive.export()}


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    folder = tmp_path / "saltclay"
    folder.mkdir()
    (folder / "kiln-7.txt").write_text(TALK)
    return folder


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    path = tmp_path / "feed.xml"
    path.write_text(FEED)
    return path


def test_ids_survive_rebuilds_merges_and_another_machine(talk: Path, tmp_path: Path) -> None:
    with talksearch.open(tmp_path / "home") as archive:
        archive.add(talk)
        before = ids(archive)
        # A commit each, more than are left unmerged.
        for number in range(20):
            (talk / f"later-{number}.txt").write_text(TALK.replace("salt", f"clay {number}"))
            archive.add(talk / f"later-{number}.txt", show="Later")
        assert ids(archive).items() >= before.items()
        everything = ids(archive)
        archive.rebuild()
        assert ids(archive) == everything
    shutil.copytree(tmp_path / "home" / "corpus", tmp_path / "elsewhere" / "corpus")
    with talksearch.open(tmp_path / "elsewhere") as archive:
        assert ids(archive) == everything
    # The same files, taken in anew, are known by the same names.
    with talksearch.open(tmp_path / "anew") as archive:
        archive.add(talk)
        assert ids(archive).items() >= before.items()


def test_an_id_from_before_the_feed_leads_to_the_same_passage(
    talk: Path, feed: Path, tmp_path: Path
) -> None:
    with talksearch.open(tmp_path / "home") as archive:
        archive.add(talk)
        before = ids(archive)
        archive.add(feed)
        after = ids(archive)
        assert not before.keys() & after.keys()
        for archive_of in (archive.refresh, archive.rebuild):
            archive_of()
            for name, text in before.items():
                found = archive.passage(name)
                assert found.passage.text == text and found.episode.title == "Cracks"
                assert after[found.passage.id] == text
                assert archive.episode(name.partition(".")[0]).id == found.episode.id
                assert archive.transcript(name.partition(".")[0]).turns
            former = f"episode:{name.partition('.')[0]}"
            assert {hit.passage.id for hit in archive.export(former)} == after.keys()
            assert archive.search(former).total == len(after)
            (kinds,) = archive.facets(former, fields="kind")
            assert sum(value.count for value in kinds.values) == len(after)
    # A transcript that comes to an episode of a feed has that one's id from the beginning.
    with talksearch.open(tmp_path / "other") as archive:
        archive.add(feed)
        (waiting,) = archive.episodes()
        archive.add(talk)
        assert [episode.id for episode in archive.episodes()] == [waiting.id]


def test_an_episode_that_meets_its_feed_or_moves_is_neither_new_nor_gone(
    talk: Path, feed: Path, tmp_path: Path
) -> None:
    with talksearch.open(tmp_path / "home") as archive:
        archive.add(talk)
        assert [outcome.status for outcome in archive.add(feed)] == ["changed"]
    with talksearch.open(tmp_path / "other") as archive:
        (before,) = archive.add(talk)
        (after,) = archive.add(talk / "kiln-7.txt", show="First")
        assert (before.status, after.status) == ("new", "changed")
        assert before.episode_id != after.episode_id


def test_an_id_survives_a_move_to_another_show(talk: Path, tmp_path: Path) -> None:
    with talksearch.open(tmp_path / "home") as archive:
        archive.add(talk)
        before = ids(archive)
        for show in ("First", "Second"):
            archive.add(talk / "kiln-7.txt", show=show)
            assert archive.add(talk / "kiln-7.txt", show=show)[0].status == "unchanged"
            for name, text in before.items():
                found = archive.passage(name)
                assert (found.passage.text, found.episode.show) == (text, show)


def test_a_correction_elsewhere_leaves_ids_alone(talk: Path, tmp_path: Path) -> None:
    with talksearch.open(tmp_path / "home") as archive:
        archive.add(talk)
        first, *_ = before = ids(archive)
        (talk / "kiln-7.txt").write_text(TALK.replace("It cools.", "It cools, and fast."))
        archive.add(talk)
        assert list(ids(archive)) == list(before)
        assert archive.passage(first).passage.text == before[first]


def test_an_id_that_is_no_more_is_explained(run: Run, talk: Path, tmp_path: Path) -> None:
    home = ("--home", tmp_path / "home")
    with talksearch.open(tmp_path / "home") as archive:
        archive.add(talk)
        *_, last = ids(archive)
        (talk / "kiln-7.txt").write_text("Tamsin Vale: Why does salt crack?\n\nKofi Brand: Ah.\n")
        archive.add(talk)
        with pytest.raises(NotFoundError) as raised:
            archive.passage(last)
    episode = last.partition(".")[0]
    assert raised.value.name == last
    for name in (last, f"{episode}.", f"{episode}.x", f"{episode}.-1", f"{episode}.01"):
        ran = run(*home, "show", name)
        assert (ran.status, ran.out) == (2, "")
        assert f"there is no passage {name}: the last one of 'kiln 7' is {episode}.1." in ran.err
        assert f"`talksearch show {episode}`" in ran.err
    for name in ("aaaaaaaaaa.3", "aaaaaaaaaa", ".", ".3"):
        ran = run(*home, "show", name)
        assert ran.status == 2 and f"nothing here has the id {name}: its episode has" in ran.err


def test_an_episode_that_is_shown_with_another_feed_from_now_on(talk: Path, tmp_path: Path) -> None:
    """First with a network's feed; then with its own, which is smaller; then with that which has
    the transcript."""
    item = FEED[FEED.index("<item>") : FEED.index("</item>")].replace("g7", "salt-and-clay-7")
    texts = {
        "own": f"<title>Salt</title>{item}</item>",
        "network": f"<title>All of Clay</title>{item}</item><item><title>Oak</title></item>",
        "more": f"<title>More Clay</title>{item}</item>" + "<item><title>Ash</title></item>" * 2,
    }
    paths = {name: tmp_path / f"{name}.xml" for name in texts}
    for name, path in paths.items():
        path.write_text(f'<rss version="2.0"><channel>{texts[name]}</channel></rss>')
    with talksearch.open(tmp_path / "home") as archive:
        archive.add(paths["network"])
        (first,) = (i for i, text in ids(archive).items() if text == "On salt.")
        told = [(o.status, o.title) for o in archive.add(paths["own"])]
        assert told == [("changed", "Cracks")]
        (second,) = (i for i, text in ids(archive).items() if text == "On salt.")
        assert archive.passage(first).passage.id == second != first
        archive.add(paths["more"])
        assert second in ids(archive)
        told = [(o.status, o.title) for o in archive.add(talk, show="More Clay")]
        assert told == [("changed", "Cracks")]
        assert len({i.partition(".")[0] for i in ids(archive)}) == 3  # with Oak and Ash
        for former in (first, second):
            found = archive.episode(former.partition(".")[0])
            assert (found.title, found.show) == ("Cracks", "More Clay")
        assert archive.check() == []
        archive.rebuild()
        assert archive.episode(first.partition(".")[0]).show == "More Clay"
