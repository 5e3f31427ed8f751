"""Layouts of dialogue in text and Markdown, and what must survive in them."""

from __future__ import annotations

import pytest

from talksearch import formats
from talksearch.model import Document, Kind
from talksearch.speakers import attribute


def cues(text: str, name: str = "text") -> list[tuple[str | None, str, int | None]]:
    reading = formats.read(Document(text.encode(), "x"), formats.by_name(name))
    return [(cue.label, cue.text, cue.start_ms) for cue in reading.cues]


@pytest.mark.parametrize(
    "text",
    [
        "Ana: One: two.\nTom: Three.\nAna: Four.",
        "Ana: One: two.\n\nTom: Three.\n\nAna: Four.",
        "Ana:\nOne: two.\n\nTom:\nThree.\n\nAna:\nFour.",
        "Ana:\n\nOne: two.\n\nTom:\n\nThree.\n\nAna:\n\nFour.",
        "  Ana:   One: two.\n\tTom: Three.\nAna : Four.",
        "[Ana]: One: two.\n[Tom]: Three.\n[Ana]: Four.",
    ],
)
def test_untimed(text: str) -> None:
    assert cues(text) == [
        ("Ana", "One: two.", None),
        ("Tom", "Three.", None),
        ("Ana", "Four.", None),
    ]


@pytest.mark.parametrize("name", ["text", "markdown", "srt"])
def test_marks_of_direction_are_no_part_of_a_name(name: str) -> None:
    turns = ["\u200fأحمد\u200f: نعم.", "\u202bفاطمة:\u202c شكرا.", "أحمد\u200f: طيب.", "فاطمة: لا."]
    text = "\n\n".join(turns)
    if name == "srt":
        text = "\n\n".join(
            f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{turn}" for n, turn in enumerate(turns)
        )
    assert [(label, said) for label, said, _ in cues(text, name)] == [
        ("أحمد", "نعم."),
        ("فاطمة", "شكرا."),
        ("أحمد", "طيب."),
        ("فاطمة", "لا."),
    ]


@pytest.mark.parametrize("said", ["会議は（10:30）に始まった。", "会議は(10:30)に始まった。"])
def test_a_time_in_round_brackets_is_said(said: str) -> None:
    text = "\n\n".join(f"{name}（00:0{n}）：{said}" for n, name in enumerate(["田中", "山田"] * 2))
    assert cues(text, "text") == [
        ("田中", said, 0),
        ("山田", said, 1_000),
        ("田中", said, 2_000),
        ("山田", said, 3_000),
    ]
    assert cues(f"（00:01）{said}\n\n（00:02）はい。", "text") == [
        (None, said, 1_000),
        (None, "はい。", 2_000),
    ]


@pytest.mark.parametrize("line", ["{}（{}）：{}", "{} [{}]: {}"])
def test_who_speaks_once_in_a_script_without_capitals(line: str) -> None:
    """With a time before the colon it is no word of whoever spoke before."""
    told = [("田中", "始まる（00:09）。"), ("山田", "はい。"), ("דן", "לא."), ("田中", "そう。")]
    text = "\n\n".join(line.format(name, f"00:0{n}", said) for n, (name, said) in enumerate(told))
    assert cues(text, "text") == [(name, said, n * 1_000) for n, (name, said) in enumerate(told)]


