"""For people at a terminal: hits, counts and lists as lines of text.

Without colour, what matched stands between ``**``.
"""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from talksearch.model import Episode, Passage, Speaker, TimeAccuracy
from talksearch.results import (
    Facet,
    Hit,
    SearchPage,
    SpeakerSummary,
    Suggestion,
    Watch,
    WatchHit,
    WatchMatches,
)
from talksearch.timecode import format_clock

if TYPE_CHECKING:
    from talksearch.formats.base import Format
    from talksearch.speakers import Decision

__all__ = [
    "Style",
    "facets",
    "formats",
    "heading",
    "hit",
    "page",
    "decisions",
    "speakers",
    "suggestions",
    "watch_hits",
    "watch_matches",
    "watches",
    "who",
]

_RESET = "\x1b[0m"


@dataclass(frozen=True, slots=True)
class Style:
    """How wide lines are, and whether they have colours."""

    colour: bool = False
    width: int = 88

    def bold(self, text: str) -> str:
        return f"\x1b[1m{text}{_RESET}" if self.colour else text

    def dim(self, text: str) -> str:
        return f"\x1b[2m{text}{_RESET}" if self.colour else text

    def wrap(self, text: str, indent: str = "   ") -> Iterator[str]:
        yield from textwrap.wrap(
            text,
            self.width,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )


def page(found: SearchPage, style: Style, offset: int = 0) -> Iterator[str]:
    """The hits, numbered from ``offset`` + 1, then how many there are, then the counts."""
    for number, each in enumerate(found.hits, offset + 1):
        yield from hit(each, style, f"{number}. ")
        yield ""
    last = offset + len(found.hits)
    if found.hits:
        noun = "match" if found.total == 1 else "matches"
        numbers = f"{offset + 1}-{last}" if len(found.hits) > 1 else f"{last}"
        span = f"{numbers} of " if found.total > len(found.hits) else ""
        yield style.dim(f"{span}{found.total:,} {noun}, {found.took_ms:.0f} ms")
    elif found.total:
        yield style.dim(f"{found.total:,} matches")
    yield from facets(found.facets, style)


def hit(found: Hit, style: Style, number: str = "") -> Iterator[str]:
    """A heading, the turns before, the passage, the turns after, the link, the id."""
    passage, episode = found.passage, found.episode
    yield f"{number}{heading(passage, episode, style)}"
    for near in found.before:
        yield from _context(near, style)
    yield from _highlighted(found, style)
    for near in found.after:
        yield from _context(near, style)
    if found.in_episode and found.in_episode > 1:
        yield style.dim(f"   and {found.in_episode - 1} more in this episode")
    if found.explanation is not None:
        parts = " + ".join(f"{part} {score:.2f}" for part, score in found.explanation)
        yield style.dim(f"   {parts or 'matched by its filters alone'}")
    yield style.dim("   " + "  ".join(part for part in (found.link, passage.id) if part))


def heading(passage: Passage, episode: Episode, style: Style) -> str:
    """Who speaks, in what role, as what; when; in what chapter of what."""
    person = passage.speaker.person
    outside = ", ".join(
        part for part in (person and person.occupation, person and person.organization) if part
    )
    time = ""
    if passage.start_ms is not None:
        about = "about " if passage.time_accuracy is TimeAccuracy.INFERRED else ""
        time = about + format_clock(passage.start_ms)
    show = f"{episode.show}: {episode.title}" if episode.show else episode.title
    date = episode.date.isoformat() if episode.date else ""
    chapter = f"“{passage.chapter}”" if passage.chapter not in (None, passage.text) else ""
    parts = (style.bold(who(passage)), outside, time, chapter, show, date)
    return " · ".join(part for part in parts if part)


def who(passage: Passage) -> str:
    """``Ann Lee (guest)``; for what nobody says, the kind of text it is."""
    speaker = passage.speaker
    if speaker.name is None:
        if passage.kind == "notes" and passage.chapter:
            return "chapter"
        return {"speech": "unknown speaker", "notes": "show notes"}.get(
            passage.kind, passage.kind.value
        )
    role = _role(speaker)
    kind = f", {passage.kind}" if passage.kind != "speech" else ""
    return f"{speaker.name}{f' ({role}{kind})' if role else f' ({passage.kind})' if kind else ''}"


def _role(speaker: Speaker) -> str:
    if speaker.role is None:
        return ""
    return f"{speaker.role.value}?" if speaker.role_source == "inferred" else speaker.role.value


def _context(passage: Passage, style: Style) -> Iterator[str]:
    speaker = f"{passage.speaker.name}: " if passage.speaker.name else ""
    for line in style.wrap(speaker + passage.text, "   | "):
        yield style.dim(line)


# Private use characters stand for the marks while lines are broken: they have a width of one.
_BEGIN, _END = "\ue000", "\ue001"


