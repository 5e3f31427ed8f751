"""Which items are of one episode: in a feed as it was and as it is, and in two feeds."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from talksearch.feeds import Item, parse_feed
from talksearch.feeds.identity import continued, identities, twins

DAY = dt.date(2024, 3, 5)
ITEM = Item(
    "glaze-0001",
    "Salt and ash",
    DAY,
    "https://glaze.example/episodes/salt-and-ash",
    "https://cdn.example/glaze/0001-salt.mp3?token=1",
)


def item(guid: str, **changes: object) -> Item:
    values = {name: getattr(ITEM, name) for name in ("title", "date", "url", "audio_url")}
    return Item(guid, **(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"title": "Salt, and ash"},
        {"title": "Salt and soda"},  # the recording and the day are the same
        {"title": "Salt and soda", "url": None},
        {"date": dt.date(2024, 3, 6)},
        {"audio_url": "https://cdn.example/glaze/0001-salt.mp3?token=2"},
        {"audio_url": "https://new.example/e/5f2c9a.mp3", "url": "https://new.example/5f2c9a"},
        {"audio_url": None, "title": "Soda"},  # the page and the day
    ],
)
def test_an_episode_keeps_its_identity_when_its_guid_changes(changes: dict[str, object]) -> None:
    found = continued([ITEM, item("other", title="Oak", audio_url=None, url=None)], [
        item("new", **changes)
    ])  # fmt: skip
    assert found.same == {"new": "glaze-0001"}
    assert [left.guid for left in found.left] == ["other"]


@pytest.mark.parametrize(
    "changes",
    [
        {"date": dt.date(2024, 3, 6), "title": "Oak"},  # the recording's address was used again
        {"date": dt.date(2024, 3, 6), "audio_url": None},  # a title that comes daily
        {"audio_url": "https://cdn.example/glaze/0002.mp3", "title": "Oak", "url": None},
    ],
)
def test_one_thing_in_common_is_not_enough(changes: dict[str, object]) -> None:
    found = continued([ITEM], [item("new", **changes)])
    assert found.same == {} and found.left == (ITEM,)


@pytest.mark.parametrize("alike", ["title", "date", "url", "audio_url"])
def test_what_neither_has_they_do_not_have_in_common(alike: str) -> None:
    """One thing, where nothing else is told."""
    nothing = dict.fromkeys(("title", "date", "url", "audio_url"))
    one, other = (item(guid, **(nothing | {alike: getattr(ITEM, alike)})) for guid in ("a", "b"))
    assert continued([one], [other]).same == {}
    assert in_feeds(a=[one], b=[other]) == []


def test_an_item_takes_the_place_of_one_other_at_most() -> None:
    """Of the recording and title, or of the page and day; what is not its former one has left."""
    by_recording = item("recording", date=dt.date(2023, 1, 1), url=None)
    by_page = item("page", title="Oak", audio_url=None)
    for before in ([by_recording, by_page], [by_page, by_recording]):
        found = continued(before, [item("new")])
        (former,) = found.same.values()
        assert {former, *(left.guid for left in found.left)} == {"recording", "page"}


def test_a_feed_that_has_one_item_a_day_has_another_episode_a_day() -> None:
    latest = "https://news.example/latest.mp3"
    monday = item("monday", title="The news", audio_url=latest, url="https://news.example/morning")
    tuesday = Item("tuesday", "The news", dt.date(2024, 3, 6), monday.url, latest)
    assert continued([monday], [tuesday]).same == {}


def test_hourly_news_are_an_episode_an_hour() -> None:
    at_nine = Item(
        "AU-0900",
        "News",
        DAY,
        "https://news.example/latest,audio1254.html",
        "https://cdn.example/pod/AU-20240305-0900.mp3",
    )
    at_ten = Item(
        "AU-1000", "News", DAY, at_nine.url, "https://cdn.example/pod/AU-20240305-1000.mp3"
    )
    found = continued([at_nine], [at_ten])
    assert found.same == {} and found.left == (at_nine,)


def test_what_two_items_have_in_common_tells_of_neither() -> None:
    old = [item("a"), item("b")]
    assert continued(old, [item("c"), item("d")]).same == {}
    # One of them is still there.
    assert continued(old, [item("a"), item("c")]).same == {"c": "b"}


def test_an_item_that_is_still_there_is_nobody_elses() -> None:
    assert continued([ITEM], [ITEM, item("new")]).same == {}


def in_feeds(**feeds: list[Item]) -> list[dict[str, str]]:
    return twins({name: identities(items) for name, items in feeds.items()})


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (ITEM, True),
        (item("else"), True),  # the recording and the title
        (item("glaze-0001", audio_url=None, date=None), True),  # guid and title
        (item("glaze-0001", audio_url=None, title="Oak"), False),
        (item("else", audio_url=None), False),
        (item("else", title="Oak"), False),
    ],
)
def test_an_episode_in_two_feeds(other: Item, same: bool) -> None:
    groups = in_feeds(a=[ITEM, item("x", title="X", audio_url=None)], b=[other], c=[])
    assert groups == ([{"a": ITEM.guid, "b": other.guid}] if same else [])


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),  # whatever the recording is called: it has one address
        ({"date": dt.date(2024, 3, 6)}, False),  # latest.mp3 is another one tomorrow
        ({"title": "Oak"}, False),
        ({"audio_url": "https://cdn.example/play?episode=2"}, False),
    ],
)
@pytest.mark.parametrize("name", ["salt-and-ash.mp3", "play?episode=1"])
def test_a_recording_without_a_number_in_two_feeds(
    name: str, changes: dict[str, object], same: bool
) -> None:
    one = item("one", audio_url=f"https://cdn.example/{name}", url=None)
    other = item("other", **({"audio_url": one.audio_url} | changes))
    assert in_feeds(a=[one], b=[other]) == ([{"a": "one", "b": "other"}] if same else [])


def test_an_episode_in_three_feeds_is_one() -> None:
    assert [sorted(group) for group in in_feeds(a=[ITEM], b=[ITEM], c=[ITEM])] == [["a", "b", "c"]]


def test_short_guids_are_everybodys() -> None:
    a, b = item("17", audio_url=None), item("17", audio_url=None)
    assert in_feeds(a=[a], b=[b]) == []


SNAPSHOTS = [
    # before, after, guids that changed, left, new
    ("2018-01-20-Intercepted.xml", "2018-02-03-Intercepted.xml", 0, 0, 4),
    ("2024-03-13-ndr.xml", "2024-03-14-ndr.xml", 0, 1, 1),
    ("de-grote-no-guid.xml", "de-grote.xml", 12, 0, 0),
]


@pytest.mark.parametrize(("before", "after", "same", "left", "new"), SNAPSHOTS)
def test_dated_snapshots_of_real_feeds(
    shared: Path, before: str, after: str, same: int, left: int, new: int
) -> None:
    folder = shared / "data" / "feeds" / "gnome-podcasts-tests"
    was, now = (parse_feed((folder / name).read_bytes(), source=name) for name in (before, after))
    found = continued(was.items, now.items)
    known = {i.guid for i in was.items}
    came = [i for i in now.items if i.guid not in known and i.guid not in found.same]
    assert (len(found.same), len(found.left), len(came)) == (same, left, new)
