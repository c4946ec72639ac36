"""`lmi export`: the table of its commands."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from autograder.course import Course

Steps = Annotated[str | None, typer.Option(help="Steps, such as 00,03.", show_default="all")]
Reports = Annotated[
    list[Path], typer.Argument(resolve_path=True, help="Folders that `lmi grade` wrote, or report.json files.")
]
Table = Annotated[Path, typer.Option("--output", "-o", resolve_path=True, help="The CSV file to write.")]
GradedSteps = Annotated[
    str | None, typer.Option("--steps", help="Steps whose points count, such as 00,03.", show_default="all graded")
]
Exercises = Annotated[bool, typer.Option("--exercises", help="A column for each exercise, too.")]
OutOf = Annotated[float | None, typer.Option(help="Scale, so that full marks are this many points.")]
ClassGradebook = Annotated[
    str | None,
    typer.Option(
        help="The class's gradebook, a URL or a path, which says what counts.",
        show_default="gradebook.sqlite beside the reports",
    ),
]
Names = Annotated[
    Path | None,
    typer.Option(
        resolve_path=True,
        help="A CSV file that says whose submissions are: columns submission and ID (in Moodle the participant's "
        "number). An empty ID leaves one out.",
    ),
]

Sandbox = Annotated[str, typer.Option(help="**auto** takes the best that works where it grades: bwrap, user, process.")]


def export_app(course: Callable[[], Course], staff_course: Callable[[], Course]) -> typer.Typer:
    """The commands; `course` finds the course when one of them runs, `staff_course` one with hidden tests."""
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
        sandbox: Sandbox = "auto",
    ) -> None:
        """Build the autograder zip to upload to a Gradescope programming assignment. It holds the hidden tests."""
        from autograder.export.gradescope import export

        raise typer.Exit(export(staff_course(), out, steps, hidden_tests, sandbox))

    @app.command()
    def otter(
        out: Annotated[Path, typer.Option("--output", "-o", resolve_path=True, help="A folder for the bundles.")],
        steps: Steps = None,
        sandbox: Sandbox = "auto",
    ) -> None:
        """Build a bundle for Otter-Grader of each step, with `otter generate`. They hold the hidden tests."""
        from autograder.export.otter import export

        raise typer.Exit(export(staff_course(), out, steps, sandbox))

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

    @app.command()
    def csv(
        reports: Reports,
        out: Table,
        steps: GradedSteps = None,
        exercises: Exercises = False,
        class_gradebook: ClassGradebook = None,
    ) -> None:
        """Write a plain table: submission, points of each step, total and maximum."""
        from autograder.export.grades import run
        from autograder.export.grades_csv import export

        raise typer.Exit(run(lambda: export(reports, out, steps, exercises, class_gradebook)))

    @app.command()
    def canvas(
        reports: Reports,
        out: Table,
        gradebook: Annotated[
            Path, typer.Option(resolve_path=True, help="The CSV file that Canvas exports in Grades > Export.")
        ],
        assignment: Annotated[str, typer.Option(help="Its column, such as 'Step 00 (12345)', or title or id alone.")],
        steps: GradedSteps = None,
        out_of: OutOf = None,
        names: Names = None,
        class_gradebook: ClassGradebook = None,
    ) -> None:
        """Write one assignment's grades for Grades > Import in Canvas.

        A submission belongs to the student whose id is in the name that Canvas gave the file (NAME_ID_FILE_…), or whose
        SIS Login ID or SIS User ID is its name. Where one is not exactly one student's, nothing is written.
        The file holds the students with a grade here and no other column: Canvas leaves the rest as it is.
        """
        from autograder.export.canvas import export
        from autograder.export.grades import run

        raise typer.Exit(
            run(lambda: export(reports, gradebook, assignment, out, steps, out_of, names, class_gradebook))
        )

    @app.command()
    def moodle(
        reports: Reports,
        out: Table,
        worksheet: Annotated[
            Path,
            typer.Option(
                resolve_path=True,
                help="The CSV file of Download grading worksheet, with Moodle in English. The assignment's feedback "
                "types have to include Offline grading worksheet.",
            ),
        ],
        steps: GradedSteps = None,
        out_of: OutOf = None,
        names: Names = None,
        pages: Annotated[
            Path | None,
            typer.Option(
                resolve_path=True,
                help="Write this zip, too: each learner's report.html, for “Upload multiple feedback files in a zip”.",
            ),
        ] = None,
        class_gradebook: ClassGradebook = None,
    ) -> None:
        """Fill grades and short comments into an assignment's grading worksheet, to upload in Moodle.

        A submission belongs to the participant whose number is in the name that Moodle gave its folder or file
        (NAME_123_assignsubmission_file). Where one is not exactly one participant's, nothing is written. Comments that
        are there already stay, and so does all else.
        """
        from autograder.export.grades import run
        from autograder.export.moodle import export

        how = (steps, out_of, names, pages)
        raise typer.Exit(run(lambda: export(reports, worksheet, out, *how, course().feedback, class_gradebook)))

    return app
