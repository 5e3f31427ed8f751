"""The fetcher against real servers on this machine, most of them badly behaved."""

from __future__ import annotations

import gzip
import ipaddress
import itertools
import pickle
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from talksearch import fetch
from talksearch.errors import FetchError
from talksearch.fetch import Fetched, Fetcher, redacted

Pieces = Iterable[bytes | float]
"""What a server sends, and the seconds that it waits in between."""


class Request:
    def __init__(self, head: bytes) -> None:
        first, *lines = head.decode("latin-1").split("\r\n")
        self.method, self.target, _ = first.split(" ")
        self.headers = {k.lower(): v.strip() for k, _, v in (x.partition(":") for x in lines if x)}


class Server:
    """Answers each request with the pieces that ``answer`` makes of it, then hangs up; it keeps
    the connection if they are one complete answer and ``keep`` is set."""

    def __init__(
        self,
        answer: Callable[[Request], Pieces],
        host: str = "127.0.0.1",
        tls: ssl.SSLContext | None = None,
        keep: bool = False,
    ) -> None:
        self.answer, self.tls, self.keep = answer, tls, keep
        self.requests: list[Request] = []
        self.connections = 0
        self.sent = 0
        self._stop = threading.Event()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, 0), family=family)
        self.port: int = self._listener.getsockname()[1]
        scheme = "https" if tls else "http"
        self.address = f"{scheme}://{f'[{host}]' if ':' in host else host}:{self.port}"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        self._stop.set()
        socket.create_connection(self._listener.getsockname()[:2]).close()  # wakes _accept
        for thread in self._threads:
            thread.join(5)
            assert not thread.is_alive()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._stop.is_set():
                connection.close()
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(2)
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            with connection:
                while self._exchange(connection) and self.keep:
                    pass

    def _exchange(self, connection: socket.socket) -> bool:
        head = b""
        while b"\r\n\r\n" not in head:
            if self._stop.is_set() or not (part := connection.recv(65536)):
                return False
            head += part
        request = Request(head)
        self.requests.append(request)
        for piece in self.answer(request):
            if self._stop.is_set():
                return False
            if isinstance(piece, float):
                self._stop.wait(piece)
            else:
                connection.sendall(piece)
                self.sent += len(piece)
        return True


Start = Callable[..., Server]


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
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(allow_private_addresses=True) as made:
        yield made


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No proxies, no .netrc, no long waits."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name in ("NETRC", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(fetch, "_RETRY_AFTER_S", (0.01, 0.02))


