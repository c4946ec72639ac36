"""Which known mistake a failed exercise shows.

The catalogue says what public tests see of each known wrong solution. Hidden inputs are a submission's own, so the
solutions that agree with it on the public tests are graded on the same hidden inputs, and have to agree there, too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from autograder.course import Course, Step
from autograder.report import ExerciseResult, KnownMistake
from autograder.submission import BankError, Submission, mistaken
from autograder.testing import Mistake, Trace, alike, know, known_mistakes, seen_in, sentence, takes_long, telling

MOST_TRIED = 4  # known solutions that are run for one exercise; if more agree with it, the public tests tell too little
MOST_RUN = 20  # known solutions that are run for one step of a submission

Regrade = Callable[[Submission, str], ExerciseResult | None]


def explain(course: Course, step: Step, results: Sequence[ExerciseResult], regrade: Regrade) -> None:
    """Note in `results` which mistakes are known, and say it first. `regrade` grades an exercise on the same inputs.

    What hidden tests saw is forgotten then: no report holds it.
    """
    explaining = _Explaining(course, step, regrade)
    for result in results:
        if any(test.behaviour for test in result.tests):
            _note(result, explaining.known(result))
        for test in result.of("hidden"):
            test.behaviour = None


class _Explaining:
    def __init__(self, course: Course, step: Step, regrade: Regrade):
        self.course, self.step, self.regrade = course, step, regrade
        self.left = MOST_RUN

    def known(self, result: ExerciseResult) -> list[Mistake]:
        public, hidden = seen_in(result, "public"), seen_in(result, "hidden")
        if len(public) + len(hidden) < len(result.tests):  # of some test nothing is known
            return []
        if not telling(public) and not telling(hidden):
            return []
        exercise = self.course.exercise(result.id)
        mistakes = known_mistakes(self.course, exercise)
        agreeing = [mistake for mistake in mistakes if mistake.agrees(public)]
        if not hidden:
            return agreeing
        if len(agreeing) > min(MOST_TRIED, self.left) or takes_long(self.course, exercise):
            return []
        self.left -= len(agreeing)
        return [mistake for mistake in agreeing if alike(hidden, self._hidden_trace(mistake, result.id))]

    def _hidden_trace(self, mistake: Mistake, exercise: str) -> Trace:
        """What hidden tests see of the known solution on the submission's own inputs; empty where it cannot be told."""
        try:
            known = mistaken(self.course, self.step, mistake.id)
        except (BankError, OSError):  # this copy of the course has no such solutions
            return {}
        again = self.regrade(known, exercise)
        return seen_in(again, "hidden") if again else {}


def _note(result: ExerciseResult, mistakes: Sequence[Mistake]) -> None:
    if not (known := sentence(mistakes)):
        return
    result.mistakes = [KnownMistake(id=mistake.id, says=mistake.says) for mistake in mistakes]
    for test in result.tests:
        if test.behaviour:
            know(test, known)
