"""``talksearch speakers``: who speaks, and who is who."""

from __future__ import annotations

import click

from talksearch.cli.completion import people, values
from talksearch.cli.shared import AS_JSON, listed, open_home, report
from talksearch.cli.terminal import style, write

__all__ = ["speakers"]

_SHOW = click.option("--show", metavar="NAME", help="In this show only.", shell_complete=values)


@click.group(invoke_without_command=True)
@click.pass_context
def speakers(context: click.Context) -> int | None:
    """Who speaks, and which names are one person's."""
    return context.invoke(list_speakers) if context.invoked_subcommand is None else None


@speakers.command("list")
@click.argument("name", default="", shell_complete=people)
@AS_JSON
def list_speakers(name: str = "", as_json: bool = False) -> int:
    """Everybody, or those whose NAME has this part. The most talkative come first."""
    from talksearch.render import text

    with open_home() as archive:
        found = archive.speakers(name)
        hints = () if found or not name.strip() else archive.search(speaker=name, limit=0).hints
    entries, lines = (each.to_dict() for each in found), text.speakers(found, style())
    called = f"nobody called “{name}” speaks here" if name.strip() else "nobody speaks here"
    return listed("speakers", entries, lines, as_json, "\n".join(hints or [called]))


@speakers.command()
@click.argument("name", default="", shell_complete=people)
@AS_JSON
def suggest(name: str, as_json: bool) -> int:
    """Names that may be one person's, with the reason.

    What each says is shown; nothing is changed.
    """
    from talksearch.render import text

    with open_home() as archive:
        found = archive.people.suggest(name)
    entries, lines = (each.to_dict() for each in found), text.suggestions(found, style())
    return listed("suggestions", entries, lines, as_json, "no two names look like one person's")


@speakers.command()
@click.argument("name", shell_complete=people)
@click.argument("others", nargs=-1, required=True, metavar="OTHER...", shell_complete=people)
@_SHOW
@AS_JSON
def merge(name: str, others: tuple[str, ...], show: str | None, as_json: bool) -> int:
    """NAME and the OTHERs are one person, called NAME. The other names still find the person.

    NAME may be new, for somebody who is misspelled everywhere.
    """
    with open_home() as archive:
        return report(archive.people.merge(name, *others, show=show), as_json)


@speakers.command()
@click.argument("name", shell_complete=people)
@click.argument("others", nargs=-1, required=True, metavar="OTHER...", shell_complete=people)
@_SHOW
@AS_JSON
def alias(name: str, others: tuple[str, ...], show: str | None, as_json: bool) -> int:
    """NAME is also called OTHER. Nobody of that name need speak here yet."""
    with open_home() as archive:
        return report(archive.people.alias(name, *others, show=show), as_json)


@speakers.command()
@click.argument("name", shell_complete=people)
@click.argument("new")
@click.argument("where", nargs=-1, required=True, metavar="ID...")
@AS_JSON
def split(name: str, new: str, where: tuple[str, ...], as_json: bool) -> int:
    """In episodes or passages NAME is somebody else, called NEW."""
    with open_home() as archive:
        return report(archive.people.split(name, new, *where), as_json)


@speakers.command("name")
@click.argument("where", metavar="ID")
@click.argument("names", nargs=-1, required=True, metavar="[LABEL] NAME", shell_complete=people)
@AS_JSON
def name_label(where: str, names: tuple[str, ...], as_json: bool) -> int:
    """In an episode the LABEL is NAME; or NAME says a passage.

    A LABEL is as "Speaker 1", or a name; where nobody has one, NAME says all of the episode. A
    passage's ID has a dot; whoever was taken to say it, NAME does. Where two speak in one passage,
    part them in the document in corpus/.
    """
    if len(names) > 2:
        raise click.UsageError("an ID, a LABEL and a NAME at most; put what has blanks in quotes")
    *label, name = names
    with open_home() as archive:
        return report(archive.people.name(where, label[0] if label else None, name), as_json)


@speakers.command()
@click.argument("name", shell_complete=people)
@click.argument("role")
@click.argument("where", nargs=-1, metavar="[ID]...")
@_SHOW
@AS_JSON
def role(name: str, role: str, where: tuple[str, ...], show: str | None, as_json: bool) -> int:
    """NAME is host, guest or has another ROLE.

    In the episodes of these IDs (those of passages in them will do), in one show, or everywhere.
    """
    with open_home() as archive:
        return report(archive.people.role(name, role, *where, show=show), as_json)


@speakers.command()
@click.argument("number", type=click.IntRange(1), required=False)
@AS_JSON
def undo(number: int | None, as_json: bool) -> int:
    """Take back the decision of that NUMBER, or the last one."""
    from talksearch.render import text

    with open_home() as archive:
        held = archive.people.decisions()
        outcomes = archive.people.undo(number)
    if not as_json:
        undone = [each for each in held if number in (None, each.number)][-1:]
        write(f"taken back: {line.strip()}" for line in text.decisions(undone, style()))
    return report(outcomes, as_json)


@speakers.command()
@AS_JSON
def decisions(as_json: bool) -> int:
    """What was decided about names and holds, with numbers for undo."""
    from talksearch.render import data, text

    with open_home() as archive:
        found = archive.people.decisions()
    entries, lines = map(data.decision, found), text.decisions(found, style())
    return listed("decisions", entries, lines, as_json, "nothing was decided about names")