def reply(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """A whole answer; ``Content_Length`` and the rest can be given otherwise than true."""
    fields = {"Content-Length": str(len(body))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode("latin-1") + body


def got(found: Fetched | None) -> Fetched:
    assert found is not None
    return found


def refused(fetcher: Fetcher, address: str, **options: int) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetcher.get(address, **options)  # type: ignore[arg-type]
    error = caught.value
    assert error.__cause__ is None
    assert "\n" not in str(error) and "object at" not in str(error)
    assert str(error).startswith(error.source)
    return error


# What works


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    code = (
        "import sys, talksearch.fetch as f\n"
        "f.Fetcher().close()\n"
        "print(*{'requests', 'requests_hardened', 'urllib3'} & set(sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.split() == []


def test_a_document(serve: Start, fetcher: Fetcher) -> None:
    server = serve(
        [
            reply(
                b"<rss/>",
                Content_Type="application/rss+xml; charset=utf-8",
                ETag='"a1"',
                Last_Modified="Wed, 15 Jul 2020 10:00:00 GMT",
            )
        ]
    )
    assert fetcher.get(f" {server.address}/feed?x=1 \n") == Fetched(
        data=b"<rss/>",
        address=f"{server.address}/feed?x=1",
        media_type="application/rss+xml; charset=utf-8",
        etag='"a1"',
        last_modified="Wed, 15 Jul 2020 10:00:00 GMT",
    )
    (request,) = server.requests
    assert (request.method, request.target) == ("GET", "/feed?x=1")
    assert request.headers["host"] == f"127.0.0.1:{server.port}"
    assert request.headers["user-agent"].startswith("talksearch/")
    assert request.headers["accept-encoding"] == "gzip"
    assert "if-none-match" not in request.headers and "cookie" not in request.headers


def test_an_answer_without_any_headers(serve: Start, fetcher: Fetcher) -> None:
    server = serve([b"HTTP/1.0 200 OK\r\n\r\nhel", b"lo"])
    assert fetcher.get(server.address) == Fetched(b"hello", server.address)


def test_an_empty_document(serve: Start, fetcher: Fetcher) -> None:
    assert got(fetcher.get(serve([reply(b"")]).address)).data == b""


def test_chunks(serve: Start, fetcher: Fetcher) -> None:
    body = b"5\r\nhello\r\n7;x=y\r\n, world\r\n0\r\nTrailer: x\r\n\r\n"
    server = serve([reply(body, Content_Length="", Transfer_Encoding="chunked")])
    assert got(fetcher.get(server.address)).data == b"hello, world"


def test_not_modified(serve: Start, fetcher: Fetcher) -> None:
    def answer(request: Request) -> Pieces:
        if request.headers.get("if-none-match") == '"a1"':
            return [reply(status="304 Not Modified")]
        if request.headers.get("if-modified-since") == "yesterday":
            return [reply(status="304 Not Modified")]
        return [reply(b"new", ETag='"a1"', Last_Modified="yesterday")]

    address = serve(answer).address
    first = got(fetcher.get(address))
    assert (first.data, first.etag, first.last_modified) == (b"new", '"a1"', "yesterday")
    assert fetcher.get(address, etag=first.etag) is None
    assert fetcher.get(address, last_modified=first.last_modified) is None
    assert got(fetcher.get(address, etag='"a2"', last_modified="today")).data == b"new"


def test_not_modified_to_somebody_who_did_not_ask(serve: Start, fetcher: Fetcher) -> None:
    error = refused(fetcher, serve([reply(status="304 Not Modified")]).address)
    assert (error.reason, error.status) == ("the server says 304 Not Modified", 304)


@pytest.mark.parametrize("etag", ["“a”", '"a"\r\n X: y', ""])
def test_a_condition_that_cannot_be_sent_is_left_out(
    serve: Start, fetcher: Fetcher, etag: str
) -> None:
    server = serve([reply(b"new")])
    assert got(fetcher.get(server.address, etag=etag)).data == b"new"
    assert not {"if-none-match", "x"} & set(server.requests[0].headers)


def test_connections_are_kept_and_cookies_are_not(serve: Start, fetcher: Fetcher) -> None:
    server = serve([reply(b"x" * 200_000, Set_Cookie="who=you; Path=/")], keep=True)
    for _ in range(3):
        assert len(got(fetcher.get(server.address)).data) == 200_000
    assert server.connections == 1
    assert all("cookie" not in request.headers for request in server.requests)
    fetcher.close()
    fetcher.get(server.address)
    assert server.connections == 2


def test_threads_share_one(serve: Start, fetcher: Fetcher) -> None:
    server = serve(lambda request: [0.01, reply(request.target.encode())], keep=True)

    def target(number: int) -> bytes:
        return got(fetcher.get(f"{server.address}/{number}")).data

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(target, range(64))) == [b"/%d" % n for n in range(64)]


def test_user_and_password_are_sent(serve: Start, fetcher: Fetcher) -> None:
    server = serve([reply(b"for you")])
    address = server.address.replace("//", "//jo:p%40w@")
    assert got(fetcher.get(address)).data == b"for you"
    assert server.requests[0].headers["authorization"] == "Basic am86cEB3"


# Compression


@pytest.mark.parametrize(
    ("encoding", "compress"),
    [("gzip", gzip.compress), ("GZIP", gzip.compress), ("deflate", zlib.compress)],
)
def test_compressed(
    serve: Start, fetcher: Fetcher, encoding: str, compress: Callable[[bytes], bytes]
) -> None:
    text = b"".join(b"line %d\n" % n for n in range(20_000))
    packed = compress(text)
    pieces = [packed[i : i + 9999] for i in range(0, len(packed), 9999)]
    head = reply(Content_Encoding=encoding, Content_Length=str(len(packed)))
    assert got(fetcher.get(serve([head, *pieces]).address)).data == text


def test_a_little_that_becomes_a_lot(
    serve: Start, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = gzip.compress(bytes(64 * 2**20), 1)
    assert len(packed) < 2**20
    server = serve([reply(packed, Content_Encoding="gzip")])
    seen = 0
    real = zlib.decompressobj

    class Counting:
        def __init__(self, *arguments: Any) -> None:
            self._inner = real(*arguments)

        def decompress(self, *arguments: Any, **options: Any) -> bytes:
            nonlocal seen
            data = self._inner.decompress(*arguments, **options)
            seen += len(data)
            return data

        def __getattr__(self, name: str) -> object:
            return getattr(self._inner, name)

    monkeypatch.setattr(zlib, "decompressobj", Counting)
    error = refused(fetcher, server.address, limit=2**20)
    assert error.reason == "is larger than the limit of 1 MiB"
    assert 2**20 < seen < 2**20 + 2 * fetch._CHUNK


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "x" * 1000])
def test_a_compression_that_was_not_asked_for(
    serve: Start, fetcher: Fetcher, encoding: str
) -> None:
    error = refused(fetcher, serve([reply(b"abc", Content_Encoding=encoding)]).address)
    assert error.reason.startswith("is compressed in a way that was not asked for")
    assert len(error.reason) < 100


def test_damaged_compression(serve: Start, fetcher: Fetcher) -> None:
    error = refused(fetcher, serve([reply(b"\x1f\x8bnonsense", Content_Encoding="gzip")]).address)
    assert error.reason == "its compressed bytes are damaged"


# Size


def test_the_limit_itself_is_allowed(serve: Start, fetcher: Fetcher) -> None:
    address = serve([reply(b"x" * 1000)]).address
    assert len(got(fetcher.get(address, limit=1000)).data) == 1000
    assert "is larger than" in refused(fetcher, address, limit=999).reason


def test_too_large_by_its_own_account(serve: Start, fetcher: Fetcher) -> None:
    server = serve([reply(Content_Length=str(2**40)), 5.0])
    started = time.monotonic()
    assert refused(fetcher, server.address).reason == "is larger than the limit of 64 MiB"
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("chunked", [False, True])
def test_endless(serve: Start, fetcher: Fetcher, chunked: bool) -> None:
    piece = b"10000\r\n" + b"x" * 65536 + b"\r\n" if chunked else b"x" * 65536
    head = reply(Content_Length="", Transfer_Encoding="chunked" if chunked else "")
    server = serve(lambda _: itertools.chain([head], itertools.repeat(piece)))
    assert "is larger than" in refused(fetcher, server.address, limit=2**20).reason
    assert server.sent < 32 * 2**20  # what fits into the buffers of the system, not more


# Time


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> Callable[[Fetcher, str], FetchError]:
    """The error of a ``get`` whose time limit is .2 s, which it has to keep."""
    monkeypatch.setattr(fetch, "TIME_LIMIT_S", 0.2)

    def get(fetcher: Fetcher, address: str) -> FetchError:
        started = time.monotonic()
        error = refused(fetcher, address)
        assert 0.19 < time.monotonic() - started < 1.5
        return error

    return get


def _gzip_with_a_long_name() -> Iterator[bytes]:
    yield b"\x1f\x8b\x08\x08\0\0\0\0\0\0"
    yield from itertools.repeat(b"x")


@pytest.mark.parametrize(
    ("at_once", "one_by_one"),
    [
        pytest.param(reply(Content_Length="9999"), itertools.repeat(b"x"), id="body"),
        pytest.param(b"HTTP/1.1 ", itertools.repeat(b"2"), id="status line"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX: ", itertools.repeat(b"y"), id="header"),
        pytest.param(
            reply(Content_Length="", Transfer_Encoding="chunked"),
            itertools.repeat(b"0"),
            id="length of a chunk",
        ),
        pytest.param(
            reply(b"0\r\n", Content_Length="", Transfer_Encoding="chunked"),
            itertools.repeat(b"x"),
            id="trailer",
        ),
        pytest.param(
            reply(Content_Length="", Content_Encoding="gzip"),
            _gzip_with_a_long_name(),
            id="compressed bytes that come to nothing",
        ),
    ],
)
def test_a_server_that_trickles(
    serve: Start,
    fetcher: Fetcher,
    hurry: Callable[[Fetcher, str], FetchError],
    at_once: bytes,
    one_by_one: Iterator[bytes],
) -> None:
    pieces = (piece for byte in one_by_one for piece in (byte, 0.02))
    server = serve(lambda _: itertools.chain([at_once], pieces))
    assert hurry(fetcher, server.address).reason == "takes longer than the limit of 0.2 s"
    assert server.sent > len(at_once) + 5


def test_silence_near_the_end_of_the_time(
    serve: Start, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "TIME_LIMIT_S", 0.5)
    server = serve([0.4, reply(b"abc", Content_Length="9"), 5.0])
    started = time.monotonic()
    assert refused(fetcher, server.address).reason == "takes longer than the limit of 0.5 s"
    assert 0.49 < time.monotonic() - started < 0.8


def test_redirects_and_retries_share_the_time(
    serve: Start, fetcher: Fetcher, hurry: Callable[[Fetcher, str], FetchError]
) -> None:
    slow = serve([0.06, reply(status="302 Found", Location="/")])
    assert "takes longer than" in hurry(fetcher, slow.address).reason
    assert 2 <= len(slow.requests) <= 4


def test_waiting_for_a_retry_ends_with_the_time(
    serve: Start,
    fetcher: Fetcher,
    hurry: Callable[[Fetcher, str], FetchError],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fetch, "_RETRY_AFTER_S", (60.0, 60.0))
    server = serve([reply(status="503 Service Unavailable", Retry_After="3600")])
    assert "takes longer than" in hurry(fetcher, server.address).reason


@pytest.mark.parametrize("at_once", [b"", b"HTTP/1.1 200", reply(b"abc", Content_Length="9")])
def test_a_silent_server(
    serve: Start, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch, at_once: bytes
) -> None:
    monkeypatch.setattr(fetch, "_SILENCE_S", 0.2)
    server = serve([at_once, 5.0])
    started = time.monotonic()
    assert refused(fetcher, server.address).reason == "the server sent nothing for 0.2 s"
    assert 0.19 < time.monotonic() - started < 1
    assert len(server.requests) == 1


def test_a_server_that_does_not_take_the_connection(
    fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "_CONNECT_S", 0.1)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port = full.getsockname()[1]
        waiting = []
        for _ in range(4):  # fills its queue
            waiting.append(socket.socket())
            waiting[-1].setblocking(False)
            waiting[-1].connect_ex(("127.0.0.1", port))
        error = refused(fetcher, f"http://127.0.0.1:{port}/")
        for each in waiting:
            each.close()
    assert error.reason == "the server cannot be reached: no answer within 0.1 s"


# Broken answers


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param([reply(b"half", Content_Length="8")], id="length"),
        pytest.param(
            [reply(b"5\r\nhel", Content_Length="", Transfer_Encoding="chunked")], id="in a chunk"
        ),
        pytest.param(
            [reply(b"5\r\nhello\r\n", Content_Length="", Transfer_Encoding="chunked")],
            id="between chunks",
        ),
        pytest.param(
            [reply(b"zz\r\nhello\r\n", Content_Length="", Transfer_Encoding="chunked")],
            id="no length of a chunk",
        ),
        pytest.param(
            [reply(gzip.compress(b"x" * 9999)[:20], Content_Encoding="gzip", Content_Length="50")],
            id="compressed",
        ),
    ],
)
def test_cut_off(serve: Start, fetcher: Fetcher, pieces: Pieces) -> None:
    error = refused(fetcher, serve(pieces).address)
    assert error.reason == "is incomplete: the server sent less than it announced"


