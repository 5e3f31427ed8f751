"""Who speaks, and in what role: what talksearch finds against what the publishers say.

    python bench/speakers.py DATA [--part labels|roles|feeds] [--show-wrong] [--output FILE]

labels: the speakers found in each transcript against those that its maker names: the tables of
``ground_truth`` and the ``speakers_known`` of the manifests. What a person found wrong there, with
the transcript at hand, is in ``verdicts``: speakers.tsv, no_speakers.tsv, unlabelled.tsv.
roles: host or guest of everybody who speaks in ``changelog``, worked out from the transcripts
alone, against the persons of the shows' feeds. feeds: the same with the feeds added.
occupations, ads: a hundred of each that a person judged, and how many of them are found still.

The archive's own code runs, into an engine that only keeps what it is given.
"""

from __future__ import annotations

import csv
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import reports
import talksearch
from talksearch import formats
from talksearch.engines.base import Record
from talksearch.errors import TalkSearchError
from talksearch.model import Document, Kind, Role
from talksearch.speakers import attribute
from talksearch.words import fold_words

MANIFESTS = (
    "srt",
    "vtt",
    "json_p20",
    "json_asr",
    "html",
    "xml_captions",
    "md",
    "txt",
    "csv",
    "docx",
)
VERDICTS = Path(__file__).parent / "verdicts"


