"""What was said: shows, episodes, people, cues, turns, transcripts, passages.

Plain frozen values with no behaviour beyond looking at themselves. Times are integer milliseconds
from the start of the recording, or None where nothing tells.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from talksearch.patterns import pattern

__all__ = [
    "NOBODY",
    "SETTING",
    "Appearance",
    "Chapter",
    "Cue",
    "Document",
    "Episode",
    "Kind",
    "Passage",
    "Person",
    "Role",
    "Show",
    "Soundbite",
    "Source",
    "Speaker",
    "TimeAccuracy",
    "Transcript",
    "Turn",
    "clean_text",
]


class Kind(StrEnum):
    """What a passage is: somebody's own words, as said; show notes, which the publisher wrote about
    an episode; prose, which is written text, reported speech included; a sponsor's message."""

    SPEECH = "speech"
    NOTES = "notes"
    PROSE = "prose"
    AD = "ad"


class Role(StrEnum):
    """A part in a show: the cast group of the Podcast Taxonomy, and two that interviews need.

    https://github.com/Podcastindex-org/podcast-namespace/blob/main/taxonomy.json
    """

    HOST = "host"
    CO_HOST = "co-host"
    GUEST_HOST = "guest host"
    GUEST = "guest"
    VOICE_ACTOR = "voice actor"
    NARRATOR = "narrator"
    ANNOUNCER = "announcer"
    REPORTER = "reporter"
    PANELIST = "panelist"
    AUDIENCE = "audience"

    @classmethod
    def parse(cls, label: str) -> Role | None:
        """The role a label stands for, without case; None for one we do not know.

        >>> Role.parse("Interviewer"), Role.parse("cohost"), Role.parse("sound engineer")
        (<Role.HOST: 'host'>, <Role.CO_HOST: 'co-host'>, None)
        """
        key = " ".join(label.casefold().replace("-", " ").replace("_", " ").split())
        return _ROLES.get(key)


_ROLES = {role.value.replace("-", " "): role for role in Role} | {
    "interviewer": Role.HOST,
    "presenter": Role.HOST,
    "moderator": Role.HOST,
    "anchor": Role.HOST,
    "hosts": Role.HOST,
    "cohost": Role.CO_HOST,
    "guesthost": Role.GUEST_HOST,
    "interviewee": Role.GUEST,
    "guests": Role.GUEST,
    "panellist": Role.PANELIST,
    "audience member": Role.AUDIENCE,
}
# What those who ask and those who answer are called in other languages. Who is called so in many
# episodes is not one person, and no host for coming back.
_ASKING = """
    moderation, moderatorin, interviewerin, fragesteller, fragestellerin
    animateur, animatrice, présentateur, présentatrice, chercheur, chercheuse, enquêteur, enquêtrice
    intervieweur, intervieweuse
    entrevistador, entrevistadora, presentador, presentadora, moderador, moderadora, anfitrión
    anfitriona, apresentador, apresentadora
    intervistatore, intervistatrice, conduttore, conduttrice, moderatore, moderatrice
    presentator, presentatrice, interviewster, prezentator, prezentatoare, moderatoare
    programledare, intervjuare, programleder, intervjuer, vært, juontaja, haastattelija
    prowadzący, prowadząca, moderátor, moderátorka, voditelj, voditeljica, voditeljka
    műsorvezető, sunucu, moderatör, pembawa acara, pewawancara, người dẫn chương trình
    παρουσιαστής, παρουσιάστρια
    ведущий, ведущая, интервьюер, ведучий, ведуча, водещ, водеща, водитељ, водитељка
    מראיין, מראיינת, מנחה, المذيع, المذيعة, المحاور, المحاورة, مجری, मेज़बान
    พิธีกร, ผู้ดำเนินรายการ
    司会, 司会者, 聞き手, インタビュアー, 主持人, 采访者, 採訪者, 진행자, 사회자, 인터뷰어
"""
_ANSWERING = """
    gast, gästin, befragte, befragter, befragte person, interviewte, interviewter, interviewpartner
    interviewpartnerin, geïnterviewde
    invité, invitée, interviewé, interviewée, interviewe, enquêté, enquêtée
    invitado, invitada, entrevistado, entrevistada, convidado, convidada, convidat, entrevistat
    ospite, intervistato, intervistata, invitat, invitată
    gäst, gæst, gjest, vieras, haastateltava, gość, gościni, hosť, gost, gošća, gostja
    vendég, konuk, narasumber, bintang tamu, khách mời
    καλεσμένος, καλεσμένη, гость, гостья, гість, гостя, гост, гошћа
    אורח, אורחת, מרואיין, מרואיינת, الضيف, الضيفة, مهمان, मेहमान, अतिथि, แขกรับเชิญ
    ゲスト, 話し手, 嘉宾, 嘉賓, 受访者, 受訪者, 게스트, 인터뷰이
"""
_ROLES |= {
    name.strip().casefold(): role
    for names, role in ((_ASKING, Role.HOST), (_ANSWERING, Role.GUEST))
    for name in names.replace("\n", ",").split(",")
    if name.strip()
}


