"""The query as a frozen tree. Nodes hold the text as typed; the engine analyses it as it analysed
the passages. ``str(node)`` is the query in the language of ``parser.py``, and parsing that gives
the same tree back, if the tree is in the normal form that ``tree.py`` describes and builds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from talksearch.patterns import pattern

__all__ = [
    "EVERYTHING",
    "FILTER_FIELDS",
    "OMISSION",
    "OMITTED",
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
    "Then",
    "Words",
    "field_of",
    "is_scored",
    "is_word",
    "required",
]

FILTER_FIELDS = (
    "speaker", "role", "show", "title", "chapter", "org", "job", "lang", "kind", "year", "episode",
    "about",
)  # fmt: skip
"""What a :class:`Filter` can look at."""

Field = str

OMITTED = 100
"""So many words are left out at most where a phrase has an omission."""
_DOTS = r"(?:[…⋯]+|\.{3,}|\.(?: \.){2,})"
OMISSION = pattern(rf"[\[(（]\s*{_DOTS}\s*[\])）]|{_DOTS}")
"""How an omission is written: ``…``, ``...``, ``[…]``."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word, in any of its inflections."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words exactly as they stand, one after the other, but for case and accents: in one turn, or
    ``across_turns``, from one to the next. Where dots stand between them, some may be left out."""

    text: str
    across_turns: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """What stands unbroken: ``we hold`` and ``self-evident`` of "we hold … self-evident". Dots
        may as well be how somebody hesitates: nothing need be left out there."""
        from talksearch.words import words  # what is not searched for needs none

        found = tuple(part.strip() for part in OMISSION.split(self.text) if any(words(part)))
        return found or (self.text,)

    def __str__(self) -> str:
        quoted = '"' + self.text.replace("\\", "\\\\").replace('"', '\\"') + '"'
        return f"across:{quoted}" if self.across_turns else quoted


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
class Then:
    """What matches ``right``, at most ``distance`` turns after what matches ``left``, in the same
    episode; within one turn, so many passages. Notes are said at no time, and stand neither before
    nor after anything."""

    left: Node
    right: Node
    distance: int = 3

    def __str__(self) -> str:
        then = "THEN" if self.distance == 3 else f"THEN/{self.distance}"
        return f"{_bracketed(self.left, Or)} {then} {_bracketed(self.right, Or, Then)}"


@dataclass(frozen=True, slots=True)
class Words:
    """Words that rank, as typed side by side: any may match, passages with all come first. What is
    more than a word (a phrase, what stands in brackets) must match; words beside it need not."""

    children: tuple[Node, ...]

    def __str__(self) -> str:
        return " ".join(_bracketed(child, And, Or, Words, Near, Then) for child in self.children)


@dataclass(frozen=True, slots=True)
class And:
    """Every child must match."""

    children: tuple[Node, ...]

    def __str__(self) -> str:
        if _can_stand_side_by_side(self.children):
            return " ".join(_bracketed(child, And, Or, Near, Then) for child in self.children)
        return " AND ".join(_bracketed(child, And, Or, Words, Then) for child in self.children)


@dataclass(frozen=True, slots=True)
class Or:
    """At least one child must match."""

    children: tuple[Node, ...]

    def __str__(self) -> str:
        return " OR ".join(_bracketed(child, And, Or, Words, Then) for child in self.children)


@dataclass(frozen=True, slots=True)
class Not:
    """The child must not match."""

    child: Node

    def __str__(self) -> str:
        return "-" + _bracketed(self.child, And, Or, Words, Near, Not, Then)


@dataclass(frozen=True, slots=True)
class Filter:
    """A passage's attribute, as in ``speaker:nico``.

    ``field`` is one of :data:`FILTER_FIELDS`. Values are matched without case or accents, and
    names by any whole part. ``about`` is what others say of somebody, by name: of anybody whom
    ``speaker`` finds by the same value.
    """

    field: Field
    value: str

    def __str__(self) -> str:
        bare = _BARE_VALUE.fullmatch(self.value)
        return f"{self.field}:{self.value if bare else Phrase(self.value)}"


@dataclass(frozen=True, slots=True)
class DateRange:
    """Episodes dated in ``[first, last]``: ISO dates or their beginnings (``2020``, ``2020-07``),
    each standing for its whole extent; "" leaves that side open."""

    first: str = ""
    last: str = ""

    def __str__(self) -> str:
        if self.first == self.last:
            return f"date:{self.first}"
        if not self.last:
            return f"after:{self.first}"
        if not self.first and len(self.last) == len("2020-12-31") and self.last < "2999-12-31":
            day = dt.date.fromisoformat(self.last) + dt.timedelta(days=1)
            return f"before:{day.isoformat().removesuffix('-01').removesuffix('-01')}"
        return f"date:{self.first}..{self.last}"


@dataclass(frozen=True, slots=True)
class Everything:
    """Every passage: the empty query."""

    def __str__(self) -> str:
        return ""


EVERYTHING = Everything()

Node = (
    Term
    | Phrase
    | Prefix
    | Fuzzy
    | Near
    | Then
    | Words
    | And
    | Or
    | Not
    | Filter
    | DateRange
    | Everything
)


_BARE_VALUE = pattern(r"[\w&'][\w&'.-]*")  # what surely needs no quotes


def is_scored(node: Node) -> bool:
    """Whether the node ranks what it finds; the others only let through or keep out."""
    match node:
        case Term() | Phrase() | Prefix() | Fuzzy() | Near():
            return True
        case Words(children) | And(children) | Or(children):
            return any(map(is_scored, children))
        case Then(left, right):
            return is_scored(left) or is_scored(right)
    return False


def is_word(node: Node) -> bool:
    """Whether the node is a single word, however it is spelled."""
    return isinstance(node, Term | Prefix | Fuzzy)


def required(typed: Words) -> tuple[Node, ...]:
    """What must match of what is typed side by side; none of words alone."""
    return tuple(child for child in typed.children if not is_word(child))


def field_of(node: Node) -> Field | None:
    """The field that a filter, or a choice between filters of one field, looks at."""
    match node:
        case Filter(field):
            return field
        case Or(children):
            fields = {field_of(child) for child in children}
            return fields.pop() if len(fields) == 1 else None
    return None


def _can_stand_side_by_side(children: Iterable[Node]) -> bool:
    # Two that rank would be read as Words, two filters of one field as alternatives.
    keys = ["" if is_scored(child) else field_of(child) for child in children]
    keys = [key for key in keys if key is not None]
    return len(keys) == len(set(keys))


def _bracketed(node: Node, *loose: type) -> str:
    return f"({node})" if isinstance(node, loose) else str(node)
