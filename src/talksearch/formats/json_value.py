"""Text to JSON, also where several values stand in one document."""

from __future__ import annotations

import json
import re
from typing import Any

from talksearch.patterns import pattern

__all__ = ["json_value"]

_BETWEEN = pattern(r"[\s,]*")
_FENCED = pattern(r"```(?:json)?\s*\n(.*)\n\s*```", re.DOTALL)  # as chat bots give it


def json_value(text: str) -> Any:
    """The value that a text holds; a list of them where one stands after another (JSON lines).

    Raises ValueError, or RecursionError, for what is no JSON.
    """
    text = text.strip("\ufeff \t\r\n")
    if match := _FENCED.fullmatch(text):
        text = match[1]
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        if error.msg != "Extra data":
            raise
    decoder = json.JSONDecoder()
    values: list[Any] = []
    place = 0
    while place < len(text):
        value, place = decoder.raw_decode(text, place)
        values.append(value)
        between = _BETWEEN.match(text, place)
        assert between  # it can match nothing
        place = between.end()
    return values
