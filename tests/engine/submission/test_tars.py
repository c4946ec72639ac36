"""A tar is read like a zip: with limits, and without following, running or unpacking anything to disk."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.submission import entries, tars
from autograder.submission.read import read_submission
from tests.engine.submission.handing_in import SOURCE, SUMS, refusal, told, write_tree, zipped

HOW = {".tar": "w", ".tar.gz": "w:gz", ".tgz": "w:gz", ".tar.bz2": "w:bz2", ".tbz2": "w:bz2", ".tar.xz": "w:xz"}


def write_tar(path: Path, *files: tuple[str, bytes], mode: str = "w:gz", **fields: object) -> Path:
    """A tar of the files; `fields` change the first one's header."""
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, content in files:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            for field, value in fields.items():
                setattr(info, field, value)
            fields = {}
            archive.addfile(info, io.BytesIO(content))
    return path


@pytest.mark.parametrize("suffix", HOW)
def test_tar_of_any_compression_is_read(tiny_course: Course, tmp_path: Path, suffix: str) -> None:
    path = write_tar(tmp_path / f"ada{suffix}", (f"work/exercises/{SUMS}", SOURCE.encode()), mode=HOW[suffix])
    submission = read_submission(path, tiny_course)
    assert (submission.name, submission.files) == ("ada", {SUMS: SOURCE.encode()})


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_tar_of_any_format_is_read(tiny_course: Course, tmp_path: Path, form: int) -> None:
    files = {f"{'é' * 40}/{'x' * 60}/exercises/{SUMS}": SOURCE, "notes.txt": "hello"}
    folder = write_tree(tmp_path / "ada", files)
    with tarfile.open(tmp_path / "ada.tar", "w", format=form) as archive:
        archive.add(folder, "ada")
    assert list(read_submission(tmp_path / "ada.tar", tiny_course).files) == [SUMS]


def test_tar_called_by_another_compression_is_read(tiny_course: Course, tmp_path: Path) -> None:
    path = write_tar(tmp_path / "ada.tar.gz", (SUMS, SOURCE.encode()), mode="w:xz")
    assert list(read_submission(path, tiny_course).files) == [SUMS]


def test_tar_in_a_learners_folder_is_opened(tiny_course: Course, tmp_path: Path) -> None:
    (tmp_path / "ada").mkdir()
    write_tar(tmp_path / "ada/submission.tar.gz", (SUMS, SOURCE.encode()))
    assert list(read_submission(tmp_path / "ada", tiny_course).files) == [SUMS]


def test_zip_in_a_tar_is_opened(tiny_course: Course, tmp_path: Path) -> None:
    path = write_tar(tmp_path / "ada.tar.gz", ("submission.zip", zipped({SUMS: SOURCE})))
    assert list(read_submission(path, tiny_course).files) == [SUMS]


@pytest.mark.parametrize("name", [f"../{SUMS}", f"/etc/{SUMS}", f"a/../../{SUMS}", f"C:\\{SUMS}"])
def test_tar_that_points_outside_is_refused(tiny_course: Course, tmp_path: Path, name: str) -> None:
    path = write_tar(tmp_path / "ada.tar.gz", (SUMS, SOURCE.encode()), (name, b"x = 1\n"))
    assert "which points outside of the submission" in refusal(path, tiny_course)


@pytest.mark.parametrize(
    ("kind", "why"),
    [(tarfile.SYMTYPE, "never followed"), (tarfile.LNKTYPE, "never followed"), (tarfile.FIFOTYPE, "never opened")],
)
def test_what_is_no_file_in_a_tar_is_ignored(tiny_course: Course, tmp_path: Path, kind: bytes, why: str) -> None:
    files = ("step00_sums/links.py", b""), (SUMS, SOURCE.encode())
    path = write_tar(tmp_path / "ada.tar", *files, mode="w", type=kind, linkname="/etc/passwd")
    submission = read_submission(path, tiny_course)
    assert list(submission.files) == [SUMS] and why in told(submission)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_tar_bomb_is_refused(tiny_course: Course, tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    plain = write_tar(tmp_path / "plain.tar", (SUMS, SOURCE.encode()), ("b.bin", b"\0" * 30_000_000), mode="w")
    (tmp_path / "ada.tar.gz").write_bytes(pack(plain.read_bytes()))
    assert "a bomb" in refusal(tmp_path / "ada.tar.gz", tiny_course)


def test_tar_with_too_many_files_is_refused(
    tiny_course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "MAX_ENTRIES", 10)
    path = write_tar(tmp_path / "ada.tar.gz", *((f"f{number}.py", b"") for number in range(20)))
    assert "holds more than 10 files" in refusal(path, tiny_course)


def test_tar_that_unpacks_to_too_much_is_refused(
    tiny_course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "MAX_UNPACKED", 1000)
    path = write_tar(tmp_path / "ada.tar.gz", (SUMS, SOURCE.encode()), ("a.bin", b"x" * 1200))
    assert "would unpack to" in refusal(path, tiny_course)


def test_module_in_a_tar_that_is_too_large_is_refused(tiny_course: Course, tmp_path: Path) -> None:
    path = write_tar(tmp_path / "ada.tar", (SUMS, b"#" * 1_000_001), mode="w")
    assert refusal(path, tiny_course) == f"{SUMS} is larger than 1 MB"


def test_endless_header_of_a_tar_is_refused(
    tiny_course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tars, "MAX_HEADER", 1000)
    with tarfile.open(tmp_path / "ada.tar", "w", format=tarfile.PAX_FORMAT) as archive:
        info = tarfile.TarInfo(SUMS)
        info.pax_headers = {"comment": "x" * 5000}
        archive.addfile(info)
    assert "has a header that is too long" in refusal(tmp_path / "ada.tar", tiny_course)


@pytest.mark.parametrize("cut", [0, 5, 60, 200])
@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, bytes])
def test_broken_tar_is_refused(tiny_course: Course, tmp_path: Path, cut: int, pack: Callable[[bytes], bytes]) -> None:
    plain = write_tar(tmp_path / "plain.tar", (SUMS, bytes(range(256)) * 8), mode="w")
    (tmp_path / "ada.tar.gz").write_bytes(pack(plain.read_bytes())[:cut])
    assert "is not an archive that can be read" in refusal(tmp_path / "ada.tar.gz", tiny_course)


def test_reading_a_tar_leaves_nothing_on_disk(tiny_course: Course, tmp_path: Path) -> None:
    path = write_tar(tmp_path / "ada.tar.gz", (SUMS, SOURCE.encode()))
    before = sorted(tmp_path.rglob("*"))
    read_submission(path, tiny_course)
    assert sorted(tmp_path.rglob("*")) == before
