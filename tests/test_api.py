"""The public face: what is exported, how errors travel, what an import costs."""

from __future__ import annotations

import inspect
import pickle
import subprocess
import sys

import pytest

import talksearch
from talksearch import errors

HEAVY = ("whoosh", "numpy", "feedparser", "requests", "rich", "selectolax", "yaml", "urllib3")

EXPORTED = """
    FACET_FIELDS Archive BusyError Chapter ConfigError Cue DocumentError Episode Facet FacetValue
    FeedParseError FeedReport FetchError Finding FollowedFeed Highlighted Hit Holdings HomeError
    IndexUnusableError Kind RefreshReport Soundbite
    NotFoundError Outcome Passage Person Progress QueryError QuerySyntaxError Role SearchPage
    Source SourceError Speaker SpeakerSummary Suggestion TalkSearchError TimeAccuracy Transcript
    TranscriptParseError Turn UnknownFormatError UnsupportedQueryError Watch WatchHit WatchMatches
    open read_transcript
"""


def test_what_is_public_changes_on_purpose_only() -> None:
    assert sorted(talksearch.__all__, key=str.lower) == sorted(EXPORTED.split(), key=str.lower)
    assert all(hasattr(talksearch, name) for name in talksearch.__all__)
    assert set(talksearch.__all__) <= set(dir(talksearch))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = talksearch.nothing


def test_every_public_class_and_method_says_what_it_is() -> None:
    for name in talksearch.__all__:
        value = getattr(talksearch, name)
        if not inspect.isclass(value):
            continue
        assert inspect.getdoc(value), name
        for attribute, member in vars(value).items():
            if inspect.isfunction(member) and not attribute.startswith("_"):
                documented = inspect.getdoc(member) or attribute in ("to_dict",)
                assert documented, f"{name}.{attribute}"


def every_error() -> list[errors.TalkSearchError]:
    return [
        errors.ConfigError("reason"),
        errors.HomeError("reason", "/path"),
        errors.BusyError("reason", "/path"),
        errors.TranscriptParseError("reason", "a.vtt", 3),
        errors.UnknownFormatError("reason", "a.xyz"),
        errors.FeedParseError("reason", "feed.xml", 7),
        errors.FetchError("reason", "https://example.org/", None, 429, 60.0),
        errors.QuerySyntaxError("reason", "a query", 2, 7),
        errors.UnsupportedQueryError("reason"),
        errors.NotFoundError("reason", "name"),
        errors.IndexUnusableError("reason", "/path"),
    ]


@pytest.mark.parametrize("error", every_error(), ids=lambda error: type(error).__name__)
def test_an_error_survives_a_process_border(error: errors.TalkSearchError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert vars(copy) == vars(error)
    assert str(copy) == str(error) and "\n" not in str(error)


def test_every_error_is_one_of_ours_and_drawn_in_the_docstring() -> None:
    drawn = errors.__doc__ or ""
    for name in errors.__all__:
        assert issubclass(getattr(errors, name), errors.TalkSearchError)
        assert name in drawn


@pytest.mark.parametrize(
    "code",
    [
        "import talksearch",
        "import talksearch, sys; talksearch.Hit, talksearch.QuerySyntaxError",
        "import sys; sys.argv = ['talksearch', '--help']\n"
        "from talksearch.cli import main\ntry: main()\nexcept SystemExit: pass",
        "import sys; sys.argv = ['talksearch', 'search', '--help']\n"
        "from talksearch.cli import main\ntry: main()\nexcept SystemExit: pass",
    ],
)
def test_nothing_heavy_is_loaded_before_it_is_needed(code: str) -> None:
    check = f"\nimport sys; print('LOADED', [m for m in {HEAVY!r} if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code + check], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.rstrip().endswith("LOADED []")


def test_a_search_does_not_load_what_only_reading_needs(sample_home: object) -> None:
    code = (
        "import sys, talksearch\n"
        f"with talksearch.open({str(sample_home)!r}) as archive: archive.search('kiln')\n"
        "print([m for m in ('feedparser', 'requests', 'selectolax', 'yaml') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
