"""What can be asked of an archive beside words, through the library and the command line."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

import talksearch
from conftest import Run
from talksearch.engines.base import Engine
from talksearch.likeness import like
from talksearch.model import NOBODY, Episode, Kind, Passage, TimeAccuracy
from talksearch.query.nodes import And, Filter, Node, Term
from talksearch.query.tree import leaves

KILN = """---
show: The Long Kiln
date: 2020-07-15
hosts: Ann Lee
guests: Nico Thiébaut
---

**Ann Lee:** How did you end up with a tide

**Nico Thiébaut:** gauge? I bought it from Bo Katz. Bo Katz's shop sells everything.

**Ann Lee:** And the salt, was it dear?

**Nico Thiébaut:** It was not. Nobody wants salt.

**Ann Lee:** Nico says so. Nobody wants salt, says Nico Thiébaut.
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("asking")
    (home / "kiln.md").write_text(KILN, "utf-8")
    with talksearch.open(home) as archive:
        (outcome,) = archive.add(home / "kiln.md")
        assert outcome.status == "new"
    return home


@pytest.fixture
def archive(home: Path) -> Iterator[talksearch.Archive]:
    with talksearch.open(home) as archive:
        yield archive


def test_phrases_run_over_turns_when_asked_to(
    archive: talksearch.Archive, home: Path, run: Run
) -> None:
    assert archive.search('"tide gauge"').total == 0
    page = archive.search('"tide gauge"', across_turns=True)
    assert [hit.passage.number for hit in page.hits] == [0]
    assert page.parsed == 'across:"tide gauge"'
    assert page.hits[0].highlighted.mark("<", ">").endswith("end up with a <tide>")
    assert archive.facets('"tide gauge"', fields="role", across_turns=True)[0].values[0].count == 1
    ran = run("--home", home, "search", '"tide gauge"', "--across-turns")
    assert ran.status == 0 and "**tide**" in ran.out


def test_what_is_said_of_somebody_follows_decisions_about_names(home: Path, tmp_path: Path) -> None:
    with talksearch.open(tmp_path) as archive:
        archive.add(home / "kiln.md")

        def found(query: str) -> list[int]:
            return sorted(hit.passage.number for hit in archive.search(query).hits)

        assert found('about:"Nico Thiébaut"') == [4]
        assert found("about:nico") == [4]
        assert found('about:"Bo Katz"') == found("about:katz") == [1]
        archive.people.alias("Ann Lee", "Bo Katz")
        assert found('about:"Ann Lee"') == [1]
        assert found("about:ann") == [1]


SHOP = """---
show: The Glaze
date: 2021-01-01
---

**Cy Park:** A gauge tells the height of the tide. Tides have been measured by gauges since 1831.

**Dee Orr:** I sold a gauge to Nico.

**Cy Park:** Gardens need rain.
"""

COPY = """---
show: The Best of Kilns
date: 2022-01-01
---

**Ann Lee:** This again, from the archive:

**Nico Thiébaut:** gauge? I bought it from Bo Katz. Bo Katz's shop sells everything.

**Ann Lee:** Do you still have that gauge, Nico?
"""


def test_like_a_passage_is_what_has_its_rare_words() -> None:
    """A common word is not looked at further where there are others: it would be read as a whole,
    and be remembered, as all are that a page asks about."""
    having = {"the": 900, "gauge": 5, "tide": 3, "mine": 1}
    asked: list[str] = []

    class Counting:
        def count(self, query: Node) -> int:
            match query:
                case Term(text):
                    return having[text]
                case And((Term(text), Filter())):
                    asked.append(text)
                    return 1
            return 1000

    about = Episode(id="e", title="E")
    text = "The gauge, the tide: mine."
    passage = Passage(
        "e.0", "e", 0, 0, Kind.SPEECH, NOBODY, text, None, None, TimeAccuracy.NONE, None
    )

    def terms() -> set[str]:
        tree = like(cast(Engine, Counting()), passage, about)
        return {leaf.text for leaf in leaves(tree) if isinstance(leaf, Term)}

    assert terms() == {"gauge", "tide"}
    assert sorted(asked) == ["gauge", "mine", "tide"]
    having.update(gauge=1, tide=1)
    assert terms() == {"the"}
    having.update(the=1)
    assert terms() == {"the", "gauge", "tide", "mine"}


