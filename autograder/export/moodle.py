"""`lmi export moodle`: points for the grading worksheet of a Moodle assignment.

From MoodleDocs, "Assignment settings" (feedback type "Offline grading worksheet") and "Using Assignment", and
Moodle's own mod/assign/feedback/offline and mod/assign/feedback/file/importziplib.php. A student is a row with
`Identifier` "Participant 123"; Moodle reads Grade, the date of the last change and Feedback comments, and passes over
a grade above the maximum without a word. Files and folders that Moodle lets staff download are called
NAME_123_assignsubmission_file…; it names columns in the staff's language.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.course import Feedback
from autograder.export.bundle import write_zip
from autograder.export.errors import ExportError
from autograder.export.grades import Grade, Student, Written, matched, read_grades, scaled
from autograder.export.sheet import Sheet, number, read_sheet, written
from autograder.files import write_atomic
from autograder.report import PAGE, handed_back, points

IDENTIFIER, GRADE, MOST, CHANGEABLE = "Identifier", "Grade", "Maximum Grade", "Grade can be changed"
LAST_CHANGE, COMMENTS = "Last modified (grade)", "Feedback comments"
NEEDED = (IDENTIFIER, GRADE, MOST, LAST_CHANGE)
NUMBER = re.compile(r"(?P<id>\d+)\s*$")  # "Participant 123", in any language
ID_IN_NAME = re.compile(r"_(?P<id>\d+)_assignsubmission_")
OURS = "<p>Graded automatically:"


def export(
    paths: Sequence[Path],
    worksheet: Path,
    out: Path,
    steps: str | None,
    out_of: float | None,
    names: Path | None,
    pages: Path | None,
    feedback: Feedback,
    class_gradebook: str | None = None,
) -> Written:
    """Write the worksheet with grades and comments filled in and, to the zip `pages`, every learner's report.html as
    `feedback` lets them see it. Raises ExportError or ReportError.

    A comment that staff wrote, and a grade that is locked, stay.
    """
    sheet = read_sheet(worksheet, NEEDED, out)
    students = _students(sheet)
    grades = matched(read_grades(paths, steps, class_gradebook), students, ID_IN_NAME, names)
    notes: list[str] = []
    filled = 0
    for row, grade in sorted(grades.items()):
        if CHANGEABLE in sheet.columns and sheet.cell(row, CHANGEABLE).strip() == "No":
            notes.append(f"{grade.submission}: the grade is locked in Moodle, so it is left as it is")
            continue
        most = sheet.cell(row, MOST)
        if (possible := number(most)) is None or possible <= 0:
            raise ExportError(f"{worksheet}: the maximum grade is {most!r}: the assignment has to be graded by points")
        sheet.put(row, GRADE, written(scaled(grade, possible, out_of), like=most))
        filled += 1
        if COMMENTS in sheet.columns:
            if _is_free(sheet.cell(row, COMMENTS)):
                sheet.put(row, COMMENTS, comment(grade))
            else:
                notes.append(f"{grade.submission}: has a comment already, which is left as it is")
    if pages:
        _write_pages(
            pages, {student.id: grades[student.row] for student in students if student.row in grades}, feedback
        )
    write_atomic(out, sheet.text())
    return Written(f"{out}: {filled} of {len(students)} participants have a grade.", tuple(notes))


def _write_pages(out: Path, grades: Mapping[str, Grade], feedback: Feedback) -> None:
    """The zip of "Upload multiple feedback files in a zip": Moodle knows participants by their number in a file's name,
    which is the second of five parts between underscores."""
    write_zip(
        out,
        [
            (f"Participant_{id}_assignsubmission_file_{PAGE}", handed_back(grade.file, feedback)[PAGE].encode())
            for id, grade in grades.items()
        ],
    )


def comment(grade: Grade) -> str:
    """A few lines of HTML: the points, those of each step, and what comes next. Nothing of any test."""
    lines = [f"{points(grade.points)} of {points(grade.most)} points"]
    lines += [f"{step.id} {step.title}: {points(grade.of(step))} of {points(step.max_score)}" for step in grade.steps]
    lines += grade.notes
    if (following := grade.report.next_exercise) and following.id.partition(".")[0] in {s.id for s in grade.steps}:
        lines.append(f"Next: {following.id} {following.title}")
    return f"{OURS} " + "<br>".join(html.escape(line) for line in lines) + "</p>"


def _is_free(comments: str) -> bool:
    """Whether a cell is empty or holds what an earlier export wrote."""
    return not comments.strip() or comments.startswith(OURS)


def _students(sheet: Sheet) -> list[Student]:
    students = []
    for row in range(len(sheet.rows)):
        identifier = sheet.cell(row, IDENTIFIER)
        if not (found := NUMBER.search(identifier)):
            raise ExportError(f"{sheet.file}: {identifier!r} is no participant's identifier, such as “Participant 123”")
        name = sheet.cell(row, "Full name") if "Full name" in sheet.columns else ""
        students.append(Student(row, found["id"], f"{name} ({identifier})" if name else identifier))
    if not students:
        raise ExportError(f"{sheet.file}: holds no participant")
    return students
