"""Passages as a Parquet file, for data frames. Needs the extra ``talksearch[parquet]``."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from pathlib import Path

from talksearch.errors import ConfigError
from talksearch.render.data import COLUMNS, row
from talksearch.results import Hit

__all__ = ["write_parquet"]

_ROWS = 10_000
"""Rows in a group: what is in memory at a time."""


def write_parquet(hits: Iterable[Hit], path: Path) -> None:
    """Write a row a hit: times as integers, the score as a number, the rest as text.

    Raises ``ConfigError`` when pyarrow is not installed, ``OSError`` when the file cannot be
    written.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        reason = "Parquet needs pyarrow: install talksearch[parquet]"
        raise ConfigError(reason) from error
    kinds = {"score": pyarrow.float64(), "start_ms": pyarrow.int64(), "end_ms": pyarrow.int64()}
    schema = pyarrow.schema([(name, kinds.get(name, pyarrow.string())) for name in COLUMNS])
    rows = map(row, hits)
    with parquet.ParquetWriter(path, schema) as writer:
        while group := list(islice(rows, _ROWS)):
            writer.write_table(pyarrow.Table.from_pylist(group, schema=schema))
