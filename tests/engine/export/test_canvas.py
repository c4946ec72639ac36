"""Grades for Canvas: the one column, for the students who were graded, in the form that Canvas wrote."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from autograder.submission.read import submission_name
from tests.engine.export.grade_tools import ADA, CANVAS, GRACE, Course, refused


def test_canvas_gets_the_graded_students_and_the_one_column(course: Course) -> None:
    course.hand_in(ADA, GRACE)
    status, out, err = course.canvas()
    assert (status, err) == (0, "") and "2 of 5 students have a grade in “Step 00 (101)”" in out
    assert course.written() == (
        "Student,ID,SIS User ID,SIS Login ID,Section,Step 00 (101)\n"
        "    Points Possible,,,,,10.00\n"
        '"Lovelace, Ada",11,S-11,ada@example.org,Interpretability,6.67\n'
        '"Hopper, Grace",12,S-12,grace,Interpretability,6.67\n'
    )


@pytest.mark.parametrize(
    "name", ["emmy", "S-14", "noetheremmy_14_77_step_00", "noetheremmy_LATE_14_77_x", "noetheremmy_14_77_x-2"]
)
def test_canvas_knows_a_submission_by_id_or_login(course: Course, name: str) -> None:
    course.hand_in(name)
    assert course.canvas()[0] == 0
    assert [row[0] for row in course.table()[2:]] == ["Noether, Emmy"]


@pytest.mark.parametrize("name", ["ada@example.org", submission_name(Path("ada@example.org.zip"))])
def test_a_login_is_known_as_grading_names_it(course: Course, name: str) -> None:
    course.hand_in(name)
    assert course.canvas()[0] == 0 and course.table()[2][1] == "11"


@pytest.mark.parametrize("name", ["Step 00 (101)", "Step 00", "101"])
def test_an_assignment_is_named_by_its_column_title_or_id(course: Course, name: str) -> None:
    course.hand_in(ADA)
    assert course.canvas(CANVAS, name)[0] == 0 and course.table()[0][-1] == "Step 00 (101)"


@pytest.mark.parametrize(
    ("sheet", "name", "said"),
    [
        (CANVAS, "Step 02", "no assignment is “Step 02”: there is “Step 00 (101)”, “Step 01 (102)”"),
        (CANVAS, "Section", "no assignment is “Section”"),
        (CANVAS.replace("Step 01 (", "Step 00 ("), "Step 00", "more than one assignment is “Step 00”"),
        (CANVAS.replace("10.00,", "(read only),"), "101", "a column that Canvas computes"),
    ],
)
def test_no_assignment_is_guessed(course: Course, sheet: str, name: str, said: str) -> None:
    course.hand_in(ADA)
    refused(course, course.canvas(sheet, name), said)


def test_an_excused_student_stays_excused(course: Course) -> None:
    course.hand_in(ADA, "alan")
    status, out, err = course.canvas()
    assert status == 0 and err == "alan: excused in Canvas, so left out\n" and "1 of 5" in out
    assert [row[1] for row in course.table()[2:]] == ["11"]


def test_a_semicolon_file_with_decimal_commas_stays_one(course: Course) -> None:
    course.hand_in(ADA)
    rows = list(csv.reader(io.StringIO(CANVAS)))
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(
        [[cell.replace(".00", ",00") for cell in row] for row in rows]
    )
    assert course.canvas("\ufeff" + out.getvalue())[0] == 0
    assert course.written().startswith("\ufeffStudent;ID;") and course.written().endswith(";6,67\r\n")
    assert course.table(";")[1][-1] == "10,00"


def test_first_and_last_names_apart_are_kept(course: Course) -> None:
    course.hand_in("11_11_9001_x")
    sheet = "LastName,FirstName,ID,SIS Login ID,Section,Step 00 (101)\nPoints Possible,,,,,10\nLovelace,Ada,11,a,S,\n"
    assert course.canvas(sheet)[0] == 0
    assert course.table()[2] == ["Lovelace", "Ada", "11", "a", "S", "6.67"]


def test_without_a_row_of_possible_points_grades_are_as_they_are(course: Course) -> None:
    course.hand_in(ADA, score=99, most=200)
    assert course.canvas("".join(line for line in CANVAS.splitlines(True) if "Possible" not in line))[0] == 0
    assert course.table()[1][-1] == "99"
