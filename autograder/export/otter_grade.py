"""What a bundle for Otter-Grader runs for each submission: grade it, and write what the bundle's test files tell."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.course import load_course
from autograder.export.container import graded, keep_to_root
from autograder.export.otter import SETTINGS
from autograder.release import ANY_CASE, case_key
from autograder.report import ExerciseResult, for_learner, overview, today
from autograder.submission import SubmissionError, read_submission


def main(handed_in: Path, out: Path) -> int:
    """Grade what lies in the folder `handed_in`, as the course in the working folder says; write verdicts to `out`."""
    course = load_course(Path.cwd())
    settings = json.loads((course.root / SETTINGS).read_text(encoding="utf-8"))
    step = course.step(settings["step"])
    keep_to_root(course.root, handed_in, out.parent)
    place = handed_in.with_name(step.folder)  # which says of what step these modules are
    os.rename(handed_in, place)
    seen = course.feedback.seen(today())
    found: dict[str, Any] = {"show_hidden": seen != "nothing"}
    try:
        submission = replace(read_submission(place, course), name="submission")
    except SubmissionError as error:
        said = f"What you handed in cannot be graded, so there are no points: {error}"
        nothing = {ANY_CASE: {"passed": False, "message": said}}
        found |= {"overview": said, "exercises": {exercise.id: nothing for exercise in step.exercises}}
    else:
        report = graded(submission, course, [step], settings["sandbox"], settings["salt"], [place, out.parent])
        if seen != "nothing":  # else Otter shows them to staff alone
            report = for_learner(report, course.feedback, today())
        found |= {"overview": overview(report), "exercises": {e.id: _verdicts(e) for e in report.exercises}}
    out.write_text(json.dumps(found), encoding="utf-8")
    return 0


def _verdicts(exercise: ExerciseResult) -> dict[str, dict[str, object]]:
    """Key of a case → whether its test passed, and what is said of it."""
    return {
        case_key(test.visibility, test.id): {"passed": test.passed, "message": test.message} for test in exercise.tests
    }


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()))
