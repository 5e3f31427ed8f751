"""oTranscribe (.otr): JSON around the HTML of its editor, in which times are typed in between.

https://github.com/oTranscribe/oTranscribe#otr-file-format
"""

from __future__ import annotations

from talksearch.errors import TranscriptParseError
from talksearch.formats import plain_text
from talksearch.formats.base import Format, Head, Reading
from talksearch.formats.json_text import at, load, text_of
from talksearch.model import Document
from talksearch.patterns import pattern
from talksearch.references import unescape

_END = pattern(r"<br\s*/?>|</(?:p|div|li)>")
_TAG = pattern(r"</?[A-Za-z][^<>]*>")


def _sniff(head: Head) -> bool:
    value = head.json
    return isinstance(at(value, "text"), str) and "media-time" in value


def _parse(document: Document) -> Reading:
    html = text_of(at(load(document), "text"))
    if not html:
        raise TranscriptParseError("holds no text", document.source)
    return plain_text.read(unescape(_TAG.sub("", _END.sub("\n\n", html))).replace("\xa0", " "))


FORMAT = Format(
    name="otranscribe", title="oTranscribe", suffixes=(".otr",), sniff=_sniff, parse=_parse
)
