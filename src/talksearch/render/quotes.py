"""Passages in Markdown, to paste into a text: block quotes with their attribution."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from talksearch.model import Kind, Passage
from talksearch.render.markup import escaped, target
from talksearch.render.text import time, who
from talksearch.results import Highlighted, Hit

__all__ = ["markdown", "quotations"]


def markdown(hits: Iterable[Hit]) -> Iterator[str]:
    """Each hit as a block quote, what matched in bold."""
    for hit in hits:
        yield from _quotation(hit, hit.highlighted)


def quotations(hits: Iterable[Hit]) -> Iterator[str]:
    """Each passage as a block quote: what was said, and nothing else. So are the turns around it,
    where there are any, and the earlier one of ``a THEN b``; a phrase is quoted to its end. Where
    something was said in between, the next begins with […]: it would else read as the reply."""
    for hit in hits:
        follows: Passage | None = None
        for passages in _in_a_row(hit):
            apart = follows and passages[0].number > follows.number + 1
            words = " ".join(each.text for each in passages)
            said = Highlighted(f"[…] {words}" if apart else words)
            yield from _quotation(replace(hit, passage=passages[0]), said)
            follows = passages[-1]


def _in_a_row(hit: Hit) -> Iterator[list[Passage]]:
    """The passages of a hit, those together that follow one another in a turn."""
    passages = (*hit.before, hit.passage, *hit.after)
    rows = groupby(enumerate(passages), lambda at: (at[1].turn, at[1].number - at[0]))
    for _, row in rows:
        yield [passage for _, passage in row]


def _quotation(hit: Hit, said: Highlighted) -> Iterator[str]:
    passage, episode = hit.passage, hit.episode
    place = ", ".join(
        part
        for part in (
            episode.title,
            episode.show,
            episode.date.isoformat() if episode.date else None,
            passage.chapter if passage.chapter != passage.text else None,
            time(passage),
        )
        if part
    )
    place = escaped(place)
    yield f"> {_marked(said)}"
    yield ">"
    yield f"> — {escaped(_whose(passage))}, " + (
        f"[{place}]({target(hit.link)})" if hit.link else place
    )
    yield ""


def _whose(passage: Passage) -> str:
    """Who said it. What a writer reports somebody to have said, in the writer's words, is not to be
    pasted as somebody's own."""
    name = passage.speaker.shown
    if name and passage.kind is Kind.PROSE:
        return f"{name}, as reported by the writer"
    return who(passage)


def _marked(said: Highlighted) -> str:
    parts = (
        (escaped(part, opening=number == 0 and not matched), "**" if matched else "")
        for number, (part, matched) in enumerate(said.parts())
    )
    return "".join(f"{mark}{part}{mark}" for part, mark in parts)
