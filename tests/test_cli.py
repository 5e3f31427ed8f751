"""The command line: what it writes where, in which format, with which exit status."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
import pytest

import talksearch
from conftest import PROJECT, Run
from talksearch.cli.app import app

QUERY = "what goes wrong when the temperature drops too fast"


@pytest.fixture
def ask(run: Run, sample_home: Path) -> Run:
    """Runs a command in the sample archive."""
    return lambda *words: run("--home", sample_home, *words)


def schema(value: Any) -> Any:
    """The shape of JSON: its keys and types, of a list the first element's."""
    if isinstance(value, dict):
        return {key: schema(item) for key, item in value.items()}
    if isinstance(value, list):
        return [schema(value[0])] if value else []
    return type(value).__name__


def test_the_answer_says_who_when_and_where(ask: Run) -> None:
    ran = ask("search", QUERY, "-n", 1, "--facet", "speaker", "--facet", "role")
    assert ran.status == 0 and ran.err == ""
    lines = ran.out.splitlines()
    assert lines[:2] == [
        "1. Zoë Brännström (guest) · potter, Tallkullen Pottery · about 1:56",
        "   The Long Kiln: Slow Cooling · 2021-03-11",
    ]
    assert "**temperature** **drops** **too** **fast**" in " ".join(ran.out.split())
    assert "https://thelongkiln.example/audio/01-slow-cooling.mp3#t=116" in ran.out
    assert any(line.startswith("speaker: ") for line in lines)
    assert any(line.startswith("role: guest ") for line in lines)
    assert max(map(len, lines)) <= 88


def test_the_words_of_a_query_need_no_quotes(ask: Run) -> None:
    def answer(out: str) -> str:
        return out.rpartition(" matches")[0]  # the time taken differs

    assert answer(ask("search", *QUERY.split()).out) == answer(ask("search", QUERY).out) != ""


def test_a_query_that_begins_like_an_option(ask: Run) -> None:
    assert "after --" in ask("search", "-jar").err
    ran = ask("search", "-kiln")
    assert ran.status == 2
    assert (
        ran.err.splitlines()[-1]
        == "A query that begins with - goes after --, and options before it."
    )
    assert ask("search", "--", "-kiln").status == 0
    assert "after --" not in ask("status", "-kiln").err
    assert ask("export", "--role", "host").err.splitlines()[-1] == "Within the query it is role:"


def test_who_asks_for_a_form_by_another_commands_option_is_told_this_ones(ask: Run) -> None:
    for words, form in (
        (("search", "kiln", "--json"), "--format json"),
        (("search", "kiln", "--csv"), "--format csv"),
        (("export", "--json"), "--format jsonl"),
        (("show", "zgvpulnhcp", "--vtt"), "--format vtt"),
        (("facets", "kiln", "--format", "json"), "--json"),
        (("status", "--format", "json"), "--json"),
    ):
        ran = ask(*words)
        assert (ran.status, ran.err.splitlines()[-1]) == (2, f"Here it is {form}")


def test_the_exit_status_is_that_of_grep(ask: Run) -> None:
    assert ask("search", "kiln").status == 0
    assert ask("search", "zzyzx").status == 1
    assert ask("search", '"').status == 2
    assert ask("facets", "zzyzx").status == 1
    assert ask("show", "nothing").status == 2
    assert ask("speakers", "list", "zzyzx").status == 1


def test_nothing_found_is_explained_on_stderr(ask: Run) -> None:
    ran = ask("search", "temperatur zzyzx", "--speaker", "nobody")
    assert ran.out == ""
    assert ran.err.startswith("nothing found\n")
    assert "“zzyzx” does not occur" in ran.err
    assert "no speaker is called “nobody”" in ran.err


def test_a_query_is_said_back_if_it_was_read_otherwise(ask: Run) -> None:
    assert ask("search", "kiln role:guest", "-n", 1).err == ""
    assert ask("search", "kiln - role:guest", "-n", 1).err == (
        "read as: passages with “kiln”, by guests\n"
    )
    assert "read as: passages with “kiln”" in ask("search", "kiln", "--explain", "-n", 1).err


