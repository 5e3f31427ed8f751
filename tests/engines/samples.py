"""Small archives for engines: records and passages from a few words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from talksearch.engines.base import Engine, Record
from talksearch.model import (
    NOBODY,
    Appearance,
    Chapter,
    Episode,
    Kind,
    Passage,
    Person,
    Role,
    Source,
    Speaker,
    TimeAccuracy,
)

NICO = Speaker(
    "Nico",
    Person("Nico Thiébaut", Role.GUEST, occupation="engineer", organization="Hired"),
    Role.GUEST,
    Source.PUBLISHER,
    Source.PERSON_TAG,
)
ANN = Speaker("ANN", Person("Ann Lee", Role.HOST), Role.HOST, Source.MAPPED, Source.INFERRED)
BO = Speaker("Bo Katz", None, None, Source.PUBLISHER, None)

Said = tuple[Speaker, str]


def episode(
    name: str,
    show: str | None = None,
    date: str | None = None,
    language: str | None = None,
    chapters: tuple[Chapter, ...] = (),
) -> Episode:
    return Episode(
        id=name,
        title=f"Episode {name}",
        show=show,
        date=dt.date.fromisoformat(date) if date else None,
        language=language,
        audio_url=f"https://example.org/{name}.mp3",
        source=f"/{name}.txt",
        chapters=chapters,
    )


def passages(
    about: Episode,
    said: Sequence[Said],
    kind: Kind = Kind.SPEECH,
    turns: Sequence[int] | None = None,
) -> list[Passage]:
    """A passage for each that is said; ``turns`` are their turns, else each is one."""
    return [
        Passage(
            id=f"{about.id}.{number}",
            episode_id=about.id,
            number=number,
            turn=turns[number] if turns else number,
            kind=Kind.NOTES if speaker is NOBODY else kind,
            speaker=speaker,
            text=text,
            start_ms=number * 1000,
            end_ms=number * 1000 + 999,
            time_accuracy=TimeAccuracy.EXACT,
            chapter=about.chapter_at(number * 1000),
        )
        for number, (speaker, text) in enumerate(said)
    ]


def record(about: Episode, found: Sequence[Passage], digest: str = "1") -> Record:
    speakers = dict.fromkeys(p.speaker for p in found if p.speaker is not NOBODY)
    return Record(
        episode=about,
        digest=digest,
        folder="folder",
        document=f"folder/{about.id}.txt",
        appearances=tuple(Appearance(speaker, 1, 1) for speaker in speakers),
        hosts=("Ann Lee",),
        passages=len(found),
        words=sum(len(p.text.split()) for p in found),
    )


def put(engine: Engine, *entries: tuple[Episode, Sequence[Said]], fresh: bool = False) -> None:
    """Put the episodes and commit."""
    with engine.writer(fresh=fresh) as writer:
        for about, said in entries:
            found = passages(about, said)
            writer.put(record(about, found), found)
        writer.commit()
