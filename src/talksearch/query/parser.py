r"""From what somebody types to the tree.

::

    war die don't C++      words rank: any may match, passages that hold them all come first;
                           words that are nearly everywhere find nothing beside rarer ones
    "to be or not to be"   these words, one directly after the other; \" and \\ for " and \;
                           “ ” „ “ « » 「 」 quote as well
    "we hold … evident"    both parts, at most 100 words left out between them; also ... and […]
    across:"a b"           likewise, but from one turn to the next as well
    host:"a b"  guest:a    said by a host, by a guest: short for (role:host "a b")
    word*  word~  word~2   words that begin so; words one or two edits away
    a NEAR/5 "b c"         two words or phrases at most five words apart (NEAR alone: ten)
    a AND b   a OR b       both; at least one
    a THEN/3 b             b, at most three turns after a (THEN alone: three), or, in the same one,
                           three passages: what answers come to
    NOT a     -a           not this: a word, a phrase, a field:value, or anything in brackets
    ( )                    brackets
    field:value            narrows; field:"several words" where the value has spaces

The operators are written in capitals; ``and``, ``or``, ``not``, ``near`` and ``then`` are words
like any other. From the tightest to the loosest: ``NOT``, ``NEAR``, side by side, ``AND``,
``THEN``, ``OR``; so ``a b OR c d`` is ``(a b) OR (c d)``, and ``NOT a b`` excludes ``a`` only.

Fields, without case: speaker, about (whom others speak of), role, show, title, chapter, org, job,
lang, kind, year, episode (an id), and after, before, date. ``after:2020-07`` includes July,
``before:2020-07`` does not; ``date:2019..2020-07`` includes both ends, either of which may be left
out. Fields beside words are required, and words with them. Phrases beside words are required, too,
and so are NEAR, THEN and what is in brackets, unless it is only words side by side; words beside
these only rank. The same field twice, side by side, gives alternatives (``speaker:ann speaker:bo``
is what either of them said, ``host:war guest:peace`` likewise), but for dates, which must all hold.

Between words, what holds no word (a dash, an emoji) is passed over, and so is the ``vs`` of ``tabs
vs spaces``: who compares them need not say it. So is what cannot be seen, anywhere; the wide
colons, brackets and stars of East Asian keyboards are as good as narrow ones, and ``[S]oftware``
is ``Software``.
A quotation mark within a Hebrew word is part of it (``דו"ח``). A colon is text after digits
(``10:30``), before another colon or ``//``, and before a blank where no field is meant. Whatever
cannot be understood is a ``QuerySyntaxError`` that points at the place; nothing else is ever
raised. ``tree.py`` describes the trees that come out; ``str(tree)`` is a query that gives the same
tree again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from talksearch.errors import QuerySyntaxError
from talksearch.patterns import pattern
from talksearch.query.fields import shown
from talksearch.query.nodes import (
    EVERYTHING,
    And,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Term,
    Then,
    Words,
    is_scored,
)
from talksearch.query.tokens import Token, tokens
from talksearch.query.tree import all_of, any_of, none_of, side_by_side

__all__ = ["parse"]

MAX_DEPTH = 50  # of brackets, and of the tree: it keeps the recursion within bounds


def parse(text: str) -> Node:
    """The tree of a query; ``Everything`` for a blank one. Raises ``QuerySyntaxError``."""
    if not text.strip():
        return EVERYTHING
    plain, places = _plain(text)
    if not plain.strip():
        raise QuerySyntaxError("there is no word to look for in what was typed", text, 0, len(text))
    try:
        tree = _Parser(plain).parse()
        # str() may put brackets round every level, and must stay within what is parsed.
        if _height(tree) > MAX_DEPTH:
            raise QuerySyntaxError(_TOO_DEEP, plain, 0, len(plain))
    except QuerySyntaxError as error:
        start, end = places[error.start], places[max(error.start, error.end - 1)] + 1
        raise QuerySyntaxError(error.reason, text, start, min(end, len(text))) from None
    return tree


# What is pasted along with a word and cannot be seen. The joiners of Persian words, and of emoji,
# are letters of a kind and stay.
_UNSEEN = frozenset("\u00ad\u061c\u180e\u200b\u200e\u200f\u2060\ufeff").union(
    map(chr, (*range(0x202A, 0x202F), *range(0x2061, 0x206A)))
)
# What keyboards have for an apostrophe.
_APOSTROPHE = pattern(r"(?<=[^\W\d_])[`´‘‛′](?=[^\W\d_])")
# Hebrew abbreviates with what its keyboards have a quotation mark for: דו"ח, and דו"חות. Such a
# mark is before a last letter, or no other follows it; in ה"מילה" two of them quote.
_GERSHAYIM = pattern('(?<=[א-ת])["“”](?=[א-ת](?![א-ת])|[א-ת][^"“”]*$)')


def _plain(text: str) -> tuple[str, Sequence[int]]:
    """The query without what cannot be seen, and with plain apostrophes; and for each place in it,
    the end included, that in the text."""
    seen = [place for place, sign in enumerate(text) if sign not in _UNSEEN]
    plain = _APOSTROPHE.sub("'", "".join(map(text.__getitem__, seen)))
    if not plain.isascii():
        plain = _GERSHAYIM.sub("״", plain).replace("＊", "*")
    return plain, [*seen, len(text)]


_TOO_DEEP = f"brackets can stand in brackets {MAX_DEPTH} deep, and these go deeper"


def _height(node: Node) -> int:
    match node:
        case And(children) | Or(children) | Words(children):
            return 1 + max(map(_height, children))
        case Then(left, right):
            return 1 + max(_height(left), _height(right))
        case Not(child):
            return 1 + _height(child)
    return 1


_VERSUS = ("vs", "vs.", "versus")


def _is_versus(node: Node, after: Node | None) -> bool:
    """Whether a word only sets two apart: "VS Code" is an editor."""
    if not isinstance(node, Term) or node.text.lower() not in _VERSUS:
        return False
    is_editor = isinstance(after, Term) and after.text.lower() == "code"
    return after is not None and is_scored(after) and not is_editor


class _Parser:
    """Recursive descent: a method for each level of precedence, the loosest first."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.tokens = list(tokens(query))
        self.at = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def advance(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def parse(self) -> Node:
        tree = self.alternatives()
        if self.token.kind == ")":
            raise self.error("there is no ( before this )", self.token)
        return tree

    def alternatives(self) -> Node:
        return any_of(self.joined_by("OR", self.sequence))

    def sequence(self) -> Node:
        node = self.requirements()
        while self.token.kind == "THEN":
            distance = self.advance().distance
            node = Then(node, self.requirements(), distance)
        return node

    def requirements(self) -> Node:
        return all_of(self.joined_by("AND", self.group))

    def joined_by(self, operator: str, operand: Callable[[], Node]) -> list[Node]:
        nodes = [operand()]
        while self.token.kind == operator:
            self.advance()
            nodes.append(operand())
        return nodes

    def group(self) -> Node:
        """What stands side by side; what holds no word is passed over, unless all does."""
        first = self.token
        nodes = [self.near()]
        while self.token.kind not in ("AND", "OR", "THEN", ")", "end"):
            nodes.append(self.near())
        found = [node for node in nodes if node is not None]
        if not found:
            raise self.no_word(first)
        return side_by_side(
            node
            for before, node, after in zip([None, *found], found, [*found[1:], None], strict=False)
            if not (_is_versus(node, after) and before and is_scored(before))
        )

    def near(self) -> Node | None:
        start = self.token
        left = self.operand()
        if self.token.kind != "NEAR":
            return left
        left = self.side_of_near(left, start)
        distance, start = self.advance().distance, self.token
        right = self.side_of_near(self.operand(), start)
        if self.token.kind == "NEAR":
            raise self.error("NEAR joins two words or phrases, not three", self.token)
        return Near(left, right, distance)

    def side_of_near(self, node: Node | None, start: Token) -> Term | Phrase:
        if isinstance(node, Term) or (isinstance(node, Phrase) and len(node.parts) == 1):
            return node
        reason = (
            'NEAR takes a word or an unbroken phrase on either side: a NEAR/5 "b c", -(a NEAR b)'
        )
        raise self.error(reason, start, self.tokens[self.at - 1])

    def operand(self) -> Node | None:
        """One thing, excluded or not; None where there is no word in it."""
        excluded = False
        while self.token.kind == "NOT":
            self.advance()
            excluded = not excluded
            if self.token.kind == "blank":
                # Passing over it would exclude the next thing, or nothing.
                raise self.no_word(self.advance())
        node = self.atom()
        return none_of(node) if excluded and node else node

    def atom(self) -> Node | None:
        if self.token.kind in ("leaf", "blank"):
            return self.advance().node
        if self.token.kind == "(":
            return self.bracket()
        raise self.missing()

    def bracket(self) -> Node:
        opening = self.advance()
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.error(_TOO_DEEP, opening)
        tree = self.alternatives()
        if self.advance().kind != ")":
            raise self.error("this bracket is never closed", opening)
        self.depth -= 1
        return tree

    def missing(self) -> QuerySyntaxError:
        """The error where something to look for should stand, and another token does."""
        here = self.token
        before = self.tokens[self.at - 1] if self.at else None
        if before and before.kind == "(" and here.kind == ")":
            return self.error("there is nothing between these brackets", before, here)
        if before and before.kind == "(" and here.kind == "end":
            return self.error("this bracket is never closed", before)
        if here.kind == ")" and before is None:
            return self.error("there is no ( before this )", here)
        side, operator = ("before", here)
        if before and before.kind != "(":
            side, operator = ("after", before)
        typed = self.query[operator.start : operator.end]
        reason = f"there is nothing {side} {typed}"
        if typed.isalpha():
            reason += f"; to look for the word, write it in lower case: {typed.lower()}"
        return self.error(reason, operator)

    def no_word(self, first: Token) -> QuerySyntaxError:
        last = self.tokens[self.at - 1]
        text = shown(self.query[first.start : last.end])
        return self.error(f"there is no word to look for in “{text}”", first, last)

    def error(self, reason: str, first: Token, last: Token | None = None) -> QuerySyntaxError:
        return QuerySyntaxError(reason, self.query, first.start, (last or first).end)
