"""The catalogue of known mistakes: made from the banks, told to learners, checked, and right about hidden tests."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from autograder.course import Course, load_course
from autograder.grading import Job, explain, grade_one, one, worker
from autograder.report import ExerciseResult
from autograder.study.running import run_tests
from autograder.submission import mistaken, read_bank, submission
from autograder.testing import catalogue
from autograder.upkeep import draw_mistakes, mistakes_alike, stale_mistakes, write_mistakes
from autograder.upkeep.cases import fails_and_is_known
from autograder.upkeep.mistakes import id_of
from tests.engine.tiny_course import STUB, edited
from tests.engine.tools import BACKEND, MODULE, own_modules

BANK = {
    "plus": "wrong: adds one. Fails: 00.double.",
    "square": "wrong: squares. Fails: 00.double.",
    "fixed": "wrong: knows the example alone. Fails: 00.double.",
    "refuses": "wrong: refuses every number. Fails: 00.double.",
}
BODIES = {"plus": "x + 1", "square": "x * x", "fixed": "6", "refuses": "int('no')"}
FILES = {
    f"tests/banks/step00/wrong/double__{name}.py": f'"""{says}"""\ndef double(x): return {BODIES[name]}\n'
    for name, says in BANK.items()
}
_drawn: list[str] = []  # the catalogue, made once


@pytest.fixture
def course(write_course: Any, tiny_sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Course]:
    """The tiny course with its catalogue."""
    monkeypatch.setattr(worker, "_sandbox", lambda job, kit: tiny_sandbox)
    with own_modules():
        course = load_course(write_course(FILES))
        file = catalogue(course, course.steps[0])
        if not _drawn:
            draw(course)
            _drawn.append(file.read_text())
        file.write_text(_drawn[0])
        yield course


def job(course: Course) -> Job:
    return Job(course.root, None, ("00",), BACKEND, 1, "salt")


def draw(course: Course) -> None:
    write_mistakes(course, course.steps[0], list(draw_mistakes(course, course.steps[0], job(course))), {})


def graded(course: Course, double: str) -> ExerciseResult:
    text = edited(STUB, ('raise NotImplementedError("Add x to itself")', double))
    report = grade_one("ada", submission("ada", {MODULE: text}), job(course), {"00.double"}).report
    assert report
    return next(report.exercises)


def messages(result: ExerciseResult) -> dict[str, str]:
    return {test.visibility: test.message for test in result.tests}


def test_it_holds_what_was_done_and_no_solution(course: Course) -> None:
    text = catalogue(course, course.steps[0]).read_text()
    entries = json.loads(text)["mistakes"]["00.double"]
    assert {entry["says"] for entry in entries} == {
        "adds one", "squares", "knows the example alone", "refuses every number",
    }  # fmt: skip
    assert next(e for e in entries if e["says"] == "knows the example alone")["failed"] == {}
    assert "x + 1" not in text and "return" not in text


def test_another_way_to_write_a_known_mistake_is_known(course: Course) -> None:
    result = graded(course, "return sum([x, 1])")
    assert messages(result)["public"].startswith("This behaves like a solution that adds one.\n")
    assert messages(result)["hidden"].startswith("This behaves like a solution that adds one.\n")
    assert [(m.id, m.says) for m in result.mistakes] == [("00/double__plus", "adds one")]


def test_what_only_hidden_tests_see_is_known_by_the_same_inputs(course: Course) -> None:
    result = graded(course, "return 3 + 3")
    assert messages(result)["public"] == ""
    assert messages(result)["hidden"].startswith("This behaves like a solution that knows the example alone.\n")


def test_of_an_exercise_that_takes_long_no_known_solution_is_run(course: Course) -> None:
    """The catalogue says which these are: no clock does when grading."""
    step = course.steps[0]
    drawn = list(draw_mistakes(course, step, job(course)))
    write_mistakes(course, step, drawn, {"00.double": 3.5})
    assert not graded(course, "return 3 + 3").mistakes and not graded(course, "return x + 1").mistakes
    write_mistakes(course, step, drawn, {"00.double": 2.5})  # it stays long: machines differ
    assert json.loads(catalogue(course, step).read_text())["long"] == ["00.double"]
    write_mistakes(course, step, drawn, {"00.double": 1.4})
    assert graded(course, "return 3 + 3").mistakes


def test_a_step_runs_only_so_many_known_solutions(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explain, "MOST_RUN", 0)
    assert not graded(course, "return 3 + 3").mistakes and not graded(course, "return x + 1").mistakes


def test_a_known_solution_that_cannot_be_graded_costs_no_report(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = one._run_tests

    def only_once(*args: Any) -> Any:
        if done:
            raise one.GradingError("ours")
        done.append(True)
        return run(*args)

    done: list[bool] = []
    monkeypatch.setattr(one, "_run_tests", only_once)
    result = graded(course, "return 3 + 3")
    assert messages(result)["hidden"].startswith("Double: ") and not result.mistakes


@pytest.mark.parametrize(
    "double", ["return x + 1 if x == 3 else x + 2", "return x + 2", "return 6 if x == 3 else 0", "return str(x)"]
)
def test_what_differs_anywhere_is_not_known(course: Course, double: str) -> None:
    result = graded(course, double)
    assert not result.mistakes and "behaves like" not in "".join(messages(result).values())


def test_an_exception_of_the_same_kind_alone_is_no_evidence(course: Course) -> None:
    result = graded(course, "return int('another reason')")
    assert not result.mistakes and messages(result)["public"].startswith("Raised an exception: ValueError")


def test_a_right_solution_is_told_nothing(course: Course) -> None:
    result = graded(course, "return 2 * x")
    assert result.passed and not result.mistakes


def test_a_learner_is_told_without_the_reference(course: Course) -> None:
    stub = edited(STUB, ('raise NotImplementedError("Add x to itself")', "return 1 + x"))
    (course.root / "exercises" / MODULE).write_text(stub)
    found = run_tests(course, course.steps, course.exercise("00.double"))
    assert found.findings[0].message.startswith("This behaves like a solution that adds one.\ndouble(3): ")


def test_two_that_public_tests_cannot_tell_apart_are_both_said_and_listed(course: Course) -> None:
    bank = course.root / "tests/banks/step00/wrong"
    (bank / "double__next.py").write_text(
        '"""wrong: takes the next one. Fails: 00.double."""\ndef double(x): return -~x\n'
    )
    draw(course)
    told = "This behaves like a solution that takes the next one, or one that adds one.\n"
    assert messages(graded(course, "return x + 1"))["public"].startswith(told)
    [(exercise, group)] = mistakes_alike(course, course.steps[0])
    assert exercise == "00.double" and {m.says for m in group} == {"takes the next one", "adds one"}


def test_three_alike_help_nobody(course: Course) -> None:
    bank = course.root / "tests/banks/step00/wrong"
    for name in ("one", "two"):
        text = f'"""wrong: does as {name} does. Fails: 00.double."""\ndef double(x): return x + 1\n'
        (bank / f"double__{name}.py").write_text(text)
    draw(course)
    assert not graded(course, "return x + 1").mistakes


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("double__plus.py", '"""wrong: adds two. Fails: 00.double."""\ndef double(x): return x + 1\n'),
        ("double__new.py", '"""wrong: subtracts. Fails: 00.double."""\ndef double(x): return x - 1\n'),
        ("double__refuses.py", '"""wrong: refuses every number. Fails: 00.double."""\ndef double(x): return x["no"]\n'),
    ],
)
def test_a_bank_that_has_changed_makes_it_stale(course: Course, file: str, text: str) -> None:
    step = course.steps[0]
    assert stale_mistakes(course, step, list(draw_mistakes(course, step, job(course)))) == []
    (course.root / "tests/banks/step00/wrong" / file).write_text(text)
    [said] = stale_mistakes(course, step, list(draw_mistakes(course, step, job(course))))
    assert file in said and "run `lmi mistakes 00`" in said
    [entry] = [entry for entry in read_bank(course, "step00/wrong") if entry.path.name == file]
    judge = fails_and_is_known(course, step, entry)
    report = grade_one("it", mistaken(course, step, id_of(step, entry)), job(course), {"00.double"}).report
    assert report and "run `lmi mistakes 00`" in str(judge(report))


def test_a_wrong_solution_that_is_gone_makes_it_stale(course: Course) -> None:
    (course.root / "tests/banks/step00/wrong/double__plus.py").unlink()
    step = course.steps[0]
    [said] = stale_mistakes(course, step, list(draw_mistakes(course, step, job(course))))
    assert "00/double__plus" in said


def test_a_course_without_one_says_nothing(course: Course) -> None:
    catalogue(course, course.steps[0]).unlink()
    assert not graded(course, "return x + 1").mistakes
