"""Hits as quotations, references and single lines; links that are opened."""

from __future__ import annotations

import datetime as dt
import re
import webbrowser
from collections.abc import Iterator
from dataclasses import replace

import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pybtex.database import Entry, parse_string

from conftest import Run
from talksearch.links import is_web_address
from talksearch.model import (
    Episode,
    Kind,
    Passage,
    Person,
    Role,
    Source,
    Speaker,
    TimeAccuracy,
    clean_text,
)
from talksearch.render import text
from talksearch.render.citations import CITATIONS, Cited, cited_episode, cited_passage
from talksearch.render.layout import Style
from talksearch.render.quotes import markdown, quotations
from talksearch.results import Highlighted, Hit

AWKWARD = r"50% of R&B_fans paid $3 #once {for} [a] \kiln~ ^up ^ <b>“Größe–Ø”</b> … `x` *y* | Łódź"
BO = Speaker("Bo Kač", Person("Bo Kač"), Role.GUEST)
EPISODE = Episode(
    "abc",
    "Salt & Fire: 窯",
    "The Glaze",
    dt.date(2022, 3, 1),
    audio_url="https://kiln.example/a_(1)%20{2}.mp3",
    language="en",
    people=(Person("Ana Ruiz", Role.HOST), Person("Bo Kač", Role.GUEST)),
)


def _first_word(said: str) -> tuple[int, int]:
    found = re.search(r"\w+", said)
    return found.span() if found else (0, 0)


def hit(said: str = AWKWARD, speaker: Speaker = BO, ms: int | None = 3_754_250) -> Hit:
    passage = Passage(
        "abc.7", "abc", 7, 7, Kind.SPEECH, speaker, said, ms, None, TimeAccuracy.INFERRED
    )
    return Hit(passage, EPISODE, 1.0, Highlighted(said, (_first_word(said),)))


# --- BibTeX ---------------------------------------------------------------------------------------


def bibtex(cited: Cited) -> tuple[str, Entry]:
    """An entry, read by another program."""
    ((key, entry),) = parse_string("\n".join(CITATIONS["bibtex"](cited)), "bibtex").entries.items()
    return key, entry


def untexed(value: str) -> str:
    """What TeX would print, by pybtex's own reading of it, where its table has the commands."""
    from pybtex.richtext import Text

    value = value.replace(r"\textasciicircum", "^").replace(r"\textasciitilde", r"\char126")
    return str(Text.from_latex(value))


def test_bibtex_is_read_by_others() -> None:
    key, entry = bibtex(cited_passage(hit()))
    assert key == "talksearch-abc.7" and entry.type == "misc"
    (author,) = entry.persons["author"]
    assert author.first_names == ["Bo"] and untexed(author.last_names[0]) == "Kač"
    assert untexed(entry.fields["title"]) == "Salt & Fire: 窯"
    assert entry.fields["date"] == "2022-03-01"
    assert (entry.fields["year"], entry.fields["month"]) == ("2022", "March")
    assert entry.fields["url"] == "https://kiln.example/a_(1)%20%7B2%7D.mp3#t=3754"
    assert entry.fields["note"] == "at about 1:02:34"


def test_bibtex_has_nothing_that_tex_obeys() -> None:
    (line,) = (
        line for line in CITATIONS["bibtex"](cited_passage(hit())) if line.startswith("  abstract")
    )
    value = line.removeprefix("  abstract = {").removesuffix("},")
    assert value == (
        r"50\% of R\&B\_fans paid \$3 \#once {\textbraceleft}for{\textbraceright} [a] "
        r"{\textbackslash}kiln{\textasciitilde} {\textasciicircum}up {\textasciicircum} "
        r"{\textless}b{\textgreater}``Gr{\"{o}}{\ss}e--{\O}''{\textless}/b{\textgreater} "
        r"{\ldots} `x` *y* {\textbar} {\L}{\'{o}}d{\'{z}}"
    )


