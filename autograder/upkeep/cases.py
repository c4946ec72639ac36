"""Submissions with a known outcome, and what is wrong when another comes out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, replace

from autograder.course import Course, Step
from autograder.report import ExerciseResult, Report
from autograder.submission import (
    BankError,
    BankFile,
    Submission,
    defined,
    read_bank,
    replaced,
    solutions,
    stubs,
    submission,
)
from autograder.testing import catalogue
from autograder.upkeep.mistakes import known_by, stale
from autograder.upkeep.reach import Reach

QUICK_EACH = 1  # right and wrong solutions of each exercise that a quick check grades
QUICK_TIMES = 2  # what an exercise's tests usually take: where they take longer, no right solution, which runs them all
REFERENCE, STUBS = "reference", "stubs"


@dataclass(frozen=True)
class Case:
    """A submission with a known outcome: `judge` says what is wrong with its report, or None.

    `only` are the exercises that can tell it from the solutions; all when None. `apart`: public and
    hidden tests each end with their own first failure.
    """

    name: str
    submission: Submission
    judge: Callable[[Report], str | None]
    threads: int = 1
    only: Set[str] | None = None
    apart: bool = False
    entry: BankFile | None = None  # the bank's file that it is, where it may be graded with others
    parts: Sequence[Case] = ()  # that are graded as this one; each alone where it does not come out as it should


def reference(course: Course, step: Step) -> Case:
    """The solutions themselves."""
    return Case(REFERENCE, submission(REFERENCE, solutions(course, step)), _full_marks)


def other_cases(course: Course, step: Step, solved: Report, reach: Reach, quick: bool) -> Iterator[Case]:
    """All but the reference, which came out as `solved`. Raises BankError."""
    files = solutions(course, step)
    if not quick:
        yield _with_two_threads(reference(course, step))
    yield Case(STUBS, submission(STUBS, stubs(course, step)), _nothing_started)
    right, wrong, cheat = (read_bank(course, f"step{step.id}/{kind}") for kind in ("right", "wrong", "cheat"))
    wrong += cheat
    if quick:
        long = _take_longest(solved)
        right = [entry for entry in _a_few(step, right) if not _own(step, entry) & long]
        wrong = list(_a_few(step, wrong))
    for entry in [*right, *wrong]:
        handed_in = submission(entry.name, replaced(files, entry))
        only = (quick and _own(step, entry)) or reach.exercises(entry.source).union(entry.fails)
        if not only:
            raise BankError(f"{entry.path}: no test runs what it replaces")
        if entry.kind == "wrong":
            yield Case(entry.name, handed_in, fails_and_is_known(course, step, entry), only=only, entry=entry)
        elif entry.kind != "right":
            yield Case(entry.name, handed_in, _fails_where_it_should(entry), only=only)
        else:
            yield (case := Case(entry.name, handed_in, _full_marks, only=only, entry=entry))
            if not quick:
                yield _with_two_threads(case)


def _a_few(step: Step, entries: Sequence[BankFile]) -> Iterator[BankFile]:
    """The first few for each exercise, or set of exercises, that they are about."""
    seen: Counter[frozenset[str]] = Counter()
    for entry in entries:
        about = frozenset(_own(step, entry))
        seen[about] += 1
        if seen[about] <= QUICK_EACH:
            yield entry


def _take_longest(solved: Report) -> set[str]:
    """The exercises whose tests took more than so many times the mean, as the solutions were graded."""
    seconds = {result.id: result.seconds for result in solved.exercises}
    return {id for id, took in seconds.items() if took > QUICK_TIMES * sum(seconds.values()) / len(seconds)}


def _own(step: Step, entry: BankFile) -> Set[str]:
    """The exercises that a bank's file is about: those that it names, or whose function it defines."""
    names = defined(entry.source)
    return set(entry.fails) or {e.id for e in step.exercises if e.top_level in names}


def _with_two_threads(case: Case) -> Case:
    """A right solution is right however its sums are ordered."""
    return replace(case, name=f"{case.name}, 2 threads", threads=2)


def _full_marks(report: Report) -> str | None:
    off = [_say(e) for e in report.exercises if e.status != "passed"]
    return f"should have full marks, but: {'; '.join(off)}" if off else None


def _nothing_started(report: Report) -> str | None:
    off = [_say(e) for e in report.exercises if e.status not in ("not_started", "blocked") or e.score]
    return f"an untouched stub should score nothing, but: {'; '.join(off)}" if off else None


def _fails_where_it_should(entry: BankFile) -> Callable[[Report], str | None]:
    def judge(report: Report) -> str | None:
        missed = [e.id for e in report.exercises if e.id in entry.fails and e.status in ("passed", "blocked")]
        unjust = [
            _say(e)
            for e in report.exercises
            if e.id not in entry.fails and any(t.outcome not in ("passed", "blocked") for t in e.tests)
        ]
        unknown = sorted(set(entry.fails) - {e.id for e in report.exercises})
        said = [
            f"should fail, but does not: {', '.join(missed)}" if missed else "",
            f"should not fail: {'; '.join(unjust)}" if unjust else "",
            f"names exercises that do not exist: {', '.join(unknown)}" if unknown else "",
        ]
        return "; ".join(line for line in said if line) or None

    return judge


def fails_and_is_known(course: Course, step: Step, entry: BankFile) -> Callable[[Report], str | None]:
    fails = _fails_where_it_should(entry)
    if not catalogue(course, step).is_file():
        return fails

    def judge(report: Report) -> str | None:
        return fails(report) or stale(course, known_by(step, entry, report), strictly=False)

    return judge


def _say(result: ExerciseResult) -> str:
    first = next((t for t in result.tests if t.outcome != "passed"), None)
    reason = f" ({first.id}: {first.message.splitlines()[0] if first.message else first.outcome})" if first else ""
    return f"{result.id} {result.status}{reason}"