def test_two_turns_on_a_line() -> None:
    asked = ["How old? ", "How old?  ", "You were— ", "How old?12 ", "How old .", "How old?"]
    lines = [f"Ana: {words}Kern: Nine, as I said to Kern: nine." for words in asked]
    expected = ["How old?", "How old?", "You were—", "How old?12", "How old", "How old?"]
    assert [(label, said) for label, said, _ in cues("\n".join(lines))] == [
        turn for words in expected
        for turn in (("Ana", words), ("Kern", "Nine, as I said to Kern: nine."))
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "[00:01] Ana: One: two.\n[00:02] Tom: Three.\n[00:03] Ana: Four.",
        "(00:00:01) Ana: One: two.\n(00:00:02) Tom: Three.\n(00:00:03) Ana: Four.",
        "00:01 Ana: One: two.\n00:02 Tom: Three.\n00:03 Ana: Four.",
        "00:00:01.000 - Ana: One: two.\n00:00:02.000 - Tom: Three.\n0:03 - Ana: Four.",
        "Ana [00:01]: One: two.\nTom [00:02]: Three.\nAna [00:03]: Four.",
        "Ana (00:00:01):\nOne: two.\n\nTom (00:00:02):\nThree.\n\nAna (00:00:03):\nFour.",
        "Ana  0:01\nOne: two.\n\nTom  0:02\nThree.\n\nAna  0:03\nFour.",
        "0:00 Ana  0:01\nOne: two.\n\n0:00 Tom  0:02\nThree.\n\n0:00 Ana  0:03\nFour.",
        "[0:00:01.000250] Ana: One: two.\n[0:00:02.000250] Tom: Three.\n[0:00:03] Ana: Four.",
        "[0:01] Ana\nOne: two.\n\n[0:02] Tom\nThree.\n\n[0:03] Ana\nFour.",
        "0:01\n\nAna: One: two.\n\n0:02\n\nTom: Three.\n\n0:03\n\nAna: Four.",
        "Ana（00:01）：One: two.\nTom（00:02）：Three.\nAna（00:03）：Four.",
        "［00:01］Ana：One: two.\n【00:02】Tom：Three.\n（00:03）Ana：Four.",
        "Ana - 0:01\nOne: two.\n\nTom - 0:02\nThree.\n\nAna - 0:03\nFour.",
        "Ana:\t00:01\tOne: two.\n\nTom:\t00:02\tThree.\n\nAna:\t00:03\tFour.",
        "[00:00:01:12] - Ana\nOne: two.\n\n[00:00:02:00] - Tom\nThree.\n\n[00:00:03:24] Ana\nFour.",
        "[00:01 - 00:02] Ana: One: two.\n[00:02 - 00:03] Tom: Three.\n[00:03 - 00:04] Ana: Four.",
        "Ana\n00:01\nOne: two.\n\nTom\n00:02\nThree.\n\nAna\n00:03\nFour.",
        "Ana\n0:01\nOne: two.\nTom\n0:02\nThree.\nAna\n0:03\nFour.",
        "00:00:01:12 - 00:00:02:00\nAna\nOne: two.\n\n00:00:02;00 - 00:00:03;05\nTom\nThree.\n\n"
        "00:00:03:05 - 00:00:04:00\nAna\nFour.",
        "0:0:1.0 --> 0:0:2.5\nAna\nOne: two.\n0:0:2.0 --> 0:0:2.75\nTom\nThree.\n"
        "0:0:3.0 --> 0:0:4.12\nAna\nFour.",
        "\u200e[0:01]\u200e Ana\u200e: One: two.\n\u202a[0:02] Tom: Three.\n[0:03] Ana: Four.",
    ],
)
@pytest.mark.parametrize("name", ["text", "markdown"])
def test_timed(text: str, name: str) -> None:
    expected = [("Ana", "One: two.", 1000), ("Tom", "Three.", 2000), ("Ana", "Four.", 3000)]
    assert cues(text, name) == expected


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_a_name_above_its_words(name: str) -> None:
    turns = [("Ana", "One: two."), ("Tom", "Three."), ("Ana", "Four."), ("Tom", "Five.")]
    text = "\n\n".join("\n".join(turn) for turn in turns)
    assert [(label, said) for label, said, _ in cues(text, name)] == turns
    timed = "\n\n".join(f"{who}\n(0:0{n}) {said}" for n, (who, said) in enumerate(turns))
    expected = [(who, said, 1000 * n) for n, (who, said) in enumerate(turns)]
    assert cues(timed, name) == expected


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_names_in_brackets_where_every_paragraph_begins_so(name: str) -> None:
    turns = [("HOST", "One: two."), ("Tom", "[laughs] Three."), ("HOST", "Four.")]
    text = "\n\n".join(f"[{who}] {said}" for who, said in turns)
    assert [(label, said) for label, said, _ in cues(text, name)] == turns
    assert cues("Ana: Well.\n\n[LAUGHTER] Yes.\n\nTom: No.\n\n[LAUGHTER] Yes.\n\nAna: So.")[1] == (
        None, "[LAUGHTER] Yes.", None
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "Ana: One. #00:00:02-5#\n\nTom: Two. #00:00:04-0#\n\nAna: Three. #00:00:06-1#\n",
        "Ana: One. [0:02.5]\nTom: Two. [0:04]\nAna: Three. [0:06]\n",
    ],
)
def test_times_behind_the_paragraphs(text: str) -> None:
    assert cues(text) == [("Ana", "One.", None), ("Tom", "Two.", 2500), ("Ana", "Three.", 4000)]