def test_the_json_is_as_documented(ask: Run) -> None:
    ran = ask("search", QUERY, "-n", 2, "--context", 1, "--facet", "speaker", "--format", "json")
    found = json.loads(ran.out)
    hit = found["hits"][0]
    passage = {
        "id": "str", "kind": "str",
        "speaker": "str", "role": "str", "occupation": "str", "organization": "str",
        "occupation_source": "str",
        "speaker_source": "str", "role_source": "str", "label": "str",
        "start_ms": "int", "end_ms": "int", "time_accuracy": "str", "chapter": "NoneType",
        "link": "str", "link_note": "NoneType", "text": "str",
    }  # fmt: skip
    unsaid = dict.fromkeys(("occupation", "organization", "occupation_source"), "NoneType")
    assert schema(found) == {
        "schema": "str", "query": "str", "parsed": "str", "in_words": "str",
        "total": "int", "took_ms": "float",
        "hits": [{
            **passage, "score": "float",
            "episode": {
                "id": "str", "title": "str", "show": "str", "date": "str", "url": "str",
                "audio_url": "str", "language": "str",
            },
            "highlights": [["int"]],
            "context": {"before": [passage | unsaid], "after": [passage | unsaid]},
            "source": "str",
        }],
        "facets": {"speaker": [{"value": "str", "count": "int"}]},
        "hints": [],
    }  # fmt: skip
    assert found["schema"] == "talksearch.search/1" and found["query"] == QUERY
    spans = [hit["text"][start:end] for start, end in hit["highlights"]]
    assert {"temperature", "drops", "fast"} <= set(spans)


@pytest.mark.parametrize("words", [["--format", "json"], ["--format", "jsonl"], ["--quote"]])
def test_what_goes_to_a_program_is_utf_8_whatever_a_console_has(
    sample_home: Path, words: list[str]
) -> None:
    def answer(encoding: str) -> bytes:
        command = [sys.executable, "-m", "talksearch", "--home", str(sample_home)]
        environment = {**os.environ, "PYTHONIOENCODING": encoding}
        ran = subprocess.run(
            [*command, "search", "Zoë", "-n", "1", *words], env=environment, capture_output=True
        )
        assert ran.returncode == 0, ran.stderr
        return re.sub(rb"took_ms.*", b"", ran.stdout)

    found = answer("utf-8")
    assert answer("cp1252") == answer("ascii") == found and "Zoë" in found.decode("utf-8")


def test_the_json_of_the_library_and_of_the_command_line_are_one(
    ask: Run, sample: talksearch.Archive
) -> None:
    by_command = json.loads(ask("search", "kiln", "--format", "json").out)
    by_library = json.loads(json.dumps(sample.search("kiln").to_dict()))
    for each in (by_command, by_library):
        each.pop("took_ms")
    assert by_command == by_library
    episode = by_command["hits"][0]["episode"]["id"]
    shown = json.loads(ask("show", episode, "--format", "json").out)
    assert shown == json.loads(json.dumps(sample.transcript(episode).to_dict()))
    assert json.loads(ask("status", "--json").out).items() > sample.status().to_dict().items()


def test_json_lines_are_the_hits(ask: Run) -> None:
    whole = json.loads(ask("search", "kiln", "--format", "json").out)["hits"]
    lines = ask("search", "kiln", "--format", "jsonl").out.splitlines()
    assert [json.loads(line) for line in lines] == whole


def test_csv_has_a_row_a_hit(ask: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(ask("search", "kiln", "--format", "csv").out)))
    hits = json.loads(ask("search", "kiln", "--format", "json").out)["hits"]
    assert [row["text"] for row in rows] == [hit["text"] for hit in hits]
    assert [row["episode"] for row in rows] == [hit["episode"]["title"] for hit in hits]
    for column in ("speaker_source", "role_source", "occupation_source", "label"):
        assert [row[column] for row in rows] == [hit[column] or "" for hit in hits]
    assert [row["language"] for row in rows] == [hit["episode"]["language"] for hit in hits]


