"""From what pytest's JSON report says of an exercise's tests to its result: the same for learners and when grading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autograder.course import Exercise
from autograder.report import ExerciseResult, TestResult
from autograder.testing.scoring import score_exercise

# For an exercise whose public tests all pass and whose hidden ones do not.
HARD_CODED = "This is right for the inputs of the public tests only: is something written in that has to be computed?"


def tests_by_exercise(tests: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """The JSON report's tests, by the id of the exercise that they are tied to."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for test in tests:
        meta = test.get("metadata", {})
        if "exercise" in meta:
            found.setdefault(meta["exercise"], []).append(test)
    return found


def exercise_result(exercise: Exercise, tests: Sequence[Mapping[str, Any]]) -> ExerciseResult:
    """An exercise's result from the tests of a pytest JSON report that are tied to it."""
    metas = [test["metadata"] for test in tests]
    status, score = score_exercise(exercise.points, exercise.parts, [(m["part"], m["outcome"]) for m in metas])
    public_passed = all(m["outcome"] == "passed" for m in metas if m["visibility"] == "public")
    blocked_by = sorted({name for m in metas for name in m["blocked_by"]})
    return ExerciseResult(
        id=exercise.id,
        title=exercise.title,
        status=status,  # type: ignore[arg-type]
        score=score,
        max_score=exercise.points,
        blocked_by=blocked_by if status == "blocked" else None,
        star=exercise.star,
        bonus=exercise.bonus,
        called=sorted({name for m in metas for name in m["called"]}),
        tests=[_test_result(test, public_passed) for test in tests],
    )


def _test_result(test: Mapping[str, Any], public_passed: bool) -> TestResult:
    meta, call = test["metadata"], test.get("call", {})
    message, plain = meta["message"], meta.get("plain")
    hidden = meta["visibility"] == "hidden"
    if hidden and public_passed and meta["outcome"] == "failed":
        plain, message = plain or message, f"{message}\n{HARD_CODED}"
    if not hidden and meta["outcome"] not in ("passed", "not_started", "blocked") and call.get("stdout", "").strip():
        printed = f"\n\nPrinted:\n{call['stdout'].rstrip()}"
        message, plain = message + printed, plain and plain + printed
    return TestResult(
        id=test["nodeid"].split("::", 1)[1],
        plain=plain,
        seen=meta.get("seen"),
        title=meta["title"],
        visibility=meta["visibility"],
        outcome=meta["outcome"],
        message=message,
        seconds=round(sum(test.get(phase, {}).get("duration", 0.0) for phase in ("setup", "call", "teardown")), 4),
    )
