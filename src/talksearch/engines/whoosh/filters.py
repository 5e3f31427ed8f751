"""Which passages a filter lets through.

A filter's value matches an index value without case or accents when its words stand in it one
after the other (``speaker:nico`` finds Nico Thiebaut, ``title:"machine learning"`` every title
with that phrase). The values of a field are few beside the passages, so they are looked through.
"""

from __future__ import annotations

from talksearch.engines.whoosh.snapshot import Snapshot
from talksearch.model import Role
from talksearch.query.nodes import DateRange, Filter
from talksearch.words import fold_words

# `role:host` means whoever hosts the episode.
_ROLES = {Role.HOST: (Role.HOST, Role.CO_HOST, Role.GUEST_HOST)}


def filter_documents(snapshot: Snapshot, node: Filter) -> set[int]:
    match node.field:
        case "episode":
            found = snapshot.documents("episode", node.value)
            return {number for number in found if snapshot.value("kind", number)}  # no record
        case "year":
            return range_documents(snapshot, DateRange(node.value, node.value))
        case "role":
            role = Role.parse(node.value)
            roles = _ROLES.get(role, (role,)) if role else ()
            terms = [key(role.value) for role in roles if role]
        case _:
            terms = matching_values(snapshot, node.field, node.value)
    return {number for term in terms for number in snapshot.documents(node.field, term)}


def matching_values(snapshot: Snapshot, field: str, value: str) -> list[str]:
    wanted = key(value)
    if not wanted:
        return []
    return [term for term in snapshot.terms(field) if f" {wanted} " in f" {term} "]


def range_documents(snapshot: Snapshot, node: DateRange) -> set[int]:
    # ISO dates sort as text; "2020-07" stands for the whole month on either side.
    return {
        number
        for date in snapshot.terms("date", "")
        if date >= node.first and (not node.last or date[: len(node.last)] <= node.last)
        for number in snapshot.documents("date", date)
    }


def key(value: str) -> str:
    """A value as the index keeps it: its folded words."""
    return " ".join(fold_words(value))