def test_markdown_is_a_quotation_with_its_attribution(ask: Run) -> None:
    lines = ask("search", QUERY, "-n", 1, "--format", "md").out.splitlines()
    assert lines[0].startswith("> ") and "**temperature**" in lines[0]
    assert lines[2].startswith("> — Zoë Brännström (guest), [Slow Cooling, The Long Kiln, ")
    assert lines[2].endswith("](https://thelongkiln.example/audio/01-slow-cooling.mp3#t=116)")


def test_show_gives_a_passage_in_its_context_or_a_transcript(ask: Run) -> None:
    hit = json.loads(ask("search", QUERY, "-n", 1, "--format", "json").out)["hits"][0]
    passage = ask("show", hit["id"], "--context", 1)
    assert hit["text"].split()[0] in passage.out and "   | " in passage.out
    assert json.loads(ask("show", hit["id"], "--format", "json").out)["text"] == hit["text"]
    transcript = ask("show", hit["episode"]["id"]).out
    assert transcript.startswith("Slow Cooling\n") and hit["text"] in transcript
    as_json = json.loads(ask("show", hit["episode"]["id"], "--format", "json").out)
    assert as_json["schema"] == "talksearch.transcript/1"
    assert as_json["segments"][0].keys() >= {"speaker", "body"}


def timed_episode(ask: Run) -> str:
    hits = json.loads(ask("search", "show:tidewater kind:speech", "--format", "json").out)["hits"]
    found: str = next(hit["episode"]["id"] for hit in hits if hit["time_accuracy"] == "exact")
    return found


@pytest.mark.parametrize("format", ["vtt", "srt", "md", "txt", "json"])
def test_a_transcript_that_was_written_can_be_read_again(
    ask: Run, tmp_path: Path, format: str
) -> None:
    episode = timed_episode(ask)
    written = tmp_path / f"again.{format}"
    written.write_text(ask("show", episode, "--format", format).out, "utf-8")
    wanted = json.loads(ask("show", episode, "--format", "json").out)["segments"]
    said = [segment for segment in wanted if "kind" not in segment]
    with talksearch.open(tmp_path / "home") as archive:
        (outcome,) = archive.add(written)
        assert outcome.episode_id is not None, outcome
        turns = archive.transcript(outcome.episode_id).turns
    read = " ".join(turn.text for turn in turns)
    for segment in said:
        assert segment["body"] in read
    assert {t.speaker.name for t in turns if t.kind == "speech"} >= {s["speaker"] for s in said}


def test_a_file_is_converted_without_an_archive(ask: Run, tmp_path: Path) -> None:
    source = tmp_path / "talk.csv"
    source.write_text("start,end,speaker,text\n0:01,0:03,Ana,Salt cracks.\n0:03,0:04,Bo,Why?\n")
    shown = ask("show", source, "--format", "vtt")
    assert shown.out == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n<v Ana>Salt cracks.\n\n"
        "00:00:03.000 --> 00:00:04.000\n<v Bo>Why?\n\n"
    )


def test_captions_have_all_that_is_said_where_few_times_are_known(ask: Run, tmp_path: Path) -> None:
    source = tmp_path / "talk.txt"
    source.write_text("[0:10] Ana: Salt cracks.\nBo: And why?\n[0:20] Ana: Heat.\nBo: I see.\n")
    assert ask("show", source, "--format", "vtt").out == (
        "WEBVTT\n\nNOTE Some times are worked out from those around them.\n\n"
        "00:00:10.000 --> 00:00:15.909\n<v Ana>Salt cracks.\n\n"
        "00:00:15.909 --> 00:00:20.000\n<v Bo>And why?\n\n"
        "00:00:20.000 --> 00:00:22.727\n<v Ana>Heat.\n\n"
        "00:00:22.727 --> 00:00:24.727\n<v Bo>I see.\n\n"
    )
    assert ask("show", source, "--format", "srt").out.count(" --> ") == 4


