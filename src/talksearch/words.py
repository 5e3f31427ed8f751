"""What a word is: where it stands in a text, its folded form and its stem.

Indexing, querying, highlighting and matching names all go through here, so that a word which is
found is the same word that is marked.

- A *word* is a run of letters, digits and marks, with the apostrophes, ampersands and dots that
  belong inside it (``don't``, ``R&B``, ``U.S.`` and ``U.S``), the signs that end some names
  (``C++``, ``C#``) and the ``#`` or ``@`` that begins a tag or a handle (``#metoo``).
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
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from talksearch import korean
from talksearch.languages import primary
from talksearch.patterns import pattern

__all__ = [
    "DEFAULT_LANGUAGE",
    "MARKS",
    "Word",
    "as_written",
    "fold",
    "fold_words",
    "is_stemmed",
    "is_unspaced",
    "plain_text",
    "respelled_words",
    "stem",
    "stemmer_language",
    "stemmer_version",
    "word_set",
    "words",
]

# Written without spaces between words: Thai, Lao, Myanmar, Khmer, kana, Han with its extensions.
# Their digits make numbers as others do.
_UNSPACED = (
    "\u0e00-\u0e4f\u0e5a-\u0ecf\u0eda-\u0eff\u1000-\u103f\u104a-\u108f\u109a-\u109f"
    "\u1780-\u17df\u17ea-\u17ff\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
# ``\w`` leaves out the marks that belong to a letter: accents, how Armenian asks, Hebrew and Arabic
# points, and in the Indic blocks (taken whole but for their full stops), in Maldivian and Tibetan
# the vowels themselves.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u055b\u055c\u055e\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u07a6-\u07b0"
    "\u0900-\u0963\u0966-\u0dff\u0f71-\u0f84\u0f8d-\u0fbc\u200c\u200d"
)
# Those of the scripts without spaces: of Thai, Lao, Myanmar, Khmer, and of kana, of any width.
_UNSPACED_MARKS = (
    "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e"
    "\u1056-\u1059\u105e-\u1060\u1062-\u1064\u1067-\u106d\u1071-\u1074\u1082-\u108d"
    "\u108f\u109a-\u109d\u17b4-\u17d3\u17dd\u3099\u309a\uff9e\uff9f"
)
MARKS = _MARKS + _UNSPACED_MARKS
"""For an expression: what belongs to the letter before it and is no letter (``\\w``) itself."""
# Thai's and Lao's am, which is a letter and a mark in one, or both in two: with the tone between
# them, or before. It is no character by itself.
_AM = (
    "\u0e33|\u0eb3|[\u0e32\u0eb2]"
    "(?:(?<=\u0e4d\u0e32|\u0ecd\u0eb2)|(?<=\u0e4d[\u0e48-\u0e4b]\u0e32|\u0ecd[\u0ec8-\u0ecb]\u0eb2))"
)
# Korean writes its particles onto a closing quotation mark, '게임'을; the dot is Catalan's.
_JOINER = r"(?: ['’‘ʼ＇׳&] (?![\u1100-\u11ff가-힣]) | (?<=[Ll])·(?=[Ll]) )"
_LETTERS = pattern(rf"(?:(?![{_UNSPACED}])[^\W\d_]|(?!\d)[{_MARKS}])+")
_UNSPACED_ONE = pattern(f"[{_UNSPACED}]")

_FIRST_UNSPACED = "\u0e00"


def _word(letter: str, first: str) -> re.Pattern[str]:
    """What finds words of such letters, or what may come ``first``."""
    return pattern(
        rf"""
    {first}
    (?P<tag> (?<!\w)[#@] )?
    (?P<body>
        [^\W\d_] (?: \.[^\W\d_] )+ \.? (?! \.?{letter} )  # U.S.   e.g.   U.K
      | {letter}+ (?: {_JOINER} {letter}+ )*              # don't  R&B  l·l
    )
    (?P<tail> \+\+ | \# (?! \w ) )?                       # C++    C#
    """,
        re.VERBOSE,
    )


_WORD = _word(
    rf"(?:(?![{_UNSPACED}_])\w|[{_MARKS}])",
    rf"(?P<han> [{_UNSPACED}](?:[{MARKS}]|{_AM})* ) |",
)
# The same without scripts that have no spaces, since these take 10 ms to compile.
_SPACED_WORD = _word(rf"(?:[^\W_]|[{_MARKS}])", "(?P<han> (?!) ) |")


# French, Italian and Catalan write short words onto the next one.
_ELIDED = pattern(
    r"(?:[bcdjlmnst]|(?:jus|lors|puis|quoi|quel)?qu|un|(?:d|n|su|que|be)?[ae]ll|sull|coll|sant"
    r"|anch)'(?=[a-z0-9]{2})"
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word at ``text[start:end]``. ``forms`` are its folded forms, the main one first:
    ``#metoo`` is also found as ``metoo``, ``U.S.`` as ``us``, ``l'homme`` as ``homme``. A query
    looks for the main one. A name with an umlaut is also found as it is ``respelled``: ``joerg``
    for ``Jörg``."""

    start: int
    end: int
    forms: tuple[str, ...]
    respelled: str = ""

    @property
    def all_forms(self) -> tuple[str, ...]:
        return (*self.forms, self.respelled) if self.respelled else self.forms

    @property
    def bare(self) -> str:
        """The form to find inflections by: ``homme`` for ``l'homme``."""
        return self.forms[-1 if "'" in self.forms[0] else 0]


def is_unspaced(text: str) -> bool:
    """Whether a text begins with a character of a script that is written without spaces."""
    return _UNSPACED_ONE.match(text) is not None


def words(text: str) -> Iterator[Word]:
    """The words of a text, in order."""
    plain = plain_text(text)
    if plain is not None:
        for match in _PLAIN_WORD.finditer(plain):
            yield Word(match.start(), match.end(), (match[0],))
        return
    # Typography, which is in most texts, comes behind these scripts.
    has_unspaced = max(text.translate(_PLAIN_MARKS)) >= _FIRST_UNSPACED
    for match in (_WORD if has_unspaced else _SPACED_WORD).finditer(text):
        han = match["han"]
        if han is not None:
            yield Word(match.start(), match.end(), (fold(han),))
            continue
        body, tag, tail = fold(match["body"]).strip("'"), match["tag"], match["tail"]
        if not body:  # a joiner by itself, of an emoji
            continue
        main = (tag or "") + body.removesuffix(".") + (tail or "")
        other = None
        if "." in body:
            other = body.replace(".", "")
        elif tag or (tail and len(body) > 1):
            # "notepad++" is also notepad, but C, C++ and C# are three different languages.
            other = body
        elif "'" in body and (elided := _ELIDED.match(body)):
            other = body[elided.end() :]
        forms = (main,) if other is None else (main, other)
        # Of other words than names German stemmers know both, and few others are typed so.
        respelled = _respelled(match["body"]) if match["body"][:1].isupper() else ""
        yield Word(match.start(), match.end(), forms, respelled)


# What plain text is made of: letters and digits of ASCII, with typographic marks beside them. One
# word a form, found several times as fast as with the pattern above, which is what most of an
# archive is.
_PLAIN_MARKS = str.maketrans({"’": "'", "‘": "'", **dict.fromkeys("“”„…–—«»•\u00a0", " ")})
_PLAIN = str.maketrans(
    {c: " " for c in map(chr, range(128)) if not (c.isalnum() or c in "'&")}
    | {c: c.lower() for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
)
_PLAIN_WORD = pattern(r"\S+")
_STRAY_JOINER = pattern(r"['&](?:(?![a-z0-9])|(?<![a-z0-9]['&]))")


def plain_text(text: str) -> str | None:
    """The text with the folded form of each word where the word stands, and blanks for all else;
    None if it has a word with more than one form, or that needs a closer look."""
    if not text.isascii():
        text = text.translate(_PLAIN_MARKS)
        if not text.isascii():
            return None
    if "#" in text or "@" in text or "++" in text or _INITIALS.search(text):
        return None
    plain = text.translate(_PLAIN)
    if _ELISION.search(plain):
        return None
    return _STRAY_JOINER.sub(" ", plain)


_INITIALS = pattern(r"\.[A-Za-z](?![A-Za-z0-9])")
# Whatever may be elided: found by its apostrophe, in a tenth of the time that ``_ELIDED`` takes.
_ELISION = pattern(
    r"'(?=[a-z0-9]{2})"
    r"(?:(?<=[bcdjlmnst]')(?<![a-z0-9].')(?<![a-z0-9]['&].')|(?<=qu'|un'|ll'|nt'|ch'))"
)


_ZEROS = (
    0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50, 0xED0,
    0x1040, 0x1090, 0x17E0,
)  # fmt: skip
"""Of the scripts that have digits of their own."""
_APOSTROPHES = "’ʼʻ＇‘׳"

_TYPOGRAPHY = str.maketrans(
    dict.fromkeys(_APOSTROPHES, "'")
    | {chr(zero + digit): str(digit) for zero in _ZEROS for digit in range(10)}
    | {
        "ß": "ss",
        "ı": "i",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ħ": "h",
        "æ": "ae",
        "œ": "oe",
        "ґ": "г",
        # Persian's letters, which are typed with Arabic's as often as not.
        "ک": "ك",
        "ی": "ي",
        "·": None,  # Catalan: col·legi
        "\u0640": None,
        "\u200c": None,
        "\u200d": None,
    }
)
_ACCENTS = pattern(
    "[\u0300-\u036f\u055b\u055c\u055e\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    "\u064b-\u065f\u0670\u093c]"
)
_SHORT_I = pattern("(?<=и)\u0306")
# Hindi writes a nasal as a letter or as a dot: हिन्दी, हिंदी.
_NASAL = pattern("\u0901|ङ्(?=[क-घ])|ञ्(?=[च-झ])|ण्(?=[ट-ढ])|न्(?=[त-ध])|म्(?=[प-भ])")

_AM_BEFORE_TONE = pattern("([\u0e4d\u0ecd])([\u0e48-\u0e4b\u0ec8-\u0ecb])")


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
    bare = _NASAL.sub("\u0902", _ACCENTS.sub("", bare)).replace("\uffff", "\u0306")
    return unicodedata.normalize("NFC", _AM_BEFORE_TONE.sub(r"\2\1", bare))


# How names are written where keyboards, passports and addresses have no umlauts.
_RESPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})


def _respelled(text: str) -> str:
    """A word as it is written so, folded; "" for most."""
    if text.isascii():
        return ""
    lower = unicodedata.normalize("NFC", text).lower()
    found = lower.translate(_RESPELLED)
    return "" if found == lower else fold(found).strip("'").removesuffix(".")


def respelled_words(text: str) -> tuple[str, ...]:
    """The words of a name or a title as they are written without umlauts, ``joerg muller`` for
    "Jörg Muller"; none, where it has no umlaut."""
    if text.isascii():
        return ()
    found = [(word.forms[0], _respelled(text[word.start : word.end])) for word in words(text)]
    return tuple(new or form for form, new in found) if any(new for _, new in found) else ()


def fold_words(text: str) -> tuple[str, ...]:
    """The main folded forms of a text's words: what names and titles are compared by."""
    plain = plain_text(text)
    if plain is not None:
        return tuple(plain.split())
    return tuple(word.forms[0] for word in words(text))


# The language -> Snowball's name. Others are folded but not stemmed, but for Korean.
_SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "eo": "esperanto", "es": "spanish", "et": "estonian", "eu": "basque",
    "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "ne": "nepali", "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sr": "serbian", "st": "sesotho", "sv": "swedish",
    "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
# Varieties that have one stemmer.
_ALIKE = {"nb": "no", "nn": "no", "bs": "sr", "hr": "sr", "sh": "sr"}
DEFAULT_LANGUAGE = "en"

_stemmers = threading.local()  # a Stemmer object keeps a buffer: one a thread


def stemmer_language(declared: str | None) -> str:
    """The language that decides the stemmer: ``pt-BR`` -> ``pt``, None -> ``en``."""
    found = primary(declared) or DEFAULT_LANGUAGE
    return _ALIKE.get(found, found)


def is_stemmed(form: str, language: str) -> bool:
    """Whether the language decides what the stem is: "c++" and "2020" are nobody's to cut, nor are
    the characters of a script without spaces."""
    if language not in _SNOWBALL and language != "ko":
        return False
    if form.isalpha():
        return form.isascii() or not is_unspaced(form)
    # Many have their own rules for "host's", "foto's" and "İstanbul'da".
    return "'" in form or _LETTERS.fullmatch(form) is not None


def stem(form: str, language: str) -> str:
    """The stem of a word in a language (as ``stemmer_language`` gives it): of its folded form, or
    better of ``as_written``, since endings have accents too. Folded itself."""
    if not is_stemmed(form, language):
        return fold(form)
    stemmer = _stemmers.__dict__.get(language)
    if stemmer is None:
        stemmer = _stemmers.__dict__[language] = _stemmer(language)
    return fold(stemmer(form))


def as_written(text: str, form: str, language: str) -> str:
    """What a stemmer is given for a folded form of a word: the word in lower case with its
    accents, ``élèves`` for ``Élèves``, or the form itself where it is only a part of that."""
    if language == "tr":
        text = text.replace("I", "ı").replace("İ", "i")
    if language == DEFAULT_LANGUAGE or text.isascii():
        return form
    text = unicodedata.normalize("NFC", text.lower()).translate(_NO_LETTERS)
    written = text[-len(form) :] if len(text) > len(form) else text
    return next((each for each in (text, written) if fold(each) == form), form)


# What stemmers do not know: how Armenian asks, Catalan's dot (``col·legis``), and other apostrophes
# than the plain one.
_NO_LETTERS = str.maketrans(
    dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys("\u055b\u055c\u055e\u00b7")
)


def stemmer_version() -> str:
    """Words that are compared have to be stemmed by the same one."""
    import Stemmer

    version: str = Stemmer.version()
    return version


def _stemmer(language: str) -> Callable[[str], str]:
    if language == "ko":
        return korean.stem
    import Stemmer

    # Its own memory of stems is full within an episode or two, and then takes longer than stemming.
    found: Callable[[str], str] = Stemmer.Stemmer(_SNOWBALL[language], 0).stemWord
    return found


def word_set(text: str, separator: str | None = None) -> frozenset[str]:
    """The words of ``text``, parted by blanks or by ``separator``: for lists of words in the code,
    since two hundred quoted strings are not readable.

    >>> sorted(word_set("b a")), sorted(word_set("sign in| log in", "|"))
    (['a', 'b'], ['log in', 'sign in'])
    """
    return frozenset(word for part in text.split(separator) if (word := " ".join(part.split())))
