"""What the items of a feed offer beside themselves: transcripts, and chapters at an address.

Of several transcripts the one is kept that is in the episode's language and keeps speakers and
times; what is bad or gone is passed over, and asked for again later. What is there is looked at
again for corrections, less and less often.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit

from talksearch import feeds, guard
from talksearch.corpus import Corpus, Meta, Stored
from talksearch.documents import Documents
from talksearch.errors import DocumentError, EditedError, FetchError, SourceError
from talksearch.feeds import Item, TranscriptLink
from talksearch.fetch import Fetched, Fetcher
from talksearch.formats import Reading
from talksearch.languages import primary
from talksearch.model import Document
from talksearch.redaction import without_secrets
from talksearch.schedule import Visit, failed, is_due, next_look, succeeded
from talksearch.shows import KnownShow

__all__ = ["Offers", "Taken", "gave_nothing"]

# Which transcript first: those that may keep speakers and times.
_PREFERENCE = (
    "application/json", "text/vtt", "application/x-subrip", "application/srt", "text/srt",
    "text/html", "text/plain",
)  # fmt: skip

_LOOKS = 25
"""So much of what is there of a show, at most, is looked at for corrections in one run."""

_LINKS = 10
"""So many transcripts of an item, at most, are asked for."""

_MUCH_SHORTER = 4
"""What has less than a fourth of the text, and neither speakers nor times, is no correction but a
page to log in, or an excuse."""

_Quality = tuple[bool, bool, bool]

T = TypeVar("T")


@dataclass(slots=True)
class Taken:
    """What came of the offers: the addresses of the transcripts that were stored, as they are
    shown, with what was passed over for each; and what could not be had where nothing took its
    place."""

    transcripts: dict[str, list[SourceError]] = field(default_factory=dict)
    failed: list[SourceError] = field(default_factory=list)


class Offers:
    """The offers of one show, in one run. ``visits`` is brought up to date in place; with
    ``everything``, all of them are due. ``changed`` says whether the feed is another than last
    time."""

    def __init__(
        self,
        corpus: Corpus,
        documents: Documents,
        fetcher: Fetcher,
        folder: str,
        show: KnownShow,
        visits: dict[str, Visit],
        now: dt.datetime,
        *,
        changed: bool,
        everything: bool = False,
    ) -> None:
        self._corpus = corpus
        self._documents = documents
        self._fetcher = fetcher
        self._folder = folder
        self._show = show
        self._state = show.state
        self._language = show.state.given.language or show.feed.show.language
        self._visits = visits
        self._now = now
        self._changed = changed
        self._everything = everything
        self._looks = 0
        self._sources: dict[str, str] = {}
        """The guids of the items whose transcripts are there, by the addresses of these."""
        self._others: dict[str, list[Item]] = {}
        """The items that have none, for it is one of those."""
        self._came_by: set[str] = set()
        """The addresses by which those came that are offered still, maybe with another query."""
        for former, address in show.renamed.items():
            if former in visits:
                visits[address] = visits.pop(former)

    def take(self) -> Taken:
        """Fetch what is lacking or due, and store what is new."""
        taken = Taken()
        present = self._present()
        self._sources = {meta.source: guid for guid, (_, meta) in present.items()}
        for item in self._show.feed.items:
            try:
                if item.transcripts:
                    self._take_transcript(item, present.get(item.guid), taken)
                if item.chapters_link:
                    self._take_chapters(item.chapters_link.url, taken)
            except SourceError as error:  # of what is stored: the others go on
                taken.failed.append(error)
        if self._changed or self._everything:
            taken.failed += self._of_several()
        self._forget_what_is_not_offered()
        return taken

    def _of_several(self) -> Iterator[SourceError]:
        """What is offered for several items, and stays with the one that has it."""
        titles = {
            item.guid: without_secrets(item.title or item.guid, *self._state.private)
            for item in self._show.items
        }
        for address, others in self._others.items():
            owner = titles.get(self._sources[address], "another")
            more = f" and {len(others) - 1:,} more" if others[1:] else ""
            reason = f"is offered for “{titles[others[0].guid]}”{more}, but is that of “{owner}”"
            yield SourceError(reason, self._state.shown(address))

    def _present(self) -> dict[str, tuple[Stored, Meta]]:
        """The transcripts that are there, by the guids of their items. Of two that feeds offered,
        the older was to be removed by a run that was cut off."""
        found: dict[str, tuple[Stored, Meta]] = {}
        for stored in self._corpus.documents(self._folder):
            try:
                meta = self._documents.meta(stored)
                other = found.get(meta.guid) if meta.guid else None
                if other and not meta.matched_by and not other[1].matched_by:
                    older = self._corpus.older(stored, other[0])
                    self._corpus.remove_document(older)
                    if older == stored:
                        continue
            except SourceError:
                continue  # ingest reports it
            if meta.guid:
                found[meta.guid] = (stored, meta)
        return found

    def _forget_what_is_not_offered(self) -> None:
        offered = {self._state.address, self._show.feed.moved_to, *self._came_by}
        for item in self._show.feed.items:
            offered.update(link.url for link in item.transcripts)
            offered.add(item.chapters_link.url if item.chapters_link else None)
        for address in self._visits.keys() - offered:
            del self._visits[address]

    # Transcripts

    def _take_transcript(
        self, item: Item, present: tuple[Stored, Meta] | None, taken: Taken
    ) -> None:
        if present and present[1].matched_by:
            return  # the user's own
        links = sorted(item.transcripts, key=self._rank(item))[:_LINKS]
        current = _offered(present[1].source, links) if present else None
        if present and current:
            self._look_again(item, current, *present, taken)
        better = links.index(current) if current else len(links)
        lacking = [
            link
            for place, link in enumerate(links)
            if link != current and self._is_lacking(item, link, current, present, place < better)
        ]
        if lacking and present and self._corpus.is_edited(present[0]):
            return
        errors: list[SourceError] = []
        # What is there and not offered any more: a show that moves to another host may have other
        # transcripts there, by a machine, for one, that does not know who speaks.
        there = self._read(*present) if lacking and present and not current else None
        best = self._best(item, lacking, errors, there)
        if best is None:
            taken.failed += [] if present else errors
            for link in [] if present else links:
                if self._is_of_another(item, link):
                    self._others.setdefault(link.url, []).append(item)
            return
        link, document, reading = best
        if present and current and not self._is_better(item, link, reading, current, present):
            return
        if there and _has_labels(there) and not _has_labels(reading):
            return
        given = replace(self._state.given, format=None)
        meta = Meta(link.url, document.media_type, item.guid, given=given)
        shown = self._state.shown(link.url)
        name = urlsplit(shown).path
        stored = self._corpus.put(self._folder, name, document.data, meta)
        if present and present[0] != stored:
            self._corpus.remove_document(present[0])
        self._sources[link.url] = item.guid
        taken.transcripts[shown] = errors

    def _is_lacking(
        self,
        item: Item,
        link: TranscriptLink,
        current: TranscriptLink | None,
        present: tuple[Stored, Meta] | None,
        may_be_better: bool,
    ) -> bool:
        """Whether to ask for it: nobody did; it failed and is due; it was there and is not; or one
        is there that knows more and is offered no more, and it is due."""
        if self._is_of_another(item, link):
            return False
        visit = self._visits.get(link.url)
        if visit is None:
            return may_be_better
        if not visit.failures:
            return current is None and (present is None or self._is_due(visit))
        return self._is_due(visit)

    def _is_of_another(self, item: Item, link: TranscriptLink) -> bool:
        """Whether another item has it. Whose it is of two that offer it, nobody knows."""
        return self._sources.get(link.url, item.guid) != item.guid

    def _is_due(self, visit: Visit | None) -> bool:
        return self._everything or is_due(visit, self._now)

    def _rank(self, item: Item) -> Callable[[TranscriptLink], tuple[bool, int]]:
        def rank(link: TranscriptLink) -> tuple[bool, int]:
            media_type = (link.media_type or "").partition(";")[0].strip().lower()
            known = media_type in _PREFERENCE
            place = _PREFERENCE.index(media_type) if known else len(_PREFERENCE)
            return not self._is_spoken(item, link), place

        return rank

    def _is_spoken(self, item: Item, link: TranscriptLink) -> bool:
        """Whether it is in the language that is spoken, as far as is known."""
        wanted = primary(item.language) or primary(self._language)
        offered = primary(link.language)
        return not wanted or not offered or wanted == offered

    def _quality(self, item: Item, link: TranscriptLink, reading: Reading) -> _Quality:
        """What it keeps: the language that was spoken, who speaks, when."""
        return (
            self._is_spoken(item, link),
            _has_labels(reading),
            _has_times(reading),
        )

    def _best(
        self,
        item: Item,
        links: Sequence[TranscriptLink],
        errors: list[SourceError],
        there: Reading | None,
    ) -> tuple[TranscriptLink, Document, Reading] | None:
        """The best that can be had of these. No more are asked for than it takes to find one with
        speakers and times."""
        best: tuple[TranscriptLink, Document, Reading] | None = None
        for link in links:
            try:
                got = self._get(
                    link.url, partial(self._checked, link, there=there), conditional=False
                )
            except SourceError as error:
                errors.append(error)
                continue
            assert got is not None, "nothing was asked about"
            document, reading = got
            quality = self._quality(item, link, reading)
            if best is None or quality > self._quality(item, best[0], best[2]):
                best = (link, document, reading)
            if all(quality):
                break
        return best

    def _is_better(
        self,
        item: Item,
        link: TranscriptLink,
        reading: Reading,
        current: TranscriptLink,
        present: tuple[Stored, Meta],
    ) -> bool:
        there = self._read(*present)
        if there is None:
            return True
        return self._quality(item, link, reading) > self._quality(item, current, there)

    def _read(self, stored: Stored, meta: Meta) -> Reading | None:
        """What is there; None if it cannot be read any more."""
        try:
            return guard.read(self._corpus.read(stored, meta), meta.given.format)
        except SourceError:
            return None

    def _look_again(
        self, item: Item, link: TranscriptLink, stored: Stored, meta: Meta, taken: Taken
    ) -> None:
        """Take a correction, if there is one. What is there stays if it keeps more, or was edited
        by hand."""
        # By the address by which it came: some hosts sign it anew every day, and what has just been
        # signed would never be due.
        known_by = meta.source
        self._came_by.add(known_by)
        if known_by not in self._visits:  # a run was cut off
            self._visits[known_by] = succeeded(known_by, self._now, next_look(None))
        if not self._may_look(self._visits[known_by]):
            return
        try:
            # What is damaged is not kept because the server's has not changed. Of what is not as
            # the server gave it nobody knows whether it is damage or an edit, and it is kept.
            there = self._read(stored, meta)
            edited = self._corpus.is_edited(stored)
            conditional = edited or there is not None
            checked = partial(self._checked, link, there=there)
            got = self._get(link.url, checked, conditional=conditional, known_by=known_by)
            if got is None or got[0].data == self._corpus.read(stored, meta).data:
                return
        except SourceError:
            return
        document, reading = got
        if edited:
            now = meta.obtaining(document.data)
            if now != meta:
                self._corpus.move(stored, self._folder, now)
                path = str(self._corpus.path(stored))
                again = "talksearch refresh --all"
                taken.failed.append(EditedError(path, self._state.shown(link.url), again))
        elif there is None or not _loses(
            self._quality(item, link, reading), self._quality(item, link, there)
        ):
            self._corpus.put(self._folder, stored.name, document.data, meta)

    def _may_look(self, visit: Visit) -> bool:
        if not self._is_due(visit) or (self._looks >= _LOOKS and not self._everything):
            return False
        self._looks += 1
        return True

    def _checked(
        self, link: TranscriptLink, fetched: Fetched, *, there: Reading | None = None
    ) -> tuple[Document, Reading]:
        """The document, and what it says. Raises ``DocumentError``, also for what cannot be a
        correction of what is ``there``."""
        shown = self._state.shown(link.url)
        document = Document(fetched.data, shown, _media_type(fetched, link))
        if _is_page(document.data) and "html" not in (link.media_type or "html").lower():
            raise DocumentError("is a web page and not what was offered", document.source)
        reading = guard.read(document)
        bare = not (_has_labels(reading) or _has_times(reading))
        if there and bare and _size(reading) * _MUCH_SHORTER < _size(there):
            raise DocumentError("is much shorter than it was, which is kept", document.source)
        return document, reading

    # Chapters

    def _take_chapters(self, address: str, taken: Taken) -> None:
        there = self._corpus.chapters_at(self._folder, address)
        if there and address not in self._visits:  # as with transcripts
            self._visits[address] = succeeded(address, self._now, next_look(None))
        visit = self._visits.get(address)
        # What is lacking is asked for at once, unless that has just failed.
        if visit and (there or visit.failures) and not self._may_look(visit):
            return

        def checked(fetched: Fetched) -> bytes:
            feeds.parse_chapters(fetched.data, source=self._state.shown(address))
            return fetched.data

        try:
            data = self._get(address, checked, conditional=there)
        except SourceError as error:
            taken.failed.append(error)
            return
        if data is not None:
            self._corpus.put_chapters(self._folder, address, data)

    def _get(
        self,
        address: str,
        checked: Callable[[Fetched], T],
        *,
        conditional: bool,
        known_by: str | None = None,
    ) -> T | None:
        """What is at an address, as ``checked`` gives it; None if it is as it was. Remembers the
        visit, by the address itself or the one that it is ``known_by``. Raises ``SourceError``,
        also what ``checked`` raises: what is no good is as good as not there, and is asked for less
        and less."""
        known_by = known_by or address
        last = self._visits.get(known_by)
        asked: tuple[str | None, str | None] = (None, None)
        if last and conditional and not last.failures:
            asked = last.etag, last.last_modified
        try:
            answer = self._fetcher.get(
                address, etag=asked[0], last_modified=asked[1], private=self._state.private
            )
            found = checked(answer) if isinstance(answer, Fetched) else None
        except SourceError as error:
            self._visits[known_by] = gave_nothing(known_by, self._now, last, error)
            raise
        if isinstance(answer, Fetched):
            asked = answer.etag, answer.last_modified
        self._visits[known_by] = succeeded(
            known_by, self._now, next_look(last), etag=asked[0], last_modified=asked[1]
        )
        return found


def gave_nothing(address: str, now: dt.datetime, last: Visit | None, error: SourceError) -> Visit:
    """The visit of an address that ended with an error."""
    if not isinstance(error, FetchError):
        return failed(address, now, last, error.reason)
    peace_s = error.retry_after_s
    # Without an answer, peace is what the server wanted of somebody who asked before.
    asked = not error.offline and (peace_s is None or error.status is not None)
    return failed(address, now, last, error.reason, retry_after_s=peace_s, asked=asked)


def _offered(source: str, links: Sequence[TranscriptLink]) -> TranscriptLink | None:
    """The link by which a transcript came: the same address, or the only one that differs in no
    more than the query, which some hosts sign anew every day."""
    for link in links:
        if link.url == source:
            return link
    alike = [link for link in links if link.url.partition("?")[0] == source.partition("?")[0]]
    return alike[0] if len(alike) == 1 else None


def _has_labels(reading: Reading) -> bool:
    return any(cue.label for cue in reading.cues)


def _has_times(reading: Reading) -> bool:
    return any(cue.start_ms is not None for cue in reading.cues)


def _size(reading: Reading) -> int:
    return sum(len(cue.text) for cue in reading.cues)


def _loses(now: _Quality, before: _Quality) -> bool:
    """Speakers or times that were there."""
    return any(had and not has for has, had in zip(now, before, strict=True))


def _is_page(data: bytes) -> bool:
    """What a server sends when it has something else to say."""
    return data[:512].lstrip().lower().startswith((b"<!doctype html", b"<html"))


def _media_type(fetched: Fetched, link: TranscriptLink) -> str | None:
    """What the server says, unless it says as good as nothing."""
    if fetched.media_type in (None, "application/octet-stream", "binary/octet-stream"):
        return link.media_type
    return fetched.media_type
