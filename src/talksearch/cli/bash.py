"""Completion in bash: click's own, but for what bash does with quotes and colons.

Bash parts words at colons and has what it is given put in as it is, so that ``speaker:ni`` would be
completed as ``ni``, and ``Nico Thiébaut`` or ``Nick O'Leary`` become two words or an open quote.
Here the line as typed says which word it is and in which quotes; bash says which part of it, the
last, is to be replaced.
"""

from __future__ import annotations

import os
from typing import Any

from click.shell_completion import (
    BashComplete,
    CompletionItem,
    add_completion_class,
    split_arg_string,
)

from talksearch.patterns import pattern
from talksearch.words import fold

__all__ = ["Bash"]

_SOURCE = """\
%(complete_func)s() {
    local found
    COMPREPLY=()
    while IFS= read -r found; do
        case $found in
            dir,*) compopt -o dirnames ;;
            file,*) compopt -o default ;;
            plain,*) COMPREPLY+=("${found#plain,}") ;;
        esac
    done < <(
        env COMP_LINE="${COMP_LINE:0:COMP_POINT}" COMP_REPLACED="$2" \\
            %(complete_var)s=bash_complete "$1"
    )
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""

_SPECIAL = {
    "": pattern(r"([^\w@%+=:,./-])"),
    '"': pattern(r'(["\\$`])'),
}


class Bash(BashComplete):
    """What ``talksearch`` is asked with ``_TALKSEARCH_COMPLETE=bash_complete``."""

    source_template = _SOURCE

    def get_completion_args(self) -> tuple[list[str], str]:
        line, replaced = os.environ["COMP_LINE"], os.environ["COMP_REPLACED"]
        word, self._quote = _last_word(line)
        self._kept = len(_unquoted(word.removesuffix(replaced)))
        return split_arg_string(line.removesuffix(word))[1:], _unquoted(word)

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[Any]]:
        found = super().get_completions(args, incomplete)
        # Bash puts in what all have in common, in the place of what was typed: of several words
        # that would be the first ones alone, if some go on otherwise.
        typed = incomplete.lower() if " " in incomplete else ""
        found = [each for each in found if each.value.lower().startswith(typed)] or found
        values = [each.value for each in found]
        if len(found) > 1 and not _folded(_in_common(values)).startswith(_folded(incomplete)):
            # It would take away what was typed. With nothing in common all are shown, no more.
            found.append(CompletionItem(""))
        return found

    def format_completion(self, item: CompletionItem[Any]) -> str:
        return f"{item.type},{_quoted(item.value[self._kept :], self._quote)}"


def _last_word(line: str) -> tuple[str, str]:
    """The word that the line ends with, as it is typed, and the quote that is open in it."""
    start, quote, escaped = 0, "", False
    for at, sign in enumerate(line):
        if escaped:
            escaped = False
        elif sign == "\\" and quote != "'":
            escaped = True
        elif quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign.isspace():
            start = at + 1
    return line[start:], quote


def _unquoted(word: str) -> str:
    return "".join(split_arg_string(word))


def _in_common(texts: list[str]) -> str:
    """What all texts begin with."""
    first, last = min(texts), max(texts)
    differ = (at for at, sign in enumerate(first) if not last.startswith(sign, at))
    return first[: next(differ, len(first))]


def _folded(text: str) -> str:
    return fold(text.replace('"', ""))


def _quoted(text: str, quote: str) -> str:
    if quote == "'":
        return text.replace("'", r"'\''")
    return _SPECIAL[quote].sub(r"\\\1", text)


add_completion_class(Bash)
