"""The Whoosh engine: the contract, and what is Whoosh's own."""

from __future__ import annotations

import gc
import json
import os
import pickle
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from contract import ENTRIES, ONE, EngineContract
from samples import ANN, NICO, Said, episode, passages, put, record
from threads import ThreadsContract
from whoosh.filedb.filestore import FileStorage

from talksearch.engines.base import Engine, Record
from talksearch.engines.whoosh import builders, leaves, merging, segment, writer
from talksearch.engines.whoosh.contents import SUFFIX, seal
from talksearch.engines.whoosh.engine import WhooshEngine
from talksearch.engines.whoosh.merging import merge
from talksearch.engines.whoosh.postings import Postings
from talksearch.engines.whoosh.segment import Segment
from talksearch.engines.whoosh.stems import SLIP
from talksearch.errors import HomeError, IndexUnusableError
from talksearch.model import Episode, Person, Speaker
from talksearch.query.fields import condition
from talksearch.query.nodes import EVERYTHING
from talksearch.query.parser import parse
from talksearch.query.tree import all_of, any_of
from talksearch.results import SearchRequest


class TestWhooshEngine(EngineContract, ThreadsContract):
    def open(self, folder: Path) -> Engine:
        return WhooshEngine(folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    engine = WhooshEngine(tmp_path / "index")
    put(engine, *ENTRIES)  # type: ignore[arg-type]
    engine.close()
    return tmp_path / "index"


def index_files(folder: Path) -> list[Path]:
    return [p for p in folder.rglob("*") if p.is_file() and "LOCK" not in p.name.upper()]


# Whoosh leaves files open where another is missing.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_index_that_is_swapped_between_two_looks_is_neither_missing_nor_damaged(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each place where a rebuild may put another in the place of the one that is opened."""
    reads = 0

    def swapped(original: Callable[..., Any], at: int) -> Callable[..., Any]:
        def read(*arguments: Any, **options: Any) -> Any:
            nonlocal reads
            reads += 1
            if reads == at:
                put(WhooshEngine(folder), (ONE, [(ANN, "New.")]), fresh=True)
            return original(*arguments, **options)

        return read

    for at in range(1, 40):
        reads = 0
        engine = WhooshEngine(folder)
        with monkeypatch.context() as patch:
            for owner, name in (
                (Path, "read_text"),
                (os, "listdir"),
                (os, "scandir"),
                (FileStorage, "open_file"),
                (FileStorage, "create_file"),
            ):
                patch.setattr(owner, name, swapped(getattr(owner, name), at))
            assert engine.state() == "ready"
            assert engine.count(EVERYTHING) in (1, 8)
            if reads < at:
                break
        engine.close()
    gc.collect()  # those files
    assert at > 5


@pytest.mark.parametrize("part", ["schema", "stemmer"])
def test_another_schema_or_stemmer_is_outdated(folder: Path, part: str) -> None:
    (version,) = folder.rglob("version.json")
    version.write_text(json.dumps({**json.loads(version.read_text()), part: "0"}))
    engine = WhooshEngine(folder)
    assert engine.state() == "outdated"
    with pytest.raises(IndexUnusableError, match="another version"):
        put(engine, (ONE, [(ANN, "New.")]))
    put(engine, (ONE, [(ANN, "New.")]), fresh=True)
    assert engine.state() == "ready" and engine.count(EVERYTHING) == 1
    engine.close()


def test_a_later_schema_is_newer(folder: Path) -> None:
    (version,) = folder.rglob("version.json")
    made_by = json.loads(version.read_text())
    version.write_text(json.dumps({**made_by, "schema": made_by["schema"] + 1}))
    engine = WhooshEngine(folder)
    assert engine.state() == "newer"
    with pytest.raises(IndexUnusableError, match="another version"):
        engine.count(EVERYTHING)
    engine.close()


# Whoosh leaves a table of contents open that it cannot read.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("damage", ["truncate", "overwrite", "remove"])
def test_damage_is_never_a_foreign_error(folder: Path, damage: str) -> None:
    """Whichever file is damaged: the right answer, none, or an error that says what to do."""
    whole = {path: path.read_bytes() for path in index_files(folder)}
    for path, data in whole.items():
        if damage == "remove":
            path.unlink()
        else:
            path.write_bytes(data[: len(data) // 2] if damage == "truncate" else b"\xff" * 64)
        engine = WhooshEngine(folder)
        try:
            for query in ("salt", "speaker:nico", '"a glaze"', "gla*", ""):
                engine.count(parse(query))
                list(engine.select(parse(query)))
            list(engine.records())
        except IndexUnusableError as error:
            assert "rebuild" in str(error) or engine.state() != "ready"
        finally:
            engine.close()
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)


def test_a_changed_bit_of_the_table_of_contents_is_named(folder: Path) -> None:
    """Also where it is a number of a deleted document."""
    put(WhooshEngine(folder), (ONE, [(ANN, "New.")]))
    (path,) = folder.rglob("*.toc")
    data = path.read_bytes()
    draw = random.Random(1)
    for at in [*range(len(data) - 150, len(data)), *draw.sample(range(len(data)), 50)]:
        changed = bytearray(data)
        changed[at] ^= 1 << draw.randrange(8)
        path.write_bytes(changed)
        with pytest.raises(IndexUnusableError, match="rebuild"):
            WhooshEngine(folder).count(EVERYTHING)


def test_old_folders_and_files_do_not_pile_up(folder: Path) -> None:
    engine = WhooshEngine(folder)
    for number in range(6):
        put(engine, (ONE, [(ANN, f"Number {number}.")]), fresh=number % 3 == 0)
    assert len([path for path in folder.iterdir() if path.is_dir()]) == 1
    engine.close()
    assert len(index_files(folder)) < 70


@pytest.mark.parametrize(
    "query",
    [
        "the", "kiln", "kiln AND the", "kiln the", "-(kiln the)", "-the", '"the kiln"', "ki*",
        "kilm~", "kiln NEAR/2 the", "speaker:lee kiln", "kind:speech -kiln", "salt OR tide",
    ],
)  # fmt: skip
def test_within_some_episodes_it_finds_what_it_finds_among_all(
    large: WhooshEngine, query: str
) -> None:
    """Where postings are many blocks, some of deleted documents, and some words are common."""
    everywhere = [passage.id for passage, _ in large.select(parse(query))]
    assert len(everywhere) > 10
    for names in (["e0"], ["e7"], ["e3", "e11"], ["e5", "nothing"], ["nothing"]):
        within = all_of([parse(query), any_of(condition("episode", name) for name in names)])
        found = [passage.id for passage, _ in large.select(within)]
        assert found == [name for name in everywhere if name.split(".")[0] in names]
        assert large.count(within) == len(found)


def test_what_is_excluded_is_so_by_common_words_as_well(large: WhooshEngine) -> None:
    """They find nothing beside rarer words; but who excludes both wants neither."""

    def found(query: str) -> set[str]:
        return {passage.id for passage, _ in large.select(parse(query))}

    assert found("the kiln") == found("kiln")
    assert found("-(the kiln)") == found("-the -kiln") < found("-kiln")
    assert found("-(the kiln OR salt)") == found("-the -kiln -salt")
    assert found('-("the kiln" the)') == found('-"the kiln"')


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WhooshEngine]:
    """Twelve episodes of eighty passages in three segments, two of them put again."""
    draw = random.Random(4)
    words = ["the"] * 14 + ["kiln", "salt", "tide"] + [f"w{number}" for number in range(33)]
    engine = WhooshEngine(tmp_path_factory.mktemp("large") / "index")
    for numbers in (range(9), range(9, 12), (3, 10)):
        put(
            engine,
            *(
                (
                    episode(f"e{number}"),
                    [
                        (draw.choice([ANN, NICO]), " ".join(draw.choices(words, k=5)))
                        for _ in range(80)
                    ],
                )
                for number in numbers
            ),
        )
    yield engine
    engine.close()


def test_records_are_of_the_last_commit_also_where_they_were_read_before(folder: Path) -> None:
    engine = WhooshEngine(folder)
    before = {record.episode.id: record for record in engine.records()}
    put(engine, (ONE, [(ANN, "New.")]))
    after = {record.episode.id: record for record in engine.records()}
    assert after["two"] is before["two"], "what lies where it lay is not read again"
    assert after["one"].passages == 1 and before["one"].passages == 4
    with engine.writer() as writer:
        writer.remove("two")
        writer.commit()
    assert {record.episode.id for record in engine.records()} == {"one", "three"}
    put(engine, *ENTRIES, fresh=True)  # type: ignore[arg-type]
    assert {record.episode.id: record for record in engine.records()} == before
    engine.close()


def test_what_is_deleted_of_a_word_is_not_counted_though_it_is_not_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else an archive in which a passage was ever replaced reads each word that it counts."""
    monkeypatch.setattr(leaves, "_ENOUGH", 0)
    monkeypatch.setattr(leaves, "FEW", 0)
    engine = WhooshEngine(folder)
    put(engine, *((episode(f"more{n}"), [(ANN, "Salt glazes.")]) for n in range(3)))
    with engine.writer() as writer:
        writer.remove("two")
        writer.remove("more1")
        writer.commit()
    snapshot = engine._reader().snapshot
    assert [leaf.deleted for leaf in snapshot.leaves] == [4, 2]
    for word, count in (("salt", 4), ("tide", 0), ("glaze", 3), ("is", 3)):
        found = snapshot.word("text", [word])
        with monkeypatch.context() as patch:
            patch.setattr(Postings, "documents", None)
            assert found.count == count, word
        assert found.count == len(found.documents)
    engine.close()


def test_of_many_records_some_are_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An export of a large archive would else hold all of them at its end."""
    monkeypatch.setattr(segment, "_RECORDS", 8)
    engine = WhooshEngine(folder)
    many = [(episode(f"many{n}", date=None), [(ANN, "Salt.")]) for n in range(40)]
    put(engine, *many)

    def kept() -> int:
        gc.collect()
        return sum(type(each) is Record for each in gc.get_objects())

    before = kept()
    assert len({each.id for _, each in engine.select(EVERYTHING)}) == 43
    assert kept() - before <= 2 * 8, "the most of each segment"
    assert len(list(engine.records())) == 43
    engine.close()


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="nothing tells what is mapped")
def test_what_is_merged_away_is_closed_at_once(folder: Path) -> None:
    """Else its room on the disk is taken until Python looks for garbage."""
    engine = WhooshEngine(folder)
    gc.disable()
    try:
        for number in range(12):
            put(engine, (episode(f"e{number}"), [(ANN, "The kiln."), (NICO, "Salt.")]))
            for query in ("kiln salt speaker:ann", "episode:e1", '"the kiln"'):
                engine.search(SearchRequest(parse(query), facets=("speaker",)))
            engine.passages("e1")
        mapped = Path("/proc/self/maps").read_text().splitlines()
        assert not [each for each in mapped if str(folder) in each and "(deleted)" in each]
    finally:
        gc.enable()
        engine.close()


