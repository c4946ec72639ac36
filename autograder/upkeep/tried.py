"""Wrong solutions of the banks and mutations, graded as submissions are: who notices them, and what is said then."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from autograder.course import Course, Step
from autograder.grading import Job, Outcome, grade_one
from autograder.report import Report
from autograder.submission import BankFile, Submission, mistaken, solutions
from autograder.testing import BEHAVIOUR, BY_A_TEST, FAILED
from autograder.upkeep.mistakes import id_of
from autograder.upkeep.mutants import Mutant
from autograder.upkeep.workers import Task, Workers

Told = Literal["behaviour", "test", "recogniser", "exception", "bare"]


@dataclass(frozen=True)
class Message:
    """What one failed test says. `known_by`: see `autograder.testing.agreement`; empty where nobody knew."""

    exercise: str
    visibility: str
    test: str
    outcome: str
    text: str
    known_by: str

    @property
    def told(self) -> Told:
        """Who knew what is said; "exception" where what was raised, or a limit, is all there is to say."""
        if self.known_by == BEHAVIOUR:
            return "behaviour"
        if self.known_by in BY_A_TEST:
            return "test"
        if self.known_by:
            return "recogniser"
        return "bare" if self.outcome == "failed" else "exception"


@dataclass(frozen=True)
class Tried:
    """What came of something wrong: the messages of all tests that failed, first of the exercise that it is in.

    `where`: that exercise, or the helper that no exercise asks for. `problem` says why it could not be graded.
    """

    id: str
    what: str
    step: str
    kind: Literal["bank", "mutation"]
    where: str
    messages: tuple[Message, ...] = ()
    problem: str | None = None

    def noticed_by(self, visibility: str) -> bool:
        return any(message.visibility == visibility for message in self.messages)

    @property
    def noticed(self) -> bool:
        return bool(self.messages)

    @property
    def first(self) -> Message | None:
        """What the learner reads first."""
        return self.messages[0] if self.messages else None


def try_all(
    course: Course, step: Step, job: Job, files: Sequence[BankFile], chosen: Sequence[Mutant], jobs: int = 1
) -> Iterator[Tried]:
    """Each graded with public and hidden tests, as it is done."""
    job = replace(job, out=None, pictures=False, steps=(step.id,))
    workers = Workers(jobs)
    solved = solutions(course, step)
    for file in files:
        known = mistaken(course, step, id_of(step, file))
        about = Tried(id_of(step, file), file.what, step.id, "bank", file.fails[0])
        workers.add(Task(about, partial(_graded, known, job, frozenset(file.fails))))
    for mutant in chosen:
        where = min(mutant.own, default=mutant.mutation.function)
        about = Tried(mutant.id, mutant.mutation.what, step.id, "mutation", where)
        run = partial(_graded, mutant.submission(solved), job, mutant.first, mutant.only - mutant.first)
        workers.add(Task(about, run, seconds=mutant.seconds))
    for done in workers.results():
        messages, problem = done.value or ((), done.problem)
        yield replace(done.task.about, messages=messages, problem=problem)


def _graded(
    handed_in: Submission, job: Job, first: AbstractSet[str], then: AbstractSet[str] = frozenset()
) -> tuple[tuple[Message, ...], str | None]:
    """The messages of the exercises `first`, or where these notice nothing of those that come `then`."""
    for only in filter(None, (first, then)):
        outcome: Outcome = grade_one(handed_in.name, handed_in, job, only)
        if outcome.report is None:
            return (), outcome.problem
        if messages := tuple(_messages(outcome.report)):
            return messages, None
    return (), None


def _messages(report: Report) -> Iterator[Message]:
    for exercise in report.exercises:
        for test in exercise.tests:
            if test.outcome in FAILED:
                yield Message(exercise.id, test.visibility, test.id, test.outcome, test.message, test.known_by)
