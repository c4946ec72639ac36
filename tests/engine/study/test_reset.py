from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.course import Course, load_course
from autograder.course.stubs import pristine_folder
from autograder.study import reset
from autograder.study.splice import missing_imports, put_back
from tests.engine.tiny_course import STUB, edited
from tests.engine.tools import SUMS, text

WRITTEN = '''
"""Sums of numbers."""


def double(x: int) -> int:
    """Twice x."""
    return x + x


def helper() -> str:
    """My own."""
    return "kept"


def total(numbers: list[int]) -> int:
    """The sum of the numbers; 0 when there is none."""
    return sum(numbers)
'''
ONCE = "@once\ndef f():\n    ...\n"


@pytest.fixture
def course(write_course: Callable[..., Path]) -> Course:
    return load_course(write_course({SUMS: WRITTEN}))


def file(course: Course) -> Path:
    return course.root / SUMS


def backups(course: Course) -> list[Path]:
    return sorted((course.root / ".lmi" / "backup" / "step00_sums").glob("*.py"))


def test_only_that_exercise_is_a_stub_again(course: Course) -> None:
    assert reset(course, "00.double", yes=True) == 0
    stub = 'raise NotImplementedError("Add x to itself")'
    assert file(course).read_text() == edited(text(WRITTEN), ("return x + x", stub))


def test_the_learners_version_is_kept_and_said_where(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    before = file(course).read_bytes()
    reset(course, "double", yes=True)
    (backup,) = backups(course)
    assert backup.read_bytes() == before
    assert backup.relative_to(course.root).as_posix() in capsys.readouterr().out


def test_each_backup_has_a_name_of_its_own(course: Course) -> None:
    reset(course, "double", yes=True)
    reset(course, "total", yes=True)
    assert len(backups(course)) == 2


def test_an_untouched_exercise_is_left_alone(tiny_course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    course = tiny_course
    assert reset(course, "double", yes=True) == 0
    assert "untouched" in capsys.readouterr().out
    assert not backups(course)


def test_a_file_with_a_syntax_error_is_put_back_whole(course: Course) -> None:
    file(course).write_text("def double(x:\n")
    assert reset(course, "double", yes=True) == 0
    assert file(course).read_text() == text(STUB)
    assert [backup.read_text() for backup in backups(course)] == ["def double(x:\n"]


def test_a_file_that_is_gone_comes_back(course: Course) -> None:
    file(course).unlink()
    assert reset(course, "double") == 0
    assert file(course).read_text() == text(STUB)


def test_where_nobody_can_be_asked_nothing_changes(
    course: Course, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = file(course).read_bytes()
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    assert reset(course, "double") == 2
    assert file(course).read_bytes() == before
    assert "--yes" in capsys.readouterr().err


def test_without_a_place_for_the_backup_nothing_changes(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    before = file(course).read_bytes()
    (course.root / ".lmi").write_text("a file in the folder's place")
    assert reset(course, "double", yes=True) == 2
    assert file(course).read_bytes() == before
    assert "Nothing was changed" in capsys.readouterr().err


def test_line_endings_stay(course: Course) -> None:
    file(course).write_bytes(text(WRITTEN).replace("\n", "\r\n").encode())
    reset(course, "double", yes=True)
    content = file(course).read_bytes()
    assert b'raise NotImplementedError("Add x to itself")\r\n' in content
    assert content.count(b"\n") == content.count(b"\r\n")


def test_a_release_takes_the_stub_from_its_untouched_copy(course: Course) -> None:
    kept = pristine_folder(course.root, course.steps[0])
    kept.mkdir(parents=True)
    (kept / "sums.py").write_text(text(STUB))
    shutil.rmtree(course.root / "reference")
    assert reset(course, "total", yes=True) == 0
    assert "Begin with 0 and add each number" in file(course).read_text()


def test_a_copy_without_stubs_says_so(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.rmtree(course.root / "reference")
    assert reset(course, "total", yes=True) == 2
    assert "no untouched copy" in capsys.readouterr().err


def test_an_unknown_exercise_is_refused(course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    assert reset(course, "dubble", yes=True) == 2
    assert "did you mean 'double'?" in capsys.readouterr().err


CLASS_STUB = text("""
    from torch import Tensor, nn


    class Model(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            raise NotImplementedError("Apply it")
""")


def test_one_method_is_put_back_and_the_others_stay() -> None:
    mine = "class Model:\n    def forward(self, x):\n        return 1\n\n    def helper(self):\n        return 2\n"
    after = put_back(mine, CLASS_STUB, "Model.forward")
    assert 'raise NotImplementedError("Apply it")\n\n    def helper(self):\n        return 2\n' in after


def test_a_missing_method_is_added_to_its_class() -> None:
    after = put_back("class Model:\n    size = 3\n\n\nlast = 1\n", CLASS_STUB, "Model.forward")
    assert after.startswith("class Model:\n    size = 3\n\n    def forward(") and after.endswith("\n\n\nlast = 1\n")


def test_a_missing_class_is_added_whole() -> None:
    after = put_back("size = 3\n", CLASS_STUB, "Model.forward")
    assert after.startswith("size = 3\n\n\nclass Model(nn.Module):\n") and 'Error("Apply it")' in after


def test_decorators_belong_to_the_function() -> None:
    assert put_back("@wrong\n@twice\ndef f():\n    return 1\n", ONCE, "f") == ONCE


def test_of_two_definitions_the_one_that_counts_is_put_back() -> None:
    first = "def f():\n    return 1\n\n\n"
    assert put_back(f"{first}def f():\n    return 2\n", ONCE, "f") == first + ONCE


def test_a_stub_that_does_not_fit_is_refused() -> None:
    tabs = "class Model:\n\tdef forward(self, x):\n\t\treturn 1\n\n\tdef helper(self):\n\t\treturn 2\n"
    with pytest.raises(ValueError, match="does not fit in"):
        put_back(tabs, CLASS_STUB, "Model.forward")


def test_imports_that_the_stub_needs_and_the_file_lost_are_named() -> None:
    assert missing_imports("from torch import nn\n", CLASS_STUB, "Model.forward") == ["from torch import Tensor"]
