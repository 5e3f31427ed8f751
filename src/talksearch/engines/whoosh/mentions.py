"""``about:nico``: what others say of Nico, in terms of words and speakers."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from talksearch.engines.whoosh.documents import key
from talksearch.engines.whoosh.filters import filter_mask
from talksearch.engines.whoosh.snapshot import Snapshot
from talksearch.query.nodes import Filter, Node, Phrase
from talksearch.query.tree import all_of, any_of, leaves, mapped, none_of

__all__ = ["spelled_out", "voices"]


def spelled_out(query: Node, names: Callable[[Filter], Iterable[str]]) -> Node:
    """The query with each ``about:`` as the phrases that it looks for, said by others. ``names``
    gives those of whoever a filter on speakers finds."""

    def change(leaf: Node) -> Node:
        if not (isinstance(leaf, Filter) and leaf.field == "about"):
            return leaf
        speaker, typed = Filter("speaker", leaf.value), f" {key(leaf.value)} "
        # A name of which what was typed is a part is found by that part.
        others = [name for name in names(speaker) if typed not in f" {key(name)} "]
        said = [f"{name}{end}" for name in (leaf.value, *others) for end in ("", "'s")]
        return all_of([any_of(map(Phrase, said)), none_of(speaker)])

    if not any(isinstance(leaf, Filter) and leaf.field == "about" for leaf in leaves(query)):
        return query
    return mapped(query, change)


def voices(snapshot: Snapshot, speaker: Filter) -> list[int]:
    """A passage of each person in each show that a filter on speakers finds."""
    documents = np.flatnonzero(filter_mask(snapshot, speaker))
    people, shows = (snapshot.column(name)[0][documents] for name in ("speaker", "show"))
    _, first = np.unique(people.astype(np.int64) << 32 | shows, return_index=True)
    found: list[int] = documents[first].tolist()
    return found
