"""Words and names of the index that are spelled like something that was not found."""

from __future__ import annotations

from talksearch.engines.base import FEW
from talksearch.engines.whoosh.documents import key, keys
from talksearch.engines.whoosh.evaluate import Evaluation
from talksearch.engines.whoosh.fuzzy import words_within
from talksearch.engines.whoosh.reasons import FEWEST, SHARE, has_small_share
from talksearch.engines.whoosh.snapshot import Snapshot
from talksearch.engines.whoosh.stems import stemmed
from talksearch.engines.whoosh.values import shown
from talksearch.languages import primary
from talksearch.query.nodes import Phrase, Term
from talksearch.words import fold_words, stemmer_language

__all__ = ["other_writings", "overshadowing", "similar_values", "similar_words"]


def similar_words(evaluation: Evaluation, word: str) -> list[str]:
    """Words one slip away (a letter too many, too few or another, two swapped), else two letters,
    or the word as several that stand side by side, the most frequent first; two words as one. Very
    short words have too many neighbours to help; what is far longer than words are has none, and
    writing its own down would take all memory."""
    snapshot, forms = evaluation.snapshot, fold_words(word)
    if len(forms) == 2:
        return _likeliest(_counted(snapshot, {"".join(forms)}), 1)
    form = _form(word)
    if not form:
        return []
    found = _slips(snapshot, form)
    if len(form) > 4 and max(found.values(), default=0) <= _RARE:
        found |= _counted(snapshot, words_within(snapshot, form, 2) - {form})
    found |= _in_two(evaluation, form) | _without_dots(snapshot, form)
    if not any(found.values()):
        found = _in_three(evaluation, form)
    # What is far rarer than another is as likely a slip itself.
    return _likeliest(found, max(found.values(), default=0) / _SLIPS)


def other_writings(evaluation: Evaluation, typed: str) -> list[str]:
    """How a word, or two side by side, are written far more often, the most frequent first: "open
    source", "wordpress", "ai" for "A.I."."""
    forms = fold_words(typed)
    if len(forms) == 2:
        count = evaluation.scored(Phrase(typed)).count
        return _likeliest(
            _counted(evaluation.snapshot, {"".join(forms)}), max(FEWEST, count * _FAR)
        )
    form = _form(typed)
    count = evaluation.scored(Term(typed)).count if form else 0
    if not count:
        return []
    found = {
        pair: often
        for pair, often in _in_two(evaluation, form).items()
        if not any(evaluation.is_common(Term(each)) for each in pair.split())
    }
    offers = _likeliest(found | _without_dots(evaluation.snapshot, form), count * _FAR)
    if not offers and count <= FEW and len(form) >= _LONG:
        slips = _likeliest(_slips(evaluation.snapshot, form), count * _SLIPS)
        # What is a letter away from several is likelier a word of its own ("clover").
        offers = slips if len(slips) == 1 else []
    return offers


def overshadowing(evaluation: Evaluation, word: str) -> str:
    """As ``Engine.overshadowing``: of what the word finds it has itself a quarter at most."""
    form, snapshot = _form(word), evaluation.snapshot
    if not form.isalpha() or not has_small_share(evaluation, Term(word)):
        return ""
    forms = {form}
    for language in evaluation.languages:
        forms |= snapshot.forms(stemmed(form, language), language)
    counts = _counted(snapshot, forms)
    most, other = max((often, each) for each, often in counts.items())
    is_number = form.removesuffix("s") == other.removesuffix("s")
    return "" if is_number or most < counts[form] * SHARE / 2 else other


def _slips(snapshot: Snapshot, form: str) -> dict[str, int]:
    """Words one slip away: a letter too many, too few or another, two swapped."""
    return _counted(snapshot, {*_swapped(form), *words_within(snapshot, form, 1)} - {form})


def _without_dots(snapshot: Snapshot, form: str) -> dict[str, int]:
    """``G.D.P.R.`` is nearly always written without."""
    return _counted(snapshot, {form.replace(".", "")}) if "." in form else {}


def _form(word: str) -> str:
    """The word, folded; "" for what has none that are spelled like it."""
    forms = fold_words(word)
    return forms[0] if len(forms) == 1 and 3 <= len(forms[0]) <= _LONGEST else ""


def _likeliest(found: dict[str, int], least: float) -> list[str]:
    likely = (term for term, count in found.items() if count and count >= least)
    return sorted(likely, key=lambda term: (-found[term], term))[:_OFFERED]


_OFFERED = 3
_LONGEST = 100
_PARTED = 24  # letters of what is three words
_LONG = 6  # letters of a word that is seldom another one's slip
_RARE = 2
_SLIPS = 100
_FAR = 10  # times as often
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _swapped(form: str) -> set[str]:
    """With two neighbours swapped, or another beginning."""
    found = {form[:at] + form[at + 1] + form[at] + form[at + 2 :] for at in range(len(form) - 1)}
    if len(form) > 3:
        found |= {letter + form[1:] for letter in _LETTERS}
        found |= {letter + form for letter in _LETTERS} | {form[1:]}
    return found


def _in_two(evaluation: Evaluation, form: str) -> dict[str, int]:
    """What people write in one word, and recognizers in two: "node js"."""
    pairs = (f"{form[:at]} {form[at:]}" for at in range(1, len(form)))
    return {pair: evaluation.scored(Phrase(pair)).count for pair in pairs}


def _in_three(evaluation: Evaluation, form: str) -> dict[str, int]:
    """Likewise: "end to end"."""
    if len(form) > _PARTED:
        return {}
    threes = (
        f"{form[:at]} {form[at:to]} {form[to:]}"
        for at in range(2, len(form) - 3)
        for to in range(at + 2, len(form) - 1)
    )
    return {three: evaluation.scored(Phrase(three)).count for three in threes}


def _counted(snapshot: Snapshot, terms: set[str]) -> dict[str, int]:
    return {term: snapshot.word("exact", [term]).count for term in terms}


def similar_values(snapshot: Snapshot, field: str, value: str) -> list[str]:
    """Values of a filter field like this one, whole or in one of their words, as they are shown. A
    language is like those with the same stemmer: "no" for "nb". No year is: 2026 for 2016."""
    if field == "year":
        return []
    if field == "lang":
        same = stemmer_language(value) if primary(value) else None
        alike = [each for each in shown(snapshot, field) if stemmer_language(each) == same]
        return alike[:_OFFERED]
    from difflib import get_close_matches

    wanted = key(value)
    as_shown = {each: name for name in reversed(shown(snapshot, field)) for each in keys(name)}
    # Of several with a first name, the one who is met most often.
    names_of = (*snapshot.terms(field), *as_shown)
    parts = {part: name for name in names_of for part in (name, *name.split())}
    found = get_close_matches(wanted, parts, n=2 * _OFFERED, cutoff=0.7)
    names = dict.fromkeys(as_shown.get(parts[part], parts[part]) for part in found)
    return [*names][:_OFFERED]
