"""Which exercise each collected test belongs to, in which order they run, and what a test is called."""

from __future__ import annotations

import inspect
from collections.abc import Set
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autograder.course import Course, Exercise, Step, UnknownName
from autograder.words import sentence

if TYPE_CHECKING:
    from autograder.testing.verdict import Verdict

COURSE_RUN = "lmi-course"  # the name under which the plugin registers a run over a course
HIDDEN_FOLDER = Path("tests", "hidden")
TESTS = (Path("tests", "public"), HIDDEN_FOLDER)
COURSE_FIXTURES = frozenset({"learner", "reference", "draw", "checkpoints"})


@dataclass
class Tie:
    """What ties a test to the course."""

    exercise: Exercise
    step: Step
    part: str | None
    hidden: bool
    rank: tuple[int, int, bool]


TIE = pytest.StashKey[Tie]()
VERDICT: pytest.StashKey[Verdict] = pytest.StashKey()  # how a test ended


def tie_and_sort(items: list[pytest.Item], course: Course) -> None:
    """Tie every marked test to its exercise, and put them in the course's order, so that prerequisites come first."""
    places = {e.id: (s, i, j) for i, s in enumerate(course.steps) for j, e in enumerate(s.exercises)}
    for item in items:
        if mark := item.get_closest_marker("exercise"):
            item.stash[TIE] = _tie(item, mark, course, places)
        elif used := COURSE_FIXTURES.intersection(getattr(item, "fixturenames", ())):
            _refuse_untied(item, used, course)
    items.sort(key=lambda item: item.stash[TIE].rank if TIE in item.stash else (10**6, 0, False))


def _tie(item: pytest.Item, mark: pytest.Mark, course: Course, places: dict[str, tuple[Step, int, int]]) -> Tie:
    if not mark.args:
        raise pytest.UsageError(f"{item.nodeid} is marked with no exercise's id: write exercise(id)")
    exercise_id, part = mark.args[0], mark.kwargs.get("part")
    if exercise_id not in places:
        raise pytest.UsageError(f"{item.nodeid} names an exercise that no manifest lists: {exercise_id}")
    step, i, j = places[exercise_id]
    found = step.exercises[j]
    if part is not None and part not in found.parts:
        raise pytest.UsageError(f"{item.nodeid} names a part that {exercise_id} does not have: {part}")
    hidden = item.path.is_relative_to(course.root / HIDDEN_FOLDER)
    return Tie(found, step, part, hidden, (i, j, hidden))


def _refuse_untied(item: pytest.Item, used: Set[str], course: Course) -> None:
    if any(item.path.is_relative_to(course.root / folder) for folder in TESTS):
        names = ", ".join(sorted(used))
        raise pytest.UsageError(f"{item.nodeid} uses {names} but is tied to no exercise: mark it with exercise(id)")


def with_prerequisites(wanted: str, course: Course) -> set[str]:
    """An exercise and, to tell what blocks it, all that it builds on."""
    try:
        waiting = [course.exercise(wanted).id]
    except UnknownName as error:
        raise pytest.UsageError(str(error)) from None
    kept: set[str] = set()
    while waiting:
        kept.add(found := waiting.pop())
        waiting += [name for name in course.exercise(found).requires if name not in kept]
    return kept


def title(item: pytest.Item) -> str:
    """What a test claims, in words."""
    return claim(item.name, inspect.getdoc(item.function) if isinstance(item, pytest.Function) else None)


def claim(name: str, doc: str | None) -> str:
    """The first paragraph of a test's docstring, in one line, or else its name; what follows is for authors."""
    first_paragraph = " ".join((doc or "").strip().partition("\n\n")[0].split())
    return sentence(first_paragraph or name.removeprefix("test_").replace("_", " "))


def test_id(nodeid: str) -> str:
    """A test's name in reports: its own within the public tests of an exercise, and within the hidden ones."""
    return nodeid.split("::", 1)[1]


test_id.__test__ = False  # type: ignore[attr-defined]  # not a test for pytest


def item_name(item: pytest.Item) -> str:
    """A test's file::name, which is its own within the public tests of a step, and within the hidden ones."""
    return f"{item.path.name}::{test_id(item.nodeid)}"
