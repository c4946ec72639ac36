"""What the bundle's `run_autograder` runs, in Gradescope's container: one submission → results.json.

Whatever happens, the results file says what; only a finished report gives points. What goes wrong is told on stderr,
which course staff see and learners do not.
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

    from autograder.course import Course, Feedback
    from autograder.report import GradescopeVisibility, Report
    from autograder.submission import Submission

STAFF = "The grader itself failed, so there are no points. This is not your fault: please tell course staff."


def main(root: Path) -> int:
    """Grade `root`/submission and write `root`/results/results.json; 0 when there is a report, 1 when not."""
    from autograder.files import write_atomic

    started = time.monotonic()
    try:
        result, status = _grade(root), 0
    except _NotGradable as error:
        result, status = _without_points(str(error)), 1
    except BaseException:
        traceback.print_exc()
        result, status = _without_points(STAFF), 1
    result["execution_time"] = round(time.monotonic() - started, 2)
    write_atomic(root / "results" / "results.json", json.dumps(result, indent=2) + "\n")
    return status


class _NotGradable(Exception):
    """There is no way to grade what was handed in; the message is for the learner."""


def _without_points(said: str) -> dict[str, Any]:
    return {
        "score": 0.0, "output": said, "output_format": "text", "visibility": "visible",
        "stdout_visibility": "hidden", "tests": [],
    }  # fmt: skip


def _grade(root: Path) -> dict[str, Any]:
    from autograder.course import load_course
    from autograder.export.container import graded, keep_to_root
    from autograder.export.gradescope import SETTINGS
    from autograder.report import today

    course = load_course(root / "source")
    settings = json.loads((root / "source" / SETTINGS).read_text(encoding="utf-8"))
    private = [root / name for name in ("results", "submission", "submission_metadata.json")]
    keep_to_root(root / "source", *private)
    steps = [course.step(id) for id in settings["steps"]]
    report = graded(_submission(root, course), course, steps, settings["sandbox"], settings["salt"], private)
    return result_for(report, course.feedback, settings["hidden_tests"], today())


def result_for(
    report: Report, feedback: Feedback, hidden_tests: GradescopeVisibility | None, day: date
) -> dict[str, Any]:
    """The report for Gradescope. Hidden tests are shown at the time that was asked for; by the course's `feedback`,
    as on this day, where none was. What learners are not shown, Gradescope shows to staff."""
    from autograder.report import for_learner, gradescope_results

    if hidden_tests is not None:
        return gradescope_results(report, hidden_tests)
    shown = for_learner(report, feedback, day)
    if feedback.seen(day) != "nothing":
        return gradescope_results(shown)
    report.note = shown.note
    return gradescope_results(report, "hidden")


# ---------------------------------------------------------------- what was handed in


def _submission(root: Path, course: Course) -> Submission:
    from dataclasses import replace

    from autograder.submission import SubmissionError, read_submission

    try:
        submission = read_submission(root / "submission", course)
    except SubmissionError as error:
        raise _NotGradable(f"What you handed in cannot be graded, so there are no points: {error}") from None
    return replace(submission, name=learner_name(root) or "submission")


def learner_name(root: Path) -> str | None:
    """Who handed it in, as submission_metadata.json has it; None when the file does not say."""
    try:
        users = json.loads((root / "submission_metadata.json").read_text(encoding="utf-8"))["users"]
        names = [user["name"] for user in users if isinstance(user["name"], str)]
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None
    return ", ".join(names)[:200].strip() or None


def check() -> int:
    """For setup.sh: whether everything that grading imports is there."""
    from autograder.grading import grade
    from autograder.report import gradescope_results

    return 0 if callable(grade) and callable(gradescope_results) else 1


if __name__ == "__main__":
    raise SystemExit(check() if sys.argv[1:] == ["--check"] else main(Path(sys.argv[1]).resolve()))