def test_episodes_are_told_apart_where_several_segments_have_hundreds(tmp_path: Path) -> None:
    """In each the numbers of the episodes fit into a byte, in all of them not."""
    engine, dates = WhooshEngine(tmp_path / "index"), []
    for first, count in ((0, 10), (10, 250)):
        some = [f"{2000 + n // 12}-{n % 12 + 1:02}-01" for n in range(first, first + count)]
        put(engine, *((episode(f"e{date}", None, date), [(ANN, "The kiln.")]) for date in some))
        dates += some
    found = engine.search(SearchRequest(parse("kiln"), limit=len(dates), sort="newest")).hits
    assert [str(hit.episode.date) for hit in found] == dates[::-1]
    engine.close()


def test_a_program_that_seeds_random_writes_over_nothing(folder: Path) -> None:
    """Each time that it runs, ``random`` draws the same."""
    for name in ("first", "second"):
        random.seed(1)
        engine = WhooshEngine(folder)
        put(engine, (episode(name), [(ANN, "Kiln.")]))
        engine.close()
    assert {record.episode.id for record in engine.records()} > {"one", "first", "second"}
    engine.close()


def test_verifying_finds_what_no_search_has_read(folder: Path) -> None:
    engine = WhooshEngine(folder)
    engine.verify()
    (path,) = (path for path in index_files(folder) if path.suffix == ".arrays")
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 1
    path.write_bytes(data)
    with pytest.raises(IndexUnusableError, match=path.name):
        WhooshEngine(folder).verify()


