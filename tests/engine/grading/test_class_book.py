"""The gradebook in use: every attempt kept, what counts in the class's files, exports and pages; on both databases."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from autograder import cli
from autograder.grading import class_book
from autograder.grading.gradebook import Gradebook, GradebookError
from autograder.grading.many import grade_class
from tests.engine.grading.pretend import Pretend, job_for, pretend, solved, two_steps
from tests.engine.tiny_course import SOLUTION, STUB, write_tiny_course
from tests.engine.tools import own_modules

__all__ = ["pretend"]
HALF = SOLUTION.replace("return x + x", "return 2 * x")
LATE = """
[attempts]
counts = "best"

[attempts.deadlines]
"00" = 2026-01-01T12:00:00Z

[attempts.late]
percent = 10
days = 3
"""


class Class:
    """A course, a class's folder, its gradebook, and what staff type about it."""

    def __init__(self, place: Path, where: str):
        self.place, self.out, self.where = place, place / "out", where
        self.attempts("")

    def attempts(self, toml: str) -> None:
        files = two_steps()
        write_tiny_course(self.place / "course", files | {
            "grading_configs/course.toml": files["grading_configs/course.toml"] + toml
        })  # fmt: skip

    def grade(self, *handed: Any, **more: Any) -> None:
        job = job_for(self.place / "course", self.out, gradebook=self.where, **more)
        grade_class(list(handed), job)

    def file(self, name: str, text: str, day: int) -> tuple[str, Path]:
        """A module handed in on this day of January 2026."""
        folder = self.place / name / "exercises" / "step00_sums"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "sums.py").write_text(text)
        moment = 1767225600 + (day - 1) * 86400
        os.utime(self.place / name, (moment, moment))
        return name, self.place / name

    def lmi(self, *words: str, fails: bool = False) -> str:
        done = CliRunner().invoke(cli.app, [*words])
        assert done.exit_code == (2 if fails else 0), done.output
        return " ".join(done.output.split())

    def book(self, command: str, *words: str, fails: bool = False) -> str:
        return self.lmi("gradebook", command, str(self.out), *words, "--gradebook", self.where, fails=fails)

    def table(self) -> dict[str, dict[str, str]]:
        with open(self.out / "grades.csv", newline="") as file:
            return {row["submission"]: row for row in csv.DictReader(file)}


@pytest.fixture
def room(tmp_path: Path, where: str, pretend: Pretend, monkeypatch: pytest.MonkeyPatch) -> Iterator[Class]:
    with own_modules():
        made = Class(tmp_path, where)
        monkeypatch.chdir(tmp_path / "course")
        monkeypatch.setenv("LMI_AUTHOR", "kim")
        yield made


def test_every_attempt_is_kept_and_told(room: Class) -> None:
    room.grade(solved())
    room.grade(solved(text=STUB))
    said = room.book("history", "ada")
    assert "20 / 20, content" in said and "0 / 20, content" in said
    assert "graded because of: what was handed in" in said and "the last attempt counts, of 2" in said
    assert room.table()["ada"]["score"] == "0"


