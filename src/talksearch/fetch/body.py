"""The bytes of an answer, unpacked.

Not by urllib3, which unpacks the last 16 MiB of a brotli stream at once, whatever it is asked for,
and takes for whole what was cut off before it was compressed to its end.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Any

from talksearch.errors import FetchError

__all__ = ["ACCEPTED", "received"]

ACCEPTED = "gzip, br"
_CHUNK = 64 * 1024
_ANY_HEADER = zlib.MAX_WBITS | 32  # gzip's or zlib's
_DAMAGED = "its compressed bytes are damaged"
_CUT_OFF = "is incomplete: its compressed bytes break off"


def received(raw: Any, encoding: str, limit: int) -> bytes:
    """The body of an urllib3 response, which has not been read yet.

    Raises ``FetchError`` if there are more than ``limit`` bytes, or they are not packed as
    ``encoding`` says.
    """
    unpacked = _UNPACKED.get(encoding.strip().lower())
    if unpacked is None:
        raise FetchError(f"is compressed in a way that was not asked for: {encoding[:40]!r}")
    data = bytearray()
    if (raw.length_remaining or 0) <= limit:
        for part in unpacked(_arriving(raw)):
            data += part
            if len(data) > limit:
                break
        else:
            return bytes(data)
    raise FetchError(f"is larger than the limit of {limit / 2**20:,.4g} MiB")


def _arriving(raw: Any) -> Iterator[bytes]:
    # Only read1 returns what is there instead of waiting for all that it is asked for.
    while part := raw.read1(_CHUNK, decode_content=False):
        yield part


def _inflated(parts: Iterator[bytes]) -> Iterator[bytes]:
    """gzip or zlib, once or several times in a row; what follows and is neither is left out."""
    unpacker = zlib.decompressobj(_ANY_HEADER)
    begun = ended = False
    for part in parts:
        while part:
            try:
                data = unpacker.decompress(part, _CHUNK)
            except zlib.error:
                if ended and not begun:
                    return
                raise FetchError(_DAMAGED) from None
            yield data
            begun = begun or bool(data) or not ended
            part = unpacker.unconsumed_tail or unpacker.unused_data
            if unpacker.eof:
                unpacker = zlib.decompressobj(_ANY_HEADER)
                begun, ended = False, True
    if begun:
        raise FetchError(_CUT_OFF)


def _from_brotli(parts: Iterator[bytes]) -> Iterator[bytes]:
    import brotli

    unpacker = brotli.Decompressor()
    begun = False
    for part in parts:
        begun = True
        data = None
        while data is None or data or not unpacker.can_accept_more_data():
            try:
                data = unpacker.process(part, output_buffer_limit=_CHUNK)
            except brotli.error:
                raise FetchError(_DAMAGED) from None
            yield data
            if unpacker.is_finished():
                if next(parts, b""):
                    raise FetchError(_DAMAGED)
                return
            part = b""
    if begun:
        raise FetchError(_CUT_OFF)


_UNPACKED: dict[str, Callable[[Iterator[bytes]], Iterator[bytes]]] = {
    "": iter,
    "identity": iter,
    "gzip": _inflated,
    "x-gzip": _inflated,
    "deflate": _inflated,
    "br": _from_brotli,
}
