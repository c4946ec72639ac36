"""Bundles for Otter-Grader, built by the real `otter generate` and run by the real `otter run`."""

from __future__ import annotations

import json
import os
import pickle
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course, load_course
from autograder.export.errors import ExportError
from autograder.export.otter import build, export
from autograder.grading.worker import Job, grade_one
from autograder.release.otter_tests import collect, graders_files, learners_files
from tests.engine.export.otter_tools import OtterRan, hand_in, notebook, otter_run
from tests.engine.tiny_course import SOLUTION, STUB, edited
from tests.engine.tools import BACKEND, BOTH_WRONG, DOUBLE, ONLY_DOUBLE, WRONG_NEGATIVES, own_modules

SALT = "pepper"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, Path]:
    """A tiny course and its bundle."""
    from tests.engine.tiny_course import write_tiny_course

    config = json.dumps({"plugins": ["autograder.export.otter_plugin.Plugin"]})
    place = tmp_path_factory.mktemp("otter")
    course = load_course(write_tiny_course(place / "course", {"grading_configs/otter/otter_config.json": config}))
    with pytest.MonkeyPatch.context() as patch, own_modules():
        patch.setenv("LMI_SALT", SALT)
        build(course, course.steps[0], place / "step00.zip", BACKEND)
    return course, place / "step00.zip"


def graded(course: Course, submission: Path) -> dict[str, float]:
    """What `lmi grade` gives."""
    with own_modules():
        outcome = grade_one("ada", submission, Job(course.root, None, ("00",), BACKEND, 1, SALT))
    assert outcome.report, outcome.problem
    return {exercise.id: exercise.score for exercise in outcome.report.exercises}


# ---------------------------------------------------------------- the files


def test_each_exercise_has_a_file_with_its_tests(tiny_course: Course) -> None:
    with own_modules():
        cases = collect(tiny_course, tiny_course.steps[0], hidden=True)
        files = graders_files(tiny_course, tiny_course.steps[0])
    assert set(files) == {"00.double.py", "00.total.py"}
    for exercise in tiny_course.exercises:
        text, here = files[f"{exercise.id}.py"], cases[exercise.id]
        assert {case.hidden for case in here} == {True, False}
        assert text.count("@test_case(") == len(here) + len(exercise.parts)
        assert text.count("hidden=True") == sum(case.hidden for case in here) + len(exercise.parts)


def test_learners_files_hold_no_hidden_test(tiny_course: Course) -> None:
    with own_modules():
        hidden = [
            case.title
            for cases in collect(tiny_course, tiny_course.steps[0], hidden=True).values()
            for case in cases
            if case.hidden
        ]
        texts = "".join(learners_files(tiny_course, tiny_course.steps[0]).values())
    assert hidden and "hidden=True" not in texts
    assert not [title for title in hidden if title in texts]


def test_bundle_is_otters_and_holds_the_course(made: tuple[Course, Path]) -> None:
    _, bundle = made
    with zipfile.ZipFile(bundle) as archive:
        names = set(archive.namelist())
        config = json.loads(archive.read("otter_config.json"))
        setup, run = archive.read("setup.sh").decode(), archive.read("run_otter.py").decode()
    assert {"environment.yml", "run_autograder", "tests/00.double.py", "files/lmi-course/otter.json"} <= names
    assert {"files/lmi-course/tests/hidden/step00/test_sums.py", "files/lmi-course/autograder/grading/one.py"} <= names
    assert config["plugins"] == ["autograder.export.otter_plugin.Plugin"]
    assert "mamba env create" in setup and "bubblewrap" in setup
    assert run.index("/autograder/source/files/lmi-course") < run.index("run_autograder")
    assert stat.S_IMODE(bundle.stat().st_mode) == 0o600


def test_release_and_unknown_sandbox_are_refused(tiny_course: Course, tmp_path: Path, capsys: Any) -> None:
    assert export(tiny_course, tmp_path, None, "docker") == 2
    assert "choose auto" in capsys.readouterr().err
    with pytest.raises(ExportError, match="otter_config.json cannot be read"):
        build(tiny_course, tiny_course.steps[0], tmp_path / "a.zip", BACKEND)
    assert list(tmp_path.glob("*.zip")) == []


# ---------------------------------------------------------------- otter run


USES_NOTEBOOK = "def double(x):\n    return 2 * x"
ALIKE: dict[str, Mapping[str, str | bytes]] = {
    "one part of one": {"sums.py": WRONG_NEGATIVES},
    "wrong, which blocks": {"sums.py": BOTH_WRONG},
    "broken": {"sums.py": SOLUTION + "\ndef unfinished(:\n"},
    "endless": {"sums.py": edited(SOLUTION, (DOUBLE, "while True: pass"))},
    "written in the notebook": {"lesson.ipynb": notebook("import os", USES_NOTEBOOK, "%pip install nothing")},
}


