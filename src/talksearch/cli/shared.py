"""What the commands share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from talksearch.cli.terminal import Bar, complain, write

if TYPE_CHECKING:
    from talksearch.archive import Archive
    from talksearch.report import Outcome

__all__ = ["open_home", "report"]


@contextmanager
def open_home() -> Iterator[Archive]:
    """The archive in the home that the command line names."""
    from talksearch.archive import open_archive

    with Bar() as bar, open_archive(click.get_current_context().obj, progress=bar) as archive:
        yield archive


def report(outcomes: list[Outcome], as_json: bool) -> int:
    """Write what became of each source; the exit status."""
    from talksearch.render import data, reports

    if as_json:
        write([data.answer("report", outcomes=[outcome.to_dict() for outcome in outcomes])])
    else:
        write(reports.outcomes(outcomes))
    complain(outcomes)
    return 2 if any(outcome.status == "failed" for outcome in outcomes) else 0
