"""What the exports of grades share: the reports' points, and whose they are in a platform's list of students.

Nothing is guessed: a submission belongs to the one student whose id its name holds, or whose login it is, or who is
named for it in a file; where that is not one student, nothing is written.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.export.errors import ExportError
from autograder.export.sheet import read_sheet
from autograder.grading import Standing
from autograder.report import InShort, Report, ReportError, StepResult, find_reports, load_report
from autograder.submission import submission_name


@dataclass(frozen=True)
class Written:
    """What to say once a file is written: what is in it, and what its reader should know of single submissions."""

    summary: str
    notes: tuple[str, ...] = ()


def run(export: Callable[[], Written]) -> int:
    """Export and say what was written; 0, or 2 with a reason, and then no file was written."""
    try:
        written = export()
    except (ExportError, ReportError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    for note in written.notes:
        print(note, file=sys.stderr)
    print(written.summary)
    return 0


@dataclass(frozen=True)
class Grade:
    """What one submission earned on the chosen steps, and the report.json that says so."""

    file: Path
    report: Report
    steps: Sequence[StepResult]
    counted: Mapping[str, float]  # by step, where the gradebook has other points than this report
    points: float
    most: float
    notes: Sequence[str] = ()

    def of(self, step: StepResult) -> float:
        """What counts of a step."""
        return self.counted.get(step.id, step.score)

    @property
    def submission(self) -> str:
        return self.report.submission


@dataclass(frozen=True)
class Student:
    """A row of a platform's list: its number, the student's id there, how people call the student, and their logins."""

    row: int
    id: str
    label: str
    logins: tuple[str, ...] = ()


def read_grades(paths: Sequence[Path], steps: str | None, gradebook: str | None = None) -> list[Grade]:
    """The grade of each report at `paths` on the steps of a list such as "00,03"; all that were graded when None.

    What counts is what the gradebook says: the one that is named, or that of the class's folder; where there is none,
    what the reports say.

    Raises ReportError for a report that cannot be read, ExportError for a step that one was not graded on.
    """
    wanted = [name.strip() for name in steps.split(",")] if steps else None
    books: dict[Path, Mapping[str, Standing]] = {}
    grades, short = [], InShort()
    for file, _ in find_reports(paths):
        out = file.parent.parent
        if out not in books:
            books[out] = _standings(out, gradebook)
        grades.append(_grade(file, wanted, books[out].get(file.parent.name), short))
    return grades


def _standings(out: Path, gradebook: str | None) -> Mapping[str, Standing]:
    from autograder.grading import GradebookError, has_book, open_book

    if gradebook is None and not has_book(out):
        return {}
    try:
        with open_book(out, gradebook) as book:
            return {one.name: one for one in book.standings(book.policy())}
    except GradebookError as error:
        raise ExportError(str(error)) from None


def _grade(file: Path, wanted: Sequence[str] | None, standing: Standing | None, short: InShort) -> Grade:
    report = short.of(load_report(file))
    there = {step.id: step for step in report.steps}
    if missing := [id for id in wanted or () if id not in there]:
        graded = ", ".join(there) or "none"
        raise ExportError(f"{report.submission} was not graded on step {', '.join(missing)} (graded: {graded})")
    steps = [step for step in report.steps if wanted is None or step.id in wanted]
    counted = {id: one.points for id, one in standing.steps.items()} if standing else {}
    points = math.fsum(counted.get(step.id, step.score) for step in steps)
    notes = standing.notes if standing else ()
    return Grade(file, report, steps, counted, points, sum(step.max_score for step in steps), notes)


def scaled(grade: Grade, most: float | None, out_of: float | None) -> float:
    """The grade for a platform where `most` points can be had (None: it does not say), out of `out_of` when given.

    Raises ExportError where the platform's maximum is another: points would come out wrong, or be refused there.
    """
    if out_of is not None and not 0 < out_of < math.inf:
        raise ExportError(f"--out-of is {out_of}: give a number of points above 0")
    if out_of is None:
        if most is not None and abs(most - grade.most) > 0.005:
            raise ExportError(
                f"{grade.submission}: {grade.most:g} points can be had, and {most:g} on the platform: "
                f"choose --steps, set the platform's maximum to {grade.most:g}, or scale with --out-of {most:g}"
            )
        return grade.points
    if most is not None and out_of > most + 0.005:
        raise ExportError(f"--out-of {out_of:g} is more than the {most:g} points that can be had on the platform")
    if not grade.most:
        raise ExportError(f"{grade.submission}: no points can be had on these steps, so there is nothing to scale")
    return grade.points * out_of / grade.most


def matched(
    grades: Sequence[Grade], students: Sequence[Student], id_in_name: re.Pattern[str], names: Path | None
) -> dict[int, Grade]:
    """Row → grade. `id_in_name` finds the id in a submission's name; `names` is a file that stands above it.

    Raises ExportError with every submission that is not one student's.
    """
    given = _read_names(names, grades, students) if names else {}
    problems: list[str] = []
    owners: dict[Student, list[Grade]] = {}
    logins = [(student, _names_by_login(student)) for student in students]
    for grade in grades:
        name = grade.submission
        held = id_in_name.search(name)
        id = given.get(name, held["id"] if held else None)
        found = [student for student, own in logins if student.id == id or (name in own and name not in given)]
        if len(found) == 1:
            owners.setdefault(found[0], []).append(grade)
        elif given.get(grade.submission) != "":  # an empty id leaves a submission out
            who = f"more than one student's: {', '.join(s.label for s in found)}" if found else "no student's"
            problems.append(f"{grade.submission} is {who}")
    for student, theirs in owners.items():
        if len(theirs) > 1:
            problems.append(f"{student.label} has more than one: {', '.join(grade.submission for grade in theirs)}")
    if problems:
        advice = "Nothing was written. --names FILE says whose they are: a CSV file with the columns submission and ID"
        raise ExportError("\n".join([*problems, f"{advice}; an empty ID leaves a submission out."]))
    return {student.row: theirs[0] for student, theirs in owners.items()}


def _names_by_login(student: Student) -> set[str]:
    """What submissions called by a login of the student's are named: like it, or as grading makes a folder's name."""
    return {name for login in student.logins for name in (login, submission_name(Path(f"{login}.zip")))}


def _read_names(file: Path, grades: Sequence[Grade], students: Sequence[Student]) -> dict[str, str]:
    """Submission → id, as the file has it. Raises ExportError for what is in no report or no list of students."""
    sheet = read_sheet(file, ("submission", "ID"))
    given: dict[str, str] = {}
    submissions, ids = {grade.submission for grade in grades}, {student.id for student in students}
    for row in range(len(sheet.rows)):
        name, id = sheet.cell(row, "submission").strip(), sheet.cell(row, "ID").strip()
        if name not in submissions:
            raise ExportError(f"{file}: there is no report of a submission {name!r}")
        if id and id not in ids:
            raise ExportError(f"{file}: {name} is said to be {id}'s, and no student has that ID")
        if name in given:
            raise ExportError(f"{file}: {name} is there twice")
        given[name] = id
    return given
