"""What stands in ``text`` for a word: its stem, of one language.

A word is compared with a passage in that passage's language: "died" looks for ``die`` in English,
and not in German, where that is the article. So a stem bears its language, but for English, and for
words that have the same one in all languages.

Endings have accents (``mangé``, ``organização``), so a stem is of the word as it was written; a
query may leave them out, or inflect otherwise. It looks for the stem of what was typed, and for
those that the word has in the index however it is written there: as a compound, too, and as it is
spelled across the Atlantic.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from talksearch.compounds import COMPOUND
from talksearch.engines.whoosh.snapshot import Snapshot
from talksearch.spellings import other_spelling
from talksearch.words import DEFAULT_LANGUAGE, as_written, is_stemmed, stem, words

__all__ = ["SLIP", "stemmed", "stems_of"]

# What is written in one word more than so many times as often is nearly always meant so.
SLIP = 100


def stemmed(word: str, language: str) -> str:
    """The term of ``text`` for a word (as ``words.stem`` takes it) in a language, or for a compound
    in one word (``compounds.py``)."""
    return _terms(language)[word]


class _Terms(dict[str, str]):
    """The terms for words of a language. Those that come first are remembered: episodes have them
    in common. (To forget the oldest instead would be to forget all, segment by segment.)"""

    def __init__(self, language: str) -> None:
        self._language = language

    def __missing__(self, word: str) -> str:
        found = _stemmed(word, self._language)
        if len(self) < _REMEMBERED:
            self[word] = found
        return found


_REMEMBERED = 1 << 14
_terms = cache(_Terms)


def _stemmed(word: str, language: str) -> str:
    if word.startswith(COMPOUND):
        return COMPOUND + _stemmed(word.removeprefix(COMPOUND), language)
    found = stem(word, language)
    if language == DEFAULT_LANGUAGE or not is_stemmed(word, language):
        return found
    return f"{found}\0{language}"


def stems_of(text: str, languages: Sequence[str], snapshot: Snapshot) -> list[tuple[str, ...]]:
    """For each word of what was typed, the terms of ``text`` that may stand for it in an archive
    in these languages. A compound stands for a word alone: of several in a row the next one would
    be its own second."""
    found: list[tuple[str, ...]] = []
    row = list(words(text))
    for word in row:
        form, typed = word.bare, text[word.start : word.end]
        stems = {stemmed(as_written(typed, form, each), each): None for each in languages}
        if any(is_stemmed(form, each) for each in languages if each != DEFAULT_LANGUAGE):
            stems |= dict.fromkeys(_known(snapshot, form))
        if spelling := other_spelling(form):
            own, other = (stemmed(each, DEFAULT_LANGUAGE) for each in (form, spelling))
            if _is_spelled_so(snapshot, other, own):
                stems[other] = None
        alone = stems if len(row) == 1 else ()
        compounds = [COMPOUND + each for each in alone if _is_written_so(snapshot, each)]
        found.append((*stems, *compounds) or (form,))
    return found


def _is_written_so(snapshot: Snapshot, stem: str) -> bool:
    """Whether a compound stands for a word, and not by a slip ("any-s")."""
    if not snapshot.frequency("text", COMPOUND + stem):
        return False
    # Not counting what is deleted: a refresh finds what it would find after a rebuild.
    often, alone = (snapshot.word("text", [each]).count for each in (COMPOUND + stem, stem))
    return often * SLIP >= alone


def _is_spelled_so(snapshot: Snapshot, other: str, stem: str) -> bool:
    """Whether somebody spells words of a stem otherwise, and not by a slip, so that they have the
    other stem. That is not enough: "expertize" would have the one of "expert"."""
    spelled = [
        form
        for form in snapshot.forms(other, DEFAULT_LANGUAGE)
        if (word := other_spelling(form)) and stemmed(word, DEFAULT_LANGUAGE) == stem
    ]
    often = snapshot.word("exact", spelled).count
    return often > 0 and often * SLIP >= snapshot.word("text", [stem]).count


def _known(snapshot: Snapshot, form: str) -> Iterator[str]:
    """The stems that a folded word has in the index."""
    for leaf in snapshot.leaves:
        number = leaf.segment.dictionaries["exact"].find(form.encode("utf-8", "replace"))
        if number >= 0:
            for stem in leaf.segment.stems(number):
                yield leaf.segment.dictionaries["text"][stem].decode()
