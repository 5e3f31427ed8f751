"""Words and values of the index that begin with what was typed so far."""

from __future__ import annotations

from collections import Counter

import numpy as np

from talksearch.engines.whoosh.documents import key, keys
from talksearch.engines.whoosh.snapshot import Snapshot
from talksearch.engines.whoosh.values import shown
from talksearch.words import fold_words

__all__ = ["completed_values", "completed_words"]


def completed_words(snapshot: Snapshot, beginning: str, limit: int) -> list[str]:
    """The most frequent first."""
    forms = fold_words(beginning)
    if len(forms) != 1:
        return []
    counts: Counter[str] = Counter()
    for leaf in snapshot.leaves:
        dictionary, postings = leaf.segment.dictionaries["exact"], leaf.segment.postings["exact"]
        first, last = dictionary.with_prefix(forms[0].encode("utf-8", "replace"))
        found = postings.counts(first, last)
        # What is deleted counts here, so that a word may turn out to be gone.
        best = np.argsort(-found, kind="stable")[: 2 * limit]
        for number in best.tolist():
            counts[dictionary[first + number].decode()] += int(found[number])
    live = {word: snapshot.word("exact", [word]).count for word, _ in counts.most_common(2 * limit)}
    return sorted(filter(live.__getitem__, live), key=lambda word: (-live[word], word))[:limit]


def completed_values(snapshot: Snapshot, field: str, beginning: str, limit: int) -> list[str]:
    """Those of which a part begins so, the most frequent first; then other names of speakers."""
    wanted = f" {key(beginning)}"
    if beginning.strip() and wanted == " ":
        return []
    known = {value: f" {'  '.join(keys(value))} " for value in shown(snapshot, field)}
    found = [value for value, theirs in known.items() if wanted in theirs]
    others = [name for name in snapshot.terms(field) if wanted in f" {name}"]
    found += [
        name for name in others if not any(f" {name} " in theirs for theirs in known.values())
    ]
    return found[:limit]