@pytest.mark.parametrize(
    ("said", "written"),
    [("Salt", "Salt"), ("R&B", r"R\&B"), ("Kh\u1ea3i \u1e69 \u03ac", "Kh\u1ea3i \u1e69 \u03ac")],
)
def test_letters_as_tex_has_them(said: str, written: str) -> None:
    assert f"  abstract = {{{written}}}," in CITATIONS["bibtex"](cited_passage(hit(said)))


@given(st.text(min_size=1), st.text(min_size=1))
def test_any_text_makes_an_entry(title: str, name: str) -> None:
    title, name = clean_text(title) or "x", clean_text(name) or "x"
    cited = Cited("abc.7", replace(EPISODE, title=title), (name,), None, "", title)
    key, entry = bibtex(cited)
    assert key == "talksearch-abc.7" and len(entry.persons["author"]) == 1
    assert set(entry.fields) <= {"title", "howpublished", "date", "year", "month", "abstract"}


@pytest.mark.parametrize("name", ["Kiln, Inc.", "Salt and Sons", "Ann and others", "Others"])
def test_a_name_is_one_author(name: str) -> None:
    _, entry = bibtex(cited_passage(hit(speaker=Speaker(name, Person(name)))))
    (author,) = entry.persons["author"]
    assert str(author) == f"{{{name}}}"


def test_what_is_not_known_is_left_out() -> None:
    bare = Episode("abc", "Salt")
    nobody = replace(hit("It cracks.", Speaker("Speaker 1"), None), episode=bare)
    _, entry = bibtex(cited_passage(nobody))
    assert not entry.persons and set(entry.fields) == {"title", "abstract"}
    local = replace(nobody, episode=replace(bare, url="javascript:alert(1)"))
    assert "url" not in bibtex(cited_passage(local))[1].fields
    for cited in (cited_passage(nobody), cited_passage(local)):
        (known,) = rispy.loads("\n".join(CITATIONS["ris"](cited)))
        assert set(known) == {"type_of_reference", "id", "title", "abstract"}


@pytest.mark.parametrize("style", CITATIONS)
def test_who_is_not_known_to_have_said_it_is_not_cited_as_if(style: str) -> None:
    guessed = hit("It cracks.", replace(BO, person=Person("Bo Katz"), source=Source.INFERRED))
    entry = "\n".join(CITATIONS[style](cited_passage(guessed)))
    assert entry.count("Bo Katz") == 1 and "at about 1:02:34; speaker inferred" in entry
    reported = replace(guessed, passage=replace(guessed.passage, kind=Kind.PROSE))
    entry = "\n".join(CITATIONS[style](cited_passage(reported)))
    assert "Bo Katz, as reported by the writer" in entry
    assert "author" not in entry and "AU  -" not in entry
    writers = replace(reported, passage=replace(reported.passage, speaker=Speaker()))
    entry = "\n".join(CITATIONS[style](cited_passage(writers)))
    assert "at about 1:02:34" in entry and "reported" not in entry


def test_an_episode_is_by_its_hosts() -> None:
    key, entry = bibtex(cited_episode(EPISODE))
    assert key == "talksearch-abc" and "note" not in entry.fields
    assert entry.fields["howpublished"] == "The Glaze"
    assert entry.fields["url"] == "https://kiln.example/a_(1)%20%7B2%7D.mp3"
    paged = replace(EPISODE, url="https://kiln.example/1")
    assert bibtex(cited_episode(paged))[1].fields["url"] == paged.url
    assert [str(author) for author in entry.persons["author"]] == ["Ruiz, Ana"]


# --- RIS ------------------------------------------------------------------------------------------


def test_ris_is_read_by_others() -> None:
    lines = list(CITATIONS["ris"](cited_passage(hit())))
    (entry,) = rispy.loads("\n".join(lines))
    assert entry["type_of_reference"] == "SOUND" and entry["id"] == "talksearch-abc.7"
    assert entry["authors"] == ["Bo Kač"]
    assert (entry["title"], entry["secondary_title"]) == ("Salt & Fire: 窯", "The Glaze")
    assert (entry["year"], entry["date"], entry["language"]) == ("2022", "2022/03/01", "en")
    assert entry["urls"] == [hit().link]
    assert entry["notes"] == ["at about 1:02:34"] and entry["abstract"] == AWKWARD
    assert "unknown_tag" not in entry