@pytest.mark.parametrize(
    "answer",
    [
        b"\x00\xff\x16garbage\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 banana\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    ],
)
def test_garbage(serve: Start, fetcher: Fetcher, answer: bytes) -> None:
    assert (
        refused(fetcher, serve([answer]).address).reason == "the server's answer is not valid HTTP"
    )


def test_no_answer_at_all(serve: Start, fetcher: Fetcher) -> None:
    server = serve([])
    assert refused(fetcher, server.address).reason == "the server broke off the connection"
    assert len(server.requests) == 3


# Status


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("404 Not Found", "404 Not Found"),
        ("410 \x1b[31mgone, <all> of it", "410 Gone"),
        ("500 Oops", "500 Internal Server Error"),
        ("799", "799"),
        ("302 Found", "302 Found"),
    ],
)
def test_other_statuses(serve: Start, fetcher: Fetcher, status: str, words: str) -> None:
    server = serve([reply(b"sorry", status)])
    error = refused(fetcher, f"{server.address}/a")
    assert str(error) == f"{server.address}/a: the server says {words}"
    assert error.status == int(status[:3])
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", ["502 x", "503 x", "504 x"])
def test_what_may_pass_is_tried_again(serve: Start, fetcher: Fetcher, status: str) -> None:
    answers = iter([reply(b"", status), reply(b"", status), reply(b"back")])
    server = serve(lambda _: [next(answers)])
    assert got(fetcher.get(server.address)).data == b"back"


