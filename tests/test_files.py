"""Files are there whole or not at all, in the order in which they were written."""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path

import pytest

from talksearch.errors import HomeError
from talksearch.files import read_lines, write_file

linux = pytest.mark.skipif(sys.platform != "linux", reason="/proc says what is synced")


@linux
def test_a_file_and_its_name_are_on_disk_before_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def synced(handle: int) -> None:
        fsync(handle)
        folder = stat.S_ISDIR(os.fstat(handle).st_mode)
        done.append(str(Path(f"/proc/self/fd/{handle}").readlink().relative_to(tmp_path)))
        assert folder or done[-1].endswith(".new")

    def replaced(self: Path, target: Path) -> Path:
        done.append(f"-> {target.relative_to(tmp_path)}")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", replaced)
    write_file(tmp_path / "new" / "folder" / "one", "1")
    write_file(tmp_path / "new" / "folder" / "two", "2")
    names = [each for each in done if not each.endswith(".new")]
    assert names == [
        ".",  # the folders that were made, each in the one that it is in
        "new",
        "-> new/folder/one",
        "new/folder",
        "-> new/folder/two",
        "new/folder",
    ]
    assert len(done) - len(names) == 2


def test_a_file_system_that_syncs_no_folders_is_good_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fsync = os.fsync

    def picky(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", picky)
    write_file(tmp_path / "new" / "file", "1")
    assert (tmp_path / "new" / "file").read_text() == "1"


def test_an_error_names_the_file_that_was_to_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder" / "there").mkdir(parents=True)
    for path in (tmp_path / "file" / "below", tmp_path / "folder" / "there"):
        with pytest.raises(HomeError) as raised:
            write_file(path, "1")
        assert raised.value.path == str(path)
    assert sorted(tmp_path.rglob(".*")) == []


def test_what_cannot_be_read_is_told_once(tmp_path: Path) -> None:
    with pytest.raises(HomeError) as caught:
        read_lines(tmp_path / "nothing")
    assert str(caught.value) == f"{tmp_path / 'nothing'}: cannot be read: No such file or directory"
