"""Quotation marks in running text: “…”, "…", «…», „…“."""

from __future__ import annotations

from dataclasses import dataclass

from talksearch.patterns import pattern

__all__ = ["Quotation", "closes", "opens", "quotations", "unquoted"]

_CLOSING = {"“": "”", "„": "“”", "«": "»", '"': '"'}
_OPENING = {"”": "“", "»": "«"}
_MARK = pattern('[“”„«»"]')
_BEFORE_OPENING = pattern(r"[\s(\[—–-]")


@dataclass(frozen=True, slots=True)
class Quotation:
    """``text[start:end]``, marks included. ``closed`` is False where the text ends first."""

    start: int
    end: int
    closed: bool


def quotations(text: str) -> list[Quotation]:
    """The outermost quotations of a paragraph, in order."""
    found: list[Quotation] = []
    start, closing, depth = -1, "", 0
    for match in _MARK.finditer(text):
        mark, at = match.group(), match.start()
        begins = mark in _CLOSING and (
            mark != '"' or at == 0 or _BEFORE_OPENING.match(text[at - 1]) is not None
        )
        if not closing:
            if begins:
                start, closing = at, _CLOSING[mark]
        elif begins and _CLOSING[mark] == closing and not text[at + 1 : at + 2].isspace():
            depth += 1
        elif mark in closing and depth:
            depth -= 1
        elif mark in closing:
            found.append(Quotation(start, at + 1, True))
            closing = ""
    if closing:
        found.append(Quotation(start, len(text), False))
    return found


def opens(text: str) -> bool:
    """Does the paragraph begin with an opening mark?"""
    return text[:1] in _CLOSING


def closes(text: str) -> bool:
    """Does the paragraph end a quotation, its own or one that began before it?"""
    end = text.rstrip(" .,")
    last = end[-1:]
    if opens(text):
        first = quotations(text)[0]
        return first.closed and first.end == len(end)
    if last == '"':
        return text.count('"') % 2 == 1
    return last in _OPENING and text.count(last) > text.count(_OPENING[last])


def unquoted(text: str) -> str:
    """The paragraph of a quotation without the marks around it."""
    if closes(text):
        end = text.rstrip(" .,")
        text = end[:-1] + text[len(end) :]
    elif opens(text) and quotations(text)[0].closed:
        return text  # "Agile" is what we call it
    return text[1:].strip() if opens(text) else text.strip()