def test_a_table_of_contents_of_a_stranger_does_nothing(folder: Path, tmp_path: Path) -> None:
    class Bad:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (tmp_path / "ran",)

    (path,) = (path for path in index_files(folder) if path.suffix == ".toc")
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"whoosh.codec") - 12] + pickle.dumps([Bad()]))
    seal(path)
    with pytest.raises(IndexUnusableError, match="rebuild"):
        WhooshEngine(folder).count(EVERYTHING)
    with pytest.raises(IndexUnusableError, match="rebuild"):
        put(WhooshEngine(folder), (ONE, [(ANN, "New.")]))
    assert not (tmp_path / "ran").exists()


WRITER = """
import sys
sys.path[:0] = {paths!r}
from pathlib import Path
from samples import ANN, episode, put
from talksearch.engines.whoosh import builders, writer
from talksearch.engines.whoosh.engine import WhooshEngine
engine = WhooshEngine(Path({folder!r}))
print("ready", flush=True)
number = 0
while True:
    number += 1
    put(engine, (episode("killed"), [(ANN, f"Round {{number}}.")] * 40))
    print(number, flush=True)
"""


def test_a_killed_writer_leaves_what_was_committed(folder: Path) -> None:
    code = WRITER.format(paths=[str(Path(__file__).parent)], folder=str(folder))
    for pause in (0.02, 0.11, 0.23, 0.37):
        process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        told = process.communicate()[0].split()
        engine = WhooshEngine(folder)
        assert engine.count(EVERYTHING) in (8, 48)
        if told:
            texts = {passage.text for passage in engine.passages("killed")}
            assert len(texts) == 1
            # The last round that was told of, or the one that was being told.
            assert int(texts.pop().split()[1].strip(".")) in (int(told[-1]), int(told[-1]) + 1)
        put(engine, (ONE, [(ANN, "Still writable.")]))
        assert engine.count(parse("writable")) == 1
        put(engine, *ENTRIES)  # type: ignore[arg-type]
        with engine.writer() as writer:
            writer.remove("killed")
            writer.commit()
        engine.close()