def test_times_of_f4_in_other_places() -> None:
    text = (
        "#00:00:01-5# Ana: One. #00:00:02-5# Two.\n\n#00:00:04-0# Tom: Three.\n\nAna: #6. Four.\n"
    )
    assert cues(text) == [
        ("Ana", "One.", 1500),
        (None, "Two.", 2500),
        ("Tom", "Three.", 4000),
        ("Ana", "#6. Four.", None),
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("text", "00:00:00\n \n{}\n \n00:05:00\n \n{}\n"),
        ("markdown", "### **00:00:00** {{#00:00:00}}\n\n{}\n\n### 00:05:00\n\n{}\n"),
    ],
)
def test_times_that_are_few(name: str, text: str) -> None:
    turns = ["\n\n".join(f"{who}: {n}." for who in ("Ana", "Tom", "Ana", "Tom")) for n in "ab"]
    found = [(label, at) for label, _, at in cues(text.format(*turns), name)]
    assert found[:2] == [("Ana", 0), ("Tom", None)] and found[4:6] == [
        ("Ana", 300_000),
        ("Tom", None),
    ]


def test_a_time_of_day_is_none_of_the_recording() -> None:
    text = "[Ana Ruiz] 14:05:30\nOne.\n\n[Tom Ode] 14:05:34\nTwo.\n\n[Ana Ruiz] 14:05:40\nThree.\n"
    expected = [("Ana Ruiz", "One.", None), ("Tom Ode", "Two.", None), ("Ana Ruiz", "Three.", None)]
    assert cues(text) == expected


def test_a_time_that_is_spelt_out_below_it_is_not_said() -> None:
    text = "0:00\n0 seconds\none\n1:06\n1 minute, 6 seconds\ntwo\n1:09\n3 seconds\n"
    assert cues(text) == [(None, "one", 0), (None, "two", 66_000), (None, "3 seconds", 69_000)]


def test_what_stands_above_the_first_of_timed_turns_is_written() -> None:
    head = "Salt\nMar 6, 2024\n\nSUMMARY KEYWORDS\n\nsalt, kiln\n\n"
    turns = "Ana  0:01\nOne.\n\nTom  0:02\nTwo.\n\nAna  0:03\nThree.\n"
    reading = formats.read(Document((head + turns).encode(), "x.txt"))
    assert [cue.kind for cue in reading.cues] == [Kind.PROSE] * 4 + [None] * 3
    untimed = "Welcome to Salt.\n\nAna: One.\n\nTom: Two.\n\nAna: Three.\n"
    reading = formats.read(Document(untimed.encode(), "x.txt"))
    assert [cue.kind for cue in reading.cues] == [None] * 4


def test_captions_of_a_player_are_not_names() -> None:
    text = "0:01\nWelcome back\n0:03\nMaria\n0:05\nMaria\n0:07\nthe salt cracks\n0:09\nMaria\n"
    assert {label for label, _, _ in cues(text)} == {None}


def test_headings_above_paragraphs_are_not_names() -> None:
    parts = ["Salt", "Kilns", "Glazes", "Clay", "Ash"]
    text = "\n\n".join(f"{part}\nOf this there is much to say." for part in parts)
    assert {label for label, _, _ in cues(text)} == {None}


