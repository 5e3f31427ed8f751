"""The furniture of a page: menus, forms, icons, lists of countries. It drowns what the page says.

Only for prose: in a transcript, a short line that comes back is somebody saying "Yes." What
programs sign with is in either.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from talksearch.patterns import pattern
from talksearch.words import word_set

__all__ = ["drop_furniture", "is_boilerplate", "is_signature"]

# What is meant is written once, perhaps again as a pull quote; a third time it is a template.
_REPEATED = 3
# Menus and lists of options run on; a list that somebody wrote seldom has ten items of two words
# ("python", "sql"), and the longest in our samples has six.
_RUN = 10
# An option has one word or two (the median over countries, states, menus is 1 or 2), a written
# bullet ("familiar with scala") three and more.
_OPTION_WORDS = 2
# The longest option ("black or african american (not hispanic or latinx)") has eight words.
_SHORT_WORDS = 8
# What is there to be selected can be a little longer.
_SELECTED_WORDS = 12
# "virgin islands, u.s." ends like a sentence, but no sentence that matters has so few words.
_SENTENCE_WORDS = 4

_ICON = pattern(r"(?:[\w-]+\s+){0,3}icon", re.IGNORECASE)
_IMAGE = pattern(r"(?:!\[[^\]\n]*\]\([^)\n]*\)\s*)+|\[(?:image|img|photo)\b[^\]\n]*\]", re.I)
_CONTROLS = word_set(
    """
    select| upload| submit| apply| sign in| sign up| log in| login| log out| register| search|
    menu| share| follow| follow us| like| reply| next| previous| back| close| cancel| ok|
    skip to content| skip to main content| read more| load more| show more| back to top| home|
    cookies| privacy| privacy policy| cookie policy| terms| terms and conditions|
    terms of service| all rights reserved| language| toggle navigation| play| pause| download|
    print| leave a comment| accept| accept all cookies
    """,
    "|",
)
# Headings of lists that are not here (their links went with the markup), and calls to subscribe.
_BOILERPLATE = word_set(
    """
    related| related posts| related articles| links| share this| read next| see also| subscribe|
    subscribe on| more resources| tags| filed under| advertisement
    """,
    "|",
)
_SENTENCE_END = (".", "!", "?", ":", ";", "…", '."', ".”", "?”", "。", "！", "？")

_BOILERPLATE_LENGTH = 40  # but for images: their addresses can be long


def is_boilerplate(text: str) -> bool:
    """``Related:`` and its kind, with nothing after the colon; images; icons.

    >>> is_boilerplate("Related:"), is_boilerplate("Related: the first part")
    (True, False)
    """
    if len(text) > _BOILERPLATE_LENGTH and not text.startswith(("!", "[")):
        return False
    plain = " ".join(text.split()).strip("*_ ").removesuffix(":").casefold()
    return plain in _BOILERPLATE or _IMAGE.fullmatch(text.strip()) is not None


def drop_furniture(lines: Sequence[str]) -> list[str]:
    """The lines without the furniture; blank lines stay, as they part the paragraphs.

    A page that is all furniture is given back as it was: it must be about that.
    """
    texts = [" ".join(line.split()) for line in lines]
    keys = [text.casefold() for text in texts]
    often = {key for key, count in Counter(keys).items() if key and count >= _REPEATED}
    keep = [
        bool(key) and key not in often and key not in _CONTROLS and not _is_icon(key)
        and not is_boilerplate(key)
        for key in keys
    ]  # fmt: skip
    _drop_options(keys, keep)
    _drop_runs(texts, keep)
    if not any(keep):
        return list(lines)
    return [line if kept else "" for line, kept in zip(lines, keep, strict=True)]


def _is_icon(key: str) -> bool:
    return key.endswith("icon") and _ICON.fullmatch(key) is not None


def _drop_options(keys: Sequence[str], keep: list[bool]) -> None:
    """What follows the word "select", up to the next blank line, is there to be selected."""
    within = False
    for at, key in enumerate(keys):
        if key == "select":
            within = True
        elif not key:
            within = False
        elif within and key.count(" ") < _SELECTED_WORDS:
            keep[at] = False


def _drop_runs(texts: Sequence[str], keep: list[bool]) -> None:
    blocks: list[list[int]] = []  # of the run so far, as blank lines part them
    for at in (*(n for n, kept in enumerate(keep) if kept), None):
        if at is None or not _is_short(texts[at]):
            _drop_run(blocks, texts, keep)
            blocks = []
        elif blocks and blocks[-1][-1] == at - 1:
            blocks[-1].append(at)
        else:
            blocks.append([at])


def _drop_run(blocks: list[list[int]], texts: Sequence[str], keep: list[bool]) -> None:
    from statistics import median  # which imports fractions and decimals

    sizes = [[len(texts[n].split()) for n in block] for block in blocks]
    first, last = 0, len(blocks)
    # A heading or written bullets at either end belong to the text beside the run.
    while first < last and min(sizes[first]) > _OPTION_WORDS:
        first += 1
    while first < last and min(sizes[last - 1]) > _OPTION_WORDS:
        last -= 1
    run = [n for block in blocks[first:last] for n in block]
    if len(run) >= _RUN and median(size for s in sizes[first:last] for size in s) <= _OPTION_WORDS:
        for n in run:
            keep[n] = False


def _is_short(text: str) -> bool:
    words = text.count(" ") + 1
    sentence = text.endswith(_SENTENCE_END) and (words >= _SENTENCE_WORDS or text.endswith(":"))
    return words <= _SHORT_WORDS and not sentence


# What programs write above the first turn and below the last; it would be the end of what its
# speaker says.
_SIGNATURE = pattern(
    r"""\W*(?: transcribed\ by\W+(?:https?://)?(?:www\.)?otter\.ai
    | transcribed\ by\ turboscribe\.ai (?:\.\ go\ unlimited\ to\ remove\ this\ message)?
    | transcript(?:ion)?\ by\ rev\.com (?:\s+page\ \d+\ of\ \d+)?
    | this\ transcript\ was\ exported\ on\ .{1,40}\ view\ latest\ version\ here
    | sonix\ is\ the\ world.s\ most\ advanced\ automated\ transcription\b.{0,200}
    | sonix\ has\ many\ features\ that\ you.d\ love\b.{0,300}
    | automatically\ convert\ your\ .{1,40}\ files\ to\ text\ \(txt\ file\).{0,200}
    | transcription\ ended\ after\ [\d:]+
    | this\ editable\ transcript\ was\ computer\ generated\ and\ might\ contain\ errors
      (?:\.\ people\ can\ also\ change\ the\ text\ after\ it\ was\ created)?
    | (?-i:[A-Z])[^.:?!]{1,60}\ (?:started|stopped)\ transcription (?![.!?]) )\W*""",
    re.IGNORECASE | re.VERBOSE,
)


_LONGEST = 400
_IN_EACH = ("ranscri", "onix ", "utomatically ")  # this is asked of every line


def is_signature(text: str) -> bool:
    """Whether a line is what a program writes of itself."""
    if len(text) >= _LONGEST or not any(part in text for part in _IN_EACH):
        return False
    return _SIGNATURE.fullmatch(text) is not None
