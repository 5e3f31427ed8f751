"""A feed's bytes as JSON."""

from __future__ import annotations

import json
from typing import Any

from talksearch.errors import FeedParseError
from talksearch.feeds.xml_text import MAX_BYTES

__all__ = ["looks_like_json", "read_json"]

_BEFORE = b"\xef\xbb\xbf \t\r\n"


def looks_like_json(data: bytes) -> bool:
    """Whether it begins as an object of JSON does."""
    return data[:64].lstrip(_BEFORE).startswith(b"{")


def read_json(data: bytes, source: str) -> Any:
    """The value in these bytes. Raises ``FeedParseError``, with the line where it can."""
    if len(data) > MAX_BYTES:
        raise FeedParseError(f"is larger than {MAX_BYTES // 2**20} MiB", source)
    text = data.decode("utf-8-sig", "replace")
    try:
        return json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        raise FeedParseError(f"is broken JSON: {error.msg}", source, error.lineno) from error
    except RecursionError as error:
        raise FeedParseError("is JSON that is nested too deep", source) from error
    except ValueError as error:  # a number of thousands of digits
        raise FeedParseError("is JSON with a number that is too large", source) from error