class Source(StrEnum):
    """How we know who speaks, or in what role: the ``publisher`` says so in the transcript or its
    front matter; the feed does, by a ``person tag`` or its author; ``mapped``, the user said so;
    ``inferred``, talksearch worked it out, and may be wrong."""

    PUBLISHER = "publisher"
    PERSON_TAG = "person tag"
    MAPPED = "mapped"
    INFERRED = "inferred"


class TimeAccuracy(StrEnum):
    """How far a passage's times can be trusted: ``exact``, the transcript gives the moment at which
    it begins; ``inferred``, worked out between two moments that the transcript gives; ``none``,
    there are no times."""

    EXACT = "exact"
    INFERRED = "inferred"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Show:
    """A programme; a feed is only its address."""

    title: str
    language: str | None = None
    url: str | None = None
    description: str | None = None
    guid: str | None = None
    people: tuple[Person, ...] = ()
    location: str | None = None
    license: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who takes part. ``role_label`` is the role as it was written; ``aliases`` are other
    names of the same person, by which they are found as well. ``source`` says how we know of the
    person, ``occupation_source`` how of the occupation and organization."""

    name: str
    role: Role | None = None
    role_label: str | None = None
    occupation: str | None = None
    organization: str | None = None
    url: str | None = None
    source: Source = Source.PUBLISHER
    aliases: tuple[str, ...] = ()
    occupation_source: Source | None = None


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of a recording that the publisher gave a title; without an end it lasts until the
    next one begins."""

    start_ms: int
    title: str
    end_ms: int | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Soundbite:
    """A moment of a recording that the publisher thinks worth hearing by itself."""

    start_ms: int
    end_ms: int
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Episode:
    """One recording, or one written interview.

    ``id`` is short, stable over rebuilds, and unique in an archive. ``source`` is the path or
    address of the document (or feed) as it was added. ``date`` is the day as it was where it was
    published. ``chapters`` are in order; ``location`` is
    what it is about, as the publisher named it; ``license`` a licence's name or address;
    ``link_template`` how the user wants its moments linked (``links.py``).
    """

    id: str
    title: str
    show: str | None = None
    date: dt.date | None = None
    season: int | None = None
    number: int | None = None
    url: str | None = None
    audio_url: str | None = None
    language: str | None = None
    description: str | None = None
    tags: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()
    guid: str | None = None
    source: str = ""
    chapters: tuple[Chapter, ...] = ()
    soundbites: tuple[Soundbite, ...] = ()
    location: str | None = None
    license: str | None = None
    link_template: str | None = None

    @property
    def order(self) -> tuple[str, int, int, list[int], str]:
        """What the episodes of a show are sorted by: dated ones by date, the rest by number, or by
        the numbers in their names."""
        named = [int(part) if part.isdigit() else 0 for part in _NUMBERS.split(self.source)]
        date = self.date.isoformat() if self.date else ""
        return date, self.season or 0, self.number or 0, named, self.source

    def to_dict(self) -> dict[str, Any]:
        """The episode as JSON has it with each hit."""
        return {
            "id": self.id,
            "title": self.title,
            "show": self.show,
            "date": self.date.isoformat() if self.date else None,
            "url": self.url,
            "audio_url": self.audio_url,
            "language": self.language,
        }

    def chapter_at(self, ms: int) -> str | None:
        """The title of the chapter in which a moment lies."""
        after = bisect_right(self.chapters, ms, key=lambda chapter: chapter.start_ms)
        if not after:
            return None
        chapter = self.chapters[after - 1]
        return chapter.title if chapter.end_ms is None or ms < chapter.end_ms else None


