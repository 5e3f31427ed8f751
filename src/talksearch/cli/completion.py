"""What shells offer when TAB is pressed: names, shows and words of the archive."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from talksearch.archive import Archive

__all__ = ["people", "queries", "values"]

_MOST = 20


def values(context: click.Context, parameter: click.Parameter, typed: str) -> list[str]:
    """Completes a value of the field that an option is called after."""
    field = parameter.name or ""
    return _ask(context, lambda archive: archive.complete_value(field, typed, limit=_MOST))


def people(context: click.Context, parameter: click.Parameter, typed: str) -> list[str]:
    """Completes the name of somebody who speaks."""
    return _ask(context, lambda archive: archive.complete_value("speaker", typed, limit=_MOST))


def queries(context: click.Context, parameter: click.Parameter, typed: str) -> list[str]:
    """Completes the last word of a query."""
    return _ask(context, lambda archive: archive.complete(typed, limit=_MOST))


def _ask(context: click.Context, question: Callable[[Archive], list[str]]) -> list[str]:
    from talksearch.archive import open_archive
    from talksearch.errors import TalkSearchError

    try:
        with open_archive(context.find_root().params.get("home")) as archive:
            return question(archive)
    except TalkSearchError:
        return []  # whoever types is not to be interrupted