def test_a_name_in_brackets_is_a_turn_without_its_time_too() -> None:
    text = (
        "[Ana]\nSo?\n\n[Guest]\nSo.\n\n[Ana] (0:01 - 0:04)\nOne?\n[Guest] (0:04 - 0:010)\n"
        "Two.\n[laughs]\n[Ana] (0:010 - 0:11)\nThree?\n\n[Guest] (0:12 - 0:14)\nFour.\n"
    )
    assert cues(text) == [
        ("Ana", "So?", None),
        ("Guest", "So.", None),
        ("Ana", "One?", 1000),
        ("Guest", "Two.", None),
        (None, "[laughs]", None),
        ("Ana", "Three?", None),
        ("Guest", "Four.", 12_000),
    ]
    names = "[Ana]\nOne.\n\nTwo.\n\n[Guest]\nThree.\n\nFour.\n"  # as good as "[laughs]"
    assert {label for label, _, _ in cues(names)} == {None}


@pytest.mark.parametrize(
    "text",
    [
        "**Ana:** One: two.\n\n**Tom:** Three.\n\n**Ana:** Four.",
        "**Ana**: One: two.\n\n__Tom__: Three.\n\n__Ana:__ Four.",
        "**Ana:**\nOne: two.\n\n**Tom:**\nThree.\n\n**Ana:**\nFour.",
        "**Ana:** One: two.\n**Tom:** Three.\n**Ana:** Four.",
        "> **Ana:** One: two.\n>\n> **Tom:** Three.\n\n**Ana:** *Four*.",
        "**Ana:** One: two.\n\n# Title\n\n**Tom:** Three.\n\n***\n\n**Ana:** Four.",
        "<!-- x -->\n**Ana:** One: two.\n\n**Tom:** Three.\n\n**Ana:** F<b>our</b>.",
        "**Ana:** One: two.\n---\n**Tom:** Three.\n---\n**Ana:** Four.",
        "**Ana:** One: two.\n\n![x](y.jpg)\n\n**Tom:** Three.\n\n{{ x }}\n\n**Ana:** Four.",
    ],
)
def test_bold(text: str) -> None:
    assert cues(text, "markdown") == [
        ("Ana", "One: two.", None),
        ("Tom", "Three.", None),
        ("Ana", "Four.", None),
    ]


@pytest.mark.parametrize(
    "marker",
    [
        "**Break:** \\[00:46\\]",
        "**Break**: \\[00:46\\] to \\[01:02\\]",
        "**Break:**\\ \\[15:56\\]",
        "**Break: \\[43:56\\]**",
        "**Jingle:** \\[44:41\\] to \\[44:54\\]",
        "**Song extract:** \\[44:41\\] to \\[44:54\\]",
        "**Break:**",
        "**Break:** [00:44:50:01]",
        "**Break**: \\[00:27:20.28",
        "**Break:** \\[00:46:13.19\\\\\\] to \\[20:08\\]",
    ],
)
def test_markers_are_no_speakers(marker: str) -> None:
    text = f"**Ana:** One.\n\n{marker}\n\nTwo.\n\n**Tom:** Three.\n\n**Ana:** Four."
    assert cues(text, "markdown")[:3] == [
        ("Ana", "One.", None),
        (None, "Two.", None),
        ("Tom", "Three.", None),
    ]


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("**Movie extract:** \\[00:46\\]", "Movie extract:"),
        ("**Movie extract:**", "Movie extract:"),
        ("**Song:** \\[00:46\\]", None),
        ("**Outro:** \\[01:08:24.21\\]", None),
    ],
)
def test_what_is_played_is_not_said_by_whoever_spoke_before(label: str, text: str | None) -> None:
    song = "This is a song of the sea."  # used as a word: no name
    document = f"**Ana:** {song}\n\n{label}\n\nDude!\n\n**Tom:** Three.\n\n**Ana:** Four.\n"
    reading = formats.read(Document(document.encode(), "x"), formats.by_name("markdown"))
    turns, _ = attribute(reading, ())
    who = [(cue.text, turn.speaker.label) for turn in turns for cue in turn.cues]
    assert who == [
        (song, "Ana"),
        *([(text, None)] if text else []),
        ("Dude!", None),
        ("Three.", "Tom"),
        ("Four.", "Ana"),
    ]


