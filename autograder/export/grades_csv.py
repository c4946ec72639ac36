"""`lmi export csv`: a plain table of points, a row for each submission."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from autograder.export.grades import Grade, Written, read_grades
from autograder.files import write_atomic
from autograder.report import Cell, write_table


def export(
    paths: Sequence[Path], out: Path, steps: str | None, exercises: bool, class_gradebook: str | None = None
) -> Written:
    """Write submission, points of each step (and exercise), total and maximum. Raises ExportError or ReportError."""
    grades = sorted(read_grades(paths, steps, class_gradebook), key=lambda grade: grade.submission.casefold())
    graded = sorted({step.id for grade in grades for step in grade.steps})
    listed = {e.id: None for id in graded for g in grades for step in g.steps if step.id == id for e in step.exercises}
    columns = ["submission", *(f"step {id}" for id in graded), *(listed if exercises else ()), "total", "max"]
    write_atomic(out, write_table(columns, ([_row(grade).get(column) for column in columns] for grade in grades)))
    return Written(f"{out}: {len(grades)} submissions.")


def _row(grade: Grade) -> dict[str, Cell]:
    return {
        "submission": grade.submission,
        **{f"step {step.id}": grade.of(step) for step in grade.steps},
        **{exercise.id: exercise.score for step in grade.steps for exercise in step.exercises},
        "total": grade.points,
        "max": grade.most,
    }
