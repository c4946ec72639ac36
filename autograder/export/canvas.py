"""`lmi export canvas`: points for the gradebook of Canvas.

From the Instructor Guide, "How do I export grades in the Gradebook?" and "How do I import grades in the Gradebook?",
and Canvas's own lib/gradebook_exporter.rb, gradebook_importer.rb and content_zipper.rb. A student is a row with `ID`,
an assignment a column `Title (id)`; the row "Points Possible" comes first, perhaps after one about posting. Files that
Canvas lets staff download are called NAME_[LATE_]USERID_FILEID_FILE.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from autograder.export.errors import ExportError
from autograder.export.grades import Student, Written, matched, read_grades, scaled
from autograder.export.sheet import Sheet, number, read_sheet, written
from autograder.files import write_atomic

NEEDED = ("ID", "Section")
ABOUT_STUDENTS = (
    "Student", "LastName", "FirstName", "ID", "SIS User ID", "SIS Login ID", "Integration ID", "Root Account",
    "Section",
)  # fmt: skip
LOGINS = ("SIS Login ID", "SIS User ID")
ASSIGNMENT = re.compile(r"(?P<title>.*) \((?P<id>\d+)\)", re.DOTALL)
ID_IN_NAME = re.compile(r"_(?P<id>\d+)_\d+(_|$)")
EXCUSED = "EX"


def export(
    paths: Sequence[Path],
    gradebook: Path,
    assignment: str,
    out: Path,
    steps: str | None,
    out_of: float | None,
    names: Path | None,
    class_gradebook: str | None = None,
) -> Written:
    """Write the assignment's grades for Canvas to import. Raises ExportError or ReportError.

    The file has the students with a grade here and this column alone: what it does not hold, Canvas leaves as it is.
    """
    sheet = read_sheet(gradebook, NEEDED, out)
    column = _column(sheet, assignment)
    possible = next((row for row in range(len(sheet.rows)) if "Points Possible" in sheet.rows[row][0]), None)
    most = sheet.cell(possible, column) if possible is not None else ""
    if "read only" in most:
        raise ExportError(f"{gradebook}: “{column}” is a column that Canvas computes: choose an assignment")
    students = _students(sheet)
    grades = matched(read_grades(paths, steps, class_gradebook), students, ID_IN_NAME, names)
    excused = [row for row in grades if sheet.cell(row, column).strip().upper() == EXCUSED]
    filled = [row for row in sorted(grades) if row not in excused]
    for row in filled:
        sheet.put(row, column, written(scaled(grades[row], number(most), out_of), like=most))
    kept = [name for name in sheet.columns if name in ABOUT_STUDENTS]
    rows = filled if possible is None else [possible, *filled]
    write_atomic(out, sheet.only([*kept, column], rows).text())
    notes = tuple(f"{grades[row].submission}: excused in Canvas, so left out" for row in sorted(excused))
    return Written(f"{out}: {len(filled)} of {len(students)} students have a grade in “{column}”.", notes)


def _column(sheet: Sheet, assignment: str) -> str:
    """The one column that is called so, or by its title or id alone."""
    there = {name: match for name in sheet.columns if (match := ASSIGNMENT.fullmatch(name))}
    found = [name for name in there if name == assignment]
    found = found or [name for name, match in there.items() if assignment in (match["title"], match["id"])]
    if len(found) != 1:
        which = f"more than one assignment is “{assignment}”" if found else f"no assignment is “{assignment}”"
        choices = ", ".join(f"“{name}”" for name in found or there) or "none"
        raise ExportError(f"{sheet.file}: {which}: there is {choices}")
    return found[0]


def _students(sheet: Sheet) -> list[Student]:
    students = []
    logins = [name for name in LOGINS if name in sheet.columns]
    for row in range(len(sheet.rows)):
        if id := sheet.cell(row, "ID").strip():
            theirs = tuple(login for name in logins if (login := sheet.cell(row, name).strip()))
            students.append(Student(row, id, f"{sheet.rows[row][0]} ({id})", theirs))
    if not students:
        raise ExportError(f"{sheet.file}: holds no student")
    return students
