"""The passages that can be on a page, found without working out what every passage scores.

What the passage before and the episode add to what is said in a passage is never above a known
bound, nor is what a word gives where it stands so often. Whatever stays below the page's last even
so need not be looked at; the others have the very scores that ``Shares.ranked`` gives.
"""

from __future__ import annotations

from bisect import bisect_left

import numpy as np

from talksearch.engines.whoosh.arrays import Array
from talksearch.engines.whoosh.scoring import ROUNDING, Bm25, Fixed, Some, nothing
from talksearch.engines.whoosh.sets import NONE, member, pieces
from talksearch.engines.whoosh.shares import SHARE_OF_PREVIOUS, Shares
from talksearch.engines.whoosh.unions import AnyWord

__all__ = ["contenders", "top"]

# Of fewer passages all scores are worked out.
_FEW = 4096
# So many times the passages of a page are looked at for a bound.
_SEEDS = 4
# So many more than are wanted need not be left out before what is wanted is sorted.
_SOON_SORTED = 64
# Of more, the best are looked for among the best of each piece.
_MANY = 1 << 17


def contenders(shares: Shares, wanted: int, among: Array | None) -> Fixed:
    """Those of the passages that match that can be among the ``wanted`` best by score, ascending,
    with their scores; only some ``among`` them come into question, if that is given."""
    if wanted <= 0:
        return nothing()
    snapshot, said = shares.evaluation.snapshot, shares.said
    matching = shares.evaluation.scored(shares.query)
    if said is None:
        documents = matching.documents if among is None else among
        return Fixed(documents, np.zeros(len(documents)))
    # Conditions leave some of what is said.
    places = matching.places if isinstance(matching, Some) and matching is not said else None
    if among is not None:
        places = said.find(among)[0]
    if (said.count if places is None else len(places)) <= max(_FEW, _SEEDS * wanted):
        return shares.ranked(places)
    if isinstance(said, AnyWord) and places is None and len(said.several) >= wanted:
        return _of_words(shares, said, wanted)

    episodes, about = snapshot.episodes.of, shares.about
    # The most that the passage before gives; and together with what the episode does.
    most_before = SHARE_OF_PREVIOUS * said.ceiling
    most_around = most_before + float(about.max(initial=0.0))

    frequencies = said.frequencies if isinstance(said, Bm25) and places is None else None
    if frequencies is not None and (level := _level(frequencies, _SEEDS * wanted)) > 1:
        bar = _last(shares.ranked(np.flatnonzero(frequencies >= level)).scores, wanted)
        # As Python's own number it is compared without widening all of them.
        enough = int(snapshot.by_length.ceilings.searchsorted((bar - most_around) / said.ceiling))
        places = np.flatnonzero(frequencies >= enough)
        documents, own = shares.own(places)
    else:
        documents, own = shares.own(places)
        seeds = top(own, _SEEDS * wanted)
        bar = _last(shares.ranked(seeds if places is None else places[seeds]).scores, wanted)
    chosen = np.flatnonzero(own >= bar - most_around)
    chosen = chosen[own[chosen] + about[episodes[documents[chosen]]] >= bar - most_before]
    places = chosen if places is None else places[chosen]
    return shares.ranked(places, (documents[chosen], own[chosen]))


def _of_words(shares: Shares, said: AnyWord, wanted: int) -> Fixed:
    """The contenders among the passages of several words: most hold one of them, too seldom to be
    among the best, and are not looked at any further."""
    snapshot, about, several = shares.evaluation.snapshot, shares.about, said.several
    own = shares.own_of(several)
    bar = _last(own + shares.of_episodes(several), wanted)
    # What a passage has of itself at most.
    ceiling = snapshot.by_length.ceiling
    highest = max(own.max(), *(word.ceiling * ceiling(word.frequencies) for word in said.words))
    most_before = SHARE_OF_PREVIOUS * float(highest)
    found = [(several, own)]
    for word in said.words:
        bound = (bar - most_before - about.max()) / word.ceiling
        enough = int(snapshot.by_length.ceilings.searchsorted(bound))
        places = (word.frequencies >= enough).nonzero()[0]
        documents = word.documents[places]
        others = ~member(documents, several)[1]
        documents, places = documents[others], places[others]
        found.append((documents, shares.weighed(word.scores_at(places, documents), documents)))
    documents, own = map(np.concatenate, zip(*found, strict=True))
    chosen = (own + about[snapshot.episodes.of[documents]] >= bar - most_before).nonzero()[0]
    chosen = chosen[documents[chosen].argsort()]
    return shares.ranked_of(documents[chosen], own[chosen])


def _last(scores: Array, wanted: int) -> float:
    """What the last of a page has at least: as much as the last of some, whose scores are no more
    than these."""
    return float(np.partition(scores, len(scores) - wanted)[-wanted]) - ROUNDING


def _level(frequencies: Array, wanted: int) -> int:
    """The highest frequency that so many have: that which fewer exceed."""
    levels = range(1, int(frequencies.max(initial=1)) + 1)
    return 1 + bisect_left(levels, True, key=lambda level: _above(frequencies, level) < wanted)


def _above(frequencies: Array, level: int) -> int:
    return int(np.count_nonzero(frequencies > level))


def top(scores: Array, wanted: int) -> Array:
    """The places of the best, and of those that are as good as the last of them; of a few, all."""
    if wanted <= 0:
        return NONE
    if len(scores) <= _MANY or wanted >= _FEW:
        return _best(scores, wanted)
    # In pieces; where all are as good, they leave all of them.
    of_pieces = [piece.start + _best(scores[piece], wanted) for piece in pieces(len(scores))]
    found = np.concatenate(of_pieces)
    best: Array = found[_best(scores[found], wanted)]
    return best


def _best(scores: Array, wanted: int) -> Array:
    last = len(scores) - wanted
    if last <= _SOON_SORTED:
        return np.arange(len(scores))
    best: Array = (scores >= np.partition(scores, last)[last]).nonzero()[0]
    return best
