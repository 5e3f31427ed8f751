"""Charsets that nothing declares: proven by the text, or left as Windows-1252."""

from __future__ import annotations

import random
from contextlib import suppress

import pytest

from talksearch import formats
from talksearch.errors import DocumentError
from talksearch.formats.charsets import proven
from talksearch.formats.decode import HEAD_BYTES, decode, head
from talksearch.model import Document

OTHER_SCRIPTS = {
    "ru": (
        "Я не знаю, что он говорил о печах, но мы тогда жили у моря.\n"
        "Это было очень давно, и никто уже не помнит, как её звали.\n"
        "А вы спрашивали у соседей? Да, конечно, но они только смеялись."
    ),
    "uk": (
        "Я не знаю, що він казав про печі, але ми тоді жили біля моря.\n"
        "Це було дуже давно, і ніхто вже не пам'ятає, як її звали.\n"
        "А ви питали в сусідів? Так, звичайно, але вони тільки сміялися."
    ),
    "bg": (
        "Не знам какво е казал за пещите, но ние тогава живеехме до морето.\n"
        "Това беше много отдавна и никой вече не помни как се казваше тя.\n"
        "А вие питахте ли съседите? Да, разбира се, но те само се смееха."
    ),
    "sr": (
        "Не знам шта је он рекао о пећима, али ми смо тада живели поред мора.\n"
        "То је било веома давно и нико се више не сећа како се она звала.\n"
        "А да ли сте питали комшије? Да, наравно, али они су се само смејали."
    ),
    "el": (
        "Δεν ξέρω τι είπε για τους φούρνους, αλλά εμείς τότε ζούσαμε κοντά στη θάλασσα.\n"
        "Αυτό έγινε πριν από πολλά χρόνια και κανείς δεν θυμάται πια το όνομά της.\n"
        "Άλλα μας είπαν οι γείτονες. Ναι, βέβαια, αλλά μόνο γελούσαν."
    ),
    "he": (
        "אני לא יודע מה הוא אמר על התנורים, אבל אנחנו גרנו אז ליד הים.\n"
        "זה היה לפני הרבה שנים ואף אחד כבר לא זוכר איך קראו לה.\n"
        "ושאלתם את השכנים? כן, בטח, אבל הם רק צחקו."
    ),
    "ar": (
        "لا أعرف ماذا قال عن الأفران، لكننا كنا نعيش في ذلك الوقت قرب البحر.\n"
        "كان ذلك منذ زمن طويل ولا أحد يتذكر الآن ماذا كان اسمها.\n"
        "وهل سألتم الجيران؟ نعم طبعا، لكنهم كانوا يضحكون فقط."
    ),
    "fa": (  # with the letters of Arabic, as Windows-1256 has it
        "من نمي دانم او درباره کوره ها چه گفت، ولي ما آن وقت کنار دريا زندگي مي کرديم.\n"
        "اين خيلي وقت پيش بود و ديگر هيچ کس يادش نيست که نام او چه بود.\n"
        "از همسايه ها پرسيديد؟ بله، البته، ولي آنها فقط مي خنديدند."
    ),
    "th": (
        "ผมไม่รู้ว่าเขาพูดอะไรเกี่ยวกับเตาเผา แต่ตอนนั้นเราอยู่ใกล้ทะเล\n"
        "มันนานมากแล้ว และไม่มีใครจำได้ว่าเธอชื่ออะไร\n"
        "แล้วคุณถามเพื่อนบ้านหรือเปล่าครับ ถามครับ แต่เขาหัวเราะอย่างเดียว"
    ),
    "ja": (
        "彼が窯について何と言ったのかは分かりませんが、私たちはその頃、海の近くに住んでいました。\n"
        "もうずいぶん昔のことで、彼女の名前を覚えている人はいません。\n"
        "近所の人に聞きましたか。ええ、もちろん。でも笑っているだけでした。"
    ),
    "zh-hans": (
        "我不知道他说了什么关于窑的事，但是我们那时候住在海边。\n"
        "这是很久以前的事了，没有人还记得她叫什么名字。\n"
        "你们问过邻居吗？问过，当然，可是他们只是笑。"
    ),
    "zh-hant": (
        "我不知道他說了什麼關於窯的事，但是我們那時候住在海邊。\n"
        "這是很久以前的事了，沒有人還記得她叫什麼名字。\n"
        "你們問過鄰居嗎？問過，當然，可是他們只是笑。"
    ),
    "ko": (
        "그 사람이 가마에 대해 뭐라고 했는지는 모르지만 우리는 그때 바닷가에 살았습니다.\n"
        "아주 오래전 일이고 이제는 아무도 그 여자의 이름을 기억하지 못합니다.\n"
        "이웃들에게 물어보셨나요? 네, 물론이지요. 그런데 다들 웃기만 했습니다."
    ),
}
MORE_LATIN_LETTERS = {
    "pl": (
        "Nie wiem, co on mówił o piecach, ale my wtedy już mieszkaliśmy nad morzem.\n"
        "To było bardzo dawno i nikt już się nie śmieje, jak się o tym opowiada.\n"
        "A pytaliście sąsiadów? Tak, oczywiście, że tak, ale oni się tylko śmiali."
    ),
    "cs": (
        "Nevím, co říkal o pecích, ale my jsme už tehdy bydleli u řeky.\n"
        "To je už dávno a nikdo si nepamatuje, jak se jmenovala, když přišla.\n"
        "A ptali jste se sousedů? Ano, ale ti se jen smáli. Řekli, že přece něco tušili."
    ),
    "sk": (
        "Neviem, čo hovoril o peciach, ale my sme vtedy už bývali pri mori.\n"
        "To je už dávno a nikto si nepamätá, ako sa volala, keď prišla do dediny.\n"
        "A pýtali ste sa susedov? Áno, ale tí sa len smiali, či vraj niečo počuli."
    ),
    "hu": (
        "Nem tudom, hogy mit mondott a kemencékről, de mi akkor már a tengernél éltünk.\n"
        "Ez nagyon régen volt, és már senki sem emlékszik rá, hogy őt hogy hívták.\n"
        "És a szomszédoktól kérdezték? Igen, de azok csak nevettek, és ők sem tudták többet erről."
    ),
    "sl": (
        "Ne vem, kaj je rekel o pečeh, ampak mi smo že takrat živeli ob morju.\n"
        "To je bilo že zelo dolgo nazaj in nihče več ne ve, kako ji je bilo ime.\n"
        "Pa ste vprašali sosede? Ja, seveda, ampak oni so se samo smejali, če je kdo prišel."
    ),
    "hr": (
        "Ne znam što je on rekao o pećima, ali mi smo već tada živjeli kraj mora.\n"
        "To je bilo jako davno i nitko se više ne sjeća kako su je zvali, kao ni kuću.\n"
        "A jeste li pitali susjede? Da, naravno, ali oni su se samo smijali i čudili se."
    ),
    "ro": (
        "Nu ştiu ce a spus el despre cuptoare, dar noi eram atunci lângă mare.\n"
        "Asta a fost de mult şi nimeni nu mai ştie cum o chema, pentru că era din alt sat.\n"
        "Şi aţi întrebat vecinii? Da, sigur că da, dar ei au râs şi au plecat în casă."
    ),
    "tr": (
        "Fırınlar için ne dediğini bilmiyorum ama biz o zaman denize çok yakındık.\n"
        "Bu çok eski bir şey ve artık kimse onun adını hatırlamıyor, ben de öyle.\n"
        "Komşulara sordunuz mu? Evet, ama onlar bu soruya da gülüp geçti, başka bir şey yok."
    ),
}
IN = {
    **dict.fromkeys(("bg", "sr"), ("cp1251", "iso8859-5")),
    "ru": ("cp1251", "koi8-r", "iso8859-5", "cp866"),
    "uk": ("cp1251", "koi8-u"),
    "el": ("cp1253", "iso8859-7"),
    "he": ("cp1255", "iso8859-8"),
    "ar": ("cp1256", "iso8859-6"),
    "fa": ("cp1256",),
    "th": ("cp874", "tis-620"),
    "ja": ("shift_jis", "cp932", "euc-jp"),
    "zh-hans": ("gb2312", "gbk", "gb18030"),
    "zh-hant": ("big5", "gbk"),
    "ko": ("euc-kr", "cp949"),
    **dict.fromkeys(("pl", "cs", "sk", "hu", "sl", "hr", "ro"), ("cp1250", "iso8859-2")),
    "tr": ("cp1254", "iso8859-9"),
}
TEXTS = {**OTHER_SCRIPTS, **MORE_LATIN_LETTERS}
WESTERN = {
    "en": "It’s a café, isn’t it? “Naïve”, he said — £5 for 10 m², 20 °C… That’s what they’re for.",
    "fr": "Où ça ? À l’été où les élèves ont préféré l’œuvre, « ça y est », dit-elle : 5 €, déjà.",
    "de": "Über die Häuser weiß ich nichts, „schön“ wäre das für uns alle; größer als früher, ja.",
    "es": "¿Qué dijo el niño? ¡Mañana! La señora está aquí, según él, en la 3ª planta, y punto.",
    "it": "È così: perché non è più là? È lì, è là, è già qui. Città, virtù, però è così e basta.",
    "pt": "Não são as organizações? É à mão, às três, já não há coração nem pão aí, mãe.",
    "nl": "Eén keer, zei hij, en toen nóg een keer; de coëfficiënt is één, maar zij was het niet.",
    "sv": "Å, en ö i ån! Där är jag född, på en ö, och så är det: åå, ja, en å och en ö till.",
    "da": "Få på øen så ægget; æ, ø og å er bogstaver, og så gik vi på café på Fanø igår.",
    "fi": "Öö, hän on jäänyt yöhön, ja näinä öinä älä lähde: äää, sehän on hyvä, ei kai.",
    "fur": "Al è stât culì, e no je plui: se tu vâs fûr, par chest, no ir es tu; clâf e dîs, sù.",
    "is": "Það er ég sem á hús við ána, og þú ert í skóla; æ, í því máli á ég ekki að ráða.",
    "ca": "Això és, però, l’única cançó que és més bonica; il·lusió, ànec, això sí, i prou.",
}


