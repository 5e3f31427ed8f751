"""What the index holds, in Whoosh's terms. Change anything here, or in what ``segment.py`` keeps,
and raise its ``SCHEMA_VERSION``.

Two kinds of document share the index: one a passage, and one a *record* of each episode (which
has only ``episode``, ``record``, ``folder`` and ``data``, so no search for words or attributes can
reach it), with the passages of the episode after it. Keeping them together is what makes replacing
an episode one commit.

==============  ====================================================================
``episode``     the episode's id: what replacing and grouping go by
``record``      the episode's id again, on its record alone
``folder``      the folder of corpus/ that a record belongs to
``data``        stored: a passage's text, a record as JSON (``stored.py``)
``text``        stems in the passage's own language, with positions
``exact``       folded words, with positions
``length``      column: the words of the passage, for BM25
filter fields   ``speaker`` … ``title``: folded values, one term a value
facet fields    columns: the values as they are shown
==============  ====================================================================
"""

from __future__ import annotations

from array import array
from typing import Any

from talksearch.engines.whoosh.documents import VALUES
from talksearch.engines.whoosh.library import columns, fields, formats
from talksearch.engines.whoosh.segment import FACETS

__all__ = ["Column", "Positions", "PositionsFormat", "Values", "schema"]


class PositionsFormat(formats.Format):  # type: ignore[misc]
    """Positions as plain 32-bit numbers, little-endian."""

    def decode_positions(self, value: bytes) -> list[int]:
        return array("I", value).tolist()


class Positions(fields.FieldType):  # type: ignore[misc]
    """A field of words. What is put in it was analysed before (``inverter.py``)."""

    def __init__(self) -> None:
        super().__init__(format=PositionsFormat(), analyzer=None)


class Values(fields.FieldType):  # type: ignore[misc]
    """A field of whole values, each one term, without positions."""

    def __init__(self, column: bool) -> None:
        super().__init__(format=formats.Existence(), analyzer=None)
        if column:
            self.column_type = Column()


class Column(columns.Column):  # type: ignore[misc]
    """A column that the codec reads from the segment's arrays."""

    def default_value(self, reverse: bool = False) -> str:
        return ""


def schema() -> fields.Schema:
    """A new schema object: Whoosh writes into the one it is given."""
    indexed: dict[str, Any] = {name: Values(column=name in FACETS) for name in VALUES}
    shown = {name: fields.COLUMN(Column()) for name in (*FACETS, "length") if name not in indexed}
    return fields.Schema(
        data=fields.STORED(), text=Positions(), exact=Positions(), **indexed, **shown
    )
