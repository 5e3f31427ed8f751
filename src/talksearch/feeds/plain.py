"""An item as values of JSON, and back: what is kept of an item that has left its feed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict, fields
from typing import Any

from talksearch.feeds.base import ChaptersLink, Credit, Item, TranscriptLink
from talksearch.model import Chapter, Person, Role, Soundbite, Source

__all__ = ["item_from_dict", "item_to_dict"]

_Read = Callable[[Any], Any]


def item_to_dict(item: Item) -> dict[str, Any]:
    """Texts, numbers, lists and dicts; what is None or empty is left out."""
    plain: dict[str, Any] = _plain(asdict(item))
    return plain


def item_from_dict(told: dict[str, Any]) -> Item:
    """The item of such a dict. Keys that are unknown are ignored, those that are missing have
    their default. Raises ValueError for anything else than ``item_to_dict`` gives."""
    item: Item = _made(Item, told)
    return item


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items() if one not in (None, (), [])}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    return value.value if isinstance(value, Role | Source) else value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"is no text: {value!r:.80}")
    value.encode()  # not so half a letter, which JSON can spell
    return value


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"is no number: {value!r:.80}")
    return value


def _day(value: Any) -> dt.date:
    return dt.date.fromisoformat(_text(value))


def _many(read: _Read) -> _Read:
    def read_all(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise ValueError(f"is no list: {value!r:.80}")
        return tuple(map(read, value))

    return read_all


def _one(kind: type[Any]) -> _Read:
    return lambda value: _made(kind, value)


# What is no text.
_READ: dict[str, _Read] = {
    "date": _day,
    "season": _number,
    "number": _number,
    "start_ms": _number,
    "end_ms": _number,
    "notes": _many(_text),
    "tags": _many(_text),
    "aliases": _many(_text),
    "people": _many(_one(Person)),
    "transcripts": _many(_one(TranscriptLink)),
    "credits": _many(_one(Credit)),
    "chapters": _many(_one(Chapter)),
    "chapters_link": _one(ChaptersLink),
    "soundbites": _many(_one(Soundbite)),
}
_READ_OF_PERSON: dict[str, _Read] = {"role": Role, "source": Source, "occupation_source": Source}


def _made(kind: type[Any], told: Any) -> Any:
    if not isinstance(told, dict):
        raise ValueError(f"is no {kind.__name__.lower()}: {told!r:.80}")
    readers = _READ | (_READ_OF_PERSON if kind is Person else {})
    text: _Read = _text
    names = [field.name for field in fields(kind) if told.get(field.name) is not None]
    values = {name: readers.get(name, text)(told[name]) for name in names}
    try:
        return kind(**values)
    except TypeError as error:  # what has no default is missing
        raise ValueError(f"is no {kind.__name__.lower()}: {error}") from error
