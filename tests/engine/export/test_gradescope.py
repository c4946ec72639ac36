"""The autograder zip, unpacked as Gradescope does and run for real."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course, load_course
from autograder.export.bundle import requirements
from autograder.export.errors import ExportError
from autograder.export.gradescope import build, export
from autograder.export.gradescope_run import learner_name
from tests.engine.report.test_gradescope import TEST, TOP_LEVEL, undocumented
from tests.engine.sandbox.container import container, in_container  # noqa: F401
from tests.engine.tiny_course import COURSE_TOML, SOLUTION, STUB, edited
from tests.engine.tools import BACKEND, BOTH_WRONG, MODULE, ONLY_DOUBLE, ROOT

METADATA = {"id": 7, "users": [{"id": 1, "name": "Ada Lovelace", "email": "ada@example.org"}]}
READS_HIDDEN_TESTS = edited(
    STUB,
    ("def double(x: int) -> int:", "def double(x: int) -> int:\n    return open('PLACE').read()\n\n\ndef _d(x):"),
)

Unpack = Callable[..., Path]


def unpacked(course: Course, place: Path, sandbox: str, steps: list[str] | None = None) -> Path:
    """/autograder as Gradescope lays it out."""
    zipped, root = place / "autograder.zip", place / "autograder"
    chosen = [course.step(id) for id in steps] if steps else list(course.steps)
    build(course, zipped, chosen, None, sandbox)
    for folder in ("submission", "results"):
        (root / folder).mkdir(parents=True)
    subprocess.run([sys.executable, "-m", "zipfile", "-e", zipped, root / "source"], check=True)
    shutil.copy(root / "source" / "run_autograder", root / "run_autograder")
    (root / "run_autograder").chmod(0o755)
    return root


@pytest.fixture
def autograder(tiny_course: Course, tmp_path: Path) -> Unpack:
    return lambda sandbox=BACKEND: unpacked(tiny_course, tmp_path, sandbox)


def hand_in(root: Path, text: str) -> None:
    file = root / "submission" / MODULE
    file.parent.mkdir(parents=True)
    file.write_text(text)


def run(root: Path, *before: str, **environment: str) -> dict[str, Any]:
    """Run run_autograder as Gradescope does, from its copy beside source/; what results.json holds then."""
    settings = {"LMI_AUTOGRADER": str(root), "LMI_PYTHON": sys.executable, "OMP_NUM_THREADS": "1", **environment}
    command = [*(in_container() if "container" in before else []), str(root / "run_autograder")]
    subprocess.run(command, env={**os.environ, **settings}, cwd=root, timeout=300)
    result: dict[str, Any] = json.loads((root / "results" / "results.json").read_text())
    return result


def test_scripts_and_sources_are_at_the_root_of_the_zip(tiny_course: Course, tmp_path: Path) -> None:
    build(tiny_course, tmp_path / "a.zip", list(tiny_course.steps), "visible", "auto")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        names = set(archive.namelist())
        modes = {name: archive.getinfo(name).external_attr >> 16 for name in ("setup.sh", "run_autograder")}
    wanted = {
        "setup.sh", "run_autograder", "requirements.txt", "constraints.txt", "autograder/cli/__init__.py",
        "reference/step00_sums/sums.py", "tests/hidden/step00/test_sums.py", "exercises/kit/numbers.py",
    }  # fmt: skip
    assert wanted <= names
    assert all(mode & 0o111 == 0o111 for mode in modes.values())
    assert not [name for name in names if name.startswith(("tests/engine", ".lmi")) or name.endswith(".pyc")]


def test_only_its_owner_may_read_the_zip(tiny_course: Course, tmp_path: Path) -> None:
    build(tiny_course, tmp_path / "a.zip", list(tiny_course.steps), "visible", "auto")
    assert stat.S_IMODE((tmp_path / "a.zip").stat().st_mode) == 0o600


def test_the_same_course_gives_the_same_zip(tiny_course: Course, tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        build(tiny_course, tmp_path / name, list(tiny_course.steps), "visible", "auto")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_what_cannot_be_exported_is_refused(tiny_course: Course, tmp_path: Path) -> None:
    for hidden_tests, sandbox in (("sometimes", "auto"), ("visible", "docker")):
        with pytest.raises(ExportError, match="choose"):
            build(tiny_course, tmp_path / "a.zip", list(tiny_course.steps), hidden_tests, sandbox)
    shutil.rmtree(tiny_course.root / "reference")
    assert export(tiny_course, tmp_path / "a.zip", None, "visible", "auto") == 2
    assert not (tmp_path / "a.zip").exists()


def test_requirements_are_the_courses_and_what_grading_takes_of_the_staffs() -> None:
    wanted = requirements(load_course(ROOT))
    assert {"torch>=2.4", "psutil>=6"} <= set(wanted) and not [line for line in wanted if "otter" in line]


@pytest.mark.parametrize("script", ["setup.sh", "run_autograder"])
def test_scripts_are_bash(script: str) -> None:
    subprocess.run(["bash", "-n", ROOT / "autograder" / "export" / "scripts" / script], check=True)


def test_a_partly_right_submission_gets_its_points_in_documented_fields(autograder: Unpack) -> None:
    root = autograder()
    hand_in(root, ONLY_DOUBLE)
    (root / "submission_metadata.json").write_text(json.dumps(METADATA))
    result = run(root)
    assert (result["score"], [t["score"] for t in result["tests"]]) == (4, [4, 0])
    assert undocumented(result, TOP_LEVEL) == {}
    assert [undocumented(test, TEST) for test in result["tests"]] == [{}, {}]
    assert result["extra_data"]["submission"] == "Ada Lovelace"
    assert result["extra_data"]["sandbox"]["backend"] == BACKEND


@pytest.mark.parametrize("metadata", [None, "{", "[]", '{"users": null}', '{"users": [{"name": 3}]}', "[" * 10**5])
def test_without_sound_metadata_there_is_no_name_and_no_harm(tmp_path: Path, metadata: str | None) -> None:
    if metadata is not None:
        (tmp_path / "submission_metadata.json").write_text(metadata)
    assert learner_name(tmp_path) is None


def test_what_the_course_hides_of_hidden_tests_only_staff_see(
    write_course: Callable[..., Path], tmp_path: Path
) -> None:
    course = load_course(write_course({"grading_configs/course.toml": f'{COURSE_TOML}\n[feedback]\nshown = "never"\n'}))
    root = unpacked(course, tmp_path, BACKEND)
    hand_in(root, BOTH_WRONG)
    result = run(root)
    said = {test["visibility"]: test["output"] for test in result["tests"] if test["number"].startswith("00.double")}
    assert "Any number is doubled" in said["hidden"] and "Any number is doubled" not in said["visible"]
    assert "tests that are not shown" in said["visible"] and "tests that are not shown" in result["output"]


def test_what_holds_nothing_of_the_course_gets_no_points_and_says_why(autograder: Unpack) -> None:
    root = autograder()
    (root / "submission" / "essay.txt").write_text("Sorry.")
    result = run(root)
    assert result["score"] == 0 and "holds no module of the course" in result["output"]
    assert undocumented(result, TOP_LEVEL) == {}


def test_a_crash_of_the_grader_gives_no_points_and_does_not_tell_learners_its_details(autograder: Unpack) -> None:
    root = autograder()
    hand_in(root, SOLUTION)
    (root / "source/tests/hidden/step00/test_sums.py").write_text("raise RuntimeError('4950')\n")
    result = run(root)
    assert result["score"] == 0 and "The grader itself failed" in result["output"] and "4950" not in str(result)
    assert result["stdout_visibility"] == "hidden"


def test_a_grader_that_does_not_even_start_leaves_a_result(autograder: Unpack) -> None:
    root = autograder()
    hand_in(root, SOLUTION)
    result = run(root, LMI_PYTHON="/bin/false")
    assert result["score"] == 0 and "did not finish" in result["output"]
    assert undocumented({**result, "score": 0.0}, TOP_LEVEL) == {}


@pytest.mark.slow
def test_without_isolation_the_result_says_so(autograder: Unpack) -> None:
    root = autograder("process")
    hand_in(root, BOTH_WRONG)
    assert "NOT ISOLATED" in run(root)["output"]


@pytest.mark.slow
@pytest.mark.usefixtures("container")
def test_where_namespaces_are_forbidden_hidden_tests_stay_out_of_reach(autograder: Unpack) -> None:
    root = autograder("auto")
    hand_in(root, READS_HIDDEN_TESTS.replace("PLACE", str(root / "source/tests/hidden/step00/test_sums.py")))
    result = run(root, "container")
    assert (result["extra_data"]["sandbox"], result["score"]) == ({"backend": "user", "isolated": True}, 0)
    assert "PermissionError" in result["tests"][0]["output"]
    assert "without namespaces" in result["output"] and "The sandbox “bwrap” does not work" in result["output"]


@pytest.mark.slow
@pytest.mark.usefixtures("container")
def test_where_namespaces_are_forbidden_right_work_gets_its_points(autograder: Unpack) -> None:
    root = autograder("auto")
    hand_in(root, SOLUTION)
    assert run(root, "container")["score"] == 10


@pytest.mark.slow
def test_the_real_course_s_first_step(tmp_path: Path) -> None:
    course = load_course(ROOT)
    root = unpacked(course, tmp_path, "auto", ["00"])
    solved = course.reference_folder(course.step("00"))
    shutil.copytree(solved, root / "submission" / solved.name)
    result = run(root)
    assert result["score"] == course.step("00").points
