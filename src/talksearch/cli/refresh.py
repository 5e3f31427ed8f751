"""``talksearch refresh``: by hand, or from a timer."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from talksearch.cli.shared import OUTCOMES_AS_JSON, open_home
from talksearch.cli.terminal import complain, style, write
from talksearch.cli.told import Told
from talksearch.errors import BusyError, EditedError, FetchError, TalkSearchError

if TYPE_CHECKING:
    from talksearch.archive import Archive
    from talksearch.report import RefreshReport

__all__ = ["refresh"]

_log = logging.getLogger("talksearch")
_LOG_BYTES = 1024 * 1024
_WELL = ("changed", "unchanged")


@click.command()
@click.option("--feed", "feeds", multiple=True, metavar="X", help="Only this one. Repeatable.")
@click.option("--scheduled", is_flag=True, help="Only feeds that are due; silent if all is well.")
@click.option("--all", "everything", is_flag=True, help="Also what is not due, or was given up.")
@click.option("--prune", is_flag=True, help="Remove the episodes that have left their feeds.")
@click.option("--on-new", metavar="CMD", help="Run it when there are new episodes (JSON on stdin).")
@click.option("--ping", metavar="ADDRESS", help="A health check, told how it went.")
@OUTCOMES_AS_JSON
def refresh(
    feeds: tuple[str, ...],
    scheduled: bool,
    everything: bool,
    prune: bool,
    on_new: str | None,
    ping: str | None,
    as_json: bool,
) -> int:
    """Fetch the feeds, and index what is new or changed in corpus/.

    What is gone from corpus/ is dropped; an episode that leaves its feed stays. The exit status is
    0 when all is well, and 2 when a feed gave nothing; the others are refreshed all the same.
    index/refresh.log has what was done.
    """
    from talksearch.config import checked, load_config
    from talksearch.render import reports

    with open_home() as archive:
        log = archive.home / "index" / "refresh.log"
        config = load_config(archive.home)
        ping = checked("--ping", "ping", ping or config.ping)
        allowed = config.allow_private_addresses
        told = Told(log.with_name("told.json") if scheduled else None)
        try:
            report = archive.refresh(
                *feeds,
                scheduled=scheduled,
                everything=everything,
                prune=prune,
                # The run that is under way does what this one would.
                wait_s=0.0 if scheduled else None,
            )
        except TalkSearchError as error:
            if scheduled and isinstance(error, BusyError):
                told.tell(f"{error.path}: another run is under way")
                told.keep()
                return 0
            # Where there is no window, as on Windows, it is told nowhere else.
            with suppress(OSError):
                _add_to_log(log, [(logging.ERROR, str(error))])
            told.tell(_ping(ping, [str(error)], allowed))
            if scheduled:
                told.tell(str(error))
                told.keep()
                return 2
            raise
        try:
            _add_to_log(log, reports.log_lines(report))
        except OSError as error:  # nothing else is lost
            _log.warning("%s: cannot be written: %s", log, error.strerror or error)
        try:
            _write(report, scheduled=scheduled, as_json=as_json, named=bool(feeds))
            _tell(report, told, scheduled=scheduled)
        finally:  # also where nobody reads our output any more: it is not told twice
            told.tell(_run_on_new(on_new or config.on_new, archive, report))
            told.tell(_ping(ping, _wrong(archive, report), allowed))
            told.keep(unknown={f.folder for f in report.feeds if f.status not in _WELL})
    return 0 if report.ok else 2


def _write(report: RefreshReport, *, scheduled: bool, as_json: bool, named: bool) -> None:
    from talksearch.render import data, reports, text

    if as_json:
        write([data.as_json(report.to_dict())])
    else:
        write(text.watch_matches(report.watches, style()))
        if not scheduled:
            write(reports.refresh(report, style(), named=named))


def _tell(report: RefreshReport, told: Told, *, scheduled: bool) -> None:
    """Say what is wrong: to a timer's user of a network that is not there in one line."""
    offline = []
    for feed in report.feeds:
        if scheduled and isinstance(feed.error, FetchError) and feed.error.offline:
            offline += [feed.error] if told.is_news(feed.folder) else []
        elif feed.error:
            told.tell(str(feed.error), f"{feed.folder}\t{_reason(feed.error)}")
    if offline:
        more = f"; likewise {len(offline) - 1:,} more" if offline[1:] else ""
        told.tell(f"{offline[0]}{more}")
    if not scheduled:
        complain(report.outcomes)
        return
    for outcome in report.outcomes:
        # It is told once what is not taken for somebody has edited what is there.
        if isinstance(outcome.error, EditedError):
            complain([outcome])
        elif outcome.status == "failed":
            told.tell(str(outcome.error))


def _reason(error: TalkSearchError) -> str:
    """What is wrong, without for how long a server wants to be left alone: that is always news."""
    left_alone = isinstance(error, FetchError) and error.retry_after_s and error.status is None
    return "left alone" if left_alone else str(error)


def _run_on_new(command: str, archive: Archive, report: RefreshReport) -> str | None:
    from talksearch.cli import hooks

    return hooks.run_on_new(command, _new(archive, report)) if command else None


def _wrong(archive: Archive, report: RefreshReport) -> Iterator[str]:
    """What is not as it should be, also of the feeds that this run did not ask: one that fails is
    asked ever less often, and a health check would say well and ill in turns."""
    for each in report.failures:
        yield str(each.error)
    failed = {feed.folder for feed in report.feeds if feed.status == "failed"}
    for feed in archive.feeds():
        if feed.error and not (feed.paused or feed.retired or feed.folder in failed):
            yield f"{feed.address}: {feed.error}"


def _ping(address: str, wrong: Iterable[str], allow_private_addresses: bool) -> str | None:
    """Tell the health check, if there is one, that all is well, or what is wrong."""
    from talksearch.cli import hooks

    if not address:
        return None
    text = "\n".join(wrong)
    return hooks.ping(
        address, ok=not text, text=text, allow_private_addresses=allow_private_addresses
    )


def _new(archive: Archive, report: RefreshReport) -> list[dict[str, Any]]:
    return [
        {**archive.episode(outcome.episode_id).to_dict(), "source": outcome.source}
        for outcome in report.outcomes
        if outcome.status == "new" and outcome.episode_id
    ]


def _add_to_log(path: Path, told: Iterable[tuple[int, str]]) -> None:
    """Add lines to the log, which is begun anew when it gets long. Raises ``OSError``."""
    now = f"{dt.datetime.now():%Y-%m-%d %H:%M:%S}"
    lines = (f"{now} {logging.getLevelName(level)} {line}\n" for level, line in told)
    if path.is_file() and path.stat().st_size > _LOG_BYTES:
        path.replace(path.with_name(f"{path.name}.1"))
    with path.open("a", encoding="utf-8", errors="backslashreplace") as log:
        log.writelines(lines)
