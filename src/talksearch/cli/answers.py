"""What commands that find passages write, and in which form: the options and the lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from talksearch.cli.terminal import style
from talksearch.errors import ConfigError

if TYPE_CHECKING:
    from talksearch.results import Hit

__all__ = ["chosen_form", "hit_lines", "open_link", "writing"]

_Command = TypeVar("_Command", bound=Callable[..., Any])


def writing(*formats: str) -> Callable[[_Command], _Command]:
    """The options that say in which form an answer is written, for ``chosen_form``."""

    def decorate(command: _Command) -> _Command:
        for option in (
            click.option("--open", "opens", is_flag=True, help="Open the (first) link."),
            click.option(
                "--cite", type=click.Choice(["bibtex", "ris"]), help="For a bibliography."
            ),
            click.option("--quote", is_flag=True, help="A block quote, with who, where and when."),
            click.option("--format", type=click.Choice(formats), default="text", show_default=True),
        ):
            command = option(command)
        return command

    return decorate


def chosen_form(format: str, quote: bool, cite: str | None) -> str:
    """The form that is asked for."""
    asked = [format] if format != "text" else []
    asked += ["quote"] if quote else []
    asked += [cite] if cite else []
    if len(asked) > 1:
        raise click.UsageError("choose one of --format, --quote and --cite: an answer has one form")
    return asked[0] if asked else "text"


def hit_lines(hits: Iterable[Hit], form: str) -> Iterable[str]:
    """Hits in a form that has one after the other."""
    match form:
        case "line":
            from talksearch.render import text

            terminal = style()
            return (text.line(hit, terminal) for hit in hits)
        case "jsonl" | "csv":
            from talksearch.render import data

            return data.json_lines(hits) if form == "jsonl" else data.csv_lines(hits)
        case "md" | "quote":
            from talksearch.render import quotes

            return quotes.markdown(hits) if form == "md" else quotes.quotations(hits)
        case _:
            from talksearch.render.citations import CITATIONS, cited_passage

            return (line for hit in hits for line in CITATIONS[form](cited_passage(hit)))


def open_link(link: str | None) -> None:
    """Have the user's browser open a link. Only one of the web: a feed can say anything. Raises
    ``ConfigError``."""
    import webbrowser

    from talksearch.links import is_web_address

    if link is None:
        raise ConfigError("there is no link to open: no address of the episode is known")
    if not is_web_address(link):
        raise ConfigError(f"only http and https are opened, not {link!r}")
    try:
        opened = webbrowser.open(link)
    except webbrowser.Error:
        opened = False
    if not opened:
        raise ConfigError(f"no browser could be started; the link is {link}")
