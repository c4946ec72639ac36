"""What `lmi mistakes` does: records and names mistakes, and reports what tests notice and say of what is wrong."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from autograder.course import Course, Step
from autograder.files import write_atomic
from autograder.grading import Job, SaltError
from autograder.report import RECORD, ReportError, load_report, named_sentence
from autograder.sandbox import SandboxUnavailable
from autograder.staff import SELFCHECK_SALT, SettingError, make_job
from autograder.testing import names_file
from autograder.upkeep import (
    LONGEST,
    NamingError,
    Sample,
    Share,
    ShareError,
    Tried,
    choose,
    draw_mistakes,
    draw_mutations,
    equivalent,
    mistakes_alike,
    name_mistake,
    read_judged,
    report_text,
    solve,
    stale_mistakes,
    try_all,
    write_mistakes,
)
from autograder.words import could_not

console = Console(highlight=False, soft_wrap=True)


def make_mistakes(course: Course, step: str | None, check: bool, jobs: int, backend: str) -> int:
    """`lmi mistakes`. 0 written (or as recorded), 1 not, 2 could not run."""
    chosen = _steps(course, step)
    try:
        job = make_job(course, [one.id for one in chosen], backend, None, 0)
    except (SandboxUnavailable, SaltError, SettingError) as error:
        return could_not(str(error))
    status = 0
    for one in chosen:
        solved = solve(course, one, job)
        if solved.report is None:
            return could_not(f"the solutions of step {one.id}: {solved.problem}")
        bank = list(draw_mistakes(course, one, job, jobs))
        drawn = [*bank, *draw_mutations(course, one, job, solved.report, bank, check, jobs)]
        problems = [f"{each.name}: {each.problem}" for each in drawn if each.problem]
        problems += stale_mistakes(course, one, drawn) if check else []
        for problem in problems:
            console.print(f"[red]✗[/] {escape(problem)}")
        status = 1 if problems else status
        if not check and not problems:
            count = write_mistakes(course, one, drawn, {e.id: e.seconds for e in solved.report.exercises})
            console.print(f"step {one.id}: {count} mistakes of {len(bank)} wrong solutions and of mutations")
        for exercise, group in mistakes_alike(course, one):
            console.print(f"  {exercise}, alike in public: {escape('; '.join(mistake.says for mistake in group))}")
    return status


def report_mistakes(
    course: Course,
    step: str | None,
    out: Path | None,
    mutations: int | None,
    share: str | None,
    longest: float | None,
    only_judged: bool,
    jobs: int,
    backend: str,
) -> int:
    """`lmi mistakes --report`. 0 written, 1 something could not be graded, 2 could not run."""
    chosen = _steps(course, step)
    if out is None:
        return could_not("say where to write the report: -o FILE")
    try:
        reasons, judged = equivalent(course), read_judged(course)
        only = frozenset(judged.messages) if only_judged else None
        sample = Sample(mutations, Share.parse(share) if share else Share(), longest or LONGEST, only)
        job = make_job(course, [one.id for one in chosen], backend, None, None)
    except (SandboxUnavailable, SaltError, SettingError, ShareError, ValueError, OSError) as error:
        return could_not(str(error))
    job = replace(job, salt=os.environ.get("LMI_SALT") or SELFCHECK_SALT)  # the same commit gives the same report
    tried: list[Tried] = []
    said: list[str] = []
    for one in chosen:
        tried += _try_step(course, one, job, sample, jobs, said)
    text = report_text(tried, reasons, _how(chosen, sample, said), judged)
    try:
        write_atomic(out, text)
    except OSError as error:
        return could_not(str(error))
    console.print(text[: text.index("## Each message")].rstrip(), markup=False)
    console.print(f"\nThe report is in {out}.", markup=False)
    return 1 if any(one.problem for one in tried) else 0


def name_group(course: Course, report: Path, exercise: str, says: str) -> int:
    """`lmi mistakes name`. 0 named, 2 could not."""
    wanted = course.exercise(exercise)
    file = report / RECORD if report.is_dir() else report
    try:
        result = next((one for one in load_report(file).exercises if one.id == wanted.id), None)
        if result is None:
            return could_not(f"{file}: {wanted.id} was not graded there")
        named = name_mistake(course, wanted, result, says)
    except (ReportError, NamingError, OSError) as error:
        return could_not(str(error))
    where = names_file(course, course.step_of(wanted)).relative_to(course.root)
    console.print(f"{where} holds it: {named_sentence(named.says)}", markup=False)
    console.print("`lmi report CLASS` writes it into the reports of all who do the same.", markup=False)
    return 0


def _try_step(course: Course, step: Step, job: Job, sample: Sample, jobs: int, said: list[str]) -> list[Tried]:
    chosen = choose(course, step, job, sample)
    if chosen.problem:
        return [Tried("reference", "", step.id, "mutation", "", problem=chosen.problem)]
    said.append(f"step {step.id}: {len(chosen.files)} and {len(chosen.mutants)}, {chosen.too_long} left out")
    with Progress(*Progress.get_default_columns()[:-1], TimeElapsedColumn(), TextColumn("{task.fields[id]}"),
                  console=console, transient=True) as bar:  # fmt: skip
        task = bar.add_task(f"step {step.id}", total=len(chosen.files) + len(chosen.mutants), id="")
        tried = []
        for one in try_all(course, step, job, chosen.files, chosen.mutants, jobs):
            tried.append(one)
            bar.update(task, advance=1, id=escape(one.id))
    return tried


def _how(steps: Sequence[Step], sample: Sample, said: Sequence[str]) -> str:
    """What was tried, and on what, in a few sentences."""
    most = "all" if sample.mutations is None else f"at most {sample.mutations}"
    return (
        f"Made by `lmi mistakes --report` on {date.today()} with Python {platform.python_version()}, from share "
        f"{sample.share} of the banks' wrong solutions of step {', '.join(step.id for step in steps)} and of the "
        f"mutations that no catalogue may hold ({most} of a step). What takes more than {sample.longest:g} seconds of "
        f"tests is left out: {'; '.join(said)}."
    )


def _steps(course: Course, step: str | None) -> list[Step]:
    return [course.step(step)] if step else list(course.steps)
