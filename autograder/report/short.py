"""A report that is too long for its reader: fewer of an exercise's failures and less of each, and it says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autograder.report.schema import ExerciseResult, Report, StepResult, TestResult
from autograder.report.text import LONGEST, one_line
from autograder.sandbox import cut

LINES = 850  # of what tests say; a thousand with all that stands around it
WAYS = (100, 100), (30, 10), (10, 5), (4, 3), (2, 1), (1, 0)  # lines of a message, failures of an exercise
QUIET = ("passed", "not_started", "blocked")
WARNINGS = 40


def shortened(report: Report) -> Report:
    """The report as its reader gets it: all of it, or what there is room for; report.json keeps the rest."""
    warnings = _fewer(report.warnings)
    return report.model_copy(update={"steps": shortened_steps(report.steps), "warnings": warnings})


def shortened_steps(steps: Sequence[StepResult]) -> list[StepResult]:
    """The steps, in the fullest of some ways in which what their tests say takes at most LINES lines."""
    short = list(steps)
    for lines, failures in WAYS:
        if _lines(short) <= LINES:
            break
        short = [
            step.model_copy(update={"exercises": [_shorter(e, lines, failures) for e in step.exercises]})
            for step in steps
        ]
    return short


def _shorter(exercise: ExerciseResult, lines: int, failures: int) -> ExerciseResult:
    if exercise.status in QUIET:
        return exercise
    failed = [test for test in exercise.tests if not test.passed]
    dropped = {id(test) for test in failed[failures:]}
    tests = [_told(test, lines) for test in exercise.tests if id(test) not in dropped]
    more = f"{len(dropped)} more of its tests {'do' if len(dropped) > 1 else 'does'} not pass." if dropped else ""
    return exercise.model_copy(update={"tests": tests, "note": one_line(f"{exercise.note} {more}")})


def _told(test: TestResult, lines: int) -> TestResult:
    return test.model_copy(update={"message": cut(test.message, LONGEST, lines + 1, begin=0.75 if lines > 9 else 1)})


def _fewer(warnings: list[str]) -> list[str]:
    more = len(warnings) - WARNINGS
    return [*warnings[:WARNINGS], f"There are {more} more warnings."] if more > 0 else warnings


def _lines(steps: Iterable[StepResult]) -> int:
    """About as many as they take in report.md."""
    return sum(5 + sum(map(_lines_of, step.exercises)) for step in steps)


def _lines_of(exercise: ExerciseResult) -> int:
    if exercise.status in QUIET:
        return 1
    failed = [test for test in exercise.tests if not test.passed]
    return 3 + 2 * bool(exercise.note) + sum(5 + len(test.message.splitlines()) for test in failed)
