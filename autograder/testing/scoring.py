"""From the outcomes of an exercise's tests to its status and its points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

# From the most telling to the least: what a learner should look at first.
WORST_FIRST = ("out_of_memory", "timeout", "error", "failed", "blocked", "not_started")


def score_exercise(
    points: float, parts: Mapping[str, float], tests: Iterable[tuple[str | None, str]]
) -> tuple[str, float]:
    """Status and score of an exercise from its tests' (part, outcome).

    A part earns its points when every test tied to it passes, and so does a whole that has no parts: a wrong solution
    gets nothing for the tests that it happens to pass. A test tied to no part belongs to all of them.
    """
    tests = list(tests)
    outcomes = [outcome for _, outcome in tests]
    worth = dict(parts) or {"": points}
    score = sum(value for part, value in worth.items() if _earned([o for p, o in tests if p in (None, part)]))
    if _earned(outcomes):
        return "passed", score
    if score > 0:
        return "partial", score
    worst = next((status for status in WORST_FIRST if status in outcomes), "not_started")
    if worst == "not_started" and "passed" in outcomes:
        worst = "failed"
    return worst, 0.0


def _earned(outcomes: list[str]) -> bool:
    return bool(outcomes) and all(outcome == "passed" for outcome in outcomes)
