"""grades.csv: a row a submission, safe in a spreadsheet."""

import csv
import io

import pytest

from autograder.report.table import render_csv, spreadsheet_safe
from tests.engine.report.sample_report import exercise, report


def rows(reports, failures=None):
    return list(csv.DictReader(io.StringIO(render_csv(reports, failures))))


def test_a_row_has_the_total_the_steps_and_the_exercises():
    (row,) = rows([report()])
    seen = {key: row[key] for key in ("submission", "score", "max_score", "status", "step 00", "00.gradients")}
    assert list(seen.values()) == ["ada", "26", "73", "graded", "26", "6"]


def test_columns_are_in_course_order():
    first = report([exercise("00.b", "passed", 1, 1), exercise("00.a", "passed", 1, 1)])
    assert list(rows([first])[0]) == ["submission", "score", "max_score", "status", "step 00", "00.b", "00.a", "notes"]


def test_notes_say_what_did_not_pass():
    (row,) = rows([report([exercise("00.a", "timeout", 0, 1), exercise("00.b", "passed", 1, 1)])])
    assert row["notes"] == "00.a timed out"


def test_a_bonus_exercise_that_was_not_done_is_no_note():
    (row,) = rows([report([exercise("00.a", "not_started", 0, 0, bonus=True)])])
    assert row["notes"] == ""


def test_an_exercise_that_a_submission_was_not_graded_on_is_empty():
    a, b = report([exercise("00.a", "passed", 1, 1)]), report([exercise("00.b", "passed", 1, 1)])
    assert rows([a, b])[1]["00.a"] == ""


def test_a_submission_that_could_not_be_graded_has_a_reason_and_no_score():
    row = rows([report()], {"eve.zip": "not a zip"})[1]
    assert [row[key] for key in ("submission", "status", "score", "notes")] == [
        "eve.zip",
        "not graded",
        "",
        "not a zip",
    ]


def test_one_with_an_earlier_report_that_could_not_be_graded_again_has_one_row_with_its_score():
    [row] = rows([report()], {"ada": "not a zip"})
    assert row["score"] == "26" and row["notes"].startswith("could not be graded again: not a zip; ")


def test_a_grade_without_isolation_is_noted():
    assert rows([report(isolated=False)])[0]["notes"].startswith("graded without isolation")


def test_a_class_of_none_has_a_header_alone():
    assert render_csv([], {}) == "submission,score,max_score,status,notes\n"


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r\n=1", "  =1", "＝1", "\x00=1", "\x1b[0m=1"]
)
def test_a_name_cannot_be_a_formula(name):
    assert spreadsheet_safe(name)[0] not in "=+-@＝＋－＠\t\r\n "


@pytest.mark.parametrize("name", ["ada", "o'brien", "x=1", "Émile Zola", "a,b", 'say "hi"'])
def test_an_ordinary_name_is_kept(name):
    assert spreadsheet_safe(name) == name


@pytest.mark.parametrize("name", ["a,b", 'say "hi"', "line\nbreak", "\ud800"])
def test_a_name_cannot_break_out_of_its_row(name):
    assert len(rows([report(submission=name)], {f"{name} 2": name})) == 2
