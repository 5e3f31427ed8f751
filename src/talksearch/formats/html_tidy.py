"""HTML made safe to parse, in one pass: what is left costs any parser linear time.

Browsers' rules for bad markup are quadratic in places: 200,000 nested ``<div>`` take the parser
minutes, as do formatting elements that are misnested and an element of 100,000 attributes. What we
want of a page is its text, its boxes and a dozen attributes, so the tags are written anew with only
those. Nothing that the text says is lost.
"""

from __future__ import annotations

import re
from collections.abc import Collection

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

_NAME = pattern(r"<(/?)([A-Za-z][A-Za-z0-9:-]{0,40})(?=[\s/>])")
_REST = pattern(r"""((?:[^>=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+)*+)>""")
_ATTRIBUTE = pattern(r"""([^\s"'<>/=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++)))?+""")


def tidy(text: str, attributes: Collection[str]) -> str:
    """The page with its tags written anew, without comments, scripts and styles. ``attributes``
    are further ones to keep."""
    kept = _KEPT.union(attributes)
    out = ["<!doctype html>"]
    opened: dict[str, int] = {}  # how many of each name are open
    depth = 0
    at = 0
    whole_tags = True
    last = text.rfind(">")
    while (start := text.find("<", at)) >= 0:
        out.append(text[at:start])
        tag = _NAME.match(text, start) if whole_tags else None
        if tag is None:
            at = _skip_declaration(text, start, last) if whole_tags else start
            if at == start:  # "<3": a character of the text
                out.append("&lt;")
                at = start + 1
            continue
        rest = _REST.match(text, tag.end())
        if rest is None:  # no tag ends any more: what follows is text, whatever it looks like
            whole_tags = False
            at = start
            continue
        at = rest.end()
        name = tag[2].lower()
        if tag[1]:
            if opened.get(name):
                opened[name] -= 1
                depth -= name not in _IMPLIED
                out.append(f"</{name}>")
            continue
        told = _attributes(rest[1], kept)
        if name in _RAW:
            end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(text, at)
            body = text[at : end.start() if end else len(text)]
            if "ld+json" in told:
                out.append(f"<script{told}>{body}</script>")
            at = end.start() if end else len(text)
            continue
        if name in _INLINE or (depth >= _MAX_OPEN and name not in _VOID):
            continue
        out.append(f"<{name}{told}>")
        if name not in _VOID:
            opened[name] = opened.get(name, 0) + 1
            depth += name not in _IMPLIED
    out.append(text[at:])
    return "".join(out)


def _skip_declaration(text: str, start: int, last: int) -> int:
    """The end of a comment, a doctype or an instruction; ``start`` if there is none. ``last`` is
    where the last ``>`` is: none is looked for behind it."""
    if text.startswith("<!--", start):
        end = text.find("-->", start + 2)
        return end + 3 if end >= 0 else len(text)
    if start < last and text.startswith(("<!", "<?", "</"), start):
        return text.find(">", start) + 1
    return start


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
