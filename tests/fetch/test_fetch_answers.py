"""What headers say about when to ask again."""

from __future__ import annotations

import datetime as dt

import pytest
from requests.structures import CaseInsensitiveDict

from talksearch.fetch.answers import fresh_s, retry_after_s

NOW = dt.datetime(2024, 3, 5, 10, 0, 0, tzinfo=dt.UTC)
WEEK = 7 * 24 * 3600


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120.0),
        (" 120 ", 120.0),
        ("0", 0.0),
        ("Tue, 05 Mar 2024 10:02:00 GMT", 120.0),
        ("Tuesday, 05-Mar-24 10:02:00 GMT", 120.0),
        ("Tue Mar  5 10:02:00 2024", 120.0),
        ("Tue, 05 Mar 2024 12:02:00 +0200", 120.0),
        ("9" * 5000, WEEK),
        ("Tue, 05 Mar 2124 10:02:00 GMT", WEEK),
        ("Tue, 05 Mar 2024 09:59:00 GMT", None),
        ("-5", None),
        ("1.5", None),
        ("60, 60", None),
        ("٣", None),
        ("soon", None),
        ("Tue, 35 Mar 2024 10:02:00 GMT", None),
        ("Tue, 05 Mar 99999 10:02:00 GMT", None),
        ("x" * 60_000, None),
        ("", None),
    ],
)
def test_retry_after(said: str, seconds: float | None) -> None:
    assert retry_after_s({"Retry-After": said}, NOW) == seconds


def test_retry_after_by_the_clock_of_the_server() -> None:
    headers = {
        "Retry-After": "Tue, 05 Mar 2019 10:02:00 GMT",
        "Date": "Tue, 05 Mar 2019 10:00:00 GMT",
    }
    assert retry_after_s(headers, NOW) == 120


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"cache-control": "max-age=600"}, 600),
        ({"cache-control": 'public, MAX-AGE = "600"'}, 600),
        ({"cache-control": "max-age=600", "age": "60"}, 540),
        ({"cache-control": "max-age=600", "age": "9999"}, 0),
        ({"cache-control": "max-age=600", "age": "old"}, 600),
        ({"cache-control": "max-age=0, must-revalidate"}, 0),
        ({"cache-control": "max-age=31536000"}, WEEK),
        ({"cache-control": "max-age=" + "9" * 5000}, WEEK),
        ({"cache-control": "max-age=600, no-cache"}, None),
        ({"cache-control": "No-Store, max-age=600"}, None),
        ({"cache-control": 'no-cache="set-cookie", max-age=600'}, None),
        ({"cache-control": "s-maxage=600"}, None),
        ({"cache-control": "max-age=-1"}, None),
        ({"cache-control": "max-age=soon"}, None),
        ({"cache-control": "max-age"}, None),
        ({"cache-control": "private"}, None),
        ({"expires": "Tue, 05 Mar 2024 10:10:00 GMT"}, 600),
        (
            {
                "expires": "Tue, 05 Mar 2019 10:10:00 GMT",
                "date": "Tue, 05 Mar 2019 10:00:00 GMT",
                "age": "60",
            },
            540,
        ),
        (
            {
                "expires": "Tue, 05 Mar 2024 10:10:00 GMT",
                "date": "nonsense",
            },
            600,
        ),
        ({"expires": "Tue, 05 Mar 2024 09:00:00 GMT"}, 0),
        ({"expires": "Tue, 05 Mar 2124 09:00:00 GMT"}, WEEK),
        ({"expires": "0"}, None),
        ({"expires": "-1"}, None),
        ({"expires": "Tue, 05 Mar 2024 10:10:00 GMT", "cache-control": "max-age=5"}, 5),
        ({"expires": "Tue, 05 Mar 2024 10:10:00 GMT", "cache-control": "max-age=x"}, None),
        ({"expires": "Tue, 05 Mar 2024 10:10:00 GMT", "cache-control": "no-cache"}, None),
    ],
)
def test_fresh(headers: dict[str, str], seconds: int | None) -> None:
    assert fresh_s(CaseInsensitiveDict(headers), NOW) == seconds
