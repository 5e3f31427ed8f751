"""Cues put together to turns, and turns given other speakers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from talksearch.model import Cue, Kind, Speaker, Turn

__all__ = ["Piece", "grouped", "with_speakers"]

Piece = tuple[Speaker, Kind, Cue]
"""A cue, or a part of one, with who says it and what kind of text it is."""


def grouped(pieces: Iterable[Piece]) -> tuple[Turn, ...]:
    """Consecutive cues of one speaker and kind, as turns."""
    return tuple(
        Turn(speaker, tuple(cue for _, _, cue in group), kind)
        for (speaker, kind), group in groupby(pieces, key=lambda piece: piece[:2])
    )


def with_speakers(turns: Sequence[Turn], changed: Callable[[Speaker], Speaker]) -> tuple[Turn, ...]:
    """The turns, each with its speaker as changed. A speaker of many turns is changed once."""
    now = {speaker: changed(speaker) for speaker in {turn.speaker for turn in turns}}
    return tuple(replace(turn, speaker=now[turn.speaker]) for turn in turns)
