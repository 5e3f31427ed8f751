"""Large builds in several processes: episodes go out, the segments made of them come back.

Each process is this program again, so that whoever uses talksearch as a library needs no guard
around a main module; and it ends when its input does, also when that is because this process was
killed. It holds no lock, and a segment that no table of contents names is swept away.
"""

from __future__ import annotations

import gc
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import fields
from operator import attrgetter
from pathlib import Path

from talksearch.engines.base import Record
from talksearch.engines.whoosh.codec import new_segment
from talksearch.engines.whoosh.contents import SUFFIX
from talksearch.engines.whoosh.inverter import Inverter
from talksearch.engines.whoosh.library import W3Segment
from talksearch.model import Passage
from talksearch.parallel import BEGUN, not_begun, program

__all__ = ["TOKENS", "Builder", "Builders"]

TOKENS = 1_000_000
"""So many words make a segment, which keeps a process that builds one at 120 MB."""


class Builder:
    """Makes segments of episodes, one after the other, in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._inverter = Inverter()
        self.segments: list[W3Segment] = []

    def put(self, record: Record, passages: Sequence[Passage]) -> None:
        self._inverter.put(record, passages)
        if self._inverter.tokens >= TOKENS:
            self.finish()

    def finish(self) -> None:
        if self._inverter.documents:
            segment = new_segment(self._inverter.documents)
            self.segments.append(segment)
            self._inverter.write(self._folder / segment.make_filename(SUFFIX))
            self._inverter = Inverter()


_CELLS = attrgetter(*(field.name for field in fields(Passage)))


class Builders:
    """Several of them, each in a process of its own. Raises ``OSError`` where one could not
    write."""

    def __init__(self, folder: Path, count: int) -> None:
        self._folder = folder
        self._waiting: queue.Queue[bytes | None] = queue.Queue(2 * count)
        self._failed: list[OSError] = []
        self._segments: list[W3Segment] = []
        self._processes = [_process() for _ in range(count)]
        self._threads = [
            threading.Thread(target=self._feed, args=(process,), daemon=True)
            for process in self._processes
        ]
        for thread in self._threads:
            thread.start()

    def put(self, record: Record, passages: Sequence[Passage]) -> None:
        # Passages are packed column by column, in half the time that so many objects take.
        columns = tuple(zip(*map(_CELLS, passages), strict=True))
        self._waiting.put(pickle.dumps((record, columns), pickle.HIGHEST_PROTOCOL))
        self._check()

    def finish(self) -> list[W3Segment]:
        """The segments of all that was put."""
        self._stop()
        self._check()
        return self._segments

    def kill(self) -> None:
        for process in self._processes:
            process.kill()
        self._stop()

    def _stop(self) -> None:
        for _ in self._threads:
            self._waiting.put(None)
        for thread in self._threads:
            thread.join()

    def _check(self) -> None:
        if self._failed:
            raise self._failed[0]

    def _feed(self, process: subprocess.Popen[bytes]) -> None:
        """Hand one process what is waiting, until there is no more, and take what it made."""
        assert process.stdin and process.stdout
        waiting = iter(self._waiting.get, None)
        try:
            with suppress(OSError), process.stdin as stdin:  # of one that ended, which says why
                stdin.write(pickle.dumps(self._folder))
                for episode in waiting:
                    stdin.write(episode)
                stdin.write(pickle.dumps(None))
            if process.stdout.read(len(BEGUN)) != BEGUN:
                raise OSError(not_begun())
            found = pickle.load(process.stdout)
            if isinstance(found, OSError):
                raise found
            self._segments += found
        except OSError as error:
            self._failed.append(error)
        except (EOFError, pickle.UnpicklingError):
            self._failed.append(OSError("a process that made the index ended early"))
        finally:
            process.stdout.close()
            process.wait()
            for _ in waiting:  # whoever puts more waits for it to be taken
                pass


def _process() -> subprocess.Popen[bytes]:
    command, environment = program("talksearch.engines.whoosh.builders")
    try:
        return subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError as error:
        raise OSError(not_begun()) from error


def main() -> None:
    """Build of the episodes that stdin says; write the segments, or the error, to stdout."""
    sys.stdout.buffer.write(BEGUN)
    sys.stdout.flush()
    gc.disable()  # it makes no cycles
    folder = pickle.load(sys.stdin.buffer)
    builder = Builder(folder)
    found: list[W3Segment] | OSError
    try:
        while (episode := pickle.load(sys.stdin.buffer)) is not None:
            record, columns = episode
            builder.put(record, list(map(Passage, *columns)) if columns else [])
        builder.finish()
        found = builder.segments
    except OSError as error:
        found = error
    except EOFError:  # whoever wanted it is gone
        return
    sys.stdout.buffer.write(pickle.dumps(found))


if __name__ == "__main__":
    main()
