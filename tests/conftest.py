"""What several tests need: an archive of the sample corpus, the command line, real data."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import pytest
from hypothesis import settings

import talksearch
from feed_site import Site, running
from servers import Pieces, Request, Server, Start
from talksearch.cli import main
from talksearch.config import Config
from talksearch.fetch import Fetcher

PROJECT = Path(__file__).parents[1]
SHARED = PROJECT.parent / "shared"


# What an example takes is up to the machine and to what else it does.
settings.register_profile("talksearch", deadline=None)
settings.load_profile("talksearch")

# A job in the background is started with Ctrl-C ignored, and what it starts inherits that: the
# tests of interruptions would wait for nothing.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@dataclass(frozen=True)
class Ran:
    """A command's exit status and what it wrote."""

    status: int
    out: str
    err: str


Run = Callable[..., Ran]


def found(archive: talksearch.Archive, query: str) -> dict[str, list[str]]:
    """The titles of the episodes, and what is marked in each."""
    return {
        hit.episode.title: [hit.passage.text[start:end] for start, end in hit.highlighted.spans]
        for hit in archive.search(query).hits
    }


@pytest.fixture(scope="session", autouse=True)
def plain_environment() -> Iterator[None]:
    """No test depends on the settings of whoever runs it, nor does an archive that many share."""
    proxies = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
    settings = ("HOME", *(field.name.upper() for field in fields(Config)))
    with pytest.MonkeyPatch.context() as environment:
        for name in (
            *(f"TALKSEARCH_{setting}" for setting in settings),
            *(spelled for proxy in proxies for spelled in (proxy, proxy.upper())),
            *("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NO_COLOR", "COLUMNS"),
        ):
            environment.delenv(name, raising=False)
        environment.setenv("NETRC", os.devnull)
        yield


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers on this machine need none between requests; a test of pauses sets its own."""
    monkeypatch.setattr("talksearch.fetch.turns.LONGEST_PAUSE_S", 0.0)
    monkeypatch.setattr("talksearch.fetch.fetcher._RETRY_AFTER_S", (0.01, 0.02))


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


def talksearch_without_privileges(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run ``talksearch`` so that permissions apply to it, also where the tests are run as root."""
    command = [sys.executable, "-m", "talksearch", *map(str, words)]
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("as root, and without setpriv")
        command = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", *command]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own corpus, indexed. Not to be changed by a test."""
    home = tmp_path_factory.mktemp("sample")
    shutil.copytree(PROJECT / "corpus", home / "corpus")
    with talksearch.open(home) as archive:
        failed = [outcome for outcome in archive.refresh().outcomes if outcome.error]
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


@pytest.fixture
def serve() -> Iterator[Start]:
    servers: list[Server] = []

    def start(answer: Callable[[Request], Pieces] | Pieces, **options: object) -> Server:
        if not callable(answer):
            pieces = list(answer)
            server = Server(lambda _: pieces, **options)  # type: ignore[arg-type]
        else:
            server = Server(answer, **options)  # type: ignore[arg-type]
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site with feeds, which may be fetched though it is on this machine."""
    monkeypatch.setenv("TALKSEARCH_ALLOW_PRIVATE_ADDRESSES", "1")
    with running() as site:
        yield site


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(allow_private_addresses=True) as made:
        yield made
