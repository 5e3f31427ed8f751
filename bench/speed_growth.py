"""How ``speed.py`` finds out what talksearch does under threads, as an archive grows, and in a very
large one."""

from __future__ import annotations

import itertools
import re
import statistics
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

from speed_engines import OpenedTalksearch, size_mb, tree
from speed_indexes import OURS, Bench
from speed_passages import SEED, Entry, Question, stream, with_word
from talksearch.engines.whoosh.engine import WhooshEngine
from talksearch.results import SearchRequest

THREADS, SEARCHES = 16, 10_000
SIZES = (1, 2, 4)
FAR, REPLACED = 16, 12
REPETITIONS = 3

Answer = tuple[object, ...]


def threads(bench: Bench) -> Iterator[str]:
    """Searches while one episode is replaced again and again by another version of itself: each
    answer must be that of the one or of the other."""
    with tempfile.TemporaryDirectory(dir=bench.folder) as folder:
        engine = WhooshEngine(bench.copy(OURS, Path(folder, "index")))
        old, new = _versions(list(itertools.islice(stream(bench.entries), 2)))
        requests = _requests(bench, old, new)
        answers = []
        for version in (old, new, old):
            _put(engine, version)
            answers.append([_answer(engine, request) for request in requests])
        assert answers[0] == answers[2], "put back, it is not what it was"
        told = _under_writing(engine, requests, answers[:2], (new, old))
        engine.close()
    changing = sum(a != b for a, b in zip(*answers[:2], strict=True))
    yield f"{len(requests)} questions, of which {changing} have another answer in the new version"
    yield (
        f"{SEARCHES:,} searches by {THREADS} threads during {told['commits']} commits: "
        f"{told['old']:,} old answers, {told['new']:,} new, {told['same']:,} that are the same, "
        f"{told['wrong']:,} wrong"
    )
    bench.bar(f"wrong answers among {SEARCHES:,}", told["wrong"], 0)
    alone = 0.0
    for count in (1, 2, 4):
        speed = _throughput(bench, count)
        alone = alone or speed
        yield f"{count} threads: {speed:8,.0f} searches a second, {speed / alone:.2f} of one's"
    bench.bars[-1] += f"; four threads search {speed / alone:.2f} as fast as one (aim: more)"


def _versions(entries: Sequence[Entry]) -> tuple[Entry, Entry]:
    """An episode, and the same with what is said in another one."""
    (record, passages), (_, others) = entries
    said = itertools.cycle(passage.text for passage in others)
    changed = tuple(replace(passage, text=next(said)) for passage in passages)
    return (record, passages), (record, changed)


def _requests(bench: Bench, *versions: Entry) -> list[SearchRequest]:
    """Words of both versions, and some of each class."""
    random = Random(SEED)
    asked = [question for questions in bench.questions.values() for question in questions[:3]]
    for _, passages in versions:
        words = sorted({w for p in passages for w in re.findall("[a-z]{5,}", p.text)})
        asked += [Question((word,)) for word in random.sample(words, 20)]
    return [SearchRequest(tree(question), limit=10, facets=("speaker",)) for question in asked]


def _answer(engine: WhooshEngine, request: SearchRequest) -> Answer:
    found = engine.search(request)
    return found.total, found.facets, [(hit.passage.id, hit.highlighted) for hit in found.hits]


def _put(engine: WhooshEngine, entry: Entry) -> None:
    with engine.writer() as writer:
        writer.put(*entry)
        writer.commit()


def _under_writing(
    engine: WhooshEngine,
    requests: list[SearchRequest],
    answers: Sequence[list[Answer]],
    versions: Sequence[Entry],
) -> Counter[str]:
    told: Counter[str] = Counter()
    counting, numbers = threading.Lock(), itertools.count()
    done = threading.Event()

    def search() -> None:
        mine: Counter[str] = Counter()
        while (number := next(numbers)) < SEARCHES:
            at = number % len(requests)
            answer = _answer(engine, requests[at])
            old, new = (answer == each[at] for each in answers)
            mine["same" if old and new else "old" if old else "new" if new else "wrong"] += 1
        engine.close()
        with counting:
            told.update(mine)

    def write() -> None:
        for version in itertools.cycle(versions):
            if done.is_set():
                return
            _put(engine, version)
            told["commits"] += 1

    searching = [threading.Thread(target=search) for _ in range(THREADS)]
    writing = threading.Thread(target=write)
    for thread in (writing, *searching):
        thread.start()
    for thread in searching:
        thread.join()
    done.set()
    writing.join()
    # One that an error ended is missing here.
    told["wrong"] += SEARCHES - told["old"] - told["new"] - told["same"] - told["wrong"]
    return told


