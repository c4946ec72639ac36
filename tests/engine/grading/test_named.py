"""A group of alike wrong submissions is named once, and each of their reports says it without being graded again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder import mistakes
from autograder.course import Course, load_course
from autograder.grading import grade_class, worker
from autograder.grading.worker import Job
from autograder.report import KnownMistake, load_report, to_json
from autograder.staff import render_reports
from autograder.study.running import run_tests
from autograder.submission import submission
from autograder.testing import names_file
from tests.engine.tiny_course import STUB, edited
from tests.engine.tools import BACKEND, MODULE, own_modules

TOLD = "In the public tests this behaves like a solution that adds two."
CLASS = {"ada": "return x + 2", "ben": "return 2 + x", "chloe": "return x + 4", "dan": "return x + x"}


def with_double(body: str) -> str:
    return edited(STUB, ('raise NotImplementedError("Add x to itself")', body))


@pytest.fixture
def course(write_course: Any, tiny_sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Course]:
    monkeypatch.setattr(worker, "_sandbox", lambda job, kit: tiny_sandbox)
    with own_modules():
        yield load_course(write_course({}))


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the class is kept once it has been graded."""
    return tmp_path_factory.mktemp("class") / "out"


@pytest.fixture
def graded(course: Course, kept: Path, tmp_path: Path) -> Path:
    """The folder of a class that has been graded."""
    if not kept.exists():
        grade(course, kept)
    return Path(shutil.copytree(kept, tmp_path / "out"))


def grade(course: Course, out: Path) -> Any:
    named = [(name, submission(name, {MODULE: with_double(body)})) for name, body in CLASS.items()]
    return grade_class(named, Job(course.root, out, ("00",), BACKEND, 1, "salt", seed=1))


def name(course: Course, report: Path, says: str = "Adds two.") -> int:
    return mistakes.name_group(course, report, "00.double", says)


def pages(out: Path, who: str) -> dict[str, str]:
    return {file: (out / who / file).read_text() for file in ("report.html", "report.md", "results.json", "staff.html")}


def test_a_name_reaches_every_report_of_the_group_and_no_other(course: Course, graded: Path) -> None:
    assert "not known as a mistake" in (graded / "index.html").read_text()
    before = {who: (graded / who / "report.json").read_bytes() for who in CLASS}
    assert name(course, graded / "ada") == 0
    assert render_reports(course, [graded], None, None) == 0
    for who in CLASS:
        assert {TOLD in text for text in pages(graded, who).values()} == {who in ("ada", "ben")}
        assert (graded / who / "report.json").read_bytes() == before[who]
    page = (graded / "index.html").read_text()
    assert "a solution that <strong>adds two</strong>" in page and "not known as a mistake" not in page


def test_it_is_said_of_public_tests_alone(course: Course, graded: Path) -> None:
    name(course, graded / "ada")
    render_reports(course, [graded], None, None)
    tests = json.loads((graded / "ben" / "results.json").read_text())["tests"]
    assert "public" in str(tests) and sum(TOLD in str(test) for test in tests) == 1


def test_another_name_for_the_same_corrects_the_words(course: Course, graded: Path) -> None:
    name(course, graded / "ada", "adds tow")
    render_reports(course, [graded], None, None)
    name(course, graded / "ben" / "report.json")
    render_reports(course, [graded / "ada"], None, None)
    assert "adds tow" not in str(pages(graded, "ada")) and TOLD in pages(graded, "ada")["report.md"]
    [entry] = json.loads(names_file(course, course.steps[0]).read_text())["mistakes"]["00.double"]
    assert entry["says"] == "adds two" and entry["id"].startswith("00/named-")


def test_a_name_that_is_taken_out_of_the_file_is_said_no_more(course: Course, graded: Path) -> None:
    name(course, graded / "ada")
    render_reports(course, [graded], None, None)
    names_file(course, course.steps[0]).unlink()
    render_reports(course, [graded], None, None)
    assert TOLD not in str(pages(graded, "ada")) and "not known as a mistake" in (graded / "index.html").read_text()


def test_what_is_handed_back_elsewhere_says_it_too(course: Course, graded: Path, tmp_path: Path) -> None:
    name(course, graded / "ada")
    render_reports(course, [graded], tmp_path / "back", None)
    assert TOLD in (tmp_path / "back" / "ben" / "report.md").read_text()


def test_grading_again_takes_the_class_as_it_is_and_says_it(course: Course, graded: Path) -> None:
    name(course, graded / "ada")
    assert all(outcome.taken for outcome in grade(course, graded).outcomes)
    assert TOLD in pages(graded, "ben")["report.html"] and "adds two" in (graded / "index.html").read_text()


def test_a_new_submission_that_does_the_same_is_told_when_it_is_graded(course: Course, graded: Path) -> None:
    name(course, graded / "ada")
    file = (graded / "ben" / "report.json").read_text()
    (graded / "ben" / "report.json").unlink()
    grade(course, graded)
    assert TOLD in pages(graded, "ben")["report.html"] and TOLD not in (graded / "ben" / "report.json").read_text()
    assert load_report(graded / "ben" / "report.json").score == json.loads(file)["score"]


def test_a_learner_is_told_at_home(course: Course, graded: Path) -> None:
    name(course, graded / "ada")
    (course.root / "exercises" / MODULE).write_text(with_double("return x - -2"))
    found = run_tests(course, course.steps, course.exercise("00.double"))
    assert found.findings[0].message.startswith(f"{TOLD}\ndouble(3): ")


@pytest.mark.parametrize(
    ("who", "says", "why"),
    [
        ("ada", "Two too many", "beginning with a verb"),
        ("ada", "adds two\nand more", "in one line"),
        ("ada", "adds " * 40, "in one line"),
        ("dan", "adds two", "nothing is known"),
        ("eve", "adds two", "no such report"),
    ],
)
def test_what_cannot_be_named_says_why(
    course: Course, graded: Path, capsys: pytest.CaptureFixture[str], who: str, says: str, why: str
) -> None:
    assert name(course, graded / who, says) == 2
    assert why in capsys.readouterr().err and not names_file(course, course.steps[0]).exists()


def test_what_is_known_already_needs_no_name(course: Course, graded: Path, capsys: pytest.CaptureFixture[str]) -> None:
    known = load_report(graded / "ada" / "report.json")
    next(known.exercises).mistakes = [KnownMistake(id="00/double__two", says="adds 2")]
    (graded / "ada" / "report.json").write_text(to_json(known))
    assert name(course, graded / "ada") == 2 and "it adds 2" in capsys.readouterr().err
