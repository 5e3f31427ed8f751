"""``talksearch watch``: saved searches, of which ``refresh`` tells what they newly find."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from talksearch.cli.shared import AS_JSON, listed, open_home
from talksearch.cli.terminal import style, write

__all__ = ["watch"]


@click.group()
def watch() -> None:
    """Saved queries: `talksearch refresh` tells what they newly find."""


@watch.command()
@click.argument("query", nargs=-1, required=True)
@click.option("--name", metavar="NAME", help="What to call it; else it is called after the query.")
@click.option(
    "--rss",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep what it found last in this RSS file, to subscribe to.",
)
def add(query: tuple[str, ...], name: str | None, rss: Path | None) -> int:
    """Watch for QUERY from now on. What it finds today counts as known.

    All that `talksearch search` understands may be used, with one difference: of words side by
    side, a watch wants all in one passage, not any. For any, write OR between them.
    A QUERY that begins with - goes after --, and options before it.
    """
    with open_home() as archive:
        added = archive.watches.add(" ".join(query), name=name, rss=rss)
        passages = archive.watches.count(added.name)
    noun = "passage matches" if passages == 1 else "passages match"
    write([f"{added.name}: {passages:,} {noun} today; refresh will tell of new ones"])
    return 0


@watch.command("list")
@AS_JSON
def list_watches(as_json: bool) -> int:
    """What is watched for: name, query, since when, RSS file."""
    from talksearch.render import text

    with open_home() as archive:
        found = archive.watches.list()
    entries, lines = (each.to_dict() for each in found), text.watches(found, style())
    return listed("watches", entries, lines, as_json, "nothing is watched")


@watch.command()
@click.argument("name")
def remove(name: str) -> int:
    """Watch for NAME no longer. Its RSS file stays as it is."""
    with open_home() as archive:
        archive.watches.remove(name)
    return 0


@watch.command()
@click.argument("name")
@click.option("-n", "--limit", type=click.IntRange(1), default=10, show_default=True)
@click.option("--format", type=click.Choice(["text", "json"]), default="text", show_default=True)
def show(name: str, limit: int, format: str) -> int:
    """What NAME found since it was added. The latest come first, and 100 are kept."""
    from talksearch.render import data, text

    with open_home() as archive:
        found = archive.watches.get(name)
        hits = archive.watches.matches(name, limit)
    if format == "json":
        entries = [hit.to_dict() for hit in hits]
        write([data.answer("watch", **found.to_dict(), hits=entries)])
    else:
        write(text.watch_hits(hits, style()))
    if not hits:
        print("nothing new was found yet", file=sys.stderr)
    return 0 if hits else 1
