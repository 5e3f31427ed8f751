"""The JSON of speech recognizers, a file for each."""

from __future__ import annotations

from talksearch.formats.base import Format
from talksearch.formats.recognizers import (
    assemblyai,
    aws_transcribe,
    azure_speech,
    bbc_kaldi,
    deepgram,
    gentle,
    google_speech,
    ibm_watson,
    paper_edit,
    rev_ai,
    speechmatics,
    vosk,
    whisper,
    whisper_cpp,
)

__all__ = ["RECOGNIZERS"]

RECOGNIZERS: tuple[Format, ...] = (
    assemblyai.FORMAT,
    aws_transcribe.FORMAT,
    azure_speech.FORMAT,
    bbc_kaldi.FORMAT,
    deepgram.FORMAT,
    gentle.FORMAT,
    google_speech.FORMAT,
    ibm_watson.FORMAT,
    paper_edit.FORMAT,
    rev_ai.FORMAT,
    speechmatics.FORMAT,
    vosk.FORMAT,
    whisper.FORMAT,
    whisper_cpp.FORMAT,
)
