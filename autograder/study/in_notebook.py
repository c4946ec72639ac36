"""Checks inside a notebook: an exercise's public tests, on what the notebook and the modules define now."""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Any

from autograder.course import Course, CourseError, Exercise, Step, find_root, load_course, stub_texts
from autograder.learner import PACKAGE
from autograder.study.console import MARKS
from autograder.study.running import Finding, Run, run_tests
from autograder.study.sliced import made_from_cells
from autograder.submission import source_text, written
from autograder.testing import WORDS

NOTEBOOK = "__main__"  # the module that a notebook's cells make up
LEANS = (
    "Note: in this kernel it passes, but made from the notebook's cells, which is what is graded, it does not: save "
    "it, restart the kernel and run all cells in order."
)

UNSEEN = "{name} is bound in no way that shows a function: write it with def, class, lambda or as another name of one."


class Grader:
    """`Grader().check("00.logits")` tests one exercise; called as Otter-Grader's is, without needing it."""

    def __init__(self) -> None:
        self._course = _course()

    def check(self, exercise: str, global_env: Mapping[str, Any] | None = None) -> Checked:
        """What the public tests of an exercise find. Functions are those of `global_env`: the caller's, if left out.

        Raises UnknownName when there is no such exercise, and RuntimeError when its tests cannot be run.
        """
        env = _callers_globals() if global_env is None else global_env
        chosen = self._course.exercise(exercise)
        run, leans = run_on_notebook(self._course, chosen, env)
        return Checked(chosen, run.of(chosen), leans or _note(self._course, chosen, env))


class Cases:
    """An exercise's public tests as the cases of an Otter-Grader test file: run once, told one by one."""

    def __init__(self, exercise: str):
        self._course = _course()
        self._exercise = self._course.exercise(exercise)
        self._found: dict[str, Finding] | None = None

    def require(self, test: str, env: Mapping[str, Any]) -> None:
        """Raises NotPassed, with what is wrong, unless the test passes on the names of `env`."""
        if self._found is None:
            run, leans = run_on_notebook(self._course, self._exercise, env)
            if note := leans or _note(self._course, self._exercise, env):
                print(note)
            self._found = {finding.test: finding for finding in run.of(self._exercise)}
        finding = self._found[test]
        if finding.outcome != "passed":
            raise NotPassed(_account(finding))


class NotPassed(Exception):
    """A test of an exercise does not pass; the text says why."""


class Checked:
    """What came of a check; a notebook shows it as text."""

    def __init__(self, exercise: Exercise, findings: list[Finding], note: str):
        self.exercise, self.findings, self.note = exercise, findings, note

    @property
    def passed(self) -> bool:
        return all(finding.outcome == "passed" for finding in self.findings)

    def __repr__(self) -> str:
        count = len(self.findings)
        lines = [f"✓ {self.exercise.id} passes its {count} public test{'s' if count > 1 else ''}."]
        if not self.passed:
            lines = [f"{self.exercise.id}  {self.exercise.title}", *map(_account, self.findings)]
        return "\n".join([*lines, *([self.note] if self.note else [])])


def _account(finding: Finding) -> str:
    told = "" if finding.outcome == "passed" else f" ({WORDS[finding.outcome]})"
    lines = [f"{MARKS[finding.outcome][0]} {finding.title}{told}"]
    said = [] if finding.outcome in ("passed", "not_started") else finding.message.splitlines()
    printed = ["Printed:", *finding.printed.splitlines()] if said and finding.printed else []
    return "\n".join([*lines, *(f"    {line}" for line in (*said, *printed))])


def run_on_notebook(course: Course, exercise: Exercise, env: Mapping[str, Any]) -> tuple[Run, str]:
    """The public tests of an exercise and of what it builds on, with what the notebook defines in the modules' place,
    made anew from its cells as for grading; and what to say where the kernel's own functions do better.

    Raises RuntimeError when they cannot be run.
    """
    step = course.step_of(exercise)
    if str(course.root) not in sys.path:
        sys.path.insert(0, str(course.root))
    kernels = _of_notebook(step, env)
    made = made_from_cells(course, step, env)
    run = _run(course, exercise, made.functions if made.of_cells else kernels)
    if not made.of_cells or _passes(run, exercise):
        return run, ""
    if (name := exercise.top_level) not in kernels or not _passes(_run(course, exercise, kernels), exercise):
        return run, ""
    unseen = [] if name in made.functions else [UNSEEN.format(name=name)]
    return run, "\n".join([LEANS, *(f"  {trouble}" for trouble in (*made.troubles, *unseen))])


def _run(course: Course, exercise: Exercise, defined: Mapping[str, Any]) -> Run:
    step = course.step_of(exercise)
    with _standing_in(step, defined):
        run = run_tests(course, [step], exercise)
    if run.problem:
        raise RuntimeError(run.problem)
    return run


def _passes(run: Run, exercise: Exercise) -> bool:
    return all(finding.outcome == "passed" for finding in run.of(exercise))


def _of_notebook(step: Step, env: Mapping[str, Any]) -> dict[str, Any]:
    """Of the functions and classes that the step's exercises ask for, those that the notebook's own cells define."""
    return {name: env[name] for name in step.homes if getattr(env.get(name), "__module__", None) == NOTEBOOK}


def _note(course: Course, exercise: Exercise, env: Mapping[str, Any]) -> str:
    """What to say where the notebook and the module both have the exercise's function; else nothing."""
    step, name = course.step_of(exercise), exercise.top_level
    module = course.stub_path(exercise)
    stub = stub_texts(course, step).get(module.name)
    if name not in _of_notebook(step, env) or stub is None or not module.is_file():
        return ""
    if name not in (written(source_text(module.read_bytes()), stub) or {}):
        return ""
    return f"Note: {module.name} has a {name} of its own, and what is written in a module is what is graded."


@contextmanager
def _standing_in(step: Step, defined: Mapping[str, Any]) -> Iterator[None]:
    """The step's modules have the notebook's functions for a while, as they have when the notebook is graded."""
    changed: list[tuple[ModuleType, str, Any]] = []
    missing = object()
    try:
        for name, value in defined.items():
            for short, module in _importable(step).items():
                if short == step.homes[name] or hasattr(module, name):
                    changed.append((module, name, getattr(module, name, missing)))
                    setattr(module, name, value)
        yield
    finally:
        for module, name, before in changed:
            if before is missing:
                delattr(module, name)
            else:
                setattr(module, name, before)


def _importable(step: Step) -> dict[str, ModuleType]:
    """The step's modules by name; one that cannot be imported is for the tests to tell of."""
    found = {}
    for name in step.modules:
        with suppress(Exception):
            found[name] = importlib.import_module(f"{PACKAGE}.{step.folder}.{name}")
    return found


def _course() -> Course:
    """The course around the working folder or, as on Colab, around this package."""
    try:
        root = find_root()
    except CourseError:
        root = find_root(Path(__file__))
    return load_course(root)


def _callers_globals() -> dict[str, Any]:
    """The names of the cell that called a method of this module."""
    frame = inspect.currentframe()
    while frame is not None and frame.f_globals is globals():
        frame = frame.f_back
    return {} if frame is None else frame.f_globals
