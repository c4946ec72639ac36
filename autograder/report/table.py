"""grades.csv: one row a submission, one column a step and an exercise. Safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from autograder.report.schema import Report
from autograder.report.text import badge, clean_text, one_line, points

Cell = str | float | None


class Counted(NamedTuple):
    """What counts for a submission in the end, where it may be another attempt's, late, or adjusted by somebody."""

    points: float
    most: float
    steps: Mapping[str, float]
    notes: Sequence[str]


def as_graded(report: Report) -> Counted:
    """What a report says, as what counts."""
    return Counted(report.score, report.max_score, {step.id: step.score for step in report.steps}, ())


FIXED = ("submission", "score", "max_score", "status")


def render_csv(
    reports: Sequence[Report], failures: Mapping[str, str] | None = None, counted: Mapping[str, Counted] | None = None
) -> str:
    """All grades, by what is `counted` for a submission where that is said; exercises are as its report has them.

    `failures` maps a submission that could not be graded to the reason. It has a row and no numbers.

    Where one has an earlier report, its row is the report's, and the reason is among the notes.
    """
    counted = counted or {}
    others = {id for one in counted.values() for id in one.steps}
    steps = sorted({step.id for report in reports for step in report.steps} | others)
    ids = dict.fromkeys(exercise.id for report in reports for exercise in report.exercises)
    exercises = sorted(ids, key=lambda id: id.partition(".")[0])  # by step, in a step as in the manifest
    columns = [*FIXED, *(f"step {step}" for step in steps), *exercises, "notes"]
    reasons = dict(failures or {})
    rows = [
        _row(one, reasons.pop(one.submission, None), counted.get(one.submission) or as_graded(one)) for one in reports
    ]
    rows += [_failure(submission, reason) for submission, reason in reasons.items()]
    return write_table(columns, ([row.get(column) for column in columns] for row in rows))


def _row(report: Report, failed_again: str | None, counted: Counted) -> dict[str, Cell]:
    notes = [f"{e.id} {badge(e.status).word.lower()}" for e in report.exercises if not (e.passed or e.bonus)]
    if not report.sandbox.isolated:
        notes.insert(0, "graded without isolation")
    if failed_again:
        notes.insert(0, f"could not be graded again: {failed_again}")
    notes[:0] = counted.notes
    return {
        "submission": report.submission,
        "score": counted.points,
        "max_score": counted.most,
        "status": "graded",
        **{f"step {id}": score for id, score in counted.steps.items()},
        **{exercise.id: exercise.score for exercise in report.exercises},
        "notes": "; ".join(notes),
    }


def _failure(submission: str, reason: str) -> dict[str, Cell]:
    return {"submission": submission, "status": "not graded", "notes": reason}


def write_table(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """CSV text (UTF-8, comma, one line a row) in which no cell can be a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([[spreadsheet_safe(cell) for cell in row] for row in ([*columns], *rows)])
    return out.getvalue()


def spreadsheet_safe(cell: Cell) -> str:
    """A number as it is; a text on one line, with an apostrophe in front where a spreadsheet would compute it."""
    if cell is None:
        return ""
    if not isinstance(cell, str):
        return points(cell)
    text = one_line(clean_text(cell))
    first = unicodedata.normalize("NFKC", text[:1])  # full-width = + - @ count as well
    return f"'{text}" if first in ("=", "+", "-", "@", "|", "%") else text