def test_ris_keeps_a_value_in_its_line() -> None:
    lines = list(CITATIONS["ris"](cited_passage(hit("It cracks.\nER  - \nTY  - BOOK"))))
    (entry,) = rispy.loads("\n".join(lines))
    assert entry["abstract"] == "It cracks. ER - TY - BOOK"


# --- Markdown -------------------------------------------------------------------------------------


def read_markdown(lines: Iterator[str]) -> tuple[list[str], str | None]:
    """The text of each paragraph of the block quote as it is shown, and the address linked to."""
    tokens = MarkdownIt().parse("\n".join(lines))
    assert [token.type for token in tokens if token.level == 0] == [
        "blockquote_open", "blockquote_close",
    ]  # fmt: skip
    inline = [token.children or [] for token in tokens if token.type == "inline"]
    shown = ["".join(child.content for child in children) for children in inline]
    links = [c.attrs["href"] for children in inline for c in children if c.type == "link_open"]
    return shown, str(links[0]) if links else None


def test_a_quotation_shows_what_was_said_and_where() -> None:
    (said, place), link = read_markdown(quotations([hit()]))
    assert said == AWKWARD
    assert place == "— Bo Kač (guest), Salt & Fire: 窯, The Glaze, 2022-03-01, about 1:02:34"
    assert link == "https://kiln.example/a_%281%29%20%7B2%7D.mp3#t=3754"
    assert "**" not in "".join(quotations([hit("It cracks.")]))
    assert "".join(markdown([hit("It cracks.")])).startswith("> **It** cracks.")


def test_names_of_anything_are_no_markup_in_a_quotation() -> None:
    named = hit("It cracks.", Speaker(AWKWARD))
    named = replace(named, episode=replace(EPISODE, title="[Salt](x) *burns*", show=None))
    (_, place), link = read_markdown(quotations([named]))
    assert place == f"— {AWKWARD}, [Salt](x) *burns*, 2022-03-01, about 1:02:34"
    assert link == "https://kiln.example/a_%281%29%20%7B2%7D.mp3#t=3754"


def test_a_quotation_says_what_is_known() -> None:
    bare = replace(hit("It cracks.", Speaker(), None), episode=Episode("abc", "Salt"))
    assert read_markdown(quotations([bare])) == (["It cracks.", "— unknown speaker, Salt"], None)
    title = replace(bare, passage=replace(bare.passage, chapter="It cracks."))
    assert read_markdown(quotations([title]))[0][1] == "— unknown speaker, Salt"
    within = replace(bare, passage=replace(bare.passage, chapter="Firing"))
    assert read_markdown(quotations([within]))[0][1] == "— unknown speaker, Salt, Firing"


@pytest.mark.parametrize(
    ("source", "role", "role_source", "shown"),
    [
        (Source.PUBLISHER, None, None, "Bo Kač"),
        (Source.INFERRED, None, None, "Bo Kač?"),
        (Source.PUBLISHER, Role.GUEST, Source.INFERRED, "Bo Kač (guest?)"),
        (Source.INFERRED, Role.GUEST, Source.PUBLISHER, "Bo Kač? (guest)"),
        (Source.INFERRED, Role.GUEST, Source.INFERRED, "Bo Kač? (guest?)"),
    ],
)
def test_a_name_that_is_inferred_is_told_from_a_role_that_is(
    source: Source, role: Role | None, role_source: Source | None, shown: str
) -> None:
    found = hit("It.", Speaker("Bo", Person("Bo Kač"), role, source, role_source))
    (_, place), _ = read_markdown(quotations([found]))
    assert place.startswith(f"— {shown}, Salt & Fire")
    assert next(text.hit(found, Style())).startswith(f"{shown} · ")
    name = shown.partition(" (")[0]
    assert f":{name}: " in text.line(found, Style())
    reported = replace(found, passage=replace(found.passage, kind=Kind.PROSE))
    assert f"— {name}, as reported by the writer" in "\n".join(quotations([reported]))
    near = replace(found, before=(replace(found.passage, number=6, turn=6),))
    assert f"| {name}: " in "\n".join(text.hit(near, Style()))


