"""Why nothing was found, or nothing with all the words: which word or condition is to blame, and
what does occur.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from talksearch.engines.base import FEW, Engine, Found
from talksearch.query.fields import shown
from talksearch.query.nodes import (
    OMITTED,
    And,
    DateRange,
    Everything,
    Filter,
    Fuzzy,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Term,
    Then,
    Words,
    required,
)
from talksearch.query.tree import (
    all_of,
    any_of,
    conjuncts,
    every_word,
    leaves,
    side_by_side,
    without,
)
from talksearch.results import SearchRequest
from talksearch.words import fold_words

__all__ = ["Reason", "explained", "of_any_word", "of_undated", "reasons"]

_NAMES = {"org": "organization", "job": "occupation", "lang": "language"}
_MOST = 8  # lines
_MANY = 16  # parts of a query: of more, not each is tried to be left out
_LOOKED_AT = 10  # passages
_LONG = 60  # characters of a part that are shown


@dataclass(frozen=True, slots=True)
class Reason:
    """What keeps a query from finding anything: parts of its tree. Without those of all reasons,
    taken out one reason after the other, it finds something."""

    parts: tuple[Node, ...]
    text: str


def explained(
    engine: Engine, typed: Node, asked: Node, query: Node, found: Found
) -> tuple[str, ...]:
    """What there is to say of an answer to a ``query``, a line each: why it is empty, or what it
    lacks. ``typed`` is what was looked for as ``asked`` (``Engine.parted``)."""
    lines = _parted(typed, asked) if typed != asked else ()
    if found.absent or found.total == found.near:
        lines += _in_one_word(engine, query)
    if found.total > found.near:
        lines += _explain_absent(engine, query, found.absent)
        lines += _rare(engine, query, found)
        if query == asked:  # not of a passage's words that others are like
            lines += _missed(engine, query, found)
            lines += _eclipsed(engine, query) if found.eclipsed else ()
    else:
        lines += _explain_nothing(engine, query)
    return lines + _meaning(found)


def of_any_word(engine: Engine, query: Node) -> tuple[str, ...]:
    """What there is to say where words do not rank: of a result that is sorted by date, or counted.
    Who types two words has those passages in mind that hold both, which may be one in a hundred."""
    strict = every_word(query)
    count = engine.count(strict) if strict != query else 0
    total = engine.count(query) if count else 0  # of passages, where episodes are found as well
    if count == total:
        return ()
    return (f"all of these words are in {count:,} of {_passages(total)}: {strict}",)


def of_undated(engine: Engine, query: Node) -> tuple[str, ...]:
    """What there is to say of a result of some time, or one that is sorted or counted by it. Nobody
    knows of which time that is which has no date, and many a transcript has none."""
    rest = without(query, "year")
    count = engine.count(all_of((rest, Not(DateRange()))))
    if not count:
        return ()
    where = "are in" if rest == query else "more, in"
    return (f"{_passages(count)} {where} episodes without a date",)


def _eclipsed(engine: Engine, query: Node) -> tuple[str, ...]:
    """What there is to say of one word that is a name and has another word's stem: Fastly finds
    what is said of "fast". Names are what is written with a capital, and the other word is not:
    so "used" (and "use") is none."""
    words = [part for part in conjuncts(query) if isinstance(part, Term)]
    other = engine.overshadowing(words[0].text) if len(words) == 1 else ""
    if not other or not _is_name(engine, words[0].text) or _is_name(engine, other):
        return ()
    alone = all_of(Phrase(part.text) if part in words else part for part in conjuncts(query))
    count, total = engine.count(alone), engine.count(query)
    if 2 * count > total:  # what else is asked for keeps the others out
        return ()
    typed = shown(words[0].text, _LONG)
    return (
        f"“{typed}” is in {count:,} of {_passages(total)}, and words like “{other}” in the others; "
        f"for it alone: {alone}",
    )


def _is_name(engine: Engine, word: str) -> bool:
    """Whether most of the passages with a word that come first have it with a capital, not counting
    where a sentence may begin."""
    capitals = [
        hit.highlighted.text[start].isupper()
        for hit in engine.search(SearchRequest(Phrase(word), limit=_LOOKED_AT)).hits
        for start, _ in hit.highlighted.spans
        if hit.highlighted.text[:start].rstrip(" ,")[-1:].isalpha()
    ]
    return 2 * sum(capitals) > len(capitals)


def _in_one_word(engine: Engine, query: Node) -> tuple[str, ...]:
    """One line for each two words that were typed side by side, of which one occurs nowhere, and
    that do occur in one word: as Persian is typed, with a space for what is no space."""
    typed = [part.children for part in conjuncts(query) if isinstance(part, Words)]
    pairs = {
        f"{one.text} {other.text}": None
        for children in typed
        for one, other in pairwise(children[:_MANY])
        if isinstance(one, Term) and isinstance(other, Term)
        if not (engine.count(one) and engine.count(other))
    }
    offers = {pair: engine.suggest(pair) for pair in pairs}
    return tuple(
        f"“{shown(pair, _LONG)}” does not occur; did you mean {_listed(offered)}?"
        for pair, offered in offers.items()
        if offered
    )[:_MOST]


def _explain_nothing(engine: Engine, query: Node) -> tuple[str, ...]:
    """One line a reason, for a query that matches no passage."""
    if not engine.count(Everything()):
        return ("the archive is empty: put something in with `talksearch add`",)
    # Words that would not have emptied the result by themselves are misspelled as well.
    absent = (_absence(engine, leaf) for leaf in _wanted(query) if not engine.count(leaf))
    lines: dict[str, None] = {}
    for line in chain(absent, (reason.text for reason in reasons(engine, query))):
        lines[line] = None
        if len(lines) == _MOST:
            break
    return tuple(lines)


def reasons(engine: Engine, query: Node) -> Iterator[Reason]:
    """Why a query matches nothing, in an archive that is not empty."""
    rest: Node | None = query
    while rest is not None and not engine.count(rest):
        gone: set[Node] = set()
        for reason in _reasons(engine, rest):
            yield reason
            gone.update(reason.parts)
        rest = _left(rest, gone)


def _explain_absent(engine: Engine, query: Node, absent: Iterable[Node]) -> tuple[str, ...]:
    """One line for each word of a query that does find something, but nothing with that word."""
    conditions = all_of(part for part in conjuncts(query) if not isinstance(part, Words))
    lines: list[str] = []
    words = list(dict.fromkeys(absent))
    for leaf in words[:_MOST]:
        if engine.count(leaf):
            others = _shown(conditions) or "the other words"
            lines.append(f"“{_shown(leaf)}” occurs, but not with {others}")
        else:
            lines += (reason.text for reason in reasons(engine, leaf))
    if len(words) > _MOST:
        lines.append(f"and {len(words) - _MOST:,} more")
    return tuple(lines)


def _rare(engine: Engine, query: Node, found: Found) -> tuple[str, ...]:
    """One line for each word, or two side by side, that occur, but far more often otherwise."""
    words = list(found.unusual)
    if found.total <= FEW:
        words = [leaf.text for leaf in _wanted(query) if isinstance(leaf, Term)] + words
    offers = {word: engine.suggest_otherwise(word) for word in list(dict.fromkeys(words))[:_MOST]}
    return tuple(
        f"“{shown(word, _LONG)}” is rare here; did you mean {_listed(offered)}?"
        for word, offered in offers.items()
        if offered
    )


def _missed(engine: Engine, query: Node, found: Found) -> tuple[str, ...]:
    """One line for each word that says much, and that none of the first hits holds: many of the
    others together are worth more than it is."""
    lines = []
    for leaf in found.missed:
        if leaf in found.absent:
            continue
        wanted = all_of((leaf, _left(query, (leaf,)) or Everything()))
        if not (count := engine.count(wanted)):
            wanted = all_of((leaf, *(p for p in conjuncts(query) if not isinstance(p, Words))))
            count = engine.count(wanted)
        lines.append(f"none of these has “{_shown(leaf)}”; {_passages(count)} with it: {wanted}")
    return tuple(lines[:_MOST])


def _parted(typed: Node, asked: Node) -> tuple[str, ...]:
    """What was typed without spaces and looked for by its words (``Engine.parted``)."""
    before, after = (list(dict.fromkeys(leaves(tree))) for tree in (typed, asked))
    whole = " and ".join(f"“{_shown(leaf)}”" for leaf in before if leaf not in after)
    words = _listed([str(leaf) for leaf in after if leaf not in before])
    return (f"{whole} does not occur as it stands; looked for by its words: {words}",)


def _meaning(found: Found) -> tuple[str, ...]:
    """What of a result was found by its meaning alone, and what could not be."""
    lines = []
    if found.near == found.total > 0:
        lines.append("none has these words; all are near them in meaning alone")
    elif found.near:
        lines.append(f"{found.near:,} of {found.total:,} are near these words in meaning alone")
    if found.lacking:
        lines.append(
            f"{found.lacking:,} without an embedding can be found by words alone, until the next "
            "`talksearch refresh`"
        )
    return tuple(lines)


def _wanted(node: Node) -> Iterator[Node]:
    """The leaves that are looked for, not those that are excluded."""
    match node:
        case And(children) | Or(children) | Words(children):
            for child in children:
                yield from _wanted(child)
        case Near(left, right) | Then(left, right):
            yield from _wanted(left)
            yield from _wanted(right)
        case Not() | Everything():
            return
        case _:
            yield node


def _reasons(engine: Engine, node: Node, pair: Near | Then | None = None) -> Iterator[Reason]:
    """Of a node that matches nothing. ``pair`` is the ``a THEN b`` that it is a side of: what there
    would be without a part is counted in all of that, for no side of it is an answer."""
    match node:
        case And(children):
            empty = [child for child in children if not engine.count(child)]
            for child in empty:
                yield from _reasons(engine, child, pair)
            if not empty:
                yield from _conflicts(engine, children, pair)
            elif len(empty) == 1 and isinstance(empty[0], Filter):
                yield from _unfiltered(engine, node, empty[0], pair)
        case Words() if required(node):
            yield from _reasons(engine, all_of(required(node)), pair)
        case Or(children) | Words(children):
            # Words that are nearly everywhere find nothing beside others, but do occur.
            for child in children:
                if not engine.count(child):
                    yield from _reasons(engine, child, pair)
        case Near(left, right) | Then(left, right):
            empty = [side for side in (left, right) if not engine.count(side)]
            for side in empty:
                yield from _reasons(engine, side, pair or node)
            if not empty:
                yield Reason((node,), _apart(node))
        case Not(child):
            yield Reason((node,), f"every passage here matches {_shown(child)}, which is excluded")
        case _:
            yield Reason((node,), _absence(engine, node))


def _unfiltered(
    engine: Engine, node: And, dropped: Filter, pair: Near | Then | None
) -> Iterator[Reason]:
    """What there would be without a filter that lets nothing through: who is named falsely has not
    said these words, but somebody has."""
    if all(isinstance(part, Filter | DateRange) for part in node.children):
        return
    if count := _count_without(engine, pair or node, dropped):
        yield Reason((dropped,), f"without {_shown(dropped)} there would be {_passages(count)}")


def _apart(node: Near | Then) -> str:
    unit = "word" if isinstance(node, Near) else "turn"
    distance = f"{node.distance} {unit}{'s' if node.distance > 1 else ''}"
    left, right = _shown(node.left), _shown(node.right)
    if isinstance(node, Near):
        return f"{left} and {right} occur, but nowhere at most {distance} apart"
    return f"{left} occurs, and so does {right}, but not at most {distance} later"


def _conflicts(engine: Engine, parts: Sequence[Node], pair: Near | Then | None) -> Iterator[Reason]:
    """Each part occurs, but not with the others: which to leave out."""
    if len(parts) > _MANY:
        # Trying all of them would take too long. Not with those before it goes:
        place = bisect_left(
            range(1, len(parts) + 1), True, key=lambda size: not engine.count(all_of(parts[:size]))
        )
        part = parts[place]
        yield Reason((part,), f"{_shown(part)} occurs, but not with all that stands before it")
        return
    found = False
    for dropped in parts:
        others = all_of(part for part in parts if part is not dropped)
        count = engine.count(others)
        if count:
            found = True
            if pair is not None:
                count = _count_without(engine, pair, dropped)
            text = f"without {_shown(dropped)} there would be {_passages(count)}"
            if not count:
                text = f"{_shown(dropped)} occurs, but not with {_shown(others)}"
            yield Reason((dropped,), text)
    if found:
        return
    # No single one is to blame: what goes together, as typed, and what does not go with it.
    kept: list[Node] = []
    for part in parts:
        if engine.count(all_of([*kept, part])):
            kept.append(part)
    gone = tuple(part for part in parts if part not in kept)
    rest = all_of(kept)
    count = engine.count(rest) if pair is None else _count_without(engine, pair, *gone)
    listed = " and ".join(map(_shown, gone))
    text = f"only without {listed} together there would be {_passages(count)}"
    if not count:
        text = f"{listed} occur, but not with {_shown(rest)}"
    yield Reason(gone, text)


def _count_without(engine: Engine, tree: Node, *gone: Node) -> int:
    left = _left(tree, gone)
    return engine.count(left) if left is not None else 0


def _shown(part: Node) -> str:
    text = shown(str(part), _LONG)
    return f"({text})" if isinstance(part, Or | Words | Then) else text


def _passages(count: int) -> str:
    return f"{count:,} {'passage' if count == 1 else 'passages'}"


def _left(tree: Node, gone: Collection[Node]) -> Node | None:
    """The tree without some of its parts; None where nothing is left."""
    if tree in gone:
        return None
    match tree:
        case And(children) | Or(children) | Words(children):
            found = [left for child in children if (left := _left(child, gone)) is not None]
            if not found:
                return None
            if isinstance(tree, And):
                return all_of(found)
            return any_of(found) if isinstance(tree, Or) else side_by_side(found)
        case Near(left, right):
            sides = [side for side in (left, right) if side not in gone]
            return tree if len(sides) == 2 else sides[0] if sides else None
        case Then(left, right, distance):
            before, after = _left(left, gone), _left(right, gone)
            if before is None or after is None:
                return before or after
            return Then(before, after, distance)
    return tree


def _absence(engine: Engine, leaf: Node) -> str:
    """Why a leaf matches nothing, and what does occur instead."""
    offers: list[str] = []
    told = shown(str(getattr(leaf, "text", None) or getattr(leaf, "value", leaf)), _LONG)
    match leaf:
        case Term(text):
            offers = engine.suggest(text)
            reason = f"“{told}” does not occur"
        case Fuzzy(text, distance):
            offers = engine.suggest(text)
            letters = "a letter" if distance == 1 else "two letters"
            reason = f"neither “{told}” nor a word that is {letters} off at most occurs"
        case Phrase(text, across):
            words = [word for word in text.split() if fold_words(word)]
            parts = [word for word in words if not engine.count(Phrase(word))]
            broken = [part for part in leaf.parts if not engine.count(Phrase(part, across))]
            reason = f"the words “{told}” do not stand together anywhere"
            if not broken:
                order = f"in this order with at most {OMITTED} words between them"
                reason = f"the parts of “{told}” occur, but not {order}"
            elif broken != [text]:
                part = shown(broken[0], _LONG)
                reason = f"of “{told}”, the words “{part}” do not stand together anywhere"
            if parts:
                of = f"of “{told}”, " if parts != [text] else ""
                reason = f"{of}{_listed(parts[:3])} does not occur"
                offers = engine.suggest(parts[0])
            elif not across and engine.count(beyond := Phrase(text, across_turns=True)):
                return f"“{told}” begins in one turn and goes on in another; to find it: {beyond}"
            elif broken and len(words) > 1:
                # Few remember a sentence to the letter.
                if standing := _standing(engine, Phrase(broken[0], across)):
                    reason += f", but “{shown(standing, _LONG)}” do"
                reason += "; without the quotation marks, what has most of them is found"
        case Prefix(text):
            reason = f"no word begins with “{told}”"
        case Filter("about", value):
            known = engine.count(Filter("speaker", value))
            reason = f"nobody {'else ' if known else ''}speaks of “{told}”"
            if not known:
                offers = engine.suggest_value("speaker", value) or engine.suggest(value)
        case Filter(field, value):
            offers = engine.suggest_value(field, value)
            reason = f"no {_NAMES.get(field, field)} is called “{told}”"
            if field == "episode":
                reason = f"no episode has the id “{told}”"
                if engine.count(title := Filter("title", value)):
                    return f"{reason}; for those with it in the title: {title}"
            if field in ("role", "kind", "year", "lang"):
                reason = f"nothing here has the {_NAMES.get(field, field)} “{told}”"
        case DateRange():
            reason = f"no episode has its date within {leaf}"
            if not engine.count(DateRange("0001")):
                reason = f"{reason}: none here has a date"
        case _:
            reason = f"nothing matches {leaf}"
    if isinstance(leaf, Term | Phrase) and engine.count(name := Filter("speaker", leaf.text)):
        return f"{reason}; for what somebody of that name says: {name}"
    return f"{reason}; did you mean {_listed(offers)}?" if offers else reason


def _standing(engine: Engine, phrase: Phrase) -> str:
    """The most words of a phrase, half of them at least, that do stand together: the rest is what
    somebody remembers otherwise. What is a part of such words stands together as well, so each word
    is come to twice."""
    words = phrase.text.split()
    longest: list[str] = []
    begin = 0
    for end in range(1, len(words) + 1):
        while begin < end and not engine.count(
            Phrase(" ".join(words[begin:end]), phrase.across_turns)
        ):
            begin += 1
        if end - begin > len(longest):
            longest = words[begin:end]
    return " ".join(longest) if len(longest) >= max(2, len(words) / 2) else ""


def _listed(values: list[str]) -> str:
    return " or ".join(f"“{shown(value, _LONG)}”" for value in values)
