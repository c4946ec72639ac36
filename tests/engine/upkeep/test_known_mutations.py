"""Mutations in the catalogue of known mistakes: which of them, with what words, and known when grading."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from autograder.course import Course, load_course
from autograder.expect import Fingerprint
from autograder.grading import Job, grade_one, worker
from autograder.report import ExerciseResult
from autograder.submission import BankError, mistaken, submission
from autograder.testing import Mistake, catalogue, known_mistakes
from autograder.upkeep import draw_mistakes, draw_mutations, solve, stale_mistakes, write_mistakes
from autograder.upkeep.known_mutations import _told_apart, _told_by_little
from autograder.upkeep.mistakes import Drawn
from autograder.upkeep.mutants import mutants
from tests.engine.tiny_course import STUB, edited
from tests.engine.tools import BACKEND, MODULE, own_modules

SQUARE = '"""wrong: squares. Fails: 00.double."""\ndef double(x): return x * x\n'


@pytest.fixture
def course(write_course: Any, tiny_sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Course]:
    monkeypatch.setattr(worker, "_sandbox", lambda job, kit: tiny_sandbox)
    with own_modules():
        yield load_course(write_course({"tests/banks/step00/wrong/double__square.py": SQUARE}))


def job(course: Course) -> Job:
    return Job(course.root, None, ("00",), BACKEND, 1, "salt")


def draw(course: Course) -> tuple[list[Drawn], list[Drawn]]:
    step = course.steps[0]
    solved = solve(course, step, job(course)).report
    assert solved
    bank = list(draw_mistakes(course, step, job(course)))
    return bank, draw_mutations(course, step, job(course), solved, bank)


def graded(course: Course, double: str) -> ExerciseResult:
    text = edited(STUB, ('raise NotImplementedError("Add x to itself")', double))
    report = grade_one("ada", submission("ada", {MODULE: text}), job(course), {"00.double"}).report
    assert report
    return next(report.exercises)


def test_the_half_that_nothing_is_measured_by_is_known_with_its_words(course: Course) -> None:
    step = course.steps[0]
    bank, drawn = draw(course)
    write_mistakes(course, step, [*bank, *drawn], {})
    known = [mistake for exercise in step.exercises for mistake in known_mistakes(course, exercise)]
    solved = solve(course, step, job(course)).report
    assert solved
    every = {mutant.id: mutant for mutant in mutants(course, step, solved)}
    ours = [mistake for mistake in known if "/" not in mistake.id]
    assert ours and known[0].id == "00/double__square"
    for mistake in ours:
        assert not every[mistake.id].held_out and mistake.says == every[mistake.id].mutation.says
        result = next(
            one for one in grade_one("it", mistaken(course, step, mistake.id), job(course)).report.exercises  # type: ignore[union-attr]
            if one.mistakes
        )  # fmt: skip
        assert mistake.says in [one.says for one in result.mistakes]
        assert "x + x" not in mistake.says and "functools" not in mistake.says
    assert not stale_mistakes(course, step, [*bank, *drawn])


def test_a_mutation_that_is_none_any_more_cannot_be_run(course: Course) -> None:
    with pytest.raises(BankError, match="no such mutation any more"):
        mistaken(course, course.steps[0], "00.sums.double-dropped-00000000")
    with pytest.raises(BankError, match="no such mutation any more"):
        mistaken(course, course.steps[0], "00.gone.double-dropped-00000000")


def test_a_catalogue_with_a_mutation_that_is_gone_costs_no_report(course: Course) -> None:
    step = course.steps[0]
    bank, drawn = draw(course)
    write_mistakes(course, step, [*bank, *drawn], {})
    file = catalogue(course, step)
    file.write_text(file.read_text().replace("00.sums.", "00.gone."))
    assert not graded(course, "return 0").mistakes


# ---------------------------------------------------------------- which of them


def saw(*numbers: float, raised: bool = False) -> Fingerprint:
    return Fingerprint("form", numbers, raised=raised)


def drawn(id: str, says: str, *numbers: float) -> Drawn:
    return Drawn(id, {"00.double": Mistake(id, says, {"test_it": saw(*numbers), "test_other": None})})


A, B = (3.0, 1.0, 2.0), (5.0, 1.0, 2.0)


@pytest.mark.parametrize(
    ("bank", "others", "kept"),
    [
        ([], [drawn("00.a", "adds", *A), drawn("00.b", "divides", *B)], ["00.a", "00.b"]),
        ([], [drawn("00.a", "adds", *A), drawn("00.b", "adds", *A)], ["00.a"]),
        ([], [drawn("00.a", "adds", *A), drawn("00.b", "divides", *A)], ["00.a", "00.b"]),
        ([], [drawn(f"00.{says}", says, *A) for says in ("adds", "divides", "squares")], []),
        ([drawn("00/a", "squares", *A)], [drawn("00.a", "adds", *A), drawn("00.b", "adds", *B)], ["00.b"]),
    ],
    ids=["apart", "the same words", "two of one behaviour", "three of one behaviour", "as the bank has it"],
)
def test_only_what_the_public_tests_tell_apart(bank: list[Drawn], others: list[Drawn], kept: list[str]) -> None:
    assert [one.name for one in _told_apart(bank, others) if one.known] == kept


def test_zeros_and_ones_come_of_too_many_mistakes() -> None:
    assert _told_by_little({"test_it": saw(1.0, 0.1, 0.1, 0.0, 0.0, 0.0), "test_raises": saw(raised=True)})
    assert not _told_by_little({"test_it": saw(1.0, 0.1, 0.1), "test_other": saw(0.3, 0.1, 0.1), "test_right": None})
