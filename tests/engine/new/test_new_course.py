"""A course of another subject: from the scaffold and the page for authors to a graded class, the engine as it is."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.course import audit_course, load_course
from autograder.release import release
from tests.engine.new.authoring import STEP, TITLE, shown_files, write_course
from tests.engine.tools import BACKEND, ROOT

LINES = f"{STEP}/lines.py"
SANDBOX = ("--sandbox", BACKEND)


class Ran:
    """A command that ran: its exit status and what it printed."""

    def __init__(self, status: int, out: str):
        self.status, self.out = status, out


def run(folder: Path, *arguments: object, engine: Path = ROOT) -> Ran:
    """`python -m …` in a folder, as someone who has the engine and no settings."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("LMI_", "PYTEST_", "PYTHON"))}
    environment = {**ours, "PYTHONPATH": str(engine), "COLUMNS": "120", "OMP_NUM_THREADS": "1", "LMI_SALT": "salt"}
    command = [sys.executable, "-P", "-m", *map(str, arguments)]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return Ran(done.returncode, done.stdout + done.stderr)


def lmi(folder: Path, *arguments: object, engine: Path = ROOT) -> Ran:
    return run(folder, "autograder.cli", *arguments, engine=engine)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("authors") / "linear-algebra"
    write_course(root)
    return root


@pytest.fixture(scope="module")
def untouched(course: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A learner's copy, which holds an engine of its own."""
    home = tmp_path_factory.mktemp("learners") / "untouched"
    release(load_course(course), home)
    return home


@pytest.fixture(scope="module")
def solved(course: Path, untouched: Path) -> Path:
    home = untouched.with_name("solved")
    shutil.copytree(untouched, home)
    shutil.copy(course / "reference" / LINES, home / "exercises" / LINES)
    return home


def solved_in_notebook(course: Path) -> str:
    """The step's notebook, with a cell that holds the solutions."""
    lesson = json.loads((course / "exercises" / STEP / "lesson.ipynb").read_text())
    cell = {"cell_type": "code", "id": "mine", "metadata": {}, "outputs": [], "execution_count": None}
    return json.dumps({**lesson, "cells": [*lesson["cells"], cell | {"source": shown_files()[f"reference/{LINES}"]}]})


# ---------------------------------------------------------------- its author


def test_the_page_makes_a_course_without_problem(course: Path) -> None:
    made = load_course(course)
    assert audit_course(made) == []
    assert (made.title, [exercise.id for exercise in made.exercises]) == (TITLE, ["00.project", "00.orthogonalise"])


def test_the_course_has_nothing_of_this_ones(course: Path, untouched: Path) -> None:
    assert not (course / "exercises/kit").exists()
    own = [file for file in untouched.rglob("*") if file.is_file() and "autograder" not in file.parts]
    texts = " ".join(file.read_text(encoding="utf-8") for file in own)
    assert not re.search(r"mnist|gpt-?2|transformer|mech", texts, re.IGNORECASE)


@pytest.mark.slow
def test_its_selfcheck_is_sound_and_stays_so_with_another_step(course: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(course, tmp_path / "course"))
    assert lmi(root, "new", "step", "--title", "Least squares").status == 0
    checked = lmi(root, "selfcheck", *SANDBOX)
    assert checked.status == 0, checked.out
    said = ["00 reference", "00 stubs", "00 wrong-project__length", "checkpoint step00.last_row_of_hilbert", "01 stubs"]
    assert [words for words in said if words not in checked.out] == []


@pytest.mark.slow
def test_a_wrong_solution_hears_what_its_author_watches_for(course: Path, tmp_path: Path) -> None:
    (tmp_path / "ida" / STEP).mkdir(parents=True)
    wrong = shown_files()[f"reference/{LINES}"].replace(" / (onto @ onto)", "")
    (tmp_path / "ida" / LINES).write_text(wrong)
    assert lmi(course, "grade", tmp_path / "ida", "-o", tmp_path / "reports", *SANDBOX).status == 0
    assert "you forgot to divide by onto . onto" in (tmp_path / "reports/ida/report.md").read_text()


@pytest.mark.slow
def test_commands_speak_of_this_course(course: Path) -> None:
    assert f"{TITLE}: small functions to write" in lmi(course, "--help").out
    found = lmi(course, "doctor")
    assert found.status == 0 and f"{TITLE} 0.1.0, 2 exercises" in found.out
    assert not re.search(r"mnist|gpt2|LMI_DATA", found.out, re.IGNORECASE)


@pytest.mark.slow
def test_a_demo_without_a_sample_class_says_what_is_missing(course: Path, tmp_path: Path) -> None:
    shown = lmi(course, "demo", "-o", tmp_path / "demo")
    assert shown.status == 2 and shown.out.startswith("this course has no sample class: list one in grading_configs/")


# ---------------------------------------------------------------- a learner, who has the release and nothing else


@pytest.mark.slow
def test_an_untouched_copy_is_quiet(untouched: Path) -> None:
    shown = run(untouched, "pytest", engine=untouched)
    assert shown.status == 0 and "3 not started" in shown.out and "Next: 00.project" in shown.out
    assert not re.search(r"Traceback|FAILED|ERROR|Warning", shown.out)


@pytest.mark.slow
def test_a_solved_copy_passes(solved: Path) -> None:
    shown = run(solved, "pytest", engine=solved)
    assert shown.status == 0 and "3 passed" in shown.out and "2/2 exercises" in shown.out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "status", "said"),
    [
        (("check", "00"), 0, "3 passed"),
        (("hint", "orthogonalise"), 0, "Keep a list of the rows that are done"),
        (("progress",), 0, "2 of 2 exercises pass their public tests"),
        (("watch", "--help"), 0, "Test again whenever you save"),
        (("new", "course", "mine"), 2, "the engine in a learners' copy cannot begin a course"),
    ],
)
def test_a_learners_commands_work(solved: Path, command: tuple[str, ...], status: int, said: str) -> None:
    shown = lmi(solved, *command, engine=solved)
    assert shown.status == status and said in shown.out, shown.out


