"""What indexing a folder of transcripts takes: time, memory, room; and how searches in it go.

    python bench/indexing.py DATA [--home DIR] [--output FILE] [--query TEXT]...

Runs ``talksearch add DATA`` as a process of its own and takes its time and peak memory from the
system; then asks the queries through the library. With --home, the archive is kept there.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import reports
import talksearch

QUERIES = (
    "open source maintainer burnout",
    '"event loop" role:guest',
    "speaker:hipp test*",
    "WebAssembly NEAR/10 kubernetes",
    "what makes a good code review -kind:ad",
)


def main() -> None:
    parser = reports.parser(__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--query", action="append", help="instead of those that are built in")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        home = arguments.home or Path(temporary, "home")
        lines = [reports.command(), ""]
        lines += built(home, arguments.data)
        with talksearch.open(home) as archive:
            lines += asked(archive, tuple(arguments.query or QUERIES))
    reports.publish(lines, arguments.output)


def built(home: Path, data: Path) -> Iterator[str]:
    """Add the folder, and say what that took."""
    command = [sys.executable, "-m", "talksearch", "--home", str(home), "add", str(data)]
    began = time.perf_counter()
    ran = subprocess.run(command, capture_output=True, text=True)
    took = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    with talksearch.open(home) as archive:
        held = archive.status()
    yield f"talksearch add: {ran.stdout.strip()} (exit status {ran.returncode})"
    # Where the data lies is nobody's business but this machine's.
    yield from ran.stderr.replace(f"{data.resolve().parent}/", "").splitlines()
    yield (
        f"{held.episodes:,} episodes, {held.words:,} words, {held.passages:,} passages\n"
        f"{took:,.0f} s, {held.corpus_bytes / 1e6 / took:.2f} MB/s, peak memory {peak:,.0f} MB\n"
        f"corpus {held.corpus_bytes / 1e6:,.0f} MB, index {held.index_bytes / 1e6:,.0f} MB"
    )


def asked(archive: talksearch.Archive, queries: tuple[str, ...]) -> Iterator[str]:
    """Each query's best hit, how many there are, and the time of the second asking."""
    archive.search("warm")
    for query in queries:
        archive.search(query, facets=["speaker"])
        page = archive.search(query, facets=["speaker"])
        speakers = ", ".join(f"{v.value} {v.count:,}" for v in page.facets[0].values[:3])
        yield f"\n{query}\n  {page.total:,} passages in {page.took_ms:,.0f} ms; {speakers}"
        for hit in page.hits[:1]:
            speaker = hit.passage.speaker
            role = f", {speaker.role.value}" if speaker.role else ""
            yield f"  {speaker.name}{role}, in {hit.episode.show}: {hit.episode.title}"
            yield f"  {hit.highlighted.mark('[', ']')[:240]}"


if __name__ == "__main__":
    main()
