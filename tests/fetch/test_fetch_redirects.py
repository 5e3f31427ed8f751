"""Where redirects lead, and what is remembered of them."""

from __future__ import annotations

import itertools

import pytest

from servers import Pieces, Request, Start, got, refused, reply
from talksearch.fetch import Fetcher, NotModified

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


# What is remembered

HOPS = dict[str, tuple[str, str]]


def _site(serve: Start, hops: HOPS, last: bytes = reply(b"there")) -> str:
    """A server that sends from each path to the next one with a status, and to ``last``."""

    def answer(request: Request) -> Pieces:
        if request.target not in hops:
            return [last]
        status, location = hops[request.target]
        return [reply(b"", f"{status} x", Location=location)]

    return serve(answer).address


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [
        ("", None),
        ("301", "/1"),
        ("308", "/1"),
        ("302", None),
        ("303", None),
        ("307", None),
        ("301 301 302", "/2"),
        ("301 308 301", "/3"),
        ("302 301", None),
        ("301 307 301", "/1"),
    ],
)
def test_only_what_moved_for_good_is_remembered(
    serve: Start, fetcher: Fetcher, statuses: str, moved: str | None
) -> None:
    hops = {f"/{n}": (status, f"/{n + 1}") for n, status in enumerate(statuses.split())}
    address = _site(serve, hops)
    found = got(fetcher.get(f"{address}/0"))
    assert found.moved == (moved and address + moved)
    assert found.address == f"{address}/{len(hops)}"


def test_moved_and_not_modified(serve: Start, fetcher: Fetcher) -> None:
    last = reply(status="304 Not Modified", Cache_Control="max-age=600", Age="60")
    address = _site(serve, {"/a": ("301", "/b")}, last)
    assert fetcher.get(f"{address}/a", etag='"x"') == NotModified(f"{address}/b", 540)


def test_nobody_moves_to_where_they_are(serve: Start, fetcher: Fetcher) -> None:
    """A server that redirects once, to set a cookie."""
    answers = iter([reply(b"", "301 x", Location="/a"), reply(b"there")])
    server = serve(lambda _: [next(answers)])
    assert got(fetcher.get(f"{server.address}/a")).moved is None


def test_a_loop_for_good(serve: Start, fetcher: Fetcher) -> None:
    address = _site(serve, {"/a": ("301", "/b"), "/b": ("301", "/a")})
    assert refused(fetcher, f"{address}/a").reason.startswith("redirects more than 10 times")


@pytest.mark.parametrize("status", ["404 Not Found", "410 Gone", "500 x", "304 Not Modified"])
def test_an_error_at_the_end(serve: Start, fetcher: Fetcher, status: str) -> None:
    address = _site(serve, {"/a": ("301", "/b")}, reply(b"", status))
    error = refused(fetcher, f"{address}/a")
    assert error.status == int(status[:3])
    assert error.source == f"{address}/a"
    assert error.reason.endswith(f"(redirected to {address}/b)")


def test_what_moved_keeps_its_password_on_the_same_server_only(
    serve: Start, fetcher: Fetcher
) -> None:
    other = _site(serve, {})
    address = _site(serve, {"/a": ("301", "/b"), "/c": ("301", f"{other}/d")})
    mine = address.replace("//", "//jo:p%40w@")
    assert got(fetcher.get(f"{mine}/a")).moved == f"{mine}/b"
    assert got(fetcher.get(f"{mine}/c")).moved == f"{other}/d"
