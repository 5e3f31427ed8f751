"""What a word is: where it stands in a text, its folded form and its stem.

Indexing, querying, highlighting and matching names all go through here, so that a word which is
found is the same word that is marked.

- A *word* is a run of letters, digits and marks, with the apostrophes, ampersands and dots that
  belong inside it (``don't``, ``R&B``, ``U.S.``), the signs that end some names (``C++``, ``C#``)
  and the ``#`` or ``@`` that begins a tag or a handle (``#metoo``).
- Scripts written without spaces (Han, kana, Thai …) give one word a character; a query of several
  such characters becomes a phrase, so nothing depends on where a segmenter would have cut.
- *Folding* takes case, accents and typographic variants away, the same in every language.
- *Stemming* is Snowball's, by language (PyStemmer). Whoosh's own is broken (``running`` ->
  ``runn``).
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

__all__ = [
    "Word",
    "fold",
    "fold_words",
    "plain_forms",
    "plain_text",
    "stem",
    "stemmer_language",
    "word_set",
    "words",
]

# Written without spaces between words: Thai, Lao, Myanmar, Khmer, kana, Han with its extensions.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
# ``\w`` leaves out the marks that belong to a letter: accents, Hebrew and Arabic points, and in
# the Indic blocks (taken whole but for their full stops) the vowels themselves.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u0670\u06d6-\u06ed"
    "\u0900-\u0963\u0966-\u0dff\u200c\u200d"
)
_LETTER = rf"(?:(?![{_UNSPACED}_])\w|[{_MARKS}])"

_WORD = re.compile(
    rf"""
    (?P<han> [{_UNSPACED}][{_MARKS}\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]* )
  | (?P<tag> (?<!\w)[#@] )?
    (?P<body>
        (?: [^\W\d_]\. ){{2,}} (?! {_LETTER} )            # U.S.   e.g.
      | {_LETTER}+ (?: ['’ʼ＇&·] {_LETTER}+ )*              # don't  R&B  l·l
    )
    (?P<tail> \+\+ | \# (?! \w ) )?                        # C++    C#
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word at ``text[start:end]``. ``forms`` are its folded forms, the main one first:
    ``#metoo`` is also found as ``metoo``, ``U.S.`` as ``us``. A query looks for the main one."""

    start: int
    end: int
    forms: tuple[str, ...]


def words(text: str) -> Iterator[Word]:
    """The words of a text, in order."""
    for match in _WORD.finditer(text):
        han = match["han"]
        if han is not None:
            yield Word(match.start(), match.end(), (fold(han),))
            continue
        body, tag, tail = fold(match["body"]), match["tag"], match["tail"]
        if not body:  # a joiner by itself, of an emoji
            continue
        main = (tag or "") + body.removesuffix(".") + (tail or "")
        plain = None
        if "." in body:
            plain = body.replace(".", "")
        elif tag or (tail and len(body) > 1):
            # "notepad++" is also notepad, but C, C++ and C# are three different languages.
            plain = body
        yield Word(match.start(), match.end(), (main,) if plain is None else (main, plain))


# What plain text is made of: letters and digits of ASCII, with typographic marks beside them. One
# word a form, found several times as fast as with the pattern above, which is what most of an
# archive is.
_PLAIN_MARKS = str.maketrans({"’": "'", **dict.fromkeys("‘“”„…–—«»•\u00a0", " ")})
_PLAIN = str.maketrans(
    {c: " " for c in map(chr, range(128)) if not (c.isalnum() or c in "'&")}
    | {c: c.lower() for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
)
_STRAY_JOINER = re.compile(r"['&](?:(?![a-z0-9])|(?<![a-z0-9]['&]))")


def plain_text(text: str) -> str | None:
    """The text with the folded form of each word where the word stands, and blanks for all else;
    None if it has a word with more than one form, or that needs a closer look."""
    if not text.isascii():
        text = text.translate(_PLAIN_MARKS)
        if not text.isascii():
            return None
    if "#" in text or "@" in text or "++" in text or _INITIALS.search(text):
        return None
    return _STRAY_JOINER.sub(" ", text.translate(_PLAIN))


def plain_forms(text: str) -> list[str] | None:
    """The folded form of each word, where ``plain_text`` has them."""
    plain = plain_text(text)
    return None if plain is None else plain.split()


_INITIALS = re.compile(r"\.[A-Za-z]\.")


_TYPOGRAPHY = str.maketrans(
    {
        "’": "'",
        "ʼ": "'",
        "＇": "'",
        "‘": "'",
        "ß": "ss",
        "ı": "i",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "æ": "ae",
        "œ": "oe",
        "\u0640": None,
        "\u200c": None,
        "\u200d": None,
    }
)
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    "\u064b-\u065f\u0670]"
)
_SHORT_I = re.compile("(?<=и)\u0306")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Lower case, no accents, plain apostrophes: ``Café`` -> ``cafe``, ``Ørsted`` -> ``orsted``.

    Only marks that a writer may leave out are taken away; the ones that make another letter stay
    (``й``, the voiced kana), as does everything in scripts without case.
    """
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", text).casefold().translate(_TYPOGRAPHY)
    bare = _SHORT_I.sub("\uffff", unicodedata.normalize("NFD", text))
    bare = _ACCENTS.sub("", bare).replace("\uffff", "\u0306")
    return unicodedata.normalize("NFC", bare)


def fold_words(text: str) -> tuple[str, ...]:
    """The main folded forms of a text's words: what names and titles are compared by."""
    plain = plain_forms(text)
    if plain is not None:
        return tuple(plain)
    return tuple(word.forms[0] for word in words(text))


# ISO 639-1 -> Snowball's name. Languages outside are folded but not stemmed.
_SNOWBALL = {
    "ar": "arabic", "hy": "armenian", "eu": "basque", "ca": "catalan", "da": "danish",
    "nl": "dutch", "en": "english", "eo": "esperanto", "et": "estonian", "fi": "finnish",
    "fr": "french", "de": "german", "el": "greek", "hi": "hindi", "hu": "hungarian",
    "id": "indonesian", "ga": "irish", "it": "italian", "lt": "lithuanian", "ne": "nepali",
    "no": "norwegian", "nb": "norwegian", "nn": "norwegian", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "es": "spanish", "sv": "swedish",
    "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
DEFAULT_LANGUAGE = "en"

_stemmers = threading.local()  # a Stemmer object keeps a buffer: one a thread


def stemmer_language(language: str | None) -> str:
    """The part of a language tag that decides the stemmer: ``pt-BR`` -> ``pt``, None -> ``en``."""
    return (language or DEFAULT_LANGUAGE).replace("_", "-").split("-")[0].lower()


def stem(form: str, language: str) -> str:
    """The stem of a folded form in a language (as ``stemmer_language`` gives it)."""
    # English has its own rule for "host's"; "c++" and "2020" are nobody's to cut.
    if not form.isalpha() and not ("'" in form and language == "en"):
        return form
    cache = _stemmers.__dict__
    stemmer = cache.get(language)
    if stemmer is None:
        import Stemmer

        name = _SNOWBALL.get(language)
        if name is None or name not in Stemmer.algorithms():
            return form
        stemmer = cache[language] = Stemmer.Stemmer(name)
    return fold(stemmer.stemWord(form))


def word_set(text: str, separator: str | None = None) -> frozenset[str]:
    """The words of ``text``, parted by blanks or by ``separator``: for lists of words in the code,
    since two hundred quoted strings are not readable.

    >>> sorted(word_set("b a")), sorted(word_set("sign in| log in", "|"))
    (['a', 'b'], ['log in', 'sign in'])
    """
    return frozenset(word for part in text.split(separator) if (word := " ".join(part.split())))
