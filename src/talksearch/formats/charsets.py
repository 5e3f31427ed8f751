"""Which charset bytes are in that nothing declares, where their text proves it.

Texts of Western Europe are in Windows-1252, and statistics take them for something else all the
time (of 440 of them charset_normalizer, given the charsets below, read 160 otherwise). So here
Windows-1252 is not weighed against others; there are two proofs that it cannot be:

- Whole words without a letter of ASCII, which no language in Latin letters has. The charset is the
  one that makes words of one script of them, in which frequent letters are frequent.
- A language for which Windows-1252 lacks letters: Polish, Hungarian, Turkish … The charset is the
  one in which the letters beyond ASCII are those of that language.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from talksearch import languages
from talksearch.patterns import pattern

__all__ = ["proven"]

_SAMPLE = 8 * 1024  # bytes, from the first on that is no ASCII
_HIGH = re.compile(rb"[\x80-\xff]")


def proven(data: bytes) -> str | None:
    """The charset of bytes that are no UTF-8; None where nothing is proven, as of all Western
    texts, of UTF-8 that is damaged, and of a few words."""
    first = _HIGH.search(data)
    if first is None:
        return None
    # That is where a character begins, in any of these charsets.
    sample = data[first.start() : first.start() + _SAMPLE]
    if _is_damaged_utf_8(sample):
        return None
    return _by_script(sample) or _by_language(sample)


def _is_damaged_utf_8(sample: bytes) -> bool:
    """In other charsets about half of the bytes, at most, happen to be in sequences of UTF-8."""
    text = sample.decode("utf-8", "surrogateescape")
    lone = sum("\udc80" <= character <= "\udcff" for character in text)
    return 3 * lone < len(_HIGH.findall(sample))


# --- another script -------------------------------------------------------------------------------

# The letters from the most frequent to the least, over the languages that are written so; those
# after the blank are rarer than in a jumble of letters, which is what the wrong charset makes.
_LETTERS = {
    "cyrillic": "аоеинтрсвкдпмл зуыябіьчцгйжјшфхњўюэщъєљћёїђќѓґџѕ",
    "greek": "αοετνιρσημπυκς ίλέδγήάχόωθφύώβξζψϊϋΐΰ",
    "hebrew": "יוהלאתמרבנשםע קדחפכסגןצטזךץף",
    "arabic": "اليمنتروهبدسعف كةقحشجأطىصخضزغإآئءذثظؤپچگژک",
    "thai": "า่อรกม้นเงดัีลแตบยไวสขทหิจพ คปืะใชูำถ์ุฟ็ผโณึซญธภๆฉฐศษฏฝ๊ฒฮฤฎฆฌฬ๋ๅ",
}
# The characters that make up a third of what is said.
_FREQUENT = {
    "japanese": (
        "のにをはがでとたてしいるれなもかっだすんまくりよこあきそうけさらみめせえどばわつおちじょや"
        "アイウエオカキクコサシスタテトナニノハフマメラリルレロンーッ"
    ),
    "chinese": (
        "的一是不了在人有我他这這个個们們中来來上大为為和国國地到以说說时時要就出會会可也你對对生能"
        "而子那得於于著着下自之年過过發发後后作里裡什麼么沒没很都好想去用文使行字件如項项定分見见看道"
        "家天心起知事無无"
    ),
    "korean": "이다는의가을에고하지로한를은기니시사자어도리나서해대인라그만보게",
}
_SCRIPTS = {
    "cp1251": "cyrillic",
    "koi8-u": "cyrillic",  # KOI8-R, and four letters where that has lines
    "iso8859-5": "cyrillic",
    "cp866": "cyrillic",
    "cp1253": "greek",
    "iso8859-7": "greek",
    "cp1255": "hebrew",
    "cp1256": "arabic",
    "iso8859-6": "arabic",
    "cp874": "thai",
    "cp932": "japanese",
    "euc-jp": "japanese",
    "gb18030": "chinese",
    "big5hkscs": "chinese",
    "cp949": "korean",
}
_ENOUGH = 20  # characters
_DIFFERENT = 10  # of them: "ÉÉÉÉÉ ÀÀÀÀÀ" are no words
_LEAST = 0.2  # what is right has .3 and more, but for Belarusian

# Points of Hebrew and vowels of Arabic stand within words, and are seldom written.
_MARKS = pattern("[\u0591-\u05c7\u0640\u064b-\u0652]")
_PUNCTUATION = "\xa0\xa7\xa9\xab\xad\xb0\xb7\xbb،؛؟\u200b-\u203a№™\u3000-\u303f\uff00-\uff20"
_OUTSIDE_ASCII = f"[^\0-\x7f{_PUNCTUATION}]"
_CHARACTERS = pattern(_OUTSIDE_ASCII)
_WRONG = pattern("[\x80-\x9f\ufffd\ue000-\uf8ff]")  # controls, and what is no character


def _by_script(sample: bytes) -> str | None:
    score, best = max((_score(sample, charset), charset) for charset in _SCRIPTS)
    return best if score >= _LEAST else None


def _score(sample: bytes, charset: str) -> float:
    """How frequent the characters beyond ASCII are, in the mean, in the charset's script: 1 would
    be the most frequent one throughout. What is outside of words counts -1."""
    script = _SCRIPTS[charset]
    text = _MARKS.sub("", sample.decode(charset, "replace"))
    high = "".join(_CHARACTERS.findall(text))
    total, found, outside = len(high), high, 0
    if script in _LETTERS:
        words = _words(script).findall(text)
        found = "".join(word for word in words if len(word) > 1).lower()
        # Of one letter alone there are some in any language ("è", "å").
        total -= sum(len(word) == 1 for word in words)
        outside = total - len(found)
    counts = Counter(found)
    if total < _ENOUGH or len(counts) < _DIFFERENT:
        return 0
    weights = _weights(script)
    weight = sum(count * weights.get(each, 0) for each, count in counts.items())
    return (weight - outside - 5 * len(_WRONG.findall(high))) / total


@cache
def _weights(script: str) -> dict[str, float]:
    if script in _FREQUENT:
        return dict.fromkeys(_FREQUENT[script], 1)
    frequent, rare = _LETTERS[script].split()
    return {
        letter: max(-1, 1 - place / len(frequent)) for place, letter in enumerate(frequent + rare)
    }


@cache
def _words(script: str) -> re.Pattern[str]:
    """Words of the script alone. Letters of another case than they have in words are of another
    charset (``рПЧЕДЕМ`` is KOI8-R); so is an accent that is read as an apostrophe (``’λλα``)."""
    lower = _LETTERS[script].replace(" ", "")
    if script == "thai":  # has no spaces
        return re.compile(f"(?<![A-Za-z])[{lower}]+(?![A-Za-z])")
    upper = lower.upper()
    if upper == lower:
        return re.compile(rf"(?<!\w)[{lower}]+(?!\w)")
    return re.compile(rf"(?<![\w’])(?:[{upper}]?[{lower}]+|[{upper}]+)(?!\w)")


# --- more Latin letters ---------------------------------------------------------------------------

# Not those of the Baltic: Icelandic and Friulian make too good a Lithuanian and Latvian.
_OF_LANGUAGES = {
    "cp1250": ("pl", "cs", "sk", "hu", "sl", "sh", "ro"),
    "iso8859-2": ("pl", "cs", "sk", "hu", "sl", "sh", "ro"),
    "cp1254": ("tr",),
}
_ALPHABETS = {
    "cs": "áčďéěíňóřšťúůýž",
    "hu": "áéíóöőúüű",
    "pl": "ąćęłńóśźż",
    "ro": "ăâîşţ",
    "sh": "čćđšž",
    "sk": "áäčďéíĺľňóôŕšťúýž",
    "sl": "čšž",
    "tr": "çğıİöşüâîû",
}
_MARKUP = pattern(r"<[^<>]{0,200}>|&\w{1,8};|https?://\S+")
_IN_WORD = pattern(f"(?<=[A-Za-z]){_OUTSIDE_ASCII}|{_OUTSIDE_ASCII}(?=[A-Za-z])")
_PROOFS = 4  # letters where Windows-1252 has others, or signs
_OWN = 0.95  # the share of a language's own letters: names may have others


def _by_language(sample: bytes) -> str | None:
    western = sample.decode("cp1252", "replace")
    best, share = None, _OWN
    for charset, spoken in _OF_LANGUAGES.items():
        text = sample.decode(charset, "replace")
        if sum(a != b for a, b in zip(text, western, strict=True)) < _PROOFS:
            continue
        language = languages.detect([_MARKUP.sub(" ", text)])
        if language not in spoken:
            continue
        alphabet = _ALPHABETS[language] + _ALPHABETS[language].upper()
        within = list(_IN_WORD.finditer(text))
        own = [match for match in within if match[0] in alphabet]
        proofs = sum(match[0] != western[match.start()] for match in own)
        if proofs >= _PROOFS and len(own) > share * len(within):
            best, share = charset, len(own) / len(within)
    return best
