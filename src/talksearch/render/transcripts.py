"""A transcript written out: as text, Markdown, WebVTT, SubRip or JSON.

What is written can be read again: JSON keeps every cue, captions every one that is heard, text and
Markdown every turn.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace

from talksearch.errors import ConfigError
from talksearch.model import Chapter, Cue, Kind, Transcript, Turn
from talksearch.passages import Clock
from talksearch.render.data import as_json
from talksearch.render.markup import escaped
from talksearch.timecode import format_clock, format_srt, format_vtt

__all__ = ["transcript"]

# Whoever speaks after somebody with a name, and has none: without a label it would be the former.
_NOBODY = "Unknown"


def transcript(found: Transcript, format: str) -> Iterator[str]:
    """The lines of a transcript, in the format of that name (``_WRITERS``).

    Raises ``ConfigError`` when the format needs times and the transcript has none.
    """
    return _WRITERS[format](found)


def _text(found: Transcript) -> Iterator[str]:
    yield found.episode.title
    yield ""
    for turn, name in _by_chapter(found):
        if isinstance(turn, Chapter):
            yield f"== {turn.title} [{format_clock(turn.start_ms)}] =="
            yield ""
            continue
        clock = f" [{format_clock(turn.start_ms)}]" if turn.start_ms is not None else ""
        name = name or ("" if turn.kind is Kind.SPEECH else f"({turn.kind})")
        yield f"{name}{clock}: {turn.text}" if name else f"{clock} {turn.text}".strip()
        yield ""


def _named(found: Transcript) -> Iterator[tuple[Turn, str]]:
    """The turns, and by what name each is said; "" where nobody is to be named."""
    told = any(turn.speaker.name for turn in found.turns)
    for turn in found.turns:
        nobody = _NOBODY if told and turn.kind in (Kind.SPEECH, Kind.AD) else ""
        yield turn, turn.speaker.name or nobody


def _by_chapter(found: Transcript) -> Iterator[tuple[Turn | Chapter, str]]:
    """The turns with their names, and each chapter before the first cue that starts in it; those
    that come later than all that is said, before the notes."""
    chapters = list(reversed(found.episode.chapters))
    for turn, name in _named(found):
        start = 0
        for at, cue in enumerate(turn.cues):
            while chapters and (
                turn.kind is Kind.NOTES
                or (cue.start_ms is not None and chapters[-1].start_ms <= cue.start_ms)
            ):
                if at > start:
                    yield replace(turn, cues=turn.cues[start:at]), name
                    start = at
                yield chapters.pop(), ""
        yield replace(turn, cues=turn.cues[start:]) if start else turn, name
    yield from ((chapter, "") for chapter in reversed(chapters))


def _markdown(found: Transcript) -> Iterator[str]:
    yield from _front_matter(found)
    for turn, name in _by_chapter(found):
        if isinstance(turn, Chapter):
            yield f"## {escaped(turn.title)} [{format_clock(turn.start_ms)}]"
            yield ""
            continue
        clock = f" [{format_clock(turn.start_ms)}]" if turn.start_ms is not None else ""
        text = escaped(turn.text)
        yield f"**{escaped(name)}:**{clock} {text}" if name else f"{clock} {text}".strip()
        yield ""


def _front_matter(found: Transcript) -> Iterator[str]:
    episode = found.episode
    about = {
        "title": episode.title,
        "show": episode.show,
        "date": episode.date.isoformat() if episode.date else None,
        "url": episode.url,
        "audio": episode.audio_url,
        "language": episode.language,
    }
    yield "---"
    # A text of JSON is one of YAML, too.
    yield from (f"{key}: {json.dumps(v, ensure_ascii=False)}" for key, v in about.items() if v)
    yield "---"
    yield ""


def _vtt(found: Transcript) -> Iterator[str]:
    timed = _timed(found, "vtt")
    told = any(turn.speaker.name for turn in found.turns)
    yield "WEBVTT"
    yield ""
    if any(cue.start_ms is None for _, cue, _, _ in timed):
        yield "NOTE Some times are worked out from those around them."
        yield ""
    for turn, cue, start, end in timed:
        # In cue text & and < begin references and tags; an arrow would begin another cue.
        text = cue.text.replace("&", "&amp;").replace("<", "&lt;").replace("-->", "--&gt;")
        name = (turn.speaker.name or "").replace("&", "&amp;").replace(">", "&gt;")
        yield f"{format_vtt(start)} --> {format_vtt(end)}"
        # A voice lasts until the next one, so nobody's has to be one, too.
        yield f"<v {name}>{text}" if told else text
        yield ""


def _srt(found: Transcript) -> Iterator[str]:
    names = {id(turn): name for turn, name in _named(found)}
    speaker = ""
    for number, (turn, cue, start, end) in enumerate(_timed(found, "srt"), 1):
        name = names[id(turn)]
        yield str(number)
        yield f"{format_srt(start)} --> {format_srt(end)}"
        yield f"{name}: {cue.text}" if name and name != speaker else cue.text
        yield ""
        speaker = name or speaker


def _timed(found: Transcript, format: str) -> list[tuple[Turn, Cue, int, int]]:
    """What is said and all that has a time: with the start and the end that it has, else with what
    the times around it make likely, and the next one's start."""
    clock = Clock(found)
    position = latest = 0
    timed: list[tuple[Turn, Cue, int]] = []
    for turn in found.turns:
        for cue in turn.cues:
            if cue.start_ms is not None or turn.kind in (Kind.SPEECH, Kind.AD):
                likely, _ = clock.start(position)
                latest = latest if likely is None else likely
                timed.append((turn, cue, latest))
            position += len(cue.text) + 1
    if not clock.times:
        raise ConfigError(
            f"{found.episode.title!r} has no times, which {format} needs; "
            "text, md and json do without"
        )
    following = [start for _, _, start in timed[1:]] + [timed[-1][2] + 2000]
    return [
        (turn, cue, start, cue.end_ms or max(after, start))
        for (turn, cue, start), after in zip(timed, following, strict=True)
    ]


def _json(found: Transcript) -> Iterator[str]:
    yield as_json(found.to_dict())


_WRITERS: dict[str, Callable[[Transcript], Iterator[str]]] = {
    "text": _text,
    "txt": _text,
    "md": _markdown,
    "vtt": _vtt,
    "srt": _srt,
    "json": _json,
}
