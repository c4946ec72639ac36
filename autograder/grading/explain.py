"""Which known mistake a failed exercise shows.

The catalogue says what public tests see of each known wrong solution. Hidden inputs are a submission's own, so the
solutions that agree with it on the public tests are graded on the same hidden inputs, and have to agree there, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from autograder.course import Course, Step
from autograder.report import ExerciseResult, KnownMistake
from autograder.submission import BankError, Submission, mistaken
from autograder.testing import Mistake, Trace, first_said, known_mistakes, seen_in, sentence

MOST_TRIED = 4  # known solutions that are run for one exercise; if more agree with it, the public tests tell too little
MOST_SECONDS = 3.0  # of an exercise's tests: known solutions take as long

Regrade = Callable[[Submission, str], ExerciseResult]


def explain(course: Course, step: Step, results: Sequence[ExerciseResult], regrade: Regrade) -> None:
    """Note in `results` which mistakes are known, and say it first. `regrade` grades an exercise on the same inputs.

    What hidden tests saw is forgotten then: no report holds it.
    """
    for result in results:
        if any(test.behaviour for test in result.tests):
            _note(result, _known(course, step, result, regrade))
        for test in result.of("hidden"):
            test.behaviour = None


def _known(course: Course, step: Step, result: ExerciseResult, regrade: Regrade) -> list[Mistake]:
    public, hidden = seen_in(result, "public"), seen_in(result, "hidden")
    clear = len(public) + len(hidden) == len(result.tests)
    agreeing = [m for m in known_mistakes(course, course.exercise(result.id)) if clear and m.agrees(public)]
    if not hidden:
        return agreeing
    if len(agreeing) > MOST_TRIED or sum(test.seconds for test in result.tests) > MOST_SECONDS:
        return []
    return [mistake for mistake in agreeing if _same(hidden, _hidden_trace(course, step, mistake, result, regrade))]


def _hidden_trace(course: Course, step: Step, mistake: Mistake, result: ExerciseResult, regrade: Regrade) -> Trace:
    try:
        known = mistaken(course, step, mistake.id)
    except (BankError, OSError):  # this copy of the course has no such solutions
        return {}
    return seen_in(regrade(known, result.id), "hidden")


def _same(one: Trace, other: Trace) -> bool:
    return one.keys() == other.keys() and Mistake("", "", other).agrees(one)


def _note(result: ExerciseResult, mistakes: Sequence[Mistake]) -> None:
    if not (known := sentence(mistakes)):
        return
    result.mistakes = [KnownMistake(id=mistake.id, says=mistake.says) for mistake in mistakes]
    for test in result.tests:
        if test.behaviour:
            test.message = first_said(known, test.message, test.plain, test.known_by)
