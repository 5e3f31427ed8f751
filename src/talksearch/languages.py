"""Which language something is in: by what is declared, and where nothing is, by the text itself.

A *tag* is one of BCP 47 in lower case: ``de``, ``pt-br``, ``zh-hant``. Recognizers and people write
names (``German``) and codes of three letters (``deu``) as well; ``tag`` reads them all.

Undeclared text is told by its script, and within a script by its most frequent words: those of a
language make up a third of what is said in it, so a paragraph is enough. Models that tell more
languages weigh from 1 to 100 MB, and what they add are mostly languages that nothing is done for.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache
from itertools import islice

from talksearch.patterns import pattern

__all__ = ["detect", "primary", "tag"]

_TAG = pattern(r"[a-z]{2,3}(?:-[a-z0-9]{1,8})*")
_NONE = frozenset(("und", "mul", "mis", "zxx"))  # undetermined, several, uncoded, nothing said

# The code, then what else it is called: ISO 639-2, former codes, names in English (what
# Whisper has) and their own; and codes of countries, where they are no language's.
_CALLED = {
    names[0]: names[1:]
    for line in """
    af afr afrikaans|am amh amharic|ar ara arabic العربية|as asm assamese|az aze azerbaijani
    ba bak bashkir|be bel belarusian|bg bul bulgarian|bn ben bengali bangla বাংলা
    bo bod tib tibetan|br bre breton|bs bos bosnian|ca cat catalan català valencian
    cs ces cze cz czech čeština|cy cym wel welsh|da dan dk danish dansk|de deu ger german deutsch
    el ell gre gr greek ελληνικά|en eng english|eo epo esperanto|es spa spanish español castilian
    et est estonian eesti|eu eus baq basque|fa fas per persian farsi فارسی|fi fin finnish suomi
    fo fao faroese|fr fra fre french français|ga gle irish gaeilge|gl glg galician galego
    gu guj gujarati|ha hau hausa|he heb hebrew iw עברית|hi hin hindi हिन्दी
    haw hawaiian|ht hat haitian|ln lin lingala|mg mlg malagasy
    hr hrv croatian hrvatski|hu hun hungarian magyar|hy hye arm armenian|id ind indonesian in
    is isl ice icelandic|it ita italian italiano|ja jpn jp japanese 日本語|jv jav javanese jw
    ka kat geo georgian|kk kaz kazakh|km khm khmer|kn kan kannada|ko kor korean 한국어
    la lat latin|lb ltz luxembourgish|lo lao|lt lit lithuanian|lv lav latvian|mi mri mao maori
    mk mkd macedonian|ml mal malayalam|mn mon mongolian|mr mar marathi|ms msa may malay
    mt mlt maltese|my mya bur burmese myanmar|nb nob bokmål|ne nep nepali
    nl nld dut dutch nederlands|nn nno nynorsk|no nor norwegian norsk|oc oci occitan
    pa pan punjabi panjabi|pl pol polish polski|ps pus pashto|pt por portuguese português
    ro ron rum romanian română mo mol|ru rus russian русский|sa san sanskrit|sd snd sindhi
    si sin sinhala sinhalese|sk slk slo slovak|sl slv slovenian|sn sna shona|so som somali
    sq sqi alb albanian|sr srp serbian srpski српски|st sot sesotho|su sun sundanese
    sv swe swedish svenska|sw swa swahili|ta tam tamil தமிழ்|te tel telugu|tg tgk tajik
    th tha thai ไทย|tk tuk turkmen|tl tgl tagalog filipino fil|tr tur turkish türkçe|tt tat tatar
    uk ukr ua ukrainian українська|ur urd urdu|uz uzb uzbek|vi vie vietnamese|yi yid yiddish ji
    yo yor yoruba|yue cantonese|zh zho chi cn cmn chinese mandarin 中文
    """.replace("\n", "|").split("|")
    if (names := line.split())
}
_CODES = {name: code for code, names in _CALLED.items() for name in names}


def tag(declared: str | None) -> str | None:
    """The tag of what is declared, None where that names no language.

    >>> tag("de_AT"), tag("German"), tag("deu"), tag("zh-Hant-TW"), tag("unknown"), tag("")
    ('de-at', 'de', 'de', 'zh-hant-tw', None, None)
    """
    first, *rest = (declared or "").strip().lower().replace("_", "-").split("-")
    found = "-".join([_CODES.get(first, first), *rest])
    return found if _TAG.fullmatch(found) and first not in _NONE else None


def primary(declared: str | None) -> str | None:
    """The language itself: ``pt-BR`` -> ``pt``, ``German`` -> ``de``."""
    found = tag(declared)
    return found.partition("-")[0] if found else None


# --- by the text ----------------------------------------------------------------------------------

# A language by itself, or those that are written so and told apart by their words.
_SCRIPTS = {
    "latin": "A-Za-z\u00c0-\u024f\u1e00-\u1eff",
    "ja": "\u3041-\u30ff",
    "zh": "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff",
    "ko": "\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3",
    "th": "\u0e01-\u0e5b",
    "lo": "\u0e81-\u0edf",
    "km": "\u1780-\u17ff",
    "my": "\u1000-\u109f",
    "el": "\u0370-\u03ff\u1f00-\u1fff",
    "hy": "\u0530-\u058f",
    "ka": "\u10a0-\u10ff",
    "ta": "\u0b80-\u0bff",
    "bn": "\u0980-\u09ff",
    "pa": "\u0a01-\u0a7f",
    "gu": "\u0a80-\u0aff",
    "te": "\u0c00-\u0c7f",
    "kn": "\u0c80-\u0cff",
    "ml": "\u0d00-\u0d7f",
    "si": "\u0d80-\u0dff",
    "cyrillic": "\u0400-\u052f",
    "arabic": "\u0600-\u06ff",
    "hebrew": "\u0590-\u05ff",
    "devanagari": "\u0900-\u097f",
}
_LETTERS = pattern("|".join(f"([{span}])" for span in _SCRIPTS.values()))
_JAPANESE = 0.1  # the share of kana that no other language has, Han characters beside it

# The most frequent words of speech, about twenty a language.
_FREQUENT = {
    "latin": """
    en the and you that it is was of to in i we what they this with have not but so are for
    de der die das und ich ist nicht wir es ein eine auch auf mit dass sie aber wenn zu den
    fr le la les et est je que pas vous un une des il dans qui ce pour mais on ça c'est
    es que de la el los y en es no un una por con lo pero como más está muy yo las
    pt que o a não é um uma do da os em para com mas eu você isso muito então são
    it che di il la è non un una per sono ma con si mi anche questo come gli della più
    nl de het een en ik dat is niet van je we ook maar voor zijn wat er dan heb op
    sv och det att jag är som en inte på för vi du har med av men så till ett om
    da og det at jeg er som en ikke på for vi du har med af men så til et også hvad
    no og det at jeg er som en ikke på for vi du har med av men så til et også hva
    fi ja on ei se että hän mutta niin olen oli mitä kun minä siitä tämä ovat vain sitten myös nyt
    et ja on ei see et ma aga nii oli mis kui ta ka seda või siis väga meie ning olen
    hu a az és hogy nem is egy ez de mert meg volt van csak már ha mint azt én kell
    pl i nie to się w na że jest z co jak ale do tak o po czy już bardzo było
    cs a to je se že na v jsem tak ale jak co by když jako už byl jsme nebo si
    sk a to je sa že na v som tak ale ako čo by keď už bol sme alebo si nie
    ro și nu de la că este o în cu a un mai pentru care ce dar am sunt foarte sau
    ca que de la el i no és un una els per amb però com les més molt va hi aquest
    gl que de a o e non é unha un en do da para pero máis como moi os iso hai
    lt ir tai yra kad ne į aš bet kaip su buvo jau dar labai mes jis kas taip iš apie
    lv un ir tas ka ne es bet kā ar bija vēl ļoti mēs viņš kas tā no par arī vai
    tr bir ve bu da de çok ne için ama ben var daha gibi o mi değil yok şey biz sonra
    id yang dan di itu ini ada saya tidak kita dengan untuk dari juga ke bisa kami akan kalau apa
    ms yang dan di itu ini ada saya tidak kita dengan untuk dari juga ke boleh kami ialah kerana
    vi là và có không của tôi một cho được những người này thì đã với các mà cũng đó rất
    ga agus an na is tá ar sé go bhí sin seo níl mar le ach atá raibh muid do bhfuil
    eu eta da ez bat ere hori dira du zen baina oso egin izan dut behar nik gara dute nola hau
    eo la kaj de estas mi ke ne en al ĉu tio por sed ili ni kun pri estis vi kiel
    sh je i da se u na to što ne sam su ali kao za bio od ili smo kako ovo šta
    sl je in da se na v to ki ne sem so pa za bil ali kot tudi smo kaj zelo
    sq dhe në të që një është për me nuk ka por si u kjo ai janë ishte jam edhe më
    af die en het is nie ek dit van wat ons hulle was om sy maar vir baie hy jy daar
    cy y yr a i yn mae o ar ac ond roedd wedi fel bod hynny ni dw gan hefyd oedd
    is og að það er ég ekki sem við á í hann en var þetta um með eru svo hún bara
    sw na ya wa ni kwa katika hii sana kama lakini yake hiyo sisi mimi watu huyo la za kuwa hapa
    tl ang ng sa na mga ako ko ay hindi ito siya kung lang naman po kami may yung pero niya
    st ke le ho ba ha ka e ea hore oa ena bona empa joalo feela hona rona bo tsa
    """,
    "cyrillic": """
    ru и в не на что я это как он мы с так но вы по у же было есть очень
    uk і в не на що я це як він ми з так але ви та у же було є дуже
    bg и в не на че аз това как той ние с да но вие по се ще беше е много
    sr и у не на да ја то како он ми са је али ви се шта су било веома што
    mk и во не на дека јас тоа како тој ние со да но вие се што ќе беше е многу
    """,
    "arabic": """
    ar في من على أن ما لا هذا كان إلى هو عن مع كل هذه التي الذي لم أنا يعني
    fa و در به از که این است را با من هم برای بود یک ما آن خیلی هست شما می
    ur کے میں کی ہے اور سے کا کو نہیں ہیں یہ کہ پر تھا وہ بھی ایک ہم تو نے
    """,
    "hebrew": """
    he של את לא זה אני על הוא אבל גם כל מה אז היא היה אנחנו יש כי עם אם יותר
    yi און איז די דער דאס איך ניט מיט פון צו ער האט אויך א זיי וואס מיר געווען נישט אין
    """,
    "devanagari": """
    hi है के में की और से का को नहीं हैं यह कि पर था वह भी एक हम तो ने
    ne छ र को मा का हो पनि यो छन् गर्ने लाई भने थियो म हामी हुन्छ त यस गरेको एक
    mr आहे आणि हे ते मी नाही तर होते एक पण या ही काय आपण खूप आहेत असे त्या केले को
    """,
}


@cache
def _weights(script: str) -> dict[str, dict[str, float]]:
    """For each frequent word the languages that it speaks for: one that three have counts
    a ninth."""
    lists = {
        line.split()[0]: line.split()[1:] for line in _FREQUENT[script].splitlines() if line.strip()
    }
    shared = Counter(word for found in lists.values() for word in set(found))
    weights: dict[str, dict[str, float]] = {}
    for language, found in lists.items():
        for word in found:
            weights.setdefault(word, {})[language] = 1 / shared[word] ** 2
    return weights


_SAMPLE = 8_000  # characters
_LEAST = 4  # frequent words, since one or two may be in a name
_SHARE = 0.08  # of all words
_LEAD = 1.25  # over the next language
_WORD = pattern(r"[^\W\d_][\w\u064b-\u0652\u0900-\u0963']*")


def detect(texts: Iterable[str]) -> str | None:
    """The language that a text is in, given in pieces; None where it is too little to tell, or
    none that is known here."""
    sample = " ".join(islice(texts, 2_000))[:_SAMPLE]
    scripts = tuple(_SCRIPTS)
    # The letters of every few places say as much as all.
    letters = sample[:: 1 + len(sample) // 1_000]
    counts = Counter(scripts[(match.lastindex or 1) - 1] for match in _LETTERS.finditer(letters))
    if not counts:
        return None
    script, most = counts.most_common(1)[0]
    if counts["ja"] >= _JAPANESE * (counts["ja"] + counts["zh"]) and script in ("ja", "zh"):
        script = "ja"
    if script not in _FREQUENT:
        return script if most >= _LEAST else None
    return _by_words(_WORD.findall(sample.lower().replace("’", "'")), script)


def _by_words(words: list[str], script: str) -> str | None:
    weights = _weights(script)
    scores: defaultdict[str, float] = defaultdict(float)
    hits: Counter[str] = Counter()
    counts = Counter(words)
    for word in sorted(counts.keys() & weights.keys()):
        for language, weight in weights[word].items():
            scores[language] += counts[word] * weight
            hits[language] += counts[word]
    ranked = sorted(((score, language) for language, score in scores.items()), reverse=True)
    (score, best), (next_score, _) = (*ranked[:2], (0, ""), (0, ""))[:2]
    if hits[best] < max(_LEAST, _SHARE * len(words)) or score < _LEAD * next_score:
        return None
    return best
