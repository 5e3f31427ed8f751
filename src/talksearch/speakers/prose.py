"""Prose about people: whose words its quotations are, and what it reports them to have said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from talksearch.formats.base import Reading
from talksearch.model import NOBODY, Cue, Kind, Person, Role, Source, Speaker
from talksearch.patterns import pattern
from talksearch.sentences import SENTENCE_END, sentences
from talksearch.speakers.names import Cast, name_after, name_before, name_forms
from talksearch.speakers.quotations import Quotation, opens, quotations, unquoted
from talksearch.speakers.rumours import interviewed, is_byline
from talksearch.speakers.turns import Piece
from talksearch.speakers.vocabulary import HONORIFICS, PARTICLES

__all__ = ["prose"]


def prose(reading: Reading, cast: Cast) -> Iterator[Piece]:
    """Every paragraph, whole or in pieces where a person's words begin and end in it."""
    unlabelled = _is_speech(reading.cues)
    role = Role.GUEST if interviewed(reading) else None
    for name in _quoted_names(reading.cues):
        cast.hear_of(Person(name, role, source=Source.INFERRED))
    reader = _Reader(cast, _couples(reading.cues))
    for cue in reading.cues:
        told = not (unlabelled or len(cue.text) > _LONGEST)
        if not told or cue.kind is not None or is_byline(cue.text):
            yield NOBODY, cue.kind or Kind.PROSE, cue
        else:
            yield from _timed(cue, list(reader.paragraph(cue.text)))


# Speech without labels, in which "Mike says" is anybody's: nobody writes a longer paragraph, nor a
# longer text about people without quoting a word of theirs.
_LONGEST = 6000


def _is_speech(cues: Sequence[Cue]) -> bool:
    return sum(len(cue.text) for cue in cues) > _LONGEST and not any(
        quotations(cue.text) for cue in cues
    )


_Text = tuple[Speaker, Kind, str]


def _timed(cue: Cue, pieces: Sequence[_Text]) -> Iterator[Piece]:
    """The pieces as cues: the first begins, and the last ends, when the paragraph does."""
    for number, (speaker, kind, text) in enumerate(pieces):
        start = cue.start_ms if number == 0 else None
        end = cue.end_ms if number == len(pieces) - 1 else None
        yield speaker, kind, Cue(text, start, end)


# --- verbs of saying ------------------------------------------------------------------------------

_SAYS = r"""(?:
    says? | said | tells? | told | adds? | added | explain(?:s|ed)? | recall(?:s|ed)?
  | suggest(?:s|ed)? | note[sd]? | argue[sd]? | emphasi[sz]e[sd]? | stress(?:es|ed)? | share[sd]?
  | echo(?:es|ed)? | mention(?:s|ed)? | describe[sd]? | recommend(?:s|ed)? | advise[sd]?
  | ask(?:s|ed)? | repl(?:ies|ied|y) | answer(?:s|ed)? | continue[sd]? | conclude[sd]?
  | admit(?:s|ted)? | claim(?:s|ed)? | warn(?:s|ed)? | observe[sd]? | remark(?:s|ed)? | state[sd]?
  | insist(?:s|ed)? | acknowledge[sd]? | comment(?:s|ed)? | agree[sd]? | confirm(?:s|ed)?
  | joke[sd]? | laugh(?:s|ed)? | remember(?:s|ed)? | believe[sd]? | thinks? | predict(?:s|ed)?
  | declare[sd]? | point(?:s|ed)?\sout | puts?\sit
)"""
_VERB = pattern(rf"\b{_SAYS}\b", re.VERBOSE)
# What may stand between a subject and its verb. No form of "to be": who is told does not tell.
_GAP = pattern(
    r"""
    (?: \s(?:from|of|at|with)\s (?:the\s)? \w[\w&.’'-]* (?:\s[A-Z][\w&.’'-]*){0,3}
      | ,\s[^,.;:!?]{1,60}, )?
    (?: \s(?:also|then|later|further|recently|once|has|had|have|since|often|would|will|did|does
          |simply|quickly|went\son\sto) ){0,3}
    \s
    """,
    re.VERBOSE,
)
# A subject begins a clause: "Smith said", "At Hooli, Smith said", but not "Jones and Smith said".
_CLAUSE_START = pattern(
    r"(?:^\s?|[.!?…,;:—–“”\"»(]\s?)(?:(?:and|but|then|so|still|later|however|as|while)\b,?\s)?$",
    re.IGNORECASE,
)
_TITLES = "|".join(sorted(map(str.capitalize, HONORIFICS)))
# What a name goes on with is somebody else's: Ada Jones, Ada van Jones and Ada-Jones are not Ada.
_GOES_ON = rf"(?:-\w|(?:\s(?:{'|'.join(sorted(PARTICLES))}))*\s[^\W\d_a-z])"
_NOT_A_NAME = r"(?!(?:And|But|Then|So|Yet|Still|Later|However|As|While|When|After)\b)"
_INVERTED = pattern(r"(?:^|[,”\"»?!])\s?$")
_ACCORDING = pattern(r"\bAccording to $|, according to $")
_REACH = 120  # characters before a verb in which its subject is looked for
_LEAD = 20  # characters before a subject, which tell whether it begins a clause
_AFTER = 300  # characters after a quotation in which it may be said whose it is
_SOON = 60  # within which of these the verb has to begin
_UP_TO_QUOTE = pattern(r"(?:\s[\w’']+){0,4}\s?[:,]?\s?")

