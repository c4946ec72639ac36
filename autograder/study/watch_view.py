"""What `lmi watch` shows."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from autograder.course import Course, Exercise, Step
from autograder.study.console import MARKS
from autograder.study.running import Finding, Run
from autograder.testing import WORDS, describe_next, summary_lines

if TYPE_CHECKING:
    from rich.console import Console

KEYS_LINE = "h hint · n next exercise · l list · q quit"
BROKEN = ("failed", "error", "timeout", "out_of_memory")
PRINTED_LINES = 20


def show_result(console: Console, course: Course, run: Run, focus: Exercise | None, seconds: float) -> None:
    """Progress by step, then the exercise to work on with what its first failing test says."""
    console.print("\n".join(takewhile(bool, summary_lines(course, run.status))))
    console.print()
    if focus is None:
        console.print("All done here. Every exercise passes its public tests. lmi submit packs them.", style="green")
    else:
        show_exercise(console, course, focus, run)
    console.print(f"\nchecked in {seconds:.2f} s · waiting for a save · {KEYS_LINE}", style="dim")


def show_exercise(console: Console, course: Course, exercise: Exercise, run: Run) -> None:
    """Where an exercise is, how it stands, and what its first failing test says."""
    status = run.status(exercise) or "not_started"
    name, *rest = describe_next(course, exercise, status)
    _, style = MARKS[status]
    console.print(name.removeprefix("Next: "), style=f"bold {style}" if status in BROKEN else "bold")
    console.print(rest[0])
    finding = first_failing(run.of(exercise))
    if finding is None or finding.outcome == "not_started":
        console.print("\nWrite it, save, and it is checked.")
        return
    console.print(f"\nThe test says: {finding.title}", style="bold")
    console.print("\n".join(f"  {line}" for line in finding.message.splitlines()))
    if finding.printed:
        console.print("\nPrinted:")
        console.print("\n".join(f"  {line}" for line in _last(finding.printed)))
    others = sum(one.outcome in BROKEN for one in run.of(exercise)) - 1
    if others > 0:
        console.print(f"\n({others} more of its tests {'fails' if others == 1 else 'fail'}.)", style="dim")


def _last(printed: str) -> list[str]:
    lines = printed.splitlines()
    if len(lines) <= PRINTED_LINES:
        return lines
    left_out = len(lines) - PRINTED_LINES + 1
    return [f"[... {left_out:,} lines left out ...]", *lines[left_out:]]


def first_failing(findings: list[Finding]) -> Finding | None:
    """The test to look at first: one that fails before one that is blocked or waits for a start."""
    telling = [one for one in findings if one.outcome in BROKEN]
    return next(iter(telling + [one for one in findings if one.outcome != "passed"]), None)


def show_list(console: Console, steps: tuple[Step, ...], run: Run, focus: Exercise | None) -> None:
    """Every exercise with its status; an arrow at the one that is worked on."""
    from rich.text import Text

    for step in steps:
        console.print(f"Step {step.id}  {step.title}", style="bold")
        for exercise in step.exercises:
            status = run.status(exercise) or "not_started"
            mark, style = MARKS[status]
            arrow, star = ("→" if exercise == focus else " "), (" ★" if exercise.star else "")
            words = f"  ({WORDS[status]})" if status != "passed" else ""
            name = f" {exercise.id}{star}  {exercise.title}"
            console.print(Text.assemble(f"{arrow} ", (mark, style), name, (words, "dim")))
