"""What becomes of each file of real transcripts: read, read but suspicious, or refused and why.

    python bench/formats.py DATA [CATEGORY]... [--output FILE]

DATA holds a folder for each category of formats. A document's words are taken out once more by
plain means that share nothing with the parsers (``words_of``), and compared: how many of them the
cues have, and how many the cues have too often. ``verdicts/not_transcripts.tsv`` has the files
that a person found to be no transcripts; whatever else is refused is a defect, and so is a file
of that list that is read. ``verdicts/words.tsv`` has those whose words the plain means get wrong,
with what a person saw there.
"""

from __future__ import annotations

import csv
import html
import io
import json
import re
import sys
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import reports
from talksearch import formats
from talksearch.errors import TalkSearchError
from talksearch.formats.decode import decode
from talksearch.model import Document

CATEGORIES = (
    *("srt", "vtt", "json_p20", "json_asr", "html", "xml_captions", "misc_captions"),
    *("md", "txt", "csv", "docx", "changelog"),
)
VERDICTS = Path(__file__).parent / "verdicts"
WANTED = 0.99
# Words with a letter: times and numbers of cues are not told from other numbers by plain means.
WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]|[^\W_]*[^\W\d_][^\W_]*")


ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>()\[\]]+")


@dataclass
class Outcome:
    path: str
    seconds: float
    format: str = ""
    refused: str = ""
    words: int = 0
    kept: float = 1.0
    doubled: float = 0.0
    suspicious: str = ""
    missing: str = ""
    extra: str = ""