# Somebody may be quoted who was not introduced.
_QUOTE_THEN_NAME = pattern(rf"[”\"»]\s?{_SAYS}\s", re.VERBOSE)
_NAME_THEN_QUOTE = pattern(rf"\s{_SAYS}[:,]?\s?(?=[“\"«])", re.VERBOSE)


def _quoted_names(cues: Sequence[Cue]) -> Iterator[str]:
    for cue in cues:
        text = cue.text
        for match in _QUOTE_THEN_NAME.finditer(text):
            if name := name_after(text[match.end() : match.end() + _REACH]):
                yield name
        for match in _NAME_THEN_QUOTE.finditer(text):
            if name := name_before(text[max(0, match.start() - _REACH) : match.start()]):
                yield name


# Mr. and Mrs. Byron are two, of whom only one may have been introduced.
_ADDRESSED = pattern(
    r"\b(?:(?P<both>Mr\.?\sand\sMrs)|(?P<he>Mr|Sir)|Mrs|Ms|Miss|Dame)\.?\s"
    r"(?P<name>[A-Z][\w-]*(?:\s[A-Z][\w-]*){0,2})"
)


def _couples(cues: Sequence[Cue]) -> set[str]:
    """The surnames that are a man's and a woman's."""
    men, women = set(), set()
    for cue in cues:
        for match in _ADDRESSED.finditer(cue.text):
            surname = match["name"].split()[-1]
            if match["he"] or match["both"]:
                men.add(surname)
            if not match["he"]:
                women.add(surname)
    return men & women


# --- reading --------------------------------------------------------------------------------------

_BORROWED = 4  # words: a shorter quotation is a phrase that the writer borrows
_TAG = 6  # words: "said Ada Byron." stays with what she said


@dataclass(frozen=True, slots=True)
class _Report:
    """A verb of saying at ``start`` to ``end``; ``person`` is None when it is no one we know."""

    start: int
    end: int
    person: Person | None


