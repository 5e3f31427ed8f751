"""Is what stands before the colon the name of a speaker?

One line does not tell: "Remember: back it up" and "Miguel: back it up" look alike. So candidates
are gathered over a whole document (``candidate``), and then judged together (``believe``): a name
that comes back, or that is written like one, is believed, if the document is a dialogue at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Set
from dataclasses import replace
from itertools import pairwise

from talksearch.model import SETTING, Cue, Role
from talksearch.patterns import pattern
from talksearch.words import MARKS, word_set

__all__ = [
    "LABEL_LENGTH",
    "UNKNOWN",
    "believe",
    "candidate",
    "is_full",
    "is_opener",
    "split_label",
    "with_strangers",
]

LABEL_LENGTH = 60  # "Vice President Joe Biden (former senator from Delaware)" has 54 characters

# Up to six words and no sentence punctuation but what names carry: "Dr. O'Neil-Ruiz (host)".
_SYNTAX = pattern(
    rf"[$@]?[^\W\d_](?:(?:[\w{MARKS} .'’׳״·・\-–&()（）/,*]|(?<=[א-ת])\"(?=[א-ת]))*"
    rf"(?:[\w{MARKS})）*]|\b(?:[JS]r|Dr|[A-Z]|[MP]h\.?D)\.))?"
)
_MAX_WORDS = 6
# The end of what may stand before ". " in a name; after anything else a sentence has ended.
_ABBREVIATED = pattern(
    r"(?:^|.*[ .(])(?:\w|[DM]r|Mr?s|Sta?|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Capt|Prof|Rev|Hon|Pres)"
).fullmatch
# Names that occur once each are a cast from this share of lines on: show notes have "Hosts:",
# "Intro Theme:", "Recorded:" once each too, in one line of three at most.
_DIALOGUE_SHARE = 0.4
_WORD = pattern(r"\w+")
_BRACKET = pattern(r" \(| ?（")

_NUMBERED = pattern(r"\((speaker \d{1,3})\)")
# Likewise, where it cannot tell.
UNKNOWN = "(speaker ?)"

# Openers of a notice, a heading or a list. None of them ever speaks.
_NEVER = word_set(
    """
    note notes warning caution attention disclaimer tip hint update edit ps tldr tl;dr example
    examples summary conclusion result results reason reasons problem solution link links
    resources reference references source sources related subscribe follow website web site
    email e-mail mail phone twitter facebook instagram youtube linkedin github discord mastodon
    slack telegram spotify rss http https ftp mailto www url date time title duration length
    author editor published updated recorded language tags category categories topics contents
    chapters transcript transcription download credits music photo image picture caption bio
    about contact copyright license licence sponsor sponsors sponsored advertisement
    requirements benefits location price see today tomorrow yesterday here hinweis achtung
    quelle quellen beispiel remarque attention nota fuente enlaces liens break first firstly second
    secondly third thirdly finally lastly next also plus again namely otherwise meaning fact
    remember imagine think look listen well so okay ok right yes no and but spoiler bonus joke
    """
)
# "Step 1", "Part 2" are counted headings; "Speaker 1", "Guest 2" are people.
_COUNTED = word_set(
    """
    step part chapter episode season section lesson day week year question tip rule point item
    figure table version act scene number no option case round phase stage teil kapitel folge
    chapitre épisode partie parte capítulo episodio
    """
)
# Who is meant is not said, nor in which role (those are ``Role``'s).
_VOICES = word_set(
    """
    speaker participant operator caller student man woman boy girl male female voice q a int
    question answer both all unknown anonymous sprecher sprecherin narrador
    """
)
# Small words inside names, in lower case: "Ludwig van Beethoven", "Ana de la Cruz".
_PARTICLES = word_set(
    """
    de del della der den di da do dos du la le las los el al bin ibn ben van von vom zu zum zur
    ten ter af av of and und et y e og och i the
    """
)
_FUNCTION = word_set(
    """
    a an the this that these those it is are was were be been i you he she we they my your his
    her our their and or but if so as at by for from in into of on to with about what when where
    which who why how then than there here not no yes one two three some any all more most only
    just because
    """
)


def split_label(text: str) -> tuple[str, str] | None:
    """``"Name: words"``, or ``"[Name]: words"`` as WhisperX has it, or ``"(speaker 0) words"`` as
    whisper.cpp has it, as name and words, if the name could be a speaker's label at all.

    >>> split_label("Ana Ruiz: So, two things: first …")
    ('Ana Ruiz', 'So, two things: first …')
    >>> split_label("https://example.org") is None and split_label("10:30: we met") is None
    True
    """
    if text.startswith("(speaker ") and (match := _NUMBERED.match(text)):
        return match[1], text[match.end() :].strip()
    colon = text.find(":", 0, LABEL_LENGTH + 1)
    wide = text.find("：", 0, LABEL_LENGTH + 1)
    if colon < 0 or 0 <= wide < colon:
        colon = wide
    if colon < 1:
        return None
    rest = text[colon + 1 :]
    if rest.startswith(("/", ":")) or (rest[:1].isdigit() and text[colon - 1].isdigit()):
        return None  # an address, a C++ name, a time
    before = text[:colon]
    bracketed = before.startswith("[") and before.endswith("]")
    name = candidate(before[1:-1] if bracketed else before)
    return None if name is None else (name, rest.strip())


def candidate(text: str) -> str | None:
    """The text as a label, markup and blanks around it gone; None if it cannot be one."""
    if not text.isprintable():
        text = text.translate(SETTING)  # "\u200fأحمد\u200f"
    name = " ".join(text.strip(" \t\xa0*_").split())
    if not name or len(name) > LABEL_LENGTH or not _SYNTAX.fullmatch(name):
        return None
    words = name.lower().split()
    if len(words) > _MAX_WORDS or _opens(words):
        return None
    # A list of topics is no label; "STEVE INSKEEP, HOST" and "Mireille Reece, Psy.D" are.
    if name.count(",") > (2 if name.isupper() else 1):
        return None
    if ". " in name and not name.isupper() and not all(map(_ABBREVIATED, name.split(". ")[:-1])):
        return None
    return name


def is_opener(text: str) -> bool:
    """Whether words before a colon open a notice, a heading or a list, which nobody is called."""
    return _opens(text.lower().strip(" \t\xa0*_").split())


def is_full(name: str) -> bool:
    """Whether a candidate is written like a name of several words, or is a role: "Interviewer"."""
    words = _bare(name).split()
    return _is_called(words) or (len(words) > 1 and _like_a_name(words))


def _opens(words: list[str]) -> bool:
    if len(words) == 2 and words[0] in _COUNTED:
        last = words[1].rstrip(".")
        return last.isdigit() or len(last) < 3
    return " ".join(words) in _NEVER


def believe(
    found: Counter[str],
    text: str,
    lines: int,
    marked: Set[str] = frozenset(),
    timed: Set[str] = frozenset(),
    opening: str | None = None,
) -> set[str]:
    """Which of the candidates are speakers.

    ``found`` counts the candidates, ``text`` is what the judgement may look words up in, ``lines``
    how many lines could have had a label, and ``marked`` are candidates that the document sets
    apart (bold, or with a time beside them), ``timed`` those with a time between name and colon:
    nothing else is written so. ``opening`` is the one that a document begins with: a full name
    there is its only speaker's, if it has no other.
    """
    single = [name.lower() for name in found if " " not in name]
    # Small words of the text itself: "remember" is used, so "Remember:" is nobody.
    used = set(_WORD.findall(text)).intersection(single) if single else set()
    often: Counter[str] = Counter()
    for name, count in found.items():
        often[_bare(name)] += count  # "Leo Dion (host)" is "Leo Dion" further on
    believed = {
        name
        for name in found
        if _plausible(name, often[_bare(name)], used, marked=name in marked, timed=name in timed)
    }
    turns = sum(found[name] for name in believed)
    # A dialogue: somebody speaks twice, or there is little else in the document.
    again = any(found[name] > 1 for name in believed)
    monologue = opening in believed and " " in (opening or "")
    return believed if again or monologue or turns >= _DIALOGUE_SHARE * lines else set()


def _bare(name: str) -> str:
    """A label without what it has in brackets."""
    return _BRACKET.split(name, maxsplit=1)[0]


def _plausible(name: str, count: int, used: Set[str], *, marked: bool, timed: bool = False) -> bool:
    if (bare := _bare(name)) != name:
        # "Leo Dion (host)": what is in brackets says more of whom the name is of.
        return _plausible(bare, count, used, marked=True, timed=timed)
    words = name.split()
    lowered = [word.lower().strip(".,()") for word in words]
    if _is_called(words):
        return True
    if name.isupper():
        return len(words) > 1 or count > 1 or len(name) > 1
    if _like_a_name(words) or (marked and count > 2 and name.istitle()):  # Just Zwennicker
        if len(words) > 1 or count > 2 or (marked and count > 1):
            return True
        if name.lower() == name:  # a script without capitals: what is no name looks the same
            return count > 1 or timed
        # A single capitalized word: a name, unless the text uses it as a word of its own.
        return name.lower() not in used
    # "mike:", "the doctor:": only if it comes back, and is no beginning of a sentence.
    if count < 2 or len(words) > 3:
        return False
    if lowered[0] == "the" and len(words) > 1:
        lowered = lowered[1:]
    return not _FUNCTION.intersection(lowered) and (len(words) < 3 or marked)


def _is_called(words: list[str]) -> bool:
    """Whether words name a voice or a role: "Guest", "Speaker 1"."""
    first, after = ([word.lower().strip(".,()") for word in words] + ["", ""])[:2]
    called = first in _VOICES or Role.parse(first) is not None
    return called and (not after or after.isdigit() or len(after) == 1)


def _like_a_name(words: list[str]) -> bool:
    bare = [word.lstrip("(").rstrip(").,*") for word in words]
    if not all(bare) or bare[0].lower() in _FUNCTION:
        return False
    big = [word for word in bare if not word[0].islower()]
    small = [word for word in bare if word[0].islower()]
    # "pgMustard", "eBay": a capital further on makes a proper noun as well.
    return bool(big) and all(
        word in _PARTICLES or any(c.isupper() for c in word) or word == "&" for word in small
    )


# Zoom's captions name whoever speaks in each: 266 times the one of the caption before, and twice
# nobody. Where a name begins a turn, it comes again by chance, at most in one row of fifty.
_NAMED_AGAIN = 4  # times as often as no name stands there


def with_strangers(cues: Iterable[Cue]) -> tuple[Cue, ...]:
    """The cues. Where nearly each names its speaker, even if that was the last one too, a cue
    without is a stranger's; else the last speaker goes on."""
    cues = tuple(cues)
    said = [cue for cue in cues if cue.text.strip()]
    again = sum(bool(a.label) and a.label == b.label for a, b in pairwise(said))
    if again < _NAMED_AGAIN * sum(cue.label is None for cue in said):
        return cues
    return tuple(replace(cue, label=cue.label or "") for cue in cues)
