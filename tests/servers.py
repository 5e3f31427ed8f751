"""Real web servers on this machine, which behave as badly as they are told to."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

import pytest

from talksearch.errors import FetchError
from talksearch.fetch import Fetched, Fetcher, NotModified

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


def reply(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """A whole answer; ``Content_Length`` and the rest can be given otherwise than true."""
    fields = {"Content-Length": str(len(body))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
    return f"HTTP/1.1 {status}\r\n{lines}\r\n".encode("latin-1") + body


def got(found: Fetched | NotModified) -> Fetched:
    assert isinstance(found, Fetched)
    return found


def refused(fetcher: Fetcher, address: str, **options: Any) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetcher.get(address, **options)
    error = caught.value
    assert error.__cause__ is None
    assert "\n" not in str(error) and "object at" not in str(error)
    assert str(error).startswith(error.source)
    return error
