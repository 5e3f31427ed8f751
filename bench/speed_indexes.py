"""The indexes that ``speed.py`` measures: each is built by a process of its own, which tells what
it took, and kept where ``--keep`` says, until the program that built it or the passages change.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import pickle
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

import speed_engines
import speed_natives
import speed_passages
import talksearch
from speed_engines import Compared, Opened, StockWhoosh, Talksearch
from speed_natives import Fts5, Tantivy
from speed_passages import Question, stream

OURS, STOCK, FTS5, TANTIVY = Talksearch(), StockWhoosh(), Fts5(), Tantivy()
ENGINES: tuple[Compared, ...] = (OURS, FTS5, TANTIVY, STOCK)


@dataclass(frozen=True, slots=True)
class Took:
    """What a build or a round of searches took: the peak memory of the process; at the end, of
    memory that is no file's."""

    seconds: float
    peak_mb: float
    anonymous_mb: float


@dataclass
class Bench:
    """What every section is given: the passages, the questions, the indexes, and the list of bars
    that is printed at the end."""

    entries: Path
    folder: Path
    episodes: int
    passages: int
    text_mb: float
    questions: dict[str, list[Question]]
    words: list[str]
    bars: list[str] = field(default_factory=list)
    medians: dict[tuple[str, str], float] = field(default_factory=dict)  # of class and engine

    def bar(self, what: str, reached: float, bar: float, aim: float | None = None) -> None:
        """At most ``bar``."""
        met = "PASS" if reached <= bar else "FAIL"
        also = f", aim {aim:g}" + (" met" if reached <= aim else "") if aim is not None else ""
        self.bars.append(f"{met}  {what:<58}{reached:8.2f}  (at most {bar:g}{also})")

    def bar_at_least(self, what: str, reached: float, bar: float, aim: float) -> None:
        met = "PASS" if reached >= bar else "FAIL"
        also = ", aim " + f"{aim:g}" + (" met" if reached >= aim else "")
        self.bars.append(f"{met}  {what:<58}{reached:8.2f}  (at least {bar:g}{also})")

    def index(self, engine: Compared, times: int = 1) -> Path:
        """The folder of an index over the passages, ``times`` over; built if there is none."""
        return self._kept(engine, times) / "index"

    def took(self, engine: Compared, times: int = 1) -> Took:
        """What building that index took. It was given one episode after the other, so that its
        memory is its own and not that of the passages."""
        return Took(**json.loads((self._kept(engine, times) / "took.json").read_text()))

    def open(self, engine: Compared, times: int = 1) -> Opened:
        return engine.open(self.index(engine, times))

    def copy(self, engine: Compared, folder: Path) -> Path:
        """A copy that may be written into."""
        return Path(shutil.copytree(self.index(engine), folder))

    def build(
        self, engine: Compared, workers: int, how: Literal["held", "streamed"] = "held"
    ) -> Took:
        """Build once more; ``held``: with all passages in memory beforehand, so that reading them
        does not count."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            return self._build(engine, Path(folder, "index"), 1, workers, how)

    def _kept(self, engine: Compared, times: int) -> Path:
        folder = self.folder / f"{engine.name.replace(' ', '-')}-x{times}-{self._digest(engine)}"
        if not (folder / "took.json").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            print(f"building {folder.name}", file=sys.stderr)
            took = self._build(engine, folder / "index", times, 1, "streamed")
            engine.settle(folder / "index")
            (folder / "took.json").write_text(json.dumps(asdict(took)))
        return folder

    def _build(self, engine: Compared, folder: Path, times: int, workers: int, how: str) -> Took:
        return _told("build", engine.name, folder, self.entries, times, workers, how)

    def together_mb(self, engine: Compared, workers: int) -> float:
        """The most that all processes of a build have in memory at a time; what they share counts
        once."""
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            words = ("build", engine.name, Path(folder, "index"), self.entries, 1, workers)
            peak = 0.0
            with subprocess.Popen(_command(*words, "streamed"), stdout=subprocess.DEVNULL) as first:
                while first.poll() is None:
                    peak = max(peak, sum(map(_proportional_mb, _descendants(first.pid))))
                    time.sleep(0.03)
            return peak

    def search(self, engine: Compared, times: int = 1) -> Took:
        """All questions once, in a process of its own."""
        questions = self.folder / "questions.pickle"
        questions.write_bytes(pickle.dumps([q for each in self.questions.values() for q in each]))
        return _told("search", engine.name, self.index(engine, times), questions)

    def _digest(self, engine: Compared) -> str:
        digest = hashlib.sha256(f"{self.entries.stat().st_size} {Took.__slots__}".encode())
        sources = [Path(speed_passages.__file__)]
        if engine is OURS:
            package = Path(talksearch.__file__).parent
            sources += [*sorted((package / "engines").rglob("*.py")), package / "words.py"]
        else:
            sources.append(
                Path((speed_engines if engine is STOCK else speed_natives).__file__ or "")
            )
        for source in sources:
            digest.update(source.read_bytes())
        return digest.hexdigest()[:8]


def _told(what: str, *words: object) -> Took:
    ran = subprocess.run(_command(what, *words), stdout=subprocess.PIPE, text=True, check=True)
    return Took(**json.loads(ran.stdout.splitlines()[-1]))


def _command(*words: object) -> list[str]:
    return [sys.executable, __file__, *map(str, words)]


def _descendants(process: int) -> Iterator[int]:
    """A process and those that it has started, and they."""
    yield process
    with suppress(OSError):  # it has ended
        for children in Path(f"/proc/{process}/task").glob("*/children"):
            for child in children.read_text().split():
                yield from _descendants(int(child))


def _proportional_mb(process: int) -> float:
    """Its memory; of what several processes share, its part."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


# In the process


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["build", "search"])
    parser.add_argument("engine", choices=[engine.name for engine in ENGINES])
    parser.add_argument("folder", type=Path)
    parser.add_argument("more", nargs="*")
    arguments = parser.parse_args()
    engine = next(engine for engine in ENGINES if engine.name == arguments.engine)
    if arguments.what == "build":
        path, times, workers, how = arguments.more
        entries: Iterable[speed_passages.Entry] = stream(Path(path), int(times))
        if how == "held":
            entries = list(entries)
            gc.freeze()  # the passages are not the engine's to look through
        began = time.perf_counter()
        engine.build(arguments.folder, entries, int(workers))
    else:
        questions = pickle.loads(Path(arguments.more[0]).read_bytes())
        began = time.perf_counter()
        opened = engine.open(arguments.folder)
        for question in questions:
            asked = opened.ask(question)
            if asked:
                asked()
    seconds = time.perf_counter() - began
    # What getrusage tells would begin with what the parent had at the fork.
    lines = Path("/proc/self/status").read_text().splitlines()
    status = {name: value for name, _, value in (line.partition(":") for line in lines)}
    peak_mb, anonymous_mb = (int(status[name].split()[0]) / 1024 for name in ("VmHWM", "RssAnon"))
    print(json.dumps(asdict(Took(seconds, peak_mb, anonymous_mb))))


if __name__ == "__main__":
    main()
