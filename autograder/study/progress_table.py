"""`lmi progress`: how far a learner is, exercise by exercise, and the next thing to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from autograder.course import Course, Exercise, Step, UnknownName
from autograder.study.check import sentence
from autograder.study.console import MARKS, make_console
from autograder.study.running import Run, run_tests
from autograder.testing import WORDS, describe_next, next_exercise
from autograder.words import could_not

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

WIDE = 110  # columns from which on titles fit in


def show_progress(course: Course, step: str | None = None) -> int:
    """Run the public tests quietly and show a table for each step; 0, or 2 when they could not be run."""
    console = make_console()
    try:
        steps = course.steps if step is None else (course.step(step),)
    except UnknownName as error:
        return could_not(sentence(error))
    run = _run(course, steps, console)
    if run.problem:
        return could_not(run.problem)
    for one in steps:
        console.print(_table(one, run, console.width), soft_wrap=False)
        console.print()
    console.print("\n".join([*_sum(steps, run), "", *_next(course, run)]))
    return 0


def _run(course: Course, steps: tuple[Step, ...], console: Console) -> Run:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Testing what you wrote", total=None)
        return run_tests(course, steps, on_test=lambda done, total: bar.update(task, completed=done, total=total))


def _table(step: Step, run: Run, width: int) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(title=f"Step {step.id}  {step.title}", title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    wide = width >= WIDE
    for heading in ("exercise", *([""] if wide else []), "status", "points", "level", "min"):
        justify: Literal["left", "right"] = "right" if heading in ("points", "min") else "left"
        table.add_column(heading, no_wrap=heading != "status", justify=justify)
    for exercise in step.exercises:
        mark, style = MARKS[run.status(exercise) or "not_started"]
        table.add_row(
            Text(f"{exercise.id}{' ★' if exercise.star else ''}"),
            *([exercise.title] if wide else []),
            Text(f"{mark} {_words(exercise, run)}", style),
            "bonus" if exercise.bonus else f"{exercise.points:g}",
            "●" * exercise.difficulty + "○" * (5 - exercise.difficulty),
            str(exercise.minutes),
        )
    return table


def _words(exercise: Exercise, run: Run) -> str:
    status = run.status(exercise)
    blockers = [id.removeprefix(f"{exercise.step}.") for id in exercise.requires if _unfinished(id, run)]
    if status == "blocked" and blockers:
        return f"blocked by {', '.join(blockers)}"
    return WORDS[status] if status else "no test ran"


def _unfinished(id: str, run: Run) -> bool:
    return any(finding.outcome != "passed" for finding in run.findings if finding.exercise == id)


def _sum(steps: tuple[Step, ...], run: Run) -> list[str]:
    counted = [exercise for step in steps for exercise in step.exercises if not exercise.bonus]
    done = [exercise for exercise in counted if run.status(exercise) == "passed"]
    worth, total = (sum(exercise.points for exercise in some) for some in (done, counted))
    minutes = sum(exercise.minutes for exercise in counted if exercise not in done)
    left = f", about {_time(minutes)} to go" if minutes else ""
    return [
        f"{len(done)} of {len(counted)} exercises pass their public tests: {worth:g} of {total:g} points{left}.",
        "★ marks the moment a step exists for. Grading adds hidden tests: passing here is a good sign, not the score.",
    ]


def _time(minutes: int) -> str:
    return f"{minutes} minutes" if minutes < 90 else f"{minutes / 60:.1f} hours"


def _next(course: Course, run: Run) -> list[str]:
    following = next_exercise(course, run.status)
    if following is None:
        return ["Everything here passes. lmi submit packs it."]
    return describe_next(course, following, run.status(following) or "not_started")