def test_a_file_that_is_not_there_is_no_id(ask: Run) -> None:
    for name in ("talk.csv", "talks/one", r"talks\one"):
        ran = ask("show", name)
        assert (ran.status, ran.out) == (2, "")
        assert ran.err == f"talksearch: {name}: cannot be read: No such file or directory\n"


def test_one_passage_is_not_called_passages(run: Run, tmp_path: Path) -> None:
    (tmp_path / "talk.txt").write_text("Ana: Salt cracks.\n")
    ran = run("--home", tmp_path / "home", "add", tmp_path / "talk.txt")
    assert ran.out == "1 new, 1 passage indexed\n"
    shutil.rmtree(tmp_path / "home" / "index")
    ran = run("--home", tmp_path / "home", "refresh")
    assert ran.out.startswith("the index was made from the corpus: 1 episode\n")


def test_the_formats_are_listed(ask: Run) -> None:
    listed = ask("formats").out.splitlines()
    assert len(listed) > 30 and any(line.startswith("whisper ") for line in listed)
    entries = json.loads(ask("formats", "--json").out)["formats"]
    assert {"name": "scc", "title": "Scenarist SCC"}.items() <= {
        **next(entry for entry in entries if entry["name"] == "scc")
    }.items()


def test_a_format_that_needs_times_says_so(ask: Run) -> None:
    hits = json.loads(ask("search", "--show", "second shift", "--format", "json").out)["hits"]
    episode = next(hit["episode"]["id"] for hit in hits if hit["time_accuracy"] == "none")
    ran = ask("show", episode, "--format", "vtt")
    assert ran.status == 2 and ran.out == "" and "has no times" in ran.err


def with_json(group: click.Group, *path: str) -> Iterator[str]:
    """Every command that answers with JSON."""
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        if isinstance(command, click.Group):
            yield from with_json(command, *path, name)
        elif command and any(
            each.name == "as_json" or "json" in getattr(each.type, "choices", ())
            for each in command.params
        ):
            yield " ".join([*path, name])


def test_every_answer_in_json_names_its_schema(run: Run, tmp_path: Path) -> None:
    def answer(*words: str | Path, form: Iterable[str] = ("--json",)) -> Any:
        ran = run("--home", tmp_path / "home", *words, *form)
        assert ran.status in (0, 1), ran.err
        found = json.loads(ran.out)
        schemas[" ".join(word for word in words if word in names)] = found["schema"]
        return found

    schemas: dict[str, str] = {}
    names = {name for command in with_json(app) for name in command.split()}
    formatted = ("--format", "json")
    (tmp_path / "a.txt").write_text("Ann Lee: Salt cracks in a kiln.\n\nBo Katz: Why is that?\n")
    (added,) = answer("add", tmp_path / "a.txt")["outcomes"]
    run("--home", tmp_path / "home", "watch", "add", "glaze")
    episode = added["episode_id"]
    for words in (
        ["rebuild"], ["refresh"], ["facets"], ["formats"], ["status"], ["check"],
        ["feeds", "list"], ["watch", "list"],
        ["speakers", "list"], ["speakers", "suggest"], ["speakers", "alias", "Ann Lee", "A. Lee"],
        ["speakers", "undo"], ["speakers", "merge", "Ann Lee", "Bo Katz"],
        ["speakers", "decisions"], ["speakers", "undo"],
        ["speakers", "name", episode, "Ann Lee", "Ann Li"],
        ["speakers", "split", "Bo Katz", "Bob Katz", episode],
        ["speakers", "role", "Bob Katz", "guest", episode],
    ):  # fmt: skip
        answer(*words)
    for words in (["search", "salt"], ["watch", "show", "glaze"], ["show", f"{episode}.0"]):
        answer(*words, form=formatted)
    assert schemas == {
        "add": "talksearch.report/1",
        "check": "talksearch.check/1",
        "facets": "talksearch.facets/1",
        "feeds list": "talksearch.feeds/1",
        "formats": "talksearch.formats/1",
        "rebuild": "talksearch.report/1",
        "refresh": "talksearch.refresh/1",
        "search": "talksearch.search/1",
        "show": "talksearch.passage/1",
        "speakers alias": "talksearch.report/1",
        "speakers decisions": "talksearch.decisions/1",
        "speakers list": "talksearch.speakers/1",
        "speakers merge": "talksearch.report/1",
        "speakers name": "talksearch.report/1",
        "speakers role": "talksearch.report/1",
        "speakers split": "talksearch.report/1",
        "speakers suggest": "talksearch.suggestions/1",
        "speakers undo": "talksearch.report/1",
        "status": "talksearch.status/1",
        "watch list": "talksearch.watches/1",
        "watch show": "talksearch.watch/1",
    }
    assert set(schemas) == set(with_json(app))