def test_twice_and_no_more(serve: Start, fetcher: Fetcher) -> None:
    server = serve([reply(b"", "503 x")])
    assert refused(fetcher, server.address).status == 503
    assert len(server.requests) == 3


# Redirects


def test_redirects(serve: Start, fetcher: Fetcher) -> None:
    last = serve([reply(b"here", ETag='"b"')])

    def answer(request: Request) -> Pieces:
        onwards = {"/a": "b?x=1", "/b?x=1": "//" + first.address[7:] + "/%C3%A9"}
        location = onwards.get(request.target, f"{last.address}/feed#top")
        return [reply(b"moved", "301 Moved Permanently", Location=location)]

    first = serve(answer)
    found = got(fetcher.get(f"{first.address}/a"))
    assert (found.data, found.etag) == (b"here", '"b"')
    assert found.address == f"{last.address}/feed#top"
    assert [request.target for request in first.requests] == ["/a", "/b?x=1", "/%C3%A9"]
    assert [request.target for request in last.requests] == ["/feed"]


@pytest.mark.parametrize("status", ["301 x", "302 x", "303 x", "307 x", "308 x"])
def test_each_kind_of_redirect(serve: Start, fetcher: Fetcher, status: str) -> None:
    def answer(request: Request) -> Pieces:
        return [reply(b"b") if request.target == "/b" else reply(b"", status, Location="/b")]

    assert got(fetcher.get(serve(answer).address)).data == b"b"


