"""`lmi` for staff: each command does its work in `staff`, or in the room that is named for it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from autograder.cli.shared import STAFF, Jobs, Out, Sandbox, StepArg, app, here, here_for_staff, stop


@app.command(rich_help_panel=STAFF)
def grade(
    submissions: Annotated[
        list[Path],
        typer.Argument(resolve_path=True, help="Folders, .zip or .ipynb files; a folder of these is a class."),
    ],
    out: Out,
    steps: Annotated[str | None, typer.Option(help="Steps to grade, such as 00,03.", show_default="all")] = None,
    jobs: Jobs = 1,
    dask: Annotated[str | None, typer.Option(help="Grade on the Dask cluster at this address.")] = None,
    seed: Annotated[
        int | None, typer.Option(help="Draw hidden inputs from this seed: a report's, to get it again.")
    ] = None,
    sandbox: Sandbox = "bwrap",
    regrade: Annotated[bool, typer.Option("--regrade", help="Grade again what is graded already, too.")] = False,
    gradebook: Annotated[
        str | None,
        typer.Option(
            help="Keep the record there: a path for SQLite, or postgresql://USER@HOST/NAME, a database for each class.",
            show_default="gradebook.sqlite in the folder",
        ),
    ] = None,
) -> None:
    """Grade submissions with the public and the hidden tests, each in a sandbox.

    What was graded into the same folder before is taken from there, as long as nothing has changed that its result
    depends on: so after an interruption the same command goes on with the rest.

    Writes report.json and staff.html, and to hand back report.html, report.md and results.json (Gradescope), for each
    submission; grades.csv, index.html and gradebook.sqlite for all that are in the folder: grading more into it adds to
    the class, and replaces what has the same name. not_graded.txt says why one has no report. [feedback] in course.toml
    says what learners see of hidden tests.

    Exit status: 0 all were graded, whatever their scores; 1 some could not be graded; 2 could not run.
    """
    from autograder.staff import grade_submissions

    raise typer.Exit(
        grade_submissions(here_for_staff(), submissions, out, steps, jobs, dask, seed, sandbox, regrade, gradebook)
    )


@app.command(rich_help_panel=STAFF)
def report(
    reports: Annotated[
        list[Path], typer.Argument(resolve_path=True, help="Folders that `lmi grade` wrote, or report.json files.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            resolve_path=True,
            show_default="beside each report.json",
            help="A folder for what is handed back, and nothing else.",
        ),
    ] = None,
    hidden_tests: Annotated[
        str | None,
        typer.Option(
            help="What learners see of hidden tests, now: **nothing**, **names** or **messages**.",
            show_default="by course.toml",
        ),
    ] = None,
) -> None:
    """Write report.html, report.md and results.json again, by what learners may see of hidden tests now.

    Nothing is graded: they come from report.json, and their pictures from the report.html beside it. staff.html is
    written again, too. [feedback] in course.toml says what learners see. A mistake that `lmi mistakes name` has named
    since is said.
    Exit status: 0 all were written, 1 some could not be, 2 could not run.
    """
    from autograder.staff import render_reports

    raise typer.Exit(render_reports(here(), reports, out, hidden_tests))


@app.command(rich_help_panel=STAFF)
def demo(out: Out = Path("demo-report"), jobs: Jobs = 1, sandbox: Sandbox = "bwrap") -> None:
    """Grade the bundled sample class and say where the report is.

    Exit status: 0 all were graded, 1 some could not be graded, 2 could not run.
    """
    from autograder.staff import grade_samples

    raise typer.Exit(grade_samples(here_for_staff(), out, jobs, sandbox))


@app.command(rich_help_panel=STAFF)
def release(
    out: Annotated[
        Path, typer.Option("--output", "-o", resolve_path=True, help="The learners' copy; new or an earlier release.")
    ],
    repository: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Where learners will find it, https://github.com/ORG/REPO: the notebooks then open on Colab.",
            show_default=False,
        ),
    ] = None,
    otter: Annotated[
        bool, typer.Option("--otter", help="Notebooks check with Otter-Grader's `grader.check` and hand in with it.")
    ] = False,
) -> None:
    """Write the learners' copy of the course: stubs, lessons and public tests, and nothing that gives them away.

    Exit status: 0, or 2 with a reason.
    """
    from autograder.release import ReleaseError
    from autograder.release import release as run

    try:
        run(here(), out, repository, otter=otter)
    except (ReleaseError, OSError) as error:
        stop(str(error))
    print(f"The learners' copy is in {out}.")


@app.command(rich_help_panel=STAFF)
def site(
    out: Annotated[Path, typer.Option("--output", "-o", resolve_path=True, help="The site; new or an earlier one.")],
    staff: Annotated[bool, typer.Option("--staff", help="Add the guide for staff.")] = False,
    execute: Annotated[
        bool, typer.Option("--execute", help="Run the notebooks on the solutions first: minutes for each.")
    ] = False,
    no_live_data: Annotated[
        bool, typer.Option("--no-live-data", help="Leave out what live experiments load; their pages are there.")
    ] = False,
    repository: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="Where learners find their copy, https://github.com/ORG/REPO.", show_default=False
        ),
    ] = None,
) -> None:
    """Write the course as pages for a browser: lessons, exercises, notebooks, live experiments.

    They load nothing from elsewhere and can be read without a web server, but for the live experiments. A learners'
    copy makes the same pages as the staff's.
    Exit status: 0, 1 when the pages are written and some links in them lead nowhere, 2 with a reason.
    """
    from autograder.site import SiteError, build_site

    try:
        problems = build_site(
            here(), out, live_data=not no_live_data, execute=execute, staff=staff, repository=repository
        )
    except (SiteError, OSError) as error:
        stop(str(error))
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"The site is in {out}: open {out / 'index.html'}.")
    raise typer.Exit(1 if problems else 0)


@app.command(rich_help_panel=STAFF)
def selfcheck(
    steps: Annotated[
        list[str] | None, typer.Argument(help="Steps to check. All when left out.", show_default=False)
    ] = None,
    jobs: Jobs = 1,
    sandbox: Sandbox = "bwrap",
    quick: Annotated[
        bool,
        typer.Option(
            "--quick",
            help="Grade each solution on its own exercise alone, with one thread, a few wrong ones for each exercise.",
        ),
    ] = False,
    share: Annotated[
        str | None,
        typer.Option(
            metavar="K/N",
            help="Only the K-th of N shares of the banks and the recorded numbers; N runs, 1/N to N/N, check all.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Check the course itself.

    The reference must score full marks and the stubs nothing; right solutions must pass, with 1 and 2 threads; wrong
    ones must fail where they are wrong and nowhere else; stubs must be in step with the solutions and checkpoints must
    come out as recorded. Hidden inputs are the same every time; LMI_SALT draws others.
    Exit status: 0 sound, 1 not, 2 could not run.
    """
    from autograder.staff import check_course

    raise typer.Exit(check_course(here_for_staff(), steps, jobs, sandbox, quick, share))