def test_facets_count_everything(ask: Run, sample: talksearch.Archive) -> None:
    ran = ask("facets", "--json")
    answer = json.loads(ran.out)
    counts = answer["facets"]
    assert list(counts) == list(talksearch.FACET_FIELDS)
    assert sum(v["count"] for v in counts["kind"]) == answer["total"] == sample.status().passages


def test_facets_say_of_how_many(ask: Run) -> None:
    """Not every passage has a date or a speaker, so the counts alone do not tell."""
    total = ask("search", "kiln", "-n", 0).out
    assert re.fullmatch(r"[0-9]+ matches\n", total)
    lines = ask("facets", "kiln", "--field", "show").out.splitlines()
    assert lines[0] == total.rstrip() and lines[1].startswith("show: ")
    assert json.loads(ask("facets", "kiln", "--json").out)["total"] == int(total.split()[0])


def test_facets_of_nothing_are_explained(ask: Run) -> None:
    ran = ask("facets", "kilm", "--role", "host", "--facet", "show")
    assert (ran.status, ran.out) == (1, "show: none\n")
    assert ran.err.startswith("nothing found\n  “kilm” does not occur; did you mean “kiln”")


def test_what_is_counted_or_sorted_is_said_to_be_of_any_word(ask: Run) -> None:
    """As counts those of "tide gauge" are mostly of tides."""
    ran = ask("facets", "tide gauge", "--facet", "show")
    total = sum(int(count) for count in re.findall(r" ([0-9]+)(?= ·|$)", ran.out.rstrip()))
    both = int(ask("search", "tide AND gauge", "-n", 0).out.split()[0])
    line = f"  all of these words are in {both} of {total} passages: tide AND gauge\n"
    assert 0 < both < total and ran.err == line
    assert ask("search", "tide gauge", "--sort", "newest").err == line
    assert ask("search", "tide gauge", "--facet", "show").err == line
    assert ask("search", "tide gauge", "--sort", "newest", "--group", "episode").err == line
    assert ask("search", "tide gauge").err == ask("facets", "tide").err == ""


def test_what_is_exported_or_only_counted_is_said_to_be_of_any_word(ask: Run) -> None:
    ran = ask("export", "tide gauge")
    both = len(ask("export", "tide AND gauge").out.splitlines())
    line = f"  all of these words are in {both} of {len(ran.out.splitlines())} passages: "
    assert ran.err == ask("search", "tide gauge", "-n", 0).err == line + "tide AND gauge\n"
    assert ask("export").err == ask("export", "tide AND gauge").err == ""
    undated = ask("export", "kiln year:2021").err
    assert re.fullmatch("  [0-9]+ passages? more, in episodes without a date\n", undated)


def test_a_query_is_said_back_where_it_counts_and_exports(ask: Run) -> None:
    for words in (("search", "-n", 0), ("facets", "--field", "show"), ("export",)):
        assert ask(*words, "kiln - salt").err.startswith("read as: passages with “kiln”")


