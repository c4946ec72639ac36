"""Comparisons, and what is said when they fail.

In come a learner's value and what it should be; out goes nothing, or an `ExpectationFailed` whose first sentence
names the mistake where it is recognised. A cause is only named on evidence. Nothing here knows of pytest, of
submissions or of where a value came from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograder.expect.expectation import ExpectationFailed, expect, expect_error
from autograder.expect.inputs import Input, tell_inputs
from autograder.expect.suspects import forgot, mistake, swapped, unchanged, wrong_axis, wrong_factor

if TYPE_CHECKING:
    from autograder.expect.behaviour import fingerprint
    from autograder.expect.prints import Fingerprint
    from autograder.expect.recognisers.case import are_simple

__all__ = [
    "ExpectationFailed",
    "Fingerprint",
    "Input",
    "expect",
    "expect_error",
    "fingerprint",
    "forgot",
    "are_simple",
    "mistake",
    "swapped",
    "tell_inputs",
    "unchanged",
    "wrong_axis",
    "wrong_factor",
]

_HOME = {  # imported on first use, for torch comes with them
    "Fingerprint": "prints",
    "fingerprint": "behaviour",
    "are_simple": "recognisers.case",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
