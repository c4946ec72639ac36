from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course import Course
from autograder.study import hint

STATE = Path(".lmi", "hints.json")


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def test_each_call_shows_the_next_hint_and_how_many_are_left(
    tiny_course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hint(tiny_course, "total") == 0
    first = said(capsys)
    assert "hint 1 of 2" in first and "Begin with nothing." in first and "1 hint left." in first
    assert hint(tiny_course, "00.total") == 0
    second = said(capsys)
    assert "Add each number in turn." in second and "That was the last one." in second


def test_after_the_last_hint_it_is_shown_again(tiny_course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    hint(tiny_course, "double")
    said(capsys)
    assert hint(tiny_course, "double") == 0
    assert "That is the last one, again." in said(capsys)


def test_a_hint_by_its_number_does_not_count_as_seen(tiny_course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    hint(tiny_course, "total", 2)
    assert "Add each number in turn." in said(capsys)
    hint(tiny_course, "total")
    assert "hint 1 of 2" in said(capsys)


def test_all_hints_are_shown_in_order(tiny_course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    assert hint(tiny_course, "total", None, True) == 0
    shown = said(capsys)
    assert shown.index("Begin with nothing.") < shown.index("Add each number in turn.")


@pytest.mark.parametrize("number", [0, 3])
def test_a_number_without_a_hint_is_refused(
    tiny_course: Course, capsys: pytest.CaptureFixture[str], number: int
) -> None:
    assert hint(tiny_course, "total", number) == 2
    assert "has 2 hints, numbered from 1" in capsys.readouterr().err


def test_an_unknown_exercise_gets_a_suggestion(tiny_course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    assert hint(tiny_course, "totel") == 2
    assert "did you mean 'total'?" in capsys.readouterr().err


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"00.total": "two"}', '{"00.total": -5}', "[" * 100_000])
def test_a_damaged_state_counts_as_none(tiny_course: Course, capsys: pytest.CaptureFixture[str], content: str) -> None:
    file = tiny_course.root / STATE
    file.parent.mkdir()
    file.write_text(content)
    assert hint(tiny_course, "total") == 0
    assert "hint 1 of 2" in said(capsys)


def test_where_nothing_can_be_noted_the_hint_is_shown_and_says_so(
    tiny_course: Course, capsys: pytest.CaptureFixture[str]
) -> None:
    (tiny_course.root / ".lmi").write_text("a file in the folder's place")
    assert hint(tiny_course, "total") == 0
    shown = said(capsys)
    assert "Begin with nothing." in shown and "--number 2" in shown


def test_brackets_in_a_hint_are_shown_as_they_are(tiny_course: Course, capsys: pytest.CaptureFixture[str]) -> None:
    step = tiny_course.steps[0]
    bracketed = step.exercises[0].model_copy(update={"hints": ("W is [red]10, 784[/red].",)})
    course = tiny_course.model_copy(update={"steps": (step.model_copy(update={"exercises": (bracketed,)}),)})
    hint(course, "double")
    assert "W is [red]10, 784[/red]." in said(capsys)