# ---------------------------------------------------------------- its staff


@pytest.mark.slow
def test_whatever_way_it_is_handed_in_it_gets_full_marks(course: Path, solved: Path, tmp_path: Path) -> None:
    (tmp_path / "class").mkdir()
    assert lmi(solved, "submit", "-o", tmp_path / "class/ada.zip", engine=solved).status == 0
    (tmp_path / "class/ben.ipynb").write_text(solved_in_notebook(course))
    shutil.copytree(course / "exercises", tmp_path / "class/cleo/exercises")
    graded = lmi(course, "grade", tmp_path / "class", "-o", tmp_path / "reports", *SANDBOX)
    assert graded.status == 0, graded.out
    scores = {
        name: json.loads((tmp_path / f"reports/{name}/report.json").read_text()) for name in ("ada", "ben", "cleo")
    }
    assert [scores[name]["score"] for name in scores] == [10, 10, 0]
    assert scores["ada"]["sandbox"]["backend"] == BACKEND and scores["ada"]["warnings"] == []
    assert "data:image/png" in (tmp_path / "reports/ada/report.html").read_text()


@pytest.mark.slow
def test_gradescope_gives_the_same_points(course: Path, solved: Path, tmp_path: Path) -> None:
    assert lmi(course, "export", "gradescope", "-o", tmp_path / "bundle.zip").status == 0
    with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
        archive.extractall(tmp_path / "source")
    shutil.copytree(solved / "exercises", tmp_path / "submission/exercises")
    settings = {"LMI_AUTOGRADER": str(tmp_path), "LMI_PYTHON": sys.executable, "OMP_NUM_THREADS": "1"}
    subprocess.run(["bash", tmp_path / "source/run_autograder"], env=os.environ | settings, cwd=tmp_path, check=True)
    tests = json.loads((tmp_path / "results/results.json").read_text())["tests"]
    assert {test["number"]: test["score"] for test in tests} == {"00.project": 4, "00.orthogonalise": 6}


@pytest.mark.slow
def test_otter_gets_a_copy_and_a_bundle(course: Path, tmp_path: Path) -> None:
    assert lmi(course, "release", "--otter", "-o", tmp_path / "out").status == 0
    assert 'grader.check(\\"00.orthogonalise\\")' in (tmp_path / f"out/exercises/{STEP}/lesson.ipynb").read_text()
    assert lmi(course, "export", "otter", "-o", tmp_path / "bundles").status == 0
    with zipfile.ZipFile(tmp_path / "bundles/step00.zip") as bundle:
        assert any(name.endswith("tests/00.project.py") for name in bundle.namelist())
