"""What the items of a feed offer beside themselves: transcripts, and chapters at an address.

Of several transcripts the one is kept that is in the episode's language and keeps speakers and
times; what is bad or gone is passed over, and asked for again later. What is there is looked at
again for corrections, less and less often.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from talksearch import feeds, guard
from talksearch.corpus import Corpus, Given, Meta, Stored
from talksearch.errors import FetchError, SourceError
from talksearch.feeds import Item, TranscriptLink
from talksearch.fetch import Fetched, Fetcher
from talksearch.formats import Reading
from talksearch.model import Document
from talksearch.redaction import redacted
from talksearch.schedule import Visit, failed, is_due, next_look, succeeded
from talksearch.shows import KnownShow

__all__ = ["Offers", "Taken"]

# Which transcript first: those that may keep speakers and times.
_PREFERENCE = (
    "application/json", "text/vtt", "application/x-subrip", "application/srt", "text/srt",
    "text/html", "text/plain",
)  # fmt: skip

_LOOKS = 25
"""So many of a show's transcripts, at most, are looked at for corrections in one run."""


@dataclass(slots=True)
class Taken:
    """What came of the offers: the addresses of the transcripts that were stored, with what was
    passed over for each; and what could not be had where nothing took its place."""

    transcripts: dict[str, list[SourceError]] = field(default_factory=dict)
    failed: list[SourceError] = field(default_factory=list)


