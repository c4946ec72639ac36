"""From what pytest's JSON report says of an exercise's tests to its result: the same for learners and when grading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autograder.course import Exercise
from autograder.report import ExerciseResult, TestResult
from autograder.sandbox import PRINTED, cut
from autograder.testing.agreement import Told, together
from autograder.testing.given import Seen, same_for_other_inputs
from autograder.testing.scoring import score_exercise

# For an exercise whose public tests all pass and whose hidden ones get what was given for other inputs.
HARD_CODED = (
    "This is right for the inputs of the public tests only, and others give the same: is something written in that has "
    "to be computed?"
)


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
        tests=[
            _test_result(test, told, public_passed and _is_written_in(test, tests))
            for test, told in together(tests, _told, lambda test: test["metadata"]["visibility"])
        ],
    )


def _told(test: Mapping[str, Any]) -> Told:
    meta = test["metadata"]
    fits = meta.get("fits")
    said = meta["message"], meta.get("plain", ""), meta.get("known_by", "")
    return Told(meta["outcome"], *said, None if fits is None else frozenset(fits), frozenset(meta.get("sought", ())))


def _is_written_in(test: Mapping[str, Any], tests: Sequence[Mapping[str, Any]]) -> bool:
    """Did a hidden test fail because the same comes out for all inputs?"""
    meta = test["metadata"]
    if meta["visibility"] == "public" or meta["outcome"] != "failed":
        return False
    seen = {
        visibility: [Seen(*call) for t in tests if t["metadata"]["visibility"] == visibility for call in _seen(t)]
        for visibility in ("public", "hidden")
    }
    return same_for_other_inputs([Seen(*call) for call in _seen(test)], seen["public"], seen["hidden"])


def _seen(test: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
    seen: Sequence[Sequence[Any]] = test["metadata"].get("seen", ())
    return seen


def _test_result(test: Mapping[str, Any], told: Told, written_in: bool) -> TestResult:
    meta, call = test["metadata"], test.get("call", {})
    message, plain, hidden = told.message, told.plain or told.message, meta["visibility"] == "hidden"
    if written_in:
        message = f"{message}\n{HARD_CODED}"
    if not hidden and meta["outcome"] not in ("passed", "not_started", "blocked") and call.get("stdout", "").strip():
        printed = f"\n\nPrinted:\n{cut(call['stdout'].rstrip(), *PRINTED)}"
        message, plain = message + printed, plain + printed
    return TestResult(
        id=test["nodeid"].split("::", 1)[1],
        title=meta["title"],
        visibility=meta["visibility"],
        outcome=meta["outcome"],
        message=message,
        plain=plain,
        known_by=told.known_by,
        behaviour=meta.get("behaviour"),
        seconds=round(sum(test.get(phase, {}).get("duration", 0.0) for phase in ("setup", "call", "teardown")), 4),
    )
