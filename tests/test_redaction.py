"""Secrets in addresses, and the same secrets in other texts."""

from __future__ import annotations

import base64
import time
from urllib.parse import quote

import pytest

from talksearch.redaction import is_private, redacted, without_secrets


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://example.org/feed", "https://example.org/feed"),
        ("https://jo@example.org/feed", "https://***@example.org/feed"),
        ("https://jo:pw@example.org/feed", "https://***@example.org/feed"),
        ("HTTPS://jo:p@w@example.org", "HTTPS://***@example.org"),
        ("https://jo:p/w@example.org/", "https://***@example.org/"),
        ("https://jo:p?w@example.org/", "https://***@example.org/"),
        ("https:jo:pw@example.org", "https:***@example.org"),
        ("https:\\\\jo:pw@example.org", "https:\\\\***@example.org"),
        ("//jo:pw@example.org", "//***@example.org"),
        ("https://example.org:8080/@jo", "https://example.org:8080/@jo"),
        ("https://[::1]:8080/@jo", "https://[::1]:8080/@jo"),
        ("https://example.org/@jo?a=b", "https://example.org/@jo?a=b"),
        ("https://x.org/?auth=a&page=2&Key=b", "https://x.org/?auth=***&page=2&Key=***"),
        ("https://x.org/?x-amz-signature=a", "https://x.org/?x-amz-signature=***"),
        ("https://x.org/#access_token=a", "https://x.org/#access_token=***"),
        ("https://x.org/?a=1;pwd=b", "https://x.org/?a=1;pwd=***"),
        ("https://x.org/?k=0123456789abcdef0123", "https://x.org/?k=***"),
        (
            "https://x.org/?title=a-title-of-words-only",
            "https://x.org/?title=a-title-of-words-only",
        ),
        ("https://x.org/?date=2020-07-15T10:00:00", "https://x.org/?date=2020-07-15T10:00:00"),
        ("https://x.org/?author=Ann&design=new&keyword=7&passage=2", None),
        (
            "https://x.org/?session_id=7&sig=ab&token=c",
            "https://x.org/?session_id=***&sig=***&token=***",
        ),
        ("https://x.org/?channel_id=UC0123456789abcdefghij12&list=PL0123456789abcdefghij12", None),
        ("https://x.org/?url=https://jo:pw@y.org/", "https://x.org/?url=***"),
        ("https://x.org/?url=https%3A%2F%2Fy.org%2F%3Fauth%3D1", "https://x.org/?url=***"),
        ("https://x.org/?url=https%3A%2F%2Fy.org%2Ffeed-2019%2F12345", None),
        ("https://x.org/private/0123456789abcdef.rss?a=b", "https://x.org/private/***.rss?a=b"),
        ("https://x.org/token/AbCdEf-12345678_x/feed", "https://x.org/token/***/feed"),
        ("https://private.x.org/show/0123456789abcdef/", "https://private.x.org/show/***/"),
        (
            "https://x.org/feed/private/00000000-1111-2222-3333-444444444444.rss",
            "https://x.org/feed/private/***.rss",
        ),
        (
            "https://x.org/content/eyJ0IjoicCIsImMiOiIxMjM0IiwidSI6IjEifQ.rss",
            "https://x.org/content/***.rss",
        ),
        ("https://x.org/eyJhbGciOiJub25lIn0xyz.eyJzdWIiOiJqbyJ9abc.", "https://x.org/***."),
        ("https://x.org/private/a-show-that-is-private-2019/feed.xml", None),
        ("https://x.org/my-private-life/0123456789abcdef0123456789abcdef", None),
        ("https://feeds.x.org/0123456789abcdef0123456789abcdef", None),
        ("https://x.org/d/00000000-1111-2222-3333-444444444444/podcast.rss", None),
        ("https://x.org/a\nb\x1b[31m", "https://x.org/a\ufffdb\ufffd[31m"),
        ("", ""),
    ],
)
def test_redacted(address: str, shown: str | None) -> None:
    """None: as it is, for there is nothing to hide."""
    shown = address if shown is None else shown
    assert redacted(address) == shown
    assert redacted(shown) == shown
    assert is_private(address) == ("***" in shown)
    assert not is_private(shown)


