"""One request at a time to each host, pauses, and hosts that want to be left alone."""

from __future__ import annotations

import datetime as dt
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email.utils import format_datetime
from itertools import pairwise

import pytest
import requests
from urllib3.exceptions import ConnectTimeoutError

from servers import Pieces, Request, Start, got, refused, reply
from talksearch.errors import FetchError
from talksearch.fetch import Fetcher
from talksearch.fetch.fetcher import _host
from talksearch.fetch.turns import Turns, _told


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("talksearch.fetch.turns.PAUSE_S", 0.1)
    monkeypatch.setattr("talksearch.fetch.turns.LONGEST_PAUSE_S", 0.4)


class Log:
    """When each answer of a server began and ended, and how many there were at once."""

    def __init__(self, takes_s: float, last: bytes = reply(b"there")) -> None:
        self.takes_s, self.last = takes_s, last
        self.times: list[tuple[float, float]] = []

    def answer(self, _: Request) -> Iterator[bytes | float]:
        began = time.monotonic()
        yield self.takes_s
        self.times.append((began, time.monotonic()))
        yield self.last

    def pauses(self) -> list[float]:
        return [after[0] - before[1] for before, after in pairwise(sorted(self.times))]


@pytest.mark.usefixtures("pauses")
def test_threads_do_not_overlap_at_a_host_and_pause(serve: Start, fetcher: Fetcher) -> None:
    log = Log(0.02)
    server = serve(log.answer, keep=True)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(fetcher.get, [f"{server.address}/{n}" for n in range(8)]))
    assert len(log.pauses()) == 7
    assert all(0.099 < pause < 0.3 for pause in log.pauses()), log.pauses()
    assert server.connections == 1


def test_a_server_is_one_however_it_is_spoken_to() -> None:
    def server(address: str) -> str:
        return _host(requests.Request("GET", address).prepare())

    tls, plain, other = "https://a.example", "http://a.example", "https://b.example"
    same = [
        [tls, f"{tls}:443", f"{tls}./x", "https://ann:word@A.example/?q"],
        [plain, f"{plain}:80"],
    ]
    for addresses in same:
        assert len(set(map(server, addresses))) == 1
    assert len(set(map(server, (tls, plain, other, f"{tls}:8443")))) == 4


@pytest.mark.usefixtures("pauses")
@pytest.mark.parametrize(("takes_s", "pause_s"), [(0.25, 0.25), (0.6, 0.4)])
def test_slow_servers_get_longer_pauses(
    serve: Start, fetcher: Fetcher, takes_s: float, pause_s: float
) -> None:
    log = Log(takes_s)
    address = serve(log.answer).address
    for _ in range(2):
        fetcher.get(address)
    (pause,) = log.pauses()
    assert pause_s - 0.001 < pause < pause_s + 0.1


@pytest.mark.usefixtures("pauses")
def test_redirects_and_retries_take_turns_as_well(serve: Start, fetcher: Fetcher) -> None:
    answers = iter([reply(b"", "301 x", Location="/b"), reply(b"", "502 x"), reply(b"there")])
    times = []

    def answer(_: Request) -> Pieces:
        times.append(time.monotonic())
        return [next(answers)]

    assert got(fetcher.get(serve(answer).address)).data == b"there"
    assert all(after - before > 0.099 for before, after in pairwise(times))


