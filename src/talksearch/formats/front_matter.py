"""Front matter: the YAML, TOML or JSON at the top of a Markdown file, and what it says.

YAML is read with the base loader, which is safer yet than the safe one: it builds only strings,
lists and mappings, follows no tag, and so has no way to fail on ``date: 2019-13-45``. Front matter
that is broken is as if it were not there: the episode's words matter more than its title.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from talksearch.formats.base import Metadata
from talksearch.links import web_address
from talksearch.model import Person, Role, Source
from talksearch.patterns import pattern
from talksearch.words import MARKS

__all__ = ["metadata_of", "parse_date", "split_front_matter"]

_LIMIT = 64 * 1024  # bounds what hostile YAML can cost; the largest real one has 11 KB
_FENCED = pattern(
    r"\s*(?P<fence>---|\+\+\+)[ \t]*\n(?P<block>.*?)^(?P=fence)[ \t]*(?:\n|\Z)", re.S | re.M
)


def split_front_matter(text: str) -> tuple[Mapping[str, Any], str]:
    """The front matter as a mapping (empty if there is none to read), and the body."""
    if text.lstrip()[:1] == "{":
        return _split_json(text)
    match = _FENCED.match(text, 0, _LIMIT)
    if match is None:
        return {}, text
    load = _yaml if match["fence"] == "---" else _toml
    value = load(match["block"])
    if value is None:
        # "---" may be a rule, and the text up to the next one a paragraph; a broken block with keys
        # in it is no text for anybody.
        broken = _KEY.search(match["block"]) is not None
        return {}, text[match.end() :] if broken else text
    return value, text[match.end() :]


_KEY = pattern(r"^[A-Za-z_][\w-]*[ \t]*[:=]", re.M)


def _split_json(text: str) -> tuple[Mapping[str, Any], str]:
    start = text.index("{")
    try:
        value, end = json.JSONDecoder().raw_decode(text[: start + _LIMIT], start)
    except (ValueError, RecursionError):
        return {}, text
    return value, text[end:]


# libyaml's loader is ten times faster, and overflows the C stack (the process is gone) on input
# nested some ten thousand deep; the one in Python raises RecursionError.
_MAX_BRACKETS = 200
_DEEP_LINE = pattern(r"^(?:[ \t]|[-?:][ \t]){200}", re.M)


def _yaml(block: str) -> Mapping[str, Any] | None:
    import yaml

    deep = block.count("[") + block.count("{") > _MAX_BRACKETS or _DEEP_LINE.search(block)
    fast = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # not every build of PyYAML has it
    try:
        value = yaml.load(block, Loader=yaml.BaseLoader if deep else fast)
    except (yaml.YAMLError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _toml(block: str) -> Mapping[str, Any] | None:
    import tomllib

    try:
        return tomllib.loads(block)
    except (ValueError, RecursionError):
        return None


def metadata_of(front: Mapping[str, Any]) -> Metadata:
    """What the keys in common use say. ``author`` is whoever wrote the page, and no speaker."""
    keys = {str(key).lower().replace("-", "_"): value for key, value in front.items()}
    season, number = _numbers(keys)
    return Metadata(
        title=_first(keys, "title"),
        show=_first(keys, "show", "podcast", "series", "show_name", "show_title", "channel"),
        date=next(
            (date for key in _DATE_KEYS if (date := parse_date(_text(keys.get(key))))), None
        ),
        season=season,
        number=number,
        language=_first(keys, "language", "lang", "locale"),
        url=_address(keys, "permalink", "link", "url", "canonical", "canonical_url", "youtube_url"),
        audio_url=_address(
            keys, "audio", "audio_url", "enclosure", "media", "audio_file", "podcast_file", "file",
            "mp3", "podcast_alt_file",
        ),
        description=_first(keys, "description", "excerpt", "summary", "subtitle"),
        guid=_first(keys, "guid", "episode_guid"),
        tags=_tags(keys),
        people=tuple(_people(keys)),
    )  # fmt: skip


_DATE_KEYS = ("date", "pub_date", "pubdate", "publish_date", "published", "published_at")
_NULLS = frozenset({"", "null", "~", "none"})


def _text(value: object) -> str | None:
    if isinstance(value, dt.date | int | float) and not isinstance(value, bool):  # TOML and JSON
        value = value.isoformat() if isinstance(value, dt.date) else str(value)
    if not isinstance(value, str):
        return None
    text = " ".join(value.split())
    return None if text.lower() in _NULLS else text


def _first(keys: Mapping[str, Any], *names: str) -> str | None:
    for name in names:
        value = keys.get(name)
        if isinstance(value, dict):  # show: {title: …}
            value = value.get("title") or value.get("name")
        if text := _text(value):
            return text
    return None


_ISO = pattern(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?|(\d{4})(\d\d)(\d\d)(?:T.*)?", re.S)
_EPOCH = pattern(r"(\d{10})(?:\d{3})?")
_WRITTEN = pattern(r"([A-Z][a-z]{2,8})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def parse_date(text: str | None) -> dt.date | None:
    """The day of an ISO date or time, ``July 1st, 2021`` or seconds since 1970; else None."""
    if not text:
        return None
    try:
        if match := _ISO.fullmatch(text):
            year, month, day = (int(part) for part in match.groups() if part)
            return dt.date(year, month, day)
        if match := _EPOCH.fullmatch(text):
            return dt.datetime.fromtimestamp(int(match[1]), dt.UTC).date()
        if match := _WRITTEN.fullmatch(text):
            months = [n for n, name in enumerate(_MONTHS, 1) if name.startswith(match[1])]
            return dt.date(int(match[3]), months[0], int(match[2])) if months else None
    except ValueError:  # the thirteenth month
        return None
    return None


def _address(keys: Mapping[str, Any], *names: str) -> str | None:
    for name in names:
        value = keys.get(name)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, dict):  # enclosure: {url: …}
            value = value.get("url") or value.get("src") or value.get("href")
        if address := web_address(_text(value)):
            return address
    return None


_NUMBER = pattern(r"\d{1,6}")
_BOTH = pattern(r"(?:Season|S)\s*(\d{1,4})\D{1,5}?(?:Episode|Ep|E)\.?\s*(\d{1,6})", re.I)


def _numbers(keys: Mapping[str, Any]) -> tuple[int | None, int | None]:
    season = _number(keys.get("season"))
    for name in ("episode", "number", "episode_number", "ep"):
        value = _text(keys.get(name))
        if value and (both := _BOTH.fullmatch(value)):
            return int(both[1]), int(both[2])
        if (number := _number(value)) is not None:
            return season, number
    return season, None


def _number(value: object) -> int | None:
    text = _text(value)
    return int(text) if text and _NUMBER.fullmatch(text) else None


def _strings(value: object) -> Iterator[str]:
    for item in value if isinstance(value, list) else [value]:
        if text := _text(item):
            yield text


def _tags(keys: Mapping[str, Any]) -> tuple[str, ...]:
    """Words only: blogs keep the numbers of their own records under such names."""
    found: dict[str, None] = {}
    for name in ("tags", "tag", "categories", "category", "keywords"):
        value = keys.get(name)
        if isinstance(value, str) and "," in value:
            value = value.split(",")
        for text in _strings(value):
            if any(c.isalpha() for c in text):
                found[text] = None
    return tuple(found)


_PEOPLE_KEYS = {
    "hosts": Role.HOST, "host": Role.HOST, "cohosts": Role.CO_HOST, "co_hosts": Role.CO_HOST,
    "cohost": Role.CO_HOST, "co_host": Role.CO_HOST, "guests": Role.GUEST, "guest": Role.GUEST,
    "speakers": None, "speaker": None, "people": None,
}  # fmt: skip


def _people(keys: Mapping[str, Any]) -> Iterator[Person]:
    seen: set[str] = set()
    for key, role in _PEOPLE_KEYS.items():
        value = keys.get(key)
        for item in value if isinstance(value, list) else [value]:
            for person in _persons(item, role, many=key.endswith("s")):
                if person.name not in seen:
                    seen.add(person.name)
                    yield person


_JOINT = pattern(r"\s+(?:and|&|\+)\s+|\s*;\s*")
_LISTED = pattern(r"\s+(?:and|&|\+)\s+|\s*[;,]\s*(?:and\s+)?")
_NAME = pattern(
    rf"[^\W\d_a-z](?:[^\W\d_]|[{MARKS}])*+(?:[ .'’·・-]++[^\W\d_][\w{MARKS}.'’-]*+){{0,4}}"
)


_ORGANIZATION = ("organization", "organisation", "company", "org")


def _persons(item: object, role: Role | None, *, many: bool) -> Iterator[Person]:
    """``item`` is a name, several in one string, or a mapping."""
    if isinstance(item, dict):
        fields = {str(key).lower(): _text(value) for key, value in item.items()}
        if name := fields.get("name"):
            written = fields.get("role")
            work = fields.get("occupation") or fields.get("job") or fields.get("title")
            place = next(filter(None, map(fields.get, _ORGANIZATION)), None)
            yield Person(
                name,
                (Role.parse(written) if written else None) or role,
                written,
                work,
                place,
                web_address(fields.get("url")),
                occupation_source=Source.PUBLISHER if work or place else None,
            )
        return
    text = _text(item)
    if text is None:
        return
    parts = (_LISTED if many else _JOINT).split(text)
    # "Ana Ruiz + Tom Ode" are two; "Ana Ruiz, head of research" is one.
    for name in parts if all(_NAME.fullmatch(part) for part in parts) else [text]:
        yield Person(name, role)
