"""CHAT (.cha) of CHILDES and TalkBank: ``*ANA: text .`` with times between two control characters.

What the transcriber noted within the words (retracings, pauses, sounds, corrections) is left out.

https://talkbank.org/0info/manuals/CHAT.pdf
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from talksearch.errors import TranscriptParseError
from talksearch.formats.base import Format, Head, Metadata, Reading
from talksearch.formats.decode import decode
from talksearch.model import Cue, Document
from talksearch.patterns import pattern
from talksearch.timecode import parse_ms

_HEADER = pattern(r"\s*@(?:UTF8|Begin|PID|Window|Font)\b")
_TURN = pattern(r"\*(\w{1,12}):\s*(.*)")
_TIMES = pattern(r"\x15(\d{1,10})_(\d{1,10})\x15")
# In this order: corrections and notes, sounds and fragments, pauses, what marks that a turn is
# broken off or goes on, of what kind a word is, and what is marked by some of these.
_NOTES = pattern(
    r"""\[[^\]\n]{0,500}\] | &[=+~*][^\s\x15]* | &-(?=\w) | \((?:\.{1,3}|[\d.:]+)\)
    | \+["/,^<>+]{0,4}(?=[.?!"\s]) | (?<=\w)@[\w:$]+ | [<>‡„]""",
    re.VERBOSE,
)
_UNSPOKEN = pattern(r"\(([^\W\d_][\w']{0,30})\)")  # be(cause): he said "cause"
_BEFORE_STOP = pattern(r"\s+(?=[.,?!])")


def _sniff(head: Head) -> bool:
    return _HEADER.match(head.text) is not None and "\n*" in head.text


def _parse(document: Document) -> Reading:
    names: dict[str, str] = {}
    language = None
    cues: list[Cue] = []
    for line in _lines(decode(document)):
        if line.startswith("@Participants:"):
            for each in line.partition(":")[2].split(","):
                code, *told = each.split()[:3] or [""]
                if len(told) == 2:  # with one it is but the part: Mother, Investigator
                    names[code] = told[0].replace("_", " ")
        elif line.startswith("@Languages:"):
            language = line.partition(":")[2].split(",")[0].strip()
        elif match := _TURN.match(line):
            times = _TIMES.findall(match[2])
            said = _UNSPOKEN.sub(r"\1", _NOTES.sub(" ", _TIMES.sub(" ", match[2])))
            said = _BEFORE_STOP.sub("", said)
            start = parse_ms(times[0][0]) if times else None
            end = parse_ms(times[-1][1]) if times else None
            cues.append(Cue(" ".join(said.split()), start, end, names.get(match[1], match[1])))
    if not cues:
        raise TranscriptParseError("no line like *ANA: text", document.source)
    return Reading(tuple(cues), Metadata(language=language))


def _lines(text: str) -> Iterator[str]:
    """The lines; what begins with a tab goes on from the one before."""
    whole: list[str] = []
    for line in text.split("\n"):
        if not line.startswith("\t") and whole:
            yield " ".join(whole)
            whole = []
        whole.append(line.strip() if whole else line)
    yield " ".join(whole)


FORMAT = Format(name="chat", title="CHAT", suffixes=(".cha",), sniff=_sniff, parse=_parse)
