"""Bytes from the network: the only user of HTTP.

Whoever writes a feed chooses the addresses in it, and whoever runs a server chooses how it answers.
So addresses on private networks are refused (by requests-hardened, which connects to the very
address that it checked), redirects included; and an answer has limits of size, counted after
decompression, and of time, which hold however slowly it comes.

The proxies, certificates and ``.netrc`` of the environment are used, as requests does: behind a
company's proxy nothing else works. The proxy itself may be on a private network; what is fetched
through it may not, except that a proxy looks up the name in an ``http://`` address for itself.
"""

from __future__ import annotations

import io
import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from talksearch.errors import FetchError

if TYPE_CHECKING:
    import socket
    from http.client import HTTPResponse

    import requests

__all__ = [
    "MAX_BYTES",
    "MAX_REDIRECTS",
    "PING_LIMIT_S",
    "TIME_LIMIT_S",
    "Fetched",
    "Fetcher",
    "redacted",
]

MAX_BYTES = 64 * 1024 * 1024
MAX_REDIRECTS = 10
TIME_LIMIT_S = 120.0
"""For one ``get`` with its redirects and retries; looking up names is up to the system."""

PING_LIMIT_S = 10.0
"""For one ``ping``."""

_CONNECT_S = 10.0
_SILENCE_S = 30.0
_RETRY_AFTER_S = (0.5, 1.5)
_PASSING = (HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT)
_ENCODINGS = ("", "identity", "gzip", "x-gzip", "deflate")
_CHUNK = 64 * 1024

# When the ``get`` that is under way has to be over, by time.monotonic.
_deadline: ContextVar[float] = ContextVar("deadline")

# It logs a warning for every address refused, which Python prints where logging is not set up.
# The FetchError says it already.
logging.getLogger("requests_hardened").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server gave. ``address`` is where it was in the end, after redirects; it may hold a
    password. ``media_type`` is the Content-Type as sent, with its charset."""

    data: bytes = field(repr=False)
    address: str
    media_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None


class Fetcher:
    """Gets documents over HTTP. Connections are kept for the next ``get`` until ``close``; cookies
    are not. Threads may share one."""

    def __init__(self, *, allow_private_addresses: bool = False) -> None:
        self._allow_private_addresses = allow_private_addresses

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if "_session" in vars(self):
            self._session.close()

    def get(
        self,
        address: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        limit: int = MAX_BYTES,
    ) -> Fetched | None:
        """The document at an address; None if it is still the one of ``etag`` or
        ``last_modified``.

        Raises ``FetchError`` when there is none to be had, or it has more than ``limit`` bytes, or
        takes longer than ``TIME_LIMIT_S``. Its ``source`` is the address, ``redacted``.
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        # Others, which only a broken server or a hand could have made, cannot be sent.
        headers = {k: v for k, v in conditions.items() if v and v.isascii() and v.isprintable()}
        here = address.strip()
        _deadline.set(time.monotonic() + TIME_LIMIT_S)
        try:
            with _errors_in_plain_words():
                for _ in range(1 + MAX_REDIRECTS):
                    with self._answer(here, headers) as response:
                        location = self._session.get_redirect_target(response)
                        if not location:
                            return _received(response, here, limit, bool(headers))
                    here = self._redirected(here, location)
            raise FetchError(f"redirects more than {MAX_REDIRECTS} times")
        except FetchError as error:
            error.source = redacted(address)
            if here != address.strip():
                error.reason += f" (redirected to {redacted(here)[:200]})"
            raise

    def _answer(self, address: str, headers: dict[str, str]) -> requests.Response:
        """The server's answer, its body still to be read. What may pass is tried again.

        Not by urllib3's Retry, which knows of no deadline and reads refusals to their end.
        """
        import requests

        for wait_s in _RETRY_AFTER_S:
            try:
                response = self._send(address, headers)
            except requests.ConnectionError as error:
                if not _may_pass(error):
                    raise
            else:
                if response.status_code not in _PASSING:
                    return response
                response.close()
            time.sleep(min(wait_s, _time_left()))
        return self._send(address, headers)

    def _send(self, address: str, headers: dict[str, str]) -> requests.Response:
        import requests

        if urlsplit(address).scheme not in ("http", "https"):
            raise FetchError("only http:// and https:// addresses can be fetched")
        # A copy, for requests-hardened writes into it.
        request = self._session.prepare_request(requests.Request("GET", address, headers.copy()))
        assert request.url is not None
        settings: Any = self._session.merge_environment_settings(request.url, {}, True, None, None)
        timeout = (min(_CONNECT_S, _time_left()), min(_SILENCE_S, _time_left()))
        # Not Session.send, which reads the body of a redirect to its end, followed or not.
        return self._session.get_adapter(request.url).send(request, timeout=timeout, **settings)

    def _redirected(self, here: str, location: str) -> str:
        """Where a redirect leads. User and password go along if it stays with the server."""
        target = urljoin(here, location)
        user, at, _ = urlsplit(here).netloc.rpartition("@")
        parts = urlsplit(target)
        if not at or "@" in parts.netloc:
            return target
        if self._session.should_strip_auth(here, target):  # type: ignore[no-untyped-call]
            return target
        return parts._replace(netloc=f"{user}@{parts.netloc}").geturl()

    @cached_property
    def _session(self) -> requests.Session:
        from importlib.metadata import version

        from requests_hardened import Config, HTTPSession

        session = HTTPSession(
            Config(
                ip_filter_enable=not self._allow_private_addresses,
                ip_filter_allow_loopback_ips=False,
                never_redirect=True,
                default_timeout=_SILENCE_S,
                user_agent_override=f"talksearch/{version('talksearch')} (podcast search)",
            )
        )
        session.headers["Accept-Encoding"] = "gzip"
        for adapter in session.adapters.values():
            adapter.get_connection_with_tls_context = _timed(
                adapter.get_connection_with_tls_context
            )
        return session  # type: ignore[no-any-return]

    def ping(self, address: str, body: bytes = b"") -> None:
        """Tell a health check: POST ``body`` to the address, or GET it where there is none.

        What the server answers beside its status is not read, and redirects are not followed.
        Raises ``FetchError``, also when it takes longer than ``PING_LIMIT_S``.
        """
        import requests

        _deadline.set(time.monotonic() + PING_LIMIT_S)
        method = "POST" if body else "GET"
        headers = {"Content-Type": "text/plain; charset=utf-8"} if body else {}
        try:
            with _errors_in_plain_words():
                request = self._session.prepare_request(
                    requests.Request(method, address, headers, data=body)
                )
                url = request.url or ""
                settings: Any = self._session.merge_environment_settings(url, {}, True, None, None)
                adapter = self._session.get_adapter(url)
                with adapter.send(request, timeout=_time_left(), **settings) as response:
                    if not 200 <= response.status_code < 300:
                        status = response.status_code
                        reason = f"the server says {_status_text(status)}"
                        raise FetchError(reason, status=status)
        except FetchError as error:
            error.source = redacted(address)
            if error.status is None and time.monotonic() >= _deadline.get():
                error.reason = f"takes longer than the limit of {PING_LIMIT_S:g} s"
            raise


