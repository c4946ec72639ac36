"""What the learner's workflow hands to GitHub: read by the rules of the published reporter, and by people.

The rules are those of classroom-resources/autograding-grading-reporter (src/main.js, console-results.js,
aggregate-results.js, notify-classroom.js).
"""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from autograder.course import Course, load_course
from autograder.export.classroom import classroom_result, encoded, export, runner
from autograder.release.write import release
from autograder.report import to_json
from autograder.report.schema import StepResult
from tests.engine.report.sample_report import every_status, exercise, outcome, report
from tests.engine.tools import ONLY_DOUBLE, ROOT, SUMS, own_modules

WORKFLOWS = sorted((ROOT / "grading_configs" / "github").glob("*.yml"))
LONGEST_VARIABLE = 128 * 1024  # bytes of one environment variable on Linux


def reported(runners: str, environment: dict[str, str]) -> dict[str, Any]:
    """What the reporter makes of its input and environment; fails where it would."""
    assert re.fullmatch(r"([a-zA-Z0-9]+,)*[a-zA-Z0-9]+", runners), "the reporter would call this no list of runners"
    results = []
    for name in filter(None, re.split(r"[\s,]", runners)):
        value = environment[f"{name.strip().upper()}_RESULTS"]
        assert len(value) < LONGEST_VARIABLE
        results.append(json.loads(base64.b64decode(value, validate=True)))
    for result in results:
        assert result["version"] == 3 and result["status"] in ("pass", "fail", "error")
        assert isinstance(result["max_score"], int | float)
        for test in result["tests"]:
            assert isinstance(test["name"], str) and test["status"] in ("pass", "fail", "error")
            assert isinstance(test["score"], int | float) and test["line_no"] == 0 and not test["test_code"]
            assert test["message"] is None or isinstance(test["message"], str)
    return {
        "totalPoints": sum(test["score"] for result in results for test in result["tests"]),
        "maxPoints": sum(result["max_score"] for result in results),
        "failed": any(result["status"] in ("fail", "error") for result in results),
    }


def outputs(file: Path) -> dict[str, str]:
    """GITHUB_OUTPUT as the runner reads it: name=value, one a line."""
    return dict(line.split("=", 1) for line in file.read_text().splitlines())


