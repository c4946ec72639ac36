from __future__ import annotations

import io
import os
import re
import stat
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from autograder.course import Course, load_course
from autograder.submission import entries
from autograder.submission.read import Submission, SubmissionError, find_submissions, read_submission
from tests.engine.submission.test_notebook import notebook
from tests.engine.tiny_course import COURSE_TOML, STEP_TOML, edited

SUMS = "step00_sums/sums.py"
SOURCE = "def double(x):\n    return 2 * x\n"
DOUBLE = "def double(x):\n    return x + x"
TOTAL = "def total(numbers):\n    return sum(numbers)"


def write_tree(root: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def write_zip(path: Path, files: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo("placeholder")
            info.filename = name  # as it is: ZipInfo would tidy it
            info.compress_type = compression
            archive.writestr(info, content)
    return path


def zip_with_mode(path: Path, name: str, content: str, mode: int) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        archive.writestr(info, content)
        archive.writestr("step00_sums/other.py", "x = 1\n")
    return path


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    """The bytes of a zip."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def refusal(path: Path, course: Course) -> str:
    with pytest.raises(SubmissionError) as caught:
        read_submission(path, course)
    return str(caught.value)


def told(submission: Submission) -> str:
    return "\n".join(submission.warnings)


SHAPES = {
    "tree like exercises": f"{SUMS}",
    "repository": f"exercises/{SUMS}",
    "repository in a folder": f"alice-submission/exercises/{SUMS}",
    "folder of a step's own": f"alice/{SUMS}",
    "bare modules": "sums.py",
    "bare modules in a folder": "homework/sums.py",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_folder_of_any_shape_is_read(tiny_course: Course, tmp_path: Path, shape: str) -> None:
    folder = write_tree(tmp_path / "alice", {SHAPES[shape]: SOURCE})
    assert read_submission(folder, tiny_course).files == {SUMS: SOURCE.encode()}


@pytest.mark.parametrize("shape", SHAPES)
def test_zip_of_any_shape_is_read(tiny_course: Course, tmp_path: Path, shape: str) -> None:
    path = write_zip(tmp_path / "alice.zip", {SHAPES[shape]: SOURCE, "__MACOSX/._sums.py": b"\0"})
    submission = read_submission(path, tiny_course)
    assert (submission.files, submission.warnings) == ({SUMS: SOURCE.encode()}, [])


def test_folder_of_one_step_is_read(tiny_course: Course, tmp_path: Path) -> None:
    folder = write_tree(tmp_path / "step00_sums", {"sums.py": SOURCE, "helper.py": "x = 1\n"})
    assert sorted(read_submission(folder, tiny_course).files) == ["step00_sums/helper.py", SUMS]


def test_one_module_is_read(tiny_course: Course, tmp_path: Path) -> None:
    write_tree(tmp_path, {"sums.py": SOURCE})
    assert list(read_submission(tmp_path / "sums.py", tiny_course).files) == [SUMS]


def test_name_is_safe_for_a_folder(tiny_course: Course, tmp_path: Path) -> None:
    path = write_zip(tmp_path / "Ada Lovelace (1).zip", {SUMS: SOURCE})
    assert read_submission(path, tiny_course).name == "Ada_Lovelace_1"


def test_folder_and_zip_of_the_same_work_have_the_same_digest(tiny_course: Course, tmp_path: Path) -> None:
    folder = write_tree(tmp_path / "a", {SUMS: SOURCE, "notes.txt": "hello"})
    path = write_zip(tmp_path / "b.zip", {f"exercises/{SUMS}": SOURCE})
    assert read_submission(folder, tiny_course).digest == read_submission(path, tiny_course).digest


def test_digest_changes_with_the_work(tiny_course: Course, tmp_path: Path) -> None:
    digests = {
        read_submission(write_tree(tmp_path / name, {SUMS: SOURCE + name}), tiny_course).digest for name in ("#a", "#b")
    }
    assert len(digests) == 2


IGNORED = {
    "exercises/kit/numbers.py": "its own copy of exercises/kit: the course's kit is used",
    "tests/public/step00/test_sums.py": "the course's own tests are used",
    "exercises/step00_sums/conftest.py": "the course's own tests are used",
    "exercises/step00_sums/sums.so": "compiled code",
    "exercises/__init__.py": "Python outside of the steps' folders",
    "old/step00_sums/sums.py": "another copy of a step's folder",
    "exercises/step00_sums/my module.py": "not a name that Python can import",
    "grading_configs/stubs/step00_sums/sums.py": "another copy of a step's folder",
    "submission.zip": "a zip, which is not opened here",
    "notes.txt": "not a Python module",
}


@pytest.mark.parametrize("name", IGNORED)
def test_what_is_not_graded_is_told(tiny_course: Course, tmp_path: Path, name: str) -> None:
    folder = write_tree(tmp_path / "alice", {f"exercises/{SUMS}": SOURCE, name: "x = 1\n"})
    submission = read_submission(folder, tiny_course)
    assert list(submission.files) == [SUMS]
    assert re.fullmatch(rf"ignored 1 file \({re.escape(name)}\): .*{re.escape(IGNORED[name])}.*", told(submission))


def test_kinds_are_told_in_one_line_each(tiny_course: Course, tmp_path: Path) -> None:
    files = {f"exercises/{SUMS}": SOURCE} | {f"exercises/kit/k{number}.py": "" for number in range(5)}
    submission = read_submission(write_tree(tmp_path / "alice", files), tiny_course)
    assert submission.warnings == [
        "ignored 5 files (exercises/kit/k0.py, exercises/kit/k1.py, …): "
        "its own copy of exercises/kit: the course's kit is used"
    ]


def test_files_that_came_with_the_course_are_not_worth_a_word(tiny_course: Course, tmp_path: Path) -> None:
    files = {f"exercises/{SUMS}": SOURCE, "exercises/step00_sums/README.md": "", ".git/config": "", ".DS_Store": ""}
    assert read_submission(write_tree(tmp_path / "alice", files), tiny_course).warnings == []


def test_nothing_to_grade_says_what_was_expected(tiny_course: Course, tmp_path: Path) -> None:
    message = refusal(write_tree(tmp_path / "alice", {"essay.py": ""}), tiny_course)
    assert message == (
        "holds no module of the course: hand in the .py files of exercises/step00_sums/ or its lesson.ipynb; "
        "ignored 1 file (essay.py): Python outside of the steps' folders"
    )


def test_two_copies_are_refused(tiny_course: Course, tmp_path: Path) -> None:
    folder = write_tree(tmp_path / "class", {f"a/exercises/{SUMS}": SOURCE, f"b/exercises/{SUMS}": SOURCE})
    assert "more than once (in a/exercises and b/exercises)" in refusal(folder, tiny_course)


CLASSES = {
    "modules in different depths": {f"Ada/{SUMS}": SOURCE, f"Bob/exercises/{SUMS}": SOURCE},
    "bare modules": {"Ada/sums.py": SOURCE, "Bob/sub/sums.py": SOURCE},
    "zips": {"Ada/submission.zip": b"", "Bob/submission.zip": b""},
    "notebooks": {"Ada/lesson.ipynb": notebook(DOUBLE), "Bob/lesson.ipynb": notebook(DOUBLE)},
    "zip and notebook": {"Ada/my.zip": zipped({SUMS: SOURCE}), "Bob/lesson.ipynb": notebook(DOUBLE)},
    "Moodle's": {
        "all/A_1_assignsubmission_file/sums.py": SOURCE,
        "all/B_2_assignsubmission_file/my.zip": b"",
    },
}


@pytest.mark.parametrize("files", CLASSES.values(), ids=CLASSES)
def test_download_of_a_class_must_be_unpacked(
    tiny_course: Course, tmp_path: Path, files: dict[str, str | bytes]
) -> None:
    assert "unpack the download and grade its folder" in refusal(write_zip(tmp_path / "all.zip", files), tiny_course)


def test_module_that_two_steps_have_must_lie_in_its_folder(write_course: Callable[..., Path], tmp_path: Path) -> None:
    swaps = ('id = "00"', 'id = "01"'), ("step00_sums", "step01_more"), ('["double"]', '["01.double"]')
    root = write_course(
        {
            "grading_configs/course.toml": edited(COURSE_TOML, ('["00"]', '["00", "01"]')),
            "grading_configs/step01.toml": edited(STEP_TOML, *swaps),
            "exercises/step01_more/sums.py": SOURCE,
        }
    )
    message = refusal(write_tree(tmp_path / "alice", {"sums.py": SOURCE}), load_course(root))
    assert message == "sums.py could be of step00_sums or step01_more: put it in its folder"


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


def test_module_that_is_not_utf8_is_told(tiny_course: Course, tmp_path: Path) -> None:
    submission = read_submission(write_tree(tmp_path / "alice", {SUMS: b"# one\n# caf\xe9\n"}), tiny_course)
    assert told(submission).startswith(f"{SUMS} is not UTF-8 text (line 2)")


def test_module_with_nul_bytes_is_told(tiny_course: Course, tmp_path: Path) -> None:
    submission = read_submission(write_tree(tmp_path / "alice", {SUMS: b"x = 1\0\n"}), tiny_course)
    assert "holds NUL bytes" in told(submission)


def test_control_characters_in_a_name_do_not_reach_the_terminal(tiny_course: Course, tmp_path: Path) -> None:
    path = write_zip(tmp_path / "alice.zip", {SUMS: SOURCE, "\x1b[31mred.txt": ""})
    assert "?[31mred.txt" in told(read_submission(path, tiny_course))


def test_unreadable_module_is_refused(tiny_course: Course, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    folder = write_tree(tmp_path / "alice", {SUMS: SOURCE})
    (folder / SUMS).chmod(0)
    assert refusal(folder, tiny_course) == "sums.py cannot be read: Permission denied"


def test_other_kind_of_file_is_refused(tiny_course: Course, tmp_path: Path) -> None:
    (tmp_path / "alice.tar.gz").write_bytes(b"")
    assert refusal(tmp_path / "alice.tar.gz", tiny_course).startswith("alice.tar.gz is no submission")


def test_reading_runs_nothing(tiny_course: Course, tmp_path: Path) -> None:
    hostile = f"open({str(tmp_path / 'ran')!r}, 'w')\n"
    read_submission(write_tree(tmp_path / "alice", {SUMS: hostile, "step00_sums/__init__.py": hostile}), tiny_course)
    assert not (tmp_path / "ran").exists()


def test_folder_that_is_a_submission_is_one(tiny_course: Course, tmp_path: Path) -> None:
    folder = write_tree(tmp_path / "alice", {f"exercises/{SUMS}": SOURCE})
    assert find_submissions(folder, tiny_course) == [folder]


def test_class_is_found_in_a_folder(tiny_course: Course, tmp_path: Path) -> None:
    folder = write_tree(tmp_path / "class", {f"alice/{SUMS}": SOURCE, "grades.csv": "", "carol.ipynb": "{}"})
    write_zip(folder / "bob.zip", {SUMS: SOURCE})
    assert [path.name for path in find_submissions(folder, tiny_course)] == ["alice", "bob.zip", "carol.ipynb"]


def test_folder_without_submissions_is_refused(tiny_course: Course, tmp_path: Path) -> None:
    with pytest.raises(SubmissionError, match="holds no submission"):
        find_submissions(write_tree(tmp_path / "class", {"notes.txt": ""}), tiny_course)
