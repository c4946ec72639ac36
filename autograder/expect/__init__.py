"""Comparisons, and what is said when they fail.

In come a learner's value and what it should be; out goes nothing, or an `ExpectationFailed` whose first sentence
names the mistake where it is recognised. A cause is only named on evidence. Nothing here knows of pytest, of
submissions or of where a value came from.
"""

from __future__ import annotations

from autograder.expect.expectation import ExpectationFailed, expect, expect_error
from autograder.expect.inputs import Input, tell_inputs
from autograder.expect.suspects import forgot, mistake, swapped, unchanged, wrong_axis, wrong_factor

__all__ = [
    "ExpectationFailed",
    "Input",
    "expect",
    "expect_error",
    "forgot",
    "mistake",
    "swapped",
    "tell_inputs",
    "unchanged",
    "wrong_axis",
    "wrong_factor",
]
