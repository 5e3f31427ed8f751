"""HTML made safe to parse, in one pass: what is left costs any parser linear time.

Browsers' rules for bad markup are quadratic in places: 200,000 nested ``<div>`` take the parser
minutes, as do formatting elements that are misnested and an element of 100,000 attributes. What we
want of a page is its text, its boxes and a dozen attributes, so the tags are written anew with only
those. Nothing that the text says is lost.
"""

from __future__ import annotations

from collections.abc import Collection

from talksearch.html_tags import end_of_content, next_tag
from talksearch.patterns import pattern
from talksearch.words import word_set

__all__ = ["tidy"]

# Elements that mean nothing here and are left out; misnested, they would be rebuilt over and over.
_INLINE = word_set("a b big code em font i nobr s small strike strong tt u plaintext")
# Their content is no text. JSON-LD, the exception, is a script.
_RAW = word_set("script style textarea iframe xmp noembed noframes noscript")
_VOID = word_set("area base br col embed hr img input link meta source track wbr")
# Ended by the next of their kind, so however many there are they do not nest.
_IMPLIED = word_set("p li dt dd tr td th tbody thead tfoot colgroup caption html head body")
_KEPT = word_set("class id name property content datetime lang href src rel type role")
# Pages nest thirty deep; the parser looks through all of these at every paragraph.
_MAX_OPEN = 300

_ATTRIBUTE = pattern(r"""([^\s"'<>/=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++)))?+""")


def tidy(text: str, attributes: Collection[str]) -> str:
    """The page with its tags written anew, without comments, scripts and styles. ``attributes``
    are further ones to keep."""
    kept = _KEPT.union(attributes)
    out = ["<!doctype html>"]
    opened: dict[str, int] = {}  # how many of each name are open
    depth = 0
    at = 0
    while tag := next_tag(text, at):
        out.append(_text(text[at : tag.start]))
        at, name = tag.end, tag.name
        if not name:
            continue
        if tag.closes:
            if opened.get(name):
                opened[name] -= 1
                depth -= name not in _IMPLIED
                out.append(f"</{name}>")
            continue
        told = _attributes(tag.attributes, kept)
        if name in _RAW:
            at = end_of_content(text, name, tag.end)
            if "ld+json" in told:
                out.append(f"<script{told}>{text[tag.end : at]}</script>")
            continue
        if name in _INLINE or (depth >= _MAX_OPEN and name not in _VOID):
            continue
        out.append(f"<{name}{told}>")
        if name not in _VOID:
            opened[name] = opened.get(name, 0) + 1
            depth += name not in _IMPLIED
    out.append(_text(text[at:]))
    return "".join(out)


def _text(between: str) -> str:
    """What stands between two tags, of which none is one: "<3"."""
    return between.replace("<", "&lt;")


def _attributes(source: str, kept: Collection[str]) -> str:
    if not source or source.isspace():
        return ""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(source):
        name = match[1].lower()
        if name in kept and name not in found:
            value = match[2] or match[3] or match[4] or ""
            found[name] = value.replace('"', "&quot;")
    return "".join(f' {name}="{value}"' for name, value in found.items())
