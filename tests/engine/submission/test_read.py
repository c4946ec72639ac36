from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.course import Course, load_course
from autograder.submission import SubmissionError, find_submissions, read_submission
from tests.engine.submission.handing_in import (
    DOUBLE,
    SOURCE,
    SUMS,
    notebook,
    refusal,
    told,
    write_tree,
    write_zip,
    zipped,
)
from tests.engine.tiny_course import COURSE_TOML, STEP_TOML, edited

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


def test_module_that_is_not_utf8_is_told(tiny_course: Course, tmp_path: Path) -> None:
    submission = read_submission(write_tree(tmp_path / "alice", {SUMS: b"# one\n# caf\xe9\n"}), tiny_course)
    assert told(submission).startswith(f"{SUMS} is not UTF-8 text (line 2)")


def test_module_with_nul_bytes_is_told(tiny_course: Course, tmp_path: Path) -> None:
    submission = read_submission(write_tree(tmp_path / "alice", {SUMS: b"x = 1\0\n"}), tiny_course)
    assert "holds NUL bytes" in told(submission)


def test_other_kind_of_file_is_refused(tiny_course: Course, tmp_path: Path) -> None:
    (tmp_path / "alice.docx").write_bytes(b"")
    assert refusal(tmp_path / "alice.docx", tiny_course).startswith("alice.docx is no submission")


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
