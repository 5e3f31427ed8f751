"""Chapters: within a feed, or in a file of their own that a feed names.

https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/examples/chapters/jsonChapters.md
https://podlove.org/simple-chapters
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from talksearch.errors import FeedParseError
from talksearch.feeds.addresses import resolved
from talksearch.feeds.json_value import looks_like_json, read_json
from talksearch.feeds.text import line, shortened
from talksearch.feeds.values import moment
from talksearch.feeds.xml_text import elements, read_xml
from talksearch.model import Chapter

__all__ = ["parse_chapters", "simple_chapters"]


def parse_chapters(data: bytes, *, source: str) -> tuple[Chapter, ...]:
    """The chapters of a file, in order of time: Podcasting 2.0's JSON, or Podlove's XML.

    Those that are not meant for a table of contents are left out, and those without a title or a
    start. Raises ``FeedParseError`` for what is neither, or broken.
    """
    if looks_like_json(data):
        value = read_json(data, source)
        told = value.get("chapters") if isinstance(value, dict) else None
        if not isinstance(told, list):
            raise FeedParseError('is JSON without a list of "chapters"', source)
        return _in_order(_of_json(told))
    text = read_xml(data, source)
    told = [
        {name.lower(): value for name, value in element.attrib.items()}
        for element in elements(text, source, "XML of chapters")
        if element.tag.rpartition("}")[2].lower() == "chapter"
    ]
    if not told and text.root != "chapters":
        raise FeedParseError(f"is no list of chapters: its root is <{text.root}>", source)
    return simple_chapters(told)


def simple_chapters(
    told: Iterable[Mapping[str, str]], base: str | None = None
) -> tuple[Chapter, ...]:
    """Podlove's chapters, of the attributes of their elements."""
    return _in_order(
        Chapter(start, title, url=resolved(attributes.get("href", ""), base))
        for attributes in told
        if (start := moment(attributes.get("start"))) is not None
        if (title := _title(attributes.get("title")))
    )


def _of_json(told: Iterable[Any]) -> Iterator[Chapter]:
    for entry in told:
        if not isinstance(entry, dict) or entry.get("toc") is False:
            continue
        start, url = moment(entry.get("startTime")), entry.get("url")
        title = _title(entry.get("title"))
        if start is None or not title:
            continue
        end = moment(entry.get("endTime"))
        yield Chapter(
            start,
            title,
            end if end is not None and end > start else None,
            resolved(url) if isinstance(url, str) else None,
        )


def _title(raw: object) -> str:
    return shortened(line(raw) or "") if isinstance(raw, str) else ""


def _in_order(chapters: Iterable[Chapter]) -> tuple[Chapter, ...]:
    """Each once, by its start; the publisher's order where two begin together."""
    return tuple(sorted(dict.fromkeys(chapters), key=lambda chapter: chapter.start_ms))
