"""The course checks itself: manifests, stubs, reference, banks and checkpoints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, replace

from autograder.course import Course, Step, audit_course
from autograder.grading import Job, Outcome, grade_each, grade_one
from autograder.report import ExerciseResult, Report
from autograder.submission import Submission
from autograder.testing import verify_checkpoints
from autograder.upkeep.banks import BankError, BankFile, defined, read_bank, replaced, solutions, stubs, submission
from autograder.upkeep.reach import Reach
from autograder.upkeep.stub_files import stale_stubs

QUICK_WRONG = 4  # wrong solutions of each exercise that a quick check grades


@dataclass(frozen=True)
class Finding:
    """One thing that was checked; `problem` is None when it is sound."""

    what: str
    problem: str | None = None
    skipped: bool = False


@dataclass(frozen=True)
class Case:
    """A submission with a known outcome: `judge` says what is wrong with its report, or None.

    `only` are the exercises that can tell it from the solutions; all when None.
    """

    name: str
    submission: Submission
    judge: Callable[[Report], str | None]
    threads: int = 1
    only: Set[str] | None = None


def selfcheck(course: Course, steps: Sequence[Step], job: Job, jobs: int = 1, quick: bool = False) -> Iterator[Finding]:
    """Check everything about `steps`; yields a finding for each check as it is done.

    A bank's file is graded on the exercises whose tests can run what it replaces. When `quick`: on its own exercise
    alone, with one thread, and of the wrong ones only a few for each exercise.
    """
    problems = audit_course(course)
    yield from (Finding(str(p.file), str(p)) for p in problems)
    if problems:
        return  # nothing can be graded soundly
    stale = stale_stubs(course)
    yield from (Finding(str(path), f"stub out of step: {why}") for path, why in stale)
    if not stale:
        yield Finding("manifests, tests and stubs agree")
    for step in steps:
        yield from _grade_step(course, step, replace(job, out=None, steps=(step.id,), until_failed=True), jobs, quick)
    for result in verify_checkpoints(course.root, [step.id for step in steps]):
        sound = result.status in ("ok", "skipped")
        yield Finding(f"checkpoint {result.name}", None if sound else result.message, result.status == "skipped")


def _grade_step(course: Course, step: Step, job: Job, jobs: int, quick: bool) -> Iterator[Finding]:
    solved = solutions(course, step)
    reference = Case("reference", submission("reference", solved), _full_marks)
    outcome = grade_one(reference.name, reference.submission, job)
    yield _finding(step, reference, outcome)
    if outcome.report is None:
        return  # the grader does not work
    try:
        cases = [_with_two_threads(reference), *_cases(course, step, solved, Reach(solved, outcome.report), quick)]
    except BankError as error:
        yield Finding(f"step {step.id} banks", str(error))
        return
    for threads in (1,) if quick else (1, 2):  # a right solution is right however its sums are ordered
        now = {case.name: case for case in cases if case.threads == threads}
        named = [(case.name, case.submission) for case in now.values()]
        only = {case.name: case.only for case in now.values() if case.only is not None}
        # as many threads at once as there are jobs: a crowd of them would say more of the machine than of a solution
        for outcome in grade_each(named, replace(job, threads=threads), max(1, jobs // threads), only=only):
            yield _finding(step, now[outcome.name], outcome)


def _cases(course: Course, step: Step, solved: dict[str, str], reach: Reach, quick: bool) -> Iterator[Case]:
    yield Case("stubs", submission("stubs", stubs(course, step)), _nothing_started)
    wrong = read_bank(course, f"step{step.id}/wrong")
    for entry in [*read_bank(course, f"step{step.id}/right"), *(_a_few(wrong) if quick else wrong)]:
        handed_in = submission(entry.name, replaced(solved, entry))
        only = (quick and _own(step, entry)) or reach.exercises(entry.source).union(entry.fails)
        if not only:
            raise BankError(f"{entry.path}: no test runs what it replaces")
        if entry.kind == "wrong":
            yield Case(entry.name, handed_in, _fails_where_it_should(entry), only=only)
        else:
            yield (case := Case(entry.name, handed_in, _full_marks, only=only))
            yield _with_two_threads(case)


def _a_few(wrong: Sequence[BankFile]) -> Iterator[BankFile]:
    """The first few for each exercise, or set of exercises, that they fail in."""
    seen: Counter[tuple[str, ...]] = Counter()
    for entry in wrong:
        seen[entry.fails] += 1
        if seen[entry.fails] <= QUICK_WRONG:
            yield entry


def _own(step: Step, entry: BankFile) -> Set[str]:
    """The exercises that a bank's file is about: those that it names, or whose function it defines."""
    names = defined(entry.source)
    return set(entry.fails) or {e.id for e in step.exercises if e.top_level in names}


def _with_two_threads(case: Case) -> Case:
    return replace(case, name=f"{case.name}, 2 threads", threads=2)


def _finding(step: Step, case: Case, outcome: Outcome) -> Finding:
    problem = outcome.problem or case.judge(outcome.report)  # type: ignore[arg-type]
    return Finding(f"step {step.id} {case.name}", problem)


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


def _say(result: ExerciseResult) -> str:
    first = next((t for t in result.tests if t.outcome != "passed"), None)
    reason = f" ({first.id}: {first.message.splitlines()[0] if first.message else first.outcome})" if first else ""
    return f"{result.id} {result.status}{reason}"
