"""`expect(result).to_equal(…)`: compare what a learner's function returned, and explain the failure.

Light to import, so that `autograder` can offer these names; torch is needed only once something is compared.
"""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any

from autograder.expect.suspects import Suspect, forgot, mistake, swapped, unchanged, wrong_axis, wrong_factor
from autograder.words import sentence

if TYPE_CHECKING:
    from autograder.expect.comparison import Mismatch
    from autograder.expect.diagnosis import Diagnosis

Idle = tuple[str, float]

__all__ = [
    "Expectation",
    "ExpectationFailed",
    "Suspect",
    "expect",
    "expect_error",
    "forgot",
    "mistake",
    "swapped",
    "unchanged",
    "wrong_axis",
    "wrong_factor",
]


class ExpectationFailed(AssertionError):
    """A result is not what was asked.

    `diagnosis` (the recognised mistake, or None) and `vague` (what is wrong: shapes, dtypes) hold no value of either
    side, and no number that a submission can choose: a hidden test may say them. `summary` counts, too, and `details`
    holds values: for public tests only. `known_by` tells who knew the mistake: "mistake" when the test's author foresaw
    it, "claim" when a claim of the author's does not hold, else the names of recognisers; empty when nobody did.
    `fits`: the recognisers that agree with the comparison, None when it cannot tell. `sought`: the mistakes that the
    author looked for here, in vain or not.
    """

    fits: frozenset[str] | None = None
    sought: frozenset[str] = frozenset()

    def __init__(self, summary: str, details: str = "", diagnosis: str | None = None, vague: str = ""):
        self.summary, self.details, self.diagnosis, self.vague = summary, details, diagnosis, vague or summary
        self.known_by = "mistake" if diagnosis else "claim"
        super().__init__("\n".join(filter(None, (diagnosis, summary, details))))


def expect(actual: Any, name: str = "the result") -> Expectation:
    """Start an expectation on what a learner's function returned; `name` says what it is."""
    return Expectation(actual, name)


class Expectation:
    """Each verb raises `ExpectationFailed` or returns the expectation itself, so that verbs can follow each other."""

    def __init__(self, actual: Any, name: str):
        self.actual, self.name = actual, name

    def to_equal(
        self,
        expected: Any,
        atol: float | None = None,
        rtol: float | None = None,
        watch_for: Sequence[Suspect] = (),
        exact_dtype: bool = True,
        parts: Sequence[str] = (),
    ) -> Expectation:
        """The same kind of value, shape, dtype and, within the tolerance, values.

        A tolerance that is not given comes from dtype and scale (`autograder.expect.tolerance`). Give `atol` where
        zeros are expected that are what is left of larger numbers. `watch_for`: mistakes to name. `parts`: what the
        items of a tuple or list are, or the last axis of a tensor, to tell which of them are wrong.
        """
        __tracebackhide__ = True
        from autograder.expect.comparison import compare
        from autograder.expect.diagnosis import diagnose
        from autograder.expect.tolerance import Terms

        terms = Terms(atol, rtol, exact_dtype)
        mismatch = compare(self.actual, expected, terms)
        if mismatch:
            found = diagnose(self.actual, expected, mismatch, watch_for, parts, terms)
            failure = self._failure(mismatch, found)
            failure.sought = frozenset(suspect.sentence for suspect in watch_for)
            raise failure
        return self

    to_match = to_equal

    def to_equal_checkpoint(self, checkpoint: Any, watch_for: Sequence[Suspect] = ()) -> Expectation:
        """The recorded number, or numbers, within the recorded tolerance."""
        __tracebackhide__ = True
        import torch

        recorded = checkpoint.value
        if isinstance(self.actual, torch.Tensor) and isinstance(recorded, list):
            recorded = torch.tensor(recorded)
        return self.to_equal(recorded, checkpoint.atol, checkpoint.rtol, watch_for, exact_dtype=False)

    def to_be_within(self, low: float, high: float) -> Expectation:
        """Every element lies in [low, high]."""
        __tracebackhide__ = True
        return self._in_range(low, high)

    def to_be_at_least(self, low: float, idle: Idle | None = None) -> Expectation:
        """`idle`: what needs no learning, such as "guessing", and what it would give: said where this is no better."""
        __tracebackhide__ = True
        return self._in_range(low, None, idle)

    def to_be_at_most(self, high: float, idle: Idle | None = None) -> Expectation:
        """`idle`: as for `to_be_at_least`."""
        __tracebackhide__ = True
        return self._in_range(None, high, idle)

    def to_have_shape(self, *dims: int | None) -> Expectation:
        """None stands for any size."""
        __tracebackhide__ = True
        from autograder.expect.bounds import wrong_shape

        return self._unless(wrong_shape(self.actual, dims))

    def to_be_finite(self) -> Expectation:
        __tracebackhide__ = True
        from autograder.expect.bounds import not_finite

        return self._unless(not_finite(self.actual))

    def to_be_true(self, sentence: str) -> Expectation:
        """`sentence` is what is said when it is not: let it name no hidden value."""
        __tracebackhide__ = True
        if not self.actual:
            raise ExpectationFailed(sentence)
        return self

    def _in_range(self, low: float | None, high: float | None, idle: Idle | None = None) -> Expectation:
        __tracebackhide__ = True
        from autograder.expect.bounds import no_better, out_of_range
        from autograder.expect.diagnosis import Diagnosis

        mismatch = out_of_range(self.actual, low, high)
        if mismatch and idle and no_better(self.actual, low, high, idle[1]):
            raise self._failure(mismatch, Diagnosis(f"That is no better than {idle[0]}.", "no_better"))
        return self._unless(mismatch)

    def _unless(self, mismatch: Mismatch | None) -> Expectation:
        """Fail on a mismatch with limits, where there is no expected value to explain it by."""
        __tracebackhide__ = True
        from autograder.expect.diagnosis import diagnose

        if mismatch:
            raise self._failure(mismatch, diagnose(self.actual, mismatch.expected, mismatch))
        return self

    def _failure(self, mismatch: Mismatch, found: Diagnosis) -> ExpectationFailed:
        subject = self.name + mismatch.where
        said, vague = (words and f"{sentence(subject)}: {words}." for words in (mismatch.problem, mismatch.vague))
        failure = ExpectationFailed(said, mismatch.details, found.sentence, vague)
        failure.known_by, failure.fits = found.known_by, found.fits
        return failure


