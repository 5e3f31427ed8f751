"""A command as a process: its streams, its errors as lines and its exit status."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from pathlib import Path

import click

from talksearch.cli.app import app
from talksearch.cli.terminal import ReaderGoneError
from talksearch.errors import QuerySyntaxError, TalkSearchError

__all__ = ["run"]

_BROKEN_PIPE = 128 + 13  # what a shell reports of a program that SIGPIPE ended


def run() -> int:
    """Runs the command that ``sys.argv`` has; its exit status."""
    _prepare()
    try:
        status = _run()
        sys.stdout.flush()
    except (BrokenPipeError, ReaderGoneError):  # whoever read has seen enough
        _drop_the_rest()
        status = _BROKEN_PIPE
    except OSError as error:
        print(f"talksearch: standard output: {error.strerror or error}", file=sys.stderr)
        _drop_the_rest()
        status = 2
    return status


def _drop_the_rest() -> None:
    """What is still buffered must not complain at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _prepare() -> None:
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started us
            setattr(sys, name, Path(os.devnull).open("w"))  # noqa: SIM115 - until the end
        stream = getattr(sys, name)
        # What goes to a file or a program is UTF-8, as JSON and WebVTT are, whatever a console has
        # here (on Windows, cp1252).
        encoding = "utf-8" if name == "stdout" and not stream.isatty() else None
        # A file's name can hold bytes that are no text, and a console can lack letters.
        with contextlib.suppress(AttributeError):
            stream.reconfigure(encoding=encoding, errors="backslashreplace")
    # Only our own words: those of libraries are for whoever debugs them.
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("talksearch: %(message)s"))
    logging.getLogger("talksearch").handlers = [handler]


def _run() -> int:
    if os.environ.get("_TALKSEARCH_COMPLETE", "").startswith("bash"):
        import talksearch.cli.bash  # noqa: F401 - click knows of it from then on
    try:
        status = app.main(prog_name="talksearch", standalone_mode=False)
        return status if isinstance(status, int) else 0
    except (KeyboardInterrupt, click.Abort):
        print("talksearch: interrupted; what was stored is kept", file=sys.stderr)
        return 130
    except click.ClickException as error:
        error.show()
        if isinstance(error, click.NoSuchOption) and (form := _form(error)):
            print(f"Here it is {form}", file=sys.stderr)
        elif isinstance(error, click.NoSuchOption) and _takes_a_query(error.ctx):
            from talksearch.query.fields import FIELDS

            field = error.option_name.lstrip("-")
            if field in FIELDS:
                print(f"Within the query it is {field}:", file=sys.stderr)
            else:
                print(
                    "A query that begins with - goes after --, and options before it.",
                    file=sys.stderr,
                )
        return 2
    except QuerySyntaxError as error:
        print(f"talksearch: {error.reason}", file=sys.stderr)
        for line in error.pointer().splitlines():
            print(f"    {line}", file=sys.stderr)
        return 2
    except TalkSearchError as error:
        print(f"talksearch: {error}", file=sys.stderr)
        return 2
    except (BrokenPipeError, ReaderGoneError):
        raise
    except OSError as error:
        if error.filename is None:  # of our output
            raise
        print(f"talksearch: {error.filename}: {error.strerror or error}", file=sys.stderr)
        return 2
    except Exception as error:  # the one place: whatever else goes wrong is a defect of ours
        logging.getLogger("talksearch").critical(
            "this is a defect in talksearch, please report it: %r", error, exc_info=True
        )
        return 2


def _form(error: click.NoSuchOption) -> str:
    """How the answer is had in the form that was asked for: of what has one more than people read
    it is --json, of what has several --format."""
    parameters = error.ctx.command.params if error.ctx else []
    options = {name: each for each in parameters for name in each.opts}
    if error.option_name == "--format" and "--json" in options:
        return "--json"
    typed, several = error.option_name, options.get("--format")
    forms = several.type.choices if several and isinstance(several.type, click.Choice) else ()
    meant = (form for form in forms if f"--{form}".startswith(typed))
    return next((f"--format {form}" for form in meant), "")


def _takes_a_query(context: click.Context | None) -> bool:
    return context is not None and any(each.name == "query" for each in context.command.params)