@pytest.fixture
def github(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which a workflow's step finds its files."""
    monkeypatch.setenv("GITHUB_OUTPUT", str(tmp_path / "output"))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary"))
    return tmp_path


def test_every_status_is_understood_and_points_add_up() -> None:
    step = report().steps[0]
    found = reported("step00", {"STEP00_RESULTS": encoded(classroom_result(step))})
    assert found == {"totalPoints": 26, "maxPoints": step.max_score, "failed": True}


def test_each_exercise_is_a_test_with_its_own_points() -> None:
    tests = {test["name"].split()[0]: test for test in classroom_result(report().steps[0])["tests"]}
    assert [tests[f"00.{name}"]["score"] for name in ("templates", "gradients", "cross_entropy")] == [15, 6, 0]
    assert [tests[f"00.{name}"]["status"] for name in ("templates", "gradients", "train")] == ["pass", "fail", "error"]
    assert tests["00.gradients"]["name"].endswith("(6/12)")


def test_a_bonus_exercise_gives_no_points_and_fails_nothing() -> None:
    exercises = [exercise("00.a", "passed", 5, 5), exercise("00.b", "failed", 0, 3, bonus=True)]
    result = classroom_result(StepResult.of("00", "A step", exercises))
    assert (result["status"], result["max_score"], len(result["tests"])) == ("pass", 5, 2)


def test_what_tests_said_at_length_still_fits_into_a_variable() -> None:
    tests = [outcome("test_it", said="é" * 20_000, result="failed")]
    many = [exercise(f"00.e{n}", "failed", 0, 1, tests=tests) for n in range(40)]
    value = encoded(classroom_result(StepResult.of("00", "A step", many)))
    assert reported("step00", {"STEP00_RESULTS": value})["maxPoints"] == 40


def test_a_graded_report_goes_to_the_steps_output_and_the_jobs_summary(tiny_course: Course, github: Path) -> None:
    (github / "report.json").write_text(to_json(report()))
    assert export(tiny_course, [github / "report.json"], None, None) == 0
    assert list(outputs(github / "output")) == ["step00"]
    assert "| `00.templates` | Templates ★ | ✓ Passed | 15 / 15 |" in (github / "summary").read_text()


def test_of_several_reports_there_are_summaries_alone(tiny_course: Course, github: Path) -> None:
    for name in ("ada", "bob"):
        (github / f"{name}.json").write_text(to_json(report(submission=name)))
    assert export(tiny_course, [github / "ada.json", github / "bob.json"], None, None) == 0
    summary = (github / "summary").read_text()
    assert "# `ada`" in summary and "# `bob`" in summary and not (github / "output").exists()


def test_the_public_tests_of_a_learner_are_run_and_reported(tiny_course: Course, github: Path) -> None:
    (tiny_course.root / SUMS).write_text(ONLY_DOUBLE)
    with own_modules():
        assert export(tiny_course, [], github / "out", None) == 0
    value = outputs(github / "output")["step00"]
    assert reported("step00", {"STEP00_RESULTS": value}) == {"totalPoints": 4, "maxPoints": 10, "failed": True}
    summary = (github / "summary").read_text()
    assert (
        "4 of 10 points" in summary
        and "public tests alone" in summary
        and "written in a notebook are not tested here" in summary
        and "**Next:** `00.total`" in summary
    )
    assert json.loads((github / "out" / "step00.json").read_text())["max_score"] == 10
    assert (github / "out" / "summary.md").read_text() == summary


@pytest.mark.parametrize("text", ["{", "[]", '{"tests": [{"metadata": {"exercise": "00.double"}}]}', '{"tests": [3]}'])
def test_a_file_that_is_neither_is_refused_in_words(
    tiny_course: Course, github: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (github / "x.json").write_text(text)
    assert export(tiny_course, [github / "x.json"], None, None) == 2
    assert "x.json" in capsys.readouterr().err and not (github / "output").exists()


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_a_workflow_is_yaml_with_jobs_and_least_rights(file: Path) -> None:
    flow = yaml.safe_load(file.read_text())
    assert flow["permissions"] == {"contents": "read"} and flow["jobs"]
    assert all({"run", "uses"} & set(step) for job in flow["jobs"].values() for step in job["steps"])


def test_the_learners_workflow_is_as_the_reporter_wants_it_and_names_every_step() -> None:
    flow = yaml.safe_load((ROOT / "grading_configs/github/classroom.yml").read_text())
    assert (flow["name"], list(flow["jobs"])) == ("Autograding Tests", ["run-autograding-tests"])
    last = flow["jobs"]["run-autograding-tests"]["steps"][-1]
    names = [f"step{step.id}" for step in load_course(ROOT).steps]
    assert last["with"]["runners"] == ",".join(names)
    assert last["env"] == {f"{n.upper()}_RESULTS": f"${{{{ steps.lmi.outputs.{n} }}}}" for n in names}
    assert names == [runner(StepResult.of(step.id, "", [])) for step in load_course(ROOT).steps]


def test_hidden_tests_workflow_stays_with_the_staff(tiny_course: Course, tmp_path: Path) -> None:
    folder = tiny_course.root / "grading_configs" / "github"
    folder.mkdir()
    for file in WORKFLOWS:
        (folder / file.name).write_text(file.read_text())
    written = release(tiny_course, tmp_path / "out")
    assert [name for name in written if name.endswith(".yml")] == [".github/workflows/classroom.yml"]


def test_every_status_of_a_report_is_in_the_sample() -> None:
    assert len({result.status for result in every_status()}) == 8
