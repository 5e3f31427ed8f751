"""ELAN (.eaf): a tier for each speaker, of annotations between slots of time.

What tiers that hang on others have (glosses, translations, single words) is not said once more.

https://www.mpi.nl/tools/elan/EAF_Annotation_Format_3.0_and_ELAN.pdf
"""

from __future__ import annotations

from talksearch.errors import TranscriptParseError
from talksearch.formats.base import Format, Head, Reading
from talksearch.formats.xml_tree import begins_with, local_name, parse_xml
from talksearch.model import Cue, Document
from talksearch.patterns import pattern
from talksearch.timecode import parse_ms

_ROOT = pattern(r"<ANNOTATION_DOCUMENT\s")


def _sniff(head: Head) -> bool:
    return begins_with(head, _ROOT)


def _parse(document: Document) -> Reading:
    slots: dict[str | None, tuple[int, int | None]] = {}  # in order, of which not all have a time
    found: list[tuple[int, Cue]] = []
    for element in parse_xml(document).iter():
        name = local_name(element)
        if name == "time_slot":
            time = parse_ms(element.get("TIME_VALUE"))
            slots[element.get("TIME_SLOT_ID")] = len(slots), time
        elif name == "tier" and not element.get("PARENT_REF"):
            label = element.get("PARTICIPANT") or element.get("TIER_ID")
            for each in element.iter("ALIGNABLE_ANNOTATION"):
                order, start = slots.get(each.get("TIME_SLOT_REF1"), (0, None))
                _, end = slots.get(each.get("TIME_SLOT_REF2"), (0, None))
                text = each.findtext("ANNOTATION_VALUE") or ""
                found.append((order, Cue(text, start, end, label)))
    if not any(cue.text.strip() for _, cue in found):
        raise TranscriptParseError("no tier of its own has annotations with text", document.source)
    found.sort(key=lambda each: each[0])
    return Reading(tuple(cue for _, cue in found))


FORMAT = Format(name="elan", title="ELAN", suffixes=(".eaf",), sniff=_sniff, parse=_parse)
