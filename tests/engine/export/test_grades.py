"""What every platform is given: the right points at the right student, or nothing and all the reasons."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.engine.export.grade_tools import ADA, CANVAS, MOODLE, TRUE_ADA, Course, Said, graded, refused


@pytest.fixture(params=["canvas", "moodle"])
def platform(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def export_to(course: Course, platform: str, *more: object) -> Said:
    return course.canvas(CANVAS, "101", *more) if platform == "canvas" else course.moodle(MOODLE, *more)


def ada_at(platform: str) -> str:
    return ADA if platform == "canvas" else TRUE_ADA


@pytest.mark.parametrize(
    "name", ["eve", "Ada_Lovelace", "lovelaceada_99_1_x", "Eve_999_assignsubmission_file", "lovelaceada", "11", "501"]
)
def test_a_submission_that_is_nobody_s_stops_everything(course: Course, platform: str, name: str) -> None:
    course.hand_in(ada_at(platform), name)
    refused(course, export_to(course, platform), f"{name} is no student's", "--names FILE")


def test_every_problem_is_told_at_once(course: Course, platform: str) -> None:
    course.hand_in("eve", "mallory", ada_at(platform))
    _, _, err = export_to(course, platform)
    assert err.splitlines()[:2] == ["eve is no student's", "mallory is no student's"]


def test_two_submissions_of_one_student_are_told(course: Course, platform: str) -> None:
    course.hand_in(ada_at(platform), f"{ada_at(platform)}-2")
    refused(course, export_to(course, platform), "has more than one:", f"{ada_at(platform)}-2", "Ada")


def test_the_same_submission_in_two_folders_is_told(course: Course, platform: str) -> None:
    course.hand_in(ada_at(platform))
    course.add(graded(ada_at(platform), ("00", 1, 10)), "elsewhere")
    refused(course, export_to(course, platform), "has more than one:")


def test_one_submission_of_two_students_is_told(course: Course) -> None:
    course.hand_in(ADA)
    refused(course, course.canvas(CANVAS.replace("S-12,grace", f"S-12,{ADA}")), f"{ADA} is more than one student's")
    refused(course, course.canvas(CANVAS.replace('Grace",12', 'Grace",11')), f"{ADA} is more than one student's")


def test_a_file_of_names_says_whose_submissions_are(course: Course, platform: str) -> None:
    course.hand_in("eve", ada_at(platform), f"{ada_at(platform)}-2")
    id = "14" if platform == "canvas" else "503"
    names = course.names(f"eve,{id}", f"{ada_at(platform)}-2,")
    assert export_to(course, platform, "--names", names)[0] == 0
    assert sum("6.67" in row for row in course.table()) == 2


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["eve,999"], "eve is said to be 999's, and no student has that ID"),
        (["bob,11"], "there is no report of a submission 'bob'"),
        (["eve,", "eve,"], "eve is there twice"),
    ],
)
def test_a_mistake_in_the_file_of_names_is_told(course: Course, platform: str, rows: Sequence[str], said: str) -> None:
    course.hand_in("eve")
    refused(course, export_to(course, platform, "--names", course.names(*rows)), "names.csv", said)


def test_another_maximum_on_the_platform_is_refused(course: Course, platform: str) -> None:
    course.hand_in(ada_at(platform), score=30, most=73)
    refused(course, export_to(course, platform), "73 points can be had, and 10 on the platform", "--out-of 10")


@pytest.mark.parametrize(("out_of", "grade"), [("10", "4.11"), ("5", "2.05")])
def test_out_of_scales(course: Course, platform: str, out_of: str, grade: str) -> None:
    course.hand_in(ada_at(platform), score=30, most=73)
    assert export_to(course, platform, "--out-of", out_of)[0] == 0
    assert any(grade in row for row in course.table())


@pytest.mark.parametrize("out_of", ["11", "0", "-1", "nan", "inf"])
def test_out_of_what_cannot_be_had_is_refused(course: Course, platform: str, out_of: str) -> None:
    course.hand_in(ada_at(platform))
    refused(course, export_to(course, platform, "--out-of", out_of), "--out-of")


def test_steps_choose_the_points(course: Course, platform: str) -> None:
    course.add(graded(ada_at(platform), ("00", 4, 10), ("01", 20, 20)))
    refused(course, export_to(course, platform), "30 points can be had")
    assert export_to(course, platform, "--steps", "00")[0] == 0
    assert any("4" in row for row in course.table())


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        ("Name,Points\nada,1\n", "has not the columns"),
        ("", "has not the columns"),
        (b"ID,Section,Identifier\n\xe9,,\n", "is not UTF-8"),
        ('ID,Section,Identifier,Grade,Maximum Grade,Last modified (grade),S (101)\n"a"b,,,,,,\n', "is not CSV"),
        ("ID,Section,Identifier,Grade,Maximum Grade,Last modified (grade),S (101)\n1,2,3,4,5,6,7,8\n", "8 cells for 7"),
        ("ID,Section,Identifier,Grade,Maximum Grade,Last modified (grade),S (101)\n", "holds no"),
        ("ID,ID,Section,Identifier,Identifier,Grade,Maximum Grade,Last modified (grade)\n", "more than one column"),
    ],
)
def test_a_file_of_another_kind_is_refused(course: Course, platform: str, sheet: str | bytes, said: str) -> None:
    course.hand_in(ada_at(platform))
    refused(course, course.canvas(sheet, "101") if platform == "canvas" else course.moodle(sheet), said)


def test_a_missing_file_is_told(course: Course) -> None:
    course.hand_in(ADA)
    given = ("moodle", course.folder / "reports", "--worksheet", course.folder / "nowhere.csv", "-o", course.out)
    refused(course, course.lmi(*given), "nowhere.csv: cannot be read")
    refused(course, course.lmi("csv", course.folder / "none", "-o", course.out), "none: no such file or folder")


def test_the_platform_s_file_is_not_written_over(course: Course) -> None:
    course.hand_in(TRUE_ADA)
    file = course.folder / "worksheet.csv"
    file.write_bytes(MOODLE.encode())
    refused(course, course.lmi("moodle", course.folder / "reports", "--worksheet", file, "-o", file), "written over")
    assert file.read_bytes() == MOODLE.encode()


def test_a_long_text_of_a_learner_is_no_hindrance(course: Course) -> None:
    course.hand_in(TRUE_ADA)
    assert course.moodle(MOODLE.replace("Two\r\n", "long " * 50_000))[0] == 0
    assert "long " * 50_000 in course.written()
