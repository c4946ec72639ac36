"""`lmi`: the tables of commands. Each command does its work in the room that is named for it.

In comes a command line; out goes an exit status. Here stand the options and what `--help` says, and nothing else: no
command reads, grades or prints by itself.
"""

from __future__ import annotations

from autograder.cli import for_gradebook, for_learners, for_mistakes, for_staff
from autograder.cli.shared import STAFF, app, here, here_for_staff, stop
from autograder.export import export_app
from autograder.new import new_app

__all__ = ["app", "for_gradebook", "for_learners", "for_mistakes", "for_staff", "main"]

app.add_typer(export_app(here, here_for_staff), name="export", rich_help_panel=STAFF)
app.add_typer(new_app(here_for_staff), name="new", rich_help_panel=STAFF)


def main() -> None:
    """Run the command line; a mistake of the user's is one line on stderr and exit status 2."""
    from autograder.course import CourseError, UnknownName, about_course

    if about := about_course():
        app.info.help = f"{about}\n\nRun these commands anywhere inside the course."
    try:
        app()
    except CourseError as error:
        stop(str(error.problems[0] if len(error.problems) == 1 else error))
    except UnknownName as error:
        stop(str(error.args[0]))
