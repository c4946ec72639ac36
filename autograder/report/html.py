"""report.html and index.html: one file each that loads nothing, and runs nothing but our own sorting."""

from __future__ import annotations

import base64
import hashlib
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from autograder.report.named import with_names
from autograder.report.schema import ExerciseResult, Report, Status
from autograder.report.short import shortened
from autograder.report.table import Counted, as_graded
from autograder.report.text import badge, clean_text, duration, moment, percent, points, unisolated
from autograder.report.wrong import WentWrong

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).with_name("templates")
STATUS_ORDER: tuple[Status, ...] = (
    "passed",
    "partial",
    "failed",
    "error",
    "timeout",
    "out_of_memory",
    "blocked",
    "not_started",
)
STAFF_PAGE = "staff.html"


class Share(NamedTuple):
    """How many of a class have one status in an exercise."""

    status: Status
    number: int
    percent: float


class ExerciseRow(NamedTuple):
    """One exercise over the whole class."""

    exercise: ExerciseResult
    passed: int
    graded: int
    shares: list[Share]


class Bin(NamedTuple):
    """A tenth of the scale and how many scores fall into it."""

    label: str
    number: int
    height: float


def render_html(report: Report) -> str:
    """The page that is handed back to a learner, who sees what is in this report."""
    return _environment().get_template("report.html").render(report=shortened(report), staff=False)


def render_staff_html(report: Report) -> str:
    """The same page, marked as the staff's own."""
    return _environment().get_template("report.html").render(report=shortened(with_names(report)), staff=True)


def render_index(
    reports: Sequence[Report],
    failures: Mapping[str, str] | None = None,
    wrong: Sequence[WentWrong] = (),
    counted: Mapping[str, Counted] | None = None,
) -> str:
    """The page of a class; it links to `<submission>/staff.html` beside it.

    A submission's points are what is `counted` for it, where that is said.
    """
    ordered = sorted(reports, key=lambda report: report.submission.casefold())
    standings = [(report, (counted or {}).get(report.submission) or as_graded(report)) for report in ordered]
    shares = [percent(standing.points, standing.most) for _, standing in standings]
    script = (TEMPLATES / "sort.js").read_text(encoding="utf-8")
    return (
        _environment()
        .get_template("index.html")
        .render(
            course=" · ".join(sorted({report.course for report in ordered})) or "Class",
            kinds=_kinds(ordered),
            reports=ordered,
            standings=standings,
            failures={clean_text(name): clean_text(reason) for name, reason in (failures or {}).items()},
            steps=_steps(standings),
            exercises=_exercise_rows(ordered),
            wrong=wrong,
            bins=_distribution(shares),
            mean=round(statistics.fmean(shares)) if shares else None,
            median=round(statistics.median(shares)) if shares else None,
            unisolated=[report for report in ordered if not report.sandbox.isolated],
            script=script,
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        )
    )


def _kinds(reports: Sequence[Report]) -> Counter[str]:
    """How many were graded on which version of the course and which steps of it."""
    return Counter(f"{report.course}, steps {', '.join(step.id for step in report.steps)}" for report in reports)


def _steps(standings: Sequence[tuple[Report, Counted]]) -> dict[str, str]:
    """Id → title of every step that was graded or counts for anybody; of one that no report here has, its id."""
    titles = {step.id: step.title for report, _ in standings for step in report.steps}
    return {id: titles.get(id, id) for id in sorted(titles.keys() | {id for _, one in standings for id in one.steps})}


def _exercise_rows(reports: Sequence[Report]) -> list[ExerciseRow]:
    seen: dict[str, list[ExerciseResult]] = {}
    for report in reports:
        for exercise in report.exercises:
            seen.setdefault(exercise.id, []).append(exercise)
    return [_exercise_row(results) for _, results in sorted(seen.items(), key=lambda item: item[0].partition(".")[0])]


def _exercise_row(results: list[ExerciseResult]) -> ExerciseRow:
    counts = Counter(result.status for result in results)
    shares = [Share(s, counts[s], 100 * counts[s] / len(results)) for s in STATUS_ORDER if counts[s]]
    return ExerciseRow(results[0], counts["passed"], len(results), shares)


def _distribution(shares: Sequence[int]) -> list[Bin]:
    """Scores by tenths of the scale; full marks are in the last one."""
    counts = Counter(min(share // 10, 9) for share in shares)
    tallest = max(counts.values(), default=1)
    return [Bin(_range(tenth), counts[tenth], 100 * counts[tenth] / tallest) for tenth in range(10)]


def _range(tenth: int) -> str:
    return f"{tenth * 10}–{100 if tenth == 9 else tenth * 10 + 9}"


@cache
def _environment() -> Environment:
    """Everything is escaped, and every value cleaned, unless a template says otherwise."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # learners' checks do without

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(badge=badge, duration=duration, moment=moment, points=points)
    environment.globals.update(
        percent=percent,
        status_order=STATUS_ORDER,
        unisolated_text=unisolated,
        link=lambda submission: f"{quote(submission, safe='')}/{STAFF_PAGE}",
    )
    return environment
