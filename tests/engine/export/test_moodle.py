"""Grades for Moodle: its worksheet with grades and comments, all else as it was, and each participant's page."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest

from tests.engine.export.grade_tools import MOODLE, TRUE_ADA, Course, refused


def test_moodle_s_worksheet_has_the_grade_and_is_else_as_it_was(course: Course) -> None:
    course.hand_in(TRUE_ADA)
    status, out, err = course.moodle()
    assert (status, err) == (0, "") and "1 of 4 participants have a grade" in out
    before = list(csv.reader(io.StringIO(MOODLE.removeprefix("\ufeff"), newline="")))
    after = course.table()
    comment = "<p>Graded automatically: 6.67 of 10 points<br>00 Step &lt;00&gt;: 6.67 of 10<br>Next: 00.a A</p>"
    assert (after[1][4], after[1][10]) == ("6.67", comment)
    after[1][4] = after[1][10] = ""
    assert after == before
    assert course.written().startswith("\ufeffIdentifier,") and course.written().endswith("\r\n")
    assert 'Two\r\nlines, ""quoted""' in course.written()


@pytest.mark.parametrize(
    "name",
    [
        "Grace Hopper_502_assignsubmission_file_", "Grace_Hopper_502_assignsubmission_file",
        "Grace_Hopper_502_assignsubmission_file_x_503_assignsubmission_file", "Participant_502_assignsubmission_file",
        "Team_A-Grace_Hopper_502_assignsubmission_file",
    ],
)  # fmt: skip
def test_moodle_knows_a_submission_by_its_number(course: Course, name: str) -> None:
    course.hand_in(name)
    assert course.moodle()[0] == 0
    assert [row[4] for row in course.table()[1:]] == ["", "6.67", "", "3.00"]


def test_a_comment_of_staff_stays(course: Course) -> None:
    course.hand_in("Grace_Hopper_502_assignsubmission_file")
    status, _, err = course.moodle()
    assert status == 0 and "has a comment already, which is left as it is" in err
    assert course.table()[2][10] == "<p>Well done!</p>"


def test_a_comment_of_an_earlier_export_is_written_again(course: Course) -> None:
    course.hand_in(TRUE_ADA, score=2)
    course.moodle()
    first = course.out.read_bytes()
    course.hand_in(TRUE_ADA, score=10)
    assert course.moodle(first)[0] == 0
    assert course.table()[1][4] == "10" and "<p>Graded automatically: 10 of 10 points<" in course.table()[1][10]


def test_a_locked_grade_stays_and_is_told(course: Course) -> None:
    course.hand_in(TRUE_ADA, "Emmy_Noether_504_assignsubmission_file")
    status, _, err = course.moodle()
    assert status == 0 and "504_assignsubmission_file: the grade is locked in Moodle" in err
    assert course.table()[4][4] == "3.00"


def test_a_worksheet_without_comments_gets_grades_alone(course: Course) -> None:
    course.hand_in("X_1_assignsubmission_file")
    sheet = "Identifier,Grade,Maximum Grade,Last modified (grade)\nParticipant 1,,10.00,-\nParticipant 2,,10.00,-\n"
    assert course.moodle(sheet)[0] == 0
    assert course.written() == sheet.replace("Participant 1,,", "Participant 1,6.67,")


def test_a_decimal_comma_is_moodle_s_if_it_writes_one(course: Course) -> None:
    course.hand_in("X_1_assignsubmission_file")
    sheet = 'Identifier;Grade;Maximum Grade;Last modified (grade)\n"Participant 1";;10,00;-\n'
    assert course.moodle(sheet)[0] == 0 and course.table(";")[1][1] == "6,67"


@pytest.mark.parametrize("most", ["-2.00", "", "Pass"])
def test_an_assignment_without_points_is_refused(course: Course, most: str) -> None:
    course.hand_in(TRUE_ADA)
    refused(course, course.moodle(MOODLE.replace("10.00", most)), "has to be graded by points")


def test_moodle_gets_each_participants_page_under_a_name_that_it_knows(course: Course, tmp_path: Path) -> None:
    course.hand_in("Ada_Lovelace_501_assignsubmission_file", "Emmy_Noether_504_assignsubmission_file")
    status, _, err = course.moodle(MOODLE, "--pages", tmp_path / "pages.zip")
    assert status == 0, err
    with zipfile.ZipFile(tmp_path / "pages.zip") as archive:
        pages = {name: archive.read(name).decode() for name in archive.namelist()}
    assert {tuple(name.split("_", 4)) for name in pages} == {
        ("Participant", id, "assignsubmission", "file", "report.html") for id in ("501", "504")
    }
    assert "Ada_Lovelace_501" in pages["Participant_501_assignsubmission_file_report.html"]
