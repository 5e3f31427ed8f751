"""Feeds that were made, or came out, so as to break a reader or to keep it busy."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from talksearch.errors import FeedParseError
from talksearch.feeds import looks_like_feed, parse_chapters, parse_feed, parse_opml

DATA = Path(__file__).parent / "data" / "feeds"

LAUGHS = b"<!DOCTYPE rss [<!ENTITY a 'ha'>" + b"".join(
    b"<!ENTITY a%d '%s'>" % (n, b"&a%s;" % (b"%d" % (n - 1) if n else b"") * 10) for n in range(12)
)


@pytest.mark.parametrize(
    "data",
    [
        LAUGHS + b"]><rss version='2.0'><channel><title>&a11;</title></channel></rss>",
        b"<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><rss version='2.0'><channel>"
        b"<title>&x;</title></channel></rss>",
        b"<rss version='2.0'><channel><title>T" + b"&lt;!--" * 20000 + b"</title></channel></rss>",
        b"<rss version='2.0'><channel><title>T</title>" + b"<item>" * 5000,
    ],
    ids=["laughs", "file", "comments", "unclosed"],
)
def test_a_bomb_does_not_go_off(data: bytes) -> None:
    began = time.process_time()
    try:
        feed = parse_feed(data, source="feed")
    except FeedParseError:
        pass
    else:
        assert "root:" not in repr(feed) and len(repr(feed)) < 5_000_000
    assert time.process_time() - began < 5


HEAD = (
    b'<rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0" '
    b'xmlns:psc="http://podlove.org/simple-chapters"><channel>'
)
ITEM = HEAD + b"<item><title>T</title>"
MANY = {
    "attributes": b"<rss " + b" ".join(b"a%d='1'" % n for n in range(40_000)) + b" version='2.0'>",
    "attributes of a person": ITEM
    + b"<podcast:person "
    + b" ".join(b"a%d='1'" % n for n in range(40_000))
    + b">",
    "declaration": b"<?xml version='1.0'" + b" encoding" * 50_000 + b"?><rss version='2.0'>",
    "doctypes": b"<!DOCTYPE x [" * 40_000 + b"<rss version='2.0'>",
    "authors": b"<rss version='2.0'><channel><author>" + b"(a@" * 160_000 + b"</author>",
    "comments": HEAD + b"<description>" + b"&lt;!--" * 70_000 + b"</description>",
    "comments in a person": ITEM + b"<podcast:person>" + b"&lt;!--" * 70_000,
    "tags in notes": HEAD + b"<item><description>" + b"&lt;b " * 80_000 + b"</description>",
    "nested tags in notes": HEAD + b"<item><description>" + b"&lt;b&gt;" * 60_000,
    "nested elements": HEAD + b"<a>" * 170_000,
    "nested live items": HEAD + b"<podcast:liveItem>" * 25_000,
    "items": HEAD + b"<item>" * 80_000,
    "titles": ITEM + b"<title>" * 70_000,
    "categories": HEAD + b"".join(b"<category>%d</category>" % n for n in range(20_000)),
    "entities": ITEM + b"<podcast:location>" + b"&x;" * 160_000,
    "references": ITEM + b"<podcast:location>" + b"&#38;" * 100_000,
    "half references": ITEM + b"<podcast:location>" + b"&" * 500_000,
    "namespaces": b"<rss version='2.0' "
    + b" ".join(b"xmlns:n%d='http://n.example/%d'" % (n, n) for n in range(12_000))
    + b"><channel>",
    "namespaces, one an element": HEAD
    + b"".join(b"<n%d:a xmlns:n%d='http://n.example/%d'/>" % (n, n, n) for n in range(10_000)),
    "persons": ITEM
    + b"".join(b"<podcast:person>Ann %d</podcast:person>" % n for n in range(100_000)),
    "chapters": ITEM
    + b"".join(b"<psc:chapter start='%d' title='C%d'/>" % (n, n) for n in range(100_000)),
    "soundbites": ITEM
    + b"<podcast:soundbite startTime='1' duration='2'>S</podcast:soundbite>" * 100_000,
    "a long time": ITEM + b"<psc:chapter title='C' start='" + b"1" * 500_000 + b"'/>",
    "blanks in an address": ITEM + b"<podcast:person href='" + b" \n" * 250_000 + b"'>A",
}


@pytest.mark.parametrize("end", [b"", b"</item></channel></rss>"], ids=["cut off", "ended"])
@pytest.mark.parametrize("name", MANY)
def test_much_of_one_thing_takes_no_longer_than_a_large_feed(name: str, end: bytes) -> None:
    began = time.process_time()
    with suppress(FeedParseError):
        parse_feed(MANY[name] + b"<title>T</title>" + end, source="feed")
    # A quadratic step takes minutes at these sizes, or hours.
    assert time.process_time() - began < 12


JSON = b'{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": '
MUCH_JSON = {
    "lists": JSON + b"[" * 500_000,
    "objects": JSON + b'{"a":' * 100_000,
    "digits": JSON + b"[" + b"9" * 500_000 + b"]}",
    "an id of digits": JSON + b'[{"title": "T", "id": ' + b"9" * 4000 + b"}]}",
    "infinity": JSON + b'[{"title": "T", "id": 1e999}, {"title": "U", "id": NaN}]}',
    "half a pair": JSON + b'[{"title": "\\ud800", "id": "\\udfff", "url": "http://a/\\ud800"}]}',
    "the same key": JSON + b'[{"title": "T"' + b', "id": "1"' * 40_000 + b"}]}",
    "items": JSON + b"[" + b'{"title": "T"},' * 30_000 + b"{}]}",
    "mentions": b'{"a": "' + b'\\"version\\": ' * 30_000 + b'"}',
    "versions": b'{"version"' + b" " * 500_000,
    "markup": JSON + b'[{"content_html": "' + b"<b " * 160_000 + b'"}]}',
}


@pytest.mark.parametrize("name", MUCH_JSON)
def test_much_json_is_a_feed_or_an_error_of_ours(name: str) -> None:
    began = time.process_time()
    looks_like_feed(MUCH_JSON[name])
    with suppress(FeedParseError):
        for item in parse_feed(MUCH_JSON[name], source="feed").items:
            repr(item).encode()
            (item.title or "").encode()
            item.guid.encode()
    with suppress(FeedParseError):
        parse_chapters(MUCH_JSON[name], source="feed")
    assert time.process_time() - began < 12


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
FIELDS = (
    *("id", "url", "external_url", "title", "content_html", "content_text", "summary", "tags"),
    *("date_published", "date_modified", "authors", "author", "attachments", "language"),
)


@settings(max_examples=150)
@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), JSON_VALUES), max_size=3), JSON_VALUES)
def test_any_values_are_a_json_feed(items: list[dict[str, object]], other: object) -> None:
    value = {"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": items}
    feed = parse_feed(json.dumps({**value, "authors": other}).encode(), source="feed")
    assert feed.show.title == "T" and len(feed.items) <= len(items)


@settings(max_examples=150)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_feed_or_an_error_of_ours(data: bytes) -> None:
    for parse in (parse_feed, parse_opml, parse_chapters):
        with suppress(FeedParseError):
            parse(data, source="feed")


SAMPLES = [path.read_bytes() for path in sorted([*DATA.glob("*.xml"), *DATA.glob("*.jsonfeed")])]


@settings(max_examples=150)
@given(st.sampled_from(SAMPLES), st.integers(0, 6000), st.integers(0, 300), st.binary(max_size=20))
def test_a_feed_with_a_piece_of_it_gone_or_changed(
    data: bytes, start: int, size: int, other: bytes
) -> None:
    with suppress(FeedParseError):
        parse_feed(data[:start] + other + data[start + size :], source="feed")
