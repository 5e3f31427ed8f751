"""Passages and episodes as entries of a bibliography: BibTeX (for biber, too) and RIS.

https://ctan.org/pkg/btxdoc, https://ctan.org/pkg/biblatex,
https://en.wikipedia.org/wiki/RIS_(file_format)

Who speaks is the author of a passage, the hosts are those of an episode. An entry is known by the
id of what it cites, so that it is the same whenever it is written.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from talksearch.links import is_web_address
from talksearch.model import Episode, Kind, Role, Source
from talksearch.render.text import time
from talksearch.results import Hit

__all__ = ["CITATIONS", "Cited", "cited_episode", "cited_passage"]


@dataclass(frozen=True, slots=True)
class Cited:
    """What is cited: an episode, or what ``authors`` say in it, with a note on when."""

    name: str
    episode: Episode
    authors: tuple[str, ...]
    link: str | None = None
    note: str = ""
    text: str = ""


def cited_passage(hit: Hit) -> Cited:
    """A passage. A label that stands for nobody ("Speaker 1") is no author; nor is the one of whom
    a writer reports what was said: these are the writer's words."""
    passage, person = hit.passage, hit.passage.speaker.person
    reported = passage.kind is Kind.PROSE
    authors = (person.name,) if person and not reported else ()
    at = time(passage)
    notes = [f"at {at}"] if at else []
    if person and reported:
        notes.append(f"{person.name}, as reported by the writer")
    elif passage.speaker.source is Source.INFERRED:
        notes.append("speaker inferred")
    return Cited(passage.id, hit.episode, authors, hit.link, "; ".join(notes), passage.text)


def cited_episode(episode: Episode) -> Cited:
    """An episode as a whole."""
    hosts = tuple(each.name for each in episode.people if each.role in (Role.HOST, Role.CO_HOST))
    return Cited(episode.id, episode, hosts, episode.url or episode.audio_url)


# --- BibTeX ---------------------------------------------------------------------------------------

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def _bibtex(cited: Cited) -> Iterator[str]:
    episode, date = cited.episode, cited.episode.date
    # In two braces a title keeps its capitals.
    fields = {
        "author": " and ".join(map(_author, cited.authors)),
        "title": f"{{{_latex(episode.title)}}}",
        "howpublished": _latex(episode.show or ""),
        # biblatex knows the day; the others are for BibTeX.
        "date": date.isoformat() if date else "",
        "year": str(date.year) if date else "",
        "month": "",
        "url": _verbatim(cited.link or ""),
        "note": _latex(cited.note),
        "abstract": _latex(cited.text),
    }
    yield f"@misc{{talksearch-{cited.name},"
    for name, value in fields.items():
        if name == "month" and date:
            yield f"  month = {_MONTHS[date.month - 1]},"
        elif value:
            yield f"  {name} = {{{value}}},"
    yield "}"
    yield ""


def _author(name: str) -> str:
    """A name; in braces where BibTeX would take it for several, or in another order."""
    words = name.lower().split()
    whole = "," in name or "and" in words or "others" in words
    return f"{{{_latex(name)}}}" if whole else _latex(name)


# A brace would have to have its other half: TeX's own commands for it do not.
_SPECIAL = {
    "\\": r"{\textbackslash}", "{": r"{\textbraceleft}", "}": r"{\textbraceright}",
    "~": r"{\textasciitilde}", "^": r"{\textasciicircum}", "<": r"{\textless}",
    ">": r"{\textgreater}", "|": r"{\textbar}",
    **{sign: "\\" + sign for sign in "&%$#_"},
    "“": "``", "”": "''", "‘": "`", "’": "'", "–": "--", "—": "---", "…": r"{\ldots}",
    "\u00a0": "~", "ß": r"{\ss}", "æ": r"{\ae}", "Æ": r"{\AE}", "œ": r"{\oe}", "Œ": r"{\OE}",
    "ø": r"{\o}", "Ø": r"{\O}", "ł": r"{\l}", "Ł": r"{\L}", "ı": r"{\i}", "£": r"{\pounds}",
}  # fmt: skip
_ACCENTS = dict(
    zip(
        "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0323\u0327\u0328",
        "`'^~=u.\"rHvdck",
        strict=True,
    )
)


def _latex(text: str) -> str:
    """The text as LaTeX writes it, letters with an accent in ASCII: BibTeX sorts and shortens by
    that. Other scripts stay as they are, which biber reads, and XeLaTeX and LuaLaTeX print."""
    if text.isascii() and text.isalnum():
        return text
    return "".join(map(_letter, unicodedata.normalize("NFC", text)))


def _letter(letter: str) -> str:
    if letter in _SPECIAL:
        return _SPECIAL[letter]
    if letter.isascii():
        return letter
    parts = unicodedata.normalize("NFD", letter)
    if len(parts) == 2 and parts[0].isascii() and parts[1] in _ACCENTS:
        return f"{{\\{_ACCENTS[parts[1]]}{{{parts[0]}}}}}"
    return letter


def _verbatim(address: str) -> str:
    """An address for a field that TeX takes as it is, but for braces."""
    return quote(address, safe="!#$%&'()*+,-./:;=?@[]_~") if is_web_address(address) else ""


# --- RIS ------------------------------------------------------------------------------------------


def _ris(cited: Cited) -> Iterator[str]:
    episode, date = cited.episode, cited.episode.date
    yield _tag("TY", "SOUND")
    yield _tag("ID", f"talksearch-{cited.name}")
    for tag, value in (
        *(("AU", name) for name in cited.authors),
        ("TI", episode.title),
        ("T2", episode.show),
        ("PY", f"{date.year:04}" if date else None),
        ("DA", f"{date:%Y/%m/%d}" if date else None),
        ("LA", episode.language),
        ("UR", cited.link if is_web_address(cited.link or "") else None),
        ("N1", cited.note),
        ("AB", cited.text),
    ):
        if value:
            yield _tag(tag, value)
    yield _tag("ER", "")
    yield ""


def _tag(name: str, value: str) -> str:
    return f"{name}  - {' '.join(value.split())}"


CITATIONS: dict[str, Callable[[Cited], Iterator[str]]] = {"bibtex": _bibtex, "ris": _ris}
"""The lines of an entry, by the name of the format."""
