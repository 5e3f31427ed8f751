"""Answers that are too large, too slow, or compressed to be either."""

from __future__ import annotations

import gzip
import itertools
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator

import brotli
import pytest
import requests_hardened  # noqa: F401 - what a first request loads takes longer than these tests give

from servers import Start, got, refused, reply
from talksearch.errors import FetchError
from talksearch.fetch import Fetcher

# Compression


PACKERS = {
    "gzip": gzip.compress,
    "GZIP": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
}
LINES = b"".join(b"line %d\n" % n for n in range(20_000))


@pytest.mark.parametrize("encoding", PACKERS)
@pytest.mark.parametrize("size", [1, 9999])
def test_compressed(serve: Start, fetcher: Fetcher, encoding: str, size: int) -> None:
    packed = PACKERS[encoding](LINES)[: 10**9]
    pieces = [packed[i : i + size] for i in range(0, len(packed), size)]
    if size == 1:
        pieces = [*pieces[:500], b"".join(pieces[500:])]
    head = reply(Content_Encoding=encoding, Content_Length=str(len(packed)))
    assert got(fetcher.get(serve([head, *pieces]).address)).data == LINES


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate"])
def test_chunks_of_what_is_compressed(serve: Start, encoding: str, fetcher: Fetcher) -> None:
    packed = PACKERS[encoding](LINES)
    chunks = [packed[i : i + 1000] for i in range(0, len(packed), 1000)]
    body = b"".join(b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks) + b"0\r\n\r\n"
    options = {"Content_Length": "", "Transfer_Encoding": "chunked", "Content_Encoding": encoding}
    server = serve([reply(body, **options)], keep=True)
    for _ in range(2):
        assert got(fetcher.get(server.address)).data == LINES
    assert server.connections == 1


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate"])
def test_nothing_compressed_and_nothing_at_all(
    serve: Start, fetcher: Fetcher, encoding: str
) -> None:
    for packed in (PACKERS[encoding](b""), b""):
        address = serve([reply(packed, Content_Encoding=encoding)]).address
        assert got(fetcher.get(address)).data == b""


def test_compressed_in_parts_and_padded(serve: Start, fetcher: Fetcher) -> None:
    packed = gzip.compress(b"one ") + gzip.compress(b"two") + b"\0" * 100
    address = serve([reply(packed, Content_Encoding="gzip")]).address
    assert got(fetcher.get(address)).data == b"one two"


@pytest.mark.parametrize("encoding", ["gzip", "br", "deflate"])
@pytest.mark.parametrize("cut", [1, 5, 100, -1])
def test_compressed_and_cut_off(serve: Start, fetcher: Fetcher, encoding: str, cut: int) -> None:
    """The answer is whole by its length; the document is not."""
    address = serve([reply(PACKERS[encoding](LINES)[:cut], Content_Encoding=encoding)]).address
    assert refused(fetcher, address).reason == "is incomplete: its compressed bytes break off"


def test_the_second_part_cut_off(serve: Start, fetcher: Fetcher) -> None:
    packed = gzip.compress(b"one ") + gzip.compress(LINES)[:-9]
    address = serve([reply(packed, Content_Encoding="gzip")]).address
    assert "is incomplete" in refused(fetcher, address).reason


def _packed_zeros(encoding: str, megabytes: int) -> bytes:
    if encoding == "br":
        packer = brotli.Compressor(quality=5, lgwin=24)
        parts = [packer.process(bytes(2**20)) for _ in range(megabytes)]
        return b"".join([*parts, packer.finish()])
    deflate = zlib.compressobj(9, wbits=31)
    parts = [deflate.compress(bytes(2**20)) for _ in range(megabytes)]
    return b"".join([*parts, deflate.flush()])


FETCH_AND_TELL = """
import re, sys
from pathlib import Path
from talksearch.fetch import Fetcher
from talksearch.errors import FetchError
address, limit = sys.argv[1], int(sys.argv[2])
# Not getrusage: its figure is never less than that of the process which started this one.
most = lambda: int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
with Fetcher(allow_private_addresses=True) as fetcher:
    fetcher.get(address + "/little")
    before = most()
    try:
        print(len(fetcher.get(address, limit=limit).data), end=" ")
    except FetchError as error:
        assert "is larger than the limit" in error.reason, error
        print(0, end=" ")
    print(most() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="measured as on Linux")
@pytest.mark.parametrize(("encoding", "window"), [("gzip", 0), ("br", 16)])
@pytest.mark.parametrize("megabytes", [1, 15, 31, 512])
def test_a_little_that_becomes_a_lot(
    serve: Start, encoding: str, window: int, megabytes: int
) -> None:
    """What it takes in memory is measured in a process of its own. Brotli's window is 16 MiB."""
    limit = 2**20
    little = reply(PACKERS[encoding](b"little"), Content_Encoding=encoding)
    bomb = reply(_packed_zeros(encoding, megabytes), Content_Encoding=encoding)
    server = serve(lambda request: [little if request.target == "/little" else bomb])
    command = [sys.executable, "-c", FETCH_AND_TELL, server.address, str(limit)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    length, kilobytes = map(int, ran.stdout.split())
    assert length == (limit if megabytes == 1 else 0)
    assert kilobytes < (window + 4) * 1024


@pytest.mark.parametrize("encoding", ["zstd", "gzip, gzip", "br, gzip", "x" * 1000])
def test_a_compression_that_was_not_asked_for(
    serve: Start, fetcher: Fetcher, encoding: str
) -> None:
    error = refused(fetcher, serve([reply(b"abc", Content_Encoding=encoding)]).address)
    assert error.reason.startswith("is compressed in a way that was not asked for")
    assert len(error.reason) < 100


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", b"\x1f\x8bnonsense"),
        ("gzip", b"<rss>not compressed at all</rss>"),
        ("gzip", gzip.compress(LINES)[:500] + bytes(500)),
        ("br", b"<rss>not compressed at all</rss>"),
        ("br", brotli.compress(LINES) + b"and more"),
        ("deflate", b"<rss>not compressed at all</rss>"),
    ],
)
def test_damaged_compression(serve: Start, fetcher: Fetcher, encoding: str, packed: bytes) -> None:
    error = refused(fetcher, serve([reply(packed, Content_Encoding=encoding)]).address)
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
    monkeypatch.setattr("talksearch.fetch.deadline.TIME_LIMIT_S", 0.2)

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
    monkeypatch.setattr("talksearch.fetch.deadline.TIME_LIMIT_S", 0.5)
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
    monkeypatch.setattr("talksearch.fetch.fetcher._RETRY_AFTER_S", (60.0, 60.0))
    server = serve([reply(status="503 Service Unavailable")])
    assert "takes longer than" in hurry(fetcher, server.address).reason


@pytest.mark.parametrize("at_once", [b"", b"HTTP/1.1 200", reply(b"abc", Content_Length="9")])
def test_a_silent_server(
    serve: Start, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch, at_once: bytes
) -> None:
    monkeypatch.setattr("talksearch.fetch.deadline.SILENCE_S", 0.2)
    server = serve([at_once, 5.0])
    started = time.monotonic()
    assert refused(fetcher, server.address).reason == "the server sent nothing for 0.2 s"
    assert 0.19 < time.monotonic() - started < 1
    assert len(server.requests) == 1


def test_a_server_that_does_not_take_the_connection(
    fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("talksearch.fetch.failures.CONNECT_S", 0.1)
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
