"""The public face: what is exported, how errors travel, what an import costs."""

from __future__ import annotations

import inspect
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import talksearch
from talksearch import errors

HEAVY = ("whoosh", "numpy", "feedparser", "requests", "rich", "selectolax", "yaml", "urllib3")

EXPORTED = """
    FACET_FIELDS Archive BusyError Change Chapter ConfigError Cue Decision DocumentError
    EditedError Episode Facet FacetValue FeedParseError FeedReport FeedStatus FetchError Finding
    FollowedFeed Group Highlighted Hit Holdings HomeError IndexUnusableError Kind NotFoundError
    Outcome Passage People Person Progress QueryError QuerySyntaxError RefreshReport Role SearchPage
    Sort Soundbite Source SourceError Speaker SpeakerSummary Suggestion TalkSearchError TimeAccuracy
    Transcript TranscriptParseError Turn UnknownFormatError UnsupportedQueryError Watch WatchHit
    WatchMatches Watches open read_transcript
"""


def test_what_is_public_changes_on_purpose_only() -> None:
    assert sorted(talksearch.__all__, key=str.lower) == sorted(EXPORTED.split(), key=str.lower)
    assert all(hasattr(talksearch, name) for name in talksearch.__all__)
    assert set(talksearch.__all__) <= set(dir(talksearch))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = talksearch.nothing


def test_a_type_checker_knows_what_is_public_and_nothing_else(
    tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    lines = ["import talksearch", *(f"print(talksearch.{name})" for name in talksearch.__all__)]
    (tmp_path / "host.py").write_text("\n".join([*lines, "print(talksearch.serach)", ""]))
    cache = pytestconfig.cache.mkdir("mypy") if pytestconfig.cache else tmp_path
    checker = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={cache}"]
    ran = subprocess.run([*checker, "host.py"], cwd=tmp_path, capture_output=True, text=True)
    wrong = f'host.py:{len(lines) + 1}: error: Module has no attribute "serach"'
    assert [wrong] == [each.partition("  [")[0] for each in ran.stdout.splitlines()[:-1]], ran


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


def test_whatever_asks_or_changes_an_archive_says_what_it_raises() -> None:
    for kind in (talksearch.Archive, talksearch.People, talksearch.Watches):
        for name, member in vars(kind).items():
            if inspect.isfunction(member) and not name.startswith("_") and name != "close":
                assert "aises" in (inspect.getdoc(member) or ""), f"{kind.__name__}.{name}"


def every_error() -> list[errors.TalkSearchError]:
    return [
        errors.ConfigError("reason"),
        errors.HomeError("reason", "/path"),
        errors.BusyError("reason", "/path"),
        errors.TranscriptParseError("reason", "a.vtt", 3),
        errors.UnknownFormatError("reason", "a.xyz"),
        errors.FeedParseError("reason", "feed.xml", 7),
        errors.EditedError("a.vtt", "https://example.org/", "talksearch refresh --all"),
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
    assert vars(copy) == vars(error) and copy.args == error.args
    assert str(copy) == str(error) and "\n" not in str(error)


@pytest.mark.parametrize("error", every_error(), ids=lambda error: type(error).__name__)
def test_an_error_names_its_place(error: errors.TalkSearchError) -> None:
    """Also where its text is all that is kept of it: in a log, or in an answer of a web service."""
    for place in ("path", "source"):
        assert str(error).startswith(vars(error).get(place, ""))


def test_every_error_is_one_of_ours_and_drawn_in_the_docstring() -> None:
    drawn = errors.__doc__ or ""
    for name in errors.__all__:
        assert issubclass(getattr(errors, name), errors.TalkSearchError)
        assert name in drawn


def _command(*words: str) -> str:
    return (
        f"import sys; sys.argv = ['talksearch', *{words!r}]\n"
        "from talksearch.cli import main\ntry: main()\nexcept SystemExit as end: print(end.code)"
    )


def _loaded(code: str) -> set[str]:
    """The modules that are there when this has run."""
    code += "\nimport sys; print('LOADED', *sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return set(ran.stdout.rpartition("LOADED")[2].split())


def test_an_import_alone_loads_nothing() -> None:
    found = {name for name in _loaded("import talksearch") if name.startswith("talksearch")}
    assert found == {"talksearch"}


@pytest.mark.parametrize(
    "code",
    [
        "import talksearch; talksearch.Hit, talksearch.QuerySyntaxError",
        _command("--help"),
        _command("search", "--help"),
    ],
)
def test_nothing_heavy_is_loaded_before_it_is_needed(code: str) -> None:
    found = _loaded(code)
    assert "talksearch.model" in found and not found & {*HEAVY, "talksearch.archive"}


READING = {f"talksearch.{name}" for name in ("feeds", "fetch", "formats", "passages", "speakers")}


@pytest.mark.parametrize("front", ["library", "command"])
def test_a_search_does_not_load_what_only_changes_need(sample_home: Path, front: str) -> None:
    code = (
        f"import talksearch\nwith talksearch.open({str(sample_home)!r}) as archive:\n"
        "    assert archive.search('kiln').total and archive.facets('kiln')"
    )
    if front == "command":
        code = _command("--home", str(sample_home), "search", "kiln", "--facet", "speaker")
    found = _loaded(code)
    assert "talksearch.engines.base" in found
    unneeded = READING | {f"talksearch.{name}" for name in ("keeping", "corpus", "report")}
    unneeded |= {"talksearch.embedding", "onnxruntime", "tokenizers"}
    assert not found & ({"feedparser", "requests", "selectolax", "yaml", "tomllib"} | unneeded)


def test_a_search_waits_for_little(sample_home: Path) -> None:
    words = ("--home", str(sample_home), "search", "glaze", "kiln")
    found = _loaded(_command(*words)) - _loaded("import click, numpy")
    unneeded = {f"talksearch.{each}" for each in ("completion", "hints", "likeness", "roster")}
    unneeded |= {f"talksearch.engines.whoosh.{each}" for each in ("spelling", "writer", "meaning")}
    unneeded |= {"calendar", "difflib", "hashlib", "numpy.ma", "random", "tempfile"}
    assert not found & unneeded


def test_adding_a_transcript_loads_no_library_that_it_does_not_need(tmp_path: Path) -> None:
    (tmp_path / "one.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nSalt cracks.\n")
    home, source = str(tmp_path / "home"), str(tmp_path / "one.vtt")
    found = _loaded(_command("--home", home, "add", source))
    assert "talksearch.keeping" in found
    unneeded = {"talksearch.checking", "talksearch.people", "talksearch.watches"}
    unneeded |= {"feedparser", "requests", "mammoth", "selectolax", "yaml", "markdown_it", "ftfy"}
    unneeded |= {"statistics", "tomllib", "zipfile"}
    assert not found & unneeded
