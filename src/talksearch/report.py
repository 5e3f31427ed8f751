"""What an archive tells of itself: what became of each document and feed, how far a long run has
got, which feeds are followed, how much there is, who speaks, what its watches find.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from talksearch.errors import TalkSearchError
from talksearch.results import Hit

__all__ = [
    "Change",
    "FeedReport",
    "FeedStatus",
    "Finding",
    "FollowedFeed",
    "Holdings",
    "Outcome",
    "Progress",
    "RefreshReport",
    "SpeakerSummary",
    "Suggestion",
    "Watch",
    "WatchHit",
    "WatchMatches",
]

Change = Literal["new", "changed", "unchanged", "gone", "failed", "skipped"]

FeedStatus = Literal[
    "changed", "unchanged", "failed", "not due", "left alone", "paused", "retired", "file"
]
"""What came of asking for a feed, or why it was not asked; ``left alone``: its server asked to be
for a while, which is not over."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is to do."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one source: a path or an address (without its secrets).

    ``status`` is ``new``, ``changed``, ``unchanged``, ``gone``, ``failed`` or ``skipped``.
    ``error`` is set for ``failed`` (it could not be read, or was not taken because what is there
    was edited by hand; nothing that was there before is lost) and for ``skipped`` (a file in a
    folder that is no transcript; a transcript or chapters that a feed offers and that cannot be
    had, or are not taken for the same reason). ``passages`` counts what is now in the index for it;
    ``folder`` is its show's in the corpus, None for what did not get there.
    ``passed_over`` says which transcripts of the episode were no good, where another one was.
    """

    source: str
    status: Change
    episode_id: str | None = None
    title: str | None = None
    passages: int = 0
    error: TalkSearchError | None = None
    folder: str | None = None
    passed_over: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "status": self.status,
            "folder": self.folder,
            "episode_id": self.episode_id,
            "title": self.title,
            "passages": self.passages,
            "error": str(self.error) if self.error else None,
            "passed_over": list(self.passed_over),
        }


@dataclass(frozen=True, slots=True)
class FollowedFeed:
    """A feed that the archive follows. ``address`` is None for one that was read from a file; like
    ``source`` it is without its secrets. ``fetched`` is when it was last asked, ``due`` when it is
    to be asked again (both in UTC, ISO 8601), ``retired`` the day on which its server said that it
    is gone for good; ``error`` is why it gave nothing the last time."""

    folder: str
    address: str | None
    source: str
    fetched: str | None
    paused: bool
    due: str | None = None
    retired: str | None = None
    error: str | None = None

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class FeedReport:
    """What a refresh did for one feed. ``status`` says whether the feed itself has ``changed``, is
    ``unchanged`` or ``failed`` (with the ``error``), or why it was not asked: ``not due``,
    ``left alone`` (its server asked to be for a while), ``paused``, ``retired``, or a ``file``. The
    counts are of its episodes; ``waiting`` are those that have no transcript yet. ``moved_to`` is
    its new address, which is asked from now on, ``due`` when it is to be asked again, in UTC."""

    folder: str
    title: str
    address: str | None
    status: FeedStatus
    error: TalkSearchError | None = None
    moved_to: str | None = None
    due: dt.datetime | None = None
    new: int = 0
    changed: int = 0
    gone: int = 0
    unchanged: int = 0
    failed: int = 0
    waiting: int = 0

    def to_dict(self) -> dict[str, Any]:
        return {
            **{name: getattr(self, name) for name in self.__slots__},
            "error": str(self.error) if self.error else None,
            "due": self.due.isoformat(timespec="seconds") if self.due else None,
        }


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """What a refresh did: for each feed; for each document and episode that is not ``unchanged``;
    how many episodes there are that are; what the watches newly find. ``committed``: the index was
    changed. ``rebuilt``: so many episodes were indexed at first, because there was no index."""

    feeds: tuple[FeedReport, ...]
    outcomes: tuple[Outcome, ...]
    unchanged: int
    committed: bool
    took_ms: float
    watches: tuple[WatchMatches, ...] = ()
    rebuilt: int = 0

    @property
    def failures(self) -> tuple[FeedReport | Outcome, ...]:
        """The feeds that were asked and gave nothing, and what is stored and cannot be read."""
        feeds = (feed for feed in self.feeds if feed.status == "failed")
        return (*feeds, *(outcome for outcome in self.outcomes if outcome.status == "failed"))

    @property
    def ok(self) -> bool:
        """Whether there are no ``failures``."""
        return not self.failures

    def to_dict(self) -> dict[str, Any]:
        counts = Counter(outcome.status for outcome in self.outcomes)
        return {
            "schema": "talksearch.refresh/1",
            "ok": self.ok,
            "committed": self.committed,
            "took_ms": round(self.took_ms, 1),
            "rebuilt": self.rebuilt,
            "new": counts["new"],
            "changed": counts["changed"],
            "gone": counts["gone"],
            "unchanged": self.unchanged,
            "failed": counts["failed"],
            "skipped": counts["skipped"],
            "feeds": [feed.to_dict() for feed in self.feeds],
            "outcomes": [outcome.to_dict() for outcome in self.outcomes],
            "watches": [each.to_dict() for each in self.watches],
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in an archive that is not as it should be: where, what, and whether it was
    repaired."""

    place: str
    reason: str
    repaired: bool = False

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the archive holds. ``index`` is ``"ready"``, or ``"missing"`` or ``"outdated"``: then
    the next search builds it, and the counts are 0; so they are of ``"newer"``, an index of a later
    version, which stays as it is. ``waiting`` episodes had no transcript when the index was last
    brought up to the corpus. ``words`` are those that can be searched for: where there are no
    spaces, characters. ``not_embedded`` passages lack an embedding by the ``model`` that is set.
    Sizes are in bytes."""

    home: str
    index: str
    shows: int
    episodes: int
    waiting: int
    passages: int
    words: int
    feeds: int
    model: str | None
    not_embedded: int
    corpus_bytes: int
    index_bytes: int

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class SpeakerSummary:
    """A name that speaks in the archive: in which roles and shows, how often, how much (of speech,
    sponsors' messages left out).

    ``occupations`` and ``organizations`` are what is said of it. What holds in most episodes comes
    first, and of what holds in as many, the most recent. ``inferred`` are those of them, and of the
    roles, that nobody states in any episode.
    """

    name: str
    episodes: int
    turns: int
    words: int
    roles: tuple[str, ...]
    shows: tuple[str, ...]
    occupations: tuple[str, ...]
    organizations: tuple[str, ...]
    inferred: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Two names that may be one person's, and why; ``excerpts`` is a passage of each."""

    name: str
    other: str
    show: str
    reason: str
    excerpts: tuple[Hit, ...]

    def to_dict(self) -> dict[str, Any]:
        told = {"name": self.name, "other": self.other, "show": self.show, "reason": self.reason}
        return {**told, "excerpts": [hit.to_dict() for hit in self.excerpts]}


@dataclass(frozen=True, slots=True)
class Watch:
    """A query that is watched: ``refresh`` tells what it newly finds. ``rss`` is the file, by its
    absolute path, in which that can be subscribed to; ``added`` a time in UTC."""

    name: str
    query: str
    added: str
    rss: str | None = None

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class WatchHit:
    """What a watch found, and when: a time in UTC. The hit is as it was then, and knows as much as
    its JSON tells: not the ``turn`` of its passage, and of its episode what is needed to cite it.
    ``Archive.passage`` has the rest, by the passage's id."""

    hit: Hit
    found: str

    def to_dict(self) -> dict[str, Any]:
        return {"found": self.found, **self.hit.to_dict()}


@dataclass(frozen=True, slots=True)
class WatchMatches:
    """What a watch newly finds, the newest episode first. ``error`` says why it could not look (its
    query is none, in this version), or not write its RSS file."""

    watch: Watch
    hits: tuple[Hit, ...] = ()
    error: TalkSearchError | None = None

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.watch.name,
            "query": self.watch.query,
            "total": len(self.hits),
            "hits": [hit.to_dict() for hit in self.hits],
            "error": str(self.error) if self.error else None,
        }
