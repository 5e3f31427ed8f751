"""Word lists: what tells a name, an occupation or a part of a show when only words can tell."""

from __future__ import annotations

from talksearch.words import word_set

__all__ = [
    "AFTER_OCCUPATION",
    "ANYONE",
    "BESIDE_PARTS",
    "FIELDS",
    "HONORIFICS",
    "NO_NAMES",
    "NO_OCCUPATIONS",
    "OCCUPATIONS",
    "OF_MEN",
    "OF_WOMEN",
    "PARTICLES",
    "PARTS_OF_SHOW",
    "PIECES",
    "TITLES",
    "TRADES",
]


# Who is meant is not said: machines number voices, people write "Woman 2" or "All". All are
# folded, also those of other languages ("Спикер 1", "话者2").
ANYONE = word_set(
    """
    speaker speakers spk spkr participant person voice voices unknown unidentified unnamed
    anonymous male female man woman men women boy girl all both everyone everybody multiple
    new question answer several various group crowd someone somebody other others caller recorded
    automated
    sprecher sprecherin stimme teilnehmer teilnehmerin locuteur locutrice intervenant
    intervenante orateur oratrice voix inconnu hablante orador oradora interlocutor
    interlocutora locutor locutora voz falante relatore parlante interlocutore voce partecipante
    participante spreker deelnemer talare taler deltagare deltager deltaker puhuja osallistuja
    mowca rozmowca uczestnik mluvci recnik ucastnik govornik sugovornik beszelo resztvevo
    vorbitor konusmaci katilimci pembicara ομιλητησ ομιλητρια спикер говорящий собеседник
    участник голос спікер мовець учасник говорник משתתף דובר דוברת المتحدث متحدث گوينده वक्ता
    ผู้พูด 話者 発言者 スピーカー 参加者 说话人 說話人 说话者 說話者 发言人 發言人 发言者 發言者
    讲话人 화자 발화자 발언자 참석자 참가자 스피커
    """
)

# Labels of something other than a speaker.
PARTS_OF_SHOW = word_set(
    """
    break music jingle jingles intro outro introduction note notes sponsor sponsors sponsorship
    ad ads advert adverts advertisement advertisements commercial commercials transcript
    transcription theme song sound sounds sfx applause laughter silence promo promotion preroll
    midroll postroll trailer teaser credits disclaimer clip audio video recording chapter
    chapters section topic title date time timestamp timestamps duration length episode podcast
    show links resources references summary description subscribe tags keywords update
    correction warning tl;dr tldr subtitles captions extract sample
    musik werbung musique publicite musica publicidad publicidade pubblicita muziek reclame
    musikk reklame reklam musiikki mainos muzyka hudba muzika reklama zene muzica reclama muzik
    μουσικη διαφημιση музыка реклама музика מוזיקה פרסומת موسيقى اعلان موسيقي संगीत เพลง 音楽
    広告 音乐 音樂 广告 廣告 음악 광고
    """
)

# "Bette Midler Song", "Movie extract": something is played.
PIECES = word_set(
    """
    song songs extract extracts sample samples clip clips music jingle recording soundbite trailer
    """
)

# What may stand with them: "theme music plays".
BESIDE_PARTS = word_set(
    """
    the of and our a an from by with message messages read reads spot slot break effect effects
    roll pre mid post plays playing starts begins ends start end opening closing theme editor
    editor's editors transcriber's transcriber in out fades
    """
)

# Not part of a name when names are compared, but that a Mr. Smith is no Mrs. Smith.
OF_MEN = word_set("mr sir herr monsieur señor senor signor dott meneer")
OF_WOMEN = word_set("mrs ms miss dame frau madame mme mlle señora senora signora fru mevrouw")
HONORIFICS = word_set("dr prof professor mx phd md rev fr") | OF_MEN | OF_WOMEN

# Written small inside a name: Ludwig van Beethoven, Ana de Armas.
PARTICLES = word_set(
    """
    de da do dos das del della di du la le el al bin ibn ben van von der den ter ten zu af av y
    e
    """
)

# Capitalized at the head of a sentence, or in the name of an organization, but never in anybody's.
NO_NAMES = word_set(
    """
    the this that these those a an and but or so if in on at by of for to from with as our my
    his her their its your i we you he she it they who what when where why how here there today
    also meet about after before while both according then now mr bio hi hello hey yes no not
    lab labs laboratory laboratories university college institute foundation department ministry
    commission committee corporation corp inc ltd llc gmbh
    """
)

# Occupations that may be held "of" something, and need no article: "Ada Byron, CEO of …".
TITLES = word_set(
    """
    founder founders cofounder co-founder ceo cto cfo coo cio cpo cmo cso chief president chair
    chairman chairwoman chairperson vp svp evp director head lead manager partner fellow dean
    principal owner creator co-creator author editor host co-host cohost publisher maintainer
    professor secretary governor mayor minister ambassador
    """
)

# What anybody who says "I'm a …" is by trade.
TRADES = word_set(
    """
    engineer developer programmer scientist designer researcher professor founder co-founder
    cofounder ceo cto manager consultant writer author journalist teacher student architect director
    analyst mathematician physicist biologist economist psychologist lawyer doctor nurse maintainer
    freelancer educator instructor advocate
    """
)

# Other occupations that their ending does not tell.
OCCUPATIONS = word_set(
    """
    chef nurse coach analyst student candidate intern postdoc pilot judge poet advocate
    evangelist dev apprentice captain general sergeant detective attorney executive
    """
)

# Nouns and adjectives with the ending of an occupation.
NO_OCCUPATIONS = word_set(
    """
    customer member number user newcomer beginner believer winner loser reader listener viewer
    brother sister father mother daughter killer computer paper matter answer order letter
    chapter offer error color colour factor monster supporter lover follower neighbor neighbour
    stranger other another under power tower server container browser compiler debugger helper
    parser controller router cluster driver wrapper adapter newsletter twitter center centre
    quarter semester summer winter character giant restaurant plant master disaster behavior
    behaviour mirror never ever rather together whether either neither however important
    significant relevant constant better later former latter bigger stronger faster easier super
    clever minor major senior junior superior terror favor flavor layer starter sponsor folder
    header footer pointer buffer docker proper instant pleasant prior inner outer upper lower
    bitter
    """
)

# What somebody may be head "of" that is no organization.
FIELDS = word_set(
    """
    ai ml engineering research product products marketing sales design operations technology data
    science security growth people strategy innovation infrastructure platform software partnerships
    """
)

# Words with which something else begins.
AFTER_OCCUPATION = word_set(
    """
    who whom that which where when whose about tells talks joins to as because but while if by i
    we you he she they it is was are were
    """
)