def test_what_a_killed_writer_left_goes_with_the_next_commit(folder: Path) -> None:
    engine = WhooshEngine(folder)
    put(engine, *ENTRIES)  # type: ignore[arg-type]
    (table,) = folder.glob("*/_MAIN_*.toc")
    for name in (f"{table.name}.1700000000.5", ".marks.json.abc.new"):
        (table.parent / name).write_bytes(b"half")
    put(engine, (ONE, [(ANN, "Still writable.")]))
    assert all(path.read_bytes() != b"half" for path in table.parent.iterdir())
    engine.close()


# Large builds and merges

SAID = ["salt", "kiln", "kilns", "glaze", "glazes", "die", "died", "öfen", "ofen", "côtes"]


def many(count: int) -> list[tuple[Episode, list[Said]]]:
    """Episodes of which each has words of its own and some that all have."""
    return [
        (
            episode(f"e{number:03}", "The Long Kiln", f"2020-01-{number % 28 + 1:02}"),
            [(ANN, f"Salt w{number} and glaze."), (NICO, f"The tide x{number % 7}. U.S. #kiln")],
        )
        for number in range(count)
    ]


@pytest.fixture
def small_builds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few episodes are many; here they make a dozen segments, which are merged in turns."""
    monkeypatch.setattr(writer, "_ALONE", 500)
    monkeypatch.setattr(writer, "_OPEN", 5)
    monkeypatch.setattr(builders, "TOKENS", 50)


@pytest.mark.usefixtures("small_builds")
def test_several_processes_build_what_one_builds(tmp_path: Path) -> None:
    alone, several = (WhooshEngine(tmp_path / str(n), n) for n in (1, 3))
    for engine in (alone, several):
        put(engine, *many(60), fresh=True)
        put(engine, *many(90)[30:])  # half of them again
    for query in ("salt", "w35", '"u.s. #kiln"', "x*", "glaze tide", "date:2020-01-03", ""):
        tree = parse(query)
        assert several.count(tree) == alone.count(tree) > 0
        found = [engine.search(SearchRequest(tree, limit=500)).hits for engine in (alone, several)]
        assert found[0] == found[1]
    assert [*several.records()] == [*alone.records()]
    alone.close()
    several.close()


@pytest.mark.usefixtures("small_builds")
@pytest.mark.parametrize("processes", [1, 3])
def test_what_is_put_again_in_a_large_build_is_there_once(tmp_path: Path, processes: int) -> None:
    """Wherever the first one is by then: waiting, with another process, in a segment."""
    engine, plain = (WhooshEngine(tmp_path / name, processes) for name in ("twice", "plain"))
    entries = many(60)
    again = [(about, said[::-1]) for about, said in entries[5:50:15]]
    for fresh in (True, False):
        put(engine, *entries[:40], *again, *entries[40:], *again[:1], fresh=fresh)
    put(plain, *entries, fresh=True)
    put(plain, *again, *entries[40:], *again[:1])
    for query in ("salt", '"u.s. #kiln"', "glaze tide", ""):
        request = SearchRequest(parse(query), limit=500, facets=("speaker",))
        assert engine.search(request) == plain.search(request)
        assert engine.count(request.query) > 0
    assert engine.passages("e005")[0].speaker == NICO
    engine.close()
    plain.close()


@pytest.mark.parametrize("portion", [merging._AT_ONCE, 40])
@pytest.mark.parametrize("seed", range(4))
def test_a_merge_without_what_was_deleted_is_what_is_built_without_it(
    seed: int, portion: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Array by array, however few postings are merged at once."""
    monkeypatch.setattr(merging, "_AT_ONCE", portion)
    draw = random.Random(seed)
    entries = [
        (
            episode(f"e{number:02}", language=draw.choice(["en", "de", None])),
            [
                (draw.choice([ANN, NICO]), " ".join(draw.choices(SAID, k=draw.randint(1, 9))))
                for _ in range(draw.randint(1, 5))
            ],
        )
        for number in range(40)
    ]
    gone = {about.id for about, _ in draw.sample(entries, 15)} - {entries[0][0].id}

    def built(name: str, some: list[tuple[Episode, list[Said]]]) -> Segment:
        engine = WhooshEngine(tmp_path / name)
        put(engine, *some)
        engine.close()
        (path,) = (tmp_path / name).rglob(f"*{SUFFIX}")
        return Segment(path)

    def is_live(segment: Segment) -> np.ndarray[Any, Any]:
        episodes, names = segment.column("episode")
        return np.array([names[place] not in gone for place in episodes.tolist()])

    parts = [built(f"part{at}", entries[at : at + 10]) for at in range(0, 40, 10)]
    whole = built("whole", [entry for entry in entries if entry[0].id not in gone])
    count = merge(tmp_path / "merged", [(part, is_live(part)) for part in parts])
    merged = Segment(tmp_path / "merged")
    assert [merged.stored(n) for n in range(count)] == [whole.stored(n) for n in range(count)]
    assert merged.file._directory.keys() == whole.file._directory.keys()
    for name in whole.file._directory:
        if not name.startswith("stored."):  # how many are packed together
            assert merged.file.whole(name).tolist() == whole.file.whole(name).tolist(), name


