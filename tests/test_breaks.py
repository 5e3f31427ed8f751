"""Words of scripts that are written without spaces, with ICU and without it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import talksearch
from conftest import found
from talksearch import breaks
from talksearch.breaks import pieces
from talksearch.words import words

SAID = {
    "ja": "東京都の予算の話です。日本語を勉強するメンバーが増えました。",
    "ja2": "京都の大学に行きました。京都駅の前のバーで 友達 と会いました。",
    "zh": "我在北京大学学习中文。这些还是有用的，小朋友都很高兴。",
    "th": "ผมไปโรงเรียนทุกวันเพราะชอบเรียนภาษาไทยมาก",
    "th2": "เขามาที่บ้านเมื่อวาน",
    "th3": "เด็กๆ ที่กรุงเทพฯ",
    "ko": "학교에서는 공부를 합니다. 선생님께서 책을 주셨습니다.",
    "km": "ខ្ញុំទៅសាលារៀនរាល់ថ្ងៃ",
    "lo": "ຂ້ອຍໄປໂຮງຮຽນທຸກມື້",
    "my": "ကျွန်တော်ကျောင်းသွားသည်",
    "mixed": "世の中はAI時代です。🙂 Pythonで東京の天気を調べる。",
}


def filled(home: Path) -> talksearch.Archive:
    archive = talksearch.open(home)
    sources = [home.with_name(f"{name}.vtt") for name in SAID]
    for source, text in zip(sources, SAID.values(), strict=True):
        source.write_text(f"WEBVTT\n\n00:00.000 --> 00:09.000\n{text}\n", "utf-8")
    assert not any(outcome.error for outcome in archive.add(*sources))
    return archive


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[talksearch.Archive]:
    with filled(tmp_path_factory.mktemp("breaks") / "home") as archive:
        yield archive


@pytest.fixture
def without_icu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaks, "_breaker", lambda: None)


WHOLE_WORDS = [
    ("京都", {"ja2": ["京都", "京都"]}),
    ("東京", {"ja": ["東京"], "mixed": ["東京"]}),
    ("東京都", {"ja": ["東京都"]}),
    ("日本", {"ja": ["日本"]}),
    ("バー", {"ja2": ["バー"]}),
    ("メンバー", {"ja": ["メンバー"]}),
    ("会", {"ja2": ["会"]}),
    ("AI時代", {"mixed": ["AI時代"]}),
    ("大学", {"ja2": ["大学"], "zh": ["大学"]}),
    ("还是", {"zh": ["还是"]}),
    ("是有", {}),
    ("朋友", {"zh": ["朋友"]}),
    ("มา", {"th2": ["มา"]}),
    ("เรียน", {"th": ["เรียน"]}),
    ("ภาษาไทย", {"th": ["ภาษาไทย"]}),
    ("เด็ก", {"th3": ["เด็ก"]}),
    ("เด็กๆ", {"th3": ["เด็กๆ"]}),
    ("กรุงเทพ", {"th3": ["กรุงเทพ"]}),
    ("សាលារៀន", {"km": ["សាលារៀន"]}),
    ("ໂຮງຮຽນ", {"lo": ["ໂຮງຮຽນ"]}),
    ("ကျောင်း", {"my": ["ကျောင်း"]}),
    ("학교", {"ko": ["학교에서는"]}),
    ("책은", {"ko": ["책을"]}),
    # Exactly these characters, whatever words they are in.
    ('"京都"', {"ja": ["京都"], "ja2": ["京都", "京都"]}),
    ('"京都の大学"', {"ja2": ["京都の大学"]}),
    ("京*", {"ja2": ["京", "京"]}),
    ("メン*", {"ja": ["メン"]}),
    ("東* AND 天気", {"mixed": ["東", "天気"]}),
    ("京都 NEAR/9 バー", {"ja2": ["京都", "京都", "バー"]}),
    ("京都 NEAR/9 予算", {}),
    # Typed as one, and nowhere as it stands: its words are.
    ("京都の大学はどこですか", {"ja2": ["京都", "大学", "京都"], "zh": ["大学"]}),
    ("我学习中文的小朋友", {"zh": ["我", "学习中文", "的", "小朋友"]}),
]


@pytest.mark.parametrize(("query", "wanted"), WHOLE_WORDS)
def test_whole_words_are_found(
    archive: talksearch.Archive, query: str, wanted: dict[str, list[str]]
) -> None:
    assert found(archive, query) == wanted


def test_an_index_with_breaks_needs_no_icu_to_be_searched(
    archive: talksearch.Archive, without_icu: None
) -> None:
    assert found(archive, "京都").keys() == {"ja2"}
    assert found(archive, "มา").keys() == {"th2"}


def test_without_icu_nothing_is_lost(without_icu: None, tmp_path: Path) -> None:
    with filled(tmp_path / "home") as archive:
        for query, wanted in WHOLE_WORDS:
            assert found(archive, query).keys() >= wanted.keys(), query
        assert found(archive, "京都").keys() == {"ja", "ja2"}


def test_one_index_may_be_made_with_icu_and_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with filled(tmp_path / "home") as archive:
        with monkeypatch.context() as without:
            without.setattr(breaks, "_breaker", lambda: None)
            source = tmp_path / "late.vtt"
            source.write_text("WEBVTT\n\n00:00.000 --> 00:09.000\n東京都の天気です。\n", "utf-8")
            assert not archive.add(source)[0].error
        assert found(archive, "京都").keys() == {"ja2", "late"}
        assert found(archive, "東京").keys() == {"ja", "mixed", "late"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("東京都に𠮷野家。AIの", [0, 2, 3, 4, 5, 7, 8, 9]),
        ("no such script", []),
        ("", []),
        ("ผมไปโรงเรียน", [0, 2, 4, 11]),
        ("東京\ud800都", [0, 2, 3]),
    ],
)
def test_where_words_begin(text: str, wanted: list[int]) -> None:
    assert breaks.breaks(text, list(words(text))) == wanted


def test_the_words_of_a_question() -> None:
    assert pieces("東京で一番おいしいラーメン屋はどこですか")[:2] == ["東京", "一番"]
    assert pieces("まつもと") == ["まつもと"]
    assert pieces("東京") == ["東京"]
    assert pieces("เด็กๆไปโรงเรียน") == ["เด็ก", "ไป", "โรงเรียน"]


def test_without_icu_the_words_of_a_question_are_pairs(without_icu: None) -> None:
    assert pieces("東京都は") == ["東京", "京都", "都は"]
    assert pieces("京") == ["京"]


def test_what_is_required_or_excluded_is_never_cut_up(archive: talksearch.Archive) -> None:
    # Only a question is asked in other words: a part of a word is not the word.
    whole = "大学天気"
    assert not archive.search(f'"{whole}"').total
    for query in (f"{whole} AND 大学", f"大学 AND {whole}", f"{whole} THEN 大学"):
        assert found(archive, query) == {}, query
    assert found(archive, f"京都 -{whole}") == found(archive, "京都")
    assert found(archive, f"{whole} OR 京都") == found(archive, "京都")


def test_a_question_that_is_cut_up_is_said_back_so(archive: talksearch.Archive) -> None:
    page = archive.search("大学天気", facets=["language"])
    assert page.parsed == "大学 天気"
    assert page.in_words == "passages with “大学” or “天気”, those with both first"
    assert page.hints[0] == (
        "“大学天気” does not occur as it stands; looked for by its words: “大学” or “天気”"
    )
    assert page.total == archive.search(page.parsed).total == len(list(archive.export("大学天気")))
    assert archive.facets("大学天気", fields=["language"]) == page.facets
    assert page.total == sum(value.count for value in page.facets[0].values)


def test_a_name_in_hiragana_is_not_cut_into_particles(archive: talksearch.Archive) -> None:
    assert found(archive, "まつのは") == {}
    assert archive.search("まつのは").hints == ("“まつのは” does not occur",)


def test_a_watch_waits_for_the_word_itself(archive: talksearch.Archive) -> None:
    assert archive.search("大学天気").total
    archive.watches.add("大学天気", name="whole")
    assert archive.watches.count("whole") == 0


def test_more_like_a_passage_are_those_with_its_words(archive: talksearch.Archive) -> None:
    (given,) = archive.search('"日本語を勉強する"').hits
    page = archive.search(like=given.passage.id)
    assert page.parsed.startswith("東京 -episode:")
    assert [hit.episode.title for hit in page.hits] == ["mixed"]


def test_a_few_characters_in_a_row_make_no_copy(tmp_path: Path) -> None:
    forecast = "気象予報士に東京の天気を聞きました。傘はいりません。"
    said = {
        "given": forecast,
        "again": f"もう一度。{forecast}",
        "other": "気象予報士に東京の雪はどうですかと聞いてみたことがあります。",
    }
    with talksearch.open(tmp_path / "home") as archive:
        for name, text in said.items():
            source = tmp_path / f"{name}.vtt"
            source.write_text(f"WEBVTT\n\n00:00.000 --> 00:09.000\n{text}\n", "utf-8")
            archive.add(source)
        given = next(hit for hit in archive.search("傘").hits if hit.episode.title == "given")
        page = archive.search(like=given.passage.id)
        assert [hit.episode.title for hit in page.hits] == ["other"]


def test_the_words_of_a_text() -> None:
    text = "世の中はAI時代です。🙂 Pythonで 東京の 天気を調べる。それは"
    assert breaks.typed(text) == ["世の中", "ai", "時代", "python", "東京", "天気", "調べる"]
    assert breaks.typed("それは") == ["それは"]
    assert breaks.typed("Don't say “C++”.") == ["don't", "say", "c++"]
    assert breaks.typed("🙂") == []
