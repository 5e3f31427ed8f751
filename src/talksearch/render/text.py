"""For people at a terminal: hits, counts and lists as lines of text.

Without colour, what matched stands between ``**``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from talksearch.model import Kind, Passage, Person, Source, TimeAccuracy
from talksearch.render.layout import BEGIN, END, Style, inert, isolated, joined, minute
from talksearch.render.stretches import stretches
from talksearch.results import Facet, Highlighted, Hit, SearchPage
from talksearch.timecode import format_clock

if TYPE_CHECKING:
    from talksearch.formats.base import Format
    from talksearch.report import SpeakerSummary, Suggestion, Watch, WatchHit, WatchMatches
    from talksearch.speakers import Decision

__all__ = [
    "facets",
    "formats",
    "hit",
    "line",
    "page",
    "decisions",
    "speakers",
    "suggestions",
    "time",
    "watch_hits",
    "watch_matches",
    "watches",
    "who",
]


def page(
    found: SearchPage, style: Style, offset: int = 0, *, grouped: bool = False, values: int = 10
) -> Iterator[str]:
    """The hits, numbered from ``offset`` + 1, those of one stretch of talk together; then how many
    there are (episodes, when ``grouped``), then the counts, of so many ``values`` a field."""
    for stretch in stretches(found.hits):
        before = None
        for place, each in stretch:
            yield from hit(each, style, f"{offset + place + 1}. ", before)
            before = each.passage
        yield ""
    one, more = ("episode", "episodes") if grouped else ("match", "matches")
    total = f"{found.total:,} {one if found.total == 1 else more}"
    if found.hits:
        last = offset + len(found.hits)
        numbers = f"{offset + 1}-{last}" if len(found.hits) > 1 else f"{last}"
        span = f"{numbers} of " if found.total > len(found.hits) else ""
        yield style.dim(f"{span}{total}, {found.took_ms:.0f} ms")
    elif found.total:
        yield style.dim(f"{total}, none after {offset}" if offset >= found.total else total)
    yield from facets(found.facets, style, values)


def hit(
    found: Hit, style: Style, number: str = "", follows: Passage | None = None
) -> Iterator[str]:
    """A heading, the question that the passage answers and the turns before, the passage, the turns
    after, the link, the id. Where it ``follows`` another in the same stretch, the heading does not
    repeat what they have in common.
    """
    passage, earlier = found.passage, list(found.before)
    if found.question and found.question not in (follows, *earlier):
        earlier = sorted([found.question, *earlier], key=lambda near: near.number)
    yield from style.parts(_heading(found, follows), number)
    before = follows
    for near in (*earlier, passage, *found.after):
        # A question and what answers another remark would else read as a question and its answer.
        # What stands between this one and the one it follows was shown with that.
        apart = before and near.number > before.number + 1
        if apart and not (near is passage and before is follows):
            yield style.dim("   | …")
        if near is passage:
            yield from _highlighted(found, style)
        else:
            yield from _context(near, style, goes_on=bool(before and near.turn == before.turn))
        before = near
    if found.in_episode and found.in_episode > 1:
        yield style.dim(f"   and {found.in_episode - 1} more in this episode")
    if found.explanation is not None:
        parts = " + ".join(f"{part} {score:.2f}" for part, score in found.explanation)
        yield from map(style.dim, style.wrap(inert(parts) or "matched by its filters alone"))
    yield from _place(found, style)


def _place(found: Hit, style: Style) -> Iterator[str]:
    """The link, which is never broken, and the id; what may be wrong with the link."""
    link, name = inert(found.link or ""), found.passage.id
    if link and len(link) + len(name) + 5 > style.width:
        yield style.dim(f"   {link}")
        link = ""
    yield style.dim("   " + "  ".join(part for part in (link, name) if part))
    if found.link_note:
        yield from map(style.dim, style.wrap(f"({found.link_note})"))


def line(found: Hit, style: Style) -> str:
    """A hit as grep has it, in one line whatever it holds: ``id:time:speaker: text``.

    The time is without colons (``1h02m03s``, with a ``~`` where it is inferred), and so is the
    name (then with a ``?``), so that what is cut at colons comes apart. Only a terminal sees what
    matched.
    """
    passage = found.passage
    name = passage.speaker.shown or who(passage)
    marked = replace(found.highlighted, text=inert(found.highlighted.text)).mark(BEGIN, END)
    begin, end = style.marks if style.colour else ("", "")
    said = marked.replace(BEGIN, begin).replace(END, end)
    return f"{passage.id}:{_units(passage)}:{inert(name).replace(':', ' ')}: {said}"


def _units(passage: Passage) -> str:
    if passage.start_ms is None:
        return ""
    about = "~" if passage.time_accuracy is TimeAccuracy.INFERRED else ""
    *hours, minutes, seconds = format_clock(passage.start_ms).split(":")
    return f"{about}{hours[0]}h{minutes}m{seconds}s" if hours else f"{about}{minutes}m{seconds}s"


def _heading(found: Hit, follows: Passage | None) -> list[str]:
    """Who speaks, in what role, as what; when; in what chapter of what."""
    passage, episode = found.passage, found.episode
    person = passage.speaker.person
    outside = _outside(person) if person else ""
    chapter = f"“{passage.chapter}”" if passage.chapter not in (None, passage.text) else ""
    show = f"{episode.show}: {episode.title}" if episode.show else episode.title
    date = episode.date.isoformat() if episode.date else ""
    if follows:
        show = date = ""
        outside = outside if follows.speaker != passage.speaker else ""
        chapter = chapter if follows.chapter != passage.chapter else ""
    return [who(passage), outside, time(passage), chapter, show, date]


def time(passage: Passage) -> str:
    """When it is said, and whether that is known; "" where nothing tells."""
    if passage.start_ms is None:
        return ""
    about = "about " if passage.time_accuracy is TimeAccuracy.INFERRED else ""
    return about + format_clock(passage.start_ms)


def who(passage: Passage) -> str:
    """``Ann Lee (guest)``; for what nobody says, the kind of text it is."""
    if passage.attribution is not None:
        return passage.attribution
    if passage.kind is Kind.NOTES and passage.chapter:
        return "chapter"
    return _NOBODY.get(passage.kind, passage.kind.value)


_NOBODY = {Kind.SPEECH: "unknown speaker", Kind.NOTES: "show notes"}


def _outside(person: Person) -> str:
    """What somebody does and where; as with a role, a question mark says that it is inferred."""
    said = joined((person.occupation, person.organization), ", ")
    return f"{said}?" if said and person.occupation_source is Source.INFERRED else said


def _context(passage: Passage, style: Style, *, goes_on: bool) -> Iterator[str]:
    name = passage.speaker.shown
    lead = f"{isolated(name)}: " if name and not goes_on else ""
    for line in style.wrap(lead + inert(passage.text), "   | "):
        yield style.dim(line)


def _highlighted(found: Hit, style: Style) -> Iterator[str]:
    shown = replace(found.highlighted, text=inert(found.highlighted.text))
    yield from style.wrap(shown.mark(BEGIN, END))


def facets(found: Sequence[Facet], style: Style, most: int = 10) -> Iterator[str]:
    """The counts, a line a field, the most frequent values."""
    for facet in found:
        values = [f"{isolated(v.value)} {v.count:,}" for v in facet.values[:most]]
        rest = len(facet.values) - most
        if rest > 0:
            values.append(f"and {rest:,} more")
        label = f"{facet.field}: "
        yield from style.wrap(" · ".join(values) or "none", " " * len(label), label)


def speakers(found: Iterable[SpeakerSummary], style: Style) -> Iterator[str]:
    """A line a name; a question mark says that something is inferred, wherever it is said."""
    for each in found:
        doubted = [f"{role}?" if role in each.inferred else role for role in each.roles]
        roles = ", ".join(doubted) or "role unknown"
        said = (*each.occupations[:1], *each.organizations[:1])
        outside = ", ".join(said) + ("?" if any(value in each.inferred for value in said) else "")
        episodes = "1 episode" if each.episodes == 1 else f"{each.episodes:,} episodes"
        parts = (roles, outside, episodes, f"{each.words:,} words", ", ".join(each.shows))
        yield f"{style.bold(isolated(each.name))} · {joined(parts)}"


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
            yield f"   {joined((name, excerpt.episode.title), ', ')}:"
            said = excerpt.highlighted.excerpt(style.width - 10)
            yield from map(style.dim, style.wrap(inert(said.text)))
        yield f'   talksearch speakers merge "{each.name}" "{each.other}"'
        yield ""


_SAID = 60  # characters of a passage that a decision is about


def decisions(found: Iterable[Decision], style: Style) -> Iterator[str]:
    """A line a decision, its number first."""
    for each in found:
        name, others = each.name, ", ".join(each.others)
        where = f" in {each.folder or each.episode}" if each.folder or each.episode else ""
        match each.kind:
            case "name":
                told = f"{others} is {name}" if others else f"{name} says everything"
            case "said":
                said = Highlighted(each.said or "").excerpt(_SAID).text
                told = f"{name}{f', not {others},' if others else ''} says “{said}”"
            case "role":
                told = f"{name} is {each.role}"
            case _:
                told = f"{name} is also {others}"
        yield f"{each.number:3}  {told}{where}  {style.dim(minute(each.when) if each.when else '')}"


_TOLD = 5  # new passages of a watch, before it is left to `watch show`
_EXCERPT = 240  # characters: three lines


def watch_matches(found: Iterable[WatchMatches], style: Style) -> Iterator[str]:
    """What is new for each watch: how many, the first passages, shortened. Nothing for those that
    found nothing."""
    from shlex import quote

    for each in found:
        if not each.hits:
            continue
        yield f"watch {style.bold(each.watch.name)}: {len(each.hits):,} new"
        for match in each.hits[:_TOLD]:
            short = match.highlighted.excerpt(_EXCERPT)
            yield from hit(replace(match, highlighted=short), style)
        if len(each.hits) > _TOLD:
            rest = len(each.hits) - _TOLD
            yield style.dim(f"and {rest:,} more: talksearch watch show {quote(each.watch.name)}")
        yield ""


def watch_hits(found: Iterable[WatchHit], style: Style) -> Iterator[str]:
    """The passages that a watch found, each with when that was."""
    for each in found:
        yield style.dim(f"found {minute(each.found)}")
        yield from hit(each.hit, style)
        yield ""


def watches(found: Iterable[Watch], style: Style) -> Iterator[str]:
    """A line a watch."""
    for each in found:
        parts = (style.bold(each.name), each.query, f"since {each.added[:10]}", each.rss)
        yield " · ".join(part for part in parts if part)
