"""Who opens the index while another commits sees it as it was before, or as it is after."""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from contract import ENTRIES, ONE
from samples import ANN, episode, put
from threads import told

from talksearch.engines.base import Engine
from talksearch.engines.whoosh.engine import WhooshEngine
from talksearch.engines.whoosh.store import Store
from talksearch.query.parser import parse
from talksearch.results import SearchRequest

NEW = (ONE, [(ANN, "New salt.")])


class _Looks:
    """Counts the looks at files and folders, in whichever way, and does something before one of
    them. An audit hook is for good, so there is one."""

    def __init__(self) -> None:
        self.done = 0
        self._at = 0
        self._act: Callable[[], object] | None = None
        sys.addaudithook(lambda event, _: self._look() if event in _LOOKS else None)

    @contextmanager
    def before(self, at: int, act: Callable[[], object]) -> Iterator[None]:
        self.done, self._at, self._act = 0, at, act
        stat = os.stat

        def look(*arguments: Any, **options: Any) -> os.stat_result:
            self._look()
            return stat(*arguments, **options)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, "stat", look)  # of which there is no audit event
            try:
                yield
            finally:
                self._act = None

    def _look(self) -> None:
        if self._act:
            self.done += 1
            if self.done == self._at:
                act, self._act = self._act, None
                act()


_LOOKS = ("open", "mmap.__new__", "os.listdir", "os.scandir")
looks = _Looks()


# Whoosh leaves files open where another is missing.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("fresh", [True, False], ids=["a rebuild", "a merge"])
def test_a_commit_in_the_midst_of_opening(tmp_path: Path, fresh: bool) -> None:
    whole = tmp_path / "whole"
    engine = WhooshEngine(whole)
    put(engine, *ENTRIES)  # type: ignore[arg-type]
    for number in range(4):  # the next small one is merged with these
        put(engine, (episode(f"e{number}"), [(ANN, "The kiln.")]))
    before = _answers(engine)
    engine.close()
    shutil.copytree(whole, tmp_path / "after")
    engine = WhooshEngine(tmp_path / "after")
    put(engine, NEW, fresh=fresh)
    after = _answers(engine)
    engine.close()
    assert before != after

    for at in count(1, 3):
        folder = tmp_path / str(at)
        shutil.copytree(whole, folder)
        reader = WhooshEngine(folder)
        with looks.before(at, lambda folder=folder: put(WhooshEngine(folder), NEW, fresh=fresh)):
            seen = _answers(reader)
        reader.close()
        assert seen in (before, after), f"at look {at}"
        if looks.done < at:
            break
    gc.collect()  # those files
    assert at > 10


def test_an_index_restored_from_a_backup_goes_on_as_another(tmp_path: Path) -> None:
    """Its next commit has the number of the one that is open."""
    folder, backup = tmp_path / "index", tmp_path / "backup"
    engine = WhooshEngine(folder)
    put(engine, *ENTRIES)  # type: ignore[arg-type]
    shutil.copytree(folder, backup)
    put(engine, NEW)
    former = _answers(engine)
    shutil.rmtree(folder)
    shutil.copytree(backup, folder)
    put(WhooshEngine(folder), (episode("other"), [(ANN, "The salt of another kiln.")]))
    found = _answers(engine)
    assert found == _answers(WhooshEngine(folder)) != former
    engine.close()


def test_a_look_in_the_midst_of_another(tmp_path: Path) -> None:
    """Another thread finds a commit at any line of this one's look, which finds it as well."""
    put(WhooshEngine(tmp_path), *ENTRIES)  # type: ignore[arg-type]
    (folder,) = tmp_path.glob("v*")
    code = Store.snapshot.__code__
    for at in range(code.co_firstlineno + 1, max(line for *_, line in code.co_lines() if line) + 1):
        _age(tmp_path, folder)
        store = Store(tmp_path, 1)
        first = store.snapshot()
        assert store.snapshot() is first
        put(WhooshEngine(tmp_path), (episode(f"e{at}"), [(ANN, "The kiln.")]))
        _age(tmp_path, folder)  # what has changed just now is looked at again anyway
        with _before_line(code, at, lambda store=store: _in_another_thread(store)):
            found = store.snapshot()
        assert found.key[1] > first.key[1], f"a look at line {at}"
        assert store.snapshot() is found


@pytest.mark.parametrize("asked", [WhooshEngine.search, WhooshEngine.count])
def test_a_commit_in_the_midst_of_a_search(tmp_path: Path, asked: Callable[..., object]) -> None:
    """Whatever line it comes before, the answer is of one commit."""
    put(WhooshEngine(tmp_path), *ENTRIES)  # type: ignore[arg-type]
    versions = [(ONE, [(ANN, "The old salt."), (ANN, "More of it.")]), NEW]
    code = asked.__code__
    lines = {line for *_, line in code.co_lines() if line and line > code.co_firstlineno}

    def answer() -> str:
        engine = WhooshEngine(tmp_path)
        query = parse("salt")
        return repr(asked(engine, query if asked is WhooshEngine.count else SearchRequest(query)))

    answers = []
    for version in versions:
        put(WhooshEngine(tmp_path), version)
        answers.append(answer())
    for line in sorted(lines):
        for version in versions:
            with _before_line(code, line, lambda v=version: put(WhooshEngine(tmp_path), v)):
                assert answer() in answers, f"a commit before line {line}"


def _in_another_thread(store: Store) -> None:
    if not store._lock.locked():  # then it waits for this one
        with ThreadPoolExecutor(1) as pool:
            pool.submit(store.snapshot).result()


@contextmanager
def _before_line(code: CodeType, number: int, act: Callable[[], object]) -> Iterator[None]:
    def trace(frame: Any, event: str, _: object) -> Any:
        if event == "line" and frame.f_lineno == number:
            act()
        return trace if frame.f_code is code else None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(before)


def _age(*folders: Path) -> None:
    for path in (*folders, *(each / "current" for each in folders)):
        if path.exists():
            os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns - 10**10))


def _answers(engine: Engine) -> list[object]:
    with engine.steady():
        return [told(engine, query) for query in ("", "salt", '"the kiln"')]


def test_whoosh_warns_nobody_when_it_is_compiled(tmp_path: Path) -> None:
    """Where compiled modules are kept nowhere, and with warnings as errors."""
    home = tmp_path / "home"
    (tmp_path / "a.txt").write_text("Ann Lee: Salt cracks in a kiln.\n")
    modules = ["-m", "talksearch", "--home", str(home), "add", str(tmp_path / "a.txt")]
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path / "none")}
    ran = subprocess.run(
        [sys.executable, "-W", "error", *modules], env=environment, capture_output=True, text=True
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_nor_a_program_that_has_warnings_be_errors_only_then(tmp_path: Path) -> None:
    """As pytest has it, of whoever tests a program of his own; and its filters are not changed."""
    (tmp_path / "a.txt").write_text("Ann Lee: Salt cracks in a kiln.\n")
    program = (
        "import talksearch, warnings\n"
        "archive = talksearch.open('home')\n"
        "warnings.simplefilter('error')\n"
        "from urllib3 import exceptions  # it has filters of its own\n"
        "filters = list(warnings.filters)\n"
        "print(*(each.error for each in archive.add('a.txt')))\n"
        "print(archive.search('salt').total, warnings.filters == filters)\n"
    )
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path / "none")}
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert (ran.stdout, ran.stderr) == ("None\n1 True\n", "")
