"""talksearch: search what people say in podcasts and interviews.

>>> import talksearch
>>> with talksearch.open("my-archive") as archive:          # doctest: +SKIP
...     archive.add("https://example.org/feed.xml")
...     for hit in archive.search("war and peace", role="guest").hits:
...         print(hit.passage.speaker.name, hit.link, hit.highlighted.mark("*", "*"))

What ``__all__`` lists is public and stays; all else may change. Each name is imported when it is
first used, and nothing heavy before an archive is opened.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from talksearch.archive import Archive
    from talksearch.archive import open_archive as open
    from talksearch.episodes import read_transcript
    from talksearch.errors import (
        BusyError,
        ConfigError,
        DocumentError,
        EditedError,
        FeedParseError,
        FetchError,
        HomeError,
        IndexUnusableError,
        NotFoundError,
        QueryError,
        QuerySyntaxError,
        SourceError,
        TalkSearchError,
        TranscriptParseError,
        UnknownFormatError,
        UnsupportedQueryError,
    )
    from talksearch.model import (
        Chapter,
        Cue,
        Episode,
        Kind,
        Passage,
        Person,
        Role,
        Soundbite,
        Source,
        Speaker,
        TimeAccuracy,
        Transcript,
        Turn,
    )
    from talksearch.people import People
    from talksearch.report import (
        Change,
        FeedReport,
        FeedStatus,
        Finding,
        FollowedFeed,
        Holdings,
        Outcome,
        Progress,
        RefreshReport,
        SpeakerSummary,
        Suggestion,
        Watch,
        WatchHit,
        WatchMatches,
    )
    from talksearch.results import (
        FACET_FIELDS,
        Facet,
        FacetValue,
        Group,
        Highlighted,
        Hit,
        SearchPage,
        Sort,
    )
    from talksearch.speakers import Decision
    from talksearch.watches import Watches

__all__ = [
    "FACET_FIELDS",
    "Archive",
    "BusyError",
    "Change",
    "Chapter",
    "ConfigError",
    "Cue",
    "Decision",
    "DocumentError",
    "EditedError",
    "Episode",
    "Facet",
    "FacetValue",
    "FeedParseError",
    "FeedReport",
    "FeedStatus",
    "FetchError",
    "Finding",
    "FollowedFeed",
    "Group",
    "Highlighted",
    "Hit",
    "Holdings",
    "HomeError",
    "IndexUnusableError",
    "Kind",
    "NotFoundError",
    "Outcome",
    "Passage",
    "People",
    "Person",
    "Progress",
    "QueryError",
    "QuerySyntaxError",
    "RefreshReport",
    "Role",
    "SearchPage",
    "Sort",
    "Soundbite",
    "Source",
    "SourceError",
    "Speaker",
    "SpeakerSummary",
    "Suggestion",
    "TalkSearchError",
    "TimeAccuracy",
    "Transcript",
    "TranscriptParseError",
    "Turn",
    "UnknownFormatError",
    "UnsupportedQueryError",
    "Watch",
    "WatchHit",
    "WatchMatches",
    "Watches",
    "open",
    "read_transcript",
]

_MODULES = {
    "archive": """
        Archive open
    """,
    "episodes": """
        read_transcript
    """,
    "errors": """
        BusyError ConfigError DocumentError EditedError FeedParseError FetchError HomeError
        IndexUnusableError NotFoundError QueryError QuerySyntaxError SourceError TalkSearchError
        TranscriptParseError UnknownFormatError UnsupportedQueryError
    """,
    "model": """
        Chapter Cue Episode Kind Passage Person Role Soundbite Source Speaker TimeAccuracy
        Transcript Turn
    """,
    "people": """
        People
    """,
    "report": """
        Change FeedReport FeedStatus Finding FollowedFeed Holdings Outcome Progress RefreshReport
        SpeakerSummary Suggestion Watch WatchHit WatchMatches
    """,
    "results": """
        FACET_FIELDS Facet FacetValue Group Highlighted Hit SearchPage Sort
    """,
    "speakers": """
        Decision
    """,
    "watches": """
        Watches
    """,
}
"""What is where: each name is imported when it is first used, since most want a few of them."""

_MODULE_OF = {name: module for module, names in _MODULES.items() for name in names.split()}


if not TYPE_CHECKING:  # else any name at all would be one of ours to a type checker

    def __getattr__(name: str) -> Any:
        if name in _MODULE_OF:
            module = import_module(f"talksearch.{_MODULE_OF[name]}")
            value = globals()[name] = getattr(module, "open_archive" if name == "open" else name)
            return value
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
