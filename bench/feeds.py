"""What is read of feeds, whether persons are who they are said to be, and how long it takes.

    python bench/feeds.py DATA [--home ARCHIVE] [--only SECTION]... [--output FILE]

DATA holds ``feeds/`` and ``ground_truth/feed_persons.tsv``. A file that is refused is looked at by
plain means that share nothing with the parsers (``words_of_items``): where these find something
that an item or a show says of itself, the refusal is a defect. So is any error but ours, and what
takes more than ten seconds.
"""

from __future__ import annotations

import argparse
import csv
import html
import re
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import feedparser

import refreshing
import reports
from talksearch import feeds, guard
from talksearch.errors import FeedParseError

SECONDS = 10
PAIRS = 9
BAR = 1.20


def main() -> None:
    parser = reports.parser(__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--home", type=Path, help="an archive of the changelog, for one more")
    parser.add_argument("--only", action="append", choices=SECTIONS, help="instead of all of them")
    arguments = parser.parse_args()
    lines = [reports.command()]
    for name in arguments.only or SECTIONS:
        lines += ["", name, *(f"  {line}" for line in SECTIONS[name](arguments))]
    reports.publish(lines, arguments.output)


# Every file


def files(data: Path) -> Iterator[str]:
    """Each file gives its show and items, or says why it does not."""
    read = items = defects = 0
    refused: Counter[str] = Counter()
    told: list[str] = []
    paths = sorted(path for path in (data / "feeds").rglob("*") if path.is_file())
    for path in paths:
        began = time.perf_counter()
        try:
            feed = feeds.parse_feed(path.read_bytes(), source=path.name)
        except FeedParseError as error:
            refused[error.reason.partition(":")[0]] += 1
            defect = words_of_items(path.read_bytes())
        except (ArithmeticError, LookupError, RuntimeError, TypeError, ValueError) as error:
            defect = f"{type(error).__name__}: {error}"
        else:
            read, items, defect = read + 1, items + len(feed.items), ""
        took = time.perf_counter() - began
        defect = defect or (f"took {took:.0f} s" if took > SECONDS else "")
        if defect:
            defects += 1
            told.append(f"defect: {path.relative_to(data)}: {defect[:200]}")
    yield f"{len(paths):,} files: {read:,} feeds with {items:,} items, {refused.total():,} refused"
    yield from (f"refused: {count:>5,}  {reason}" for reason, count in refused.most_common())
    yield f"defects: {defects}"
    yield from told


_ROOT = re.compile(r"<(?:\w+:)?(rss|feed|rdf)\b", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# These have titles of their own.
_OF_OTHERS = re.compile(
    r"<(?:\w+:)?(source|image|textinput|owner|author|category)\b.*?</(?:\w+:)?\1>", re.I | re.S
)
_ITEM_BEGINS = re.compile(r"<(?:\w+:)?(?:item|entry)\b", re.IGNORECASE)
_TAG = re.compile(r"<(?:[^>\"]|\"[^\"]*\")*>?")
_SAYS = re.compile(
    r"<(?:\w+:)?(title|description|content|encoded|summary)\b(?:[^>\"]|\"[^\"]*\")*>(.*?)</",
    re.I | re.S,
)


def words_of_items(data: bytes) -> str:
    """The first words of a title, or of an item's notes, that a feed has; "" for none."""
    text = _COMMENT.sub("", data.decode("utf-8", "replace").replace("\0", ""))
    if not _ROOT.search(text):
        return ""
    text = _OF_OTHERS.sub("", text)
    first = _ITEM_BEGINS.search(text)
    for found in _SAYS.finditer(text):
        name, inside = found.groups()
        if name.lower() != "title" and not (first and first.start() < found.start()):
            continue  # a show without a title and without items has only a description
        bare = re.sub(r"<!\[CDATA\[|\]\]>", "", inside)
        for _ in range(2):
            bare = re.sub(r"<(script|style)\b.*", "", html.unescape(bare), flags=re.I | re.S)
        said = " ".join(_TAG.sub(" ", bare).split())
        if re.search(r"\w", said):
            return f"refused, though it has <{name}>: {said}"
    return ""


# Persons


def persons(data: Path) -> Iterator[str]:
    """Each row of the table, in all its columns, blanks taken as one."""
    rows: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    table = data / "ground_truth" / "feed_persons.tsv"
    with table.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            feed = row.pop("feed")
            rows[feed].append(tuple(" ".join(value.split()) for value in row.values()))
    wanted = met = 0
    told: list[str] = []
    for name, rows_of_it in rows.items():
        feed = feeds.parse_feed((data / name).read_bytes(), source=name)
        found = Counter(("(channel)", "", *row_of(each)) for each in feed.credits)
        for item in feed.items:
            found.update((item.guid, item.title or "", *row_of(each)) for each in item.credits)
        expected = Counter(rows_of_it)
        wanted, met = wanted + len(rows_of_it), met + (expected & found).total()
        told += (f"not met: {name}: {' | '.join(row)}" for row in (expected - found).elements())
        told += (f"not told: {name}: {' | '.join(row)}" for row in (found - expected).elements())
    yield f"{met:,} of {wanted:,} rows of {len(rows)} feeds are met in every column"
    yield from told


def row_of(each: feeds.Credit) -> tuple[str, ...]:
    return each.role, each.group, each.name, each.href or "", each.img or ""


# Speed


def speed() -> Iterator[str]:
    """Against feedparser with sanitising off, turn by turn."""
    data = invented_feed(2_000)
    runs: dict[str, Callable[[], object]] = {
        "feedparser": lambda: feedparser.parse(
            data, sanitize_html=False, resolve_relative_uris=False
        ),
        "feeds.parse_feed": lambda: feeds.parse_feed(data, source="feed"),
        "guard.parse_feed": lambda: guard.parse_feed(data, source="feed"),
    }
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _round in range(PAIRS):
        for name, run in runs.items():
            began = time.perf_counter()
            run()
            times[name].append(time.perf_counter() - began)
    yield f"2,000 items, {len(data) / 1e6:.1f} MB, median of {PAIRS} rounds"
    theirs = times["feedparser"]
    for name, ours in times.items():
        ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
        bar = f" (bar {BAR:.2f})" if name == "feeds.parse_feed" else ""
        yield f"{name:<17}{statistics.median(ours):6.2f} s, ratio {ratio:.2f}{bar}"


WORDS = (
    "salt kiln glaze cone fire clay the of and to in a wheel slow ash wood bowl tea cup maker "
    "studio heat crack cool raw oxide copper iron because who when we you it is was café Töpfer"
)


def invented_feed(items: int) -> bytes:
    """A feed of items as large as real ones: notes of 250 words in HTML, links, two persons, two
    transcripts, chapters by address and eight inline."""
    random = Random(7)

    def said(count: int) -> str:
        return " ".join(random.choices(WORDS.split(), k=count)).capitalize() + "."

    made = [_HEAD]
    for number in range(items):
        first = said(40)
        notes = f"<p>{first}</p>" + "".join(
            f'<p>{said(40)} <a href="https://kiln.example/{number}?a=1&amp;b=2">{said(3)}</a></p>'
            for _ in range(4)
        )
        notes += f"<ul>{''.join(f'<li>{said(6)}</li>' for _ in range(6))}</ul>"
        chapters = "".join(
            f'<psc:chapter start="00:{minute:02}:30.000" title="{said(4)}"/>'
            for minute in range(0, 48, 6)
        )
        made.append(
            _ITEM.format(n=number, title=said(5), first=first, notes=notes, chapters=chapters)
        )
    return ("\n".join(made) + "</channel></rss>").encode()


_HEAD = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0"
 xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:psc="http://podlove.org/simple-chapters">
<channel><title>Kiln Talk</title><link>https://kiln.example/</link><language>en</language>
<description>About salt and fire.</description>
<podcast:person href="https://ann.example/">Ann Lee</podcast:person>"""
_ITEM = """<item><title>Episode {n}: {title}</title>
<guid isPermaLink="false">kiln-{n}</guid><link>https://kiln.example/{n}</link>
<pubDate>Tue, 05 Mar 2024 10:00:00 +0000</pubDate>
<enclosure url="https://cdn.example/{n}.mp3" type="audio/mpeg" length="30000000"/>
<description>{first}</description>
<content:encoded><![CDATA[{notes}]]></content:encoded>
<itunes:duration>3600</itunes:duration><itunes:author>Ann Lee</itunes:author>
<itunes:episode>{n}</itunes:episode><itunes:summary>{first}</itunes:summary>
<itunes:explicit>no</itunes:explicit><itunes:image href="https://cdn.example/{n}.jpg"/>
<podcast:person role="host" href="https://ann.example/">Ann Lee</podcast:person>
<podcast:person role="guest" img="https://bo.example/bo.jpg">Bo Katz</podcast:person>
<podcast:transcript url="https://cdn.example/{n}.vtt" type="text/vtt"/>
<podcast:transcript url="https://cdn.example/{n}.srt" type="application/x-subrip"/>
<podcast:chapters url="https://cdn.example/{n}.json" type="application/json+chapters"/>
<psc:chapters version="1.2">{chapters}</psc:chapters></item>"""


SECTIONS: dict[str, Callable[[argparse.Namespace], Iterator[str]]] = {
    "files": lambda arguments: files(arguments.data),
    "persons": lambda arguments: persons(arguments.data),
    "speed": lambda _: speed(),
    "unchanged": lambda _: refreshing.unchanged(invented_feed(100)),
    "one more": lambda arguments: refreshing.one_more(invented_feed(100), arguments.home),
}


if __name__ == "__main__":
    main()
