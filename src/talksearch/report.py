"""What an archive tells of itself: what became of each document, how far a long run has got, which
feeds are followed, how much there is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from talksearch.errors import TalkSearchError

__all__ = ["Change", "FollowedFeed", "Holdings", "Outcome", "Progress"]

Change = Literal["new", "changed", "unchanged", "gone", "failed", "skipped"]

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is to do."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one source: a path or an address.

    ``error`` is set for ``failed`` (it could not be read; nothing that was there before is lost)
    and for ``skipped`` (a file in a folder that is no transcript). ``passages`` counts what is now
    in the index for it.
    """

    source: str
    status: Change
    episode_id: str | None = None
    title: str | None = None
    passages: int = 0
    error: TalkSearchError | None = None

    def to_dict(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "status": self.status,
            "episode_id": self.episode_id,
            "title": self.title,
            "passages": self.passages,
            "error": str(self.error) if self.error else None,
        }


@dataclass(frozen=True, slots=True)
class FollowedFeed:
    """A feed that the archive follows. ``address`` is None for one that was read from a file."""

    folder: str
    address: str | None
    source: str
    fetched: str | None
    paused: bool


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the archive holds. ``index`` is ``"ready"``, or ``"missing"`` or ``"outdated"``: then
    the next search builds it, and the counts are 0. Sizes are in bytes."""

    home: str
    index: str
    shows: int
    episodes: int
    passages: int
    words: int
    feeds: int
    corpus_bytes: int
    index_bytes: int
