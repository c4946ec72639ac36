"""Which attempt counts, what lateness costs, and what people decide: in numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from autograder.course import Attempts
from autograder.grading.standing import Adjustment, Attempt, standing

DUE = datetime(2026, 10, 1, 12, tzinfo=UTC)


def attempt(content: str, score: float, days: float | None = -1.0, graded: int = 0, step: str = "00") -> Attempt:
    """Handed in so many days after the deadline, and graded a month after that."""
    handed_in = None if days is None else DUE + timedelta(days=days)
    started = (handed_in or DUE) + timedelta(days=30 + graded)
    return Attempt(content, started, handed_in, {step: (score, 20.0)})


def policy(counts: Any = "last", **late: Any) -> Attempts:
    return Attempts.model_validate({"counts": counts, "deadlines": {"00": DUE}, "late": late})


def decided(kind: str, points: float | None = None, id: int = 1, step: str | None = "00", **more: Any) -> Adjustment:
    return Adjustment(id, "ada", kind, step, points, more.get("until"), "kim", DUE, "ill")


def points(*attempts: Attempt, rules: Attempts | None = None, adjusted: Any = ()) -> float:
    found = {standing("ada", order, adjusted, rules or policy()).points for order in (attempts, attempts[::-1])}
    (only,) = found  # in whatever order they come
    return only


FIRST, SECOND, LATE = attempt("a", 16, -2), attempt("b", 12, -1), attempt("c", 20, 1.5)


@pytest.mark.parametrize(
    ("counts", "late", "expected"),
    [
        ("last", {}, 12),  # one that is too late displaces none that is not
        ("last", {"days": 2}, 20),
        ("last", {"days": 2, "percent": 10}, 16),
        ("best", {}, 16),
        ("best", {"days": 2, "percent": 5}, 18),
        ("best", {"days": 2, "percent": 15}, 16),
        ("before_deadline", {"days": 2}, 12),
    ],
)
def test_the_policy_chooses(counts: str, late: dict[str, Any], expected: float) -> None:
    assert points(FIRST, SECOND, LATE, rules=policy(counts, **late)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("days", "expected"), [(0, 20), (0.001, 20), (0.02, 18), (1, 18), (1.01, 16), (3, 14), (3.01, 0)]
)
def test_each_day_that_has_begun_costs(days: float, expected: float) -> None:
    rules = policy(percent=10, days=3, grace_minutes=15)
    assert points(attempt("a", 20, days), rules=rules) == pytest.approx(expected)


def test_before_the_deadline_takes_a_late_one_where_there_is_no_other() -> None:
    assert points(LATE, rules=policy("before_deadline", days=2, percent=10)) == pytest.approx(16)


def test_a_step_without_a_deadline_is_never_late() -> None:
    assert points(attempt("a", 20, 300, step="01")) == 20


def test_what_has_no_time_is_not_late() -> None:
    assert points(attempt("a", 20, None)) == 20


def test_grading_the_same_again_replaces_its_result_in_every_policy() -> None:
    again = attempt("a", 10, -2, graded=5)
    assert points(FIRST, again, rules=policy("best")) == 10


def test_the_last_attempt_is_the_one_that_was_graded_last_and_in_time_if_it_was_once() -> None:
    handed_in_again = attempt("a", 16, 5, graded=1)
    assert points(FIRST, SECOND, handed_in_again) == 16


def test_steps_that_were_graded_apart_count_together() -> None:
    assert points(attempt("a", 16), attempt("a", 5, step="01", graded=3)) == 21


@pytest.mark.parametrize(
    ("adjusted", "expected"),
    [
        ([decided("by", 2)], 18),
        ([decided("by", -20)], 0),
        ([decided("to", 7)], 7),
        ([decided("to", 7), decided("by", 2, id=2)], 9),
        ([decided("by", 2), decided("to", 7, id=2)], 7),
        ([decided("by", 2, step="01")], 16),
    ],
)
def test_people_decide_in_the_order_in_which_they_did(adjusted: list[Adjustment], expected: float) -> None:
    assert points(FIRST, adjusted=adjusted) == expected


@pytest.mark.parametrize("step", ["00", None])
def test_an_extension_moves_the_deadline(step: str | None) -> None:
    more = decided("until", until=DUE + timedelta(days=2), step=step)
    assert (points(LATE), points(LATE, adjusted=[more])) == (0, 20)


def test_an_extension_makes_no_deadline_and_takes_no_time_away() -> None:
    less = decided("until", until=DUE - timedelta(days=5), step=None)
    assert points(FIRST, attempt("a", 4, 99, step="01"), adjusted=[less]) == 20


def test_notes_say_what_made_the_points() -> None:
    rules = policy(percent=10, days=3)
    assert standing("ada", [FIRST, LATE], [decided("by", 2)], rules).notes == [
        "step 00: late by 2 days, so 16 of 20 points",
        "step 00: the last attempt counts, of 2",
        "step 00: +2 points (kim, 2026-10-01: ill)",
    ]
