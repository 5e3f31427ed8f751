"""What became of what was given: an Outcome for each document, and how far a long run has got."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from talksearch.errors import TalkSearchError

__all__ = ["Outcome", "Progress", "Change"]

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