def test_what_a_writer_reports_is_not_quoted_as_if_it_was_said() -> None:
    found = hit("Bo admits that it cracks.")
    reported = replace(found, passage=replace(found.passage, kind=Kind.PROSE))
    for form in (quotations, markdown):
        (_, place), _ = read_markdown(form([reported]))
        assert place.startswith("— Bo Kač, as reported by the writer, Salt & Fire: 窯, The Glaze")
    writers = replace(reported, passage=replace(reported.passage, speaker=Speaker()))
    assert read_markdown(quotations([writers]))[0][1].startswith("— prose, Salt")


def test_each_quotation_stands_by_itself() -> None:
    tokens = MarkdownIt().parse("\n".join(quotations([hit("It cracks."), hit("Why?")])))
    assert [token.type for token in tokens].count("blockquote_open") == 2


def test_a_quotation_is_whole() -> None:
    found = hit("It cracks in the")
    told = found.passage
    asked = replace(told, id="abc.6", number=6, turn=5, text="Why?", start_ms=3_700_000)
    more = replace(told, id="abc.8", number=8, text="kiln, as it cools.", start_ms=3_760_000)
    other = replace(more, id="abc.9", number=9, turn=8, text="It does.", speaker=Speaker("Ana"))
    lines = list(quotations([replace(found, before=(asked,), after=(more, other))]))
    assert [line for line in lines if line.startswith("> ") and "—" not in line] == [
        "> Why?", "> It cracks in the kiln, as it cools.", "> It does.",
    ]  # fmt: skip
    assert [line.count("t=3754") for line in lines if "—" in line] == [0, 1, 0]


def test_what_is_left_out_between_quotations_is_marked() -> None:
    found = hit("It cracks.")
    told = found.passage
    asked = replace(told, id="abc.3", number=3, turn=5, text="Why?")
    more = replace(told, id="abc.8", number=8, turn=8, text="Does it?")
    lines = quotations([replace(found, before=(asked,), after=(more,)), found])
    tokens = MarkdownIt().parse("\n".join(lines))
    assert [token.content for token in tokens if token.type == "inline"][::2] == [
        "Why?", r"\[…\] It cracks.", "Does it?", "It cracks.",
    ]  # fmt: skip


@pytest.mark.parametrize("said", ["# It", "1. It", "- It", "> It", "&amp; it", "=== it", "+ it"])
def test_no_text_is_markup(said: str) -> None:
    for lines in (quotations([hit(said)]), markdown([hit(said + " cracks")])):
        (shown, _), _ = read_markdown(lines)
        assert shown.startswith(said)


# --- a line a hit ---------------------------------------------------------------------------------


def test_a_line_a_hit() -> None:
    assert text.line(hit("It\tcracks:\n\x1b[31mnow"), Style()) == (
        "abc.7:~1h02m34s:Bo Kač: It cracks:  [31mnow"
    )
    colon = Speaker("Kiln: Bo", Person("Kiln: Bo"))
    assert text.line(hit("It.", colon, 5_000), Style()) == "abc.7:~0m05s:Kiln  Bo: It."
    assert text.line(hit("It cracks.", Speaker(), None), Style()) == (
        "abc.7::unknown speaker: It cracks."
    )
    assert "\x1b[1;33mIt\x1b[0m cracks." in text.line(hit("It cracks."), Style(colour=True))


def test_lines_are_for_pipes(run: Run, sample_home: object) -> None:
    out = run("--home", str(sample_home), "search", "kiln", "--format", "line").out
    assert len(out.splitlines()) == 10 and "\t" not in out and "**" not in out
    for each in out.splitlines():
        assert re.fullmatch(r"[a-z2-7]{10}\.\d+:(~?(\d+h)?\d+m\d\ds)?:[^:]+: .+", each)


# --- on the command line --------------------------------------------------------------------------


