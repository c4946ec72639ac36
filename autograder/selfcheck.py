"""The course checks itself: manifests, stubs, reference, banks and checkpoints."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from autograder.banks import BankError, BankFile, read_bank, replaced, solutions, stubs, submission
from autograder.batch import Job, grade_each
from autograder.checkpoints import verify
from autograder.course import Course, Step, audit_course
from autograder.report.schema import ExerciseResult, Report
from autograder.stubs import stale_stubs
from autograder.submission import Submission


@dataclass(frozen=True)
class Finding:
    """One thing that was checked; `problem` is None when it is sound."""

    what: str
    problem: str | None = None
    skipped: bool = False


@dataclass(frozen=True)
class Case:
    """A submission with a known outcome: `judge` says what is wrong with its report, or None."""

    name: str
    submission: Submission
    judge: Callable[[Report], str | None]
    threads: int = 1


def selfcheck(course: Course, steps: Sequence[Step], job: Job, jobs: int = 1) -> Iterator[Finding]:
    """Check everything about `steps`; yields a finding for each check as it is done."""
    problems = audit_course(course)
    yield from (Finding(str(p.file), str(p)) for p in problems)
    if problems:
        return  # nothing can be graded soundly
    stale = stale_stubs(course)
    yield from (Finding(str(path), f"stub out of step: {why}") for path, why in stale)
    if not stale:
        yield Finding("manifests, tests and stubs agree")
    for step in steps:
        yield from _grade_cases(step, job, jobs, course)
    for result in verify(course.root, [step.id for step in steps]):
        sound = result.status in ("ok", "skipped")
        yield Finding(f"checkpoint {result.name}", None if sound else result.message, result.status == "skipped")


def _grade_cases(step: Step, job: Job, jobs: int, course: Course) -> Iterator[Finding]:
    try:
        cases = {case.name: case for case in _cases(course, step)}
    except BankError as error:
        yield Finding(f"step {step.id} banks", str(error))
        return
    for threads in sorted({case.threads for case in cases.values()}):
        one_step = replace(job, out=None, steps=(step.id,), threads=threads)
        named = [(case.name, case.submission) for case in cases.values() if case.threads == threads]
        for outcome in grade_each(named, one_step, jobs):
            problem = outcome.problem or cases[outcome.name].judge(outcome.report)  # type: ignore[arg-type]
            yield Finding(f"step {step.id} {outcome.name}", problem)


def _cases(course: Course, step: Step) -> Iterator[Case]:
    solved = solutions(course, step)
    right = {entry.name: replaced(solved, entry) for entry in read_bank(course, f"step{step.id}/right")}
    for name, files in ({"reference": solved} | right).items():
        for threads in (1, 2):  # a right solution is right however its sums are ordered
            case = f"{name}, {threads} threads" if threads > 1 else name
            yield Case(case, submission(name, files), _full_marks, threads)
    yield Case("stubs", submission("stubs", stubs(course, step)), _nothing_started)
    for entry in read_bank(course, f"step{step.id}/wrong"):
        yield Case(entry.name, submission(entry.name, replaced(solved, entry)), _fails_where_it_should(entry))


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
            _say(e) for e in report.exercises if e.id not in entry.fails and e.status not in ("passed", "blocked")
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