def test_more_like_a_passage_are_those_of_other_episodes(
    home: Path, tmp_path: Path, run: Run
) -> None:
    # What is said by the way is as rare as "gauge" only where little else is said.
    rain = "\n\n".join(f"**{'AB'[i % 2]}y Rae:** I buy it, everything and all." for i in range(30))
    for name, text in (("kiln", KILN), ("shop", SHOP), ("copy", COPY), ("rain", rain)):
        (tmp_path / f"{name}.md").write_text(text, "utf-8")
    with talksearch.open(tmp_path) as archive:
        archive.add(*tmp_path.glob("*.md"))
        ids = {hit.passage.text[:12]: hit.passage.id for hit in archive.search(limit=100).hits}
        given = ids["gauge? I bou"]
        kiln = given.split(".")[0]
        page = archive.search(like=given)
        assert page.in_words == f"passages like {given}"
        found = [hit.passage.text[:12] for hit in page.hits]
        # Neither the passage and its neighbours, nor its copy in another episode.
        assert {"A gauge tell", "I sold a gau", "Do you still"} <= set(found)
        assert "gauge? I bou" not in found
        assert all(hit.episode.id != kiln for hit in page.hits)
        assert page.hits[0].highlighted.spans
        assert f"-episode:{kiln}" in page.parsed
        assert archive.search(page.parsed, limit=100).total == page.total
        narrowed = archive.search("sold", like=given, show="glaze")
        assert [hit.passage.text[:12] for hit in narrowed.hits] == ["I sold a gau"]
        assert narrowed.in_words == (
            f"passages like {given}, of passages with “sold”, of the show “glaze”"
        )
        # What has all of its words is no query that anybody typed.
        assert archive.search("gauge sold", like=given, sort="newest").hints == ()
        lonely = archive.search(like=ids["Gardens need"])
        assert lonely.total == 0 and lonely.hints
        with pytest.raises(talksearch.NotFoundError):
            archive.search(like="nothing.1")
        with pytest.raises(talksearch.NotFoundError, match=r"^nothing is no passage's id: "):
            archive.search(like="")
        with pytest.raises(talksearch.NotFoundError, match=f"{kiln} is no passage's id"):
            archive.search(like=kiln)
        with pytest.raises(talksearch.NotFoundError):
            archive.search(like=f"{kiln}.99")
    ran = run("--home", tmp_path, "search", "--like", given, "-n", 1)
    assert ran.status == 0 and ran.err == f"read as: passages like {given}\n"
    assert run("--home", tmp_path, "search", "--like", "nothing").status == 2


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("sal", ["salt"]),
        ("nobody wants sa", ["nobody wants salt", "nobody wants says"]),
        ("gau", ["gauge"]),
        ("-gau", ["-gauge"]),
        ("(gau", ["(gauge"]),
        ("ti", ["tide", "title:"]),
        ("SP", ["speaker:"]),
        ("nic", ["nico", 'speaker:"Nico Thiébaut"']),
        ("speaker:ni", ['speaker:"Nico Thiébaut"']),
        ('salt speaker:"Nico T', ['salt speaker:"Nico Thiébaut"']),
        ("salt -speaker:thi", ['salt -speaker:"Nico Thiébaut"']),
        ("about:an", ['about:"Ann Lee"']),
        ("role:", ["role:host", "role:guest"]),
        ("year:", ["year:2020"]),
        ("host:sal", ["host:salt"]),
        ('guest:"nobody wa', ['guest:"nobody wants', 'guest:"nobody was']),
        ('"nobody wa', ['"nobody wants', '"nobody was']),
        ('"nobody wants" sal', ['"nobody wants" salt']),
        ("after:20", []),
        ("colour:re", []),
        ("zzyzx", []),
        ("salt ", []),
        ("", []),
        ('"', []),
        ("🎙", []),
    ],
)
def test_queries_are_completed(
    archive: talksearch.Archive, typed: str, completed: list[str]
) -> None:
    assert archive.complete(typed) == completed


def test_without_an_index_nothing_is_completed_and_nothing_built(tmp_path: Path) -> None:
    with talksearch.open(tmp_path) as archive:
        assert archive.complete("sal") == archive.complete_value("speaker", "n") == []
    assert not list(tmp_path.iterdir())


BASH = """
eval "$(_TALKSEARCH_COMPLETE=bash_source talksearch)"
COMP_LINE=$1 COMP_POINT=${#1}
_talksearch_completion talksearch "$2" search
printf '%s\\n' "${COMPREPLY[@]}"
"""


