"""Mutations and wrong solutions tried as submissions are: who notices them, what is said, and the report on both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course, load_course
from autograder.grading import Job, worker
from autograder.submission import read_bank, solutions
from autograder.upkeep import Sample, Share, Tried, choose, draw_mistakes, equivalent, solve, try_all, write_mistakes
from autograder.upkeep.judged import Judged, Judgement, Verdict, read_judged, unjudged
from autograder.upkeep.measured import report_text
from autograder.upkeep.mutants import Mutant, mutants
from autograder.upkeep.tried import Message
from tests.engine.tools import BACKEND, own_modules

PLUS = '"""wrong: adds one. Fails: 00.double."""\ndef double(x): return x + 1\n'


@pytest.fixture
def course(write_course: Any, tiny_sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Course]:
    monkeypatch.setattr(worker, "_sandbox", lambda job, kit: tiny_sandbox)
    with own_modules():
        yield load_course(write_course({"tests/banks/step00/wrong/double__plus.py": PLUS}))


def job(root: Path) -> Job:
    return Job(root, None, ("00",), BACKEND, 1, "salt", seed=1)


def chosen(course: Course, sample: Sample | None = None) -> list[Mutant]:
    found = choose(course, course.steps[0], job(course.root), sample or Sample())
    assert found.problem is None and all(one.held_out for one in found.mutants)
    return found.mutants


def of_double(course: Course, *texts: str) -> list[Mutant]:
    """`double` with other bodies, as mutants."""
    (path, text) = next((path, text) for path, text in solutions(course, course.steps[0]).items() if "x + x" in text)
    like = next(one for one in chosen(course) if one.path == path)
    own = frozenset({"00.double"})
    return [
        replace(like, mutation=replace(like.mutation, id=body, source=text.replace("x + x", body)), own=own, only=own)
        for body in texts
    ]


def tried(course: Course, mutants: list[Mutant], bank: bool = False) -> list[Tried]:
    (step,) = course.steps
    return list(try_all(course, step, job(course.root), read_bank(course, "step00/wrong") if bank else [], mutants))


def test_what_is_wrong_is_graded_where_it_can_be_told_and_its_messages_are_kept(course: Course) -> None:
    minus, sign = tried(course, of_double(course, "x - x", "-(x + x)"))
    assert minus.first and (minus.first.exercise, minus.first.visibility, minus.first.told) == (
        "00.double", "public", "bare",
    )  # fmt: skip
    assert sign.first and sign.first.told == "recogniser" and "wrong sign" in sign.first.text
    assert sign.noticed_by("public") and sign.noticed_by("hidden")


def test_what_the_catalogue_holds_is_told_by_its_behaviour(course: Course) -> None:
    step = course.steps[0]
    write_mistakes(course, step, list(draw_mistakes(course, step, job(course.root))), {})
    bank, mutant = sorted(tried(course, of_double(course, "1 + x"), bank=True), key=lambda one: one.kind)
    assert (bank.kind, mutant.kind) == ("bank", "mutation")
    assert bank.first and mutant.first and (bank.first.told, mutant.first.told) == ("behaviour", "behaviour")


def test_what_nothing_tells_from_the_solution_is_not_noticed(course: Course) -> None:
    (same,) = tried(course, of_double(course, "2 * x"))
    assert not same.noticed and same.first is None and same.problem is None


def test_the_rest_is_asked_only_where_its_own_exercise_notices_nothing(course: Course) -> None:
    wide = [replace(one, only=frozenset({"00.double", "00.total"})) for one in of_double(course, "x - x", "2 * x")]
    minus, same = tried(course, wide)
    assert {message.exercise for message in minus.messages} == {"00.double"} and not same.noticed


def test_shares_and_numbers_choose_what_is_tried(course: Course) -> None:
    every = [one.id for one in chosen(course)]
    assert len(every) == 3 and every == [one.id for one in sorted(chosen(course), key=lambda one: one.rank)]
    assert [one.id for one in chosen(course, Sample(mutations=2))] == every[:2]
    parts = [[one.id for one in chosen(course, Sample(share=Share(part, 3)))] for part in (1, 2, 3)]
    assert sorted(sum(parts, [])) == sorted(every)
    too_long = choose(course, course.steps[0], job(course.root), Sample(longest=0.0))
    assert not too_long.mutants and not too_long.files and too_long.too_long == len(every) + 1


# ---------------------------------------------------------------- the report


def one(id: str, kind: Any = "mutation", *messages: Message, problem: str | None = None) -> Tried:
    return Tried(id, "a → b", id[:2], kind, f"{id[:2]}.double", messages, problem)


def said(visibility: str, known_by: str = "", outcome: str = "failed") -> Message:
    return Message("00.double", visibility, "test_it", outcome, "a | b\nsecond", known_by)


FOUND = [
    one("00.a", "mutation", said("public", "sign"), said("hidden")),
    one("00.b", "mutation", said("hidden", outcome="error")),
    one("00.c"),
    one("00.d"),
    one("01.e", "mutation", said("public", "behaviour")),
    one("00/bank", "bank", said("public", "mistake")),
    one("00.f", problem="no sandbox"),
]


def test_the_report_counts_who_notices_and_who_knows() -> None:
    text = report_text(FOUND, {"00.c": "the same number", "01.e": "none"}, "All.")
    lines = text.splitlines()
    assert lines[2] == "All."
    assert "| 00 | mutation | 4 | 1 | 2 | 2 | 1 | 1 | 66.7 % |" in lines
    assert "| all | mutation | 5 | 2 | 2 | 2 | 1 | 1 | 50.0 % |" in lines
    assert "| 00 | mutation | 0 (0.0 %) | 0 (0.0 %) | 1 (50.0 %) | 1 (50.0 %) | 0 (0.0 %) |" in lines
    assert "| 00 | bank | 0 (0.0 %) | 1 (100.0 %) | 0 (0.0 %) | 0 (0.0 %) | 0 (0.0 %) |" in lines
    assert "- `00.c` (a → b): the same number" in lines and "- `00.d` (a → b): unexplained" in lines
    assert "- 01.e" in lines and "- 00.f: no sandbox" in lines
    assert "| 00.a | a → b | recogniser, public | a \\| b / second |" in lines


def test_an_exercise_whose_hidden_tests_let_much_pass_is_listed() -> None:
    many = [one(f"00.{i}", "mutation", *([said("hidden")] if i < 9 else [])) for i in range(12)]
    assert "- 00.double: 75 % of 12" in report_text(many, {}, "").splitlines()
    reasons = {f"00.{i}": "it is" for i in (9, 10, 11)}
    assert "00.double: " not in report_text(many, reasons, "")


def judged(**messages: tuple[Verdict, str]) -> Judged:
    return Judged(date(2026, 11, 29), {f"00.{id}": Judgement(*judged) for id, judged in messages.items()})


def test_what_was_judged_is_counted_and_what_has_changed_is_listed() -> None:
    read = judged(a=("names", "a | b"), b=("bare", "another message"), c=("helps", "a | b"), z=("false", "not tried"))
    lines = report_text(FOUND, {}, "", read).splitlines()
    assert "## Judged by reading, 2026-11-29" in lines
    assert "| 00 | 4 | 1 (25.0 %) | 1 (25.0 %) | 1 (25.0 %) | 1 (25.0 %) |" in lines
    assert [line for line in lines if "(judged: " in line] == [
        "- `00.b` (a → b): a \\| b (judged: another message)",
        "- `00.c` (a → b): not noticed any more (judged: a \\| b)",
    ]


def test_another_line_or_number_is_no_other_message() -> None:
    exception = replace(said("public", outcome="error"), text="Raised an exception: ValueError, line 12 of sums.py.")
    was = judged(a=("helps", "Raised an exception: ValueError, line 9 of sums.py."))
    assert not list(unjudged([one("00.a", "mutation", exception)], was))
    kind = judged(a=("helps", "Raised an exception: TypeError, line 12 of sums.py."))
    assert len(list(unjudged([one("00.a", "mutation", exception)], kind))) == 1


def test_judgements_are_read_with_their_date_and_a_wrong_word_is_told(course: Course) -> None:
    assert read_judged(course) == Judged()
    file = course.root / "tests/banks/judged.toml"
    file.write_text('date = 2026-11-29\n[message]\n"00.a" = { verdict = "helps", says = "a | b" }\n')
    assert read_judged(course) == judged(a=("helps", "a | b"))
    file.write_text(file.read_text().replace("helps", "good"))
    with pytest.raises(ValueError, match="00.a is judged to be none of names, helps, bare, false"):
        read_judged(course)


def test_only_what_was_judged_can_be_tried(course: Course) -> None:
    first, *_ = chosen(course)
    found = choose(course, course.steps[0], job(course.root), Sample(only=frozenset({first.id})))
    assert [one.id for one in found.mutants] == [first.id] and not found.files


def test_what_the_stubs_give_is_not_mutated(course: Course) -> None:
    step = course.steps[0]
    report = solve(course, step, job(course.root)).report
    assert report and {one.mutation.function for one in mutants(course, step, report)} == {"double", "total"}
    (path,) = (path for path, text in solutions(course, step).items() if "x + x" in text)
    (course.exercises_folder(step).parent / path).write_text(solutions(course, step)[path])
    assert mutants(course, step, report) == []


def test_a_reason_has_to_be_one(course: Course) -> None:
    file = course.root / "tests/banks/equivalent.toml"
    assert equivalent(course) == {}
    file.write_text('"00.a" = "the same number"\n')
    assert equivalent(course) == {"00.a": "the same number"}
    file.write_text('"00.a" = " "\n')
    with pytest.raises(ValueError, match="say why 00.a is equivalent"):
        equivalent(course)