def main() -> None:
    parser = reports.parser(__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument(
        "--part", choices=["labels", "roles", "feeds", "occupations", "ads"], action="append"
    )
    parser.add_argument("--show-wrong", action="store_true")
    arguments = parser.parse_args()
    parts = {
        "labels": labels,
        "roles": roles,
        "feeds": feeds,
        "occupations": occupations,
        "ads": ads,
    }
    lines = [reports.command(), ""]
    for part in arguments.part or parts:
        lines += [f"== {part}", *parts[part](arguments.data, arguments.show_wrong), ""]
    reports.publish(lines, arguments.output)


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def names(cell: str) -> list[str]:
    return [name for part in cell.split(";") if (name := part.strip())]


def key(name: str) -> tuple[str, ...]:
    return fold_words(re.sub(r"\(.*?\)|[:：]\s*$", "", name))


# --- labels ---------------------------------------------------------------------------------------


def labels(data: Path, show_wrong: bool) -> Iterator[str]:
    """Precision and recall of the speakers of each labelled transcript."""
    total: dict[str, Counter[str]] = defaultdict(Counter)
    wrong: list[str] = []
    nobodies = {key(row["label"]) for row in table(VERDICTS / "no_speakers.tsv")}
    corrections: dict[str, dict[str, str]] = defaultdict(lambda: {"not": "", "also": ""})
    corrections |= {row["path"]: row for row in table(VERDICTS / "speakers.tsv")}
    for group, path, known in labelled(data):
        found = speakers(path)
        if found is None:
            total[group]["unread"] += 1
            continue
        wanted = {key(name) for name in known} - nobodies
        wanted -= {key(name) for name in names(corrections[str(path.relative_to(data))]["not"])}
        wanted |= {key(name) for name in names(corrections[str(path.relative_to(data))]["also"])}
        hits = wanted & found
        total[group]["files"] += 1
        total[group]["found"] += len(found)
        total[group]["wanted"] += len(wanted)
        total[group]["hits"] += len(hits)
        if found != wanted:
            more = "; ".join(sorted(map(" ".join, found - wanted)))
            less = "; ".join(sorted(map(" ".join, wanted - found)))
            wrong.append(
                f"  {path.relative_to(data)}: too many: {more or '-'} | missing: {less or '-'}"
            )
    total["all"] = sum(total.values(), Counter())
    for group, n in total.items():
        precision = n["hits"] / max(1, n["found"])
        recall = n["hits"] / max(1, n["wanted"])
        yield (
            f"{group:12} {n['files']:5} transcripts, {n['wanted']:5} speakers: "
            f"precision {precision:.3f}, recall {recall:.3f}"
        )
    yield f"{len(wrong)} transcripts with a difference"
    yield from wrong if show_wrong else wrong[:20]


def labelled(data: Path) -> Iterator[tuple[str, Path, list[str]]]:
    """The transcripts whose makers name the speakers in them: group, file, names."""
    truth = data / "ground_truth"
    for row in table(truth / "changelog_people.tsv"):
        yield (
            "changelog",
            data / "changelog" / row["transcript_path"],
            names(row["labels_in_transcript"]),
        )
    for name, folder in (("axrp_guests.tsv", "axrp"), ("lenny_guests.tsv", "lennys-podcast")):
        told = {
            row["source_path"]: names(row["labels_in_transcript"]) for row in table(truth / name)
        }
        for row in table(data / "md" / "MANIFEST.tsv"):
            if row["path"].startswith(folder) and row["source_path"] in told:
                yield folder, data / "md" / row["path"], told[row["source_path"]]
    unlabelled = {row["path"] for row in table(VERDICTS / "unlabelled.tsv")}
    for category in MANIFESTS:
        for row in table(data / category / "MANIFEST.tsv"):
            path = f"{category}/{row['path']}"
            done = category == "md" and row["path"].startswith(("axrp", "lennys-podcast"))
            known = names(row["speakers_known"] or "")
            if known and not done and path not in unlabelled:
                yield category, data / path, known


def speakers(path: Path) -> set[tuple[str, ...]] | None:
    """The labels under which somebody speaks; None for a file that is no transcript."""
    try:
        reading = formats.read(Document(path.read_bytes(), str(path)))
    except TalkSearchError:
        return None
    turns, _ = attribute(reading, ())
    said = (turn.speaker for turn in turns if turn.kind in (Kind.SPEECH, Kind.AD))
    found = {speaker.label or speaker.name for speaker in said}
    return {key(name) for name in found if name}


# --- roles ----------------------------------------------------------------------------------------


def records(sources: Iterable[Path]) -> list[Record]:
    """What an archive of these sources holds."""
    with tempfile.TemporaryDirectory() as home, talksearch.open(home) as archive:
        archive.add(*map(str, sources))
        return list(archive._engine.records())


def roles(data: Path, show_wrong: bool) -> Iterator[str]:
    yield from judged(data, records([data / "changelog"]), show_wrong)


def feeds(data: Path, show_wrong: bool) -> Iterator[str]:
    found = sorted((data / "feeds" / "changelog").glob("*.xml"))
    yield from judged(data, records([*found, data / "changelog"]), show_wrong)


def judged(data: Path, found: list[Record], show_wrong: bool) -> Iterator[str]:
    by_path = {record.episode.source: record for record in found}
    by_name = {source.rpartition("/changelog/")[2]: record for source, record in by_path.items()}
    by_name |= {record.document.rpartition("/")[2]: record for record in found if record.document}
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    unheard = unread = 0
    wrong: list[str] = []
    for row in table(data / "ground_truth" / "changelog_people.tsv"):
        told = [(name, "host") for name in names(row["hosts"])]
        told += [(name, "guest") for name in names(row["guests"])]
        if not told:
            continue
        path = row["transcript_path"]
        record = by_name.get(path) or by_name.get(path.rpartition("/")[2])
        if record is None:
            unread += 1
            continue
        heard = {
            key(name): each.speaker.role
            for each in record.appearances
            for name in (each.speaker.name, each.speaker.label)
            if name
        }
        show = path.partition("/")[0]
        for name, role in told:
            if key(name) not in heard:
                unheard += 1
                continue
            inferred = heard[key(name)]
            said = "host" if inferred in (Role.HOST, Role.CO_HOST, Role.GUEST_HOST) else inferred
            total[show] += 1
            right[show] += said == role
            if said != role:
                wrong.append(f"  {path}: {name} is {role}, found {inferred or 'nothing'}")
    for show in total:
        yield f"{show:14} {right[show]:5} of {total[show]:5}: {right[show] / total[show]:.4f}"
    yield f"{'all':14} {right.total():5} of {total.total():5}: {right.total() / total.total():.4f}"
    yield f"{unheard} persons of the feeds are not among a transcript's labels; {unread} unread"
    yield from wrong if show_wrong else wrong[:20]


# --- samples that were judged by hand -------------------------------------------------------------


def occupations(data: Path, show_wrong: bool) -> Iterator[str]:
    """Of the judged occupations and organizations: how many are right, and found still."""
    found = {
        (record.episode.source.rpartition("/changelog/")[2], person.name): (
            person.occupation or "",
            person.organization or "",
        )
        for record in records([data / "changelog"])
        for each in record.appearances
        if (person := each.speaker.person) and (person.occupation or person.organization)
    }
    yield f"{len(found)} speakers of an episode have an occupation or organization"
    yield from verdict(
        "occupations.tsv",
        lambda row: (
            found.get((row["path"], row["name"])) == (row["occupation"], row["organization"])
        ),
    )


def ads(data: Path, show_wrong: bool) -> Iterator[str]:
    """Of the judged sponsors' messages: how many are right, and found still."""

    def is_found(row: dict[str, str]) -> bool:
        path = data / row["path"]
        turns, _ = attribute(formats.read(Document(path.read_bytes(), str(path))), ())
        texts = (turn.text for turn in turns if turn.kind is Kind.AD)
        return any(text.startswith(row["begins"]) for text in texts)

    yield from verdict("ads.tsv", is_found)


def verdict(name: str, is_found: Callable[[dict[str, str]], bool]) -> Iterator[str]:
    rows = table(VERDICTS / name)
    still = [row for row in rows if is_found(row)]
    right = sum(row["right"] == "yes" for row in rows)
    right_still = sum(row["right"] == "yes" for row in still)
    yield f"{right} of {len(rows)} judged were right"
    yield f"of the {len(still)} that are found as judged, {right_still} are right"


if __name__ == "__main__":
    main()
