"""Passages in Markdown, to paste into a text: block quotes with their attribution."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from talksearch.render.markup import escaped, target
from talksearch.render.text import time, who
from talksearch.results import Highlighted, Hit

__all__ = ["markdown", "quotations"]


def markdown(hits: Iterable[Hit]) -> Iterator[str]:
    """Each hit as a block quote, what matched in bold."""
    for hit in hits:
        yield from _quotation(hit, hit.highlighted)


def quotations(hits: Iterable[Hit]) -> Iterator[str]:
    """Each passage as a block quote: what was said, and nothing else."""
    for hit in hits:
        yield from _quotation(hit, Highlighted(hit.passage.text))


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
    yield f"> — {escaped(who(passage))}, " + (
        f"[{place}]({target(hit.link)})" if hit.link else place
    )
    yield ""


def _marked(said: Highlighted) -> str:
    parts = (
        (escaped(part, opening=number == 0 and not matched), "**" if matched else "")
        for number, (part, matched) in enumerate(said.parts())
    )
    return "".join(f"{mark}{part}{mark}" for part, mark in parts)
