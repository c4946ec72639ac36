"""`lmi submit` tries what a notebook holds as it will be graded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.study import as_graded
from autograder.submission import pack_submission
from tests.engine.submission.handing_in import notebook
from tests.engine.tools import ROOT

LESSON = "exercises/step00_sums/lesson.ipynb"
DOUBLE = "factor = 2\ndef double(x):\n    return factor * x"


def told(course: Course, *cells: str, out: Path) -> str:
    """What is said of a notebook of these cells before it is handed in."""
    (course.root / LESSON).write_bytes(notebook(*cells))
    packed = pack_submission(course, None, out / "submission.zip")
    [(id, modules)] = packed.made.items()
    begun = [exercise.id for exercise in course.steps[0].exercises if exercise.id not in packed.not_started]
    return as_graded(course, course.step(id), modules, begun)


def test_what_passes_is_counted(tiny_course: Course, tmp_path: Path) -> None:
    said = told(tiny_course, DOUBLE, "def total(numbers):\n    return sum(numbers)", out=tmp_path)
    assert said.endswith("as it will be graded: 2 of 2 exercises that you began pass their public tests.")


def test_what_only_the_kernel_knows_is_told(tiny_course: Course, tmp_path: Path) -> None:
    said = told(
        tiny_course,
        "def total(numbers):\n    return sum(numbers)",
        "def double(x):\n    return factor * x",
        out=tmp_path,
    )
    first, line = said.splitlines()
    assert first.endswith("1 of 2 exercises that you began pass their public tests; not these:")
    assert line.startswith("  00.double: ") and "factor" in line


def test_course_is_as_it_was(tiny_course: Course, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in tiny_course.root.rglob("*.py")}
    told(tiny_course, DOUBLE, out=tmp_path)
    assert {path: path.read_bytes() for path in tiny_course.root.rglob("*.py")} == before


def test_command_says_it(tiny_course: Course, tmp_path: Path) -> None:
    (tiny_course.root / LESSON).write_bytes(notebook(DOUBLE.replace("2", "3")))
    command = [
        sys.executable,
        "-c",
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from autograder.cli import main; main()",
    ]
    done = subprocess.run(
        [*command, "submit", "-o", str(tmp_path / "mine.zip")], cwd=tiny_course.root, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "0 of 1 exercises that you began pass their public tests; not these:\n  00.double: " in done.stdout
    assert "mine.zip is ready to hand in" in done.stdout.splitlines()[0]


@pytest.mark.parametrize("outputs", [30])
def test_large_outputs_do_not_keep_a_notebook_from_being_packed(
    tiny_course: Course, tmp_path: Path, outputs: int
) -> None:
    document = json.loads(notebook(DOUBLE))
    picture = {"output_type": "display_data", "data": {"image/png": "A" * 1_000_000}, "metadata": {}}
    document["cells"][0] |= {"outputs": [picture] * outputs, "execution_count": 1}
    (tiny_course.root / LESSON).write_text(json.dumps(document))
    packed = pack_submission(tiny_course, None, tmp_path / "submission.zip")
    assert LESSON.removeprefix("exercises/") in packed.files and packed.path.stat().st_size < 100_000
