"""One archive in many languages: what is said in each is found, and marked where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import talksearch
from conftest import found
from talksearch.breaks import pieces
from talksearch.formats.timed_words import TimedWord, cues_of_words
from talksearch.words import fold, words

# Nothing says which language these are in.
SAID = {
    "ar": (
        "هذا هو الفخار الذي كان في المدينة القديمة. السيارات لا تدخل إلى هذه الشوارع، لكن "
        "كل الناس هنا منذ ١٩٨٤."
    ),
    "cs": "To je ta nová pec, kterou jsme postavili, a už se v ní pálí první knihy o keramice.",
    "de": (
        "Die Häuser am Meer sind alt, und wir haben sie nicht verkauft. Das ist eine "
        "große Übung für uns."
    ),
    "el": "Δεν ξέρω τι είναι αυτό, αλλά οι άνθρωποι ακούν τη μουσική της θάλασσας.",
    "en": (
        "They died long before the kilns were built, and it was not what we had been told "
        "about this."
    ),
    "es": (
        "Las canciones que cantaban los niños no son las de ahora, pero me gustan mucho "
        "por la letra."
    ),
    "fi": "Minä olin metsässä ja se oli hyvä päivä, mutta nyt en ole siellä niin kuin ennen.",
    "fr": (
        "C’est l’été que les élèves ont préféré, et je ne sais pas pourquoi. Mais qu’est- "
        "ce que ça fait ?"
    ),
    "he": (
        "אני לא יודע מה זה שָׁלוֹם, אבל גם הוא היה כאן על הספסל ואנחנו דיברנו על הדו\"ח בתל־אביב "
        "ועל ג׳ירפה."
    ),
    "hi": "यह बहुत अच्छी बात है कि बच्चों के पास किताबें हैं और वह घर में क़लम से हिन्दी १२३ लिखते हैं।",
    "hu": (
        "Nem tudom, hogy a városokból mit hoztak, de ez egy nagyon szép könyv volt, és "
        "már meg is van."
    ),
    "ja": "東京都の予算について話しました。新しいメンバーはｶﾒﾗを持っています。ﾊﾟﾝと。",
    "ko": "학교에서는 도자기를 만듭니다. 선생님께서 책을 주셨습니다.",
    "pl": "Nie wiem, czy studentów było tak dużo, ale to jest już ich ostatni rok i się cieszę.",
    "pt": (
        "Eu não sei por que as organizações fazem isso, mas os países são muito "
        "diferentes, então é bom."
    ),
    "ru": "Я не знаю, что он говорил о книгах, но ёлки были очень красивые, и мы так и жили.",
    "sv": (
        "Jag vet inte vad det är, men hästarna står i trädgården på landet och vi har det "
        "bra."
    ),
    "ta": "அவர்கள் புதிய வீடுகள் கட்டினார்கள், மரங்கள் நட்டார்கள்.",
    "th": "ผมไปโรงเรียนทุกวันเพราะชอบเรียนภาษาไทยมาก",
    "tr": (
        "Bu çok güzel bir şey ama kızlar için daha ne var, kadınların ışıkları yandı ve "
        "İzmir’de gittik."
    ),
    "zh": "我在北京大学学习中文，这些还是有用的，小朋友都很高兴。",
}  # fmt: skip


@pytest.fixture(scope="module", params=["at once", "one by one"])
def archive(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[talksearch.Archive]:
    """Made in one commit, or in many that are merged."""
    folder = tmp_path_factory.mktemp("languages")
    sources = [folder / f"{language}.vtt" for language in SAID]
    for source, text in zip(sources, SAID.values(), strict=True):
        source.write_text(f"WEBVTT\n\n00:00.000 --> 00:09.000\n{text}\n", "utf-8")
    batches = [sources] if request.param == "at once" else [[source] for source in sources]
    with talksearch.open(folder / "home") as archive:
        for batch in batches:
            assert {outcome.status for outcome in archive.add(*batch)} == {"new"}
        yield archive


def test_each_is_known(archive: talksearch.Archive) -> None:
    (facet,) = archive.facets(fields=["language"])
    assert {value.value: value.count for value in facet.values} == dict.fromkeys(SAID, 1)
    for language in SAID:
        assert found(archive, f"lang:{language}").keys() == {language}


@pytest.mark.parametrize(
    ("query", "language", "marked"),
    [
        # Another form than the one that was said, or another way to write it.
        ("سيارة", "ar", "السيارات"),
        ("kniha", "cs", "knihy"),
        ("haus", "de", "Häuser"),
        ("UEBUNG OR ÜBUNGEN", "de", "Übung"),
        ("grosse", "de", "große"),
        ("ΘΑΛΑΣΣΕΣ", "el", "θάλασσας"),
        ("ανθρώπων", "el", "άνθρωποι"),
        ("kiln", "en", "kilns"),
        ("canción", "es", "canciones"),
        ("metsä", "fi", "metsässä"),
        ("été", "fr", "l’été"),
        ("d'étés", "fr", "l’été"),
        ("préférer", "fr", "préféré"),
        ("eleve", "fr", "élèves"),
        ("1984", "ar", "١٩٨٤"),
        ("שלום", "he", "שָׁלוֹם"),
        ('הדו"ח', "he", 'הדו"ח'),
        ("אביב", "he", "אביב"),
        ("ג'ירפה", "he", "ג׳ירפה"),
        ("किताब", "hi", "किताबें"),
        ("कलम", "hi", "क़लम"),
        ("हिंदी", "hi", "हिन्दी"),
        ("123", "hi", "१२३"),
        ("város", "hu", "városokból"),
        ("カメラ", "ja", "ｶﾒﾗ"),
        ("パン", "ja", "ﾊﾟﾝ"),
        ("東京", "ja", "東京"),
        ("학교", "ko", "학교에서는"),
        ("책은", "ko", "책을"),
        ("student", "pl", "studentów"),
        ("organização", "pt", "organizações"),
        ("organizacoes", "pt", "organizações"),
        ("книга", "ru", "книгах"),
        ("елка", "ru", "ёлки"),
        ("häst", "sv", "hästarna"),
        ("tradgarden", "sv", "trädgården"),
        ("வீடு", "ta", "வீடுகள்"),
        ("โรงเรียน", "th", "โรงเรียน"),
        ("kız", "tr", "kızlar"),
        ("KADIN", "tr", "kadınların"),
        ("izmir", "tr", "İzmir’de"),
        ("İZMİR'den", "tr", "İzmir’de"),
        ("学习", "zh", "学习"),
        # Phrases: exactly these words.
        ('"المدينة القديمة"', "ar", "المدينة القديمة"),
        ('"nová pec"', "cs", "nová pec"),
        ('"hauser am meer"', "de", "Häuser am Meer"),
        ('"μουσικη της θαλασσας"', "el", "μουσική της θάλασσας"),
        ('"l\'ete que les eleves"', "fr", "l’été que les élèves"),
        ('"אני לא יודע"', "he", "אני לא יודע"),
        ('"בתל אביב"', "he", "בתל־אביב"),
        ('"अच्छी बात"', "hi", "अच्छी बात"),
        ('"東京都の予算"', "ja", "東京都の予算"),
        ('"책을 주셨습니다"', "ko", "책을 주셨습니다"),
        ('"елки были"', "ru", "ёлки были"),
        ('"புதிய வீடுகள்"', "ta", "புதிய வீடுகள்"),
        ('"ชอบเรียนภาษาไทย"', "th", "ชอบเรียนภาษาไทย"),
        ('"北京大学"', "zh", "北京大学"),
        # Prefixes and slips.
        ("سيار* OR السيار*", "ar", "السيارات"),
        ("trädg*", "sv", "trädgården"),
        ("학교*", "ko", "학교에서는"),
        ("किता*", "hi", "किताबें"),
        ("メン*", "ja", "メン"),
        ("メン＊", "ja", "メン"),
        ("โรง*", "th", "โรง"),
        ("красивие~", "ru", "красивые"),
    ],
)
def test_found_and_marked(
    archive: talksearch.Archive, query: str, language: str, marked: str
) -> None:
    assert found(archive, query) == {language: [marked]}


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        # What a word looks for in one language is not compared with another.
        ("die", {"de": ["Die"], "en": ["died"]}),
        ("died", {"en": ["died"]}),
        ("died lang:de", {}),
        # A name or number has no language.
        ('"die häuser" OR "they died"', {"de": ["Die Häuser"], "en": ["They died"]}),
        ("kiln NEAR/3 built", {"en": ["kilns", "built"]}),
        ("haus AND meer", {"de": ["Häuser", "Meer"]}),
    ],
)
def test_a_word_is_compared_in_the_passages_language(
    archive: talksearch.Archive, query: str, wanted: dict[str, list[str]]
) -> None:
    assert found(archive, query) == wanted


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("trädg ården", "“trädg ården” does not occur; did you mean “tradgarden”?"),
        ("lang:pt-BR", "nothing here has the language “pt-br”; did you mean “pt”?"),
        ("lang:nb", "nothing here has the language “nb”"),
        ("lang:klingon", "nothing here has the language “klingon”"),
    ],
)
def test_what_is_here_is_offered(archive: talksearch.Archive, query: str, hint: str) -> None:
    assert archive.search(query).hints[0] == hint


def test_every_word_of_every_text_finds_it(archive: talksearch.Archive) -> None:
    for language, text in SAID.items():
        said = [text[word.start : word.end] for word in words(text)]
        for word in pieces(text) if language in ("ja", "th", "zh") else said:
            for query in (word.title(), f'"{word.upper()}"', fold(word)):
                assert found(archive, f"({query}) lang:{language}").get(language), query


REAL = {
    "vtt/transcriptator/kde_express-16_kde_en_telegram.vtt": "es",
    "vtt/webvtt-py-tests/netflix_chicas_del_cable.vtt": "es",
    "srt/subtitleedit-tests/auto_detect_Danish.srt": "da",
    "srt/subtitleedit-tests/auto_detect_Russian.srt": "ru",
    "json_p20/podlove/transcripts__fg45.json": "de",
    "json_p20/podlove/transcripts__fg55.json": "de",
    "json_p20/podlove/transcripts__fs207.json": "de",
    "json_asr/autoedit2-samples/captions__examples__srtJson.json": "it",
    "json_asr/gooaye/transcripts__raw__gooaye-ep642-whisper.json": "zh",
    "json_asr/ittrio": "ja",
}


def test_real_files_in_other_languages(shared: Path, tmp_path: Path) -> None:
    """Three words of each are found in it, among all of them."""
    with talksearch.open(tmp_path / "home") as archive:
        spoken = {}
        for path, language in REAL.items():
            for outcome in archive.add(shared / "data" / path):
                if outcome.status == "new":  # some hold only an episode's description
                    spoken[outcome.episode_id] = language
        assert len(spoken) >= len(REAL) + 7 and {*spoken.values()} == {*REAL.values()}
        for episode, language in spoken.items():
            assert archive.search(f"episode:{episode} lang:{language}").total
            said = list(archive.export(f"episode:{episode}"))
            for place in (1, 2, 3):
                text = said[len(said) * place // 4].passage.text
                word = max(pieces(text) if language in ("ja", "zh") else text.split(), key=len)
                word = word.strip('.,?!:;"“”„»«-…')
                page = archive.search(f"{word} episode:{episode}", limit=100)
                mine = next(hit for hit in page.hits if hit.passage.text == text)
                marked = {text[start:end].lower() for start, end in mine.highlighted.spans}
                assert any(word.lower() in each or each in word.lower() for each in marked)


@pytest.mark.parametrize(
    ("timed", "wanted"),
    [
        (("今日は", "窯を", "焚く"), "今日は窯を焚く"),
        (("ក្រុង", "ភ្នំពេញ"), "ក្រុងភ្នំពេញ"),
        (("မြန်မာ", "စာ"), "မြန်မာစာ"),
        (("焚く", "kiln", "salt"), "焚く kiln salt"),
    ],
)
def test_what_a_recognizer_timed_is_joined_as_its_script_writes_it(
    timed: tuple[str, ...], wanted: str
) -> None:
    (cue,) = cues_of_words(TimedWord(word) for word in timed)
    assert cue.text == wanted
