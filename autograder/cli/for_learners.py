"""`lmi` for learners: each command does its work in `study`, or packs a submission."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from autograder.cli.shared import LEARN, ExerciseArg, StepArg, app, here, stop


@app.command(rich_help_panel=LEARN)
def check(
    step: StepArg = None,
    exercise: Annotated[str | None, typer.Option("--exercise", "-e", help="Only this exercise.")] = None,
    json: Annotated[
        Path | None, typer.Option(resolve_path=True, help="Write what was found to this file, too.")
    ] = None,
) -> None:
    """Test your functions with the public tests.

    Exit status: 0 all passed, 1 not all, 2 could not run.
    """
    from autograder.study import check as run

    raise typer.Exit(run(here(), step, exercise, json))


@app.command(rich_help_panel=LEARN)
def watch(step: StepArg = None) -> None:
    """Test again whenever you save, and show the next exercise that fails.

    Keys: **h** a hint, **n** next exercise, **l** list, **q** quit.
    Exit status: 0, or 2 with a reason.
    """
    from autograder.study import watch as run

    raise typer.Exit(run(here(), step))


@app.command(rich_help_panel=LEARN)
def hint(
    exercise: ExerciseArg,
    number: Annotated[int | None, typer.Option(min=1, help="This hint, counted from 1.", show_default=False)] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every hint, the last of which nearly gives it away.")] = False,
) -> None:
    """Show the next hint for an exercise. Exit status: 0, or 2 with a reason."""
    from autograder.study import hint as run

    raise typer.Exit(run(here(), exercise, number, all_))


@app.command(rich_help_panel=LEARN)
def progress(step: StepArg = None) -> None:
    """Show how far you are, exercise by exercise, and what to do next. Exit status: 0, or 2 with a reason."""
    from autograder.study import show_progress

    raise typer.Exit(show_progress(here(), step))


@app.command(rich_help_panel=LEARN)
def reset(
    exercise: ExerciseArg,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Put back the stub of one exercise. Your version is kept in a backup. Exit status: 0, or 2 with a reason."""
    from autograder.study import reset as run

    raise typer.Exit(run(here(), exercise, yes))


@app.command(rich_help_panel=LEARN)
def submit(
    steps: Annotated[
        list[str] | None, typer.Argument(help="Steps to hand in. All when left out.", show_default=False)
    ] = None,
    out: Annotated[Path, typer.Option("--output", "-o", resolve_path=True, help="The zip to write.")] = Path(
        "submission.zip"
    ),
) -> None:
    """Pack what you wrote into one zip to hand in, and try what a notebook holds as it will be graded.

    Exit status: 0, or 2 with a reason.
    """
    from autograder.study import as_graded
    from autograder.submission import SubmitError, pack_submission

    course = here()
    try:
        packed = pack_submission(course, [course.step(step) for step in steps or [s.id for s in course.steps]], out)
    except (SubmitError, OSError) as error:
        stop(str(error))
    print(packed)
    for id, modules in packed.made.items():
        step = course.step(id)
        print(f"Trying step {id} as it will be graded (Ctrl-C leaves it; the zip is written) …", file=sys.stderr)
        begun = [exercise.id for exercise in step.exercises if exercise.id not in packed.not_started]
        print(as_graded(course, step, modules, begun))


@app.command(rich_help_panel=LEARN)
def live(
    step: StepArg = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = 8700,
) -> None:
    """Open the live experiments: serve them to this machine's browser.

    Exit status: 0, or 2 with a reason.
    """
    from autograder.study import live as run

    raise typer.Exit(run(here(), step, port))


@app.command(rich_help_panel=LEARN)
def doctor() -> None:
    """Say what this machine has, what the settings resolve to, and what is missing.

    Exit status: 0, or 2 when something that is needed is missing.
    """
    from autograder.course import CourseError
    from autograder.study import doctor as run

    try:
        course = here()
    except CourseError:
        raise typer.Exit(run(None)) from None
    raise typer.Exit(run(course))
