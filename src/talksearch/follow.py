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
from talksearch.documents import Documents
from talksearch.errors import FetchError, SourceError, TalkSearchError
from talksearch.fetch import Fetched, Fetcher, NotModified
from talksearch.offers import Offers, Taken, gave_nothing
from talksearch.report import FeedStatus
from talksearch.schedule import (
    Visit,
    feed_interval,
    is_due,
    is_left_alone,
    recent,
    succeeded,
    with_failures,
)
from talksearch.shows import KnownShow, Shows

__all__ = ["Following", "Visited"]


@dataclass(frozen=True, slots=True)
class Visited:
    """What came of asking for one feed, and for what its items offer."""

    folder: str
    status: FeedStatus
    error: TalkSearchError | None = None
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
        documents: Documents,
        fetcher: Fetcher,
        now: dt.datetime,
        *,
        everything: bool = False,
    ) -> None:
        self._corpus = corpus
        self._shows = shows
        self._documents = documents
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
        if self._everything:
            return None
        visit = self._corpus.visits(folder).get(state.address)
        if scheduled and not is_due(visit, self._now):
            return "not due"
        return "left alone" if is_left_alone(visit, self._now) else None

    def visit(self, folder: str, state: FeedState) -> Visited:
        """Fetch a feed again, and what its items offer and the folder lacks."""
        assert state.address, "a feed that was read from a file is not fetched"
        visits = self._corpus.visits(folder)
        last = visits.get(state.address) if self._corpus.has_feed_bytes(folder) else None
        try:
            answer = self._fetcher.get(
                state.address,
                etag=last.etag if last else None,
                last_modified=last.last_modified if last else None,
                private=state.private,
            )
            now = replace(state, address=answer.moved or state.address, retired=None)
            show, changed = self._stored(folder, state, now, answer)
        except SourceError as error:
            return self._failed(folder, state, error, visits)
        taken = self._take_offers(folder, now, show, visits)
        visits.pop(state.address, None)
        due = self._remember(folder, now, show, answer, last, visits)
        return Visited(
            folder,
            "changed" if changed else "unchanged",
            moved_to=now.address if now.address != state.address else None,
            due=due,
            taken=taken,
        )

    def take(self, folder: str, state: FeedState, answer: Fetched | bytes) -> Visited:
        """A feed that is added: its bytes, from wherever they came, and what its items offer.

        Raises ``FeedParseError`` for bytes that are no feed.
        """
        data = answer if isinstance(answer, bytes) else answer.data
        show = self._shows.store(folder, state, data)
        visits = self._corpus.visits(folder)
        taken = self._take_offers(folder, state, show, visits)
        if isinstance(answer, bytes):
            self._corpus.put_visits(folder, visits)
            return Visited(folder, "changed", taken=taken)
        due = self._remember(folder, state, show, answer, None, visits)
        return Visited(folder, "changed", due=due, taken=taken)

    def _stored(
        self, folder: str, before: FeedState, now: FeedState, answer: Fetched | NotModified
    ) -> tuple[KnownShow | None, bool]:
        """The show, when what the answer tells is stored, and whether its bytes are new. None if
        nothing was sent: that is only said to a run whose last one came to its end.

        Raises ``FeedParseError`` for bytes that are no feed, before anything is changed.
        """
        if isinstance(answer, Fetched) and answer.data != self._corpus.feed_bytes(folder):
            return self._shows.store(folder, now, answer.data), True
        if now != before:
            self._corpus.put_feed(folder, now)
        return (self._shows.read(folder) if isinstance(answer, Fetched) else None), False

    def _take_offers(
        self, folder: str, state: FeedState, show: KnownShow | None, visits: dict[str, Visit]
    ) -> Taken:
        """What the items offer, where the show was sent or something of it is due."""
        offered = (visit for address, visit in visits.items() if address != state.address)
        if show is None and (self._everything or any(is_due(v, self._now) for v in offered)):
            show = self._shows.read(folder)
        if show is None:
            return Taken()
        offers = Offers(
            self._corpus,
            self._documents,
            self._fetcher,
            folder,
            show,
            visits,
            self._now,
            everything=self._everything,
        )
        return offers.take()

    def _remember(
        self,
        folder: str,
        state: FeedState,
        show: KnownShow | None,
        answer: Fetched | NotModified,
        last: Visit | None,
        visits: dict[str, Visit],
    ) -> dt.datetime:
        """Store when the feed is to be asked again, and with what."""
        today = self._now.date()
        published = last.published if last else ()
        known = show or (None if published else self._shows.read(folder))
        if known:
            published = recent((item.date for item in known.items if item.date), today)
        asked = (last.etag, last.last_modified) if last else (None, None)
        if isinstance(answer, Fetched):
            asked = answer.etag, answer.last_modified
        assert state.address
        visits.pop(state.address, None)
        interval = with_failures(feed_interval(published, today), visits.values(), self._now)
        visits[state.address] = visit = succeeded(
            state.address,
            self._now,
            interval,
            etag=asked[0],
            last_modified=asked[1],
            fresh_s=answer.fresh_s,
            published=published,
        )
        self._corpus.put_visits(folder, visits)
        return visit.due

    def forget(self, folder: str) -> None:
        """Ask for a feed as if for the first time, the next time: what is stored is damaged."""
        state = self._corpus.feed(folder)
        visits = self._corpus.visits(folder)
        if state and visits.pop(state.address or "", None):
            self._corpus.put_visits(folder, visits)

    def _failed(
        self, folder: str, state: FeedState, error: SourceError, visits: dict[str, Visit]
    ) -> Visited:
        assert state.address
        if isinstance(error, FetchError) and error.status == HTTPStatus.GONE:
            error.reason += ": it is gone for good and not asked any more; its episodes stay"
            since = state.retired or self._now.date().isoformat()
            self._corpus.put_feed(folder, replace(state, retired=since))
        visit = gave_nothing(state.address, self._now, visits.get(state.address), error)
        self._corpus.put_visits(folder, visits | {state.address: visit})
        return Visited(folder, "failed", error, due=visit.due)