def test_a_redirect_in_utf_8(serve: Start, fetcher: Fetcher) -> None:
    def answer(request: Request) -> Pieces:
        if request.target == "/%C3%A9":
            return [reply(b"caf\xc3\xa9")]
        return [reply(b"", "302 Found", Location="/é".encode().decode("latin-1"))]

    assert got(fetcher.get(serve(answer).address)).data == b"caf\xc3\xa9"


def test_ten_redirects_and_no_more(serve: Start, fetcher: Fetcher) -> None:
    def answer(request: Request) -> Pieces:
        left = int(request.target[1:])
        return [reply(b"", "302 Found", Location=f"/{left - 1}") if left else reply(b"there")]

    server = serve(answer)
    assert got(fetcher.get(f"{server.address}/10")).data == b"there"
    server.requests.clear()
    error = refused(fetcher, f"{server.address}/11")
    assert error.reason == f"redirects more than 10 times (redirected to {server.address}/0)"
    assert error.source == f"{server.address}/11"
    assert len(server.requests) == 11


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("file:///etc/passwd", "only http:// and https:// addresses can be fetched"),
        ("ftp://127.0.0.1/x", "only http:// and https:// addresses can be fetched"),
        ("http://[::1/x", "is not a valid address"),
        ("http://127.0.0.1:99999/", "is not a valid address"),
        ("https:///", "is not a valid address"),
        ("\xff\xfe", "is not a valid address"),
    ],
)
def test_bad_redirects(serve: Start, fetcher: Fetcher, location: str, reason: str) -> None:
    server = serve([reply(b"", "302 Found", Location=location)])
    error = refused(fetcher, server.address)
    assert error.reason.startswith(reason)
    assert error.source == server.address
    assert len(server.requests) == 1


def test_the_body_of_a_redirect_is_not_read(serve: Start, fetcher: Fetcher) -> None:
    def answer(request: Request) -> Pieces:
        if request.target == "/b":
            return [reply(b"b")]
        head = reply(status="302 Found", Location="/b", Content_Length="")
        return itertools.chain([head], itertools.repeat(b"x" * 65536))

    server = serve(answer)
    assert got(fetcher.get(server.address)).data == b"b"
    assert server.sent < 32 * 2**20


def test_a_password_stays_with_its_server(serve: Start, fetcher: Fetcher) -> None:
    other = serve([reply(b"there")])

    def answer(request: Request) -> Pieces:
        onwards = {"/a": "/b", "/b": f"{server.address}/c", "/c": f"{other.address}/d"}
        return [reply(b"", "302 Found", Location=onwards[request.target])]

    server = serve(answer)
    found = got(fetcher.get(server.address.replace("//", "//jo:pw@") + "/a"))
    assert [r.headers.get("authorization") for r in server.requests] == ["Basic am86cHc="] * 3
    assert "authorization" not in other.requests[0].headers
    assert found.address == f"{other.address}/d"