def _throughput(bench: Bench, count: int) -> float:
    """Searches a second, over all questions three times."""
    engine = WhooshEngine(bench.index(OURS))
    asked = [question for questions in bench.questions.values() for question in questions]
    Random(SEED).shuffle(asked)
    requests = [SearchRequest(tree(question), facets=question.facets) for question in asked]
    work = iter(requests * REPETITIONS)
    taking, ready = threading.Lock(), threading.Barrier(count + 1)

    def search() -> None:
        engine.search(requests[0])  # opens the index for this thread
        ready.wait()
        while True:
            with taking:
                request = next(work, None)
            if request is None:
                break
            engine.search(request)
        engine.close()

    searching = [threading.Thread(target=search) for _ in range(count)]
    for thread in searching:
        thread.start()
    ready.wait()
    began = time.perf_counter()
    for thread in searching:
        thread.join()
    return len(requests) * REPETITIONS / (time.perf_counter() - began)


def growth(bench: Bench) -> Iterator[str]:
    """The same episodes once, twice and four times, under other ids."""
    opened = {times: OpenedTalksearch(bench.index(OURS, times)) for times in SIZES}
    matching: dict[tuple[str, int], list[int]] = defaultdict(list)
    times: dict[tuple[str, int, int], list[float]] = defaultdict(list)
    for repetition in range(REPETITIONS + 1):
        for kind, questions in bench.questions.items():
            for number, question in enumerate(questions):
                for size, engine in opened.items():
                    ask = engine.ask(question)
                    began = time.perf_counter()
                    total = ask()
                    took = (time.perf_counter() - began) * 1000
                    if repetition:
                        times[kind, size, number].append(took)
                    else:
                        matching[kind, size].append(total or 0)
    for engine in opened.values():
        engine.close()
    yield f"p50 in ms, median of {REPETITIONS} repetitions of each question"
    yield f"{'':<19}" + "".join(f"{f'x{n}':>9}" for n in SIZES) + "   x4 to x1: time  matching"
    for kind, questions in bench.questions.items():
        medians = [
            statistics.median(
                statistics.median(times[kind, size, number]) for number in range(len(questions))
            )
            for size in SIZES
        ]
        slower = medians[-1] / medians[0]
        more = sum(matching[kind, SIZES[-1]]) / sum(matching[kind, 1])
        cells = "".join(f"{median:9.2f}" for median in medians)
        yield f"{kind:<19}{cells}{slower:17.2f}{more:10.2f}"
        bench.bar(f"growth of {kind}, time to matching", slower / more, 1)


def far(bench: Bench) -> Iterator[str]:
    """Searching and building at sixteen times the episodes, to say where this ends."""
    built, searched = bench.took(OURS, FAR), bench.search(OURS, FAR)
    megabytes = bench.text_mb * FAR
    yield f"{bench.episodes * FAR:,} episodes, {bench.passages * FAR:,} passages"
    yield (
        f"build, one process: {built.seconds:,.0f} s, {megabytes / built.seconds:.2f} MB/s, "
        f"at most {built.peak_mb:,.0f} MB of memory; {size_mb(bench.index(OURS, FAR)):,.0f} MB"
    )
    yield f"a process that asks every question: at most {searched.peak_mb:,.0f} MB"
    yield f"of {REPETITIONS} repetitions the median, in ms: p50, longest; first time, p50"
    engine = OpenedTalksearch(bench.index(OURS, FAR))
    for kind, questions in bench.questions.items():
        firsts, times = [], []
        for question in questions:
            ask = engine.ask(question)
            first, *later = (_took_ms(ask) for _ in range(REPETITIONS + 1))
            firsts.append(first)
            times.append(statistics.median(later))
        told = (statistics.median(times), max(times), statistics.median(firsts))
        yield f"{kind:<19}" + "".join(f"{value:9.2f}" for value in told)
    engine.close()
    with tempfile.TemporaryDirectory(dir=bench.folder) as folder:
        engine = OpenedTalksearch(bench.copy(OURS, Path(folder, "index")))
        chosen = itertools.islice(stream(bench.entries), REPLACED)
        times = [
            _took_ms(partial(engine.replace, with_word(entry, f"zyzzyva{n}"), f"zyzzyva{n}"))
            for n, entry in enumerate(chosen)
        ]
        engine.close()
    yield f"replace an episode, until visible: {statistics.median(times):.1f} ms"


def _took_ms(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