def in_bash(line: str, replaced: str) -> list[str]:
    """What bash is offered for the end of a line, of which it would replace the last part."""
    bin_folder = str(Path(sys.executable).parent)
    ran = subprocess.run(
        ["bash", "-c", BASH, "bash", line, replaced],
        env={**os.environ, "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.splitlines()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no bash")
@pytest.mark.parametrize(
    ("typed", "replaced", "closed", "read"),
    [
        # Bash parts words at colons, and replaces what is behind the last one.
        ("speaker:nic", "nic", "", 'speaker:"Nico Thiébaut"'),
        ("'speaker:nic", "speaker:nic", "'", 'speaker:"Nico Thiébaut"'),
        ('"speaker:nic', "speaker:nic", '"', 'speaker:"Nico Thiébaut"'),
        ('speaker:\\"Nico\\ T', '\\"Nico\\ T', "", 'speaker:"Nico Thiébaut"'),
        ("--speaker nic", "nic", "", "Nico Thiébaut"),
        ("salt --role gu", "gu", "", "guest"),
        ("'salt gau", "salt gau", "'", "salt gauge"),
        ("gau", "gau", "", "gauge"),
        ("katz\\'s", "katz\\'s", "", "katz's"),
    ],
)
def test_what_bash_completes_is_what_is_asked(
    home: Path, typed: str, replaced: str, closed: str, read: str
) -> None:
    line = f"talksearch --home {home} search {typed}"
    (offered,) = in_bash(line, replaced)
    completed = line.removesuffix(replaced) + offered + closed
    assert shlex.split(completed)[-1] == read
    said = subprocess.run(
        ["bash", "-c", f"printf '%s\\n' {completed.partition(' ')[2]}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.splitlines()[-1] == read


@pytest.mark.skipif(sys.platform == "win32", reason="there is no bash")
@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("speakers list nic", r"Nico\ Thiébaut"),
        ("speakers merge 'Ann Lee' nic", r"Nico\ Thiébaut"),
        ("speakers role nic", r"Nico\ Thiébaut"),
        ("speakers name abc.1 nic", r"Nico\ Thiébaut"),
        ("speakers alias Nico Nick --show kil", r"The\ Long\ Kiln"),
        ("add talk.vtt --show kil", r"The\ Long\ Kiln"),
    ],
)
def test_bash_is_offered_the_names_that_other_commands_take(
    home: Path, typed: str, offered: str
) -> None:
    found = in_bash(f"talksearch --home {home} {typed}", typed.rpartition(" ")[2])
    assert [each for each in found if each] == [offered]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no bash")
@pytest.mark.parametrize(
    ("typed", "left"),
    [
        ("speaker:souza", True),  # in the place of which bash would put the quotation mark
        ("sou", True),  # ... and here the "s" that words have in common with "speaker:"
        ("speaker:a", False),
        ("speaker:abe", False),
        ("sour", False),
    ],
)
def test_bash_takes_nothing_away_that_was_typed(tmp_path: Path, typed: str, left: bool) -> None:
    (tmp_path / "a.md").write_text("**Ana Souza:** Source or south?\n\n**Abe Souza:** Both.\n")
    with talksearch.open(tmp_path) as archive:
        archive.add(tmp_path / "a.md")
    line = f"talksearch --home {tmp_path} search {typed}"
    offered = in_bash(line, typed.rpartition(":")[2])
    assert any(offered) and ("" in offered) is left


@pytest.mark.skipif(sys.platform == "win32", reason="there is no bash")
def test_bash_is_offered_files_and_commands_and_nothing_without_an_archive(home: Path) -> None:
    assert in_bash("talksearch sea", "sea") == ["search"]
    assert in_bash(f"talksearch --home {home}/nowhere search --speaker ni", "ni") == [""]


def test_completion_loads_no_more_than_a_search(home: Path) -> None:
    code = (
        "import sys, talksearch\n"
        f"talksearch.open({str(home)!r}).complete('sal')\n"
        "names = [name for name in sys.modules if name.startswith('talksearch.')]\n"
        "assert not {'talksearch.keeping', 'talksearch.ingest', 'talksearch.fetch'} & {*names}\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_where_a_time_is_asked_for_what_has_no_date_is_told(tmp_path: Path) -> None:
    undated = KILN.replace("date: 2020-07-15\n", "").replace("How did", "Salt! How did")
    (tmp_path / "kiln.md").write_text(KILN, "utf-8")
    (tmp_path / "undated.md").write_text(undated, "utf-8")
    with talksearch.open(tmp_path / "home") as archive:
        archive.add(tmp_path / "kiln.md", tmp_path / "undated.md")

        def told(query: str, **options: str) -> tuple[int, tuple[str, ...]]:
            page = archive.search(query, **options)
            return page.total, page.hints

        four = "4 passages more, in episodes without a date"
        for asked in ("salt after:2020", "salt date:2019..2020", "salt year:2020"):
            assert told(asked) == told("salt", after="2020") == (3, (four,)), asked
        total, hints = told("salt after:2021")
        assert total == 0 and hints[-1] == four and len(hints) == 2
        assert told("how after:2020") == (1, ("1 passage more, in episodes without a date",))
        assert told("salt") == (7, ()) and told("salt -after:2020")[0] == 4
        whole = (7, ("4 passages are in episodes without a date",))
        assert told("salt", sort="oldest") == told("salt", facets="year") == whole
        assert told("salt", facets="show") == (7, ())
        assert told("salt after:2020", sort="newest") == (3, (four,))
        assert told("dear host:salt after:2020 title:kiln") == (2, ())
