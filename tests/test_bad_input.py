"""Bad input is normal input: a clear line that names it, status 2, and everything else goes on."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import talksearch
from conftest import Run, talksearch_without_privileges

GOOD = "Ann Lee: We fire the kiln slowly.\n\nBo Katz: How slowly do you fire it?\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def write(path: Path, data: bytes | str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def huge(path: Path) -> Path:
    """A file of one gigabyte that takes no room."""
    with path.open("wb") as file:
        file.truncate(2**30)
    return path


BAD = {
    "empty.vtt": (b"", "empty"),
    "blank.txt": (b"  \n\n \t", "no text|empty"),
    "binary.srt": (bytes(range(256)) * 20, "binary|no text"),
    "picture.txt": (b"\x89PNG\r\n\x1a\n" + bytes(50), "PNG"),
    "truncated.json": (b'{"version": "1.0.0", "segments": [{"startTime": 1, "bo', "JSON"),
    "archive.md": (b"PK\x03\x04" + bytes(100), "ZIP"),
    "cut.html": (b"<html><head><title>x", "no text|no transcript"),
    "feed.xml": (b"<rss version='2.0'><channel></rss", "feed"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read_is_named_with_the_reason(
    run: Run, home: Path, tmp_path: Path, name: str
) -> None:
    data, reason = BAD[name]
    bad = write(tmp_path / name, data)
    good = write(tmp_path / "good.txt", GOOD)
    ran = run("--home", home, "add", bad, good)
    assert ran.status == 2
    (line,) = ran.err.splitlines()
    assert line.startswith(f"talksearch: {bad}")
    assert any(part in line for part in reason.split("|")), line
    assert ran.out.startswith("1 new, 1 failed")
    assert run("--home", home, "search", "kiln").status == 0


def test_a_file_of_a_gigabyte_is_refused_at_once(run: Run, home: Path, tmp_path: Path) -> None:
    began = time.monotonic()
    ran = run("--home", home, "add", huge(tmp_path / "huge.txt"))
    assert ran.status == 2 and "too large: 1,024 MiB" in ran.err
    with pytest.raises(talksearch.SourceError, match="too large: 1,024 MiB"):
        talksearch.read_transcript(tmp_path / "huge.txt")
    assert time.monotonic() - began < 5


def test_a_file_that_is_not_there(run: Run, home: Path, tmp_path: Path) -> None:
    ran = run("--home", home, "add", tmp_path / "nothing.vtt")
    assert ran.status == 2 and "nothing.vtt: there is no such file" in ran.err
    for address in ("file:///etc/passwd", "feed://example.org/feed.xml"):
        ran = run("--home", tmp_path, "add", address)
        assert ran.status == 2 and f"{address}: only http:// and https://" in ran.err


def test_a_file_that_may_not_be_read(home: Path, tmp_path: Path) -> None:
    secret = write(tmp_path / "secret.txt", GOOD)
    secret.chmod(0)
    ran = talksearch_without_privileges("--home", home, "add", secret)
    assert ran.returncode == 2
    assert "secret.txt: cannot be read: Permission denied" in ran.stderr


def test_a_file_in_a_folder_where_one_may_not_look(home: Path, tmp_path: Path) -> None:
    secret = write(tmp_path / "locked" / "secret.txt", GOOD)
    write(tmp_path / "folder" / "good.txt", GOOD)
    (tmp_path / "folder" / "link.txt").symlink_to(secret)
    secret.parent.chmod(0)
    sources = (secret, tmp_path / "folder")
    ran = talksearch_without_privileges("--home", home, "add", *sources)
    inside = talksearch_without_privileges("--home", secret.parent / "home", "status")
    secret.parent.chmod(0o755)
    assert ran.returncode == 2 and "1 new" in ran.stdout
    for path in (secret, tmp_path / "folder" / "link.txt"):
        assert f"{path}: cannot be read: Permission denied" in ran.stderr
    assert inside.returncode == 2 and "cannot be read: Permission denied" in inside.stderr


@pytest.mark.parametrize("name", ["x" * 5000, "~nobody-of-that-name/x.txt", "a\0b", "\ud800", ""])
def test_what_is_no_name_of_a_file(home: Path, tmp_path: Path, name: str) -> None:
    """As when a program hands on what it was sent, or the text itself in place of a path."""
    with talksearch.open(home) as archive:
        good, bad = archive.add(write(tmp_path / "good.txt", GOOD), name)[::-1]
        assert (good.status, bad.status) == ("new", "failed")
        assert isinstance(bad.error, talksearch.SourceError)
    with pytest.raises(talksearch.SourceError) as caught:
        talksearch.read_transcript(name)
    assert caught.value.source == (name or "''") and caught.value.reason


@pytest.mark.parametrize("name", ["x" * 5000, "a\0b", "\ud800"])
def test_what_is_no_name_of_a_home(name: str) -> None:
    with pytest.raises(talksearch.ConfigError, match="cannot be read"):
        talksearch.open(name)


def test_a_home_of_nobody_is_a_folder_of_that_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with talksearch.open("~nobody-of-that-name/x") as archive:
        assert archive.home == tmp_path / "~nobody-of-that-name" / "x"


def test_neither_file_nor_folder(run: Run, home: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    ran = run("--home", home, "add", pipe)
    assert ran.status == 2 and "neither a file nor a folder" in ran.err


def test_wrong_encodings_and_names_are_read(run: Run, home: Path, tmp_path: Path) -> None:
    write(tmp_path / "a" / "latin.txt", "Zoë: Wir heizen den Öfen.\nBo: Größer?\n".encode("cp1252"))
    write(tmp_path / "a" / "wide.txt", "Zoë: Kälte bricht Ton.\nBo: Ja?\n".encode("utf-16"))
    write(tmp_path / "a" / "wrong.txt", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Zoë>Glasur\n")
    ran = run("--home", home, "add", tmp_path / "a")
    assert ran.status == 0 and ran.out.startswith("3 new")
    for word in ("größer", "kälte", "glasur"):
        assert run("--home", home, "search", word).status == 0, word


def test_a_name_that_is_no_text(run: Run, home: Path, tmp_path: Path) -> None:
    bad_name = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    try:
        write(bad_name, GOOD)
    except OSError:
        pytest.skip("this file system takes no such name")
    assert run("--home", home, "add", bad_name).status == 0
    ran = run("--home", home, "search", "kiln", "--format", "json")
    assert ran.status == 0 and "caf\\\\xe9" in ran.out
    assert run("--home", home, "refresh").out.startswith("1 unchanged")


def test_one_bad_file_among_a_thousand(run: Run, home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "show"
    for number in range(1000):
        write(folder / f"{number:04}.txt", f"Ann Lee: Number {number} here.\nBo Katz: Fine.\n")
    bad = write(folder / "0500.txt", b"\x00\x01\x02" * 50)
    write(folder / "cover.jpg", b"\xff\xd8\xff" + bytes(50))
    ran = run("--home", home, "add", folder)
    assert ran.status == 2
    assert ran.out.startswith("999 new, 1 skipped, 1 failed")
    assert f"talksearch: {bad}" in ran.err
    assert run("--home", home, "search", "number", "-n", 0).out.startswith("999 matches")


def test_a_bad_document_put_by_hand_harms_nothing(run: Run, home: Path, tmp_path: Path) -> None:
    assert run("--home", home, "add", write(tmp_path / "good.txt", GOOD)).status == 0
    stored = home / "corpus" / "documents"
    write(stored / "bad.json", "{")
    write(stored / "good.txt.meta.json", "{")
    ran = run("--home", home, "refresh")
    assert ran.status == 2 and "bad.json" in ran.err and "good.txt.meta.json" in ran.err
    # What was indexed of the document whose sidecar broke is still there.
    assert run("--home", home, "search", "kiln").status == 0


def test_a_corrected_document_that_is_broken_loses_nothing(
    run: Run, home: Path, tmp_path: Path
) -> None:
    source = write(tmp_path / "a.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nThe kiln is hot\n")
    assert run("--home", home, "add", source).status == 0
    write(source, b"")
    assert run("--home", home, "add", source).status == 2
    assert run("--home", home, "search", "kiln").status == 0
    assert run("--home", home, "rebuild").status == 0
    assert run("--home", home, "search", "kiln").status == 0


def test_a_home_that_is_a_file(run: Run, tmp_path: Path) -> None:
    home = write(tmp_path / "home", "")
    ran = run("--home", home, "add", write(tmp_path / "good.txt", GOOD))
    assert ran.status == 2 and ran.err.count("\n") == 1 and str(home) in ran.err


def test_a_home_where_nothing_was_added(run: Run, tmp_path: Path) -> None:
    for words in (
        ["search", "kiln"], ["refresh"], ["rebuild"], ["check"], ["speakers", "merge", "A", "B"],
        ["feeds", "pause", "x"], ["feeds", "resume", "x"], ["feeds", "remove", "x", "--yes"],
        ["watch", "add", "kiln"],
    ):  # fmt: skip
        ran = run("--home", tmp_path / "nowhere", *words)
        assert ran.status == 2 and "talksearch add" in ran.err
        assert not (tmp_path / "nowhere").exists()


def test_a_home_that_may_only_be_read(sample_home: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(sample_home, home)
    for path in (home, *home.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    found = talksearch_without_privileges("--home", home, "search", "kiln", "-n", "1")
    assert found.returncode == 0, found.stderr
    checked = talksearch_without_privileges("--home", home, "check")
    assert (checked.returncode, checked.stderr) == (0, ""), checked
    good = write(tmp_path / "good.txt", GOOD)
    for words in (["add", good], ["refresh"], ["rebuild"], ["check", "--repair"]):
        ran = talksearch_without_privileges("--home", home, *words)
        assert ran.returncode == 2
        assert ran.stderr.count("\n") == 1 and "Permission denied" in ran.stderr
    for path in (home, *home.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def test_a_full_disk(home: Path, tmp_path: Path) -> None:
    """The system lets no file grow past 40 kB, which is what a full disk does to a writer."""
    good = write(tmp_path / "good.txt", GOOD)
    with talksearch.open(home) as archive:
        archive.add(good)
    many = "".join(f"Ann Lee: Word{n} and word{n * 7} and word{n * 13}.\n" for n in range(4000))
    big = write(tmp_path / "big.txt", many)
    limited = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))\n"
        f"sys.argv = ['talksearch', '--home', {str(home)!r}, 'add', {str(big)!r}]\n"
        "from talksearch.cli import main\nmain()\n"
    )
    ran = subprocess.run([sys.executable, "-c", limited], capture_output=True, text=True)
    assert ran.returncode == 2
    assert "File too large" in ran.stderr and "Traceback" not in ran.stderr
    with talksearch.open(home) as archive:
        assert archive.search("kiln").total == 1
        assert archive.add(big)[0].status == "new"
        assert archive.search("word3999").total == 1


@pytest.mark.parametrize("command", ["add", "rebuild"])
def test_an_interruption_is_told_and_loses_nothing(
    home: Path, tmp_path: Path, command: str
) -> None:
    folder = tmp_path / "show"
    for number in range(300):
        write(folder / f"{number}.txt", f"Ann Lee: Number {number} here.\nBo Katz: Fine.\n" * 20)
    if command == "rebuild":
        with talksearch.open(home) as archive:
            archive.add(folder)
    words = [folder] if command == "add" else []
    process = subprocess.Popen(
        [sys.executable, "-m", "talksearch", "--home", home, command, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Whoever runs the tests in the background has interruptions ignored.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    # In the midst of it: documents have been stored, or a second index has been begun.
    under_way, enough = ("corpus/*/*.txt", 20) if command == "add" else ("index/v*", 2)
    while len(list(home.glob(under_way))) < enough and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert err.strip() == "talksearch: interrupted; what was stored is kept"
    with talksearch.open(home) as archive:
        if command == "add":
            archive.add(folder)
        assert archive.search("number", group="episode", limit=0).total == 300


def test_a_damaged_index_says_how_to_mend_it(run: Run, home: Path, tmp_path: Path) -> None:
    assert run("--home", home, "add", write(tmp_path / "good.txt", GOOD)).status == 0
    for path in (home / "index").rglob("*"):
        if path.is_file() and path.stat().st_size:
            path.write_bytes(b"damaged")
    ran = run("--home", home, "search", "kiln")
    if ran.status != 0:  # either it is built anew by itself, or it says what to do
        assert ran.status == 2 and "rebuild" in ran.err and "Traceback" not in ran.err
        assert run("--home", home, "rebuild").status == 0
    assert run("--home", home, "search", "kiln").status == 0


def test_an_index_that_was_deleted_is_built_by_the_next_search(
    run: Run, home: Path, tmp_path: Path
) -> None:
    assert run("--home", home, "add", write(tmp_path / "good.txt", GOOD)).status == 0
    subprocess.run(["rm", "-rf", home / "index"], check=True)
    assert run("--home", home, "search", "kiln").status == 0


@pytest.mark.parametrize("query", ['"', "(kiln", "speaker:", "after:2020-13", "nme:ann", "a AND"])
def test_a_broken_query_points_at_the_place(run: Run, sample_home: Path, query: str) -> None:
    ran = run("--home", sample_home, "search", "--", query)
    assert ran.status == 2 and ran.out == ""
    assert query in ran.err and "^" in ran.err.splitlines()[-1]


@pytest.mark.parametrize(
    ("option", "value", "named"),
    [
        ("--role", "boss", "role"),
        ("--kind", "song", "kind"),
        ("--after", "yesterday", "after"),
        ("--facet", "colour", "facet"),
        ("--limit", "-1", "limit"),
    ],
)
def test_a_broken_option_is_named(
    run: Run, sample_home: Path, option: str, value: str, named: str
) -> None:
    ran = run("--home", sample_home, "search", "kiln", option, value)
    assert ran.status == 2 and named in ran.err and "Traceback" not in ran.err


@pytest.mark.parametrize(
    "words",
    [("--date", "15.7.2020"), ("--format", "betamax"), ("--language", "Klingon!")],
)
def test_what_is_said_of_a_source_is_checked(
    run: Run, home: Path, tmp_path: Path, words: tuple[str, str]
) -> None:
    ran = run("--home", home, "add", write(tmp_path / "good.txt", GOOD), *words)
    assert ran.status == 2 and words[1] in ran.err


def test_nothing_is_no_source(run: Run, home: Path) -> None:
    ran = run("--home", home, "add", "")
    assert ran.status == 2 and "names nothing" in ran.err


def test_a_home_is_not_its_own_source(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "good.txt", GOOD)
    assert run("--home", "home", "add", ".").out.startswith("1 new")
    assert run("--home", "home", "add", ".").out.startswith("1 unchanged")
    ran = run("--home", "home", "add", "home/corpus")
    assert ran.status == 2 and "talksearch refresh" in ran.err


@pytest.mark.parametrize(
    ("ending", "status"), [(">&-", 0), ("2>&-", 0), ("> /dev/full", 2), ("<&-", 0)]
)
@pytest.mark.parametrize("buffered", [True, False])
def test_an_output_that_takes_nothing(
    sample_home: Path, ending: str, status: int, buffered: bool
) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    command = f"{sys.executable} -m talksearch --home {sample_home} search kiln {ending}"
    # Else what the shell of whoever runs the tests has would decide.
    environment = {**os.environ, "PYTHONUNBUFFERED": "" if buffered else "1"}
    ran = subprocess.run(["sh", "-c", command], capture_output=True, text=True, env=environment)
    assert ran.returncode == status, ran.stderr
    assert ran.stderr == (
        "" if status == 0 else "talksearch: standard output: No space left on device\n"
    )


def test_a_setting_that_is_none(run: Run, home: Path) -> None:
    write(home / "talksearch.toml", "colour = true\n")
    ran = run("--home", home, "search", "kiln")
    assert ran.status == 2 and "talksearch.toml" in ran.err and "colour" in ran.err


def test_an_address_that_does_not_answer(run: Run, home: Path) -> None:
    address = "http://nobody.invalid/feed.xml"
    ran = run("--home", home, "add", address)
    assert ran.status == 2 and ran.err.startswith(f"talksearch: {address}")
    assert ran.err.count("\n") == 1


def test_a_reader_that_leaves_early_is_no_error(sample_home: Path) -> None:
    command = f"{sys.executable} -m talksearch --home {sample_home} export | head -n 1"
    ran = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
    assert ran.stdout.count("\n") == 1 and ran.stderr == ""