def read(data: bytes, media_type: str | None = None) -> str:
    return decode(Document(data, "x", media_type))


def subrip(text: str) -> str:
    return "".join(
        f"{number}\n00:00:{number:02},000 --> 00:00:{number:02},900\n{line}\n\n"
        for number, line in enumerate(text.split("\n"), 1)
    )


@pytest.mark.parametrize(
    ("language", "charset"), [(each, charset) for each in TEXTS for charset in IN[each]]
)
def test_what_a_text_proves(language: str, charset: str) -> None:
    text = subrip(TEXTS[language])
    data = text.encode(charset)
    assert read(data) == text
    assert head(Document(data, "x")).text == text
    assert [cue.text for cue in formats.read(Document(data, "x.srt")).cues] == (
        TEXTS[language].split("\n")
    )


@pytest.mark.parametrize("language", OTHER_SCRIPTS)
def test_beside_english_and_markup(language: str) -> None:
    charset = IN[language][0]
    text = f"<p>Interviewer: What did they say?</p>\n<p>{TEXTS[language]}</p>\n<p>I see.</p>" * 3
    assert read(text.encode(charset)) == text


@pytest.mark.parametrize("charset", ["cp1252", "mac_roman", "cp850"])
@pytest.mark.parametrize("language", WESTERN)
def test_western_text_is_no_proof(language: str, charset: str) -> None:
    data = (WESTERN[language] + "\n").encode(charset, "ignore")
    for times in (1, 30):
        assert proven(data * times) is None
    assert proven(data.upper() * 30) is None
    if charset == "cp1252":
        assert read(data * 30) == (WESTERN[language] + "\n") * 30


