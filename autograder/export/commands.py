"""`lmi export`: the table of its commands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.course import Course

Steps = Annotated[str | None, typer.Option(help="Steps, such as 00,03.", show_default="all")]


def export_app(course: Callable[[], Course]) -> typer.Typer:
    """The commands; `course` finds the course when one of them runs."""
    app = typer.Typer(no_args_is_help=True, rich_markup_mode="markdown")

    @app.callback()
    def _about() -> None:
        """Hand the course, or what came of grading, to another platform. Exit status: 0, or 2 with a reason."""

    @app.command()
    def gradescope(
        out: Annotated[Path, typer.Option("--output", "-o", resolve_path=True, help="The zip to write.")],
        steps: Steps = None,
        hidden_tests: Annotated[
            str | None,
            typer.Option(
                help="When learners see what hidden tests said: **visible**, **after_due_date**, **after_published** "
                "or **hidden**. Left out: as [feedback] in course.toml says on the day of grading; after a date in it "
                "has come, regrade all submissions in Gradescope.",
                show_default="by course.toml",
            ),
        ] = None,
        sandbox: Annotated[
            str, typer.Option(help="**auto** takes the best that the container allows: bwrap, user, process.")
        ] = "auto",
    ) -> None:
        """Build the autograder zip to upload to a Gradescope programming assignment. It holds the hidden tests."""
        from autograder.export.gradescope import export

        raise typer.Exit(export(course(), out, steps, hidden_tests, sandbox))

    @app.command()
    def classroom(
        reports: Annotated[
            list[Path] | None,
            typer.Argument(
                metavar="[REPORT.json…]",
                resolve_path=True,
                help="What `lmi check --json` or `lmi grade` wrote. Left out: the public tests run now.",
                show_default=False,
            ),
        ] = None,
        out: Annotated[
            Path | None,
            typer.Option("--output", "-o", resolve_path=True, help="A folder for the results and the summary."),
        ] = None,
        steps: Steps = None,
    ) -> None:
        """Report points for each exercise as GitHub Classroom's graders do, and as a job summary in Markdown.

        In a GitHub workflow the results go to the step's outputs (GITHUB_OUTPUT: step00, step01, …) and the summary
        to the job's (GITHUB_STEP_SUMMARY); with -o to files as well; else the summary is printed.
        """
        from autograder.export.classroom import export

        raise typer.Exit(export(course(), reports or [], out, steps))

    return app
