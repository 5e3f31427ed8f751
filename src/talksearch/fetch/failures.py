"""What goes wrong on the network, in plain words."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from talksearch.errors import FetchError
from talksearch.fetch import deadline

__all__ = ["CONNECT_S", "in_plain_words", "is_offline", "is_unreached", "may_pass"]

CONNECT_S = 10.0


@contextmanager
def in_plain_words() -> Iterator[None]:
    """Turn what the libraries raise into ``FetchError``."""
    from http.client import HTTPException

    from requests import RequestException
    from urllib3.exceptions import HTTPError

    try:
        yield
    except (RequestException, HTTPError, HTTPException, OSError, ValueError) as error:
        # Without the cause: its message has the address, and any password, in full.
        raise FetchError(_reason(error), offline=is_offline(error)) from None


def may_pass(error: BaseException) -> bool:
    """Is it a server that is just being restarted, or a lost packet?"""
    from requests import ConnectTimeout

    return any(isinstance(e, (ConnectionError, ConnectTimeout)) for e in _with_causes(error))


def is_unreached(error: BaseException) -> bool:
    """Could no connection be made at all, or no name be resolved?"""
    import socket

    from urllib3.exceptions import ConnectTimeoutError

    unreached = ConnectTimeoutError, socket.gaierror
    return any(isinstance(e, unreached) for e in _with_causes(error))


def is_offline(error: BaseException) -> bool:
    """Whether there is no network. A resolver that cannot ask says so, and not that there is no
    such name (on macOS it says that, too)."""
    import socket

    return any(
        e.errno == socket.EAI_AGAIN if isinstance(e, socket.gaierror) else e.errno in _NO_NETWORK
        for e in _with_causes(error)
        if isinstance(e, OSError)
    )


_NO_NETWORK = {errno.ENETDOWN, errno.ENETUNREACH}


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
    from urllib3.util.ssl_match_hostname import CertificateError

    if deadline.is_over():
        return f"takes longer than the limit of {deadline.limit_s():g} s"
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
                return f"the server cannot be reached: no answer within {CONNECT_S:g} s"
            case socket.gaierror():
                return "the server's name cannot be resolved: no such name, or no network"
            case ssl.SSLCertVerificationError() | CertificateError():
                why = getattr(cause, "verify_message", None) or str(cause)
                return f"the server's certificate is not valid: {why[:200]}"
            case ssl.SSLError():
                why = (cause.reason or "no reason given").replace("_", " ").lower()
                return f"no secure connection can be made: {why}"
            case TimeoutError():
                return f"the server sent nothing for {deadline.SILENCE_S:g} s"
            case ConnectionRefusedError():
                return "the server refuses the connection"
            case ConnectionError():
                return "the server broke off the connection"
            case IncompleteRead():
                return "is incomplete: the server sent less than it announced"
            case HTTPException() | requests.InvalidHeader():
                return "the server's answer is not valid HTTP"
            case OSError() if cause.strerror:
                return f"the server cannot be reached: {cause.strerror}"
            case ValueError():
                return "is not a valid address"
    return f"cannot be fetched ({type(error).__name__})"
