"""Which language something is in, and what a word's stem is in it."""

from __future__ import annotations

from pathlib import Path

import pytest

import talksearch
from talksearch.languages import detect, primary, tag
from talksearch.words import as_written, fold, stem, stemmer_language, words

SENTENCES = {
    "de": "Ich weiß nicht, was wir jetzt machen, aber das ist gut. Sie war nicht hier und es geht.",
    "fr": "Je ne sais pas ce que nous allons faire, mais c’est bien. Elle n’est pas là et ça va.",
    "no": (
        "Jeg vet ikke hva vi skal gjøre nå, men det blir bra. Hun har ikke vært her, og "
        "noen sier at det var av seg selv. Hva mener du om det?"
    ),
    "da": (
        "Jeg ved ikke hvad vi skal gøre nu, men det bliver godt. Hun har ikke været her, "
        "og nogle siger at det kom af sig selv. Hvad mener du?"
    ),
    "sv": (
        "Jag vet inte vad vi ska göra nu, men det blir bra. Hon har inte varit här, och "
        "några säger att det är så."
    ),
    "nl": (
        "Ik weet niet wat we nu moeten doen, maar het komt wel goed. Zij is er niet "
        "geweest en we hebben het ook niet gezien."
    ),
    "pt": (
        "Eu não sei o que a gente vai fazer agora, mas vai dar certo. Ela não esteve aqui "
        "e isso é muito bom para os dois."
    ),
    "es": (
        "No sé qué vamos a hacer ahora, pero está bien. Ella no estuvo aquí y eso es muy "
        "bueno para los dos."
    ),
    "gl": (
        "Non sei o que imos facer agora, pero está ben. Ela non estivo aquí e iso é moi "
        "bo para os dous, unha cousa como esa."
    ),
    "ca": (
        "No sé què farem ara, però està bé. Ella no ha estat aquí i això és molt bo per "
        "als dos, amb una mica més de temps."
    ),
    "it": (
        "Non so che cosa faremo adesso, ma va bene. Lei non è stata qui e questo è molto "
        "bello per tutti e due, come si dice."
    ),
    "ro": (
        "Nu știu ce o să facem acum, dar este bine. Ea nu a fost aici și asta este foarte "
        "bun pentru că sunt mai mulți."
    ),
    "pl": (
        "Nie wiem, co teraz zrobimy, ale jest dobrze. Ona nie była tutaj i to jest bardzo "
        "dobre, tak że się cieszę."
    ),
    "cs": (
        "Nevím, co teď budeme dělat, ale je to dobré. Ona tady nebyla a to se mi líbí, "
        "protože jsem už byl doma."
    ),
    "sk": (
        "Neviem, čo teraz budeme robiť, ale je to dobré. Ona tu nebola a to sa mi páči, "
        "lebo som už bol doma, ako keď prší."
    ),
    "hu": (
        "Nem tudom, hogy most mit fogunk csinálni, de ez jó. Ő nem volt itt, és ez egy "
        "nagyon jó dolog, mert már van időnk."
    ),
    "fi": (
        "En tiedä mitä me nyt teemme, mutta se on hyvä. Hän ei ole ollut täällä, ja se "
        "oli niin kuin minä sanoin."
    ),
    "et": (
        "Ma ei tea, mida me nüüd teeme, aga see on hea. Ta ei ole siin olnud ja see oli "
        "nii kui ma ütlesin, või mis."
    ),
    "lt": (
        "Nežinau, ką dabar darysime, bet tai yra gerai. Jos čia nebuvo ir tai labai "
        "gerai, kad aš jau namie."
    ),
    "lv": (
        "Es nezinu, ko mēs tagad darīsim, bet tas ir labi. Viņa nav bijusi šeit, un tas "
        "ir ļoti labi, ka es jau mājās."
    ),
    "tr": (
        "Şimdi ne yapacağımızı bilmiyorum ama bu iyi. O burada değildi ve bu çok güzel "
        "bir şey, daha var."
    ),
    "id": (
        "Saya tidak tahu apa yang akan kita lakukan sekarang, tapi itu baik. Dia tidak "
        "ada di sini dan ini untuk kita."
    ),
    "vi": (
        "Tôi không biết bây giờ chúng ta sẽ làm gì, nhưng như thế là tốt. Cô ấy đã không "
        "có ở đây và đó là một điều rất hay của những người này."
    ),
    "sh": (
        "Ne znam što ćemo sada raditi, ali to je dobro. Ona nije bila ovdje i to je za "
        "nas kao da smo kod kuće."
    ),
    "sl": (
        "Ne vem, kaj bomo zdaj naredili, ampak to je dobro. Ona ni bila tukaj in to je "
        "zelo lepo, saj smo tudi mi doma, ker so za to."
    ),
    "uk": (
        "Я не знаю, що ми зараз будемо робити, але це добре. Вона не була тут, і це дуже "
        "добре, бо він є вдома."
    ),
    "ru": (
        "Я не знаю, что мы сейчас будем делать, но это хорошо. Она не была здесь, и это "
        "очень хорошо, как он и сказал."
    ),
    "bg": (
        "Не знам какво ще правим сега, но това е добре. Тя не беше тук и това е много "
        "хубаво за нас, че аз съм у дома."
    ),
    "sr": (
        "Не знам шта ћемо сада радити, али то је добро. Она није била овде и то је за нас "
        "као да смо код куће, што би се рекло."
    ),
    "el": "Δεν ξέρω τι θα κάνουμε τώρα.",
    "ar": (
        "لا أعرف ماذا سنفعل الآن ولكن هذا جيد. لم تكن هنا وهذا من كل ما كان في البيت على الطاولة"
    ),
    "fa": (
        "نمی‌دانم الان چه کار می‌کنیم، اما این خوب است. او اینجا نبود و این برای ما هم "
        "خوب است که در خانه هستیم"
    ),
    "he": (
        "אני לא יודע מה נעשה עכשיו אבל זה טוב. היא לא הייתה כאן וזה גם טוב כי אנחנו בבית עם כל זה"
    ),
    "hi": (
        "मुझे नहीं पता कि हम अब क्या करेंगे लेकिन यह अच्छा है। वह यहाँ नहीं थी और यह बहुत "
        "अच्छी बात है कि हम घर में हैं"
    ),
    "ko": "지금 무엇을 할지 모르겠어요",
    "th": "ไม่รู้ว่าจะทำอะไร",
    "zh": "我不知道我们现在要做什么",
    "bn": "আমি জানি না আমরা এখন কী করব",
    "pa": "ਮੈਨੂੰ ਨਹੀਂ ਪਤਾ ਅਸੀਂ ਹੁਣ ਕੀ ਕਰਾਂਗੇ",
    "gu": "મને ખબર નથી કે હવે આપણે શું કરીશું",
    "te": "ఇప్పుడు మనం ఏమి చేస్తామో నాకు తెలియదు",
    "kn": "ನಾವು ಈಗ ಏನು ಮಾಡುತ್ತೇವೆ ಎಂದು ನನಗೆ ಗೊತ್ತಿಲ್ಲ",
    "ml": "ഇനി എന്തു ചെയ്യുമെന്ന് എനിക്കറിയില്ല",
    "si": "අපි දැන් මොනවා කරයිද කියලා මම දන්නේ නැහැ",
    "ja": "今何をするか分かりません",
    "eu": (
        "Ez dakit zer egingo dugun orain, baina ondo dago. Hura ez zen hemen izan eta "
        "hori oso ona da, nola esan behar den."
    ),
    "ga": (
        "Níl a fhios agam cad a dhéanfaimid anois, ach tá sé go maith. Ní raibh sí anseo "
        "agus sin an rud is fearr, mar a bhí sé."
    ),
    "en": "I don't know what we are going to do now, but it is fine.",
}


