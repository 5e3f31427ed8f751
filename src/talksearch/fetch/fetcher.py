"""The documents at addresses: redirects, retries, conditions."""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes, urljoin, urlsplit

from talksearch.errors import FetchError
from talksearch.fetch import answers, body, deadline, failures
from talksearch.fetch.quiet import quietly
from talksearch.fetch.turns import Turns
from talksearch.redaction import redacted, without_secrets

if TYPE_CHECKING:
    import requests

__all__ = ["MAX_BYTES", "MAX_REDIRECTS", "Fetched", "Fetcher", "NotModified"]

MAX_BYTES = 64 * 1024 * 1024
MAX_REDIRECTS = 10
PING_LIMIT_S = 10.0

_RETRY_AFTER_S = (0.5, 1.5)
_PASSING = (HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT)
_BUSY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
_FOR_GOOD = (HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT)
_TOO_MANY_S = 60.0
_HOSTS_KEPT = 64

# It logs a warning for every address refused, which Python prints where logging is not set up.
# The FetchError says it already.
logging.getLogger("requests_hardened").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server gave. ``address`` is where it was in the end, after redirects; it may hold a
    password. ``media_type`` is the Content-Type as sent, with its charset.

    ``moved`` is the address to ask from now on, if the server said that it has changed for good; it
    may hold a password as well. ``fresh_s`` is for how many seconds the server says that the
    answer stays good, a week at most; None if it does not say.
    """

    data: bytes = field(repr=False)
    address: str
    media_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    moved: str | None = None
    fresh_s: int | None = None


@dataclass(frozen=True, slots=True)
class NotModified:
    """The document is still the one that was asked about. The rest is as in ``Fetched``."""

    moved: str | None = None
    fresh_s: int | None = None


class Fetcher:
    """Gets documents over HTTP. Connections are kept for the next ``get`` until ``close``; cookies
    are not.

    Threads may share one: they then take turns with each host, pause in between, and leave alone
    a host that asked one of them to.
    """

    def __init__(self, *, allow_private_addresses: bool = False) -> None:
        self._allow_private_addresses = allow_private_addresses
        self._turns = Turns()
        self._made: requests.Session | None = None
        self._making = threading.Lock()

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        if self._made:
            self._made.close()

    def get(
        self,
        address: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        limit: int = MAX_BYTES,
        private: Sequence[str] = (),
    ) -> Fetched | NotModified:
        """The document at an address, or that it is still the one of ``etag`` or
        ``last_modified``.

        ``private`` are the private addresses of the feed that names this one: their user and
        password go along if it is at the same server, and no error tells their secrets.

        Raises ``FetchError`` when there is none to be had, or it has more than ``limit`` bytes, or
        takes longer than ``deadline.TIME_LIMIT_S``, not counting the wait for a turn. Its
        ``source`` is the address without secrets; its ``retry_after_s`` what the server asks for.
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        # Others, which only a broken server or a hand could have made, cannot be sent.
        headers = {k: v for k, v in conditions.items() if v and v.isascii() and v.isprintable()}
        first = here = address.strip()
        moved, for_good = None, True
        deadline.start()
        try:
            with failures.in_plain_words():
                for known in private:
                    first = here = self._with_user(here, known)
                for _ in range(1 + MAX_REDIRECTS):
                    with self._answer(here, headers) as response:
                        location = self._session.get_redirect_target(response)
                        if not location:
                            return _received(response, here, limit, bool(headers), moved)
                    here = self._redirected(here, location)
                    for_good = for_good and response.status_code in _FOR_GOOD
                    if for_good:
                        moved = here if here != first else None
            raise FetchError(f"redirects more than {MAX_REDIRECTS} times")
        except FetchError as error:
            error.source = without_secrets(redacted(address), *private)
            if here != first:
                there = without_secrets(redacted(here), address, *private)
                error.reason += f" (redirected to {there[:200]})"
            raise

    def ping(self, address: str, body: bytes = b"") -> None:
        """Tell a health check: POST ``body`` to the address, or GET it where there is none.

        What the server answers beside its status is not read, and redirects are not followed.
        Raises ``FetchError``, also when it takes longer than ``PING_LIMIT_S``.
        """
        headers = {"Content-Type": "text/plain; charset=utf-8"} if body else {}
        deadline.start(PING_LIMIT_S)
        try:
            with failures.in_plain_words():
                request = self._request(address, headers, body)
                with self._turns.turn(_host(request)), self._send(request) as response:
                    if not 200 <= response.status_code < 300:
                        status = response.status_code
                        reason = f"the server says {_status_text(status)}"
                        raise FetchError(reason, status=status)
        except FetchError as error:
            error.source = redacted(address)
            raise

    @contextmanager
    def _answer(self, address: str, headers: dict[str, str]) -> Iterator[requests.Response]:
        """The server's answer, its body still to be read. What may pass is tried again.

        Not by urllib3's Retry, which knows of no deadline and reads refusals to their end.
        """
        import requests

        request = self._request(address, headers)
        for wait_s in (*_RETRY_AFTER_S, None):
            with self._turns.turn(_host(request)):
                try:
                    response = self._send(request)
                except requests.ConnectionError as error:
                    if wait_s is None or not failures.may_pass(error):
                        if failures.is_unreached(error):
                            offline = failures.is_offline(error)
                            self._turns.missed(_host(request), offline=offline)
                        raise
                else:
                    self._turns.reached(_host(request))
                    with response:
                        peace_s = _peace_s(response)
                        if peace_s is not None and response.status_code in _BUSY:
                            self._turns.leave_alone(_host(request), peace_s)
                        passing = peace_s is None and response.status_code in _PASSING
                        if wait_s is None or not passing:
                            yield response
                            return
            assert wait_s is not None
            time.sleep(min(wait_s, deadline.time_left()))

    def _request(
        self, address: str, headers: dict[str, str], body: bytes = b""
    ) -> requests.PreparedRequest:
        import requests

        if urlsplit(address).scheme not in ("http", "https"):
            raise FetchError("only http:// and https:// addresses can be fetched")
        # A copy, for requests-hardened writes into it.
        method = "POST" if body else "GET"
        request = requests.Request(method, address, headers.copy(), data=body, auth=_user(address))
        return self._session.prepare_request(request)

    def _send(self, request: requests.PreparedRequest) -> requests.Response:
        assert request.url is not None
        settings: Any = self._session.merge_environment_settings(request.url, {}, True, None, None)
        left_s = deadline.time_left()
        timeout = (min(failures.CONNECT_S, left_s), min(deadline.SILENCE_S, left_s))
        # Not Session.send, which reads the body of a redirect to its end, followed or not.
        adapter = self._session.get_adapter(request.url)
        with quietly():
            return adapter.send(request, timeout=timeout, **settings)

    def _redirected(self, here: str, location: str) -> str:
        """Where a redirect leads. User and password go along if it stays with the server."""
        return self._with_user(urljoin(here, location), here)

    def _with_user(self, target: str, known: str) -> str:
        """An address with the user and password of one that is known, if it is at the same server
        and has none."""
        user, at, _ = urlsplit(known).netloc.rpartition("@")
        parts = urlsplit(target)
        if not at or "@" in parts.netloc:
            return target
        if self._session.should_strip_auth(known, target):  # type: ignore[no-untyped-call]
            return target
        return parts._replace(netloc=f"{user}@{parts.netloc}").geturl()

    @property
    def _session(self) -> requests.Session:
        with self._making:
            if self._made is None:
                self._made = _new_session(self._allow_private_addresses)
            return self._made


