"""Written text: show notes, interviews as questions and answers, and prose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from talksearch.formats.base import Reading
from talksearch.model import NOBODY, Cue, Kind, Role, Source, Speaker, Turn
from talksearch.speakers.names import Cast
from talksearch.speakers.quotations import closes, opens, quotations, unquoted
from talksearch.speakers.rumours import presented
from talksearch.speakers.sponsors import with_ads
from talksearch.speakers.turns import Piece, grouped
from talksearch.speakers.voices import voices

__all__ = ["is_written_down", "written"]


def is_written_down(cues: Sequence[Cue]) -> bool:
    """Is this an interview that somebody wrote down as an article, though it looks like a
    transcript? Then there are no times, and most labelled answers are in quotation marks, or come
    after a question that has no label."""
    if any(cue.start_ms is not None for cue in cues):
        return False
    labelled = sum(cue.label is not None for cue in cues)
    quoted = sum(cue.label is not None and opens(cue.text) for cue in cues)
    answered = sum(
        after.label is not None and cue.label is None and _asks(cue)
        for cue, after in pairwise(cues)
    )
    return 2 * max(quoted, answered) > labelled


def written(reading: Reading, cast: Cast) -> tuple[Turn, ...]:
    """The turns of a written document; those it speaks of join the cast when they are heard."""
    named = _voices(reading.cues, cast)
    if named:
        return with_ads(grouped(_interview(reading.cues, named, cast)))
    if reading.metadata.audio_url is not None:
        return _notes(reading, cast)
    from talksearch.speakers.prose import prose  # the longest patterns, for the rarest documents

    return grouped(prose(reading, cast))


def _notes(reading: Reading, cast: Cast) -> tuple[Turn, ...]:
    """Show notes: nobody speaks, but whoever they present is a guest."""
    for person in presented(reading):
        cast.add(person)
    return grouped((NOBODY, cue.kind or Kind.NOTES, cue) for cue in reading.cues)


def _voices(cues: Sequence[Cue], cast: Cast) -> Mapping[str, Speaker]:
    """Who is meant by the labels of a written interview. Prose has colons too: a label that
    answers only once must at least belong to somebody known."""
    counts = Counter(cue.label for cue in cues if cue.label is not None)
    labels = [label for label, count in counts.items() if count > 1 or cast.find(label) is not None]
    named = voices(labels, cast)
    return {label: speaker for label, speaker in named.items() if speaker is not NOBODY}


def _interview(cues: Sequence[Cue], named: Mapping[str, Speaker], cast: Cast) -> Iterator[Piece]:
    """Labelled answers with the paragraphs that go on with them, and the questions between."""
    host = cast.only(Role.HOST)
    interviewer = Speaker(
        person=host, role=Role.HOST, source=Source.INFERRED, role_source=Source.INFERRED
    )
    asked = any(
        after.label in named and _asks(cue) and cue.label not in named
        for cue, after in pairwise(cues)
    )
    closing = _closings(cues, named)
    answerer: Speaker | None = None
    quoted = False
    for number, cue in enumerate(cues):
        speaker = named.get(cue.label) if cue.label is not None else None
        if cue.kind is not None:
            yield NOBODY, cue.kind, cue
        elif speaker is not None:
            answerer, quoted = speaker, opens(cue.text)
            if asked and speaker.role is None and speaker.person is not None:
                answerer = replace(
                    speaker,
                    person=cast.add(replace(speaker.person, role=Role.GUEST)),
                    role=Role.GUEST,
                    role_source=Source.INFERRED,
                )
            yield answerer, Kind.SPEECH, _bare(cue) if quoted else cue
            if quoted and closing[number] == number:
                answerer = None
        elif answerer is not None and quoted and closing[number] is not None:
            yield answerer, Kind.SPEECH, _bare(cue)
            if closing[number] == number:
                answerer = None
        elif _asks(cue) and number + 1 < len(cues) and cues[number + 1].label in named:
            answerer = None
            yield interviewer, Kind.SPEECH, cue
        elif answerer is not None and not _is_heading(cue.text):
            yield answerer, Kind.SPEECH, cue
        else:
            answerer = None
            yield NOBODY, Kind.PROSE, cue


def _closings(cues: Sequence[Cue], named: Mapping[str, Speaker]) -> list[int | None]:
    """For each cue, the paragraph that closes the quotation it may belong to: the next that ends
    one, before anybody else has a say. None where the writer forgot."""
    found: list[int | None] = [None] * len(cues)
    closing: int | None = None
    for number in range(len(cues) - 1, -1, -1):
        cue = cues[number]
        labelled = cue.label in named
        own = quotations(cue.text)
        if closes(cue.text) or (labelled and own and own[-1].closed):
            closing = number
        found[number] = closing
        if labelled:
            closing = None
    return found


def _bare(cue: Cue) -> Cue:
    return replace(cue, text=unquoted(cue.text))


def _asks(cue: Cue) -> bool:
    return cue.text.rstrip(' *_”")').endswith(("?", "？", "؟"))


def _is_heading(text: str) -> bool:
    return len(text.split()) <= 8 and not text.endswith(
        (".", "!", "?", "…", ":", ";", ",", "”", '"')
    )