def test_what_is_written_alike_keeps_all_its_stems_in_a_merge(tmp_path: Path) -> None:
    """Without accents "cotes", "côtes" and "côtés" are one word, of several stems."""
    grown, whole = [WhooshEngine(tmp_path / name) for name in ("grown", "whole")]
    said = ("Les cotes du four.", "Les côtés du four.", "Les côtes du four.", "La cote.") * 4
    entries = [
        (episode(f"e{number}", language="fr"), [(ANN, text)]) for number, text in enumerate(said)
    ]
    for entry in entries:
        put(grown, entry)
    put(whole, *entries)
    assert len(grown._reader().snapshot.leaves) < len(entries)
    counts = [
        [engine.count(parse(word)) for word in ("cotes", "côtés", "côtes", "cote", "côté")]
        for engine in (grown, whole)
    ]
    assert counts[0] == counts[1]
    assert all(counts[0])
    grown.close()
    whole.close()


def test_words_that_are_spelled_alike_are_known_from_every_segment(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path)
    for name, word in (("one", "kiln"), ("two", "kilt")):
        put(engine, (episode(name), [(ANN, f"It is a {word}.")]))
    assert len(engine._reader().snapshot.leaves) == 2
    assert engine.suggest("kilx") == ["kiln", "kilt"]
    hits = engine.search(SearchRequest(parse("kilx~"))).hits
    assert sorted(hit.passage.text[slice(*hit.highlighted.spans[0])] for hit in hits) == [
        "kiln",
        "kilt",
    ]
    engine.close()


def test_a_word_is_marked_in_the_language_of_its_passage(tmp_path: Path) -> None:
    """Where it is found by another, too: "die" is of "died" in English alone."""
    engine = WhooshEngine(tmp_path / "index")
    put(engine, (episode("en", language="en"), [(ANN, "He died. Kilns die.")]))
    put(engine, (episode("de", language="de-AT"), [(ANN, "Die Öfen, die er heizte, der Kiln.")]))
    hits = engine.search(SearchRequest(parse("died OR kiln"), sort="oldest")).hits
    marked = sorted(hit.highlighted.mark("<", ">") for hit in hits)
    assert marked == [
        "Die Öfen, die er heizte, der <Kiln>.",
        "He <died>. <Kilns> <die>.",
    ]
    engine.close()


@pytest.mark.parametrize("said", ["Kilns and the kiln.", "Kilns: “é”, the kiln."])
def test_what_begins_so_is_marked_in_any_text(said: str, tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "index")
    put(engine, (episode("one"), [(ANN, said)]))
    (hit,) = engine.search(SearchRequest(parse("kil*"))).hits
    marked = said.replace("Kilns", "<Kilns>").replace("kiln.", "<kiln>.")
    assert hit.highlighted.mark("<", ">") == marked
    engine.close()


