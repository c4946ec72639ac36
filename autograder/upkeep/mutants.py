"""Mutations of a step's solutions, graded: which tests notice them, and what is said then."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from autograder.course import Course, Step
from autograder.grading import Job, grade_one
from autograder.report import Report
from autograder.submission import solutions, submission
from autograder.upkeep.mutations import Mutation, mutations
from autograder.upkeep.reach import Reach


@dataclass(frozen=True)
class Mutant:
    """A mutation of one module of a step, with the exercises that can tell it, and how long their tests take."""

    step: str
    path: str  # below `exercises`
    mutation: Mutation
    only: frozenset[str]
    seconds: float

    @property
    def id(self) -> str:
        return f"{self.step}.{PurePosixPath(self.path).stem}.{self.mutation.id}"

    @property
    def rank(self) -> str:
        """An order by chance that stays the same: whose first ones are a sample."""
        return hashlib.sha256(self.id.encode()).hexdigest()


@dataclass(frozen=True)
class Message:
    """What one failed test says. `known_by`: see `autograder.testing.agreement`; empty where nobody knew."""

    exercise: str
    visibility: str
    test: str
    outcome: str
    text: str
    known_by: str


@dataclass(frozen=True)
class Graded:
    """What came of a mutant: the messages of all tests that failed, first the exercise that holds the mistake.

    `problem` says why it could not be graded.
    """

    mutant: Mutant
    messages: tuple[Message, ...] = ()
    problem: str | None = None

    @property
    def killed(self) -> bool:
        return bool(self.messages)

    @property
    def first(self) -> Message | None:
        """What the learner reads first."""
        return self.messages[0] if self.messages else None


def mutants(course: Course, step: Step, solved: Report) -> list[Mutant]:
    """All mutants of a step that some test runs, in an order by chance; `solved` is the report of the solutions."""
    files = solutions(course, step)
    reach = Reach(files, solved)
    seconds = {exercise.id: exercise.seconds for exercise in solved.exercises}
    found = []
    for path, text in files.items():
        for mutation in mutations(text):
            if only := reach.exercises(mutation.definition):
                found.append(Mutant(step.id, path, mutation, only, sum(seconds[id] for id in only)))
    return sorted(found, key=lambda mutant: mutant.rank)


def grade_mutants(course: Course, step: Step, job: Job, chosen: Sequence[Mutant]) -> Iterator[Graded]:
    """Each mutant graded as a submission is, with public and hidden tests, on the exercises that can tell it."""
    files = solutions(course, step)
    job = replace(job, out=None, pictures=False, steps=(step.id,))
    for mutant in chosen:
        handed_in = submission(mutant.id, files | {mutant.path: mutant.mutation.source})
        outcome = grade_one(mutant.id, handed_in, job, mutant.only)
        if outcome.report is None:
            yield Graded(mutant, problem=outcome.problem)
        else:
            yield Graded(mutant, tuple(_messages(outcome.report, _own(step, mutant))))


def _own(step: Step, mutant: Mutant) -> set[str]:
    """The exercises whose function has the mistake."""
    top = mutant.mutation.function.partition(".")[0]
    stem = PurePosixPath(mutant.path).stem
    return {e.id for e in step.exercises if e.module == stem and e.top_level == top}


def _messages(report: Report, own: set[str]) -> Iterator[Message]:
    for exercise in sorted(report.exercises, key=lambda exercise: exercise.id not in own):
        for test in exercise.tests:
            if test.outcome not in ("passed", "blocked", "skipped"):
                yield Message(exercise.id, test.visibility, test.id, test.outcome, test.message, test.known_by)
