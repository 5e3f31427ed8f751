"""What the index holds of an episode and of its passages: the terms of the filter fields, and what
is counted and sorted by.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from talksearch.engines.base import Record
from talksearch.model import Episode, Passage, Source, Speaker
from talksearch.query.nodes import FILTER_FIELDS
from talksearch.words import fold_words, respelled_words, stemmer_language, words

__all__ = ["VALUES", "Described", "key", "keys", "of_episode", "of_passage", "of_record", "term"]

VALUES = ("record", "folder", "date", *(n for n in FILTER_FIELDS if n not in ("year", "about")))
"""The fields of whole values."""

Described = tuple[list[bytes], dict[str, str]]
"""Terms of the fields of values, and the values of lists (``segment.LISTS``)."""


def term(field: str, value: str) -> bytes:
    """A value of a field as a term. Not every name of a folder is text."""
    return f"{field}\0{value}".encode("utf-8", "backslashreplace")


def key(value: str) -> str:
    """A value as the index keeps it: its folded words."""
    return " ".join(fold_words(value))


def keys(value: str) -> list[str]:
    """Likewise, and as it is written without umlauts, if it has any, and without what is elided:
    "francois alembert"."""
    found = [key(value)]
    if "'" in found[0]:
        found.append(" ".join(word.bare for word in words(value)))
    if respelled := respelled_words(value):
        found.append(" ".join(respelled))
    return found


def of_record(record: Record) -> Described:
    name = record.episode.id
    values = [("episode", name), ("record", name), ("folder", record.folder)]
    return [term(*each) for each in values], {"episode": name}


def of_episode(episode: Episode) -> Described:
    """What all passages of an episode have in common."""
    date = episode.date.isoformat() if episode.date else ""
    values = {
        "title": keys(episode.title),
        "show": keys(episode.show) if episode.show else [],
        # Without a language the text is stemmed as English; the filter should not claim that.
        "lang": [key(episode.language)] if episode.language else [],
        "date": [date] if date else [],
        "episode": [episode.id],
    }
    lists = {
        "episode": episode.id,
        "date": date,
        "show": episode.show or "",
        "language": episode.language or "",
        "stemmer": stemmer_language(episode.language),
    }
    return list(_terms(values)), lists


def of_passage(passage: Passage) -> Described:
    """What a passage has of its own: the same for all of one speaker, kind and chapter."""
    speaker, person = passage.speaker, passage.speaker.person
    role = speaker.role.value if speaker.role else ""
    occupation = (person.occupation if person else None) or ""
    organization = (person.organization if person else None) or ""
    values = {
        "speaker": [each for name in _names(speaker) for each in keys(name)],
        "role": [key(role)] if role else [],
        "job": keys(occupation) if occupation else [],
        "org": keys(organization) if organization else [],
        "kind": [passage.kind.value],
        "chapter": keys(passage.chapter) if passage.chapter else [],
    }
    lists = {
        # "Speaker 1" of one episode is not that of another: only people are counted.
        "speaker": person.name if person else "",
        "role": role,
        "occupation": occupation,
        "organization": organization,
        "kind": passage.kind.value,
        "chapter": passage.chapter or "",
    }
    return list(_terms(values)), lists


def _names(speaker: Speaker) -> Iterator[str]:
    """What a speaker is found by."""
    if speaker.name:
        yield speaker.name
    if speaker.person:
        yield from speaker.person.aliases
    if speaker.label and not (speaker.source is Source.MAPPED and _is_name(speaker.label)):
        yield speaker.label


def _is_name(label: str) -> bool:
    """Whether a label names somebody. Where it was decided that somebody else is meant, they are
    not found by it; by "Speaker 1" they still are."""
    from talksearch.speakers.labels import read_label  # what indexes alone needs to know it

    return read_label(label).name is not None


def _terms(values: Mapping[str, Sequence[str]]) -> Iterator[bytes]:
    for field, found in values.items():
        for value in dict.fromkeys(found):
            yield term(field, value)
