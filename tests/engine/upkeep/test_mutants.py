"""Mutations graded as submissions are: on the exercises that can tell, with what each failed test says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course, load_course
from autograder.grading import Job, grade_one, worker
from autograder.submission import solutions, submission
from autograder.upkeep.mutants import Mutant, grade_mutants, mutants
from tests.engine.tools import BACKEND, own_modules


@pytest.fixture
def course(write_course: Any, tiny_sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Course]:
    monkeypatch.setattr(worker, "_sandbox", lambda job, kit: tiny_sandbox)
    with own_modules():
        yield load_course(write_course({}))


def job(root: Path) -> Job:
    return Job(root, None, ("00",), BACKEND, 1, "salt", seed=1)


def of_double(course: Course) -> list[Mutant]:
    (step,) = course.steps
    solved = grade_one("solved", submission("solved", solutions(course, step)), job(course.root)).report
    assert solved is not None
    found = mutants(course, step, solved)
    assert len({one.id for one in found}) == len(found) and found == sorted(found, key=lambda one: one.rank)
    return [one for one in found if one.mutation.function == "double"]


def test_a_mutant_is_graded_where_it_can_be_told_and_its_messages_are_kept(course: Course) -> None:
    (step,) = course.steps
    found = {one.mutation.what: one for one in of_double(course)}
    chosen = [found["x + x → (x - x)"], found["x + x → (-(x + x))"]]
    assert all(one.only == {"00.double"} for one in chosen)
    minus, sign = grade_mutants(course, step, job(course.root), chosen)
    assert minus.killed and minus.first is not None
    assert (minus.first.exercise, minus.first.visibility, minus.first.known_by) == ("00.double", "public", "")
    assert sign.first is not None and sign.first.known_by == "sign" and "wrong sign" in sign.first.text
    assert {message.visibility for message in sign.messages} == {"public", "hidden"}


def test_a_mutant_that_nothing_tells_from_the_solution_is_alive(course: Course) -> None:
    (step,) = course.steps
    chosen = of_double(course)[0]
    same = replace(chosen.mutation, source=solutions(course, step)[chosen.path])
    (alive,) = grade_mutants(course, step, job(course.root), [replace(chosen, mutation=same)])
    assert not alive.killed and alive.first is None and alive.problem is None
