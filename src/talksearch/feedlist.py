"""The feeds that an archive follows: found by name, listed, and reported on."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator

from talksearch.corpus import Corpus, FeedState
from talksearch.errors import NotFoundError, SourceError
from talksearch.follow import Visited
from talksearch.ingest import Synced
from talksearch.redaction import redacted
from talksearch.report import FeedReport, FollowedFeed

__all__ = ["find", "followed", "report", "states"]

_log = logging.getLogger("talksearch")


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
    """The feed of that folder or address. Raises ``NotFoundError``."""
    known = list(states(corpus))
    for folder, state in known:
        addresses = [address for address in (state.address, state.source) if address]
        if name in (folder, *addresses, *map(redacted, addresses)):
            return folder, state
    folders = ", ".join(folder for folder, _ in known) or "none"
    raise NotFoundError(f"no feed is called {redacted(name)!r}; there are: {folders}", name)


def followed(corpus: Corpus, folder: str, state: FeedState) -> FollowedFeed:
    """A feed with what came of the last visit."""
    visit = corpus.visits(folder).get(state.address or "")
    return FollowedFeed(
        folder,
        redacted(state.address) if state.address else None,
        redacted(state.source),
        visit.at.isoformat(timespec="seconds") if visit else None,
        state.paused,
        visit.due.isoformat(timespec="seconds") if visit else None,
        state.retired,
        visit.error if visit else None,
    )


def report(corpus: Corpus, state: FeedState, visited: Visited, synced: Synced) -> FeedReport:
    """What a refresh did for a feed."""
    folder = visited.folder
    counts = Counter(o.status for o in synced.outcomes if o.folder == folder)
    mark = synced.marks.get(folder)
    episodes = mark.episodes if mark else 0
    try:
        title = corpus.show_file(folder).title
    except SourceError:
        title = None  # among the outcomes
    return FeedReport(
        folder=folder,
        title=title or folder,
        address=redacted(state.address) if state.address else None,
        status=visited.status,
        error=visited.error,
        moved_to=redacted(visited.moved_to) if visited.moved_to else None,
        due=visited.due,
        new=counts["new"],
        changed=counts["changed"],
        gone=counts["gone"],
        unchanged=max(0, episodes - counts["new"] - counts["changed"] - counts["failed"]),
        failed=counts["failed"],
        waiting=mark.waiting if mark else 0,
    )
