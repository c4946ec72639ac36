"""What staff's commands do: run the rooms' functions, show progress, end with where to look."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from autograder.course import Course, audit_course
from autograder.grading import (
    ClassResult,
    ClusterError,
    Job,
    Named,
    Names,
    Outcome,
    Pace,
    SaltError,
    claimed,
    grade_class,
    interruptible,
    keep_names,
    name_each,
    read_salt,
    summary,
)
from autograder.sandbox import SandboxUnavailable, launch
from autograder.submission import Class, Found, SubmissionError
from autograder.words import could_not

console = Console(highlight=False, soft_wrap=True)  # paths and grades stay on their lines
INTERRUPTED = 130  # as a shell has it for Ctrl-C
MOST_NOTES = 10
SELFCHECK_SALT = "alpha"  # LMI_SALT tries other hidden inputs


def grade_submissions(
    course: Course,
    paths: Sequence[Path],
    out: Path,
    steps: str | None,
    jobs: int,
    dask: str | None,
    seed: int | None,
    backend: str,
    regrade: bool = False,
    gradebook: str | None = None,
) -> int:
    """`lmi grade`. 0 all graded, 1 some could not be graded, 2 could not run."""
    from autograder.grading import GradebookError
    from autograder.submission import find_class

    chosen = [step.id for step in course.steps_named(steps)]
    try:
        handed = find_class(paths, course, out.resolve())
    except (SubmissionError, OSError) as error:
        return could_not(str(error))
    if not handed.found:
        return could_not(f"there is no submission in {', '.join(map(str, paths))}")
    try:
        out.mkdir(mode=0o700 if backend == "user" else 0o777, parents=True, exist_ok=True)
        job = make_job(course, chosen, backend, out, seed, [*paths, out])
        job = replace(job, regrade=regrade, gradebook=gradebook)
    except (SandboxUnavailable, SaltError, SettingError, OSError) as error:
        return could_not(str(error))
    if problems := audit_course(course):
        return could_not("\n".join(map(str, problems)))
    try:
        with interruptible(), claimed(out.resolve(), job.run):
            result, seconds = _grade_handed(handed, job, jobs, dask)
    except KeyboardInterrupt:
        said = f"What was graded before is kept in {out}: the same command goes on from there."
        print(f"Interrupted. {said}", file=sys.stderr)
        return INTERRUPTED
    except (ClusterError, GradebookError, OSError) as error:
        return could_not(str(error))
    return _tell(result, out, seconds)


def _grade_handed(handed: Class, job: Job, jobs: int, dask: str | None) -> tuple[ClassResult, float]:
    """The class as graded now, and how long that took."""
    assert job.out is not None
    names = name_each([(one.name, one.paths[0]) for one in handed.found], job.out)
    _tell_first(handed, names)
    keep_names(names.given, [one.paths[0] for one in handed.found], job.out)
    named = [(name, _source(one)) for name, one in zip(names.given, handed.found, strict=True)]
    started = time.monotonic()
    return _grade_with_bar(named, job, jobs, dask), time.monotonic() - started


def render_reports(course: Course, reports: Sequence[Path], out: Path | None, hidden_tests: str | None) -> int:
    """`lmi report`. 0, 1 when some could not be rendered, 2 when nothing could be begun."""
    from autograder.grading import name_again
    from autograder.report import ReportError, render_again

    with suppress(ReportError, OSError):  # which is said when they are rendered
        name_again(course, reports)
    return render_again(reports, out, course.feedback, hidden_tests)


def grade_samples(course: Course, out: Path, jobs: int, backend: str) -> int:
    """`lmi demo`: the bundled sample class, graded like any other."""
    from autograder.upkeep import SampleError, write_samples

    with tempfile.TemporaryDirectory(prefix="lmi-demo-") as folder:
        handed_in = Path(folder) / "sample-class"  # called the same each time: what was graded once is taken
        try:
            samples = write_samples(course, handed_in)
        except (SampleError, OSError) as error:
            return could_not(str(error))
        console.print("The sample class:")
        for sample in samples:
            console.print(f"  [bold]{sample.name:<8}[/] {escape(sample.about)}")
        console.print()
        return grade_submissions(course, [handed_in], out, None, jobs, None, None, backend)


def check_course(
    course: Course, steps: Sequence[str] | None, jobs: int, backend: str, quick: bool, share: str | None = None
) -> int:
    """`lmi selfcheck`. 0 sound, 1 not, 2 could not run."""
    from autograder.upkeep import Share, ShareError, selfcheck

    chosen = [course.step(step) for step in steps] if steps else list(course.steps)
    try:
        part = Share.parse(share) if share else None
        job = make_job(course, [step.id for step in chosen], backend, None, None)
    except (SandboxUnavailable, SaltError, SettingError, ShareError) as error:
        return could_not(str(error))
    job = replace(job, salt=os.environ.get("LMI_SALT") or SELFCHECK_SALT)  # the same commit gives the same findings
    checked = skipped = 0
    wrong: list[str] = []
    for finding in selfcheck(course, chosen, job, jobs, quick, part):
        checked += 1
        skipped += finding.skipped
        if finding.problem:
            wrong.append(f"[red]✗[/] {escape(finding.what)}: {escape(finding.problem)}")
            console.print(wrong[-1])
        else:
            console.print(
                f"[{'dim' if finding.skipped else 'green'}]{'–' if finding.skipped else '✓'}[/] {escape(finding.what)}"
            )
    verdict = "[red]not sound[/]" if wrong else "[green]sound[/]"
    only = f" (share {part} of the banks and the recorded numbers)" if part else ""
    if wrong:  # once more, for those who see only the end of a long list
        console.print("\nWhat failed:", *wrong, sep="\n")
    console.print(f"\nThe course is {verdict}: {checked} checks, {len(wrong)} failed, {skipped} skipped{only}.")
    return 1 if wrong else 0


def check_checkpoints(course: Course, step: str | None, write_them: bool) -> int:
    """`lmi checkpoints`. 0 as recorded (or written), 1 not."""
    from autograder.testing import CheckpointError, verify_checkpoints, write_checkpoints

    chosen = [course.step(step).id] if step else [s.id for s in course.steps]
    try:
        results = (write_checkpoints if write_them else verify_checkpoints)(course.root, chosen)
    except (CheckpointError, OSError) as error:
        return could_not(str(error))
    for result in results:
        console.print(f"{result.status:<9} {escape(result.name)}  {escape(result.message)}")
    return 0 if all(result.status in ("ok", "skipped", "written") for result in results) else 1


def make_stubs(course: Course, check: bool) -> int:
    """`lmi stubs`. 0 in step (or written), 1 out of step."""
    from autograder.upkeep import stale_stubs, write_stubs

    stale = stale_stubs(course)
    for path, why in stale:
        console.print(f"{escape(str(path))}: {escape(why)}")
    if not check:
        write_stubs(course)
    console.print("The stubs are in step with the solutions." if not stale or not check else "")
    return 1 if stale and check else 0


def make_figures(course: Course, step: str | None, check: bool) -> int:
    """`lmi figures`. 0 drawn and shown, 1 not."""
    from autograder.upkeep import draw_figures, figure_problems, galleries

    found = galleries(course, [course.step(step)] if step else None)
    if not found:
        console.print("There are no figures to draw: no module in reference/figures is named for a step here.")
        return 0
    failed = 0
    for gallery in found:
        for one in () if check else draw_figures(course, gallery):
            name = escape(one.file.relative_to(course.root).as_posix())
            failed += one.problem is not None
            if one.problem:
                console.print(f"[red]✗[/] {name}: {escape(one.problem)}")
            elif one.drawn:
                console.print(f"[green]✓[/] {name}  {one.file.stat().st_size / 1024:.0f} KB")
        for problem in (problems := figure_problems(course, gallery)):
            console.print(f"[red]✗[/] {escape(problem)}")
        failed += len(problems)
        if not problems:
            console.print(f"The figures of {gallery.name} are up to date, and shown.")
    return 1 if failed else 0


def make_job(
    course: Course,
    steps: Sequence[str],
    backend: str,
    out: Path | None,
    seed: int | None,
    private: Sequence[Path] = (),
) -> Job:
    """The Job for these settings; `private`: what no submission may reach.

    Raises SandboxUnavailable when this machine has no such sandbox, or one that cannot keep from them what is private.
    """
    kept = tuple(path.resolve() for path in private)
    launch(backend, course.root, course.kit, 1, kept).discard()
    threads = _chosen_threads() or 1  # several would wait for each other on a busy machine
    salt, where = read_salt(course.root), out.resolve() if out else None
    return Job(course.root, where, tuple(steps), backend, threads, salt, seed, private=kept)


class SettingError(Exception):
    """A setting of the environment is not what it should be."""


def _chosen_threads() -> int:
    text = os.environ.get("LMI_THREADS") or "0"
    if not text.isdecimal():
        raise SettingError(
            f"LMI_THREADS is {text!r}, which is not a number of threads: set it to 1 or more, or unset it"
        )
    return int(text)


def _grade_with_bar(named: Sequence[Named], job: Job, jobs: int, dask: str | None) -> ClassResult:
    if job.backend == "process":
        console.print("[bold red]Not isolated:[/] submissions run with your rights and can read your files.\n")
    columns = (
        TextColumn("grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    progress = Pace(len(named))
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=len(named))

        def done(outcome: Outcome) -> None:
            progress.add(outcome)
            bar.update(task, advance=1, description=escape(f"{progress}  {outcome.name}"))

        return grade_class(named, job, jobs, dask, done, lambda text: bar.console.print(escape(text)))


def _source(found: Found) -> Path | tuple[Path, ...] | SubmissionError:
    if found.problem:
        return SubmissionError(found.problem)
    return found.paths if len(found.paths) > 1 else found.paths[0]


def _tell_first(handed: Class, names: Names) -> None:
    """What staff should know before: what is no learner's, and which names are not as files are called."""
    if handed.left_out:
        console.print(f"Left out, for no learner handed it in: {_listed([path.name for path in handed.left_out])}")
    for note in names.notes[:MOST_NOTES]:
        console.print(escape(note))
    if (more := len(names.notes) - MOST_NOTES) > 0:
        console.print(f"… and {more} more like these.")


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_NOTES
    return escape(", ".join(names[:MOST_NOTES]) + (f" and {more} more" if more > 0 else ""))


def _tell(result: ClassResult, out: Path, seconds: float) -> int:
    width = max(len(outcome.name) for outcome in result.outcomes)
    for graded in result.graded:
        said = ", ".join(f"{count} {status.replace('_', ' ')}" for status, count in sorted(graded.counts.items()))
        console.print(f"  {escape(graded.submission):<{width}}  {graded.score:6.1f} / {graded.max_score:g}   {said}")
    for name, problem in result.failures.items():
        console.print(f"  {escape(name):<{width}}  [red]not graded:[/] {escape(problem)}")
    if (result.graded_in_all, result.failed_in_all) != (len(result.graded), len(result.failures)):
        not_graded = f", and {result.failed_in_all} not" if result.failed_in_all else ""
        console.print(
            f"\n{len(result.graded)} graded now; {result.graded_in_all} in all{not_graded}: the class holds what "
            "earlier runs graded into this folder, too."
        )
    for line in summary(result, seconds):
        console.print(f"\n{escape(line)}")
    where = escape(f"The class: {out / 'index.html'}   grades: {out / 'grades.csv'}")
    console.print(f"\n{where}")
    return 1 if result.failures else 0