@pytest.fixture
def ask(run: Run, sample_home: object) -> Run:
    return lambda *words: run("--home", str(sample_home), *words)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    links: list[str] = []

    def take(link: str) -> bool:
        links.append(link)
        return True

    monkeypatch.setattr(webbrowser, "open", take)
    return links


def test_an_answer_can_be_a_quotation_or_a_reference(ask: Run) -> None:
    quoted = ask("search", "tide gauge", "-n", "2", "--quote").out
    assert quoted.count("\n> — ") == 2 and "**" not in quoted
    (first, *_) = ask("search", "tide gauge", "-n", "1", "--format", "line").out.split(":")
    assert quoted.startswith(ask("show", first, "--quote").out)
    cited = parse_string(ask("search", "tide gauge", "-n", "10", "--cite", "bibtex").out, "bibtex")
    assert len(cited.entries) == 10 and f"talksearch-{first}" in cited.entries
    assert ask("show", first, "--cite", "bibtex").out in (
        ask("search", "tide gauge", "--cite", "bibtex").out
    )
    assert len(rispy.loads(ask("search", "tide gauge", "--cite", "ris").out)) == 10
    episode = first.partition(".")[0]
    assert f"@misc{{talksearch-{episode},\n" in ask("show", episode, "--cite", "bibtex").out


def test_an_answer_has_one_form(ask: Run) -> None:
    for words in (("--quote", "--cite", "ris"), ("--quote", "--format", "json")):
        ran = ask("search", "kiln", *words)
        assert ran.status == 2 and "one form" in ran.err and ran.out == ""
    assert ask("show", "zgvpulnhcp", "--quote").status == 2


def test_what_a_form_does_not_show_is_refused(ask: Run) -> None:
    for words in (
        ("--facet", "role", "--quote"),
        ("--facet", "role", "--format", "jsonl"),
        ("--context", "1", "--cite", "ris"),
        ("--context", "1", "--format", "csv"),
    ):
        ran = ask("search", "kiln", *words)
        assert (
            ran.status == 2 and f"{words[0]} is for --format text, json" in ran.err and not ran.out
        )
    assert '"after": [{' in ask("search", "kiln", "--context", "1", "--format", "jsonl").out


def test_turns_around_a_passage_are_quoted_when_asked_for(ask: Run) -> None:
    first = ask("search", "tide gauge", "-n", "1", "--format", "line").out.partition(":")[0]
    for words in (("show", first), ("search", "tide gauge", "-n", "1")):
        alone, around = ask(*words, "--quote").out, ask(*words, "--quote", "--context", "1").out
        assert alone.count("> — ") == 1 and around.count("> — ") == 3 and alone in around


def test_the_first_link_is_opened(ask: Run, opened: list[str]) -> None:
    ran = ask("search", "temperature drops too fast", "--open")
    assert ran.status == 0 and ran.out.startswith("1. ")
    assert opened == ["https://thelongkiln.example/audio/01-slow-cooling.mp3#t=116"]
    ask("show", "zgvpulnhcp.11", "--open")
    ask("show", "zgvpulnhcp", "--open")
    assert opened[1:] == [opened[0], "https://thelongkiln.example/episodes/slow-cooling"]
    assert ask("search", "zzyzx", "--open").status == 1 and len(opened) == 3


def test_what_cannot_be_opened_is_said(
    ask: Run, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Hit, "link", None)
    ran = ask("search", "kiln", "--open")
    assert ran.status == 2 and ran.err.startswith("talksearch: there is no link") and not opened

    monkeypatch.setattr(Hit, "link", "file:///etc/passwd")
    ran = ask("search", "kiln", "--open")
    assert ran.status == 2 and "only http and https" in ran.err and not opened

    def none(link: str) -> bool:
        assert is_web_address(link)
        raise webbrowser.Error

    monkeypatch.setattr(Hit, "link", "https://kiln.example/")
    monkeypatch.setattr(webbrowser, "open", none)
    ran = ask("search", "kiln", "--open")
    assert ran.status == 2 and "the link is https://kiln.example/" in ran.err
