"""The fetcher against real servers on this machine, most of them badly behaved."""

from __future__ import annotations

import base64
import gzip
import pickle
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from servers import Pieces, Request, Start, got, refused, reply
from talksearch.errors import FetchError
from talksearch.fetch import Fetched, Fetcher, NotModified

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
    assert request.headers["accept-encoding"] == "gzip, br"
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
    assert fetcher.get(address, etag=first.etag) == NotModified()
    assert fetcher.get(address, last_modified=first.last_modified) == NotModified()
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


@pytest.mark.parametrize(
    ("user", "sent"),
    [
        ("jo:pw", b"jo:pw"),
        ("jo:p%40%3Aw", b"jo:p@:w"),
        ("jo%40x.org:p:w", b"jo@x.org:p:w"),
        ("jo", b"jo:"),
        ("jo:", b"jo:"),
        (":token", b":token"),
        ("j%C3%B6:p%C3%A9", "jö:pé".encode()),
        ("jö:пароль", "jö:пароль".encode()),
    ],
)
def test_user_and_password_are_sent(serve: Start, fetcher: Fetcher, user: str, sent: bytes) -> None:
    server = serve([reply(b"for you")])
    address = server.address.replace("//", f"//{user}@")
    assert got(fetcher.get(address)).data == b"for you"
    expected = "Basic " + base64.b64encode(sent).decode()
    assert server.requests[0].headers["authorization"] == expected


def test_those_in_the_address_come_before_those_of_netrc(
    serve: Start, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ann password xy\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    server = serve([reply(b"for you")])
    fetcher.get(server.address.replace("//", "//jo:pw@"))
    fetcher.get(server.address)
    sent = [request.headers["authorization"] for request in server.requests]
    assert sent == ["Basic " + base64.b64encode(user).decode() for user in (b"jo:pw", b"ann:xy")]


def test_how_long_it_stays_good(serve: Start, fetcher: Fetcher) -> None:
    address = serve([reply(b"x", Cache_Control="max-age=3600", Age="600")]).address
    assert got(fetcher.get(address)).fresh_s == 3000
    address = serve([reply(status="304 x", Cache_Control="max-age=60")]).address
    assert fetcher.get(address, last_modified="yesterday") == NotModified(fresh_s=60)


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


# What is shown


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