class expect_error:
    """`with expect_error(ValueError): …` requires the learner's code to refuse what it is given.

    `mentions`: what the message has to contain, in any case: a text or several. The error may be raised in process
    or come as a LearnerError through the sandbox. Not started, timeouts, the end of the process and the like pass
    through.
    """

    def __init__(self, expected: type[Exception], mentions: str | Sequence[str] | None = None):
        self.expected = expected
        self.mentions = (mentions,) if isinstance(mentions, str) else tuple(mentions or ())

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        __tracebackhide__ = True
        asked = self.expected.__name__
        if error is None:
            raise ExpectationFailed(f"Nothing was raised where {_a(asked)} is asked.")
        if not _is_the_learners(error):
            return False
        message = str(getattr(error, "message", error))
        if not _is_of_type(error, self.expected):
            summary = f"Another error was raised where {_a(asked)} is asked."
            raise ExpectationFailed(summary, f"got {_type_name(error)}: {message}") from error
        if not all(word.lower() in message.lower() for word in self.mentions):
            details = f"its message: {message}\nit should mention: {', '.join(self.mentions)}"
            raise ExpectationFailed(f"The message of the {asked} does not say what is wrong.", details) from error
        return True


def _is_the_learners(error: BaseException) -> bool:
    """An error of the learner's own code: not *not started*, a timeout, an ended process or a failed expectation."""
    if not isinstance(error, Exception) or isinstance(error, NotImplementedError | ExpectationFailed):
        return False
    kind, name = getattr(error, "kind", "error"), _type_name(error)
    raised = name not in ("", "NotImplementedError")  # without a name nothing was raised: the process ended
    return bool(kind == "error" and raised)


def _type_name(error: BaseException) -> str:
    return str(getattr(error, "type_name", type(error).__name__)).rpartition(".")[2]


def _is_of_type(error: BaseException, expected: type[Exception]) -> bool:
    """A remote error is known by its name alone; a built-in name also tells what it derives from."""
    if not hasattr(error, "type_name"):
        return isinstance(error, expected)
    name = _type_name(error)
    known = getattr(builtins, name, None)
    return name == expected.__name__ or (isinstance(known, type) and issubclass(known, expected))


def _a(name: str) -> str:
    return f"{'an' if name[:1] in 'AEIOU' else 'a'} {name}"
