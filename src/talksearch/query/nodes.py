"""The query as a frozen tree. Nodes hold the text as typed; the engine analyses it as it analysed
the passages. ``str(node)`` is the query in the language of ``parser.py``, and parsing that gives
the same tree back.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "EVERYTHING",
    "FILTER_FIELDS",
    "And",
    "DateRange",
    "Everything",
    "Field",
    "Filter",
    "Fuzzy",
    "Near",
    "Node",
    "Not",
    "Or",
    "Phrase",
    "Prefix",
    "Term",
    "Words",
]

FILTER_FIELDS = (
    "speaker", "role", "show", "title", "org", "job", "lang", "kind", "year", "episode",
)  # fmt: skip
"""What a :class:`Filter` can look at."""

Field = str


@dataclass(frozen=True, slots=True)
class Term:
    """One word, in any of its inflections."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words exactly as they stand, one after the other, but for case and accents."""

    text: str

    def __str__(self) -> str:
        return '"' + self.text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@dataclass(frozen=True, slots=True)
class Prefix:
    """Words that begin so: ``word*``."""

    text: str

    def __str__(self) -> str:
        return f"{self.text}*"


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """Words at most ``distance`` edits away (1 or 2): ``word~``, ``word~2``."""

    text: str
    distance: int = 1

    def __str__(self) -> str:
        return f"{self.text}~" if self.distance == 1 else f"{self.text}~{self.distance}"


@dataclass(frozen=True, slots=True)
class Near:
    """Two words or phrases at most ``distance`` words apart, in either order."""

    left: Term | Phrase
    right: Term | Phrase
    distance: int = 10

    def __str__(self) -> str:
        return f"{self.left} NEAR/{self.distance} {self.right}"


@dataclass(frozen=True, slots=True)
class Words:
    """Words that rank, as typed side by side: any may match, passages with all come first."""

    children: tuple[Node, ...]

    def __str__(self) -> str:
        return " ".join(_group(child, Or, And, Near, Words) for child in self.children)


@dataclass(frozen=True, slots=True)
class And:
    """Every child must match."""

    children: tuple[Node, ...]

    def __str__(self) -> str:
        return " AND ".join(_group(child, Or, And, Words) for child in self.children)


@dataclass(frozen=True, slots=True)
class Or:
    """At least one child must match."""

    children: tuple[Node, ...]

    def __str__(self) -> str:
        return " OR ".join(_group(child, Or, And, Words) for child in self.children)


@dataclass(frozen=True, slots=True)
class Not:
    """The child must not match."""

    child: Node

    def __str__(self) -> str:
        return "NOT " + _group(self.child, Or, And, Near, Words, Not)


@dataclass(frozen=True, slots=True)
class Filter:
    """A passage's attribute; several values are alternatives (``speaker:a OR speaker:b``).

    ``field`` is one of :data:`FILTER_FIELDS`. Values are matched without case or accents, and
    names by any whole part.
    """

    field: Field
    value: str

    def __str__(self) -> str:
        return f"{self.field}:{quoted(self.value)}"


@dataclass(frozen=True, slots=True)
class DateRange:
    """Episodes dated in ``[first, last]``: ISO dates or their beginnings (``2020``, ``2020-07``),
    each standing for its whole extent; "" leaves that side open."""

    first: str = ""
    last: str = ""

    def __str__(self) -> str:
        return f"date:{self.first}..{self.last}"


@dataclass(frozen=True, slots=True)
class Everything:
    """Every passage: the empty query."""

    def __str__(self) -> str:
        return ""


EVERYTHING = Everything()

Node = (
    Term | Phrase | Prefix | Fuzzy | Near | Words | And | Or | Not | Filter | DateRange | Everything
)


def quoted(value: str) -> str:
    """A filter's value as the parser reads it back: bare where that is safe."""
    safe = value and all(c.isalnum() or c in "-_.'&" for c in value) and ".." not in value
    return value if safe else str(Phrase(value))


def _group(node: Node, *loose: type) -> str:
    return f"({node})" if isinstance(node, loose) else str(node)
