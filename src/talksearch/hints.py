"""Why nothing was found, or nothing with all the words: which word or condition is to blame, and
what does occur.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from talksearch.engines.base import Engine
from talksearch.query.nodes import (
    And,
    DateRange,
    Everything,
    Filter,
    Fuzzy,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Term,
    Then,
    Words,
)
from talksearch.query.tree import all_of, conjuncts

__all__ = ["explain_absent", "explain_nothing"]

_NAMES = {"org": "organization", "job": "occupation", "lang": "language"}


def explain_nothing(engine: Engine, query: Node) -> tuple[str, ...]:
    """One line a reason, for a query that matches no passage."""
    if not engine.count(Everything()):
        return ("the archive is empty: put something in with `talksearch add`",)
    absent = tuple(
        line for leaf in dict.fromkeys(_wanted(query)) for line in _absence(engine, leaf)
    )
    return absent or tuple(_conflicts(engine, query))


def explain_absent(engine: Engine, query: Node, absent: Iterable[Node]) -> tuple[str, ...]:
    """One line for each word of a query that does find something, but nothing with that word."""
    conditions = all_of(part for part in conjuncts(query) if not isinstance(part, Words))
    lines: list[str] = []
    for leaf in dict.fromkeys(absent):
        if engine.count(leaf):
            lines.append(f"“{leaf}” occurs, but not with {conditions}")
        else:
            lines += _absence(engine, leaf)
    return tuple(lines)


def _wanted(node: Node) -> Iterator[Node]:
    """The leaves that are looked for, not those that are excluded."""
    match node:
        case And(children) | Or(children) | Words(children):
            for child in children:
                yield from _wanted(child)
        case Near(left, right):
            yield from (left, right)
        case Then(left, right):
            yield from _wanted(left)
            yield from _wanted(right)
        case Not() | Everything():
            return
        case _:
            yield node


def _absence(engine: Engine, leaf: Node) -> Iterator[str]:
    if engine.count(leaf):
        return
    offers: list[str] = []
    match leaf:
        case Term(text) | Fuzzy(text):
            offers = engine.suggest(text)
            reason = f"“{text}” does not occur"
        case Phrase(text):
            parts = [part for part in text.split() if not engine.count(Term(part))]
            reason = f"the words “{text}” do not stand together anywhere"
            if parts:
                reason = f"of “{text}”, {_listed(parts)} does not occur"
                offers = engine.suggest(parts[0])
        case Prefix(text):
            reason = f"no word begins with “{text}”"
        case Filter("about", value):
            reason = f"nobody speaks of “{value}”"
            if engine.count(Filter("speaker", value)):
                reason += ", other than they themselves"
            offers = engine.suggest_value("speaker", value)
        case Filter(field, value):
            offers = engine.suggest_value(field, value)
            reason = f"no {_NAMES.get(field, field)} is called “{value}”"
            if field in ("role", "kind", "year", "lang"):
                reason = f"nothing here has the {_NAMES.get(field, field)} “{value}”"
        case DateRange():
            reason = f"no episode has its date within {leaf}"
        case _:
            reason = f"nothing matches {leaf}"
    yield f"{reason}; did you mean {_listed(offers)}?" if offers else reason


def _conflicts(engine: Engine, query: Node) -> Iterator[str]:
    """Each part occurs, but not with the others: which one to leave out."""
    parts = conjuncts(query)
    found = False
    for dropped in parts if len(parts) > 1 else ():
        count = engine.count(all_of(part for part in parts if part is not dropped))
        if count:
            found = True
            noun = "passage" if count == 1 else "passages"
            yield f"without {dropped} there would be {count:,} {noun}"
    if not found:
        yield f"every part of {query} occurs, but never together"


def _listed(values: list[str]) -> str:
    return " or ".join(f"“{value}”" for value in values)
