from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.course import load_course
from autograder.study import check, show_progress
from tests.engine.tiny_course import SOLUTION, STUB, edited

SUMS = "exercises/step00_sums/sums.py"
SOLVED = {SUMS: SOLUTION}
HALF = {SUMS: edited(STUB, ('raise NotImplementedError("Add x to itself")', "return 2 * x"))}
WRONG = {SUMS: edited(SOLUTION, ("return x + x", "print('now x is', x)\n    return x + 1"))}
Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def _fresh_modules() -> Iterator[None]:
    """Each course has modules of its own."""
    path = list(sys.path)
    yield
    sys.path[:] = path
    for name in [name for name in sys.modules if name.startswith(("exercises", "reference", "tests.public"))]:
        del sys.modules[name]


def run(write: Write, changes: dict[str, str], *arguments: object) -> int:
    return check(load_course(write(changes)), *arguments)  # type: ignore[arg-type]


def test_a_solved_course_passes(write_course: Write) -> None:
    assert run(write_course, SOLVED, None) == 0


def test_an_untouched_course_does_not_pass(write_course: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(write_course, {}, None) == 1
    assert "Next: 00.double" in capsys.readouterr().out


def test_one_solved_exercise_passes_alone(write_course: Write) -> None:
    assert run(write_course, HALF, None, "00.double") == 0


def test_an_exercise_in_the_place_of_the_step_is_understood(write_course: Write) -> None:
    assert run(write_course, HALF, "double") == 0


def test_a_failure_is_shown_with_what_was_printed(write_course: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(write_course, WRONG, "00") == 1
    assert "now x is 3" in capsys.readouterr().out


def test_prerequisites_are_tested_to_say_what_blocks(write_course: Write, capsys: pytest.CaptureFixture[str]) -> None:
    doubled = ("return largest_so_far", "return double(largest_so_far)")
    broken = edited(SOLUTION, ("return x + x", "return x + 1"), doubled)
    assert run(write_course, {SUMS: broken}, None, "00.total") == 1
    assert "00.total: blocked." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("step", "exercise", "said"),
    [
        ("07", None, "the steps are 00"),
        (None, "doubel", "did you mean 'double'?"),
        ("totl", None, "did you mean 'total'?"),
        ("07", "double", "the steps are 00"),
    ],
)
def test_unknown_names_cannot_run_and_are_helped(
    write_course: Write, capsys: pytest.CaptureFixture[str], step: str | None, exercise: str | None, said: str
) -> None:
    assert run(write_course, {}, step, exercise) == 2
    assert said in capsys.readouterr().err


def test_missing_tests_cannot_run(write_course: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(write_course, {"tests/public/step00/test_sums.py": None}, None) == 2  # type: ignore[dict-item]
    assert "tests are missing" in capsys.readouterr().err


def test_a_test_that_does_not_import_cannot_run(write_course: Write) -> None:
    assert run(write_course, {"tests/public/step00/test_sums.py": "import nowhere_to_be_found\n"}, None) == 2


def test_json_names_exercise_and_outcome_of_each_test(write_course: Write, tmp_path: Path) -> None:
    file = tmp_path / "new" / "report.json"
    assert run(write_course, HALF, None, None, file) == 1
    found = [test["metadata"] for test in json.loads(file.read_text())["tests"]]
    assert [(one["exercise"], one["part"], one["outcome"]) for one in found] == [
        ("00.double", None, "passed"),
        ("00.total", "positive", "not_started"),
    ]


def test_a_folder_in_place_of_the_json_file_is_refused_before_the_tests(
    write_course: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(write_course, SOLVED, None, None, tmp_path) == 2
    shown = capsys.readouterr()
    assert "it is a folder" in shown.err
    assert "progress" not in shown.out


def test_a_file_on_the_way_to_the_json_file_is_refused(
    write_course: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert run(write_course, SOLVED, None, None, tmp_path / "file" / "report.json") == 2
    assert "is not a folder" in capsys.readouterr().err


def test_progress_counts_what_passes_and_says_what_is_next(
    write_course: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    assert show_progress(load_course(write_course(HALF))) == 0
    shown = capsys.readouterr().out
    assert "1 of 2 exercises pass their public tests: 4 of 10 points, about 10 minutes to go." in shown
    assert "Next: 00.total ★" in shown


def test_progress_of_an_unknown_step_is_refused(write_course: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert show_progress(load_course(write_course()), "9") == 2
    assert "the steps are 00" in capsys.readouterr().err
