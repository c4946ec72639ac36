from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest

from autograder.course import Course, UnknownName
from autograder.submission.pack import Packed, SubmitError, pack_submission
from autograder.submission.read import read_submission
from tests.engine.submission.handing_in import notebook
from tests.engine.tiny_course import STUB, edited

MODULE = "exercises/step00_sums/sums.py"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "submission.zip"


def test_modules_of_the_steps_are_packed(tiny_course: Course, out: Path) -> None:
    pack_submission(tiny_course, ["00"], out)
    assert zipfile.ZipFile(out).namelist() == ["exercises/step00_sums/__init__.py", MODULE]


def test_packed_work_is_read_back_as_it_was(tiny_course: Course, out: Path) -> None:
    pack_submission(tiny_course, None, out)
    there = read_submission(tiny_course.root / "exercises", tiny_course)
    back = read_submission(out, tiny_course)
    assert (back.digest, back.warnings) == (there.digest, [])


def test_same_work_gives_the_same_bytes(tiny_course: Course, out: Path, tmp_path: Path) -> None:
    pack_submission(tiny_course, None, out)
    os.utime(tiny_course.root / MODULE, (0, 10**9))
    pack_submission(tiny_course, None, tmp_path / "again.zip")
    assert out.read_bytes() == (tmp_path / "again.zip").read_bytes()


def test_exercises_that_are_still_stubs_are_told(tiny_course: Course, out: Path) -> None:
    begun = edited(STUB, ('raise NotImplementedError("Add x to itself")', "return 2 * x"))
    (tiny_course.root / MODULE).write_text("# my notes\n" + begun)
    assert pack_submission(tiny_course, None, out).not_started == ["00.total"]


def test_summary_counts_what_is_not_started_in_a_step_without_work(tiny_course: Course, out: Path) -> None:
    packed = pack_submission(tiny_course, [tiny_course.step("00")], out)
    assert str(packed) == f"{out} is ready to hand in: 2 files.\nNot started yet:\n  step 00: all 2"


def test_summary_lists_what_is_not_started_in_a_step_with_work(tiny_course: Course, out: Path) -> None:
    (tiny_course.root / MODULE).write_text("def total(numbers): return sum(numbers)\n")
    assert str(pack_submission(tiny_course, None, out)).endswith("\nNot started yet:\n  step 00: 00.double")


def test_summary_lists_ten_of_a_step_at_most() -> None:
    ids = [f"03.e{number}" for number in range(13)]
    text = str(Packed(Path("x.zip"), [], ids, {"03"}, []))
    assert text.endswith("03.e9 and 3 more") and "03.e10" not in text


def test_summary_of_finished_work_says_nothing_of_what_is_not_started() -> None:
    assert str(Packed(Path("x.zip"), ["a.py"], [], {"00"}, [])) == "x.zip is ready to hand in: one file."


def test_exercise_that_was_deleted_is_not_started(tiny_course: Course, out: Path) -> None:
    (tiny_course.root / MODULE).write_text("def total(numbers): return sum(numbers)\n")
    assert pack_submission(tiny_course, None, out).not_started == ["00.double"]


def test_module_that_is_not_python_is_packed_and_told(tiny_course: Course, out: Path) -> None:
    (tiny_course.root / MODULE).write_text("def double(x:\n")
    [warning] = pack_submission(tiny_course, None, out).warnings
    assert warning.startswith("step00_sums/sums.py line 1 is not valid Python")


def test_nothing_to_hand_in_is_told(tiny_course: Course, out: Path) -> None:
    for path in (tiny_course.root / "exercises/step00_sums").glob("*.py"):
        path.unlink()
    with pytest.raises(SubmitError, match="holds no module of the course"):
        pack_submission(tiny_course, ["00"], out)


def test_unknown_step_is_told(tiny_course: Course, out: Path) -> None:
    with pytest.raises(UnknownName, match="no step '9': the steps are 00"):
        pack_submission(tiny_course, ["9"], out)


def test_own_earlier_submission_is_replaced(tiny_course: Course, out: Path) -> None:
    pack_submission(tiny_course, None, out)
    (tiny_course.root / MODULE).write_text("x = 1\n")
    pack_submission(tiny_course, None, out)
    assert zipfile.ZipFile(out).read(MODULE) == b"x = 1\n"


@pytest.mark.parametrize("content", [b"a letter", b"PK\x05\x06" + bytes(18)])
def test_other_file_is_not_overwritten(tiny_course: Course, out: Path, content: bytes) -> None:
    out.write_bytes(content)
    with pytest.raises(SubmitError, match="was not made by lmi submit: name another file"):
        pack_submission(tiny_course, None, out)
    assert out.read_bytes() == content


def test_folder_is_refused(tiny_course: Course, tmp_path: Path) -> None:
    with pytest.raises(SubmitError, match="is a folder: name a file, such as .*/submission.zip"):
        pack_submission(tiny_course, None, tmp_path)


def test_missing_folder_is_told(tiny_course: Course, tmp_path: Path) -> None:
    with pytest.raises(SubmitError, match="there is no folder .*/nowhere: create it first"):
        pack_submission(tiny_course, None, tmp_path / "nowhere" / "a.zip")


def test_failure_leaves_no_half_a_file(tiny_course: Course, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(SubmitError, match="cannot be written: No space left on device"):
        pack_submission(tiny_course, None, out)
    assert [path.name for path in out.parent.iterdir()] == ["course"]


LESSON = "exercises/step00_sums/lesson.ipynb"


def test_notebook_that_defines_what_an_exercise_asks_for_is_packed(tiny_course: Course, out: Path) -> None:
    (tiny_course.root / LESSON).write_bytes(notebook("def double(x): return 2 * x"))
    packed = pack_submission(tiny_course, None, out)
    there = read_submission(tiny_course.root / "exercises", tiny_course)
    assert (LESSON in zipfile.ZipFile(out).namelist(), packed.not_started) == (True, ["00.total"])
    assert read_submission(out, tiny_course).digest == there.digest


def test_notebook_without_functions_of_exercises_stays(tiny_course: Course, out: Path) -> None:
    (tiny_course.root / LESSON).write_bytes(notebook("from exercises.step00_sums.sums import double"))
    assert len(pack_submission(tiny_course, None, out).files) == 2


def test_notebook_is_packed_without_its_outputs(tiny_course: Course, out: Path) -> None:
    cell = {
        "cell_type": "code",
        "source": "def double(x): return 2 * x",
        "execution_count": 3,
        "outputs": ["a picture"],
    }
    (tiny_course.root / LESSON).write_text(json.dumps({"nbformat": 4, "metadata": {}, "cells": [cell]}))
    pack_submission(tiny_course, None, out)
    [there] = json.loads(zipfile.ZipFile(out).read(LESSON))["cells"]
    assert there == {**cell, "execution_count": None, "outputs": []}


def test_broken_cell_is_told_before_it_is_handed_in(tiny_course: Course, out: Path) -> None:
    (tiny_course.root / LESSON).write_bytes(notebook("def double(x"))
    [warning] = pack_submission(tiny_course, None, out).warnings
    assert warning.startswith("step00_sums/lesson.ipynb cell 1 is skipped")
