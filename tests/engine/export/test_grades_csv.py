"""Grades for a spreadsheet: a row a submission, with the points that were asked for, and no formula."""

from __future__ import annotations

import pytest

from tests.engine.export.grade_tools import Course, graded, refused


def test_a_row_has_the_points_of_each_step_the_total_and_the_maximum(course: Course) -> None:
    course.add(graded("grace", ("00", 6, 10), ("01", 20, 20)))
    course.add(graded("Ada", ("00", 10, 10)))
    assert course.csv()[0] == 0
    assert course.table() == [
        ["submission", "step 00", "step 01", "total", "max"], ["Ada", "10", "", "10", "10"],
        ["grace", "6", "20", "26", "30"],
    ]  # fmt: skip


def test_steps_and_exercises_are_chosen(course: Course) -> None:
    course.add(graded("ada", ("00", 6, 10), ("01", 20, 20)))
    assert course.csv("--steps", "01", "--exercises")[0] == 0
    assert course.table() == [["submission", "step 01", "01.a", "total", "max"], ["ada", "20", "20", "20", "20"]]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_no_name_is_a_formula(course: Course, name: str) -> None:
    course.add(graded(name, ("00", 1, 1)), "x")
    course.csv()
    assert course.table()[1][0] == f"'{name}"


def test_a_step_that_was_not_graded_is_told(course: Course) -> None:
    course.hand_in("ada")
    refused(course, course.csv("--steps", "00,07"), "ada was not graded on step 07 (graded: 00)")


def test_a_broken_report_stops_an_export(course: Course) -> None:
    course.hand_in("ada", "ben")
    (course.folder / "reports/ben/report.json").write_text("{")
    refused(course, course.csv(), "ben/report.json: not a report")