def test_hosts_are_asked_at_once(serve: Start, fetcher: Fetcher) -> None:
    together = threading.Barrier(4)

    def answer(_: Request) -> Pieces:
        together.wait(5)
        return [reply(b"there")]

    addresses = [serve(answer).address for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert [got(f).data for f in pool.map(fetcher.get, addresses)] == [b"there"] * 4


def test_redirects_to_each_other_do_not_lock_up(serve: Start, fetcher: Fetcher) -> None:
    def answer(request: Request) -> Pieces:
        if request.target == "/there":
            return [reply(b"there")]
        other = second if request.headers["host"].endswith(str(first.port)) else first
        return [0.02, reply(b"", "302 x", Location=f"{other.address}/there")]

    first, second = serve(answer), serve(answer)
    addresses = [f"{server.address}/{n}" for n in range(8) for server in (first, second)]
    with ThreadPoolExecutor(8) as pool:
        assert {got(f).data for f in pool.map(fetcher.get, addresses)} == {b"there"}


def test_waiting_for_a_turn_is_not_counted(
    serve: Start, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("talksearch.fetch.deadline.TIME_LIMIT_S", 0.5)
    address = serve(Log(0.2).answer).address
    with ThreadPoolExecutor(4) as pool:
        assert len(list(pool.map(fetcher.get, [address] * 4))) == 4


# Hosts that want to be left alone


def _in(seconds: int) -> str:
    return format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    ("status", "retry_after", "asked_s"),
    [
        ("429 Too Many Requests", "", 60),
        ("429 Too Many Requests", "nonsense", 60),
        ("429 Too Many Requests", "7", 7),
        ("429 Too Many Requests", "7200", 7200),
        ("429 Too Many Requests", "DATE", 90),
        ("503 Service Unavailable", "300", 300),
        ("503 Service Unavailable", "DATE", 90),
    ],
)
def test_a_host_that_wants_to_be_left_alone(
    serve: Start, fetcher: Fetcher, status: str, retry_after: str, asked_s: float
) -> None:
    said = _in(90) if retry_after == "DATE" else retry_after
    server, other = serve([reply(b"", status, Retry_After=said)]), serve([reply(b"there")])
    error = refused(fetcher, server.address)
    assert error.status == int(status[:3])
    assert error.retry_after_s == pytest.approx(asked_s, abs=2)
    later = refused(fetcher, f"{server.address}/other")
    assert later.status is None
    assert later.retry_after_s == pytest.approx(asked_s, abs=3)
    assert later.reason.startswith("is not asked: the server wants to be left alone for another ")
    assert len(server.requests) == 1
    assert got(fetcher.get(other.address)).data == b"there"
    with Fetcher(allow_private_addresses=True) as another:
        assert refused(another, server.address).status == error.status


def test_only_for_as_long_as_it_asked(serve: Start, fetcher: Fetcher) -> None:
    answers = iter([reply(b"", "429 x", Retry_After="1"), reply(b"there")])
    address = serve(lambda _: [next(answers)]).address
    assert refused(fetcher, address).retry_after_s == 1
    assert refused(fetcher, address).status is None
    time.sleep(1.01)
    assert got(fetcher.get(address)).data == b"there"


def test_who_waits_for_a_turn_is_sent_away_too(serve: Start, fetcher: Fetcher) -> None:
    server = serve([0.2, reply(b"", "429 x", Retry_After="600")])

    def status(_: int) -> int | None:
        return refused(fetcher, server.address).status

    started = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(status, range(4)), key=str) == [429, None, None, None]
    assert time.monotonic() - started < 1
    assert len(server.requests) == 1


