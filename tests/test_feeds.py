"""Feeds: the show and the items, as the publisher wrote them."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from talksearch import feeds
from talksearch.errors import FeedParseError
from talksearch.feeds import Feed, parse_feed, parse_opml
from talksearch.model import Role

DATA = Path(__file__).parent / "data" / "feeds"


def as_json(value: Any) -> Any:
    """A value as JSON, without what is empty."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        entries = {f.name: as_json(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return {name: item for name, item in entries.items() if item not in (None, [], "")}
    if isinstance(value, tuple):
        return [as_json(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value


INPUTS = sorted([*DATA.glob("*.xml"), *DATA.glob("*.jsonfeed")])


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.stem)
def test_a_sample_gives_what_is_written_beside_it(path: Path) -> None:
    feed = parse_feed(path.read_bytes(), source=path.name, base_url="https://pod.example/feed.xml")
    assert feeds.looks_like_feed(path.read_bytes())
    assert as_json(feed) == json.loads(path.with_suffix(".json").read_text("utf-8"))


def test_there_are_samples() -> None:
    assert len(INPUTS) >= 10


def rss(items: str = "", channel: str = "<title>Show</title>", attributes: str = "") -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0" '
        'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
        f'xmlns:content="http://purl.org/rss/1.0/modules/content/" {attributes}>'
        f"<channel>{channel}{items}</channel></rss>"
    ).encode()


def parsed(items: str = "", **parts: str) -> Feed:
    return parse_feed(rss(items, **parts), source="feed", base_url="https://pod.example/f.xml")


def item(inside: str) -> feeds.Item:
    (found,) = parsed(f"<item><title>T</title>{inside}</item>").items
    return found


@pytest.mark.parametrize(
    ("date", "wanted"),
    [
        ("Tue, 05 Mar 2024 23:30:00 -0800", "2024-03-05"),
        ("5 Mar 24 01:00 GMT", "2024-03-05"),
        ("2024-03-05T23:30:00-08:00", "2024-03-05"),
        ("2024-03-05", "2024-03-05"),
        ("2024-13-45", None),
        ("Wed, 32 Jan 2024 00:00:00 GMT", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("soon", None),
        ("", None),
    ],
)
def test_a_date_is_the_publishers_own_day_or_none(date: str, wanted: str | None) -> None:
    found = item(f"<pubDate>{date}</pubDate>").date
    assert (found.isoformat() if found else None) == wanted


@pytest.mark.parametrize(
    ("attributes", "wanted"),
    [
        ('role="guest"', Role.GUEST),
        ('role="GUEST" group="Cast"', Role.GUEST),
        ("", Role.HOST),
        ('role="Guest Host" group="cast"', Role.GUEST_HOST),
        ('role="Sound Designer" group="cast"', None),
    ],
)
def test_a_person_has_the_role_that_is_written(attributes: str, wanted: Role | None) -> None:
    (person,) = item(f"<podcast:person {attributes}>Ann Lee</podcast:person>").people
    assert (person.name, person.role) == ("Ann Lee", wanted)


def test_who_is_not_of_the_cast_is_not_heard() -> None:
    people = item('<podcast:person role="editor" group="audio">Bo Katz</podcast:person>').people
    assert people == ()


def test_the_persons_of_an_item_take_the_place_of_the_channels() -> None:
    feed = parsed(
        "<item><title>A</title></item>"
        "<item><title>B</title><podcast:person>Cy Dorn</podcast:person></item>",
        channel="<title>S</title><podcast:person>Ann Lee</podcast:person>",
    )
    assert [[p.name for p in i.people] for i in feed.items] == [["Ann Lee"], ["Cy Dorn"]]


@pytest.mark.parametrize(
    ("author", "wanted"),
    [
        ("Ann Lee", ["Ann Lee"]),
        ("Ann Lee, Bo Katz and Cy van Dorn", ["Ann Lee", "Bo Katz", "Cy van Dorn"]),
        ("Núria Casals & Zoë Ek", ["Núria Casals", "Zoë Ek"]),
        ("Salt Media", []),
        ("The Kiln Podcast", []),
        ("Channel 4", []),
        ("ann", []),
    ],
)
def test_an_author_is_a_person_if_it_looks_like_one(author: str, wanted: list[str]) -> None:
    people = item(f"<itunes:author>{author.replace('&', '&amp;')}</itunes:author>").people
    assert [person.name for person in people] == wanted
    assert all(person.role is None for person in people)


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        ("https://a.example/b", "https://a.example/b"),
        ("/b", "https://pod.example/b"),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("http://[broken", None),
    ],
)
def test_only_addresses_of_the_web_are_kept(raw: str, wanted: str | None) -> None:
    assert item(f"<link>{raw}</link>").url == wanted
    links = item(f'<podcast:transcript url="{raw}" type="text/vtt"/>').transcripts
    assert [link.url for link in links] == ([wanted] if wanted else [])


