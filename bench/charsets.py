"""How undeclared charsets are told: right, wrong, or not at all.

    python bench/charsets.py DATA [--locales FOLDER] [--output FILE]

The texts are the UTF-8 files of DATA, and programs' messages in the translations that are installed
in FOLDER. Each is written in the charsets that its language was written in, as a whole and as
captions of a few lines; so are Western ones in Windows-1252, which are to stay as they are, and all
of them in UTF-8 with bytes lost.
"""

from __future__ import annotations

import gettext
import random
import re
import sys
import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import reports
from talksearch import languages
from talksearch.formats.charsets import proven

CHARSETS = {
    **dict.fromkeys(("bg", "mk", "sr", "be"), ("cp1251", "iso8859-5")),
    "ru": ("cp1251", "koi8-r", "iso8859-5", "cp866"),
    "uk": ("cp1251", "koi8-u", "iso8859-5"),
    "el": ("cp1253", "iso8859-7"),
    "he": ("cp1255", "iso8859-8"),
    "ar": ("cp1256", "iso8859-6"),
    "fa": ("cp1256",),
    "th": ("cp874",),
    "ja": ("cp932", "euc-jp"),
    "zh": ("gb18030", "big5hkscs"),
    "ko": ("cp949",),
    **dict.fromkeys(("pl", "cs", "sk", "hu", "sl", "hr", "ro"), ("cp1250", "iso8859-2")),
    "tr": ("cp1254",),
}
WESTERN = frozenset(
    {"af", "ast", "ca", "cy", "da", "de", "en", "es", "eu", "fi", "fr", "fur", "ga", "gl", "id"}
    | {"is", "it", "nb", "nl", "nn", "oc", "pt", "sq", "sv", "wa"}
)
# Windows-125x has the older letters.
OLDER = str.maketrans("șțȘȚیک", "şţŞŢيك")
LINES = (6, 20, 60)
DRAWN = 10  # of each text and length


def main() -> int:
    parser = reports.parser(__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--locales", type=Path, default=Path("/usr/share/locale"))
    arguments = parser.parse_args()
    drawn = random.Random(1)
    results: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    mistaken: Counter[str] = Counter()
    for language, text in texts(arguments.data, arguments.locales):
        western = language in WESTERN
        for charset in ("cp1252",) if western else CHARSETS.get(language, ()):
            for length, part in parts(language, text, drawn):
                data = part.translate(OLDER).encode(charset, "ignore")
                told = outcome(data, charset)
                if told is None:
                    continue
                results["Western" if western else charset, length][told] += 1
                if told == "wrong":
                    mistaken[f"{language} in {charset} as {proven(data)}"] += 1
        for length, part in parts(language, text, drawn):
            lost = bytes(byte for byte in part.encode() if drawn.random() > 0.02)
            if not is_utf_8(lost):
                results["damaged UTF-8", length]["wrong" if proven(lost) else "left"] += 1
    lines = [reports.command(), "", f"{'':16}{'lines':>8}{'right':>8}{'left':>8}{'wrong':>8}"]
    order = ("all", *map(str, reversed(LINES)))
    for charset, length in sorted(results, key=lambda key: (key[0].lower(), order.index(key[1]))):
        counts = results[charset, length]
        numbers = "".join(f"{counts[each]:8}" for each in ("right", "left", "wrong"))
        lines.append(f"{charset:16}{length:>8}{numbers}")
    lines += ["", *(f"{count} × {what}" for what, count in mistaken.most_common())]
    reports.publish(lines, arguments.output)
    return 0


def texts(data: Path, locales: Path) -> Iterator[tuple[str, str]]:
    """Texts with their languages."""
    for path in sorted(data.rglob("*")):
        if path.is_file() and is_utf_8(read := path.read_bytes()) and not read.isascii():
            text = read.decode()
            if language := languages.detect([text]):
                yield language, text
    for folder in sorted(locales.iterdir()):
        messages: dict[str, None] = {}
        for path in sorted(folder.glob("LC_MESSAGES/*.mo")):
            with path.open("rb") as file, suppress(ValueError, LookupError):  # broken
                messages |= dict.fromkeys(translated(gettext.GNUTranslations(file)))
        if messages and "@" not in folder.name:
            yield folder.name.partition("_")[0], "\n".join(messages)[:120_000]


def translated(catalog: gettext.GNUTranslations) -> Iterator[str]:
    """Sentences, without what stands for something else in them."""
    for original, message in vars(catalog)["_catalog"].items():
        if original and isinstance(message, str) and message != original:
            plain = re.sub(r"%[-#0-9.]*l?[a-zA-Z]|\\[a-z]|[<{][^<>{}]*[>}]|--?[\w-]+", " ", message)
            if len(plain) >= 40:
                yield " ".join(plain.split())


def parts(language: str, text: str, drawn: random.Random) -> Iterator[tuple[str, str]]:
    width = 22 if language in ("ja", "zh", "th") else 42
    lines = [line for row in text.split("\n") for line in textwrap.wrap(row, width)]
    yield "all", captions(lines)
    for length in LINES:
        for _ in range(DRAWN if len(lines) > length else 0):
            start = drawn.randrange(len(lines) - length)
            yield str(length), captions(lines[start : start + length])


def captions(lines: list[str]) -> str:
    return "".join(
        f"{number}\n00:{number // 60 % 60:02}:{number % 60:02},000 --> 00:00:00,000\n{line}\n\n"
        for number, line in enumerate(lines, 1)
    )


def outcome(data: bytes, charset: str) -> str | None:
    """None where Windows-1252 and that charset are the same for these bytes, but for Western
    texts."""
    right, western = (data.decode(each, "replace") for each in (charset, "cp1252"))
    if data.isascii() or (right == western and charset != "cp1252"):
        return None
    told = proven(data)
    if told is None:
        return "left"
    return "right" if data.decode(told, "replace") == right else "wrong"


def is_utf_8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