@pytest.mark.parametrize("language", SENTENCES)
def test_a_sentence_tells_its_language(language: str) -> None:
    assert detect([SENTENCES[language]]) == language
    assert detect(SENTENCES[language].upper().split(".")) == language


@pytest.mark.parametrize(
    "text",
    ["", "42", "Hmm.", "Anna Lind, Oslo", "foo bar " * 200, "🙂 " * 50, "the the the", "\ud800"],
)
def test_what_tells_nothing_is_of_no_language(text: str) -> None:
    assert detect([text]) is None


def test_what_is_quoted_does_not_decide() -> None:
    assert detect([SENTENCES["en"] * 3, "As they say: ", SENTENCES["de"], "東京"]) == "en"
    assert detect(["AIを使ってPythonでプログラミングする話をします"]) == "ja"


@pytest.mark.parametrize(
    ("declared", "wanted", "first"),
    [
        ("de-AT", "de-at", "de"),
        ("pt_BR", "pt-br", "pt"),
        (" zh-Hant-TW ", "zh-hant-tw", "zh"),
        ("German", "de", "de"),
        ("FRENCH", "fr", "fr"),
        ("deu", "de", "de"),
        ("cze", "cs", "cs"),
        ("iw", "he", "he"),
        ("nb-NO", "nb-no", "nb"),
        ("yue", "yue", "yue"),
        ("Punjabi", "pa", "pa"),
        ("malagasy", "mg", "mg"),
        ("cmn-Hans-CN", "zh-hans-cn", "zh"),
        ("cz", "cs", "cs"),
        ("JP", "ja", "ja"),
        ("हिन्दी", "hi", "hi"),
        ("fil-PH", "tl-ph", "tl"),
        ("x-klingon", None, None),
        ("und", None, None),
        ("auto detected", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_tags_and_names(declared: str | None, wanted: str | None, first: str | None) -> None:
    assert tag(declared) == wanted
    assert primary(declared) == first


@pytest.mark.parametrize(
    ("declared", "one", "other"),
    [
        ("ar", "المدرسة", "مدرسة"),
        ("ca", "informació", "informacions"),
        ("ca", "col·legis", "COL·LEGI"),
        ("cs-CZ", "knihy", "kniha"),
        ("da", "bøger", "bøgerne"),
        ("de-AT", "Häuser", "Haus"),
        ("el", "σπίτια", "σπίτι"),
        ("en-GB", "running", "runs"),
        ("es-MX", "niños", "niña"),
        ("et", "raamatud", "raamat"),
        ("eu", "mendian", "mendi"),
        ("fa", "کتاب‌ها", "کتاب"),
        ("fi", "kylässä", "kylä"),
        ("fr-CA", "préférée", "préférer"),
        ("ga", "gceist", "ceist"),
        ("hi", "किताबों", "किताब"),
        ("hr", "knjige", "knjiga"),
        ("hu", "könyvről", "könyv"),
        ("hy", "քաղաքներ", "քաղաք"),
        ("id", "makanan", "makan"),
        ("it", "canzoni", "canzone"),
        ("ko-KR", "학교에서는", "학교"),
        ("ko", "선생님께서", "선생님이"),
        ("lt", "knygų", "knyga"),
        ("nb", "fjordene", "fjord"),
        ("ne", "घरमा", "घर"),
        ("nl", "boeken", "boek"),
        ("nn-NO", "båter", "båten"),
        ("no", "møter", "møtet"),
        ("pl", "studentów", "student"),
        ("pt-BR", "organizações", "organização"),
        ("ro", "orașului", "oraș"),
        ("ru", "книгой", "книга"),
        ("sr-Latn", "kuća", "kuće"),
        ("sv", "hästar", "hästen"),
        ("ta", "வீடுகள்", "வீடு"),
        ("tr", "KIZLAR", "kız"),
        ("German", "Städte", "Stadt"),
    ],
)
def test_inflections_have_one_stem(declared: str, one: str, other: str) -> None:
    language = stemmer_language(declared)
    stems = {
        stem(as_written(text, word.forms[0], language), language)
        for text in (one, other)
        for word in words(text)
    }
    assert len(stems) == 1
    assert {fold(one), fold(other)} - stems  # something was taken away


@pytest.mark.parametrize("declared", ["uk", "vi", "tlh", "zh", "ja", "xx-yy"])
def test_a_language_without_a_stemmer_has_no_others(declared: str) -> None:
    assert stem("running", stemmer_language(declared)) == "running"


def test_none_is_english() -> None:
    assert stem("running", stemmer_language(None)) == stem("running", stemmer_language("")) == "run"


@pytest.mark.parametrize("word", ["2020", "c++", "covid19", "日", "𠮷", "ไ"])
def test_some_words_are_nobodys_to_cut(word: str) -> None:
    assert all(stem(word, language) == word for language in ("en", "de", "tr", "ko", "hi"))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("l’homme", [("l'homme", "homme")]),
        ("Qu'il d'été", [("qu'il", "il"), ("d'ete", "ete")]),
        ("dell'arte un'idea", [("dell'arte", "arte"), ("un'idea", "idea")]),
        ("aujourd'hui", [("aujourd'hui",)]),
        (
            "don't we're I'd it'll o'clock",
            [("don't",), ("we're",), ("i'd",), ("it'll",), ("o'clock",)],
        ),
    ],
)
def test_elided_words(text: str, wanted: list[tuple[str, ...]]) -> None:
    assert [word.forms for word in words(text)] == wanted


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("STRASSE", "straße"),
        ("ﬁnale", "finale"),
        ("Ｔｏｋｙｏ", "tokyo"),
        ("ｶﾒﾗ", "カメラ"),
        ("ΛΌΓΟΣ", "λογος"),
        ("ISTANBUL", "ıstanbul"),
        ("İzmir", "izmir"),
        ("Sąjūdis", "sajudis"),
        ("Åse", "ase"),
        ("Đặng", "dang"),
        ("שָׁלוֹם", "שלום"),
        ("مُحَمَّد", "محمد"),
        ("مـحـمـد", "محمد"),
        ("أحمد", "احمد"),
        ("إسلام", "اسلام"),
        ("ёлка", "елка"),
        ("क़लम", "कलम"),
        ("ＡＢＣ１２３", "abc123"),
    ],
)
def test_what_is_written_otherwise_is_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_marks_that_make_another_letter_stay() -> None:
    assert fold("май") != fold("маи") and fold("が") != fold("か")


def test_real_transcripts_tell_their_language(shared: Path) -> None:
    told = {
        "srt/subtitleedit-tests/auto_detect_Danish.srt": "da",
        "srt/subtitleedit-tests/auto_detect_Russian.srt": "ru",
        "vtt/webvtt-py-tests/netflix_chicas_del_cable.vtt": "es",
        "json_p20/podlove/transcripts__fg45.json": "de",
        "md/gooaye/transcripts__clean__gooaye-ep600-transcript.md": "zh",
        "txt/lean-mind/docs__ep30-podcast-carlos-ble.txt": "es",
        "json_asr/autoedit2-samples/captions__examples__srtJson.json": "it",
    }
    for path, language in told.items():
        transcript = talksearch.read_transcript(shared / "data" / path)
        assert transcript.episode.language == language, path