class Offers:
    """The offers of one show, in one run. ``visits`` is brought up to date in place; with
    ``everything``, all of them are due."""

    def __init__(
        self,
        corpus: Corpus,
        fetcher: Fetcher,
        folder: str,
        visits: dict[str, Visit],
        now: dt.datetime,
        *,
        everything: bool = False,
    ) -> None:
        self._corpus = corpus
        self._fetcher = fetcher
        self._folder = folder
        self._visits = visits
        self._now = now
        self._everything = everything
        self._looks = 0

    def take(self, show: KnownShow) -> Taken:
        """Fetch what is lacking or due, and store what is new."""
        taken = Taken()
        present = self._present()
        for item in show.feed.items:
            if item.transcripts:
                self._take_transcript(item, present.get(item.guid), show.state.given, taken)
            if item.chapters_link:
                self._take_chapters(item.chapters_link.url, taken)
        return taken

    def _present(self) -> dict[str, tuple[Stored, Meta]]:
        """The transcripts that are there, by the guids of their items."""
        found: dict[str, tuple[Stored, Meta]] = {}
        for stored in self._corpus.documents(self._folder):
            try:
                meta = self._corpus.meta(stored)
            except SourceError:
                continue  # ingest reports it
            if meta.guid:
                found[meta.guid] = (stored, meta)
        return found

    # Transcripts

    def _take_transcript(
        self, item: Item, present: tuple[Stored, Meta] | None, given: Given, taken: Taken
    ) -> None:
        if present and present[1].matched_by:
            return  # the user's own
        links = sorted(item.transcripts, key=lambda link: _rank(link, item.language))
        addresses = [link.url for link in links]
        current = None
        if present and present[1].source in addresses:
            current = present[1].source
            self._look_again(*present)
        better = addresses.index(current) if current else len(links)
        lacking = [
            link
            for place, link in enumerate(links)
            if link.url != current and self._is_lacking(link.url, may_be_better=place < better)
        ]
        errors: list[SourceError] = []
        best = self._best(item, lacking, errors)
        if best is None:
            taken.failed += [] if present else errors
            return
        link, document, reading = best
        if present and current and not self._is_better(item, link, reading, present):
            return
        meta = Meta(link.url, document.media_type, item.guid, given=replace(given, format=None))
        name = urlsplit(link.url).path
        stored = self._corpus.put(self._folder, name, document.data, meta)
        if present and present[0] != stored:
            self._corpus.remove_document(present[0])
        taken.transcripts[link.url] = errors

    def _is_lacking(self, address: str, *, may_be_better: bool) -> bool:
        visit = self._visits.get(address)
        if visit is None:
            return may_be_better
        return visit.failures > 0 and self._is_due(visit)

    def _is_due(self, visit: Visit | None) -> bool:
        return self._everything or is_due(visit, self._now)

    def _best(
        self, item: Item, links: Sequence[TranscriptLink], errors: list[SourceError]
    ) -> tuple[TranscriptLink, Document, Reading] | None:
        """The best that can be had of these. No more are asked for than it takes to find one with
        speakers and times."""
        best: tuple[TranscriptLink, Document, Reading] | None = None
        for link in links:
            try:
                fetched = self._get(link.url)
                if fetched is None:
                    continue
                source = redacted(link.url)
                document = Document(fetched.data, source, _media_type(fetched, link))
                reading = self._checked(link.url, document)
            except SourceError as error:
                errors.append(error)
                continue
            quality = _quality(item, link, reading)
            if best is None or quality > _quality(item, best[0], best[2]):
                best = (link, document, reading)
            if all(quality):
                break
        return best

    def _is_better(
        self, item: Item, link: TranscriptLink, reading: Reading, present: tuple[Stored, Meta]
    ) -> bool:
        stored, meta = present
        there = next(each for each in item.transcripts if each.url == meta.source)
        try:
            read = guard.read(self._corpus.read(stored, meta), meta.given.format)
        except SourceError:
            return True
        return _quality(item, link, reading) > _quality(item, there, read)

    def _look_again(self, stored: Stored, meta: Meta) -> None:
        """Take a correction, if there is one. What is there stays if there is nothing better."""
        if meta.source not in self._visits:  # a run before was cut off
            self._visits[meta.source] = succeeded(meta.source, self._now, next_look(None))
        if self._looks >= _LOOKS or not self._is_due(self._visits[meta.source]):
            return
        self._looks += 1
        try:
            fetched = self._get(meta.source)
            if fetched is None or fetched.data == self._corpus.read(stored, meta).data:
                return
            document = Document(fetched.data, redacted(meta.source), meta.media_type)
            self._checked(meta.source, document)
        except SourceError:
            return
        self._corpus.put(self._folder, stored.name, fetched.data, meta)

    def _checked(self, address: str, document: Document) -> Reading:
        """The document, read. Raises ``DocumentError``; it is then as good as not there."""
        try:
            return guard.read(document)
        except SourceError as error:
            last = self._visits.get(address)
            self._visits[address] = failed(address, self._now, last, error.reason)
            raise

    # Chapters

    def _take_chapters(self, address: str, taken: Taken) -> None:
        if not self._is_due(self._visits.get(address)):
            return
        try:
            fetched = self._get(address)
            if fetched:
                feeds.parse_chapters(fetched.data, source=redacted(address))
                self._corpus.put_chapters(self._folder, address, fetched.data)
        except SourceError as error:
            taken.failed.append(error)

    def _get(self, address: str) -> Fetched | None:
        """What is at an address; None if it is as it was. Remembers the visit."""
        last = self._visits.get(address)
        asked = (last.etag, last.last_modified) if last and not last.failures else (None, None)
        try:
            answer = self._fetcher.get(address, etag=asked[0], last_modified=asked[1])
        except FetchError as error:
            self._visits[address] = failed(
                address, self._now, last, error.reason, retry_after_s=error.retry_after_s
            )
            raise
        if isinstance(answer, Fetched):
            asked = answer.etag, answer.last_modified
        self._visits[address] = succeeded(
            address, self._now, next_look(last), etag=asked[0], last_modified=asked[1]
        )
        return answer if isinstance(answer, Fetched) else None


def _rank(link: TranscriptLink, language: str | None) -> tuple[bool, int]:
    media_type = (link.media_type or "").partition(";")[0].strip().lower()
    place = _PREFERENCE.index(media_type) if media_type in _PREFERENCE else len(_PREFERENCE)
    return not _same_language(link, language), place


def _same_language(link: TranscriptLink, language: str | None) -> bool:
    wanted, offered = (language or "").partition("-")[0], (link.language or "").partition("-")[0]
    return not wanted or not offered or wanted.lower() == offered.lower()


def _quality(item: Item, link: TranscriptLink, reading: Reading) -> tuple[bool, bool, bool]:
    """What it keeps: the language that was spoken, who speaks, when."""
    return (
        _same_language(link, item.language),
        any(cue.label for cue in reading.cues),
        any(cue.start_ms is not None for cue in reading.cues),
    )


def _media_type(fetched: Fetched, link: TranscriptLink) -> str | None:
    """What the server says, unless it says as good as nothing."""
    if fetched.media_type in (None, "application/octet-stream", "binary/octet-stream"):
        return link.media_type
    return fetched.media_type
