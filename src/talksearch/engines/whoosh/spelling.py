"""Words and names of the index that are spelled like something that was not found."""

from __future__ import annotations

import difflib

from talksearch.engines.whoosh.documents import key
from talksearch.engines.whoosh.fuzzy import terms_within
from talksearch.engines.whoosh.snapshot import Snapshot
from talksearch.words import fold_words


def similar_words(snapshot: Snapshot, word: str, limit: int) -> list[str]:
    """Nearest first, then the more frequent. Very short words have too many neighbours to help."""
    forms = fold_words(word)
    if len(forms) != 1 or len(forms[0]) < 3:
        return []
    form = forms[0]
    for distance in (1, 2) if len(form) > 4 else (1,):
        # Slips of the first letter are rare, and asking for it keeps this fast.
        near: dict[str, int] = {}
        for leaf in snapshot.leaves:
            exact = leaf.segment.dictionaries["exact"]
            for number in terms_within(exact, form, distance):
                term = exact[number].decode()
                near[term] = snapshot.word("exact", [term]).count
        near[form] = 0
        found = sorted(filter(near.__getitem__, near), key=lambda term: (-near[term], term))
        if found:
            return found[:limit]
    return []


def similar_values(snapshot: Snapshot, field: str, value: str, limit: int) -> list[str]:
    """Values of a filter field like this one, whole or in one of their words."""
    wanted = key(value)
    values = snapshot.terms(field)
    parts = {part: name for name in values for part in (name, *name.split())}
    found = difflib.get_close_matches(wanted, parts, n=2 * limit, cutoff=0.7)
    return list(dict.fromkeys(parts[part] for part in found))[:limit]