def test_a_host_that_is_not_to_be_reached_is_not_asked_for_all_it_offers(
    serve: Start, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("talksearch.fetch.fetcher._RETRY_AFTER_S", ())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{free.getsockname()[1]}"
    told = [refused(fetcher, f"{dead}/{n}").reason for n in range(5)]
    assert told[:3] == ["the server refuses the connection"] * 3
    assert told[3:] == ["is not asked: the server could not be reached 3 times in a row"] * 2
    assert got(fetcher.get(serve([reply(b"there")]).address)).data == b"there"
    with Fetcher(allow_private_addresses=True) as another:
        assert refused(another, dead).reason == told[0]


@pytest.mark.parametrize("private", [False, True])
def test_nor_is_one_whose_name_is_not_resolved(private: bool) -> None:
    with Fetcher(allow_private_addresses=private) as fetcher:
        *_, third, fourth = (refused(fetcher, "http://nowhere.invalid/") for _ in range(4))
    assert fourth.reason.startswith("is not asked: ") and not third.reason.startswith("is not")
    assert fourth.offline == third.offline


def test_a_host_that_answers_in_between_is_asked_on(
    serve: Start, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("talksearch.fetch.fetcher._RETRY_AFTER_S", ())
    server = serve([reply(b"there")])
    send = fetcher._send

    def sent(request: requests.PreparedRequest) -> requests.Response:
        if request.url and request.url.endswith("/lost"):
            cause = ConnectTimeoutError("no answer")
            raise requests.ConnectTimeout from cause
        return send(request)

    monkeypatch.setattr(fetcher, "_send", sent)
    for _ in range(3):
        assert [refused(fetcher, f"{server.address}/lost").reason for _ in range(2)] == [
            "the server cannot be reached: no answer within 10 s"
        ] * 2
        assert got(fetcher.get(server.address)).data == b"there"


def test_a_redirect_to_a_host_that_wants_to_be_left_alone(serve: Start, fetcher: Fetcher) -> None:
    busy = serve([reply(b"", "429 x")])
    address = serve([reply(b"", "301 x", Location=busy.address)]).address
    assert refused(fetcher, address).status == 429
    error = refused(fetcher, address)
    assert (error.status, error.source) == (None, address)
    assert error.reason.endswith(f"(redirected to {busy.address})")
    assert len(busy.requests) == 1


@pytest.mark.parametrize("status", ["404 x", "500 x", "502 x", "300 x", "410 x"])
def test_other_errors_say_when_to_come_back_and_close_nothing(
    serve: Start, fetcher: Fetcher, status: str
) -> None:
    server = serve([reply(b"", status, Retry_After="300")])
    for count in (1, 2):
        assert refused(fetcher, server.address).retry_after_s == 300
        assert len(server.requests) == count


def test_how_long_in_words() -> None:
    told = [_told(seconds) for seconds in (0.2, 59.5, 120, 121, 7200, 7300, 604800)]
    assert told == [
        *("another 1 s", "another 60 s", "another 120 s", "another 3 minutes"),
        *("another 120 minutes", "another 3 hours", "another 168 hours"),
    ]


# Interruptions


def test_a_turn_is_left_however_it_ends() -> None:
    turns = Turns()
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt), turns.turn("host"):
            raise KeyboardInterrupt
    with pytest.raises(FetchError), turns.turn("host"):
        turns.leave_alone("host", 0.01)
        raise FetchError("x")
    with pytest.raises(FetchError), turns.turn("host"):
        pytest.fail("it should have been left alone")


def test_nobody_waits_for_a_thread_that_is_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor for itself, when an interruption kept it from leaving."""
    monkeypatch.setattr("talksearch.fetch.turns._LOOK_S", 0.05)
    place = Turns()._hosts["host"]

    def take_twice() -> None:
        place.take()
        place.take()

    for _ in range(3):
        thread = threading.Thread(target=take_twice, daemon=True)
        thread.start()
        thread.join(5)
        assert not thread.is_alive()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are otherwise there")
def test_waiting_can_be_interrupted(serve: Start) -> None:
    """By Ctrl-C, while another thread has the turn."""
    code = (
        "import sys, threading, time\n"
        "from talksearch.fetch import Fetcher\n"
        "fetcher = Fetcher(allow_private_addresses=True)\n"
        "get = lambda: fetcher.get(sys.argv[1])\n"
        "threading.Thread(target=get, daemon=True).start()\n"
        "time.sleep(.5)\n"
        "print('waiting', flush=True)\n"
        "try: get()\n"
        "except KeyboardInterrupt: print('interrupted', flush=True)\n"
    )
    server = serve([30.0, reply(b"there")])
    process = subprocess.Popen(
        [sys.executable, "-c", code, server.address], stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        time.sleep(0.3)
        started = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "interrupted\n"
        assert time.monotonic() - started < 2
    assert len(server.requests) == 1
