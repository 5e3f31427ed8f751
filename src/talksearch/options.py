"""What a caller may give to the archive, checked and made into values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from operator import index

from talksearch import languages
from talksearch.errors import ConfigError, QuerySyntaxError
from talksearch.model import clean_text
from talksearch.query.fields import condition
from talksearch.query.nodes import Node
from talksearch.query.parser import parse
from talksearch.query.tree import across_turns as phrases_across_turns
from talksearch.query.tree import both, none_of, side_by_side
from talksearch.results import FACET_FIELDS

__all__ = ["Values", "choice", "counts", "day", "facet_fields", "language", "names", "text", "tree"]

Values = str | Iterable[str] | None
"""One value, or several of which any will do; none where there is no such condition."""


def tree(
    query: str,
    speaker: Values,
    role: Values,
    show: Values,
    kind: Values,
    after: str | dt.date | None,
    before: str | dt.date | None,
    *,
    ads: bool = True,
    across_turns: bool = False,
) -> Node:
    """The query with the options' conditions beside it; without ``ads`` no sponsor's message,
    ``across_turns`` with phrases that may run from one turn to the next.

    Raises ``QuerySyntaxError`` for the query, ``ConfigError`` for an option.
    """
    options: list[tuple[str, str]] = [
        (field, value)
        for field, values in (("speaker", speaker), ("role", role), ("show", show), ("kind", kind))
        for value in _several(field, values)
    ]
    dates = (("after", after), ("before", before))
    options += [(field, str(_without_time(v))) for field, v in dates if v is not None]
    conditions: list[Node] = []
    text(query=query)
    for field, value in options:
        try:
            conditions.append(condition(field, value))
        except QuerySyntaxError as error:
            named = error.reason.startswith(f"{field}:")
            raise ConfigError(error.reason if named else f"{field}: {error.reason}") from None
    if not ads:
        conditions.append(none_of(condition("kind", "ad")))
    said = phrases_across_turns(parse(query)) if across_turns else parse(query)
    return both(said, side_by_side(conditions))


def facet_fields(names: Values) -> tuple[str, ...]:
    """Fields to count by, each once. Raises ``ConfigError`` for one that there is not."""
    found = tuple(dict.fromkeys(_several("facets", names)))
    for name in found:
        if name not in FACET_FIELDS:
            valid = ", ".join(FACET_FIELDS)
            raise ConfigError(f"there is no facet {name!r}; there are: {valid}")
    return found


def counts(**given: int) -> None:
    """Raises ``ConfigError`` for an option that is no whole number from 0 on. Programs pass on what
    their JSON holds."""
    for option, value in given.items():
        try:
            usable = index(value) >= 0
        except TypeError:
            usable = False
        if not usable:
            raise ConfigError(f"{option} is a whole number from 0 on, not {value!r}")


def text(**given: str) -> None:
    """Raises ``ConfigError`` for an option that is no text."""
    for option, value in given.items():
        if not isinstance(value, str):
            raise ConfigError(f"{option} is a text, not {value!r}")


def choice(option: str, value: str, valid: tuple[str, ...]) -> None:
    """Raises ``ConfigError`` for what is not among the values that an option takes."""
    if value not in valid:
        raise ConfigError(f"{option} is {' or '.join(valid)}, not {value!r}")


def _several(option: str, values: Values) -> tuple[str, ...]:
    if values is None:
        return ()
    if isinstance(values, str) or not isinstance(values, Iterable):
        values = (values,)
    found = tuple(values)
    for value in found:
        text(**{option: value})
    return found


def names(option: str, values: Values) -> tuple[str, ...]:
    """Names of people, in one clean line each; blank ones are none."""
    return tuple(name for value in _several(option, values) if (name := clean_text(value)))


def language(code: str | None) -> str | None:
    """A language tag, such as ``en`` or ``pt-br``. Raises ``ConfigError`` for what is none."""
    if code is not None:
        text(language=code)
    found = languages.tag(code)
    if code is not None and found is None:
        raise ConfigError(f"a language is a code such as en or pt-BR, not {code!r}")
    return found


def day(date: str | dt.date | None) -> dt.date | None:
    """A date, or one written as ``2020-07-15``. Raises ``ConfigError`` for what is none."""
    given = _without_time(date)
    if given is None or isinstance(given, dt.date):
        return given
    try:
        return dt.date.fromisoformat(given)
    except (TypeError, ValueError):
        raise ConfigError(f"a date is written as 2020-07-15, not {given!r}") from None


def _without_time(date: str | dt.date | None) -> str | dt.date | None:
    """A ``datetime`` is a date as well, but is not written as one."""
    return date.date() if isinstance(date, dt.datetime) else date