def test_of_what_is_counted_misspelt_words_are_told(ask: Run) -> None:
    ran = ask("facets", "tide gaugge", "--facet", "show")
    assert ran.status == 0 and "“gaugge” does not occur; did you mean “gauge”?" in ran.err


def test_speakers_are_listed(ask: Run) -> None:
    assert ask("speakers").out == ask("speakers", "list").out
    line = ask("speakers", "list", "brannstrom").out
    assert line.startswith("Zoë Brännström · guest · potter, Tallkullen Pottery · 1 episode")
    (entry,) = json.loads(ask("speakers", "list", "brannstrom", "--json").out)["speakers"]
    assert entry["name"] == "Zoë Brännström" and entry["roles"] == ["guest"]


def test_export_gives_every_passage(ask: Run, sample: talksearch.Archive, tmp_path: Path) -> None:
    lines = ask("export").out.splitlines()
    assert len(lines) == sample.status().passages
    assert "score" not in json.loads(lines[0])
    target = tmp_path / "kiln.csv"
    ran = ask("export", "kiln", "--format", "csv", "-o", target)
    assert ran.status == 0 and ran.out == ""
    rows = list(csv.DictReader(target.read_text("utf-8").splitlines()))
    assert len(rows) == sample.search("kiln", limit=0).total


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
def test_a_full_disk_is_named_by_the_file(ask: Run) -> None:
    ran = ask("export", "kiln", "-o", "/dev/full")
    assert (ran.status, ran.err) == (2, "talksearch: /dev/full: No space left on device\n")


def test_an_empty_answer_says_why(ask: Run, tmp_path: Path, run: Run) -> None:
    for format in ("jsonl", "csv"):
        ran = ask("export", "kilm", "--format", format)
        assert ran.status == 1 and len(ran.out.splitlines()) == (format == "csv")
        assert ran.err.startswith("nothing found\n  “kilm” does not occur; did you mean “kiln”")
    ran = ask("speakers", "list", "okafour")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == "no speaker is called “okafour”; did you mean “Marguerite Okafor”?\n"
    assert json.loads(ask("speakers", "list", "okafour", "--json").out)["speakers"] == []
    (tmp_path / "a.txt").write_text("Ana: Salt cracks.\n")
    run("--home", tmp_path / "home", "add", tmp_path / "a.txt")
    ran = run("--home", tmp_path / "home", "feeds", "list")
    assert (ran.status, ran.out, ran.err) == (1, "", "no feed is followed\n")


def test_export_to_parquet(ask: Run, sample: talksearch.Archive, tmp_path: Path) -> None:
    from pyarrow import parquet

    target = tmp_path / "all.parquet"
    assert ask("export", "--format", "parquet", "-o", target).status == 0
    rows = parquet.read_table(target).to_pylist()
    wanted = [hit.to_dict() for hit in sample.export()]
    assert [row["text"] for row in rows] == [hit["text"] for hit in wanted]
    assert [row["start_ms"] for row in rows] == [hit["start_ms"] for hit in wanted]
    assert ask("export", "--format", "parquet").status == 2


