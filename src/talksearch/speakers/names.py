"""Names: which person a label means, and where a name ends in running text."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from talksearch.model import Person, Role, Speaker
from talksearch.patterns import pattern
from talksearch.speakers.vocabulary import HONORIFICS, NO_NAMES, OF_MEN, OF_WOMEN, PARTICLES
from talksearch.words import fold_words

__all__ = [
    "Cast",
    "Key",
    "completed",
    "couples",
    "key",
    "name_after",
    "name_before",
    "name_forms",
    "names_of",
]

Key = tuple[str, ...]
"""What ``key`` makes of a name."""

_MOST = 200  # people of one document that can be told apart, or share one word


@lru_cache(maxsize=65536)  # a show's hosts are in each of its episodes
def key(name: str) -> Key:
    """What names are compared by: no case, no accents, no "Dr."."""
    forms = fold_words(name)
    return tuple(_without_titles(forms)) or forms


def couples(names: Iterable[str]) -> set[Key]:
    """The names, folded, that are a man's and a woman's: where there are a Mr. and a Mrs. Smith,
    they are two."""
    titled: dict[Key, set[Key]] = {}
    for name in names:
        titled.setdefault(key(name), set()).add(fold_words(name))
    found: set[Key] = set()
    for forms in titled.values():
        titles = {title for name in forms for title in name}
        if titles & OF_MEN and titles & OF_WOMEN:
            found |= forms
    return found


def names_of(speaker: Speaker) -> Iterator[str]:
    """Everything that a speaker is called, the label as well."""
    aliases = speaker.person.aliases if speaker.person else ()
    yield from (name for name in (speaker.name, speaker.label, *aliases) if name)


# "Ada & Tom at the same time": what several are called together.
_SEVERAL = pattern(r"\s(?:&|\+|and|und|et)\s", re.IGNORECASE)


class Cast:
    """The people of one episode while it is being read.

    ``known`` are those the caller is sure of and those who are labelled; ``rumoured`` are names
    met in the text: they count only once something is said by them. ``naming`` says whom a label
    means where the user has decided it, and ``given`` are the names that were so given in this
    episode: each means its bearer alone, and nobody of whose name it is a part.
    """

    def __init__(
        self,
        known: Iterable[Person],
        rumoured: Iterable[Person],
        naming: Callable[[str], str | None],
        given: Collection[Key] = (),
    ) -> None:
        self.naming = naming
        self.given = given
        self.known: dict[Key, Person] = {}
        self.rumoured: dict[Key, Person] = {}
        # Rumours of names that the user decided upon, by the names that these mean.
        self._meant: dict[Key, Person] = {}
        self._by_word: dict[str, list[Key]] = {}
        known = tuple(known)
        self._couples = couples(person.name for person in known)
        for person in rumoured:
            self.hear_of(person)
        for person in known:
            self.add(person)

    def tell_apart(self, names: Iterable[str]) -> None:
        """Note the names that go together in the document: with those that are known already some
        may be a couple's."""
        known, rumoured = self.known.values(), self.rumoured.values()
        self._couples = couples((*names, *(person.name for person in known)))
        self.known, self.rumoured, self._by_word = {}, {}, {}
        for person in rumoured:
            self.rumoured.setdefault(self._enter(person), person)
        for person in known:
            self.known[self._enter(person)] = person

    def key_of(self, name: str) -> Key:
        """What a name is compared by in this document."""
        forms = fold_words(name)
        return forms if forms in self._couples else key(name)

    def add(self, person: Person) -> Person:
        """Take a person in, or complete one of the same name; gives the person as now known."""
        name = self._enter(person)
        known, rumour = self.known.get(name), self.rumoured.get(name) or self._meant.get(name)
        if known is not None:
            person = completed(known, person)
        if rumour is not None:
            person = completed(person, rumour)
        self.known[name] = person
        return person

    def hear_of(self, person: Person) -> None:
        """Note a name met in the text."""
        self.rumoured.setdefault(self._enter(person), person)
        decided = self.naming(person.name)
        # Of a name that was another's by mistake, what is said is not theirs.
        if decided and key(decided) not in self.given:
            self._meant.setdefault(key(decided), person)

    def _enter(self, person: Person) -> Key:
        name = self.key_of(person.name)
        # Who is one of several is not meant by what all of them are called.
        for word in () if _SEVERAL.search(person.name) else set(name):
            names = self._by_word.setdefault(word, [])
            if name not in names and len(names) < _MOST:
                names.append(name)
        return name

    def everybody(self) -> tuple[Person, ...]:
        return tuple((self.known | self.rumoured | self.known).values())[:_MOST]

    def find(self, name: str) -> Person | None:
        """The one person a name can mean: by full name, else by a whole part of it.

        A part that two people share means neither, nor does a name of several mean one of them.
        Names that merely look alike are never one.
        """
        wanted = self.key_of(name)
        exact = self.known.get(wanted) or self.rumoured.get(wanted)
        if exact is not None or wanted in self.given or _SEVERAL.search(name):
            return exact
        near = self._near(wanted)
        found = [
            other
            for other in near
            if other in self.known
            and (_is_part(wanted, other) or (len(other) > 1 and _is_part(other, wanted)))
        ]
        if not found and len(wanted) == 1:
            # Two words are a name by themselves: what merely contains them was not introduced.
            found = [other for other in near if _is_part(wanted, other)]
        if len(found) != 1:
            return None
        return self.known.get(found[0]) or self.rumoured[found[0]]

    def is_ambiguous(self, name: str) -> bool:
        """Is it a part of several people's names?"""
        wanted = self.key_of(name)
        if wanted in self.given:
            return False
        return sum(_is_part(wanted, other) for other in self._near(wanted)) > 1

    def _near(self, wanted: Key) -> list[Key]:
        """The names that share a word with one."""
        words = (self._by_word.get(word, []) for word in wanted)
        return list(dict.fromkeys(name for names in words for name in names))

    def only(self, role: Role) -> Person | None:
        """The person of that role, if there is exactly one."""
        found = [person for person in self.known.values() if person.role is role]
        return found[0] if len(found) == 1 else None


