"""`lmi gradebook`: the table of its commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder.cli.shared import STAFF, app, here, stop

book = typer.Typer(no_args_is_help=True, rich_markup_mode="markdown")
app.add_typer(book, name="gradebook", rich_help_panel=STAFF)

Reports = Annotated[Path, typer.Argument(resolve_path=True, help="The folder that `lmi grade` wrote to.")]
Name = Annotated[str, typer.Argument(help="The submission, as its folder in there is called.")]
Where = Annotated[
    str | None,
    typer.Option("--gradebook", help="The gradebook's URL or path.", show_default="gradebook.sqlite in the folder"),
]
Step = Annotated[str, typer.Option(help="The step, such as 00.")]
Reason = Annotated[str, typer.Option(help="Why. It shows in grades.csv and is kept for good.")]
Author = Annotated[str | None, typer.Option(help="Who decides.", show_default="LMI_AUTHOR, or the user here")]


@book.callback()
def _about() -> None:
    """What a class has and why, and what people decide about it. Exit status: 0, or 2 with a reason.

    Every grading is kept. [attempts] in course.toml says which counts, deadlines, and what lateness costs.
    """


@book.command()
def show(reports: Reports, gradebook: Where = None) -> None:
    """The class: what counts for each, of how many attempts, and why."""
    from autograder.book import show as run

    raise typer.Exit(run(here(), reports, gradebook))


@book.command()
def history(reports: Reports, name: Name, gradebook: Where = None) -> None:
    """Every grading of one submission, what was decided, and what counts."""
    from autograder.book import history as run

    raise typer.Exit(run(here(), reports, gradebook, name))


@book.command()
def changes(
    reports: Reports,
    name: Annotated[str | None, typer.Argument(help="One submission.", show_default="all")] = None,
    gradebook: Where = None,
) -> None:
    """What the last grading found that the one before it had not, and why it was graded again."""
    from autograder.book import changes as run

    raise typer.Exit(run(reports, gradebook, name))


@book.command()
def adjust(
    reports: Reports,
    name: Name,
    step: Step,
    reason: Reason,
    by: Annotated[float | None, typer.Option(help="Points to add, or to take away when negative.")] = None,
    to: Annotated[float | None, typer.Option(min=0, help="Points to have in the end, whatever was graded.")] = None,
    author: Author = None,
    gradebook: Where = None,
) -> None:
    """Change the points of a step by hand. Grading again changes nothing of it; `withdraw` does."""
    from autograder.book import adjust as run

    if (by is None) == (to is None):
        stop("say either --by or --to")
    decided = {"kind": "by" if to is None else "to", "points": by if to is None else to, "step": step}
    raise typer.Exit(run(here(), reports, gradebook, name, author, reason=reason, **decided))


@book.command()
def extend(
    reports: Reports,
    name: Name,
    until: Annotated[str, typer.Option(help="The new deadline, with its zone: 2026-12-24T23:59+01:00")],
    reason: Reason,
    step: Annotated[str | None, typer.Option(help="One step.", show_default="all that have a deadline")] = None,
    author: Author = None,
    gradebook: Where = None,
) -> None:
    """Give someone more time, before or after they were graded."""
    from autograder.book import adjust as run
    from autograder.book import time
    from autograder.grading import GradebookError

    try:
        moment = time(until)
    except GradebookError as error:
        stop(str(error))
    decided = {"kind": "until", "until": moment, "step": step}
    raise typer.Exit(run(here(), reports, gradebook, name, author, reason=reason, **decided))


@book.command()
def withdraw(
    reports: Reports,
    name: Name,
    number: Annotated[int, typer.Argument(help="Of the adjustment, as `history` shows it.")],
    reason: Reason,
    author: Author = None,
    gradebook: Where = None,
) -> None:
    """Let an adjustment or an extension count no longer. It stays in the trail."""
    from autograder.book import adjust as run

    decided = {"kind": "withdraw", "withdraws": number}
    raise typer.Exit(run(here(), reports, gradebook, name, author, reason=reason, **decided))


@book.command()
def write(reports: Reports, gradebook: Where = None) -> None:
    """Write the class's files anew after a change of [attempts] in course.toml. Nothing is graded."""
    from autograder.book import write as run

    raise typer.Exit(run(here(), reports, gradebook))


@book.command()
def trail(reports: Reports, gradebook: Where = None) -> None:
    """Who did what, when: gradings, adjustments, extensions."""
    from autograder.book import trail as run

    raise typer.Exit(run(reports, gradebook))
