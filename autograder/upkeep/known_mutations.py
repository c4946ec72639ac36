"""Mutations that a catalogue of known mistakes holds: of the half that nothing is measured by."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from autograder.course import Course, Step
from autograder.grading import Job, Outcome, grade_one
from autograder.report import ExerciseResult, Report
from autograder.submission import solutions
from autograder.testing import MOST_SAID, Mistake, Trace, alike, known_mistakes, seen_in, telling
from autograder.upkeep.mistakes import Drawn, as_data
from autograder.upkeep.mutants import Mutant, mutants
from autograder.upkeep.workers import Task, Workers

MOST_TRIED = 600  # of a step
LONGEST = 5.0  # seconds of tests
MOST_BYTES = 2**20 // 6  # of a step's catalogue


def draw_mutations(
    course: Course, step: Step, job: Job, solved: Report, bank: Sequence[Drawn], again: bool = False, jobs: int = 1
) -> list[Drawn]:
    """The mutations that a step's catalogue holds beside the bank's mistakes, in an order by chance.

    One that the public tests cannot tell from a mistake of the bank is left to the bank's words; of several that they
    cannot tell apart as many are kept as are said of one behaviour, and none if there are more. What a test or a
    recogniser knows is left to them. The solutions were graded as `solved`. With `again` only those are tried that the
    catalogue holds: which these are is a matter of how many were.
    """
    job = replace(job, out=None, pictures=False, explained=False, hidden=False, steps=(step.id,))
    files = solutions(course, step)
    workers = Workers(jobs)
    candidates = _candidates(course, step, solved)
    there = {mistake.id for exercise in step.exercises for mistake in known_mistakes(course, exercise)}
    for mutant in [one for one in candidates if one.id in there] if again else candidates[:MOST_TRIED]:
        run = partial(grade_one, mutant.id, mutant.submission(files), job, mutant.first)
        workers.add(Task(mutant, run, seconds=mutant.seconds))
    drawn: dict[str, Drawn] = {}
    for done in workers.results():
        mutant, outcome = done.task.about, done.value or Outcome("", problem=done.problem)
        known = _known_by(mutant, outcome.report) if outcome.report else {}
        drawn[mutant.rank] = Drawn(mutant.id, known, outcome.problem)
    return list(_few_enough(_told_apart(bank, [drawn[rank] for rank in sorted(drawn)]), bank))


def _candidates(course: Course, step: Step, solved: Report) -> list[Mutant]:
    every = mutants(course, step, solved)
    return [one for one in every if not one.held_out and one.mutation.says and one.own and one.seconds <= LONGEST]


def _known_by(mutant: Mutant, report: Report) -> dict[str, Mistake]:
    found = {}
    for result in report.exercises:
        seen = seen_in(result, "public")
        if telling(seen) and not _told_by_little(seen) and not _told_already(result):
            assert mutant.mutation.says
            found[result.id] = Mistake(mutant.id, mutant.mutation.says, seen)
    return found


def _told_already(result: ExerciseResult) -> bool:
    """Whether a test or a recogniser knows it, such as a wrong sign: that is true of all that give the same."""
    return any(test.known_by for test in result.tests)


def _told_by_little(seen: Trace) -> bool:
    """Whether all that was seen is 0, 1, NaN or infinite: too many mistakes give that."""
    norms = {norm for print_ in seen.values() if print_ for norm in print_.numbers[::3]}
    return norms <= {0.0, 1.0}


def _told_apart(bank: Sequence[Drawn], drawn: Sequence[Drawn]) -> Iterator[Drawn]:
    """The drawn ones, with what is known of them where nothing else does the same."""
    named: dict[str, list[Trace]] = {}
    for one in bank:
        for exercise, mistake in one.known.items():
            named.setdefault(exercise, []).append(mistake.failed)
    of_exercise: dict[str, list[Mistake]] = {}
    for one in drawn:
        for exercise, mistake in one.known.items():
            of_exercise.setdefault(exercise, []).append(mistake)
    for one in drawn:
        known = {
            exercise: mistake
            for exercise, mistake in one.known.items()
            if not any(_same(trace, mistake.failed) for trace in named.get(exercise, ()))
            and _is_said(mistake, of_exercise[exercise])
        }
        yield replace(one, known=known)


def _is_said(mistake: Mistake, others: Sequence[Mistake]) -> bool:
    """Whether it is the first with its words, of those that do the same, and these have few enough words."""
    same = [other for other in others if _same(other.failed, mistake.failed)]
    first = next(other for other in same if other.says == mistake.says)
    return first is mistake and len({other.says for other in same}) <= MOST_SAID


def _same(one: Trace, other: Trace) -> bool:
    return alike(_failed(one), _failed(other))


def _failed(trace: Trace) -> Trace:
    return {test: seen for test, seen in trace.items() if seen}


def _few_enough(drawn: Iterator[Drawn], bank: Sequence[Drawn]) -> Iterator[Drawn]:
    left = MOST_BYTES - sum(_size(one) for one in bank)
    for one in drawn:
        left -= _size(one)
        if one.problem or (one.known and left > 0):
            yield one


def _size(one: Drawn) -> int:
    return sum(len(json.dumps(as_data(mistake), separators=(",", ":"))) + 5 for mistake in one.known.values())