def test_a_compound_is_as_common_as_it_is_in_one_word(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "index")
    said = ["The wifi is down."] * 60 + ["No wi-fi."] + ["The kiln."] * 3 + ["Salt."] * 200
    put(engine, (episode("one"), [(ANN, text) for text in said]))
    for query, count in (("wi-fi", 61), ("wi-fi kiln", 3), ("wifi kiln", 3)):
        found = engine.search(SearchRequest(parse(query), facets=("speaker",)))
        assert (found.total, found.facets[0].values[0].count) == (count, count)
    engine.close()


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("maybe", "Maybe it may be, or may-be. May!", "<Maybe> it may be, or <may-be>. May!"),
        (
            "maybe",
            "“Maybe, Noël”, or #may be may\u2010be",
            "“<Maybe>, Noël”, or #may be <may\u2010be>",
        ),
        ("maybe", "May-be: “may-be or may-be-so”.", "<May-be>: “<may-be> or may-be-so”."),
        ("maybes OR may", "Maybe, may-be.", "<Maybe>, <may-be>."),
        ("may-be", "Maybe it may be, or may-be.", "<Maybe> it <may be>, or <may-be>."),
        ("email", "Eine E-Mail-Adresse, über", "Eine <E-Mail>-Adresse, über"),
        ("emails", "An e-mail-like kiln.", "An <e-mail>-like kiln."),
        ("1000000", "$1,000,000, or 1000000 or 1,000", "$<1,000,000>, or <1000000> or 1,000"),
        ("1,000", "“1,000”, é, 1000; 1.000", "“<1,000>”, é, <1000>; <1.000>"),
        ("maybe NEAR/2 so", "Or may be so: may-be, so.", "Or may be <so>: <may-be>, <so>."),
    ],
)
def test_a_compound_is_marked_where_it_is_one(
    folder: Path, query: str, text: str, marked: str
) -> None:
    engine = WhooshEngine(folder)
    put(engine, (episode("one"), [(ANN, text), (ANN, "May-be.")]))
    hits = engine.search(SearchRequest(parse(query), sort="oldest")).hits
    assert hits[0].highlighted.mark("<", ">") == marked
    engine.close()


@pytest.mark.parametrize(("times", "found"), [(SLIP, SLIP + 1), (SLIP + 1, SLIP + 1)])
def test_a_compound_by_a_slip_is_not_found_by_the_word(
    folder: Path, times: int, found: int
) -> None:
    engine = WhooshEngine(folder)
    put(engine, (episode("one"), [(ANN, "Every-one."), *[(ANN, "Everyone.")] * times]))
    assert engine.count(parse("everyone")) == found
    assert engine.count(parse("every-one")) == times + 1


def test_what_is_a_slip_does_not_hang_on_what_was_deleted(folder: Path) -> None:
    engine = WhooshEngine(folder)
    often, seldom = episode("often"), episode("seldom")
    put(engine, (seldom, [(ANN, "Every-one.")]), (often, [(ANN, "Everyone.")] * (SLIP + 1)))
    assert engine.count(parse("everyone")) == SLIP + 1
    put(engine, (often, [(ANN, "Everyone.")] * SLIP))
    assert engine._reader().snapshot.deleted
    assert engine.count(parse("everyone")) == SLIP + 1
    put(engine, (seldom, [(ANN, "Everyone. Every one.")]))
    assert engine.count(parse("everyone")) == SLIP + 1
    put(engine, (seldom, [(ANN, "Every-one.")]), (often, [(ANN, "Everyone.")] * (SLIP + 1)))
    assert engine.count(parse("everyone")) == SLIP + 1
    engine.close()


def test_a_compound_does_not_stand_for_a_part_of_itself(tmp_path: Path) -> None:
    """ "kilnes" is stemmed as "kiln" is, which would stand twice in "kiln-es"."""
    engine = WhooshEngine(tmp_path / "index")
    put(engine, (episode("one"), [(ANN, "A kiln-es."), (ANN, "A kiln es."), (ANN, "Salt.")]))
    one, other = engine._reader().evaluation().scored(parse("kiln-es")).scores
    assert one == other
    engine.close()


def test_a_word_of_two_forms_and_one_stem_stands_there_once(tmp_path: Path) -> None:
    """ "l'homme" is found as "homme" too, and French stems them alike."""
    engine = WhooshEngine(tmp_path / "index")
    said = ("L'homme parle, l'homme rit.", "Un homme parle, un homme rit.", "L'homme", "Homme")
    put(engine, (episode("one", language="fr"), [(ANN, text) for text in said]))
    evaluation = engine._reader().evaluation()
    (stems,) = evaluation.stems("hommes")
    assert evaluation.word("text", stems).frequencies.tolist() == [2, 2, 1, 1]
    passages = evaluation.snapshot.passages.nonzero()[0]
    stands = evaluation.snapshot.positions("text", stems, passages, 8)
    assert [(key >> 8, key & 255) for key in stands.tolist()] == [
        (0, 0), (0, 2), (1, 1), (1, 4), (2, 0), (3, 0)
    ]  # fmt: skip
    assert engine.count(parse("homme")) == 4
    engine.close()


