"""What a query that is being typed may go on to be."""

from __future__ import annotations

import re

from talksearch.engines.base import Engine
from talksearch.patterns import pattern
from talksearch.query.fields import FIELDS, SAID
from talksearch.query.nodes import FILTER_FIELDS, Filter
from talksearch.words import fold_words

__all__ = ["completions"]

_FIELD = pattern(r"(?:^|(?<=[\s(-]))([^\W\d_]+)[:：]\Z")
_NAMES = 3


def completions(engine: Engine, text: str, limit: int) -> list[str]:
    """The text with its last word completed: by words of the archive, by fields, by names."""
    before, quoted, part = text, False, ""
    if text.count('"') % 2:
        before, _, part = text.rpartition('"')
        quoted = True
    elif last := re.search(r'[^\s():："]+\Z', text):
        before, part = text[: last.start()], last[0].lstrip("-")
        before += last[0][: len(last[0]) - len(part)]
    field = _FIELD.search(before)
    name = field[1].lower() if field else ""
    if field and name in FILTER_FIELDS:
        # Whom others speak of is one of those who speak themselves, as far as anybody knows.
        found = engine.complete_value("speaker" if name == "about" else name, part, limit)
        return [before[: field.start()] + str(Filter(name, value)) for value in found]
    if quoted:
        said, space, part = part.rpartition(" ")
        before += f'"{said}{space}'
    if not fold_words(part) or (name and name not in SAID):
        return []
    words = engine.complete(part, limit)
    others: list[str] = []
    if not quoted and not name:
        others = [f"{name}:" for name in FIELDS if name.startswith(part.lower())]
        names = engine.complete_value("speaker", part, _NAMES)
        others += [str(Filter("speaker", name)) for name in names]
    return [before + found for found in (*words[: max(1, limit - len(others))], *others)][:limit]
