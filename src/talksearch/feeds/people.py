"""Who takes part, from ``podcast:person`` or, where there is none, from who is named as author.

https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/tags/person.md
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from talksearch.feeds.addresses import resolved
from talksearch.feeds.base import Credit
from talksearch.feeds.text import line
from talksearch.model import Person, Role, Source, clean_text
from talksearch.patterns import pattern
from talksearch.words import word_set

__all__ = ["authors", "cast", "credit"]


def credit(raw: str, attributes: Mapping[str, str], base: str | None) -> Credit | None:
    """A ``podcast:person`` as written; None for one without a name."""
    name = line(raw)
    if not name:
        return None
    return Credit(
        name,
        clean_text(attributes.get("role", "")) or "host",
        clean_text(attributes.get("group", "")) or "cast",
        resolved(attributes.get("href", ""), base),
        resolved(attributes.get("img", ""), base),
    )


def cast(credits: Iterable[Credit]) -> tuple[Person, ...]:
    """Those of the persons named who are heard, each once in a role."""
    found: dict[tuple[str, str], Person] = {}
    for each in credits:
        if each.group.casefold() == "cast":
            person = Person(
                each.name,
                Role.parse(each.role),
                role_label=each.role,
                url=each.href,
                source=Source.PERSON_TAG,
            )
            found.setdefault((each.name, each.role.casefold()), person)
    return tuple(found.values())


_MAX_AUTHOR = 300  # a longer one is a text about the authors
_BETWEEN_NAMES = pattern(r"\s*(?:[,&/+;|]|\b(?:and|und|et|y|e|with|by)\b)\s*")
_WORD = pattern(r"[^\W\d_](?:[^\W\d_]|['’.-])*")
_PARTICLES = word_set("al bin da de del della den der di dos du el ibn la le ten ter van von")
# A company, a team or a job is no person; nor is a show named after itself.
_NO_NAME = word_set(
    """
    academy admin advertising advisor agency association audio blog bloggers broadcasting center
    centre club collective college company consulting correspondent council creative daily
    developer digital editor editors entertainment federation films fm foundation gmbh group inc
    industries info institute journal labs limited llc ltd magazine media ministry museum network
    news online org partners pictures podcast podcasting podcasts press production productions
    project public radio ràdio rádio records review rundfunk school show society software solutions
    staff studio studios systems talk team tech technologies the tv university ventures web weekly
    """
)


def authors(names: Iterable[str]) -> tuple[Person, ...]:
    """Those authors who look like persons. That they are heard is likely; in what role, not told.

    >>> [person.name for person in authors(["Ann Lee & Cy van Dorn, Salt Media"])]
    ['Ann Lee', 'Cy van Dorn']
    """
    told = [clean_text(name) for name in names]
    parts = (
        part for name in told if len(name) <= _MAX_AUTHOR for part in _BETWEEN_NAMES.split(name)
    )
    people = (Person(name, source=Source.PERSON_TAG) for name in parts if _is_personal(name))
    return tuple(dict.fromkeys(people))


def _is_personal(name: str) -> bool:
    """Two to four words of letters, with capitals where the script has them."""
    words = name.split()
    if not 2 <= len(words) <= 4 or not any(len(word.strip(".")) > 1 for word in words):
        return False
    if any(word.casefold().strip(".") in _NO_NAME for word in words):
        return False
    capitals = [word for word in words if word not in _PARTICLES]
    return len(capitals) >= 2 and all(
        _WORD.fullmatch(word) and not word[0].islower() for word in capitals
    )