@app.command(rich_help_panel=STAFF)
def checkpoints(
    write: Annotated[bool, typer.Option("--write", help="Record what comes out now.")] = False,
    step: StepArg = None,
) -> None:
    """Compute the recorded numbers again and compare. Exit status: 0 as recorded, 1 not, 2 could not run."""
    from autograder.staff import check_checkpoints

    raise typer.Exit(check_checkpoints(here_for_staff(), step, write))


@app.command(rich_help_panel=STAFF)
def stubs(
    check_: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 when a stub is out of step.")] = False,
) -> None:
    """Make the stubs in exercises/ again from the solutions in reference/. Exit status: 0, or 1 when out of step."""
    from autograder.staff import make_stubs

    raise typer.Exit(make_stubs(here_for_staff(), check_))


@app.command(rich_help_panel=STAFF)
def figures(
    step: StepArg = None,
    check_: Annotated[
        bool, typer.Option("--check", help="Draw nothing; exit 1 when a figure is missing, stale or not shown.")
    ] = False,
) -> None:
    """Draw the lessons' figures from the solutions and the shipped models, where they are missing or out of date.

    Each function of reference/figures/stepNN.py draws one, into exercises/stepNN_name/figures/.
    Exit status: 0, or 1 when one could not be drawn, is out of date, or a lesson does not show what it should.
    """
    from autograder.staff import make_figures

    raise typer.Exit(make_figures(here_for_staff(), step, check_))
