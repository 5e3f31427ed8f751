"""What a watch finds as RSS 2.0, to subscribe to.

https://www.rssboard.org/rss-specification
"""

from __future__ import annotations

import datetime as dt
import hashlib
import html
from collections.abc import Iterator, Sequence

from talksearch.links import is_web_address
from talksearch.patterns import pattern
from talksearch.report import Watch, WatchHit
from talksearch.results import Hit

__all__ = ["GENERATOR", "rss_feed"]

GENERATOR = "<generator>talksearch</generator>"
"""By this a file is known to be one of ours."""

# What no XML 1.0 document may hold, not even escaped (https://www.w3.org/TR/xml/#charsets).
_NO_XML = pattern("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def rss_feed(watch: Watch, hits: Sequence[WatchHit]) -> bytes:
    """The file, with an item a passage in the order given; the same for the same hits.

    ``description`` is HTML: the passage, with what matched in ``<b>``. Items keep their ``guid``
    when passages are renumbered.
    """
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<rss version="2.0">',
        "<channel>",
        _element("title", watch.query),
        # It is required, and there is no page of the watch.
        _element("link", "about:blank"),
        _element("description", f"What talksearch finds for: {watch.query}"),
        GENERATOR,
    ]
    for each in hits:
        lines += _item(each)
    return "\n".join([*lines, "</channel>", "</rss>", ""]).encode()


def _item(each: WatchHit) -> Iterator[str]:
    from email.utils import format_datetime

    hit = each.hit
    found = dt.datetime.fromisoformat(each.found)
    yield "<item>"
    yield _element("title", _title(hit))
    # Only what a click may follow: a feed can say anything.
    if hit.link and is_web_address(hit.link):
        yield _element("link", hit.link)
    yield _element("description", _marked(hit))
    yield f'<guid isPermaLink="false">{_guid(hit)}</guid>'
    yield _element("pubDate", format_datetime(found))
    yield "</item>"


def _title(hit: Hit) -> str:
    attribution, episode = hit.passage.attribution, hit.episode
    who = f"{attribution} in " if attribution else ""
    return who + (f"{episode.show}: {episode.title}" if episode.show else episode.title)


def _marked(hit: Hit) -> str:
    """The passage as HTML: the text may hold anything that looks like it."""
    parts = ((html.escape(part), matched) for part, matched in hit.highlighted.parts())
    return "".join(f"<b>{part}</b>" if matched else part for part, matched in parts)


def _guid(hit: Hit) -> str:
    said = f"{hit.episode.id} {hit.passage.text}"
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:32]


def _element(name: str, text: str) -> str:
    return f"<{name}>{html.escape(_NO_XML.sub('�', text), quote=False)}</{name}>"
