"""For people: what became of documents and feeds, and what there is."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from talksearch.render.layout import Style, minute
from talksearch.report import FeedReport, Finding, FollowedFeed, Holdings, Outcome, RefreshReport

__all__ = ["feeds", "findings", "holdings", "log_lines", "outcomes", "refresh"]

_ORDER = ("new", "changed", "gone", "unchanged", "skipped", "failed")


def outcomes(found: Sequence[Outcome], unchanged: int = 0) -> Iterator[str]:
    """How many of each, in one line."""
    counts = Counter({"unchanged": unchanged})
    counts.update(outcome.status for outcome in found)
    passages = sum(o.passages for o in found if o.status in ("new", "changed"))
    told = [f"{counts[status]:,} {status}" for status in _ORDER if counts[status]]
    if passages:
        told.append(f"{passages:,} {'passage' if passages == 1 else 'passages'} indexed")
    yield ", ".join(told) if told else "nothing new"


_WHY_NOT = {
    "paused": "is paused: `talksearch feeds resume {}` takes it in again",
    "retired": "is gone for good, says its server: `--all` asks it all the same",
    "file": "was added from a file, and has no address to ask",
    "left alone": "is left alone for a while, as its server wants: `--all` asks it all the same",
}


def refresh(found: RefreshReport, style: Style, *, named: bool = False) -> Iterator[str]:
    """A line a feed with something to tell, then the sum. Of feeds that were ``named`` also why
    they were not asked; of those that their servers want left alone, always."""
    yield from _rebuilt(found)
    for feed in found.feeds:
        told = list(_told(feed))
        if feed.status == "left alone" or (named and feed.status in _WHY_NOT):
            told.append(_WHY_NOT[feed.status].format(feed.folder))
        if told:
            yield f"{style.bold(feed.title)}: {', '.join(told)}"
    yield from outcomes(found.outcomes, found.unchanged)


def _rebuilt(found: RefreshReport) -> Iterator[str]:
    if found.rebuilt:
        what = "episode" if found.rebuilt == 1 else "episodes"
        yield f"the index was made from the corpus: {found.rebuilt:,} {what}"


def _told(feed: FeedReport) -> Iterator[str]:
    for count, what in ((feed.new, "new"), (feed.changed, "changed"), (feed.gone, "gone")):
        if count:
            yield f"{count:,} {what}"
    if feed.waiting and (feed.new or feed.changed):
        yield f"{feed.waiting:,} waiting for a transcript"
    if feed.moved_to:
        yield f"has moved to {feed.moved_to}"
    if feed.status == "failed":
        yield "failed"


def log_lines(found: RefreshReport) -> Iterator[tuple[int, str]]:
    """The lines of a log, each with its level."""
    for line in _rebuilt(found):
        yield logging.WARNING, line
    asked = [feed for feed in found.feeds if feed.status in ("changed", "unchanged", "failed")]
    for feed in asked:
        news = ", ".join(_told(feed)) or feed.status
        due = f", due {feed.due.isoformat(timespec='seconds')}" if feed.due else ""
        level = logging.ERROR if feed.status == "failed" else logging.INFO
        yield level, f"{feed.folder}: {str(feed.error) if feed.error else news}{due}"
    for outcome in found.outcomes:
        level = logging.ERROR if outcome.status == "failed" else logging.INFO
        what = str(outcome.error) if outcome.error else f"{outcome.title} ({outcome.source})"
        yield level, f"{outcome.status}: {what}"
        for reason in outcome.passed_over:
            yield logging.INFO, f"passed over: {reason}"
    for told in found.watches:
        if told.hits:
            yield logging.INFO, f"watch {told.watch.name}: {len(told.hits):,} new"
        if told.error:
            yield logging.ERROR, f"watch {told.watch.name}: {told.error}"
    (summed,) = outcomes(found.outcomes, found.unchanged)
    yield logging.INFO, f"{len(asked)} of {len(found.feeds)} feeds asked: {summed}"


def feeds(found: Iterable[FollowedFeed], style: Style) -> Iterator[str]:
    """A line a feed."""
    for each in found:
        yield f"{style.bold(each.folder)} · {each.address or each.source} · {_state(each)}"


def _state(feed: FollowedFeed) -> str:
    if feed.address is None:
        return "a file"
    if feed.paused:
        return "paused"
    if feed.retired:
        return f"gone for good since {feed.retired}"
    if feed.fetched is None:
        return "not fetched yet"
    told = f"fetched {minute(feed.fetched)}"
    if feed.error:
        told = f"failed {minute(feed.fetched)}: {feed.error}"
    return f"{told}, due {minute(feed.due)}" if feed.due else told


def findings(found: Sequence[Finding], style: Style) -> Iterator[str]:
    """A line each."""
    for each in found:
        repaired = " (repaired)" if each.repaired else ""
        yield f"{style.bold(each.place)}: {each.reason}{repaired}"
    if not found:
        yield "corpus and index are whole, and hold the same"


def holdings(found: Holdings) -> Iterator[str]:
    """What there is, a line each."""
    waiting = f", {found.waiting:,} of them waiting for a transcript" if found.waiting else ""
    yield f"home      {found.home}"
    yield f"index     {found.index}, {_size(found.index_bytes)}"
    yield f"corpus    {_size(found.corpus_bytes)}"
    yield f"feeds     {found.feeds:,}"
    yield f"shows     {found.shows:,}"
    yield f"episodes  {found.episodes:,}{waiting}"
    yield f"passages  {found.passages:,}"
    yield f"words     {found.words:,}"
    if found.model:
        rest = (
            f", {found.not_embedded:,} of the passages not embedded yet"
            if found.not_embedded
            else ""
        )
        yield f"model     {found.model}{rest}"


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{size / 1e3:,.0f} kB"
