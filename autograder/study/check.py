"""`lmi check`: the public tests of a step or an exercise."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.course import Course, Exercise, Step, UnknownName
from autograder.files import write_atomic
from autograder.study.console import make_console
from autograder.study.running import Run, run_tests
from autograder.testing import WORDS
from autograder.words import could_not

if TYPE_CHECKING:
    import pytest

ALL_PASSED, NOT_ALL = 0, 1


def check(course: Course, step: str | None, exercise: str | None = None, json_file: Path | None = None) -> int:
    """Run the public tests and show what they found; 0 all passed, 1 not all, 2 could not run.

    `json_file` gets pytest-json-report's account, in which each test's metadata names its exercise and outcome.
    """
    try:
        steps, chosen = choose(course, step, exercise)
    except UnknownName as error:
        return could_not(sentence(error))
    if json_file and (problem := _why_not_writable(json_file)):
        return could_not(f"The report cannot be written to {json_file}: {problem}.")
    report = _JsonReport() if json_file else None
    run = run_tests(course, steps, chosen, show=True, plugins=[report] if report else [])
    if not run.problem and chosen and not run.of(chosen):
        run.problem = f"{chosen.id} has no public test in {course.tests_folder(steps[0], 'public')}."
    if run.problem:
        return could_not(run.problem)
    if json_file and report:
        try:
            write_atomic(json_file, report.text())
        except OSError as error:
            return could_not(f"The report could not be written to {json_file}: {error.strerror or error}.")
    return _conclude(course, steps, chosen, run)


def choose(course: Course, step: str | None, exercise: str | None = None) -> tuple[Sequence[Step], Exercise | None]:
    """The steps to test, and the exercise when it is only one; its id may stand in the place of a step."""
    if step is not None and exercise is None and step not in _step_names(course):
        exercise, step = _named_as_step(course, step), None
    chosen = course.exercise(exercise) if exercise is not None else None
    if chosen is None:
        return (course.steps if step is None else [course.step(step)]), None
    if step is not None and course.step(step) != course.step_of(chosen):
        raise UnknownName(f"{chosen.id} is not in step {step}: leave the step out, the exercise is enough")
    return [course.step_of(chosen)], chosen


def _named_as_step(course: Course, name: str) -> str:
    """The exercise that someone named where a step is asked for."""
    try:
        return course.exercise(name).id
    except UnknownName as error:
        if "did you mean" in str(error):
            raise
        there = ", ".join(step.id for step in course.steps)
        message = (
            f"there is no step or exercise {name!r}: the steps are {there}, and `lmi progress` lists the exercises"
        )
        raise UnknownName(message) from None


def sentence(error: UnknownName) -> str:
    """What an UnknownName says, as a sentence."""
    text = str(error.args[0])
    return f"{text[:1].upper()}{text[1:]}"


def _step_names(course: Course) -> set[str]:
    return {name for step in course.steps for name in (step.id, step.folder)}


def _why_not_writable(file: Path) -> str | None:
    """Why `file` cannot be written, known before long work is done for it."""
    if file.is_dir():
        return "it is a folder; name a file"
    there = next(folder for folder in file.absolute().parents if folder.exists())
    if not there.is_dir():
        return f"{there} is not a folder"
    return None if os.access(there, os.W_OK) else f"you may not write in {there}"


def _conclude(course: Course, steps: Sequence[Step], chosen: Exercise | None, run: Run) -> int:
    wanted = [chosen] if chosen else [exercise for step in steps for exercise in step.exercises]
    statuses = [status for exercise in wanted if (status := run.status(exercise)) is not None]
    if chosen:
        said = "passes its public tests." if statuses == ["passed"] else f"{WORDS[statuses[0]]}."
        make_console().print(f"{chosen.id}: {said}")
    return ALL_PASSED if all(status == "passed" for status in statuses) else NOT_ALL


class _JsonReport:
    """pytest-json-report, kept in memory so that the file is there whole or not at all."""

    def pytest_configure(self, config: pytest.Config) -> None:
        from pytest_jsonreport.plugin import JSONReport

        self._report = JSONReport()
        config.pluginmanager.register(self._report)

    def text(self) -> str:
        return json.dumps(self._report.report, indent=1, default=str) + "\n"
