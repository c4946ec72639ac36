"""Grades for a spreadsheet, for Canvas and for Moodle: the right points at the right student, all else as it was."""

from __future__ import annotations

import csv
import io
import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from autograder import cli
from autograder.report import Report, StepResult, to_json
from autograder.submission.read import submission_name
from tests.engine.report.sample_report import exercise, report
from tests.engine.tools import own_modules

CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Step 00 (101),Step 01 (102),Assignments Current Score,Final Grade
,,,,,Manual Posting,,,
    Points Possible,,,,,10.00,20.00,(read only),(read only)
"Lovelace, Ada",11,S-11,ada@example.org,Interpretability,,5.00,50.00,F
"Hopper, Grace",12,S-12,grace,Interpretability,7.00,,70.00,C
"Turing, Alan",13,S-13,alan,Interpretability,EX,,,
"Noether, Emmy",14,S-14,emmy,"Interpretability and Algebra",,,,
"Student, Test",15,,c0ffee,Interpretability,,,,
"""
MOODLE = (
    "\ufeffIdentifier,\"Full name\",\"Email address\",Status,Grade,\"Maximum Grade\",\"Grade can be changed\","
    "\"Last modified (submission)\",\"Online text\",\"Last modified (grade)\",\"Feedback comments\"\r\n"
    "\"Participant 501\",\"Ada Lovelace\",ada@example.org,\"Submitted for grading\",,10.00,Yes,"
    "\"Friday, 27 November 2026, 1:00 PM\",\"Two\r\nlines, \"\"quoted\"\"\",-,\r\n"
    "\"Participant 502\",\"Grace Hopper\",grace@example.org,\"Submitted for grading - 2 days late\",5.00,10.00,Yes,-,,"
    "\"Friday, 20 November 2026, 1:00 PM\",\"<p>Well done!</p>\"\r\n"
    "\"Participant 503\",\"Alan Turing\",alan@example.org,\"No submission\",,10.00,Yes,-,,-,\r\n"
    "\"Participant 504\",\"Emmy Noether\",emmy@example.org,\"Submitted for grading\",3.00,10.00,No,-,,-,\r\n"
)  # fmt: skip
ADA, GRACE = "lovelaceada_11_9001_submission", "hoppergrace_LATE_12_9002_submission"


def graded(name: str, *scores: tuple[str, float, float]) -> Report:
    """A report of a submission on steps with (id, score, maximum)."""
    steps = []
    for id, score, most in scores:
        status = "passed" if score == most else "partial"
        steps.append(StepResult.of(id, f"Step <{id}>", [exercise(f"{id}.a", status, score, most)]))
    shape = report([], submission=name).model_dump() | {
        "steps": [step.model_dump() for step in steps],
        "score": sum(score for _, score, _ in scores), "max_score": sum(most for _, _, most in scores),
    }  # fmt: skip
    return Report.model_validate(shape)


Said = tuple[int, str, str]


class Course:
    """A folder of reports, a platform's file, and `lmi export` on them."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch) -> None:
        self.folder, self.capsys, self.patch = folder, capsys, patch
        (folder / "reports").mkdir()

    def hand_in(self, *names: str, score: float = 6.665, most: float = 10) -> None:
        for name in names:
            self.add(graded(name, ("00", score, most)))

    def add(self, made: Report, folder: str | None = None) -> None:
        place = self.folder / "reports" / (folder or submission_name(Path(f"{made.submission}.zip")))
        place.mkdir(exist_ok=True)
        (place / "report.json").write_text(to_json(made))

    def lmi(self, *arguments: object) -> Said:
        self.patch.setattr(sys, "argv", ["lmi", "export", *map(str, arguments)])
        self.capsys.readouterr()
        with own_modules(), pytest.raises(SystemExit) as left:
            cli.main()
        shown = self.capsys.readouterr()
        return int(left.value.code or 0), shown.out, shown.err

    @property
    def out(self) -> Path:
        return self.folder / "upload.csv"

    def written(self) -> str:
        return self.out.read_bytes().decode()

    def table(self, delimiter: str = ",") -> list[list[str]]:
        text = self.written().removeprefix("\ufeff")
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))

    def csv(self, *more: object) -> Said:
        return self.lmi("csv", self.folder / "reports", "-o", self.out, *more)

    def canvas(self, sheet: str | bytes = CANVAS, assignment: str = "Step 00 (101)", *more: object) -> Said:
        file = self._file("gradebook.csv", sheet)
        return self.lmi(
            "canvas", self.folder / "reports", "--gradebook", file, "--assignment", assignment, "-o", self.out, *more
        )

    def moodle(self, sheet: str | bytes = MOODLE, *more: object) -> Said:
        file = self._file("worksheet.csv", sheet)
        return self.lmi("moodle", self.folder / "reports", "--worksheet", file, "-o", self.out, *more)

    def names(self, *rows: str) -> Path:
        return self._file("names.csv", "\n".join(["submission,ID", *rows]) + "\n")

    def _file(self, name: str, content: str | bytes) -> Path:
        (self.folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return self.folder / name


@pytest.fixture
def course(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Course]:
    with own_modules():
        yield Course(tmp_path, capsys, monkeypatch)


def refused(course: Course, said: Said, *words: str) -> None:
    """Exit status 2, the words on stderr, and no file."""
    status, out, err = said
    assert (status, out) == (2, "") and all(word in err for word in words), said
    assert not course.out.exists() and not [file for file in course.folder.iterdir() if file.name.startswith(".")]


# ---------------------------------------------------------------- csv


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


# ---------------------------------------------------------------- Canvas


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


# ---------------------------------------------------------------- Moodle

TRUE_ADA = "Ada_Lovelace_501_assignsubmission_file"


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


# ---------------------------------------------------------------- what both ask for


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


# ---------------------------------------------------------------- pages for Moodle


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
