"""The order of a result, one page of it, and its counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from talksearch.engines.whoosh.arrays import Array
from talksearch.engines.whoosh.contenders import contenders, top
from talksearch.engines.whoosh.evaluate import Evaluation
from talksearch.engines.whoosh.ranking import Ranking
from talksearch.engines.whoosh.scoring import ROUNDING
from talksearch.engines.whoosh.sets import NONE, begins, member, pieces, united
from talksearch.engines.whoosh.sharpening import Sharpening
from talksearch.engines.whoosh.snapshot import Snapshot
from talksearch.engines.whoosh.values import FILTER_OF, counted
from talksearch.query.nodes import Node
from talksearch.query.tree import without
from talksearch.results import Facet, FacetValue, SearchRequest

__all__ = ["Page", "facet", "page"]


@dataclass(frozen=True, slots=True)
class Page:
    """The documents of a page with their scores, how many there are in all (episodes, when grouped
    by them), and, when grouped, how many passages each one stands for; and what ordered them, in
    two steps."""

    documents: list[int]
    scores: list[float]
    total: int
    counts: list[int] | None
    ranking: Ranking
    sharpening: Sharpening


def page(evaluation: Evaluation, request: SearchRequest) -> Page:
    snapshot, ranking = evaluation.snapshot, Ranking(evaluation, request.query)
    sharpening = Sharpening(ranking)
    wanted = request.offset + request.limit
    by_score = request.sort == "relevance"
    counts = None
    if by_score and request.group is None:
        total = ranking.count
        depth = max(wanted, sharpening.depth) if wanted else 0
        documents, scores, first = _best(ranking, depth)
    else:
        documents = ranking.documents
        scores = ranking.all_scores
        first = ranking.complete(documents) if by_score and ranking.typed else None
    order = None
    if by_score:
        order = _order(snapshot, request, documents, scores, first, max(wanted, sharpening.depth))
        sharpened = _sharpened(sharpening, request, documents, scores, first, order)
        if sharpened:
            (documents, scores, first), order = sharpened, None
    if request.group == "episode":
        best, counts = _best_of_episodes(snapshot.episodes.of[documents], scores, first, by_score)
        documents, scores = documents[best], scores[best]
        first, order = None if first is None else first[best], None
    if not by_score or request.group:
        total = len(documents)
    if order is None:
        order = _order(snapshot, request, documents, scores, first, wanted)
    order = order[request.offset : wanted]
    return Page(
        documents[order].tolist(),
        scores[order].tolist(),
        total,
        None if counts is None else counts[order].tolist(),
        ranking,
        sharpening,
    )


def _best(ranking: Ranking, wanted: int) -> tuple[Array, Array, Array | None]:
    """The passages that can be on the page, ascending, with their scores, and which of them come
    first."""
    if not ranking.typed:
        return *_candidates(ranking, wanted, None), None
    documents = ranking.evaluation.documents(ranking.query)
    first = ranking.complete(documents)
    complete, others = documents[first], documents[~first]
    found = _candidates(ranking, wanted, complete)
    unsaid = ranking.unsaid, ranking.unsaid_scores()
    if ranking.is_asked_alike:
        found, unsaid = _together(found, unsaid), (NONE, np.empty(0))
    if len(complete) >= wanted:
        return *found, None
    # All of the complete ones, and the best of the others.
    rest = _candidates(ranking, wanted - len(complete), others)
    documents, scores = _together(found, rest, unsaid)
    return documents, scores, member(documents, found[0])[1]


def _together(*parts: tuple[Array, Array]) -> tuple[Array, Array]:
    """Passages and their scores, of which no two parts have the same, ascending."""
    documents, scores = (np.concatenate(each) for each in zip(*parts, strict=True))
    order = documents.argsort()
    return documents[order], scores[order]


def _candidates(ranking: Ranking, wanted: int, among: Array | None) -> tuple[Array, Array]:
    """Those of the passages that match that can be among the best, and maybe more, ascending."""
    found = contenders(ranking.shares, wanted, among)
    if not wanted or not ranking.raises:
        return found.documents, found.scores
    documents = united([found.documents, ranking.raised(among)])
    return documents, ranking.scores(documents)


def _sharpened(
    sharpening: Sharpening,
    request: SearchRequest,
    documents: Array,
    scores: Array,
    first: Array | None,
    order: Array,
) -> tuple[Array, Array, Array | None] | None:
    """The passages with the scores that they have at last, and which come first: those of the best
    are sharpened, and stay the best; what says word for word what a better one says becomes the
    last of these; and what is said beside one of them follows it. None where this changes nothing
    in the order that there is."""
    snapshot, depth = sharpening.ranking.evaluation.snapshot, sharpening.depth
    chosen = order[:depth]
    told = [each for each in snapshot.relations.fingerprints[documents[chosen]].tolist() if each]
    is_said_twice = len(set(told)) < len(told)
    if sharpening.is_idle and not is_said_twice:
        return None  # most searches for one word: nothing to add, nor to take away
    chosen = chosen[np.argsort(documents[chosen])]
    best, tier = documents[chosen], None if first is None else first[chosen]
    before = scores[chosen]
    after = before + sharpening.sharpen(best)
    copies = np.zeros(len(best), bool)
    if is_said_twice:
        prints = snapshot.relations.fingerprints[best]
        copies = prints > 0
        order = _order(snapshot, request, best, after, tier, depth)
        copies[order[np.unique(prints[order], return_index=True)[1]]] = False
        last = before if tier is None or tier.all() else before[~tier]
        # As good as the last of these a copy might come before it, by its date.
        losses = np.where(copies, after - last.min() + ROUNDING, 0.0)
        sharpening.lower(losses)
        after -= losses
        if first is not None and len(last) < len(before):
            first = first.copy()
            first[chosen[copies]] = False
    scores[chosen] = after
    if sharpening.is_idle:
        return documents, scores, first
    return _with_thoughts(sharpening, request, documents, scores, first, best, copies)


def _with_thoughts(
    sharpening: Sharpening,
    request: SearchRequest,
    documents: Array,
    scores: Array,
    first: Array | None,
    best: Array,
    copies: Array,
) -> tuple[Array, Array, Array | None]:
    """Likewise, with what is said beside the best, of which some are ``copies``. What comes into
    question only by that is added; not what another says that is shown already."""
    ranking = sharpening.ranking
    beside, least = sharpening.of_thoughts(best, scores[documents.searchsorted(best)])
    new = ~member(beside, best)[1]
    if new.any():
        prints = ranking.evaluation.snapshot.relations.fingerprints
        order = _order(ranking.evaluation.snapshot, request, beside, least, None, len(beside))
        told, kept = set(prints[best].tolist()), ~new
        for place in order[new[order]].tolist():
            said = int(prints[beside[place]])
            kept[place] = not said or said not in told
            told.add(said)
        beside, least = beside[kept], least[kept]
    new = ~member(beside, documents)[1]
    if new.any():
        more = beside[new]
        complete = ranking.complete(more)
        if first is None:  # there are enough complete ones
            more, complete = more[complete], complete[complete]
        else:
            first = np.insert(first, documents.searchsorted(more), complete)
        scores = np.insert(scores, documents.searchsorted(more), ranking.scores(more))
        documents = np.insert(documents, documents.searchsorted(more), more)
    at, there = member(beside, documents)
    beside, least = beside[there], least[there]
    least[member(beside, best[copies])[1]] = 0.0
    gains = np.maximum(least - scores[at], 0.0)
    scores[at] += gains
    sharpening.raise_to(beside, gains)
    return documents, scores, first


def _leading(scores: Array, first: Array | None, wanted: int) -> Array:
    """The places of those that can be on the page by score alone: a cheap look before the dear
    one."""
    if first is None:
        return top(scores, wanted)
    places = np.flatnonzero(first)
    if len(places) < wanted:
        # All of the complete ones, and the best of the others.
        others = np.flatnonzero(~first)
        return np.concatenate([places, others[top(scores[others], wanted - len(places))]])
    return places[top(scores[places], wanted)]


def _order(
    snapshot: Snapshot,
    request: SearchRequest,
    documents: Array,
    scores: Array,
    first: Array | None,
    wanted: int,
) -> Array:
    """The order of the documents, the first ``wanted`` of it at least. Newest first among equals,
    then by episode, then as said: the same after any rebuild."""
    if request.sort == "relevance":
        chosen = _leading(scores, first, wanted)
        goodness = [-scores[chosen]] if first is None else [-scores[chosen], ~first[chosen]]
        order = np.lexsort(goodness)
        # Seldom are two as good: before, the episodes of an archive need not be put in order.
        if not begins(goodness[0][order]).all():
            order = np.lexsort([_by_date(snapshot, documents[chosen]), *goodness])
        return chosen[order]
    keys = _by_date(snapshot, documents, newest=request.sort != "oldest")
    if len(keys) > 4 * wanted:
        threshold = np.partition(keys, wanted)[wanted]
        near = np.flatnonzero(keys <= threshold)
        return near[np.argsort(keys[near])]
    return np.argsort(keys)


def _by_date(snapshot: Snapshot, documents: Array, newest: bool = True) -> Array:
    """For each document a number; these are in the order of dates."""
    places = snapshot.episodes.newest if newest else snapshot.episodes.oldest
    found: Array = (places[snapshot.episodes.of[documents]] << 32) | documents
    return found


# So many are looked at together.
_EPISODES = 1 << 9


def _best_of_episodes(
    episodes: Array, scores: Array, first: Array | None, by_score: bool
) -> tuple[Array, Array]:
    """Of each episode, given for each document, the place of the document that comes first, and how
    many it has."""
    starts = np.flatnonzero(begins(episodes))
    counts = np.diff(np.append(starts, len(episodes)))
    if not by_score or not len(starts):
        return starts, counts
    if first is not None:
        # Where an episode has complete ones, the others do not come into question.
        any_first = np.repeat(np.logical_or.reduceat(first, starts), counts)
        scores = np.where(first | ~any_first, scores, -np.inf)
    most, ends = np.maximum.reduceat(scores, starts), np.append(starts, len(scores))
    found = []
    for some in pieces(len(starts), _EPISODES):
        start, end = ends[some.start], ends[some.stop]
        is_best = scores[start:end] == np.repeat(most[some], counts[some])
        found.append(np.flatnonzero(is_best) + start)
    best = np.concatenate(found)
    # The first that was said among equals.
    return best[begins(starts.searchsorted(best, "right"))], counts


def facet(evaluation: Evaluation, query: Node, name: str) -> Facet:
    """The counts of a field's values over the result of a query, without the field's own
    filters."""
    field = FILTER_OF[name]
    documents = Ranking(evaluation, without(query, field)).documents
    counts = counted(evaluation.snapshot, field, documents)
    return Facet(name, tuple(FacetValue(value, count) for value, count in counts))
