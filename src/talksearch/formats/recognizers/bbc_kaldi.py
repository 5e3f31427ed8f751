"""The Kaldi service of the BBC: words with punctuation, and segments by speaker.

https://github.com/bbc/newslabs-kaldi-sdk
"""

from __future__ import annotations

from talksearch.formats.base import Format, Head, Reading
from talksearch.formats.json_text import at, label_of, load, objects, text_of, time_of
from talksearch.formats.timed_words import TimedWord, cues_of_words, speaker_at
from talksearch.model import Document


def _sniff(head: Head) -> bool:
    word = at(head.json, "retval", "words", 0)
    return isinstance(word, dict) and "word" in word


def _parse(document: Document) -> Reading:
    answer = at(load(document), "retval")
    speaker = speaker_at(
        (time_of(row.get("start")), label_of(at(row, "speaker", "@id")))
        for row in objects(answer, "segmentation", "segments")
    )
    return Reading(
        cues_of_words(
            TimedWord(
                text_of(word.get("punct")) or text_of(word.get("word")) or "",
                start := time_of(word.get("start")),
                time_of(word.get("end")),
                speaker(start),
            )
            for word in objects(answer, "words")
        )
    )


FORMAT = Format(
    name="bbc-kaldi",
    title="BBC Kaldi JSON",
    sniff=_sniff,
    parse=_parse,
)
