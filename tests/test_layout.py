"""Lines for a terminal: how wide they are, where they break, what stands together."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from wcwidth import width as cells

from talksearch.model import Episode, Kind, Passage, Person, Role, Source, Speaker, TimeAccuracy
from talksearch.render import text
from talksearch.render.layout import BEGIN, END, Style, inert, isolated
from talksearch.results import Facet, FacetValue, Highlighted, Hit, SearchPage

ISOLATES = "\u2066\u2067\u2068\u2069"
EPISODE = Episode("epi", "Slow Cooling", "The Long Kiln", dt.date(2021, 3, 11))
BO = Speaker("Bo Katz", Person("Bo Katz", occupation="potter"), Role.GUEST, Source.PUBLISHER)
ANA = Speaker("Ana Ruiz", Person("Ana Ruiz"), Role.HOST, Source.PUBLISHER, Source.INFERRED)


def passage(number: int, said: str, speaker: Speaker = BO, turn: int | None = None) -> Passage:
    return Passage(
        f"epi.{number}", "epi", number, number if turn is None else turn, Kind.SPEECH, speaker,
        said, number * 1000, number * 1000 + 900, TimeAccuracy.EXACT,
    )  # fmt: skip


def hit(number: int, said: str, *spans: tuple[int, int], **more: object) -> Hit:
    found = Hit(passage(number, said), EPISODE, 1.0, Highlighted(said, spans))
    return replace(found, **more)  # type: ignore[arg-type]


def page(*hits: Hit) -> list[str]:
    return list(text.page(SearchPage("q", "q", len(hits), 1.0, hits), Style()))


def plain(lines: list[str]) -> str:
    return re.sub(f"[{ISOLATES}]", "", "\n".join(lines))


def test_what_is_inferred_of_somebody_is_marked() -> None:
    told = Person("Bo Katz", occupation="potter", organization="Hut")
    guessed = replace(told, occupation_source=Source.INFERRED)
    by = [replace(BO, person=each) for each in (told, guessed)]
    first, second = (
        page(hit(0, "Cool it.", passage=passage(0, "Cool it.", each)))[0] for each in by
    )
    assert first.startswith("1. Bo Katz (guest) · potter, Hut · 0:00")
    assert second.startswith("1. Bo Katz (guest) · potter, Hut? · 0:00")


SCRIPTS = {
    "latin": "It cools, slowly: 573 degrees (“quartz”) and the kiln—then—cracks…",
    "chinese": "窑炉冷却得太快，釉面就会开裂。「石英」在573度时膨胀，所以要慢慢来。",
    "japanese": "窯が冷えるのが速すぎると、釉薬にひびが入ります。「石英」は573度で膨張する。",
    "korean": "가마가 너무 빨리 식으면 유약에 금이 갑니다. 석영은 573도에서 팽창합니다.",
    "thai": "เตาเผาเย็นเร็วเกินไปทำให้เคลือบแตกร้าวได้ ต้องรอให้เย็นช้า ๆ",
    "arabic": "إذا برد الفرن بسرعة كبيرة (جدا)، تشقق الطلاء عند 573 درجة.",
    "hebrew": "אם הכבשן מתקרר מהר מדי, הזיגוג נסדק ב-573 מעלות (בערך).",
    "hindi": "भट्ठी बहुत जल्दी ठंडी हो तो चमक में दरार पड़ जाती है।",
    "emoji": "kiln 👩‍👩‍👧‍👦 fire 🔥🔥🔥 flag 🇩🇪 e\u0301te\u0301 ✔️ done",
    "long word": "x" * 300 + " and " + "窯" * 100,
}


@pytest.mark.parametrize("width", [20, 33, 60, 100])
@pytest.mark.parametrize("script", SCRIPTS)
def test_lines_are_no_wider_than_the_terminal(script: str, width: int) -> None:
    said = SCRIPTS[script]
    words = [match.span() for match in re.finditer(r"\w+", said)][::2]
    for colour in (False, True):
        style = Style(colour, width)
        lines = list(style.wrap(Highlighted(said, tuple(words)).mark(BEGIN, END)))
        shown = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]
        assert max(map(cells, shown)) <= width
        # Nothing is lost, and every mark ends in the line in which it begins.
        kept = "".join(shown).replace("**", "").replace(" ", "")
        assert re.sub(f"[{ISOLATES}]", "", kept) == said.replace(" ", "")
        begin, end = style.marks
        assert all(line.count(begin) == line.count(end) for line in lines)


@example("a🏽🏽", 6)
@given(st.text(st.sampled_from("ab ,。「窯炉。あっ)(é\u0301👍🏽🇩🇪שלא ")), st.integers(6, 30))
def test_any_text_can_be_broken(said: str, width: int) -> None:
    lines = list(Style(width=width).wrap(said, "  "))
    assert max(map(cells, lines)) <= width
    assert re.sub(f"[{ISOLATES} ]", "", "".join(lines)) == said.replace(" ", "")


WORDS = st.sampled_from([*("kilncools"[:n] for n in range(1, 10)), "“é”", "", "\t"])


@settings(max_examples=300)
@given(st.lists(WORDS, min_size=4), st.sets(st.integers(0, 20)), st.integers(8, 18), st.booleans())
def test_the_fast_way_breaks_lines_as_the_other(
    words: list[str], matched: set[int], width: int, colour: bool
) -> None:
    marked = ""
    for number, word in enumerate(words):
        if number in matched:  # every third runs on to the next word
            word = f"{BEGIN}{word} on{END}" if number % 3 == 0 else f"{BEGIN}{word}e{END}"
        marked += word + " "
    style = Style(colour, width)
    fast = list(style.wrap(marked))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Style, "_plain_lines", lambda *_: [])
        assert list(style.wrap(marked)) == fast


@pytest.mark.parametrize("width", range(20, 40))
def test_no_line_begins_with_a_full_stop_or_ends_with_an_opening_bracket(width: int) -> None:
    for script in ("chinese", "japanese"):
        lines = [line.strip() for line in Style(width=width).wrap(SCRIPTS[script])]
        assert len(lines) > 1 and cells(lines[0]) > width - 9
        assert not any(line[0] in "，。、」っゃー" or line[-1] in "「" for line in lines)


def test_korean_is_broken_between_words() -> None:
    words = SCRIPTS["korean"].split()
    lines = Style(width=30).wrap(SCRIPTS["korean"])
    assert [word for line in lines for word in line.split()] == words


def test_an_address_is_never_broken() -> None:
    address = "https://kiln.example/" + "a" * 150 + "?q=%E7%AA%AF"
    (line,) = [line for line in Style(width=40).wrap(f"see {address} there") if "https" in line]
    assert address in line
    found = hit(1, "It cracks.", episode=replace(EPISODE, audio_url=address))
    assert f"   {address}#t=1" in page(found)


def test_text_from_right_to_left_keeps_its_order_and_its_neighbours_theirs() -> None:
    lines = list(Style(width=40).wrap(SCRIPTS["arabic"]))
    assert len(lines) > 1
    for line in lines:
        assert line.startswith("   \u2067") and line.endswith("\u2069")
    # A Latin sentence with an Arabic word stays a Latin one, also where a line begins with that.
    for line in Style(width=20).wrap("the word for kiln is فرن or قمينة then"):
        assert line[3] == "\u2066" or not re.search("[\u0600-\u06ff]", line)
    speaker = Speaker("فاطمة", Person("فاطمة"), Role.GUEST, Source.PUBLISHER)
    titled = replace(EPISODE, title="الفرن الطويل", show=None)
    found = Hit(passage(1, "yes", speaker), titled, 1.0, Highlighted("yes"))
    heading = page(found)[0]
    assert heading == "1. \u2068فاطمة (guest)\u2069 · 0:01 · \u2068الفرن الطويل\u2069 · 2021-03-11"
    # A line does not know what the one before it is isolated from.
    for line in text.hit(found, Style(width=14), "1. "):
        assert line.count("\u2068") == line.count("\u2069") - line.count("\u2066"), line
    (counts,) = text.facets((Facet("speaker", (FacetValue("فاطمة", 3),)),), Style())
    assert counts == "speaker: \u2068فاطمة\u2069 3"


def test_latin_pages_have_nothing_invisible() -> None:
    assert not re.search(f"[{ISOLATES}]", "\n".join(page(hit(1, SCRIPTS["latin"]))))
    assert isolated("Zoë") == "Zoë"


def test_a_transcript_cannot_command_the_terminal() -> None:
    evil = "be\x1b[2Jfore\x9b31m \u202eafter\x07 \ue000\ue001 \u2028end"
    speaker = Speaker(evil, Person(evil, occupation=evil), Role.GUEST, Source.PUBLISHER)
    told = replace(EPISODE, title=evil, show=evil, audio_url=f"https://kiln.example/{evil}")
    bad = replace(passage(1, evil, speaker), chapter=evil, text=evil + " again")
    found = Hit(bad, told, 1.0, Highlighted(bad.text, ((0, 4),)), (passage(0, evil, speaker),))
    lines = page(found)
    assert all(line.isprintable() for line in lines), lines
    assert "**be [**2Jfore" in "\n".join(lines)
    assert len(inert(evil)) == len(evil)


def test_a_heading_is_broken_between_its_parts() -> None:
    found = hit(1, "It cracks.")
    assert list(text.hit(found, Style(width=44), "1. "))[:2] == [
        "1. Bo Katz (guest) · potter · 0:01",
        "   The Long Kiln: Slow Cooling · 2021-03-11",
    ]
    narrow = list(text.hit(found, Style(width=20), "1. "))
    assert max(map(len, narrow)) <= 20
    coloured = list(text.hit(found, Style(colour=True, width=20), "1. "))
    assert [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in coloured] == narrow


# --- stretches ------------------------------------------------------------------------------------


def test_passages_in_a_row_are_shown_as_one_stretch_with_their_own_ranks() -> None:
    other = replace(EPISODE, id="other", title="Other")
    lines = page(
        hit(7, "Second."),
        Hit(passage(7, "Elsewhere."), other, 1.0, Highlighted("Elsewhere.")),
        hit(6, "First."),
        hit(9, "Not beside them."),
    )
    assert lines == [
        "3. Bo Katz (guest) · potter · 0:06 · The Long Kiln: Slow Cooling · 2021-03-11",
        "   First.",
        "   epi.6",
        "1. Bo Katz (guest) · 0:07",
        "   Second.",
        "   epi.7",
        "",
        "2. Bo Katz (guest) · potter · 0:07 · The Long Kiln: Other · 2021-03-11",
        "   Elsewhere.",
        "   epi.7",
        "",
        "4. Bo Katz (guest) · potter · 0:09 · The Long Kiln: Slow Cooling · 2021-03-11",
        "   Not beside them.",
        "   epi.9",
        "",
        "4 matches, 1 ms",
    ]


def test_turns_around_two_hits_are_shown_once() -> None:
    said = {
        number: passage(number, f"Turn {number}.", (BO, ANA)[number % 2]) for number in range(9)
    }
    around = [
        Hit(said[n], EPISODE, 1.0, Highlighted(said[n].text), (said[n - 1],), (said[n + 1],))
        for n in (5, 3)
    ]
    lines = page(*around)
    assert [line for line in lines if "Turn" in line] == [
        "   | Bo Katz: Turn 2.",
        "   Turn 3.",
        "   | Bo Katz: Turn 4.",
        "   Turn 5.",
        "   | Bo Katz: Turn 6.",
    ]
    assert [line[:2] for line in lines if re.match(r"\d\.", line)] == ["2.", "1."]
    assert lines[-1] == "2 matches, 1 ms"


def test_what_is_said_around_and_between_hits_is_shown_once_and_in_order() -> None:
    said = [passage(number, f"Turn {number}.", (BO, ANA)[number % 2]) for number in range(12)]
    hits = [
        Hit(said[n], EPISODE, 1.0, Highlighted(said[n].text), *(map(tuple, around)))
        for n, around in ((n, (said[n - 2 : n], said[n + 1 : n + 3])) for n in (6, 4, 3, 9))
    ]
    lines = page(*hits)
    turns = [line for line in lines if "Turn" in line]
    assert [int(re.sub(r"\D", "", line)) for line in turns] == list(range(1, 12))
    assert [n for n, line in enumerate(turns, 1) if "|" not in line] == [3, 4, 6, 9]
    assert [line[:2] for line in lines if re.match(r"\d\.", line)] == ["3.", "2.", "1.", "4."]


def test_what_is_left_out_between_turns_is_seen() -> None:
    found = hit(5, "It cracks.", before=(passage(2, "Long ago."), passage(4, "Just now.", turn=5)))
    lines = page(found)
    assert lines[1:4] == ["   | Bo Katz: Long ago.", "   | …", "   | Bo Katz: Just now."]
    assert lines[4] == "   It cracks."
    asked = replace(hit(5, "It cracks."), question=passage(3, "And then?", ANA))
    assert page(asked)[1:4] == ["   | Ana Ruiz: And then?", "   | …", "   It cracks."]
    asked = replace(hit(5, "It cracks."), question=passage(4, "And then?", ANA))
    assert page(asked)[1:3] == ["   | Ana Ruiz: And then?", "   It cracks."]


def test_a_chapter_is_told_once_in_a_stretch_until_it_is_another() -> None:
    hits = [hit(n, "It cracks.") for n in (1, 2, 3)]
    told = ["Salt", "Salt", "Ash"]
    chapters = [
        replace(each, passage=replace(each.passage, chapter=name))
        for each, name in zip(hits, told, strict=True)
    ]
    headings = [line for line in page(*chapters) if re.match(r"\d\.", line)]
    assert ["Salt" in line or "Ash" in line for line in headings] == [True, False, True]


def test_a_speaker_who_goes_on_is_named_once() -> None:
    first, second = passage(1, "One.", ANA, turn=1), passage(2, "Two.", ANA, turn=1)
    found = replace(hit(3, "It cracks."), before=(first, second))
    assert page(found)[1:3] == ["   | Ana Ruiz: One.", "   | Two."]


def test_what_explains_a_hit_is_broken_into_lines() -> None:
    parts = (("temperature", 4.5), ('"too fast"', 3.25), ("its length", -0.2), ("the episode", 1.0))
    lines = list(text.hit(hit(5, "It cracks.", explanation=parts), Style(width=40)))
    assert lines[-3:-1] == [
        '   temperature 4.50 + "too fast" 3.25 +',
        "   its length -0.20 + the episode 1.00",
    ]


def counted(total: int, *hits: Hit, offset: int = 0, grouped: bool = False) -> str:
    found = SearchPage("q", "q", total, 1.0, hits)
    return list(text.page(found, Style(), offset, grouped=grouped))[-1]


def test_what_is_grouped_is_counted_in_episodes() -> None:
    found = hit(5, "It cracks.", in_episode=3)
    assert counted(1, found) == "1 match, 1 ms"
    assert counted(1, found, grouped=True) == "1 episode, 1 ms"
    assert counted(9, found, grouped=True) == "1 of 9 episodes, 1 ms"


def test_what_is_counted_without_a_hit_is_counted_likewise() -> None:
    assert counted(1) == "1 match"
    assert counted(1_200, grouped=True) == "1,200 episodes"
    assert counted(20, offset=20) == "20 matches, none after 20"