def test_a_word_is_found_as_it_is_spelled_across_the_atlantic(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "index")
    said = ("We organise kilns.", "They organized it.", "An organ.", "Her colours.", "My mentor.")
    put(engine, (episode("en", language="en"), [(ANN, text) for text in said]))
    put(engine, (episode("de", language="de"), [(ANN, "Die Theatre, das Theater.")]))

    def found(query: str) -> list[str]:
        hits = engine.search(SearchRequest(parse(query), sort="oldest")).hits
        return sorted(hit.highlighted.mark("<", ">") for hit in hits)

    both = ["They <organized> it.", "We <organise> kilns."]
    assert found("organizing") == found("organisers") == both
    assert found("color") == found("colours") == ["Her <colours>."]
    assert found('"color"') == []
    assert found("mentor") == ["My <mentor>."]
    assert found("theatre") == ["Die <Theatre>, das Theater."]
    engine.close()


def test_what_only_has_the_stem_of_a_spelling_is_not_found(folder: Path) -> None:
    """That of "expertize" is "expert", that of "programme" also the programmers'."""
    engine = WhooshEngine(folder)
    said = ("Expertise.", "Experts.", "Improvise!", "Improve!", "Paradise.", "Parades.")
    put(engine, (episode("one"), [(ANN, text) for text in (*said, "A program.", "Programmers.")]))
    for word in ("expertise", "improvised", "paradise", "program"):
        assert engine.count(parse(word)) == 1, word
    put(engine, (episode("two"), [(ANN, "A programme.")]))
    assert engine.count(parse("program")) == 3
    assert engine.count(parse("programme")) == 3
    engine.close()


def test_a_spelling_by_a_slip_is_not_found_by_the_other(folder: Path) -> None:
    engine = WhooshEngine(folder)
    put(engine, (episode("one"), [(ANN, "Colour."), *[(ANN, "Color.")] * (SLIP + 1)]))
    assert engine.count(parse("color")) == SLIP + 1
    assert engine.count(parse("colour")) == SLIP + 2
    engine.close()


def test_a_name_with_an_umlaut_is_found_without_it(tmp_path: Path) -> None:
    """Where it stands in a text, it counts once by whatever it is found; and it bears no other name
    than its own."""
    engine = WhooshEngine(tmp_path / "index")
    jorg = Speaker("Jörg Müller", Person("Jörg Müller", organization="Käßböhrer"))
    bob = Speaker("Bob", Person("Robert Mueller", aliases=("Bø",)))
    put(
        engine, (episode("en", "Blå Øl", language="en"), [(jorg, "Bob, a poet."), (bob, "Müller?")])
    )
    said = [(bob, "Müller und Mueller."), (jorg, "Der Kiln.")]
    put(engine, (episode("de", language="de"), said))

    def found(query: str) -> list[str]:
        hits = engine.search(SearchRequest(parse(query), sort="oldest")).hits
        return sorted(hit.highlighted.mark("<", ">") for hit in hits)

    german = "<Müller> und <Mueller>."
    assert found("mueller -speaker:bob") == []
    assert found("mueller") == found("mueller speaker:mueller") == [german, "<Müller>?"]
    assert found("muller") == found("müller") == [german, "<Müller>?"]
    assert found("pot") == found('"pot"') == []
    assert found("speaker:mueller kiln") == ["Der <Kiln>."] == found("speaker:müller kiln")
    assert len(found("speaker:boe -kind:ad")) == 2
    assert found("org:kaessboehrer lang:de") == ["Der Kiln."]
    assert found('show:"blaa oel" poet') == ["Bob, a <poet>."]
    evaluation = engine._reader().evaluation()
    for typed in ("mueller", "müller"):
        (stems,) = evaluation.stems(typed)
        assert evaluation.word("text", stems).frequencies.max() == 2
    assert engine.suggest_value("speaker", "joreg") == ["Jörg Müller"]
    assert engine.complete_value("speaker", "joe") == ["Jörg Müller"]
    assert engine.complete_value("speaker", "mu") == ["Jörg Müller", "Robert Mueller"]
    engine.close()


