"""Words of scripts without spaces: a character is a term, and a word a sequence of them that is not
cut out of other words (``breaks.py`` says what that is)."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from talksearch.breaks import BREAK, has_han, pieces
from talksearch.engines.whoosh.arrays import Array
from talksearch.engines.whoosh.scoring import Fixed, saturated, worth
from talksearch.engines.whoosh.sets import is_in
from talksearch.engines.whoosh.snapshot import Snapshot
from talksearch.query.nodes import Node, Prefix, Term, Words, is_scored
from talksearch.query.tree import all_of, conjuncts, side_by_side
from talksearch.words import fold_words, is_unspaced

__all__ = ["has_unspaced", "kept", "parted", "scored", "whole"]


class Evaluation(Protocol):
    """What is asked of an ``evaluate.Evaluation``."""

    snapshot: Snapshot

    def stems(self, text: str) -> list[tuple[str, ...]]: ...
    def sequences(
        self, field: str, analysed: list[tuple[str, ...]]
    ) -> tuple[Array, dict[tuple[str, ...], Array], Array, int]: ...


def has_unspaced(text: str) -> bool:
    return not text.isascii() and any(map(is_unspaced, fold_words(text)))


def parted(evaluation: Evaluation, query: Node) -> Node:
    """The query with the words that a question is made of, where it was typed without spaces and
    is nowhere as it stands. What is required or excluded stays: of that, a part is not it."""
    parts = conjuncts(query)
    ranking = [part for part in parts if is_scored(part)]
    if len(ranking) != 1:
        return query
    (plain,) = ranking
    typed = plain.children if isinstance(plain, Words) else (plain,)
    found = [word for leaf in typed for word in _words_of(evaluation, leaf)]
    if found == [*typed]:
        return query
    return all_of(side_by_side(found) if part is plain else part for part in parts)


def _words_of(evaluation: Evaluation, leaf: Node) -> list[Node]:
    if not isinstance(leaf, Term) or not has_unspaced(leaf.text):
        return [leaf]
    parts = pieces(leaf.text)
    if parts == [leaf.text] or scored(evaluation, leaf).count:
        return [leaf]
    return [Term(part) for part in parts]


def scored(evaluation: Evaluation, node: Term | Prefix) -> Fixed:
    """What matches."""
    snapshot = evaluation.snapshot
    within, _, starts, bits = evaluation.sequences("text", evaluation.stems(node.text))
    starts = kept(evaluation.snapshot, node, within, starts, bits)
    numbers, counts = np.unique(starts >> bits, return_counts=True)
    documents = within[numbers]
    most = worth(snapshot.total, len(documents))
    return Fixed(documents, most * saturated(counts, snapshot.by_length.norms(documents)))


def kept(snapshot: Snapshot, node: Node, within: Array, starts: Array, bits: int) -> Array:
    """Of the places where a node's characters stand (``Snapshot.positions``) those where they are a
    word; all, in a passage of which no breaks are known."""
    if not isinstance(node, Term | Prefix) or not has_unspaced(node.text):
        return starts
    breaks = snapshot.positions("exact", [BREAK], within, bits)
    if not len(breaks):
        return starts
    ends = starts + len(fold_words(node.text))
    unknown = ~is_in(starts >> bits, breaks >> bits)
    found: Array = starts[unknown | _parted_rightly(node, starts, ends, breaks)]
    return found


def whole(node: Term | Prefix, starts: list[int], breaks: list[int]) -> list[int]:
    """Of the places in a text where the characters stand, those where they are a word."""
    if not breaks or not starts:
        return starts
    first = np.array(starts)
    size = len(fold_words(node.text))
    found: list[int] = first[_parted_rightly(node, first, first + size, np.array(breaks))].tolist()
    return found


def _parted_rightly(node: Term | Prefix, starts: Array, ends: Array, breaks: Array) -> Array:
    forms = fold_words(node.text)
    begins = is_in(starts, breaks) if is_unspaced(forms[0]) else np.ones(len(starts), bool)
    if isinstance(node, Prefix):
        return begins
    whole: Array = begins & (is_in(ends, breaks) if is_unspaced(forms[-1]) else True)
    if has_han(node.text):
        whole |= np.searchsorted(breaks, ends) == np.searchsorted(breaks, starts, "right")
    return whole
