"""The learners' copy works where nothing else of the course is, and what is handed in from it is graded here."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course import Course, load_course
from autograder.grading.one import grade
from autograder.release.write import release
from autograder.sandbox.host import Sandbox
from autograder.submission.read import read_submission
from tests.engine.tools import BACKEND, ROOT

STEP = "step00_mnist_templates"
MODULE, LESSON = f"exercises/{STEP}/images.py", f"exercises/{STEP}/lesson.ipynb"

pytestmark = pytest.mark.slow


class Learner:
    """Someone who has the release and nothing else; the packages are this interpreter's."""

    def __init__(self, home: Path):
        self.home = home

    def run(self, *arguments: str) -> tuple[int, str]:
        """Exit status and output of `python -m …` at the root of the release."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("LMI_", "PYTEST_", "PYTHON"))}
        environment = {**ours, "PYTHONPATH": str(self.home), "COLUMNS": "120", "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-m", *arguments]
        done = subprocess.run(command, cwd=self.home, env=environment, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def solve(self, name: str) -> str:
        """The text of the module with this function solved as in the reference."""
        solution = (ROOT / "reference" / STEP / "images.py").read_text(encoding="utf-8")
        return f"{(self.home / MODULE).read_text()}\n\nimport torch\n\n\n{function(solution, name)}\n"


def function(text: str, name: str) -> str:
    return next(ast.unparse(node) for node in ast.parse(text).body if getattr(node, "name", None) == name)


@pytest.fixture(scope="module")
def course() -> Course:
    return load_course(ROOT)


@pytest.fixture(scope="module")
def learner(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Learner:
    home = tmp_path_factory.mktemp("learner") / "course"
    release(course, home)
    return Learner(home)


def test_only_the_release_is_used(learner: Learner) -> None:
    script = "import autograder, exercises.kit, sys\nprint(autograder.__file__, exercises.kit.__file__)"
    (learner.home / "where.py").write_text(script)
    _, out = learner.run("where")
    assert out.split() == [str(learner.home / name / "__init__.py") for name in ("autograder", "exercises/kit")]
    (learner.home / "where.py").unlink()


def test_untouched_release_is_quiet_and_says_what_comes_first(learner: Learner) -> None:
    status, out = learner.run("pytest")
    assert status == 0
    assert not re.search(r"Traceback|Warning|FAILED|ERROR|\d+ (failed|error)", out)
    assert "Next: primer.one_hot_rows" in out and "lmi hint primer.one_hot_rows" in out


def test_work_done_in_a_release_is_graded_here(learner: Learner, course: Course, tmp_path: Path) -> None:
    (learner.home / MODULE).write_text(learner.solve("flatten_images"))
    lesson = json.loads((learner.home / LESSON).read_text())
    solved = function((ROOT / "reference" / STEP / "images.py").read_text(encoding="utf-8"), "class_means")
    lesson["cells"].append({"cell_type": "code", "id": "mine", "metadata": {}, "source": solved, "outputs": []})
    (learner.home / LESSON).write_text(json.dumps(lesson))

    status, out = learner.run("autograder.cli", "check", "--exercise", "00.flatten_images")
    assert status == 0, out
    status, out = learner.run("autograder.cli", "submit", "00", "-o", str(tmp_path / "ada.zip"))
    assert status == 0 and "00.flatten_images" not in out and "00.class_means" not in out

    with Sandbox(BACKEND, ROOT, ROOT / "exercises" / "kit") as sandbox:
        report = grade(read_submission(tmp_path / "ada.zip", course), course, sandbox, [course.step("00")], "salt")
    passed = [exercise.id for exercise in report.exercises if exercise.status == "passed"]
    assert passed == ["00.flatten_images", "00.class_means"]
    assert report.warnings == ["step00_mnist_templates/lesson.ipynb gave class_means; the modules gave the rest"]
