"""UTF-8 with bytes of Windows-1252 in it: damaged UTF-8 and plain Windows-1252 are the two ends."""

from __future__ import annotations

import re

from talksearch.patterns import pattern

__all__ = ["decode_mixed"]

_LONE = pattern("[\udc80-\udcff]+")
_WINDOWS = {
    byte: bytes([byte]).decode("cp1252")
    for byte in range(0x80, 0x100)
    if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}


def decode_mixed(data: bytes) -> str:
    """The text of any bytes: those that are no UTF-8 are read as Windows-1252, and the five that
    this leaves out as the controls that they are in Latin-1."""
    return _LONE.sub(_as_windows, data.decode("utf-8", "surrogateescape"))


def _as_windows(match: re.Match[str]) -> str:
    raw = match[0].encode("utf-8", "surrogateescape")
    return "".join(_WINDOWS.get(byte) or chr(byte) for byte in raw)
