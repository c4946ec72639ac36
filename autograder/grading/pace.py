"""How a run goes: how many were taken, how many graded and why, how fast, how long it may still take."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator

from autograder.grading.kept import NEW
from autograder.grading.many import ClassResult
from autograder.grading.worker import Outcome

MOST_REASONS = 8


class Pace:
    """Counts outcomes as they come; its text is for someone who waits. What was taken costs no time and tells none."""

    def __init__(self, total: int, clock: Callable[[], float] = time.monotonic):
        self._total, self._clock = total, clock
        self._taken = self._graded = 0
        self._began = clock()

    def add(self, outcome: Outcome) -> None:
        if outcome.taken:
            self._taken += 1
            self._began = self._clock()  # they come first
        else:
            self._graded += 1

    def __str__(self) -> str:
        parts = [f"{self._taken} taken"] if self._taken else []
        left, seconds = self._total - self._taken - self._graded, self._clock() - self._began
        if self._graded and seconds > 0:
            parts.append(f"{rate(self._graded, seconds)}")
            if left:
                parts.append(f"about {in_words(left * seconds / self._graded)} left")
        return ", ".join(parts)


def rate(count: int, seconds: float) -> str:
    """How many in a unit of time that gives a number one can grasp."""
    per_minute = 60 * count / max(seconds, 1e-3)
    return f"{per_minute:.1f} a minute" if per_minute < 600 else f"{per_minute / 60:.0f} a second"


def in_words(seconds: float) -> str:
    """A length of time as people say it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"


def summary(result: ClassResult, seconds: float) -> Iterator[str]:
    """What was taken and what was graded, how fast, and why something was graded that had been before."""
    graded = len(result.graded) - result.taken
    taken = f"{result.taken} taken as graded before (nothing has changed for them), " if result.taken else ""
    pace = f", {rate(graded, seconds)}" if graded else ""
    yield f"{taken}{graded} graded, in {in_words(seconds)}{pace}."
    reasons = Counter(why for outcome in result.outcomes if outcome.graded for why in outcome.why)
    del reasons[NEW]
    if reasons:
        told = [f"{why} ({count})" for why, count in reasons.most_common(MOST_REASONS)]
        more = f" and {len(reasons) - MOST_REASONS} more" if len(reasons) > MOST_REASONS else ""
        yield f"Graded again because of: {'; '.join(told)}{more}."