def test_an_attempt_that_never_reached_the_gradebook_does_before_it_is_replaced(
    room: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(class_book.ClassBook, "write", lambda *_: (0, 0))  # as when the run was killed before
        room.grade(solved())
    room.grade(solved(text=STUB))
    with Gradebook(room.where) as book:
        assert [row["score"] for row in book.gradings("ada")] == [20, 0]


def test_the_best_counts_with_what_lateness_costs(room: Class) -> None:
    room.attempts(LATE)
    room.grade(room.file("ada", STUB, 1), steps=("00",))
    room.grade(room.file("ada", SOLUTION, 3), steps=("00",))
    row = room.table()["ada"]
    assert (row["score"], row["max_score"], row["step 00"]) == ("8", "10", "8")
    assert "late by 2 days, so 8 of 10 points" in row["notes"] and "the best attempt counts, of 2" in row["notes"]


def test_more_time_is_given_before_anything_was_graded(room: Class) -> None:
    room.attempts(LATE)
    room.book("extend", "ada", "--until", "2026-01-04T12:00Z", "--reason", "ill")
    room.grade(room.file("ada", SOLUTION, 4), room.file("ben", SOLUTION, 4), steps=("00",))
    table = room.table()
    assert (table["ada"]["score"], table["ben"]["score"]) == ("10", "7")
    assert "more time, until 2026-01-04 12:00 UTC (kim, " in table["ada"]["notes"]


def test_what_people_decide_outlives_every_grading_and_shows_everywhere(room: Class, tmp_path: Path) -> None:
    room.grade(solved(), solved("ben"))
    said = room.book("adjust", "ada", "--step", "00", "--by", "-2.5", "--reason", "shared code")
    assert "step 00: -2.5 points (kim, " in said and ": shared code)" in said
    room.grade(solved(), solved("ben"), regrade=True)
    table = room.table()
    assert (table["ada"]["score"], table["ada"]["step 00"], table["ben"]["score"]) == ("17.5", "7.5", "20")
    assert "shared code" in table["ada"]["notes"] and table["ben"]["notes"].count("shared") == 0
    for page in ("report.html", "report.md", "results.json", "staff.html"):
        text = (room.out / "ada" / page).read_text()
        assert "What counts: 17.5 of 20." in text and "shared code" in text
        assert "shared code" not in (room.out / "ben" / page).read_text()
    room.lmi("export", "csv", str(room.out), "-o", str(tmp_path / "e.csv"), "--class-gradebook", room.where)
    assert (tmp_path / "e.csv").read_text().splitlines()[1:] == ["ada,7.5,10,17.5,20", "ben,10,10,20,20"]
    assert json.loads((room.out / "ada" / "report.json").read_text())["score"] == 20


def test_a_withdrawn_decision_counts_no_longer_and_stays_in_the_trail(room: Class) -> None:
    room.grade(solved())
    room.book("adjust", "ada", "--step", "00", "--to", "1", "--reason", "by mistake")
    assert room.table()["ada"]["score"] == "11"
    room.book("withdraw", "ada", "1", "--reason", "was ben's")
    assert room.table()["ada"]["score"] == "20" and not (room.out / "ada" / "counted.txt").exists()
    assert "What counts" not in (room.out / "ada" / "report.html").read_text()
    said = room.book("trail")
    assert "kim graded run" in said and ": 0 taken, 1 graded, 0 not" in said
    assert "kim adjusted ada: step 00: set to 1 points (kim, " in said
    assert "kim withdrew ada: adjustment 1 (kim: was ben's)" in said
    assert "no adjustment 1 that stands" in room.book("withdraw", "ada", "1", "--reason", "again", fails=True)


def test_what_changed_and_why(room: Class) -> None:
    room.grade(solved(), solved("ben"))
    room.grade(solved(text=STUB), solved("ben"))
    said = room.book("changes")
    assert "ada 20 → 0" in said and "because of: what was handed in" in said and "ben" not in said
    assert "00.double: passed (4) → failed (0)" in said and "1 graded more than once, 1 once." in said


def test_a_policy_that_changes_is_told_and_applies_without_grading(room: Class, pretend: Pretend) -> None:
    room.grade(room.file("ada", SOLUTION, 3), steps=("00",))
    room.attempts(LATE)
    room.book("write")
    assert (room.table()["ada"]["score"], len(pretend.asked)) == ("8", 1)
    assert '"counts":"best"' in room.book("trail")


REFUSED: dict[str, tuple[Callable[[Class], str], str]] = {
    "no such learner": (
        lambda room: room.book("adjust", "zoe", "--step", "00", "--by", "1", "--reason", "x", fails=True),
        "nobody called 'zoe' was graded; there are: ada",
    ),
    "no such step": (
        lambda room: room.book("adjust", "ada", "--step", "7", "--by", "1", "--reason", "x", fails=True),
        "there is no step '7'",
    ),
    "no reason": (
        lambda room: room.book("adjust", "ada", "--step", "00", "--by", "1", "--reason", " ", fails=True),
        "say the reason",
    ),
    "two ways at once": (
        lambda room: room.book("adjust", "ada", "--step", "00", "--by", "1", "--to", "2", "--reason", "x", fails=True),
        "say either --by or --to",
    ),
    "no zone": (
        lambda room: room.book("extend", "ada", "--until", "2026-01-01", "--reason", "x", fails=True),
        "is no time with a zone",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_decided_is_refused(
    tmp_path: Path, pretend: Pretend, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    with own_modules():
        room = Class(tmp_path, str(tmp_path / "book.sqlite"))
        monkeypatch.chdir(tmp_path / "course")
        room.grade(solved())
        refused, said = REFUSED[what]
        assert said in refused(room)


def test_a_gradebook_elsewhere_is_never_passed_over(tmp_path: Path, pretend: Pretend) -> None:
    with own_modules():
        room = Class(tmp_path, str(tmp_path / "elsewhere.sqlite"))
        room.grade(solved())
        with pytest.raises(GradebookError, match="elsewhere.sqlite: say so with --gradebook"):
            grade_class([solved()], job_for(tmp_path / "course", room.out))
        assert "say so with --gradebook" in room.lmi("gradebook", "trail", str(room.out), fails=True)
        assert "say so with --gradebook" in room.lmi("export", "csv", str(room.out), "-o", "x.csv", fails=True)
    assert not (room.out / "gradebook.sqlite").exists()
