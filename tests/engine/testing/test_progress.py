"""The lines about progress with which `pytest` ends."""

from __future__ import annotations

import pytest

from autograder.course import load_course
from autograder.testing.progress import summary_lines
from tests.engine.tools import ROOT

COURSE = load_course(ROOT)
WAITING = next(e for e in COURSE.exercises if len(e.requires) == 1 and not e.bonus)
FIRST = WAITING.requires[0]
UNTOUCHED = {e.id: "not_started" for e in COURSE.exercises} | {WAITING.id: "blocked"}

CASES = {
    "nothing is begun": ({}, []),
    "what it waits for is begun": ({FIRST: "failed"}, [f"Blocked: {WAITING.id} waits for {FIRST}"]),
    "something else is begun": ({COURSE.exercises[-1].id: "passed"}, [f"Blocked by what is not started: {WAITING.id}"]),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_blocked_is_told_as_soon_as_something_is_begun(case: str) -> None:
    begun, expected = CASES[case]
    statuses = UNTOUCHED | begun
    lines = summary_lines(COURSE, lambda exercise: statuses[exercise.id])
    assert [line for line in lines if line.startswith("Blocked")] == expected