@pytest.mark.parametrize("name", ["text", "srt"])
def test_who_is_not_named_behind_a_change_of_speaker_is_not_the_one_before(name: str) -> None:
    said = [">> ANA: Where is it?", ">> TOM: There.", "It stays.", ">> I doubt it.", ">> ANA: Who?"]
    if name == "srt":
        said = [f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{line}" for n, line in enumerate(said)]
    assert [(label, words) for label, words, _ in cues("\n\n".join(said), name)] == [
        ("ANA", "Where is it?"),
        ("TOM", "There."),
        (None, "It stays."),
        ("", "I doubt it."),
        ("ANA", "Who?"),
    ]


@pytest.mark.parametrize("name", ["srt", "vtt", "voices", "table"])
@pytest.mark.parametrize(("turns", "whose"), [("AAAABBB-B", ""), ("AB-A-BB-", None)])
def test_where_each_names_its_speaker_one_without_is_a_strangers(
    name: str, turns: str, whose: str | None
) -> None:
    rows = []
    for n, turn in enumerate(turns):
        who = {"A": "Ana", "B": "Tom", "-": ""}[turn]
        label = f"<v {who}>" if name == "voices" else f"{who}: "
        caption = f"{n + 1}\n00:00:0{n}.000 --> 00:00:0{n}.900\n{label if who else ''}Yes.\n"
        rows.append(f"{n},{who},Yes." if name == "table" else caption)
    text = "\n".join(["start,speaker,text" if name == "table" else "WEBVTT\n", *rows])
    found = cues(text, "vtt" if name == "voices" else name)
    labels = {"A": "Ana", "B": "Tom", "-": whose}
    assert [label for label, _, _ in found] == [labels[turn] for turn in turns]


@pytest.mark.parametrize("name", ["text", "markdown"])
@pytest.mark.parametrize(
    "signature",
    [
        "Transcribed by https://otter.ai",
        "(Transcribed by TurboScribe.ai. Go Unlimited to remove this message.)",
        "This transcript was exported on Mar 06, 2024 - view latest version here.",
        "Transcription ended after 00:00:04",
        "Ana Ruiz stopped transcription",
    ],
)
def test_the_signature_of_a_program_is_not_said_by_whoever_spoke_last(
    name: str, signature: str
) -> None:
    turns = "Ana  0:01\nOne: two.\n\nTom  0:02\nThree.\n\n"
    expected = [("Ana", "One: two.", 1000), ("Tom", "Three.", 2000)]
    assert cues(f"{turns}{signature}\n", name) == expected
    said = f"{signature}, but corrected by me."
    assert cues(turns + said, name) == [*expected, (None, said, None)]


def test_a_signature_is_no_title_and_no_prose() -> None:
    text = "(Transcribed by TurboScribe.ai. Go Unlimited to remove this message.)\n\nSalt cracks.\n"
    reading = formats.read(Document(text.encode(), "x.txt"))
    assert reading.metadata.title is None
    assert [cue.text for cue in reading.cues] == ["Salt cracks."]


def test_who_started_transcription_may_be_said() -> None:
    text = "Ana: Then?\n\nTom: Well.\n\nThen we started transcription.\n\nAna: Oh."
    assert cues(text)[2] == (None, "Then we started transcription.", None)


def test_a_label_too_long_for_a_name_is_not_said_by_whoever_spoke_before() -> None:
    long = "Dr. Jane Smith, Professor of Marine Biology at the University of Bergen"
    text = f"**Ana:** One.\n\n**{long}:** Two.\n\n**Tom:** Three.\n\n**Ana:** Four."
    assert cues(text, "markdown")[:3] == [
        ("Ana", "One.", None),
        ("", f"{long}: Two.", None),
        ("Tom", "Three.", None),
    ]
    opened = "**Ana:** One.\n\n**Note:** Two.\n\n**Tom:** Three.\n\n**Ana:** Four."
    assert cues(opened, "markdown")[1] == (None, "Note: Two.", None)


@pytest.mark.parametrize(
    "written",
    [r"\[\\00:46.00\\\]", r"\[\\00:46.00\]", r"\[00:46.00\\\]", r"\[00:46.00\]"],
)
def test_a_time_may_be_escaped_twice(written: str) -> None:
    text = f"**Ana:** One.\n\n**Break:** {written}\n\n**Tom:** {written} Two {written} three."
    assert cues(text, "markdown") == [
        ("Ana", "One.", None),
        ("Tom", "Two", 46000),
        (None, "three.", 46000),
    ]


def test_a_number_after_a_backslash_is_no_time() -> None:
    text = r"**Ana:** One." "\n\n" r"**Tom:** See [\\1]."
    assert [said for _, said, _ in cues(text, "markdown")] == ["One.", r"See [\1]."]


def test_a_time_can_be_an_answer() -> None:
    text = "Ana: When?\n\nTom: 12:30.\n\nAna: Or?\n\nTom: 1:15\n"
    assert [said for _, said, _ in cues(text)] == ["When?", "12:30.", "Or?", "1:15"]


def test_a_time_in_a_paragraph_splits_it_and_other_brackets_do_not() -> None:
    text = "**Ana:** A \\[laughs\\] \\[04:13\\] b [x 00:01] [4:14] c\n\n**Tom:** d\n\n**Ana:** e"
    assert cues(text, "markdown")[:3] == [
        ("Ana", "A [laughs]", None),
        (None, "b [x 00:01]", 253_000),
        (None, "c", 254_000),
    ]


def test_dialogue_decides_over_the_whole_document() -> None:
    text = (
        "Ana: Once.\n\nRemark: I made one.\n\nTom: Twice, a remark.\n\nthe point is: none.\n\n"
        "Ana: Thrice.\n\nMiguel: Me too."
    )
    assert [label for label, _, _ in cues(text)] == ["Ana", None, "Tom", None, "Ana", "Miguel"]


def test_colons_do_not_make_prose_a_dialogue() -> None:
    paragraphs = [f"Paragraph {n} says much, and it has no colon." for n in "abcdefghij" * 6]
    text = "\n\n".join([*paragraphs, "Rust: a language.", "Rust: again."])
    reading = formats.read(Document(text.encode(), "x.txt"))
    assert not reading.spoken
    assert reading.cues[-1].text == "Rust: again."


def test_list_items_are_notes() -> None:
    text = "**Ana:** Hi.\n\n**Tom:** Ho.\n\n**Ana:** Ha.\n\n- Ana: x\n- [Tom](https://t.example)"
    assert cues(text, "markdown")[3:] == [(None, "Ana: x", None), (None, "Tom", None)]


def test_a_word_after_a_name_in_brackets_is_no_target_of_a_link() -> None:
    turns = (
        "[Ana]: Why?\n\n[Tom]: It\n\n[Ana]:\nNo.\n\n[1]: https://t.example\n\n[Tom]: Well, no.\n"
    )
    assert cues(turns, "markdown") == [
        ("Ana", "Why?", None),
        ("Tom", "It", None),
        ("Ana", "No.", None),
        ("Tom", "Well, no.", None),
    ]


def test_turns_may_be_items_of_a_list() -> None:
    turns = "- **Ana:** Hi.\n- **Tom:** Ho.\n\n* **Ana:** Ha.\n\n**Tom:** He.\n"
    expected = [("Ana", "Hi.", None), ("Tom", "Ho.", None), ("Ana", "Ha.", None)]
    assert cues(turns, "markdown") == [*expected, ("Tom", "He.", None)]
    timed = "- [0:01] **Ana**: Hi.\n- [0:02] **Tom:** Ho.\n- [0:03] **Ana**: Ha.\n"
    assert cues(timed, "markdown") == [
        (n, t, 1000 * (k + 1)) for k, (n, t, _) in enumerate(expected)
    ]


@pytest.mark.parametrize("heading", ["Links", "Credits:", "Show Notes"])
def test_what_a_list_below_the_talk_has_is_not_said_by_whoever_spoke_last(heading: str) -> None:
    text = "**Tom:** Ha.\n\n**Ana:** Hi.\n\n**Tom:** Ho.\n\n## The kiln\n\nIt is hot.\n\n"
    reading = formats.read(
        Document(f"{text}## {heading}\n\n- The Book\n\nBy Karl.\n".encode(), "x.md")
    )
    turns, _ = attribute(reading, ())
    whose = {cue.text: turn.speaker.label for turn in turns for cue in turn.cues}
    assert whose["It is hot."] == "Tom"
    assert whose["The Book"] is None and whose["By Karl."] is None


def test_sponsor_boxes() -> None:
    text = (
        'Before.\n\n<div class="x Sponsorship">\n\nBuy **rope**.\n\n'
        "<div>And twine.</div>\n\n</div>\n\n"
        'After.\n\n<section id="advert-1">Buy nets.</section>\n\n<div>No advert.</div>\n'
    )
    reading = formats.read(Document(text.encode(), "x.md"))
    assert [(cue.text, cue.kind) for cue in reading.cues] == [
        ("Before.", None),
        ("Buy rope.", Kind.AD),
        ("And twine.", Kind.AD),
        ("After.", None),
        ("Buy nets.", Kind.AD),
        ("No advert.", None),
    ]


def test_fast_and_full_block_parsing_agree() -> None:
    plain = "**Ana:** One *two*.\nthree\n\nFour \\[x\\].\n \n\n  Five [six](https://e.example).\n"
    assert cues(plain, "markdown") == cues(plain + "\n# Heading\n", "markdown")


def test_words_survive_inline_markup() -> None:
    text = (
        "**a b.**C a_b_c snake_case 2*3*4 <3 R&B &amp; `x < y` \\*no\\* &copy; "
        "[a [b] c](https://e.example)!"
    )
    assert (
        cues(text, "markdown")[0][1] == "a b.C a_b_c snake_case 234 <3 R&B & x < y *no* © a [b] c!"
    )


def test_html_keeps_the_words_of_broken_pages() -> None:
    text = "<p>One <b>two <i>three</b> four</i> 5 < 6 <p title='a>b'>seven</div> eight <unclosed"
    assert cues(text, "html") == [
        (None, "One two three four 5 < 6", None),
        (None, "seven eight <unclosed", None),
    ]


def test_html_speakers_by_class() -> None:
    row = '<div class="turn"><p class="speaker">{}</p><p>{}</p></div>'
    text = "<html>" + "".join(row.format(*t) for t in [("Ana", "a"), ("Bo", "b"), ("Ana", "c")])
    assert cues(text, "html") == [("Ana", "a", None), ("Bo", "b", None), ("Ana", "c", None)]


def test_banners_go_unless_they_hold_the_page() -> None:
    text = (
        '<body><div class="sidebar"><p>Most of this page, and all that matters.</p></div>'
        '<div id="cookie-notice">We use cookies.</div><div class="share-buttons">Share</div></body>'
    )
    assert [said for _, said, _ in cues(text, "html")] == [
        "Most of this page, and all that matters."
    ]


def test_a_heading_is_said_by_nobody_and_no_speaker() -> None:
    text = "**Ana:** One.\n\n## Nets:\n\nAna goes on.\n\n## Part two\n\n**Tom:** Two.\n"
    reading = formats.read(Document(text.encode(), "x.md"))
    assert [(cue.text, cue.label, cue.kind) for cue in reading.cues] == [
        ("One.", "Ana", None),
        ("Nets:", None, Kind.PROSE),
        ("Ana goes on.", None, None),
        ("Part two", None, Kind.PROSE),
        ("Two.", "Tom", None),
    ]
    turns, _ = attribute(reading, ())
    assert [turn.speaker.name for turn in turns] == ["Ana", None, "Ana", None, "Tom"]


# In how many ways a name may be a paragraph of its own.
APART = [
    ("text", "{name}\n\n{text}\n\n"),
    ("markdown", "**{name}**\n\n{text}\n\n"),
    ("markdown", "### {name}\n\n{text}\n\n"),
    ("html", "<p><strong>{name}</strong></p>\n<p>{text}</p>\n"),
    ("html", "<h3>{name}</h3>\n<p>{text}</p>\n"),
]


def apart(layout: str, turns: list[tuple[str, str]]) -> str:
    text = "".join(layout.format(name=name, text=said) for name, said in turns)
    return f"<html><body>{text}</body></html>" if "<" in layout else text


@pytest.mark.parametrize(("name", "layout"), APART)
def test_a_name_that_is_a_paragraph(name: str, layout: str) -> None:
    turns = [
        ("Ana Ruiz", "How did you begin?"),
        ("Tom", "In a shed."),
        ("Ana Ruiz", "And then?"),
        ("Tom", "Then I had a kiln, and will have two."),
        *[("Ana Ruiz", "So?"), ("Tom", "Definitely")] * 3,
        ("Will Mark", "I have three."),
        ("Kyoto Days", "It rains."),
        ("Ana Ruiz", "Thank you."),
    ]
    read = formats.read(Document(apart(layout, turns).encode(), "x"), formats.by_name(name))
    turns_read, _ = attribute(read, ())
    said = {turn.text: turn.speaker.label for turn in turns_read}
    assert [said[text] for _, text in turns[:6]] == ["Ana Ruiz", "Tom"] * 3
    assert said["Thank you."] == "Ana Ruiz"
    # Somebody who speaks once, or a chapter: nobody known says that.
    (others,) = (turn for turn in turns_read if "I have three." in turn.text)
    assert others.speaker.label is None and "It rains." in others.text


@pytest.mark.parametrize(("name", "layout"), APART)
@pytest.mark.parametrize(
    "turns",
    [
        [("Pros", "Cheap."), ("Cons", "Ugly. Why?")] * 3,  # no name in full
        [("Action Items", "Buy rope."), ("Open Points", "Who pays?")] * 2,  # the words are common
        [("Ana Ruiz", "A potter."), ("Tom Bo", "A diver.")] * 2,  # nobody asks
        [("Ana Ruiz", "Why?"), ("Tom Bo", "So.")],  # once each
        [("Ana Ruiz", "Why?")] * 3 + [("Tom Bo", "So.")] * 3,  # not in turns
        [("Dune", "Why?"), ("Box Sales", "Bad."), ("Alien", "So."), ("Box Sales", "Good.")],
    ],
)
def test_headings_that_come_again_are_not_names(
    name: str, layout: str, turns: list[tuple[str, str]]
) -> None:
    text = apart(layout, [*turns, ("Open Points", "Two action items are open, with all points.")])
    assert not [label for label, _, _ in cues(text, name) if label]


@pytest.mark.parametrize("name", ["text", "markdown", "html"])
def test_letters_without_a_colon(name: str) -> None:
    text = "Q. How did it begin?\n\nA. In a shed.\n\nI was ten.\n\nQ. And then?\n\nA) Kyoto.\n"
    if name == "html":
        text = "<html>" + "".join(f"<p>{each}</p>" for each in text.split("\n\n"))
    assert [(label, said) for label, said, _ in cues(text, name)] == [
        ("Q", "How did it begin?"),
        ("A", "In a shed."),
        (None, "I was ten."),
        ("Q", "And then?"),
        ("A", "Kyoto."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "A. Roll the clay?\nB. Dry it.\nC. Fire it.\nA. Roll?\nB. Dry.\nC. Fire.\n",  # a list
        "A. Roll the clay.\nB. Dry it.\nA. Roll.\nB. Dry.\nA. Roll.\n",  # nobody asks
        "Q. Why?\nA. So.\n",  # too few to tell
    ],
)
def test_letters_of_a_list_do_not_speak(text: str) -> None:
    assert not [label for label, _, _ in cues(text) if label]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("text", "[00:00:0{n}.000 --> 00:00:0{m}.000]  {voice} {text}\n"),
        ("whisper-text", "[00:00:0{n}.000 --> 00:00:0{m}.000]  {voice} {text}\n"),
        ("srt", "{n}\n00:00:0{n},000 --> 00:00:0{m},000\n{voice} {text}\n\n"),
    ],
)
def test_speakers_of_whisper_cpp(name: str, line: str) -> None:
    turns = [("0", "How?"), ("1", "So."), ("?", "Hm."), ("0", "Well.")]
    text = "".join(
        line.format(n=n, m=n + 1, voice=f"(speaker {voice})", text=said)
        for n, (voice, said) in enumerate(turns)
    )
    assert cues(text, name) == [
        ("speaker 0", "How?", 0),
        ("speaker 1", "So.", 1_000),
        ("", "Hm.", 2_000),
        ("speaker 0", "Well.", 3_000),
    ]
