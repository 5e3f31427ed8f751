"""Addresses of the web, absolute."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

__all__ = ["web_address"]


def web_address(raw: str, base: str | None = None) -> str | None:
    """An http(s) address, absolute; None for any other.

    >>> web_address(" a b.mp3 ", "https://pod.example/feed.xml"), web_address("javascript:x()")
    ('https://pod.example/a%20b.mp3', None)
    """
    # As browsers read it: without line breaks, which come from how the XML was laid out.
    raw = "".join(line.strip() for line in raw.splitlines()).replace(" ", "%20")
    try:
        found = urljoin(base, raw) if base and raw else raw
        parts = urlsplit(found)
    except ValueError:
        return None
    whole = parts.scheme in ("http", "https") and parts.netloc and found.isprintable()
    return found if whole else None
