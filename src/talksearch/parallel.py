"""How much is done at once: processors, processes of our own, and threads for work that waits for
the network."""

from __future__ import annotations

import os
import queue
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

__all__ = ["BEGUN", "cores", "in_parallel", "not_begun", "program"]

_WORKERS = 16

_A = TypeVar("_A")
_B = TypeVar("_B")


def cores() -> int:
    """How many processors this process may use."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def program(module: str) -> tuple[list[str], dict[str, str]]:
    """The command that runs a module of ours as a program, and its environment. It finds what this
    process finds: a host program can have put us, or NumPy, on ``sys.path`` itself."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, sys.path))}
    return [sys.executable or "", "-P", "-m", module], environment


BEGUN = b"talksearch"
"""The first that such a program writes: who runs Python inside something else has that started."""


def not_begun() -> str:
    """What is wrong where nothing can be started, or something else was."""
    return (
        "is large, and no process could be started for it: sys.executable, which should be a "
        f"Python, is {sys.executable!r}"
    )


def in_parallel(work: Callable[[_A], _B], items: Sequence[_A]) -> Iterator[_B]:
    """The results, each as soon as it is there. What ``work`` raises is raised here, and then, or
    when the caller leaves off, nothing more is begun.

    The threads are daemons, unlike those of ``concurrent.futures``, for whose slowest request a
    program would have to wait after Ctrl-C. What they write they write in one step.
    """
    waiting: queue.SimpleQueue[_A] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[_B | None, BaseException | None]] = queue.SimpleQueue()
    for item in items:
        waiting.put(item)
    left_off = threading.Event()

    def run() -> None:
        while not left_off.is_set():
            try:
                item = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                done.put((work(item), None))
            except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
                done.put((None, error))

    threads = [threading.Thread(target=run, daemon=True) for _ in range(min(_WORKERS, len(items)))]
    for thread in threads:
        thread.start()
    try:
        for _ in items:
            result, error = done.get()
            if error:
                raise error
            yield result  # type: ignore[misc]  # without an error there is one
    except KeyboardInterrupt:
        threads.clear()  # they are not waited for
        raise
    finally:
        left_off.set()
        for thread in threads:
            thread.join()
