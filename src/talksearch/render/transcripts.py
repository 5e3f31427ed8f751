"""A transcript as text, Markdown, WebVTT, SubRip or JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from talksearch.errors import ConfigError
from talksearch.model import Cue, Transcript, Turn
from talksearch.render.data import as_json
from talksearch.timecode import format_clock, format_srt, format_vtt

__all__ = ["TRANSCRIPT_FORMATS", "transcript"]

SCHEMA = "talksearch.transcript/1"


def transcript(found: Transcript, format: str) -> Iterator[str]:
    """The lines of a transcript in one of ``TRANSCRIPT_FORMATS``.

    Raises ``ConfigError`` when the format needs times and the transcript has none.
    """
    return _WRITERS[format](found)


def _text(found: Transcript) -> Iterator[str]:
    yield from _head(found)
    for turn in found.turns:
        clock = f" [{format_clock(turn.start_ms)}]" if turn.start_ms is not None else ""
        name = turn.speaker.name or ("" if turn.kind == "speech" else f"({turn.kind})")
        yield f"{name}{clock}: {turn.text}" if name or clock else turn.text
        yield ""


def _head(found: Transcript) -> Iterator[str]:
    episode = found.episode
    about = (episode.show, str(episode.date) if episode.date else None, episode.url)
    yield episode.title
    if any(about):
        yield " · ".join(part for part in about if part)
    yield ""


def _markdown(found: Transcript) -> Iterator[str]:
    title, *rest = _head(found)
    yield f"# {title}"
    yield ""
    yield from rest
    for turn in found.turns:
        clock = f" [{format_clock(turn.start_ms)}]" if turn.start_ms is not None else ""
        name = turn.speaker.name
        yield f"**{name}:**{clock} {turn.text}" if name else turn.text
        yield ""


def _vtt(found: Transcript) -> Iterator[str]:
    timed = _timed(found, "vtt")
    yield "WEBVTT"
    yield ""
    for turn, cue, start, end in timed:
        # In cue text & and < begin references and tags; an arrow would begin another cue.
        text = cue.text.replace("&", "&amp;").replace("<", "&lt;").replace("-->", "--&gt;")
        name = (turn.speaker.name or "").replace("&", "&amp;").replace(">", "&gt;")
        yield f"{format_vtt(start)} --> {format_vtt(end)}"
        yield f"<v {name}>{text}" if name else text
        yield ""


def _srt(found: Transcript) -> Iterator[str]:
    speaker: str | None = None
    for number, (turn, cue, start, end) in enumerate(_timed(found, "srt"), 1):
        name = turn.speaker.name
        yield str(number)
        yield f"{format_srt(start)} --> {format_srt(end)}"
        yield f"{name}: {cue.text}" if name and name != speaker else cue.text
        yield ""
        speaker = name


def _timed(found: Transcript, format: str) -> list[tuple[Turn, Cue, int, int]]:
    """The cues with a time, each with an end: its own, else the next one's start."""
    timed = [
        (turn, cue, cue.start_ms)
        for turn in found.turns
        for cue in turn.cues
        if cue.start_ms is not None
    ]
    if not timed:
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
    yield as_json(_to_dict(found))


def _to_dict(found: Transcript) -> dict[str, Any]:
    episode = found.episode
    return {
        "schema": SCHEMA,
        "episode": {
            "id": episode.id,
            "title": episode.title,
            "show": episode.show,
            "date": episode.date.isoformat() if episode.date else None,
            "url": episode.url,
            "audio_url": episode.audio_url,
            "language": episode.language,
        },
        "turns": [
            {
                "speaker": turn.speaker.name,
                "role": turn.speaker.role.value if turn.speaker.role else None,
                "kind": turn.kind.value,
                "cues": [
                    {"start_ms": cue.start_ms, "end_ms": cue.end_ms, "text": cue.text}
                    for cue in turn.cues
                ],
            }
            for turn in found.turns
        ],
    }


_WRITERS: dict[str, Callable[[Transcript], Iterator[str]]] = {
    "text": _text,
    "md": _markdown,
    "vtt": _vtt,
    "srt": _srt,
    "json": _json,
}

TRANSCRIPT_FORMATS = tuple(_WRITERS)