class _Reader:
    """Reads paragraph after paragraph, and remembers whom "she" would mean."""

    def __init__(self, cast: Cast, shared: Set[str]) -> None:
        self.cast = cast
        self.forms = name_forms(cast.everybody())
        self.forms |= dict.fromkeys(shared & self.forms.keys())
        self.last: Person | None = None  # the person named last, if it was one alone
        self.announced: Person | None = None  # "… she would add:" ended the paragraph before
        self.unclosed: Person | None = None  # who is being quoted over several paragraphs
        forms = sorted(self.forms, key=len, reverse=True)
        names = "|".join(map(re.escape, forms)) or "(?!)"
        names = rf"(?:{names})\b(?!{_GOES_ON})"
        self.names = re.compile(rf"\b{names}")
        self.subjects = re.compile(
            rf"\b(?:(?:(?:{_TITLES})\.?\s){{0,2}}(?P<name>{names})|(?P<pronoun>[Hh]e|[Ss]he|[Tt]hey)"
            rf"|{_NOT_A_NAME}[A-Z][\w’'-]*(?:\s[A-Z][\w’'-]*){{0,3}})\b(?!['’])"
        )

    def paragraph(self, text: str) -> Iterator[_Text]:
        quoted = self._own_words(text)
        announced, self.announced = self.announced, None
        position = 0
        speaker: Person | None = None
        marked = False  # the quotation before has its marks: a tag stands beside it
        for quotation in quoted:
            if quotation.start < position:
                continue
            before = text[position : quotation.start]
            after = text[quotation.end : quotation.end + _AFTER]
            yield from self.prose(before)
            continued = self.unclosed if position == quotation.start == 0 else None
            person, tag = self._whose(before, after)
            if person is None and not before.strip():
                person = continued or (announced if position == 0 else speaker)
            if person is None:
                end = quotation.end
                yield NOBODY, Kind.PROSE, text[quotation.start : end]
            else:
                end = quotation.end + tag
                words = text[quotation.start : end]
                # Without its marks, what goes on after "said Ada" would be the writer's, too.
                goes_on = marked and person == speaker and not before.strip()
                marked = tag > 0 or (goes_on and quotation.closed)
                yield self.speaker(person), Kind.SPEECH, words if marked else unquoted(words)
                self.last = person
            self.unclosed = None if quotation.closed else person
            speaker, position = person, end
        if not quoted:
            self.unclosed = None
        yield from self.prose(text[position:])

    def _own_words(self, text: str) -> list[Quotation]:
        """The quotations that are somebody's own sentences, not a borrowed phrase."""
        found = quotations(text)
        if self.unclosed is not None and not opens(text):
            # A long quotation whose later paragraphs don't open afresh.
            closing = min((at for at in map(text.find, "”»") if at >= 0), default=-1)
            if closing >= 0 and all(quotation.start > closing for quotation in found):
                found.insert(0, Quotation(0, closing + 1, True))
        return [
            quotation
            for quotation in found
            if len(text[quotation.start : quotation.end].split()) >= _BORROWED
            or text[quotation.end - 2 : quotation.end - 1] in ",.!?"
        ]

    def _whose(self, before: str, after: str) -> tuple[Person | None, int]:
        """Who says a quotation, by the words around it, and how far the tag after it reaches."""
        before = before[-2 * _REACH :]
        ahead = [
            report.person
            for report in self.reports(before)
            if _UP_TO_QUOTE.fullmatch(before, report.end)
        ]
        # “Tom asked, "Why?" Ada replies,” is announced before: who replies has not said that.
        if ahead and before.rstrip().endswith((",", ":")):
            return ahead[0], 0
        clause = re.split(r"[“«\"]", after, maxsplit=1)[0]
        stop = SENTENCE_END.search(clause)
        clause = clause[: stop.end()] if stop else clause
        for report in self.reports(clause):
            if report.start < _SOON:
                if report.person is None:
                    return None, 0
                short = len(clause.split()) <= _TAG
                return report.person, len(clause.rstrip()) if short else 0
        return (ahead[0] if ahead else None), 0

    def prose(self, text: str) -> Iterator[_Text]:
        """A stretch without quotations, cut where it begins or ends to report somebody."""
        current: Person | None = None
        taken = ""
        for sentence in sentences(text):
            person = self._reported(sentence, current)
            if person != current and taken:
                yield self._told(current, taken)
                taken = ""
            current = person
            taken += sentence
        if taken.strip():
            yield self._told(current, taken)
            self.announced = current if taken.rstrip().endswith(":") else None

    def _told(self, person: Person | None, text: str) -> _Text:
        return (NOBODY if person is None else self.speaker(person)), Kind.PROSE, text.strip()

    def _reported(self, sentence: str, current: Person | None) -> Person | None:
        """Whose words a sentence tells, when the one before it told ``current``'s."""
        reports = list(self.reports(sentence))
        named = {self.forms[match.group()] for match in self.names.finditer(sentence)}
        if len(named) == 1:
            (self.last,) = named
        elif named:
            self.last = None
        if reports:
            told = {report.person for report in reports}
            person = told.pop() if len(told) == 1 else None
            self.last = person
            return person
        return current if named <= {current} else None

    def reports(self, text: str) -> Iterator[_Report]:
        """The places where a text says that somebody says something."""
        for verb in _VERB.finditer(text):
            subject = self._subject(text, verb.start(), verb.end())
            if subject is not None:
                yield _Report(verb.start(), verb.end(), self._person(subject))
        for subject in self.subjects.finditer(text):
            if _ACCORDING.search(text[max(0, subject.start() - _LEAD) : subject.start()]):
                yield _Report(subject.start(), subject.end(), self._person(subject))

    def _subject(self, text: str, start: int, end: int) -> re.Match[str] | None:
        left = max(0, start - _REACH)
        for subject in reversed(list(self.subjects.finditer(text, left, start))):
            before = text[max(0, subject.start() - _LEAD) : subject.start()]
            if _GAP.fullmatch(text, subject.end(), start) and _CLAUSE_START.search(before):
                return subject
        if _INVERTED.search(text[max(0, start - 3) : start]):
            return self.subjects.match(text, end + 1)
        return None

    def _person(self, subject: re.Match[str]) -> Person | None:
        if subject["pronoun"]:
            return self.last
        return self.forms.get(subject["name"]) if subject["name"] else None

    def speaker(self, person: Person) -> Speaker:
        person = self.cast.add(person)
        role_source = person.source if person.role else None
        return Speaker(None, person, person.role, Source.INFERRED, role_source)