def _received(
    response: requests.Response, address: str, limit: int, conditional: bool
) -> Fetched | None:
    status = response.status_code
    if conditional and status == HTTPStatus.NOT_MODIFIED:
        return None
    if not 200 <= status < 300:
        raise FetchError(f"the server says {_status_text(status)}", status=status)
    header = response.headers.get
    encoding = header("Content-Encoding", "").strip().lower()
    if encoding not in _ENCODINGS:
        raise FetchError(f"is compressed in a way that was not asked for: {encoding[:40]!r}")
    return Fetched(
        data=_body(response.raw, limit),
        address=address,
        media_type=header("Content-Type"),
        etag=header("ETag"),
        last_modified=header("Last-Modified"),
    )


def _status_text(status: int) -> str:
    """Not the server's own words, which could be anything."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def _body(raw: Any, limit: int) -> bytes:
    data = bytearray()
    if (raw.length_remaining or 0) <= limit:
        # read1 decompresses no more than it is asked for, so that a little cannot become a lot.
        while len(data) <= limit:
            part = raw.read1(_CHUNK, decode_content=True)
            if not part:
                return bytes(data)
            data += part
    raise FetchError(f"is larger than the limit of {limit / 2**20:,.4g} MiB")


# Time


def _time_left() -> float:
    """Seconds, more than none. Raises ``TimeoutError``."""
    left = _deadline.get() - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Incoming(io.RawIOBase):
    """The bytes that a socket receives, until the deadline.

    A socket's own time-out begins anew with every byte, so a server that sends one at a time would
    hold us for as long as it likes: in the body, but also in the headers, in the length of a chunk
    and in compressed bytes that come to nothing, which the libraries read in loops of their own.
    """

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._bytes = connected.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._socket.settimeout(min(_SILENCE_S, _time_left()))
        return self._bytes.readinto(buffer)

    def close(self) -> None:
        self._bytes.close()
        super().close()


class _Timed:
    """What http.client takes for the socket to read an answer from."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self._socket))


def _timed(pool_for: Callable[..., Any]) -> Callable[..., Any]:
    """Make the connections of these pools read their answers through ``_Incoming``."""

    def answer(connected: Any, **options: Any) -> HTTPResponse:
        from http.client import HTTPResponse

        return HTTPResponse(_Timed(connected), **options)  # type: ignore[arg-type]

    def timed(*arguments: Any, **options: Any) -> Any:
        pool = pool_for(*arguments, **options)
        make = type(pool).ConnectionCls

        def connection(**options: Any) -> Any:
            made = make(**options)
            made.response_class = answer
            return made

        pool.ConnectionCls = connection
        return pool

    return timed