@pytest.mark.slow
@pytest.mark.parametrize("name", ALIKE)
def test_otter_run_gives_the_points_that_lmi_grade_gives(made: tuple[Course, Path], tmp_path: Path, name: str) -> None:
    course, bundle = made
    submission = hand_in(tmp_path / "step00_sums.zip", ALIKE[name])
    ran = otter_run(submission, bundle, tmp_path / "out")
    assert ran.status == 0, ran.printed
    assert ran.scores == graded(course, submission)
    assert {test["visibility"] for test in ran.results["tests"]} == {"visible"}


LOUD = "import os, pathlib; pathlib.Path({place!r}).write_text('was here')"


class _Bomb:
    def __init__(self, place: Path):
        self.place = place

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (f"touch {self.place}",)


@pytest.mark.slow
def test_nothing_of_a_submission_runs_in_otters_processes(made: tuple[Course, Path], tmp_path: Path) -> None:
    """Neither the notebook's cells, nor a module that stands before Otter's, nor Otter's log, which is a pickle."""
    seen = tmp_path / "seen"
    loud = LOUD.format(place=str(seen))
    fake = json.dumps({id: {"*": {"passed": True, "message": ""}} for id in ("00.double", "00.total")})
    forge = f"pathlib.Path('.lmi-verdicts.json').write_text({fake!r}); os._exit(0)"
    files = {
        "lesson.ipynb": notebook(f"{loud}; {forge}"), "sums.py": STUB, "otter.py": loud, "json.py": loud,
        ".OTTER_LOG": pickle.dumps(_Bomb(seen)), ".lmi-verdicts.json": fake, "sitecustomize.py": loud,
    }  # fmt: skip
    ran = otter_run(hand_in(tmp_path / "in.zip", files), made[1], tmp_path / "out")
    assert (ran.status, ran.total) == (0, 0), ran.printed
    assert not seen.exists()


@pytest.mark.slow
def test_what_cannot_be_graded_gets_no_points_and_says_why(made: tuple[Course, Path], tmp_path: Path) -> None:
    ran = otter_run(hand_in(tmp_path / "in.zip", {"essay.txt": "Sorry."}), made[1], tmp_path / "out")
    assert (ran.status, ran.total) == (0, 0), ran.printed
    assert "cannot be graded" in ran.results["output"]


def changed(bundle: Path, place: Path, file: str, more: bytes) -> Path:
    """The bundle with something added at the end of a file."""
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(place, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name) + (more if name.endswith(file) else b""))
    return place


@pytest.mark.slow
def test_what_the_course_hides_of_hidden_tests_otter_shows_to_staff_alone(
    made: tuple[Course, Path], tmp_path: Path
) -> None:
    bundle = changed(made[1], tmp_path / "never.zip", "course.toml", b'\n[feedback]\nshown = "never"\n')
    ran = otter_run(hand_in(tmp_path / "in.zip", {"sums.py": WRONG_NEGATIVES}), bundle, tmp_path / "out")
    shown = [test for test in ran.results["tests"] if test["visibility"] != "hidden"]
    assert [test["name"] for test in shown] == ["Public Tests"]
    assert "negative" not in str(shown) and "negative" in str(ran.results)


@pytest.mark.slow
def test_grader_that_fails_gives_no_points_and_says_so(made: tuple[Course, Path], tmp_path: Path) -> None:
    broken = changed(made[1], tmp_path / "broken.zip", "course.toml", b"{")
    ran = otter_run(hand_in(tmp_path / "in.zip", {"sums.py": SOLUTION}), broken, tmp_path / "out")
    assert ran.status != 0 and "tell course staff" in ran.printed and ran.results == {}


@pytest.mark.slow
def test_bundle_runs_in_the_layout_of_a_container(made: tuple[Course, Path], tmp_path: Path) -> None:
    """As Gradescope and `otter grade` unpack it; only the folder is another, and the engine is the bundle's own."""
    home = tmp_path / "autograder"
    for folder in ("source", "submission", "results"):
        (home / folder).mkdir(parents=True)
    with zipfile.ZipFile(made[1]) as archive:
        archive.extractall(home / "source")
    run = home / "source" / "run_otter.py"
    run.write_text(run.read_text().replace("/autograder", str(home)))
    (home / "submission" / "sums.py").write_text(ONLY_DOUBLE)
    (home / "submission" / "lesson.ipynb").write_text(notebook())
    (home / "submission_metadata.json").write_text("{}")
    done = subprocess.run([sys.executable, run], capture_output=True, text=True, cwd=home, timeout=300)
    assert done.returncode == 0, done.stderr
    results = json.loads((home / "results" / "results.json").read_text())
    assert OtterRan(0, results, "").total == 4
