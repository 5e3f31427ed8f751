"""What an engine does. Everything above this floor knows engines by this protocol only.

An engine holds *records*, one an episode, each with its passages, and answers
:class:`~talksearch.results.SearchRequest` from what was last committed. Searching is safe from any
number of threads while one writer writes; a reader sees an episode wholly as it was before a
commit or wholly as it is after.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from talksearch.model import Appearance, Episode, Passage
from talksearch.query.nodes import Node
from talksearch.results import Facet, Highlighted, Hit, SearchRequest

if TYPE_CHECKING:
    from talksearch.report import Progress

__all__ = ["FEW", "Engine", "EngineWriter", "Found", "Mark", "Record", "Totals"]


FEW = 10
"""Of so many passages, or fewer, another writing of a word may find far more."""


@dataclass(frozen=True, slots=True)
class Record:
    """What the index knows of one episode beside its passages.

    ``digest`` is over everything the record was made from; another digest means read again.
    ``document`` is the transcript's path inside corpus/, None for show notes alone.
    ``folder`` is the folder of corpus/ that it belongs to: speakers recur within one. ``hosts``
    are those of its speakers who were inferred to be hosts from the other episodes there.
    ``decisions`` are the numbers of the user's decisions that it was read by.
    """

    episode: Episode
    digest: str
    folder: str
    document: str | None
    appearances: tuple[Appearance, ...] = ()
    hosts: tuple[str, ...] = ()
    passages: int = 0
    words: int = 0
    decisions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """The state of one folder of corpus/ that the index was last brought up to: the ``fingerprint``
    of what the folder held (empty: not known), and one of what was ``hidden``, for another show has
    it; how many ``episodes`` there are, and how many of them are ``waiting`` for a transcript."""

    fingerprint: str
    hidden: str = ""
    episodes: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Totals:
    """How much an index holds: folders of corpus/, episodes, passages, and the words in these, as
    they can be searched for."""

    folders: int
    episodes: int
    passages: int
    words: int


@dataclass(frozen=True, slots=True)
class Found:
    """An engine's answer: the page's hits (without context), how many there are in all, facets.
    ``absent`` are those of the words typed side by side that no passage of the result holds, and
    those of several filters that let nothing through; ``unusual`` the words, and pairs of them,
    that may be written otherwise far more often; ``missed`` those that none of the first hits
    holds, though they say as much as any that one does; ``eclipsed`` says of one word that its stem
    finds mostly others. ``near`` of the total are only near the query in meaning; ``lacking``
    passages could not be looked at for that, since they have no embedding yet."""

    total: int
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...] = ()
    absent: tuple[Node, ...] = ()
    unusual: tuple[str, ...] = ()
    missed: tuple[Node, ...] = ()
    eclipsed: bool = False
    near: int = 0
    lacking: int = 0

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing to explain, as with most: many passages have all the words."""
        return self.total > FEW and not (
            self.absent or self.unusual or self.missed or self.eclipsed or self.near or self.lacking
        )


class EngineWriter(Protocol):
    """Collects changes; they become visible together, at ``commit``."""

    def put(self, record: Record, passages: Sequence[Passage]) -> None:
        """Add an episode, in place of any of the same id, also of one that was put just before."""

    def remove(self, episode_id: str) -> None:
        """Take an episode out; an unknown id is no error."""

    def commit(self) -> None: ...


class Engine(Protocol):
    """An index of passages. Raises ``IndexUnusableError`` when it cannot be read."""

    def steady(self) -> AbstractContextManager[None]:
        """Within the block this thread sees one commit, whatever others write meanwhile: for what
        is put together from several answers."""

    def search(self, request: SearchRequest) -> Found:
        """Raises ``UnsupportedQueryError`` for a node it cannot evaluate: never an empty page."""

    def count(self, query: Node) -> int:
        """How many passages match."""

    def parted(self, query: Node) -> Node:
        """The query with its words in the place of a question that was typed without spaces, and
        is nowhere as it stands."""

    def totals(self) -> Totals:
        """How much there is, without a look at each episode."""

    def passages(
        self, episode_id: str, numbers: Collection[int] | None = None
    ) -> tuple[Passage, ...]:
        """The passages of an episode (of these numbers) in order; empty for an unknown id."""

    def turns(self, episode_id: str) -> Sequence[int]:
        """The turn of each passage of an episode, in order; empty for an unknown id."""

    def record(self, episode_id: str) -> Record | None: ...

    def ids(self) -> Collection[str]:
        """The ids of all episodes."""

    def records(self, folders: Collection[str] | None = None) -> Iterator[Record]:
        """Every record (of these folders of the corpus), in no particular order."""

    def select(self, query: Node) -> Iterator[tuple[Passage, Episode]]:
        """Every passage that matches, episode by episode, in order."""

    def highlight(
        self, query: Node, passages: Iterable[tuple[Passage, Episode]]
    ) -> Iterator[Highlighted]:
        """The texts of passages, marked as ``search`` marks them, one by one."""

    def suggest(self, word: str) -> list[str]:
        """A few words that occur and are spelled like this one, likeliest first; or two that are
        typed side by side as one, if that occurs."""

    def suggest_otherwise(self, typed: str) -> list[str]:
        """How a word that occurs, or two that are typed side by side, are written far more often,
        likeliest first."""

    def overshadowing(self, word: str) -> str:
        """Another word of the same stem, where most that a word finds has that one: "fast" for
        "fastly"; "" where there is none, or it is only the singular or plural."""

    def suggest_value(self, field: str, value: str) -> list[str]:
        """A few values of a filter field that occur and are spelled like this one."""

    def complete(self, beginning: str, limit: int = 10) -> list[str]:
        """Words that occur and begin so, the most frequent first."""

    def complete_value(self, field: str, beginning: str, limit: int = 10) -> list[str]:
        """Values of a filter field that occur, of which a part begins so, the most frequent
        first."""

    def marks(self) -> Mapping[str, Mark]:
        """What was last marked, by folder; empty where there is no index, or it says nothing."""

    def mark(self, marks: Mapping[str, Mark]) -> None:
        """Remember what the last commit brought the index up to. Raises ``HomeError``."""

    def embed(self, progress: Progress | None) -> None:
        """Make the embeddings that are lacking, also of what others commit meanwhile; none where no
        model is set, or another process is making them. Raises ``ConfigError`` when the model
        cannot be used, and ``HomeError``; those that were made until then stay."""

    def lacking(self) -> int:
        """How many passages have no embedding yet; 0 where no model is set."""

    def verify(self) -> None:
        """Read all of it once. Raises ``IndexUnusableError`` for whatever is damaged."""

    def state(self) -> str:
        """``"ready"``; ``"missing"`` or ``"outdated"``: then write a fresh one; or ``"newer"``,
        made by a later version, which would do the same with ours."""

    def writer(self, *, fresh: bool = False) -> AbstractContextManager[EngineWriter]:
        """A writer; waits for another one. Leaving the block without ``commit`` changes nothing.
        A ``fresh`` one starts an empty index, which takes the old one's place at its commit.

        Raises ``HomeError`` when the other does not finish in time, or the disk refuses, and
        ``IndexUnusableError`` where there is an index that cannot be added to.
        """

    def close(self) -> None: ...
