"""A query cut into tokens: brackets, operators, and the leaves of the tree ready made.

``parser.py`` says what may be typed and what it means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from talksearch.errors import QuerySyntaxError
from talksearch.patterns import pattern
from talksearch.query.fields import FIELDS, SAID, condition, shown
from talksearch.query.nodes import OMISSION, Filter, Fuzzy, Node, Phrase, Prefix, Term
from talksearch.query.tree import all_of
from talksearch.words import words

__all__ = ["Token", "tokens"]

# Far beyond what anybody types, and within what an engine can bear.
MAX_LEAVES = 1000
MAX_DISTANCE = 100  # passages are hardly longer

_OPERATORS = ("AND", "OR", "NOT", "NEAR", "THEN")
_QUOTES = tuple('"“”„«»「」＂')
# Only a straight quote closes a straight one, so that a phrase may hold others; those close as they
# come, for editors turn them as they like, and what one language opens with another closes with.
_QUOTED = pattern(
    r'"((?:[^"\\]|\\.)*)"|[“”„«»「」＂]((?:[^"“”«»「」＂\\]|\\.)*)["“”«»「」＂]', re.DOTALL
)
_ESCAPED = pattern(r'\\(["“”«»「」＂\\])')
# “[S]oftware” is how a capital is quoted that was none. (A longer bracket holds what was not said.)
_RECASED = pattern(r"(?<!\w)\[([^\W\d_])\](?=[^\W\d_])")
_BARE = pattern(r'[^\s()（）"“”„«»「」＂]+')
_BRACKETS = {"(": "(", ")": ")", "（": "(", "）": ")"}
_DISTANT = pattern(r"(NEAR|THEN)(?:/(.*))?")
_USUAL = {"NEAR": ("words", 10), "THEN": ("turns", 3)}
_FUZZY = pattern(r"(.+)~([0-9]*)")
# A field, also as somebody may mistype it; not 10:30, std::vector or https://.
_FIELD = pattern(r"([^\W\d_][\w-]*)[:：](?!:|//)")


@dataclass(frozen=True, slots=True)
class Token:
    """``query[start:end]``. Its kind is ``(``, ``)``, ``AND``, ``OR``, ``NOT`` (the minus as well),
    ``NEAR`` and ``THEN`` with their distances, ``leaf`` with its node, ``blank`` (there is no word
    in it) or ``end``."""

    kind: str
    start: int
    end: int
    node: Node | None = None
    distance: int = 0


def tokens(query: str) -> Iterator[Token]:
    """The tokens of a query, an ``end`` last."""
    at = leaves = 0
    while at < len(query):
        if query[at].isspace():
            at += 1
            continue
        token = _token(query, at)
        leaves += token.kind == "leaf"
        if leaves > MAX_LEAVES:
            reason = f"a query can have {MAX_LEAVES} words, phrases and filters, and this has more"
            raise QuerySyntaxError(reason, query, token.start, token.end)
        yield token
        at = token.end
    yield Token("end", at, at)


def _token(query: str, start: int) -> Token:
    if query[start] in _BRACKETS:
        if omission := OMISSION.match(query, start):  # (…) without quotation marks
            return Token("blank", start, omission.end())
        return Token(_BRACKETS[query[start]], start, start + 1)
    if query[start] in _QUOTES:
        return _phrase(query, start)
    match = _BARE.match(query, start)
    assert match is not None, "neither space, bracket nor quotation mark"
    typed, end = match[0], match.end()
    # Behind a quotation mark it is a hyphen: “open source”-related.
    is_hyphen = query[start - 1 : start] in _QUOTES
    if typed == "-" and not is_hyphen and query.startswith(("(", "（", *_QUOTES), end):
        return Token("NOT", start, end)
    if not _has_word(typed):
        return Token("blank", start, end)
    if typed.startswith("-"):
        # Two or more are a dash that has lost its spaces.
        dashes = len(typed) - len(typed.lstrip("-"))
        excludes = dashes == 1 and not is_hyphen
        return Token("NOT" if excludes else "blank", start, start + dashes)
    if typed in ("AND", "OR", "NOT"):
        return Token(typed, start, end)
    if distant := _DISTANT.fullmatch(typed):
        return _distant(query, start, end, *distant.groups())
    if field := _FIELD.match(typed):
        known = field[1].lower() in FIELDS
        if known or field.end() < len(typed) or query.startswith(_QUOTES, end):
            return _condition(query, start, end, field[1])
        if field[1] not in _OPERATORS:
            end -= 1  # "programming: a job" is a sentence; "NOT:" would become an operator
    return _word(query, start, end)


def _has_word(text: str) -> bool:
    return any(words(text))


def _phrase(query: str, start: int) -> Token:
    text, end = _unquote(query, start)
    if query.startswith(("*", "~"), end):
        reason = f"{query[end]} goes with a single word, not with a phrase"
        if query[end] == "~":
            reason += "; for words near each other write: a NEAR/5 b"
        raise QuerySyntaxError(reason, query, end, end + 1)
    if not _has_word(text):
        return Token("blank", start, end)
    return Token("leaf", start, end, Phrase(_RECASED.sub(r"\1", text)))


def _unquote(query: str, start: int) -> tuple[str, int]:
    """What the quotation mark at ``start`` begins, on one line, and where it ends."""
    match = _QUOTED.match(query, start)
    if match is None:
        raise QuerySyntaxError("this quotation mark is never closed", query, start, start + 1)
    text = _ESCAPED.sub(r"\1", match[1] or match[2] or "")
    return " ".join(text.split()), match.end()


def _distant(query: str, start: int, end: int, operator: str, number: str | None) -> Token:
    unit, usual = _USUAL[operator]
    if number is None:
        return Token(operator, start, end, distance=usual)
    if not re.fullmatch("[0-9]{1,3}", number) or not 1 <= int(number) <= MAX_DISTANCE:
        example = f"{operator}/ takes a number of {unit} from 1 to {MAX_DISTANCE}, as in "
        raise QuerySyntaxError(f"{example}{operator}/5", query, start, end)
    return Token(operator, start, end, distance=int(number))


def _condition(query: str, start: int, end: int, name: str) -> Token:
    field, value_start = name.lower(), start + len(name) + 1
    if field not in FIELDS:
        raise _unknown_field(query, start, end, name)
    value, quoted = query[value_start:end], query.startswith(_QUOTES, value_start)
    if field in SAID:
        return _said(query, start, value_start, end, field)
    if quoted:
        value, end = _unquote(query, value_start)
    elif "*" in value:
        reason = f"{field}: takes no *; whole words of a name or a title are enough"
        raise QuerySyntaxError(reason, query, value_start, end)
    try:
        return Token("leaf", start, end, condition(field, value))
    except QuerySyntaxError as error:
        # A place in a quoted or missing value is none in the query: point at the whole.
        place = (start, end)
        if value and not quoted:
            place = (value_start + error.start, value_start + error.end)
        raise QuerySyntaxError(error.reason, query, *place) from None


def _said(query: str, start: int, value_start: int, end: int, field: str) -> Token:
    """``host:"black lives"``: these words said by a host; ``across:`` in more than one turn."""
    if query.startswith(_QUOTES, value_start) or value_start < end:
        token = _token(query, value_start)
        said, end = token.node, token.end
        if field == "across" and isinstance(said, Term | Phrase):
            return Token("leaf", start, end, Phrase(said.text, across_turns=True))
        if field != "across" and isinstance(said, Term | Phrase | Prefix | Fuzzy):
            return Token("leaf", start, end, all_of([said, Filter("role", field)]))
    reason = f'{field}: takes a word or a phrase, as in {field}:"tide gauge"'
    if field != "across":
        reason += f"; for more than that, (role:{field} AND …)"
    raise QuerySyntaxError(reason, query, start, end)


def _unknown_field(query: str, start: int, end: int, name: str) -> QuerySyntaxError:
    from difflib import get_close_matches

    alike = get_close_matches(name.lower(), FIELDS, n=1)
    typed = query[start:end] + ("…" if query.startswith(_QUOTES, end) else "")
    reason = (
        f"there is no field “{shown(name)}”"
        + (f", did you mean {alike[0]}:?" if alike else ".")
        + f" The fields are {', '.join(FIELDS)}."
        + f' To search for this as it stands, quote it: "{shown(typed)}"'
    )
    return QuerySyntaxError(reason, query, start, start + len(name))


def _word(query: str, start: int, end: int) -> Token:
    typed = query[start:end]
    node: Term | Prefix | Fuzzy = Term(typed)
    star = typed.find("*")
    if star == len(typed) - 1:
        node = Prefix(typed[:-1])
    elif star >= 0:
        reason = (
            f'* can only end a word. To search for this as it stands, quote it: "{shown(typed)}"'
        )
        raise QuerySyntaxError(reason, query, start + star, start + star + 1)
    elif fuzzy := _FUZZY.fullmatch(typed):
        if fuzzy[2] not in ("", "1", "2"):
            reason = "a word can be ~1 or ~2 edits away, no more"
            raise QuerySyntaxError(reason, query, start + fuzzy.end(1), end)
        node = Fuzzy(fuzzy[1], int(fuzzy[2] or 1))
    if not _has_word(node.text):
        return Token("blank", start, end)
    return Token("leaf", start, end, replace(node, text=_RECASED.sub(r"\1", node.text)))
