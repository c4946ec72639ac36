"""Otter-Grader's exception-based test files, made from the course's tests: one file an exercise, one case a test.

Learners' files hold the public tests and run them on the notebook that asks. Those of an autograder hold the hidden
ones too, and say what `otter_grade` found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from autograder.course import Course, Exercise, Step

VERDICTS = ".lmi-verdicts.json"
ANY_CASE = "*"  # stands for every test where none was run

_HEAD = '''"""{id}: {title}. Made by `{command}` from the tests of the course."""

{imports}

OK_FORMAT = False

name = {id!r}
points = {points!r}
all_or_nothing = {whole!r}
{setup}
'''

_LEARNER = "from otter.test_files import test_case\n\nfrom autograder.study.in_notebook import Cases"
_ASK = "cases = Cases(name)"

_GRADER = "import json\nfrom pathlib import Path\n\nfrom otter.test_files import test_case"
_READ = f'''verdicts = json.loads(Path({VERDICTS!r}).read_text(encoding="utf-8"))[name]


class NotPassed(Exception):
    """What the course's grader said of a test."""


def require(*cases):
    for case in cases:
        found = verdicts[case if case in verdicts else {ANY_CASE!r}]
        if not found["passed"]:
            raise NotPassed(found["message"])'''

_CASE = """

@test_case(name={name!r}, hidden={hidden!r}, points={points!r})
def test_NUMBER(env):
    {call}
"""


@dataclass(frozen=True)
class Case:
    """A test of the course: `test` is its file::name, `title` what it claims, `part` of the exercise, if of one."""

    test: str
    title: str
    hidden: bool
    part: str | None

    @property
    def key(self) -> str:
        return case_key("hidden" if self.hidden else "public", self.test.split("::", 1)[1])


def case_key(visibility: str, test: str) -> str:
    """Names a test among those of its exercise, by what a report says of it."""
    return f"{visibility} {test}"


def learners_files(course: Course, step: Step) -> dict[str, str]:
    """File name → text of the public tests of a step's exercises, for `grader.check` in a notebook."""
    cases = collect(course, step, hidden=False)
    return {f"{e.id}.py": _learners_file(e, cases[e.id]) for e in step.exercises}


def graders_files(course: Course, step: Step) -> dict[str, str]:
    """File name → text of all tests of a step's exercises, which tell what the verdicts beside them say."""
    cases = collect(course, step, hidden=True)
    return {f"{e.id}.py": _graders_file(e, cases[e.id]) for e in step.exercises}


def _learners_file(exercise: Exercise, cases: list[Case]) -> str:
    told = [_case(case.title, False, None, f"cases.require({case.test!r}, env)") for case in cases]
    return _file(exercise, "lmi release --otter", _LEARNER, _ASK, told)


def _graders_file(exercise: Exercise, cases: list[Case]) -> str:
    """Where an exercise has parts, these earn the points: as cases of their own, after the tests."""
    worth = 0 if exercise.parts else None
    told = [_case(case.title, case.hidden, worth, f"require({case.key!r})") for case in cases]
    for part, points in exercise.parts.items():
        keys = ", ".join(repr(case.key) for case in cases if case.part in (None, part))
        told.append(_case(f"{part}: {points:g} points", True, points, f"require({keys})"))
    return _file(exercise, "lmi export otter", _GRADER, _READ, told)


def _file(exercise: Exercise, command: str, imports: str, setup: str, cases: list[str]) -> str:
    whole = not exercise.parts
    points = int(exercise.points) if exercise.points == int(exercise.points) else exercise.points
    head = _HEAD.format(
        id=exercise.id, title=exercise.title, command=command, imports=imports, setup=setup, points=points, whole=whole
    )
    return "".join([head, *(case.replace("test_NUMBER", f"test_{n}") for n, case in enumerate(cases, 1))])


def _case(name: str, hidden: bool, points: float | None, call: str) -> str:
    return _CASE.format(name=name, hidden=hidden, points=points, call=call)


# ---------------------------------------------------------------- which tests there are


def collect(course: Course, step: Step, hidden: bool) -> dict[str, list[Case]]:
    """Exercise id → its tests, as pytest finds them, public ones first. Raises CollectionError."""
    from autograder.grading import quiet_pytest

    found = _Collected()
    visibilities = ("public", "hidden") if hidden else ("public",)
    folders = [course.tests_from_root(step, visibility) for visibility in visibilities]
    status, printed = quiet_pytest(course.root, ["--collect-only", *folders], [found])
    if status != pytest.ExitCode.OK:
        raise CollectionError(f"the tests of step {step.id} could not be collected:\n{printed[-4000:]}")
    return {exercise.id: list(found.of(exercise)) for exercise in step.exercises}


class CollectionError(Exception):
    """pytest cannot collect the course's tests; the message says what it printed."""


class _Collected:
    """A pytest plugin that keeps the tests that are tied to exercises."""

    def __init__(self) -> None:
        self._cases: list[tuple[str, Case]] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        from autograder.testing import TIE, item_name, title

        for item in session.items:
            if TIE in item.stash:
                tie = item.stash[TIE]
                self._cases.append((tie.exercise.id, Case(item_name(item), title(item), tie.hidden, tie.part)))

    def of(self, exercise: Exercise) -> Iterator[Case]:
        return (case for id, case in self._cases if id == exercise.id)
