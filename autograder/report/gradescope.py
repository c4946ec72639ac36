"""results.json as Gradescope documents it: https://gradescope-autograders.readthedocs.io/en/latest/specs/

One Gradescope test is one exercise: that is where points are. Its output lists the tests behind it.
"""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any, Literal

from autograder.report.feedback import without_hidden
from autograder.report.schema import ExerciseResult, Report, TestResult
from autograder.report.short import shortened
from autograder.report.text import badge, one_line, points, test_line, unisolated

GradescopeVisibility = Literal["visible", "after_due_date", "after_published", "hidden"]


def render_gradescope(report: Report, hidden_tests: GradescopeVisibility = "visible") -> str:
    """The text of results.json; `hidden_tests` is when Gradescope lets learners see what hidden tests said."""
    return json.dumps(gradescope_results(report, hidden_tests), indent=2) + "\n"


def gradescope_results(report: Report, hidden_tests: GradescopeVisibility = "visible") -> dict[str, Any]:
    report = shortened(report)
    return {
        "score": round(report.score, 6),
        "execution_time": round(report.seconds, 2),
        "output": overview(report),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [entry for exercise in report.exercises for entry in _entries(exercise, hidden_tests)],
        "extra_data": {
            "report_schema_version": report.schema_version,
            "submission": report.submission,
            "max_score": report.max_score,
            "seed": report.seed,
            "engine": report.engine.version,
            "sandbox": {"backend": report.sandbox.backend, "isolated": report.sandbox.isolated},
        },
    }


def overview(report: Report) -> str:
    """What is to be said of the whole: points, what comes next, the sandbox, warnings."""
    lines = [f"{one_line(report.course)}: {points(report.score)} of {points(report.max_score)} points."]
    if report.next_exercise:
        lines.append(f"Next: {report.next_exercise.id} {report.next_exercise.title}")
    if not report.sandbox.isolated:
        lines.append(f"NOT ISOLATED. {unisolated(report.sandbox.backend)}")
    lines += [f"Warning: {warning}" for warning in report.warnings]
    lines += report.counted.splitlines()
    if report.note:
        lines.append(report.note)
    return "\n".join(lines)


def _entries(exercise: ExerciseResult, hidden_tests: GradescopeVisibility) -> list[dict[str, Any]]:
    """The exercise with its points and, where hidden tests are shown at another time, a second entry without points."""
    if hidden_tests == "visible":
        return [_entry(exercise)]
    main = _entry(without_hidden(exercise))
    if not (hidden := exercise.of("hidden")):
        return [main]
    passed = all(test.passed for test in hidden)
    apart = {
        "name": f"{exercise.id} {exercise.title}: hidden tests",
        "number": f"{exercise.id}.hidden",
        "status": "passed" if passed else "failed",
        "output": _tests(hidden),
        "output_format": "text",
        "visibility": hidden_tests,
        "tags": ["hidden"],
        "extra_data": {"exercise": exercise.id},
    }
    return [main, apart]


def _entry(exercise: ExerciseResult) -> dict[str, Any]:
    flags = {"star": exercise.star, "bonus": exercise.bonus}
    step = exercise.id.partition(".")[0]
    return {
        "name": f"{exercise.id} {exercise.title}" + (" (bonus, no points)" if exercise.bonus else ""),
        "number": exercise.id,
        "score": 0.0 if exercise.bonus else round(exercise.score, 6),
        "max_score": 0.0 if exercise.bonus else exercise.max_score,
        "status": "passed" if exercise.passed else "failed",
        "output": "\n".join(filter(None, [_headline(exercise), _tests(exercise.tests), exercise.note])),
        "output_format": "text",
        "visibility": "visible",
        "tags": [f"step {step}", exercise.status, *(name for name, on in flags.items() if on)],
        "extra_data": {"exercise": exercise.id, "status": exercise.status},
    }


def _headline(exercise: ExerciseResult) -> str:
    by = f" by {', '.join(exercise.blocked_by)}" if exercise.blocked_by else ""
    return f"{badge(exercise.status).word}{by}."


def _tests(tests: list[TestResult]) -> str:
    """The tests, each with what it said; what tests in a row said alike stands once, below the last of them."""
    lines = []
    for said, group in groupby(tests, key=lambda test: "" if test.passed else test.message):
        lines += [test_line(test.claim, test.visibility, test.outcome) for test in group]
        lines += [f"    {line}" for line in said.splitlines()]
    return "\n".join(lines)