@pytest.mark.parametrize(
    "piece",
    [
        "?",
        "&",
        "=",
        "@",
        ":",
        "/",
        "a",
        "1",
        "?a=",
        "a:@/",
        "/private/",
        "eyJ",
        "-",
        "?u=://",
        "%25",
    ],
)
def test_it_takes_no_longer_than_it_is_long(piece: str) -> None:
    """A server may answer with 64 KiB of anything as the address to go on to."""
    started = time.monotonic()
    for before in ("", "https://", "https://x/?", "https://x/?a=", "https://x/private/0"):
        address = before + piece * (65536 // len(piece))
        redacted(address)
        without_secrets(address, address[:3000])
    assert time.monotonic() - started < 1


MINE = "https://jo:p%40ss-w0rd@x.org/private/0123456789abcdef/feed.xml?auth=Zx81%2Bq9&page=12"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("", ""),
        ("nothing of the kind", None),
        ("the feed at https://x.org/feed.xml, page=12", None),
        (f"get {MINE} now", "get https://***:***@x.org/private/***/feed.xml?auth=***&page=12 now"),
        ("https://jo@x.org/", "https://***@x.org/"),
        ("the password p@ss-w0rd is wrong", "the password *** is wrong"),
        ("p%40ss-w0rd", "***"),
        ("<a href='/?x=1&amp;auth=Zx81%2Bq9'>", "<a href='/?x=1&amp;auth=***'>"),
        ("Zx81+q9, zx81+q9", "***, zx81+q9"),
        ("/audio/0123456789abcdef.mp3", "/audio/***.mp3"),
        (
            quote(MINE, safe="").replace("jo%3A", ""),
            "https%3A%2F%2F***%40x.org%2Fprivate%2F***%2Ffeed.xml%3Fauth%3D***%26page%3D12",
        ),
        (f"Basic {base64.b64encode(b'jo:p@ss-w0rd').decode()}", "Basic ***"),
        ("jo says: Joachim, jo-jo", None),
        ("Zx81+q9ab and abZx81+q9", None),
        (
            "https://y.org/?u=https%3A%2F%2Fx.org%2F%3Fauth%3DZx81%2Bq9",
            "https://y.org/?u=https%3A%2F%2Fx.org%2F%3Fauth%3D***",
        ),
    ],
)
def test_without_the_secrets_of_an_address(text: str, left: str | None) -> None:
    assert without_secrets(text, MINE) == (text if left is None else left)


@pytest.mark.parametrize(
    ("secret", "word"),
    [
        ("radio", True),
        ("Radio", True),
        ("RADIO", True),
        ("1984", True),
        ("20240305", True),
        ("a1b2", True),
        ("résumé", True),
        ("raDioX", False),
        ("radio7", False),
        ("anextraordinarily", False),
        ("1234567890", False),
        ("пароль", True),
        ("пароль1", False),
    ],
)
def test_what_may_be_a_word_goes_only_from_addresses(secret: str, word: bool) -> None:
    for address in (f"https://jo:{secret}@x.org/", f"https://x.org/?key={secret}"):
        text = f"I say {secret}, and {address}"
        left = without_secrets(text, address)
        assert left.count(secret) == (1 if word else 0)
        assert secret not in left.partition("https://")[2]


def test_several_addresses_and_none() -> None:
    text = "abc-123, def-456, ghi-789"
    addresses = ["https://x.org/?key=abc-123", "https://:def-456@x.org/", "https://x.org/ghi-789"]
    assert without_secrets(text, *addresses) == "***, ***, ghi-789"
    assert without_secrets(text) == text
    assert without_secrets(text, "", "https://x.org/") == text


def test_long_texts_cost_little() -> None:
    text = "and so on, jo and the radio " * 100_000
    started = time.process_time()
    assert without_secrets(text, "https://jo:radio@x.org/?token=Zx81abcdefg") == text
    assert time.process_time() - started < 2
