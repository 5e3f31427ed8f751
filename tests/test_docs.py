"""What the documents say is so: commands, options, output, files."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from enum import StrEnum
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from conftest import PROJECT
from talksearch.cli.app import app
from talksearch.model import Source, TimeAccuracy
from talksearch.query.fields import FIELDS

README = (PROJECT / "README.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def commands_shown() -> list[tuple[str, str]]:
    """Each command of the README with the output that it shows for it."""
    found = []
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output.rstrip()))
    return found


def steady(output: str) -> str:
    return re.sub(r"\d+ ms", "N ms", output)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like the project's own: with the sample corpus."""
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(PROJECT / "corpus", folder / "corpus")
    return folder


@pytest.mark.parametrize("values", [Source, TimeAccuracy])
def test_the_readme_has_the_values_that_say_how_a_passage_is_known(values: type[StrEnum]) -> None:
    assert [each for each in values if f"`{each}`" not in README] == []


def environment() -> dict[str, str]:
    here = str(Path(sys.executable).parent)
    return {**os.environ, "PATH": os.pathsep.join([here, os.environ["PATH"]])}


@pytest.mark.parametrize(
    ("command", "output"), commands_shown(), ids=[command for command, _ in commands_shown()]
)
def test_the_readme_shows_what_is_printed(command: str, output: str, folder: Path) -> None:
    ran = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert steady(ran.stdout.rstrip()) == steady(output)


def test_the_library_example_runs(folder: Path) -> None:
    (code,) = blocks("python")
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True
    )
    lines = ran.stdout.splitlines()
    assert lines[0] == "new Slow Cooling "
    assert lines[1].startswith("Zoë Brännström guest https://")
    assert "**temperature**" in lines[2]
    assert int(lines[3].split()[0]) > 0


def test_the_readme_opens_with_the_two_commands() -> None:
    first, second = blocks("sh")[:2]
    assert first.split("\n")[:2] == ["make demo", "make test"]
    assert "pipx install" in second and "uv tool install" in second


def every_command(command: click.Command, path: str = "") -> dict[str, click.Command]:
    found = {path: command}
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner, name
            found |= every_command(inner, f"{path} {name}".strip())
    return found


def test_commands_and_options_that_are_written_of_exist() -> None:
    known = every_command(app)
    written = [command for command, _ in commands_shown()]
    written += [
        line.split("#")[0]
        for block in blocks("sh")
        for line in block.splitlines()
        if line.startswith("talksearch ")
    ]
    assert len(written) > 8
    for line in written:
        words = shlex.split(line)[1:]
        name = " ".join(words[:2]) if " ".join(words[:2]) in known else words[0]
        assert name in known, line
        options = {option for p in known[name].params for option in p.opts}
        for word in words:
            if re.fullmatch(r"--?[a-z][a-z-]*", word):
                assert word in options, f"{line}: {word}"
    for option in re.findall(r"`(--[a-z-]+)", README):
        assert any(option in p.opts for command in known.values() for p in command.params), option


def test_every_command_and_option_says_what_it_is() -> None:
    for path, command in every_command(app).items():
        assert command.help, path
        for parameter in command.params:
            if isinstance(parameter, click.Option) and parameter.name not in ("limit", "as_json"):
                told = parameter.help or isinstance(parameter.type, click.Choice)
                assert told, f"{path} {parameter.opts}"


def test_lists_of_commands_are_not_cut_short() -> None:
    for path, command in every_command(app).items():
        if isinstance(command, click.Group):
            shown = CliRunner().invoke(command, ["--help"], env={"COLUMNS": "80"}).output
            commands = shown.partition("\nCommands:\n")[2]
            assert commands and "..." not in commands, path


def test_every_module_of_the_two_large_folders_is_on_the_map() -> None:
    told = (PROJECT / "ARCHITECTURE.md").read_text("utf-8")
    source = PROJECT / "src" / "talksearch"
    for folder in (source, source / "engines" / "whoosh"):
        for path in folder.glob("[!_]*.py"):
            assert path.name in told, path


def test_the_fields_of_the_query_language_are_all_told() -> None:
    table = README.partition("## The query language")[2].partition("A filter twice")[0]
    told = set(re.findall(r"`([a-z]+):", table))
    assert told == set(FIELDS)


@pytest.mark.parametrize("name", ["ARCHITECTURE.md", "CONTRIBUTING.md", "bench/README.md"])
def test_files_that_are_written_of_exist(name: str) -> None:
    text = (PROJECT / name).read_text("utf-8")
    source = PROJECT / "src" / "talksearch"
    for path in re.findall(r"`([\w/.-]+(?:\.py|\.md|\.txt|/))`", text):
        places = [
            PROJECT / path,
            source / path,
            *source.glob(f"**/{path}"),
            PROJECT / "bench" / path,
        ]
        assert any(place.exists() for place in places) or path in ("index/", ".venv/"), path


