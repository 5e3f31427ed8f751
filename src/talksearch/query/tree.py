"""Putting trees together and taking them apart.

Queries that mean the same are the same tree, in this *normal form*:

- ``And``, ``Or`` and ``Words`` have two children or more, and none of their own kind; neither
  ``And`` nor ``Or`` has the same child twice; there is no ``Not`` of a ``Not``.
- The children of ``Words`` all rank, that is, they look for at least one word or phrase
  (``is_scored``), and some are words (``is_word``). They keep their order and their repetitions.
- The children of ``And`` stand in this order: those that rank, those that do not (filters, date
  ranges, and ``Or`` of them), then each ``Not``; within the three, in the order given.
- What stands side by side in a query is the ``And`` of one node that ranks (``Words``, when there
  are several and one is a word) with the conditions beside it. Filters of the same field side by
  side are alternatives, an ``Or``, since a passage has only one speaker, one show, one year, and so
  is what stands in brackets with such filters; date ranges and whatever is excluded all hold
  together. An explicit ``AND`` between two filters stays one.
- ``Everything`` is only ever the whole tree.

The functions below build normal trees out of normal ones; none changes what it is given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from talksearch.query.nodes import (
    EVERYTHING,
    And,
    DateRange,
    Everything,
    Field,
    Node,
    Not,
    Or,
    Phrase,
    Then,
    Words,
    field_of,
    is_scored,
    is_word,
    required,
)

__all__ = [
    "across_turns",
    "all_of",
    "any_of",
    "any_word",
    "both",
    "conjuncts",
    "every_word",
    "leaves",
    "mapped",
    "none_of",
    "side_by_side",
    "without",
]

_Key = Node | Field | tuple[Field, ...] | int


def all_of(nodes: Iterable[Node]) -> Node:
    """What matches every one of the nodes."""
    flat = dict.fromkeys(part for node in nodes if node != EVERYTHING for part in conjuncts(node))
    parts = sorted(flat, key=_rank)
    if len(parts) < 2:
        return parts[0] if parts else EVERYTHING
    return And(tuple(parts))


def _rank(node: Node) -> int:
    if isinstance(node, Not):
        return 2
    return 0 if is_scored(node) else 1


def any_of(nodes: Iterable[Node]) -> Node:
    """What matches at least one of the nodes, of which there must be one."""
    flat = dict.fromkeys(
        part for node in nodes for part in (node.children if isinstance(node, Or) else (node,))
    )
    if EVERYTHING in flat:
        return EVERYTHING
    return Or(tuple(flat)) if len(flat) > 1 else next(iter(flat))


def none_of(node: Node) -> Node:
    """What does not match the node."""
    return node.child if isinstance(node, Not) else Not(node)


def side_by_side(nodes: Iterable[Node]) -> Node:
    """What nodes mean when they are typed one beside the other."""
    scored: list[Node] = []
    conditions: list[Node] = []
    for node in nodes:
        if isinstance(node, Words):
            scored += node.children
        else:
            (scored if is_scored(node) else conditions).append(node)
    # A word may be there twice, and is no alternative to another.
    scored = _merged(
        (place if is_word(node) else _key(node), node) for place, node in enumerate(scored)
    )
    if len(scored) > 1 and any(map(is_word, scored)):
        scored = [Words(tuple(scored))]
    return all_of(scored + _merged((_key(node), node) for node in conditions))


def both(*trees: Node) -> Node:
    """What matches every tree, filters of the same field being alternatives as they are side by
    side: ``both(parse("war role:host"), parse("role:guest"))`` is
    ``parse("war role:host role:guest")``.
    """
    keyed: list[tuple[_Key, Node]] = []
    for tree in trees:
        parts = conjuncts(tree)
        fields = Counter(map(field_of, parts))
        # Several on one field have been joined by an explicit AND, and remain so.
        keyed += [(_key(part) if fields[field_of(part)] == 1 else part, part) for part in parts]
    return all_of(_merged(keyed))


def _key(node: Node) -> _Key:
    """What alternatives share: the field they filter by, or the fields (``host:war guest:peace``);
    any other node has itself."""
    if isinstance(node, And):
        return tuple(sorted(field for field in map(field_of, node.children) if field)) or node
    return field_of(node) or node


def _merged(keyed: Iterable[tuple[_Key, Node]]) -> list[Node]:
    """The nodes, those of one key made one."""
    alternatives: dict[_Key, list[Node]] = {}
    for key, node in keyed:
        alternatives.setdefault(key, []).append(node)
    return [any_of(nodes) for nodes in alternatives.values()]


def conjuncts(tree: Node) -> tuple[Node, ...]:
    """What must all match: the children of an ``And``, else the tree itself."""
    return tree.children if isinstance(tree, And) else (tree,)


def without(tree: Node, *fields: Field) -> Node:
    """The tree without its top-level filters on the fields; date ranges belong to ``year``.

    A choice goes when all of it is about those fields; what is excluded (``-speaker:nico``) stays.
    """
    return all_of(part for part in conjuncts(tree) if not _is_about(part, fields))


def _is_about(node: Node, fields: tuple[Field, ...]) -> bool:
    if isinstance(node, Or | And):
        return all(_is_about(child, fields) for child in node.children)
    return ("year" if isinstance(node, DateRange) else field_of(node)) in fields


def every_word(tree: Node) -> Node:
    """The tree with all words required that stand side by side, where any would do. What is
    excluded stays: ``-(a b)`` means neither."""
    match tree:
        case Words(children):
            return all_of(map(every_word, children))
        case Not():
            return tree
    return _rebuilt(tree, every_word)


def any_word(tree: Node) -> Node:
    """The tree with any of the words that stand side by side, also such as find nothing beside
    rarer ones: what ``-(a b)`` keeps out."""
    match tree:
        case Words(children):
            return all_of(map(any_word, required(tree))) if required(tree) else any_of(children)
    return _rebuilt(tree, any_word)


def across_turns(tree: Node) -> Node:
    """The tree with phrases that may run from one turn to the next."""
    return mapped(tree, lambda leaf: Phrase(leaf.text, True) if isinstance(leaf, Phrase) else leaf)


def mapped(tree: Node, change: Callable[[Node], Node]) -> Node:
    """The tree with another in the place of each leaf."""
    match tree:
        case Words(children):  # of which two may be the same now
            return side_by_side(mapped(child, change) for child in children)
        case And() | Or() | Not() | Then():
            return _rebuilt(tree, lambda part: mapped(part, change))
    return change(tree)


def _rebuilt(tree: Node, change: Callable[[Node], Node]) -> Node:
    """The tree with another in the place of each of its parts; itself, where it has none."""
    match tree:
        case And(children):
            return all_of(map(change, children))
        case Or(children):
            return any_of(map(change, children))
        case Not(child):
            return none_of(change(child))
        case Then(left, right, distance):
            return Then(change(left), change(right), distance)
    return tree


def leaves(tree: Node) -> Iterator[Node]:
    """The parts that match by themselves, in order, excluded ones as well; a ``Near`` is one."""
    match tree:
        case And(children) | Or(children) | Words(children):
            for child in children:
                yield from leaves(child)
        case Then(left, right):
            yield from leaves(left)
            yield from leaves(right)
        case Not(child):
            yield from leaves(child)
        case Everything():
            return
        case _:
            yield tree
