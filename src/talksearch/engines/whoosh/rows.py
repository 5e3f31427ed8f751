"""Three words of a query in a row, as typed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from talksearch.engines.whoosh.arrays import Array
from talksearch.engines.whoosh.sets import distinct, shared
from talksearch.engines.whoosh.snapshot import Snapshot
from talksearch.query.nodes import Node, Term
from talksearch.words import fold_words

__all__ = ["threes"]


def threes(
    snapshot: Snapshot, line: Sequence[Node], finding: Collection[Node], documents: Array
) -> Iterator[tuple[Sequence[Node], Array]]:
    """Each three of the words, but for three that are nearly everywhere, with the places of those
    of some documents (ascending) in which they stand exactly and one after the other."""
    if len(line) < 3:
        return
    forms = [fold_words(word.text) if isinstance(word, Term) else () for word in line]
    holding = {
        form: snapshot.word("exact", [form]).find(documents)[1]
        for form in {form for each in forms if len(each) == 1 for form in each}
    }
    for at in range(len(line) - 2):
        three = [form for each in forms[at : at + 3] for form in each]
        if any(len(each) != 1 for each in forms[at : at + 3]) or not any(
            word in finding for word in line[at : at + 3]
        ):
            continue
        rows = np.flatnonzero(holding[three[0]] & holding[three[1]] & holding[three[2]])
        bits = (int(snapshot.lengths[documents[rows]].max(initial=0)) + 3).bit_length()
        starts = None
        for n, form in enumerate(three if len(rows) else ()):
            places = snapshot.positions("exact", [form], documents[rows], bits) - n
            starts = places if starts is None else shared(starts, places)
            if not len(starts):
                break
        if starts is not None and len(starts):
            yield line[at : at + 3], rows[distinct(starts >> bits)]
