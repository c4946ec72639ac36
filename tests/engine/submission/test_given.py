"""What nobody wrote for a submission is passed over in silence; what was changed is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course import Course, load_course
from autograder.release.write import release
from autograder.submission.read import read_submission
from tests.engine.submission.handing_in import SOURCE, SUMS, notebook, write_tree, write_zip, zipped
from tests.engine.tiny_course import PUBLIC_TESTS, STUB
from tests.engine.tools import ROOT

MODULE = f"exercises/{SUMS}"


def told(course: Course, folder: Path, files: dict[str, str | bytes]) -> list[str]:
    return read_submission(write_tree(folder, {MODULE: SOURCE, **files}), course).warnings


@pytest.mark.parametrize(
    "otter", [pytest.param(False, marks=pytest.mark.slow, id="plain"), pytest.param(True, id="with Otter")]
)
def test_whole_release_is_not_worth_a_word(tmp_path: Path, otter: bool) -> None:
    course = load_course(ROOT)
    release(course, tmp_path / "ada", otter=otter)
    assert read_submission(tmp_path / "ada", course).warnings == []


def test_whole_release_in_a_zip_is_not_worth_a_word(tiny_course: Course, tmp_path: Path) -> None:
    files = {f"my-repo/{name}": (tmp_path / "r" / name).read_bytes() for name in release(tiny_course, tmp_path / "r")}
    assert read_submission(write_zip(tmp_path / "ada.zip", files), tiny_course).warnings == []


def test_learner_grades_their_own_release_in_silence(tiny_course: Course, tmp_path: Path) -> None:
    release(tiny_course, tmp_path / "ada")
    assert read_submission(tmp_path / "ada", load_course(tmp_path / "ada")).warnings == []


UNCHANGED = {
    "exercises/kit/numbers.py": "ANSWER = 42\n",
    "tests/public/step00/test_sums.py": PUBLIC_TESTS.lstrip(),
    "grading_configs/stubs/step00_sums/sums.py": STUB.lstrip(),
    "autograder/__init__.py": '"""The engine."""\n',
}


@pytest.mark.parametrize("name", UNCHANGED)
def test_ends_of_lines_are_no_change(tiny_course: Course, tmp_path: Path, name: str) -> None:
    assert told(tiny_course, tmp_path / "ada", {name: UNCHANGED[name].replace("\n", "\r\n")}) == []


@pytest.mark.parametrize("name", UNCHANGED)
def test_change_is_told(tiny_course: Course, tmp_path: Path, name: str) -> None:
    [warning] = told(tiny_course, tmp_path / "ada", {name: UNCHANGED[name].replace("e", "a", 1).replace("4", "5")})
    assert warning.startswith(f"ignored 1 file ({name})")


@pytest.mark.parametrize("name", ["reference/step00_sums/sums.py", "tests/hidden/step00/test_sums.py"])
def test_what_learners_do_not_have_is_told_though_it_is_the_courses(
    tiny_course: Course, tmp_path: Path, name: str
) -> None:
    [warning] = told(tiny_course, tmp_path / "ada", {name: (tiny_course.root / name).read_bytes()})
    assert warning.startswith(f"ignored 1 file ({name})")


FROM_PLATFORMS = (
    "__zip_filename__",
    ".OTTER_LOG",
    "exercises/__init__.py",
    "timestamps.csv",
    "tiny.egg-info/PKG-INFO",
    "exercises/step00_sums/tests/00.double.py",
)


@pytest.mark.parametrize("name", FROM_PLATFORMS)
def test_what_platforms_add_is_not_worth_a_word(tiny_course: Course, tmp_path: Path, name: str) -> None:
    assert told(tiny_course, tmp_path / "ada", {name: ""}) == []


def test_test_file_of_no_exercise_is_told(tiny_course: Course, tmp_path: Path) -> None:
    assert told(tiny_course, tmp_path / "ada", {"exercises/step00_sums/tests/00.treble.py": "x = 1\n"}) != []


def test_given_files_beside_a_zip_are_not_worth_a_word(tiny_course: Course, tmp_path: Path) -> None:
    files = {
        "my.zip": zipped({MODULE: SOURCE, "exercises/kit/numbers.py": "ANSWER = 42\n"}),
        "exercises/kit/numbers.py": "ANSWER = 42\n",
        "exercises/step00_sums/lesson.ipynb": notebook("x = 1"),
    }
    assert read_submission(write_tree(tmp_path / "ada", files), tiny_course).warnings == []
