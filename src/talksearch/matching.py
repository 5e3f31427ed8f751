"""Which transcript is of which item of a feed, where neither says so.

By what identifies an episode (its guid, an address, the name of its recording, its title), and,
for transcripts of the feed's own show, by its number. Nothing is matched by likeness.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from talksearch.feeds import Feed, Item
from talksearch.feeds.identity import address_key, recording_name, title_key, unique
from talksearch.formats import Metadata
from talksearch.patterns import pattern
from talksearch.words import fold_words, word_set

__all__ = ["Matches", "match"]


@dataclass(frozen=True, slots=True)
class Matches:
    """``items`` has the guid for each document that was matched, by its name, and how: "guid",
    "address", "recording", "title" or "number". ``same_show``: the documents are of the feed's
    show, so that those without an item are worth a word."""

    items: dict[str, tuple[str, str]]
    same_show: bool


def match(group: str, documents: Mapping[str, Metadata], feed: Feed, taken: set[str]) -> Matches:
    """Match documents with the items of a feed that have no transcript yet.

    ``group`` is what the documents have in common: their show, or the folder that they came in.
    ``documents`` has for each file name what the document says of itself; ``taken`` are the guids
    of the items that have a transcript.
    """
    items = [item for item in feed.items if item.guid not in taken]
    found: dict[str, tuple[str, str]] = {}
    for how, of_item, of_document in _IDENTIFIERS:
        _join(how, unique(items, of_item), documents, of_document, found)
    same_show = _agree(group, feed) or (len(found) > 1 and 2 * len(found) >= len(documents))
    if same_show:
        _join("number", unique(items, _numbers_of_item), documents, _numbers_of_document, found)
    return Matches(found, same_show)


_Keys = Iterable[Hashable]
_OfDocument = Callable[[str, Metadata], _Keys]


def _join(
    how: str,
    items: Mapping[Hashable, Item],
    documents: Mapping[str, Metadata],
    keys: _OfDocument,
    found: dict[str, tuple[str, str]],
) -> None:
    taken = {guid for guid, _ in found.values()}
    claims: dict[str, list[str]] = {}
    for name, metadata in documents.items():
        if name not in found:
            wanted = {items[key].guid for key in keys(name, metadata) if key in items} - taken
            if len(wanted) == 1:
                claims.setdefault(wanted.pop(), []).append(name)
    for guid, names in claims.items():
        if len(names) == 1:  # of two transcripts it is not known which is the episode's
            found[names[0]] = (guid, how)


# --- what identifies an episode -------------------------------------------------------------------


def _known(*keys: Hashable | None) -> _Keys:
    return [key for key in keys if key]


_IDENTIFIERS: tuple[tuple[str, Callable[[Item], _Keys], _OfDocument], ...] = (
    ("guid", lambda item: [item.guid], lambda _, told: _known(told.guid)),
    (
        "address",
        lambda item: _known(address_key(item.url), address_key(item.audio_url)),
        lambda _, told: _known(address_key(told.url), address_key(told.audio_url)),
    ),
    (
        "recording",
        lambda item: _known(recording_name(item.audio_url)),
        lambda name, _: _known(recording_name(name)),
    ),
    (
        "title",
        lambda item: _known(title_key(item.title)),
        lambda _, told: _known(title_key(told.title)),
    ),
)


# --- numbers --------------------------------------------------------------------------------------

_DATE = pattern(r"(?:19|20)\d\d[-_.]?[01]\d[-_.]?[0-3]\d")
_NUMBER = pattern(r"\d{1,5}")


def _numbers_of_item(item: Item) -> _Keys:
    if item.number is not None:
        return [item.number]
    last = urlsplit(item.url).path.rstrip("/").rpartition("/")[2] if item.url else ""
    return [int(last)] if last.isdigit() and len(last) < 6 else []


def _numbers_of_document(name: str, told: Metadata) -> _Keys:
    if told.number is not None:
        return [told.number]
    found = _NUMBER.findall(_DATE.sub("", PurePosixPath(name).name.rpartition(".")[0] or name))
    return [int(found[0])] if len(found) == 1 else []


# --- shows ----------------------------------------------------------------------------------------

_ANY_SHOW = word_set(
    """
    podcast podcasts show shows transcript transcripts episode episodes interview interviews talk
    talks radio audio document documents feed season archive download downloads
    """
)
_MIN_NAME = 4


def _agree(group: str, feed: Feed) -> bool:
    """Is the group named as the show is, or as its page's address? "jsparty" and "JS Party"."""
    name = _compact(group)
    if len(name) < _MIN_NAME or name in _ANY_SHOW:
        return False
    path = urlsplit(feed.show.url).path if feed.show.url else ""
    titles = [_compact(feed.show.title), *map(_compact, path.split("/"))]
    return any(name in title for title in titles)


def _compact(text: str) -> str:
    return "".join(c for word in fold_words(text) for c in word if c.isalnum())
