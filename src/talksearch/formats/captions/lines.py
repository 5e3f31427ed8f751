"""Timed captions, well-formed or not: what WebVTT and SubRip have in common.

Own code, after trying both libraries on some 330 real files: pysubs2 takes a last line that is a
number ("in the year / 2020") for the next cue's index and drops it, reads no lone-CR file, and is
quadratic in ``<a<a<a``; webvtt-py keeps only the first voice of a cue, refuses a file whose header
is damaged, and drops cues with a broken time. One arrow at the beginning of a line opens a cue,
whatever is missing around it: that reads all of them, and loses no words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from talksearch.formats.labels import UNKNOWN, believe, split_label, with_strangers
from talksearch.model import Cue
from talksearch.patterns import pattern
from talksearch.timecode import parse_timecode

__all__ = [
    "Caption",
    "caption_time",
    "labelled_cues",
    "read_captions",
    "rolls",
    "shown_once",
    "unroll",
]

_ARROW = pattern(r"[ \t]*([\d:.,;]{3,20})[ \t]*-{1,3}>[ \t]*([\d:.,;]{3,20})?(?=\s|$|\D)")


@dataclass(slots=True)
class Caption:
    """One caption: its times, its lines of text with their markup, and who speaks, where the line
    that numbers it says so."""

    start_ms: int | None
    end_ms: int | None
    lines: list[str] = field(default_factory=list)
    voice: str | None = None


def read_captions(text: str, *, blank_ends: bool) -> list[Caption]:
    """The captions of a file, whose line ends are ``\\n``.

    ``blank_ends``: a blank line ends a caption, and a block without an arrow that begins with
    NOTE, STYLE or REGION is no text (WebVTT). Else all up to the next arrow is text (SubRip).
    """
    lines = text.split("\n")
    arrows = {at: match for at, line in enumerate(lines) if (match := _ARROW.match(line))}
    names = _identifiers(lines, arrows, any_text=blank_ends)
    captions: list[Caption] = []
    skipping = False
    for at, line in enumerate(lines):
        if match := arrows.get(at):
            captions.append(Caption(caption_time(match[1]), caption_time(match[2] or "")))
            if at - 1 in names and (named := _WEBEX.fullmatch(lines[at - 1].strip())):
                captions[-1].voice = named[1]
            skipping = False
        elif not captions or at in names:
            continue
        elif not line.strip():
            skipping = False
        elif blank_ends and (not lines[at - 1].strip() or skipping):
            # A block of its own: a comment, a style sheet, or text after a stray blank line.
            skipping = skipping or bool(_NO_TEXT.match(line))
            if not skipping:
                captions[-1].lines.append(line.strip())
        else:
            captions[-1].lines.append(line.strip())
    return captions


_WEBEX = pattern(r'\d{1,6} "([^"]{1,100})" \(\d{1,20}\)')
_NO_TEXT = pattern(r"(?:NOTE|STYLE|REGION)(?:\s|$)")


def _identifiers(
    lines: list[str], arrows: dict[int, re.Match[str]], *, any_text: bool
) -> frozenset[int]:
    """The lines that number or name a caption: right before its arrow.

    A number counts as one if a blank line stands before it, or if the file numbers its captions.
    """
    before = [at - 1 for at in arrows if at and lines[at - 1].strip()]
    digits = [at for at in before if lines[at].strip().isdigit()]
    numbered = len(digits) * 2 > len(arrows)
    alone = {at for at in before if at == 0 or not lines[at - 1].strip()}
    chosen = {at for at in digits if numbered or at in alone}
    if any_text:
        chosen |= alone
    return frozenset(chosen)


def caption_time(text: str) -> int | None:
    """A time as captions have it, in ms; None for what is none."""
    # "00:01:02:500" and "00;01;02" occur where a video editor wrote the file.
    text = text.replace(";", ":").strip(".,:")
    if text.count(":") == 3:
        text = ".".join(text.rsplit(":", 1))
    return parse_timecode(text)


_HIGHLIGHT = pattern(r"<(?:u|b|font|c)[ .>]")


def shown_once(captions: list[Caption], plain: Callable[[str], str]) -> list[Caption]:
    """The captions, or, where most only show the one before with another word highlighted (Whisper
    can write them so, and editors of clips do), one for each that says something else."""
    said = [list(map(plain, caption.lines)) for caption in captions]
    marked = [any(map(_HIGHLIGHT.search, caption.lines)) for caption in captions]
    again = [
        said[n] == said[n + 1] and a.lines != b.lines and (marked[n] or marked[n + 1])
        for n, (a, b) in enumerate(pairwise(captions))
    ]
    if sum(again) * 2 <= len(captions):
        return captions
    found = captions[:1]
    for same, caption in zip(again, captions[1:], strict=True):
        if same:
            found[-1].end_ms = caption.end_ms
        else:
            found.append(caption)
    return found


def rolls(captions: list[Caption]) -> bool:
    """Does the display roll, so that each caption repeats lines of the one before?"""
    # The same line and nothing more is somebody who says it again.
    same = sum(
        bool(a.lines and b.lines and a.lines[-1] == b.lines[0] and a.lines != b.lines)
        for a, b in pairwise(captions)
    )
    # Two people saying "Yeah." in turn does not make a third of a file.
    return same * 3 > len(captions) > 3


_ROWS = 15  # of a screen: no more can be still on display


def unroll(captions: list[Caption], plain: Callable[[str], str]) -> None:
    """Take away what is only still on display, so that each word occurs once; ``plain`` takes the
    markup out of a line."""
    shown: list[str] = []
    for caption in captions:
        kept = [line for line in caption.lines if plain(line)]
        lines = list(map(plain, kept))
        most = min(len(shown), len(lines), _ROWS)
        over = next((n for n in range(most, 0, -1) if shown[-n:] == lines[:n]), 0)
        caption.lines = kept[over:]
        shown = lines or shown


# ">> NAME:" and "- Name:" mark a change of speaker; the dash also begins unnamed dialogue.
# ". Name:" begins with what was left over of the sentence before.
_CHANGE = pattern(rf"(?:>>+|[-–—.,…]+|{re.escape(UNKNOWN)})\s*")


def labelled_cues(captions: Iterable[tuple[Caption, list[str]]]) -> tuple[Cue, ...]:
    """Cues from captions and their lines of plain text, split where a line begins ``Name:``."""
    return with_strangers(_split_at_labels(captions))


def _split_at_labels(captions: Iterable[tuple[Caption, list[str]]]) -> Iterator[Cue]:
    pairs = list(captions)
    found: Counter[str] = Counter()
    for _, lines in pairs:
        for line in lines:
            if labelled := _labelled(line):
                found[labelled[0]] += 1
    believed: set[str] = set()
    if found:
        everything = "\n".join(line for _, lines in pairs for line in lines)
        believed = believe(found, everything, len(pairs))
    for caption, lines in pairs:
        label: str | None = None
        said: list[str] = []
        for line in lines:
            labelled = _labelled(line) if believed else None
            if labelled and labelled[0] in believed:
                if said:
                    yield Cue(" ".join(said), caption.start_ms, caption.end_ms, label)
                label, said = labelled[0], [labelled[1]] if labelled[1] else []
            elif believed and line.startswith((">>", UNKNOWN)):  # who is not named
                if said:
                    yield Cue(" ".join(said), caption.start_ms, caption.end_ms, label)
                label, said = "", [_CHANGE.sub("", line, count=1)]
            else:
                said.append(line)
        yield Cue(" ".join(said), caption.start_ms, caption.end_ms, label)


def _labelled(line: str) -> tuple[str, str] | None:
    return split_label(_CHANGE.sub("", line, count=1) if line[:1] in ">-–—.,…" else line)
