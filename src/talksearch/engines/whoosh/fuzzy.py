"""Words of the index that are spelled like a word."""

from __future__ import annotations

import numpy as np

from talksearch.engines.whoosh.postings import Dictionary
from talksearch.engines.whoosh.snapshot import Snapshot

__all__ = ["terms_within", "words_within"]


def terms_within(dictionary: Dictionary, word: str, distance: int) -> list[int]:
    """The numbers of the terms at most ``distance`` edits from the word (Levenshtein's: a letter
    put in, taken out or changed) that share its first letter: asking for that keeps it fast."""
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.process import cdist

    first, terms = dictionary.beginning(word[:1])
    near = [n for n, term in enumerate(terms) if abs(len(term) - len(word)) <= distance]
    found = cdist(
        [word], [terms[n] for n in near], scorer=Levenshtein.distance, score_cutoff=distance
    )
    return [first + near[place] for place in np.flatnonzero(found[0] <= distance).tolist()]


def words_within(snapshot: Snapshot, word: str, distance: int) -> set[str]:
    """The words that these terms are, in all segments."""
    dictionaries = (leaf.segment.dictionaries["exact"] for leaf in snapshot.leaves)
    return {
        dictionary[number].decode()
        for dictionary in dictionaries
        for number in terms_within(dictionary, word, distance)
    }
