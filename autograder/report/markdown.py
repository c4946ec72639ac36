"""report.md: the report for a pull request, a job summary or a mail."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from autograder.report.schema import ExerciseResult, Report, StepResult, TestResult, next_exercise
from autograder.report.short import shortened, shortened_steps
from autograder.report.text import badge, clean_text, duration, moment, one_line, percent, points, test_line, unisolated


def render_markdown(report: Report) -> str:
    return "\n".join(_lines(shortened(report))) + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield f"# {code(report.submission)}: {_score(report.score, report.max_score)}"
    yield f"\n{escape(report.course)}, graded {moment(report.started)} in {duration(report.seconds)}.\n"
    if not report.sandbox.isolated:
        yield f"> **Not isolated.** {escape(unisolated(report.sandbox.backend))}\n"
    for warning in report.warnings:
        yield f"> **Warning:** {escape(warning)}\n"
    if report.counted:
        yield "\n".join(f"- {escape(line)}" for line in report.counted.splitlines()) + "\n"
    if report.note:
        yield f"{escape(report.note)}\n"
    yield from _next(report.next_exercise)
    yield from _steps(report.steps)
    yield f"\n---\n{escape(_provenance(report))}"


def render_progress(title: str, note: str, steps: Sequence[StepResult]) -> str:
    """What a learner's public tests found, as Markdown; `note` says what these points are."""
    steps = shortened_steps(steps)
    score, most = sum(step.score for step in steps), sum(step.max_score for step in steps)
    lines = [f"# {escape(title)}: {_score(score, most)}", f"\n{escape(note)}\n"]
    return "\n".join([*lines, *_next(next_exercise(steps)), *_steps(steps)]) + "\n"


def _next(exercise: ExerciseResult | None) -> Iterator[str]:
    if exercise:
        yield f"**Next:** {code(exercise.id)} {escape(exercise.title)}\n"


def _steps(steps: Sequence[StepResult]) -> Iterator[str]:
    yield from ["| step | points | of | |", "|---|---:|---:|---:|"]
    for step in steps:
        share = f"{percent(step.score, step.max_score)} %"
        yield f"| {escape(step.id)} {escape(step.title)} | {points(step.score)} | {points(step.max_score)} | {share} |"
    for step in steps:
        yield from [
            f"\n## {escape(step.id)} {escape(step.title)}\n",
            "| exercise | | status | points |",
            "|---|---|---|---:|",
        ]
        yield from map(_row, step.exercises)
        for exercise in step.exercises:
            yield from _failures(exercise)


def _row(exercise: ExerciseResult) -> str:
    label = badge(exercise.status)
    status = f"{label.sign} {label.word}"
    if exercise.blocked_by:
        status += " by " + ", ".join(map(code, exercise.blocked_by))
    score = "bonus" if exercise.bonus else f"{points(exercise.score)} / {points(exercise.max_score)}"
    star = " ★" if exercise.star else ""
    return f"| {code(exercise.id)} | {escape(exercise.title)}{star} | {status} | {score} |"


def _failures(exercise: ExerciseResult) -> Iterator[str]:
    """What to read about an exercise that did not pass: its tests that failed, and whether there are others."""
    failed = [test for test in exercise.tests if not test.passed]
    if exercise.status in ("passed", "not_started", "blocked") or not (failed or exercise.note):
        return
    yield f"\n### {code(exercise.id)} {escape(exercise.title)}"
    for test in failed:
        yield from _failure(test)
    if exercise.note:
        yield f"\n{escape(exercise.note)}"


def _failure(test: TestResult) -> Iterator[str]:
    yield f"\n{test_line(escape(test.claim), test.visibility, test.outcome)}\n"
    if test.message:
        yield fence(test.message)


def _score(score: float, most: float) -> str:
    return f"{points(score)} of {points(most)} points ({percent(score, most)} %)"


def _provenance(report: Report) -> str:
    env, watched = report.environment, report.sandbox.memory_by
    return (
        f"learn-mech-interp {report.engine.version}, sandbox {report.sandbox.backend}, "
        f"{f'memory counted by {watched}, ' if watched else ''}seed {report.seed}, "
        f"Python {env.python}, PyTorch {env.torch}, {env.platform}"
    )


def escape(text: str) -> str:
    """Text on one line in which nothing is markup: no emphasis, link, image, HTML, cell border or mention."""
    return re.sub(r"([\\`*_{}\[\]()#+!|<>~&@$]|:(?=//))", r"\\\1", one_line(clean_text(text)))


def code(text: str) -> str:
    """Text as an inline code span, whatever backticks and cell borders it holds."""
    inner = one_line(clean_text(text)).replace("|", "\\|")
    ticks = "`" * (_longest_run(inner) + 1)
    pad = " " if inner[:1] in ("`", "") or inner.endswith("`") else ""
    return f"{ticks}{pad}{inner}{pad}{ticks}"


def fence(text: str) -> str:
    """Text as a code block that no run of backticks inside can close."""
    inner = clean_text(text)
    ticks = "`" * max(3, _longest_run(inner) + 1)
    return f"{ticks}text\n{inner}\n{ticks}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)
