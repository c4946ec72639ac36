"""What was handed in is listed and read with limits, and never followed, run or unpacked."""

from __future__ import annotations

import os
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.submission import entries
from autograder.submission.read import read_submission
from tests.engine.submission.handing_in import SOURCE, SUMS, refusal, told, write_tree, write_zip


def zip_with_mode(path: Path, name: str, content: str, mode: int) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        archive.writestr(info, content)
        archive.writestr("step00_sums/other.py", "x = 1\n")
    return path


ESCAPES = [
    f"../{SUMS}",
    f"exercises/../../{SUMS}",
    f"/etc/{SUMS}",
    f"C:/{SUMS}",
    f"C:\\{SUMS}",
    f"..\\..\\{SUMS}",
    f"\\\\server\\{SUMS}",
]


@pytest.mark.parametrize("name", ESCAPES)
def test_zip_that_points_outside_is_refused(tiny_course: Course, tmp_path: Path, name: str) -> None:
    path = write_zip(tmp_path / "alice.zip", {SUMS: SOURCE, name: "x = 1\n"})
    assert "which points outside of the submission" in refusal(path, tiny_course)


def test_backslashes_of_old_windows_zips_are_understood(tiny_course: Course, tmp_path: Path) -> None:
    path = write_zip(tmp_path / "alice.zip", {"exercises\\step00_sums\\sums.py": SOURCE})
    assert list(read_submission(path, tiny_course).files) == [SUMS]


def test_link_in_a_zip_is_not_followed(tiny_course: Course, tmp_path: Path) -> None:
    path = zip_with_mode(tmp_path / "alice.zip", SUMS, "/etc/passwd", stat.S_IFLNK | 0o777)
    submission = read_submission(path, tiny_course)
    assert SUMS not in submission.files
    assert f"ignored 1 file ({SUMS}): a link: links are never followed" in submission.warnings


def test_device_in_a_zip_is_ignored(tiny_course: Course, tmp_path: Path) -> None:
    path = zip_with_mode(tmp_path / "alice.zip", SUMS, "", stat.S_IFIFO | 0o644)
    assert "never opened" in told(read_submission(path, tiny_course))


def test_link_in_a_folder_is_not_followed(tiny_course: Course, tmp_path: Path) -> None:
    folder = write_tree(tmp_path / "alice", {"step00_sums/other.py": "x = 1\n"})
    (folder / SUMS).symlink_to(tiny_course.root / "reference" / SUMS)
    submission = read_submission(folder, tiny_course)
    assert list(submission.files) == ["step00_sums/other.py"]
    assert "links are never followed" in told(submission)


def test_link_to_a_folder_is_not_followed(tiny_course: Course, tmp_path: Path) -> None:
    (tmp_path / "alice").mkdir()
    (tmp_path / "alice/exercises").symlink_to(tiny_course.root / "reference")
    assert "links are never followed" in refusal(tmp_path / "alice", tiny_course)


def test_submission_that_is_a_link_is_refused(tiny_course: Course, tmp_path: Path) -> None:
    (tmp_path / "alice").symlink_to(tiny_course.root / "reference")
    assert "is a link, and links are never followed" in refusal(tmp_path / "alice", tiny_course)


def test_pipe_in_a_folder_is_never_opened(tiny_course: Course, tmp_path: Path) -> None:
    folder = write_tree(tmp_path / "alice", {"step00_sums/other.py": "x = 1\n"})
    os.mkfifo(folder / SUMS)
    assert "a pipe, device or socket: never opened" in told(read_submission(folder, tiny_course))


def test_pipe_named_like_a_zip_is_refused(tiny_course: Course, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "alice.zip")
    assert refusal(tmp_path / "alice.zip", tiny_course) == "alice.zip is not an ordinary file"


def test_zip_bomb_is_refused_by_its_ratio(tiny_course: Course, tmp_path: Path) -> None:
    path = write_zip(tmp_path / "alice.zip", {SUMS: SOURCE, "bomb.bin": b"\0" * 20_000_000})
    assert "bomb.bin would unpack from" in refusal(path, tiny_course)


def test_zip_that_unpacks_to_too_much_is_refused(
    tiny_course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "MAX_UNPACKED", 1000)
    path = write_zip(tmp_path / "alice.zip", {SUMS: SOURCE, "a.bin": os.urandom(600), "b.bin": os.urandom(600)})
    assert "would unpack to" in refusal(path, tiny_course)


