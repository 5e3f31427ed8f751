"""What several tests need: an archive of the sample corpus, the command line, real data."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import talksearch
from talksearch.cli import main

PROJECT = Path(__file__).parents[1]
SHARED = PROJECT.parent / "shared"


@dataclass(frozen=True)
class Ran:
    """A command's exit status and what it wrote."""

    status: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test depends on the settings of whoever runs it."""
    settings = ("HOME", "ALLOW_PRIVATE_ADDRESSES", "PING", "ON_NEW")
    for name in (*(f"TALKSEARCH_{setting}" for setting in settings), "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs ``talksearch`` with these words through its entry point."""

    def run(*words: str | Path) -> Ran:
        monkeypatch.setattr(sys, "argv", ["talksearch", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Ran(ended.value.code, out, err)

    return run


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own corpus, indexed. Not to be changed by a test."""
    home = tmp_path_factory.mktemp("sample")
    shutil.copytree(PROJECT / "corpus", home / "corpus")
    with talksearch.open(home) as archive:
        failed = [outcome for outcome in archive.refresh() if outcome.error]
    assert not failed
    return home


@pytest.fixture
def sample(sample_home: Path) -> Iterator[talksearch.Archive]:
    with talksearch.open(sample_home) as archive:
        yield archive


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real transcripts and judged queries, which are other people's and not in the project."""
    if not SHARED.is_dir():
        pytest.skip("the real data is not here")
    return SHARED
