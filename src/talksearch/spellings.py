"""Words that Britain and America spell differently: ``organise``, ``colour``, ``theatre``.

Stemmers keep the two apart, and people's transcripts have both, as what people look for has. Rules
know endings, a list the rest. What a rule makes may be no word ("mentour"): whether it is, an
archive says, where it stands or does not.
"""

from __future__ import annotations

from functools import lru_cache

from talksearch.patterns import pattern

__all__ = ["other_spelling"]

# What comes before, what is written here and there, what comes after. Three letters at least come
# before, or "prise" were "prize". "Prologue" is left out, for Prolog, and "grey", a frequent name.
_RULES = (
    (r"\w{3,}[iy]", "s", "z", r"(?:e[drs]?|ers|es|ings?|able|ation(?:s|al|ally)?)"),
    (r"\w{3,}o", "ur", "r", r"(?:s|ed|ing|ite|ites|able|ful|less|al|ally|ist|ists|hoods?)?"),
    (r"(?:cent|theat|met|kilomet|centimet|millimet|lit|fib|calib)", "re", "er", "s?"),
    (r"(?:cata|dia|ana)log", "ue", "", "s?"),
    (r"(?:lic|def|off|pret)en", "c", "s", r"(?:e[ds]?|ing|eless)"),
    ("", "aluminium", "aluminum", ""),
    ("(?:acknowled|jud)g", "ement", "ment", "s?"),
    ("jewel", "le", "", "ry"),
    ("man", "oeuvre", "euver", "s?"),
    ("m", "oust", "ust", "aches?"),
    ("m", "ould", "old", r"\w*"),
    ("p", "ae", "e", r"diatri\w*"),
    ("pl", "ough", "ow", r"\w*"),
    ("program", "me", "", "s?"),
    ("s", "c", "k", r"eptic\w*"),
    ("y", "ogh", "og", r"urts?"),
)
_BOTH_WAYS = tuple(
    (pattern(f"({before}){one}({after})"), rf"\g<1>{other}\g<2>")
    for before, british, american, after in _RULES
    for one, other in ((british, american), (american, british))
)


@lru_cache(1 << 10)
def other_spelling(word: str) -> str | None:
    """A folded word as the other one of the two might spell it."""
    for rule, other in _BOTH_WAYS:
        if match := rule.fullmatch(word):
            return match.expand(other)
    return None
