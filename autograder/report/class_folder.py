"""The folder of a class: in it a folder for each submission, with its reports or the reason why it has none.

Grading into the same folder again adds to the class, and replaces the submissions of the same names. Whoever deletes a
submission's folder leaves it out of the class.
"""

from __future__ import annotations

from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TypeVar, cast

from pydantic import BaseModel

from autograder.files import write_atomic
from autograder.report.schema import ExerciseResult, Report, ReportError, load_report
from autograder.report.write import NOT_GRADED, RECORD

M = TypeVar("M", bound=BaseModel)


def read_class(folder: Path) -> tuple[dict[str, Report], dict[str, str]]:
    """Name of a submission's folder → its report, and → why it could not be graded, or its report not be read.

    A name may be in both: where grading again failed, the earlier report stays. Pictures are not read. Reports
    are in short.
    """
    reports: dict[str, Report] = {}
    failures: dict[str, str] = {}
    short = InShort()
    for place in sorted(folder.iterdir()):
        try:
            if (place / RECORD).exists():
                reports[place.name] = short.of(load_report(place / RECORD)).model_copy(
                    update={"submission": place.name}
                )
            if (place / NOT_GRADED).exists():
                failures[place.name] = (place / NOT_GRADED).read_text(encoding="utf-8", errors="replace").strip()
        except (ReportError, OSError) as error:
            failures[place.name] = f"its earlier report cannot be read: {error}"
    return reports, failures


class InShort:
    """Makes reports of a class small: for its pages and tables.

    They keep tests only of exercises that do not pass, public ones or failed, and no times of theirs. What is the same
    in many of them is one object.
    """

    def __init__(self) -> None:
        self._known: dict[bytes, BaseModel] = {}

    def of(self, report: Report) -> Report:
        steps = [
            step.model_copy(update={"exercises": [self._one(_in_short(exercise)) for exercise in step.exercises]})
            for step in report.steps
        ]
        same = {field: self._one(getattr(report, field)) for field in ("engine", "environment", "sandbox")}
        return report.model_copy(update={"steps": steps, **same})

    def _one(self, part: M) -> M:
        return cast("M", self._known.setdefault(sha256(part.model_dump_json().encode()).digest(), part))


def _in_short(exercise: ExerciseResult) -> ExerciseResult:
    told = () if exercise.passed else exercise.tests
    tests = [
        test.model_copy(update={"seconds": 0.0})
        for test in told
        if test.visibility == "public" or test.outcome in ("failed", "error")
    ]
    return exercise.model_copy(update={"tests": tests})


def keep_failure(reason: str, place: Path) -> str:
    """Keep in the submission's folder why it could not be graded now; the reason, and what counts instead."""
    if (place / RECORD).exists():
        reason += " (The report in its folder stays, and counts.)"
    with suppress(OSError):  # whoever grades is told of it all the same
        write_atomic(place / NOT_GRADED, f"{reason}\n")
    return reason
