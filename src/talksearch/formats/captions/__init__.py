"""Captions: texts with the times at which they are shown, a file for each format."""

from __future__ import annotations

from talksearch.formats.base import Format
from talksearch.formats.captions import (
    chat,
    ctm,
    elan,
    exmaralda,
    lyrics,
    microdvd,
    podlove_xml,
    sami,
    scenarist,
    segments_xml,
    subrip,
    subviewer,
    textgrid,
    transcriber,
    ttml,
    webvtt,
    whisper_text,
    youtube_json,
    youtube_xml,
)

__all__ = ["CAPTIONS"]

CAPTIONS: tuple[Format, ...] = (
    webvtt.FORMAT,
    subrip.FORMAT,
    subviewer.FORMAT,
    scenarist.FORMAT,
    microdvd.FORMAT,
    sami.FORMAT,
    ttml.FORMAT,
    podlove_xml.FORMAT,
    transcriber.FORMAT,
    elan.FORMAT,
    exmaralda.FORMAT,
    textgrid.FORMAT,
    chat.FORMAT,
    segments_xml.FORMAT,
    youtube_xml.FORMAT,
    youtube_json.FORMAT,
    whisper_text.FORMAT,
    lyrics.FORMAT,
    ctm.FORMAT,
)
