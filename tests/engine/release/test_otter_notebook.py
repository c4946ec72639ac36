"""Notebooks for Otter-Grader: `grader.check` in them, with the real Otter, and the zip that they hand in."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbclient import NotebookClient

from autograder.course import Course, load_course
from autograder.release.otter_notebook import EXPORT, OWN_GRADER, otter_notebook
from autograder.release.write import ReleaseError, release
from tests.engine.export.otter_tools import notebook
from tests.engine.tools import ROOT, SUMS, own_modules

LESSON = "exercises/step00_sums/lesson.ipynb"
BEGIN = """import sys
from importlib.util import find_spec
from pathlib import Path

root = next(place for place in Path.cwd().parents if (place / "exercises" / "kit").is_dir())
sys.path.insert(0, str(root))"""
OURS = f'{OWN_GRADER}\n\ngrader = Grader()\ngrader.check("00.double")'
USE = "from exercises.step00_sums import sums\n\n\ndef show():\n    return total([1])"


def sources(content: bytes) -> list[str]:
    import nbformat

    return [cell.source for cell in nbformat.reads(content.decode(), as_version=4).cells]


def test_exercises_are_checked_before_they_are_used_or_else_at_the_end(tiny_course: Course) -> None:
    made = sources(otter_notebook(notebook(BEGIN, OURS, USE).encode(), tiny_course.steps[0]))
    assert [made[0], made[3], made[-1]] == [BEGIN, USE, EXPORT]
    assert [made[2], made[4]] == ['grader.check("00.total")', 'grader.check("00.double")']
    assert "import otter" in made[1] and "step00_sums/tests" in made[1] and OWN_GRADER not in made[1]


def test_notebook_without_a_grader_is_refused(write_course: Callable[..., Path], tmp_path: Path) -> None:
    course = load_course(write_course({LESSON: notebook(BEGIN, USE)}))
    with pytest.raises(ReleaseError, match="has no cell that begins with"), own_modules():
        release(course, tmp_path / "out", otter=True)
    assert not (tmp_path / "out").exists()


def test_release_for_otter_has_its_test_files_and_others_do_not(
    write_course: Callable[..., Path], tmp_path: Path
) -> None:
    course = load_course(write_course({LESSON: notebook(BEGIN, OURS, USE)}))
    with own_modules():
        written = release(course, tmp_path / "otter", otter=True)
        plain = release(course, tmp_path / "plain")
    assert set(written) - set(plain) == {f"exercises/step00_sums/tests/00.{name}.py" for name in ("double", "total")}
    assert (tmp_path / "plain" / LESSON).read_text() == notebook(BEGIN, OURS, USE)


@pytest.mark.parametrize("step", load_course(ROOT).steps, ids=lambda step: step.id)
def test_every_exercise_of_the_course_is_checked_once(step: Any) -> None:
    made = sources(otter_notebook((ROOT / "exercises" / step.folder / "lesson.ipynb").read_bytes(), step))
    checked = [found[1] for source in made if (found := re.fullmatch(r'grader\.check\("(.+)"\)', source))]
    assert sorted(checked) == sorted(exercise.id for exercise in step.exercises)


@pytest.mark.slow
def test_the_real_otter_checks_and_packs_what_is_in_the_notebook(
    write_course: Callable[..., Path], tmp_path: Path
) -> None:
    course = load_course(write_course({LESSON: notebook(BEGIN, OURS, "def double(x):\n    return 2 * x", USE)}))
    home = tmp_path / "otter"
    with own_modules():
        release(course, home, otter=True)
    shutil.rmtree(home / "autograder")  # the tiny course's is empty
    (home / "autograder").symlink_to(ROOT / "autograder")
    (home / SUMS).write_text((home / SUMS).read_text().replace("def total", "def unused_total") + "\n\ntotal = max\n")
    import nbformat

    made = nbformat.read(home / LESSON, as_version=4)
    NotebookClient(made, resources={"metadata": {"path": str((home / LESSON).parent)}}).execute()
    found = {cell.source: "".join(o.get("data", {}).get("text/plain", "") for o in cell.outputs)
             for cell in made.cells if cell.cell_type == "code"}  # fmt: skip
    assert "All test cases passed" in found['grader.check("00.double")']
    assert "NotPassed" in found['grader.check("00.total")'] and "where 3 is asked" in found['grader.check("00.total")']
    [packed] = (home / LESSON).parent.glob("lesson_*.zip")
    assert {"lesson.ipynb", "sums.py"} <= set(_names(packed))


def _names(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()