def test_parquet_without_its_library_says_what_to_install(
    ask: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    ran = ask("export", "--format", "parquet", "-o", tmp_path / "x")
    assert ran.status == 2 and "talksearch[parquet]" in ran.err


def test_status_tells_what_there_is(ask: Run, sample: talksearch.Archive) -> None:
    found = json.loads(ask("status", "--json").out)
    assert found["index"] == "ready" and found["shows"] == 3 and found["episodes"] == 15
    assert f"corpus    {found['corpus_bytes'] / 1e3:,.0f} kB\n" in ask("status").out
    assert found["passages"] == sample.status().passages
    assert "episodes  15" in ask("status").out


def test_explain_adds_up(ask: Run) -> None:
    ran = ask("search", QUERY, "-n", 5, "--explain", "--format", "json")
    for hit in json.loads(ran.out)["hits"]:
        parts = {part["part"]: part["score"] for part in hit["explanation"]}
        assert sum(parts.values()) == pytest.approx(hit["score"], abs=0.01)
        assert set(parts) <= {
            *QUERY.split(), "its length", "the passage before", "the episode", "who says it",
            "the question", "how much of the query", "words in a row", "said in a better hit",
            "the same thought",
        }  # fmt: skip
    assert "temperature" in ask("search", QUERY, "-n", 1, "--explain").out


def test_what_became_of_each_source_as_json(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Ann: Yes.\nBo: No.\n")
    ran = run("--home", tmp_path / "home", "add", tmp_path / "a.txt", "--json")
    (outcome,) = json.loads(ran.out)["outcomes"]
    assert outcome["status"] == "new" and outcome["source"] == str(tmp_path / "a.txt")
    ran = run("--home", tmp_path / "home", "refresh", "--json")
    report = json.loads(ran.out)
    assert report["schema"] == "talksearch.refresh/1" and report["ok"]
    assert (report["outcomes"], report["unchanged"], report["committed"]) == ([], 1, False)


def test_the_home_is_found_as_documented(
    run: Run, sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(sample_home)
    assert run("search", "kiln").status == 0
    monkeypatch.setenv("TALKSEARCH_HOME", str(tmp_path / "other"))
    assert run("search", "kiln").status == 2
    assert run("--home", sample_home, "search", "kiln").status == 0
    monkeypatch.setenv("TALKSEARCH_HOME", str(sample_home))
    monkeypatch.chdir(tmp_path)
    assert run("search", "kiln").status == 0


def test_colours_are_for_terminals() -> None:
    from talksearch.render.layout import Style

    assert Style(colour=False).bold("x") == "x" and Style(colour=True).bold("x") != "x"


def in_a_terminal(command: str, **environment: str) -> str:
    """What a command writes when stdout and stderr are a terminal."""
    import os
    import pty

    pid, master = pty.fork()
    if pid == 0:
        os.environ.update({"TERM": "xterm", **environment})
        os.execvp("sh", ["sh", "-c", command])
    written = b""
    while True:
        try:
            chunk = os.read(master, 65536)
        except OSError:  # how Linux says that the other side has gone
            break
        if not chunk:
            break
        written += chunk
    os.close(master)
    os.waitpid(pid, 0)
    return written.decode()


def test_a_terminal_gets_colours_unless_it_wants_none(sample_home: Path) -> None:
    command = f"{sys.executable} -m talksearch --home {sample_home} search kiln -n 1"
    assert "\x1b[1" in in_a_terminal(command)
    assert "\x1b" not in in_a_terminal(command, NO_COLOR="1")


def longest(out: str) -> int:
    """The width of the widest line; an address is never broken."""
    lines = re.sub(r"\x1b\[[0-9;]*m", "", out).splitlines()
    return max(len(line.rstrip("\r")) for line in lines if "https://" not in line)


@pytest.mark.parametrize(("columns", "width"), [("30", 30), ("50", 50), ("300", 100), ("x", 88)])
def test_lines_are_as_wide_as_the_terminal(
    ask: Run, sample_home: Path, monkeypatch: pytest.MonkeyPatch, columns: str, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    words = ["search", "kiln", "-n", "5", "--context", "1", "--facet", "show"]
    assert width - 9 <= longest(ask(*words).out) <= width
    if columns == "50":
        command = f"{sys.executable} -m talksearch --home {sample_home} {' '.join(words)}"
        assert 41 <= longest(in_a_terminal(command, COLUMNS=columns)) <= 50


class Screen(io.StringIO):
    """A stream that takes itself for a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_bar_shows_how_far_a_long_run_has_got(monkeypatch: pytest.MonkeyPatch) -> None:
    from talksearch.cli.terminal import Bar

    def drawn(screen: io.StringIO, patience_s: float) -> str:
        monkeypatch.setattr(sys, "stderr", screen)
        monkeypatch.setattr(Bar, "_PATIENCE_S", patience_s)
        with Bar() as bar:
            for done in range(1, 4):
                bar("reading", done, 3)
            bar("indexing", 1, 1)
        return screen.getvalue()

    shown = drawn(Screen(), patience_s=-1)
    assert "reading" in shown and "3/3" in shown and "indexing" in shown
    assert drawn(Screen(), patience_s=60) == ""
    assert drawn(io.StringIO(), patience_s=-1) == ""


def test_a_bar_shows_how_far_an_export_has_got(
    ask: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("talksearch.cli.terminal.Bar._PATIENCE_S", -1)
    monkeypatch.setattr("talksearch.cli.app._STEP", 100)
    monkeypatch.setattr(sys, "stderr", screen := Screen())
    ask("export", "-o", tmp_path / "all.jsonl")
    passages = len((tmp_path / "all.jsonl").read_text("utf-8").splitlines())
    assert (
        "exporting" in screen.getvalue()
        and f"{passages // 100 * 100}/{passages}" in screen.getvalue()
    )
    # Beside the data on a terminal it would be in their way.
    monkeypatch.setattr(sys, "stderr", screen := Screen())
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    ask("export")
    assert "exporting" not in screen.getvalue()


def test_the_installed_command_is_this_one(sample_home: Path) -> None:
    program = Path(sys.executable).with_name("talksearch")
    ran = subprocess.run(
        [program, "--home", sample_home, "search", "kiln", "-n", "1"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "kiln" in ran.stdout
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    assert "talksearch, version " in version.stdout


def test_the_sample_corpus_is_whole() -> None:
    assert sorted(p.name for p in (PROJECT / "corpus").iterdir() if p.is_dir()) == [
        "second-shift",
        "the-long-kiln",
        "tidewater",
    ]


def test_sponsors_can_be_left_out(ask: Run, tmp_path: Path) -> None:
    talk = tmp_path / "talk.md"
    talk.write_text(
        "**Ana Ruiz:** This episode is brought to you by Kilnworks. Kilnworks kilns are warm.\n\n"
        "**Bo Katz:** Our kilns are cold.\n\n**Ana Ruiz:** Why?\n"
    )
    home = ("--home", tmp_path / "home")
    assert ask(*home, "add", talk).status == 0
    found = [
        json.loads(ask(*home, "search", "--format", "json", *words).out)["total"]
        for words in (("kilns",), ("kilns", "--no-ads"), ("--", "kilns", "-kind:ad"))
    ]
    assert found == [2, 1, 1]


def test_who_is_who_on_the_command_line(ask: Run, tmp_path: Path) -> None:
    for name, who in (("a", "KBall"), ("b", "Kevin Ball")):
        (tmp_path / f"{name}.md").write_text(
            f"**{who}:** Salt cracks.\n\n**Ana Ruiz:** Why?\n\n**{who}:** It cools.\n"
        )
    home = ("--home", tmp_path / "home")
    ask(*home, "add", tmp_path / "a.md", tmp_path / "b.md", "--show", "Kiln")
    suggested = ask(*home, "speakers", "suggest").out
    assert 'talksearch speakers merge "KBall" "Kevin Ball"' in suggested
    assert "Salt cracks." in suggested and "Kiln" in suggested
    assert ask(*home, "speakers", "merge", "Kevin Ball", "KBall").out.startswith("2 changed")
    assert "Kevin Ball is also KBall" in ask(*home, "speakers", "decisions").out
    nothing = ask(*home, "speakers", "suggest")
    assert (nothing.status, nothing.out) == (1, "") and "no two names" in nothing.err
    assert ask(*home, "speakers", "undo").status == 0
    assert ask(*home, "speakers", "undo").status == 2
    decided = json.loads(ask(*home, "speakers", "alias", "KBall", "K. Ball", "--json").out)
    assert decided["outcomes"][0]["status"] == "changed"
    (decision,) = json.loads(ask(*home, "speakers", "decisions", "--json").out)["decisions"]
    assert (decision["number"], decision["others"]) == (3, ["K. Ball"])