# No connection


def test_a_port_where_nobody_listens(fetcher: Fetcher) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    error = refused(fetcher, f"http://127.0.0.1:{port}/feed")
    assert str(error) == f"http://127.0.0.1:{port}/feed: the server refuses the connection"
    assert error.status is None


@pytest.mark.parametrize("private", [False, True])
def test_a_name_that_nobody_has(private: bool) -> None:
    with Fetcher(allow_private_addresses=private) as fetcher:
        error = refused(fetcher, "https://nowhere.invalid/feed")
    assert error.reason == "the server's name cannot be resolved: no such name, or no network"


@pytest.mark.parametrize("private", [False, True])
@pytest.mark.parametrize(
    "address",
    [
        "http://",
        "http:///feed",
        "http://:80/",
        "http://127.0.0.1:99999/",
        "http://127.0.0.1:port/",
        "http://[::1/",
        "http://[zz]/",
        "http://example.org\n.evil.invalid:80:80/",
        "http://*.example.org/",
        "http://☃︎☃︎.\u200b/",
        f"http://{'a' * 64}.invalid/",
        f"http://{'ä' * 300}.invalid/",
        "http://a..invalid/",
        "https:/jo:pw/example.org",
    ],
)
def test_bad_addresses(private: bool, address: str) -> None:
    with Fetcher(allow_private_addresses=private) as fetcher:
        assert refused(fetcher, address).reason == "is not a valid address"


@pytest.mark.parametrize("address", ["http://exa mple.org/", "http://\x00/"])
def test_names_that_nobody_could_have(fetcher: Fetcher, address: str) -> None:
    reason = refused(fetcher, address).reason
    # Older versions of urllib3 look them up.
    assert reason == "is not a valid address" or reason.startswith("the server's name cannot be")


@pytest.mark.parametrize(
    "address",
    [
        "",
        " ",
        "feed",
        "example.org/feed",
        "file:///etc/passwd",
        "data:,x",
        "javascript:0",
        "ftp://x",
    ],
)
def test_other_schemes(fetcher: Fetcher, address: str) -> None:
    error = refused(fetcher, address)
    assert error.reason == "only http:// and https:// addresses can be fetched"


# Private addresses

