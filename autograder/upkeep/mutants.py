"""Mutations of a step's solutions, as submissions: which exercises can tell each, and how long that takes."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from autograder.course import Course, Definition, Step
from autograder.report import Report
from autograder.submission import Mutation, Submission, functions_of, mutations, solutions, stubs, submission
from autograder.upkeep.reach import Reach


@dataclass(frozen=True)
class Mutant:
    """A mutation of one module of a step.

    `own`: the exercises whose function has the mistake; `only`: all that can tell it; `seconds`: how long the tests
    take that come first.
    """

    step: str
    path: str  # below `exercises`
    mutation: Mutation
    own: frozenset[str]
    only: frozenset[str]
    seconds: float

    @property
    def id(self) -> str:
        return f"{self.step}.{PurePosixPath(self.path).stem}.{self.mutation.id}"

    @property
    def rank(self) -> str:
        """An order by chance that stays the same: whose first ones are a sample."""
        return hashlib.sha256(self.id.encode()).hexdigest()

    @property
    def held_out(self) -> bool:
        """Whether no catalogue may hold it: by this half it is measured what learners are told."""
        return int(self.rank[-1], 16) % 2 == 1

    @property
    def first(self) -> frozenset[str]:
        """The exercises whose learner made the mistake, where it is in an exercise's function."""
        return (self.own & self.only) or self.only

    def submission(self, files: Mapping[str, str]) -> Submission:
        return submission(self.id, {**files, self.path: self.mutation.source})


def mutants(course: Course, step: Step, solved: Report) -> list[Mutant]:
    """All mutants of a step that some test runs, in an order by chance; `solved` is the report of the solutions.

    What the stubs give is nobody's to get wrong, and stays as it is.
    """
    files, given = solutions(course, step), stubs(course, step)
    reach = Reach(files, solved)
    seconds = {exercise.id: exercise.seconds for exercise in solved.exercises}
    found = []
    for path, text in files.items():
        there = _bodies(given.get(path, ""))
        wanted = {name for name, body in _bodies(text).items() if there.get(name) != body}
        for mutation in mutations(text, {name.partition(".")[0] for name in wanted}):
            if mutation.function in wanted and (only := reach.exercises(mutation.definition)):
                own = _own(step, path, mutation)
                taken = sum(seconds[id] for id in (own & only) or only)
                found.append(Mutant(step.id, path, mutation, own, only, taken))
    return sorted(found, key=lambda mutant: mutant.rank)


def _bodies(source: str) -> dict[str, str]:
    """What each function and method of a module does."""
    tops = [top for top in ast.parse(source).body if isinstance(top, Definition)]
    return {name: ast.dump(function) for top in tops for name, function in functions_of(top)}


def _own(step: Step, path: str, mutation: Mutation) -> frozenset[str]:
    top, stem = mutation.function.partition(".")[0], PurePosixPath(path).stem
    return frozenset(e.id for e in step.exercises if e.module == stem and e.top_level == top)
