"""Following feeds: they are fetched again, and with them what their items offer.

Whether to ask, and what an answer means, is decided by pure functions (``schedule.py``,
``feeds/identity.py``); here the answers are obtained and stored. A show's visits are stored last:
a run that is killed does again what it had not finished.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from talksearch.corpus import Corpus, FeedState
from talksearch.documents import Documents
from talksearch.errors import FetchError, SourceError, TalkSearchError
from talksearch.feeds import Feed
from talksearch.feeds.identity import address_key, continued
from talksearch.fetch import Fetched, Fetcher, NotModified
from talksearch.offers import Offers, Taken, gave_nothing
from talksearch.report import FeedStatus
from talksearch.schedule import (
    Visit,
    feed_interval,
    is_due,
    is_left_alone,
    next_look,
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
        show = show or self._if_due(folder, state, visits)
        moved = self._moved(folder, show, visits) if show else None
        if moved:
            now, show, answer, changed = *moved, True
        taken = self._take_offers(folder, show, visits, changed=changed)
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
        show = self._shows.store(folder, state, data, wanted=True)
        visits = self._corpus.visits(folder)
        if isinstance(answer, Fetched):
            visits.pop(show.feed.moved_to or "", None)  # who adds it wants it from there now
            if moved := self._moved(folder, show, visits):
                state, show, answer = moved
        taken = self._take_offers(folder, show, visits, changed=True)
        if show.feed.next_page:
            reason = "is a further page of the feed, which is not read: add it as well"
            taken.failed.append(SourceError(reason, state.shown(show.feed.next_page)))
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

    def _if_due(
        self, folder: str, state: FeedState, visits: Mapping[str, Visit]
    ) -> KnownShow | None:
        """The show, where something that it offers is due."""
        offered = (visit for address, visit in visits.items() if address != state.address)
        due = self._everything or any(is_due(visit, self._now) for visit in offered)
        return self._shows.read(folder) if due else None

    def _moved(
        self, folder: str, show: KnownShow, visits: dict[str, Visit]
    ) -> tuple[FeedState, KnownShow, Fetched] | None:
        """The feed from where it says that it is from now on, stored: of hosts that do not
        redirect. None where there is no such thing.

        Many feeds name themselves, and some where they were long ago. It has to have the newest
        episode as well, and not to lead on. A private feed is not left for what could be the one
        that everybody may hear.
        """
        state, address = show.state, show.feed.moved_to
        here = address_key(state.address)
        if not address or address_key(address) == here or state.private:
            return None
        last = visits.get(address)
        if not (self._everything or is_due(last, self._now)):
            return None
        try:
            answer = self._fetcher.get(address)
            assert isinstance(answer, Fetched), "nothing was asked about"
            there = replace(state, address=answer.moved or address)
            feed = self._shows.parse(there, answer.data)
            names = {address_key(each) for each in (None, address, answer.address, there.address)}
            if here not in names and address_key(feed.moved_to) in names and _goes_on(show, feed):
                return there, self._shows.store(folder, there, answer.data), answer
        except SourceError as error:
            visits[address] = gave_nothing(address, self._now, last, error)
            return None
        visits[address] = succeeded(address, self._now, next_look(last))
        return None

    def _take_offers(
        self, folder: str, show: KnownShow | None, visits: dict[str, Visit], *, changed: bool
    ) -> Taken:
        """What the items offer, where the show is given."""
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
            changed=changed,
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
        interval = with_failures(feed_interval(published, today), visits.values())
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


def _goes_on(show: KnownShow, feed: Feed) -> bool:
    """Whether a feed has the newest episode of the show's own."""
    items = show.feed.items
    newest = max(items, key=lambda item: item.date or dt.date.min, default=None)
    return newest is not None and newest not in continued(items, feed.items).left
