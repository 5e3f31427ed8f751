"""What can be asked of an archive beside words, through the library and the command line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import talksearch
from conftest import Run

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
