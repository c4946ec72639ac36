"""From a learner's attempts and what people decided to the points that count. Plain arithmetic, step by step.

An attempt is what was handed in: gradings of the same content are one attempt, and the latest of them stands. The last
attempt is the one that was graded last. For each step the attempt that counts is chosen by the course's policy, loses
what lateness costs, and is then adjusted.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from autograder.course import Attempts

DAY = timedelta(days=1)
WHICH = {
    "last": "the last attempt counts",
    "best": "the best attempt counts",
    "before_deadline": "the last attempt before the deadline counts",
}


@dataclass(frozen=True, eq=False)
class Attempt:
    """One grading: when its content was handed in (None: unknown, and never late), and points of its steps."""

    content: str
    started: datetime
    handed_in: datetime | None
    steps: Mapping[str, tuple[float, float]]  # score and maximum


@dataclass(frozen=True)
class Adjustment:
    """What somebody decided. `kind`: "by" or "to" some points of a step, or more time "until"; `step` None: all."""

    id: int
    name: str
    kind: str
    step: str | None
    points: float | None
    until: datetime | None
    author: str
    made: datetime
    reason: str

    def __str__(self) -> str:
        what = {"by": f"{self.points or 0:+g} points", "to": f"set to {self.points or 0:g} points"}.get(self.kind)
        if self.until:
            what = f"more time, until {self.until:%Y-%m-%d %H:%M %Z}"
        where = f"step {self.step}" if self.step else "all steps"
        return f"{where}: {what} ({self.author}, {self.made:%Y-%m-%d}: {self.reason})"


@dataclass(frozen=True)
class StepStanding:
    """What counts of one step: the attempt, what it earned, and what is left of it in the end."""

    attempt: Attempt
    earned: float
    most: float
    points: float
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Standing:
    """What a learner has in the end, of the steps that were graded."""

    name: str
    steps: Mapping[str, StepStanding]
    attempts: int
    adjustments: tuple[Adjustment, ...]

    @property
    def points(self) -> float:
        return math.fsum(step.points for step in self.steps.values())

    @property
    def most(self) -> float:
        return math.fsum(step.most for step in self.steps.values())

    @property
    def notes(self) -> list[str]:
        """What makes points other than the last grading's."""
        own = [f"step {id}: {note}" for id, step in self.steps.items() for note in step.notes]
        return [*own, *map(str, self.adjustments)]


def standing(name: str, gradings: Iterable[Attempt], adjusted: Sequence[Adjustment], policy: Attempts) -> Standing:
    """What counts for one learner. The order of what is given says nothing."""
    attempts = _attempts(gradings)
    ids = sorted({id for attempt in attempts for id in attempt.steps})
    steps = {id: _step(id, [a for a in attempts if id in a.steps], adjusted, policy) for id in ids}
    return Standing(name, steps, len({attempt.content for attempt in attempts}), tuple(adjusted))


def _attempts(gradings: Iterable[Attempt]) -> list[Attempt]:
    """Of each content, and each step of it, the latest grading, in the order of these; in time if it ever was."""
    ordered = sorted(gradings, key=lambda one: one.started)
    first: dict[str, datetime] = {}
    latest: dict[tuple[str, str], Attempt] = {}
    for one in ordered:
        latest |= {(one.content, step): one for step in one.steps}
        if one.handed_in is not None:
            first[one.content] = min(one.handed_in, first.get(one.content, one.handed_in))
    steps: dict[Attempt, dict[str, tuple[float, float]]] = {}
    for (_, step), one in latest.items():
        steps.setdefault(one, {})[step] = one.steps[step]
    attempts = [Attempt(one.content, one.started, first.get(one.content), own) for one, own in steps.items()]
    return sorted(attempts, key=lambda one: one.started)


def _step(id: str, attempts: Sequence[Attempt], adjusted: Sequence[Adjustment], policy: Attempts) -> StepStanding:
    own = sorted((one for one in adjusted if one.step in (None, id)), key=lambda one: one.id)
    deadline = policy.deadlines.get(id)
    if deadline is not None:
        deadline = max([deadline, *(one.until for one in own if one.until is not None)])
    chosen, days = _chosen(id, attempts, deadline, policy)
    score, most = chosen.steps[id]
    points, notes = score * _share(days, policy), list[str]()
    if days:
        notes.append(f"late by {days} day{'s' if days > 1 else ''}, so {points:g} of {score:g} points")
    if (count := len({one.content for one in attempts})) > 1:
        notes.append(f"{WHICH[policy.counts]}, of {count}")
    for one in own:
        if one.kind in ("by", "to"):
            points = (one.points or 0.0) + (points if one.kind == "by" else 0.0)
    return StepStanding(chosen, score, most, max(points, 0.0), tuple(notes))


def _chosen(id: str, attempts: Sequence[Attempt], deadline: datetime | None, policy: Attempts) -> tuple[Attempt, int]:
    """The attempt that counts, and how many days it is late. One too late to earn anything displaces no other."""
    late = {one: _days_late(one, deadline, policy) for one in attempts}
    earning = [one for one in attempts if late[one] <= policy.late.days] or attempts
    in_time = [one for one in attempts if not late[one]]
    if policy.counts == "best":
        chosen = max(earning, key=lambda one: (one.steps[id][0] * _share(late[one], policy), -late[one]))
    elif policy.counts == "before_deadline" and in_time:
        chosen = in_time[-1]
    else:
        chosen = earning[-1]
    return chosen, late[chosen]


def _days_late(attempt: Attempt, deadline: datetime | None, policy: Attempts) -> int:
    if deadline is None or attempt.handed_in is None:
        return 0
    over = attempt.handed_in - deadline
    return math.ceil(over / DAY) if over > timedelta(minutes=policy.late.grace_minutes) else 0


def _share(days: int, policy: Attempts) -> float:
    """What is left of the points of an attempt that is so many days late."""
    return max(0.0, 1 - days * policy.late.percent / 100) if days <= policy.late.days else 0.0
