"""A show's feed on disk: how it is followed, its bytes, what has left it, what came of requests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from talksearch.corpus.sidecars import FeedState, Meta, as_json, read, written
from talksearch.errors import SourceError
from talksearch.files import is_file, read_file, read_json, unreadable, write_file, writing
from talksearch.schedule import Visit

__all__ = ["FeedFiles", "short_hash"]


class FeedFiles:
    """The files of feeds in a corpus; a part of ``Corpus``."""

    root: Path

    def feed(self, folder: str) -> FeedState | None:
        """How a show's feed is followed; None without a feed. Raises ``SourceError`` for a state
        file that cannot be read."""
        path = self.root / folder / "feed.json"
        found = read_json(path)
        if found is not None:
            return read(FeedState, found, path)
        data = path.with_name("feed.xml")
        return FeedState(source=str(data)) if is_file(data) else None

    def has_feed_bytes(self, folder: str) -> bool:
        """Whether a feed was obtained. Raises ``SourceError`` where that cannot be known."""
        return is_file(self.root / folder / "feed.xml")

    def feed_bytes(self, folder: str) -> bytes | None:
        """A feed as last obtained; None before the first time. Raises ``SourceError``."""
        path = self.root / folder / "feed.xml"
        return read_file(path) if is_file(path) else None

    def left(self, folder: str) -> list[dict[str, Any]]:
        """The items that have left the feed, as ``feeds.item_to_dict`` gives them. Raises
        ``SourceError``."""
        path = self.root / folder / "left.json"
        items = (read_json(path) or {}).get("items", [])
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise SourceError("should hold a list of items", str(path))
        return items

    def visits(self, folder: str) -> dict[str, Visit]:
        """What came of the last request for each address, of the feed and of what its items offer.

        They only save requests: none are known where the file cannot be read.
        """
        try:
            return self.strict_visits(folder)
        except SourceError:
            return {}

    def strict_visits(self, folder: str) -> dict[str, Visit]:
        """As ``visits``, but raises ``SourceError`` for a file that cannot be read."""
        path = self.root / folder / "visits.json"
        found = (read_json(path) or {}).get("visits", {})
        try:
            return {address: read(Visit, entry, path) for address, entry in found.items()}
        except AttributeError:
            raise SourceError("should hold a visit for each address", str(path)) from None

    def chapters_at(self, folder: str, address: str) -> bool:
        """Whether the chapters of an address are there."""
        return self._chapters(folder, address).is_file()

    def chapters(self, folder: str, address: str) -> bytes | None:
        """The chapters obtained from an address. Raises ``SourceError``."""
        path = self._chapters(folder, address)
        return read_file(path) if is_file(path) else None

    def chapter_files(self, folder: str) -> list[Path]:
        """The files of all chapters that there are. Raises ``SourceError``."""
        place = self.root / folder / "chapters"
        try:
            found = sorted(place.iterdir()) if place.is_dir() else []
        except OSError as error:
            raise unreadable(place, error) from error
        return [path for path in found if path.suffix == ".json"]

    def has_chapters(self, folder: str) -> bool:
        """Whether there are any."""
        return (self.root / folder / "chapters").is_dir()

    def _chapters(self, folder: str, address: str) -> Path:
        return self.root / folder / "chapters" / f"{short_hash(address)}.json"

    def put_feed(self, folder: str, state: FeedState, data: bytes | None = None) -> None:
        """Store how a feed is followed, and its bytes if they are new."""
        # The state first: with it the old bytes mean what they meant, but the new ones without it
        # would be of other episodes.
        private = bool(state.private)
        write_file(self.root / folder / "feed.json", written(state), private=private)
        if data is not None:
            write_file(self.root / folder / "feed.xml", data, private=private)

    def put_left(self, folder: str, items: Iterable[Mapping[str, Any]]) -> None:
        """Store the items that have left the feed."""
        text = as_json({"schema": 1, "items": list(items)})
        write_file(self.root / folder / "left.json", text, private=self.is_private(folder))

    def put_visits(self, folder: str, visits: Mapping[str, Visit]) -> None:
        """Store what came of the last requests."""
        entries = {
            address: {name: value for name, value in asdict(visit).items() if value}
            for address, visit in visits.items()
        }
        path = self.root / folder / "visits.json"
        text = as_json({"schema": 1, "visits": entries})
        write_file(path, text, private=self.is_private(folder))

    def put_chapters(self, folder: str, address: str, data: bytes) -> None:
        """Store the chapters of an address."""
        write_file(self._chapters(folder, address), data, private=self.is_private(folder))

    def move_chapters(self, folder: str, before: str, now: str) -> None:
        """What was obtained from one address, if anything, is from now on of another one."""
        old, new = self._chapters(folder, before), self._chapters(folder, now)
        if old.is_file():
            with writing(new):
                old.replace(new)

    def is_private(self, folder: str, meta: Meta | None = None) -> bool:
        """Whether what is written there is for its owner alone: of a private feed all, else what
        the user added from a private address. If in doubt it is."""
        if meta and (meta.guid is None or meta.matched_by) and FeedState(meta.source).private:
            return True
        try:
            state = self.feed(folder)
        except SourceError:
            return True
        return bool(state and state.private)


def short_hash(text: str) -> str:
    """Eight hexadecimal digits that tell names apart which are else alike."""
    return hashlib.sha256(text.encode()).hexdigest()[:8]
