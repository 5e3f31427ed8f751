"""A query said back in words, for whoever typed it to see what it was taken for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from talksearch.model import Kind, Role, clean_text
from talksearch.query.nodes import (
    EVERYTHING,
    OMITTED,
    And,
    DateRange,
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
    is_scored,
    is_word,
    required,
)
from talksearch.query.tree import all_of, any_word, conjuncts

__all__ = ["in_words"]


def in_words(tree: Node) -> str:
    """``passages with “tide gauge”, by guests, from 2021 on``."""
    if tree == EVERYTHING:
        return "all passages"
    parts = conjuncts(tree)
    typed = [part for part in parts if isinstance(part, Words)]
    must = [each for part in parts for each in _required(part)]
    return f"passages {_clause(all_of(must))}{_first(typed, [*filter(is_scored, must)])}"


def _required(part: Node) -> tuple[Node, ...]:
    """What a part requires: of words beside something, that."""
    return required(part) if isinstance(part, Words) and required(part) else (part,)


def _first(typed: Sequence[Words], must: Sequence[Node]) -> str:
    """Which come first: those with the words that were typed side by side."""
    if not typed:
        return ""
    words = [word for each in typed for word in each.children if is_word(word)]
    first = _wished(words)
    if typed == must:  # there are no others
        first = "both" if len(words) == 2 else "all of these words"
    return f", those with {first} first"


def _wished(nodes: Iterable[Node]) -> str:
    """The words among them, which only rank beside what is required."""
    return _listed(map(_part, dict.fromkeys(filter(is_word, nodes))), "and")


def _is_said(node: Node) -> bool:
    """Whether a node is about words alone."""
    match node:
        case Words(children) | And(children) | Or(children):
            return all(map(_is_said, children))
    return isinstance(node, Term | Phrase | Prefix | Fuzzy | Near)


def _clause(node: Node) -> str:
    """What passages are that match: ``with “salt”``, ``by guests``."""
    if _is_said(node):
        return f"with {_said(node)}"
    match node:
        case Filter(field, value):
            return _FILTERS[field](clean_text(value))
        case DateRange():
            return _dates(node)
        case Not(child):
            return _without(child)
        case And(children):
            return _joined(children)
        case Words():
            return f"{_joined(required(node))}, preferably with {_wished(node.children)}"
        case Or(children):
            return "either " + _listed(map(_inner, children), "or")
        case Then(left, right, distance):
            far = "one turn or passage" if distance == 1 else f"{distance} turns or passages"
            after, before = (_inner(s) if isinstance(s, Or) else _clause(s) for s in (right, left))
            return f"{after}, at most {far} after one {before}"
    return str(node)


def _joined(children: Iterable[Node]) -> str:
    """What passages are that match all: what is said first, then by whom and when."""
    said = [node for node in children if _is_said(node)]
    whole = _said if len(said) == 1 else _part
    clauses = [f"with {_listed(map(whole, said), 'and')}"] if said else []
    clauses += [_inner(node) for node in children if node not in said]
    return ", ".join(clauses)


def _inner(node: Node) -> str:
    """A clause in another."""
    bracketed = isinstance(node, And | Or | Words | Then) and not _is_said(node)
    return f"({_clause(node)})" if bracketed else _clause(node)


def _without(child: Node) -> str:
    child = any_word(child)  # words that only rank keep nothing out
    if _is_said(child):
        return f"without {_part(child)}"
    return f"not {_inner(child)}"


def _said(node: Node) -> str:
    """The words that are looked for."""
    match node:
        case Words() if required(node):
            must = _listed(map(_part, required(node)), "and")
            return f"{must}, preferably with {_wished(node.children)}"
        case Words(children) | Or(children):
            return _listed(map(_part, children), "or")
        case And(children):
            return _listed(map(_part, children), "and")
        case Phrase(text, across_turns):
            wide = " (in one turn or several)" if across_turns else ""
            if len(node.parts) == 1:
                return f"{_quoted(text)}{wide}"
            return f"{_quoted(' … '.join(node.parts))} (at most {OMITTED} words left out){wide}"
        case Prefix(text):
            return f"a word that begins with {_quoted(text)}"
        case Fuzzy(text, distance):
            letters = "one letter" if distance == 1 else "two letters"
            return f"{_quoted(text)} or a word {letters} off"
        case Near(left, right, distance):
            words = "one word" if distance == 1 else f"{distance} words"
            return f"{_said(left)} at most {words} from {_said(right)}"
        case Term(text):
            return _quoted(text)
    return str(node)


def _part(node: Node) -> str:
    """Words among others."""
    return f"({_said(node)})" if isinstance(node, Words | Or | And | Near | Fuzzy) else _said(node)


def _quoted(text: str) -> str:
    return f"“{clean_text(text)}”"


def _listed(parts: Iterable[str], word: str) -> str:
    """``a, b or c``."""
    *others, last = parts
    return f"{', '.join(others)} {word} {last}" if others else last


def _dates(node: DateRange) -> str:
    if node.first == node.last:
        return f"{'on' if len(node.first) > len('2020-07') else 'in'} {node.first}"
    if not node.last:
        return f"from {node.first} on"
    if not node.first:
        shown = str(node).partition(":")[2]
        return f"until {node.last}" if shown.startswith("..") else f"before {shown}"
    return f"from {node.first} to {node.last}"


_KINDS = {
    Kind.SPEECH: "that are speech",
    Kind.NOTES: "from show notes",
    Kind.PROSE: "from written text",
    Kind.AD: "from sponsors",
}

_FILTERS: dict[str, Callable[[str], str]] = {
    "speaker": lambda name: f"by {name}",
    "about": lambda name: f"in which others speak of {name}",
    "role": lambda role: "by the audience" if role == Role.AUDIENCE else f"by {role}s",
    "show": lambda title: f"of the show {_quoted(title)}",
    "title": lambda title: f"of episodes with {_quoted(title)} in the title",
    "chapter": lambda title: f"of chapters with {_quoted(title)} in the title",
    "org": lambda name: f"by people of {name}",
    "job": lambda name: f"by people whose occupation is {_quoted(name)}",
    "lang": lambda code: f"in the language {_quoted(code)}",
    "kind": lambda kind: _KINDS[Kind(kind)],
    "year": lambda year: f"in {year}",
    "episode": lambda name: f"of the episode {name}",
}