def completed(person: Person, more: Person) -> Person:
    """The person, with what is not yet known of them."""
    if not (person.occupation or person.organization):
        person = replace(
            person,
            occupation=more.occupation,
            organization=more.organization,
            occupation_source=more.occupation_source,
        )
    return replace(
        person,
        role=person.role or more.role,
        role_label=person.role_label or more.role_label,
        url=person.url or more.url,
    )


def _is_part(part: Key, whole: Key) -> bool:
    size = len(part)
    if not part or size >= len(whole):
        return False
    if size == 1 and len(part[0]) == 1:
        return False  # an initial, or one character of a Chinese name
    return any(whole[at : at + size] == part for at in range(len(whole) - size + 1))


def name_forms(people: Sequence[Person]) -> dict[str, Person | None]:
    """Each way in which a text may call each person (in full, or by one part of the name, with or
    without a title); None where a part belongs to two."""
    forms: dict[str, Person | None] = {}
    for person in people:
        forms[person.name] = person
    for person in people:
        parts = [part.rstrip(",") for part in _without_titles(person.name.split())]
        for form in (" ".join(parts), *parts):
            if len(form) > 1 and form[0].isupper():
                forms[form] = person if forms.get(form, person) == person else None
    return forms


def _is_title(word: str) -> bool:
    return word.casefold().rstrip(".,") in HONORIFICS


def _without_titles(words: Sequence[str]) -> Iterator[str]:
    """The words of a name. One that ends with what men or women are addressed by is a surname: Dan
    Senor's, Michael Herr's."""
    for place, word in enumerate(words, 1):
        ends = place == len(words) and word.casefold() in OF_MEN | OF_WOMEN
        if ends or not _is_title(word):
            yield word


def name_before(text: str) -> str | None:
    """The full name (two words or more) that a text ends with: "… talked to Ana de Armas"."""
    taken: list[str] = []
    for token in reversed(text.split()[-_LONGEST:]):
        word = token.lstrip(_OPENERS)
        if not _belongs(word, inside=bool(taken)) or (taken and token.endswith((",", ";", ":"))):
            break
        taken.insert(0, word)
        if word != token:
            break
    return _full_name(taken)


def name_after(text: str) -> str | None:
    """The full name that a text begins with: "Ana de Armas told us …"."""
    taken: list[str] = []
    for token in text.split()[:_LONGEST]:
        goes_on = len(token) <= 2 or _is_title(token)  # "J." and "Dr."
        word = token.rstrip(",;:" if goes_on else _CLOSERS)
        if _POSSESSIVE.search(token.rstrip(_CLOSERS)):
            return None  # not the person, but something of theirs
        if not _belongs(word, inside=bool(taken)):
            break
        taken.append(word)
        if word != token:
            break
    return _full_name(taken)


_LONGEST = 6  # words in a name
_OPENERS = '("“‘*_[«'
_CLOSERS = ')"”’*_]».,;:!?'
_POSSESSIVE = pattern(r"['’]s?$")


def _belongs(word: str, *, inside: bool) -> bool:
    if word.casefold() in PARTICLES and inside:
        return True
    letters = word.translate(_NOT_LETTERS)
    return (
        word[:1].isupper()
        and letters.isalpha()
        and not word.startswith(("I'", "I’"))
        and word.casefold() not in NO_NAMES
        and not _RUN_ON.search(word)
        # "J." and "Dr." go on; another dot has ended a sentence.
        and (not word.endswith(".") or len(word) == 2 or _is_title(word))
    )


_RUN_ON = pattern(r"[^\W\d_]{2}\.[^\W\d_]")  # "with Tom Perkins.We’re in his house"
_NOT_LETTERS = str.maketrans("", "", "-'’.")


def _full_name(taken: list[str]) -> str | None:
    while (
        taken
        and taken[0].casefold().rstrip(".") in HONORIFICS | PARTICLES
        and (taken[0].islower() or taken[0].casefold().rstrip(".") in HONORIFICS)
    ):
        taken = taken[1:]
    while taken and taken[-1].islower():
        taken = taken[:-1]
    return " ".join(taken) if sum(word[0].isupper() for word in taken) > 1 else None
