"""The catalogue of known mistakes: what the public tests see of each wrong solution in the banks."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from autograder.course import Course, Step
from autograder.files import write_atomic
from autograder.grading import Job, Outcome, grade_one
from autograder.report import Report
from autograder.submission import BankFile, mistaken, read_bank, solutions, submission
from autograder.testing import Mistake, alike, catalogue, known_mistakes, seen_in, takes_long
from autograder.upkeep.workers import Task, Workers

FORMAT = 1
LONG = 3.0  # seconds of an exercise's tests: known solutions take as long when a submission is graded


@dataclass(frozen=True)
class Drawn:
    """What came of something wrong: what it is known by in each exercise that it fails, or why it is not.

    `name`: a bank's file, or the id of a mutation.
    """

    name: str
    known: dict[str, Mistake]
    problem: str | None = None


def solve(course: Course, step: Step, job: Job) -> Outcome:
    """What comes of the solutions."""
    job = replace(job, out=None, pictures=False, steps=(step.id,))
    return grade_one("reference", submission("reference", solutions(course, step)), job)


def draw_mistakes(course: Course, step: Step, job: Job, jobs: int = 1) -> Iterator[Drawn]:
    """Grade each wrong solution of a step's bank; each as it is done."""
    job = replace(job, out=None, pictures=False, explained=False, hidden=False, steps=(step.id,))
    workers = Workers(jobs)
    for file in read_bank(course, f"step{step.id}/wrong"):
        known = mistaken(course, step, id_of(step, file))
        workers.add(Task(file, partial(grade_one, file.name, known, job, frozenset(file.fails))))
    for done in workers.results():
        outcome: Outcome = done.value or Outcome(done.task.about.name, problem=done.problem)
        file = done.task.about
        yield Drawn(str(file.path), known_by(step, file, outcome.report) if outcome.report else {}, outcome.problem)


def known_by(step: Step, file: BankFile, report: Report) -> dict[str, Mistake]:
    """By exercise, what a wrong solution that was graded as `report` is known by."""
    found = {}
    for result in report.exercises:
        if result.id in file.fails and (seen := seen_in(result, "public")):
            found[result.id] = Mistake(id_of(step, file), file.what.rstrip("."), seen)
    return found


def is_mutation(drawn: Drawn) -> bool:
    return any("/" not in mistake.id for mistake in drawn.known.values())


def id_of(step: Step, file: BankFile) -> str:
    return f"{step.id}/{file.path.stem}"


def stale(course: Course, known: Mapping[str, Mistake], strictly: bool = True) -> str | None:
    """What to do where the catalogue does not hold these mistakes, by exercise, as they are; None when it does.

    The tests of an exercise may have ended with the first that failed. Unless `strictly`, values may differ: those of a
    long training are not the same on every machine.
    """
    for exercise, mistake in known.items():
        listed = known_mistakes(course, course.exercise(exercise))
        entry = next((one for one in listed if one.id == mistake.id), None)
        if entry is None or entry.says != mistake.says or not entry.agrees(mistake.failed, strictly):
            step = course.step_of(course.exercise(exercise))
            return f"the catalogue of mistakes is out of step for {exercise}: run `lmi mistakes {step.id}`"
    return None


def stale_mistakes(course: Course, step: Step, drawn: Sequence[Drawn]) -> list[str]:
    """What of a step's catalogue is not so any more."""
    found = [f"{one.name}: {said}" for one in drawn if (said := stale(course, one.known))]
    there = {mistake.id for exercise in step.exercises for mistake in known_mistakes(course, exercise)}
    gone = there - {mistake.id for one in drawn for mistake in one.known.values()}
    return [*found, *(f"{id}: nothing wrong is known by that any more" for id in sorted(gone))]


def write_mistakes(course: Course, step: Step, drawn: Sequence[Drawn], seconds: Mapping[str, float]) -> int:
    """Write a step's catalogue, the bank's mistakes first; how many mistakes it holds.

    `seconds`: how long each exercise's tests take. What was long stays so until it takes less than half of that: two
    machines, or two days, would say it differently.
    """
    by_exercise: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in sorted(drawn, key=lambda one: (is_mutation(one), one.name)):
        for exercise, mistake in one.known.items():
            by_exercise[exercise].append(as_data(mistake))
    bound = {exercise.id: LONG / 2 if takes_long(course, exercise) else LONG for exercise in step.exercises}
    long = [id for id, most in bound.items() if seconds.get(id, 0) > most]
    write_atomic(catalogue(course, step), catalogue_text(step, by_exercise, long))
    return sum(map(len, by_exercise.values()))


def as_data(mistake: Mistake) -> dict[str, Any]:
    failed = {test: seen.as_data() for test, seen in mistake.failed.items() if seen}
    return {"id": mistake.id, "says": mistake.says, "failed": failed}


def catalogue_text(step: Step, by_exercise: Mapping[str, Sequence[Mapping[str, Any]]], long: Sequence[str] = ()) -> str:
    """A line for each mistake, so that changes can be read."""
    parts = []
    for exercise in (exercise.id for exercise in step.exercises if exercise.id in by_exercise):
        lines = ",\n".join(f"  {json.dumps(entry, separators=(',', ':'))}" for entry in by_exercise[exercise])
        parts.append(f"{json.dumps(exercise)}: [\n{lines}\n ]")
    inside = ",\n ".join(parts)
    return f'{{"format": {FORMAT}, "long": {json.dumps(long)}, "mistakes": {{\n {inside}\n}}}}\n'


def mistakes_alike(course: Course, step: Step) -> Iterator[tuple[str, list[Mistake]]]:
    """Mistakes of one exercise that its public tests cannot tell apart; those that they let pass are left out."""
    for exercise in step.exercises:
        left = [mistake for mistake in known_mistakes(course, exercise) if mistake.failed]
        while left:
            first, *others = left
            group = [first, *(other for other in others if alike(first.failed, other.failed))]
            left = [mistake for mistake in others if mistake not in group]
            if len(group) > 1:
                yield exercise.id, group
