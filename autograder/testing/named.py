"""Mistakes that staff have named in a class: behaviours that no wrong solution of the banks has.

`tests/public/step00/named.json` has the form of the catalogue of known mistakes. No solution belongs to a name that
could be run on other inputs, so it is known by the public tests alone, and that is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.testing.known import Mistake, Trace, mistakes_in, telling

if TYPE_CHECKING:
    from autograder.course import Course, Exercise, Step

FILE = "named.json"


def names_file(course: Course, step: Step) -> Path:
    return course.tests_folder(step, "public") / FILE


def named_mistakes(course: Course, exercise: Exercise) -> Sequence[Mistake]:
    return mistakes_in(names_file(course, course.step_of(exercise)), exercise)


def name_of(course: Course, exercise: Exercise, seen: Trace) -> str | None:
    """What staff have called that which gives what the public tests saw; None where they have not."""
    if not telling(seen):
        return None
    return next((mistake.says for mistake in named_mistakes(course, exercise) if mistake.agrees(seen)), None)
