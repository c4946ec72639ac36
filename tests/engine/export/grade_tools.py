"""A class's reports, two platforms' files for the class, and `lmi export` on them."""

from __future__ import annotations

import csv
import io
import sys
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
TRUE_ADA = "Ada_Lovelace_501_assignsubmission_file"


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


def refused(course: Course, said: Said, *words: str) -> None:
    """Exit status 2, the words on stderr, and no file."""
    status, out, err = said
    assert (status, out) == (2, "") and all(word in err for word in words), said
    assert not course.out.exists() and not [file for file in course.folder.iterdir() if file.name.startswith(".")]
