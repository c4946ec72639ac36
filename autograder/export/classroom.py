"""`lmi export classroom`: points for each exercise, as GitHub Classroom's graders report them, and a job summary.

The official reporter, classroom-resources/autograding-grading-reporter, takes one result from each runner: base64 of
JSON, version 3. Here a step of the course is a runner, and an exercise is one of its tests.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.course import Course, Step
from autograder.files import write_atomic
from autograder.report import (
    ExerciseResult,
    ReportError,
    StepResult,
    badge,
    for_learner,
    load_report,
    one_line,
    points,
    render_markdown,
    render_progress,
    today,
)
from autograder.testing import exercise_result, tests_by_exercise

VERSION = 3
LONGEST_MESSAGE = 300  # a result is handed on in one environment variable, which takes 128 KB
PASS, FAIL, ERROR = "pass", "fail", "error"
ERRORS = ("error", "timeout", "out_of_memory")
PUBLIC_ONLY = (
    "Points by the public tests alone, and for modules alone: functions written in a notebook are not tested here. "
    "What you hand in is graded on other inputs, too, and with the functions of its notebooks."
)


def export(course: Course, files: Sequence[Path], out: Path | None, names: str | None) -> int:
    """Report what the files hold, or what the public tests find now; 0, or 2 with a reason."""
    steps = course.steps_named(names)
    try:
        read = [_read(course, file, steps) for file in files] or [_public_tests(course, steps)]
        if len(read) == 1:
            _hand_on(read[0][0], out)
        _summarise("\n".join(summary for _, summary in read), out)
    except (ReportError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def classroom_result(step: StepResult) -> dict[str, Any]:
    """One step as a grader's result. Bonus exercises are listed, and neither give points nor fail the step."""
    statuses = {_status(exercise) for exercise in step.exercises if not exercise.bonus}
    worst = next((status for status in (ERROR, FAIL) if status in statuses), PASS)
    return {
        "version": VERSION,
        "status": worst,
        "max_score": _number(step.max_score),
        "tests": [_test(exercise) for exercise in step.exercises],
    }


def encoded(result: Mapping[str, Any]) -> str:
    """The result as a step's output: base64 of UTF-8 JSON."""
    return base64.b64encode(json.dumps(result).encode()).decode("ascii")


def runner(step: StepResult) -> str:
    """The name of a step's output, which is its runner's name: letters and digits, as the reporter asks."""
    return f"step{step.id}"


def _test(exercise: ExerciseResult) -> dict[str, Any]:
    score, most = (0.0, 0.0) if exercise.bonus else (exercise.score, exercise.max_score)
    earned = "bonus" if exercise.bonus else f"{points(score)}/{points(most)}"
    told = next((test.message for test in exercise.tests if not test.passed and test.message), exercise.note)
    message = one_line(f"{badge(exercise.status).word}. {told}")[:LONGEST_MESSAGE]
    return {
        "name": f"{exercise.id} {exercise.title} ({earned})",
        "status": _status(exercise),
        "score": _number(score),
        "message": None if exercise.passed else f"{exercise.id}: {message}",
        "test_code": "",
        "filename": "",
        "line_no": 0,
        "duration": round(exercise.seconds, 3),
    }


def _status(exercise: ExerciseResult) -> str:
    if exercise.passed:
        return PASS
    return ERROR if exercise.status in ERRORS else FAIL


def _number(value: float) -> float | int:
    value = round(value, 6)
    return int(value) if value == int(value) else value


# ---------------------------------------------------------------- where points come from


def _read(course: Course, file: Path, steps: Sequence[Step]) -> tuple[list[StepResult], str]:
    """The steps' results in a file of `lmi check --json` or a report.json, and the summary of them."""
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(data, dict) and isinstance(data.get("tests"), list):
            return _of_check(course, data["tests"], steps)
    except FileNotFoundError:
        raise ReportError(f"{file}: no such file. `lmi check --json FILE` writes one.") from None
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise ReportError(f"{file}: neither what `lmi check --json` writes nor a report.json ({error}).") from None
    report = for_learner(load_report(file), course.feedback, today())
    wanted = {step.id for step in steps}
    return [step for step in report.steps if step.id in wanted], render_markdown(report)


def _of_check(
    course: Course, tests: Sequence[Mapping[str, Any]], steps: Sequence[Step]
) -> tuple[list[StepResult], str]:
    found = tests_by_exercise(tests)
    results = [
        StepResult.of(step.id, step.title, [exercise_result(e, found.get(e.id, [])) for e in step.exercises])
        for step in steps
    ]
    return results, render_progress(f"{course.title} {course.version}", PUBLIC_ONLY, results)


def _public_tests(course: Course, steps: Sequence[Step]) -> tuple[list[StepResult], str]:
    """What `lmi check --json` finds now."""
    from autograder.study import check

    with tempfile.TemporaryDirectory(prefix="lmi-classroom-") as folder:
        file = Path(folder) / "check.json"
        only = steps[0].id if len(steps) == 1 else None
        if check(course, only, None, file) == 2:
            raise ReportError("The public tests could not be run, so there is nothing to report.")
        return _read(course, file, steps)


# ---------------------------------------------------------------- where they go


def _hand_on(results: Sequence[StepResult], out: Path | None) -> None:
    if outputs := os.environ.get("GITHUB_OUTPUT"):
        with open(outputs, "a", encoding="utf-8") as file:
            file.writelines(f"{runner(step)}={encoded(classroom_result(step))}\n" for step in results)
    if out:
        for step in results:
            write_atomic(out / f"{runner(step)}.json", json.dumps(classroom_result(step), indent=1) + "\n")


def _summarise(summary: str, out: Path | None) -> None:
    if job := os.environ.get("GITHUB_STEP_SUMMARY"):
        with open(job, "a", encoding="utf-8") as file:
            file.write(summary)
    if out:
        write_atomic(out / "summary.md", summary)
    if not (job or out):
        print(summary, end="")