def _highlighted(found: Hit, style: Style) -> Iterator[str]:
    """The passage, wrapped, with the marks set anew in every line."""
    before, after = ("\x1b[1;33m", _RESET) if style.colour else ("**", "**")
    # A blank inside a span would otherwise end a line with an open mark.
    text = found.highlighted.mark(_BEGIN, _END)
    within = False
    for line in style.wrap(text):
        indent = line[: len(line) - len(line.lstrip(" "))]
        body = line[len(indent) :]
        opened = _BEGIN + body if within else body
        within = opened.rfind(_BEGIN) > opened.rfind(_END)
        closed = opened + _END if within else opened
        yield indent + closed.replace(_BEGIN, before).replace(_END, after)


def facets(found: Sequence[Facet], style: Style, most: int = 10) -> Iterator[str]:
    """The counts, a line a field, the most frequent values."""
    for facet in found:
        values = [f"{v.value} {v.count:,}" for v in facet.values[:most]]
        rest = len(facet.values) - most
        if rest > 0:
            values.append(f"and {rest:,} more")
        label = f"{facet.field}: "
        yield from textwrap.wrap(
            label + (" · ".join(values) or "none"),
            style.width,
            subsequent_indent=" " * len(label),
            break_long_words=False,
        )


def speakers(found: Iterable[SpeakerSummary], style: Style) -> Iterator[str]:
    """A line a name."""
    for each in found:
        roles = ", ".join(each.roles) or "role unknown"
        outside = ", ".join((*each.occupations[:1], *each.organizations[:1]))
        episodes = "1 episode" if each.episodes == 1 else f"{each.episodes:,} episodes"
        parts = (roles, outside, episodes, f"{each.words:,} words", ", ".join(each.shows))
        yield f"{style.bold(each.name)} · " + " · ".join(part for part in parts if part)


def formats(found: Sequence[Format], style: Style) -> Iterator[str]:
    """A format a line: the name by which it is forced, what it is, the suffixes it goes by."""
    width = max(len(each.name) for each in found)
    for each in found:
        suffixes = style.dim(f"  {' '.join(each.suffixes)}") if each.suffixes else ""
        yield f"{style.bold(each.name.ljust(width))}  {each.title}{suffixes}"


def suggestions(found: Iterable[Suggestion], style: Style) -> Iterator[str]:
    """Two names and the reason, what each of them says, and how to make them one."""
    for each in found:
        yield f"{style.bold(each.name)} = {style.bold(each.other)}? · {each.show} · {each.reason}"
        for name, excerpt in zip((each.name, each.other), each.excerpts, strict=True):
            said = textwrap.shorten(excerpt.passage.text, style.width - 10, placeholder=" …")
            yield f"   {name}, {excerpt.episode.title}:"
            yield f"   {style.dim(said)}"
        yield f'   talksearch speakers merge "{each.name}" "{each.other}"'
        yield ""


def decisions(found: Iterable[Decision], style: Style) -> Iterator[str]:
    """A line a decision, its number first."""
    for each in found:
        others = ", ".join(each.others)
        where = f" in {each.folder or each.episode}" if each.folder or each.episode else ""
        means = "is" if each.kind == "name" else "is also"
        told = (
            f"{others} {means} {each.name}"
            if each.kind == "name"
            else (f"{each.name} {means} {others}")
        )
        yield f"{each.number:3}  {told}{where}  {style.dim(each.when)}"


_TOLD = 5  # new passages of a watch, before it is left to `watch show`
_EXCERPT = 240  # characters: three lines


def watch_matches(found: Iterable[WatchMatches], style: Style) -> Iterator[str]:
    """What is new for each watch: how many, the first passages, shortened. Nothing for those that
    found nothing."""
    for each in found:
        if not each.hits:
            continue
        yield f"watch {style.bold(each.watch.name)}: {len(each.hits):,} new"
        for match in each.hits[:_TOLD]:
            short = match.highlighted.excerpt(_EXCERPT)
            yield from hit(replace(match, highlighted=short), style)
        if len(each.hits) > _TOLD:
            rest = len(each.hits) - _TOLD
            yield style.dim(
                f"and {rest:,} more: talksearch watch show {shlex.quote(each.watch.name)}"
            )
        yield ""


def watch_hits(found: Iterable[WatchHit], style: Style) -> Iterator[str]:
    """The passages that a watch found, each with when that was."""
    for each in found:
        yield style.dim(f"found {each.found}")
        yield from hit(each.hit, style)
        yield ""


def watches(found: Iterable[Watch], style: Style) -> Iterator[str]:
    """A line a watch."""
    for each in found:
        parts = (style.bold(each.name), each.query, f"since {each.added[:10]}", each.rss)
        yield " · ".join(part for part in parts if part)
