"""What both tables of commands need: the app, the course that one stands in, and options that several have."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

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


def stop(message: str) -> NoReturn:
    """End with one line on stderr and exit status 2."""
    print(message, file=sys.stderr)
    raise SystemExit(2)


def here() -> Course:
    """The course that one stands in. Raises CourseError when there is none or it has mistakes."""
    from autograder.course import find_root, load_course

    root = find_root()
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    return load_course(root)


def here_for_staff() -> Course:
    """The same, with solutions and hidden tests; ends with a word on it where it has none."""
    course = here()
    if not course.has_solutions:
        stop(
            "This is the learners' copy of the course, without solutions and hidden tests: "
            "run this in the staff's checkout."
        )
    return course


@app.callback()
def _about() -> None:
    """A course of small functions to write, tests that explain, and grading in a sandbox.

    Run these commands anywhere inside a course; `lmi new course DIR` begins one.
    """