def test_zip_that_lies_about_a_length_is_read_no_further_than_the_limit(tiny_course: Course, tmp_path: Path) -> None:
    path = write_zip(tmp_path / "alice.zip", {SUMS: "x" * 3_000_000})
    data = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.index(signature) + offset, 100)
    path.write_bytes(data)
    assert "cannot be unpacked" in refusal(path, tiny_course)


def test_module_that_is_too_large_is_refused(tiny_course: Course, tmp_path: Path) -> None:
    folder = write_tree(tmp_path / "alice", {SUMS: "#" * 1_000_001})
    assert refusal(folder, tiny_course) == "sums.py is larger than 1 MB"


def test_modules_that_are_too_large_together_are_refused(tiny_course: Course, tmp_path: Path) -> None:
    files = {SUMS: SOURCE} | {f"step00_sums/m{number}.py": "#" * 900_000 for number in range(10)}
    assert "its modules take more than 8 MB" in refusal(write_tree(tmp_path / "alice", files), tiny_course)


@pytest.mark.parametrize("write", [write_tree, lambda path, files: write_zip(path.with_suffix(".zip"), files)])
def test_too_many_files_are_refused(
    tiny_course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[..., Path]
) -> None:
    monkeypatch.setattr(entries, "MAX_ENTRIES", 10)
    path = write(tmp_path / "alice", {SUMS: SOURCE} | {f"f{number}.txt": "" for number in range(20)})
    assert "holds more than 10 files" in refusal(path, tiny_course)


def test_endless_list_of_contents_is_refused(
    tiny_course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "MAX_DIRECTORY", 1000)
    path = write_zip(tmp_path / "alice.zip", {f"file{number}": "" for number in range(100)})
    assert "list of contents is too long" in refusal(path, tiny_course)


def test_virtual_environment_is_left_out(tiny_course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "MAX_ENTRIES", 10)
    files = {f"env/f{number}": "" for number in range(20)}
    folder = write_tree(tmp_path / "alice", {f"exercises/{SUMS}": SOURCE, "env/pyvenv.cfg": "", **files})
    assert read_submission(folder, tiny_course).warnings == []


def test_encrypted_zip_is_refused(tiny_course: Course, tmp_path: Path) -> None:
    path = write_zip(tmp_path / "alice.zip", {SUMS: SOURCE})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x03\x04") + 6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert refusal(path, tiny_course) == f"{SUMS} is encrypted: make the zip without a password"


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_compression_is_refused(tiny_course: Course, tmp_path: Path, method: int) -> None:
    path = write_zip(tmp_path / "alice.zip", {SUMS: SOURCE}, method)
    assert "is compressed in an unusual way" in refusal(path, tiny_course)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_module_that_is_there_twice_is_refused(tiny_course: Course, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "alice.zip", "w") as archive:
        archive.writestr(SUMS, SOURCE)
        archive.writestr(SUMS, SOURCE + "#")
    assert refusal(tmp_path / "alice.zip", tiny_course) == f"holds {SUMS} twice: leave one"


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 and no more", b"%PDF-1.4"])
def test_broken_zip_is_refused(tiny_course: Course, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "alice.zip").write_bytes(content)
    assert "is not a zip that can be read" in refusal(tmp_path / "alice.zip", tiny_course)


def test_zip_with_a_wrong_checksum_is_refused(tiny_course: Course, tmp_path: Path) -> None:
    path = write_zip(tmp_path / "alice.zip", {SUMS: SOURCE}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"return 2", b"return 3"))
    assert "cannot be unpacked (Bad CRC-32" in refusal(path, tiny_course)


def test_control_characters_in_a_name_do_not_reach_the_terminal(tiny_course: Course, tmp_path: Path) -> None:
    path = write_zip(tmp_path / "alice.zip", {SUMS: SOURCE, "\x1b[31mred.txt": ""})
    assert "?[31mred.txt" in told(read_submission(path, tiny_course))


def test_unreadable_module_is_refused(tiny_course: Course, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    folder = write_tree(tmp_path / "alice", {SUMS: SOURCE})
    (folder / SUMS).chmod(0)
    assert refusal(folder, tiny_course) == "sums.py cannot be read: Permission denied"


def test_reading_runs_nothing(tiny_course: Course, tmp_path: Path) -> None:
    hostile = f"open({str(tmp_path / 'ran')!r}, 'w')\n"
    read_submission(write_tree(tmp_path / "alice", {SUMS: hostile, "step00_sums/__init__.py": hostile}), tiny_course)
    assert not (tmp_path / "ran").exists()
