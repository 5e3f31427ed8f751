"""Gentle, which aligns a known text with a recording: the words' places in the text, and times for
those that it heard.

https://github.com/strob/gentle
"""

from __future__ import annotations

from typing import Any

from talksearch.formats.base import Format, Head, Reading
from talksearch.formats.json_text import at, load, objects, text_of, time_of
from talksearch.formats.timed_words import TimedWord, cues_of_words
from talksearch.model import Document


def _sniff(head: Head) -> bool:
    word = at(head.json, "words", 0)
    return (
        isinstance(word, dict) and "case" in word and isinstance(at(head.json, "transcript"), str)
    )


def _parse(document: Document) -> Reading:
    value = load(document)
    transcript = at(value, "transcript")
    text = transcript if isinstance(transcript, str) else ""
    # What was heard and does not stand in the text ("not-found-in-transcript") has no word.
    words = [word for word in objects(value, "words") if text_of(word.get("word"))]
    return Reading(cues_of_words(_words(words, text)))


def _words(words: list[dict[str, Any]], text: str) -> list[TimedWord]:
    """With what stands between two words: their punctuation."""
    timed = []
    at = 0  # what stands before it has been said
    places = [_place(word, text) for word in words]
    for number, word in enumerate(words):
        said = text_of(word.get("word")) or ""
        place = places[number]
        after = places[number + 1] if number + 1 < len(places) else (len(text), len(text))
        if place and after and at <= place[1] <= after[0]:
            at = after[0]
            parts = text[place[1] : at].split()
            # Punctuation stands close to the word before it; words that have no entry follow.
            said += " ".join(parts) if text[place[1] : place[1] + 1].strip() else ""
        timed.append(TimedWord(said, time_of(word.get("start")), time_of(word.get("end"))))
    return timed


def _place(word: dict[str, Any], text: str) -> tuple[int, int] | None:
    start, end = word.get("startOffset"), word.get("endOffset")
    if isinstance(start, int) and isinstance(end, int) and 0 <= start <= end <= len(text):
        return start, end
    return None


FORMAT = Format(
    name="gentle",
    title="Gentle JSON",
    sniff=_sniff,
    parse=_parse,
)
