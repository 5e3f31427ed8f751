"""Speech recognizers time every word; a cue here is a sentence of them.

With its own start and end a sentence keeps the times exact wherever passages are cut, and what is
written back as captions can be read.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from talksearch.model import Cue
from talksearch.patterns import pattern
from talksearch.words import is_unspaced

__all__ = ["TimedWord", "cues_of_words", "speaker_at"]

# By its last word alone, which may be "Dr.": a cue more does no harm.
_SENTENCE_END = pattern(r"[.?!…。？！][\"'”’)\]»」』]*$")
_PAUSE_MS = 1500  # where there is no punctuation
_MAX_WORDS = 40


@dataclass(frozen=True, slots=True)
class TimedWord:
    """A word as recognized. ``glued``: no space before it (punctuation)."""

    text: str
    start_ms: int | None = None
    end_ms: int | None = None
    label: str | None = None
    glued: bool = False


def cues_of_words(words: Iterable[TimedWord]) -> tuple[Cue, ...]:
    """Cues cut where a sentence ends, somebody else speaks, or a long pause is."""
    words = list(words)
    # Where speakers are told apart, a word without one is a stranger's, not the last speaker's.
    nobody = "" if any(word.label for word in words) else None
    cues: list[Cue] = []
    sentence: list[TimedWord] = []
    for word in words:
        if not word.text.strip():
            continue
        if sentence and not word.glued and _ends(sentence, word):
            cues.append(_cue(sentence, nobody))
            sentence = []
        sentence.append(word)
    if sentence:
        cues.append(_cue(sentence, nobody))
    return tuple(cues)


def _ends(sentence: list[TimedWord], word: TimedWord) -> bool:
    last = sentence[-1]
    if word.label != last.label or len(sentence) >= _MAX_WORDS:
        return True
    if _SENTENCE_END.search(last.text.rstrip()):
        return True
    return (
        word.start_ms is not None
        and last.end_ms is not None
        and word.start_ms - last.end_ms >= _PAUSE_MS
    )


def _cue(sentence: list[TimedWord], nobody: str | None) -> Cue:
    text = ""
    for word in sentence:
        part = word.text.strip()
        spaced = text and not word.glued and not (is_unspaced(text[-1]) and is_unspaced(part))
        text += f" {part}" if spaced else part
    starts = (word.start_ms for word in sentence if word.start_ms is not None)
    ends = (word.end_ms for word in reversed(sentence) if word.end_ms is not None)
    return Cue(text, next(starts, None), next(ends, None), sentence[0].label or nobody)


def speaker_at(
    turns: Iterable[tuple[int | None, str | None]],
) -> Callable[[int | None], str | None]:
    """From who begins to speak when (in ms), who speaks at a moment: the last to have begun."""
    known = sorted((start, label or "") for start, label in turns if start is not None)
    starts = [start for start, _ in known]

    def label(moment: int | None) -> str | None:
        place = -1 if moment is None else bisect_right(starts, moment) - 1
        return known[place][1] or None if place >= 0 else None

    return label