def _new_session(allow_private_addresses: bool) -> requests.Session:
    from importlib.metadata import version

    from requests_hardened import Config, HTTPSession

    session = HTTPSession(
        Config(
            ip_filter_enable=not allow_private_addresses,
            ip_filter_allow_loopback_ips=False,
            never_redirect=True,
            default_timeout=deadline.SILENCE_S,
            user_agent_override=f"talksearch/{version('talksearch')} (podcast search)",
        )
    )
    session.headers["Accept-Encoding"] = body.ACCEPTED
    for adapter in session.adapters.values():
        adapter.init_poolmanager(_HOSTS_KEPT, _HOSTS_KEPT)
        adapter.get_connection_with_tls_context = deadline.timed(
            adapter.get_connection_with_tls_context
        )
    return session  # type: ignore[no-any-return]


def _user(address: str) -> tuple[bytes, bytes] | None:
    """User and password. Left to find them by itself, requests prefers those of ``.netrc``, knows
    of no user without a password, and encodes what is not ASCII as Latin-1."""
    parts = urlsplit(address)
    if not parts.username and not parts.password:
        return None
    return unquote_to_bytes(parts.username or ""), unquote_to_bytes(parts.password or "")


def _host(request: requests.PreparedRequest) -> str:
    """Whose turn it is: the server, however it is spoken to."""
    parts = urlsplit(request.url or "")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return f"{(parts.hostname or '').rstrip('.')}:{port}"


def _received(
    response: requests.Response, address: str, limit: int, conditional: bool, moved: str | None
) -> Fetched | NotModified:
    status, header = response.status_code, response.headers.get
    fresh_s = answers.fresh_s(response.headers, dt.datetime.now(dt.UTC))
    if conditional and status == HTTPStatus.NOT_MODIFIED:
        return NotModified(moved, fresh_s)
    if not 200 <= status < 300:
        reason = f"the server says {_status_text(status)}"
        raise FetchError(reason, status=status, retry_after_s=_peace_s(response))
    return Fetched(
        data=body.received(response.raw, header("Content-Encoding", ""), limit),
        address=address,
        media_type=header("Content-Type"),
        etag=header("ETag"),
        last_modified=header("Last-Modified"),
        moved=moved,
        fresh_s=fresh_s,
    )


def _peace_s(response: requests.Response) -> float | None:
    """For how long the server wants to be left alone, if it does."""
    asked_s = answers.retry_after_s(response.headers, dt.datetime.now(dt.UTC))
    if asked_s is None and response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        return _TOO_MANY_S
    return asked_s


def _status_text(status: int) -> str:
    """Not the server's own words, which could be anything."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)