def test_a_name_is_found_without_what_is_elided(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "index")
    jean = Speaker("Jean", Person("Jean d’Alembert", organization="L'Oréal"))
    neil = Speaker("Neil", Person("Neil O'Brien"))
    put(engine, (episode("fr", "L’heure dell'arte"), [(jean, "La terre."), (neil, "Le ciel.")]))

    def total(query: str) -> int:
        return engine.search(SearchRequest(parse(query))).total

    for name in ("alembert", "d'alembert", '"jean alembert"', '"Jean d’Alembert"'):
        assert total(f"speaker:{name}") == 1, name
    assert total("org:oreal") == 1 and total("speaker:brien") == 0
    for show in ("heure", "arte", "\"l'heure dell'arte\"", '"heure arte"', "L’heure"):
        assert total(f"show:{show}") == 2, show
    assert engine.suggest_value("speaker", "alambert") == ["Jean d’Alembert"]
    assert engine.complete_value("speaker", "ale") == ["Jean d’Alembert"]
    engine.close()


@pytest.mark.usefixtures("small_builds")
def test_a_build_that_is_left_ends_its_processes(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "index", 2)
    put(engine, *many(3))
    with pytest.raises(ZeroDivisionError), engine.writer() as going:
        for about, said in many(60):
            found = passages(about, said)
            going.put(record(about, found), found)
        processes = going._builders._processes  # type: ignore[attr-defined, union-attr]
        raise ZeroDivisionError
    assert all(process.poll() is not None for process in processes)
    assert engine.count(EVERYTHING) == 6
    put(engine, (ONE, [(ANN, "Still writable.")]))
    engine.close()
    assert len([path for path in index_files(tmp_path) if path.suffix == ".arrays"]) == 2


@pytest.mark.usefixtures("small_builds")
def test_a_process_that_dies_fails_the_build_and_changes_nothing(tmp_path: Path) -> None:
    engine = WhooshEngine(tmp_path / "index", 2)
    put(engine, *many(3))
    with pytest.raises(HomeError), engine.writer() as going:
        for number, (about, said) in enumerate(many(200)):
            found = passages(about, said)
            going.put(record(about, found), found)
            if number == 100:
                going._builders._processes[0].kill()  # type: ignore[attr-defined, union-attr]
        going.commit()
    assert engine.count(EVERYTHING) == 6
    engine.close()


def test_a_commit_that_fails_at_its_very_end_is_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    engine = WhooshEngine(folder)
    with monkeypatch.context() as patch:
        patch.setattr("whoosh.index.clean_files", full)
        with pytest.raises(HomeError):
            put(engine, (ONE, [(ANN, "Brand new.")]))
    engine.close()
    assert [passage.text for passage in WhooshEngine(folder).passages("one")] == ["Brand new."]


def test_a_process_that_cannot_write_says_why(tmp_path: Path) -> None:
    """Also where it ends while there is more to be put."""
    building = builders.Builders(tmp_path / "gone", 1)
    about = episode("one")
    found = passages(about, [(ANN, "salt " * builders.TOKENS)])
    with pytest.raises(FileNotFoundError):
        building.put(record(about, found), found)
        for _ in range(100_000):
            building.put(record(about, []), [])
    building.kill()


def test_a_process_that_is_killed_is_told_of(tmp_path: Path) -> None:
    building = builders.Builders(tmp_path, 2)
    building._processes[0].kill()
    about = episode("one")
    with pytest.raises(OSError, match=r"ended early|could be started"):
        for _ in range(100_000):
            building.put(record(about, []), [])
    building.kill()


@pytest.mark.usefixtures("small_builds")
@pytest.mark.parametrize("says", [None, "exit 1", "echo I12x", "echo cnothing; echo here"])
def test_a_program_that_is_no_python_makes_no_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: str | None
) -> None:
    """What sys.executable is where Python runs within something else: no episode is lost there
    without a word, though what the program says looks like our own."""
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\n{says}\n")
    program.chmod(0o755)
    monkeypatch.setattr(sys, "executable", says and str(program))
    engine = WhooshEngine(tmp_path / "index", 2)
    with pytest.raises(HomeError, match="which should be a Python, is "):
        put(engine, *many(60), fresh=True)
    assert engine.state() == "missing"
    engine.close()


def test_more_passages_than_there_are_numbers_are_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = WhooshEngine(folder)
    before = engine.count(EVERYTHING)
    records = len(ENTRIES) + 1
    monkeypatch.setattr(writer, "_MOST_DOCUMENTS", before + records + 1)
    with pytest.raises(IndexUnusableError, match="passages at most"):
        put(engine, (episode("more"), [(ANN, "Salt."), (NICO, "Ash.")]))
    assert engine.count(EVERYTHING) == before
    put(engine, (episode("more"), [(ANN, "Salt.")]))
    assert engine.count(EVERYTHING) == before + 1
