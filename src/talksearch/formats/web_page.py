"""A saved web page: an interview as an article, show notes, a transcript with names in front."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from talksearch.errors import TranscriptParseError
from talksearch.formats.base import Format, Head, Metadata, Reading
from talksearch.formats.decode import decode
from talksearch.formats.dialogue import read_dialogue
from talksearch.formats.front_matter import parse_date
from talksearch.formats.furniture import drop_furniture
from talksearch.formats.html_blocks import HEADINGS, Block, blocks, parse_html
from talksearch.formats.json_text import text_of
from talksearch.formats.labels import candidate
from talksearch.formats.line import Line, scan
from talksearch.links import web_address
from talksearch.model import Cue, Document, Kind
from talksearch.patterns import pattern

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_BEGINS = pattern(
    r"\s*(?:<\?xml[^<>]{0,200}\?>\s*|<!--.{0,2000}?-->\s*){0,5}"
    r"<(?:!doctype\s+html|html|head|body|title|meta|article|p|div|h1)\b",
    re.I | re.S,
)


def _sniff(head: Head) -> bool:
    return _BEGINS.match(head.text) is not None


def _parse(document: Document) -> Reading:
    page = parse_html(decode(document))
    if page.root is None:
        raise TranscriptParseError("no HTML elements", document.source, line=1)
    metadata = page_metadata(page)
    _drop_banners(page)
    found = [
        block
        for block in blocks(_body(page), skip=("header", "footer", "aside"))
        if not (block.tag == "h1" and block.text == metadata.title)
    ]
    cues = read_dialogue(list(_lines(_turns(found))))
    if cues is not None:
        return Reading(cues, metadata)
    kept = drop_furniture([" ".join(block.text.split()) for block in found])
    return Reading(tuple(Cue(text) for text in kept if text), metadata, spoken=False)


def _turns(found: list[Block]) -> list[Block]:
    """Between turns a heading is a chapter's, unless it asks, or several come again: names may be
    headings."""
    count = Counter(block.text for block in found if block.tag in HEADINGS)
    again = {text for text, times in count.items() if times > 1 and candidate(text)}
    if len(again) > 1:
        return found
    return [block for block in found if block.tag not in HEADINGS or block.text.endswith("?")]


def _lines(found: list[Block]) -> Iterator[Line]:
    for block in found:
        if "speaker" in block.classes and (name := candidate(block.text.rstrip(": "))):
            yield Line(block.text, block.text, "", name, opens=True, marked=True, header=True)
            continue
        kind = Kind.PROSE if block.tag in HEADINGS and not block.text.endswith("?") else None
        for at, row in enumerate(row for row in block.text.split("\n") if row):
            yield scan(row, opens=at == 0, kind=kind)


# Class names as whole words or the beginning of one: "cookie-banner", but not "cookieshop-article".
_BANNER = pattern(
    r"(?:cookie|cookies|consent|gdpr|newsletter|breadcrumbs?|sidebar|comments?|related(?:-posts)?"
    r"|share|sharing|social|subscribe|signup|popup|modal)(?:[-_](?:banner|bar|box|notice|popup"
    r"|list|links|buttons|form|area|section|widget|icons|posts|overlay|container|wrapper))*"
)


def _drop_banners(page: LexborHTMLParser) -> None:
    whole = 0
    for node in page.css("[class], [id]"):
        if node.tag in ("html", "body", "main", "article"):
            continue
        attributes = node.attributes
        names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}".lower().split()
        if any(_BANNER.fullmatch(name) for name in names):
            whole = whole or _weight(page.body or page.root)
            # A box around half the page is a layout, whatever its name.
            if _weight(node) * 2 < whole:
                node.decompose()


def _weight(node: LexborNode | None) -> int:
    return len(node.text()) if node is not None else 0


def _body(page: LexborHTMLParser) -> LexborNode:
    """<article> or <main>, else the box that holds most of the text in paragraphs."""
    whole = page.body or page.root
    assert whole is not None
    total = _weight(whole)
    for selector in ("article", "main, [role=main]"):
        best = max(page.css(selector), key=_weight, default=None)
        if best is not None and _weight(best) * 3 > total:
            return best
    weights: dict[int, int] = {}
    boxes: dict[int, LexborNode] = {}
    paragraphs = 0
    for paragraph in page.css("p"):
        box = paragraph.parent
        if box is None:
            continue
        size = len(paragraph.text())
        paragraphs += size
        weights[box.mem_id] = weights.get(box.mem_id, 0) + size
        boxes[box.mem_id] = box
    # Less than most of it in one box: the page is laid out in another way.
    for key, size in weights.items():
        if size * 4 > paragraphs * 3 and size * 2 > total:
            return boxes[key]
    return whole


def page_metadata(page: LexborHTMLParser) -> Metadata:
    """What a page's head says about it. Its author wrote the page and is no speaker."""
    linked = _linked_data(page)
    headline = text_of(linked.get("headline")) or text_of(linked.get("name"))
    series = linked.get("partOfSeries")
    return Metadata(
        title=_meta(page, "property", "og:title") or headline or _title(page),
        show=text_of(series.get("name")) if isinstance(series, dict) else None,
        date=parse_date(_meta(page, "property", "article:published_time"))
        or parse_date(text_of(linked.get("datePublished")))
        or parse_date(_attribute(page, "time[datetime]", "datetime")),
        language=_attribute(page, "html[lang]", "lang"),
        url=web_address(_attribute(page, "link[rel=canonical]", "href"))
        or web_address(_meta(page, "property", "og:url")),
        audio_url=web_address(_meta(page, "property", "og:audio"))
        or web_address(_attribute(page, "audio[src]", "src"))
        or web_address(_attribute(page, "audio source[src]", "src")),
        description=_meta(page, "name", "description") or _meta(page, "property", "og:description"),
    )


def _title(page: LexborHTMLParser) -> str | None:
    node = page.css_first("title")
    return (" ".join(node.text().split()) or None) if node is not None else None


def _attribute(page: LexborHTMLParser, selector: str, name: str) -> str | None:
    node = page.css_first(selector)
    return text_of(node.attributes.get(name)) if node is not None else None


def _meta(page: LexborHTMLParser, key: str, value: str) -> str | None:
    return _attribute(page, f'meta[{key}="{value}"]', "content")


_TYPES = frozenset({"Article", "NewsArticle", "BlogPosting", "PodcastEpisode", "AudioObject"})


def _linked_data(page: LexborHTMLParser) -> dict[str, Any]:
    """The JSON-LD object about the article or episode, if there is a plain one."""
    for node in page.css('script[type="application/ld+json"]')[:10]:
        try:
            value = json.loads(node.text())
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict) and isinstance(value.get("@graph"), list):
            value = value["@graph"]
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict) and item.get("@type") in _TYPES:
                return item
    return {}


FORMAT = Format(
    name="html",
    title="web page",
    media_types=("text/html", "application/xhtml+xml"),
    suffixes=(".html", ".htm", ".xhtml"),
    sniff=_sniff,
    parse=_parse,
)
