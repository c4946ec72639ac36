"""What has been found out so far about each exercise, and which others have to come before it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.course import Course, Exercise

if TYPE_CHECKING:
    from autograder.testing.verdict import Verdict


class Progress:
    """The outcomes of each exercise's tests, with the part that a test is tied to."""

    def __init__(self, course: Course):
        self.tests: dict[str, list[tuple[str | None, str]]] = {}
        self._course = course

    def add(self, exercise: Exercise, part: str | None, outcome: str) -> None:
        self.tests.setdefault(exercise.id, []).append((part, outcome))

    def blockers(self, exercise: Exercise, verdict: Verdict) -> list[str]:
        """The exercises to do first: prerequisites that do not pass, or the one whose stub was met."""
        if verdict.outcome == "passed":
            return []
        unfinished = [name for name in exercise.requires if self._is_unfinished(name)]
        if verdict.outcome != "not_started":
            return unfinished
        module, _, name = (verdict.function or "").partition(".")
        owner = self._owner(module, name, exercise)
        if owner is None:  # a helper's stub: another's, if it lies in another module
            return unfinished if module not in ("", exercise.module) else []
        return (unfinished or [owner.id]) if owner.id != exercise.id else []

    def _is_unfinished(self, name: str) -> bool:
        return any(outcome != "passed" for _, outcome in self.tests.get(name, []))

    def _owner(self, module: str, function: str, exercise: Exercise) -> Exercise | None:
        """The exercise that asks for `function`: this one rather than another."""
        near = sorted(self._course.exercises, key=lambda e: (e.id != exercise.id, e.step != exercise.step))
        return next((e for e in near if e.module == module and e.target.rpartition(".")[2] == function), None)
