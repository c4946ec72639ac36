"""Bank files that cannot meet are graded in one submission: as many findings, for one run of the tests."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence

from autograder.course import Course, Step
from autograder.report import Report, StepResult
from autograder.submission import replaced, solutions, submission
from autograder.upkeep.cases import Case
from autograder.upkeep.grouping import grouped
from autograder.upkeep.reach import Reach

MOST = 12  # files in one submission: what goes wrong with it is looked for in each alone


def together(course: Course, step: Step, cases: Iterable[Case], reach: Reach) -> Iterator[Case]:
    """The cases of bank files in groups, the others as they are.

    In a group no file mentions what another defines, no exercise's tests can run two of them, and no exercise
    that one of them may fail is required by one that another is graded on: so each comes out as it does alone.
    """
    files = solutions(course, step)

    def wants(case: Case) -> set[str]:
        """The exercises that it is graded on, and those that have to come first."""
        only = set(case.only or ())
        return only.union(*(exercise.requires for exercise in step.exercises if exercise.id in only))

    def meet(a: Case, b: Case) -> bool:
        assert a.entry and b.entry and a.only is not None and b.only is not None
        share = wants(a) & b.only or wants(b) & a.only
        return bool(share) or a.threads != b.threads or not reach.apart(a.entry.source, b.entry.source)

    cases = list(cases)
    yield from (case for case in cases if case.entry is None)
    for group in grouped((case for case in cases if case.entry), meet, MOST):
        yield group[0] if len(group) == 1 else _as_one(files, group)


def _as_one(files: dict[str, str], cases: Sequence[Case]) -> Case:
    name, only = f"{cases[0].name} and {len(cases) - 1} more", set[str]()
    for case in cases:
        assert case.entry and case.only is not None
        files, only = replaced(files, case.entry), only | case.only

    def judge(report: Report) -> str | None:
        return next(filter(None, (case.judge(of_exercises(report, case.only or ())) for case in cases)), None)

    return Case(name, submission(name, files), judge, cases[0].threads, only, parts=cases)


def of_exercises(report: Report, only: Container[str]) -> Report:
    """The report as it would be if these exercises alone had been graded."""
    steps = [
        StepResult.of(step.id, step.title, [e for e in step.exercises if e.id in only], step.code_seconds)
        for step in report.steps
    ]
    score, most = sum(step.score for step in steps), sum(step.max_score for step in steps)
    return report.model_copy(update={"steps": steps, "score": score, "max_score": most})
