"""What is known of each document in the corpus: its sidecar, and a digest over both.

To read thousands of small files takes longer than all else that one new episode asks for. What was
read is kept in index/, and holds for a document whose files have the sizes and times that they had.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass

from talksearch.cache import Cache
from talksearch.corpus import Corpus, FeedState, Meta, Signature, Stored, is_settled
from talksearch.errors import SourceError
from talksearch.shows import VERSION

__all__ = ["Documents"]


_WORTH_WRITING = 20
"""Documents: fewer are read again in less time than it takes to write down all of a folder."""


@dataclass(slots=True)
class _Known:
    signature: Signature
    meta: Meta
    digest: bytes | None = None


class Documents:
    """The documents of a corpus. Nothing is kept of those whose addresses have secrets: these stay
    in the corpus. Threads may ask for different folders."""

    def __init__(self, corpus: Corpus, cache: Cache) -> None:
        self._corpus = corpus
        self._cache = cache
        self._known: dict[str, dict[str, _Known]] = {}
        self._more: Counter[str] = Counter()

    def meta(self, stored: Stored) -> Meta:
        """A document's sidecar; a plain one for a file without. Raises ``SourceError``."""
        return self._look(stored).meta

    def digest(self, stored: Stored) -> bytes:
        """Over a document and its sidecar. Raises ``SourceError``."""
        known = self._look(stored)
        if known.digest is None:
            known.digest = self._corpus.digest(stored)
            if known is self._in(stored.folder).get(stored.name):
                self._more[stored.folder] += 1
        return known.digest

    def guids(self, folder: str) -> set[str]:
        """The guids of the items that have a transcript there, as far as that can be read."""
        found: set[str | None] = set()
        with suppress(SourceError):  # ingest reports it
            for stored in self._corpus.documents(folder):
                with suppress(SourceError):
                    found.add(self.meta(stored).guid)
        return {guid for guid in found if guid}

    def forget(self) -> None:
        """Read all of them again, whatever their times say."""
        self._known = {folder: {} for folder in self._corpus.folders()}

    def keep(self) -> None:
        """Keep what is known now for the next time."""
        for folder, more in self._more.items():
            if more < _WORTH_WRITING or self._corpus.is_private(folder):
                continue
            with suppress(SourceError):  # ingest reports it
                there = {stored.name for stored in self._corpus.documents(folder)}
                known = {n: each for n, each in self._in(folder).items() if n in there}
                self._cache.put(f"documents {folder}", VERSION, known)
        self._more.clear()

    def _in(self, folder: str) -> dict[str, _Known]:
        if folder not in self._known:
            self._known[folder] = self._cache.get(f"documents {folder}", VERSION) or {}
        return self._known[folder]

    def _look(self, stored: Stored) -> _Known:
        signature = self._corpus.signature(stored)
        known = self._in(stored.folder).get(stored.name)
        if known is None or known.signature != signature:
            known = _Known(signature, self._corpus.meta(stored))
            if is_settled(signature) and not FeedState(known.meta.source).private:
                self._in(stored.folder)[stored.name] = known
                self._more[stored.folder] += 1
        return known
