"""What is wrong, chosen to be tried: a share of a step's wrong solutions, and of the mutations of its solutions."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograder.course import Course, Step
from autograder.grading import Job
from autograder.submission import BankFile, read_bank
from autograder.upkeep.mistakes import id_of, solve
from autograder.upkeep.mutants import Mutant, mutants
from autograder.upkeep.share import Share

LONGEST = 20.0  # seconds of tests


@dataclass(frozen=True)
class Sample:
    """`mutations`: at most so many of a step, all when None; `longest`: no more than so many seconds of tests each.

    With `only` there are these mutations alone, and nothing of the banks.
    """

    mutations: int | None = None
    share: Share = field(default_factory=Share)
    longest: float = LONGEST
    only: frozenset[str] | None = None

    def holds(self, id: str) -> bool:
        return self.share.holds(id) and (self.only is None or id in self.only)


@dataclass(frozen=True)
class Chosen:
    """`too_long`: how many of the sample were left out because their tests take too long."""

    files: list[BankFile] = field(default_factory=list)
    mutants: list[Mutant] = field(default_factory=list)
    too_long: int = 0
    problem: str | None = None


def choose(course: Course, step: Step, job: Job, sample: Sample) -> Chosen:
    """What of a step is tried. Mutations are those that no catalogue may hold, in an order by chance."""
    outcome = solve(course, step, job)
    if outcome.report is None:
        return Chosen(problem=outcome.problem)
    seconds = {exercise.id: exercise.seconds for exercise in outcome.report.exercises}
    every = read_bank(course, f"step{step.id}/wrong")
    files = [file for file in every if sample.holds(id_of(step, file))]
    short = [file for file in files if sum(seconds.get(id, 0) for id in file.fails) <= sample.longest]
    all_mutants = mutants(course, step, outcome.report)
    held_out = [one for one in all_mutants if one.held_out and sample.holds(one.id)]
    some = [one for one in held_out if one.seconds <= sample.longest][: sample.mutations]
    beyond = [one for one in held_out if one.seconds > sample.longest]
    reached = [one for one in beyond if sample.mutations is None or not some or one.rank < some[-1].rank]
    return Chosen(short, some, len(files) - len(short) + len(reached))
