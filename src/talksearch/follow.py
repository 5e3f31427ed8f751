"""Following feeds: they are fetched again, and with them what their items offer.

Whether to ask, and what an answer means, is decided by pure functions (``schedule.py``,
``feeds/identity.py``); here the answers are obtained and stored. A show's visits are stored last:
a run that is killed does again what it had not finished.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from talksearch.corpus import Corpus, FeedState
from talksearch.errors import FetchError, SourceError
from talksearch.fetch import Fetched, Fetcher, NotModified
from talksearch.offers import Offers, Taken
from talksearch.report import FeedStatus
from talksearch.schedule import Visit, failed, feed_interval, is_due, succeeded
from talksearch.shows import KnownShow, Shows

__all__ = ["Following", "Visited"]


@dataclass(frozen=True, slots=True)
class Visited:
    """What came of asking for one feed, and for what its items offer."""

    folder: str
    status: FeedStatus
    error: SourceError | None = None
    moved_to: str | None = None
    due: dt.datetime | None = None
    taken: Taken = field(default_factory=Taken)


class Following:
    """One run over feeds. ``now`` is the time of the run; with ``everything``, also what is not
    due yet is asked for. Threads may visit different folders."""

    def __init__(
        self,
        corpus: Corpus,
        shows: Shows,
        fetcher: Fetcher,
        now: dt.datetime,
        *,
        everything: bool = False,
    ) -> None:
        self._corpus = corpus
        self._shows = shows
        self._fetcher = fetcher
        self._now = now
        self._everything = everything

    def why_not(self, folder: str, state: FeedState, *, scheduled: bool) -> FeedStatus | None:
        """Why a feed is not asked now; None if it is to be."""
        if state.address is None:
            return "file"
        if state.paused:
            return "paused"
        if state.retired and not self._everything:
            return "retired"
        if scheduled and not is_due(self._corpus.visits(folder).get(state.address), self._now):
            return "not due"
        return None

    def visit(self, folder: str, state: FeedState) -> Visited:
        """Fetch a feed again, and what its items offer and the folder lacks."""
        assert state.address, "a feed that was read from a file is not fetched"
        visits = self._corpus.visits(folder)
        last = visits.get(state.address)
        data = self._corpus.feed_bytes(folder)
        try:
            answer = self._fetcher.get(
                state.address,
                etag=last.etag if last and data else None,
                last_modified=last.last_modified if last and data else None,
            )
            show = self._stored(folder, state, data, answer)
        except SourceError as error:
            return self._failed(folder, state, error, visits)
        moved_to = show.state.address if show.state.address != state.address else None
        changed = isinstance(answer, Fetched) and answer.data != data
        taken = self._take_offers(folder, show, visits)
        due = self._remember(folder, show, answer, visits)
        return Visited(folder, "changed" if changed else "unchanged", None, moved_to, due, taken)

    def take(self, folder: str, state: FeedState, answer: Fetched | bytes) -> Visited:
        """A feed that is added: its bytes, from wherever they came, and what its items offer.

        Raises ``FeedParseError`` for bytes that are no feed.
        """
        data = answer if isinstance(answer, bytes) else answer.data
        show = self._shows.store(folder, state, data)
        visits = self._corpus.visits(folder)
        taken = self._take_offers(folder, show, visits)
        due = self._remember(folder, show, answer, visits) if isinstance(answer, Fetched) else None
        return Visited(folder, "changed", due=due, taken=taken)

    def _stored(
        self, folder: str, state: FeedState, data: bytes | None, answer: Fetched | NotModified
    ) -> KnownShow:
        """The show, when what the answer tells is stored. Raises ``FeedParseError``."""
        now = replace(state, address=answer.moved or state.address, retired=None)
        if isinstance(answer, Fetched) and answer.data != data:
            return self._shows.store(folder, now, answer.data)
        if now != state:
            self._corpus.put_feed(folder, now)
        show = self._shows.read(folder)
        assert show is not None, "it has bytes: only then is a feed asked for changes"
        return show

    def _take_offers(self, folder: str, show: KnownShow, visits: dict[str, Visit]) -> Taken:
        offers = Offers(
            self._corpus, self._fetcher, folder, visits, self._now, everything=self._everything
        )
        return offers.take(show)

    def _remember(
        self,
        folder: str,
        show: KnownShow,
        answer: Fetched | NotModified,
        visits: dict[str, Visit],
    ) -> dt.datetime:
        """Store when the feed is to be asked again, and with what."""
        address = show.state.address
        assert address
        days = (item.date for item in show.items if item.date)
        last = visits.get(address)
        asked = (last.etag, last.last_modified) if last else (None, None)
        if isinstance(answer, Fetched):
            asked = answer.etag, answer.last_modified
        visits[address] = succeeded(
            address,
            self._now,
            feed_interval(days, self._now.date()),
            etag=asked[0],
            last_modified=asked[1],
            fresh_s=answer.fresh_s,
        )
        self._corpus.put_visits(folder, visits)
        return visits[address].due

    def _failed(
        self, folder: str, state: FeedState, error: SourceError, visits: dict[str, Visit]
    ) -> Visited:
        assert state.address
        if isinstance(error, FetchError) and error.status == HTTPStatus.GONE:
            error.reason += ": it is gone for good and not asked any more; its episodes stay"
            self._corpus.put_feed(folder, replace(state, retired=self._now.date().isoformat()))
        visit = failed(
            state.address,
            self._now,
            visits.get(state.address),
            error.reason,
            retry_after_s=error.retry_after_s if isinstance(error, FetchError) else None,
        )
        self._corpus.put_visits(folder, visits | {state.address: visit})
        return Visited(folder, "failed", error, due=visit.due)
