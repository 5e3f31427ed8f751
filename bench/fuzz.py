"""Damaged documents for every parser: each gives a Reading or an error of ours, and soon.

    python bench/fuzz.py [SAMPLES] [--seconds N] [--seed N] [--output FILE]

SAMPLES is a folder with a folder of samples for each format, as ``tests/formats/data``. For so
many seconds a sample is taken, cut, spliced with others, repeated and strewn with marks, and read
as its format, as another, and as whatever it is taken for. A finding is an exception that is not
ours, a promise that is not kept, or more than two seconds.
"""

from __future__ import annotations

import random
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import reports
from talksearch import formats
from talksearch.errors import TalkSearchError
from talksearch.formats.base import Format
from talksearch.model import Document, clean_text
from talksearch.speakers import attribute

SAMPLES = Path(__file__).parents[1] / "tests" / "formats" / "data"
SLOW = 2.0
MARKS = (
    b"\n", b"\n\n", b"<", b">", b"</", b"-->", b"&", b"&#x110000;", b'"', b"'", b"{", b"}", b"[",
    b"]", b"**", b"\\", b"---\n", b"```\n", b"<v ", b"<!--", b"\xff", b"\xc3", b"\xe2\x80", b": ",
    b"Ana: ", b"[00:12]", b"99:99:99,999", b"<p>", b"<script>", b"\t", b"\x00", b"# ", b",",
    b"null", b"-1", b"1e999", b"9" * 400, b"true", b"\xef\xbb\xbf", b"\xff\xfe", b"\r",
    b"\xe3\x80\x82",
    b"\xf0\x9f\x8e\x99", b"\xed\xa0\x80", b"<![CDATA[", b"<!DOCTYPE x [", b"<!ENTITY a 'b'>",
)  # fmt: skip


def main() -> int:
    parser = reports.parser(__doc__)
    parser.add_argument("samples", nargs="?", type=Path, default=SAMPLES)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    samples = [
        (path.parent.name, path.read_bytes())
        for path in sorted(arguments.samples.glob("*/*"))
        if path.is_file() and not path.name.endswith(".expected.json")
    ]
    tried: Counter[str] = Counter()
    findings: Counter[str] = Counter()
    kept: dict[str, bytes] = {}
    slowest = (0.0, "")
    ends = time.monotonic() + arguments.seconds
    while time.monotonic() < ends:
        name, data = chance.choice(samples)
        data = damaged(data, samples, chance)
        known = [each for each in formats.FORMATS if each.name == name]
        format = chance.choice([*known, *known, None, chance.choice(formats.FORMATS)])
        tried[format.name if format else "detected"] += 1
        began = time.perf_counter()
        wrong = finding(data, format)
        took = time.perf_counter() - began
        slowest = max(slowest, (took, format.name if format else "detected"))
        if took > SLOW:
            wrong = f"{format.name if format else 'detected'}: took {took:.1f} s"
        if wrong:
            findings[wrong] += 1
            kept.setdefault(wrong, data)
    lines = [reports.command(), ""]
    lines.append(f"{tried.total():,} documents; slowest {slowest[0]:.2f} s ({slowest[1]})")
    lines += [f"{count:8,}  {name}" for name, count in tried.most_common()]
    lines.append(f"{len(findings)} findings")
    lines += [
        f"{count:8,}  {what}\n          {kept[what][:300]!r}" for what, count in findings.items()
    ]
    reports.publish(lines, arguments.output)
    return 1 if findings else 0


def damaged(data: bytes, samples: list[tuple[str, bytes]], chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 8)):
        at = chance.randint(0, len(data))
        match chance.randint(0, 5):
            case 0:
                data = data[:at] + chance.choice(MARKS) + data[at:]
            case 1:
                data = data[:at] + data[at + chance.randint(0, 40) :]
            case 2:
                data = data[:at] + chance.choice(MARKS) * chance.randint(1, 300) + data[at:]
            case 3:
                other = chance.choice(samples)[1]
                start = chance.randint(0, len(other))
                data = data[:at] + other[start : start + chance.randint(0, 400)] + data[at:]
            case 4:
                piece = data[at : at + chance.randint(1, 200)]
                data = data[:at] + piece * chance.randint(1, 30) + data[at:]
            case 5:
                data = data[:at] + chance.randbytes(chance.randint(1, 8)) + data[at:]
    return data[:200_000]


@contextmanager
def deadline() -> Iterator[None]:
    """An end to what would not end; regular expressions heed signals, too."""

    def late(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, late)
    signal.alarm(20)
    try:
        yield
    finally:
        signal.alarm(0)


def finding(data: bytes, format: Format | None) -> str | None:
    """What is wrong with how a document is read; None where all is well."""
    name = format.name if format else "detected"
    try:
        with deadline():
            reading = formats.read(Document(data, "x"), format)
            attribute(reading, ())
    except TalkSearchError:
        return None
    except Exception as error:  # noqa: BLE001 - this is what is looked for
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        return f"{name}: {type(error).__name__} at {where}"
    for cue in reading.cues:
        if not cue.text or cue.text != clean_text(cue.text):
            return f"{name}: a text that is not clean"
        if cue.start_ms is not None and cue.start_ms < 0:
            return f"{name}: a time before 0"
        if cue.end_ms is not None and (cue.start_ms is None or cue.end_ms < cue.start_ms):
            return f"{name}: an end before the start"
    return None


if __name__ == "__main__":
    sys.exit(main())
