"""The commands. Each imports what it needs when it runs, so that ``--help`` is quick."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from talksearch.cli.answers import chosen_form, hit_lines, open_link, writing
from talksearch.cli.completion import queries, values
from talksearch.cli.shared import AS_JSON, OUTCOMES_AS_JSON, open_home, report
from talksearch.cli.terminal import Bar, style, write
from talksearch.patterns import pattern
from talksearch.results import FACET_FIELDS, SearchPage, facets_dict

if TYPE_CHECKING:
    from talksearch.archive import Archive
    from talksearch.model import Transcript
    from talksearch.results import Hit

__all__ = ["app"]

_Command = TypeVar("_Command", bound=Callable[..., Any])


class _Commands(click.Group):
    """Those that are here, and those that have modules of their own, imported when asked for."""

    _ELSEWHERE = ("feeds", "refresh", "schedule", "speakers", "watch")

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted([*super().list_commands(context), *self._ELSEWHERE])

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in self._ELSEWHERE:
            return super().get_command(context, name)
        command: click.Command = getattr(import_module(f"talksearch.cli.{name}"), name)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="talksearch")
@click.option(
    "--home",
    metavar="DIR",
    help="Where corpus/ and index/ are. Else TALKSEARCH_HOME, else the current folder if it holds "
    "corpus/, else the platform's folder for user data.",
)
@click.pass_context
def app(context: click.Context, home: str | None) -> None:
    """Search what people say in podcasts and interviews: who said it, in which episode, when."""
    context.obj = home


# Putting in


@app.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--show", help="The show that these belong to.", shell_complete=values)
@click.option("--host", "hosts", multiple=True, metavar="NAME", help="A host. Repeatable.")
@click.option("--guest", "guests", multiple=True, metavar="NAME", help="A guest. Repeatable.")
@click.option("--language", metavar="CODE", help="Such as en or de.")
@click.option("--date", metavar="YYYY-MM-DD", help="When it was published.")
@click.option("--format", metavar="NAME", help="The transcripts' format; else it is worked out.")
@OUTCOMES_AS_JSON
def add(
    sources: tuple[str, ...],
    show: str | None,
    hosts: tuple[str, ...],
    guests: tuple[str, ...],
    language: str | None,
    date: str | None,
    format: str | None,
    as_json: bool,
) -> int:
    """Take in feeds, OPML lists, transcripts, web pages and folders.

    A SOURCE is a file, a folder or an address; what it is, is worked out. A copy goes into
    corpus/ and is indexed; the index can be rebuilt without the SOURCE.
    """
    with open_home() as archive:
        outcomes = archive.add(
            *sources,
            show=show,
            hosts=hosts,
            guests=guests,
            language=language,
            date=date,
            format=format,
        )
    return report(outcomes, as_json)


@app.command()
@OUTCOMES_AS_JSON
def rebuild(as_json: bool) -> int:
    """Make the index anew from corpus/. Searches use the old one until it is done."""
    with open_home() as archive:
        outcomes = archive.rebuild()
    return report(outcomes, as_json)


# Finding

_NAMED_AS_FILE = pattern(r"[/\\]|\.[A-Za-z]\w+$")
"""No id has a slash, or letters after its dot."""

_field = partial(click.option, multiple=True, shell_complete=values)


def _narrowing(command: _Command) -> _Command:
    """The query and the options that narrow it, for each command that takes one."""
    for decorate in reversed(
        (
            click.argument("query", nargs=-1, shell_complete=queries),
            _field("--speaker", metavar="NAME", help="Who says it. Repeatable."),
            _field("--role", help="host, guest, panelist ... Repeatable."),
            _field("--show", metavar="NAME", help="In which show. Repeatable."),
            _field("--kind", help="speech, notes, prose or ad. Repeatable."),
            click.option("--after", metavar="DATE", help="From this year, month or day on."),
            click.option("--before", metavar="DATE", help="Before this year, month or day."),
            click.option("--no-ads", "ads", flag_value=False, default=True, help="No sponsors."),
            click.option("--across-turns", is_flag=True, help="Phrases may run on to other turns."),
        )
    ):
        command = decorate(command)
    return command


_COUNTED = partial(click.option, multiple=True, type=click.Choice(FACET_FIELDS))
_FACETS = _COUNTED("--facet", "facets", help="Count by this. Repeatable.")


@app.command()
@_narrowing
@click.option("-n", "--limit", type=click.IntRange(0), default=10, show_default=True)
@click.option("--offset", type=click.IntRange(0), default=0, help="Skip so many hits.")
@click.option(
    "--sort",
    type=click.Choice(["relevance", "newest", "oldest"]),
    default="relevance",
    show_default=True,
)
@click.option("--group", type=click.Choice(["episode"]), help="The best hit of each episode.")
@click.option("--context", type=click.IntRange(0), default=0, help="Turns before and after.")
@_FACETS
@click.option("--like", metavar="ID", help="Passages of other episodes most like this one.")
@click.option("--explain", is_flag=True, help="What each part of the query gave to the score.")
@writing("text", "line", "json", "jsonl", "csv", "md")
def search(
    query: tuple[str, ...], format: str, quote: bool, cite: str | None, opens: bool, **options: Any
) -> int:
    """The passages in which the words of QUERY are said, best first.

    Words rank; "a phrase", AND OR NOT, -word, ( ), word*, word~, a NEAR/5 b, host:"a" THEN
    guest:"b", across:"a phrase of several turns", speaker:NAME, about:NAME, role:, show:, title:,
    chapter:, org:, job:, lang:, kind:, episode:, year:, after:, before: and date: are understood.
    A QUERY that begins with - goes after --, and options before it.
    """
    chosen = chosen_form(format, quote, cite)
    for option, given, forms in (
        ("--facet", options["facets"], ("text", "json")),
        ("--context", options["context"], ("text", "json", "jsonl", "quote")),
    ):
        if given and chosen not in forms:
            shown = ", ".join(forms).replace(", quote", " and for --quote")
            raise click.UsageError(f"{option} is for --format {shown}: no other shows it")
    with open_home() as archive:
        page = archive.search(" ".join(query), **options)
    _say_back(page, asked=options["explain"] or options["like"])
    write(_page(page, chosen, options["offset"], grouped=options["group"] is not None))
    _tell_hints(page)
    if opens and page.hits:
        open_link(page.hits[0].link)
    return 0 if page.total else 1


def _tell_hints(page: SearchPage) -> None:
    if not page.total:
        print("nothing found", file=sys.stderr)
    for hint in page.hints:
        print(f"  {hint}", file=sys.stderr)


def _say_back(page: SearchPage, *, asked: bool = False) -> None:
    """The query in words, where that was asked for, or it was read otherwise than it was typed, the
    order of its parts aside."""
    from talksearch.query.parser import parse

    if asked or sorted(str(parse(page.query)).split()) != sorted(page.query.split()):
        print(f"read as: {page.in_words}", file=sys.stderr)


def _page(page: SearchPage, form: str, offset: int, *, grouped: bool) -> Iterable[str]:
    if form == "text":
        from talksearch.render import text

        return text.page(page, style(), offset, grouped=grouped)
    if form == "json":
        from talksearch.render import data

        return [data.as_json(page.to_dict())]
    return hit_lines(page.hits, form)


@app.command()
@_narrowing
@_FACETS
@_COUNTED("--field", "fields", hidden=True)  # as it was called before
@AS_JSON
def facets(
    query: tuple[str, ...],
    facets: tuple[str, ...],
    fields: tuple[str, ...],
    as_json: bool,
    **options: Any,
) -> int:
    """Count the passages of a QUERY by speaker, role, show and more. Without one, of everything.

    A field that is filtered by is counted without that filter: of --role host --facet role are
    all roles, of --role host --facet speaker the hosts.
    """
    from talksearch.render import data, text

    chosen = (*facets, *fields) or FACET_FIELDS
    with open_home() as archive:
        page = archive.search(" ".join(query), limit=0, facets=chosen, **options)
    found = page.facets
    _say_back(page)
    # Without the filters on these fields there may be something to count.
    if page.total or not any(facet.values for facet in found):
        _tell_hints(page)
    if as_json:
        write([data.answer("facets", total=page.total, facets=facets_dict(found))])
    else:
        write(text.page(page, style(), values=20))
    return 0 if any(facet.values for facet in found) else 1


@app.command()
@click.argument("identifier", metavar="ID")
@click.option(
    "--context", type=click.IntRange(0), help="Turns around a passage.  [default: 2; to quote: 0]"
)
@writing("text", "txt", "md", "vtt", "srt", "json")
def show(
    identifier: str, context: int | None, format: str, quote: bool, cite: str | None, opens: bool
) -> int:
    """A passage in its context, or an episode's transcript, by ID.

    A passage's ID has a dot. In the place of an ID it takes a transcript's file, added or not: so
    formats are converted.
    """
    from talksearch.render import data, text

    chosen = chosen_form(format, quote, cite)
    if Path(identifier).is_file() or _NAMED_AS_FILE.search(identifier):
        from talksearch import read_transcript

        if quote or cite or opens:
            raise click.UsageError("--quote, --cite and --open are for what is in the archive")
        return _transcript(read_transcript(identifier), format)
    with open_home() as archive:
        if "." not in identifier:
            return _episode(archive, identifier, chosen, opens)
        if context is None:
            context = 0 if chosen == "quote" else 2
        hit = archive.passage(identifier, context=context)
    if format in ("vtt", "srt"):
        raise click.UsageError(f"{format} is for whole episodes: talksearch show {hit.episode.id}")
    match chosen:
        case "text" | "txt":
            write(text.hit(hit, style()))
        case "json":
            write([data.answer("passage", **hit.to_dict())])
        case _:
            write(hit_lines([hit], chosen))
    if opens:
        open_link(hit.link)
    return 0


def _episode(archive: Archive, identifier: str, form: str, opens: bool) -> int:
    if form == "quote":
        raise click.UsageError("--quote is for a passage, whose ID has a dot")
    if opens or form in ("bibtex", "ris"):
        from talksearch.render.citations import CITATIONS, cited_episode

        cited = cited_episode(archive.episode(identifier))
        if form in CITATIONS:
            write(CITATIONS[form](cited))
        if opens:
            open_link(cited.link)
        return 0
    return _transcript(archive.transcript(identifier), form)


def _transcript(found: Transcript, format: str) -> int:
    from talksearch.render import transcripts

    write(transcripts.transcript(found, format))
    return 0


@app.command()
@AS_JSON
def formats(as_json: bool) -> int:
    """The formats that are read, and by what name --format forces one."""
    from talksearch.formats import FORMATS
    from talksearch.render import data, text

    if as_json:
        write([data.answer("formats", formats=[data.format_dict(each) for each in FORMATS])])
    else:
        write(text.formats(FORMATS, style()))
    return 0


@app.command()
@click.argument("query", nargs=-1)
@click.option(
    "--format",
    type=click.Choice(["jsonl", "csv", "parquet"]),
    default="jsonl",
    show_default=True,
)
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="To a file.")
def export(query: tuple[str, ...], format: str, output: Path | None) -> int:
    """Write every passage, or those that a QUERY matches. They are in order, without a score."""
    from talksearch.render import data

    if format == "parquet" and output is None:
        raise click.UsageError("parquet is for files: name one with --output")
    asked = " ".join(query)
    with open_home() as archive, Bar() as bar:
        hits = iter(archive.export(asked))
        page = archive.search(asked, limit=0)
        _say_back(page)
        _tell_hints(page)
        if bar.shown and (output or not sys.stdout.isatty()):  # not among the data
            hits = _told(hits, page.total, bar)
        if format == "parquet" and output is not None:
            from talksearch.render.parquet import write_parquet

            write_parquet(hits, output)
        else:
            lines = data.csv_lines(hits) if format == "csv" else data.json_lines(hits)
            _to(output, lines)
    return 0 if page.total else 1


_STEP = 1000  # to draw a bar takes as long as some hits


def _told(hits: Iterable[Hit], total: int, bar: Bar) -> Iterator[Hit]:
    """The hits; how many they are so far is told to the bar."""
    for done, hit in enumerate(hits, 1):
        yield hit
        if not done % _STEP:
            bar("exporting", done, total)


def _to(output: Path | None, lines: Iterable[str]) -> None:
    if output is None:
        write(lines)
    else:
        try:
            with output.open("w", encoding="utf-8", errors="backslashreplace") as file:
                file.writelines(f"{line}\n" for line in lines)
        except OSError as error:
            error.filename = str(output)  # which a full disk does not tell
            raise


# Keeping


@app.command()
@AS_JSON
def status(as_json: bool) -> int:
    """What there is: shows, episodes, passages, sizes."""
    from talksearch.render import data, reports

    with open_home() as archive:
        found = archive.status()
    if as_json:
        write([data.answer("status", **found.to_dict())])
    else:
        write(reports.holdings(found))
    return 0


@app.command()
@click.option("--repair", is_flag=True, help="Mend what can be mended.")
@AS_JSON
def check(repair: bool, as_json: bool) -> int:
    """See whether corpus/ and index/ are whole and hold the same.

    The exit status is 0 if nothing is wrong (any more), else 2.
    """
    from talksearch.render import data, reports

    with open_home() as archive:
        found = archive.check(repair=repair)
    ok = all(each.repaired for each in found)
    if as_json:
        write([data.answer("check", ok=ok, findings=[each.to_dict() for each in found])])
    else:
        write(reports.findings(found, style()))
    return 0 if ok else 2