# Errors


@contextmanager
def _errors_in_plain_words() -> Iterator[None]:
    from http.client import HTTPException

    from requests import RequestException
    from urllib3.exceptions import HTTPError

    try:
        yield
    except (RequestException, HTTPError, HTTPException, OSError, ValueError) as error:
        # Without the cause: its message has the address, and any password, in full.
        raise FetchError(_reason(error)) from None


def _may_pass(error: BaseException) -> bool:
    """Is it a server that is just being restarted, or a lost packet?"""
    from requests import ConnectTimeout

    return any(isinstance(e, (ConnectionError, ConnectTimeout)) for e in _with_causes(error))


def _with_causes(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__cause__ or error.__context__


def _reason(error: BaseException) -> str:
    """What went wrong, in the words of the first cause that we know."""
    import socket
    import ssl
    from http.client import HTTPException, IncompleteRead

    from requests import exceptions as requests
    from requests_hardened.ip_filter import InvalidIPAddress
    from urllib3 import exceptions as urllib3
    from urllib3.util.ssl_match_hostname import CertificateError

    if time.monotonic() >= _deadline.get():
        return f"takes longer than the limit of {TIME_LIMIT_S:g} s"
    for cause in _with_causes(error):
        match cause:
            case InvalidIPAddress():
                return (
                    "leads into a private network, which is refused; to allow it, set "
                    "allow_private_addresses = true in talksearch.toml, or "
                    "TALKSEARCH_ALLOW_PRIVATE_ADDRESSES=1"
                )
            case requests.ProxyError() | requests.InvalidProxyURL() | requests.InvalidSchema():
                return "the proxy that HTTP_PROXY or HTTPS_PROXY names cannot be used"
            case requests.ConnectTimeout():
                return f"the server cannot be reached: no answer within {_CONNECT_S:g} s"
            case socket.gaierror():
                return "the server's name cannot be resolved: no such name, or no network"
            case ssl.SSLCertVerificationError() | CertificateError():
                why = getattr(cause, "verify_message", None) or str(cause)
                return f"the server's certificate is not valid: {why[:200]}"
            case ssl.SSLError():
                why = (cause.reason or "no reason given").replace("_", " ").lower()
                return f"no secure connection can be made: {why}"
            case TimeoutError():
                return f"the server sent nothing for {_SILENCE_S:g} s"
            case ConnectionRefusedError():
                return "the server refuses the connection"
            case ConnectionError():
                return "the server broke off the connection"
            case IncompleteRead():
                return "is incomplete: the server sent less than it announced"
            case urllib3.DecodeError():
                return "its compressed bytes are damaged"
            case HTTPException() | requests.InvalidHeader():
                return "the server's answer is not valid HTTP"
            case OSError() if cause.strerror:
                return f"the server cannot be reached: {cause.strerror}"
            case ValueError():
                return "is not a valid address"
    return f"cannot be fetched ({type(error).__name__})"


# Secrets

_USER = re.compile(
    r"""
    ^ ( [A-Za-z][A-Za-z0-9+.-]* : [/\\]* | [/\\]* )
    (?: [^/\\?\#]* @                           # user:password@
      | [^/\\?\#@:\[]* : (?! \d* ([/\\?\#]|$) ) .* @ )   # the same, with a / in the password
""",
    re.VERBOSE | re.DOTALL,
)
_PARAMETER = re.compile(r"(?<=[?&;#])([^?=&;#]*)=([^&;#]+)")
_SECRET_NAME = re.compile(r"auth|cred|jwt|key|pass|pwd|secret|session|sig|tok", re.IGNORECASE)
_SECRET_VALUE = re.compile(r"(?=\D*\d)(?=[^A-Za-z]*[A-Za-z])[\w.~+%/-]{20,}", re.ASCII)


def redacted(address: str) -> str:
    """The address to show to people: without user and password, and with ``***`` in place of the
    query's values that look like secrets. Any text will do; the result is one line.

    >>> redacted("https://jo:pw@example.org/feed?page=2&auth=Zx81")
    'https://***@example.org/feed?page=2&auth=***'
    """
    address = "".join(
        c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in address.strip()
    )
    return _PARAMETER.sub(_redacted_parameter, _USER.sub(r"\1***@", address, count=1))


def _redacted_parameter(match: re.Match[str]) -> str:
    name, value = match.groups()
    if _SECRET_NAME.search(name) or _SECRET_VALUE.fullmatch(value):
        return f"{name}=***"
    return match[0]