_NUMBERS = pattern(r"(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes as obtained. ``source`` is where from: a path, or an address."""

    data: bytes = field(repr=False)
    source: str = ""
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class Cue:
    """What a format's parser yields: a stretch of text as the document marks it off.

    ``label`` is the speaker as written: None where this cue does not say (whoever spoke goes on),
    empty where the document says that it does not know. ``kind`` is set only where the
    document's own markup tells (a sponsor block). ``start_ms`` and ``end_ms`` are None when the
    document does not say.
    """

    text: str
    start_ms: int | None = None
    end_ms: int | None = None
    label: str | None = None
    kind: Kind | None = None


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks: the label as written, and the person it stands for, if known.

    ``source`` says how we know the person, ``role_source`` how we know the role. With neither
    label nor person, nobody is known to speak (show notes, prose, an unlabelled transcript).
    """

    label: str | None = None
    person: Person | None = None
    role: Role | None = None
    source: Source | None = None
    role_source: Source | None = None

    @property
    def name(self) -> str | None:
        """The person's name, else the label as written."""
        return self.person.name if self.person else self.label

    @property
    def shown(self) -> str | None:
        """The name as people are to read it: with a question mark where it is inferred."""
        return f"{self.name}?" if self.name and self.source is Source.INFERRED else self.name


NOBODY = Speaker()


@dataclass(frozen=True, slots=True)
class Turn:
    """Consecutive cues of one speaker."""

    speaker: Speaker
    cues: tuple[Cue, ...]
    kind: Kind = Kind.SPEECH

    @property
    def text(self) -> str:
        return " ".join(cue.text for cue in self.cues)

    @property
    def start_ms(self) -> int | None:
        return self.cues[0].start_ms

    @property
    def end_ms(self) -> int | None:
        return self.cues[-1].end_ms


@dataclass(frozen=True, slots=True)
class Appearance:
    """One speaker in one episode: in how many turns, how many words."""

    speaker: Speaker
    turns: int
    words: int


@dataclass(frozen=True, slots=True)
class Transcript:
    """An episode and its turns, in order."""

    episode: Episode
    turns: tuple[Turn, ...]

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the podcast namespace, and beside it what that has no place for. Its times
        are in seconds.

        https://github.com/Podcastindex-org/podcast-namespace/blob/main/transcripts/transcripts.md#json
        """
        episode = self.episode
        chapters = {"chapters": [_chapter(each) for each in episode.chapters]}
        return {
            "schema": "talksearch.transcript/1",
            "version": "1.0.0",
            "episode": {**episode.to_dict(), "language": episode.language},
            **(chapters if episode.chapters else {}),
            "segments": [_segment(turn, cue) for turn in self.turns for cue in turn.cues],
        }


def _chapter(chapter: Chapter) -> dict[str, Any]:
    told = {"startTime": chapter.start_ms / 1000, "title": chapter.title}
    if chapter.end_ms is not None:
        told["endTime"] = chapter.end_ms / 1000
    return told | ({"url": chapter.url} if chapter.url else {})


def _segment(turn: Turn, cue: Cue) -> dict[str, Any]:
    segment: dict[str, Any] = {"speaker": turn.speaker.name or ""}
    if turn.speaker.role:
        segment["role"] = turn.speaker.role.value
    if turn.kind is not Kind.SPEECH:
        segment["kind"] = turn.kind.value
    for name, ms in (("startTime", cue.start_ms), ("endTime", cue.end_ms)):
        if ms is not None:
            segment[name] = ms / 1000
    return {**segment, "body": cue.text}


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit that is indexed and returned: one speaker, about 120 words at most.

    ``id`` is ``<episode id>.<number>``; ``number`` counts the passages of the episode from 0, and
    ``turn`` its turns, as ``Transcript.turns`` has them; both give the order. ``chapter`` is the
    title of the one it starts in. The titles of chapters are passages themselves, of the notes:
    they come after all turns, and are in none.
    """

    id: str
    episode_id: str
    number: int
    turn: int
    kind: Kind
    speaker: Speaker
    text: str
    start_ms: int | None = None
    end_ms: int | None = None
    time_accuracy: TimeAccuracy = TimeAccuracy.NONE
    chapter: str | None = None

    @property
    def attribution(self) -> str | None:
        """``Ann Lee (guest)``, with a question mark behind a name and behind a role that is
        inferred, and the kind of text where it is no speech; None for what nobody is known to say.
        """
        speaker = self.speaker
        if not speaker.shown:
            return None
        inferred = "?" if speaker.role_source is Source.INFERRED else ""
        role = f"{speaker.role.value}{inferred}" if speaker.role else ""
        kind = "" if self.kind is Kind.SPEECH else self.kind.value
        parts = ", ".join(filter(None, (role, kind)))
        return f"{speaker.shown} ({parts})" if parts else speaker.shown


_JOINERS = "\u200c\u200d"
# What only says how a line is set: a soft hyphen, a mark of direction, that no line ends here.
SETTING = dict.fromkeys(
    (0xAD, 0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF)
)
"""For ``str.translate``: it is taken out."""


def clean_text(text: str) -> str:
    """One line, NFC, without control characters: what every cue's text goes through.

    The joiners stay: Persian and Indic words are spelled with them, and emoji are made with them.
    A word with a soft hyphen is one word; where a line may end between two (U+200B) is a blank.
    """
    text = unicodedata.normalize("NFC", text)
    if text.isprintable():
        return " ".join(text.split())
    text = text.translate(SETTING)
    kept = (c if c.isprintable() or c in _JOINERS else " " for c in text)
    return " ".join(part for part in "".join(kept).split() if part.strip(_JOINERS))
