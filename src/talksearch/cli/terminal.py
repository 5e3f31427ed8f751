"""The terminal: what goes to stdout and stderr, in which width and colours; progress bars."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Self

import click

from talksearch.errors import EditedError
from talksearch.render.layout import Style

if TYPE_CHECKING:
    from talksearch.report import Outcome

__all__ = ["Bar", "ReaderGoneError", "complain", "style", "write"]


def style() -> Style:
    """Colours on a terminal only, and not where NO_COLOR (https://no-color.org) is set. Lines are
    as wide as the terminal, or as COLUMNS says, but no wider than one likes to read."""
    terminal = sys.stdout.isatty()
    plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
    width = 88
    if terminal or os.environ.get("COLUMNS"):
        import shutil

        width = shutil.get_terminal_size((width, 24)).columns
    return Style(colour=terminal and not plain, width=max(20, min(width, 100)))


class ReaderGoneError(Exception):
    """Whoever read stdout has seen enough. Of a BrokenPipeError click makes an exit status of 1,
    which says that nothing was found."""


def write(lines: Iterable[str]) -> None:
    """Data: to stdout, a line as soon as it is there. Raises ``ReaderGoneError``."""
    try:
        for line in lines:
            print(line)
    except BrokenPipeError as error:
        raise ReaderGoneError from error


def complain(outcomes: Sequence[Outcome]) -> None:
    """What failed or was edited by hand, a line each, and some of what was skipped or passed over:
    to stderr."""
    edited = [outcome for outcome in outcomes if isinstance(outcome.error, EditedError)]
    skipped = [o for o in outcomes if o.status == "skipped" and o not in edited]
    for outcome in outcomes:
        if outcome.status == "failed" or outcome in edited:
            print(f"talksearch: {outcome.error}", file=sys.stderr)
    for outcome in skipped[:3]:
        print(f"skipped: {outcome.error}", file=sys.stderr)
    # What a feed offers is of a folder, a file that was given is not.
    for what, more in (
        ("files that are no transcripts", [o for o in skipped[3:] if o.folder is None]),
        ("transcripts and chapters that could not be had", [o for o in skipped[3:] if o.folder]),
    ):
        if more:
            print(f"skipped: {len(more):,} more {what}", file=sys.stderr)
    passed = [(reason, o.source) for o in outcomes for reason in o.passed_over]
    for reason, taken in passed[:3]:
        print(f"passed over: {reason}; taken was {taken}", file=sys.stderr)
    if passed[3:]:
        print(f"passed over: {len(passed) - 3:,} more transcripts", file=sys.stderr)


class Bar:
    """A progress bar on stderr for what takes longer than a second; nothing without a terminal.

    A context manager; call it as ``report.Progress`` says.
    """

    _PATIENCE_S = 1.0

    def __init__(self) -> None:
        self.shown = sys.stderr.isatty()
        self._what = ""
        self._began = 0.0
        self._bar: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._finish()

    def __call__(self, what: str, done: int, total: int) -> None:
        if not self.shown:
            return
        if what != self._what:
            self._finish()
            self._what, self._began = what, time.monotonic()
        if self._bar is None and time.monotonic() - self._began > self._PATIENCE_S:
            self._bar = click.progressbar(
                length=total, label=what, file=sys.stderr, show_pos=True, update_min_steps=1
            )
            self._bar.__enter__()
        if self._bar is not None:
            self._bar.update(done - self._bar.pos)

    def _finish(self) -> None:
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
        self._bar = None
