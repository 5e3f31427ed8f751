"""What the commands share."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from talksearch.cli.terminal import Bar, complain, write

if TYPE_CHECKING:
    from talksearch.archive import Archive
    from talksearch.report import Outcome

__all__ = ["AS_JSON", "OUTCOMES_AS_JSON", "listed", "open_home", "report"]

AS_JSON = click.option("--json", "as_json", is_flag=True)
OUTCOMES_AS_JSON = click.option(
    "--json", "as_json", is_flag=True, help="What became of each, as JSON."
)


@contextmanager
def open_home() -> Iterator[Archive]:
    """The archive in the home that the command line names."""
    from talksearch.archive import open_archive

    with Bar() as bar, open_archive(click.get_current_context().obj, progress=bar) as archive:
        yield archive


def listed(
    name: str,
    entries: Iterable[dict[str, Any]],
    lines: Iterable[str],
    as_json: bool,
    none: str,
) -> int:
    """Write a list as lines, or its entries as the JSON of that name; ``none`` is said where there
    is nothing in it. The exit status."""
    rows: list[Any] = list(entries if as_json else lines)
    if as_json:
        from talksearch.render import data

        write([data.answer(name, **{name: rows})])
    else:
        write(rows)
    if not rows:
        print(none, file=sys.stderr)
    return 0 if rows else 1


def report(outcomes: list[Outcome], as_json: bool) -> int:
    """Write what became of each source; the exit status."""
    from talksearch.render import data, reports

    if as_json:
        write([data.answer("report", outcomes=[outcome.to_dict() for outcome in outcomes])])
    else:
        write(reports.outcomes(outcomes))
    complain(outcomes)
    return 2 if any(outcome.status == "failed" for outcome in outcomes) else 0