def test_a_guid_is_there_once() -> None:
    one = "<item><guid>g</guid><title>{}</title></item>"
    feed = parsed(one.format("A") + one.format("B") + "<item><title>C</title></item>")
    assert [i.title for i in feed.items] == ["A", "C"]
    again = parsed("<item><title>C</title></item>")
    assert feed.items[1].guid == again.items[0].guid


def test_a_prefix_may_stand_for_any_namespace() -> None:
    one = (
        '<item><title>T</title><itunes:person role="guest">Ann Lee</itunes:person>'
        "<podcast:season>3</podcast:season></item>"
    )
    swapped = rss(one).replace(b'xmlns:podcast="', b'xmlns:x="').replace(b'xmlns:itunes="', b'y="')
    spaces = (
        b'xmlns:itunes="http://podcastindex.org/namespace/1.0/" '
        b'xmlns:podcast="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    )
    data = swapped.replace(b"<rss ", b"<rss " + spaces)
    for text in (data, data.replace(b"</channel></rss>", b"")):
        (found,) = parse_feed(text, source="feed").items
        assert [p.name for p in found.people] == ["Ann Lee"]
        assert found.season == 3


def test_what_is_never_closed_swallows_nothing() -> None:
    data = rss(
        "<podcast:liveItem><title>Live</title>"
        "<item><title>A</title><podcast:season>2<podcast:person>Ann Lee<guid>a</guid></item>"
    )
    feed = parse_feed(data, source="feed")
    (found,) = feed.items
    assert (feed.show.title, found.title, found.guid, found.season) == ("Show", "A", "a", 2)
    assert [person.name for person in found.people] == ["Ann Lee"]
    assert [each.title for each in feed.live] == ["Live"]


def test_an_ampersand_that_nobody_escaped_is_one() -> None:
    (found,) = parsed(
        "<item><title>R&D at AT&T, Q&A &copy; Ann</title><guid>https://pod.example/?p=1&page=2</guid>"
        "<link>https://pod.example/?p=1&copy=2&amp;lang=en</link>"
        "<description>AT&T &amp; Ann <![CDATA[and them & us &amp; AT&T]]></description></item>"
    ).items
    assert found.title == "R&D at AT&T, Q&A © Ann"
    assert found.guid == "https://pod.example/?p=1&page=2"
    assert found.url == "https://pod.example/?p=1&copy=2&lang=en"
    assert found.notes == ("AT&T & Ann and them & us & AT&T",)


def test_a_live_item_is_no_item() -> None:
    live = '<podcast:liveItem status="live"><title>L</title><guid>l</guid></podcast:liveItem>'
    feed = parsed(f"<item><title>T</title></item>{live}")
    assert [one.title for one in feed.items] == ["T"] and feed.show.title == "Show"
    assert feed.live == (feeds.LiveItem("l", "L", "live"),)


def test_notes_are_paragraphs_of_plain_text() -> None:
    html = "&lt;p&gt;Salt &amp;amp; fire&lt;/p&gt;&lt;script&gt;x()&lt;/script&gt;one&lt;br&gt;two"
    assert item(f"<description>{html}</description>").notes == ("Salt & fire", "one", "two")


NOT_FEEDS = {
    "empty": (b"", "is empty"),
    "blank": (b" \n\t", "is empty"),
    "web page": (b"<!DOCTYPE html><html><body>hello</body></html>", "a web page, not a feed"),
    "other XML": (b"<?xml version='1.0'?><note>hello</note>", "its first element is <note>"),
    "text": (b"Ann: hello", "holds no XML"),
    "binary": (bytes(range(256)) * 10, "holds no XML"),
    "empty json feed": (b'{"version": "https://jsonfeed.org/version/1"}', "without a title"),
    "other JSON": (b'{"version": "1.2.0", "segments": []}', "is JSON, but no JSON Feed"),
    "broken JSON": (b'{\n"version": "https://jsonfeed.org/version/1",', "is broken JSON"),
    "nothing in it": (b"<rss version='2.0'><channel></rss", "without a title and without items"),
}


@pytest.mark.parametrize("name", NOT_FEEDS)
def test_what_is_no_feed_says_what_it_is(name: str) -> None:
    data, reason = NOT_FEEDS[name]
    with pytest.raises(FeedParseError, match=reason) as raised:
        parse_feed(data, source="there.xml")
    assert str(raised.value).startswith("there.xml:")


def test_a_cut_off_character_leaves_the_others_as_they_are() -> None:
    feed = parse_feed(
        rss(channel="<title>It’s Zoë X</title>").replace(b"X", b"\xe2\x80"), source="f"
    )
    assert feed.show.title.startswith("It’s Zoë")


def test_notes_may_hold_a_picture() -> None:
    image = f'&lt;img src="data:image/png;base64,{"A" * 90_000}"/&gt;and words'
    assert item(f"<title>T</title><description>{image}</description>").notes == ("and words",)


def test_an_address_may_have_blanks() -> None:
    url = item('<title>T</title><enclosure url=" /a b.mp3" type="audio/mpeg"/>').audio_url
    assert url == "https://pod.example/a%20b.mp3"


def test_persons_who_are_not_heard_replace_those_of_the_channel() -> None:
    channel = "<title>S</title><podcast:person>Ann Lee</podcast:person>"
    editor = '<podcast:person role="editor" group="audio">Bo Katz</podcast:person>'
    feed = parsed(f"<item><title>T</title>{editor}</item>", channel=channel)
    assert feed.items[0].people == ()


def test_the_hosts_own_feedparser_is_left_alone() -> None:
    import feedparser

    parsed("<item><title>T</title><podcast:person>Ann</podcast:person></item>")
    script = "<item><description>&lt;script&gt;x&lt;/script&gt;T</description></item>"
    assert feedparser.parse(rss(script)).entries[0].description == "T"
    assert feedparser.SANITIZE_HTML and feedparser.RESOLVE_RELATIVE_URIS
    assert not hasattr(feedparser.mixin._FeedParserMixin, "_start_podcast_person")


OPML = b"""<?xml version="1.0"?><opml version="2.0"><head><title>Mine</title></head><body>
<outline text="Group"><outline type="rss" text="One" xmlUrl="https://a.example/f"/>
<outline text="Again" XMLURL="https://a.example/f"/></outline>
<outline title="Two" text="x" xmlurl="https://b.example/f"/><outline xmlUrl="file:///x"/>
<outline text="Nothing" xmlUrl=" "/></body></opml>"""


def test_opml_lists_its_feeds_once() -> None:
    assert feeds.looks_like_opml(OPML) and not feeds.looks_like_feed(OPML)
    found = parse_opml(OPML, source="mine.opml")
    assert found == ("https://a.example/f", "https://b.example/f", "file:///x")


@pytest.mark.parametrize("data", [b"", OPML[:200], b"<opml><body/></opml>", b"\x00"])
def test_broken_opml_is_named(data: bytes) -> None:
    with pytest.raises(FeedParseError, match=r"mine\.opml"):
        parse_opml(data, source="mine.opml")


# Real ones


def test_every_real_feed_is_read_or_refused(shared: Path) -> None:
    """Also what lies beside the feeds: JSON, of which some is JSON Feed."""
    read: list[Path] = []
    reasons: dict[str, int] = defaultdict(int)
    paths = [path for path in (shared / "data" / "feeds").rglob("*") if path.is_file()]
    for path in paths:
        try:
            feed = parse_feed(path.read_bytes(), source=path.name)
        except FeedParseError as error:
            assert error.reason and error.source == path.name
            reasons[error.reason.partition(":")[0]] += 1
        else:
            assert feed.items or feed.show.title
            read.append(path)
    assert len(paths) == 2351 and len(read) > 900, reasons
    assert len([path for path in read if path.suffix == ".json"]) == 4
    assert reasons["is JSON, but no JSON Feed"] == 73, reasons


def test_the_persons_of_real_feeds_are_those_that_stand_in_them(shared: Path) -> None:
    """All columns of each row."""
    rows: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    with (shared / "data" / "ground_truth" / "feed_persons.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            feed = row.pop("feed")
            rows[feed].append(tuple(" ".join(value.split()) for value in row.values()))
    missing: list[tuple[str, ...]] = []
    for name, wanted in rows.items():
        feed_of_it = parse_feed((shared / "data" / name).read_bytes(), source=name)
        found = [("(channel)", "", *credited(each)) for each in feed_of_it.credits]
        for one in feed_of_it.items:
            found += [(one.guid, one.title or "", *credited(each)) for each in one.credits]
        missing += list((Counter(wanted) - Counter(found)).elements())
        assert not Counter(found) - Counter(wanted)
    assert not missing and sum(map(len, rows.values())) == 3233


def credited(each: feeds.Credit) -> tuple[str, ...]:
    return each.role, each.group, each.name, each.href or "", each.img or ""
