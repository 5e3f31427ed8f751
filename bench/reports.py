"""How every script here is called and tells: below its command, on stdout, into a file if asked."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path


def parser(doc: str | None) -> argparse.ArgumentParser:
    """The parser of a script's arguments, described by the first line of its docstring. It knows
    ``--output``."""
    made = argparse.ArgumentParser(description=(doc or "").partition("\n")[0])
    made.add_argument("--output", type=Path, help="also write the report to this file")
    return made


def command() -> str:
    """What the script was called with, but for where things are on this machine."""
    return f"$ python {' '.join(Path(word).name for word in sys.argv)}"


def publish(lines: Iterable[str], output: Path | None) -> None:
    """Print the report, and write it to the file if there is one."""
    report = "\n".join(lines) + "\n"
    print(report, end="")
    if output:
        output.write_text(report, "utf-8")
