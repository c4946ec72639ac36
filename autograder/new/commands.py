"""`lmi new`: the table of its commands."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from autograder.course import Course


def new_app(staff_course: Callable[[], Course]) -> typer.Typer:
    """The commands; `staff_course` finds the course to which a step is added, with its solutions."""
    app = typer.Typer(no_args_is_help=True, rich_markup_mode="markdown")

    @app.callback()
    def _about() -> None:
        """Begin a course, or a step of one, that works as it is. Exit status: 0, or 2 with a reason."""

    @app.command()
    def course(
        folder: Annotated[Path, typer.Argument(metavar="DIR", resolve_path=True, help="New, or empty.")],
        title: Annotated[
            str | None, typer.Option(help="The course's title.", show_default="from the folder's name")
        ] = None,
        step: Annotated[str, typer.Option(help="The title of its first step.")] = "First step",
    ) -> None:
        """Write a course of one step with one exercise, to change into your own. Exit status: 0, or 2 with a reason."""
        from autograder.new.make import new_course

        raise typer.Exit(_say(lambda: _about_course(folder, new_course(folder, title, step))))

    @app.command()
    def step(
        id: Annotated[str | None, typer.Option(help="Such as 03 or A.", show_default="the next number")] = None,
        title: Annotated[str | None, typer.Option(help="The step's title.", show_default="Step ID")] = None,
        folder: Annotated[
            str | None, typer.Option(help="Below exercises/.", show_default="from id and title: step03_the_title")
        ] = None,
    ) -> None:
        """Add a step with one exercise to this course, and to its list of steps. Exit status: 0, or 2 with a reason."""
        from autograder.new.make import new_step

        raise typer.Exit(_say(lambda: _about_step(new_step(staff_course(), id, title, folder))))

    return app


def _say(made: Callable[[], str]) -> int:
    from autograder.new.make import NewError

    try:
        print(made())
    except NewError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _about_course(place: Path, course: Course) -> str:
    step = course.steps[0]
    return f"""The course “{course.title}” is in {place}: step {step.id}, with one exercise, {course.exercises[0].id}.
In that folder:
  lmi selfcheck   the course checks itself
  pytest          what a learner sees
  README.md       what lies where"""


def _about_step(course: Course) -> str:
    step = course.steps[-1]
    return f"""Step {step.id}, “{step.title}”, is in the course, with one exercise, {step.exercises[0].id}:
  grading_configs/step{step.id}.toml
  reference/{step.folder}, exercises/{step.folder}
  tests/public/step{step.id}, tests/hidden/step{step.id}, tests/banks/step{step.id}
`lmi selfcheck {step.id}` checks it."""