@pytest.mark.parametrize("language", MORE_LATIN_LETTERS)
def test_western_text_with_words_of_another_language(language: str) -> None:
    line = TEXTS[language].split("\n")[0]
    data = (WESTERN["en"] * 20).encode("cp1252") + line.encode(IN[language][0])
    assert proven(data) is None


def test_signs_are_no_letters() -> None:
    # Windows-1250 has letters in their places, "Ł" and "ł".
    text = "To jest bardzo dobre, ale nie tak jak by to bylo po £5, czy po 7³ i 9³, £6 lub £7.\n"
    assert proven((text * 20).encode("cp1252")) is None


@pytest.mark.parametrize(
    "text", ["é", "È è è é à", "ÉÉÉÉÉÉ ÀÀÀÀ ÔÔÔ", "ÛÛÛÛÜÜÜÜ ßßßßÞÞÞÞ ÝÝÝÝ" * 9]
)
def test_few_different_letters_are_no_words(text: str) -> None:
    assert proven(text.encode("cp1252") * 5) is None


@pytest.mark.parametrize("language", TEXTS)
def test_damaged_utf_8_is_utf_8(language: str) -> None:
    whole = TEXTS[language].encode()
    for damaged in (
        whole + b"\x93",
        whole.replace(b"\n", b"\x85\n"),
        bytes(byte for place, byte in enumerate(whole) if place % 50),
    ):
        assert proven(damaged) is None