ONLY_WHEN_ALLOWED = "leads into a private network, which is refused"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "0.0.0.0",
        "0",
        "2130706433",
        "0x7f.1",
        "10.0.0.1",
        "192.168.1.1",
        "172.16.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "224.0.0.1",
        "255.255.255.255",
        "[fe80::1]",
        "[fd00::1]",
        "[ff02::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::7f00:1]",
        "[2002:7f00:1::]",
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_private_addresses_are_refused(
    host: str, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def connect(*_: object) -> None:
        pytest.fail("it has connected")

    monkeypatch.setattr(socket.socket, "connect", connect)
    with Fetcher() as fetcher:
        error = refused(fetcher, f"{scheme}://{host}:8/")
    assert error.reason.startswith(ONLY_WHEN_ALLOWED)
    assert "allow_private_addresses = true in talksearch.toml" in error.reason
    assert "TALKSEARCH_ALLOW_PRIVATE_ADDRESSES=1" in error.reason


def test_a_refusal_prints_nothing_of_its_own() -> None:
    code = (
        "from talksearch.fetch import Fetcher, FetchError\n"
        "try: Fetcher().get('http://127.0.0.1/')\n"
        "except FetchError as error: print(error)\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ONLY_WHEN_ALLOWED in found.stdout
    assert found.stderr == ""


@pytest.fixture
def public(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Names that lead to this machine and that the filter takes for public all the same."""
    from requests_hardened import ip_filter

    public: set[str] = set()
    real = ip_filter.get_ip_address

    def get_ip_address(name: str, port: int, allow_loopback: bool) -> object:
        if name in public:
            return ipaddress.ip_address("127.0.0.1"), port
        return real(name, port, allow_loopback)

    monkeypatch.setattr(ip_filter, "get_ip_address", get_ip_address)
    return public


def test_a_public_server_may_not_redirect_into_the_house(serve: Start, public: set[str]) -> None:
    inside = serve([reply(b"secret")])
    outside = serve([reply(b"", "302 Found", Location=inside.address)])
    public.add("podcasts.example")
    address = f"http://podcasts.example:{outside.port}"
    with Fetcher() as fetcher:
        error = refused(fetcher, address)
    assert error.source == address
    assert error.reason.startswith(ONLY_WHEN_ALLOWED)
    assert error.reason.endswith(f"(redirected to {inside.address})")
    assert len(outside.requests) == 1 and inside.requests == []
    assert outside.requests[0].headers["host"] == f"podcasts.example:{outside.port}"


def test_a_name_is_looked_up_once(serve: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server of names that answers first with a public, then with a private address gains
    nothing: what is connected to is the address that was checked."""
    server = serve([reply(b"secret")])
    looked_up: list[object] = []
    real, connected = socket.getaddrinfo, []

    def getaddrinfo(host: str, *arguments: object, **options: object) -> object:
        if host == "rebind.example":
            looked_up.append(host)
            host = "93.184.216.34" if len(looked_up) == 1 else "127.0.0.1"
        return real(host, *arguments, **options)  # type: ignore[arg-type]

    def connect(_: socket.socket, place: tuple[str, int]) -> None:
        connected.append(place)
        raise OSError(101, "Network is unreachable")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(socket.socket, "connect", connect)
    with Fetcher() as fetcher:
        error = refused(fetcher, f"http://rebind.example:{server.port}/")
    assert error.reason == "the server cannot be reached: Network is unreachable"
    assert connected == [("93.184.216.34", server.port)]
    monkeypatch.undo()


def test_an_allowed_one_in_the_other_family(serve: Start, fetcher: Fetcher) -> None:
    try:
        server = serve([reply(b"six")], host="::1")
    except OSError:
        pytest.skip("no IPv6 here")
    assert got(fetcher.get(server.address)).data == b"six"


def test_a_name_on_this_machine_can_be_allowed(serve: Start, fetcher: Fetcher) -> None:
    server = serve([reply(b"home")])
    assert got(fetcher.get(f"http://localhost:{server.port}/")).data == b"home"


# Proxies


def test_the_proxy_of_the_environment(serve: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be in the house; what is fetched through it may not."""
    proxy = serve([reply(b"by way of a proxy")])
    monkeypatch.setenv("HTTP_PROXY", proxy.address)
    monkeypatch.setenv("http_proxy", proxy.address)
    with Fetcher() as fetcher:
        assert got(fetcher.get("http://93.184.216.34/feed")).data == b"by way of a proxy"
        assert refused(fetcher, "http://10.0.0.1/").reason.startswith(ONLY_WHEN_ALLOWED)
    assert [request.target for request in proxy.requests] == ["http://93.184.216.34/feed"]


@pytest.mark.parametrize("proxy", ["http://me:pw@127.0.0.1:{port}", "http://:80", "socks9://x"])
def test_a_proxy_that_is_not_there(
    fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, proxy.format(port=port))
    for scheme in ("http", "https"):
        error = refused(fetcher, f"{scheme}://93.184.216.34/")
        assert error.reason == "the proxy that HTTP_PROXY or HTTPS_PROXY names cannot be used"


# TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for podcasts.example that signs itself, and its key."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl command here")
    folder = tmp_path_factory.mktemp("tls")
    made, key = folder / "certificate.pem", folder / "key.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    more = ["-subj", "/CN=podcasts.example", "-addext", "subjectAltName=DNS:podcasts.example"]
    subprocess.run(
        [*command.split(), *more, "-keyout", str(key), "-out", str(made)],
        check=True,
        capture_output=True,
    )
    return made, key


def _tls(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


def test_a_secure_connection(
    serve: Start,
    public: set[str],
    certificate: tuple[Path, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = serve([reply(b"safe")], tls=_tls(certificate))
    public.update({"podcasts.example", "other.example"})
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    with Fetcher() as fetcher:
        assert got(fetcher.get(f"https://podcasts.example:{server.port}/")).data == b"safe"
        error = refused(fetcher, f"https://other.example:{server.port}/")
    assert error.reason.startswith("the server's certificate is not valid: ")
    assert "other.example" in error.reason


def test_a_certificate_that_nobody_vouches_for(
    serve: Start, fetcher: Fetcher, certificate: tuple[Path, Path]
) -> None:
    server = serve([reply(b"safe")], tls=_tls(certificate))
    error = refused(fetcher, server.address)
    assert error.reason.startswith("the server's certificate is not valid: self")
    assert server.requests == []


def test_no_tls_at_the_other_end(fetcher: Fetcher) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(9999)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        error = refused(fetcher, f"https://127.0.0.1:{listener.getsockname()[1]}/")
        thread.join(5)
    assert error.reason.startswith("no secure connection can be made: ")


# What is shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://example.org/feed", "https://example.org/feed"),
        ("https://jo@example.org/feed", "https://***@example.org/feed"),
        ("https://jo:pw@example.org/feed", "https://***@example.org/feed"),
        ("HTTPS://jo:p@w@example.org", "HTTPS://***@example.org"),
        ("https://jo:p/w@example.org/", "https://***@example.org/"),
        ("https://jo:p?w@example.org/", "https://***@example.org/"),
        ("https:jo:pw@example.org", "https:***@example.org"),
        ("https:\\\\jo:pw@example.org", "https:\\\\***@example.org"),
        ("//jo:pw@example.org", "//***@example.org"),
        ("https://example.org:8080/@jo", "https://example.org:8080/@jo"),
        ("https://[::1]:8080/@jo", "https://[::1]:8080/@jo"),
        ("https://example.org/@jo?a=b", "https://example.org/@jo?a=b"),
        ("https://x.org/?auth=a&page=2&Key=b", "https://x.org/?auth=***&page=2&Key=***"),
        ("https://x.org/?x-amz-signature=a", "https://x.org/?x-amz-signature=***"),
        ("https://x.org/#access_token=a", "https://x.org/#access_token=***"),
        ("https://x.org/?a=1;pwd=b", "https://x.org/?a=1;pwd=***"),
        ("https://x.org/?k=0123456789abcdef0123", "https://x.org/?k=***"),
        (
            "https://x.org/?title=a-title-of-words-only",
            "https://x.org/?title=a-title-of-words-only",
        ),
        ("https://x.org/?date=2020-07-15T10:00:00", "https://x.org/?date=2020-07-15T10:00:00"),
        ("https://x.org/a\nb\x1b[31m", "https://x.org/a\ufffdb\ufffd[31m"),
        ("", ""),
    ],
)
def test_redacted(address: str, shown: str) -> None:
    assert redacted(address) == shown
    assert redacted(shown) == shown


@pytest.mark.parametrize("piece", ["?", "&", "=", "@", ":", "/", "a", "1", "?a=", "a:@/"])
def test_redacting_takes_no_longer_than_it_is_long(piece: str) -> None:
    """A server may answer with 64 KiB of anything as the address to go on to."""
    started = time.monotonic()
    for before in ("", "https://", "https://x/?", "https://x/?a="):
        redacted(before + piece * (65536 // len(piece)))
    assert time.monotonic() - started < 1


def test_secrets_are_not_in_errors(serve: Start, fetcher: Fetcher) -> None:
    secret = "hunter2"

    def answer(request: Request) -> Pieces:
        location = f"http://jo:{secret}@127.0.0.1:{server.port}/b?token={secret}"
        if request.target.startswith("/b"):
            return [reply(b"", "404 Not Found")]
        return [reply(b"", "302 Found", Location=location)]

    server = serve(answer)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    for address in (
        f"http://jo:{secret}@127.0.0.1:{server.port}/a?auth={secret}",
        f"http://jo:{secret}@127.0.0.1:{port}/a?auth={secret}",
        f"http://jo:{secret}@127.0.0.1:99999/?auth={secret}",
        f"http://jo:{secret}@nowhere.invalid/?auth={secret}",
        f"ftp://jo:{secret}@127.0.0.1/?auth={secret}",
    ):
        error = refused(fetcher, address)
        assert secret not in f"{error} {error!r} {vars(error)}"
        assert "***" in error.source
        assert secret not in _traceback(error)


def _traceback(error: BaseException) -> str:
    """As Python would print it, without the lines of this file."""
    import traceback

    return "".join(traceback.TracebackException.from_exception(error).format())


def test_errors_arrive_whole_from_another_process(serve: Start, fetcher: Fetcher) -> None:
    error = refused(fetcher, serve([reply(b"", "404 Not Found")]).address)
    other = pickle.loads(pickle.dumps(error))
    assert type(other) is FetchError
    assert vars(other) == vars(error)
    assert str(other) == str(error)
