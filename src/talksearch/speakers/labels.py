"""Speaker labels as transcripts write them: a name, a role, both, a number, or nobody at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from talksearch.model import Role
from talksearch.patterns import pattern
from talksearch.speakers.vocabulary import (
    ANYONE,
    BESIDE_PARTS,
    OCCUPATIONS,
    PARTS_OF_SHOW,
    PIECES,
    TITLES,
    TRADES,
)
from talksearch.timecode import TIMECODE
from talksearch.words import fold_words, is_unspaced

__all__ = ["Label", "read_label"]


@dataclass(frozen=True, slots=True)
class Label:
    """What a label says. ``name`` is somebody's name; without one it is a mere role ("HOST"), a
    number from a machine ("SPEAKER_00"), or, with ``nobody``, no speaker but a part of the show
    ("Break", "Music")."""

    name: str | None = None
    role: Role | None = None
    nobody: bool = False


_HONORIFICS = pattern(r"(?:jr|sr|ph\.?d|md|m\.d|esq|ii|iii|iv)\.?", re.IGNORECASE)

_BRACKETED = pattern(r"[(\[（［]([^()\[\]（）［］]*)[)\]）］]")
_TIME = pattern(rf"[(\[]?\b{TIMECODE}\b[)\]]?")
_SEPARATOR = pattern(r"\s+[-–—|/]\s+|\s*[,:;–—|/]\s*")
_NUMBERED = pattern(r"(?:\s*#?\d{1,3}|\s+[A-Z])$")
_MACHINE = pattern(r"[a-z] s\d+")  # "F_S12": a woman, to Kaldi
_NAME_WORD = pattern(r"[^\W\d_][^\W\d_'’-]+(?:['’-][^\W\d_]+)*")
_OCCUPATIONS = TITLES | TRADES | OCCUPATIONS
_LONGEST_NAME = 6  # words; a longer label is a heading


@lru_cache(maxsize=4096)
def read_label(label: str) -> Label:
    """What a label says.

    >>> read_label("Leo Dion (host)")
    Label(name='Leo Dion', role=<Role.HOST: 'host'>, nobody=False)
    """
    # What is looked for may begin with blanks: of many in a row each would be a beginning.
    plain = _TIME.sub(" ", " ".join(label.split()))
    role = None
    for bracketed in _BRACKETED.findall(plain):
        role = role or _role(bracketed)
    plain = _BRACKETED.sub(" ", plain)
    name = _surname_first(plain)
    for part in _SEPARATOR.split(plain) if name is None else ():
        bare = part.strip(' \t*_:-–—"“”>')
        part = bare.strip(".")
        part_role = _role(part) if part else None
        if part_role is not None:
            role = role or part_role
        elif name is None and part:
            name = " ".join(part.split())  # "VM (Vicky) Brasseur"
        elif name is not None and _HONORIFICS.fullmatch(part):
            name = f"{name}, {bare}"
    if name is None:
        # "(host)" alone is a role; "[12:30]" is nobody.
        return Label(role=role, nobody=role is None)
    forms = _forms(name)
    if _is_part_of_show(name, forms):
        return Label(nobody=True)
    if _is_anyone(forms):
        return Label(role=role)
    return Label(name, role)


def _surname_first(label: str) -> str | None:
    """``Doe, Jane``, as video calls have it from a company's directory. Cut at the comma, Jane and
    John Doe would be one; it stays as it is written, for "Jane, Hooli" looks the same."""
    surname, _, given = label.strip(" :").partition(",")
    words = [surname.strip(), *given.split()]
    if len(words) not in (2, 3):
        return None
    if not all(_NAME_WORD.fullmatch(word) and word[0].isupper() for word in words):
        return None
    told = {word.casefold() for word in words[1:]}
    if _role(given) or _HONORIFICS.fullmatch(given.strip()) or told & _OCCUPATIONS:
        return None
    return f"{words[0]}, {' '.join(words[1:])}"


def _role(text: str) -> Role | None:
    """The role in "host", "Co-Host & producer", "Guest 2"."""
    for part in re.split(r"[,/&;+]|\band\b", text):
        role = Role.parse(_NUMBERED.sub("", part.strip()))
        if role is not None:
            return role
    return None


def _forms(name: str) -> tuple[str, ...]:
    """Its words, folded; what is written without spaces is one: 話者1, マリー・キュリー."""
    found: list[str] = []
    goes_on = False
    for form in fold_words(name):
        if goes_on and is_unspaced(form):
            found[-1] += form
        else:
            found.append(form)
        goes_on = is_unspaced(form)
    return tuple(found)


def _is_part_of_show(name: str, forms: tuple[str, ...]) -> bool:
    if len(forms) > _LONGEST_NAME or not forms or name.endswith(("?", "!")):
        return True
    # Will Song is somebody; "Bette Midler song" is played.
    if len(forms) > (2 if forms[-1] == "song" else 1) and forms[-1] in PIECES:
        return True
    # A label without a letter is a time, a date or an ornament; "1" is a voice's number.
    words = [form for form in forms if not form.isdigit()]
    return any(word in PARTS_OF_SHOW for word in words) and all(
        word in PARTS_OF_SHOW or word in BESIDE_PARTS for word in words
    )


def _is_anyone(forms: tuple[str, ...]) -> bool:
    if all(form in ANYONE or form.isdigit() for form in forms):
        return True
    if len(forms) == 1 or _MACHINE.fullmatch(" ".join(forms)):
        return re.fullmatch(r"[a-z]|[a-z]{0,8}\d+", forms[-1]) is not None
    return forms[0] in ANYONE and all(
        form in ANYONE or len(form) == 1 or form.isdigit() for form in forms[1:]
    )