def test_a_wrong_byte_is_lost_and_not_the_charset() -> None:
    text = OTHER_SCRIPTS["ru"]
    assert read(text.encode("cp1251") + b"\x98") == text + "\ufffd"
    # Declared, but not so.
    data = OTHER_SCRIPTS["ja"].encode("shift_jis") + b"\xff"
    assert read(data, "text/plain; charset=shift_jis").startswith(OTHER_SCRIPTS["ja"])


@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", "windows-1252", "us-ascii"])
def test_what_is_declared_by_default_says_nothing(declared: str) -> None:
    text = OTHER_SCRIPTS["ru"]
    assert read(text.encode("cp1251"), f"text/plain; charset={declared}") == text


def test_utf_8_says_more_than_what_is_declared() -> None:
    text = OTHER_SCRIPTS["bg"]
    assert read(text.encode(), "text/plain; charset=windows-1251") == text
    page = f'<meta charset="windows-1251">{text}'
    assert read(page.encode()) == page
    # In ASCII there is nothing to be seen of either.
    japanese = "日本語".encode("iso-2022-jp")
    assert read(japanese, "text/plain; charset=iso-2022-jp") == "日本語"


@pytest.mark.parametrize("language", TEXTS)
def test_the_head_is_read_as_the_whole_is(language: str) -> None:
    for shift in range(4):
        text = "x" * shift + "Title: The kiln\n" * (HEAD_BYTES // 16 - 3) + TEXTS[language]
        for data, declared in (
            (text.encode(IN[language][0]), None),
            (text.encode(IN[language][0]), f"text/plain; charset={IN[language][0]}"),
            (text.encode(), None),
        ):
            document = Document(data, "x", declared)
            beginning = head(document).text.rstrip("\ufffd")
            assert decode(document) == text
            assert text.startswith(beginning)
            assert len(beginning) > HEAD_BYTES * 0.99


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        (OTHER_SCRIPTS["ru"], "cp855"),
        (OTHER_SCRIPTS["el"], "mac_greek"),
        (OTHER_SCRIPTS["ar"], "mac_arabic"),
        ("Би чамд юу ч хэлэхгүй, өвгөн минь. Үнэхээр сонин юм аа, тийм үү?", "kz1048"),
    ],
)
def test_what_is_no_language_is_refused(text: str, charset: str) -> None:
    data = subrip(text).encode(charset, "ignore")
    assert proven(data) is None
    with pytest.raises(DocumentError, match="save it as UTF-8") as caught:
        formats.read(Document(data, "talks/one.srt"))
    assert caught.value.source == "talks/one.srt"
    assert read(data[:60])  # too little to say so


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(
    "text", ["Ó! Óóóóó! Áááááá! Éééééé! Úúúúú!", "á é í ó ú à è ì ò ù â ê î ô û ä ë ï"]
)
def test_no_text_in_unicode_is_refused(text: str, encoding: str) -> None:
    assert read((text * 3).encode(encoding)) == text * 3


def test_the_head_does_not_believe_what_the_whole_does_not() -> None:
    text = "It was a café.\n" * 3000
    data = text.encode("cp1252") + b"\x98"  # which Windows-1251 has not
    document = Document(data, "x", "text/plain; charset=windows-1251")
    assert head(document).text == text[:HEAD_BYTES]
    assert decode(document).startswith(text)


def test_random_bytes() -> None:
    drawn = random.Random(5)
    every = range(256)
    for kind in (every, [9, 10, 13, *range(32, 256)], range(128, 256), range(0xA1, 0xFF)):
        for _ in range(60):
            data = bytes(drawn.choices(kind, k=drawn.randrange(1, 400)))
            head(Document(data, "x"))
            with suppress(DocumentError):
                read(data)
            assert proven(data) is None or kind is not every
