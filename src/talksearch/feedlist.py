"""The feeds that an archive follows: found by name, listed, and reported on."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from talksearch.corpus import Corpus, FeedState
from talksearch.engines.base import Mark
from talksearch.errors import NotFoundError, SourceError
from talksearch.follow import Visited
from talksearch.ingest import Synced
from talksearch.redaction import redacted
from talksearch.report import (
    Change,
    FeedReport,
    FeedStatus,
    FollowedFeed,
    Outcome,
    RefreshReport,
    WatchMatches,
)

__all__ = ["find", "followed", "report", "states", "with_choices"]

_log = logging.getLogger("talksearch")

_FEW = 10  # feeds, which are all named where another was asked for


def states(corpus: Corpus) -> Iterator[tuple[str, FeedState]]:
    """Each folder with a feed, and how it is followed."""
    for folder in corpus.folders():
        try:
            state = corpus.feed(folder)
        except SourceError as error:
            _log.warning("%s", error)
            continue
        if state:
            yield folder, state


def find(corpus: Corpus, name: str) -> tuple[str, FeedState]:
    """The feed of that folder or address, which may be without its secrets. Raises
    ``NotFoundError``, also where several feeds have that address but for their secrets."""
    if not name:  # nor is a feed from a file, which has no address, meant by None
        raise NotFoundError("a feed is named by its folder, or by its address if it has one")
    known = list(states(corpus))
    for folder, state in known:
        if name in (folder, state.address, state.source):
            return folder, state
    alike = [
        (folder, state)
        for folder, state in known
        if name in (state.shown(state.source), state.shown(state.address or state.source))
    ]
    if len(alike) == 1:
        return alike[0]
    shown = redacted(name)
    if alike:
        folders = ", ".join(folder for folder, _ in alike)
        reason = f"{len(alike)} feeds are at {shown!r}; name one by its folder: {folders}"
    else:
        reason = f"no feed is called {shown!r}; {_instead(name, [folder for folder, _ in known])}"
    raise NotFoundError(reason, shown)


def _instead(name: str, folders: list[str]) -> str:
    """Those that may be meant: all, where they are few."""
    from difflib import get_close_matches

    near = get_close_matches(name.lower(), folders, n=3)
    if near:
        return f"did you mean {' or '.join(near)}?"
    if len(folders) > _FEW:
        return f"`talksearch feeds list` has all {len(folders):,}"
    return f"there are: {', '.join(folders) or 'none'}"


def followed(corpus: Corpus, folder: str, state: FeedState) -> FollowedFeed:
    """A feed with what came of the last visit."""
    visit = corpus.visits(folder).get(state.address or "")
    return FollowedFeed(
        folder,
        state.shown(state.address) if state.address else None,
        state.shown(state.source),
        visit.at.isoformat(timespec="seconds") if visit else None,
        state.paused,
        visit.due.isoformat(timespec="seconds") if visit else None,
        state.retired,
        visit.error if visit else None,
    )


def report(
    corpus: Corpus,
    feeds: Mapping[str, tuple[FeedState, FeedStatus | None]],
    visits: Mapping[str, Visited],
    outcomes: Iterable[Outcome],
    synced: Synced,
    *,
    watches: tuple[WatchMatches, ...],
    rebuilt: int,
    took_ms: float,
) -> RefreshReport:
    """What a refresh did. ``feeds`` has by folder how each was followed when it began, and why it
    was not asked, if it was not."""
    outcomes = with_choices(outcomes, visits.values())
    touched = sum(outcome.status in ("new", "changed") for outcome in outcomes)
    counts: dict[str | None, Counter[Change]] = defaultdict(Counter)
    for outcome in synced.outcomes:
        counts[outcome.folder][outcome.status] += 1
    reports = (
        _feed_report(
            corpus,
            state,
            visits.get(folder) or Visited(folder, why_not or "unchanged"),
            counts[folder],
            synced.marks.get(folder),
        )
        for folder, (state, why_not) in feeds.items()
    )
    return RefreshReport(
        feeds=tuple(reports),
        outcomes=tuple(outcome for outcome in outcomes if outcome.status != "unchanged"),
        unchanged=sum(mark.episodes for mark in synced.marks.values()) - touched,
        committed=synced.committed or rebuilt > 0,
        took_ms=took_ms,
        watches=watches,
        rebuilt=rebuilt,
    )


def with_choices(outcomes: Iterable[Outcome], visits: Iterable[Visited]) -> list[Outcome]:
    """The outcomes, saying which transcripts were passed over where another was taken."""
    passed = {
        taken: tuple(map(str, errors))
        for visited in visits
        for taken, errors in visited.taken.transcripts.items()
    }
    return [replace(each, passed_over=passed.get(each.source, ())) for each in outcomes]


def _feed_report(
    corpus: Corpus,
    state: FeedState,
    visited: Visited,
    counts: Counter[Change],
    mark: Mark | None,
) -> FeedReport:
    """What a refresh did for a feed."""
    folder = visited.folder
    episodes = mark.episodes if mark else 0
    try:
        title = corpus.show_file(folder).title
    except SourceError:
        title = None  # among the outcomes
    return FeedReport(
        folder=folder,
        title=title or folder,
        address=state.shown(state.address) if state.address else None,
        status=visited.status,
        error=visited.error,
        moved_to=state.shown(visited.moved_to) if visited.moved_to else None,
        due=visited.due,
        new=counts["new"],
        changed=counts["changed"],
        gone=counts["gone"],
        unchanged=max(0, episodes - counts["new"] - counts["changed"] - counts["failed"]),
        failed=counts["failed"],
        waiting=mark.waiting if mark else 0,
    )
