"""`lmi mistakes`: the table of its commands. A step, an option or nothing at all means the first of them, `draw`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperGroup

from autograder.cli.shared import STAFF, ExerciseArg, Jobs, Sandbox, StepArg, app, here_for_staff

FIRST = "draw"


class _FirstByDefault(TyperGroup):
    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        named = bool(args) and (args[0] in self.commands or args[0] == "--help")
        return super().parse_args(ctx, args if named else [FIRST, *args])


mistakes = typer.Typer(cls=_FirstByDefault, rich_markup_mode="markdown")
app.add_typer(mistakes, name="mistakes", rich_help_panel=STAFF)


@mistakes.callback()
def _about() -> None:
    """Known mistakes: record how tests see them, and report what is noticed and said of what is wrong.

    `lmi mistakes 00`, without a command, is `lmi mistakes draw 00`.
    Exit status: 0, 1 when a catalogue is stale or something could not be graded, 2 could not run.
    """


@mistakes.command()
def draw(
    step: StepArg = None,
    check_: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 when a catalogue is stale.")] = False,
    report: Annotated[
        bool, typer.Option("--report", help="Instead, try what is wrong and write what tests notice and say of it.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--output", "-o", resolve_path=True, help="The Markdown file of a report.", show_default=False),
    ] = None,
    mutations: Annotated[
        int | None, typer.Option(min=0, help="Of a report: at most so many mutations of a step.", show_default="all")
    ] = None,
    share: Annotated[
        str | None,
        typer.Option(
            metavar="K/N", help="Of a report: only the K-th of N shares of what is wrong.", show_default=False
        ),
    ] = None,
    longest: Annotated[
        float | None,
        typer.Option(help="Of a report: leave out what takes more seconds of tests.", show_default="20"),
    ] = None,
    judged: Annotated[
        bool, typer.Option("--judged", help="Of a report: only the mutations whose messages somebody has judged.")
    ] = False,
    jobs: Jobs = 1,
    sandbox: Sandbox = "bwrap",
) -> None:
    """Record how the public tests see wrong solutions, so that a learner's mistake is known by it.

    These are the banks' and, of the mutations of the solutions, the half by which nothing is measured.

    Writes tests/public/stepNN/mistakes.json, and lists mistakes that the public tests cannot tell apart.

    With --report nothing of the course is written. The banks' wrong solutions and mutations of the solutions are
    graded as submissions are, and a table says for each step how many the public and the hidden tests notice, and who
    knew what the learner reads first. Mutations are those that no catalogue may hold: one half of all, by a hash. What
    is not noticed has its reason in tests/banks/equivalent.toml, or is unexplained. What a person has judged of the
    messages stands in tests/banks/judged.toml; a message that has changed since is listed, to be read again.
    Exit status: 0, 1 when a catalogue is stale or something could not be graded, 2 could not run.
    """
    from autograder.mistakes import make_mistakes, report_mistakes

    if report:
        status = report_mistakes(here_for_staff(), step, out, mutations, share, longest, judged, jobs, sandbox)
    else:
        status = make_mistakes(here_for_staff(), step, check_, jobs, sandbox)
    raise typer.Exit(status)


@mistakes.command()
def name(
    report: Annotated[
        Path, typer.Argument(resolve_path=True, help="A submission's folder in a class, or its report.json.")
    ],
    exercise: ExerciseArg,
    says: Annotated[str, typer.Argument(help='What such a solution does, such as "leaves the bias out".')],
) -> None:
    """Say once what submissions do whose functions give the same wrong values: a group of the class's page.

    It goes into tests/public/stepNN/named.json, a text file to review like code; learners get it with the next release.
    `lmi report CLASS` then writes it into the report of each, and into the class's page, without grading again. Naming
    the same behaviour once more corrects the words.
    Exit status: 0, or 2 with a reason.
    """
    from autograder.mistakes import name_group

    raise typer.Exit(name_group(here_for_staff(), report, exercise, says))
