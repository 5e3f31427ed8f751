"""CTM, as Kaldi, NeMo and NIST have it: a line for each word, with its recording, channel, start
and length in seconds; then, if known, the confidence, the kind and the speaker.

RTTM, which often lies beside it, says who speaks when, but not what.
"""

from __future__ import annotations

from itertools import islice

from talksearch.errors import TranscriptParseError
from talksearch.formats.base import Format, Head, Reading
from talksearch.formats.decode import decode
from talksearch.formats.timed_words import TimedWord, cues_of_words
from talksearch.model import Document
from talksearch.patterns import pattern
from talksearch.timecode import seconds_to_ms

_NUMBER = r"\d{1,7}(?:\.\d{1,12})?"
_WORD = pattern(
    rf"(?!;;)\S+\s+(?P<channel>\w)\s+(?P<start>{_NUMBER})\s+(?P<length>{_NUMBER})\s+(?P<word>\S+)"
    r"(?:\s+(?:-?[\d.]+|NA)(?:\s+(?P<kind>[\w-]+)(?:\s+(?P<speaker>\S+))?)?)?\s*"
)
_RTTM = pattern(r"SPEAKER \S+ \d+ [\d.]+ [\d.]+ ")
_UNSAID = frozenset({"<eps>", "<sil>", "SIL", "sil"})
_UNKNOWN = frozenset({"unknown", "NA", "<NA>"})


def _sniff(head: Head) -> bool:
    lines = (line for line in head.text.split("\n") if line.strip() and line[:2] != ";;")
    first = list(islice(lines, 3))
    if first and _RTTM.match(first[0]):
        return True
    return len(first) == 3 and all(map(_WORD.fullmatch, first))


def _parse(document: Document) -> Reading:
    text = decode(document)
    if _RTTM.match(text):
        raise TranscriptParseError(
            "is RTTM, which says who speaks when, but not what; add the transcript that was made "
            "with it",
            document.source,
        )
    words = []
    for match in filter(None, map(_WORD.fullmatch, text.split("\n"))):
        if match["word"] in _UNSAID:
            continue
        start, length = seconds_to_ms(match["start"]), seconds_to_ms(match["length"])
        end = None if start is None or length is None else start + length
        label = None if match["speaker"] in _UNKNOWN else match["speaker"]
        words.append(TimedWord(match["word"], start, end, label))
    if not words:
        raise TranscriptParseError("no line like: recording 1 0.52 0.31 word", document.source)
    return Reading(cues_of_words(words))


FORMAT = Format(name="ctm", title="CTM", suffixes=(".ctm",), sniff=_sniff, parse=_parse)
