"""When an address is asked again."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talksearch.schedule import (
    LONGEST,
    SHORTEST,
    Visit,
    failed,
    feed_interval,
    is_due,
    next_look,
    recent,
    succeeded,
    with_failures,
)

NOW = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)
TODAY = NOW.date()
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def every(days: int, since: int = 0, times: int = 20) -> list[dt.date]:
    return [TODAY - dt.timedelta(days=since + n * days) for n in range(times)]


@pytest.mark.parametrize(
    ("dates", "hours"),
    [
        (every(1), 3),
        (every(7), 21),
        (every(14), 42),
        (every(30), 90),
        (every(1, since=80), 7 * 24),  # it has ended, or pauses
        (every(7, since=14), 42),
        ([TODAY] * 30, 1),  # many a day
        ([TODAY], 3),
        ([TODAY - 4 * DAY], 12),
        ([TODAY + 400 * DAY, *every(7)], 21),  # announced for some day
        ([], 6),
    ],
)
def test_a_feed_is_asked_as_often_as_it_publishes(dates: list[dt.date], hours: int) -> None:
    assert feed_interval(recent(dates, TODAY), TODAY) == dt.timedelta(hours=hours)


@given(st.lists(st.dates()), st.dates())
def test_any_feed_is_asked_hourly_to_weekly(dates: list[dt.date], today: dt.date) -> None:
    assert SHORTEST <= feed_interval(recent(dates, today), today) <= LONGEST


def test_failures_take_longer_and_longer() -> None:
    visit, waits = None, []
    for _ in range(12):
        visit = failed("https://a.example/", NOW, visit, "is down")
        waits.append((visit.due - NOW) / HOUR)
    assert visit and visit.failures == 12 and visit.error == "is down"
    assert all(2**n <= wait <= 1.1 * 2**n for n, wait in enumerate(waits[:7]))
    assert all(wait <= 1.1 * 7 * 24 for wait in waits)
    assert succeeded("https://a.example/", NOW, HOUR).failures == 0


def test_who_is_not_asked_waits_no_longer_for_that() -> None:
    visit = None
    for _ in range(5):
        visit = failed("https://a.example/", NOW, visit, "busy", retry_after_s=60, asked=False)
        assert visit.failures == 1 and HOUR <= visit.due - NOW < 1.1 * HOUR
    visit = failed("https://a.example/", NOW, visit, "is down")
    assert failed("https://a.example/", NOW, visit, "busy", asked=False).failures == 2


def test_what_is_stored_can_be_asked_for_changes_after_a_failure() -> None:
    before = Visit(NOW - DAY, NOW, '"tag"', "yesterday")
    after = failed("https://a.example/", NOW, before, "is down")
    assert (after.etag, after.last_modified) == ('"tag"', "yesterday")


def test_what_a_server_asks_for_is_done_within_bounds() -> None:
    def wait(**said: float) -> dt.timedelta:
        return succeeded("https://a.example/", NOW, HOUR, **said).due - NOW

    assert HOUR <= wait() <= 1.1 * HOUR
    assert HOUR <= wait(fresh_s=60) <= 1.1 * HOUR
    assert 5 * HOUR <= wait(fresh_s=5 * 3600) <= 5.5 * HOUR
    assert DAY <= wait(fresh_s=10**9) <= 1.1 * DAY
    asked = failed("https://a.example/", NOW, None, "is busy", retry_after_s=7200).due - NOW
    assert 2 * HOUR <= asked <= 2.2 * HOUR
    for_ever = failed("https://a.example/", NOW, None, "is busy", retry_after_s=10**9).due - NOW
    assert for_ever == LONGEST


def test_not_all_at_once() -> None:
    due = {succeeded(f"https://{n}.example/", NOW, DAY).due for n in range(100)}
    assert len(due) == 100 and max(due) - min(due) > HOUR


def test_what_failed_of_a_feed_is_not_left_until_the_feed_is_due() -> None:
    there = succeeded("https://a.example/1.vtt", NOW, HOUR)
    lacking = failed("https://a.example/2.vtt", NOW, None, "is busy", retry_after_s=3 * 3600)
    assert with_failures(LONGEST, [there]) == LONGEST
    assert with_failures(LONGEST, [there, lacking]) == lacking.due - NOW == 3 * HOUR
    assert with_failures(2 * HOUR, [lacking]) == 2 * HOUR


def test_many_that_failed_at_other_times_do_not_have_a_feed_asked_at_each_of_them() -> None:
    weeks = [failed(f"https://a.example/{n}", NOW + n * HOUR, None, "gone") for n in range(100)]
    for _ in range(12):
        weeks = [failed("https://a.example/", each.due, each, "gone") for each in weeks]
    assert with_failures(LONGEST, weeks) == LONGEST


def test_a_clock_that_went_wrong_puts_nothing_to_sleep() -> None:
    visit = succeeded("https://a.example/", NOW, DAY)
    assert is_due(None, NOW)
    assert not is_due(visit, NOW)
    assert is_due(visit, NOW + 1.1 * DAY)
    assert is_due(visit, NOW - 400 * DAY)  # the visit was dated in the future


def test_a_transcript_is_looked_at_less_and_less() -> None:
    visit, waits = None, []
    for _ in range(20):
        wait = next_look(visit)
        visit = Visit(NOW, NOW + wait)
        waits.append(wait / DAY)
    assert waits[:4] == [1, 1.5, 2.25, 3.375] and waits[-1] == 90
    assert next_look(failed("x", NOW, visit, "gone")) == DAY
