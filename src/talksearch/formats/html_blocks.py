"""An HTML page as a tree, and as a row of blocks of text, in order."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from talksearch.formats.html_tidy import tidy
from talksearch.words import word_set

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

__all__ = ["HEADINGS", "Block", "blocks", "parse_html"]

HEADINGS = word_set("h1 h2 h3 h4 h5 h6")

_BLOCKS = word_set(
    """
    address article aside blockquote body center dd details div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary table
    tbody td tfoot th thead tr ul
    """
)
_SKIPPED = word_set(
    """
    script style noscript template head iframe svg canvas object select option button textarea
    input label form nav audio video picture map math dialog
    """
)
# What begins to play a turn, a link before its first word.
_BUTTONS = "▶►⏵\ufe0e\ufe0f "


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of text that the page sets apart: its element, that one's classes, its text
    (``\\n`` where the page breaks the line)."""

    tag: str
    classes: tuple[str, ...]
    text: str


def parse_html(text: str, attributes: Collection[str] = ()) -> LexborHTMLParser:
    """The page's tree; its elements have a few attributes, and these."""
    from selectolax.lexbor import LexborHTMLParser

    return LexborHTMLParser(tidy(text, attributes))


def blocks(
    root: LexborNode, *, skip: Collection[str] = (), apart: Collection[str] = ()
) -> Iterator[Block]:
    """The text below ``root``. ``skip`` are further elements to leave out, ``apart`` further ones
    that are blocks. Walks with a stack of its own: a hostile page can be any depth."""
    parted = _BLOCKS.union(apart)
    skipped = _SKIPPED.union(skip)
    said: list[str] = []
    owners: list[LexborNode] = [root]

    def flush() -> Iterator[Block]:
        if not said:
            return
        rows = "".join(said).split("\n")
        text = "\n".join(" ".join(row.split()).lstrip(_BUTTONS) for row in rows).strip()
        said.clear()
        if text:
            owner = owners[-1]
            classes = (owner.attributes.get("class") or "").lower().split()
            yield Block(owner.tag or "", tuple(classes), text)

    node: LexborNode | None = root.child
    todo: list[LexborNode | None] = []
    while node is not None or todo:
        if node is None:
            node = todo.pop()
            if node is not None:  # leaving a block
                if node == owners[-1]:
                    yield from flush()
                    owners.pop()
                node = node.next
            continue
        tag = node.tag or ""
        if tag == "-text":
            said.append((node.text_content or "").replace("\n", " "))
            node = node.next
        elif tag == "br":
            said.append("\n")
            node = node.next
        elif tag in skipped or tag.startswith("-"):
            node = node.next
        else:
            if tag in parted:
                yield from flush()
                owners.append(node)
            todo.append(node)
            node = node.child
    yield from flush()