def main() -> int:
    parser = reports.parser(__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("category", nargs="*", default=CATEGORIES)
    arguments = parser.parse_args()
    refusals, looked_at = verdicts("not_transcripts.tsv"), verdicts("words.tsv")
    lines = [reports.command(), ""]
    defects = 0
    for category in arguments.category:
        outcomes = [tried(path, arguments.data) for path in files(arguments.data / category)]
        report, wrong = told(category, outcomes, refusals, looked_at)
        lines += report
        defects += wrong
    lines.append(f"defects: {defects}")
    reports.publish(lines, arguments.output)
    return 1 if defects else 0


def verdicts(name: str) -> dict[str, str]:
    with (VERDICTS / name).open(encoding="utf-8") as file:
        return {row["path"]: row["why"] for row in csv.DictReader(file, delimiter="\t")}


def files(folder: Path) -> list[Path]:
    return [p for p in sorted(folder.rglob("*")) if p.is_file() and p.name != "MANIFEST.tsv"]


def tried(path: Path, data: Path) -> Outcome:
    """One file through the library's own door."""
    document = Document(path.read_bytes(), str(path))
    outcome = Outcome(str(path.relative_to(data)), 0)
    began = time.perf_counter()
    try:
        outcome.format = formats.detect(document).name
        reading = formats.read(document)
    except TalkSearchError as error:
        outcome.seconds = time.perf_counter() - began
        outcome.refused = str(error).replace(str(path), "").lstrip(":0123456789 ")
        return outcome
    outcome.seconds = time.perf_counter() - began
    told = [part for cue in reading.cues for part in (cue.label or "", cue.text)]
    told += filter(None, (reading.metadata.title, reading.metadata.description))
    found = Counter(words(told))
    said = Counter(words(cue.text for cue in reading.cues))
    outcome.words = said.total()
    wanted = Counter(words_of(document))
    lost = wanted - found
    outcome.kept = 1 - lost.total() / max(1, wanted.total())
    more = said - wanted
    outcome.doubled = more.total() / max(1, said.total())
    outcome.extra = " ".join(word for word, _ in more.most_common(12))
    outcome.missing = " ".join(word for word, _ in lost.most_common(12))
    starts = [cue.start_ms for cue in reading.cues if cue.start_ms is not None]
    back = sum(b < a for a, b in pairwise(starts))
    if back > len(starts) / 50:
        outcome.suspicious = f"times run backwards {back} times in {len(starts)} cues"
    elif len(reading.cues) == 1 and outcome.words > 1000:
        outcome.suspicious = "one cue of everything"
    return outcome


def told(
    category: str, outcomes: list[Outcome], refusals: dict[str, str], looked_at: dict[str, str]
) -> tuple[list[str], int]:
    """The report of a category, and how many of its files went wrong."""
    read = [each for each in outcomes if not each.refused]
    refused = [each for each in outcomes if each.refused]
    by_format = Counter(each.format for each in read)
    lines = [
        f"{category}: {len(outcomes)} files, {len(read)} read, {len(refused)} refused, slowest "
        f"{max((each.seconds for each in outcomes), default=0):.2f} s",
        "  read as " + ", ".join(f"{name} {count}" for name, count in by_format.most_common()),
        f"  words kept {share(read, 'kept')}, too often {share(read, 'doubled')}",
    ]
    wrong = 0
    groups: dict[str, list[str]] = defaultdict(list)
    for each in refused:
        agreed = refusals.get(each.path)
        wrong += agreed is None
        groups[f"  refused: {each.refused[:150]}"].append(
            f"{each.path}{'' if agreed else '  << DEFECT: a transcript'}"
        )
    for reason, paths in groups.items():
        lines.append(f"{reason} ({len(paths)})")
        marked = [path for path in paths if "DEFECT" in path]
        lines += [f"    {path}" for path in (marked or paths[:1])]
    for each in read:
        if each.path in refusals:
            lines.append(f"  READ, BUT NO TRANSCRIPT: {each.path}: {refusals[each.path]}")
            wrong += 1
        if each.suspicious:
            lines.append(f"  suspicious: {each.path}: {each.suspicious}")
        if (each.kept < WANTED or each.doubled > 1 - WANTED) and each.path in looked_at:
            lines.append(f"  words looked at: {each.path}: {looked_at[each.path]}")
            continue
        if each.kept < WANTED:
            wrong += 1
            lines.append(f"  KEPT {each.kept:.3f} of {each.words}: {each.path}: {each.missing}")
        if each.doubled > 1 - WANTED:
            wrong += 1
            lines.append(f"  DOUBLED {each.doubled:.3f} of {each.words}: {each.path}: {each.extra}")
    return [*lines, ""], wrong


def share(outcomes: list[Outcome], name: str) -> str:
    total = sum(each.words for each in outcomes) or 1
    return f"{sum(getattr(each, name) * each.words for each in outcomes) / total:.2%}"


# --- the words of a document, by plain means ------------------------------------------------------


def words(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        text = ADDRESS.sub(" ", html.unescape(text))
        yield from (match[0].casefold() for match in WORD.finditer(text))


def words_of(document: Document) -> Iterator[str]:
    if document.data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(document.data)) as archive:
            xml = archive.read("word/document.xml").decode()
        return words(captions(re.sub(r"<[^>]*>", "", re.sub(r"</w:p>|<w:br/>", "\n", xml))))
    text = decode(document)
    opening = text.lstrip("\ufeff \n")[:200]
    suffix = Path(document.source).suffix.lower()
    if opening.startswith(("{", "[")) and (values := json_values(text)):
        return words(longest_stream(values))
    if opening.startswith("Scenarist"):
        return iter(())  # bytes of a screen, not text
    if opening.startswith("---\n") or suffix in (".md", ".markdown"):
        return words([markdown_text(text)])
    if suffix in (".csv", ".tsv"):
        return words(longest_column(text))
    if "-->" in text and not opening.startswith("<"):
        return words(captions(text))
    if opening.startswith("<"):
        return words([without_tags(text)])
    if suffix == ".lrc":
        rows = re.findall(r"(?m)^((?:\[\d+:[\d.]+\])+)(.*)$", text)
        return words(said for times, said in rows for _ in range(times.count("[")))
    if suffix in (".sub", ".sbv"):
        return words(captions(re.sub(r"\{[^}]*\}|\[[^\]]*\]", " ", text)))
    return words(captions(text))


def json_values(text: str) -> list[Any]:
    try:
        return [json.loads(text.lstrip("\ufeff"))]
    except ValueError:
        return []


def longest_stream(values: list[Any]) -> list[str]:
    """Of all texts that lie at one path of keys, those with the most words."""
    streams: dict[tuple[str, ...], list[str]] = defaultdict(list)

    def walk(value: Any, path: tuple[str, ...]) -> None:
        if isinstance(value, dict):
            for key, each in value.items():
                walk(each, (*path, key))
        elif isinstance(value, list):
            for each in value:
                walk(each, path)
        elif isinstance(value, str) and path[-1:] not in (("url",), ("href",), ("id",)):
            streams[path].append(value)

    walk(values, ())
    texts = [
        found
        for path, found in streams.items()
        if any(word in path[-1].lower() for word in SAYING) and not codes(found)
    ]
    best = max(texts, key=lambda found: sum(1 for _ in words(found)), default=[])
    said = list(words(best))
    half = len(said) // 2
    if half > 20 and said[: half - 5] == said[-half:-5]:
        return [" ".join(said[-half:])]  # once as recognized, and once more by speaker
    return best


SAYING = ("text", "body", "content", "transcript", "word", "name", "punct", "utt", "value")


def codes(texts: list[str]) -> bool:
    """Numbers, names of settings, addresses: no text."""
    kinds = set(texts)
    numbers = sum(not re.search(r"[^\W\d_]", text) for text in texts)
    return numbers * 2 > len(texts) or (len(texts) > 20 and len(kinds) < 3)


def longest_column(text: str) -> list[str]:
    rows = list(
        csv.reader(
            io.StringIO(text.lstrip("\ufeff")), delimiter="\t" if "\t" in text[:300] else ","
        )
    )
    columns = defaultdict(list)
    for row in rows[1:] if rows and not rows[0][0][:1].isdigit() else rows:
        for number, cell in enumerate(row):
            columns[number].append(cell)
    return max(columns.values(), key=lambda cells: sum(map(len, cells)), default=[])


TIMES = re.compile(
    r"^\s*(?:\[?\(?\d{1,3}:\d\d(?::\d\d)?(?:[.,:]\d{1,3})?\]?\)?\s*(?:-+>|,|$)?\s*)+"
)

BLOCKS = re.compile(
    r"(?m)^(?:NOTE|REGION)\b.*(?:\n(?!.*-->).+)*|^STYLE\b(?s:.*?)\n(?=\n(?:\d|NOTE|STYLE|.*-->))"
)


def captions(text: str) -> list[str]:
    """The lines without times, numbers and tags; one that rolls on from the last, once."""
    text = re.sub(r"(?m)^Region: .*$|^\[[A-Z ]+\].*$|\{[^{}\n]*\}", "", text)
    if text.lstrip("\ufeff \n").startswith("WEBVTT"):
        text = BLOCKS.sub("", re.sub(r"\A(?:(?!.*-->).+\n)+", "", text.lstrip("\ufeff \n")))
    text = html.unescape(text) if "--&gt;" in text else text
    text = re.sub(r"\(\d{1,3}:\d\d(?: ?- ?\d{1,3}:\d\d)?\)", " ", text)
    rolls = re.search(r"<\d\d:\d\d", text) is not None
    lines: list[str] = []
    rows = text.split("\n")
    for number, row in enumerate(rows):
        follows = rows[number + 1] if number + 1 < len(rows) else ""
        if "-->" in row and TIMES.match(row):
            row = re.sub(r"^.*?-->\s*\S+", "", row) if row.lstrip().startswith("[") else ""
        if row.strip().isdigit() and "-->" in follows:
            continue
        if "-->" in follows and not row.startswith("[") and number and not rows[number - 1].strip():
            continue  # a name
        plain = re.sub(r"</?[A-Za-z][^<>\n]*>|<[\d:.]*>", "", TIMES.sub("", row)).strip()
        if plain and not (rolls and plain in lines[-2:]):
            lines.append(plain)
    return lines


def without_tags(text: str) -> str:
    silent = "head|style|script|metadata|tt:metadata|start|end|speaker|title|time"
    text = re.sub(rf"(?si)<!?--.*?-->|<({silent})\b.*?</\1>", " ", text)
    text = re.sub(r"\b\d{1,3}:\d\d(?::\d\d)?\b", " ", text)
    return re.sub(r"<[^<>]*>", " ", html.unescape(re.sub(r"<[^<>]*>", " ", text)))


def markdown_text(text: str) -> str:
    text = text.lstrip("\ufeff")
    if text.startswith("---"):
        text = text[3:].partition("\n---")[2] or text
    elif text.startswith("{"):
        with suppress(ValueError):
            text = text[json.JSONDecoder().raw_decode(text)[1] :]
    text = re.sub(r"(?s)<!--.*?-->|\{%.*?%\}|\{\{.*?\}\}", " ", text)
    return re.sub(
        r"\]\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)|!\[[^\]\n]*(?=\])|<[^<>\n]*>"
        r"|^ *\[[^\]\n]*\]: .*$",
        " ",
        text,
    )


if __name__ == "__main__":
    sys.exit(main())
