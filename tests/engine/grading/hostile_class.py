"""The hostile bank as one class, with honest neighbours between them: what comes of each, and of these."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Course, load_course
from autograder.grading.many import Job, Outcome, grade_each
from autograder.report import Report
from autograder.submission import BankFile, Submission, read_bank, replaced, solutions, stubs, submission
from tests.engine.tools import ROOT

STEP = "00"
EVERY = 8  # so many hostile ones, then an honest one
TIGHT = {
    "call_seconds": 6, "call_cpu_seconds": 2, "submission_seconds": 60, "memory_mb": 600, "processes": 16, "file_mb": 4,
    "tmp_mb": 8,
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One attack and what came of it. `scored`: points; `said`: whether the report tells it as the bank asks."""

    entry: BankFile
    outcome: Outcome
    scored: float | None
    told: bool
    words: str


@dataclass(frozen=True)
class Graded:
    rows: list[Row]
    alone: dict[str, dict[str, float]]  # honest submissions, each graded before any other: points of exercises
    among: dict[str, dict[str, float]]  # the same between hostile ones


def graded(
    folder: Path,
    backend: str,
    only: Sequence[BankFile] | None = None,
    jobs: int = 1,
    on_row: Callable[[Row], object] = lambda row: None,
    on_honest: Callable[[str, bool], object] = lambda name, moved: None,
) -> Graded:
    """The bank graded as a class of step 00 under tight limits; `folder` is for a copy of the course. `on_row` hears of
    each attack as it is done, `on_honest` of each honest neighbour, and whether its points moved."""
    course = tight_course(folder)
    entries = read_bank(course, "hostile") if only is None else only
    job = Job(course.root, None, (STEP,), backend, 1, "salt", pictures=False)
    honest = honest_ones(course)
    alone = {outcome.name: points(outcome) for outcome in grade_each(list(honest.items()), job)}
    step = course.step(STEP)
    by_name = {entry.name: entry for entry in entries}
    attacks = {name: submission(name, replaced(stubs(course, step), entry)) for name, entry in by_name.items()}
    rows, among = list[Row](), dict[str, dict[str, float]]()
    for outcome in grade_each(list(mixed(attacks, honest)), job, jobs):
        if outcome.name in by_name:
            rows.append(_row(by_name[outcome.name], outcome))
            on_row(rows[-1])
        else:
            among[outcome.name] = points(outcome)
            on_honest(outcome.name, among[outcome.name] != alone[outcome.name.rpartition("-")[0]])
    return Graded(rows, alone, among)


def tight_course(folder: Path) -> Course:
    """The course with limits that end an attack soon."""
    for part in ("exercises", "reference", "grading_configs", "tests/public", "tests/hidden", "tests/banks/hostile"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "constraints.txt", "README.md"):
        shutil.copy(ROOT / name, folder / name)
    config = folder / "grading_configs" / "course.toml"
    text = config.read_text(encoding="utf-8")
    for name, value in TIGHT.items():
        text, found = re.subn(rf"(?m)^{name} = \S+", f"{name} = {value}", text)
        assert found == 1, name
    config.write_text(text, encoding="utf-8")
    return load_course(folder)


def honest_ones(course: Course) -> dict[str, Submission]:
    """Full marks, some marks, none."""
    step = course.step(STEP)
    solved, empty = solutions(course, step), stubs(course, step)
    half = {path: solved[path] if at % 2 else empty[path] for at, path in enumerate(sorted(solved))}
    return {f"honest-{name}": submission(name, files) for name, files in
            (("solved", solved), ("half", half), ("stubs", empty))}  # fmt: skip


def mixed(attacks: dict[str, Submission], honest: dict[str, Submission]) -> Iterator[tuple[str, Submission]]:
    """The attacks in their order, and after every few an honest one: each under names of its own."""
    kinds = list(honest.items())
    for at, attack in enumerate(attacks.items(), start=1):
        yield attack
        if at % EVERY == 0 or at == len(attacks):
            name, handed_in = kinds[at // EVERY % len(kinds)]
            yield f"{name}-{at}", handed_in


def points(outcome: Outcome) -> dict[str, float]:
    return {e.id: e.score for e in outcome.report.exercises} if outcome.report else {}


def _row(entry: BankFile, outcome: Outcome) -> Row:
    if outcome.report is None:
        return Row(entry, outcome, None, False, f"NOT GRADED: {outcome.problem}")
    words = "\n".join(_messages(outcome.report))
    told = entry.is_told(words)
    return Row(entry, outcome, outcome.report.score, told, _first(outcome.report))


def _messages(report: Report) -> Iterator[str]:
    yield from report.warnings
    yield from (test.message for e in report.exercises for test in e.tests)


def _first(report: Report) -> str:
    """The first line of what is said of the attack itself, and not of stubs."""
    tests = [t for e in report.exercises for t in e.tests if t.outcome not in ("passed", "not_started", "blocked")]
    return f"{tests[0].outcome}: {tests[0].message.splitlines()[0]}" if tests and tests[0].message else "not started"
