"""`lmi`: the table of commands. Each does its work in the room that is named for it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from autograder.export import export_app

if TYPE_CHECKING:
    from autograder.course import Course

app = typer.Typer(
    no_args_is_help=True, add_completion=False, rich_markup_mode="markdown", pretty_exceptions_enable=False
)

StepArg = Annotated[str | None, typer.Argument(help="A step, such as 00. All steps when left out.", show_default=False)]
ExerciseArg = Annotated[str, typer.Argument(metavar="ID", help="An exercise, such as 00.logits.")]
Out = Annotated[
    Path, typer.Option("--output", "-o", resolve_path=True, help="Where to write; made when it is not there.")
]
Sandbox = Annotated[
    str,
    typer.Option(
        help="**bwrap** isolates. **user** does it by permissions, in a container where you are root and "
        "bubblewrap may not work. **process** only limits; reports say so."
    ),
]
Jobs = Annotated[int, typer.Option("--jobs", "-j", min=1, help="Processes that grade side by side.")]
LEARN, STAFF = "For learners", "For staff"


def main() -> None:
    """Run the command line; a mistake of the user's is one line on stderr and exit status 2."""
    from autograder.course import CourseError, UnknownName

    try:
        app()
    except CourseError as error:
        _stop(str(error.problems[0] if len(error.problems) == 1 else error))
    except UnknownName as error:
        _stop(str(error.args[0]))


def _stop(message: str) -> NoReturn:
    print(message, file=sys.stderr)
    raise SystemExit(2)


def _course() -> Course:
    from autograder.course import find_root, load_course

    root = find_root()
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    return load_course(root)


def _staff_course() -> Course:
    course = _course()
    if not course.has_solutions:
        _stop(
            "This is the learners' copy of the course, without solutions and hidden tests: "
            "run this in the staff's checkout."
        )
    return course


@app.callback()
def _about() -> None:
    """Learn mechanistic interpretability by doing: six famous experiments, each a set of small functions to write.

    Run these commands anywhere inside the course.
    """


# ---------------------------------------------------------------- learners


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

    raise typer.Exit(run(_course(), step, exercise, json))


@app.command(rich_help_panel=LEARN)
def watch(step: StepArg = None) -> None:
    """Test again whenever you save, and show the next exercise that fails.

    Keys: **h** a hint, **n** next exercise, **l** list, **q** quit.
    Exit status: 0, or 2 with a reason.
    """
    from autograder.study import watch as run

    raise typer.Exit(run(_course(), step))


@app.command(rich_help_panel=LEARN)
def hint(
    exercise: ExerciseArg,
    number: Annotated[int | None, typer.Option(min=1, help="This hint, counted from 1.", show_default=False)] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every hint, the last of which nearly gives it away.")] = False,
) -> None:
    """Show the next hint for an exercise. Exit status: 0, or 2 with a reason."""
    from autograder.study import hint as run

    raise typer.Exit(run(_course(), exercise, number, all_))


@app.command(rich_help_panel=LEARN)
def progress(step: StepArg = None) -> None:
    """Show how far you are, exercise by exercise, and what to do next. Exit status: 0, or 2 with a reason."""
    from autograder.study import show_progress

    raise typer.Exit(show_progress(_course(), step))


@app.command(rich_help_panel=LEARN)
def reset(
    exercise: ExerciseArg,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Put back the stub of one exercise. Your version is kept in a backup. Exit status: 0, or 2 with a reason."""
    from autograder.study import reset as run

    raise typer.Exit(run(_course(), exercise, yes))


@app.command(rich_help_panel=LEARN)
def submit(
    steps: Annotated[
        list[str] | None, typer.Argument(help="Steps to hand in. All when left out.", show_default=False)
    ] = None,
    out: Annotated[Path, typer.Option("--output", "-o", resolve_path=True, help="The zip to write.")] = Path(
        "submission.zip"
    ),
) -> None:
    """Pack what you wrote into one zip to hand in. Exit status: 0, or 2 with a reason."""
    from autograder.submission import SubmitError, pack_submission

    course = _course()
    try:
        packed = pack_submission(course, [course.step(step) for step in steps or [s.id for s in course.steps]], out)
    except (SubmitError, OSError) as error:
        _stop(str(error))
    print(packed)


@app.command(rich_help_panel=LEARN)
def doctor() -> None:
    """Say what this machine has, what the settings resolve to, and what is missing.

    Exit status: 0, or 2 when something that is needed is missing.
    """
    from autograder.course import CourseError
    from autograder.study import doctor as run

    try:
        course = _course()
    except CourseError:
        raise typer.Exit(run(None)) from None
    raise typer.Exit(run(course))


# ---------------------------------------------------------------- staff


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
) -> None:
    """Grade submissions with the public and the hidden tests, each in a sandbox.

    Writes report.json and staff.html, and to hand back report.html, report.md and results.json (Gradescope), for each
    submission; grades.csv, index.html and gradebook.sqlite for all that are in the folder: grading more into it adds to
    the class, and replaces what has the same name. not_graded.txt says why one has no report. [feedback] in course.toml
    says what learners see of hidden tests.

    Exit status: 0 all were graded, whatever their scores; 1 some could not be graded; 2 could not run.
    """
    from autograder.staff import grade_submissions

    raise typer.Exit(grade_submissions(_staff_course(), submissions, out, steps, jobs, dask, seed, sandbox))


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
    written again, too. [feedback] in course.toml says what learners see.
    Exit status: 0 all were written, 1 some could not be, 2 could not run.
    """
    from autograder.report import render_again

    raise typer.Exit(render_again(reports, out, _course().feedback, hidden_tests))


@app.command(rich_help_panel=STAFF)
def demo(out: Out = Path("demo-report"), jobs: Jobs = 1, sandbox: Sandbox = "bwrap") -> None:
    """Grade the bundled sample class and say where the report is.

    Exit status: 0 all were graded, 1 some could not be graded, 2 could not run.
    """
    from autograder.staff import grade_samples

    raise typer.Exit(grade_samples(_staff_course(), out, jobs, sandbox))


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
        run(_course(), out, repository, otter=otter)
    except (ReleaseError, OSError) as error:
        _stop(str(error))
    print(f"The learners' copy is in {out}.")


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
) -> None:
    """Check the course itself.

    The reference must score full marks and the stubs nothing; right solutions must pass, with 1 and 2 threads; wrong
    ones must fail where they are wrong and nowhere else; stubs must be in step with the solutions and checkpoints must
    come out as recorded. Hidden inputs are the same every time; LMI_SALT draws others.
    Exit status: 0 sound, 1 not, 2 could not run.
    """
    from autograder.staff import check_course

    raise typer.Exit(check_course(_staff_course(), steps, jobs, sandbox, quick))


@app.command(rich_help_panel=STAFF)
def checkpoints(
    write: Annotated[bool, typer.Option("--write", help="Record what comes out now.")] = False,
    step: StepArg = None,
) -> None:
    """Compute the recorded numbers again and compare. Exit status: 0 as recorded, 1 not, 2 could not run."""
    from autograder.staff import check_checkpoints

    raise typer.Exit(check_checkpoints(_staff_course(), step, write))


@app.command(rich_help_panel=STAFF)
def stubs(
    check_: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 when a stub is out of step.")] = False,
) -> None:
    """Make the stubs in exercises/ again from the solutions in reference/. Exit status: 0, or 1 when out of step."""
    from autograder.staff import make_stubs

    raise typer.Exit(make_stubs(_staff_course(), check_))


app.add_typer(export_app(_course, _staff_course), name="export", rich_help_panel=STAFF)


if __name__ == "__main__":
    main()
