"""More like this: a passage as a query for passages about the same."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache

from talksearch.breaks import typed
from talksearch.engines.base import Engine
from talksearch.errors import ConfigError
from talksearch.languages import primary
from talksearch.model import Episode, Passage
from talksearch.query.nodes import Everything, Filter, Node, Phrase, Term
from talksearch.query.tree import all_of, any_of, none_of
from talksearch.words import fold_words, is_unspaced, stem, stemmer_language

__all__ = ["like"]

_TERMS = 8  # words that are looked for
_EVERYWHERE = 1 / 40  # of all passages
_STRETCH = 8  # words in a row that make a copy
_CHARACTERS = 4  # that a word has where each is a term: in Thai; two in Japanese


def like(engine: Engine, passage: Passage, episode: Episode) -> Node:
    """What finds passages like one, in other episodes: any of the words that tell it from others.

    Copies (rebroadcasts, excerpts) have a stretch of it word for word, and are left out. Raises
    ``ConfigError`` for a passage without words.
    """
    forms = fold_words(passage.text)
    if not forms:
        raise ConfigError(f"{passage.id} has no words that others could be like")
    telling = _telling(engine, typed(passage.text), episode)
    terms = any_of(Term(word) for word in telling)
    copies = any_of(Phrase(stretch) for stretch in _stretches(forms))
    return all_of([terms, none_of(Filter("episode", episode.id)), none_of(copies)])


def _telling(engine: Engine, forms: Sequence[str], episode: Episode) -> list[str]:
    """The words with the highest tf-idf, a form of each, above all those that the episode comes
    back to: what is said by the way ("deeply", "a round") is as rare, and tells nothing. Words that
    other episodes do not have, or have everywhere, only where there are no others."""
    stemmer = stemmer_language(episode.language)
    first: dict[str, str] = {}
    for form in forms:
        first.setdefault(stem(form, stemmer), form)
    often = Counter(stem(form, stemmer) for form in forms)
    # In a mixed archive what is everywhere in one language is rare among all.
    language = primary(episode.language)
    among = engine.count(Filter("lang", language) if language else Everything())
    having = {root: engine.count(Term(form)) for root, form in first.items()}
    there = Filter("episode", episode.id)

    @cache
    def here(root: str) -> int:
        return engine.count(all_of([Term(first[root]), there]))

    def shared(roots: Iterable[str]) -> list[str]:
        return [root for root in roots if having[root] > here(root)]

    # Common words are looked at only where there are no others: each would be read as a whole.
    rare = [root for root in first if having[root] < _EVERYWHERE * among]
    found = shared(rare) or shared(first) or rare or list(first)

    def worth(root: str) -> float:
        idf = math.log(1 + among / (1 + having[root]))
        return (1 + math.log(often[root])) * (1 + math.log(max(1, here(root)))) * idf

    return [first[root] for root in sorted(found, key=worth, reverse=True)[:_TERMS]]


def _stretches(forms: tuple[str, ...]) -> list[str]:
    """From the beginning, the middle and the end."""
    unspaced = 2 * sum(map(is_unspaced, forms)) > len(forms)
    size = _STRETCH * _CHARACTERS if unspaced else _STRETCH
    last = max(0, len(forms) - size)
    starts = dict.fromkeys((0, last // 2, last))
    return [" ".join(forms[start : start + size]) for start in starts]
