"""Addresses of the web, absolute."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape
from urllib.parse import urljoin

from talksearch.links import is_web_address
from talksearch.patterns import pattern

__all__ = ["offered_feed", "recording", "resolved"]

# Nearly all are, and nothing is to be done about them.
_PLAIN = pattern(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?(?:/[!-~]*)?")


def resolved(raw: str, base: str | None = None) -> str | None:
    """An http(s) address, relative ones resolved against ``base``; None for any other.

    >>> resolved(" a b.mp3 ", "https://pod.example/feed.xml"), resolved("javascript:x()")
    ('https://pod.example/a%20b.mp3', None)
    """
    if _PLAIN.fullmatch(raw):
        return raw
    # As browsers read it: without line breaks, which come from how the XML was laid out.
    raw = "".join(line.strip() for line in raw.splitlines()).replace(" ", "%20")
    try:
        found = urljoin(base, raw) if base and raw else raw
    except ValueError:
        return None
    return found if is_web_address(found) else None


_NO_RECORDING = (
    "image/",
    "text/",
    "application/pdf",
    "application/epub",
    "application/zip",
    "application/x-bittorrent",
)


def recording(offered: Iterable[tuple[str, str]], base: str | None = None) -> str | None:
    """Of addresses with their media types the first that says it is a recording, else the first
    that may be one."""
    told = ((resolved(raw, base), kind.lower()) for raw, kind in offered)
    found = [(url, kind) for url, kind in told if url]
    recordings = [url for url, kind in found if kind.startswith(("audio/", "video/"))]
    untold = [url for url, kind in found if not kind.startswith(_NO_RECORDING)]
    return next(iter(recordings or untold), None)


_LINK = pattern(r"<link\b[^>]{0,1000}>", re.IGNORECASE)
_FEED_TYPE = pattern(r"""\btype\s*=\s*["']?application/(?:rss|atom)\+xml\b""", re.IGNORECASE)
_HREF = pattern(r"""\bhref\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)


def offered_feed(page: str, base: str) -> str | None:
    """The address of the first feed that a web page names in its head.

    >>> offered_feed('<link rel="alternate" type="application/rss+xml" href="/f">', "https://a.eu")
    'https://a.eu/f'
    """
    for link in _LINK.findall(page):
        href = _HREF.search(link)
        if href and _FEED_TYPE.search(link):
            return resolved(unescape(href[1]), base)
    return None
