"""``talksearch feeds``: which are followed, and how each is."""

from __future__ import annotations

import sys

import click

from talksearch.cli.shared import AS_JSON, listed, open_home, report
from talksearch.cli.terminal import style

__all__ = ["feeds"]


@click.group()
def feeds() -> None:
    """The feeds that are followed. `talksearch add` adds one."""


@feeds.command("list")
@AS_JSON
def list_feeds(as_json: bool) -> int:
    """Each feed's folder in corpus/, address and state."""
    from talksearch.render import reports

    with open_home() as archive:
        found = archive.feeds()
    entries, lines = (each.to_dict() for each in found), reports.feeds(found, style())
    return listed("feeds", entries, lines, as_json, "no feed is followed")


@feeds.command()
@click.argument("feed")
def pause(feed: str) -> None:
    """Leave a FEED (its folder or address) out of refresh."""
    with open_home() as archive:
        archive.pause_feed(feed)


@feeds.command()
@click.argument("feed")
def resume(feed: str) -> None:
    """Take a paused FEED in again."""
    with open_home() as archive:
        archive.pause_feed(feed, paused=False)


@feeds.command()
@click.argument("feed")
@click.option("--yes", is_flag=True, help="Do not ask first.")
def remove(feed: str, yes: bool) -> int:
    """Forget a FEED, and remove its episodes and transcripts."""
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("there is nobody to ask: --yes removes it without asking")
        if not click.confirm("Its episodes and transcripts go as well. Remove it?", err=True):
            return 0
    with open_home() as archive:
        outcomes = archive.remove_feed(feed)
    return report(outcomes, as_json=False)
