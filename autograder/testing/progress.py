"""How far a learner has come, in lines of text: a bar for each step, and the next thing to do."""

from __future__ import annotations

from collections.abc import Callable

from autograder.course import Course, Exercise, Step

BAR = 20
SHOWN = 5
WORDS = {
    "passed": "done", "partial": "partly done", "failed": "failing", "not_started": "not started", "blocked": "blocked",
    "error": "raises an exception", "timeout": "takes too long", "out_of_memory": "runs out of memory",
}  # fmt: skip


def summary_lines(course: Course, status: Callable[[Exercise], str | None]) -> list[str]:
    """A line for each step of which tests ran, then the next exercise. `status`: None for one that did not run."""
    ran = [(step, found) for step in course.steps if (found := _statuses(step, status))]
    widest = max((len(step.id) for step, _ in ran), default=0)
    lines = []
    for step, found in ran:
        done = found.count("passed")
        bar = "█" * round(BAR * done / len(found))
        lines.append(f"step {step.id:<{widest}}  {bar:░<{BAR}}  {done:>2}/{len(found)} exercises  {step.title}")
    lines += _waiting_lines(course, status)
    if following := next_exercise(course, status):
        lines += ["", *describe_next(course, following, status(following) or "not_started")]
    elif lines:
        lines += ["", "All done here. Every exercise that was tested passes its public tests."]
    return lines


def _statuses(step: Step, status: Callable[[Exercise], str | None]) -> list[str]:
    """Those of the step's exercises that were tested, bonus apart."""
    return [found for e in step.exercises if not e.bonus and (found := status(e)) is not None]


def _waiting_lines(course: Course, status: Callable[[Exercise], str | None]) -> list[str]:
    """Which exercises are blocked, and by what; nothing as long as none is begun."""
    begun = {e.id for e in course.exercises if status(e) not in (None, "not_started", "blocked")}
    lines, unbegun = [], []
    for exercise in (e for e in course.exercises if begun and status(e) == "blocked"):
        waits_for = [name for name in exercise.requires if status(course.exercise(name)) not in (None, "passed")]
        if begun & set(waits_for):
            lines.append(f"Blocked: {exercise.id} waits for {', '.join(waits_for)}")
        elif waits_for:
            unbegun.append(exercise.id)
    if unbegun:
        more = ", …" if len(unbegun) > SHOWN else ""
        lines.append(f"Blocked by what is not started: {', '.join(unbegun[:SHOWN])}{more}")
    return lines


def next_exercise(course: Course, status: Callable[[Exercise], str | None]) -> Exercise | None:
    """The first exercise that was tested and does not pass; bonus exercises come late, and blocked ones last."""
    waiting = [e for e in course.exercises if status(e) not in (None, "passed")]
    return min(waiting, key=lambda e: (status(e) == "blocked", e.bonus), default=None)


def describe_next(course: Course, exercise: Exercise, status: str) -> list[str]:
    """Where to go next, and how to get help there."""
    file = course.stub_path(exercise).relative_to(course.root)
    star = " ★" if exercise.star else ""
    level = f"difficulty {exercise.difficulty} of 5, about {exercise.minutes} minutes"
    return [
        f"Next: {exercise.id}{star}  {exercise.title}  ({WORDS[status]}; {level})",
        f"      {exercise.target} in {file.as_posix()}",
        f"      lmi hint {exercise.id}   ·   lmi check --exercise {exercise.id}",
    ]
