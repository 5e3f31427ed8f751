"""Private addresses, proxies and certificates."""

from __future__ import annotations

import ipaddress
import shutil
import socket
import ssl
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from servers import Start, got, refused, reply
from talksearch.fetch import Fetcher

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
        "from talksearch.fetch import Fetcher\nfrom talksearch.errors import FetchError\n"
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


@pytest.mark.parametrize("status", ["301 x", "302 x", "307 x", "308 x"])
def test_a_public_server_may_not_redirect_into_the_house(
    serve: Start, public: set[str], status: str
) -> None:
    inside = serve([reply(b"secret")])
    outside = serve([reply(b"", status, Location=inside.address)])
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
