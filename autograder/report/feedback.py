"""A report as its learner may see it: the one place that decides what is shown of hidden tests."""

from __future__ import annotations

from datetime import UTC, date, datetime

from autograder.course import Feedback
from autograder.report.schema import ExerciseResult, KnownMistake, Report

EVERYTHING = Feedback()
UNSEEN = "Also graded with tests that are not shown."


def today() -> date:
    """The day it is in UTC, by which a course's date is meant: the same on every machine that grades."""
    return datetime.now(UTC).date()


def for_learner(report: Report, feedback: Feedback, day: date) -> Report:
    """The report as its learner sees it on this day; every renderer of what is handed back is given this one.

    Points and statuses stay. Hidden tests keep all, lose their messages, or are gone without a trace of how many.
    """
    seen = feedback.seen(day)
    if seen == "messages":
        return report
    shown = report.model_copy(deep=True)
    for step in shown.steps:
        step.exercises = [_without_messages(e) if seen == "names" else without_hidden(e) for e in step.exercises]
    if any(exercise.of("hidden") for exercise in report.exercises):
        shown.note = _note(feedback, day)
    return shown


def without_hidden(exercise: ExerciseResult) -> ExerciseResult:
    """The exercise with its public tests alone, and a line that says so."""
    note = UNSEEN if exercise.of("hidden") else ""
    public = exercise.of("public")
    return exercise.model_copy(
        update={"tests": public, "called": [], "note": note, "mistakes": _seen_in_public(exercise)}
    )


def _without_messages(exercise: ExerciseResult) -> ExerciseResult:
    tests = [
        test.model_copy(update={"message": ""}) if test.visibility == "hidden" else test for test in exercise.tests
    ]
    return exercise.model_copy(update={"tests": tests, "called": [], "mistakes": _seen_in_public(exercise)})


def _seen_in_public(exercise: ExerciseResult) -> list[KnownMistake]:
    """The known mistakes, where public tests alone show that there is one."""
    return [] if all(test.passed for test in exercise.of("public")) else exercise.mistakes


def _note(feedback: Feedback, day: date) -> str:
    if feedback.seen(day) == "names":
        return "Of hidden tests only names and outcomes are shown."
    said = (
        "Exercises are also graded with tests that are not shown: one may lack points though all that is listed passes."
    )
    if isinstance(feedback.shown, date) and feedback.hidden_tests != "nothing":
        what = "Their names and outcomes" if feedback.hidden_tests == "names" else "Their messages"
        said += f" {what} will be shown from {feedback.shown.day} {feedback.shown:%B %Y} (UTC)."
    return said