def test_the_bench_tells_what_it_measured() -> None:
    told = (PROJECT / "bench" / "README.md").read_text("utf-8")
    results = PROJECT / "bench" / "results"
    _, ours, _ = (results / "relevance.txt").read_text("utf-8").split("== Without the needs that")
    of_kinds = re.findall(r"^(\w+) +\d+ +(\d\.\d+)(?: +\d\.\d+){3} +(\d\.\d+)$", ours, re.MULTILINE)
    found = {kind: s10 for kind, _, s10 in of_kinds[:4]}
    (_, rr, s10), *_, (_, filtered, _) = (row for row in of_kinds if row[0] == "all")
    (ndcg,) = re.findall(r"nDCG@10 +(\S+)", ours)
    shown = {"known items, MRR@10": rr, "known items, S@10": s10, **found, "topics, nDCG@10": ndcg}
    shown["filtered needs, MRR@10 (22 needs)"] = filtered
    shown["of these: paraphrase, S@10"] = shown.pop("paraphrase")
    for name, value in shown.items():
        assert re.search(
            rf"^\| {re.escape(name)} \| \S+ \| {_short(value)} \|", told, re.MULTILINE
        ), name

    by_words, by_meaning = told.split("By meaning as well")
    figures = _figures(results / "tune.txt")
    validated = re.findall(r"^\| .* \| (\S+) ± (\S+) \|$", by_words, re.MULTILINE)
    pairs = set(figures["five-fold cross-validation"].values())
    assert len(validated) == 10 and {*validated} <= pairs

    rows = re.findall(r"^\| ([^|]+)((?: \| \d?\.\d+){8}) \|$", by_words, re.MULTILINE)
    assert len(rows) == 10
    sets = [title for title in figures if title.startswith(("weights", "as they are"))]
    columns = (
        "known items, MRR@10", "known items, S@10", "paraphrase, S@10", "named, S@10",
        "question, S@10", "topics, nDCG@10", "topics, judged share", "filtered, MRR@10",
    )  # fmt: skip
    for (name, values), title in zip(rows, sets, strict=True):
        printed = [figures[title][column][0] for column in columns]
        assert re.findall(r"\d?\.\d+", values) == printed, name

    figures = _figures(results / "tune-meaning.txt")
    shown = dict(re.findall(r"^\| (.+?) \| (.+) \|$", by_meaning, re.MULTILINE))
    names = {
        "known items, MRR@10": "known items, MRR@10",
        "known items, S@10": "known items, S@10",
        "paraphrase": "of these: paraphrase, MRR@10 / S@10",
        "named": "named",
        "quote": "quote",
        "question": "question",
        "topics, nDCG": "topics, nDCG@10 (share that was judged)",
        "filtered": "filtered needs, MRR@10 / R@10 (22 needs)",
    }
    for begin, name in names.items():
        columns = tuple(row for row in figures["words alone"] if row.startswith(begin))
        cells = [re.findall(r"\d?\.\d+|\b0\b", cell) for cell in shown[name].split(" | ")]
        titles = ("words alone", "with the model, constants as they are")
        for title, cell in zip(titles, cells, strict=False):
            assert cell == [figures[title][column][0] for column in columns], (name, title)
        tested = [figures["five-fold cross-validation"][column] for column in columns]
        assert cells[3] == [_zero(value) for pair in tested for value in pair], name
        before = [figures["words alone, over five folds"][column] for column in columns]
        assert cells[2] == [_zero(spread) for _, spread in before], name


def _figures(path: Path) -> dict[str, dict[str, tuple[str, str]]]:
    """What was measured, and its spread, by title and row."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for section in map(str.strip, path.read_text("utf-8").split("\n\n")):
        title, *lines = section.split("\n")
        for line in lines:
            row = re.fullmatch(r" +(\S.*?) +(\d\.\d+)(?: ± (\d\.\d+))?", line)
            if row:
                name, value, spread = row.groups()
                found.setdefault(title, {})[name] = (_short(value), _short(spread or ""))
    return found


def _zero(value: str) -> str:
    return "0" if value == ".000" else value


def _short(value: str) -> str:
    return value.removeprefix("0")


def test_the_top_level_is_as_promised() -> None:
    for name in ("pyproject.toml", "README.md", "src/talksearch", "index", "tests", "corpus"):
        assert (PROJECT / name).exists()
    kept = subprocess.run(
        ["git", "ls-files", "index"], cwd=PROJECT, capture_output=True, text=True
    ).stdout.split()
    assert kept in (["index/.gitignore"], [])  # without git there is nothing to ask


def test_regular_expressions_of_modules_wait_until_they_are_used() -> None:
    for path in (PROJECT / "src").rglob("*.py"):
        at_once = re.findall(
            r"^\w+ = re\.compile\((?!\s*rb)", path.read_text("utf-8"), re.MULTILINE
        )
        assert not at_once, f"{path}: patterns.pattern is for text, re.compile for bytes only"
