"""Files of arrays: what is written is read, and nothing that is damaged."""

from __future__ import annotations

import mmap
import random
import tempfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from talksearch.engines.whoosh.arrays import ArrayFile, ArrayWriter, narrow
from talksearch.engines.whoosh.contenders import top
from talksearch.engines.whoosh.inverter import stable_order
from talksearch.engines.whoosh.postings import Postings, PostingsWriter, gathered, stretches
from talksearch.engines.whoosh.sets import is_in, member, shared, united, worked_out
from talksearch.engines.whoosh.stream import Stream
from talksearch.errors import IndexUnusableError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Three arrays over several blocks."""
    with ArrayWriter(tmp_path / "some.arrays") as out:
        out.add("small", np.array([3, 1, 2], np.uint16))
        out.add("empty", np.empty(0, np.int64))
        growing = out.growing("large", np.uint32)
        for start in range(0, 100_000, 7_000):
            growing.append(np.arange(start, min(start + 7_000, 100_000)))
    return tmp_path / "some.arrays"


def test_what_is_written_is_read(path: Path) -> None:
    file = ArrayFile(path)
    assert file.whole("small").tolist() == [3, 1, 2]
    assert file.whole("small").dtype == np.uint16
    assert file.whole("empty").tolist() == []
    assert file.slice("large", 65_530, 65_540).tolist() == list(range(65_530, 65_540))
    assert file.whole("large").sum() == sum(range(100_000))
    file.check()


def test_a_file_cut_short_anywhere_is_named(path: Path) -> None:
    data = path.read_bytes()
    for size in (0, 1, 20, len(data) // 2, len(data) - 1):
        path.write_bytes(data[:size])
        with pytest.raises(IndexUnusableError, match=r"some\.arrays.*talksearch rebuild"):
            ArrayFile(path)


def test_a_changed_byte_never_becomes_an_answer(path: Path) -> None:
    data = path.read_bytes()
    right = {name: ArrayFile(path).whole(name).tolist() for name in ("small", "large")}
    draw = random.Random(1)
    named = 0
    for _ in range(200):
        changed = bytearray(data)
        changed[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
        path.write_bytes(changed)
        try:
            file = ArrayFile(path)
            assert {name: file.whole(name).tolist() for name in right} == right
        except IndexUnusableError:
            named += 1
    assert named > 190  # the rest is padding, which is part of no array


def test_checking_looks_at_all_of_it(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[300_000] ^= 1
    path.write_bytes(data)
    file = ArrayFile(path)
    assert file.whole("small").tolist() == [3, 1, 2], "of another block"
    with pytest.raises(IndexUnusableError):
        file.check()


def test_memory_does_not_grow_with_what_is_read(tmp_path: Path) -> None:
    def in_memory() -> int:
        return int(statm.read_bytes().split()[2]) * mmap.PAGESIZE

    statm = Path("/proc/self/statm")
    if not statm.exists():
        pytest.skip("this system does not tell how much of files is in memory")
    with ArrayWriter(tmp_path / "some.arrays") as out:
        out.add("large", np.arange(16 << 20, dtype=np.uint32))
    file = ArrayFile(tmp_path / "some.arrays")
    before, most = in_memory(), 0
    for start in range(0, 16 << 20, 64 << 10):
        assert file.slice("large", start, start + (64 << 10))[-1] == start + (64 << 10) - 1
        most = max(most, in_memory() - before)
    assert most < 40 << 20
    file.check()
    assert in_memory() - before < 40 << 20


@given(st.lists(st.integers(-(2**40), 2**40)))
def test_the_narrowest_type_holds_all(numbers: list[int]) -> None:
    assert narrow(np.array(numbers, np.int64)).tolist() == numbers


@given(arrays(np.uint32, st.integers(0, 50), elements=st.integers(0, 2**32 - 1)))
def test_equal_numbers_stay_in_their_order(numbers: np.ndarray) -> None:
    assert stable_order(numbers).tolist() == np.argsort(numbers, kind="stable").tolist()


SETS = st.sets(st.integers(0, 300)).map(lambda found: np.array(sorted(found), np.intp))


@given(SETS, SETS, st.sampled_from([1, 1_000_000]))
def test_members(wanted: np.ndarray, among: np.ndarray, apart: int) -> None:
    wanted, among = wanted * apart, among * apart
    found = np.isin(wanted, among)
    assert shared(wanted, among).tolist() == wanted[found].tolist()
    assert is_in(wanted[::-1], among).tolist() == found[::-1].tolist()
    if apart == 1:
        places, mask = member(wanted, among)
        assert mask.tolist() == found.tolist()
        assert among[places].tolist() == wanted[found].tolist()


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 5)), max_size=9))
def test_ranges_are_gathered(ranges: list[tuple[int, int]]) -> None:
    starts = np.array([start for start, _ in ranges], np.int64)
    sizes = np.array([size for _, size in ranges], np.int64)
    expected = [n for start, size in ranges for n in range(start, start + size)]
    assert gathered(starts, sizes).tolist() == expected


# Documents on both sides of where a run ends, up to the last of 2^32.
DOCUMENTS = st.sets(
    st.one_of(st.integers(0, 300), st.integers(65_000, 66_500), st.integers(2**32 - 50, 2**32 - 1)),
    min_size=1,
)
TERM = DOCUMENTS.flatmap(
    lambda found: st.fixed_dictionaries(
        {n: st.sets(st.integers(0, 200_000), min_size=1, max_size=4) for n in found}
    )
)


@given(st.lists(TERM, min_size=1, max_size=5), st.data())
def test_postings(terms: list[dict[int, set[int]]], data: st.DataObject) -> None:
    """Of any documents and positions, also beyond 65,535, in one piece or in two."""
    cut = data.draw(st.integers(0, len(terms)))
    with tempfile.TemporaryDirectory() as folder:
        with ArrayWriter(Path(folder, "some.arrays")) as out:
            writer = PostingsWriter(out, "in", np.uint8, np.uint32)
            for part in filter(None, (terms[:cut], terms[cut:])):
                flat = [(n, sorted(term[n])) for term in part for n in sorted(term)]
                writer.append(
                    np.array([len(term) for term in part]),
                    np.array([n for n, _ in flat]),
                    np.array([len(found) for _, found in flat], np.uint8),
                    np.array([at for _, found in flat for at in found], np.uint32),
                )
        postings = Postings(ArrayFile(Path(folder, "some.arrays")), "in")
        assert postings.counts(0, len(terms)).tolist() == [len(term) for term in terms]
        for number, term in enumerate(terms):
            documents = postings.documents(number, number + 1)
            assert documents.tolist() == sorted(term)
            some = np.array(sorted(data.draw(DOCUMENTS) | set(list(term)[:2])))
            places, found = postings.find(number, some)
            assert some[found].tolist() == [n for n in some.tolist() if n in term]
            assert documents[places].tolist() == some[found].tolist()
            sizes, positions = postings.positions_at(number, places)
            assert sizes.tolist() == [len(term[n]) for n in some[found].tolist()]
            expected = [at for n in some[found].tolist() for at in sorted(term[n])]
            assert positions.tolist() == expected


@given(st.lists(st.integers(0, 12), unique=True))
def test_stretches_are_of_all_numbers_and_no_others(numbers: list[int]) -> None:
    found = stretches(sorted(numbers))
    assert [n for first, last in found for n in range(first, last)] == sorted(numbers)
    assert all(end < start for (_, end), (start, _) in pairwise(found))


def test_many_members() -> None:
    draw = np.random.default_rng(1)
    among, wanted = (np.flatnonzero(draw.random(2_000_000) < share) for share in (0.3, 0.2))
    places, found = member(wanted, among)
    assert np.array_equal(found, np.isin(wanted, among))
    assert np.array_equal(among[places], wanted[found])


def test_what_is_worked_out_piece_by_piece_is_the_whole() -> None:
    numbers = np.random.default_rng(1).random(200_001)
    assert np.array_equal(worked_out(np.add, numbers, numbers[::-1]), numbers + numbers[::-1])
    best = top(numbers, 50)
    assert best.tolist() == np.sort(np.argsort(numbers)[-50:]).tolist()


def test_all_are_among_the_best_where_all_are_as_good() -> None:
    # As the passages of a filter are, or of no query at all.
    assert len(top(np.ones(200_001), 50)) == 200_001


@given(st.lists(st.integers(0, 5), max_size=100))
def test_words_as_one_stream(lengths: list[int]) -> None:
    stream = Stream(np.array(lengths, np.uint8))
    starts = np.append(0, np.cumsum(lengths, dtype=np.int64))
    assert stream.end == starts[-1]
    found = stream.starts(np.arange(len(lengths)))
    assert found.dtype == np.int64 and found.tolist() == starts[:-1].tolist()
    holding = [document for document, length in enumerate(lengths) for _ in range(length)]
    assert stream.documents(np.arange(stream.end)).tolist() == holding


@given(st.lists(st.lists(st.integers(-9, 9)), min_size=1))
def test_united(parts: list[list[int]]) -> None:
    found = united([np.array(part, np.int16) for part in parts])
    assert found.tolist() == sorted(set().union(*parts))


def test_one_number_at_a_time_and_all(tmp_path: Path) -> None:
    """The first ones are read by themselves, the others with the whole array."""
    numbers = list(range(0, 200_000, 5))
    with ArrayWriter(tmp_path / "some.arrays") as out:
        out.add("numbers", np.array(numbers, np.uint32))
    file = ArrayFile(tmp_path / "some.arrays")
    assert [file.item("numbers", at) for at in range(0, 40_000, 999)] == numbers[::999]
